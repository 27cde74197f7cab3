/* address: one spelling of a path, decoded once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "http/address.h"

static struct bf_pool *pool;

static void expect_path(const char *raw, const char *decoded)
{
	struct bf_str path = { NULL, 0 };

	assert_int_equal(bf_path_decode(pool, bf_str(raw), &path, NULL), BF_OK);
	assert_string_equal(path.p, decoded);
	assert_int_equal(path.len, strlen(decoded));
}

static void decodes_canonical_paths(void **state)
{
	(void)state;
	expect_path("/", "/");
	expect_path("/shaoyang/", "/shaoyang/");
	expect_path("/a/b.c/%E5%B8%AE", "/a/b.c/帮");
	expect_path("/100%25/...", "/100%/...");
	expect_path("/a+b", "/a+b");
}

static void refuses_other_spellings(void **state)
{
	static const char *const bad[] = {
		"",          "a",      "//",     "/a//b",   "/./a",   "/a/..",  "/%2e%2e/etc",
		"/a/.",      "/a%2fb", "/a%5cb", "/a\\b",   "/a%00b", "/a%0ab", "/a\tb",
		"/%",        "/%4",    "/%zz",   "/%c0%af", "/\xff",  "/a%7fb", "/a/%2E",
		"http://x/",
	};
	struct bf_str path = BF_STR("untouched");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(bf_path_decode(pool, bf_str(bad[i]), &path, NULL), BF_BAD_REQUEST);
	assert_true(bf_str_is(path, "untouched"));
}

static void refuses_a_nul_byte_in_the_raw_path(void **state)
{
	struct bf_str path;

	(void)state;
	assert_int_equal(bf_path_decode(pool, BF_STR("/a\0b"), &path, NULL), BF_BAD_REQUEST);
}

static void bounds_the_length(void **state)
{
	char raw[BF_PATH_BYTES_MAX + 2];
	struct bf_err err = { 0 };
	struct bf_str path;

	(void)state;
	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	assert_int_equal(bf_path_decode(pool, (struct bf_str){ raw, BF_PATH_BYTES_MAX }, &path,
					&err),
			 BF_OK);
	assert_int_equal(bf_path_decode(pool, (struct bf_str){ raw, BF_PATH_BYTES_MAX + 1 }, &path,
					&err),
			 BF_BAD_REQUEST);
	assert_string_equal(err.text, "path has 2049 bytes, 2048 are allowed");
}

static void knows_clean_text(void **state)
{
	(void)state;
	assert_true(bf_text_clean(BF_STR("")));
	assert_true(bf_text_clean(BF_STR("two\r\n\tlines 帮扶")));
	assert_false(bf_text_clean(BF_STR("a\0b")));
	assert_false(bf_text_clean(BF_STR("bell\a")));
	assert_false(bf_text_clean(BF_STR("\x7f")));
	assert_false(bf_text_clean(BF_STR("\xed\xa0\x80"))); /* a surrogate */
}

static void knows_characters(void **state)
{
	(void)state;
	assert_true(bf_only_has(BF_STR("aZ09-_"), "-_"));
	assert_false(bf_only_has(BF_STR("a b"), "-_"));
	assert_false(bf_only_has(BF_STR("a\0b"), "-_"));
	assert_false(bf_only_has(BF_STR("[`{@"), ""));
	assert_int_equal(bf_hex_digit('f'), 15);
	assert_int_equal(bf_hex_digit('A'), 10);
	assert_int_equal(bf_hex_digit('g'), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_canonical_paths),
		cmocka_unit_test(refuses_other_spellings),
		cmocka_unit_test(refuses_a_nul_byte_in_the_raw_path),
		cmocka_unit_test(bounds_the_length),
		cmocka_unit_test(knows_clean_text),
		cmocka_unit_test(knows_characters),
	};
	int failed;

	pool = bf_pool_new(NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bf_pool_free(pool);
	return failed;
}
