/* bulk: many rows through the server's bulk protocol; on a real server. */
#include "scratch.h"

static const char texts[] = "-- name: add\n"
			    "-- Adds a row.\n"
			    "-- writes\n"
			    "INSERT INTO item (id, name, at, yes) VALUES (:id, :name, :at, :yes);\n"
			    "-- name: all\n"
			    "-- All rows.\n"
			    "SELECT id, name, at, yes FROM item ORDER BY id;\n"
			    "-- name: totals\n"
			    "-- Their number and sum.\n"
			    "SELECT COUNT(*) AS n, CAST(SUM(id) AS SIGNED) AS sum,\n"
			    "       CAST(SUM(LENGTH(name)) AS SIGNED) AS bytes FROM item;\n";

enum { ID, NAME, AT, YES, CELLS };

static struct bf_queries *queries;

static const struct bf_query *query(const char *name)
{
	return bf_queries_find(queries, "core", name);
}

static int set_up(void **state)
{
	scratch_set_up(state);
	scratch_do("CREATE TABLE item (id BIGINT PRIMARY KEY, name VARCHAR(100), at DATETIME(3),"
		   " yes TINYINT(1)) ENGINE=InnoDB");
	queries = scratch_queries(texts);
	return 0;
}

static int empty_table(void **state)
{
	(void)state;
	scratch_do("DELETE FROM item");
	return 0;
}

static struct bf_value rows_of(const char *name)
{
	struct bf_value args = bf_value_map(pool), rows;
	struct bf_err err = { 0 };

	if (bf_db_select(db, pool, query(name), &args, &rows, &err) != BF_OK)
		fail_msg("%s", err.text);
	return rows;
}

static const struct bf_value *cell(const struct bf_value *rows, size_t row, const char *column)
{
	return bf_value_get(bf_value_at(rows, row), column);
}

static void add(struct bf_bulk *bulk, int64_t id, struct bf_value name, struct bf_value at,
		struct bf_value yes)
{
	struct bf_value cells[CELLS] = {
		[ID] = bf_value_number(id), [NAME] = name, [AT] = at, [YES] = yes
	};
	struct bf_err err = { 0 };

	if (bf_bulk_add(bulk, cells, &err) != BF_OK)
		fail_msg("%s", err.text);
}

static void every_kind_arrives(void **state)
{
	const int64_t at = bf_clock_from_date((struct bf_date){ 2026, 2, 28, 23, 59, 59, 999 });
	const struct bf_value null = { .kind = BF_NULL };
	struct bf_bulk *bulk = bf_bulk_new(pool, db, query("add"), 100);
	struct bf_value rows;

	(void)state;
	add(bulk, 1, null, null, null);
	add(bulk, 2, bf_value_string(BF_STR("帮扶")), bf_value_time(at), bf_value_bool(true));
	add(bulk, 3, null, bf_value_time(at + 1000), bf_value_bool(false));
	add(bulk, INT64_MIN, bf_value_string(BF_STR("")), null, null);
	rows = rows_of("all");
	assert_int_equal(bf_value_count(&rows), 0); /* nothing is sent before its time */
	assert_int_equal(bf_bulk_flush(bulk, NULL), BF_OK);
	assert_int_equal(bf_bulk_flush(bulk, NULL), BF_OK);

	rows = rows_of("all");
	assert_int_equal(bf_value_count(&rows), 4);
	assert_true(bf_value_int(cell(&rows, 0, "id")) == INT64_MIN);
	assert_int_equal(cell(&rows, 0, "name")->kind, BF_STRING);
	assert_string_equal(bf_value_text(cell(&rows, 0, "name")), "");
	assert_true(bf_value_is_null(cell(&rows, 1, "name")));
	assert_true(bf_value_is_null(cell(&rows, 1, "at")));
	assert_true(bf_value_is_null(cell(&rows, 1, "yes")));
	assert_string_equal(bf_value_text(cell(&rows, 2, "name")), "帮扶");
	assert_int_equal(bf_value_int(cell(&rows, 2, "at")), at);
	assert_true(cell(&rows, 2, "yes")->yes);
	assert_int_equal(bf_value_int(cell(&rows, 3, "at")), at + 1000);
	assert_false(cell(&rows, 3, "yes")->yes);
}

/* Packets end by rows, by bytes, and where a column changes its kind. */
static void packets_end_in_time(void **state)
{
	const struct bf_value null = { .kind = BF_NULL };
	struct bf_bulk *bulk = bf_bulk_new(pool, db, query("add"), 64);
	uint64_t before, after;
	int64_t us;

	(void)state;
	bf_db_stats(db, &before, &us);
	for (int i = 0; i < 200; i++)
		add(bulk, i, bf_value_string(BF_STR("x")), null, null);
	assert_int_equal(bf_bulk_flush(bulk, NULL), BF_OK);
	bf_db_stats(db, &after, &us);
	assert_int_equal(after - before, 4);

	add(bulk, 200, bf_value_string(BF_STR("17")), null, null);
	add(bulk, 201, bf_value_number(18), null, null);
	assert_int_equal(bf_bulk_flush(bulk, NULL), BF_OK);
	bf_db_stats(db, &before, &us);
	assert_int_equal(before - after, 2);
}

