#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/catalog.h"

static struct bf_pool *pool;
static struct bf_faults faults;

static int setup(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	bf_faults_init(&faults, pool);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static struct bf_catalog *parse(enum bf_lang lang, const char *po)
{
	return bf_catalog_parse(pool, lang, "zh.po", bf_str(po), &faults);
}

static const char *translation(const struct bf_catalog *catalog, const char *context,
			       const char *id)
{
	const struct bf_translation *found = bf_catalog_find(catalog, bf_str(context), bf_str(id));

	return found ? found->one.p : NULL;
}

/* In a pool of its own, so that a test may look at many. */
static void expect_fault(enum bf_lang lang, const char *po, const char *fault)
{
	struct bf_pool *own = bf_pool_new(NULL);
	struct bf_faults found;

	bf_faults_init(&found, own);
	bf_catalog_parse(own, lang, "zh.po", bf_str(po), &found);
	assert_non_null(found.first);
	assert_string_equal(found.first->text, fault);
	assert_int_equal(found.count, 1);
	bf_pool_free(own);
}

static void entries_are_found_by_context_and_text(void **state)
{
	const struct bf_catalog *catalog = parse(
		BF_ZH,
		"msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
		"# for translators\n#: list.html:3\nmsgid \"Open\"\nmsgstr \"打开\"\n"
		"#~ msgid \"Gone\"\n#~ msgstr \"没有\"\n\n"
		"msgctxt \"state\"\nmsgid \"Open\"\nmsgstr \"进行中\"\n"
		"msgid \"\"\n\"two \"\n\"lines\\n\\\"quoted\\\"\\\\\"\nmsgstr \"\"\n\"两行\"\n");

	(void)state;
	assert_int_equal(faults.count, 0);
	assert_string_equal(translation(catalog, "", "Open"), "打开");
	assert_string_equal(translation(catalog, "state", "Open"), "进行中");
	assert_string_equal(translation(catalog, "", "two lines\n\"quoted\"\\"), "两行");
	assert_null(translation(catalog, "", "Gone"));
	assert_null(translation(catalog, "other", "Open"));
	assert_null(translation(NULL, "", "Open"));
}

static void an_empty_translation_is_none(void **state)
{
	const struct bf_catalog *catalog = parse(BF_ZH, "msgid \"Open\"\nmsgstr \"\"\n");

	(void)state;
	assert_int_equal(faults.count, 0);
	assert_null(translation(catalog, "", "Open"));
}

static void chinese_has_one_form_and_english_two(void **state)
{
	const struct bf_catalog *zh =
		parse(BF_ZH, "msgid \"{n} post\"\nmsgid_plural \"{n} posts\"\n"
			     "msgstr[0] \"{n}条\"\n");
	const struct bf_catalog *en =
		parse(BF_EN, "msgid \"One post\"\nmsgid_plural \"{n} posts\"\n"
			     "msgstr[0] \"A post\"\nmsgstr[1] \"{n} of them\"\n");
	const struct bf_translation *found = bf_catalog_find(zh, BF_STR(""), BF_STR("{n} post"));

	(void)state;
	assert_int_equal(faults.count, 0);
	assert_string_equal(found->plural.p, "{n} posts");
	assert_string_equal(found->many.p, "{n}条");
	found = bf_catalog_find(en, BF_STR(""), BF_STR("One post"));
	assert_string_equal(found->one.p, "A post");
	assert_string_equal(found->many.p, "{n} of them");
	expect_fault(BF_ZH, "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\nmsgstr[1] \"d\"\n",
		     "zh.po:1: there is one form too many of \"a\"");
	expect_fault(BF_EN, "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\n",
		     "zh.po:1: msgstr[1] is missing of \"a\"");
}

static void a_translation_has_what_its_text_has(void **state)
{
	(void)state;
	parse(BF_ZH,
	      "msgid \"{a} and <b>{c | money}</b><br/>\"\nmsgstr \"<br/><b>{c | money}</b>，{a}\"\n");
	assert_int_equal(faults.count, 0);
	expect_fault(BF_ZH, "\nmsgid \"{a} and {b}\"\nmsgstr \"{a}\"\n",
		     "zh.po:2: the translation lacks \"{b}\"");
	expect_fault(BF_ZH, "msgid \"{a}\"\nmsgstr \"{a}{b}\"\n",
		     "zh.po:1: the translation has what its text has not: \"{b}\"");
	expect_fault(BF_ZH, "msgid \"{a}\"\nmsgstr \"{a}{a}\"\n",
		     "zh.po:1: the translation has what its text has not: \"{a}\"");
	expect_fault(BF_ZH, "msgid \"<b>a</b>\"\nmsgstr \"a\"\n",
		     "zh.po:1: the translation lacks \"<b>\"");
}

static void tags_are_closed_in_their_order(void **state)
{
	(void)state;
	expect_fault(BF_ZH, "msgid \"<a><b>x</b></a>\"\nmsgstr \"<a><b>x</a></b>\"\n",
		     "zh.po:1: tags are not closed in the order they were opened in "
		     "\"<a><b>x</a></b>\"");
	expect_fault(BF_ZH, "msgid \"<a>x</a>\"\nmsgstr \"</a>x<a>\"\n",
		     "zh.po:1: tags are not closed in the order they were opened in \"</a>x<a>\"");
	expect_fault(BF_ZH, "msgid \"{a}\"\nmsgstr \"{a\"\n",
		     "zh.po:1: a brace or a tag does not end in \"{a\"");
}

static void what_is_no_po_is_a_fault(void **state)
{
	(void)state;
	expect_fault(BF_ZH, "msgid \"a\"\nmsgstr \"b\"\n\nmsgid \"a\"\nmsgstr \"c\"\n",
		     "zh.po:4: \"a\" is translated twice");
	expect_fault(BF_ZH, "#, fuzzy\nmsgid \"a\"\nmsgstr \"b\"\n",
		     "zh.po:2: look over this translation and take away its \"fuzzy\": \"a\"");
	expect_fault(BF_ZH, "msgid \"a\"\n\n", "zh.po:1: msgstr is missing of \"a\"");
	expect_fault(BF_ZH, "msgid a\nmsgstr \"b\"\n",
		     "zh.po:1: a text in double quotes should stand in place of \"a\"");
	expect_fault(BF_ZH, "msgid \"a\\x\"\nmsgstr \"b\"\n",
		     "zh.po:1: a quote or backslash is wrong in \"\"a\\x\"\"");
	expect_fault(BF_ZH, "\nhello\n", "zh.po:2: this is no line of a .po file: \"hello\"");
	expect_fault(BF_ZH, "msgstr \"b\"\n",
		     "zh.po:1: this stands twice or in the wrong place: \"\"b\"\"");
	expect_fault(BF_ZH, "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=GBK\"\n",
		     "zh.po:1: the header should say charset=UTF-8 in "
		     "\"Content-Type: text/plain; charset=GBK\"");
	expect_fault(BF_ZH, "msgid \"\xff\"\n", "zh.po: the file is not UTF-8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(entries_are_found_by_context_and_text, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_empty_translation_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(chinese_has_one_form_and_english_two, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_translation_has_what_its_text_has, setup,
						teardown),
		cmocka_unit_test_setup_teardown(tags_are_closed_in_their_order, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_po_is_a_fault, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
