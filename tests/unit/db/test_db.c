/* db: values in and out, errors, the statement cache, transactions; on a real server. */
#include "scratch.h"

static const char texts[] =
	"-- name: add\n"
	"-- Adds a thing.\n"
	"-- writes\n"
	"INSERT INTO thing (name, n, at, yes, big) VALUES (:name, :n, :at, :yes, :big);\n"
	"-- name: all\n"
	"-- Every thing, in a page.\n"
	"-- page: n, id\n"
	"SELECT id, name, n, at, DATE(at) AS day, yes, big, small, story FROM thing\n"
	" WHERE n > :more_than   --? more_than\n"
	" ORDER BY id LIMIT :page_rows;\n"
	"-- name: raise\n"
	"-- Adds to a number.\n"
	"-- writes\n"
	"UPDATE thing SET n = n + :by WHERE name = :name;\n"
	"-- name: nap\n"
	"-- Sleeps.\n"
	"SELECT SLEEP(:seconds) AS slept;\n"
	"-- name: own_id\n"
	"-- The number of this connection.\n"
	"SELECT CONNECTION_ID() AS id;\n"
	"-- name: session\n"
	"-- What the session is set to.\n"
	"SELECT @@time_zone AS zone, @@tx_isolation AS isolation, @@autocommit AS autocommit,\n"
	"       CAST(@@max_statement_time AS SIGNED) AS seconds,\n"
	"       @@innodb_lock_wait_timeout AS lock_wait, @@sql_mode AS mode,\n"
	"       @@character_set_client AS charset;\n";

static struct bf_queries *queries;

static const struct bf_query *query(const char *name)
{
	const struct bf_query *found = bf_queries_find(queries, "core", name);

	assert_non_null(found);
	return found;
}

static int set_up(void **state)
{
	scratch_set_up(state);
	scratch_do("CREATE TABLE thing (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,"
		   " name VARCHAR(40) NOT NULL UNIQUE, n INT NOT NULL, at DATETIME(3),"
		   " yes TINYINT(1), big BIGINT UNSIGNED, small SMALLINT NOT NULL DEFAULT -5,"
		   " story TEXT) ENGINE=InnoDB");
	queries = scratch_queries(texts);
	return 0;
}

static int empty_table(void **state)
{
	(void)state;
	scratch_do("DELETE FROM thing");
	return 0;
}

static struct bf_value thing(const char *name, int64_t n)
{
	struct bf_value args = bf_value_map(pool);

	bf_value_set(&args, "name", bf_value_string(bf_str(name)));
	bf_value_set(&args, "n", bf_value_number(n));
	bf_value_set(&args, "at", (struct bf_value){ .kind = BF_NULL });
	bf_value_set(&args, "yes", (struct bf_value){ .kind = BF_NULL });
	bf_value_set(&args, "big", (struct bf_value){ .kind = BF_NULL });
	return args;
}

static enum bf_rc add(struct bf_db *on, const char *name, int64_t n, struct bf_err *err)
{
	struct bf_value args = thing(name, n);

	return bf_db_exec(on, query("add"), &args, NULL, NULL, err);
}

static struct bf_value page_of(int64_t rows)
{
	struct bf_value args = bf_value_map(pool);

	bf_value_set(&args, "page_rows", bf_value_number(rows));
	return args;
}

static struct bf_value all(struct bf_db *on)
{
	struct bf_value args = page_of(1000), rows;
	struct bf_err err = { 0 };

	if (bf_db_select(on, pool, query("all"), &args, &rows, &err) != BF_OK)
		fail_msg("%s", err.text);
	return rows;
}

static int64_t own_id(struct bf_db *on)
{
	struct bf_value args = bf_value_map(pool), rows;
	struct bf_err err = { 0 };

	if (bf_db_select(on, pool, query("own_id"), &args, &rows, &err) != BF_OK)
		fail_msg("%s", err.text);
	return bf_value_int(bf_value_get(bf_value_at(&rows, 0), "id"));
}

