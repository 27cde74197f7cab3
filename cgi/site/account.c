/* account: register, sign in and out, the second factor, what can be changed. Read downwards:
 * parameters, words, handlers, routes. */
#include "site/account.h"

#include "base/clock.h"
#include "domain/account.h"
#include "domain/notify.h"
#include "domain/outbox.h"
#include "domain/password.h"
#include "domain/second_factor.h"
#include "site/answer.h"
#include "site/person.h"

enum { HANDLE_MAX_CHARS = 200, NAME_MAX_CHARS = 40, CODE_MAX_CHARS = 24, BACK_MAX_CHARS = 4000 };

/* ---- parameters ---------------------------------------------------------------------- */

#define HANDLE                                                                                \
	{                                                                                     \
		.name = "handle", .type = BF_TEXT, .label = "Phone number or e-mail address", \
		.required = true, .max = HANDLE_MAX_CHARS                                     \
	}
#define PASSWORD(field, text)                                                    \
	{                                                                        \
		.name = field, .type = BF_TEXT, .label = text, .required = true, \
		.max = BF_PASSWORD_CHARS_MAX                                     \
	}
#define CODE                                                                        \
	{                                                                           \
		.name = "code", .type = BF_TEXT, .label = "Code", .required = true, \
		.max = CODE_MAX_CHARS                                               \
	}
#define TICKET                                                                    \
	{                                                                         \
		.name = "ticket", .type = BF_TEXT, .pattern = "[A-Za-z0-9_-]{43}" \
	}
/* a path of ours: one slash first, so that it cannot name another host */
#define BACK                                                            \
	{                                                               \
		.name = "back", .type = BF_TEXT, .max = BACK_MAX_CHARS, \
		.pattern = "/(?:[^/\\\\\\s][^\\\\\\s]*)?"               \
	}

static const struct bf_param back_params[] = { BACK };
static const struct bf_param sign_in_params[] = { HANDLE, PASSWORD("password", "Password"), BACK };
static const struct bf_param register_params[] = {
	{ .name = "name",
	  .type = BF_TEXT,
	  .label = "Your name",
	  .required = true,
	  .min = 2,
	  .max = NAME_MAX_CHARS },
	HANDLE,
	PASSWORD("password", "Password"),
};
static const struct bf_param ticket_params[] = { TICKET };
static const struct bf_param confirm_params[] = { TICKET, CODE };
static const struct bf_param forgot_params[] = { HANDLE };
static const struct bf_param reset_params[] = { TICKET, CODE,
						PASSWORD("password", "New password") };
static const struct bf_param factor_params[] = { CODE, BACK };
static const struct bf_param change_params[] = { PASSWORD("old_password", "Present password"),
						 PASSWORD("password", "New password") };
static const struct bf_param close_params[] = { PASSWORD("password", "Password") };
static const struct bf_choice languages[] = { { "zh", "Chinese" }, { "en", "English" } };
static const struct bf_enum language_enum = { "language", BF_TABLE(languages) };
static const struct bf_choice yes[] = { { "yes", "Yes" } };
static const struct bf_enum yes_enum = { "yes", BF_TABLE(yes) };
static const struct bf_param contact_params[] = {
	{ .name = "language",
	  .type = BF_ONE_OF,
	  .label = "Language",
	  .required = true,
	  .choices = &language_enum },
	{ .name = "sms", .type = BF_ONE_OF, .label = "Text messages", .choices = &yes_enum },
	{ .name = "mail", .type = BF_ONE_OF, .label = "E-mails", .choices = &yes_enum },
};
static const struct bf_param notice_params[] = { { .name = "after", .type = BF_CURSOR } };

/* ---- words ---------------------------------------------------------------------------- */

enum text {
	TEXT_NO_HANDLE,
	TEXT_WRONG,
	TEXT_LOCKED,
	TEXT_WRONG_CODE,
	TEXT_WRONG_PASSWORD,
	TEXT_TICKET_OLD,
	TEXT_OPEN_HOLDS,
	TEXT_STAFF_CLOSE,
	TEXT__MAX
};

