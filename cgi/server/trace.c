#include "server/trace.h"

#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FRAMES_MAX = 64, FAULT_STACK_BYTES = 128 * 1024, LINE_BYTES = 256 };

static struct bf_trace *traced;

/* Only what POSIX lets a handler call is used to build a line. */
struct line {
	char text[LINE_BYTES];
	size_t len;
};

static void add(struct line *line, const char *text)
{
	while (*text && line->len < sizeof(line->text) - 1)
		line->text[line->len++] = *text++;
}

static void add_number(struct line *line, unsigned n)
{
	char digits[12];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	add(line, digits + at);
}

static void copy_name(char *to, const char *name)
{
	size_t i;

	for (i = 0; name && name[i] && i < BF_SLOT_NAME_BYTES - 1; i++)
		to[i] = name[i];
	to[i] = '\0';
}

/* The names go into the slot as well: the master reads them when it buries the worker. */
static void say(const char *what, unsigned number)
{
	struct line line = { .len = 0 };
	void *frames[FRAMES_MAX];
	int count;

	copy_name(traced->slot->plugin, traced->plugin);
	copy_name(traced->slot->route, traced->route);
	add(&line, "bangfu: worker ");
	add_number(&line, traced->worker);
	add(&line, " ");
	add(&line, what);
	if (number)
		add_number(&line, number);
	add(&line, " in plugin \"");
	add(&line, traced->slot->plugin);
	add(&line, "\", route \"");
	add(&line, traced->slot->route);
	add(&line, "\", request ");
	add(&line, traced->slot->request_id);
	add(&line, "\n");
	if (write(STDERR_FILENO, line.text, line.len) < 0)
		return;
	count = backtrace(frames, FRAMES_MAX);
	backtrace_symbols_fd(frames, count, STDERR_FILENO);
}

void bf_trace_say(const char *what)
{
	say(what, 0);
}

static void on_overdue(int number)
{
	(void)number;
	bf_trace_say("has passed its soft deadline");
}

/* Never returns into the fault: the handler is gone by now, so the signal kills. */
static void on_fault(int number)
{
	say("dies of signal ", (unsigned)number);
	raise(number);
}

static void handle(int number, void (*handler)(int), unsigned flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = (int)flags };

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

void bf_trace_install(struct bf_trace *trace)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
	stack_t stack = {
		.ss_size = FAULT_STACK_BYTES,
		.ss_sp = mmap(NULL, FAULT_STACK_BYTES, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	};
	void *frame;

	traced = trace;
	if (stack.ss_sp != MAP_FAILED)
		sigaltstack(&stack, NULL);
	/* Its first call loads a library, which a handler must not and a sealed process cannot. */
	backtrace(&frame, 1);
	handle(SIGUSR2, on_overdue, SA_RESTART);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		handle(faults[i], on_fault, SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
}
