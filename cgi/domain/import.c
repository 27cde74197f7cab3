#include "domain/import.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

enum { TRIES = 3 };

static const char list_header[] = "line\tfield\treason\n";

/* How far it is, as it stands in import_run. */
struct state {
	int64_t position, added, again, refused, list_bytes;
};

struct running {
	const struct bf_import *import;
	struct bf_ask ask; /* the import's, with a pool of the chunk's */
	int64_t run;
	int list;
	struct state state; /* of what is committed, and */
	struct state next;  /* of this chunk */
	struct bf_register_household *chunk;
	size_t count;
	struct bf_buf lines; /* of the list, by this chunk */
	bool too_late;       /* somebody enrolled one of the chunk's at the same moment */
};

/* ---- the list of what was refused ------------------------------------------------------ */

static void list_refusal(struct running *running, int64_t line, const char *field, const char *text,
			 int64_t household)
{
	if (running->next.refused++ >= BF_IMPORT_LISTED_MAX)
		return;
	bf_buf_printf(&running->lines, "%jd\t%s\t%s", (intmax_t)line, field ? field : "", text);
	if (household)
		bf_buf_printf(&running->lines, " (household %jd", (intmax_t)household);
}

static const char *likeness(enum bf_likeness like)
{
	static const char *const words[] = { [BF_LIKE_BLANK] = "unknown",
					     [BF_LIKE_SAME] = "the same",
					     [BF_LIKE_OTHER] = "another" };

	return words[like];
}

static void list_fault(struct running *running, const struct bf_register_household *household,
		       const struct bf_enrol_fault *fault)
{
	int64_t line = fault->person < household->count ? household->lines[fault->person]
							: household->line;
	size_t before = running->lines.len;

	list_refusal(running, line, fault->field, fault->text, fault->household);
	if (running->lines.len == before)
		return;
	if (fault->household)
		bf_buf_printf(&running->lines, ": name %s, year of birth %s, village %s)",
			      likeness(fault->name), likeness(fault->birth_year),
			      likeness(fault->village));
	bf_buf_add_char(&running->lines, '\n');
}

/* Writes the chunk's lines behind those of the chunks before. It comes before COMMIT, so that none
 * is lost; what a chunk wrote that was not committed is written over. */
static enum bf_rc write_list(struct running *running, struct bf_err *err)
{
	const struct bf_buf *lines = &running->lines;

	if (ftruncate(running->list, running->state.list_bytes) != 0 ||
	    pwrite(running->list, lines->data, lines->len, running->state.list_bytes) !=
		    (ssize_t)lines->len ||
	    (lines->len && fdatasync(running->list) != 0))
		return bf_err_set(err, BF_FAULT, "%s: %s", running->import->list, strerror(errno));
	running->next.list_bytes = running->state.list_bytes + (int64_t)lines->len;
	return BF_OK;
}

/* ---- a chunk --------------------------------------------------------------------------- */

static enum bf_rc enrol(struct running *running, const struct bf_register_household *household,
			struct bf_err *err)
{
	const struct bf_enrolment wish = { .client_id = household->client_id,
					   .village = household->village,
					   .run = running->run,
					   .people = household->people,
					   .count = household->count,
					   .secrets = running->import->secrets,
					   .demo = running->import->demo };
	struct bf_act act = { .ask = running->ask };
	struct bf_enrol_fault fault;
	enum bf_enrolled enrolled;
	struct bf_err why = { 0 };
	int64_t id;
	enum bf_rc rc;

	if (household->fault) {
		list_refusal(running, household->line, NULL, household->fault, 0);
		if (running->next.refused <= BF_IMPORT_LISTED_MAX)
			bf_buf_add_char(&running->lines, '\n');
		return BF_OK;
	}
	rc = bf_enrol_household(&act, &wish, &id, &enrolled, &fault, &why);
	if (rc == BF_OK) {
		running->next.added += enrolled == BF_ENROLLED_NEW;
		running->next.again += enrolled == BF_ENROLLED_AGAIN;
	} else if (fault.text) {
		list_fault(running, household, &fault);
	} else {
		running->too_late = rc == BF_CONFLICT;
		return bf_err_set(err, rc, "%s", why.text);
	}
	return BF_OK;
}

static struct state read_state(const struct bf_value *row)
{
	return (struct state){ .position = bf_row_int(row, "position"),
			       .added = bf_row_int(row, "added"),
			       .again = bf_row_int(row, "again"),
			       .refused = bf_row_int(row, "refused"),
			       .list_bytes = bf_row_int(row, "list_bytes") };
}