static void the_statement_serves_single_rows_too(void **state)
{
	const struct bf_value null = { .kind = BF_NULL };
	struct bf_bulk *bulk = bf_bulk_new(pool, db, query("add"), 10);
	struct bf_value args = bf_value_map(pool), rows;

	(void)state;
	add(bulk, 1, null, null, null);
	assert_int_equal(bf_bulk_flush(bulk, NULL), BF_OK);
	bf_value_set(&args, "id", bf_value_number(2));
	bf_value_set(&args, "name", bf_value_string(BF_STR("two")));
	bf_value_set(&args, "at", null);
	bf_value_set(&args, "yes", null);
	assert_int_equal(bf_db_exec(db, query("add"), &args, NULL, NULL, NULL), BF_OK);
	add(bulk, 3, bf_value_string(BF_STR("three")), null, null);
	assert_int_equal(bf_bulk_flush(bulk, NULL), BF_OK);
	rows = rows_of("all");
	assert_int_equal(bf_value_count(&rows), 3);
	assert_string_equal(bf_value_text(cell(&rows, 1, "name")), "two");
	assert_string_equal(bf_value_text(cell(&rows, 2, "name")), "three");
}

static void errors_are_told(void **state)
{
	const struct bf_value null = { .kind = BF_NULL };
	struct bf_bulk *bulk = bf_bulk_new(pool, db, query("add"), 10);
	struct bf_value cells[CELLS] = { [ID] = bf_value_list(pool) };
	struct bf_err err = { 0 };
	struct bf_value rows;

	(void)state;
	assert_int_equal(bf_bulk_add(bulk, cells, &err), BF_FAULT);
	assert_string_equal(err.text, "parameter \"id\" of query \"add\" is a list or record");
	add(bulk, 1, null, null, null);
	add(bulk, 1, null, null, null);
	assert_int_equal(bf_bulk_flush(bulk, &err), BF_CONFLICT);
	assert_non_null(strstr(err.text, "Duplicate entry '1'"));
	/* what was refused is gone, and the next packet is sent */
	empty_table(NULL);
	add(bulk, 2, null, null, null);
	assert_int_equal(bf_bulk_flush(bulk, &err), BF_OK);
	rows = rows_of("all");
	assert_int_equal(bf_value_count(&rows), 1);
}

struct load {
	int64_t rows;
	enum bf_rc rc;
};

static enum bf_rc load(struct bf_db *on, void *arg, struct bf_err *err)
{
	const struct bf_value name = bf_value_string(BF_STR("a small row of the import"));
	struct load *load = arg;
	struct bf_bulk *bulk = bf_bulk_new(pool, on, query("add"), 2000);
	struct bf_value cells[CELLS] = { [NAME] = name, [AT] = bf_value_time(0) };
	enum bf_rc rc = BF_OK;

	for (int64_t i = 0; i < load->rows && rc == BF_OK; i++) {
		cells[ID] = bf_value_number(i);
		rc = bf_bulk_add(bulk, cells, err);
	}
	if (rc == BF_OK)
		rc = bf_bulk_flush(bulk, err);
	return rc == BF_OK ? load->rc : rc;
}

static void a_hundred_thousand_rows_arrive(void **state)
{
	struct load all = { .rows = 100000 };
	int64_t start_us = bf_clock_monotonic_us();
	struct bf_err err = { 0 };
	struct bf_value rows;

	(void)state;
	if (bf_db_transaction(db, load, &all, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
	print_message("%" PRId64 " rows a second\n",
		      all.rows * 1000000 / (bf_clock_monotonic_us() - start_us));
	rows = rows_of("totals");
	assert_int_equal(bf_value_int(cell(&rows, 0, "n")), all.rows);
	assert_int_equal(bf_value_int(cell(&rows, 0, "sum")), all.rows * (all.rows - 1) / 2);
	assert_int_equal(bf_value_int(cell(&rows, 0, "bytes")), all.rows * 25);
}

static void a_load_that_fails_leaves_nothing(void **state)
{
	struct load half = { .rows = 5000, .rc = BF_INVALID };
	struct bf_err err = { 0 };
	struct bf_value rows;

	(void)state;
	assert_int_equal(bf_db_transaction(db, load, &half, NULL, &err), BF_INVALID);
	rows = rows_of("totals");
	assert_int_equal(bf_value_int(cell(&rows, 0, "n")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_kind_arrives, empty_table),
		cmocka_unit_test_setup(packets_end_in_time, empty_table),
		cmocka_unit_test_setup(the_statement_serves_single_rows_too, empty_table),
		cmocka_unit_test_setup(errors_are_told, empty_table),
		cmocka_unit_test_setup(a_hundred_thousand_rows_arrive, empty_table),
		cmocka_unit_test_setup(a_load_that_fails_leaves_nothing, empty_table),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_tear_down);
}