static const char *const texts[TEXT__MAX] = {
	[TEXT_NO_HANDLE] = "Please write a mobile number of 11 digits, or an e-mail address.",
	[TEXT_WRONG] = "This number or address and this password do not belong together.",
	[TEXT_LOCKED] = "There were too many wrong tries. Please wait 15 minutes, then try again.",
	[TEXT_WRONG_CODE] = "This code is not right. Please look at the newest message again.",
	[TEXT_WRONG_PASSWORD] = "This is not your present password.",
	[TEXT_TICKET_OLD] = "This page is no longer open: a code is good for ten minutes and five "
			    "tries. Please begin again.",
	[TEXT_OPEN_HOLDS] = "You have promised help that is not yet settled. Please wait until it "
			    "is, then close the account.",
	[TEXT_STAFF_CLOSE] = "You work for an office. It must end your role before the account can "
			     "be closed.",
};

/* Codes of the database and how they read. */
struct word {
	const char *code, *english;
};

static const struct word role_words[] = {
	{ "donor", "Donor" },
	{ "village", "Village manager" },
	{ "township", "Township official" },
	{ "county", "County official" },
	{ "city", "City official" },
	{ "province", "Province official" },
	{ "national", "National office" },
	{ "config", "Settings of the city" },
	{ "inspector", "Inspector" },
	{ "pay.prepare", "Prepares payouts" },
	{ "pay.approve", "Approves payouts" },
	{ "export", "Takes lists out of the house" },
	{ "unmask", "Sees numbers in full, with a reason" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The code itself where it has no words here: other parts may write others. */
static const char *word_of(const struct bf_req *req, const struct word *words, size_t count,
			   const char *code)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].code, code) == 0)
			return bf_req_text(req, words[i].english);
	return code;
}

void bf_account_each_text(void (*tell)(void *arg, const char *english), void *arg)
{
	for (size_t i = 0; i < TEXT__MAX; i++)
		tell(arg, texts[i]);
	for (size_t i = 0; i < COUNT(role_words); i++)
		tell(arg, role_words[i].english);
	for (const struct bf_notice_kind *kind = bf_notice_kinds; kind->template_name; kind++)
		tell(arg, kind->english);
	for (const char *const *text = bf_outbox_texts; *text; text++)
		tell(arg, *text);
	for (size_t i = 0; i < BF_PASSWORD_FAULT__MAX; i++)
		tell(arg, bf_password_fault_text[i]);
}

static struct bf_str text_of(const struct bf_req *req, const char *param)
{
	return bf_str(bf_text(req, param));
}

static enum bf_rc go(struct bf_req *req, const char *address)
{
	bf_request_header(req->http, "Location", address);
	req->http->status = 303;
	return BF_OK;
}

static enum bf_rc go_back(struct bf_req *req)
{
	return bf_has(req, "back") && *bf_text(req, "back") ? go(req, bf_text(req, "back"))
							    : bf_redirect(req, "home");
}

static void set_texts(struct bf_req *req, struct bf_value *rows, const char *code,
		      const struct word *words, size_t count)
{
	struct bf_value list = bf_value_list(req->pool);

	for (size_t i = 0; i < bf_value_count(rows); i++) {
		const struct bf_value *row = bf_value_at(rows, i);
		struct bf_value item = bf_value_map(req->pool);

		for (uint32_t c = 0; c < row->row->shape->count; c++)
			bf_value_set(&item, row->row->shape->names[c].p, row->row->cells[c]);
		bf_value_set(&item, "text",
			     bf_value_string(
				     bf_str(word_of(req, words, count,
						    bf_value_text(bf_value_get(row, code))))));
		bf_value_push(req->pool, &list, item);
	}
	list.list->paged = rows->list->paged;
	list.list->next = rows->list->next;
	*rows = list;
}

/* ---- sign in and out ------------------------------------------------------------------- */

/* A new session takes the place of the one that the browser had. */
static enum bf_rc start_session(struct bf_req *req, int64_t account)
{
	struct bf_desk desk = bf_site_desk(req);
	char sid[BF_TICKET_TEXT_BYTES];
	enum bf_rc rc = BF_OK;

	if (req->person)
		rc = bf_session_end(&desk, req->person->session, &req->http->err);
	if (rc == BF_OK)
		rc = bf_session_start(&desk, account, sid, &req->http->err);
	if (rc == BF_OK)
		bf_site_set_sid(req, sid);
	return rc;
}

