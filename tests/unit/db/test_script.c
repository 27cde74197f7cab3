/* script: cutting migration files, and whose tables a statement changes; needs no database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/script.h"

static struct bf_pool *pool;
static struct bf_faults faults;

static int set_up(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	bf_faults_init(&faults, pool);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static struct bf_step *split(const char *text)
{
	return bf_script_split(pool, "m.sql", bf_str(text), &faults);
}

static void assert_step(const struct bf_step *step, int number, int line, const char *sql)
{
	assert_non_null(step);
	assert_int_equal(step->number, number);
	assert_int_equal(step->line, line);
	assert_string_equal(step->sql.p, sql);
	assert_int_equal(step->sql.len, strlen(sql));
	assert_int_equal(strspn(step->checksum, "0123456789abcdef"), BF_CHECKSUM_BYTES - 1);
}

static void statements_end_with_their_line(void **state)
{
	struct bf_step *step;

	(void)state;
	step = split("-- The first one; with a comment.\n"
		     "CREATE TABLE a (\n"
		     "\tid INT, -- it's the key;\n"
		     "\tname TEXT DEFAULT 'a;  b\\'' # more;\n"
		     ") ; -- done\n"
		     "\n"
		     ";\n"
		     "/* two; */ INSERT INTO a VALUES (1, `x;\n"
		     "y`);\n");
	assert_int_equal(faults.count, 0);
	assert_step(step, 1, 2, "CREATE TABLE a ( id INT, name TEXT DEFAULT 'a;  b\\'' )");
	assert_step(step->next, 2, 8, "INSERT INTO a VALUES (1, `x;\ny`)");
	assert_null(step->next->next);
}

static void compound_statements_stand_between_marks(void **state)
{
	struct bf_step *step;

	(void)state;
	step = split("-- begin\n"
		     "CREATE TRIGGER t BEFORE DELETE ON a FOR EACH ROW\n"
		     "BEGIN\n"
		     "  SET @x = 1;\n"
		     "  SET @y = 2;\n"
		     "END;\n"
		     "-- end\n"
		     "DROP TABLE b;\n");
	assert_int_equal(faults.count, 0);
	assert_step(
		step, 1, 2,
		"CREATE TRIGGER t BEFORE DELETE ON a FOR EACH ROW BEGIN SET @x = 1; SET @y = 2; "
		"END");
	assert_step(step->next, 2, 8, "DROP TABLE b");
}

static void checksums_are_of_what_runs(void **state)
{
	struct bf_step *one = split("CREATE TABLE a (id INT);\n");
	struct bf_step *same = split("-- Comment.\nCREATE   TABLE a\n\t(id INT) -- x\n;\n");
	struct bf_step *other = split("CREATE TABLE a (id INT );\n");
	struct bf_step *quoted = split("SELECT 'a b';\nSELECT 'a  b';\n");

	(void)state;
	assert_string_equal(one->checksum, same->checksum);
	assert_string_not_equal(one->checksum, other->checksum);
	assert_string_not_equal(quoted->checksum, quoted->next->checksum);
	/* BLAKE2b-256, as "b2sum -l 256" prints it */
	assert_string_equal(one->checksum,
			    "ec698a6f85744812bfbc3a94adaa7b7c42ef93d24a33246a2a8038837b9f1f7d");
}

static void faults_name_the_line(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "\nCREATE TABLE a (id INT)\n", "m.sql:2: a statement does not end" },
		{ "SELECT 1;\nSELECT 'a;\n", "m.sql:2: a quoted text or a comment does not end" },
		{ "SELECT 1; /* a\n",
		  "m.sql:1: text behind \";\". A statement ends with its line; one "
		  "that holds others stands between \"-- begin\" and \"-- end\"." },
		{ "SELECT 1; SELECT 2;\n",
		  "m.sql:1: text behind \";\". A statement ends with its line; one that holds others "
		  "stands between \"-- begin\" and \"-- end\"." },
		{ "SELECT 1\n-- begin\nSELECT 2;\n-- end\n",
		  "m.sql:1: the statement before \"begin\" does not end" },
		{ "-- begin\nSELECT 2;\n", "m.sql:2: a statement does not end" },
		{ "SELECT 5--/* x */3;\n",
		  "m.sql:1: \"--\" before a comment. Put a space between." },
		{ "SELECT 5---- x\n3;\n",
		  "m.sql:1: \"--\" before a comment. Put a space between." },
		{ "SELECT '\xff';\n", "m.sql: is not UTF-8 text" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		split(cases[i].text);
		assert_non_null(faults.first);
		assert_string_equal(faults.first->text, cases[i].wanted);
		tear_down(state);
		set_up(state);
	}
}

