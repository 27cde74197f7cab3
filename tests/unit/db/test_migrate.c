/* migrate: applying, repeating, refusing; on a real server. */
#include <sys/wait.h>

#include "scratch.h"

#include "db/migrate.h"

static char folder[] = "/tmp/bangfu_test_migrate_XXXXXX";
static struct bf_buf said;

static int set_up(void **state)
{
	scratch_set_up(state);
	bf_buf_init(&said);
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int tear_down(void **state)
{
	if (system(bf_pool_printf(pool, "rm -r '%s'", folder)) != 0)
		return -1;
	bf_buf_release(&said);
	return scratch_tear_down(state);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(bf_pool_printf(pool, "%s/%s", folder, name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void say(void *arg, const char *line)
{
	assert_ptr_equal(arg, &said);
	bf_buf_printf(&said, "%s\n", line);
}

static void migrate(const char *scope)
{
	struct bf_err err = { 0 };

	bf_buf_clear(&said);
	if (bf_migrate(db, pool, scope, folder, say, &said, &err) != BF_OK)
		fail_msg("%s", err.text);
}

static void assert_stops(const char *scope, enum bf_rc rc, const char *wanted)
{
	struct bf_err err = { 0 };

	assert_int_equal(bf_migrate(db, pool, scope, folder, say, &said, &err), rc);
	if (!strstr(err.text, wanted))
		fail_msg("\"%s\", wanted \"%s\"", err.text, wanted);
}

static const char *answer(const char *question)
{
	struct bf_err err = { 0 };
	struct bf_str text;

	if (bf_db_ask(db, pool, question, &text, &err) != BF_OK)
		fail_msg("%s", err.text);
	return text.p;
}

/* The faults of a check, one a line, without the folder. */
static const char *check(const char *scope)
{
	struct bf_faults faults;
	struct bf_buf text;
	char *ret;

	bf_buf_init(&text);
	bf_faults_init(&faults, pool);
	bf_migrate_check(db, pool, scope, folder, &faults);
	for (struct bf_fault *fault = faults.first; fault; fault = fault->next) {
		bool here = strncmp(fault->text, folder, strlen(folder)) == 0;

		bf_buf_printf(&text, "%s\n", fault->text + (here ? strlen(folder) + 1 : 0));
	}
	ret = bf_pool_copy(pool, bf_buf_str(&text));
	bf_buf_release(&text);
	return ret;
}

static const char first[] = "-- The base.\n"
			    "CREATE TABLE IF NOT EXISTS a (id INT PRIMARY KEY, n INT NOT NULL);\n"
			    "INSERT IGNORE INTO a VALUES (1, 10);\n";

static const char second[] = "-- begin\n"
			     "CREATE OR REPLACE TRIGGER a_grows BEFORE INSERT ON a FOR EACH ROW\n"
			     "BEGIN\n"
			     "  SET NEW.n = NEW.n * 2;\n"
			     "  SET NEW.n = NEW.n + 1;\n"
			     "END\n"
			     "-- end\n"
			     "INSERT IGNORE INTO a VALUES (2, 10);\n";

static void steps_are_applied_once(void **state)
{
	(void)state;
	write_file("0001_base.sql", first);
	migrate("core");
	assert_string_equal(said.data, "core 0001_base.sql step 1: CREATE TABLE IF NOT EXISTS a\n"
				       "core 0001_base.sql step 2: INSERT IGNORE INTO a VALUES\n");
	migrate("core");
	assert_string_equal(said.data, "");
	write_file("0002_more.sql", second);
	migrate("core");
	assert_string_equal(said.data,
			    "core 0002_more.sql step 1: CREATE OR REPLACE TRIGGER a_grows BEFORE "
			    "INSERT ON a FOR EAC\n"
			    "core 0002_more.sql step 2: INSERT IGNORE INTO a VALUES\n");
	assert_string_equal(answer("SELECT GROUP_CONCAT(n ORDER BY id) FROM a"), "10,21");
	assert_string_equal(answer("SELECT GROUP_CONCAT(CONCAT(file, step, state, LENGTH(checksum))"
				   " ORDER BY file, step) FROM schema_migration"),
			    "0001_base.sql1applied64,0001_base.sql2applied64,"
			    "0002_more.sql1applied64,0002_more.sql2applied64");
	assert_string_equal(check("core"), "");
}

static void a_failing_step_stops_and_runs_again(void **state)
{
	(void)state;
	write_file("0001_base.sql", "CREATE TABLE a (id INT);\n\nINSERT INTO b VALUES (1);\n"
				    "INSERT INTO a VALUES (1);\n");
	assert_stops("core", BF_FAULT,
		     "0001_base.sql:3: statement \"INSERT INTO b VALUES (1)\" "
		     "failed: Table '");
	assert_string_equal(answer("SELECT GROUP_CONCAT(CONCAT(step, state) ORDER BY step)"
				   " FROM schema_migration"),
			    "1applied,2running");
	assert_string_equal(check("core"),
			    "0001_base.sql:3: step 2 is not applied. Run \"bangfu migrate\".\n"
			    "0001_base.sql:4: step 3 is not applied. Run \"bangfu migrate\".\n");
	/* a step that was not applied may be mended */
	write_file("0001_base.sql", "CREATE TABLE a (id INT);\n\nINSERT INTO a VALUES (2);\n"
				    "INSERT INTO a VALUES (1);\n");
	migrate("core");
	assert_string_equal(answer("SELECT GROUP_CONCAT(id ORDER BY id) FROM a"), "1,2");
	assert_string_equal(check("core"), "");
}

static void a_changed_step_stops(void **state)
{
	(void)state;
	write_file("0001_base.sql", first);
	migrate("core");
	write_file("0001_base.sql", "CREATE TABLE IF NOT EXISTS a ( -- more text\n"
				    "  id INT PRIMARY KEY, n INT NOT NULL);\n"
				    "INSERT IGNORE INTO a VALUES (1, 11);\n");
	assert_string_equal(check("core"),
			    "0001_base.sql:1: step 1 was changed after it had been applied\n"
			    "0001_base.sql:3: step 2 was changed after it had been applied\n");
	assert_stops("core", BF_FAULT,
		     "0001_base.sql:1: step 1 was changed after it had been applied."
		     " Change the schema by a new file.");
	write_file("0001_base.sql", "CREATE TABLE IF NOT EXISTS a -- more text\n"
				    "  (id INT PRIMARY KEY, n INT NOT NULL);\n"
				    "INSERT IGNORE INTO a VALUES (1, 10);\n");
	assert_string_equal(check("core"), "");
	migrate("core");
}

static void a_newer_database_is_told(void **state)
{
	(void)state;
	write_file("0001_base.sql", first);
	migrate("core");
	write_file("0001_base.sql", "CREATE TABLE IF NOT EXISTS a (id INT PRIMARY KEY, n INT NOT "
				    "NULL);\n");
	assert_string_equal(
		check("core"),
		"the database has step 2 of \"0001_base.sql\" of \"core\", the files do "
		"not. Was it made by a newer release?\n");
}

static void an_empty_database_is_told(void **state)
{
	(void)state;
	write_file("0001_base.sql", first);
	assert_string_equal(check("core"),
			    "the database has no schema yet. Run \"bangfu migrate\".\n");
}

static void plugins_have_their_own_tables(void **state)
{
	(void)state;
	write_file("0001_base.sql", "CREATE TABLE coats_need (id INT PRIMARY KEY);\n");
	migrate("coats");
	assert_string_equal(check("coats"), "");
	assert_string_equal(answer("SELECT scope FROM schema_migration"), "coats");
	write_file("0002_more.sql", "DROP TABLE IF EXISTS\n  post;\n");
	assert_stops("coats", BF_FAULT,
		     "0002_more.sql:1: the statement changes table \"post\". A plugin changes "
		     "tables that begin with \"coats_\" only.");
}

static void files_are_numbered(void **state)
{
	(void)state;
	write_file("0001_base.sql", first);
	write_file("0001_more.sql", second);
	assert_stops("core", BF_FAULT,
		     "0001_more.sql: is not named NNNN_name.sql with a number of its own");
	assert_string_equal(answer("SELECT COUNT(*) FROM information_schema.tables"
				   " WHERE table_schema = DATABASE()"),
			    "0");
}

static void one_runner_at_a_time(void **state)
{
	struct bf_db *other = scratch_connect();
	int64_t start_us = bf_clock_monotonic_us();
	pid_t child;

	(void)state;
	write_file("0001_base.sql", "CREATE TABLE a (id INT);\nSELECT SLEEP(1);\n"
				    "INSERT INTO a VALUES (1);\n");
	bf_db_close(other);
	bf_db_close(db);
	child = fork();
	if (child == 0) {
		struct bf_err err = { 0 };

		_exit(bf_migrate(other, pool, "core", folder, NULL, NULL, &err) == BF_OK ? 0 : 1);
	}
	migrate("core");
	assert_int_equal(waitpid(child, &(int){ 0 }, 0), child);
	assert_true(bf_clock_monotonic_us() - start_us < 1900000);
	assert_string_equal(answer("SELECT COUNT(*) FROM a"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(steps_are_applied_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failing_step_stops_and_runs_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_changed_step_stops, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_newer_database_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_empty_database_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(plugins_have_their_own_tables, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_are_numbered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_runner_at_a_time, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