static void kill_connection(struct bf_db *victim)
{
	scratch_do(bf_pool_printf(pool, "KILL %" PRId64, own_id(victim)));
}

static void assert_text(const struct bf_value *row, const char *column, const char *wanted)
{
	assert_string_equal(bf_value_text(bf_value_get(row, column)), wanted);
}

/* ---- values ----------------------------------------------------------------------- */

static void values_come_back_as_they_went(void **state)
{
	const int64_t at = bf_clock_from_date((struct bf_date){ 2026, 11, 24, 2, 40, 47, 123 });
	struct bf_value args = thing("帮扶 🌾 'quoted\\'", -7), rows;
	struct bf_err err = { 0 };
	const struct bf_value *row;
	int64_t matched, id;

	(void)state;
	bf_value_set(&args, "at", bf_value_time(at));
	bf_value_set(&args, "yes", bf_value_bool(true));
	bf_value_set(&args, "big", bf_value_number(INT64_MAX));
	assert_int_equal(bf_db_exec(db, query("add"), &args, &matched, &id, &err), BF_OK);
	assert_int_equal(matched, 1);

	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 1);
	assert_true(rows.list->paged);
	row = bf_value_at(&rows, 0);
	assert_int_equal(bf_value_int(bf_value_get(row, "id")), id);
	assert_text(row, "name", "帮扶 🌾 'quoted\\'");
	assert_int_equal(bf_value_int(bf_value_get(row, "n")), -7);
	assert_int_equal(bf_value_get(row, "at")->kind, BF_TIME);
	assert_int_equal(bf_value_int(bf_value_get(row, "at")), at);
	assert_text(row, "day", "2026-11-24");
	assert_int_equal(bf_value_get(row, "yes")->kind, BF_BOOL);
	assert_true(bf_value_get(row, "yes")->yes);
	assert_true(bf_value_int(bf_value_get(row, "big")) == INT64_MAX);
	assert_int_equal(bf_value_int(bf_value_get(row, "small")), -5);
	assert_int_equal(bf_value_get(row, "story")->kind, BF_NULL);
}

static void nulls_are_null(void **state)
{
	struct bf_value rows;

	(void)state;
	assert_int_equal(add(db, "a", 1, NULL), BF_OK);
	rows = all(db);
	for (size_t i = 0; i < 3; i++) {
		static const char *const columns[] = { "at", "day", "yes" };

		assert_true(bf_value_is_null(bf_value_get(bf_value_at(&rows, 0), columns[i])));
	}
}

/* Lengths around the steps of the protocol's length encoding, and over several packets' worth
 * of the network buffer. */
static void long_texts_are_whole(void **state)
{
	static const size_t lengths[] = { 0, 1, 250, 251, 252, 65535 };
	struct bf_value rows;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(add(db, bf_pool_printf(pool, "%zu", i), 1, NULL), BF_OK);
		scratch_do(bf_pool_printf(pool,
					  "UPDATE thing SET story = REPEAT('x', %zu)"
					  " WHERE name = '%zu'",
					  lengths[i], i));
	}
	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 6);
	for (size_t i = 0; i < 6; i++) {
		const struct bf_value *story = bf_value_get(bf_value_at(&rows, i), "story");

		assert_int_equal(story->kind, BF_STRING);
		assert_int_equal(story->len, lengths[i]);
		assert_int_equal(strspn(story->text, "x"), lengths[i]);
		assert_int_equal(story->text[lengths[i]], '\0');
		assert_int_equal(bf_value_int(bf_value_get(bf_value_at(&rows, i), "n")), 1);
	}
}

static void unsigned_overflow_is_a_fault(void **state)
{
	struct bf_value args = page_of(10), rows;
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(add(db, "a", 1, NULL), BF_OK);
	scratch_do("UPDATE thing SET big = 9223372036854775808");
	assert_int_equal(bf_db_select(db, pool, query("all"), &args, &rows, &err), BF_FAULT);
	assert_string_equal(err.text,
			    "column \"big\" of query \"all\" is over 9223372036854775807");
	/* the connection is still good */
	assert_true(own_id(db) > 0);
}