/* Only one process is at a run: where it is elsewhere than we left it, there is another one. */
static enum bf_rc lock_run(struct running *running, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(&running->ask, "import_lock",
				   BF_ARGS(bf_arg_int("run", running->run)), &row, err);

	if (rc == BF_OK && (!bf_row_is(row, "state", "running") ||
			    bf_row_int(row, "position") != running->state.position))
		return bf_err_set(err, BF_CONFLICT, "run %jd is being worked on by somebody else",
				  (intmax_t)running->run);
	return rc;
}

static enum bf_rc save_run(struct running *running, struct bf_err *err)
{
	const struct state *next = &running->next;

	return bf_ask_exec(&running->ask, "import_save",
			   BF_ARGS(bf_arg_int("run", running->run),
				   bf_arg_int("position", next->position),
				   bf_arg_int("added", next->added),
				   bf_arg_int("again", next->again),
				   bf_arg_int("refused", next->refused),
				   bf_arg_int("list_bytes", next->list_bytes)),
			   err);
}

static enum bf_rc do_chunk(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct running *running = arg;
	enum bf_rc rc = running->run ? lock_run(running, err) : BF_OK;

	(void)ask; /* its own */
	running->next = running->state;
	running->next.position += (int64_t)running->count;
	running->too_late = false;
	bf_buf_clear(&running->lines);
	for (size_t i = 0; i < running->count && rc == BF_OK; i++)
		rc = enrol(running, &running->chunk[i], err);
	if (rc == BF_OK)
		rc = write_list(running, err);
	if (rc == BF_OK && running->run)
		rc = save_run(running, err);
	/* a preview is what would be, and then is taken back */
	return rc == BF_OK && !running->run ? bf_err_set(err, BF_INVALID, "a preview") : rc;
}

static enum bf_rc run_chunk(struct running *running, struct bf_err *err)
{
	struct bf_err why;
	enum bf_rc rc;
	int tries = 0;

	do {
		why = (struct bf_err){ 0 };
		rc = bf_ask_transaction(&running->ask, do_chunk, running, NULL, &why);
	} while (rc != BF_OK && running->too_late && ++tries < TRIES);
	if (rc == BF_INVALID && !running->run)
		rc = BF_OK;
	if (rc != BF_OK)
		return bf_err_set(err, rc, "%s", why.text);
	running->state = running->next;
	return BF_OK;
}

/* ---- a run ----------------------------------------------------------------------------- */

static enum bf_rc find_run(struct running *running, const char *hash, bool *ret_resumed,
			   struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(&running->ask, "import_find", BF_ARGS(bf_arg_text("hash", hash)),
				   &row, err);

	*ret_resumed = rc == BF_OK;
	if (rc == BF_NOT_FOUND)
		return bf_ask_add(&running->ask, "import_begin", BF_ARGS(bf_arg_text("hash", hash)),
				  &running->run, err);
	if (rc != BF_OK)
		return rc;
	running->run = bf_row_int(row, "id");
	rc = bf_ask_row(&running->ask, "import_row", BF_ARGS(bf_arg_int("run", running->run)), &row,
			err);
	if (rc == BF_OK)
		running->state = read_state(row);
	return rc;
}

static enum bf_rc open_list(struct running *running, struct bf_err *err)
{
	running->list = open(running->import->list, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (running->list < 0)
		return bf_err_set(err, BF_FAULT, "%s: %s", running->import->list, strerror(errno));
	if (running->state.list_bytes)
		return BF_OK;
	running->state.list_bytes = sizeof(list_header) - 1;
	if (ftruncate(running->list, 0) == 0 &&
	    pwrite(running->list, list_header, sizeof(list_header) - 1, 0) ==
		    (ssize_t)(sizeof(list_header) - 1))
		return BF_OK;
	return bf_err_set(err, BF_FAULT, "%s: %s", running->import->list, strerror(errno));
}

static enum bf_rc read_chunk(struct running *running, struct bf_register_file *file,
			     struct bf_err *err)
{
	enum bf_rc rc = BF_OK;
	bool more = true;

	bf_pool_clear(running->ask.pool);
	running->count = 0;
	while (rc == BF_OK && more && running->count < BF_IMPORT_CHUNK) {
		rc = bf_register_file_next(file, running->ask.pool, &running->chunk[running->count],
					   &more, err);
		running->count += more;
	}
	return rc;
}

/* What was done before is read over. */
static enum bf_rc skip(struct running *running, struct bf_register_file *file, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;
	bool more = true;

	for (int64_t i = 0; i < running->state.position && rc == BF_OK && more; i++) {
		rc = bf_register_file_next(file, running->ask.pool, &running->chunk[0], &more, err);
		bf_pool_clear(running->ask.pool);
	}
	return rc;
}

static enum bf_rc go_through(struct running *running, struct bf_register_file *file,
			     struct bf_err *err)
{
	enum bf_rc rc = open_list(running, err);

