/* listener: the socket's mode, and whose path it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/listener.h"

static struct bf_listener listener;
static struct bf_err err;
static char path[64];

static enum bf_rc open_at(const char *where, const char *web_user)
{
	err = (struct bf_err){ 0 };
	return bf_listener_open(&listener, where, web_user, &err);
}

static void listens_for_its_group_alone(void **state)
{
	struct passwd *self = getpwuid(geteuid());
	struct stat st;

	(void)state;
	assert_int_equal(open_at(path, self->pw_name), BF_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(st.st_gid, self->pw_gid);
	assert_true(fcntl(listener.fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(accept(listener.fd, NULL, NULL), -1);
	bf_listener_close(&listener);
	assert_int_equal(stat(path, &st), -1);
}

static void takes_over_a_path_that_nobody_answers_at(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(open_at(path, ""), BF_OK);
	close(listener.fd); /* as a killed process leaves it */
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(open_at(path, ""), BF_OK);
	bf_listener_close(&listener);
}

static void leaves_another_process_its_path(void **state)
{
	struct bf_listener first;
	struct stat st;

	(void)state;
	assert_int_equal(open_at(path, ""), BF_OK);
	first = listener;
	assert_int_equal(open_at(path, ""), BF_FAULT);
	assert_non_null(strstr(err.text, "another process answers at socket"));
	assert_int_equal(listener.fd, -1);
	/* a file that is another's by now stays */
	unlink(path);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	bf_listener_close(&first);
	assert_int_equal(stat(path, &st), 0);
	unlink(path);
}

static void says_what_is_wrong(void **state)
{
	char longer[sizeof(((struct sockaddr_un *)0)->sun_path)];

	(void)state;
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(open_at(longer, ""), BF_FAULT);
	assert_non_null(strstr(err.text, "is too long"));
	assert_int_equal(open_at("/nowhere/at/all.sock", ""), BF_FAULT);
	assert_non_null(strstr(err.text, "cannot make socket \"/nowhere/at/all.sock.new\""));
	assert_int_equal(open_at(path, "nobody_of_this_name"), BF_FAULT);
	assert_string_equal(err.text, "web_user \"nobody_of_this_name\" is no user of this host");
	bf_listener_close(&listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listens_for_its_group_alone),
		cmocka_unit_test(takes_over_a_path_that_nobody_answers_at),
		cmocka_unit_test(leaves_another_process_its_path),
		cmocka_unit_test(says_what_is_wrong),
	};

	snprintf(path, sizeof(path), "/tmp/bangfu-listener-%d.sock", (int)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