static void own_tables_pass(void **state)
{
	static const char *const statements[] = {
		"CREATE TABLE IF NOT EXISTS coats_need (id INT REFERENCES post (id))",
		"create or replace table `coats_need` (x INT)",
		"CREATE TABLE coats_copy SELECT * FROM post",
		"CREATE UNIQUE INDEX IF NOT EXISTS by_x USING BTREE ON coats_need (x)",
		"ALTER TABLE coats_need RENAME COLUMN a TO b, RENAME INDEX c TO d",
		"ALTER ONLINE TABLE IF EXISTS coats_need RENAME TO coats_other",
		"DROP TABLE IF EXISTS coats_a, coats_b",
		"DROP INDEX IF EXISTS by_x ON coats_need",
		"RENAME TABLE coats_a TO coats_b, coats_c TO coats_d",
		"INSERT IGNORE INTO coats_need (id) SELECT id FROM post",
		"REPLACE INTO coats_need VALUES ('post; -- x', '/*! x */', '')",
		"UPDATE coats_need SET x = (SELECT MAX(id) FROM post)",
		"DELETE FROM coats_need WHERE id IN (SELECT id FROM post)",
		"DELETE FROM coats_need",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		const char *wrong =
			bf_script_check_tables(pool, bf_str(statements[i]), BF_STR("coats_"));

		if (wrong)
			fail_msg("%s: %s", statements[i], wrong);
	}
}

static void foreign_tables_do_not(void **state)
{
	static const struct {
		const char *statement, *wanted;
	} cases[] = {
		{ "CREATE TABLE post (id INT)", "changes table \"post\"" },
		{ "CREATE TABLE `post` (id INT)", "changes table \"post\"" },
		{ "CREATE TABLE coats_x.post (id INT)", "changes table \"coats_x.\"" },
		{ "CREATE TABLE COATS_x (id INT)", "changes table \"COATS_x\"" },
		{ "CREATE INDEX coats_i ON post (id)", "changes table \"post\"" },
		{ "ALTER TABLE post ADD x INT", "changes table \"post\"" },
		{ "ALTER TABLE coats_a RENAME post", "changes table \"post\"" },
		{ "ALTER TABLE coats_a ADD x INT, RENAME AS `post`", "changes table \"post\"" },
		{ "ALTER TABLE coats_a ADD x TEXT DEFAULT '', RENAME TO post",
		  "changes table \"post\"" },
		{ "ALTER TABLE coats_a EXCHANGE PARTITION p WITH TABLE post",
		  "changes table \"post\"" },
		{ "DROP TABLE coats_a, post", "changes table \"post\"" },
		{ "DROP INDEX coats_i ON post", "changes table \"post\"" },
		{ "RENAME TABLE coats_a TO post", "changes table \"post\"" },
		{ "INSERT post VALUES (1)", "changes table \"post\"" },
		{ "REPLACE INTO post VALUES (1)", "changes table \"post\"" },
		{ "UPDATE coats_a, post SET post.id = 1", "is of no form" },
		{ "UPDATE coats_a AS a JOIN post SET post.id = 1", "is of no form" },
		{ "DELETE FROM post", "changes table \"post\"" },
		{ "DELETE post FROM coats_a, post", "changes table \"post\"" },
		{ "DELETE FROM coats_a, post USING coats_a JOIN post", "is of no form" },
		{ "DELETE FROM coats_a USING coats_a", "is of no form" },
		{ "TRUNCATE TABLE coats_a", "is of no form" },
		{ "CREATE TRIGGER coats_t BEFORE INSERT ON coats_a FOR EACH ROW DELETE FROM post",
		  "is of no form" },
		{ "CREATE VIEW coats_v AS SELECT * FROM post", "is of no form" },
		{ "DROP DATABASE coats_a", "is of no form" },
		{ "GRANT ALL ON post TO x", "is of no form" },
		{ "SET GLOBAL coats_a = 1", "is of no form" },
		{ "/*!50000 DROP TABLE post */", "holds a comment that the server would execute" },
		{ "INSERT INTO coats_a /*! , post */ VALUES (1)", "holds a comment" },
		{ "CREATE TABLE", "changes table \"\"" },
		{ "", "is of no form" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *wrong =
			bf_script_check_tables(pool, bf_str(cases[i].statement), BF_STR("coats_"));

		if (!wrong || strstr(wrong, cases[i].wanted) != wrong)
			fail_msg("%s: \"%s\", wanted \"%s\"", cases[i].statement,
				 wrong ? wrong : "passes", cases[i].wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(statements_end_with_their_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(compound_statements_stand_between_marks, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(checksums_are_of_what_runs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(faults_name_the_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(own_tables_pass, set_up, tear_down),
		cmocka_unit_test_setup_teardown(foreign_tables_do_not, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
