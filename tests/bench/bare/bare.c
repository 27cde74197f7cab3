/*
 * bare: the least C program that serves bangfu's pages: libfcgi, Connector/C, statements that are
 * prepared and bound once, printf. No router, no escaping, no templates. What is the same for
 * every request comes from files that the bench has cut out of bangfu's own page.
 *
 *   bare PAGE FOLDER DATABASE_SOCKET WORKERS       answers at FOLDER/run/bangfu.sock
 */
#include "bare.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BACKLOG = 1024, NAMES_MAX = 128 };

struct page {
	const char *name;
	void (*open)(MYSQL *mysql);
	void (*make)(void);
};

static const struct page pages[] = {
	{ "list", open_list, make_list },
	{ "post", open_post, make_post },
	{ NULL, NULL, NULL },
};

static struct {
	char code[16], name[64];
} names[NAMES_MAX];
static size_t name_count;

_Noreturn void give_up(const char *what, const char *why)
{
	fprintf(stderr, "bare: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* ---- what the bench has cut ------------------------------------------------------------ */

char *read_file(const char *name)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *file = fopen(name, "r");

	if (!file || getdelim(&bytes, &size, '\0', file) < 0)
		give_up(name, "cannot be read");
	fclose(file);
	return bytes;
}

/* Lines of "code name". */
static void read_names(const char *name)
{
	FILE *file = fopen(name, "r");

	if (!file)
		give_up(name, "cannot be read");
	while (name_count < NAMES_MAX &&
	       fscanf(file, "%15s %63[^\n]", names[name_count].code, names[name_count].name) == 2)
		name_count++;
	fclose(file);
}

const char *name_of(const char *code)
{
	for (size_t i = 0; i < name_count; i++)
		if (strcmp(names[i].code, code) == 0)
			return names[i].name;
	give_up(code, "has no name");
}

/* ---- a worker -------------------------------------------------------------------------- */

static _Noreturn void serve(int listener, const struct page *page, const char *database)
{
	FCGX_Request request;

	read_names("names");
	read_parts();
	page->open(connect_to(database));
	FCGX_Init();
	FCGX_InitRequest(&request, listener, 0);
	while (FCGX_Accept_r(&request) == 0) {
		begin_page();
		page->make();
		send_page(request.out);
		FCGX_Finish_r(&request);
	}
	give_up("the socket", "answers no more");
}

int main(int argc, char **argv)
{
	const struct page *page = pages;
	int listener;

	if (argc != 5)
		give_up("usage", "bare PAGE FOLDER DATABASE_SOCKET WORKERS");
	while (page->name && strcmp(page->name, argv[1]) != 0)
		page++;
	if (!page->name)
		give_up(argv[1], "is no page");
	if (chdir(argv[2]) < 0)
		give_up(argv[2], "cannot be entered");
	listener = FCGX_OpenSocket("run/bangfu.sock", BACKLOG);
	if (listener < 0)
		give_up(argv[2], "cannot make the socket");
	for (long i = strtol(argv[4], NULL, 10); i > 0; i--) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(listener, page, argv[3]);
		}
	}
	/* None of them ends by itself. */
	wait(NULL);
	return EXIT_FAILURE;
}
