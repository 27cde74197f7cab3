/* query: parsing of .sql files, variants, and what is refused; needs no database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/query.h"

static struct bf_pool *pool;
static struct bf_queries *queries;
static struct bf_faults faults;

static int set_up(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	queries = bf_queries_new(pool);
	bf_faults_init(&faults, pool);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static void parse(const char *text)
{
	bf_queries_parse(queries, "core", "a.sql", bf_str(text), &faults);
}

/* The only query of a text that is without fault. */
static const struct bf_query *parse_one(const char *text)
{
	parse(text);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	assert_non_null(bf_queries_at(queries, 0));
	assert_null(bf_queries_at(queries, 1));
	return bf_queries_at(queries, 0);
}

static void assert_refused(const char *text, const char *wanted)
{
	parse(text);
	if (!faults.first)
		fail_msg("no fault, wanted: %s", wanted);
	assert_string_equal(faults.first->text, wanted);
	if (faults.count != 1)
		fail_msg("more than one fault: %s", faults.first->next->text);
	assert_null(bf_queries_at(queries, 0));
}

static void assert_sql(const struct bf_query_variant *variant, const char *sql)
{
	assert_int_equal(variant->sql.len, strlen(variant->sql.p));
	assert_string_equal(variant->sql.p, sql);
}

static void assert_params(const struct bf_query_variant *variant, const char *names)
{
	struct bf_str rest = bf_str(names), name;

	for (size_t i = 0; i < variant->param_count; i++) {
		assert_true(bf_str_cut(&rest, ' ', &name));
		assert_true(bf_str_eq(variant->params[i], name));
	}
	assert_null(rest.p);
}

static void a_plain_query(void **state)
{
	const struct bf_query *query;

	(void)state;
	query = parse_one("-- Queries of a test.\n"
			  "\n"
			  "-- name: open_posts\n"
			  "-- Open posts\n"
			  "-- of a city.\n"
			  "SELECT id -- the key\n"
			  "  FROM post\n"
			  "\n"
			  " WHERE city = :city AND (title = :q OR :q = '');   -- done\r\n"
			  "-- afterwards\n");
	assert_string_equal(query->scope, "core");
	assert_string_equal(query->name, "open_posts");
	assert_string_equal(query->comment, "Open posts of a city.");
	assert_string_equal(query->file, "a.sql");
	assert_int_equal(query->line, 3);
	assert_false(query->writes);
	assert_false(query->paged);
	assert_int_equal(query->variant_count, 1);
	assert_sql(query->variants,
		   "SELECT id\nFROM post\nWHERE city = ? AND (title = ? OR ? = '')");
	assert_params(query->variants, "city q q");
	assert_ptr_equal(bf_query_choose(query, NULL), query->variants);
	assert_string_equal(bf_query_variant_name(query, 0, pool), "");
}

static void directives_are_read(void **state)
{
	const struct bf_query *query;

	(void)state;
	query = parse_one("-- name: a\n-- page: sort_key, id\n-- Comment.\n-- writes\n"
			  "-- example: city=430500, need = medical ,after_key=-5\n"
			  "-- scans: once a year\n"
			  "DELETE FROM t WHERE city = :city;\n");
	assert_true(query->paged);
	assert_string_equal(query->page_key.p, "sort_key");
	assert_string_equal(query->page_id.p, "id");
	assert_true(query->writes);
	assert_string_equal(query->scans, "once a year");
	assert_int_equal(bf_value_int(bf_value_get(&query->examples, "city")), 430500);
	assert_string_equal(bf_value_text(bf_value_get(&query->examples, "need")), "medical");
	assert_int_equal(bf_value_int(bf_value_get(&query->examples, "after_key")), -5);
	assert_string_equal(query->comment, "Comment.");
}

static void quotes_and_comments_hold_no_parameters(void **state)
{
	const struct bf_query *query;

	(void)state;
	query = parse_one(
		"-- name: a\n-- C.\n"
		"SELECT ':no', \"it''s \\\" :no ; ?\", `a:no;`, 'it''s :no', /* :no; ? */\n"
		"       @x := 5--3, a::b, :yes # :no ; ?\n"
		"  FROM t; -- :no\n");
	assert_sql(query->variants, "SELECT ':no', \"it''s \\\" :no ; ?\", `a:no;`, 'it''s :no',\n"
				    "@x := 5--3, a::b, ?\nFROM t");
	assert_params(query->variants, "yes");
}

