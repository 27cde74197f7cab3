/* words: each need keeps the rules of the post form, and the people are nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "demo/words.h"

enum { TITLE_MIN = 4, TITLE_MAX = 20, STORY_MIN = 10, STORY_MAX = 5000, DRAWS = 200 };

static struct bf_pool *pool;
static struct bf_random random_stream;

static int start(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	bf_random_init(&random_stream, 2017, 1, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

/* Caps of money in yuan, by kind of need. */
static int64_t cap_of(const char *kind)
{
	static const struct {
		const char *kind;
		int64_t yuan;
	} caps[] = {
		{ "necessities", 1000 }, { "other", 1000 },     { "production", 10000 },
		{ "employment", 10000 }, { "training", 10000 }, { "disaster", 5000 },
		{ "education", 5000 },   { "housing", 20000 },  { "medical", 50000 },
	};

	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		if (strcmp(caps[i].kind, kind) == 0)
			return caps[i].yuan;
	fail_msg("there is no need kind \"%s\"", kind);
	return 0;
}

static void check_titles(const struct bf_demo_need *need, int64_t quantity)
{
	struct bf_demo_fill fill = { .township = "罗溪瑶族乡", .people = 4, .quantity = quantity };

	for (int i = 0; i < 3; i++) {
		size_t chars;

		if (!need->titles[i])
			continue;
		chars = bf_utf8_count(bf_str(bf_demo_expand(pool, need->titles[i], &fill)));
		assert_in_range(chars, TITLE_MIN, TITLE_MAX);
	}
}

static void titles_have_four_to_twenty_characters(void **state)
{
	(void)state;
	for (size_t i = 0; i < bf_demo_need_count; i++) {
		check_titles(&bf_demo_needs[i], bf_demo_needs[i].low);
		check_titles(&bf_demo_needs[i], bf_demo_needs[i].high);
	}
}

static void amounts_are_under_the_caps(void **state)
{
	(void)state;
	for (size_t i = 0; i < bf_demo_need_count; i++) {
		const struct bf_demo_need *need = &bf_demo_needs[i];

		assert_true(need->low > 0 && need->low <= need->high && need->step > 0);
		if (!need->unit)
			assert_true(need->high <= cap_of(need->kind));
		else
			assert_true(cap_of(need->kind) > 0);
	}
}

static void each_kind_has_money_and_goods(void **state)
{
	static const char *const kinds[] = { "necessities", "housing",  "production",
					     "employment",  "training", "education",
					     "medical",     "disaster", "other" };

	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		int money = 0, goods = 0;

		for (size_t i = 0; i < bf_demo_need_count; i++)
			if (strcmp(bf_demo_needs[i].kind, kinds[k]) == 0)
				*(bf_demo_needs[i].unit ? &goods : &money) += 1;
		assert_true(money > 0 && goods > 0);
	}
}

static void stories_are_whole(void **state)
{
	struct bf_demo_fill fill = { .township = "罗溪瑶族乡", .people = 4, .quantity = 3 };

	(void)state;
	for (int64_t i = 0; i < DRAWS; i++) {
		const struct bf_demo_need *need = &bf_demo_needs[(size_t)i % bf_demo_need_count];
		const char *story = bf_demo_story(pool, &random_stream, need, &fill);

		assert_true(bf_utf8_valid(bf_str(story)));
		assert_in_range(bf_utf8_count(bf_str(story)), STORY_MIN, STORY_MAX);
		assert_null(strchr(story, '{'));
	}
}

static void places_in_texts_are_filled(void **state)
{
	struct bf_demo_fill fill = { .township = "金石镇", .people = 5, .quantity = 12 };

	(void)state;
	assert_string_equal(bf_demo_expand(pool, "在{t}，{n}口人，{q}袋", &fill),
			    "在金石镇，5口人，12袋");
	assert_string_equal(bf_demo_expand(pool, "没有", &fill), "没有");
}

/* GB 11643: the weighted sum of all 18 characters is 1 modulo 11. */
static void id_numbers_are_right_and_nobodys(void **state)
{
	static const int weights[18] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1 };
	char number[19];

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		int sum = 0;

		bf_demo_id_number(&random_stream, 1960 + i % 50, number);
		assert_int_equal(strlen(number), 18);
		assert_memory_equal(number, "99", 2);
		for (int n = 0; n < 18; n++)
			sum += weights[n] * (number[n] == 'X' ? 10 : number[n] - '0');
		assert_int_equal(sum % 11, 1);
	}
	assert_string_equal(bf_demo_masked_id(pool, "99012319800101123X"), "990*************3X");
}

static void people_are_shown_masked(void **state)
{
	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		const char *name = bf_demo_masked_name(pool, &random_stream);

		assert_int_equal(bf_utf8_count(bf_str(name)), 3);
		assert_true(bf_str_ends(bf_str(name), BF_STR("**")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(titles_have_four_to_twenty_characters, start, end),
		cmocka_unit_test_setup_teardown(amounts_are_under_the_caps, start, end),
		cmocka_unit_test_setup_teardown(each_kind_has_money_and_goods, start, end),
		cmocka_unit_test_setup_teardown(stories_are_whole, start, end),
		cmocka_unit_test_setup_teardown(places_in_texts_are_filled, start, end),
		cmocka_unit_test_setup_teardown(id_numbers_are_right_and_nobodys, start, end),
		cmocka_unit_test_setup_teardown(people_are_shown_masked, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
