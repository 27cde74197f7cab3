#include "domain/outbox.h"

#include "base/buf.h"
#include "base/clock.h"
#include "domain/account.h"
#include "domain/notify.h"
#include "domain/spool.h"
#include "http/mail.h"

enum { LEASE_S = 60, MAIL_TIMEOUT_MS = 20000 };

/* How long after each failed try the next one follows. */
static const int64_t pauses_s[] = { 60, 5 * 60, 30 * 60, 2 * 3600, 12 * 3600 };

enum { PAUSES = sizeof(pauses_s) / sizeof(pauses_s[0]) };

enum { TEXT_SUBJECT };

const char *const bf_outbox_texts[] = {
	[TEXT_SUBJECT] = "A message from Bangfu",
	NULL,
};

struct copy {
	const struct bf_outbox *outbox;
	int64_t id, notice, account, now_s, tries; /* id 0: none was due; notice 0: of none */
	const char *channel;
	const struct bf_notice_kind *kind;
	bool is_late;
	const char *to;   /* NULL: nobody is there any more */
	bool is_masked;   /* so that it can only be shown */
	const char *code; /* NULL: none */
	enum bf_lang lang;
};

unsigned bf_outbox_ways(const struct bf_outbox *outbox)
{
	return (*outbox->folder ? BF_WAY_SMS | BF_WAY_MAIL : 0) | (*outbox->smtp ? BF_WAY_MAIL : 0);
}

/* ---- claiming --------------------------------------------------------------------------- */

static bool open_member(struct bf_ask *ask, const struct bf_outbox *outbox,
			const struct bf_value *row, const char *name, struct bf_str about,
			const char **ret_text)
{
	struct bf_str open;

	if (!outbox->secrets || !bf_secret_open(outbox->secrets, ask->pool, about,
						bf_value_str(bf_value_get(row, name)), &open))
		return false;
	*ret_text = bf_pool_copy(ask->pool, open);
	return true;
}

static enum bf_lang lang_of(const struct bf_value *row)
{
	return bf_row_is(row, "lang", bf_lang_code[BF_EN]) ? BF_EN : BF_ZH;
}

static enum bf_rc claim(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct copy *copy = arg;
	const struct bf_outbox *outbox = copy->outbox;
	unsigned ways = bf_outbox_ways(outbox);
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "due_notice_delivery",
				   BF_ARGS(bf_arg_int("sms", (ways & BF_WAY_SMS) != 0),
					   bf_arg_int("mail", (ways & BF_WAY_MAIL) != 0)),
				   &row, err);

	*copy = (struct copy){ .outbox = outbox };
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	*copy = (struct copy){
		.outbox = outbox,
		.id = bf_row_int(row, "id"),
		.notice = bf_row_int(row, "notice"),
		.account = bf_row_int(row, "account"),
		.now_s = bf_row_int(row, "now_s"),
		.tries = bf_row_int(row, "tries") + 1,
		.channel = bf_row_text(row, "channel"),
		.kind = bf_notice_kind_find(bf_row_text(row, "template")),
		.is_late = bf_row_int(row, "is_late") != 0,
		.lang = lang_of(row),
	};
	if (!copy->notice) {
		open_member(ask, outbox, row, "to_sealed", BF_SEALED_HANDLE, &copy->to);
		open_member(ask, outbox, row, "secret_sealed", BF_SEALED_CODE, &copy->code);
	}
	return bf_ask_exec(ask, "lease_notice_delivery",
			   BF_ARGS(bf_arg_int("id", copy->id), bf_arg_int("seconds", LEASE_S)),
			   err);
}

/* Of an account's notice. Addresses of a demo are not kept, only how they are shown. */
static enum bf_rc find_address(struct bf_ask *ask, struct copy *copy, struct bf_err *err)
{
	const char *kind = strcmp(copy->channel, "sms") == 0 ? "phone" : "mail";
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, "notice_address",
			   BF_ARGS(bf_arg_int("account", copy->account), bf_arg_text("kind", kind)),
			   &row, err);

	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	copy->lang = lang_of(row);
	copy->to = bf_row_text(row, "masked");
	copy->is_masked =
		!open_member(ask, copy->outbox, row, "sealed", BF_SEALED_HANDLE, &copy->to);
	return BF_OK;
}

/* ---- leaving ---------------------------------------------------------------------------- */

/* A code comes without an address: who is led by one to type it somewhere is led by others too. */
static void print_words(struct bf_buf *out, const struct copy *copy)
{
	const struct bf_outbox *outbox = copy->outbox;

	bf_buf_printf(out, "%s\n",
		      bf_views_text(outbox->views, outbox->scope, copy->lang, copy->kind->english));
	if (copy->code)
		bf_buf_printf(out, "%s\n", copy->code);
	else
		bf_buf_printf(out, "%s%s%s\n", outbox->site, copy->lang == BF_EN ? "/en" : "",
			      copy->notice ? "/account/notices" : "/account/sign-in");
}

