#include "view_test.h"

/* A form of the route "ask" around fields, rendered. */
static const char *form(struct site *site, const char *fields)
{
	return site_render(site, bf_pool_printf(site->pool,
						"<form " XMLNS
						" bf:model=\"a, b\" bf:form=\"ask\">%s</form>",
						fields));
}

static void expect_fields(void **state, const char *fields, const char *wanted)
{
	struct site *site = *state;

	assert_string_equal(
		form(site, fields),
		bf_pool_printf(site->pool,
			       "<form method=\"post\" action=\"/shaoyang/aid/posts\">%s</form>\n",
			       wanted));
}

/* The form is shown again: this was typed, and this is wrong with it. */
static void shown_again(struct site *site, const char *field, const char *typed,
			const char *message)
{
	if (typed)
		bf_value_set(&site->typed, field, bf_value_string(bf_str(typed)));
	if (message)
		bf_value_set(&site->messages, field, bf_value_string(bf_str(message)));
	site->request.typed = &site->typed;
	site->request.messages = &site->messages;
}

static void translate_kinds(void **state)
{
	site_translate(*state,
		       "msgid \"Housing\"\nmsgstr \"住房\"\nmsgid \"Medical\"\nmsgstr \"医疗\"\n");
}

static void a_post_carries_its_secrets(void **state)
{
	struct site *site = *state;

	site->request.token = "to\"ken";
	site->request.idempotency_key = "key";
	expect_fields(state, "<button>Go</button>",
		      "<input type=\"hidden\" name=\"_token\" value=\"to&#34;ken\">"
		      "<input type=\"hidden\" name=\"_key\" value=\"key-1\"><button>Go</button>");
}

static void a_get_carries_none(void **state)
{
	struct site *site = *state;

	site->request.token = "token";
	assert_string_equal(
		site_render(site, "<form " XMLNS " method=\"post\" action=\"sample\" "
				  "class=\"c\" bf:form=\"find\"/>"),
		"<form class=\"c\" method=\"get\" action=\"/shaoyang/aid/posts\"></form>\n");
}

static void the_path_takes_its_values(void **state)
{
	struct site *site = *state;

	site_set_text(site, "a", "7/8");
	assert_string_equal(
		site_render(site, "<form " XMLNS " bf:model=\"a\" bf:form=\"change, id: a\"/>"),
		"<form method=\"post\" action=\"/shaoyang/aid/posts/7/8/change\"></form>\n");
}

static void the_core_sends_to_its_own_paths(void **state)
{
	struct site *site = *state;
	struct bf_buf out;

	bf_views_parse(site->views, "core", "layout.html", "layout.html",
		       BF_STR("<form " XMLNS " bf:form=\"find\"/>"), &site->faults);
	bf_views_compile(site->views, &site->faults);
	site_expect_no_fault(site);
	site->request.root = "/en";
	bf_buf_init(&out);
	bf_view_render(bf_views_find(site->views, "core", "layout.html", BF_EN), &site->request,
		       &out);
	assert_string_equal(out.data, "<form method=\"get\" action=\"/en/posts\"></form>\n");
	bf_buf_release(&out);
}

static void fields_are_bounded_as_declared(void **state)
{
	expect_fields(
		state,
		"<input name=\"title\"/><textarea name=\"story\"/>"
		"<input name=\"people\" type=\"number\" max=\"9\"/>"
		"<input name=\"amount\" type=\"number\"/><input name=\"people\"/>",
		"<input name=\"title\" required maxlength=\"40\">"
		"<textarea name=\"story\" maxlength=\"200\">\n</textarea>"
		"<input name=\"people\" type=\"number\" max=\"9\" min=\"1\">"
		"<input name=\"amount\" type=\"number\" min=\"1\" max=\"10.50\" step=\"0.01\">"
		"<input name=\"people\">");
}

static void a_form_shown_first_has_its_own_values(void **state)
{
	site_set_text(*state, "a", "own");
	expect_fields(
		state,
		"<input name=\"title\" bf:value=\"{a}\"/><textarea name=\"story\" bf:text=\"a\"/>"
		"<input type=\"checkbox\" name=\"agree\" value=\"1\" checked=\"checked\"/>",
		"<input name=\"title\" required maxlength=\"40\" value=\"own\">"
		"<textarea name=\"story\" maxlength=\"200\">\nown</textarea>"
		"<input type=\"checkbox\" name=\"agree\" value=\"1\" checked>");
}

