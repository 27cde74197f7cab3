#include "domain/picture.h"
#include "site/pictures.h"
#include "site/answer.h"
#include "domain/overdue.h"
#include "domain/pairing.h"
#include "site/posts.h"

#include <inttypes.h>
#include <sodium.h>
#include <strings.h>

#include "base/clock.h"
#include "domain/cap.h"
#include "domain/citizen.h"
#include "domain/city_plugin.h"
#include "domain/delivery.h"
#include "domain/draft.h"
#include "domain/enrol.h"
#include "domain/grant.h"
#include "domain/household.h"
#include "domain/list_export.h"
#include "domain/payee.h"
#include "domain/payment_stop.h"
#include "domain/payout.h"
#include "domain/rest.h"
#include "domain/review.h"
#include "domain/suspend.h"
#include "site/exports.h"
#include "site/people.h"
#include "view/escape.h"

/* ---- errors -------------------------------------------------------------------------- */

struct error_text {
	const char *title, *text;
};

static const struct error_text error_texts[BF_RC__MAX] = {
	[BF_BAD_REQUEST] = { "This request could not be read", "Please go back and try again." },
	[BF_SIGN_IN] = { "Please sign in", "This page is for people who are signed in." },
	[BF_DENIED] = { "This is not open to you", "You may not use this page." },
	[BF_NOT_FOUND] = { "We could not find this page",
			   "The address may have a typing error, or the page has moved." },
	[BF_NO_METHOD] = { "This page cannot be used that way",
			   "Please go back and use the form or the link again." },
	[BF_CONFLICT] = { "Something has changed meanwhile",
			  "Please read the page again before you go on." },
	[BF_NO_LENGTH] = { "This request could not be read", "Please go back and try again." },
	[BF_TOO_LARGE] = { "This is too large", "Please send less at once." },
	[BF_INVALID] = { "Something needs to be corrected", "Please check what you entered." },
	[BF_FAULT] = { "Something went wrong on our side",
		       "We have noted it. Please try again later." },
	[BF_BUSY] = { "Please wait a moment",
		      "The service is very busy or being restarted. Please try again in a few "
		      "seconds." },
};

const char *const bf_site_texts[BF_SITE_TEXT__MAX] = {
	[BF_SITE_CITY_CLOSED] = "This service is not open in this city.",
	[BF_SITE_FORM_FOREIGN] = "This form did not come from a page of ours. Please open the page "
				 "and send the form from there.",
	[BF_SITE_FORM_OLD] =
		"The form was too old or came from another browser, so nothing was sent "
		"yet. What you typed is still here: please send it again.",
	[BF_SITE_FORM_LATE] =
		"You were signed out meanwhile. Sign in again in a new window, then load this page "
		"again: what you typed is still here.",
	[BF_SITE_WANTS_FACTOR] =
		"Please prove your second factor first, on the page of your account.",
	[BF_SITE_LINK_OLD] = "This link is out of date. Here is the page from its start.",
};

/* Why acts are refused. */
static const char *const *const act_texts[] = {
	bf_act_texts,          bf_machine_texts, bf_post_texts,    bf_draft_texts,
	bf_review_texts,       bf_suspend_texts, bf_payout_texts,  bf_delivery_texts,
	bf_rest_texts,         bf_payee_texts,   bf_grant_texts,   bf_city_plugin_texts,
	bf_payment_stop_texts, bf_cap_texts,     bf_citizen_texts, bf_household_texts,
	bf_posts_texts,        bf_overdue_texts, bf_people_texts,  bf_list_texts,
	bf_exports_texts,      bf_enrol_texts,   bf_pairing_texts, bf_pictures_texts,
	bf_picture_texts,      bf_kernel_texts,
};

void bf_answer_each_text(void (*tell)(void *arg, const char *english), void *arg)
{
	for (size_t i = 0; i < sizeof(act_texts) / sizeof(act_texts[0]); i++)
		for (const char *const *text = act_texts[i]; *text; text++)
			tell(arg, *text);
	for (size_t i = 0; i < BF_RC__MAX; i++)
		if (error_texts[i].title) {
			tell(arg, error_texts[i].title);
			tell(arg, error_texts[i].text);
		}
	for (size_t i = 0; i < BF_SITE_TEXT__MAX; i++)
		tell(arg, bf_site_texts[i]);
}

static struct bf_value text_value(const char *text)
{
	return bf_value_string(bf_str(text));
}

static struct bf_value message_list(struct bf_req *req)
{
	struct bf_value list = bf_value_list(req->pool);
	const struct bf_map *messages = req->messages.map;

	for (size_t i = 0; i < messages->count; i++) {
		struct bf_value item = bf_value_map(req->pool);

		bf_value_set(&item, "field", bf_value_string(messages->members[i].name));
		bf_value_set(&item, "text", messages->members[i].value);
		bf_value_push(req->pool, &list, item);
	}
	return list;
}

static void error_json(struct bf_req *req, const struct bf_value *model)
{
	struct bf_value outer = bf_value_map(req->pool);

	bf_value_set(&outer, "error", *model);
	bf_value_print_json(&outer, &req->http->out);
}

