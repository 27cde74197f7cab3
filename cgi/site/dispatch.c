/* dispatch: from an address to its handler, past the guards, and to an answer in any case. */
#include <strings.h>

#include "base/clock.h"
#include "http/address.h"
#include "plugin/req.h"
#include "site/answer.h"
#include "site/app.h"
#include "site/person.h"
#include "view/escape.h"

enum { CITIES_FRESH_US = 1000000 };

/* ---- a worker -------------------------------------------------------------------------- */

struct bf_worker *bf_worker_new(struct bf_pool *pool, const struct bf_app *app)
{
	struct bf_worker *worker = bf_pool_zalloc(pool, sizeof(*worker));

	worker->app = app;
	worker->pool = pool;
	worker->city_pool = bf_pool_new(pool);
	worker->db = bf_db_new(pool, &app->db);
	return worker;
}

void bf_worker_set_metrics(struct bf_worker *worker, void (*print)(void *arg, struct bf_buf *out),
			   void *arg)
{
	worker->metrics = print;
	worker->metrics_arg = arg;
}

/* ---- which plugin is open in which city -------------------------------------------------- */

enum bf_rc bf_worker_cities(struct bf_worker *worker, struct bf_request *http)
{
	int64_t now_us = bf_clock_monotonic_us();
	struct bf_value none, rows;
	const struct bf_query *query;
	struct bf_pool *pool;
	enum bf_rc rc;

	if (worker->city_read_us && now_us - worker->city_read_us < CITIES_FRESH_US)
		return BF_OK;
	query = bf_queries_find(worker->app->queries, BF_CORE_SCOPE, "city_plugins");
	if (!query)
		return bf_err_set(&http->err, BF_FAULT, "there is no query \"city_plugins\"");
	pool = bf_pool_new(worker->pool);
	none = bf_value_map(pool);
	rc = bf_db_select(worker->db, pool, query, &none, &rows, &http->err);
	if (rc != BF_OK) {
		bf_pool_free(pool);
		return rc;
	}
	bf_pool_free(worker->city_pool);
	worker->city_pool = pool;
	worker->city_rows = rows;
	worker->city_read_us = now_us;
	return BF_OK;
}

static const struct bf_value *city_row(const struct bf_worker *worker, int64_t city,
				       const char *plugin)
{
	for (size_t i = 0; i < bf_value_count(&worker->city_rows); i++) {
		const struct bf_value *row = bf_value_at(&worker->city_rows, i);

		if (bf_value_int(bf_value_get(row, "city")) == city &&
		    strcmp(bf_value_text(bf_value_get(row, "plugin")), plugin) == 0)
			return row;
	}
	return NULL;
}

enum bf_city_state bf_worker_city_state(const struct bf_worker *worker, int64_t city,
					const char *plugin)
{
	static const char *const names[] = {
		[BF_CITY_OFF] = "off",
		[BF_CITY_SCHEDULED] = "scheduled",
		[BF_CITY_ON] = "on",
		[BF_CITY_DRAINING] = "draining",
	};
	const char *state = bf_value_text(bf_value_get(city_row(worker, city, plugin), "state"));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(state, names[i]) == 0)
			return (enum bf_city_state)i;
	return BF_CITY_OFF;
}

const struct bf_value *bf_worker_city_from(const struct bf_worker *worker, int64_t city,
					   const char *plugin)
{
	return bf_value_get(city_row(worker, city, plugin), "from_at");
}

const char *bf_worker_city_text(const struct bf_worker *worker, int64_t city, const char *plugin)
{
	return bf_value_text(bf_value_get(city_row(worker, city, plugin), "public_text"));
}

/* ---- the address, taken apart ------------------------------------------------------------ */

/* What is behind it is left, nothing where the address ends there without its "/". */
static bool take_prefix(struct bf_str *path, struct bf_str prefix)
{
	if (!bf_str_starts(*path, prefix) || (path->len > prefix.len && path->p[prefix.len] != '/'))
		return false;
	path->p += prefix.len;
	path->len -= prefix.len;
	return true;
}

/* "/NAME" itself, or what lies below it; a name may be of several segments. */
static bool take_segment(struct bf_str *path, const char *name)
{
	struct bf_str rest = *path;

	if (!rest.len)
		return false;
	rest.p++;
	rest.len--;
	if (!take_prefix(&rest, bf_str(name)))
		return false;
	*path = rest;
	return true;
}