static void variants_are_chosen(void **state)
{
	struct bf_value args = page_of(10), rows;
	struct bf_err err = { 0 };

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(add(db, bf_pool_printf(pool, "%d", i), i, NULL), BF_OK);
	bf_value_set(&args, "more_than", bf_value_number(2));
	assert_int_equal(bf_db_select(db, pool, query("all"), &args, &rows, &err), BF_OK);
	assert_int_equal(bf_value_count(&rows), 2);
	bf_value_set(&args, "more_than", (struct bf_value){ .kind = BF_NULL });
	assert_int_equal(bf_db_select(db, pool, query("all"), &args, &rows, &err), BF_OK);
	assert_int_equal(bf_value_count(&rows), 5);
}

/* ---- errors ----------------------------------------------------------------------- */

static void a_missing_parameter_is_named(void **state)
{
	struct bf_value args = bf_value_map(pool), rows;
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_db_select(db, pool, query("all"), &args, &rows, &err), BF_FAULT);
	assert_string_equal(err.text, "query \"all\" has no value for its parameter \"page_rows\"");
}

static void a_list_cannot_be_bound(void **state)
{
	struct bf_value args = thing("a", 1);
	struct bf_err err = { 0 };

	(void)state;
	bf_value_set(&args, "n", bf_value_list(pool));
	assert_int_equal(bf_db_exec(db, query("add"), &args, NULL, NULL, &err), BF_FAULT);
	assert_string_equal(err.text, "parameter \"n\" of query \"add\" is a list or record");
}

static void select_and_exec_are_not_mixed_up(void **state)
{
	struct bf_value args = page_of(1), rows;
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_db_exec(db, query("all"), &args, NULL, NULL, &err), BF_FAULT);
	assert_string_equal(err.text, "query \"all\" answers rows");
	assert_int_equal(bf_db_select(db, pool, query("add"), &args, &rows, &err), BF_FAULT);
	assert_string_equal(err.text, "query \"add\" answers no rows");
}

static void a_duplicate_key_is_a_conflict(void **state)
{
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(add(db, "twice", 1, &err), BF_OK);
	assert_int_equal(err.text[0], '\0');
	assert_int_equal(add(db, "twice", 2, &err), BF_CONFLICT);
	assert_non_null(strstr(err.text, "query \"add\" failed: Duplicate entry 'twice'"));
}

static void a_value_too_long_is_refused_not_cut(void **state)
{
	struct bf_err err = { 0 };
	struct bf_value rows;

	(void)state;
	assert_int_equal(add(db, "12345678901234567890123456789012345678901", 1, &err), BF_FAULT);
	assert_non_null(strstr(err.text, "Data too long for column 'name'"));
	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 0);
}

static void matched_rows_are_counted_even_if_unchanged(void **state)
{
	struct bf_value args = bf_value_map(pool);
	int64_t matched;

	(void)state;
	assert_int_equal(add(db, "a", 1, NULL), BF_OK);
	bf_value_set(&args, "name", bf_value_string(BF_STR("a")));
	bf_value_set(&args, "by", bf_value_number(0));
	assert_int_equal(bf_db_exec(db, query("raise"), &args, &matched, NULL, NULL), BF_OK);
	assert_int_equal(matched, 1);
	bf_value_set(&args, "name", bf_value_string(BF_STR("b")));
	assert_int_equal(bf_db_exec(db, query("raise"), &args, &matched, NULL, NULL), BF_OK);
	assert_int_equal(matched, 0);
}

static void a_server_that_is_away_is_busy(void **state)
{
	struct bf_db_config config = scratch_config(NULL);
	struct bf_err err = { 0 };
	struct bf_db *nowhere;

	(void)state;
	config.socket = "/nonexistent/bangfu.sock";
	nowhere = bf_db_new(pool, &config);
	assert_int_equal(bf_db_open(nowhere, &err), BF_BUSY);
	assert_ptr_equal(strstr(err.text,
				"could not reach the database at \"/nonexistent/bangfu.sock\": "),
			 err.text);
}

