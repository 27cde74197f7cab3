/* page: what is around the values of a page, and rendering with it. */
#include "plugin/req.h"

#include "base/clock.h"
#include "view/escape.h"

/* ---- pages --------------------------------------------------------------------------- */

static bool wants_elder(const struct bf_req *req)
{
	const struct bf_field *cookie = bf_fields_find(&req->http->cookies, "view");

	return cookie && bf_str_is(cookie->value, "elder");
}

static const char *joined(struct bf_req *req, const char *a, struct bf_str b)
{
	return bf_pool_printf(req->pool, "%s%.*s", a, BF_STR_ARG(b));
}

static struct bf_value text_value(const char *text)
{
	return bf_value_string(bf_str(text));
}

void bf_req_add_query(const struct bf_req *req, struct bf_buf *out)
{
	const struct bf_fields *query = &req->http->query;

	for (size_t i = 0; i < query->count; i++) {
		bf_buf_add_char(out, i ? '&' : '?');
		bf_escape_query(out, query->items[i].name);
		bf_buf_add_char(out, '=');
		bf_escape_query(out, query->items[i].value);
	}
}

/* This page with its query, without the language. */
static struct bf_str own_address(struct bf_req *req)
{
	struct bf_buf address;
	struct bf_str ret;

	bf_buf_init(&address);
	bf_escape_path(&address, req->rest.len ? req->rest : BF_STR("/"));
	bf_req_add_query(req, &address);
	ret = (struct bf_str){ bf_pool_copy(req->pool, bf_buf_str(&address)), address.len };
	bf_buf_release(&address);
	return ret;
}

static struct bf_value plugin_value(struct bf_req *req, const struct bf_plugin *plugin)
{
	struct bf_value value = bf_value_map(req->pool);

	bf_value_set(&value, "name", text_value(plugin->name));
	bf_value_set(&value, "title",
		     text_value(bf_views_text(req->app->views, plugin->name, req->lang,
					      plugin->title)));
	return value;
}

static struct bf_value person_value(struct bf_req *req)
{
	struct bf_value value = bf_value_map(req->pool);

	bf_value_set(&value, "name", bf_value_string(req->person->name));
	bf_value_set(&value, "notices", bf_value_number(req->person->notices));
	bf_value_set(&value, "roles", bf_value_number(req->person->roles));
	bf_value_set(&value, "is_operator",
		     bf_value_bool((req->person->roles & BF_OPERATORS) != 0));
	return value;
}

/* Back to this page, unless it is one of the account's own. back is encoded. */
static const char *sign_in_address(struct bf_req *req, const char *back)
{
	bool own = req->scope && req->scope->segment;

	return bf_pool_printf(req->pool, "%s/account/sign-in%s%s", req->root,
			      own ? "" : "?back=", own ? "" : back);
}

static struct bf_value globals(struct bf_req *req)
{
	struct bf_value value = bf_value_map(req->pool);
	struct bf_str address = own_address(req);
	const char *own = joined(req, req->root, address);
	bool elder = wants_elder(req);
	struct bf_buf back;

	bf_buf_init(&back);
	bf_escape_query(&back, bf_str(own));
	bf_value_set(&value, "lang", text_value(bf_lang_code[req->lang]));
	bf_value_set(&value, "lang_tag", text_value(bf_lang_tag[req->lang]));
	bf_value_set(&value, "root", text_value(req->root));
	bf_value_set(&value, "address", bf_value_string(address));
	bf_value_set(&value, "other_lang_address",
		     text_value(joined(req, req->lang == BF_EN ? "" : "/en", address)));
	bf_value_set(&value, "elder", bf_value_bool(elder));
	bf_value_set(&value, "elder_address",
		     text_value(bf_pool_printf(req->pool, "%s/view/%s?back=%s", req->root,
					       elder ? "normal" : "elder", back.data)));
	bf_value_set(&value, "demo", bf_value_bool(req->app->config->profile == BF_PROFILE_DEMO));
	bf_value_set(&value, "city",
		     req->city ? bf_value_number(req->city->code) : (struct bf_value){ 0 });
	bf_value_set(&value, "city_slug",
		     req->city ? bf_value_string(req->city->slug) : (struct bf_value){ 0 });
	bf_value_set(&value, "plugin",
		     req->scope && req->scope->plugin ? plugin_value(req, req->scope->plugin)
						      : (struct bf_value){ 0 });
	bf_value_set(&value, "notice",
		     req->notice ? text_value(req->notice) : (struct bf_value){ 0 });
	bf_value_set(&value, "person", req->person ? person_value(req) : (struct bf_value){ 0 });
	bf_value_set(&value, "sign_in_address", text_value(sign_in_address(req, back.data)));
	bf_value_set(&value, "request_id", text_value(req->http->id));
	bf_value_set(&value, "year",
		     bf_value_number(bf_clock_date(bf_clock_wall_ms() + BF_SHANGHAI_MS).year));
	bf_buf_release(&back);
	return value;
}

