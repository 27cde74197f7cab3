/* pattern: PCRE2 with limits; whatever is not a match is a refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "http/param.h"

static struct bf_pool *pool;

static void finds_patterns_by_their_text(void **state)
{
	struct bf_patterns *patterns = bf_patterns_new(pool);
	char text[16];

	(void)state;
	for (int i = 99; i >= 0; i--) {
		snprintf(text, sizeof(text), "a{%d}", i);
		assert_int_equal(bf_patterns_add(patterns, text, NULL), BF_OK);
	}
	assert_int_equal(bf_patterns_add(patterns, "a{3}", NULL), BF_OK);
	assert_true(bf_patterns_match(patterns, "a{3}", BF_STR("aaa")));
	assert_false(bf_patterns_match(patterns, "a{3}", BF_STR("aaaa")));
	assert_true(bf_patterns_match(patterns, "a{0}", BF_STR("")));
}

static void anchors_every_alternative(void **state)
{
	struct bf_patterns *patterns = bf_patterns_new(pool);

	(void)state;
	assert_int_equal(bf_patterns_add(patterns, "a|b", NULL), BF_OK);
	assert_true(bf_patterns_match(patterns, "a|b", BF_STR("b")));
	assert_false(bf_patterns_match(patterns, "a|b", BF_STR("ab")));
	assert_false(bf_patterns_match(patterns, "a|b", BF_STR("b\n")));
}

/* Catastrophic for a matcher without limits: a refusal within milliseconds. */
static void refuses_at_its_limits(void **state)
{
	struct bf_patterns *patterns = bf_patterns_new(pool);
	int64_t before_us;

	(void)state;
	assert_int_equal(bf_patterns_add(patterns, "(a+)+", NULL), BF_OK);
	before_us = bf_clock_monotonic_us();
	assert_false(bf_patterns_match(patterns, "(a+)+",
				       BF_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")));
	assert_true(bf_clock_monotonic_us() - before_us < 200000);
}

static void refuses_long_subjects_and_bad_utf8(void **state)
{
	struct bf_patterns *patterns = bf_patterns_new(pool);
	char subject[8 * 1024 + 1];

	(void)state;
	memset(subject, 'a', sizeof(subject));
	assert_int_equal(bf_patterns_add(patterns, "[^b]*", NULL), BF_OK);
	assert_true(bf_patterns_match(patterns, "[^b]*",
				      (struct bf_str){ subject, sizeof(subject) - 1 }));
	assert_false(
		bf_patterns_match(patterns, "[^b]*", (struct bf_str){ subject, sizeof(subject) }));
	assert_false(bf_patterns_match(patterns, "[^b]*", BF_STR("\xff")));
}

static void refuses_patterns_at_load(void **state)
{
	struct bf_patterns *patterns = bf_patterns_new(pool);
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_patterns_add(patterns, "[a", &err), BF_FAULT);
	assert_string_equal(err.text,
			    "pattern \"[a\": missing terminating ] for character class at "
			    "character 3");
	assert_int_equal(bf_patterns_add(patterns, "\\C", &err), BF_FAULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_patterns_by_their_text),
		cmocka_unit_test(anchors_every_alternative),
		cmocka_unit_test(refuses_at_its_limits),
		cmocka_unit_test(refuses_long_subjects_and_bad_utf8),
		cmocka_unit_test(refuses_patterns_at_load),
	};
	int failed;

	pool = bf_pool_new(NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bf_pool_free(pool);
	return failed;
}
