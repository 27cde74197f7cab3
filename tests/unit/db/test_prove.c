/* prove: columns and plans of named queries; on a real server. */
#include "scratch.h"

static struct bf_queries *queries;
static struct bf_faults faults;

static int set_up(void **state)
{
	scratch_set_up(state);
	scratch_do(
		"CREATE TABLE post (id BIGINT PRIMARY KEY, city INT NOT NULL, seen TINYINT(1),"
		" small TINYINT, share DECIMAL(5,2), ratio DOUBLE, hash BINARY(4), at DATETIME(3),"
		" day DATE, clock TIME, bits BIT(3), year YEAR, title TEXT, kind ENUM('a', 'b'),"
		" KEY by_city (city, id)) ENGINE=InnoDB");
	scratch_do("INSERT INTO post (id, city) SELECT seq, seq DIV 20 FROM seq_1_to_5000");
	scratch_do("ANALYZE TABLE post");
	return 0;
}

static int clean(void **state)
{
	(void)state;
	queries = bf_queries_new(pool);
	bf_faults_init(&faults, pool);
	return 0;
}

static const struct bf_query *prove(const char *text)
{
	bf_queries_parse(queries, "core", "q.sql", bf_str(text), &faults);
	bf_queries_prove(queries, db, &faults);
	return bf_queries_at(queries, 0);
}

static void assert_fault(const char *wanted)
{
	if (!faults.first)
		fail_msg("no fault, wanted \"%s\"", wanted);
	assert_string_equal(faults.first->text, wanted);
	assert_int_equal(faults.count, 1);
}

static void columns_are_taken_down(void **state)
{
	static const struct {
		const char *name;
		enum bf_column_type type;
	} columns[] = {
		{ "id", BF_COLUMN_INT },     { "seen", BF_COLUMN_BOOL }, { "small", BF_COLUMN_INT },
		{ "at", BF_COLUMN_TIME },    { "day", BF_COLUMN_TEXT },  { "year", BF_COLUMN_INT },
		{ "title", BF_COLUMN_TEXT }, { "kind", BF_COLUMN_TEXT }, { "n", BF_COLUMN_INT },
		{ "given", BF_COLUMN_TEXT },
	};
	const struct bf_query *query;

	(void)state;
	query = prove("-- name: a\n-- C.\nSELECT id, seen, small, at, day, year, title, kind,\n"
		      " CAST(share * 100 AS SIGNED) AS n, CONCAT(id, 'x') AS given FROM post;\n");
	if (faults.first)
		fail_msg("%s", faults.first->text);
	assert_int_equal(query->shape->count, 10);
	for (size_t i = 0; i < 10; i++) {
		assert_string_equal(query->shape->names[i].p, columns[i].name);
		assert_int_equal(query->types[i], columns[i].type);
	}
}

static void writing_queries_have_no_columns(void **state)
{
	(void)state;
	assert_null(prove("-- name: a\n-- C.\n-- writes\nDELETE FROM post;\n")->shape);
	assert_int_equal(faults.count, 0);
}

static void columns_without_a_type_are_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "share", "is no integer. Use CAST(... AS SIGNED)." },
		{ "ratio", "is no integer. Use CAST(... AS SIGNED)." },
		{ "SUM(id) AS x", "is no integer. Use CAST(... AS SIGNED)." },
		{ "hash", "is binary. Use HEX(...) or CONVERT(... USING utf8mb4)." },
		{ "clock", "is a time without a day. Use TIME_TO_SEC(...) or TIME_FORMAT(...)." },
		{ "bits", "is a bit field. Use CAST(... AS SIGNED)." },
	};

	for (size_t i = 0; i < 6; i++) {
		const char *column = strstr(cases[i][0], " AS ") ? "x" : cases[i][0];

		prove(bf_pool_printf(pool, "\n-- name: a\n-- C.\nSELECT %s FROM post;\n",
				     cases[i][0]));
		assert_fault(bf_pool_printf(pool, "q.sql:2: column \"%s\" of query \"a\" %s",
					    column, cases[i][1]));
		clean(state);
	}
}

static void a_refused_statement_has_file_and_line(void **state)
{
	(void)state;
	prove("\n\n-- name: a\n-- C.\nSELECT nothing FROM post;\n");
	assert_int_equal(faults.count, 1);
	assert_ptr_equal(strstr(faults.first->text,
				"q.sql:3: query \"a\" failed: Unknown column 'nothing' in "),
			 faults.first->text);
}

static void a_column_stands_once(void **state)
{
	(void)state;
	prove("-- name: a\n-- C.\nSELECT id, city AS id FROM post;\n");
	assert_fault("q.sql:1: query \"a\" has two columns \"id\"");
}