/* ---- tokens of posted forms ---------------------------------------------------------- */

/* The prefix makes browsers refuse the cookie from anywhere but this very host over TLS. */
static const char *visitor_cookie(const struct bf_req *req)
{
	return bf_str_is(req->http->scheme, "https") ? "__Host-form" : "form";
}

static struct bf_str visitor_of(const struct bf_req *req)
{
	const struct bf_field *cookie = bf_fields_find(&req->http->cookies, visitor_cookie(req));

	return cookie ? cookie->value : BF_STR("");
}

/* Whom the tokens of forms belong to: the session, else the visitor's cookie. */
static struct bf_str holder_of(const struct bf_req *req)
{
	return req->person ? req->person->sid : visitor_of(req);
}

bool bf_req_form_is_ours(const struct bf_req *req)
{
	const struct bf_field *token = bf_fields_find(&req->http->form, "_token");
	const struct bf_field *key = bf_fields_find(&req->http->form, "_key");
	struct bf_str visitor = holder_of(req);

	return visitor.len && token && key && bf_form_key_valid(key->value) &&
	       bf_token_check(&req->app->form_key, visitor, token->value);
}

struct bf_once_request bf_req_once(const struct bf_req *req)
{
	const struct bf_field *key = bf_fields_find(&req->http->form, "_key");
	const struct bf_request *http = req->http;

	return (struct bf_once_request){
		.actor = bf_pool_printf(req->pool, "account:%jd", (intmax_t)req->person->account),
		.key = key ? bf_pool_copy(req->pool, key->value) : "",
		.route =
			bf_str(bf_pool_printf(req->pool, "%.*s %.*s", BF_STR_ARG(http->method_name),
					      BF_STR_ARG(http->path))),
		.body = http->body,
	};
}

/* A visitor whom we give a form for the first time gets a name of 128 random bits. */
static void know_visitor(struct bf_req *req)
{
	char name[BF_FORM_KEY_TEXT_BYTES];

	req->visitor = holder_of(req);
	if (req->visitor.len)
		return;
	bf_form_key_make(name);
	req->visitor = (struct bf_str){ bf_pool_copy(req->pool, bf_str(name)), strlen(name) };
	bf_request_header(req->http, "Set-Cookie",
			  bf_pool_printf(req->pool, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s",
					 visitor_cookie(req), name,
					 bf_str_is(req->http->scheme, "https") ? "; Secure" : ""));
}

static void add_secrets(struct bf_req *req, struct bf_view_request *request)
{
	char *token = bf_pool_alloc(req->pool, BF_TOKEN_TEXT_BYTES);
	char *key = bf_pool_alloc(req->pool, BF_FORM_KEY_TEXT_BYTES);

	if (!req->visitor.len)
		know_visitor(req);
	bf_token_make(&req->app->form_key, req->visitor, token);
	bf_form_key_make(key);
	request->token = token;
	request->idempotency_key = key;
	req->no_store = true;
}

/* ---- rendering ----------------------------------------------------------------------- */

const char *bf_req_mount(const struct bf_req *req, const struct bf_plugin *plugin)
{
	return bf_pool_printf(req->pool, "%s/%s%s%s%s", req->root,
			      req->city ? req->city->slug.p : "", req->city ? "/" : "",
			      plugin ? plugin->name : "", plugin ? "/" : "");
}

enum bf_rc bf_req_render(struct bf_req *req, const char *scope, const char *template_name,
			 const struct bf_value *model, struct bf_buf *out)
{
	const struct bf_view *view =
		bf_views_find(req->app->views, scope, template_name, req->lang);
	const struct bf_scope *plugin = bf_app_scope(req->app, bf_str(scope));
	struct bf_view_request request;
	struct bf_value around;

	if (!view)
		return bf_err_set(&req->http->err, BF_FAULT,
				  "there is no template \"%s\" in scope \"%s\"", template_name,
				  scope);
	around = globals(req);
	request = (struct bf_view_request){
		.model = model,
		.globals = &around,
		.root = req->root,
		.mount = bf_req_mount(req, plugin ? plugin->plugin : NULL),
		.form = req->route ? req->route->name : NULL,
		.typed = &req->typed,
		.messages = &req->messages,
		.pool = req->pool,
		.now_ms = bf_clock_wall_ms(),
	};
	if (bf_view_posts(view))
		add_secrets(req, &request);
	bf_view_render(view, &request, out);
	return BF_OK;
}
