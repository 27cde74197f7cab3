/* clock: dates against known days, and there and back over 800 years. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"

static void knows_days(void **state)
{
	char iso[BF_ISO_BYTES];

	(void)state;
	assert_string_equal(bf_clock_iso(0, iso), "1970-01-01T00:00:00.000Z");
	assert_string_equal(bf_clock_iso(-1, iso), "1969-12-31T23:59:59.999Z");
	assert_string_equal(bf_clock_iso(951782400000, iso), "2000-02-29T00:00:00.000Z");
	assert_string_equal(bf_clock_iso(4107542399999, iso), "2100-02-28T23:59:59.999Z");
	assert_string_equal(bf_clock_iso(4107542400000, iso), "2100-03-01T00:00:00.000Z");
}

static void goes_there_and_back(void **state)
{
	(void)state;
	for (int64_t day = -146097; day < 146097; day += 13) {
		int64_t ms = day * BF_DAY_MS + 45296789;

		assert_true(bf_clock_from_date(bf_clock_date(ms)) == ms);
	}
}

static void only_rises(void **state)
{
	int64_t before = bf_clock_monotonic_us();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now = bf_clock_monotonic_us();

		assert_true(now >= before);
		before = now;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_days),
		cmocka_unit_test(goes_there_and_back),
		cmocka_unit_test(only_rises),
	};

	return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