static const char list[] = "-- name: list\n-- A list.\n"
			   "SELECT id FROM post WHERE city = :city\n"
			   "   AND need = :need            --? need\n"
			   "   AND key < :after_key        --? after_key\n"
			   "   AND 1 = 1                   --? !after_key\n"
			   " ORDER BY key                  --? sort=newest\n"
			   " ORDER BY seen                 --? sort=seen\n"
			   " LIMIT :page_rows;\n";

static void conditions_make_variants(void **state)
{
	struct bf_value args = bf_value_map(pool);
	const struct bf_query *query = parse_one(list);
	const struct bf_query_variant *variant;

	(void)state;
	assert_int_equal(query->variant_count, 2 * 2 * 3);
	for (size_t i = 0; i < query->variant_count; i++)
		for (size_t other = 0; other < i; other++)
			assert_true(query->variants[i].id != query->variants[other].id);

	variant = bf_query_choose(query, &args);
	assert_sql(variant, "SELECT id FROM post WHERE city = ?\nAND 1 = 1\nLIMIT ?");
	assert_params(variant, "city page_rows");

	bf_value_set(&args, "need", bf_value_string(BF_STR("medical")));
	bf_value_set(&args, "after_key", bf_value_number(0));
	bf_value_set(&args, "sort", bf_value_string(BF_STR("seen")));
	variant = bf_query_choose(query, &args);
	assert_sql(variant, "SELECT id FROM post WHERE city = ?\nAND need = ?\nAND key < ?\n"
			    "ORDER BY seen\nLIMIT ?");
	assert_params(variant, "city need after_key page_rows");
	assert_string_equal(bf_query_variant_name(query, (size_t)(variant - query->variants), pool),
			    "need, after_key, sort=seen");

	bf_value_set(&args, "need", (struct bf_value){ .kind = BF_NULL });
	bf_value_set(&args, "sort", bf_value_string(BF_STR("other")));
	variant = bf_query_choose(query, &args);
	assert_sql(variant, "SELECT id FROM post WHERE city = ?\nAND key < ?\nLIMIT ?");
	assert_string_equal(bf_query_variant_name(query, (size_t)(variant - query->variants), pool),
			    "!need, after_key, !sort");
}

static void a_name_may_stand_with_and_without_words(void **state)
{
	struct bf_value args = bf_value_map(pool);
	const struct bf_query *query;

	(void)state;
	query = parse_one("-- name: a\n-- C.\nSELECT 1\n, 2 --? x\n, 3 --? x=w\n, 4 --? !x\n;\n");
	assert_int_equal(query->variant_count, 3);
	assert_sql(bf_query_choose(query, &args), "SELECT 1\n, 4");
	bf_value_set(&args, "x", bf_value_string(BF_STR("w")));
	assert_sql(bf_query_choose(query, &args), "SELECT 1\n, 2\n, 3");
	bf_value_set(&args, "x", bf_value_string(BF_STR("v")));
	assert_sql(bf_query_choose(query, &args), "SELECT 1\n, 2");
}

/* So that `!sort` can stand for the order that is taken without a word. */
static void not_beside_words_is_none_of_them(void **state)
{
	struct bf_value args = bf_value_map(pool);
	const struct bf_query *query;

	(void)state;
	query = parse_one("-- name: a\n-- C.\nSELECT 1\n, 2 --? x=v\n, 3 --? x=w\n, 4 --? !x\n;\n");
	assert_int_equal(query->variant_count, 3);
	assert_sql(bf_query_choose(query, &args), "SELECT 1\n, 4");
	bf_value_set(&args, "x", bf_value_string(BF_STR("w")));
	assert_sql(bf_query_choose(query, &args), "SELECT 1\n, 3");
	bf_value_set(&args, "x", bf_value_string(BF_STR("other")));
	assert_sql(bf_query_choose(query, &args), "SELECT 1\n, 4");
	bf_value_set(&args, "x", bf_value_number(1));
	assert_sql(bf_query_choose(query, &args), "SELECT 1\n, 4");
}