/* The first segment of "/segment/..." without its slashes. */
static struct bf_str first_segment(struct bf_str path)
{
	struct bf_str segment = BF_STR("");

	if (path.len) {
		struct bf_str rest = { path.p + 1, path.len - 1 };

		(void)bf_str_cut(&rest, '/', &segment);
	}
	return segment;
}

static bool wants_json(const struct bf_req *req)
{
	const struct bf_field *accept = bf_fields_find(&req->http->headers, "accept");

	return accept && bf_str_is(accept->value, "application/json");
}

/* Whose language counts: the address, and for the API its parameter. */
static void read_language(struct bf_req *req)
{
	const struct bf_field *lang = bf_fields_find(&req->http->query, "lang");

	req->rest = req->http->path;
	req->root = "";
	if (take_prefix(&req->rest, BF_STR("/api/v1"))) {
		req->json = true;
		req->root = "/api/v1";
		if (lang && bf_str_is(lang->value, "en"))
			req->lang = BF_EN;
	} else if (take_prefix(&req->rest, BF_STR("/en"))) {
		req->lang = BF_EN;
		req->root = "/en";
	}
	req->json = req->json || wants_json(req);
}

/* The scope that an address lies in, and its path within that. */
static struct bf_str find_scope(struct bf_req *req)
{
	const struct bf_app *app = req->app;
	struct bf_str path = req->rest;

	req->scope = &app->root;
	for (size_t i = 0; i < app->segment_count; i++)
		if (take_segment(&path, app->segments[i].segment)) {
			req->scope = &app->segments[i];
			return path;
		}
	req->city = bf_regions_city(&app->regions, first_segment(path));
	if (req->city) {
		const struct bf_scope *plugin;

		take_prefix(&path, (struct bf_str){ path.p, req->city->slug.len + 1 });
		plugin = bf_app_scope(app, first_segment(path));
		req->scope = plugin ? plugin : &app->city;
		if (plugin)
			take_prefix(&path, (struct bf_str){ path.p, strlen(plugin->name) + 1 });
	}
	return path;
}

/* ---- guards and parameters ---------------------------------------------------------------- */

/* Pages hold no absolute address, but what stands before us may keep them by host name. */
static enum bf_rc guard_host(struct bf_req *req)
{
	struct bf_str hosts = bf_str(req->app->config->hosts), host = req->http->host, ours;
	const char *port = host.len ? memchr(host.p, ':', host.len) : NULL;

	if (!hosts.len)
		return BF_OK;
	if (port)
		host.len = (size_t)(port - host.p);
	while (bf_str_cut(&hosts, ' ', &ours))
		if (ours.len && ours.len == host.len && strncasecmp(ours.p, host.p, host.len) == 0)
			return BF_OK;
	return bf_err_set(&req->http->err, BF_BAD_REQUEST, "host \"%.*s\" is not ours",
			  BF_STR_ARG(host));
}

static enum bf_rc guard_city(struct bf_req *req)
{
	enum bf_city_state state;
	enum bf_rc rc;

	if (!req->city)
		return BF_OK;
	rc = bf_worker_cities(req->worker, req->http);
	if (rc != BF_OK || !req->scope->plugin)
		return rc;
	state = bf_worker_city_state(req->worker, req->city->code, req->scope->name);
	if (state == BF_CITY_ON || state == BF_CITY_DRAINING)
		return BF_OK;
	return bf_fail(req, BF_NOT_FOUND, bf_site_texts[BF_SITE_CITY_CLOSED],
		       "plugin \"%s\" is not on in %jd", req->scope->name,
		       (intmax_t)req->city->code);
}

/* "https://host:port" of the page that sent a form, against the host that it was sent to. The
 * scheme is the web server's matter. */
static bool is_own_origin(const struct bf_req *req, struct bf_str origin)
{
	struct bf_str host = req->http->host, scheme;

	return host.len && bf_str_cut(&origin, ':', &scheme) &&
	       bf_str_starts(origin, BF_STR("//")) && origin.len - 2 == host.len &&
	       strncasecmp(origin.p + 2, host.p, host.len) == 0;
}

/* Browsers say themselves where a form came from, today's by the first of these headers. */
static bool is_sent_from_here(const struct bf_req *req)
{
	const struct bf_field *site = bf_fields_find(&req->http->headers, "sec-fetch-site");
	const struct bf_field *origin = bf_fields_find(&req->http->headers, "origin");

	if (site)
		return bf_str_is(site->value, "same-origin");
	return !origin || is_own_origin(req, origin->value);
}

