/* region: the tree decides what lies inside what, never the digits of a code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/region.h"

static struct bf_pool *pool;
static struct bf_regions regions;

static void add(struct bf_value *rows, int64_t code, int64_t parent, const char *name,
		const char *slug)
{
	struct bf_value row = bf_value_map(pool);

	bf_value_set(&row, "id", bf_value_number(code));
	bf_value_set(&row, "parent", bf_value_number(parent));
	bf_value_set(&row, "level", bf_value_number(2));
	bf_value_set(&row, "name", bf_value_string(bf_str(name)));
	if (slug)
		bf_value_set(&row, "slug", bf_value_string(bf_str(slug)));
	bf_value_push(pool, rows, row);
}

static int set_up(void **state)
{
	struct bf_value rows;

	(void)state;
	pool = bf_pool_new(NULL);
	rows = bf_value_list(pool);
	add(&rows, 430523, 430500, "邵阳县", NULL);
	add(&rows, 430500, 430000, "邵阳市", "shaoyang");
	add(&rows, 429004, 420000, "仙桃市", NULL); /* a county directly under its province */
	add(&rows, 430000, 0, "湖南省", NULL);
	add(&rows, 420000, 0, "湖北省", NULL);
	bf_regions_init(&regions, pool, &rows);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static void finds_by_code_and_slug(void **state)
{
	(void)state;
	assert_string_equal(bf_regions_find(&regions, 430523)->name.p, "邵阳县");
	assert_null(bf_regions_find(&regions, 430524));
	assert_int_equal(bf_regions_city(&regions, BF_STR("shaoyang"))->code, 430500);
	assert_null(bf_regions_city(&regions, BF_STR("shao")));
	assert_null(bf_regions_city(&regions, BF_STR("")));
}

static void knows_what_lies_inside(void **state)
{
	(void)state;
	assert_true(bf_regions_inside(&regions, 430523, 430000));
	assert_true(bf_regions_inside(&regions, 430523, 430523));
	assert_true(bf_regions_inside(&regions, 429004, 420000));
	assert_false(bf_regions_inside(&regions, 429004, 429000));
	assert_false(bf_regions_inside(&regions, 430000, 430500));
	assert_false(bf_regions_inside(&regions, 999999, 430500));
}

static void a_pilot_city_lists_its_counties(void **state)
{
	const struct bf_value *below = &bf_regions_find(&regions, 430500)->below;

	(void)state;
	assert_int_equal(bf_value_count(below), 1);
	assert_int_equal(bf_value_int(bf_value_get(bf_value_at(below, 0), "code")), 430523);
	assert_int_equal(bf_value_count(&bf_regions_find(&regions, 430523)->below), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_by_code_and_slug),
		cmocka_unit_test(knows_what_lies_inside),
		cmocka_unit_test(a_pilot_city_lists_its_counties),
	};

	return cmocka_run_group_tests_name("domain/region", tests, set_up, tear_down);
}
