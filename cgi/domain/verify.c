#include "domain/verify.h"

#include "base/clock.h"
#include "base/file.h"
#include "domain/ledger.h"

enum { ROWS_SHOWN = 3 };

#define SCOPE "verify"
#define COUNTED "_counted"
#define CHAIN "i8_chain"

struct run {
	struct bf_queries *queries;
	struct bf_pool *pool;
	FILE *out;
	size_t held, broken, unchecked;
};

/* ---- one check ------------------------------------------------------------------------- */

static void print_row(struct run *run, const struct bf_value *row)
{
	struct bf_buf json;

	bf_buf_init(&json);
	bf_value_print_json(row, &json);
	fprintf(run->out, "    %.*s\n", BF_STR_ARG(bf_buf_str(&json)));
	bf_buf_release(&json);
}

/* "12345 journals": the one column of a _counted query and its name. */
static enum bf_rc count(struct run *run, struct bf_db *db, const struct bf_query *check,
			const char **ret_text, struct bf_err *err)
{
	const char *name = bf_pool_printf(run->pool, "%s" COUNTED, check->name);
	const struct bf_query *query = bf_queries_find(run->queries, SCOPE, name);
	struct bf_value none = bf_value_map(run->pool), rows;
	enum bf_rc rc;

	if (!query || !query->shape || query->shape->count != 1)
		return bf_err_set(err, BF_FAULT, "there is no query \"%s\" of one column", name);
	rc = bf_db_select(db, run->pool, query, &none, &rows, err);
	if (rc == BF_OK)
		*ret_text = bf_pool_printf(run->pool, "%lld %.*s",
					   (long long)bf_value_int(
						   bf_value_find(bf_value_at(&rows, 0),
								 query->shape->names[0])),
					   BF_STR_ARG(query->shape->names[0]));
	return rc;
}

static void report(struct run *run, const struct bf_query *check, const char *counted,
		   const struct bf_value *rows, int64_t took_us)
{
	size_t broken = bf_value_count(rows);

	fprintf(run->out, "%-22s %s, %zu broken (%lld ms)\n", check->name, counted, broken,
		(long long)(took_us / 1000));
	if (!broken) {
		run->held++;
		return;
	}
	run->broken++;
	fprintf(run->out, "    %s:%d: %s\n", check->file, check->line, check->comment);
	for (size_t i = 0; i < broken && i < ROWS_SHOWN; i++)
		print_row(run, bf_value_at(rows, i));
}

static void run_check(struct run *run, struct bf_db *db, const struct bf_query *check)
{
	int64_t since_us = bf_clock_monotonic_us();
	struct bf_value none = bf_value_map(run->pool), rows;
	const char *counted = "";
	struct bf_err err = { 0 };
	enum bf_rc rc = bf_db_select(db, run->pool, check, &none, &rows, &err);

	if (rc == BF_OK)
		rc = count(run, db, check, &counted, &err);
	if (rc == BF_OK) {
		report(run, check, counted, &rows, bf_clock_monotonic_us() - since_us);
		return;
	}
	run->unchecked++;
	fprintf(run->out, "%-22s could not be checked: %s\n", check->name, err.text);
}

/* ---- the chain -------------------------------------------------------------------------- */

/* The days of the ledger against what was sealed, byte by byte: no statement can. */
static void run_chain(struct run *run, struct bf_db *db)
{
	struct bf_ask ask = { db, run->queries, run->pool };
	int64_t since_us = bf_clock_monotonic_us();
	const struct bf_value *days;
	struct bf_err err = { 0 };
	enum bf_rc rc = bf_ask_rows(&ask, "ledger_days_sealed", BF_NO_ARGS, &days, &err);

	if (rc == BF_OK)
		rc = bf_ledger_check_chain(&ask, NULL, &err);
	if (rc != BF_OK && rc != BF_CONFLICT) {
		run->unchecked++;
		fprintf(run->out, "%-22s could not be checked: %s\n", CHAIN, err.text);
		return;
	}
	fprintf(run->out, "%-22s %zu sealed_days, %d broken (%lld ms)\n", CHAIN,
		bf_value_count(days), rc == BF_CONFLICT,
		(long long)((bf_clock_monotonic_us() - since_us) / 1000));
	if (rc == BF_CONFLICT)
		fprintf(run->out, "    %s\n", err.text);
	if (rc == BF_CONFLICT)
		run->broken++;
	else
		run->held++;
}

/* Of the pool money's queries the few that read the chain. */
static void load_chain(struct run *run, const char *folder, struct bf_faults *faults)
{
	const char *path = bf_pool_printf(run->pool, "%s/../money/chain.sql", folder);
	struct bf_err err = { 0 };
	struct bf_str text;

	if (bf_file_read(run->pool, path, &text, &err) == BF_OK)
		bf_queries_parse(run->queries, "core", path, text, faults);
	else
		bf_faults_add(faults, NULL, 0, "%s", err.text);
}

/* ---- all of them ----------------------------------------------------------------------- */

static bool is_check(const struct bf_query *query)
{
	return strcmp(query->scope, SCOPE) == 0 && !query->writes &&
	       !bf_str_ends(bf_str(query->name), BF_STR(COUNTED));
}

/* In the snapshot. A transaction that has to begin again counts from the start. */
static enum bf_rc run_checks(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct run *run = arg;

	(void)err;
	run->held = run->broken = run->unchecked = 0;
	for (size_t i = 0; bf_queries_at(run->queries, i); i++)
		if (is_check(bf_queries_at(run->queries, i)))
			run_check(run, db, bf_queries_at(run->queries, i));
	run_chain(run, db);
	return BF_OK;
}

static enum bf_rc begin_snapshot(struct run *run, struct bf_db *db, struct bf_err *err)
{
	const struct bf_query *snapshot = bf_queries_find(run->queries, SCOPE, "snapshot");
	struct bf_value none = bf_value_map(run->pool);

	if (!snapshot)
		return bf_err_set(err, BF_FAULT, "there is no query \"snapshot\"");
	return bf_db_exec(db, snapshot, &none, NULL, NULL, err);
}

enum bf_verify bf_verify_run(struct bf_db *db, struct bf_pool *pool, const char *folder, FILE *out)
{
	struct run run = { .pool = pool, .out = out, .queries = bf_queries_new(pool) };
	struct bf_err err = { 0 };
	struct bf_faults faults;
	enum bf_rc rc = bf_db_open(db, &err);

	bf_faults_init(&faults, pool);
	if (rc == BF_OK) {
		bf_queries_load(run.queries, SCOPE, folder, &faults);
		load_chain(&run, folder, &faults);
		bf_queries_prove(run.queries, db, &faults);
	}
	for (const struct bf_fault *fault = faults.first; fault; fault = fault->next)
		fprintf(out, "%s\n", fault->text);
	if (rc == BF_OK && !faults.count)
		rc = begin_snapshot(&run, db, &err);
	if (rc == BF_OK && !faults.count)
		rc = bf_db_transaction(db, run_checks, &run, NULL, &err);
	if (rc != BF_OK)
		fprintf(out, "could not verify: %s\n", err.text);
	if (rc != BF_OK || faults.count)
		return BF_VERIFY_UNCHECKED;
	fprintf(out, "%zu hold, %zu broken, %zu could not be checked\n", run.held, run.broken,
		run.unchecked);
	if (run.broken)
		return BF_VERIFY_BROKEN;
	return run.unchecked || !run.held ? BF_VERIFY_UNCHECKED : BF_VERIFY_HOLDS;
}
