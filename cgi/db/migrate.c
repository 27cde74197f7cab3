#include "db/migrate.h"

#include "base/file.h"
#include "db/connection.h"
#include "db/script.h"

enum { LOCK_WAIT_S = 60, SAY_BYTES = 60, NUMBER_DIGITS = 4 };

static const char log_table[] =
	"CREATE TABLE IF NOT EXISTS schema_migration ("
	" scope VARCHAR(32) NOT NULL COMMENT 'core or a plugin',"
	" file VARCHAR(100) NOT NULL,"
	" step SMALLINT UNSIGNED NOT NULL COMMENT 'of the file, from 1',"
	" checksum CHAR(64) NOT NULL COMMENT 'BLAKE2b of the statement',"
	" state ENUM('running', 'applied') NOT NULL COMMENT 'running: begun, perhaps done',"
	" applied_at DATETIME(3) NOT NULL COMMENT 'UTC',"
	" PRIMARY KEY (scope, file, step)"
	") ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin"
	" COMMENT='Steps of sql/migrations that this database has gone'";

static const char has_log_table[] =
	"SELECT COUNT(*) FROM information_schema.tables"
	" WHERE table_schema = DATABASE() AND table_name = 'schema_migration'";

/* The bookkeeping, as named queries like all others. The check runs under an account that can
 * only read. */
static const char reading_queries[] =
	"-- name: lock\n"
	"-- Takes the lock that one runner for each database may hold.\n"
	"SELECT GET_LOCK(CONCAT('bangfu migrate ', MD5(DATABASE())), :wait_s) AS got;\n"
	"-- name: steps\n"
	"-- The steps of a scope that were begun.\n"
	"SELECT file, step, checksum, state FROM schema_migration\n"
	" WHERE scope = :scope ORDER BY file, step;\n";

static const char writing_queries[] =
	"-- name: begin\n"
	"-- Notes that a step is about to run, perhaps again.\n"
	"-- writes\n"
	"INSERT INTO schema_migration (scope, file, step, checksum, state, applied_at)\n"
	"VALUES (:scope, :file, :step, :checksum, 'running', UTC_TIMESTAMP(3))\n"
	"ON DUPLICATE KEY UPDATE checksum = VALUES(checksum), applied_at = VALUES(applied_at);\n"
	"-- name: finish\n"
	"-- Notes that a step has run.\n"
	"-- writes\n"
	"UPDATE schema_migration SET state = 'applied', applied_at = UTC_TIMESTAMP(3)\n"
	" WHERE scope = :scope AND file = :file AND step = :step;\n";

struct migration {
	const char *name, *path;
	struct bf_step *steps;
};

/* All that one run over a scope needs. */
struct run {
	struct bf_db *db;
	struct bf_pool *pool;
	const char *scope;
	struct bf_queries *queries;
	struct migration *migrations;
	size_t count;
	struct bf_value known; /* rows of the query "steps" */
};

static struct run start(struct bf_db *db, struct bf_pool *pool, const char *scope)
{
	return (struct run){
		.db = db, .pool = pool, .scope = scope, .queries = bf_queries_new(pool)
	};
}

/* ---- the files -------------------------------------------------------------------- */

/* NNNN_name.sql, the number higher than that of the file before. */
static bool is_next_name(const char *name, const char *before)
{
	for (size_t i = 0; i < NUMBER_DIGITS; i++)
		if (name[i] < '0' || name[i] > '9')
			return false;
	return name[NUMBER_DIGITS] == '_' && (!before || strncmp(before, name, NUMBER_DIGITS) < 0);
}

static void check_prefixes(const struct run *run, const struct migration *migration,
			   struct bf_faults *faults)
{
	struct bf_str prefix = bf_str(bf_pool_printf(run->pool, "%s_", run->scope));

	for (struct bf_step *step = migration->steps; step; step = step->next) {
		const char *wrong = bf_script_check_tables(run->pool, step->sql, prefix);

		if (wrong)
			bf_faults_add(faults, migration->path, step->line, "the statement %s",
				      wrong);
	}
}

static void read_file(struct run *run, const char *path, struct migration *migration,
		      struct bf_faults *faults)
{
	struct bf_err err = { 0 };
	struct bf_str text;

	if (bf_file_read(run->pool, path, &text, &err) != BF_OK) {
		bf_faults_add(faults, NULL, 0, "%s", err.text);
		return;
	}
	migration->steps = bf_script_split(run->pool, path, text, faults);
	if (strcmp(run->scope, "core") != 0)
		check_prefixes(run, migration, faults);
}

