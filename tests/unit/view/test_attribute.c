#include "view_test.h"

/* Renders one element that sees a, b and the globals. */
static const char *element(struct site *site, const char *markup)
{
	return site_render(site,
			   bf_pool_printf(site->pool, "<div " XMLNS " bf:model=\"a, b\">%s</div>",
					  markup));
}

static void expect_element(void **state, const char *markup, const char *wanted)
{
	struct site *site = *state;

	assert_string_equal(element(site, markup),
			    bf_pool_printf(site->pool, "<div>%s</div>\n", wanted));
}

static void expect_fault_of(void **state, const char *markup, const char *fault)
{
	struct site *site = *state;

	site_expect_fault(site,
			  bf_pool_printf(site->pool, "<div " XMLNS " bf:model=\"a, b\">\n%s</div>",
					 markup),
			  bf_pool_printf(site->pool, "page.html:2: %s", fault));
}

static void a_value_takes_the_place_of_the_sample(void **state)
{
	site_set_text(*state, "a", "x\" y");
	expect_element(state,
		       "<p id=\"i\" class=\"sample\" lang=\"en\" bf:class=\"card {a} end\"/>",
		       "<p id=\"i\" lang=\"en\" class=\"card x&#34; y end\"></p>");
}

static void a_null_value_leaves_the_attribute_out(void **state)
{
	site_set_text(*state, "b", "");
	expect_element(state,
		       "<p bf:title=\"{a}\" bf:class=\"x{a}\" bf:id=\"{b}\" "
		       "bf:aria-current=\"{b and 'page'}\"/>",
		       "<p class=\"x\" id=\"\"></p>");
}

static void boolean_attributes_come_and_go(void **state)
{
	site_set_number(*state, "a", 1);
	expect_element(state,
		       "<input bf:disabled=\"a\" bf:checked=\"not a\" required=\"required\"/>",
		       "<input disabled required>");
}

static void addresses_start_below_root_or_mount(void **state)
{
	struct site *site = *state;

	site->request.root = "/en";
	site->request.mount = "/en/shaoyang/aid/";
	site_set_text(site, "a", "a b/../c");
	site_set_text(site, "b", "d&e");
	expect_element(
		state,
		"<a bf:href=\"/x/{a}?q={b}#{b}\"/><a bf:href=\"posts/{b}\"/><a bf:href=\"?p={a}\"/>"
		"<a href=\"/y\"/><a href=\"z?a=1&amp;b=2\"/><a href=\"#f\"/><a href=\"./\"/>"
		"<a href=\"https://example.org/\"/><a href=\"tel:110\"/><a bf:href=\"#p{b}\"/>",
		"<a href=\"/en/x/a%20b/c?q=d%26e#d%26e\"></a>"
		"<a href=\"/en/shaoyang/aid/posts/d%26e\"></a><a href=\"?p=a%20b%2F..%2Fc\"></a>"
		"<a href=\"/en/y\"></a><a href=\"/en/shaoyang/aid/z?a=1&amp;b=2\"></a>"
		"<a href=\"#f\"></a><a href=\"/en/shaoyang/aid/\"></a>"
		"<a href=\"https://example.org/\"></a><a href=\"tel:110\"></a><a href=\"#pd%26e\"></a>");
}

static void a_whole_address_is_checked(void **state)
{
	struct site *site = *state;

	site_set_text(site, "a", "/en/x?y=1&z");
	site_set_text(site, "b", "javascript:alert(1)");
	expect_element(state,
		       "<a bf:href=\"{a}\"/><a bf:href=\"{b}\"/><a bf:href=\"{a}#top\"/>"
		       "<a bf:href=\"{address}\"/>",
		       "<a href=\"/en/x?y=1&amp;z\"></a><a href=\"#\"></a>"
		       "<a href=\"/en/x?y=1&amp;z#top\"></a><a></a>");
}

static void a_number_is_no_whole_address(void **state)
{
	site_set_number(*state, "a", 7);
	site_set_text(*state, "b", "");
	expect_element(state, "<a bf:href=\"{a}\"/><a bf:href=\"{b}/x\"/>",
		       "<a href=\"#\"></a><a href=\"/x\"></a>");
}

