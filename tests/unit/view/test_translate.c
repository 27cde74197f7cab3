#include "view_test.h"

/* One text in Chinese and in English. */
static void expect_both(void **state, const char *po, const char *markup, const char *zh,
			const char *en)
{
	struct site *site = *state;

	site_translate(site, po);
	assert_string_equal(site_render(site,
					bf_pool_printf(site->pool,
						       "<div " XMLNS " bf:model=\"a, n\">%s</div>",
						       markup)),
			    bf_pool_printf(site->pool, "<div>%s</div>\n", en));
	assert_string_equal(site_page(site, BF_ZH),
			    bf_pool_printf(site->pool, "<div>%s</div>\n", zh));
}

static void a_text_is_translated_as_one(void **state)
{
	site_set_text(*state, "a", "<李>");
	expect_both(state,
		    "msgid \"Hello {a}, look at <a>another city</a>.\"\n"
		    "msgstr \"<a>别的城市</a>等着{a}。\"\n",
		    "<p bf:t=\"\">\n  Hello {a}, look at\n  <a href=\"/x\">another city</a>.\n</p>",
		    "<p><a href=\"/x\">别的城市</a>等着&lt;李&gt;。</p>",
		    "<p>Hello &lt;李&gt;, look at <a href=\"/x\">another city</a>.</p>");
}

static void repeated_tags_are_numbered(void **state)
{
	expect_both(
		state,
		"msgid \"<b1>a</b1> and <b2>b</b2><br/>\"\nmsgstr \"<b2>乙</b2>和<b1>甲</b1><br/>\"\n",
		"<p bf:t=\"\"><b id=\"1\">a</b> and <b id=\"2\">b</b><br/></p>",
		"<p><b id=\"2\">乙</b>和<b id=\"1\">甲</b><br></p>",
		"<p><b id=\"1\">a</b> and <b id=\"2\">b</b><br></p>");
}

static void an_element_may_bring_its_own_text(void **state)
{
	site_set_number(*state, "n", 12000);
	expect_both(state, "msgid \"<b/> families\"\nmsgstr \"<b/>户\"\n",
		    "<p bf:t=\"\"><b bf:text=\"n | number\">5</b> families</p>",
		    "<p><b>12,000</b>户</p>", "<p><b>12,000</b> families</p>");
}

static void markup_in_text_stays_text(void **state)
{
	expect_both(state, "msgid \"a &lt; b & c\"\nmsgstr \"甲 &lt; 乙 & 丙\"\n",
		    "<p bf:t=\"\">a &lt; b &amp; c</p>", "<p>甲 &lt; 乙 &amp; 丙</p>",
		    "<p>a &lt; b &amp; c</p>");
}

static void the_context_tells_homonyms_apart(void **state)
{
	expect_both(
		state,
		"msgid \"Open\"\nmsgstr \"打开\"\n\nmsgctxt \"phase\"\nmsgid \"Open\"\nmsgstr \"进行中\"\n",
		"<p bf:t=\"phase\">Open</p><p bf:t=\"\">Open</p>", "<p>进行中</p><p>打开</p>",
		"<p>Open</p><p>Open</p>");
}

static void attributes_are_translated(void **state)
{
	site_set_number(*state, "n", 3);
	expect_both(state, "msgid \"Photo \\\"{n}\\\"\"\nmsgstr \"照片\\\"{n}\\\"\"\n",
		    "<img alt=\"sample\" bf:t-alt=\"Photo &quot;{n}&quot;\"/>",
		    "<img alt=\"照片&#34;3&#34;\">", "<img alt=\"Photo &#34;3&#34;\">");
}

static const char plural_po[] =
	"msgid \"{n} day left\"\nmsgid_plural \"{n} days left\"\nmsgstr[0] \"还剩{n}天\"\n";
static const char plural_markup[] =
	"<p bf:t=\"\" bf:plural=\"{n} days left\" bf:n=\"n\">{n} day left</p>";

static void english_has_a_singular(void **state)
{
	site_set_number(*state, "n", 1);
	expect_both(state, plural_po, plural_markup, "<p>还剩1天</p>", "<p>1 day left</p>");
}