static void read_files(struct run *run, const char *folder, struct bf_faults *faults)
{
	struct bf_err err = { 0 };
	const char **names;

	if (bf_file_list(run->pool, folder, ".sql", &names, &run->count, &err) != BF_OK) {
		bf_faults_add(faults, NULL, 0, "%s", err.text);
		run->count = 0;
		return;
	}
	run->migrations = bf_pool_zalloc(run->pool, sizeof(*run->migrations) * run->count + 1);
	for (size_t i = 0; i < run->count; i++) {
		struct migration *migration = &run->migrations[i];

		migration->name = names[i];
		migration->path = bf_pool_printf(run->pool, "%s/%s", folder, names[i]);
		if (!is_next_name(names[i], i ? names[i - 1] : NULL))
			bf_faults_add(faults, migration->path, 0,
				      "is not named NNNN_name.sql with a number of its own");
		read_file(run, migration->path, migration, faults);
	}
}

/* ---- the record ------------------------------------------------------------------- */

static enum bf_rc run_select(struct run *run, const char *query, const struct bf_value *args,
			     struct bf_value *ret_rows, struct bf_err *err)
{
	return bf_db_select(run->db, run->pool, bf_queries_find(run->queries, "core", query), args,
			    ret_rows, err);
}

static enum bf_rc take_lock(struct run *run, struct bf_err *err)
{
	struct bf_value args = bf_value_map(run->pool), rows;
	enum bf_rc rc;

	bf_value_set(&args, "wait_s", bf_value_number(LOCK_WAIT_S));
	rc = run_select(run, "lock", &args, &rows, err);
	if (rc == BF_OK && bf_value_int(bf_value_get(bf_value_at(&rows, 0), "got")) != 1)
		rc = bf_err_set(err, BF_BUSY, "another migration runs since %d seconds",
				LOCK_WAIT_S);
	return rc;
}

static enum bf_rc read_known(struct run *run, struct bf_err *err)
{
	struct bf_value args = bf_value_map(run->pool);

	bf_value_set(&args, "scope", bf_value_string(bf_str(run->scope)));
	return run_select(run, "steps", &args, &run->known, err);
}

static enum bf_rc load_queries(struct run *run, const char *text, struct bf_err *err)
{
	struct bf_faults faults;

	bf_faults_init(&faults, run->pool);
	bf_queries_parse(run->queries, "core", "schema_migration", bf_str(text), &faults);
	bf_queries_prove(run->queries, run->db, &faults);
	return faults.first ? bf_err_set(err, BF_FAULT, "%s", faults.first->text) : BF_OK;
}

/* The record of a step, or NULL. */
static const struct bf_value *known_step(const struct run *run, const char *file, int number)
{
	for (size_t i = 0; i < bf_value_count(&run->known); i++) {
		const struct bf_value *row = bf_value_at(&run->known, i);

		if (bf_value_int(bf_value_get(row, "step")) == number &&
		    strcmp(bf_value_text(bf_value_get(row, "file")), file) == 0)
			return row;
	}
	return NULL;
}

static bool is_applied(const struct bf_value *known)
{
	return strcmp(bf_value_text(bf_value_get(known, "state")), "applied") == 0;
}

static bool is_changed(const struct bf_value *known, const struct bf_step *step)
{
	return strcmp(bf_value_text(bf_value_get(known, "checksum")), step->checksum) != 0;
}

/* ---- applying --------------------------------------------------------------------- */

static enum bf_rc note(struct run *run, const char *query, const struct migration *migration,
		       const struct bf_step *step, struct bf_err *err)
{
	struct bf_value args = bf_value_map(run->pool);

	bf_value_set(&args, "scope", bf_value_string(bf_str(run->scope)));
	bf_value_set(&args, "file", bf_value_string(bf_str(migration->name)));
	bf_value_set(&args, "step", bf_value_number(step->number));
	bf_value_set(&args, "checksum", bf_value_string(bf_str(step->checksum)));
	return bf_db_exec(run->db, bf_queries_find(run->queries, "core", query), &args, NULL, NULL,
			  err);
}

static enum bf_rc apply_step(struct run *run, const struct migration *migration,
			     const struct bf_step *step, struct bf_err *err)
{
	struct bf_err why = { 0 };
	enum bf_rc rc = note(run, "begin", migration, step, &why);

	if (rc == BF_OK)
		rc = bf_db_say(run->db, step->sql.p, &why);
	if (rc == BF_OK)
		rc = note(run, "finish", migration, step, &why);
	return rc == BF_OK
		       ? BF_OK
		       : bf_err_set(err, rc, "%s:%d: %s", migration->path, step->line, why.text);
}

/* "donations 0001_first.sql step 2: CREATE TABLE donations_gift" */
static const char *line_about(const struct run *run, const struct migration *migration,
			      const struct bf_step *step)
{
	struct bf_str sql = step->sql;
	size_t len = 0;

	while (len < sql.len && len < SAY_BYTES && sql.p[len] != '(')
		len++;
	while (len && len < sql.len && ((unsigned char)sql.p[len] & 0xc0) == 0x80)
		len--;
	return bf_pool_printf(run->pool, "%s %s step %d: %.*s", run->scope, migration->name,
			      step->number, BF_STR_ARG(bf_str_trim((struct bf_str){ sql.p, len })));
}

