/* fcgi: one worker's connections against a web server that behaves, and one that does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "fcgi_peer.h"
#include "http/fcgi.h"

static struct bf_pool *pool, *request_pool;
static struct bf_fcgi *fcgi;
static struct bf_request request;
static struct bf_buf bytes, answer;
static char path[64];
static int listener;

static const struct bf_request_limits limits = { 65536, 20, 100, 100 };

static void on_nothing(int number)
{
	(void)number;
}

static void start_with(bool any_peer, uid_t peer)
{
	struct bf_fcgi_options options = { .any_peer = any_peer, .peer = peer };
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 8), 0);
	options.listener = listener;
	sigemptyset(&options.waiting_mask);
	pool = bf_pool_new(NULL);
	request_pool = bf_pool_new(pool);
	assert_int_equal(bf_fcgi_new(pool, &options, &fcgi, NULL), BF_OK);
	bf_buf_init(&bytes);
	bf_buf_init(&answer);
}

static int start(void **state)
{
	(void)state;
	start_with(true, 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	close(listener);
	unlink(path);
	bf_buf_release(&bytes);
	bf_buf_release(&answer);
	bf_request_release(&request);
	request = (struct bf_request){ 0 };
	bf_pool_free(pool);
	return 0;
}

/* A connection with these bytes sent; the worker has not looked yet. */
static int peer_with(const struct bf_buf *sent)
{
	int fd = connect_to(path);

	assert_true(fd >= 0);
	assert_true(send_bytes(fd, sent->data, sent->len));
	return fd;
}

static int peer_asking(bool keep, const char *method, const char *uri, const char *body,
		       const char *length)
{
	bf_buf_clear(&bytes);
	add_request(&bytes, keep, method, uri, body, length);
	return peer_with(&bytes);
}

/* What the worker does with the request that is there. */
static enum bf_rc serve(void)
{
	struct bf_err err = { 0 };
	const struct bf_transport *transport;
	enum bf_rc rc;

	assert_int_equal(bf_fcgi_wait(fcgi, false), BF_FCGI_READY);
	transport = bf_fcgi_begin(fcgi);
	assert_non_null(transport);
	rc = bf_request_read(&request, request_pool, transport, &limits, &err);
	request.status = bf_rc_status(rc);
	bf_buf_add_str(&request.out, request.path);
	assert_true(bf_request_send(&request, transport));
	bf_fcgi_finish(fcgi);
	return rc;
}

static void expect_answer(int fd, const char *expected)
{
	bf_buf_clear(&answer);
	assert_true(read_answer(fd, &answer));
	assert_string_equal(answer.data, expected);
}

static void expect_closed(int fd)
{
	char byte;

	assert_true(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
}

static void answers_and_closes(void **state)
{
	int peer = peer_asking(false, "GET", "/a", "", NULL);

	(void)state;
	assert_int_equal(serve(), BF_OK);
	expect_answer(peer, "Status: 200 OK\r\nContent-Length: 2\r\n\r\n/a");
	expect_closed(peer);
}

static void keeps_a_connection_that_is_asked_for(void **state)
{
	int peer = peer_asking(true, "GET", "/a", "", NULL);

	(void)state;
	assert_int_equal(serve(), BF_OK);
	expect_answer(peer, "Status: 200 OK\r\nContent-Length: 2\r\n\r\n/a");
	for (int i = 0; i < 3; i++) {
		bf_buf_clear(&bytes);
		add_request(&bytes, true, "POST", "/b", "x=1", NULL);
		assert_true(send_bytes(peer, bytes.data, bytes.len));
		assert_int_equal(serve(), BF_OK);
		expect_answer(peer, "Status: 200 OK\r\nContent-Length: 2\r\n\r\n/b");
	}
	close(peer);
}

static void drains_when_the_web_server_closes(void **state)
{
	int peer = peer_asking(true, "GET", "/a", "", NULL);

	(void)state;
	assert_int_equal(serve(), BF_OK);
	expect_answer(peer, "Status: 200 OK\r\nContent-Length: 2\r\n\r\n/a");
	bf_buf_clear(&bytes);
	add_request(&bytes, true, "GET", "/b", "", NULL);
	assert_true(send_bytes(peer, bytes.data, bytes.len));
	/* draining, it still answers on what it holds */
	assert_int_equal(bf_fcgi_wait(fcgi, true), BF_FCGI_READY);
	assert_int_equal(serve(), BF_OK);
	expect_answer(peer, "Status: 200 OK\r\nContent-Length: 2\r\n\r\n/b");
	close(peer);
	assert_int_equal(bf_fcgi_wait(fcgi, true), BF_FCGI_DRAINED);
}

/* The connection that may have woken this worker together with the signal is served. */
static void looks_once_more_when_it_drains(void **state)
{
	int first = peer_asking(false, "GET", "/a", "", NULL);
	int second = peer_asking(false, "GET", "/b", "", NULL);

	(void)state;
	assert_int_equal(bf_fcgi_wait(fcgi, true), BF_FCGI_READY);
	assert_int_equal(serve(), BF_OK);
	expect_answer(first, "Status: 200 OK\r\nContent-Length: 2\r\n\r\n/a");
	assert_int_equal(bf_fcgi_wait(fcgi, true), BF_FCGI_DRAINED);
	close(first);
	close(second);
}

static void refuses_bodies_of_other_lengths(void **state)
{
	static const char *const lengths[] = { "2", "4" };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		int peer = peer_asking(true, "POST", "/a", "x=1", lengths[i]);

		assert_int_equal(serve(), BF_BAD_REQUEST);
		expect_answer(peer, "Status: 400 Bad Request\r\nContent-Length: 2\r\n\r\n/a");
		expect_closed(peer);
	}
}