static void sixty_four_variants_are_the_most(void **state)
{
	(void)state;
	assert_int_equal(parse_one("-- name: a\n-- C.\nSELECT 1\n,2 --? a\n,2 --? b\n,2 --? c\n"
				   ",2 --? d\n,2 --? e\n,2 --? f\n;\n")
				 ->variant_count,
			 64);
	parse("-- name: b\n-- C.\nSELECT 1\n,2 --? a\n,2 --? b\n,2 --? c\n"
	      ",2 --? d\n,2 --? e=x\n,2 --? f=x\n,2 --? f=y\n;\n");
	assert_int_equal(faults.count, 1);
	assert_string_equal(faults.first->text,
			    "a.sql:1: query \"b\" has 96 variants, the most is 64");
}

static void find_knows_scope_and_name(void **state)
{
	static const char text[] = "-- name: b\n-- C.\nSELECT 1;\n-- name: a\n-- C.\nSELECT 2;\n";

	(void)state;
	bf_queries_parse(queries, "store", "s.sql", bf_str(text), &faults);
	parse(text);
	assert_int_equal(faults.count, 0);
	assert_sql(bf_queries_find(queries, "core", "a")->variants, "SELECT 2");
	assert_string_equal(bf_queries_find(queries, "store", "b")->file, "s.sql");
	assert_null(bf_queries_find(queries, "core", "c"));
	assert_null(bf_queries_find(queries, "", "a"));
	for (size_t i = 0; i < 4; i++)
		assert_non_null(bf_queries_at(queries, i));
	assert_null(bf_queries_at(queries, 4));
}

static void faults_name_file_and_line(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "SELECT 1;\n",
		  "a.sql:1: a statement without a name. Put \"-- name: ...\" above it." },
		{ "-- name: Big\n-- C.\nSELECT 1;\n",
		  "a.sql:1: \"Big\" is no query name. It is [a-z][a-z0-9_]{0,31}." },
		{ "-- name: a\nSELECT 1;\n",
		  "a.sql:1: query \"a\" has no comment. Say below its name what it answers." },
		{ "\n-- name: a\n-- C.\nSELECT 1\n",
		  "a.sql:2: query \"a\" does not end. Its last line ends in \";\"." },
		{ "-- name: a\n-- C.\nSELECT 1; SELECT 2;\n",
		  "a.sql:3: text behind the \";\". One query has one statement." },
		{ "-- name: a\n-- C.\nSELECT\n ?;\n",
		  "a.sql:4: \"?\" in a statement. Parameters are :names." },
		{ "-- name: a\n-- C.\nSELECT :Big;\n",
		  "a.sql:3: \":\" is no parameter. Its name is [a-z][a-z0-9_]{0,31}." },
		{ "-- name: a\n-- C.\nSELECT 'a\n;\n",
		  "a.sql:3: a quoted text does not end on its line" },
		{ "-- name: a\n-- C.\nSELECT /* a\n;\n",
		  "a.sql:3: a comment does not end on its line" },
		{ "-- name: a\n-- C.\nSELECT /*! 1 */;\n",
		  "a.sql:3: a comment that the server would execute is not allowed" },
		{ "-- name: a\n-- C.\nSELECT 1\n, 2 --? X\n;\n",
		  "a.sql:4: condition \"X\" is none of x, !x, x=word" },
		{ "-- name: a\n-- C.\nSELECT 1\n, 2 --? x=\n;\n",
		  "a.sql:4: condition \"x=\" is none of x, !x, x=word" },
		{ "-- name: a\n-- C.\n-- pages: x\nSELECT 1;\n",
		  "a.sql:3: unknown word \"pages:\". There are name, page, writes, example, scans." },
		{ "-- name: a\n-- C.\n-- page: x\nSELECT 1;\n",
		  "a.sql:3: \"page:\" names two columns, such as \"-- page: sort_key, id\"" },
		{ "-- name: a\n-- C.\n-- page\nSELECT 1;\n",
		  "a.sql:3: \"page:\" names two columns, such as \"-- page: sort_key, id\"" },
		{ "-- name: a\n-- C.\n-- example\nSELECT 1;\n",
		  "a.sql:3: an example is name=value, separated by commas" },
		{ "-- name: a\n-- C.\n-- example: x\nSELECT 1;\n",
		  "a.sql:3: an example is name=value, separated by commas" },
		{ "-- name: a\n-- C.\n-- scans:\nSELECT 1;\n",
		  "a.sql:3: \"scans:\" says why the query may read a whole table" },
		{ "-- name: a\n-- C.\nUPDATE t SET x = 1;\n",
		  "a.sql:1: query \"a\" changes rows. Say \"-- writes\" below its name." },
		{ "-- name: a\n-- C.\nSELECTED;\n",
		  "a.sql:1: query \"a\" changes rows. Say \"-- writes\" below its name." },
		{ "-- name: a\n-- C.\n;\n",
		  "a.sql:1: query \"a\" has no first line that always holds" },
		{ "-- name: a\n-- C.\nSELECT 1\n,1 --? a\n,1 --? b\n,1 --? c\n,1 --? d\n,1 --? e\n"
		  ",1 --? f\n,1 --? g\n;\n",
		  "a.sql:10: query \"a\" has conditions on over 6 names" },
		{ "-- name: a\n-- C.\nSELECT 5--/* x */3;\n",
		  "a.sql:3: \"--\" before a comment or a line's end. Put a space between." },
		{ "-- name: a\n-- C.\nSELECT 5--;\b",
		  "a.sql:3: \"--\" before a comment or a line's end. Put a space between." },
		{ "-- name: a\n-- C.\nSELECT 5---- x\n- 3;\n",
		  "a.sql:3: \"--\" before a comment or a line's end. Put a space between." },
		{ "-- name: a\n-- C.\nSELECT '\xff';\n", "a.sql: is not UTF-8 text" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_refused(cases[i].text, cases[i].wanted);
		tear_down(state);
		set_up(state);
	}
}

