#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/format.h"

static const int64_t noon_ms = INT64_C(1795488047000); /* 2026-11-24 02:40:47 UTC */

static struct bf_buf out;

static int setup(void **state)
{
	(void)state;
	bf_buf_init(&out);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bf_buf_release(&out);
	return 0;
}

/* Compares what was printed since the last call. */
static void expect(const char *wanted)
{
	assert_string_equal(out.data, wanted);
	bf_buf_clear(&out);
}

static void number_is_grouped(void **state)
{
	(void)state;
	bf_format_number(&out, 0);
	expect("0");
	bf_format_number(&out, 999);
	expect("999");
	bf_format_number(&out, 1000);
	expect("1,000");
	bf_format_number(&out, -1234567);
	expect("-1,234,567");
	bf_format_number(&out, INT64_MIN);
	expect("-9,223,372,036,854,775,808");
	bf_format_number(&out, INT64_MAX);
	expect("9,223,372,036,854,775,807");
}

static void money_shows_fen_where_there_are_some(void **state)
{
	(void)state;
	bf_format_money(&out, 0);
	expect("0");
	bf_format_money(&out, 123450);
	expect("1,234.50");
	bf_format_money(&out, 123400);
	expect("1,234");
	bf_format_money(&out, 5);
	expect("0.05");
	bf_format_money(&out, -105);
	expect("-1.05");
	bf_format_money(&out, INT64_MIN);
	expect("-92,233,720,368,547,758.08");
}

static void percent_never_claims_more(void **state)
{
	(void)state;
	bf_format_percent(&out, 685);
	expect("68%");
	bf_format_percent(&out, 999);
	expect("99%");
	bf_format_percent(&out, 1000);
	expect("100%");
	bf_format_percent(&out, 0);
	expect("0%");
}

static void dates_are_those_of_shanghai(void **state)
{
	(void)state;
	bf_format_date(&out, noon_ms, BF_ZH, false);
	expect("2026年11月24日");
	bf_format_date(&out, noon_ms, BF_EN, false);
	expect("24 November 2026");
	bf_format_date(&out, noon_ms, BF_ZH, true);
	expect("2026年11月24日 10:40");
	bf_format_date(&out, noon_ms, BF_EN, true);
	expect("24 November 2026, 10:40");
	/* 20:00 in UTC is the next day there */
	bf_format_date(&out, INT64_C(1798747200000), BF_EN, true);
	expect("1 January 2027, 04:00");
	bf_format_date(&out, INT64_MAX, BF_EN, false);
	expect("");
}

static void machine_dates_are_utc(void **state)
{
	(void)state;
	bf_format_json_date(&out, noon_ms);
	expect("2026-11-24T02:40:47Z");
	bf_format_json_date(&out, 0);
	expect("1970-01-01T00:00:00Z");
}

static void days_left_are_whole_and_never_negative(void **state)
{
	int64_t day_ms = 86400000;

	(void)state;
	assert_int_equal(bf_format_days_left(noon_ms + 3 * day_ms, noon_ms), 3);
	assert_int_equal(bf_format_days_left(noon_ms + 3 * day_ms - 1, noon_ms), 2);
	assert_int_equal(bf_format_days_left(noon_ms, noon_ms), 0);
	assert_int_equal(bf_format_days_left(noon_ms - day_ms, noon_ms), 0);
	assert_int_equal(bf_format_days_left(INT64_MAX, INT64_MIN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(number_is_grouped, setup, teardown),
		cmocka_unit_test_setup_teardown(money_shows_fen_where_there_are_some, setup,
						teardown),
		cmocka_unit_test_setup_teardown(percent_never_claims_more, setup, teardown),
		cmocka_unit_test_setup_teardown(dates_are_those_of_shanghai, setup, teardown),
		cmocka_unit_test_setup_teardown(machine_dates_are_utc, setup, teardown),
		cmocka_unit_test(days_left_are_whole_and_never_negative),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