/* Whose roles wait for the second factor goes there first. */
static enum bf_rc go_on(struct bf_req *req, int64_t account)
{
	struct bf_value args = bf_value_map(req->pool), rows;
	struct bf_desk desk = bf_site_desk(req);
	unsigned roles, behind = 0;
	enum bf_rc rc;

	bf_value_set(&args, "account", bf_value_number(account));
	rc = bf_ask_select(&desk.ask, "account_roles", &args, &rows, &req->http->err);
	if (rc != BF_OK)
		return rc;
	for (size_t i = 0; i < bf_value_count(&rows); i++) {
		(void)bf_roles_read(bf_value_str(bf_value_get(bf_value_at(&rows, i), "role")),
				    &roles);
		behind |= bf_roles_behind_factor(roles);
	}
	if (!behind)
		return go_back(req);
	return go(req, bf_site_account_address(req, "second-factor",
					       bf_has(req, "back") ? bf_text(req, "back") : NULL));
}

static enum bf_rc sign_in_page(struct bf_req *req)
{
	return bf_page(req, "account_sign_in.html");
}

static enum bf_rc sign_in(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	enum bf_sign_in outcome;
	struct bf_handle handle;
	int64_t account = 0;
	enum bf_rc rc;

	if (!bf_handle_read(&desk, text_of(req, "handle"), &handle))
		return bf_req_refuse(req, "handle", texts[TEXT_NO_HANDLE]);
	rc = bf_sign_in(&desk, &handle, text_of(req, "password"), req->http->client, &outcome,
			&account, &req->http->err);
	if (rc != BF_OK)
		return rc;
	if (outcome != BF_SIGN_IN_RIGHT)
		return bf_req_refuse(
			req, "password",
			texts[outcome == BF_SIGN_IN_LOCKED ? TEXT_LOCKED : TEXT_WRONG]);
	rc = start_session(req, account);
	return rc == BF_OK ? go_on(req, account) : rc;
}

static enum bf_rc sign_out_page(struct bf_req *req)
{
	return bf_page(req, "account_sign_out.html");
}

static enum bf_rc leave(struct bf_req *req, enum bf_rc rc)
{
	if (rc != BF_OK)
		return rc;
	bf_site_drop_sid(req);
	return go(req, req->lang == BF_EN ? "/en/" : "/");
}

static enum bf_rc sign_out(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);

	return leave(req, bf_session_end(&desk, req->person->session, &req->http->err));
}

static enum bf_rc sign_out_everywhere(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);

	return leave(req, bf_session_end_others(&desk, req->person->account, 0, &req->http->err));
}

/* ---- register -------------------------------------------------------------------------- */

static enum bf_rc register_page(struct bf_req *req)
{
	return bf_page(req, "account_register.html");
}

static enum bf_rc go_to_ticket(struct bf_req *req, const char *ticket, const char *route)
{
	bf_bind_text(req, "ticket", ticket);
	return bf_redirect(req, route);
}

static enum bf_rc begin_register(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	struct bf_str name = text_of(req, "name"), password = text_of(req, "password");
	char ticket[BF_TICKET_TEXT_BYTES];
	enum bf_password_fault fault;
	struct bf_handle handle;
	enum bf_rc rc;

	if (!bf_handle_read(&desk, text_of(req, "handle"), &handle))
		return bf_req_refuse(req, "handle", texts[TEXT_NO_HANDLE]);
	fault = bf_password_judge(&desk, password,
				  &(struct bf_password_owner){ .name = name,
							       .handle = handle.text });
	if (fault)
		return bf_req_refuse(req, "password", bf_password_fault_text[fault]);
	rc = bf_account_register(&desk, &handle, name, password, ticket, &req->http->err);
	return rc == BF_OK ? go_to_ticket(req, ticket, "confirm_page") : rc;
}

/* The page that asks for a code; a form shown again shows it even when the ticket has ended. */
static enum bf_rc code_page(struct bf_req *req, const char *purpose, const char *template_name)
{
	struct bf_desk desk = bf_site_desk(req);
	int64_t account;
	enum bf_rc rc = bf_account_ticket(&desk, text_of(req, "ticket"), purpose, &account,
					  &req->http->err);

	if (rc == BF_NOT_FOUND)
		return bf_fail(req, BF_NOT_FOUND, texts[TEXT_TICKET_OLD],
			       "the ticket of a %s has ended", purpose);
	return rc == BF_OK ? bf_page(req, template_name) : rc;
}

