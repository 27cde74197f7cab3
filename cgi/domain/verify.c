#include "domain/verify.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "domain/ledger.h"

enum { ROWS_SHOWN = 3, PROCESSES_MAX = 8 };

#define SCOPE "verify"
#define COUNTED "_counted"
#define CHAIN "i8_chain"

/* What a process found; its own page is shared, so that the first one adds them up. */
struct tally {
	size_t held, broken, unchecked;
	bool failed;
};

struct run {
	struct bf_queries *queries;
	struct bf_pool *pool;
	FILE *out;
	const struct bf_query **checks;
	size_t check_count; /* the chain is one more, behind them */
	int turns; /* a pipe with the number of each check not yet begun; -1: all are ours */
	struct tally *tally;
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
		run->tally->held++;
		return;
	}
	run->tally->broken++;
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
	run->tally->unchecked++;
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
		run->tally->unchecked++;
		fprintf(run->out, "%-22s could not be checked: %s\n", CHAIN, err.text);
		return;
	}
	fprintf(run->out, "%-22s %zu sealed_days, %d broken (%lld ms)\n", CHAIN,
		bf_value_count(days), rc == BF_CONFLICT,
		(long long)((bf_clock_monotonic_us() - since_us) / 1000));
	if (rc == BF_CONFLICT)
		fprintf(run->out, "    %s\n", err.text);
	if (rc == BF_CONFLICT)
		run->tally->broken++;
	else
		run->tally->held++;
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

static void list_checks(struct run *run)
{
	size_t count = 0, i;

	while (bf_queries_at(run->queries, count))
		count++;
	run->checks = bf_pool_alloc(run->pool, (count + 1) * sizeof(*run->checks));
	for (i = 0; i < count; i++)
		if (is_check(bf_queries_at(run->queries, i)))
			run->checks[run->check_count++] = bf_queries_at(run->queries, i);
}

/* The next check that nobody has begun; `begun` counts ours. */
static bool take_turn(const struct run *run, size_t begun, size_t *ret_check)
{
	uint16_t turn;
	ssize_t got;

	*ret_check = begun;
	if (run->turns < 0)
		return begun <= run->check_count;
	do
		got = read(run->turns, &turn, sizeof(turn));
	while (got < 0 && errno == EINTR);
	*ret_check = turn;
	return got == sizeof(turn);
}

