/* workdays: clocks of offices stand still on holidays, and run on the Saturdays that are worked. */
#include "kernel.h"

#include "base/clock.h"
#include "domain/workday.h"

static int64_t at(int month, int day, int hour)
{
	return bf_clock_from_date(
		(struct bf_date){ .year = 2026, .month = month, .day = day, .hour = hour });
}

static struct bf_ask ask(void)
{
	return (struct bf_ask){ db, queries, pool };
}

static void assert_due(int64_t from_ms, int64_t working_days, int64_t due_ms)
{
	struct bf_ask asks = ask();
	struct bf_err err = { 0 };
	int64_t found_ms;

	assert_int_equal(bf_workday_due(&asks, from_ms, working_days, &found_ms, &err), BF_OK);
	assert_int_equal(found_ms, due_ms);
}

static void load(void)
{
	struct bf_err err = { 0 };

	if (bf_workday_load(db, pool, "sql", &err) != BF_OK)
		fail_msg("%s", err.text);
}

static void an_unknown_year_goes_by_its_weeks(void **state)
{
	(void)state;
	/* 27 November 2026 is a Friday */
	assert_int_equal(bf_workday_add(at(11, 27, 2), 1, NULL), at(11, 30, 2));
	assert_int_equal(bf_workday_add(at(11, 27, 2), 5, NULL), at(12, 4, 2));
	assert_int_equal(bf_workday_add(at(11, 23, 2), 3, NULL), at(11, 26, 2));
	assert_int_equal(bf_workday_add(at(11, 23, 2), 0, NULL), at(11, 23, 2));
}

static void national_day_is_free_and_its_saturday_is_worked(void **state)
{
	(void)state;
	load();
	/* Wednesday 30 September; 1 to 7 October are free, Saturday the 10th is worked */
	assert_due(at(9, 30, 2), 1, at(10, 8, 2));
	assert_due(at(9, 30, 2), 3, at(10, 10, 2));
	assert_due(at(9, 30, 2), 4, at(10, 12, 2));
	/* Sunday 20 September is worked */
	assert_due(at(9, 18, 2), 1, at(9, 20, 2));
	assert_due(at(9, 18, 2), 2, at(9, 21, 2));
}

static void days_are_those_of_shanghai(void **state)
{
	(void)state;
	load();
	/* 17:00 in UTC on Wednesday 30 September is 1:00 on 1 October there */
	assert_due(at(9, 30, 17), 1, at(10, 7, 17));
	/* and 17:00 on Friday 9 October is Saturday the 10th: the next is Monday */
	assert_due(at(10, 9, 17), 1, at(10, 11, 17));
}

static void the_file_has_the_last_word(void **state)
{
	int64_t days;

	(void)state;
	load();
	days = asked_number("SELECT COUNT(*) FROM workday_exception");
	assert_true(days > 90);
	scratch_do("INSERT INTO workday_exception VALUES ('2030-05-01', 0, 'x')");
	load();
	assert_int_equal(asked_number("SELECT COUNT(*) FROM workday_exception"), days);
	/* each row says something that its day of the week does not */
	assert_int_equal(asked_number("SELECT COUNT(*) FROM workday_exception WHERE is_workday <> "
				      "(DAYOFWEEK(day) IN (1, 7))"),
			 0);
}

static void a_malformed_line_is_named(void **state)
{
	static const char *const lines[] = { "2026-10-1,0,x", "2026-10-01,2,x", "2026-10-01,0,",
					     "2026-10-01,0,x,y", "2026-10-01" };
	struct bf_value days;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *text =
			bf_pool_printf(pool, "# a comment\nday,is_workday,name\n%s\n", lines[i]);
		struct bf_err err = { 0 };

		assert_int_equal(bf_workday_parse(pool, "days.csv", bf_str(text), &days, &err),
				 BF_FAULT);
		assert_non_null(strstr(err.text, "days.csv:3"));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kernel_set_up, kernel_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_unknown_year_goes_by_its_weeks),
		TEST(national_day_is_free_and_its_saturday_is_worked),
		TEST(days_are_those_of_shanghai),
		TEST(the_file_has_the_last_word),
		TEST(a_malformed_line_is_named),
	};

	return cmocka_run_group_tests_name("domain/workday", tests, NULL, NULL);
}
