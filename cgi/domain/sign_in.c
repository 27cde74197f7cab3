#include "domain/sign_in.h"

#include <ctype.h>
#include <inttypes.h>

#include "domain/password.h"

enum {
	PHONE_DIGITS = 11,
	MAIL_BYTES_MAX = 200,
	SUBJECT_TRIES_MAX = 5,
	CLIENT_TRIES_MAX = 50,
};

/* ---- handles --------------------------------------------------------------------------- */

/* "138 0013 8000", "+86-138..." -> "13800138000" */
static bool read_phone(struct bf_pool *pool, struct bf_str typed, struct bf_str *ret_phone)
{
	char *digits = bf_pool_alloc(pool, typed.len + 1);
	size_t count = 0;

	if (bf_str_starts(typed, BF_STR("+86"))) {
		typed.p += 3;
		typed.len -= 3;
	}
	for (size_t i = 0; i < typed.len; i++) {
		if (isdigit((unsigned char)typed.p[i]))
			digits[count++] = typed.p[i];
		else if (typed.p[i] != ' ' && typed.p[i] != '-')
			return false;
	}
	digits[count] = '\0';
	*ret_phone = (struct bf_str){ digits, count };
	return count == PHONE_DIGITS && digits[0] == '1';
}

/* One "@" with something before it and a name with a dot behind it; the proof is the code. */
static bool read_mail(struct bf_pool *pool, struct bf_str typed, struct bf_str *ret_mail)
{
	char *mail = bf_pool_copy(pool, typed), *at = strchr(mail, '@'), *dot;

	for (char *p = mail; *p; p++) {
		if (!isgraph((unsigned char)*p))
			return false;
		*p = (char)tolower((unsigned char)*p);
	}
	dot = at ? strrchr(at, '.') : NULL;
	*ret_mail = (struct bf_str){ mail, typed.len };
	return typed.len <= MAIL_BYTES_MAX && at && at != mail && !strchr(at + 1, '@') && dot &&
	       dot > at + 1 && dot[1];
}

bool bf_handle_read(const struct bf_desk *desk, struct bf_str typed, struct bf_handle *ret_handle)
{
	struct bf_pool *pool = desk->ask.pool;
	struct bf_str text;

	typed = bf_str_trim(typed);
	if (read_phone(pool, typed, &text)) {
		ret_handle->kind = "phone";
		ret_handle->masked = bf_pool_printf(pool, "%.3s****%s", text.p, text.p + 7);
	} else if (read_mail(pool, typed, &text)) {
		ret_handle->kind = "mail";
		ret_handle->masked =
			bf_pool_printf(pool, "%.1s***%.40s", text.p, strchr(text.p, '@'));
	} else {
		return false;
	}
	ret_handle->text = text;
	bf_secret_hash(desk->secrets, BF_PURPOSE_HANDLE, bf_str(ret_handle->kind), text,
		       ret_handle->hash);
	return true;
}

/* ---- tries ----------------------------------------------------------------------------- */

struct counting {
	const struct bf_desk *desk;
	const struct bf_try *one;
	bool locked;
};

static enum bf_rc lock(const struct bf_desk *desk, const struct bf_value *args, bool *ret_locked,
		       struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_first(&desk->ask, "lock_try_subject", args, &row, err);

	if (rc == BF_OK)
		*ret_locked = bf_value_int(bf_value_get(row, "locked")) != 0;
	return rc;
}

/* The row of one subject is locked and, unless it must wait, counted. */
static enum bf_rc count(struct counting *counting, const char *subject, int64_t tries_max,
			struct bf_err *err)
{
	const struct bf_desk *desk = counting->desk;
	struct bf_value args = bf_value_map(desk->ask.pool);
	enum bf_rc rc;

	bf_arg_set_text(&args, "subject", subject);
	bf_value_set(&args, "tries_max", bf_value_number(tries_max));
	rc = bf_ask_run(&desk->ask, "note_try_subject", &args, NULL, NULL, err);
	if (rc == BF_OK)
		rc = lock(desk, &args, &counting->locked, err);
	if (rc == BF_OK && !counting->locked)
		rc = bf_ask_run(&desk->ask, "count_try", &args, NULL, NULL, err);
	return rc;
}

/* The address goes first and is found locked without counting the account. */
static enum bf_rc count_both(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct counting *counting = arg;
	enum bf_rc rc = count(counting, counting->one->client, CLIENT_TRIES_MAX, err);

	(void)db;
	if (rc == BF_OK && !counting->locked)
		rc = count(counting, counting->one->subject, SUBJECT_TRIES_MAX, err);
	return rc;
}

enum bf_rc bf_try_begin(const struct bf_desk *desk, const char *kind, struct bf_str subject,
			struct bf_str client, struct bf_try *ret_try, bool *ret_locked,
			struct bf_err *err)
{
	struct counting counting = { .desk = desk, .one = ret_try };
	enum bf_rc rc;

