/* route: what is refused at load, and which route a path finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "http/route.h"

static struct bf_pool *pool;
static struct bf_patterns *patterns;

static enum bf_rc handler(struct bf_req *req)
{
	(void)req;
	return BF_OK;
}

static const struct bf_param ref[] = { { .name = "ref", .type = BF_REF } };
static const struct bf_param two[] = { { .name = "a", .type = BF_TEXT },
				       { .name = "b", .type = BF_TEXT } };

#define ROUTE(name, method, path, ...)                                    \
	{                                                                 \
		name, method, path, __VA_ARGS__, BF_ANYONE, handler, NULL \
	}
#define NONE      \
	{         \
		0 \
	}

static const struct bf_route rows[] = {
	ROUTE("list", BF_GET, "/", NONE),
	ROUTE("post", BF_GET, "/posts/{ref}", BF_TABLE(ref)),
	ROUTE("new", BF_GET, "/posts/new", NONE),
	ROUTE("add", BF_POST, "/posts/new", NONE),
	ROUTE("give", BF_POST, "/posts/{ref}/give", BF_TABLE(ref)),
	ROUTE("folder", BF_GET, "/folder/", NONE),
	ROUTE("both", BF_GET, "/{a}/x/{b}", BF_TABLE(two)),
};
static const struct bf_table table = BF_TABLE(rows);

static struct bf_routes *build(const struct bf_table *rows_of, struct bf_faults *faults)
{
	bf_faults_init(faults, pool);
	return bf_routes_new(pool, rows_of, "plugin \"p\"", patterns, faults);
}

static struct bf_match match(const char *method, const char *path, enum bf_rc rc)
{
	struct bf_faults faults;
	struct bf_routes *routes = build(&table, &faults);
	struct bf_match found;

	assert_int_equal(faults.count, 0);
	assert_int_equal(bf_routes_match(routes, pool, bf_str(method), bf_str(path), &found), rc);
	return found;
}

static void expect_route(const char *method, const char *path, const char *name)
{
	struct bf_match found = match(method, path, BF_OK);

	assert_string_equal(found.route->name, name);
}

static void finds_routes(void **state)
{
	(void)state;
	expect_route("GET", "/", "list");
	expect_route("HEAD", "/", "list");
	expect_route("GET", "/posts/7K3M9QX2AB", "post");
	expect_route("GET", "/posts/new", "new");
	expect_route("POST", "/posts/new", "add");
	expect_route("POST", "/posts/7K3M9QX2AB/give", "give");
	expect_route("POST", "/posts/new/give", "give"); /* back from the written segment */
	expect_route("GET", "/folder/", "folder");
	expect_route("GET", "/posts/x/y", "both");
}

static void takes_the_parts(void **state)
{
	struct bf_match found = match("GET", "/帮/x/2", BF_OK);

	(void)state;
	assert_int_equal(found.parts.count, 2);
	assert_true(bf_str_is(found.parts.items[0].name, "a"));
	assert_string_equal(found.parts.items[0].value.p, "帮");
	assert_true(bf_str_is(found.parts.items[1].name, "b"));
	assert_string_equal(found.parts.items[1].value.p, "2");
}

