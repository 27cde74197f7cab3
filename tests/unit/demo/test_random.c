/* random: the same numbers on every machine, for ever: demo data and their tests rest on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "demo/random.h"

static void a_stream_never_changes(void **state)
{
	struct bf_random random;

	(void)state;
	bf_random_init(&random, 2017, 1, 1);
	assert_int_equal(bf_random_next(&random), UINT64_C(0x41b787943e2b389d));
	assert_int_equal(bf_random_next(&random), UINT64_C(0x2d70873aa67b2ef4));
}

static void streams_differ_by_seed_kind_and_index(void **state)
{
	struct bf_random one, other;

	(void)state;
	bf_random_init(&one, 1, 2, 3);
	for (uint64_t i = 0; i < 3; i++) {
		bf_random_init(&other, 1 + (i == 0), 2 + (i == 1), 3 + (i == 2));
		assert_int_not_equal(bf_random_next(&one), bf_random_next(&other));
		bf_random_init(&one, 1, 2, 3);
	}
}

static void draws_stay_within_bounds_and_meet_them(void **state)
{
	struct bf_random random;
	int met[5] = { 0 }, yes = 0;

	(void)state;
	bf_random_init(&random, 1, 1, 1);
	for (int i = 0; i < 10000; i++) {
		int64_t n = bf_random_between(&random, -2, 2);

		assert_in_range(n + 2, 0, 4);
		met[n + 2]++;
		yes += bf_random_chance(&random, 250);
	}
	for (int i = 0; i < 5; i++)
		assert_in_range(met[i], 1800, 2200);
	assert_in_range(yes, 2350, 2650);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_never_changes),
		cmocka_unit_test(streams_differ_by_seed_kind_and_index),
		cmocka_unit_test(draws_stay_within_bounds_and_meet_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