	if (rc == BF_OK)
		rc = skip(running, file, err);
	if (rc == BF_OK)
		rc = read_chunk(running, file, err);
	while (rc == BF_OK && running->count) {
		rc = run_chunk(running, err);
		if (rc == BF_OK)
			rc = read_chunk(running, file, err);
	}
	if (rc == BF_OK && running->run)
		rc = bf_ask_exec(&running->ask, "import_set",
				 BF_ARGS(bf_arg_int("run", running->run),
					 bf_arg_text("state", "done")),
				 err);
	if (running->list >= 0)
		close(running->list);
	return rc;
}

enum bf_rc bf_import_file(const struct bf_import *import, struct bf_register_file *file,
			  struct bf_import_result *ret_result, struct bf_err *err)
{
	struct running running = { .import = import, .ask = import->ask, .list = -1 };
	enum bf_rc rc = BF_OK;

	*ret_result = (struct bf_import_result){ 0 };
	running.ask.pool = bf_pool_new(import->ask.pool);
	running.chunk = bf_pool_zalloc(import->ask.pool, sizeof(*running.chunk) * BF_IMPORT_CHUNK);
	bf_buf_init(&running.lines);
	if (!import->preview)
		rc = find_run(&running, bf_register_file_hash(file), &ret_result->resumed, err);
	if (rc == BF_OK)
		rc = go_through(&running, file, err);
	ret_result->run = running.run;
	ret_result->households = running.state.position;
	ret_result->added = running.state.added;
	ret_result->again = running.state.again;
	ret_result->refused = running.state.refused;
	bf_buf_release(&running.lines);
	bf_pool_free(running.ask.pool);
	return rc;
}

/* ---- taking it back -------------------------------------------------------------------- */

struct undoing {
	struct bf_ask ask;
	int64_t run, done;
	struct bf_import_depends *depends;
};

static enum bf_rc look_what_depends(struct undoing *undoing, struct bf_err *err)
{
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(&undoing->ask, "import_depends",
				    BF_ARGS(bf_arg_int("run", undoing->run)), &rows, err);

	if (rc != BF_OK)
		return rc;
	undoing->depends->count = bf_value_count(rows);
	for (size_t i = 0; i < undoing->depends->count; i++) {
		const struct bf_value *row = bf_value_at(rows, i);

		undoing->depends->rows[i].household = bf_row_int(row, "id");
		undoing->depends->rows[i].state = bf_row_text(row, "state");
		undoing->depends->rows[i].has_post = bf_row_int(row, "has_post") != 0;
	}
	return undoing->depends->count
		       ? bf_err_set(err, BF_CONFLICT, "run %jd is in use", (intmax_t)undoing->run)
		       : BF_OK;
}

static enum bf_rc begin_undo(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct undoing *undoing = arg;
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, "import_lock", BF_ARGS(bf_arg_int("run", undoing->run)), &row, err);

	if (rc == BF_OK)
		rc = look_what_depends(undoing, err);
	if (rc == BF_OK)
		rc = bf_ask_exec(ask, "import_set",
				 BF_ARGS(bf_arg_int("run", undoing->run),
					 bf_arg_text("state", "undoing")),
				 err);
	return rc;
}

static enum bf_rc undo_some(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct undoing *undoing = arg;
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(ask, "import_left", BF_ARGS(bf_arg_int("run", undoing->run)),
				    &rows, err);

	undoing->done = 0;
	for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++) {
		struct bf_act act = { .ask = undoing->ask };
		struct bf_household_step step = { .household =
							  bf_row_int(bf_value_at(rows, i), "id"),
						  .to = "undone" };

		rc = bf_household_step(&act, &step, err);
		undoing->done++;
	}
	if (rc == BF_OK && !undoing->done)
		rc = bf_ask_exec(ask, "import_set",
				 BF_ARGS(bf_arg_int("run", undoing->run),
					 bf_arg_text("state", "undone")),
				 err);
	return rc;
}

enum bf_rc bf_import_undo(struct bf_ask *ask, int64_t run, int64_t *ret_households,
			  struct bf_import_depends *ret_depends, struct bf_err *err)
{
	struct undoing undoing = { .ask = *ask, .run = run, .depends = ret_depends };
	enum bf_rc rc;

	*ret_households = 0;
	ret_depends->count = 0;
	rc = bf_ask_transaction(&undoing.ask, begin_undo, &undoing, NULL, err);
	undoing.ask.pool = bf_pool_new(ask->pool);
	while (rc == BF_OK) {
		rc = bf_ask_transaction(&undoing.ask, undo_some, &undoing, NULL, err);
		bf_pool_clear(undoing.ask.pool);
		if (!undoing.done)
			break;
		*ret_households += rc == BF_OK ? undoing.done : 0;
	}
	bf_pool_free(undoing.ask.pool);
	return rc;
}