static void variants_answer_the_same(void **state)
{
	(void)state;
	prove("-- name: a\n-- C.\nSELECT id\n, city --? more\n FROM post;\n");
	assert_fault("q.sql:1: query \"a\" answers other columns where more than where !more");
}

static void a_page_answers_its_cursor(void **state)
{
	(void)state;
	prove("-- name: a\n-- C.\n-- page: seen, id\nSELECT id FROM post LIMIT :page_rows;\n");
	assert_fault("q.sql:1: query \"a\" pages by \"seen\" and \"id\" but does not answer both");
}

static void a_server_that_is_away_is_one_fault(void **state)
{
	struct bf_db_config config = scratch_config(NULL);

	(void)state;
	config.socket = "/nonexistent/bangfu.sock";
	bf_queries_parse(queries, "core", "q.sql",
			 BF_STR("-- name: a\n-- C.\nSELECT 1;\n-- name: b\n-- C.\nSELECT 1;\n"),
			 &faults);
	bf_queries_prove(queries, bf_db_new(pool, &config), &faults);
	assert_int_equal(faults.count, 1);
	assert_non_null(strstr(faults.first->text, "could not reach the database"));
}

static void plans_are_read(void **state)
{
	(void)state;
	prove("-- name: a\n-- C.\n-- example: city=7, after_key=100, page_rows=21\n"
	      "SELECT id FROM post WHERE\n city = :city --? city\n id > 0 --? !city\n"
	      " AND id < :after_key --? after_key\n ORDER BY id LIMIT :page_rows;\n");
	bf_queries_explain(queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
}

static void a_full_scan_is_a_fault(void **state)
{
	static const char wanted[] = "q.sql:1: query \"a\" where !city reads about ";

	(void)state;
	prove("-- name: a\n-- C.\n-- example: city=7\nSELECT title FROM post\n"
	      " WHERE city = :city --? city\n ORDER BY seen LIMIT 3;\n");
	bf_queries_explain(queries, db, &faults);
	assert_int_equal(faults.count, 1);
	assert_ptr_equal(strstr(faults.first->text, wanted), faults.first->text);
	assert_non_null(strstr(faults.first->text,
			       " rows of \"post\" from end to end. Add an index, "
			       "or say why in \"-- scans:\"."));
}

static void a_scan_with_a_reason_is_none(void **state)
{
	(void)state;
	prove("-- name: a\n-- C.\n-- scans: all posts are counted\n"
	      "SELECT COUNT(title) AS n FROM post;\n");
	bf_queries_explain(queries, db, &faults);
	assert_int_equal(faults.count, 0);
}

static void writes_are_explained_and_not_done(void **state)
{
	struct bf_str left;

	(void)state;
	prove("-- name: a\n-- C.\n-- writes\n-- example: id=7\nDELETE FROM post WHERE id = :id;\n");
	bf_queries_explain(queries, db, &faults);
	assert_int_equal(faults.count, 0);
	assert_int_equal(bf_db_ask(db, pool, "SELECT COUNT(*) FROM post", &left, NULL), BF_OK);
	assert_string_equal(left.p, "5000");
}

static void a_missing_example_is_a_fault_once(void **state)
{
	(void)state;
	prove("-- name: a\n-- C.\nSELECT id FROM post WHERE city = :city\n AND id > 1 --? more\n;\n");
	bf_queries_explain(queries, db, &faults);
	assert_fault(
		"q.sql:1: query \"a\" has no example for \"city\". Add it to \"-- example:\".");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(columns_are_taken_down, clean),
		cmocka_unit_test_setup(writing_queries_have_no_columns, clean),
		cmocka_unit_test_setup(columns_without_a_type_are_refused, clean),
		cmocka_unit_test_setup(a_refused_statement_has_file_and_line, clean),
		cmocka_unit_test_setup(a_column_stands_once, clean),
		cmocka_unit_test_setup(variants_answer_the_same, clean),
		cmocka_unit_test_setup(a_page_answers_its_cursor, clean),
		cmocka_unit_test_setup(a_server_that_is_away_is_one_fault, clean),
		cmocka_unit_test_setup(plans_are_read, clean),
		cmocka_unit_test_setup(a_full_scan_is_a_fault, clean),
		cmocka_unit_test_setup(a_scan_with_a_reason_is_none, clean),
		cmocka_unit_test_setup(writes_are_explained_and_not_done, clean),
		cmocka_unit_test_setup(a_missing_example_is_a_fault_once, clean),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_tear_down);
}
