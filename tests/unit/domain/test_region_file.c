/* region_file: a whole tree is read, and a broken one is refused with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "domain/region_file.h"

#define HEAD "# a comment\ncode,parent,level,name,name_en,valid_from\n"
#define HUNAN "430000,0,1,湖南省,Hunan,2023-06-30\n"
#define SHAOYANG "430500,430000,2,邵阳市,Shaoyang,2023-06-30\n"

static struct bf_pool *pool;
static struct bf_region_file file;
static struct bf_err err;

static int start(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	err = (struct bf_err){ 0 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static void refused(const char *text, const char *why)
{
	assert_int_equal(bf_region_file_parse(&file, pool, "r.csv", bf_str(text), &err), BF_FAULT);
	assert_string_equal(err.text, why);
}

static void a_tree_is_read(void **state)
{
	const struct bf_region_line *city;

	(void)state;
	assert_int_equal(bf_region_file_parse(&file, pool, "r.csv", BF_STR(HEAD HUNAN SHAOYANG),
					      &err),
			 BF_OK);
	assert_int_equal(file.count, 2);
	city = bf_region_file_find(&file, 430500);
	assert_non_null(city);
	assert_int_equal(city->parent, 430000);
	assert_int_equal(city->level, 2);
	assert_true(bf_str_is(city->name, "邵阳市"));
	assert_true(bf_str_is(city->name_en, "Shaoyang"));
	assert_true(bf_str_is(city->valid_from, "2023-06-30"));
	assert_null(bf_region_file_find(&file, 430501));
}

static void broken_lines_are_named(void **state)
{
	(void)state;
	refused("code,name\n", "r.csv:1: the first line must be "
			       "\"code,parent,level,name,name_en,valid_from\"");
	refused(HEAD "x,0,1,湖南省,Hunan,2023-06-30\n",
		"r.csv:3: malformed region \"x,0,1,湖南省,Hunan,2023-06-30\"");
	refused(HEAD "430000,0,9,湖南省,Hunan,2023-06-30\n",
		"r.csv:3: malformed region \"430000,0,9,湖南省,Hunan,2023-06-30\"");
	refused(HEAD "430000,0,1,湖南省,Hunan\n",
		"r.csv:3: malformed region \"430000,0,1,湖南省,Hunan\"");
}

static void a_broken_tree_is_refused(void **state)
{
	(void)state;
	refused(HEAD SHAOYANG, "r.csv: region 430500 has no parent above it");
	refused(HEAD HUNAN HUNAN, "r.csv: region 430000 stands twice");
	refused(HEAD "430000,430000,1,湖南省,Hunan,2023-06-30\n",
		"r.csv: region 430000 has no parent above it");
}

static void the_file_of_the_product_is_whole(void **state)
{
	size_t levels[6] = { 0 };

	(void)state;
	assert_int_equal(bf_region_file_read(&file, pool, "sql/regions.csv", &err), BF_OK);
	for (size_t i = 0; i < file.count; i++)
		levels[file.lines[i].level]++;
	assert_int_equal(levels[1], 34);
	assert_int_equal(levels[4], 400);
	assert_int_equal(levels[5], 1600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_tree_is_read, start, end),
		cmocka_unit_test_setup_teardown(broken_lines_are_named, start, end),
		cmocka_unit_test_setup_teardown(a_broken_tree_is_refused, start, end),
		cmocka_unit_test_setup_teardown(the_file_of_the_product_is_whole, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