static bool is_county_here(const void *arg, int64_t code)
{
	const struct bf_req *req = arg;
	const struct bf_region *region = bf_regions_find(&req->app->regions, code);

	return req->city && region && region->parent == req->city->code;
}

/* The sentences for what was refused, beside their fields. */
static void add_messages(struct bf_req *req, const struct bf_params *params)
{
	for (size_t i = 0; i < params->fault_count; i++) {
		const struct bf_param_fault *fault = &params->faults[i];
		const char *label = fault->param->label ? fault->param->label : fault->param->name;
		struct bf_buf text;

		/* what nobody types has no field to stand beside: it came from an address */
		if (!fault->param->label)
			req->notice = bf_req_text(req, bf_site_texts[BF_SITE_LINK_OLD]);
		bf_buf_init(&text);
		bf_param_fault_print(fault,
				     bf_str(bf_req_text(req, bf_param_reason_text[fault->reason])),
				     bf_str(bf_req_text(req, label)), &text);
		bf_value_set(&req->messages, fault->param->name,
			     bf_value_string((struct bf_str){
				     bf_pool_copy(req->pool, bf_buf_str(&text)), text.len }));
		bf_buf_release(&text);
	}
}

static void add_members(struct bf_value *to, const struct bf_value *from)
{
	for (size_t i = 0; i < from->map->count; i++)
		bf_value_set(to, from->map->members[i].name.p, from->map->members[i].value);
}

static void add_core_args(struct bf_req *req)
{
	bf_value_set(&req->args, "city",
		     req->city ? bf_value_number(req->city->code) : (struct bf_value){ 0 });
	bf_value_set(&req->args, "account",
		     req->person ? bf_value_number(req->person->account) : (struct bf_value){ 0 });
	bf_value_set(&req->args, "household",
		     req->person && req->person->household ? bf_value_number(req->person->household)
							   : (struct bf_value){ 0 });
	bf_value_set(&req->args, "plugins", bf_value_string(bf_str(req->app->plugin_names)));
	bf_value_set(&req->args, "lang", bf_value_string(bf_str(bf_lang_code[req->lang])));
	bf_value_set(&req->args, "page_rows", bf_value_number(req->app->config->page_rows + 1));
}

static enum bf_rc read_params(struct bf_req *req, const struct bf_fields *parts)
{
	bool form = req->route->method == BF_POST && !req->route->message;
	struct bf_param_source source = {
		.parts = parts,
		.fields = form ? &req->http->form : &req->http->query,
		.patterns = req->app->patterns,
		.is_county = is_county_here,
		.arg = req,
	};
	struct bf_params params;
	enum bf_rc rc = bf_params_read(req->pool, &req->route->params, &source, &params);

	if (rc != BF_OK && rc != BF_INVALID)
		return rc;
	req->params = params.values;
	req->typed = params.typed;
	add_members(&req->args, &params.values);
	add_members(&req->model, &params.values);
	add_core_args(req);
	add_messages(req, &params);
	return rc;
}

/*
 * The declared parameters and, of a posted form, that it is ours. The token is what counts
 * everywhere, for some browsers inside apps send nothing else. A form that comes from our own
 * page without a good one has only grown old: it is shown again and loses nothing.
 */
static enum bf_rc take_input(struct bf_req *req, const struct bf_fields *parts)
{
	bool form = req->route->method == BF_POST && !req->route->message;
	bool ours = !form || bf_req_form_is_ours(req);
	enum bf_rc rc;

	if (form && !is_sent_from_here(req))
		return bf_fail(req, BF_DENIED, bf_site_texts[BF_SITE_FORM_FOREIGN],
			       "route \"%s\" was sent from elsewhere", req->route->name);
	rc = read_params(req, parts);
	if (!ours && (rc == BF_OK || rc == BF_INVALID)) {
		rc = bf_fail(req, BF_DENIED, bf_site_texts[BF_SITE_FORM_OLD],
			     "route \"%s\" was sent without a token of ours", req->route->name);
		req->notice = req->public_text;
	}
	if (rc == BF_INVALID || rc == BF_DENIED)
		req->refusal = rc;
	return rc;
}

/* ---- the handler ---------------------------------------------------------------------------- */

/* A handler may be a stranger's: what it returns is looked at. */
static enum bf_rc run_handler(struct bf_req *req, const struct bf_route *route)
{
	enum bf_rc rc = route->handler(req);

