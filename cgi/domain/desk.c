#include "domain/desk.h"

#define SCOPE "core"

static enum bf_rc find(const struct bf_desk *desk, const char *name,
		       const struct bf_query **ret_query, struct bf_err *err)
{
	*ret_query = bf_queries_find(desk->queries, SCOPE, name);
	return *ret_query ? BF_OK
			  : bf_err_set(err, BF_FAULT, "there is no query \"%s\" of the core", name);
}

enum bf_rc bf_desk_select(const struct bf_desk *desk, const char *name, const struct bf_value *args,
			  struct bf_value *ret_rows, struct bf_err *err)
{
	const struct bf_query *query;
	enum bf_rc rc = find(desk, name, &query, err);

	return rc == BF_OK ? bf_db_select(desk->db, desk->pool, query, args, ret_rows, err) : rc;
}

enum bf_rc bf_desk_row(const struct bf_desk *desk, const char *name, const struct bf_value *args,
		       const struct bf_value **ret_row, struct bf_err *err)
{
	struct bf_value *rows = bf_pool_zalloc(desk->pool, sizeof(*rows));
	enum bf_rc rc = bf_desk_select(desk, name, args, rows, err);

	if (rc == BF_OK)
		*ret_row = bf_value_at(rows, 0);
	return rc;
}

enum bf_rc bf_desk_exec(const struct bf_desk *desk, const char *name, const struct bf_value *args,
			int64_t *ret_matched, int64_t *ret_id, struct bf_err *err)
{
	const struct bf_query *query;
	enum bf_rc rc = find(desk, name, &query, err);

	return rc == BF_OK ? bf_db_exec(desk->db, query, args, ret_matched, ret_id, err) : rc;
}

enum bf_rc bf_desk_exec_each(const struct bf_desk *desk, const char *const *queries,
			     const struct bf_value *args, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; queries[i] && rc == BF_OK; i++)
		rc = bf_desk_exec(desk, queries[i], args, NULL, NULL, err);
	return rc;
}

void bf_desk_set(struct bf_value *args, const char *name, const char *text)
{
	bf_value_set(args, name, text ? bf_value_string(bf_str(text)) : (struct bf_value){ 0 });
}
