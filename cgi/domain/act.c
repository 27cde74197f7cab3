#include "domain/act.h"

#include <stdarg.h>

#define SCOPE "core"

/* ---- queries --------------------------------------------------------------------------- */

struct bf_value bf_act_args(const struct bf_act *act)
{
	struct bf_value args = bf_value_map(act->pool);

	bf_value_set(&args, "account",
		     act->actor ? bf_value_number(act->actor) : (struct bf_value){ 0 });
	bf_value_set(&args, "household", bf_value_number(act->household));
	return args;
}

void bf_act_bind_int(struct bf_value *args, const char *name, int64_t n)
{
	bf_value_set(args, name, bf_value_number(n));
}

void bf_act_bind_text(struct bf_value *args, const char *name, const char *text)
{
	bf_value_set(args, name, text ? bf_value_string(bf_str(text)) : (struct bf_value){ 0 });
}

static enum bf_rc find(const struct bf_act *act, const char *name, const struct bf_query **ret,
		       struct bf_err *err)
{
	*ret = bf_queries_find(act->queries, SCOPE, name);
	return *ret ? BF_OK : bf_err_set(err, BF_FAULT, "there is no query \"%s\"", name);
}

enum bf_rc bf_act_select(struct bf_act *act, const char *query, const struct bf_value *args,
			 struct bf_value *ret_rows, struct bf_err *err)
{
	const struct bf_query *found;
	enum bf_rc rc = find(act, query, &found, err);

	return rc == BF_OK ? bf_db_select(act->db, act->pool, found, args, ret_rows, err) : rc;
}

enum bf_rc bf_act_one(struct bf_act *act, const char *query, const struct bf_value *args,
		      struct bf_value *ret_row, struct bf_err *err)
{
	struct bf_value rows;
	enum bf_rc rc = bf_act_select(act, query, args, &rows, err);

	if (rc != BF_OK)
		return rc;
	if (!bf_value_count(&rows))
		return bf_err_set(err, BF_NOT_FOUND, "query \"%s\" answered no row", query);
	if (bf_value_count(&rows) > 1)
		return bf_err_set(err, BF_FAULT, "query \"%s\" answered %zu rows, not one", query,
				  bf_value_count(&rows));
	*ret_row = *bf_value_at(&rows, 0);
	return BF_OK;
}

enum bf_rc bf_act_exec(struct bf_act *act, const char *query, const struct bf_value *args,
		       int64_t *ret_matched, int64_t *ret_id, struct bf_err *err)
{
	const struct bf_query *found;
	enum bf_rc rc = find(act, query, &found, err);

	return rc == BF_OK ? bf_db_exec(act->db, found, args, ret_matched, ret_id, err) : rc;
}

int64_t bf_row_int(const struct bf_value *row, const char *column)
{
	return bf_value_int(bf_value_get(row, column));
}

const char *bf_row_text(const struct bf_value *row, const char *column)
{
	return bf_value_text(bf_value_get(row, column));
}

/* ---- refusals -------------------------------------------------------------------------- */

enum bf_rc bf_act_refuse(struct bf_act *act, enum bf_rc rc, const char *public_text,
			 struct bf_err *err, const char *format, ...)
{
	char why[sizeof(err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	act->public_text = public_text;
	return bf_err_set(err, rc, "%s", why);
}

/* The column is shorter than a reason for the log may be. */
static const char *shortened(const struct bf_act *act, const char *why)
{
	enum { WHY_BYTES = 200 };
	struct bf_str text = bf_str(why);

	if (text.len <= WHY_BYTES)
		return why;
	text.len = WHY_BYTES;
	while (text.len && ((unsigned char)text.p[text.len] & 0xc0) == 0x80)
		text.len--;
	return bf_pool_copy(act->pool, text);
}

static enum bf_rc put_down(struct bf_act *act, enum bf_rc rc, const char *why, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);

	bf_act_bind_text(&args, "machine", act->refused.machine);
	bf_act_bind_int(&args, "object", act->refused.object);
	bf_act_bind_text(&args, "from", act->refused.from ? act->refused.from : "");
	bf_act_bind_text(&args, "to", act->refused.to ? act->refused.to : "");
	bf_act_bind_int(&args, "status", bf_rc_status(rc));
	bf_act_bind_text(&args, "why", shortened(act, why));
	return bf_act_exec(act, "put_down_refusal", &args, NULL, NULL, err);
}

/* ---- the transaction ------------------------------------------------------------------- */

struct run {
	struct bf_act *act;
	bf_act_fn *fn;
	void *arg;
};

static enum bf_rc run_once(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct run *run = arg;

	(void)db;
	run->act->public_text = NULL;
	run->act->refused = (struct bf_refused_move){ 0 };
	return run->fn(run->act, run->arg, err);
}

enum bf_rc bf_act_run(struct bf_act *act, bf_act_fn *fn, void *arg, struct bf_err *err)
{
	struct run run = { act, fn, arg };
	struct bf_err why = { 0 };
	enum bf_rc rc = bf_db_transaction(act->db, run_once, &run, NULL, &why);

	if (rc == BF_OK)
		return BF_OK;
	if (act->refused.machine && (rc == BF_CONFLICT || rc == BF_DENIED || rc == BF_INVALID)) {
		/* outside of what was undone; that it was refused stands without it as well */
		struct bf_err late = { 0 };

		if (put_down(act, rc, why.text, &late) != BF_OK)
			return bf_err_set(err, late.rc, "%s; its refusal: %s", late.text, why.text);
	}
	return bf_err_set(err, rc, "%s", why.text);
}
