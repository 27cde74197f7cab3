#include "view_test.h"

static struct bf_value numbers(struct site *site, int64_t count)
{
	struct bf_value list = bf_value_list(site->pool);

	for (int64_t i = 1; i <= count; i++)
		bf_value_push(site->pool, &list, bf_value_number(i * 10));
	return list;
}

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

static void a_page_becomes_html(void **state)
{
	assert_string_equal(
		site_render(*state,
			    "<!DOCTYPE html>\n<html " XMLNS " lang=\"en\">\n"
			    "<head><meta charset=\"utf-8\"/></head>\n"
			    "<body><br/><div/><input disabled=\"disabled\"/></body></html>"),
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"></head>\n"
		"<body><br><div></div><input disabled></body></html>\n");
}

static void text_gives_way_to_a_value(void **state)
{
	site_set_text(*state, "a", "<\"&\">");
	expect_within(state, "<p bf:text=\"a\">sample <b>text</b></p>", "<p>&lt;\"&amp;\"&gt;</p>");
}

static void raw_takes_markup_alone(void **state)
{
	struct site *site = *state;

	bf_value_set(&site->model, "a",
		     (struct bf_value){ .kind = BF_MARKUP, .len = 8, .text = "<b>a</b>" });
	site_set_text(site, "b", "<b>b</b>");
	expect_within(state, "<p bf:raw=\"a\"/><p bf:raw=\"b\"/><p bf:text=\"a\"/>",
		      "<p><b>a</b></p><p>&lt;b&gt;b&lt;/b&gt;</p><p>&lt;b&gt;a&lt;/b&gt;</p>");
}

static void the_first_true_branch_is_shown(void **state)
{
	struct site *site = *state;
	const char *markup =
		"<bf:group><p bf:if=\"a == 1\">one</p>\n <!-- c -->\n<p bf:elif=\"a == 2\">two</p>"
		"<p bf:elif=\"a == 3\">three</p> <p bf:else=\"\">more</p></bf:group>,";
	static const char *const wanted[] = { "more", "one", "two", "three", "more" };
	const struct bf_view *view;
	struct bf_buf out;

	within(site, markup);
	view = bf_views_find(site->views, "aid", "page.html", BF_EN);
	bf_buf_init(&out);
	for (int64_t a = 0; a <= 4; a++) {
		site_set_number(site, "a", a);
		bf_buf_clear(&out);
		bf_view_render(view, &site->request, &out);
		assert_string_equal(out.data, bf_pool_printf(site->pool, "<div><p>%s</p>,</div>\n",
							     wanted[a]));
	}
	bf_buf_release(&out);
}

static void loops_nest(void **state)
{
	struct site *site = *state;

	bf_value_set(&site->model, "list", numbers(site, 2));
	expect_within(state,
		      "<i bf:each=\"x, i in list\"><b bf:each=\"y in list\" bf:if=\"i\" "
		      "bf:text=\"y\"/><u bf:text=\"i\"/>:<u bf:text=\"x\"/></i>",
		      "<i><u>0</u>:<u>10</u></i><i><b>10</b><b>20</b><u>1</u>:<u>20</u></i>");
}

static void nothing_is_looped_over_in_silence(void **state)
{
	struct site *site = *state;

	bf_value_set(&site->model, "list", numbers(site, 0));
	site_set_text(site, "a", "text");
	expect_within(
		state,
		"<i bf:each=\"x in list\">x</i><i bf:each=\"x in a\">x</i><i bf:each=\"x in b\">x</i>.",
		".");
}

static void a_layout_takes_the_slots_of_a_page(void **state)
{
	struct site *site = *state;

	bf_views_parse(site->views, "core", "layout.html", "layout.html",
		       BF_STR("<html " XMLNS
			      " bf:model=\"menu\"><title bf:slot=\"title\">Sample</title>"
			      "<nav bf:text=\"menu\"/><div bf:slot=\"main\">sample</div></html>"),
		       &site->faults);
	site_set_text(site, "menu", "Menu");
	site_set_text(site, "a", "A");
	assert_string_equal(
		site_render(site,
			    "<html " XMLNS " bf:layout=\"layout.html\" bf:model=\"a\">\n"
			    "<title bf:slot=\"title\" bf:text=\"a\">x</title>gone\n"
			    "<main bf:slot=\"main\" id=\"m\"><b bf:text=\"a\"/></main></html>"),
		"<!DOCTYPE html>\n<html><title>A</title><nav>Menu</nav>"
		"<main id=\"m\"><b>A</b></main></html>\n");
}

