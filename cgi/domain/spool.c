#include "domain/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "domain/account.h"
#include "domain/notify.h"

enum { LEASE_S = 60, FILE_MODE = 0600 };

/* How long after each failed try the next one follows. */
static const int64_t pauses_s[] = { 60, 5 * 60, 30 * 60, 2 * 3600, 12 * 3600 };

enum { PAUSES = sizeof(pauses_s) / sizeof(pauses_s[0]) };

struct copy {
	int64_t id, notice, account, now_s, tries; /* id 0: none was due */
	const char *channel;
	const struct bf_notice_kind *kind;
	const char *to; /* NULL: nobody is there any more */
	enum bf_lang lang;
};

/* ---- claiming --------------------------------------------------------------------------- */

static enum bf_rc claim(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct copy *copy = arg;
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "due_notice_delivery", BF_NO_ARGS, &row, err);

	*copy = (struct copy){ .id = 0 };
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	*copy = (struct copy){
		.id = bf_row_int(row, "id"),
		.notice = bf_row_int(row, "notice"),
		.account = bf_row_int(row, "account"),
		.now_s = bf_row_int(row, "now_s"),
		.tries = bf_row_int(row, "tries") + 1,
		.channel = bf_row_text(row, "channel"),
		.kind = bf_notice_kind_find(bf_row_text(row, "template")),
	};
	return bf_ask_exec(ask, "lease_notice_delivery",
			   BF_ARGS(bf_arg_int("id", copy->id), bf_arg_int("seconds", LEASE_S)),
			   err);
}

/* Addresses of a demo are not kept, only how they are shown. */
static enum bf_rc find_address(struct bf_ask *ask, const struct bf_spool *spool, struct copy *copy,
			       struct bf_err *err)
{
	const char *kind = strcmp(copy->channel, "sms") == 0 ? "phone" : "mail";
	const struct bf_value *row;
	struct bf_str open;
	enum bf_rc rc =
		bf_ask_row(ask, "notice_address",
			   BF_ARGS(bf_arg_int("account", copy->account), bf_arg_text("kind", kind)),
			   &row, err);

	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	copy->lang = bf_row_is(row, "lang", bf_lang_code[BF_EN]) ? BF_EN : BF_ZH;
	copy->to = bf_row_text(row, "masked");
	if (spool->secrets && bf_secret_open(spool->secrets, ask->pool, BF_SEALED_HANDLE,
					     bf_value_str(bf_value_get(row, "sealed")), &open))
		copy->to = bf_pool_copy(ask->pool, open);
	return BF_OK;
}

/* ---- the file --------------------------------------------------------------------------- */

static void print(struct bf_buf *out, const struct bf_spool *spool, const struct copy *copy)
{
	const char *text = copy->kind->english;

	text = bf_views_text(spool->views, spool->scope, copy->lang, text);
	bf_buf_printf(
		out, "Channel: %s\nTo: %s\nNotice: %jd\nLanguage: %s\n\n%s\n%s%s/account/notices\n",
		copy->channel, copy->to, (intmax_t)copy->notice, bf_lang_tag[copy->lang], text,
		spool->site, copy->lang == BF_EN ? "/en" : "");
}

static bool write_all(int file, struct bf_str text)
{
	while (text.len) {
		ssize_t n = write(file, text.p, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text.p += n;
		text.len -= (size_t)n;
	}
	return fsync(file) == 0;
}

/* Beside its place first, so that nobody ever finds half of it there. */
static enum bf_rc put(struct bf_pool *pool, const char *folder, const char *name,
		      struct bf_str text, struct bf_err *err)
{
	const char *beside = bf_pool_printf(pool, "%s/.%s", folder, name);
	const char *place = bf_pool_printf(pool, "%s/%s", folder, name);
	int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
	bool whole = file >= 0 && write_all(file, text);

	if (file >= 0 && close(file) != 0)
		whole = false;
	if (whole && rename(beside, place) == 0)
		return BF_OK;
	bf_err_set(err, BF_BUSY, "cannot write %s: %s", place, strerror(errno));
	if (file >= 0)
		unlink(beside);
	return BF_BUSY;
}

static enum bf_rc put_copy(struct bf_ask *ask, const struct bf_spool *spool,
			   const struct copy *copy, struct bf_err *err)
{
	const char *name = bf_pool_printf(ask->pool, "%jd.%s", (intmax_t)copy->id, copy->channel);
	struct bf_buf text;
	enum bf_rc rc;

	bf_buf_init(&text);
	print(&text, spool, copy);
	rc = put(ask->pool, spool->folder, name, bf_buf_str(&text), err);
	bf_buf_release(&text);
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
	int64_t matched;

	return note(ask, arg, "notice_delivery_sent", (struct bf_arg){ NULL }, &matched, err);
}

static enum bf_rc note_failed(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct copy *copy = arg;
	bool is_gone = !copy->to || !copy->kind;
	int64_t matched = 0, wait_s;
	enum bf_rc rc;

	if (!is_gone && copy->tries <= PAUSES) {
		wait_s = bf_notify_wait_s(copy->now_s, pauses_s[copy->tries - 1],
					  copy->kind->urgent);
		return note(ask, copy, "put_off_notice_delivery", bf_arg_int("wait_s", wait_s),
			    &matched, err);
	}
	rc = note(ask, copy, "give_up_notice_delivery",
		  bf_arg_text("reason", is_gone ? "no_address" : "no_answer"), &matched, err);
	if (rc != BF_OK || !matched || !copy->kind)
		return rc;
	return bf_notify_queue(ask, copy->notice, copy->account, copy->kind, copy->channel,
			       copy->now_s, NULL, err);
}

enum bf_rc bf_spool_once(struct bf_ask *ask, const struct bf_spool *spool, bool *ret_worked,
			 struct bf_err *err)
{
	struct bf_err why = { 0 };
	struct copy copy;
	enum bf_rc failed, rc = bf_ask_transaction(ask, claim, &copy, NULL, err);

	*ret_worked = rc == BF_OK && copy.id != 0;
	if (!*ret_worked)
		return rc;
	rc = find_address(ask, spool, &copy, err);
	if (rc != BF_OK)
		return rc;
	if (copy.to && copy.kind)
		rc = put_copy(ask, spool, &copy, &why);
	if (copy.to && copy.kind && rc == BF_OK)
		return bf_ask_transaction(ask, note_sent, &copy, NULL, err);
	failed = rc;
	rc = bf_ask_transaction(ask, note_failed, &copy, NULL, err);
	return rc == BF_OK && failed != BF_OK ? bf_err_set(err, failed, "%s", why.text) : rc;
}
