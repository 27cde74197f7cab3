#include "view_test.h"

static void expect_fault_of(void **state, const char *model, const char *markup, const char *fault)
{
	struct site *site = *state;

	site_expect_fault(site,
			  bf_pool_printf(site->pool, "<div " XMLNS " bf:model=\"%s\">%s</div>",
					 model, markup),
			  bf_pool_printf(site->pool, "page.html:1: %s", fault));
}

/* A list of one row of the query open_posts, as db/ would make it. */
static struct bf_value open_posts(struct site *site)
{
	const struct bf_shape *shape = site_columns(NULL, "aid", "open_posts");
	struct bf_row *row = bf_pool_zalloc(site->pool, sizeof(*row) + 3 * sizeof(row->cells[0]));
	struct bf_value list = bf_value_list(site->pool);

	row->shape = shape;
	row->cells[0] = bf_value_number(1);
	row->cells[1] = bf_value_string(BF_STR("Quilts"));
	bf_value_push(site->pool, &list, (struct bf_value){ .kind = BF_ROW, .row = row });
	return list;
}

static void columns_of_a_query_are_found(void **state)
{
	struct site *site = *state;

	bf_value_set(&site->model, "posts", open_posts(site));
	assert_string_equal(site_render(site,
					"<div " XMLNS " bf:model=\"posts: open_posts\">"
					"<p bf:each=\"post in posts\" bf:text=\"post.title\"/>"
					"<p bf:if=\"posts.next\">more</p></div>"),
			    "<div><p>Quilts</p></div>\n");
}

static void a_row_of_another_query_is_searched_by_name(void **state)
{
	struct site *site = *state;
	struct bf_value posts = bf_value_list(site->pool), post = bf_value_map(site->pool);

	bf_value_set(&post, "title", bf_value_string(BF_STR("Coats")));
	bf_value_push(site->pool, &posts, post);
	bf_value_set(&site->model, "posts", posts);
	assert_string_equal(
		site_render(site, "<div " XMLNS " bf:model=\"posts: open_posts\">"
				  "<p bf:each=\"post in posts\" bf:text=\"post.title\"/></div>"),
		"<div><p>Coats</p></div>\n");
}

static void every_page_has_the_globals(void **state)
{
	struct site *site = *state;

	bf_value_set(&site->globals, "city", bf_value_number(430500));
	bf_value_set(&site->model, "city", bf_value_number(1));
	assert_string_equal(site_render(site, "<p " XMLNS " bf:text=\"city\"/>"),
			    "<p>430500</p>\n");
}

static void a_loop_variable_hides_what_is_around_it(void **state)
{
	struct site *site = *state;

	bf_value_set(&site->model, "posts", open_posts(site));
	site_set_text(site, "x", "outer");
	assert_string_equal(site_render(site, "<div " XMLNS " bf:model=\"posts, x\">"
					      "<p bf:each=\"x in posts\" bf:text=\"x.title\"/>"
					      "<p bf:text=\"x\"/></div>"),
			    "<div><p>Quilts</p><p>outer</p></div>\n");
}

static void an_unknown_column_is_a_fault(void **state)
{
	expect_fault_of(state, "posts: open_posts",
			"<p bf:each=\"post in posts\" bf:text=\"post.titel\"/>",
			"\"titel\" is no column of the query \"open_posts\"");
}

static void a_row_has_no_next_page(void **state)
{
	expect_fault_of(state, "posts: open_posts",
			"<p bf:each=\"post in posts\" bf:text=\"post.next\"/>",
			"\"next\" is no column of the query \"open_posts\"");
}

static void columns_reach_into_includes(void **state)
{
	struct site *site = *state;

	site_add(site, "card.html", "<b " XMLNS " bf:model=\"post\" bf:text=\"post.photo\"/>");
	site_add(site, "page.html",
		 "<div " XMLNS " bf:model=\"posts: open_posts\">"
		 "<i bf:each=\"post in posts\" bf:include=\"card.html\"/></div>");
	bf_views_compile(site->views, &site->faults);
	assert_int_equal(site->faults.count, 1);
	assert_string_equal(site->faults.first->text,
			    "card.html:1: \"photo\" is no column of the query \"open_posts\"");
}

static void an_unknown_query_is_a_fault(void **state)
{
	expect_fault_of(state, "posts: opne_posts", "", "there is no query \"opne_posts\"");
}

static void a_name_is_declared_once(void **state)
{
	expect_fault_of(state, "a, a", "", "bf:model declares \"a\", which is there already");
}

static void globals_are_not_declared(void **state)
{
	expect_fault_of(state, "city", "", "bf:model declares \"city\", which is there already");
}

static void names_are_names(void **state)
{
	expect_fault_of(state, "a b", "", "bf:model holds \"a b\", which is no name");
}

static void an_unknown_enumeration_is_a_fault(void **state)
{
	expect_fault_of(state, "a", "<p bf:text=\"a | label:knid\"/>",
			"there is no enumeration \"knid\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(columns_of_a_query_are_found),
		TEST(a_row_of_another_query_is_searched_by_name),
		TEST(every_page_has_the_globals),
		TEST(a_loop_variable_hides_what_is_around_it),
		TEST(an_unknown_column_is_a_fault),
		TEST(a_row_has_no_next_page),
		TEST(columns_reach_into_includes),
		TEST(an_unknown_query_is_a_fault),
		TEST(a_name_is_declared_once),
		TEST(globals_are_not_declared),
		TEST(names_are_names),
		TEST(an_unknown_enumeration_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