static enum bf_rc confirm_page(struct bf_req *req)
{
	return code_page(req, "register", "account_confirm.html");
}

static enum bf_rc after_code(struct bf_req *req, enum bf_rc rc)
{
	if (rc == BF_INVALID)
		return bf_req_refuse(req, "code", texts[TEXT_WRONG_CODE]);
	if (rc == BF_NOT_FOUND)
		return bf_fail(req, BF_NOT_FOUND, texts[TEXT_TICKET_OLD], "the ticket has ended");
	return rc;
}

static enum bf_rc confirm(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	int64_t account = 0;
	enum bf_rc rc = after_code(req, bf_account_confirm(&desk, text_of(req, "ticket"),
							   text_of(req, "code"), &account,
							   &req->http->err));

	if (rc == BF_OK)
		rc = start_session(req, account);
	return rc == BF_OK ? bf_redirect(req, "home") : rc;
}

/* ---- a forgotten password -------------------------------------------------------------- */

static enum bf_rc forgot_page(struct bf_req *req)
{
	return bf_page(req, "account_forgot.html");
}

static enum bf_rc forgot(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	char ticket[BF_TICKET_TEXT_BYTES];
	struct bf_handle handle;
	enum bf_rc rc;

	if (!bf_handle_read(&desk, text_of(req, "handle"), &handle))
		return bf_req_refuse(req, "handle", texts[TEXT_NO_HANDLE]);
	rc = bf_account_forgot(&desk, &handle, ticket, &req->http->err);
	return rc == BF_OK ? go_to_ticket(req, ticket, "reset_page") : rc;
}

static enum bf_rc reset_page(struct bf_req *req)
{
	return code_page(req, "reset", "account_reset.html");
}

/* BF_INVALID with its message where the password is not taken. */
static enum bf_rc judge_new(struct bf_req *req, int64_t account)
{
	struct bf_desk desk = bf_site_desk(req);
	struct bf_password_owner owner = { .name = BF_STR(""), .handle = BF_STR("") };
	enum bf_password_fault fault;
	enum bf_rc rc = bf_account_is_staff(&desk, account, &owner.staff, &req->http->err);

	if (rc != BF_OK)
		return rc;
	fault = bf_password_judge(&desk, text_of(req, "password"), &owner);
	return fault ? bf_req_refuse(req, "password", bf_password_fault_text[fault]) : BF_OK;
}

static enum bf_rc reset(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	int64_t account = 0;
	enum bf_rc rc = after_code(req, bf_account_ticket(&desk, text_of(req, "ticket"), "reset",
							  &account, &req->http->err));

	if (rc == BF_OK)
		rc = judge_new(req, account);
	if (rc == BF_OK)
		rc = after_code(req, bf_account_reset(&desk, text_of(req, "ticket"),
						      text_of(req, "code"),
						      text_of(req, "password"), &req->http->err));
	return rc == BF_OK ? bf_redirect(req, "sign_in_page") : rc;
}

/* ---- the second factor ----------------------------------------------------------------- */

static enum bf_rc factor_page(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	struct bf_factor factor;
	enum bf_rc rc = bf_factor_read(&desk, req->person->account, &factor, &req->http->err);

	if (rc != BF_OK)
		return rc;
	bf_set_int(req, "made", factor.made);
	bf_set_int(req, "confirmed", factor.confirmed);
	if (factor.secret)
		bf_set_text(req, "secret", factor.secret);
	return bf_page(req, "account_second_factor.html");
}

static enum bf_rc make_factor(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	enum bf_rc rc = bf_factor_make(&desk, req->person->account, &req->http->err);

	return rc == BF_OK ? bf_redirect(req, "factor_page") : rc;
}

/* Shown once: only their hashes are kept. */
static enum bf_rc show_recovery_codes(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	char codes[BF_RECOVERY_CODES][BF_RECOVERY_CODE_BYTES];
	struct bf_value list = bf_value_list(req->pool);
	enum bf_rc rc = bf_factor_recovery(&desk, req->person->account, codes, &req->http->err);

	if (rc != BF_OK)
		return rc;
	for (size_t i = 0; i < BF_RECOVERY_CODES; i++)
		bf_value_push(req->pool, &list,
			      bf_value_string(
				      (struct bf_str){ bf_pool_copy(req->pool, bf_str(codes[i])),
						       BF_RECOVERY_CODE_BYTES - 1 }));
	bf_value_set(&req->model, "codes", list);
	return bf_page(req, "account_recovery.html");
}

