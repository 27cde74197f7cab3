/*
 * server: a master with its loaders and workers, a site of few addresses, and this test as the
 * web server. Each test has a scratch folder and processes of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../http/fcgi_peer.h"
#include "base/clock.h"
#include "base/file.h"
#include "fake_app.h"
#include "server/server.h"
#include "server/worker.h"

enum { PATIENCE_MS = 30000, PAUSE_US = 10000, WORKERS = 3 };

static char folder[64];
static pid_t master;
static struct bf_buf answer, bytes;
static struct bf_pool *pool;

/* ---- files of the scratch folder ------------------------------------------------------- */

static const char *in_folder(const char *name)
{
	return bf_pool_printf(pool, "%s/%s", folder, name);
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(in_folder(name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static const char *text_of(const char *name)
{
	struct bf_str text;

	return bf_file_read(pool, in_folder(name), &text, NULL) == BF_OK ? text.p : "";
}

static unsigned times_in(const char *name, const char *wanted)
{
	const char *at = text_of(name);
	unsigned count = 0;

	while ((at = strstr(at, wanted))) {
		count++;
		at++;
	}
	return count;
}

/* Waits until the master's messages hold a text so many times. */
static void expect_said(const char *wanted, unsigned times)
{
	int64_t late_us = bf_clock_monotonic_us() + PATIENCE_MS * INT64_C(1000);

	while (times_in("stderr", wanted) < times) {
		if (bf_clock_monotonic_us() > late_us)
			fail_msg("\"%s\" was not said %u times, but:\n%s", wanted, times,
				 text_of("stderr"));
		usleep(PAUSE_US);
	}
}

/* ---- processes ------------------------------------------------------------------------- */

static void start_master(const char *settings)
{
	put("bangfu.conf",
	    bf_pool_printf(pool,
			   "[paths]\ntemplates = .\n[database]\nlock_wait_s = 1\n"
			   "statement_timeout_s = 2\nread_timeout_s = 3\n[server]\nsocket = sock\n"
			   "web_user =\nlog = log\nworkers = %d\nweb_server_keepalive = 0\n%s",
			   WORKERS, settings));
	put("stderr", "");
	master = fork();
	if (master == 0) {
		int out = open(in_folder("stderr"), O_WRONLY | O_APPEND | O_CLOEXEC);

		dup2(out, STDERR_FILENO);
		_exit(bf_server_run(in_folder("bangfu.conf")));
	}
}

static int exit_code_of_master(void)
{
	int status = 0;

	assert_int_equal(waitpid(master, &status, 0), master);
	master = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void serve(const char *settings)
{
	start_master(settings);
	expect_said("serving on ", 1);
}

/* Ends what runs, and shows that nothing of it is left. */
static void stop_master(void)
{
	kill(master, SIGTERM);
	assert_int_equal(exit_code_of_master(), 0);
	assert_int_equal(access(in_folder("sock"), F_OK), -1);
}

static int begin(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	snprintf(folder, sizeof(folder), "/tmp/bangfu-server-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	static const char *const names[] = { "bangfu.conf", "stderr",      "log",         "faults",
					     "db_away",     "loader_dies", "workers_die", "sock" };

	(void)state;
	if (master > 0) {
		kill(master, SIGKILL);
		waitpid(master, NULL, 0);
		master = 0;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_folder(names[i]));
	rmdir(folder);
	bf_pool_free(pool);
	return 0;
}

/* ---- requests -------------------------------------------------------------------------- */

static int send_request(bool keep, const char *method, const char *uri, const char *body)
{
	int fd = connect_to(in_folder("sock"));

	if (fd < 0)
		return -1;
	bf_buf_clear(&bytes);
	add_request(&bytes, keep, method, uri, body, NULL);
	assert_true(send_bytes(fd, bytes.data, bytes.len));
	return fd;
}

/* What is behind the headers; NULL: no answer. */
static const char *ask(const char *uri)
{
	int fd = send_request(false, "GET", uri, "");
	const char *body;
	bool whole;

	if (fd < 0)
		return NULL;
	bf_buf_clear(&answer);
	whole = read_answer(fd, &answer);
	close(fd);
	body = strstr(answer.data, "\r\n\r\n");
	return whole && body ? bf_pool_copy(pool, bf_str(body + 4)) : NULL;
}

static void expect(const char *uri, const char *expected)
{
	const char *body = ask(uri);

	assert_non_null(body);
	assert_string_equal(body, expected);
}

/* A worker that has answered may still write its log line: then it is asked again. */
static void expect_metric(const char *line)
{
	int64_t late_us = bf_clock_monotonic_us() + PATIENCE_MS * INT64_C(1000);

	while (!strstr(ask("/metrics"), line)) {
		if (bf_clock_monotonic_us() > late_us)
			fail_msg("\"%s\" is not among:\n%s", line, ask("/metrics"));
		usleep(PAUSE_US);
	}
}

static pid_t ask_pid(void)
{
	const char *body = ask("/pid");
	int64_t pid = 0;

	assert_non_null(body);
	assert_true(bf_str_int(bf_str(body), &pid) && pid > 0);
	return (pid_t)pid;
}

static void expect_gone(pid_t pid)
{
	int64_t late_us = bf_clock_monotonic_us() + PATIENCE_MS * INT64_C(1000);

	while (kill(pid, 0) == 0) {
		assert_true(bf_clock_monotonic_us() < late_us);
		usleep(PAUSE_US);
	}
}

/* ---- serving --------------------------------------------------------------------------- */

static void serves_and_ends(void **state)
{
	pid_t worker;

	(void)state;
	serve("");
	expect("/", "hello");
	worker = ask_pid();
	expect_metric("\nbangfu_workers{state=\"busy\"} 1\n");
	expect_metric("\nbangfu_workers{state=\"idle\"} 2\n");
	expect_metric("\nbangfu_worker_deaths_total 0\n");
	stop_master();
	assert_int_equal(times_in("log", "\"route\":\"pid\""), 1);
	expect_gone(worker);
}

static void answers_what_it_has_begun(void **state)
{
	int slow;

	(void)state;
	serve("");
	slow = send_request(false, "GET", "/slow", "");
	usleep(20000);
	kill(master, SIGTERM);
	bf_buf_clear(&answer);
	assert_true(read_answer(slow, &answer));
	assert_non_null(strstr(answer.data, "waited"));
	close(slow);
	assert_int_equal(exit_code_of_master(), 0);
}

static void reads_a_body(void **state)
{
	int peer;

	(void)state;
	serve("");
	peer = send_request(false, "POST", "/length", "a=1&b=2");
	bf_buf_clear(&answer);
	assert_true(read_answer(peer, &answer));
	assert_non_null(strstr(answer.data, "\r\n\r\n7 bytes, 2 fields"));
	close(peer);
	stop_master();
}

static void leaves_its_socket_to_the_first(void **state)
{
	pid_t first;

	(void)state;
	serve("");
	first = master;
	start_master("");
	assert_int_equal(exit_code_of_master(), 1);
	expect_said("another process answers at socket", 1);
	master = first;
	expect("/", "hello");
	stop_master();
}

/* ---- faults at the start ---------------------------------------------------------------- */

static void names_faults_and_exits(void **state)
{
	(void)state;
	put("faults", "");
	start_master("");
	assert_int_equal(exit_code_of_master(), 1);
	expect_said("bangfu: page.html:7: this page is wrong\n", 1);
	assert_int_equal(access(in_folder("sock"), F_OK), -1);
}

static void names_faults_of_the_configuration(void **state)
{
	(void)state;
	start_master("speed = 7\n");
	assert_int_equal(exit_code_of_master(), 1);
	expect_said("there is no setting \"speed\" in [server]", 1);
}

static void waits_for_the_database(void **state)
{
	(void)state;
	put("db_away", "");
	start_master("");
	expect_said("the database is away; trying again each second", 2);
	unlink(in_folder("db_away"));
	expect_said("serving on ", 1);
	expect("/", "hello");
	stop_master();
}

/* ---- generations ------------------------------------------------------------------------ */

static void reload(unsigned times)
{
	kill(master, SIGHUP);
	expect_said(bf_pool_printf(pool, "generation %u serves with %d workers", times + 1,
				   WORKERS),
		    1);
}

static void changes_generations_without_a_failed_request(void **state)
{
	pid_t before, asker;
	int status = -1;

	(void)state;
	serve("");
	before = ask_pid();
	asker = fork();
	if (asker == 0) {
		int64_t end_us = bf_clock_monotonic_us() + 3000000;

		while (bf_clock_monotonic_us() < end_us)
			if (!ask("/page"))
				_exit(1);
		_exit(0);
	}
	for (unsigned i = 1; i <= 4; i++)
		reload(i);
	waitpid(asker, &status, 0);
	assert_int_equal(status, 0);
	expect_gone(before);
	expect_metric("\nbangfu_reloads_total 4\n");
	expect_metric("\nbangfu_worker_deaths_total 0\n");
	stop_master();
}

static void keeps_the_old_generation_when_the_new_has_faults(void **state)
{
	pid_t before;

	(void)state;
	serve("");
	before = ask_pid();
	put("faults", "");
	kill(master, SIGHUP);
	expect_said("page.html:7: this page is wrong", 1);
	expect_said("generation 2 has faults and does not serve; generation 1 goes on", 1);
	assert_int_equal(kill(before, 0), 0);
	expect("/", "hello");
	unlink(in_folder("faults"));
	put("loader_dies", "");
	kill(master, SIGHUP);
	expect_said("the loader of generation 3 has gone", 1);
	expect_said("generation 3 has faults and does not serve; generation 1 goes on", 1);
	unlink(in_folder("loader_dies"));
	put("workers_die", "");
	kill(master, SIGHUP);
	expect_said("generation 4 has faults and does not serve; generation 1 goes on", 1);
	expect("/", "hello");
	unlink(in_folder("workers_die"));
	kill(master, SIGHUP);
	expect_said("generation 5 serves", 1);
	expect_metric("\nbangfu_reload_faults_total 3\n");
	stop_master();
}

/* A worker never closes a connection that the web server keeps. */
static void drains_a_kept_connection(void **state)
{
	int kept;

	(void)state;
	serve("");
	kept = send_request(true, "GET", "/", "");
	bf_buf_clear(&answer);
	assert_true(read_answer(kept, &answer));
	reload(1);
	for (int i = 0; i < 3; i++) {
		usleep(100000);
		bf_buf_clear(&bytes);
		add_request(&bytes, true, "GET", "/", "", NULL);
		assert_true(send_bytes(kept, bytes.data, bytes.len));
		bf_buf_clear(&answer);
		assert_true(read_answer(kept, &answer));
	}
	close(kept);
	stop_master();
	assert_int_equal(times_in("stderr", "is killed"), 0);
}

static void loads_anew_when_the_loader_has_gone(void **state)
{
	(void)state;
	serve("");
	assert_int_equal(system(bf_pool_printf(pool, "pkill -KILL -P %d bangfu:load", (int)master)),
			 0);
	expect_said("the loader of generation 1 has gone", 1);
	expect_said("generation 2 serves", 1);
	expect("/", "hello");
	stop_master();
}

/* ---- deaths ----------------------------------------------------------------------------- */

static void replaces_a_killed_worker(void **state)
{
	(void)state;
	serve("");
	for (unsigned i = 1; i <= 4; i++) {
		kill(ask_pid(), SIGKILL);
		expect_said("ended by signal 9", i);
		expect("/", "hello");
	}
	expect_metric("\nbangfu_worker_deaths_total 4\n");
	stop_master();
}

static void tells_where_a_worker_crashed(void **state)
{
	(void)state;
	serve("");
	assert_null(ask("/crash"));
	expect_said("in plugin \"fake\", route \"crash\", request ", 2);
	expect("/", "hello");
	stop_master();
}

static void ends_a_request_that_hangs(void **state)
{
	(void)state;
	serve("soft_deadline_ms = 3100\nhard_deadline_ms = 3600\n");
	assert_null(ask("/hang"));
	expect_said("has passed its soft deadline in plugin \"fake\", route \"hang\"", 1);
	expect_said("is killed: its request has passed the hard deadline", 1);
	expect_said("ended by signal 9, in plugin \"fake\", route \"hang\"", 1);
	expect("/", "hello");
	expect_metric("\nbangfu_worker_overdue_total 1\n");
	stop_master();
}

#if !BF_SANITIZED /* which knows no end of memory */
static void answers_when_memory_ends(void **state)
{
	(void)state;
	serve("address_space_mib = 256\n");
	assert_null(strstr(ask("/memory"), "hello"));
	assert_non_null(strstr(answer.data, "Status: 503 "));
	expect_said("has no memory left and ends in plugin \"fake\", route \"memory\"", 1);
	expect_said("ended by exit code 3, in plugin \"fake\", route \"memory\"", 1);
	expect("/", "hello");
	stop_master();
}
#endif

static void puts_a_killing_plugin_into_quarantine(void **state)
{
	(void)state;
	serve("");
	expect("/quarantine", "hello");
	for (unsigned i = 1; i <= 5; i++) {
		assert_null(ask("/crash"));
		expect_said("ended by signal", i);
	}
	expect_said("plugin \"fake\" goes into quarantine", 1);
	expect_said("generation 2 serves", 1);
	expect("/quarantine", "fakehello");
	stop_master();
}

static void takes_its_children_along(void **state)
{
	pid_t worker;

	(void)state;
	serve("");
	worker = ask_pid();
	kill(master, SIGKILL);
	waitpid(master, NULL, 0);
	master = 0;
	expect_gone(worker);
}

/* ---- a web server gone mad ------------------------------------------------------------------ */

/* Numbers that look random and are the same in every run. */
static uint32_t next_number(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Some bytes are others, some are missing, and the peer may leave or linger. */
static void send_spoilt(uint32_t *seed)
{
	int fd = connect_to(in_folder("sock"));

	assert_true(fd >= 0);
	bf_buf_clear(&bytes);
	add_request(&bytes, next_number(seed) & 1, "POST", "/length", "a=1&b=2", NULL);
	for (uint32_t i = 1 + next_number(seed) % 4; i; i--)
		bytes.data[next_number(seed) % bytes.len] = (char)next_number(seed);
	if (next_number(seed) & 1)
		bytes.len = next_number(seed) % bytes.len;
	assert_true(send_bytes(fd, bytes.data, bytes.len));
	if (next_number(seed) % 8)
		shutdown(fd, SHUT_WR);
	else
		usleep(PAUSE_US);
	close(fd);
}

static void survives_spoilt_streams(void **state)
{
	uint32_t seed = 7;

	(void)state;
	serve("");
	for (int i = 0; i < 1000; i++)
		send_spoilt(&seed);
	expect("/", "hello");
	expect_metric("\nbangfu_worker_deaths_total 0\n");
	stop_master();
}

/* ---- retirement -------------------------------------------------------------------------- */

static void retires_after_so_many_requests(void **state)
{
	pid_t first;
	unsigned others = 0;

	(void)state;
	serve("requests_a_worker = 10\n");
	first = ask_pid();
	for (int i = 0; i < 100; i++) {
		others += ask_pid() != first;
		usleep(5000);
	}
	expect_gone(first);
	assert_true(others > 50);
	expect_metric("\nbangfu_worker_deaths_total 0\n");
	stop_master();
}

static void retires_when_it_has_grown(void **state)
{
	pid_t first;
	unsigned asked = 0;

	(void)state;
	serve("growth_mib = 8\n");
	first = ask_pid();
	while (kill(first, 0) == 0) {
		assert_non_null(ask("/leak"));
		assert_true(++asked < 1000);
		usleep(5000);
	}
	assert_true(asked >= 8);
	expect("/", "hello");
	stop_master();
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(serves_and_ends),
		WITH_FOLDER(answers_what_it_has_begun),
		WITH_FOLDER(reads_a_body),
		WITH_FOLDER(leaves_its_socket_to_the_first),
		WITH_FOLDER(names_faults_and_exits),
		WITH_FOLDER(names_faults_of_the_configuration),
		WITH_FOLDER(waits_for_the_database),
		WITH_FOLDER(changes_generations_without_a_failed_request),
		WITH_FOLDER(keeps_the_old_generation_when_the_new_has_faults),
		WITH_FOLDER(drains_a_kept_connection),
		WITH_FOLDER(loads_anew_when_the_loader_has_gone),
		WITH_FOLDER(replaces_a_killed_worker),
		WITH_FOLDER(tells_where_a_worker_crashed),
		WITH_FOLDER(ends_a_request_that_hangs),
#if !BF_SANITIZED
		WITH_FOLDER(answers_when_memory_ends),
#endif
		WITH_FOLDER(puts_a_killing_plugin_into_quarantine),
		WITH_FOLDER(takes_its_children_along),
		WITH_FOLDER(survives_spoilt_streams),
		WITH_FOLDER(retires_after_so_many_requests),
		WITH_FOLDER(retires_when_it_has_grown),
	};

	if (argc > 3) /* the master runs this program anew: bangfu serve --config FILE */
		return bf_server_run(argv[3]);
	bf_buf_init(&answer);
	bf_buf_init(&bytes);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
