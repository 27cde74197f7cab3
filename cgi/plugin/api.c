/* api: the functions that bangfu.h promises to handlers, the core's own included. */
#include "plugin/req.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/clock.h"
#include "view/escape.h"

/* ---- parameters ---------------------------------------------------------------------- */

bool bf_has(const struct bf_req *req, const char *param)
{
	return !bf_value_is_null(bf_value_get(&req->params, param));
}

int64_t bf_int(const struct bf_req *req, const char *param)
{
	return bf_value_int(bf_value_get(&req->params, param));
}

const char *bf_text(const struct bf_req *req, const char *param)
{
	return bf_value_text(bf_value_get(&req->params, param));
}

bool bf_refused(const struct bf_req *req)
{
	return req->refusal != BF_OK;
}

/* ---- queries ------------------------------------------------------------------------- */

static struct bf_value copied_text(struct bf_req *req, const char *text)
{
	struct bf_str s = bf_str(text);

	return bf_value_string((struct bf_str){ bf_pool_copy(req->pool, s), s.len });
}

void bf_bind_int(struct bf_req *req, const char *name, int64_t value)
{
	bf_value_set(&req->args, name, bf_value_number(value));
}

void bf_bind_text(struct bf_req *req, const char *name, const char *value)
{
	bf_value_set(&req->args, name, copied_text(req, value));
}

static enum bf_rc find_query(struct bf_req *req, const char *scope, const char *name,
			     const struct bf_query **ret_query)
{
	*ret_query = bf_queries_find(req->app->queries, scope, name);
	if (*ret_query)
		return BF_OK;
	return bf_err_set(&req->http->err, BF_FAULT, "there is no query \"%s\" in scope \"%s\"",
			  name, scope);
}

/* Only a post that was taken in may: not a GET, and not the page that shows a refused one again. */
static enum bf_rc check_write(struct bf_req *req, const struct bf_query *query)
{
	if (req->route && req->route->method == BF_POST && !bf_refused(req))
		return BF_OK;
	return bf_err_set(&req->http->err, BF_FAULT,
			  "query \"%s\" writes, and route \"%s\" is a GET or was refused",
			  query->name, req->route ? req->route->name : "");
}

/* One row more than a page shows was asked for: if it came, there is a next page, which
 * starts behind the last row shown. */
static void cut_page(struct bf_req *req, const struct bf_query *query, struct bf_value *rows)
{
	struct bf_list *list = rows->list;
	const struct bf_value *last;

	list->paged = true;
	if (list->count <= (size_t)req->app->config->page_rows)
		return;
	list->count = (size_t)req->app->config->page_rows;
	last = &list->items[list->count - 1];
	list->next = bf_value_string(
		bf_str(bf_pool_printf(req->pool, "%" PRId64 ".%" PRId64,
				      bf_value_int(bf_value_find(last, query->page_key)),
				      bf_value_int(bf_value_find(last, query->page_id)))));
}

enum bf_rc bf_req_query(struct bf_req *req, const char *scope, const char *name,
			struct bf_value *ret_rows)
{
	int64_t start_us = bf_clock_monotonic_us();
	const struct bf_query *query;
	enum bf_rc rc = find_query(req, scope, name, &query);

	/* INSERT ... RETURNING answers rows as well */
	if (rc == BF_OK && query->writes)
		rc = check_write(req, query);
	if (rc != BF_OK)
		return rc;
	rc = bf_db_select(req->worker->db, req->pool, query, &req->args, ret_rows, &req->http->err);
	req->http->queries++;
	req->http->query_us += bf_clock_monotonic_us() - start_us;
	if (rc == BF_OK && query->paged)
		cut_page(req, query, ret_rows);
	return rc;
}

enum bf_rc bf_query(struct bf_req *req, const char *query, const char *as)
{
	struct bf_value rows;
	enum bf_rc rc = bf_req_query(req, req->scope->name, query, &rows);

	if (rc == BF_OK)
		bf_value_set(&req->model, as, rows);
	return rc;
}

enum bf_rc bf_query_one(struct bf_req *req, const char *query, const char *as)
{
	struct bf_value rows;
	enum bf_rc rc = bf_req_query(req, req->scope->name, query, &rows);

	if (rc != BF_OK)
		return rc;
	if (bf_value_count(&rows) == 0)
		return BF_NOT_FOUND;
	if (bf_value_count(&rows) > 1)
		return bf_err_set(&req->http->err, BF_FAULT,
				  "query \"%s\" answered %zu rows, not one", query,
				  bf_value_count(&rows));
	bf_value_set(&req->model, as, *bf_value_at(&rows, 0));
	return BF_OK;
}