static enum bf_rc prove_factor(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	char sid[BF_TICKET_TEXT_BYTES];
	enum bf_sign_in outcome;
	bool first = false;
	enum bf_rc rc = bf_factor_prove(&desk, req->person->account, text_of(req, "code"),
					req->http->client, &outcome, &first, &req->http->err);

	if (rc != BF_OK)
		return rc;
	if (outcome != BF_SIGN_IN_RIGHT)
		return bf_req_refuse(
			req, "code",
			texts[outcome == BF_SIGN_IN_LOCKED ? TEXT_LOCKED : TEXT_WRONG_CODE]);
	rc = bf_session_prove(&desk, req->person->session, sid, &req->http->err);
	if (rc != BF_OK)
		return rc;
	bf_site_set_sid(req, sid);
	return first ? show_recovery_codes(req) : go_back(req);
}

/* ---- the account ----------------------------------------------------------------------- */

static enum bf_rc home(struct bf_req *req)
{
	struct bf_value roles;
	enum bf_rc rc;

	bf_bind_int(req, "session", req->person->session);
	rc = bf_query_one(req, "account_words", "account");
	if (rc == BF_OK)
		rc = bf_query(req, "account_sessions", "sessions");
	if (rc == BF_OK)
		rc = bf_req_query(req, BF_CORE_SCOPE, "account_roles", &roles);
	if (rc != BF_OK)
		return rc;
	set_texts(req, &roles, "role", role_words, COUNT(role_words));
	bf_value_set(&req->model, "roles", roles);
	bf_set_int(req, "family", req->person->household != 0);
	bf_set_int(req, "behind_factor", req->person->behind_factor != 0);
	bf_set_int(req, "writes", (req->person->roles & (BF_FAMILY | BF_AT_VILLAGE)) != 0);
	bf_set_int(req, "checks",
		   (req->person->roles & (BF_AT_VILLAGE | BF_AT_TOWNSHIP | BF_AT_COUNTY |
					  BF_AT_CITY | BF_AT_PROVINCE)) != 0);
	return bf_page(req, "account_home.html");
}

static enum bf_rc password_page(struct bf_req *req)
{
	return bf_page(req, "account_password.html");
}

/* Whether the typed password is this person's. */
static enum bf_rc prove_password(struct bf_req *req, const char *field)
{
	struct bf_desk desk = bf_site_desk(req);
	enum bf_sign_in outcome;
	enum bf_rc rc = bf_sign_in_again(&desk, req->person->account, text_of(req, field),
					 req->http->client, &outcome, &req->http->err);

	if (rc != BF_OK || outcome == BF_SIGN_IN_RIGHT)
		return rc;
	return bf_req_refuse(
		req, field,
		texts[outcome == BF_SIGN_IN_LOCKED ? TEXT_LOCKED : TEXT_WRONG_PASSWORD]);
}

static enum bf_rc change_password(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	enum bf_rc rc = judge_new(req, req->person->account);

	if (rc == BF_OK)
		rc = prove_password(req, "old_password");
	if (rc == BF_OK)
		rc = bf_account_change_password(&desk, req->person->account, req->person->session,
						text_of(req, "password"), &req->http->err);
	return rc == BF_OK ? bf_redirect(req, "home") : rc;
}

static enum bf_rc close_page(struct bf_req *req)
{
	return bf_page(req, "account_close.html");
}

static enum bf_rc close_account(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	bool staff = false;
	enum bf_rc rc = bf_account_is_staff(&desk, req->person->account, &staff, &req->http->err);

	if (rc == BF_OK && staff)
		return bf_req_refuse(req, "password", texts[TEXT_STAFF_CLOSE]);
	if (rc == BF_OK)
		rc = prove_password(req, "password");
	if (rc == BF_OK)
		rc = bf_account_close(&desk, req->person->account, &req->http->err);
	if (rc == BF_CONFLICT)
		return bf_req_refuse(req, "password", texts[TEXT_OPEN_HOLDS]);
	return leave(req, rc);
}

