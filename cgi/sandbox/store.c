#include "sandbox/sandbox.h"

static const struct bf_query *query_named(struct bf_req *req, const char *name)
{
	const struct bf_query *query = bf_queries_find(req->app->queries, BF_CORE_SCOPE, name);

	if (!query)
		BF_BUG("the sandbox has no query \"%s\"", name);
	return query;
}

enum bf_rc bf_sandbox_select(struct bf_req *req, const char *query, const struct bf_value *args,
			     struct bf_value *ret_rows)
{
	return bf_db_select(req->worker->db, req->pool, query_named(req, query), args, ret_rows,
			    &req->http->err);
}

enum bf_rc bf_sandbox_exec(struct bf_req *req, const char *query, const struct bf_value *args,
			   int64_t *ret_matched)
{
	return bf_db_exec(req->worker->db, query_named(req, query), args, ret_matched, NULL,
			  &req->http->err);
}

struct bf_value bf_sandbox_args(struct bf_req *req, const char *name, const char *text)
{
	struct bf_value args = bf_value_map(req->pool);

	bf_value_set(&args, name, bf_value_string(bf_str(text)));
	return args;
}

enum bf_rc bf_sandbox_order(struct bf_req *req, const char *number,
			    const struct bf_value **ret_order)
{
	struct bf_value args = bf_sandbox_args(req, "order", number), rows;
	enum bf_rc rc = bf_sandbox_select(req, "order", &args, &rows);

	if (rc == BF_OK && !bf_value_count(&rows))
		return bf_err_set(&req->http->err, BF_NOT_FOUND, "there is no order \"%s\"",
				  number);
	if (rc == BF_OK)
		*ret_order = bf_value_at(&rows, 0);
	return rc;
}