static void assets_are_named_by_their_hash(void **state)
{
	site_set_text(*state, "a", "coat\"");
	expect_element(
		state,
		"<link href=\"sample.css\" bf:asset=\"app.css\"/><img bf:asset=\"app.css\"/>"
		"<svg><use bf:asset=\"icons.svg#need-{a}\"/></svg>",
		"<link href=\"/assets/app.0123abcd.css\"><img src=\"/assets/app.0123abcd.css\">"
		"<svg><use href=\"/assets/icons.4567abcd.svg#need-coat%22\"/></svg>");
}

#define FAULT_TEST(name, markup, fault)                \
	static void name(void **state)                 \
	{                                              \
		expect_fault_of(state, markup, fault); \
	}

FAULT_TEST(an_unknown_asset_is_a_fault, "<img bf:asset=\"none.png\"/>",
	   "there is no asset \"none.png\"")
FAULT_TEST(assets_are_not_written_out, "<img src=\"/assets/a.png\"/>",
	   "\"/assets/a.png\" has no hash; bf:asset names files of assets")
FAULT_TEST(scripts_are_no_addresses, "<a href=\"javascript:x\"/>",
	   "an address cannot start with \"javascript:\"")
FAULT_TEST(data_is_no_address, "<img bf:src=\"data:{a}\"/>",
	   "an address cannot start with \"data:\"")
FAULT_TEST(hosts_need_their_scheme, "<a href=\"//example.org\"/>",
	   "\"//example.org\" leads to another host without https:")
FAULT_TEST(addresses_take_plain_values, "<a bf:href=\"x/{a | money}\"/>",
	   "a format cannot stand in an address: \"a | money\"")
FAULT_TEST(styles_are_refused, "<p style=\"color: red\"/>",
	   "the attribute style cannot stand in a page: styles belong into templates/assets")
FAULT_TEST(events_are_refused, "<p onClick=\"x()\"/>",
	   "the attribute onClick cannot stand in a page: scripts belong into templates/assets")
FAULT_TEST(events_do_not_vary, "<p bf:onclick=\"{a}\"/>", "there is no bf:onclick")
FAULT_TEST(styles_do_not_vary, "<p bf:style=\"{a}\"/>", "there is no bf:style")
FAULT_TEST(unknown_words_are_faults, "<p bf:hreff=\"x\"/>", "there is no bf:hreff")
FAULT_TEST(foreign_prefixes_are_faults, "<p xml:lang=\"en\"/>",
	   "an attribute cannot have the prefix \"xml:\"")
FAULT_TEST(a_brace_ends, "<p bf:class=\"a {b\"/>", "a brace does not end in \"a {b\"")
FAULT_TEST(addresses_are_not_translated, "<a bf:t-href=\"x\"/>",
	   "the attribute href cannot be translated")

static void two_ways_for_one_attribute_are_a_fault(void **state)
{
	site_translate(*state, "msgid \"x\"\nmsgstr \"y\"\n");
	expect_fault_of(state, "<p bf:title=\"a\" bf:t-title=\"x\"/>",
			"bf:title and bf:t-title cannot stand together");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_value_takes_the_place_of_the_sample),
		TEST(a_null_value_leaves_the_attribute_out),
		TEST(boolean_attributes_come_and_go),
		TEST(addresses_start_below_root_or_mount),
		TEST(a_whole_address_is_checked),
		TEST(a_number_is_no_whole_address),
		TEST(assets_are_named_by_their_hash),
		TEST(an_unknown_asset_is_a_fault),
		TEST(assets_are_not_written_out),
		TEST(scripts_are_no_addresses),
		TEST(data_is_no_address),
		TEST(hosts_need_their_scheme),
		TEST(addresses_take_plain_values),
		TEST(styles_are_refused),
		TEST(events_are_refused),
		TEST(events_do_not_vary),
		TEST(styles_do_not_vary),
		TEST(unknown_words_are_faults),
		TEST(foreign_prefixes_are_faults),
		TEST(a_brace_ends),
		TEST(addresses_are_not_translated),
		TEST(two_ways_for_one_attribute_are_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