/* The words of notices, and what each leads to. */
static void set_notices(struct bf_req *req, struct bf_value *rows)
{
	static const char *const places[] = {
		[BF_AT_NONE] = "",         [BF_AT_PAYMENT] = "payment",
		[BF_AT_POST] = "post",     [BF_AT_MINE] = "mine",
		[BF_AT_REVIEW] = "review", [BF_AT_CONNECTIONS] = "connections",
	};

	set_texts(req, rows, "template", NULL, 0);
	for (size_t i = 0; i < bf_value_count(rows); i++) {
		struct bf_value *row = &rows->list->items[i];
		const struct bf_notice_kind *kind =
			bf_notice_kind_find(bf_value_text(bf_value_get(row, "template")));

		bf_arg_set_text(row, "place", places[kind ? kind->place : BF_AT_NONE]);
		if (kind)
			bf_arg_set_text(row, "text", bf_req_text(req, kind->english));
	}
}

static enum bf_rc notices(struct bf_req *req)
{
	struct bf_value rows;
	enum bf_rc rc = bf_req_query(req, BF_CORE_SCOPE, "account_notices", &rows);

	if (rc != BF_OK)
		return rc;
	set_notices(req, &rows);
	bf_value_set(&req->model, "notices", rows);
	return bf_page(req, "account_notices.html");
}

static enum bf_rc read_notices(struct bf_req *req)
{
	enum bf_rc rc = bf_exec(req, "read_notices");

	return rc == BF_OK ? bf_redirect(req, "notices") : rc;
}

static enum bf_rc contact_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "contact_ways", "ways");

	return rc == BF_OK ? bf_page(req, "account_messages.html") : rc;
}

static enum bf_rc set_contact(struct bf_req *req)
{
	enum bf_rc rc;

	bf_bind_int(req, "wants_sms", bf_has(req, "sms"));
	bf_bind_int(req, "wants_mail", bf_has(req, "mail"));
	rc = bf_exec(req, "set_contact_ways");
	return rc == BF_OK ? bf_redirect(req, "notices") : rc;
}

/* ---- what a demo has sent ---------------------------------------------------------------- */

/* Opens what is sealed in a row, in place of it. */
static void open_member(const struct bf_desk *desk, struct bf_value *row, const char *name,
			struct bf_str about)
{
	struct bf_str text;
	bool open = bf_secret_open(desk->secrets, desk->ask.pool, about,
				   bf_value_str(bf_value_get(row, name)), &text);

	bf_value_set(row, name, open ? bf_value_string(text) : (struct bf_value){ 0 });
}

static void set_digits(struct bf_req *req, const struct bf_desk *desk, struct bf_value *row)
{
	char *digits = bf_pool_alloc(req->pool, BF_FACTOR_CODE_BYTES);

	if (bf_factor_code(desk, bf_value_int(bf_value_get(row, "account")),
			   bf_value_str(bf_value_get(row, "secret_sealed")), bf_clock_wall_ms(),
			   digits))
		bf_arg_set_text(row, "digits", digits);
	bf_value_set(row, "secret_sealed", (struct bf_value){ 0 });
}

static enum bf_rc outbox(struct bf_req *req)
{
	struct bf_desk desk = bf_site_desk(req);
	struct bf_value rows, copies, factors;
	enum bf_rc rc;

	if (req->app->config->profile != BF_PROFILE_DEMO)
		return BF_NOT_FOUND;
	rc = bf_req_query(req, BF_CORE_SCOPE, "newest_messages", &rows);
	if (rc == BF_OK)
		rc = bf_req_query(req, BF_CORE_SCOPE, "newest_deliveries", &copies);
	if (rc == BF_OK)
		rc = bf_req_query(req, BF_CORE_SCOPE, "demo_second_factors", &factors);
	if (rc != BF_OK)
		return rc;
	set_notices(req, &rows);
	for (size_t i = 0; i < bf_value_count(&rows); i++) {
		open_member(&desk, &rows.list->items[i], "to_sealed", BF_SEALED_HANDLE);
		open_member(&desk, &rows.list->items[i], "secret_sealed", BF_SEALED_CODE);
	}
	set_texts(req, &factors, "name", NULL, 0);
	for (size_t i = 0; i < bf_value_count(&factors); i++)
		set_digits(req, &desk, &factors.list->items[i]);
	set_notices(req, &copies);
	bf_value_set(&req->model, "messages", rows);
	bf_value_set(&req->model, "copies", copies);
	bf_value_set(&req->model, "factors", factors);
	req->no_store = true;
	return bf_page(req, "account_outbox.html");
}

