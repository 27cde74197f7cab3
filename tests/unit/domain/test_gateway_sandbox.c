/* gateway_sandbox: the client against a gateway of the test's own, which also misbehaves. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/clock.h"
#include "domain/gateway_sandbox.h"

enum { TIMEOUT_MS = 1500, REQUEST_BYTES = 8192, LARGE_BYTES = 40000 };

static struct bf_pool *pool;
static const struct bf_gateway *gateway;
static struct bf_signer our_signer = { .id = "bangfu-1" };
static struct bf_signee our_key = { .id = "bangfu-1" }, its_key = { .id = "sandbox-1" };
static unsigned char our_secret[crypto_sign_SECRETKEYBYTES], its_secret[crypto_sign_SECRETKEYBYTES];
static pid_t server;

/* ---- the gateway, in a process of its own -------------------------------------------------- */

struct request {
	char text[REQUEST_BYTES];
	struct bf_str line; /* "POST /orders" */
	struct bf_str body;
};

static const char *header(struct bf_pool *of, const struct request *request, const char *name)
{
	const char *found = strstr(request->text, name);

	if (!found)
		return NULL;
	found += strlen(name) + 2;
	return bf_pool_copy(of, (struct bf_str){ found, strcspn(found, "\r") });
}

static bool read_request(int fd, struct request *request)
{
	size_t len = 0, wanted = 0;
	char *end = NULL;

	while (len + 1 < sizeof(request->text) && (!end || len < wanted)) {
		ssize_t got = read(fd, request->text + len, sizeof(request->text) - 1 - len);

		if (got <= 0)
			return false;
		len += (size_t)got;
		request->text[len] = '\0';
		if (!end && (end = strstr(request->text, "\r\n\r\n")) != NULL) {
			const char *length = strstr(request->text, "Content-Length: ");

			wanted = (size_t)(end - request->text) + 4 +
				 (length ? (size_t)strtoul(length + 16, NULL, 10) : 0);
		}
	}
	request->body = bf_str(end + 4);
	request->line = (struct bf_str){ request->text, 0 };
	request->line.len = (size_t)(strstr(request->text, " HTTP/") - request->text);
	return true;
}

static void say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* Signed with key, for a nonce. */
static void reply(int fd, struct bf_pool *of, int status, const char *nonce, const char *body,
		  const unsigned char *key)
{
	const char *at = bf_pool_printf(of, "%" PRId64, bf_clock_wall_ms() / 1000);
	char signature[BF_SIGNED_SIGNATURE_BYTES];

	bf_signed_sign(key, at, nonce, NULL, bf_str(body), signature);
	say(fd, bf_pool_printf(of,
			       "HTTP/1.1 %d X\r\nbangfu-timestamp: %s\r\nBANGFU-NONCE: %s\r\n"
			       "Bangfu-Key-Id: sandbox-1\r\nBangfu-Signature:%s\r\n"
			       "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
			       status, at, nonce, signature, strlen(body), body));
}

static const char *order_body(struct bf_pool *of, const char *number, const char *status)
{
	return bf_pool_printf(of,
			      "{\"merchant\":\"m1\",\"order\":\"%s\",\"gateway_id\":\"G1\","
			      "\"currency\":\"CNY\",\"fen\":1234,\"state\":\"%s\",\"at\":\"x\"}",
			      number, status);
}

static bool asks(const struct request *request, const char *line)
{
	return bf_str_is(request->line, line);
}

/* The number of an order says how the gateway is to behave. */
static void serve_one(int fd, struct bf_pool *of, const struct request *request)
{
	struct bf_signed_head head = { header(of, request, "Bangfu-Timestamp"),
				       header(of, request, "Bangfu-Nonce"),
				       header(of, request, "Bangfu-Key-Id"),
				       header(of, request, "Bangfu-Signature") };
	const char *line = bf_pool_copy(of, request->line);
	struct bf_err err = { 0 };

	if (bf_signed_verify(&our_key, 1, &head, line, request->body, bf_clock_wall_ms() / 1000,
			     &err) != BF_OK)
		say(fd, "HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n");
	else if (asks(request, "POST /orders") && strstr(request->body.p, "\"fen\":1234"))
		reply(fd, of, 200, head.nonce,
		      "{\"order\":\"B1\",\"gateway_id\":\"G1\",\"state\":\"open\","
		      "\"pay\":\"http://pay.example/B1\"}",
		      its_secret);
	else if (asks(request, "GET /orders/B1"))
		reply(fd, of, 200, head.nonce, order_body(of, "B1", "succeeded"), its_secret);
	else if (asks(request, "POST /orders/B1/close"))
		reply(fd, of, 200, head.nonce, order_body(of, "B1", "closed"), its_secret);
	else if (asks(request, "POST /refunds"))
		reply(fd, of, 200, head.nonce,
		      "{\"refund\":\"R1\",\"gateway_id\":\"GR1\",\"state\":\"accepted\"}",
		      its_secret);
	else if (asks(request, "GET /bills/2026-11-25"))
		reply(fd, of, 200, head.nonce,
		      bf_pool_printf(of, "{\"lines\":\"%0*d\"}", LARGE_BYTES, 0), its_secret);
	else if (asks(request, "GET /orders/LARGE"))
		reply(fd, of, 200, head.nonce, bf_pool_printf(of, "%0*d", LARGE_BYTES, 0),
		      its_secret);
	else if (asks(request, "GET /orders/MISSING"))
		reply(fd, of, 404, head.nonce, "{}", its_secret);
	else if (asks(request, "GET /orders/UNSIGNED"))
		say(fd, "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n");
	else if (asks(request, "GET /orders/FORGED"))
		reply(fd, of, 200, head.nonce, order_body(of, "FORGED", "succeeded"), our_secret);
	else if (asks(request, "GET /orders/REPLAY"))
		reply(fd, of, 200, "another-nonce-of-before", order_body(of, "REPLAY", "succeeded"),
		      its_secret);
	else if (asks(request, "GET /orders/DOWN"))
		say(fd, "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n");
	else if (asks(request, "GET /orders/MOVED"))
		say(fd, "HTTP/1.1 302 X\r\nLocation: /orders/B1\r\nContent-Length: 0\r\n\r\n");
	else if (asks(request, "GET /orders/ODD"))
		reply(fd, of, 200, head.nonce, "{\"state\":\"succeeded\"}", its_secret);
	else /* SILENT: it holds the line until the client goes */
		assert_int_equal(read(fd, &(char){ 0 }, 1), 0);
}

