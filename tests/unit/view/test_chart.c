#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/chart.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void the_largest_takes_the_whole_width(void **state)
{
	const int64_t values[] = { 50, 100, 25, 0, -4 };
	const int64_t wanted[] = { BF_CHART_WIDTH / 2, BF_CHART_WIDTH, BF_CHART_WIDTH / 4, 0, 0 };
	int64_t widths[COUNT(values)];

	(void)state;
	bf_chart_bars(values, COUNT(values), widths);
	assert_memory_equal(widths, wanted, sizeof(wanted));
}

static void what_is_there_is_seen(void **state)
{
	const int64_t values[] = { 1, 1000000 };
	int64_t widths[COUNT(values)];

	(void)state;
	bf_chart_bars(values, COUNT(values), widths);
	assert_int_equal(widths[0], 1);
	assert_int_equal(widths[1], BF_CHART_WIDTH);
}

static void great_sums_do_not_overflow(void **state)
{
	const int64_t values[] = { INT64_MAX, INT64_MAX / 2, INT64_MAX / 3 };
	int64_t widths[COUNT(values)];

	(void)state;
	bf_chart_bars(values, COUNT(values), widths);
	assert_int_equal(widths[0], BF_CHART_WIDTH);
	assert_in_range(widths[1], BF_CHART_WIDTH / 2 - 1, BF_CHART_WIDTH / 2 + 1);
	assert_in_range(widths[2], BF_CHART_WIDTH / 3 - 1, BF_CHART_WIDTH / 3 + 1);
}

static void nothing_has_no_bars(void **state)
{
	const int64_t values[] = { 0, 0 };
	int64_t widths[COUNT(values)];

	(void)state;
	bf_chart_bars(values, COUNT(values), widths);
	assert_int_equal(widths[0] + widths[1], 0);
	bf_chart_bars(values, 0, widths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_takes_the_whole_width),
		cmocka_unit_test(what_is_there_is_seen),
		cmocka_unit_test(great_sums_do_not_overflow),
		cmocka_unit_test(nothing_has_no_bars),
	};

	return cmocka_run_group_tests_name("view/chart", tests, NULL, NULL);
}
