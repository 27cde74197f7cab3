/* form: urlencoded and multipart, whole and cut anywhere, within limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "http/form.h"

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data; boundary=XyZ"

static struct bf_pool *pool;

struct result {
	enum bf_rc rc;
	struct bf_err err;
	struct bf_fields fields;
	struct bf_upload *uploads;
	size_t upload_count;
};

/* Feeds a body in pieces of `step` bytes. */
static struct result read_in_steps(const char *type, struct bf_str body, size_t step)
{
	struct result result = { 0 };
	struct bf_form *form = NULL;

	result.rc = bf_form_new(pool, bf_str(type), 5, &form, &result.err);
	while (result.rc == BF_OK && body.len) {
		size_t len = body.len < step ? body.len : step;

		result.rc = bf_form_feed(form, (struct bf_str){ body.p, len }, &result.err);
		body.p += len;
		body.len -= len;
	}
	if (result.rc == BF_OK)
		result.rc = bf_form_end(form, &result.fields, &result.uploads, &result.upload_count,
					&result.err);
	return result;
}

static struct result read_whole(const char *type, const char *body)
{
	return read_in_steps(type, bf_str(body), SIZE_MAX);
}

static void expect_field(const struct result *result, size_t i, const char *name, const char *value)
{
	assert_true(i < result->fields.count);
	assert_string_equal(result->fields.items[i].name.p, name);
	assert_string_equal(result->fields.items[i].value.p, value);
}

static void reads_pairs(void **state)
{
	struct result result = read_whole(URLENCODED, "a=1&b=x+y%26%3D&&c&=&d=%E5%B8%AE");

	(void)state;
	assert_int_equal(result.rc, BF_OK);
	assert_int_equal(result.fields.count, 5);
	expect_field(&result, 0, "a", "1");
	expect_field(&result, 1, "b", "x y&=");
	expect_field(&result, 2, "c", "");
	expect_field(&result, 3, "", "");
	expect_field(&result, 4, "d", "帮");
}

static void reads_an_empty_form(void **state)
{
	struct result result = read_whole(URLENCODED, "");

	(void)state;
	assert_int_equal(result.rc, BF_OK);
	assert_int_equal(result.fields.count, 0);
}

static void refuses_bad_pairs(void **state)
{
	static const char *const bad[] = { "a=%",   "a=%4",  "a=%4&b",   "a=%zz",         "a=%00",
					   "a=%07", "a=%ff", "%c0%80=1", "a=\xed\xa0\x80" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct result result = read_whole(URLENCODED, bad[i]);

		assert_int_equal(result.rc, BF_BAD_REQUEST);
		assert_true(strncmp(result.err.text, "form: ", 6) == 0);
	}
}

static void bounds_the_fields(void **state)
{
	struct result result = read_whole(URLENCODED, "a&b&c&d&e&f");

	(void)state;
	assert_int_equal(result.rc, BF_BAD_REQUEST);
	assert_string_equal(result.err.text, "form: more than 5 fields");
}

static const char two_parts[] =
	"--XyZ\r\n"
	"Content-Disposition: form-data; name=\"words\"\r\n"
	"\r\n"
	"two\r\n--lines\r\n-\r\n--Xy\r\n"
	"--XyZ\r\n"
	"content-disposition: FORM-DATA; name=\"photo\"; filename=\"a b.jpg\"\r\n"
	"Content-Type: image/jpeg\r\n"
	"\r\n"
	"\xff\xd8\x00\r\n\r\n--XyZ--\r\nignored";

static void expect_two_parts(const struct result *result)
{
	const struct bf_upload *upload = result->uploads;

	assert_int_equal(result->rc, BF_OK);
	assert_int_equal(result->fields.count, 1);
	expect_field(result, 0, "words", "two\r\n--lines\r\n-\r\n--Xy");
	assert_int_equal(result->upload_count, 1);
	assert_string_equal(upload->field.p, "photo");
	assert_string_equal(upload->file_name.p, "a b.jpg");
	assert_string_equal(upload->content_type.p, "image/jpeg");
	assert_int_equal(upload->bytes.len, 5);
	assert_memory_equal(upload->bytes.p, "\xff\xd8\x00\r\n", 5);
}

static void reads_parts_cut_anywhere(void **state)
{
	struct bf_str body = { two_parts, sizeof(two_parts) - 1 };

	(void)state;
	for (size_t step = 1; step <= body.len; step++) {
		struct result result = read_in_steps(MULTIPART, body, step);

		expect_two_parts(&result);
	}
}