static void an_unknown_database_is_a_fault(void **state)
{
	struct bf_db_config config = scratch_config("bangfu_test_no_such");
	struct bf_db *wrong = bf_db_new(pool, &config);
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_db_open(wrong, &err), BF_FAULT);
	assert_non_null(strstr(err.text, "Unknown database 'bangfu_test_no_such'"));
}

static void a_slow_statement_is_cut_off(void **state)
{
	struct bf_db_config config = scratch_config(scratch_name);
	struct bf_value args = bf_value_map(pool), rows;
	struct bf_err err = { 0 };
	int64_t start_us = bf_clock_monotonic_us();
	struct bf_db *quick;

	(void)state;
	config.statement_timeout_s = 1;
	quick = bf_db_new(pool, &config);
	assert_int_equal(bf_db_open(quick, &err), BF_OK);
	bf_value_set(&args, "seconds", bf_value_number(5));
	assert_int_equal(bf_db_select(quick, pool, query("nap"), &args, &rows, &err), BF_BUSY);
	assert_true(bf_clock_monotonic_us() - start_us < 3000000);
	assert_true(own_id(quick) > 0);
	bf_db_close(quick);
}

static void a_silent_server_is_given_up(void **state)
{
	struct bf_db_config config = scratch_config(scratch_name);
	struct bf_value args = bf_value_map(pool), rows;
	struct bf_err err = { 0 };
	int64_t start_us = bf_clock_monotonic_us();
	struct bf_db *quick;

	(void)state;
	config.read_timeout_s = 1;
	quick = bf_db_new(pool, &config);
	assert_int_equal(bf_db_open(quick, &err), BF_OK);
	bf_value_set(&args, "seconds", bf_value_number(3));
	assert_int_equal(bf_db_select(quick, pool, query("nap"), &args, &rows, &err), BF_BUSY);
	/* once only, although it was a select: the wait was long */
	assert_true(bf_clock_monotonic_us() - start_us < 1800000);
	assert_non_null(strstr(err.text, "could not reach the database at"));
	bf_db_close(quick);
}

/* ---- connection and cache --------------------------------------------------------- */

static void sessions_are_set(void **state)
{
	struct bf_value args = bf_value_map(pool), rows;
	const struct bf_value *row;

	(void)state;
	assert_int_equal(bf_db_select(db, pool, query("session"), &args, &rows, NULL), BF_OK);
	row = bf_value_at(&rows, 0);
	assert_text(row, "zone", "+00:00");
	assert_text(row, "isolation", "READ-COMMITTED");
	assert_text(row, "charset", "utf8mb4");
	assert_int_equal(bf_value_int(bf_value_get(row, "seconds")), 8);
	assert_int_equal(bf_value_int(bf_value_get(row, "lock_wait")), 1);
	assert_non_null(strstr(bf_value_text(bf_value_get(row, "mode")), "STRICT_ALL_TABLES"));
}

static void a_select_survives_a_lost_connection(void **state)
{
	struct bf_db *victim = scratch_connect();
	int64_t id = own_id(victim);

	(void)state;
	kill_connection(victim);
	assert_true(own_id(victim) != id);
	bf_db_close(victim);
}

static void a_write_is_never_repeated(void **state)
{
	struct bf_db *victim = scratch_connect();
	struct bf_err err = { 0 };
	struct bf_value rows;

	(void)state;
	kill_connection(victim);
	assert_int_equal(add(victim, "lost", 1, &err), BF_BUSY);
	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 0);
	/* the next call connects again */
	assert_int_equal(add(victim, "kept", 1, &err), BF_OK);
	bf_db_close(victim);
}

static void a_silent_connection_is_tried_before_a_write(void **state)
{
	struct bf_db *victim = scratch_connect();
	struct bf_err err = { 0 };

	(void)state;
	kill_connection(victim);
	victim->used_us -= 2000000;
	assert_int_equal(add(victim, "kept", 1, &err), BF_OK);
	bf_db_close(victim);
}