static bool goes_by_mail(const struct copy *copy)
{
	return *copy->outbox->smtp && strcmp(copy->channel, "mail") == 0;
}

static enum bf_rc mail(struct bf_ask *ask, const struct copy *copy, struct bf_str words,
		       struct bf_err *err)
{
	const struct bf_outbox *outbox = copy->outbox;
	const struct bf_mail letter = {
		.server = outbox->smtp,
		.from = outbox->from,
		.to = copy->to,
		.subject = bf_views_text(outbox->views, outbox->scope, copy->lang,
					 bf_outbox_texts[TEXT_SUBJECT]),
		.id = bf_pool_printf(ask->pool, "message-%jd", (intmax_t)copy->id),
		.text = words,
		.at_ms = bf_clock_wall_ms(),
		.timeout_ms = MAIL_TIMEOUT_MS,
	};

	return bf_mail_send(ask->pool, &letter, err);
}

static enum bf_rc put(struct bf_ask *ask, const struct copy *copy, struct bf_str words,
		      struct bf_err *err)
{
	const char *name = bf_pool_printf(ask->pool, "%jd.%s", (intmax_t)copy->id, copy->channel);
	struct bf_buf text;
	enum bf_rc rc;

	bf_buf_init(&text);
	bf_buf_printf(&text, "Channel: %s\nTo: %s\nLanguage: %s\n\n", copy->channel, copy->to,
		      bf_lang_tag[copy->lang]);
	bf_buf_add(&text, words.p, words.len);
	rc = bf_spool_put(ask->pool, copy->outbox->folder, name, bf_buf_str(&text), err);
	bf_buf_release(&text);
	return rc;
}

static enum bf_rc send(struct bf_ask *ask, const struct copy *copy, struct bf_err *err)
{
	struct bf_buf words;
	enum bf_rc rc;

	bf_buf_init(&words);
	print_words(&words, copy);
	rc = (goes_by_mail(copy) ? mail : put)(ask, copy, bf_buf_str(&words), err);
	bf_buf_release(&words);
	return rc;
}

/* ---- what came of it -------------------------------------------------------------------- */

/* Whoever took longer than the lease says nothing any more: the count of tries is another's. */
static enum bf_rc note(struct bf_ask *ask, const struct copy *copy, const char *query,
		       struct bf_arg more, int64_t *ret_matched, struct bf_err *err)
{
	return bf_ask_change(ask, query,
			     BF_ARGS(bf_arg_int("id", copy->id), bf_arg_int("tries", copy->tries),
				     more),
			     ret_matched, err);
}

static enum bf_rc note_sent(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct copy *copy = arg;
	int64_t matched;

	return note(ask, copy, "notice_delivery_sent",
		    bf_arg_int("keeps_code", copy->outbox->keeps_codes), &matched, err);
}

/* Why it can never leave; NULL: it can. */
static const char *hindrance(const struct copy *copy)
{
	if (copy->is_late)
		return "too_late";
	return !copy->to || !copy->kind || (goes_by_mail(copy) && copy->is_masked) ? "no_address"
										   : NULL;
}

static enum bf_rc note_failed(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct copy *copy = arg;
	const char *reason = hindrance(copy);
	int64_t matched = 0, wait_s;
	enum bf_rc rc;

	if (!reason && copy->tries <= PAUSES) {
		wait_s = bf_notify_wait_s(copy->now_s, pauses_s[copy->tries - 1],
					  copy->kind->urgent);
		return note(ask, copy, "put_off_notice_delivery", bf_arg_int("wait_s", wait_s),
			    &matched, err);
	}
	rc = note(ask, copy, "give_up_notice_delivery",
		  bf_arg_text("reason", reason ? reason : "no_answer"), &matched, err);
	if (rc != BF_OK || !matched || !copy->kind || !copy->notice)
		return rc;
	return bf_notify_queue(ask, copy->notice, copy->account, copy->kind,
			       bf_outbox_ways(copy->outbox), copy->channel, copy->now_s, NULL, err);
}

enum bf_rc bf_outbox_once(struct bf_ask *ask, const struct bf_outbox *outbox, bool *ret_worked,
			  struct bf_err *err)
{
	struct bf_err why = { 0 };
	struct copy copy = { .outbox = outbox };
	enum bf_rc sent = BF_OK, rc = bf_ask_transaction(ask, claim, &copy, NULL, err);

	*ret_worked = rc == BF_OK && copy.id != 0;
	if (*ret_worked && copy.notice)
		rc = find_address(ask, &copy, err);
	if (!*ret_worked || rc != BF_OK)
		return rc;
	if (!hindrance(&copy)) {
		sent = send(ask, &copy, &why);
		if (sent == BF_OK)
			return bf_ask_transaction(ask, note_sent, &copy, NULL, err);
	}
	rc = bf_ask_transaction(ask, note_failed, &copy, NULL, err);
	return rc == BF_OK && sent != BF_OK ? bf_err_set(err, sent, "%s", why.text) : rc;
}
