/* request: from CGI variables and a body to a request, and from an answer to bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "http/request.h"

static struct bf_pool *pool;
static struct bf_request request;
static struct bf_err err;

/* A transport in memory: its body arrives two bytes at a time. */
struct memory {
	char **variables;
	struct bf_str body;
	bool ended, gone;
	struct bf_buf written;
};

static const char *memory_variable(void *arg, const char *name)
{
	struct memory *memory = arg;
	size_t len = strlen(name);

	for (char **at = memory->variables; *at; at++)
		if (strncmp(*at, name, len) == 0 && (*at)[len] == '=')
			return *at + len + 1;
	return NULL;
}

static long memory_read(void *arg, char *bytes, size_t size)
{
	struct memory *memory = arg;
	size_t n = memory->body.len < 2 ? memory->body.len : 2;

	n = n < size ? n : size;
	memcpy(bytes, memory->body.p, n);
	memory->body.p += n;
	memory->body.len -= n;
	return (long)n;
}

static bool memory_write(void *arg, const char *bytes, size_t size)
{
	struct memory *memory = arg;

	bf_buf_add(&memory->written, bytes, size);
	return !memory->gone;
}

static bool memory_ended(void *arg)
{
	struct memory *memory = arg;

	return memory->ended && memory->body.len == 0;
}

static enum bf_rc read_with(char **variables, const char *body)
{
	struct memory memory = { .variables = variables, .body = bf_str(body), .ended = true };
	struct bf_transport transport = {
		.arg = &memory,
		.variable = memory_variable,
		.variables = variables,
		.read = memory_read,
		.write = memory_write,
		.ended = memory_ended,
	};
	struct bf_request_limits limits = { .header_bytes = 1000, .fields = 10, .body_bytes = 100 };

	err = (struct bf_err){ 0 };
	return bf_request_read(&request, pool, &transport, &limits, &err);
}

#define VARIABLES(...) ((char *[]){ __VA_ARGS__, NULL })
#define GET(uri) "REQUEST_METHOD=GET", "REQUEST_URI=" uri
#define POST(length)                                                      \
	"REQUEST_METHOD=POST", "REQUEST_URI=/", "CONTENT_LENGTH=" length, \
		"CONTENT_TYPE=application/x-www-form-urlencoded"

static void reads_a_get(void **state)
{
	(void)state;
	assert_int_equal(read_with(VARIABLES(GET("/%E5%B8%AE/?q=a+b&x=1"), "QUERY_STRING=other=1",
					     "HTTP_HOST=example.cn", "HTTP_ACCEPT_LANGUAGE=zh",
					     "HTTP_COOKIE=view=elder", "REMOTE_ADDR=10.0.0.1",
					     "REQUEST_SCHEME=https", "PATH=/bin"),
				   ""),
			 BF_OK);
	assert_int_equal(strlen(request.id), 16);
	assert_true(bf_str_is(request.method_name, "GET"));
	assert_false(request.head);
	assert_true(bf_str_is(request.path, "/帮/"));
	assert_true(bf_str_is(request.query_string, "q=a+b&x=1"));
	assert_int_equal(request.query.count, 2);
	assert_true(bf_str_is(bf_fields_find(&request.query, "q")->value, "a b"));
	assert_true(bf_str_is(bf_fields_find(&request.headers, "accept-language")->value, "zh"));
	assert_true(bf_str_is(bf_fields_find(&request.cookies, "view")->value, "elder"));
	assert_true(bf_str_is(request.client, "10.0.0.1"));
	assert_true(bf_str_is(request.scheme, "https"));
	assert_true(bf_str_is(request.host, "example.cn"));
	assert_null(bf_fields_find(&request.headers, "path"));
}

