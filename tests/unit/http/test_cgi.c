/* cgi: a request from an environment and a pipe, answered into another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <unistd.h>

#include "http/cgi.h"

static const struct bf_request_limits limits = { 1000, 10, 100, 100 };

static void serves_one_request(void **state)
{
	char *variables[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/x", "CONTENT_LENGTH=3",
			      "CONTENT_TYPE=application/x-www-form-urlencoded", NULL };
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_request request = { 0 };
	int in[2], out[2];
	struct bf_cgi cgi = { .variables = variables };
	struct bf_transport transport;
	char answer[128] = "";

	(void)state;
	assert_int_equal(pipe(in) | pipe(out), 0);
	cgi.input = in[0];
	cgi.output = out[1];
	/* The pipe stays open: what is behind the body is never asked for. */
	assert_int_equal(write(in[1], "a=1", 3), 3);
	transport = bf_cgi_transport(&cgi);
	assert_int_equal(bf_request_read(&request, pool, &transport, &limits, NULL), BF_OK);
	assert_true(bf_str_is(bf_fields_find(&request.form, "a")->value, "1"));
	request.status = 200;
	bf_buf_add_text(&request.out, "hello");
	assert_true(bf_request_send(&request, &transport));
	assert_true(read(out[0], answer, sizeof(answer) - 1) > 0);
	assert_string_equal(answer, "Status: 200 OK\r\nContent-Length: 5\r\n\r\nhello");
	bf_request_release(&request);
	bf_pool_free(pool);
	for (int i = 0; i < 2; i++) {
		close(in[i]);
		close(out[i]);
	}
}

static void has_no_body_without_an_input(void **state)
{
	char *variables[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/x", "CONTENT_LENGTH=3", NULL };
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_request request = { 0 };
	struct bf_cgi cgi = { .variables = variables, .input = -1, .output = -1 };
	struct bf_transport transport = bf_cgi_transport(&cgi);

	(void)state;
	assert_int_equal(bf_request_read(&request, pool, &transport, &limits, NULL),
			 BF_BAD_REQUEST);
	request.status = 400;
	assert_false(bf_request_send(&request, &transport));
	bf_request_release(&request);
	bf_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_one_request),
		cmocka_unit_test(has_no_body_without_an_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