static enum bf_rc apply_missing(struct run *run, const struct migration *migration,
				void (*say)(void *arg, const char *line), void *arg,
				struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (struct bf_step *step = migration->steps; step && rc == BF_OK; step = step->next) {
		const struct bf_value *known = known_step(run, migration->name, step->number);

		if (known && is_applied(known) && is_changed(known, step))
			return bf_err_set(err, BF_FAULT,
					  "%s:%d: step %d was changed after it had been applied. "
					  "Change the schema by a new file.",
					  migration->path, step->line, step->number);
		if (known && is_applied(known))
			continue;
		rc = apply_step(run, migration, step, err);
		if (rc == BF_OK && say)
			say(arg, line_about(run, migration, step));
	}
	return rc;
}

/* The connection, without the limit on how long a statement may take. */
static enum bf_rc prepare_connection(struct run *run, struct bf_err *err)
{
	enum bf_rc rc = bf_db_ready(run->db, err);

	if (rc == BF_OK)
		rc = bf_db_say(run->db, "SET max_statement_time = 0", err);
	if (rc == BF_OK)
		rc = bf_db_say(run->db, log_table, err);
	if (rc == BF_OK)
		rc = load_queries(run, reading_queries, err);
	if (rc == BF_OK)
		rc = load_queries(run, writing_queries, err);
	return rc;
}

enum bf_rc bf_migrate(struct bf_db *db, struct bf_pool *pool, const char *scope, const char *folder,
		      void (*say)(void *arg, const char *line), void *arg, struct bf_err *err)
{
	struct run run = start(db, pool, scope);
	struct bf_faults faults;
	enum bf_rc rc;

	bf_faults_init(&faults, pool);
	read_files(&run, folder, &faults);
	if (faults.first)
		return bf_err_set(err, BF_FAULT, "%s", faults.first->text);
	rc = prepare_connection(&run, err);
	if (rc == BF_OK)
		rc = take_lock(&run, err);
	if (rc == BF_OK)
		rc = read_known(&run, err);
	for (size_t i = 0; i < run.count && rc == BF_OK; i++)
		rc = apply_missing(&run, &run.migrations[i], say, arg, err);
	/* Gives back the lock, and the session's limits at its next use. */
	bf_db_close(db);
	return rc;
}

/* ---- checking --------------------------------------------------------------------- */

static void check_steps(const struct run *run, struct bf_faults *faults)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct migration *migration = &run->migrations[i];

		for (struct bf_step *step = migration->steps; step; step = step->next) {
			const struct bf_value *known =
				known_step(run, migration->name, step->number);

			if (!known || !is_applied(known))
				bf_faults_add(faults, migration->path, step->line,
					      "step %d is not applied. Run \"bangfu migrate\".",
					      step->number);
			else if (is_changed(known, step))
				bf_faults_add(faults, migration->path, step->line,
					      "step %d was changed after it had been applied",
					      step->number);
		}
	}
}

static bool is_in_files(const struct run *run, const char *file, int64_t number)
{
	for (size_t i = 0; i < run->count; i++) {
		if (strcmp(run->migrations[i].name, file) != 0)
			continue;
		for (struct bf_step *step = run->migrations[i].steps; step; step = step->next)
			if (step->number == number)
				return true;
	}
	return false;
}

static void check_unknown(const struct run *run, struct bf_faults *faults)
{
	for (size_t i = 0; i < bf_value_count(&run->known); i++) {
		const struct bf_value *row = bf_value_at(&run->known, i);
		const char *file = bf_value_text(bf_value_get(row, "file"));
		int64_t step = bf_value_int(bf_value_get(row, "step"));

		if (!is_in_files(run, file, step))
			bf_faults_add(
				faults, NULL, 0,
				"the database has step %lld of \"%s\" of \"%s\", the files do "
				"not. Was it made by a newer release?",
				(long long)step, file, run->scope);
	}
}

void bf_migrate_check(struct bf_db *db, struct bf_pool *pool, const char *scope, const char *folder,
		      struct bf_faults *faults)
{
	struct run run = start(db, pool, scope);
	struct bf_err err = { 0 };
	struct bf_str has;
	enum bf_rc rc;

	read_files(&run, folder, faults);
	rc = bf_db_ask(db, pool, has_log_table, &has, &err);
	if (rc == BF_OK && !bf_str_is(has, "1"))
		rc = bf_err_set(&err, BF_FAULT,
				"the database has no schema yet. Run \"bangfu migrate\".");
	if (rc == BF_OK)
		rc = load_queries(&run, reading_queries, &err);
	if (rc == BF_OK)
		rc = read_known(&run, &err);
	if (rc != BF_OK) {
		bf_faults_add(faults, NULL, 0, "%s", err.text);
		return;
	}
	check_steps(&run, faults);
	check_unknown(&run, faults);
}