/* In the snapshot. A transaction that has to begin again counts from the start. */
static enum bf_rc run_checks(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct run *run = arg;
	size_t check;

	(void)err;
	*run->tally = (struct tally){ 0 };
	for (size_t begun = 0; take_turn(run, begun, &check); begun++)
		if (check < run->check_count)
			run_check(run, db, run->checks[check]);
		else
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

static void print_faults(FILE *out, const struct bf_faults *faults)
{
	for (const struct bf_fault *fault = faults->first; fault; fault = fault->next)
		fprintf(out, "%s\n", fault->text);
}

/* What one process does, on its own connection. */
static void run_part(struct run *run, struct bf_db *db)
{
	struct bf_err err = { 0 };
	struct bf_faults faults;
	enum bf_rc rc = bf_db_open(db, &err);

	bf_faults_init(&faults, run->pool);
	if (rc == BF_OK)
		bf_queries_prove(run->queries, db, &faults);
	print_faults(run->out, &faults);
	if (rc == BF_OK && !faults.count)
		rc = begin_snapshot(run, db, &err);
	if (rc == BF_OK && !faults.count)
		rc = bf_db_transaction(db, run_checks, run, NULL, &err);
	if (rc != BF_OK)
		fprintf(run->out, "could not verify: %s\n", err.text);
	run->tally->failed = rc != BF_OK || faults.count;
}

/* A check that was begun and is in nobody's count was lost with its process. */
static enum bf_verify conclude(const struct run *run, const struct tally *tallies, size_t processes,
			       FILE *out)
{
	struct tally all = { 0 };

	for (size_t i = 0; i < processes; i++) {
		all.held += tallies[i].held;
		all.broken += tallies[i].broken;
		all.unchecked += tallies[i].unchecked;
		all.failed |= tallies[i].failed;
	}
	if (all.failed)
		return BF_VERIFY_UNCHECKED;
	all.unchecked = run->check_count + 1 - all.held - all.broken;
	fprintf(out, "%zu hold, %zu broken, %zu could not be checked\n", all.held, all.broken,
		all.unchecked);
	if (all.broken)
		return BF_VERIFY_BROKEN;
	return all.unchecked ? BF_VERIFY_UNCHECKED : BF_VERIFY_HOLDS;
}

static bool load(struct run *run, const char *folder)
{
	struct bf_faults faults;

	bf_faults_init(&faults, run->pool);
	bf_queries_load(run->queries, SCOPE, folder, &faults);
	load_chain(run, folder, &faults);
	print_faults(run->out, &faults);
	list_checks(run);
	return !faults.count;
}

enum bf_verify bf_verify_run(struct bf_db *db, struct bf_pool *pool, const char *folder, FILE *out)
{
	struct tally tally = { 0 };
	struct run run = { .queries = bf_queries_new(pool),
			   .pool = pool,
			   .out = out,
			   .turns = -1,
			   .tally = &tally };

	if (!load(&run, folder))
		return BF_VERIFY_UNCHECKED;
	run_part(&run, db);
	return conclude(&run, &tally, 1, out);
}

/* ---- in several processes --------------------------------------------------------------- */

/* The last ones of the folder take longest: they come first. */
static bool fill_turns(const struct run *run, int to)
{
	bool filled = true;

	for (size_t i = run->check_count + 1; filled && i-- > 0;) {
		uint16_t turn = (uint16_t)i;

		filled = write(to, &turn, sizeof(turn)) == sizeof(turn);
	}
	return filled;
}

/* A further process; its report comes out of *ret_report. */
static pid_t begin_process(struct run *run, struct bf_db *db, int *ret_report)
{
	int ends[2];
	pid_t process;

	if (pipe(ends) != 0)
		return -1;
	process = fork();
	if (process == 0) {
		run->out = fdopen(ends[1], "w");
		if (run->out) {
			run_part(run, db);
			fclose(run->out);
		}
		_exit(!run->out);
	}
	close(ends[1]);
	*ret_report = ends[0];
	return process;
}

/* What a process had to report, and whether it came to its end. */
static bool end_process(pid_t process, int report, FILE *out)
{
	char bytes[4096];
	ssize_t got;
	int status = 0;

	while ((got = read(report, bytes, sizeof(bytes))) > 0)
		fwrite(bytes, 1, (size_t)got, out);
	close(report);
	return waitpid(process, &status, 0) == process && status == 0;
}

static void run_processes(struct run *run, struct bf_db *db, struct tally *tallies,
			  size_t processes)
{
	pid_t others[PROCESSES_MAX];
	int reports[PROCESSES_MAX];

	fflush(run->out);
	for (size_t i = 1; i < processes; i++) {
		run->tally = &tallies[i];
		others[i] = begin_process(run, db, &reports[i]);
	}
	run->tally = &tallies[0];
	run_part(run, db);
	for (size_t i = 1; i < processes; i++)
		if (others[i] < 0 || !end_process(others[i], reports[i], run->out)) {
			fprintf(run->out, "could not verify: a process was lost\n");
			tallies[i].failed = true;
		}
}

enum bf_verify bf_verify_run_by(struct bf_db *db, struct bf_pool *pool, const char *folder,
				size_t processes, FILE *out)
{
	struct run run = { .queries = bf_queries_new(pool), .pool = pool, .out = out };
	enum bf_verify result = BF_VERIFY_UNCHECKED;
	struct tally *tallies;
	int turns[2];

	if (processes < 1 || processes > PROCESSES_MAX)
		BF_BUG("%zu processes verify", processes);
	if (!load(&run, folder) || pipe(turns) != 0)
		return BF_VERIFY_UNCHECKED;
	tallies = mmap(NULL, PROCESSES_MAX * sizeof(*tallies), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tallies != MAP_FAILED && fill_turns(&run, turns[1])) {
		close(turns[1]);
		run.turns = turns[0];
		run_processes(&run, db, tallies, processes);
		result = conclude(&run, tallies, processes, out);
	} else {
		close(turns[1]);
	}
	close(turns[0]);
	if (tallies != MAP_FAILED)
		munmap(tallies, PROCESSES_MAX * sizeof(*tallies));
	return result;
}