	if (rc >= BF_RC__MAX)
		return bf_err_set(&req->http->err, BF_FAULT, "route \"%s\" returned %u, no outcome",
				  route->name, (unsigned)rc);
	if (rc == BF_OK && !req->http->status)
		return bf_err_set(&req->http->err, BF_FAULT,
				  "route \"%s\" ended without bf_page or bf_redirect", route->name);
	return rc;
}

static const struct bf_route *page_of_form(const struct bf_req *req)
{
	return req->route && req->route->form
		       ? bf_routes_find(req->scope->routes, bf_str(req->route->form))
		       : NULL;
}

/* What answers a posted form stands at an address that can only be posted to: links of it, to the
 * other language for instance, must lead to where the form can be read. */
static void take_address_of_form(struct bf_req *req)
{
	const struct bf_route *page = page_of_form(req);
	const char *address;
	struct bf_str path;

	if (page && page != req->route &&
	    bf_req_route_address(req, page, &address, NULL) == BF_OK &&
	    bf_path_decode(req->pool, bf_str(address + strlen(req->root)), &path, NULL) == BF_OK)
		req->rest = path;
}

/* A refused form is answered by the page that holds it. */
static enum bf_rc show_form_again(struct bf_req *req)
{
	const struct bf_route *page;

	if (!req->route->form || req->json)
		return req->refusal;
	page = page_of_form(req);
	if (!page)
		return bf_err_set(&req->http->err, BF_FAULT, "route \"%s\" names no form \"%s\"",
				  req->route->name, req->route->form);
	take_address_of_form(req);
	return run_handler(req, page);
}

/* To the same address with a "/" at its end more, or less. */
static enum bf_rc redirect_slash(struct bf_req *req)
{
	struct bf_str path = req->http->path;
	bool has = path.p[path.len - 1] == '/';
	struct bf_buf address;

	bf_buf_init(&address);
	bf_escape_path(&address, has ? (struct bf_str){ path.p, path.len - 1 } : path);
	if (!has)
		bf_buf_add_char(&address, '/');
	bf_req_add_query(req, &address);
	bf_request_header(req->http, "Location", address.data);
	bf_buf_release(&address);
	req->http->status = 308;
	return BF_OK;
}

static enum bf_rc answer(struct bf_req *req)
{
	struct bf_match match;
	struct bf_str path;
	enum bf_rc rc;

	path = find_scope(req);
	rc = guard_host(req);
	if (rc == BF_OK)
		rc = bf_site_read_person(req);
	if (rc == BF_OK)
		rc = guard_city(req);
	if (rc != BF_OK)
		return rc;
	if (!path.len)
		return redirect_slash(req);
	rc = bf_routes_match(req->scope->routes, req->pool, req->http->method_name, path, &match);
	if (rc == BF_NOT_FOUND && match.other_slash)
		return redirect_slash(req);
	if (rc == BF_NO_METHOD)
		bf_request_header(req->http, "Allow", match.allow);
	if (rc != BF_OK)
		return rc;
	req->route = match.route;
	if (req->route->message)
		req->person = NULL;
	rc = bf_site_guard_person(req);
	if (rc != BF_OK)
		return rc;
	rc = take_input(req, &match.parts);
	if (req->refusal)
		return show_form_again(req);
	if (rc == BF_OK)
		rc = run_handler(req, match.route);
	/* an act that was refused leaves its reason */
	return rc != BF_OK && req->refusal ? show_form_again(req) : rc;
}

void bf_worker_answer(struct bf_worker *worker, struct bf_request *http, enum bf_rc read_rc,
		      const char **ret_plugin, const char **ret_route)
{
	struct bf_req req = {
		.http = http,
		.worker = worker,
		.app = worker->app,
		.pool = http->pool,
		.scope = &worker->app->root,
		.params = bf_value_map(http->pool),
		.args = bf_value_map(http->pool),
		.typed = bf_value_map(http->pool),
		.messages = bf_value_map(http->pool),
		.model = bf_value_map(http->pool),
	};
	enum bf_rc rc = read_rc;

	bf_db_set_deadline(worker->db,
			   http->started_us + worker->app->config->soft_deadline_ms * 1000);
	read_language(&req);
	if (rc == BF_OK)
		rc = answer(&req);
	if (rc != BF_OK && !bf_site_lead_to_sign_in(&req, rc)) {
		take_address_of_form(&req);
		bf_answer_error(&req, rc);
	}
	bf_answer_finish(&req);
	*ret_plugin = req.scope->name;
	*ret_route = req.route ? req.route->name : "";
}