static void serve(int listener)
{
	struct bf_pool *of = bf_pool_new(NULL);

	for (;;) {
		struct request request = { .body = { 0 } };
		int fd = accept(listener, NULL, NULL);

		if (read_request(fd, &request))
			serve_one(fd, of, &request);
		close(fd);
		bf_pool_clear(of);
	}
}

static int set_up(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (sodium_init() < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(listener, 8) || getsockname(listener, (struct sockaddr *)&address, &len))
		return -1;
	pool = bf_pool_new(NULL);
	crypto_sign_keypair(our_key.public_key, our_secret);
	memcpy(our_signer.secret_key, our_secret, sizeof(our_secret));
	crypto_sign_keypair(its_key.public_key, its_secret);
	server = fork();
	if (server == 0)
		serve(listener);
	close(listener);
	gateway = bf_sandbox_new(pool, &(struct bf_sandbox_config){
					       .channel = "simulated",
					       .merchant = "m1",
					       .url = bf_pool_printf(pool, "http://127.0.0.1:%d",
								     ntohs(address.sin_port)),
					       .notify = "/notices/simulated",
					       .signer = &our_signer,
					       .keys = &its_key,
					       .key_count = 1,
					       .timeout_ms = TIMEOUT_MS });
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	bf_pool_free(pool);
	return 0;
}

/* ---- the tests ----------------------------------------------------------------------------- */

static void the_five_verbs_are_understood(void **state)
{
	struct bf_order order = { "B1", 1234, 1795000000000, "为老人看病" };
	struct bf_refund_order refund = { "R1", "B1", 34, 1234, "payer" };
	struct bf_order_report report;
	enum bf_refund_state refund_state;
	char gateway_id[BF_GATEWAY_NUMBER_BYTES];
	struct bf_err err = { 0 };
	struct bf_str bill;

	(void)state;
	if (gateway->open(gateway, pool, &order, &report, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_int_equal(report.state, BF_ORDER_OPEN);
	assert_string_equal(report.gateway_id, "G1");
	assert_non_null(strstr(report.pay, "pay.example/B1"));
	if (gateway->query(gateway, pool, "B1", &report, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_int_equal(report.state, BF_ORDER_SUCCEEDED);
	assert_int_equal(report.fen, 1234);
	assert_string_equal(report.merchant, "m1");
	assert_string_equal(bf_gateway_report(gateway, &report).currency, "CNY");
	if (gateway->close(gateway, pool, "B1", &report, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_int_equal(report.state, BF_ORDER_CLOSED);
	if (gateway->refund(gateway, pool, &refund, &refund_state, gateway_id, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_int_equal(refund_state, BF_REFUND_ACCEPTED);
	assert_string_equal(gateway_id, "GR1");
	if (gateway->bill(gateway, pool, "2026-11-25", &bill, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_true(bill.len > LARGE_BYTES);
}

static void assert_query(const char *number, enum bf_rc rc, const char *wanted)
{
	struct bf_order_report report;
	struct bf_err err = { 0 };

	assert_int_equal(gateway->query(gateway, pool, number, &report, &err), rc);
	if (!strstr(err.text, wanted))
		fail_msg("\"%s\", wanted \"%s\"", err.text, wanted);
}

static void what_is_not_said_by_the_gateway_is_not_believed(void **state)
{
	(void)state;
	assert_query("UNSIGNED", BF_DENIED, "another nonce");
	assert_query("FORGED", BF_DENIED, "the signature is wrong");
	assert_query("REPLAY", BF_DENIED, "another nonce");
	assert_query("MOVED", BF_DENIED, "another nonce"); /* and it is not followed */
	assert_query("ODD", BF_DENIED, "not about an order");
}

static void a_missing_order_is_an_answer(void **state)
{
	struct bf_order_report report;

	(void)state;
	assert_int_equal(gateway->query(gateway, pool, "MISSING", &report, NULL), BF_OK);
	assert_int_equal(report.state, BF_ORDER_MISSING);
}

static void size_and_time_are_bounded(void **state)
{
	int64_t began_us = bf_clock_monotonic_us();

	(void)state;
	assert_query("LARGE", BF_BUSY, "could not ask \"http://");
	assert_query("DOWN", BF_BUSY, "the gateway answers 503");
	assert_query("SILENT", BF_BUSY, "could not ask \"http://");
	assert_true(bf_clock_monotonic_us() - began_us < 10 * INT64_C(1000) * TIMEOUT_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_five_verbs_are_understood),
		cmocka_unit_test(what_is_not_said_by_the_gateway_is_not_believed),
		cmocka_unit_test(a_missing_order_is_an_answer),
		cmocka_unit_test(size_and_time_are_bounded),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