/* ---- routes -------------------------------------------------------------------------- */

static const struct bf_route routes[] = {
	{ "home", BF_GET, "/", { 0 }, BF_SIGNED_IN, home },
	{ "sign_in_page", BF_GET, "/sign-in", BF_TABLE(back_params), BF_ANYONE, sign_in_page,
	  .form = "sign_in_page" },
	{ "sign_in", BF_POST, "/sign-in", BF_TABLE(sign_in_params), BF_ANYONE, sign_in,
	  .form = "sign_in_page" },
	{ "sign_out_page", BF_GET, "/sign-out", { 0 }, BF_SIGNED_IN, sign_out_page },
	{ "sign_out",
	  BF_POST,
	  "/sign-out",
	  { 0 },
	  BF_SIGNED_IN,
	  sign_out,
	  .form = "sign_out_page" },
	{ "sign_out_everywhere",
	  BF_POST,
	  "/sign-out-everywhere",
	  { 0 },
	  BF_SIGNED_IN,
	  sign_out_everywhere,
	  .form = "sign_out_page" },
	{ "register_page", BF_GET, "/register", { 0 }, BF_ANYONE, register_page },
	{ "register", BF_POST, "/register", BF_TABLE(register_params), BF_ANYONE, begin_register,
	  .form = "register_page" },
	{ "confirm_page", BF_GET, "/register/{ticket}", BF_TABLE(ticket_params), BF_ANYONE,
	  confirm_page },
	{ "confirm", BF_POST, "/register/{ticket}", BF_TABLE(confirm_params), BF_ANYONE, confirm,
	  .form = "confirm_page" },
	{ "forgot_page", BF_GET, "/forgot", { 0 }, BF_ANYONE, forgot_page },
	{ "forgot", BF_POST, "/forgot", BF_TABLE(forgot_params), BF_ANYONE, forgot,
	  .form = "forgot_page" },
	{ "reset_page", BF_GET, "/forgot/{ticket}", BF_TABLE(ticket_params), BF_ANYONE,
	  reset_page },
	{ "reset", BF_POST, "/forgot/{ticket}", BF_TABLE(reset_params), BF_ANYONE, reset,
	  .form = "reset_page" },
	{ "factor_page", BF_GET, "/second-factor", BF_TABLE(back_params), BF_SIGNED_IN, factor_page,
	  .form = "factor_page" },
	{ "factor", BF_POST, "/second-factor", BF_TABLE(factor_params), BF_SIGNED_IN, prove_factor,
	  .form = "factor_page" },
	{ "make_factor",
	  BF_POST,
	  "/second-factor/make",
	  { 0 },
	  BF_SIGNED_IN,
	  make_factor,
	  .form = "factor_page" },
	{ "password_page", BF_GET, "/password", { 0 }, BF_SIGNED_IN, password_page },
	{ "password", BF_POST, "/password", BF_TABLE(change_params), BF_SIGNED_IN, change_password,
	  .form = "password_page" },
	{ "close_page", BF_GET, "/close", { 0 }, BF_SIGNED_IN, close_page },
	{ "close", BF_POST, "/close", BF_TABLE(close_params), BF_SIGNED_IN, close_account,
	  .form = "close_page" },
	{ "notices", BF_GET, "/notices", BF_TABLE(notice_params), BF_SIGNED_IN, notices,
	  .form = "notices" },
	{ "read_notices",
	  BF_POST,
	  "/notices/read",
	  { 0 },
	  BF_SIGNED_IN,
	  read_notices,
	  .form = "notices" },
	{ "contact_page", BF_GET, "/messages", { 0 }, BF_SIGNED_IN, contact_page },
	{ "contact", BF_POST, "/messages", BF_TABLE(contact_params), BF_SIGNED_IN, set_contact,
	  .form = "contact_page" },
	{ "outbox", BF_GET, "/outbox", { 0 }, BF_ANYONE, outbox },
};

const struct bf_table bf_site_account_routes = BF_TABLE(routes);
