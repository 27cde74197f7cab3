/* search: what a text is found by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buf.h"
#include "domain/search.h"

static struct bf_pool *pool;

static int start(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static const char *joined(const struct bf_str *grams, size_t count)
{
	struct bf_buf out;
	const char *text;

	bf_buf_init(&out);
	for (size_t i = 0; i < count; i++)
		bf_buf_printf(&out, "%s%.*s", i ? " " : "", BF_STR_ARG(grams[i]));
	text = bf_pool_copy(pool, bf_buf_str(&out));
	bf_buf_release(&out);
	return text;
}

static const char *searched(const char *text)
{
	struct bf_str grams[BF_SEARCH_GRAMS_MAX];

	return joined(grams, bf_search_grams(pool, bf_str(text), grams));
}

static const char *indexed(const char *text)
{
	struct bf_str *grams;
	size_t count = bf_search_index(pool, bf_str(text), &grams);

	return joined(grams, count);
}

static void chinese_is_cut_into_pairs(void **state)
{
	(void)state;
	assert_string_equal(searched("冬衣"), "冬衣");
	assert_string_equal(searched("邵阳县"), "邵阳 阳县");
	assert_string_equal(searched("买化肥"), "买化 化肥");
}

static void words_and_numbers_stay_whole(void **state)
{
	(void)state;
	assert_string_equal(searched("Shaoyang 2026"), "shaoyang 2026");
	assert_string_equal(searched("abcdefghijklmnopqrst"), "abcdefghijklmnop");
	assert_string_equal(searched("10袋化肥"), "10 袋化 化肥");
}

static void forms_of_the_same_text_are_one(void **state)
{
	(void)state;
	assert_string_equal(searched("ＡＢＣ１２"), "abc12");
	assert_string_equal(searched("Cafe\xcc\x81"), "caf\xc3\xa9");
	assert_string_equal(searched("冬衣，冬衣"), "冬衣");
}

static void too_short_is_nothing(void **state)
{
	(void)state;
	assert_string_equal(searched(""), "");
	assert_string_equal(searched("米"), "");
	assert_string_equal(searched("a ! 米"), "");
	assert_string_equal(searched("%_'\"<>"), "");
	assert_string_equal(searched("\xff\xfe"), "");
}

static void a_search_has_at_most_six(void **state)
{
	(void)state;
	assert_string_equal(searched("一二三四五"), "一二 二三 三四 四五 四五 四五");
	assert_string_equal(searched("一二三四五六七八九十百千万"),
			    "一二 三四 五六 七八 九十 百千");
}

static void a_long_text_ends_between_characters(void **state)
{
	char text[BF_SEARCH_TEXT_BYTES + 8];
	struct bf_str grams[BF_SEARCH_GRAMS_MAX];

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "米", 3);
	assert_int_equal(bf_search_grams(pool, (struct bf_str){ text, sizeof(text) - 3 }, grams),
			 1);
	assert_true(bf_str_is(grams[0], "米米"));
}

static void an_index_is_sorted_and_has_each_gram_once(void **state)
{
	(void)state;
	assert_string_equal(indexed("想备一冬的取暖煤 邵阳市 邵阳县"),
			    "一冬 冬的 取暖 备一 想备 暖煤 的取 邵阳 阳县 阳市");
	assert_string_equal(indexed("米"), "");
}

static void a_post_is_found_by_its_place_in_both_scripts(void **state)
{
	struct bf_str text =
		bf_search_text(pool,
			       &(struct bf_search_post){
				       .title = BF_STR("求一台水泵"),
				       .item = BF_STR("水泵"),
				       .places = { BF_STR("邵阳市"), BF_STR("新邵县"), BF_STR("") },
				       .places_en = { BF_STR("Shaoyang"), BF_STR("Xinshao County"),
						      BF_STR("") },
			       });

	(void)state;
	assert_string_equal(indexed(text.p),
			    "county shaoyang xinshao 一台 台水 新邵 水泵 求一 邵县 邵阳 阳市");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(chinese_is_cut_into_pairs, start, end),
		cmocka_unit_test_setup_teardown(words_and_numbers_stay_whole, start, end),
		cmocka_unit_test_setup_teardown(forms_of_the_same_text_are_one, start, end),
		cmocka_unit_test_setup_teardown(too_short_is_nothing, start, end),
		cmocka_unit_test_setup_teardown(a_search_has_at_most_six, start, end),
		cmocka_unit_test_setup_teardown(a_long_text_ends_between_characters, start, end),
		cmocka_unit_test_setup_teardown(an_index_is_sorted_and_has_each_gram_once, start,
						end),
		cmocka_unit_test_setup_teardown(a_post_is_found_by_its_place_in_both_scripts, start,
						end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