static void refuses_a_body_that_is_cut(void **state)
{
	int peer;

	(void)state;
	add_request(&bytes, true, "POST", "/a", "x=1", NULL);
	bytes.len -= RECORD_HEADER_BYTES + 1; /* without its last byte and its end */
	peer = peer_with(&bytes);
	assert_int_equal(shutdown(peer, SHUT_WR), 0);
	assert_int_equal(serve(), BF_BAD_REQUEST);
	expect_answer(peer, "Status: 400 Bad Request\r\nContent-Length: 2\r\n\r\n/a");
	expect_closed(peer);
}

static void closes_on_a_body_left_unread(void **state)
{
	int peer = peer_asking(true, "POST", "/..", "x=1", NULL);

	(void)state;
	assert_int_equal(serve(), BF_BAD_REQUEST);
	bf_buf_clear(&answer);
	(void)read_answer(peer, &answer);
	expect_closed(peer);
}

static void closes_on_requests_that_do_not_wait(void **state)
{
	char filler[9000];
	int peer;

	(void)state;
	memset(filler, 'x', sizeof(filler));
	add_request(&bytes, true, "GET", "/a", "", NULL);
	bf_buf_add(&bytes, filler, sizeof(filler)); /* more than libfcgi takes in with the first */
	peer = peer_with(&bytes);
	assert_int_equal(serve(), BF_OK);
	bf_buf_clear(&answer);
	(void)read_answer(peer, &answer);
	expect_closed(peer);
}