static void a_second_query_of_a_name_is_refused(void **state)
{
	(void)state;
	parse("-- name: a\n-- C.\nSELECT 1;\n");
	bf_queries_parse(queries, "core", "b.sql", BF_STR("-- name: a\n-- C.\nSELECT 1;\n"),
			 &faults);
	assert_int_equal(faults.count, 1);
	assert_string_equal(faults.first->text, "b.sql:1: query \"a\" stands in a.sql:1 already");
}

static void a_faulty_query_leaves_the_others(void **state)
{
	(void)state;
	parse("-- name: a\n-- C.\nSELECT\n-- name: b\n-- C.\nSELECT ?;\n-- name: c\n-- C.\nSELECT 3;\n");
	assert_int_equal(faults.count, 2);
	assert_null(bf_queries_find(queries, "core", "a"));
	assert_null(bf_queries_find(queries, "core", "b"));
	assert_non_null(bf_queries_find(queries, "core", "c"));
}

static void too_many_parameters_are_refused(void **state)
{
	struct bf_buf text;

	(void)state;
	bf_buf_init(&text);
	bf_buf_add_text(&text, "-- name: a\n-- C.\nSELECT :x");
	for (int i = 1; i < BF_QUERY_PARAMS_MAX; i++)
		bf_buf_add_text(&text, ", :x");
	bf_buf_add_text(&text, ";\n");
	assert_int_equal(parse_one(text.data)->variants->param_count, BF_QUERY_PARAMS_MAX);
	text.len -= 2;
	bf_buf_add_text(&text, "\n, :x;\n");
	bf_queries_parse(queries, "other", "b.sql", bf_buf_str(&text), &faults);
	assert_int_equal(faults.count, 1);
	assert_string_equal(faults.first->text, "b.sql:1: query \"a\" has over 64 parameters");
	bf_buf_release(&text);
}

static void a_folder_is_read_by_name(void **state)
{
	char folder[] = "/tmp/bangfu_test_query_XXXXXX";
	char path[64];
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.sql", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("-- name: a\n-- C.\nSELECT 1;\n", file);
	fclose(file);
	bf_queries_load(queries, "core", folder, &faults);
	assert_int_equal(faults.count, 0);
	assert_string_equal(bf_queries_find(queries, "core", "a")->file, path);
	unlink(path);
	rmdir(folder);
	bf_queries_load(queries, "core", folder, &faults);
	assert_int_equal(faults.count, 1);
	assert_non_null(strstr(faults.first->text, "No such file or directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_plain_query, set_up, tear_down),
		cmocka_unit_test_setup_teardown(directives_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(quotes_and_comments_hold_no_parameters, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(conditions_make_variants, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_name_may_stand_with_and_without_words, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(not_beside_words_is_none_of_them, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(sixty_four_variants_are_the_most, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(find_knows_scope_and_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(faults_name_file_and_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_second_query_of_a_name_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_faulty_query_leaves_the_others, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(too_many_parameters_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_folder_is_read_by_name, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
