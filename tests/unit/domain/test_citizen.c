/* citizen: which ID numbers hold, which part of the others does not, and what is shown of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "domain/citizen.h"

enum { TODAY = 20261125 };

/* The first two are the examples that GB 11643 itself gives. */
static const struct {
	const char *text;
	bool demo;
	enum bf_citizen_fault fault;
} numbers[] = {
	{ "11010519491231002X", false, BF_CITIZEN_OK },
	{ "440524188001010014", false, BF_CITIZEN_OK },
	{ " 11010519491231002x\n", false, BF_CITIZEN_OK },
	{ "", false, BF_CITIZEN_LENGTH },
	{ "110105491231002", false, BF_CITIZEN_LENGTH }, /* the old form of 15 digits */
	{ "11010519491231002X1", false, BF_CITIZEN_LENGTH },
	{ "1101051949123100XX", false, BF_CITIZEN_CHARACTER },
	{ "11010519491231002Y", false, BF_CITIZEN_CHARACTER },
	{ "11010519491231002\n", false, BF_CITIZEN_LENGTH },
	{ "110105 9491231002X", false, BF_CITIZEN_CHARACTER },
	{ "10010519491231002X", false, BF_CITIZEN_PROVINCE },
	{ "00010519491231002X", false, BF_CITIZEN_PROVINCE },
	{ "11010519491331002X", false, BF_CITIZEN_DATE },
	{ "11010519491200002X", false, BF_CITIZEN_DATE },
	{ "11010519490229002X", false, BF_CITIZEN_DATE },
	{ "11010519000229002X", false, BF_CITIZEN_DATE }, /* no leap year */
	{ "11010520261126002X", false, BF_CITIZEN_DATE }, /* tomorrow */
	{ "11010518491231002X", false, BF_CITIZEN_DATE },
	{ "110105194912310021", false, BF_CITIZEN_CHECK },
	{ "11010519491231003X", false, BF_CITIZEN_CHECK },
	{ "990523197001310013", true, BF_CITIZEN_CHECK },
	{ "11010519491231002X", true, BF_CITIZEN_REAL },
	{ "10010519491231002X", true, BF_CITIZEN_PROVINCE },
};

static enum bf_citizen_fault read_one(const char *text, bool demo, struct bf_citizen *ret_citizen)
{
	return bf_citizen_read(bf_str(text), demo, TODAY, ret_citizen);
}

static void says_which_part_does_not_hold(void **state)
{
	struct bf_citizen citizen;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		enum bf_citizen_fault fault = read_one(numbers[i].text, numbers[i].demo, &citizen);

		if (fault != numbers[i].fault)
			fail_msg("\"%s\": fault %d, not %d", numbers[i].text, (int)fault,
				 (int)numbers[i].fault);
		assert_int_equal(bf_citizen_fault_text(fault) == NULL, fault == BF_CITIZEN_OK);
	}
}

static void reads_what_is_in_it(void **state)
{
	struct bf_citizen citizen;

	(void)state;
	assert_int_equal(read_one(" 11010519491231002x", false, &citizen), BF_CITIZEN_OK);
	assert_string_equal(citizen.number, "11010519491231002X");
	assert_int_equal(citizen.region, 110105);
	assert_int_equal(citizen.born, 19491231);
}

static void leaves_the_output_of_a_refusal_alone(void **state)
{
	struct bf_citizen citizen = { .born = 7 };

	(void)state;
	assert_int_equal(read_one("110105194912310021", false, &citizen), BF_CITIZEN_CHECK);
	assert_int_equal(citizen.born, 7);
}

/* A number of the province 99 is the demo's alone, whatever else is right about it. */
static void keeps_the_demo_apart(void **state)
{
	char number[BF_CITIZEN_BYTES] = "99052319700131001";
	struct bf_citizen citizen;

	(void)state;
	number[17] = bf_citizen_check(number);
	assert_int_equal(read_one(number, true, &citizen), BF_CITIZEN_OK);
	assert_int_equal(citizen.region, 990523);
	assert_int_equal(read_one(number, false, &citizen), BF_CITIZEN_DEMO);
}

static void finds_each_wrong_digit_and_each_swap(void **state)
{
	const char *good = "11010519491231002X";
	struct bf_citizen citizen;
	char number[BF_CITIZEN_BYTES];

	(void)state;
	for (size_t i = 0; i < 17; i++) {
		for (char c = '0'; c <= '9'; c++) {
			memcpy(number, good, sizeof(number));
			number[i] = c;
			assert_int_equal(read_one(number, false, &citizen) == BF_CITIZEN_OK,
					 c == good[i]);
		}
		memcpy(number, good, sizeof(number));
		number[i] = good[i + 1];
		number[i + 1] = good[i];
		assert_int_equal(read_one(number, false, &citizen) == BF_CITIZEN_OK,
				 good[i] == good[i + 1]);
	}
}

static void shows_three_and_two(void **state)
{
	struct bf_citizen citizen;
	char masked[BF_CITIZEN_BYTES];

	(void)state;
	assert_int_equal(read_one("11010519491231002X", false, &citizen), BF_CITIZEN_OK);
	bf_citizen_mask(&citizen, masked);
	assert_string_equal(masked, "110*************2X");
}

static void asks_about_a_region_that_is_not_there(void **state)
{
	struct bf_region rows[] = { { .code = 110105, .parent = 110000, .level = 3 } };
	const struct bf_regions regions = { 1, rows };
	struct bf_citizen citizen;

	(void)state;
	assert_int_equal(read_one("11010519491231002X", false, &citizen), BF_CITIZEN_OK);
	assert_true(bf_citizen_region_known(&citizen, &regions));
	assert_int_equal(read_one("440524188001010014", false, &citizen), BF_CITIZEN_OK);
	assert_false(bf_citizen_region_known(&citizen, &regions));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_which_part_does_not_hold),
		cmocka_unit_test(reads_what_is_in_it),
		cmocka_unit_test(leaves_the_output_of_a_refusal_alone),
		cmocka_unit_test(keeps_the_demo_apart),
		cmocka_unit_test(finds_each_wrong_digit_and_each_swap),
		cmocka_unit_test(shows_three_and_two),
		cmocka_unit_test(asks_about_a_region_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