static void closes_malformed_heads(void **state)
{
	int peer;

	(void)state;
	bf_buf_add_text(&bytes, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	peer = peer_with(&bytes);
	assert_int_equal(bf_fcgi_wait(fcgi, false), BF_FCGI_READY);
	assert_null(bf_fcgi_begin(fcgi));
	assert_string_equal(bf_fcgi_why(fcgi), "another version of FastCGI");
	assert_int_equal(bf_fcgi_counts(fcgi)->malformed, 1);
	expect_closed(peer);
	/* the next one is served */
	peer = peer_asking(false, "GET", "/a", "", NULL);
	assert_int_equal(serve(), BF_OK);
	close(peer);
}

static void waits_so_long_for_a_head(void **state)
{
	int64_t before_us = bf_clock_monotonic_us(), took_ms;
	int peer;

	(void)state;
	add_request(&bytes, false, "GET", "/a", "", NULL);
	bytes.len = 20;
	peer = peer_with(&bytes);
	assert_int_equal(bf_fcgi_wait(fcgi, false), BF_FCGI_READY);
	assert_null(bf_fcgi_begin(fcgi));
	took_ms = (bf_clock_monotonic_us() - before_us) / 1000;
	assert_true(took_ms >= 4900 && took_ms < 7000);
	assert_string_equal(bf_fcgi_why(fcgi),
			    "the head of a request did not arrive, or not in time");
	expect_closed(peer);
}

static void does_not_wait_for_a_peer_that_has_left(void **state)
{
	int64_t before_us = bf_clock_monotonic_us();
	int peer;

	(void)state;
	add_request(&bytes, false, "GET", "/a", "", NULL);
	bytes.len = 20;
	peer = peer_with(&bytes);
	assert_int_equal(shutdown(peer, SHUT_WR), 0);
	assert_int_equal(bf_fcgi_wait(fcgi, false), BF_FCGI_READY);
	assert_null(bf_fcgi_begin(fcgi));
	assert_true(bf_clock_monotonic_us() - before_us < 1000000);
	expect_closed(peer);
}

static void takes_a_head_in_pieces(void **state)
{
	int peer;
	pid_t sender;

	(void)state;
	add_request(&bytes, false, "GET", "/a", "", NULL);
	peer = connect_to(path);
	sender = fork();
	if (sender == 0) {
		for (size_t i = 0; i < bytes.len; i++) {
			send_bytes(peer, bytes.data + i, 1);
			if (i % 16 == 0)
				usleep(2000);
		}
		_exit(0);
	}
	assert_int_equal(serve(), BF_OK);
	expect_answer(peer, "Status: 200 OK\r\nContent-Length: 2\r\n\r\n/a");
	close(peer);
	waitpid(sender, NULL, 0);
}

static void sends_more_than_a_socket_holds(void **state)
{
	const struct bf_transport *transport;
	int peer = peer_asking(false, "GET", "/a", "", NULL);
	pid_t reader = fork();
	int status = 1;

	(void)state;
	if (reader == 0) {
		bool whole = read_answer(peer, &answer);

		_exit(whole && answer.len > 3000000 ? 0 : 1);
	}
	assert_int_equal(bf_fcgi_wait(fcgi, false), BF_FCGI_READY);
	transport = bf_fcgi_begin(fcgi);
	assert_int_equal(bf_request_read(&request, request_pool, transport, &limits, NULL), BF_OK);
	request.status = 200;
	while (request.out.len < 3000000)
		bf_buf_add_text(&request.out, "a large page ");
	assert_true(bf_request_send(&request, transport));
	assert_true(bf_fcgi_finish(fcgi));
	close(peer);
	waitpid(reader, &status, 0);
	assert_int_equal(status, 0);
}

static void tells_when_the_client_has_gone(void **state)
{
	const struct bf_transport *transport;
	int peer = peer_asking(true, "GET", "/a", "", NULL);

	(void)state;
	assert_int_equal(bf_fcgi_wait(fcgi, false), BF_FCGI_READY);
	transport = bf_fcgi_begin(fcgi);
	assert_int_equal(bf_request_read(&request, request_pool, transport, &limits, NULL), BF_OK);
	close(peer);
	request.status = 200;
	(void)bf_request_send(&request, transport);
	assert_false(bf_fcgi_finish(fcgi));
	assert_int_equal(bf_fcgi_wait(fcgi, true), BF_FCGI_DRAINED);
}

static void turns_other_users_away(void **state)
{
	int peer;

	(void)end(state);
	start_with(false, geteuid() + 1);
	peer = peer_asking(false, "GET", "/a", "", NULL);
	assert_int_equal(bf_fcgi_wait(fcgi, true), BF_FCGI_DRAINED);
	assert_int_equal(bf_fcgi_counts(fcgi)->refused, 1);
	expect_closed(peer);
	(void)end(state);
	start_with(false, geteuid());
	peer = peer_asking(false, "GET", "/a", "", NULL);
	assert_int_equal(serve(), BF_OK);
	close(peer);
}

static void lets_signals_in_while_it_waits(void **state)
{
	pid_t self = getpid(), sender = fork();

	(void)state;
	if (sender == 0) {
		usleep(50000);
		kill(self, SIGUSR1);
		_exit(0);
	}
	assert_int_equal(bf_fcgi_wait(fcgi, false), BF_FCGI_WOKEN);
	waitpid(sender, NULL, 0);
}

#define WITH_PEER(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PEER(answers_and_closes),
		WITH_PEER(keeps_a_connection_that_is_asked_for),
		WITH_PEER(drains_when_the_web_server_closes),
		WITH_PEER(looks_once_more_when_it_drains),
		WITH_PEER(refuses_bodies_of_other_lengths),
		WITH_PEER(refuses_a_body_that_is_cut),
		WITH_PEER(closes_on_a_body_left_unread),
		WITH_PEER(closes_on_requests_that_do_not_wait),
		WITH_PEER(closes_malformed_heads),
		WITH_PEER(waits_so_long_for_a_head),
		WITH_PEER(does_not_wait_for_a_peer_that_has_left),
		WITH_PEER(takes_a_head_in_pieces),
		WITH_PEER(sends_more_than_a_socket_holds),
		WITH_PEER(tells_when_the_client_has_gone),
		WITH_PEER(turns_other_users_away),
		WITH_PEER(lets_signals_in_while_it_waits),
	};
	sigset_t blocked;

	signal(SIGPIPE, on_nothing);
	signal(SIGTERM, on_nothing);
	signal(SIGUSR1, on_nothing);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	snprintf(path, sizeof(path), "/tmp/bangfu-fcgi-%d.sock", (int)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
