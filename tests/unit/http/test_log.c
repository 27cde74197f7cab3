/* log: one line a request, whatever the visitor sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <jansson.h>
#include <unistd.h>

#include "http/log.h"

static void writes_one_json_line(void **state)
{
	struct bf_request request = {
		.id = "0123456789abcdef",
		.method_name = BF_STR("GET"),
		.path = BF_STR("/帮/\"\n"),
		.query_string = BF_STR("name=secret"),
		.status = 503,
		.err = { BF_BUSY, "could not connect to \"db\"" },
		.queries = 2,
		.query_us = 77,
	};
	struct bf_log_line line = { "donations", "list", 3, 1234 };
	struct bf_buf room;
	char text[1024] = "";
	int ends[2];
	json_t *json;

	(void)state;
	bf_buf_init(&room);
	assert_int_equal(pipe(ends), 0);
	assert_true(bf_log_request(ends[1], &room, &request, &line));
	assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_null(strstr(text, "secret"));
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "path")), "/帮/\"\n");
	assert_string_equal(json_string_value(json_object_get(json, "id")), "0123456789abcdef");
	assert_string_equal(json_string_value(json_object_get(json, "plugin")), "donations");
	assert_string_equal(json_string_value(json_object_get(json, "error")),
			    "could not connect to \"db\"");
	assert_int_equal(json_integer_value(json_object_get(json, "status")), 503);
	assert_int_equal(json_integer_value(json_object_get(json, "us")), 1234);
	assert_int_equal(json_integer_value(json_object_get(json, "queries")), 2);
	assert_int_equal(json_integer_value(json_object_get(json, "query_us")), 77);
	assert_int_equal(json_integer_value(json_object_get(json, "worker")), 3);
	json_decref(json);
	bf_buf_release(&room);
	close(ends[0]);
	close(ends[1]);
}

static void tells_when_a_line_is_lost(void **state)
{
	struct bf_request request = { .method_name = BF_STR("GET"), .path = BF_STR("/") };
	struct bf_log_line line = { 0 };
	struct bf_buf room;

	(void)state;
	bf_buf_init(&room);
	assert_false(bf_log_request(-1, &room, &request, &line));
	bf_buf_release(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_one_json_line),
		cmocka_unit_test(tells_when_a_line_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