static void english_has_a_plural(void **state)
{
	site_set_number(*state, "n", 0);
	expect_both(state, plural_po, plural_markup, "<p>还剩0天</p>", "<p>0 days left</p>");
}

static void labels_are_translated(void **state)
{
	site_set_text(*state, "a", "medical");
	expect_both(state,
		    "msgid \"Housing\"\nmsgstr \"住房\"\nmsgid \"Medical\"\nmsgstr \"医疗\"\n",
		    "<p bf:text=\"a | label:kind\"/><p bf:title=\"{a | label:kind}\"/>",
		    "<p>医疗</p><p title=\"医疗\"></p>", "<p>Medical</p><p title=\"Medical\"></p>");
}

static void english_may_have_a_catalogue_too(void **state)
{
	struct site *site = *state;

	bf_views_parse_catalog(site->views, "aid", BF_EN, "en.po",
			       BF_STR("msgid \"Colour\"\nmsgstr \"Color\"\n"), &site->faults);
	expect_both(state, "msgid \"Colour\"\nmsgstr \"颜色\"\n", "<p bf:t=\"\">Colour</p>",
		    "<p>颜色</p>", "<p>Color</p>");
}

static void core_translates_what_the_plugin_does_not(void **state)
{
	struct site *site = *state;

	bf_views_parse_catalog(site->views, "core", BF_ZH, "core.po",
			       BF_STR("msgid \"More\"\nmsgstr \"更多\"\n"), &site->faults);
	expect_both(state, "", "<p bf:t=\"\">More</p>", "<p>更多</p>", "<p>More</p>");
}

static void expect_fault_of(void **state, const char *po, const char *markup, const char *fault)
{
	struct site *site = *state;

	site_translate(site, po);
	site_expect_fault(site,
			  bf_pool_printf(site->pool, "<div " XMLNS " bf:model=\"n\">\n%s</div>",
					 markup),
			  bf_pool_printf(site->pool, "page.html:2: %s", fault));
}

static void a_text_without_translation_is_a_fault(void **state)
{
	expect_fault_of(state, "", "<p bf:t=\"\">Hello <b>you</b></p>",
			"no Chinese translation of \"Hello <b>you</b>\"");
}

static void a_plural_goes_by_a_number(void **state)
{
	expect_fault_of(state, plural_po,
			"<p bf:t=\"\" bf:plural=\"{n} days left\">{n} day left</p>",
			"bf:plural needs bf:n, the number it goes by");
}

static void a_plural_agrees_with_its_translation(void **state)
{
	expect_fault_of(
		state, plural_po, "<p bf:t=\"\" bf:plural=\"{n} days\" bf:n=\"n\">{n} day left</p>",
		"msgid_plural of \"{n} day left\" is \"{n} days left\" in the translation and "
		"\"{n} days\" here");
}

static void there_must_be_text(void **state)
{
	expect_fault_of(state, "", "<p bf:t=\"\"> </p>", "bf:t stands on <p>, which has no text");
}

static void branches_do_not_stand_in_a_text(void **state)
{
	expect_fault_of(state, "msgid \"a <b>c</b>\"\nmsgstr \"甲<b>丙</b>\"\n",
			"<p bf:t=\"\">a <b bf:if=\"n\">c</b></p>",
			"bf:if cannot stand within a text with bf:t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_text_is_translated_as_one),
		TEST(repeated_tags_are_numbered),
		TEST(an_element_may_bring_its_own_text),
		TEST(markup_in_text_stays_text),
		TEST(the_context_tells_homonyms_apart),
		TEST(attributes_are_translated),
		TEST(english_has_a_singular),
		TEST(english_has_a_plural),
		TEST(labels_are_translated),
		TEST(english_may_have_a_catalogue_too),
		TEST(core_translates_what_the_plugin_does_not),
		TEST(a_text_without_translation_is_a_fault),
		TEST(a_plural_goes_by_a_number),
		TEST(a_plural_agrees_with_its_translation),
		TEST(there_must_be_text),
		TEST(branches_do_not_stand_in_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
