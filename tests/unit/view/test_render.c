#include "view_test.h"

/* Prints x by an expression in Chinese and in English. */
static void expect(void **state, struct bf_value x, const char *expression, const char *zh,
		   const char *en)
{
	struct site *site = site_new();

	(void)state;
	site_translate(site,
		       "msgid \"Housing\"\nmsgstr \"住房\"\nmsgid \"Medical\"\nmsgstr \"医疗\"\n");
	bf_value_set(&site->model, "x", x);
	site->request.now_ms = INT64_C(1795488047000) - 86400000;
	assert_string_equal(site_render(site, bf_pool_printf(site->pool,
							     "<p " XMLNS
							     " bf:model=\"x\" bf:text=\"%s\"/>",
							     expression)),
			    bf_pool_printf(site->pool, "<p>%s</p>\n", en));
	assert_string_equal(site_page(site, BF_ZH), bf_pool_printf(site->pool, "<p>%s</p>\n", zh));
	bf_pool_free(site->pool);
}

static void values_print_plainly(void **state)
{
	struct bf_value when = bf_value_time(INT64_C(1795488047000));

	expect(state, bf_value_number(-12345), "x", "-12345", "-12345");
	expect(state, bf_value_bool(true), "x", "true", "true");
	expect(state, bf_value_string(BF_STR("<x>")), "x", "&lt;x&gt;", "&lt;x&gt;");
	expect(state, when, "x", "2026-11-24T02:40:47Z", "2026-11-24T02:40:47Z");
	expect(state, (struct bf_value){ .kind = BF_NULL }, "x", "", "");
}

static void formats_go_by_the_language(void **state)
{
	struct bf_value when = bf_value_time(INT64_C(1795488047000));

	expect(state, when, "x | date", "2026年11月24日", "24 November 2026");
	expect(state, when, "x | time", "2026年11月24日 10:40", "24 November 2026, 10:40");
	expect(state, when, "x | json_date", "2026-11-24T02:40:47Z", "2026-11-24T02:40:47Z");
	expect(state, when, "x | days_left", "1", "1");
	expect(state, bf_value_number(430500), "x | region", "邵阳市", "Shaoyang &lt;&amp;&gt;");
	expect(state, bf_value_number(1), "x | region", "", "");
	expect(state, bf_value_number(1234567), "x | number", "1,234,567", "1,234,567");
	expect(state, bf_value_number(1234567), "x | money", "12,345.67", "12,345.67");
	expect(state, bf_value_number(685), "x | percent", "68%", "68%");
	expect(state, bf_value_string(BF_STR("medical")), "x | label:kind", "医疗", "Medical");
}

static void a_format_never_fails(void **state)
{
	struct bf_value nothing = { .kind = BF_NULL }, text = bf_value_string(BF_STR("<n>"));
	static const char *const formats[] = { "x | number", "x | money",     "x | percent",
					       "x | date",   "x | time",      "x | json_date",
					       "x | region", "x | label:kind" };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		expect(state, nothing, formats[i], "", "");
		expect(state, text, formats[i], "&lt;n&gt;", "&lt;n&gt;");
	}
	expect(state, bf_value_map(((struct site *)*state)->pool), "x | money", "", "");
}

static void literal_text_is_joined(void **state)
{
	struct site *site = *state;

	site_render(site, "<ul " XMLNS " bf:model=\"x\"><li class=\"a\">one</li><li>two</li>\n"
			  "<li bf:text=\"x\"/><li>three</li></ul>");
	/* the value with what stands before it, and the end with what stands behind it */
	assert_int_equal(bf_view_steps(bf_views_find(site->views, "aid", "page.html", BF_EN)), 2);
}

static void a_page_may_be_rendered_again(void **state)
{
	struct site *site = *state;
	const char *first = site_render(site, "<p " XMLNS " bf:model=\"x\" bf:text=\"x\"/>");

	site_set_text(site, "x", "second");
	assert_string_equal(first, "<p></p>\n");
	assert_string_equal(site_page(site, BF_EN), "<p>second</p>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_print_plainly),         TEST(formats_go_by_the_language),
		TEST(a_format_never_fails),         TEST(literal_text_is_joined),
		TEST(a_page_may_be_rendered_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