static size_t kept_statements(const struct bf_db *on)
{
	size_t count = 0;

	for (size_t i = 0; i < on->config.statement_cache; i++)
		count += on->slots[i].id != 0;
	return count;
}

static void the_cache_is_bounded_and_drops_the_oldest(void **state)
{
	struct bf_db_config config = scratch_config(scratch_name);
	struct bf_value args = bf_value_map(pool), rows;
	struct bf_db *small;

	(void)state;
	config.statement_cache = 2;
	small = bf_db_new(pool, &config);
	bf_value_set(&args, "page_rows", bf_value_number(1));
	bf_value_set(&args, "seconds", bf_value_number(0));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bf_db_select(small, pool, query("all"), &args, &rows, NULL),
				 BF_OK);
		assert_int_equal(bf_db_select(small, pool, query("nap"), &args, &rows, NULL),
				 BF_OK);
		assert_true(own_id(small) > 0);
		assert_int_equal(kept_statements(small), 2);
	}
	/* "all" was dropped for own_id, the other two are there */
	for (size_t i = 0; i < 2; i++)
		assert_true(small->slots[i].id != query("all")->variants[0].id);
	bf_db_close(small);
	assert_int_equal(kept_statements(small), 0);
}

static void a_changed_table_is_prepared_anew(void **state)
{
	struct bf_value args = page_of(10), rows;

	(void)state;
	assert_int_equal(add(db, "a", 1, NULL), BF_OK);
	all(db);
	scratch_do("ALTER TABLE thing ADD COLUMN more INT");
	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 1);
	scratch_do("ALTER TABLE thing DROP COLUMN more");
	assert_int_equal(bf_db_select(db, pool, query("all"), &args, &rows, NULL), BF_OK);
}

static void stats_count_what_was_sent(void **state)
{
	uint64_t before, after;
	int64_t us_before, us_after;
	struct bf_value args = bf_value_map(pool), rows;

	(void)state;
	bf_db_stats(db, &before, &us_before);
	bf_value_set(&args, "seconds", bf_value_number(0));
	assert_int_equal(bf_db_select(db, pool, query("nap"), &args, &rows, NULL), BF_OK);
	all(db);
	bf_db_stats(db, &after, &us_after);
	assert_int_equal(after - before, 2);
	assert_true(us_after > us_before);
}

static void the_server_can_be_asked(void **state)
{
	struct bf_err err = { 0 };
	struct bf_str text;

	(void)state;
	assert_int_equal(bf_db_ask(db, pool, "SELECT DATABASE()", &text, &err), BF_OK);
	assert_string_equal(text.p, scratch_name);
	assert_int_equal(bf_db_ask(db, pool, "SELECT 1 WHERE 1 = 0", &text, &err), BF_FAULT);
	assert_int_equal(bf_db_ask(db, pool, "SELECT 1; SELECT 2", &text, &err), BF_FAULT);
	assert_int_equal(bf_db_ask(db, pool,
				   "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE"
				   " thing (story)",
				   &text, &err),
			 BF_FAULT);
}

/* ---- transactions ----------------------------------------------------------------- */

struct attempt {
	int runs;
	struct bf_db *other;
	enum bf_rc rc; /* what the function answers in the end */
	int64_t victim;
};

static enum bf_rc add_two(struct bf_db *on, void *arg, struct bf_err *err)
{
	struct attempt *attempt = arg;
	enum bf_rc rc;

	attempt->runs++;
	rc = add(on, "one", 1, err);
	if (rc == BF_OK)
		rc = add(on, "two", 2, err);
	return rc == BF_OK ? attempt->rc : rc;
}

static void a_transaction_is_whole(void **state)
{
	struct attempt attempt = { 0 };
	struct bf_err err = { 0 };
	struct bf_value rows;

	(void)state;
	attempt.rc = BF_INVALID;
	assert_int_equal(bf_db_transaction(db, add_two, &attempt, NULL, &err), BF_INVALID);
	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 0);
	attempt.rc = BF_OK;
	assert_int_equal(bf_db_transaction(db, add_two, &attempt, NULL, &err), BF_OK);
	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 2);
	assert_int_equal(attempt.runs, 2);
}

