#include "view_test.h"

/* Renders markup within an element that declares the names a, b and list. */
static const char *within(struct site *site, const char *markup)
{
	return site_render(site, bf_pool_printf(site->pool,
						"<div " XMLNS " bf:model=\"a, b, list\">%s</div>",
						markup));
}

static void expect_within(void **state, const char *markup, const char *wanted)
{
	struct site *site = *state;

	assert_string_equal(within(site, markup),
			    bf_pool_printf(site->pool, "<div>%s</div>\n", wanted));
}

static void expect_fault_within(void **state, const char *markup, const char *fault)
{
	struct site *site = *state;

	site_expect_fault(site, bf_pool_printf(site->pool, "<div " XMLNS ">\n%s</div>", markup),
			  bf_pool_printf(site->pool, "page.html:2: %s", fault));
}

static void white_space_is_folded(void **state)
{
	expect_within(state,
		      "\n\n  <p>one\n   two\t three</p>\n  <!-- gone -->\n  <b>a</b> <i>b</i>\n",
		      "\n<p>one\ntwo three</p>\n<b>a</b> <i>b</i>\n");
}

static void white_space_stays_where_it_counts(void **state)
{
	expect_within(state, "<pre>a\n  b</pre>", "<pre>\na\n  b</pre>");
}

static void a_leading_line_feed_of_a_value_is_not_lost(void **state)
{
	site_set_text(*state, "a", "\nx");
	expect_within(state, "<textarea bf:text=\"a\"/>", "<textarea>\n\nx</textarea>");
}

static void drawings_keep_case_and_close_themselves(void **state)
{
	site_set_number(*state, "a", 7);
	expect_within(state,
		      "<svg viewBox=\"0 0 8 8\"><linearGradient id=\"g\"/><path d=\"M0 0\"/>"
		      "<text bf:x=\"{a}\" bf:text=\"a\"/><g></g></svg><i/>",
		      "<svg viewBox=\"0 0 8 8\"><linearGradient id=\"g\"/><path d=\"M0 0\"/>"
		      "<text x=\"7\">7</text><g/></svg><i></i>");
}

static void a_script_may_be_left_out(void **state)
{
	expect_within(
		state,
		"<script bf:if=\"a\" bf:asset=\"app.css\" defer=\"defer\"/><script bf:else=\"\" "
		"bf:asset=\"icons.svg\"/>",
		"<script src=\"/assets/icons.4567abcd.svg\"></script>");
}

#define FAULT_TEST(name, markup, fault)                    \
	static void name(void **state)                     \
	{                                                  \
		expect_fault_within(state, markup, fault); \
	}

FAULT_TEST(model_belongs_on_top, "<p bf:model=\"a\"/>", "bf:model belongs on the first element")
FAULT_TEST(groups_alone_are_ours, "<bf:grup/>", "there is no <bf:grup>")
FAULT_TEST(scripts_stay_empty, "<script>alert(1)</script>",
	   "a script belongs into templates/assets: <script> stays empty "
	   "and takes bf:asset alone")
FAULT_TEST(scripts_take_no_value, "<script bf:text=\"1\"/>",
	   "a script belongs into templates/assets: <script> stays empty "
	   "and takes bf:asset alone")
FAULT_TEST(scripts_have_fixed_addresses, "<script bf:src=\"/{address}\"/>",
	   "a script belongs into templates/assets: <script> stays empty and takes bf:asset alone")
FAULT_TEST(groups_carry_no_attributes, "<bf:group class=\"x\"/>",
	   "class cannot stand on <bf:group>")
FAULT_TEST(plural_needs_a_text, "<p bf:plural=\"days\">day</p>",
	   "bf:plural stands beside bf:t alone")
FAULT_TEST(text_only_takes_no_markup, "<title bf:raw=\"address\"/>", "<title> cannot hold markup")
FAULT_TEST(styles_are_refused, "<style/>",
	   "<style> cannot stand in a page: styles belong into templates/assets")
FAULT_TEST(frames_are_refused, "<iframe/>",
	   "<iframe> cannot stand in a page: the site shows no frames")
FAULT_TEST(names_are_small, "<DIV/>", "<DIV> should be written in small letters")
FAULT_TEST(void_elements_are_empty, "<br>a</br>", "<br> cannot hold anything")
FAULT_TEST(titles_hold_text, "<title>a<b/></title>", "<title> holds text alone")
FAULT_TEST(paragraphs_are_not_torn, "<p><b><ul/></b></p>",
	   "<ul> cannot stand in <p>: browsers end the paragraph before it")
FAULT_TEST(links_do_not_nest, "<a><b><a/></b></a>", "<a> cannot stand in another <a>")
FAULT_TEST(braces_need_a_word, "<p>{a}</p>",
	   "a value stands in a text without bf:t or bf:text: \"{a}\"")
FAULT_TEST(
	content_is_said_once, "<p bf:t=\"\" bf:text=\"1\">x</p>",
	"only one of bf:t, bf:text, bf:raw, bf:include and bf:message can say what stands in <p>")

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(white_space_is_folded),
		TEST(white_space_stays_where_it_counts),
		TEST(a_leading_line_feed_of_a_value_is_not_lost),
		TEST(drawings_keep_case_and_close_themselves),
		TEST(a_script_may_be_left_out),
		TEST(model_belongs_on_top),
		TEST(groups_alone_are_ours),
		TEST(scripts_stay_empty),
		TEST(scripts_take_no_value),
		TEST(scripts_have_fixed_addresses),
		TEST(groups_carry_no_attributes),
		TEST(plural_needs_a_text),
		TEST(text_only_takes_no_markup),
		TEST(styles_are_refused),
		TEST(frames_are_refused),
		TEST(names_are_small),
		TEST(void_elements_are_empty),
		TEST(titles_hold_text),
		TEST(paragraphs_are_not_torn),
		TEST(links_do_not_nest),
		TEST(braces_need_a_word),
		TEST(content_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