enum bf_rc bf_exec(struct bf_req *req, const char *name)
{
	int64_t start_us = bf_clock_monotonic_us();
	const struct bf_query *query;
	enum bf_rc rc = find_query(req, req->scope->name, name, &query);

	if (rc == BF_OK)
		rc = check_write(req, query);
	if (rc != BF_OK)
		return rc;
	rc = bf_db_exec(req->worker->db, query, &req->args, NULL, NULL, &req->http->err);
	req->http->queries++;
	req->http->query_us += bf_clock_monotonic_us() - start_us;
	return rc;
}

/* ---- the model ----------------------------------------------------------------------- */

const struct bf_value *bf_model(const struct bf_req *req, const char *name)
{
	return bf_value_get(&req->model, name);
}

void bf_set_int(struct bf_req *req, const char *name, int64_t value)
{
	bf_value_set(&req->model, name, bf_value_number(value));
}

void bf_set_text(struct bf_req *req, const char *name, const char *value)
{
	bf_value_set(&req->model, name, copied_text(req, value));
}

void bf_set_counties(struct bf_req *req, const char *name)
{
	bf_value_set(&req->model, name, req->city ? req->city->below : bf_value_list(req->pool));
}

/* ---- the answer ---------------------------------------------------------------------- */

const char *bf_req_text(const struct bf_req *req, const char *english)
{
	const char *scope = req->scope ? req->scope->name : BF_CORE_SCOPE;

	return bf_views_text(req->app->views, scope, req->lang, english);
}

enum bf_rc bf_page(struct bf_req *req, const char *template_name)
{
	struct bf_request *http = req->http;

	http->status = bf_rc_status(req->refusal);
	if (!req->json)
		return bf_req_render(req, req->scope->name, template_name, &req->model, &http->out);
	bf_value_print_json(&req->model, &http->out);
	return BF_OK;
}

/* False: nobody bound it. */
static bool add_part(const struct bf_req *req, struct bf_buf *out, struct bf_str name)
{
	const struct bf_value *value = bf_value_find(&req->args, name);

	if (bf_value_is_null(value))
		return false;
	if (value->kind == BF_STRING)
		bf_escape_query(out, bf_value_str(value));
	else
		bf_buf_add_int(out, bf_value_int(value));
	return true;
}

enum bf_rc bf_req_route_address(const struct bf_req *req, const struct bf_route *route,
				const char **ret_address, struct bf_err *err)
{
	struct bf_str rest = bf_str(route->path + 1), part;
	enum bf_rc rc = BF_OK;
	struct bf_buf address;

	bf_buf_init(&address);
	bf_buf_add_text(&address, bf_req_mount(req, req->scope->plugin));
	if (req->scope->segment)
		bf_buf_printf(&address, "%s/", req->scope->segment);
	while (rc == BF_OK && bf_str_cut(&rest, '{', &part)) {
		bf_buf_add_str(&address, part);
		if (rest.p && bf_str_cut(&rest, '}', &part) && !add_part(req, &address, part))
			rc = bf_err_set(err, BF_FAULT,
					"the address of route \"%s\" needs {%.*s}, which is absent",
					route->name, BF_STR_ARG(part));
	}
	if (rc == BF_OK)
		*ret_address = bf_pool_copy(req->pool, bf_buf_str(&address));
	bf_buf_release(&address);
	return rc;
}

enum bf_rc bf_redirect(struct bf_req *req, const char *route_name)
{
	const struct bf_route *route = bf_routes_find(req->scope->routes, bf_str(route_name));
	const char *address;
	enum bf_rc rc;

	if (!route)
		return bf_err_set(&req->http->err, BF_FAULT, "there is no route \"%s\"",
				  route_name);
	rc = bf_req_route_address(req, route, &address, &req->http->err);
	if (rc != BF_OK)
		return rc;
	bf_request_header(req->http, "Location", address);
	req->http->status = 303;
	return BF_OK;
}

enum bf_rc bf_req_refuse(struct bf_req *req, const char *field, const char *english)
{
	bf_value_set(&req->messages, field, bf_value_string(bf_str(bf_req_text(req, english))));
	req->refusal = BF_INVALID;
	return BF_INVALID;
}

enum bf_rc bf_fail(struct bf_req *req, enum bf_rc rc, const char *public_text, const char *format,
		   ...)
{
	struct bf_err *err = &req->http->err;
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	err->rc = rc;
	if (public_text)
		req->public_text = bf_req_text(req, public_text);
	return rc;
}