/* A function that overlooks a failed statement does not get the rest committed. */
static enum bf_rc overlook(struct bf_db *on, void *arg, struct bf_err *err)
{
	struct bf_err ignored = { 0 };

	(void)arg;
	(void)err;
	if (add(on, "one", 1, &ignored) != BF_OK)
		return BF_FAULT;
	assert_int_equal(add(on, "one", 1, &ignored), BF_CONFLICT);
	assert_int_equal(add(on, "two", 1, &ignored), BF_CONFLICT);
	assert_non_null(strstr(ignored.text, "the transaction failed before: "));
	return BF_OK;
}

static void any_error_rolls_back(void **state)
{
	struct bf_err err = { 0 };
	struct bf_value rows;

	(void)state;
	assert_int_equal(bf_db_transaction(db, overlook, NULL, NULL, &err), BF_CONFLICT);
	assert_non_null(strstr(err.text, "Duplicate entry 'one'"));
	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 0);
	assert_int_equal(add(db, "one", 1, &err), BF_OK);
}

static enum bf_rc raise(struct bf_db *on, const char *name, struct bf_err *err)
{
	struct bf_value args = bf_value_map(pool);

	bf_value_set(&args, "name", bf_value_string(bf_str(name)));
	bf_value_set(&args, "by", bf_value_number(1));
	return bf_db_exec(on, query("raise"), &args, NULL, NULL, err);
}

/* The other connection holds the row until the second run. */
static enum bf_rc raise_locked(struct bf_db *on, void *arg, struct bf_err *err)
{
	struct attempt *attempt = arg;

	if (++attempt->runs == 2)
		assert_int_equal(bf_db_say(attempt->other, "ROLLBACK", NULL), BF_OK);
	return raise(on, "a", err);
}

static void a_lock_wait_runs_the_whole_again(void **state)
{
	struct attempt attempt = { .other = scratch_connect() };
	struct bf_err err = { 0 };
	struct bf_value rows;

	(void)state;
	assert_int_equal(add(db, "a", 1, NULL), BF_OK);
	assert_int_equal(bf_db_say(attempt.other, "START TRANSACTION", NULL), BF_OK);
	assert_int_equal(raise(attempt.other, "a", NULL), BF_OK);
	assert_int_equal(bf_db_transaction(db, raise_locked, &attempt, NULL, &err), BF_OK);
	assert_int_equal(attempt.runs, 2);
	rows = all(db);
	assert_int_equal(bf_value_int(bf_value_get(bf_value_at(&rows, 0), "n")), 2);
	bf_db_close(attempt.other);
}

static enum bf_rc raise_hopeless(struct bf_db *on, void *arg, struct bf_err *err)
{
	((struct attempt *)arg)->runs++;
	return raise(on, "a", err);
}

static void repeats_end_after_three(void **state)
{
	struct attempt attempt = { .other = scratch_connect() };
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(add(db, "a", 1, NULL), BF_OK);
	assert_int_equal(bf_db_say(attempt.other, "START TRANSACTION", NULL), BF_OK);
	assert_int_equal(raise(attempt.other, "a", NULL), BF_OK);
	bf_db_set_deadline(db, bf_clock_monotonic_us() + 500000);
	assert_int_equal(bf_db_transaction(db, raise_hopeless, &attempt, NULL, &err), BF_BUSY);
	assert_int_equal(attempt.runs, 1);
	bf_db_set_deadline(db, 0);
	assert_int_equal(bf_db_transaction(db, raise_hopeless, &attempt, NULL, &err), BF_BUSY);
	assert_int_equal(attempt.runs, 5);
	assert_non_null(strstr(err.text, "Lock wait timeout exceeded"));
	bf_db_close(attempt.other);
}

/* The connection dies between two statements: the second one must not run on a new one. */
static enum bf_rc lose_between(struct bf_db *on, void *arg, struct bf_err *err)
{
	enum bf_rc rc = add(on, "one", 1, err);