static void reads_a_form(void **state)
{
	(void)state;
	assert_int_equal(read_with(VARIABLES(POST("11")), "a=1&b=%E5%B8"), BF_BAD_REQUEST);
	assert_int_equal(read_with(VARIABLES(POST("7")), "a=1&b=2"), BF_OK);
	assert_true(bf_str_is(request.body, "a=1&b=2"));
	assert_int_equal(request.form.count, 2);
	assert_true(bf_str_is(bf_fields_find(&request.form, "b")->value, "2"));
}

static void forgets_the_request_before(void **state)
{
	(void)state;
	assert_int_equal(read_with(VARIABLES(POST("7")), "a=1&b=2"), BF_OK);
	bf_buf_add_text(&request.out, "an answer");
	bf_request_header(&request, "A", "b");
	request.status = 200;
	assert_int_equal(read_with(VARIABLES(GET("/")), ""), BF_OK);
	assert_int_equal(request.form.count, 0);
	assert_int_equal(request.body.len, 0);
	assert_int_equal(request.out.len, 0);
	assert_int_equal(request.headers_out.len, 0);
	assert_int_equal(request.status, 0);
}

static void expect_refusal(char **variables, const char *body, enum bf_rc rc, const char *why)
{
	assert_int_equal(read_with(variables, body), rc);
	assert_string_equal(err.text, why);
	/* it is good enough to answer on */
	assert_non_null(request.path.p);
	assert_int_equal(strlen(request.id), 16);
}

static void refuses_wrong_lengths(void **state)
{
	(void)state;
	expect_refusal(VARIABLES("REQUEST_METHOD=POST", "REQUEST_URI=/"), "", BF_NO_LENGTH,
		       "a body without CONTENT_LENGTH");
	expect_refusal(VARIABLES(POST("")), "a=1", BF_NO_LENGTH, "a body without CONTENT_LENGTH");
	expect_refusal(VARIABLES(GET("/"), "HTTP_TRANSFER_ENCODING=chunked"), "", BF_NO_LENGTH,
		       "a body without CONTENT_LENGTH");
	expect_refusal(VARIABLES(POST("8")), "a=1&b=2", BF_BAD_REQUEST,
		       "body ended after 7 of 8 bytes");
	expect_refusal(VARIABLES(POST("6")), "a=1&b=2", BF_BAD_REQUEST,
		       "body does not end after its 6 bytes");
	expect_refusal(VARIABLES(POST("-1")), "", BF_BAD_REQUEST, "CONTENT_LENGTH is no number");
	expect_refusal(VARIABLES(POST("1e1")), "", BF_BAD_REQUEST, "CONTENT_LENGTH is no number");
	expect_refusal(VARIABLES(POST("101")), "", BF_TOO_LARGE,
		       "body has 101 bytes, 100 are allowed");
	expect_refusal(VARIABLES(POST("9223372036854775808")), "", BF_TOO_LARGE,
		       "body has 9223372036854775808 bytes, 100 are allowed");
	expect_refusal(VARIABLES(GET("/"), "CONTENT_LENGTH=3"), "abc", BF_BAD_REQUEST,
		       "GET with a body");
	assert_int_equal(read_with(VARIABLES(POST("0")), ""), BF_OK);
}

static void refuses_bad_heads(void **state)
{
	(void)state;
	expect_refusal(VARIABLES("REQUEST_URI=/"), "", BF_BAD_REQUEST,
		       "method is missing or malformed");
	expect_refusal(VARIABLES("REQUEST_METHOD=GE T", "REQUEST_URI=/"), "", BF_BAD_REQUEST,
		       "method is missing or malformed");
	expect_refusal(VARIABLES("REQUEST_METHOD=GET"), "", BF_BAD_REQUEST,
		       "path does not start with \"/\"");
	expect_refusal(VARIABLES(GET("/..")), "", BF_BAD_REQUEST, "path is not canonical");
	expect_refusal(VARIABLES(GET("/?a=%")), "", BF_BAD_REQUEST,
		       "form: a percent sign without its two digits");
	expect_refusal(VARIABLES(GET("/"), "HTTP_HOST=a", "HTTP_HOST=b"), "", BF_BAD_REQUEST,
		       "HTTP_HOST was sent twice");
	expect_refusal(VARIABLES(GET("/"), "REMOTE_ADDR=1.2.3.4", "REMOTE_ADDR=5.6.7.8"), "",
		       BF_BAD_REQUEST, "REMOTE_ADDR was sent twice");
	assert_int_equal(read_with(VARIABLES(GET("/"), "HTTP_VIA=a", "HTTP_VIA=b"), ""), BF_OK);
}