static void a_form_shown_again_keeps_what_was_typed(void **state)
{
	shown_again(*state, "title", "a \"b\"", NULL);
	shown_again(*state, "story", "</textarea>", NULL);
	expect_fields(state,
		      "<input name=\"title\" value=\"own\"/><textarea name=\"story\">own</textarea>"
		      "<input type=\"checkbox\" name=\"agree\" value=\"1\" checked=\"checked\"/>"
		      "<input type=\"hidden\" name=\"id\" value=\"5\"/>",
		      "<input name=\"title\" required maxlength=\"40\" value=\"a &#34;b&#34;\">"
		      "<textarea name=\"story\" maxlength=\"200\">\n&lt;/textarea&gt;</textarea>"
		      "<input type=\"checkbox\" name=\"agree\" value=\"1\">"
		      "<input type=\"hidden\" name=\"id\" value=\"5\">");
}

static void fields_of_an_include_belong_to_the_form_around_it(void **state)
{
	struct site *site = *state;

	site_add(site, "title.html",
		 "<p " XMLNS "><input name=\"title\"/><b bf:message=\"title\"/></p>");
	shown_again(site, "title", "x", "Too short");
	expect_fields(state, "<i bf:include=\"title.html\"/>",
		      "<p><input name=\"title\" required maxlength=\"40\" value=\"x\" "
		      "aria-invalid=\"true\" aria-describedby=\"ask-title-message\">"
		      "<b id=\"ask-title-message\">Too short</b></p>");
}

static void a_password_is_never_filled_in(void **state)
{
	shown_again(*state, "secret", "hunter2", NULL);
	expect_fields(state, "<input type=\"password\" name=\"secret\"/>",
		      "<input type=\"password\" name=\"secret\">");
}

static void the_typed_choice_is_chosen(void **state)
{
	shown_again(*state, "agree", "2", NULL);
	site_set_number(*state, "a", 2);
	expect_fields(state,
		      "<input type=\"radio\" name=\"agree\" value=\"1\"/>"
		      "<input type=\"radio\" name=\"agree\" bf:value=\"{a}\"/>",
		      "<input type=\"radio\" name=\"agree\" value=\"1\">"
		      "<input type=\"radio\" name=\"agree\" value=\"2\" checked>");
}

static void options_come_from_the_enumeration(void **state)
{
	translate_kinds(state);
	shown_again(*state, "kind", "medical", NULL);
	expect_fields(
		state,
		"<select name=\"kind\" bf:options=\"kind\"><option value=\"\">Any</option></select>",
		"<select name=\"kind\"><option value=\"\">Any</option>"
		"<option value=\"housing\">Housing</option>\n"
		"<option value=\"medical\" selected>Medical</option>\n</select>");
}

static void a_select_may_show_a_value_of_its_own(void **state)
{
	translate_kinds(state);
	site_set_text(*state, "a", "housing");
	expect_fields(state, "<select bf:value=\"{a}\" bf:options=\"kind\"/>",
		      "<select><option value=\"housing\" selected>Housing</option>\n"
		      "<option value=\"medical\">Medical</option>\n</select>");
}

static void a_message_stands_beside_its_field(void **state)
{
	shown_again(*state, "title", "x", "too <short>");
	expect_fields(
		state,
		"<input name=\"title\" aria-describedby=\"hint\"/>"
		"<p class=\"wrong\" bf:message=\"title\">sample</p>",
		"<input name=\"title\" required maxlength=\"40\" value=\"x\" aria-invalid=\"true\" "
		"aria-describedby=\"hint ask-title-message\">"
		"<p id=\"ask-title-message\" class=\"wrong\">too &lt;short&gt;</p>");
}

static void without_a_message_nothing_is_shown(void **state)
{
	expect_fields(
		state,
		"<input name=\"title\" aria-describedby=\"hint\"/><p bf:message=\"title\">sample</p>",
		"<input name=\"title\" required maxlength=\"40\" aria-describedby=\"hint\">");
}

static void another_form_is_left_alone(void **state)
{
	struct site *site = *state;

	shown_again(site, "title", "typed", "wrong");
	site->request.form = "find";
	expect_fields(state, "<input name=\"title\"/><p bf:message=\"title\"/>",
		      "<input name=\"title\" required maxlength=\"40\">");
}