	((struct attempt *)arg)->runs++;
	if (rc != BF_OK)
		return rc;
	kill_connection(on);
	assert_int_equal(add(on, "two", 1, err), BF_BUSY);
	assert_int_equal(add(on, "three", 1, err), BF_BUSY);
	return BF_BUSY;
}

static void a_lost_transaction_is_lost_whole(void **state)
{
	struct attempt attempt = { 0 };
	struct bf_db *victim = scratch_connect();
	struct bf_err err = { 0 };
	bool unknown = false;
	struct bf_value rows;

	(void)state;
	assert_int_equal(bf_db_transaction(victim, lose_between, &attempt, &unknown, &err),
			 BF_BUSY);
	assert_int_equal(attempt.runs, 1);
	assert_false(unknown);
	rows = all(db);
	assert_int_equal(bf_value_count(&rows), 0);
	bf_db_close(victim);
}

static enum bf_rc lose_at_the_end(struct bf_db *on, void *arg, struct bf_err *err)
{
	enum bf_rc rc = add(on, "one", 1, err);

	(void)arg;
	if (rc == BF_OK)
		kill_connection(on);
	return rc;
}

static void a_commit_that_is_cut_off_is_unknown(void **state)
{
	struct bf_db *victim = scratch_connect();
	struct bf_err err = { 0 };
	bool unknown = false;

	(void)state;
	assert_int_equal(bf_db_transaction(victim, lose_at_the_end, NULL, &unknown, &err), BF_BUSY);
	assert_true(unknown);
	/* and the connection can be used again */
	assert_true(own_id(victim) > 0);
	bf_db_close(victim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(values_come_back_as_they_went, empty_table),
		cmocka_unit_test_setup(nulls_are_null, empty_table),
		cmocka_unit_test_setup(long_texts_are_whole, empty_table),
		cmocka_unit_test_setup(unsigned_overflow_is_a_fault, empty_table),
		cmocka_unit_test_setup(variants_are_chosen, empty_table),
		cmocka_unit_test_setup(a_missing_parameter_is_named, empty_table),
		cmocka_unit_test_setup(a_list_cannot_be_bound, empty_table),
		cmocka_unit_test_setup(select_and_exec_are_not_mixed_up, empty_table),
		cmocka_unit_test_setup(a_duplicate_key_is_a_conflict, empty_table),
		cmocka_unit_test_setup(a_value_too_long_is_refused_not_cut, empty_table),
		cmocka_unit_test_setup(matched_rows_are_counted_even_if_unchanged, empty_table),
		cmocka_unit_test_setup(a_server_that_is_away_is_busy, empty_table),
		cmocka_unit_test_setup(an_unknown_database_is_a_fault, empty_table),
		cmocka_unit_test_setup(a_slow_statement_is_cut_off, empty_table),
		cmocka_unit_test_setup(a_silent_server_is_given_up, empty_table),
		cmocka_unit_test_setup(sessions_are_set, empty_table),
		cmocka_unit_test_setup(a_select_survives_a_lost_connection, empty_table),
		cmocka_unit_test_setup(a_write_is_never_repeated, empty_table),
		cmocka_unit_test_setup(a_silent_connection_is_tried_before_a_write, empty_table),
		cmocka_unit_test_setup(the_cache_is_bounded_and_drops_the_oldest, empty_table),
		cmocka_unit_test_setup(a_changed_table_is_prepared_anew, empty_table),
		cmocka_unit_test_setup(stats_count_what_was_sent, empty_table),
		cmocka_unit_test_setup(the_server_can_be_asked, empty_table),
		cmocka_unit_test_setup(a_transaction_is_whole, empty_table),
		cmocka_unit_test_setup(any_error_rolls_back, empty_table),
		cmocka_unit_test_setup(a_lock_wait_runs_the_whole_again, empty_table),
		cmocka_unit_test_setup(repeats_end_after_three, empty_table),
		cmocka_unit_test_setup(a_lost_transaction_is_lost_whole, empty_table),
		cmocka_unit_test_setup(a_commit_that_is_cut_off_is_unknown, empty_table),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_tear_down);
}