static void bounds_the_head(void **state)
{
	char header[1002];

	(void)state;
	memset(header, 'x', sizeof(header) - 1);
	memcpy(header, "HTTP_X=", 7);
	header[sizeof(header) - 1] = '\0';
	expect_refusal(VARIABLES(GET("/"), header), "", BF_BAD_REQUEST,
		       "headers have more than 1000 bytes");
}

static void leaves_out_unclean_headers(void **state)
{
	(void)state;
	assert_int_equal(read_with(VARIABLES(GET("/"), "HTTP_USER_AGENT=\xff\xfe", "HTTP_A=b"), ""),
			 BF_OK);
	assert_null(bf_fields_find(&request.headers, "user-agent"));
	assert_non_null(bf_fields_find(&request.headers, "a"));
}

static void expect_answer(const char *expected)
{
	struct memory memory = { 0 };
	struct bf_transport transport = { .arg = &memory, .write = memory_write };

	bf_buf_init(&memory.written);
	assert_true(bf_request_send(&request, &transport));
	assert_string_equal(memory.written.data, expected);
	bf_buf_release(&memory.written);
}

static void sends_answers(void **state)
{
	(void)state;
	assert_int_equal(read_with(VARIABLES(GET("/")), ""), BF_OK);
	request.status = 200;
	bf_request_header(&request, "Content-Type", "text/plain");
	bf_buf_add_text(&request.out, "hello");
	expect_answer(
		"Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
	request.status = 304;
	expect_answer("Status: 304 Not Modified\r\nContent-Type: text/plain\r\n\r\n");
}

static void sends_no_body_to_head(void **state)
{
	(void)state;
	assert_int_equal(read_with(VARIABLES("REQUEST_METHOD=HEAD", "REQUEST_URI=/"), ""), BF_OK);
	assert_true(request.head);
	request.status = 422;
	bf_buf_add_text(&request.out, "hello");
	expect_answer("Status: 422 Unprocessable Content\r\nContent-Length: 5\r\n\r\n");
}

static void tells_when_the_client_has_gone(void **state)
{
	struct memory memory = { .gone = true };
	struct bf_transport transport = { .arg = &memory, .write = memory_write };

	(void)state;
	assert_int_equal(read_with(VARIABLES(GET("/")), ""), BF_OK);
	request.status = 200;
	bf_buf_init(&memory.written);
	assert_false(bf_request_send(&request, &transport));
	bf_buf_release(&memory.written);
}

static void takes_limits_from_the_configuration(void **state)
{
	struct bf_config config = { .body_max_kib = 64 };
	struct bf_request_limits limits = bf_request_limits(&config);

	(void)state;
	assert_int_equal(limits.body_bytes, 65536);
	assert_int_equal(limits.header_bytes, 65536);
	assert_int_equal(limits.fields, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_get),
		cmocka_unit_test(reads_a_form),
		cmocka_unit_test(forgets_the_request_before),
		cmocka_unit_test(refuses_wrong_lengths),
		cmocka_unit_test(refuses_bad_heads),
		cmocka_unit_test(bounds_the_head),
		cmocka_unit_test(leaves_out_unclean_headers),
		cmocka_unit_test(sends_answers),
		cmocka_unit_test(sends_no_body_to_head),
		cmocka_unit_test(tells_when_the_client_has_gone),
		cmocka_unit_test(takes_limits_from_the_configuration),
	};
	int failed;

	pool = bf_pool_new(NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bf_request_release(&request);
	bf_pool_free(pool);
	return failed;
}
