#include "site/person.h"

#include "base/clock.h"
#include "view/escape.h"

struct bf_desk bf_site_desk(const struct bf_req *req)
{
	return (struct bf_desk){
		.ask = { req->worker->db, req->app->queries, req->pool },
		.secrets = req->app->secrets,
		.lang = req->lang,
		.common_passwords = req->app->common_passwords,
	};
}

/* ---- the cookie ------------------------------------------------------------------------ */

static bool is_https(const struct bf_req *req)
{
	return bf_str_is(req->http->scheme, "https");
}

/* The prefix makes browsers refuse the cookie from anywhere but this very host over TLS. */
static const char *sid_cookie(const struct bf_req *req)
{
	return is_https(req) ? "__Host-sid" : "sid";
}

void bf_site_set_sid(struct bf_req *req, const char *sid)
{
	bf_request_header(req->http, "Set-Cookie",
			  bf_pool_printf(req->pool, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s",
					 sid_cookie(req), sid, is_https(req) ? "; Secure" : ""));
}

void bf_site_drop_sid(struct bf_req *req)
{
	bf_request_header(req->http, "Set-Cookie",
			  bf_pool_printf(req->pool,
					 "%s=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax%s",
					 sid_cookie(req), is_https(req) ? "; Secure" : ""));
}

/* ---- who asks -------------------------------------------------------------------------- */

enum bf_rc bf_site_read_person(struct bf_req *req)
{
	const struct bf_field *sid = bf_fields_find(&req->http->cookies, sid_cookie(req));
	int64_t start_us = bf_clock_monotonic_us();
	struct bf_desk desk = bf_site_desk(req);
	struct bf_session session;
	struct bf_person *person;
	enum bf_rc rc;

	/* the simulated gateway shares our host, hence its cookies, and knows nobody */
	if (!sid || req->app->config->worker_pool == BF_WORKERS_SANDBOX)
		return BF_OK;
	rc = bf_session_find(&desk, sid->value, &session, &req->http->err);
	req->http->queries++;
	req->http->query_us += bf_clock_monotonic_us() - start_us;
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	person = bf_pool_zalloc(req->pool, sizeof(*person));
	*person = (struct bf_person){
		.account = session.account,
		.name = session.name,
		.roles = session.roles,
		.household = session.household,
		.sid = sid->value,
		.session = session.id,
		.notices = session.notices,
		.behind_factor = session.behind_factor,
		.second_factor_s = session.second_factor_s,
	};
	req->person = person;
	req->no_store = true;
	return BF_OK;
}

enum bf_rc bf_site_guard_person(struct bf_req *req)
{
	unsigned who = req->route->who;

	if (who & BF_ANYONE)
		return BF_OK;
	if (!req->person)
		return BF_SIGN_IN;
	if (who & req->person->roles)
		return BF_OK;
	req->wants_factor = (who & req->person->behind_factor) != 0;
	return BF_DENIED;
}

/* ---- the way there --------------------------------------------------------------------- */

const char *bf_site_account_address(const struct bf_req *req, const char *path, const char *back)
{
	struct bf_buf address;
	const char *ret;

	bf_buf_init(&address);
	bf_buf_printf(&address, "%s/account/%s", req->lang == BF_EN ? "/en" : "", path);
	if (back) {
		bf_buf_add_text(&address, "?back=");
		bf_escape_query(&address, bf_str(back));
	}
	ret = bf_pool_copy(req->pool, bf_buf_str(&address));
	bf_buf_release(&address);
	return ret;
}

bool bf_site_lead_to_sign_in(struct bf_req *req, enum bf_rc rc)
{
	const char *path = rc == BF_SIGN_IN    ? "sign-in"
			   : req->wants_factor ? "second-factor"
					       : NULL;
	struct bf_buf back;

	if (!path || req->json || !req->route || req->route->method != BF_GET)
		return false;
	bf_buf_init(&back);
	bf_buf_add_text(&back, req->root);
	bf_escape_path(&back, req->rest.len ? req->rest : BF_STR("/"));
	bf_req_add_query(req, &back);
	bf_request_header(req->http, "Location", bf_site_account_address(req, path, back.data));
	bf_buf_release(&back);
	bf_buf_clear(&req->http->out);
	req->http->status = 303;
	return true;
}