static void leaves_out_an_empty_file_input(void **state)
{
	struct result result =
		read_whole(MULTIPART, "--XyZ\r\nContent-Disposition: form-data; "
				      "name=\"f\"; filename=\"\"\r\n"
				      "Content-Type: application/octet-stream\r\n\r\n"
				      "\r\n--XyZ--");

	(void)state;
	assert_int_equal(result.rc, BF_OK);
	assert_int_equal(result.upload_count, 0);
	assert_int_equal(result.fields.count, 0);
}

#define PART(headers) "--XyZ\r\n" headers "\r\n\r\nx\r\n--XyZ--"

static void refuses_bad_parts(void **state)
{
	static const struct {
		const char *body, *why;
	} bad[] = {
		{ "", "form: the last boundary is missing" },
		{ "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut",
		  "form: the last boundary is missing" },
		{ PART("Content-Type: text/plain"), "form: a part has no name" },
		{ PART("Content-Disposition: form-data; name=\"\""), "form: a part has no name" },
		{ PART("Content-Disposition: attachment; name=\"a\""),
		  "form: a part is not form-data" },
		{ PART("Content-Disposition: form-data; name=\"a\"; name=\"b\""),
		  "form: a part has two names" },
		{ PART("Content-Disposition: form-data; name=\"a"),
		  "form: a part's disposition is malformed" },
		{ PART("no colon"), "form: a part has a malformed header" },
		{ PART("Content-Disposition: form-data; name=\"a\a\""),
		  "form: a part's headers are not UTF-8 or hold control characters" },
		{ "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\a\r\n--XyZ--",
		  "form: a field is not UTF-8 or holds control characters" },
		{ "--XyZabc", "form: a boundary is followed by neither a line break nor \"--\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct result result = read_whole(MULTIPART, bad[i].body);

		assert_int_equal(result.rc, BF_BAD_REQUEST);
		assert_string_equal(result.err.text, bad[i].why);
	}
}

static void white_space_before_quotes_is_no_part_of_a_name(void **state)
{
	struct result result =
		read_whole(MULTIPART, PART("Content-Disposition: form-data; name= \r\"words\""));

	(void)state;
	assert_int_equal(result.rc, BF_OK);
	assert_true(bf_str_is(result.fields.items[0].name, "words"));
}

static void bounds_the_headers_of_a_part(void **state)
{
	struct bf_buf body;
	struct result result;

	(void)state;
	bf_buf_init(&body);
	bf_buf_add_text(&body, "--XyZ\r\n");
	for (int i = 0; i < 5000; i++)
		bf_buf_add_char(&body, 'h');
	result = read_whole(MULTIPART, body.data);
	assert_int_equal(result.rc, BF_BAD_REQUEST);
	assert_string_equal(result.err.text, "form: a part has more than 4096 bytes of headers");
	bf_buf_release(&body);
}

static void judges_types(void **state)
{
	static const char *const bad[] = {
		"multipart/form-data",
		"multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"a\r\nb\"",
		"multipart/form-data; boundary="
		"a_boundary_with_more_than_the_seventy_characters_that_the_standard_has_for_it",
		URLENCODED "; charset=gbk",
	};
	struct bf_form *form;

	(void)state;
	assert_true(bf_form_is(BF_STR("Application/X-WWW-Form-Urlencoded ; charset=UTF-8")));
	assert_true(bf_form_is(BF_STR(MULTIPART)));
	assert_false(bf_form_is(BF_STR("application/json")));
	assert_false(bf_form_is(BF_STR("")));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(bf_form_new(pool, bf_str(bad[i]), 5, &form, NULL), BF_BAD_REQUEST);
	assert_int_equal(bf_form_new(pool, BF_STR("multipart/form-data; boundary=\"a b\""), 5,
				     &form, NULL),
			 BF_OK);
}

static void reads_a_query(void **state)
{
	struct result result = { 0 };

	(void)state;
	assert_int_equal(bf_form_query(pool, BF_STR("need=medical&after=9.3"), 5, &result.fields,
				       NULL),
			 BF_OK);
	expect_field(&result, 0, "need", "medical");
	expect_field(&result, 1, "after", "9.3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_pairs),
		cmocka_unit_test(reads_an_empty_form),
		cmocka_unit_test(refuses_bad_pairs),
		cmocka_unit_test(bounds_the_fields),
		cmocka_unit_test(reads_parts_cut_anywhere),
		cmocka_unit_test(leaves_out_an_empty_file_input),
		cmocka_unit_test(refuses_bad_parts),
		cmocka_unit_test(white_space_before_quotes_is_no_part_of_a_name),
		cmocka_unit_test(bounds_the_headers_of_a_part),
		cmocka_unit_test(judges_types),
		cmocka_unit_test(reads_a_query),
	};
	int failed;

	pool = bf_pool_new(NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bf_pool_free(pool);
	return failed;
}
