#include "domain/ask.h"

/* ---- with a map ------------------------------------------------------------------------- */

static enum bf_rc find(const struct bf_ask *ask, const char *name,
		       const struct bf_query **ret_query, struct bf_err *err)
{
	*ret_query = bf_queries_find(ask->queries, "core", name);
	return *ret_query ? BF_OK
			  : bf_err_set(err, BF_FAULT, "there is no query \"%s\" of the core", name);
}

enum bf_rc bf_ask_select(const struct bf_ask *ask, const char *name, const struct bf_value *args,
			 struct bf_value *ret_rows, struct bf_err *err)
{
	const struct bf_query *query;
	enum bf_rc rc = find(ask, name, &query, err);

	return rc == BF_OK ? bf_db_select(ask->db, ask->pool, query, args, ret_rows, err) : rc;
}

enum bf_rc bf_ask_first(const struct bf_ask *ask, const char *name, const struct bf_value *args,
			const struct bf_value **ret_row, struct bf_err *err)
{
	struct bf_value *rows = bf_pool_zalloc(ask->pool, sizeof(*rows));
	enum bf_rc rc = bf_ask_select(ask, name, args, rows, err);

	if (rc == BF_OK)
		*ret_row = bf_value_at(rows, 0);
	return rc;
}

enum bf_rc bf_ask_one(const struct bf_ask *ask, const char *name, const struct bf_value *args,
		      struct bf_value *ret_row, struct bf_err *err)
{
	struct bf_value rows;
	enum bf_rc rc = bf_ask_select(ask, name, args, &rows, err);

	if (rc != BF_OK)
		return rc;
	if (!bf_value_count(&rows))
		return bf_err_set(err, BF_NOT_FOUND, "query \"%s\" answered no row", name);
	if (bf_value_count(&rows) > 1)
		return bf_err_set(err, BF_FAULT, "query \"%s\" answered %zu rows, not one", name,
				  bf_value_count(&rows));
	*ret_row = *bf_value_at(&rows, 0);
	return BF_OK;
}

enum bf_rc bf_ask_run(const struct bf_ask *ask, const char *name, const struct bf_value *args,
		      int64_t *ret_matched, int64_t *ret_id, struct bf_err *err)
{
	const struct bf_query *query;
	enum bf_rc rc = find(ask, name, &query, err);

	return rc == BF_OK ? bf_db_exec(ask->db, query, args, ret_matched, ret_id, err) : rc;
}

enum bf_rc bf_ask_run_each(const struct bf_ask *ask, const char *const *queries,
			   const struct bf_value *args, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; queries[i] && rc == BF_OK; i++)
		rc = bf_ask_run(ask, queries[i], args, NULL, NULL, err);
	return rc;
}

void bf_arg_set_int(struct bf_value *args, const char *name, int64_t n)
{
	bf_value_set(args, name, bf_value_number(n));
}

void bf_arg_set_text(struct bf_value *args, const char *name, const char *text)
{
	bf_value_set(args, name, text ? bf_value_string(bf_str(text)) : (struct bf_value){ 0 });
}

/* ---- with a list ------------------------------------------------------------------------ */

static struct bf_value map_of(const struct bf_ask *ask, const struct bf_arg *args)
{
	struct bf_value map = bf_value_map(ask->pool);

	for (; args->name; args++)
		bf_value_set(&map, args->name, args->value);
	return map;
}

enum bf_rc bf_ask_rows(struct bf_ask *ask, const char *name, const struct bf_arg *args,
		       const struct bf_value **ret_rows, struct bf_err *err)
{
	struct bf_value *rows = bf_pool_zalloc(ask->pool, sizeof(*rows)), map = map_of(ask, args);
	enum bf_rc rc = bf_ask_select(ask, name, &map, rows, err);

	if (rc == BF_OK)
		*ret_rows = rows;
	return rc;
}

enum bf_rc bf_ask_row(struct bf_ask *ask, const char *name, const struct bf_arg *args,
		      const struct bf_value **ret_row, struct bf_err *err)
{
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(ask, name, args, &rows, err);

	if (rc != BF_OK)
		return rc;
	if (!bf_value_count(rows))
		return bf_err_set(err, BF_NOT_FOUND, "query \"%s\" found nothing", name);
	*ret_row = bf_value_at(rows, 0);
	return BF_OK;
}

static enum bf_rc exec(struct bf_ask *ask, const char *name, const struct bf_arg *args,
		       int64_t *ret_matched, int64_t *ret_id, struct bf_err *err)
{
	struct bf_value map = map_of(ask, args);

	return bf_ask_run(ask, name, &map, ret_matched, ret_id, err);
}

enum bf_rc bf_ask_exec(struct bf_ask *ask, const char *name, const struct bf_arg *args,
		       struct bf_err *err)
{
	return exec(ask, name, args, NULL, NULL, err);
}

enum bf_rc bf_ask_add(struct bf_ask *ask, const char *name, const struct bf_arg *args,
		      int64_t *ret_id, struct bf_err *err)
{
	return exec(ask, name, args, NULL, ret_id, err);
}

enum bf_rc bf_ask_change(struct bf_ask *ask, const char *name, const struct bf_arg *args,
			 int64_t *ret_matched, struct bf_err *err)
{
	return exec(ask, name, args, ret_matched, NULL, err);
}

/* ---- transactions ------------------------------------------------------------------------ */

struct call {
	struct bf_ask *ask;
	bf_ask_fn *fn;
	void *arg;
};

static enum bf_rc run_once(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct call *call = arg;

	(void)db;
	return call->fn(call->ask, call->arg, err);
}

enum bf_rc bf_ask_transaction(struct bf_ask *ask, bf_ask_fn *fn, void *arg, bool *ret_unknown,
			      struct bf_err *err)
{
	return bf_db_transaction(ask->db, run_once, &(struct call){ ask, fn, arg }, ret_unknown,
				 err);
}