static void finds_nothing(void **state)
{
	static const char *const paths[] = { "/x",   "/posts", "/posts/",        "/posts/a/b/c",
					     "/new", "/post",  "/posts/A/give/", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_null(match("GET", paths[i], BF_NOT_FOUND).route);
}

static void knows_the_other_slash(void **state)
{
	(void)state;
	assert_true(match("GET", "/folder", BF_NOT_FOUND).other_slash);
	assert_true(match("GET", "/posts/new/", BF_NOT_FOUND).other_slash);
	assert_false(match("GET", "/posts", BF_NOT_FOUND).other_slash);
	assert_false(match("GET", "/x/", BF_NOT_FOUND).other_slash);
}

static void names_the_methods_that_are_there(void **state)
{
	(void)state;
	assert_string_equal(match("POST", "/", BF_NO_METHOD).allow, "GET, HEAD");
	assert_string_equal(match("DELETE", "/posts/new", BF_NO_METHOD).allow, "GET, HEAD, POST");
	assert_string_equal(match("GET", "/posts/A/give", BF_NO_METHOD).allow, "POST");
	assert_string_equal(match("get", "/", BF_NO_METHOD).allow, "GET, HEAD");
}

static void finds_routes_by_name(void **state)
{
	struct bf_faults faults;
	struct bf_routes *routes = build(&table, &faults);

	(void)state;
	assert_ptr_equal(bf_routes_find(routes, BF_STR("give")), &rows[4]);
	assert_null(bf_routes_find(routes, BF_STR("giv")));
	assert_null(bf_routes_find(routes, BF_STR("")));
}

static void expect_fault(struct bf_route route, const char *why)
{
	const struct bf_route one[] = { rows[0], rows[1], route };
	const struct bf_table with = BF_TABLE(one);
	struct bf_faults faults;

	build(&with, &faults);
	assert_int_equal(faults.count, 1);
	assert_string_equal(faults.first->text, why);
}

#define AT "plugin \"p\": route "

static void refuses_rows_at_load(void **state)
{
	struct bf_route good = ROUTE("r", BF_GET, "/r", NONE), bad;

	(void)state;
	bad = good;
	bad.name = NULL;
	expect_fault(bad, AT "\"\" /r: its name is missing or not [a-z][a-z0-9_]{0,31}");
	bad = good;
	bad.name = "list";
	expect_fault(bad, AT "\"list\" /r: another route has the same name");
	bad = good;
	bad.method = BF_METHOD__NONE;
	expect_fault(bad, AT "\"r\" /r: its method is missing: BF_GET or BF_POST");
	bad = good;
	bad.who = BF_WHO__NONE;
	expect_fault(bad, AT "\"r\" /r: it does not say who may use it: set .who");
	bad = good;
	bad.handler = NULL;
	expect_fault(bad, AT "\"r\" /r: its handler is missing");
}

static void refuses_paths_at_load(void **state)
{
	static const struct {
		const char *path, *why;
	} bad[] = {
		{ NULL, "its path is missing or does not start with \"/\"" },
		{ "r", "its path is missing or does not start with \"/\"" },
		{ "//r", "its path has an empty segment" },
		{ "/../r", "a segment of its path starts with \".\"" },
		{ "/Big", "a written segment of its path is not [a-z0-9._-]" },
		{ "/a{ref}", "a written segment of its path is not [a-z0-9._-]" },
		{ "/{none}", "its path has a {name} that no parameter declares" },
		{ "/{ref}/{ref}", "its path has one {name} twice" },
		{ "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "its path has too many segments" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bf_route route = ROUTE("r", BF_GET, bad[i].path, BF_TABLE(ref));

		expect_fault(route, bf_pool_printf(pool, AT "\"r\" %s: %s",
						   bad[i].path ? bad[i].path : "", bad[i].why));
	}
}

static void refuses_two_routes_for_one_address(void **state)
{
	static const struct bf_param id[] = { { .name = "id", .type = BF_ID } };
	struct bf_route other = ROUTE("r", BF_GET, "/posts/{id}", BF_TABLE(id));

	(void)state;
	expect_fault(other, AT "\"r\" /posts/{id}: route \"post\" has the same method and address");
}

static void refuses_bad_parameters(void **state)
{
	static const struct bf_param none[] = { { .name = "x" } };
	struct bf_route route = ROUTE("r", BF_GET, "/r", BF_TABLE(none));

	(void)state;
	expect_fault(route, AT "\"r\": parameter 0 \"x\": its type is missing or unknown");
}

static void finds_one_of_a_thousand(void **state)
{
	struct bf_route many[1000] = { 0 };
	const struct bf_table all = BF_TABLE(many);
	struct bf_faults faults;
	struct bf_routes *routes;
	struct bf_match found;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		many[i] = rows[0];
		many[i].name = bf_pool_printf(pool, "r%d", i);
		many[i].path = bf_pool_printf(pool, "/r%d/x", i);
	}
	routes = build(&all, &faults);
	assert_int_equal(faults.count, 0);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(bf_routes_match(routes, pool, BF_STR("GET"), bf_str(many[i].path),
						 &found),
				 BF_OK);
		assert_ptr_equal(found.route, &many[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_routes),
		cmocka_unit_test(takes_the_parts),
		cmocka_unit_test(finds_nothing),
		cmocka_unit_test(knows_the_other_slash),
		cmocka_unit_test(names_the_methods_that_are_there),
		cmocka_unit_test(finds_routes_by_name),
		cmocka_unit_test(refuses_rows_at_load),
		cmocka_unit_test(refuses_paths_at_load),
		cmocka_unit_test(refuses_two_routes_for_one_address),
		cmocka_unit_test(refuses_bad_parameters),
		cmocka_unit_test(finds_one_of_a_thousand),
	};
	int failed;

	pool = bf_pool_new(NULL);
	patterns = bf_patterns_new(pool);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bf_pool_free(pool);
	return failed;
}