static void slots_need_their_counterpart(void **state)
{
	struct site *site = *state;

	bf_views_parse(site->views, "core", "layout.html", "layout.html",
		       BF_STR("<html " XMLNS
			      ">\n<p bf:slot=\"main\"/>\n<p bf:slot=\"foot\"/></html>"),
		       &site->faults);
	site_add(site, "page.html",
		 "<html " XMLNS " bf:layout=\"layout.html\">\n<p bf:slot=\"main\"/>\n"
		 "<p bf:slot=\"mian\"/></html>");
	bf_views_compile(site->views, &site->faults);
	assert_int_equal(site->faults.count, 2);
	assert_string_equal(site->faults.first->text,
			    "page.html:3: the slot \"mian\" has no counterpart in layout.html");
	assert_string_equal(site->faults.first->next->text,
			    "layout.html:3: the slot \"foot\" has no counterpart in page.html");
}

static void an_include_sees_what_it_names(void **state)
{
	struct site *site = *state;

	bf_value_set(&site->model, "list", numbers(site, 2));
	site_add(site, "card.html", "<b " XMLNS " bf:model=\"x\" bf:text=\"x\"/>");
	expect_within(state, "<i bf:each=\"x in list\" bf:include=\"card.html\">sample</i>",
		      "<b>10</b><b>20</b>");
}

static void an_include_of_core_is_found(void **state)
{
	struct site *site = *state;

	bf_views_parse(site->views, "core", "foot.html", "foot.html", BF_STR("<b>foot</b>"),
		       &site->faults);
	expect_within(state, "<i " XMLNS " bf:include=\"foot.html\"/>", "<b>foot</b>");
}

static void includes_that_cannot_be_are_faults(void **state)
{
	struct site *site = *state;

	site_add(site, "card.html", "<b " XMLNS ">\n<i bf:include=\"card.html\"/></b>");
	site_add(site, "needy.html", "<b " XMLNS " bf:model=\"x\"/>");
	site_add(site, "page.html",
		 "<b " XMLNS ">\n<i bf:include=\"needy.html\"/>\n"
		 "<i bf:include=\"none.html\"/></b>");
	bf_views_compile(site->views, &site->faults);
	assert_int_equal(site->faults.count, 3);
	assert_string_equal(site->faults.first->text, "card.html:2: \"card.html\" includes itself");
	assert_string_equal(site->faults.first->next->text,
			    "page.html:2: \"needy.html\" needs \"x\", which is not known here");
	assert_string_equal(site->faults.first->next->next->text,
			    "page.html:3: there is no template \"none.html\" to include");
}

static void all_faults_are_found_at_once(void **state)
{
	struct site *site = *state;

	site_add(site, "page.html",
		 "<div " XMLNS ">\n<p bf:txet=\"a\"/>\n<p bf:text=\"a\"/>\n"
		 "<p bf:text=\"1 | date_of\"/></div>");
	bf_views_compile(site->views, &site->faults);
	assert_int_equal(site->faults.count, 3);
	assert_string_equal(site->faults.first->text, "page.html:2: there is no bf:txet");
	assert_string_equal(site->faults.first->next->text,
			    "page.html:3: \"a\" is not declared in bf:model");
	assert_string_equal(site->faults.first->next->next->text,
			    "page.html:4: there is no format \"date_of\"");
}

#define FAULT_TEST(name, markup, fault)                    \
	static void name(void **state)                     \
	{                                                  \
		expect_fault_within(state, markup, fault); \
	}

FAULT_TEST(else_needs_if, "<p/><p bf:else=\"\"/>", "bf:else does not follow an element with bf:if")
FAULT_TEST(elif_needs_if, "<p bf:if=\"1\"/>text<p bf:elif=\"1\"/>",
	   "bf:elif does not follow an element with bf:if")
FAULT_TEST(if_needs_an_expression, "<p bf:if=\"\"/>", "\"\" ends where a name should stand")
FAULT_TEST(each_needs_its_form, "<p bf:each=\"x of 1\"/>",
	   "bf:each should read \"item in list\" or \"item, index in list\", not \"x of 1\"")

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_becomes_html),
		TEST(text_gives_way_to_a_value),
		TEST(raw_takes_markup_alone),
		TEST(the_first_true_branch_is_shown),
		TEST(loops_nest),
		TEST(nothing_is_looped_over_in_silence),
		TEST(a_layout_takes_the_slots_of_a_page),
		TEST(slots_need_their_counterpart),
		TEST(an_include_sees_what_it_names),
		TEST(an_include_of_core_is_found),
		TEST(includes_that_cannot_be_are_faults),
		TEST(all_faults_are_found_at_once),
		TEST(else_needs_if),
		TEST(elif_needs_if),
		TEST(if_needs_an_expression),
		TEST(each_needs_its_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