static void expect_fault_of(void **state, const char *markup, const char *fault)
{
	struct site *site = *state;

	site_expect_fault(site, bf_pool_printf(site->pool, "<div " XMLNS ">\n%s</div>", markup),
			  bf_pool_printf(site->pool, "page.html:2: %s", fault));
}

#define FAULT_TEST(name, markup, fault)                \
	static void name(void **state)                 \
	{                                              \
		expect_fault_of(state, markup, fault); \
	}

FAULT_TEST(an_unknown_route_is_a_fault, "<form bf:form=\"none\"/>",
	   "there is no route \"none\" for bf:form")
FAULT_TEST(an_undeclared_field_is_a_fault, "<form bf:form=\"ask\"><input name=\"titel\"/></form>",
	   "\"titel\" is no parameter of the route \"ask\"")
FAULT_TEST(a_field_has_a_fixed_name, "<form bf:form=\"ask\"><input bf:name=\"x\"/></form>",
	   "the name and type of a field in a form cannot vary")
FAULT_TEST(a_field_has_a_fixed_type,
	   "<form bf:form=\"ask\"><input name=\"title\" bf:type=\"x\"/></form>",
	   "the name and type of a field in a form cannot vary")
FAULT_TEST(a_message_names_a_field, "<form bf:form=\"ask\"><p bf:message=\"titel\"/></form>",
	   "bf:message=\"titel\" is no parameter of a form around it")

static void a_message_of_a_page_stands_in_a_form(void **state)
{
	site_expect_fault(*state, "<html " XMLNS " lang=\"en\">\n<p bf:message=\"title\"/></html>",
			  "page.html:2: bf:message=\"title\" is no parameter of a form around it");
}

FAULT_TEST(a_path_needs_its_values, "<form bf:form=\"change\"/>",
	   "the path of the route \"change\" needs {id}: write bf:form=\"change, id: ...\"")
FAULT_TEST(a_form_in_a_form_is_a_fault, "<form bf:form=\"ask\"><form/></form>",
	   "<form> cannot stand in another <form>")
FAULT_TEST(a_bare_post_is_a_fault, "<form method=\"POST\"/>",
	   "a form that posts needs bf:form: without it the answer is refused")
FAULT_TEST(options_need_an_enumeration, "<select bf:options=\"none\"/>",
	   "there is no enumeration \"none\"")
FAULT_TEST(an_option_needs_its_value,
	   "<form bf:form=\"ask\"><select name=\"kind\"><option>A</option></select></form>",
	   "<option> needs a value: a text, or one {value}")
FAULT_TEST(form_stands_on_forms, "<p bf:form=\"ask\"/>", "bf:form stands on <form> alone")

static void a_submit_button_may_have_any_name(void **state)
{
	expect_fields(
		state,
		"<input type=\"submit\" name=\"go\" value=\"1\"/><button name=\"stop\">x</button>",
		"<input type=\"submit\" name=\"go\" value=\"1\"><button name=\"stop\">x</button>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_post_carries_its_secrets),
		TEST(a_get_carries_none),
		TEST(the_path_takes_its_values),
		TEST(the_core_sends_to_its_own_paths),
		TEST(fields_are_bounded_as_declared),
		TEST(a_form_shown_first_has_its_own_values),
		TEST(a_form_shown_again_keeps_what_was_typed),
		TEST(fields_of_an_include_belong_to_the_form_around_it),
		TEST(a_password_is_never_filled_in),
		TEST(the_typed_choice_is_chosen),
		TEST(options_come_from_the_enumeration),
		TEST(a_select_may_show_a_value_of_its_own),
		TEST(a_message_stands_beside_its_field),
		TEST(without_a_message_nothing_is_shown),
		TEST(another_form_is_left_alone),
		TEST(an_unknown_route_is_a_fault),
		TEST(an_undeclared_field_is_a_fault),
		TEST(a_field_has_a_fixed_name),
		TEST(a_field_has_a_fixed_type),
		TEST(a_message_names_a_field),
		TEST(a_message_of_a_page_stands_in_a_form),
		TEST(a_path_needs_its_values),
		TEST(a_form_in_a_form_is_a_fault),
		TEST(a_bare_post_is_a_fault),
		TEST(options_need_an_enumeration),
		TEST(an_option_needs_its_value),
		TEST(form_stands_on_forms),
		TEST(a_submit_button_may_have_any_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