/* Without database and templates: what is left when all else failed. */
static void last_resort(struct bf_req *req, const char *title, const char *text)
{
	const struct {
		const char *markup, *text;
	} parts[] = {
		{ "<!DOCTYPE html>\n<html lang=\"", bf_lang_tag[req->lang] },
		{ "\"><head><meta charset=\"utf-8\"><title>", title },
		{ "</title></head><body><h1>", title },
		{ "</h1><p>", text },
		{ "</p><p>", req->http->id },
		{ "</p></body></html>\n", "" },
	};

	bf_buf_clear(&req->http->out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		bf_buf_add_text(&req->http->out, parts[i].markup);
		bf_escape_text(&req->http->out, bf_str(parts[i].text));
	}
}

/* A form that was sent after the session had ended. */
static bool is_late_form(const struct bf_req *req, enum bf_rc rc)
{
	return rc == BF_SIGN_IN && req->route && req->route->method == BF_POST;
}

static const char *text_of(const struct bf_req *req, enum bf_rc rc)
{
	if (req->public_text)
		return req->public_text;
	if (is_late_form(req, rc))
		return bf_req_text(req, bf_site_texts[BF_SITE_FORM_LATE]);
	if (rc == BF_DENIED && req->wants_factor)
		return bf_req_text(req, bf_site_texts[BF_SITE_WANTS_FACTOR]);
	return bf_req_text(req, error_texts[rc].text);
}

void bf_answer_error(struct bf_req *req, enum bf_rc rc)
{
	const struct error_text *known = &error_texts[rc];
	const char *title = bf_req_text(req, known->title);
	const char *text = text_of(req, rc);
	struct bf_value model = bf_value_map(req->pool);

	req->http->status = bf_rc_status(rc);
	bf_buf_clear(&req->http->out);
	bf_value_set(&model, "status", bf_value_number(req->http->status));
	bf_value_set(&model, "title", text_value(title));
	bf_value_set(&model, "text", text_value(text));
	bf_value_set(&model, "fields", message_list(req));
	bf_value_set(&model, "late", bf_value_bool(is_late_form(req, rc)));
	bf_value_set(&model, "request_id", text_value(req->http->id));
	if (rc == BF_BUSY)
		bf_request_header(req->http, "Retry-After", "2");
	if (req->json)
		error_json(req, &model);
	else if (bf_req_render(req, BF_CORE_SCOPE, "error.html", &model, &req->http->out) != BF_OK)
		last_resort(req, title, text);
}

/* ---- headers ------------------------------------------------------------------------- */

static const struct {
	const char *name, *value;
} security_headers[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	  "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
	  "base-uri 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "strict-origin-when-cross-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-site" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
	{ "X-XSS-Protection", "0" },
};

static bool has_header(const struct bf_request *http, const char *name)
{
	size_t len = strlen(name);
	const char *line = http->headers_out.data;

	while (line && *line) {
		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			return true;
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return false;
}

/* The page's own hash: the same page is not sent twice. It guards no secret, so it needs speed
 * and few collisions, not strength. */
static void add_etag(struct bf_req *req)
{
	static const unsigned char key[crypto_shorthash_KEYBYTES] = { 0 };
	const struct bf_field *known = bf_fields_find(&req->http->headers, "if-none-match");
	unsigned char hash[crypto_shorthash_BYTES];
	char tag[2 * sizeof(hash) + 6] = "W/\"";

	crypto_shorthash(hash, (const unsigned char *)req->http->out.data, req->http->out.len, key);
	sodium_bin2hex(tag + 3, 2 * sizeof(hash) + 1, hash, sizeof(hash));
	memcpy(tag + 3 + 2 * sizeof(hash), "\"", 2);
	bf_request_header(req->http, "ETag", tag);
	if (known && bf_str_is(known->value, tag)) {
		req->http->status = 304;
		bf_buf_clear(&req->http->out);
	}
}

static void add_caching(struct bf_req *req)
{
	char value[64];

	if (has_header(req->http, "Cache-Control"))
		return;
	if (req->http->status != 200 || req->no_store || !req->route ||
	    req->route->method != BF_GET) {
		bf_request_header(req->http, "Cache-Control", "no-store");
		return;
	}
	snprintf(value, sizeof(value), "public, max-age=%" PRId64, req->app->config->cache_s);
	bf_request_header(req->http, "Cache-Control", value);
	bf_request_header(req->http, "Vary", "Accept, Cookie");
	add_etag(req);
}

/* How long it took and how many queries: shown in the demo, private in production. */
static void add_timing(struct bf_req *req)
{
	char value[128];

	if (req->app->config->profile != BF_PROFILE_DEMO)
		return;
	snprintf(value, sizeof(value), "db;dur=%.2f;desc=\"%u queries\", app;dur=%.2f",
		 (double)req->http->query_us / 1000, req->http->queries,
		 (double)(bf_clock_monotonic_us() - req->http->started_us) / 1000);
	bf_request_header(req->http, "Server-Timing", value);
}

void bf_answer_finish(struct bf_req *req)
{
	/* a redirect has no body, hence no type */
	if (req->http->out.len && !has_header(req->http, "Content-Type"))
		bf_request_header(req->http, "Content-Type",
				  req->json ? "application/json; charset=utf-8"
					    : "text/html; charset=utf-8");
	for (size_t i = 0; i < sizeof(security_headers) / sizeof(security_headers[0]); i++)
		bf_request_header(req->http, security_headers[i].name, security_headers[i].value);
	if (bf_str_is(req->http->scheme, "https"))
		bf_request_header(req->http, "Strict-Transport-Security",
				  "max-age=63072000; includeSubDomains; preload");
	bf_request_header(req->http, "X-Request-Id", req->http->id);
	add_caching(req);
	add_timing(req);
}
