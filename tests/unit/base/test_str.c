/* str: cutting, numbers, names and UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/str.h"

static void cuts_into_parts(void **state)
{
	struct bf_str rest = BF_STR("a,,b"), part;

	(void)state;
	assert_true(bf_str_cut(&rest, ',', &part));
	assert_true(bf_str_is(part, "a"));
	assert_true(bf_str_cut(&rest, ',', &part));
	assert_true(bf_str_is(part, ""));
	assert_true(bf_str_cut(&rest, ',', &part));
	assert_true(bf_str_is(part, "b"));
	assert_false(bf_str_cut(&rest, ',', &part));
}

static void reads_whole_integers_only(void **state)
{
	static const char *const bad[] = {
		"", "-", "1x", " 1", "+1", "9223372036854775808", "-9223372036854775809", "1.0"
	};
	int64_t n = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(bf_str_int(bf_str(bad[i]), &n));
	assert_int_equal(n, 7);
	assert_true(bf_str_int(BF_STR("9223372036854775807"), &n));
	assert_true(n == INT64_MAX);
	assert_true(bf_str_int(BF_STR("-9223372036854775808"), &n));
	assert_true(n == INT64_MIN);
}

static void trims_white_space(void **state)
{
	(void)state;
	assert_true(bf_str_is(bf_str_trim(BF_STR(" \t a b\r\n")), "a b"));
	assert_true(bf_str_is(bf_str_trim(BF_STR("  ")), ""));
}

static void knows_names(void **state)
{
	(void)state;
	assert_true(bf_str_is_name(BF_STR("winter_clothes2")));
	assert_false(bf_str_is_name(BF_STR("")));
	assert_false(bf_str_is_name(BF_STR("2winter")));
	assert_false(bf_str_is_name(BF_STR("Winter")));
	assert_false(bf_str_is_name(BF_STR("a_name_of_thirty_three_characters")));
}

static void refuses_bad_utf8(void **state)
{
	static const char *const bad[] = {
		"\xc0\xaf",         /* overlong "/" */
		"\xe0\x80\xaf",     /* overlong in three bytes */
		"\xed\xa0\x80",     /* a surrogate */
		"\xf4\x90\x80\x80", /* past U+10FFFF */
		"\xe5\xb8",         /* cut off */
		"\x80",             /* a continuation alone */
		"\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(bf_utf8_valid(bf_str(bad[i])));
	assert_true(bf_utf8_valid(BF_STR("帮扶 ok \xf0\x9f\x8f\xa0")));
	assert_int_equal(bf_utf8_count(BF_STR("帮扶 ok")), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_into_parts),   cmocka_unit_test(reads_whole_integers_only),
		cmocka_unit_test(trims_white_space), cmocka_unit_test(knows_names),
		cmocka_unit_test(refuses_bad_utf8),
	};

	return cmocka_run_group_tests_name("base/str", tests, NULL, NULL);
}