	bf_secret_hash(desk->secrets, BF_PURPOSE_TRY, bf_str(kind), subject, ret_try->subject);
	bf_secret_hash(desk->secrets, BF_PURPOSE_TRY, BF_STR("client"), client, ret_try->client);
	rc = bf_db_transaction(desk->ask.db, count_both, &counting, NULL, err);
	if (rc == BF_OK)
		*ret_locked = counting.locked;
	return rc;
}

enum bf_rc bf_try_was_right(const struct bf_desk *desk, const struct bf_try *one,
			    struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	enum bf_rc rc;

	bf_arg_set_text(&args, "subject", one->client);
	rc = bf_ask_run(&desk->ask, "take_back_try", &args, NULL, NULL, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(&args, "subject", one->subject);
	return bf_ask_run(&desk->ask, "forget_tries", &args, NULL, NULL, err);
}

/* ---- the judgement --------------------------------------------------------------------- */

/* The one whose password was tried hears of a lock. */
static enum bf_rc tell_of_lock(const struct bf_desk *desk, const struct bf_try *one,
			       int64_t account, struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	bool locked;
	enum bf_rc rc;

	bf_arg_set_text(&args, "subject", one->subject);
	bf_arg_set_text(&args, "template", "locked");
	bf_value_set(&args, "account", bf_value_number(account));
	rc = lock(desk, &args, &locked, err);
	if (rc == BF_OK && locked && account)
		rc = bf_ask_run(&desk->ask, "insert_notice", &args, NULL, NULL, err);
	return rc;
}

static enum bf_rc hash_anew(const struct bf_desk *desk, int64_t account, struct bf_str password,
			    struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	char hash[BF_PASSWORD_HASH_BYTES];
	enum bf_rc rc = bf_password_hash(desk, password, hash, err);

	if (rc != BF_OK)
		return rc;
	bf_value_set(&args, "account", bf_value_number(account));
	bf_value_set(&args, "pepper_key", bf_value_number(bf_secrets_newest(desk->secrets)));
	bf_arg_set_text(&args, "password_hash", hash);
	return bf_ask_run(&desk->ask, "set_password", &args, NULL, NULL, err);
}

/* row: the account and its hash; NULL: nobody's. */
static enum bf_rc judge(const struct bf_desk *desk, const struct bf_try *one,
			const struct bf_value *row, int64_t account, struct bf_str password,
			enum bf_sign_in *ret_outcome, struct bf_err *err)
{
	bool right = false, old = false;
	enum bf_rc rc =
		bf_password_check(desk, password, bf_value_text(bf_value_get(row, "password_hash")),
				  bf_value_int(bf_value_get(row, "pepper_key")), &right, &old, err);

	if (rc != BF_OK)
		return rc;
	*ret_outcome = right ? BF_SIGN_IN_RIGHT : BF_SIGN_IN_WRONG;
	if (!right)
		return tell_of_lock(desk, one, account, err);
	rc = bf_try_was_right(desk, one, err);
	if (rc == BF_OK && old)
		rc = hash_anew(desk, account, password, err);
	return rc;
}

enum bf_rc bf_sign_in(const struct bf_desk *desk, const struct bf_handle *handle,
		      struct bf_str password, struct bf_str client, enum bf_sign_in *ret_outcome,
		      int64_t *ret_account, struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	const struct bf_value *row;
	struct bf_try one;
	bool locked;
	enum bf_rc rc =
		bf_try_begin(desk, "handle", bf_str(handle->hash), client, &one, &locked, err);

	if (rc != BF_OK)
		return rc;
	*ret_outcome = BF_SIGN_IN_LOCKED;
	if (locked)
		return BF_OK;
	bf_arg_set_text(&args, "handle_hash", handle->hash);
	rc = bf_ask_first(&desk->ask, "account_of_handle", &args, &row, err);
	if (rc != BF_OK)
		return rc;
	*ret_account = bf_value_int(bf_value_get(row, "account"));
	return judge(desk, &one, row, *ret_account, password, ret_outcome, err);
}

enum bf_rc bf_sign_in_again(const struct bf_desk *desk, int64_t account, struct bf_str password,
			    struct bf_str client, enum bf_sign_in *ret_outcome, struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	const struct bf_value *row;
	struct bf_try one;
	bool locked;
	enum bf_rc rc = bf_try_begin(desk, "account",
				     bf_str(bf_pool_printf(desk->ask.pool, "%" PRId64, account)),
				     client, &one, &locked, err);

	if (rc != BF_OK)
		return rc;
	*ret_outcome = BF_SIGN_IN_LOCKED;
	if (locked)
		return BF_OK;
	bf_value_set(&args, "account", bf_value_number(account));
	rc = bf_ask_first(&desk->ask, "account_credential", &args, &row, err);
	return rc == BF_OK ? judge(desk, &one, row, account, password, ret_outcome, err) : rc;
}
