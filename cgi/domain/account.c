#include "domain/account.h"

#include <sodium.h>

#include "domain/password.h"
#include "domain/session.h"

enum { CODE_NUMBERS = 1000000, CODE_TEXT_BYTES = 7, CODES_A_DAY = 5 };

/* ---- codes ----------------------------------------------------------------------------- */

/* One request for a code, in a transaction. */
struct asking {
	const struct bf_desk *desk;
	struct bf_value args;
	const char *purpose, *template_name;
	int64_t account; /* behind the handle; 0: none */
	bool send;       /* a code belongs to this request */
};

static const char *channel_of(const struct bf_handle *handle)
{
	return strcmp(handle->kind, "phone") == 0 ? "sms" : "mail";
}

/* Who asks too often gets the same page, for which no code comes. */
static enum bf_rc too_often(struct asking *asking, bool *ret_often, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_run(&asking->desk->ask, "note_try_subject", &asking->args, NULL, NULL, err);

	if (rc == BF_OK)
		rc = bf_ask_first(&asking->desk->ask, "lock_try_subject", &asking->args, &row, err);
	if (rc == BF_OK)
		rc = bf_ask_first(&asking->desk->ask, "codes_asked", &asking->args, &row, err);
	if (rc == BF_OK)
		*ret_often = bf_value_int(bf_value_get(row, "minute")) > 0 ||
			     bf_value_int(bf_value_get(row, "day")) >= CODES_A_DAY;
	return rc;
}

static enum bf_rc ask(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct asking *asking = arg;
	const struct bf_desk *desk = asking->desk;
	bool often = true;
	int64_t id;
	enum bf_rc rc = too_often(asking, &often, err);

	(void)db;
	if (rc == BF_OK && (often || !asking->send))
		bf_arg_set_text(&asking->args, "code_hash", NULL);
	if (rc == BF_OK)
		rc = bf_ask_run(&desk->ask, "insert_code", &asking->args, NULL, &id, err);
	if (rc != BF_OK || often)
		return rc;
	bf_value_set(&asking->args, "id", bf_value_number(id));
	if (asking->send && strcmp(asking->purpose, "register") == 0)
		rc = bf_ask_run(&desk->ask, "insert_registration", &asking->args, NULL, NULL, err);
	if (rc == BF_OK && asking->template_name)
		rc = bf_ask_run(&desk->ask, "add_message", &asking->args, NULL, NULL, err);
	return rc;
}

static enum bf_rc account_of(const struct bf_desk *desk, const struct bf_handle *handle,
			     int64_t *ret_account, struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	const struct bf_value *row;
	enum bf_rc rc;

	bf_arg_set_text(&args, "handle_hash", handle->hash);
	rc = bf_ask_first(&desk->ask, "account_of_handle", &args, &row, err);
	if (rc == BF_OK)
		*ret_account = bf_value_int(bf_value_get(row, "account"));
	return rc;
}

static void hash_code(const struct bf_desk *desk, struct bf_str ticket, struct bf_str code,
		      char ret_hex[BF_SECRET_HEX_BYTES])
{
	bf_secret_hash(desk->secrets, BF_PURPOSE_CODE, ticket, code, ret_hex);
}

/* Fills what all requests for a code have, and makes the code and the ticket. */
static void prepare(struct asking *asking, const struct bf_handle *handle,
		    char ret_ticket[BF_TICKET_TEXT_BYTES])
{
	const struct bf_desk *desk = asking->desk;
	char *hashes = bf_pool_alloc(desk->ask.pool, 3 * BF_SECRET_HEX_BYTES);
	char *ticket_hash = hashes, *code_hash = hashes + BF_SECRET_HEX_BYTES;
	char *subject = hashes + 2 * BF_SECRET_HEX_BYTES;
	char code[CODE_TEXT_BYTES];

	bf_ticket_make(ret_ticket);
	bf_ticket_hash(bf_str(ret_ticket), ticket_hash);
	snprintf(code, sizeof(code), "%06u", randombytes_uniform(CODE_NUMBERS));
	hash_code(desk, bf_str(ret_ticket), bf_str(code), code_hash);
	bf_secret_hash(desk->secrets, BF_PURPOSE_TRY, BF_STR("code"), bf_str(handle->hash),
		       subject);
	bf_arg_set_text(&asking->args, "ticket_hash", ticket_hash);
	bf_arg_set_text(&asking->args, "code_hash", code_hash);
	bf_arg_set_text(&asking->args, "subject", subject);
	bf_arg_set_text(&asking->args, "handle_hash", handle->hash);
	bf_arg_set_text(&asking->args, "purpose", asking->purpose);
	bf_arg_set_text(&asking->args, "channel", channel_of(handle));
	bf_arg_set_text(&asking->args, "template", asking->template_name);
	bf_arg_set_text(&asking->args, "lang", bf_lang_code[desk->lang]);
	bf_arg_set_text(&asking->args, "to_sealed",
			bf_secret_seal(desk->secrets, desk->ask.pool, BF_SEALED_HANDLE,
				       handle->text));
	bf_arg_set_text(&asking->args, "secret_sealed",
			asking->send ? bf_secret_seal(desk->secrets, desk->ask.pool, BF_SEALED_CODE,
						      bf_str(code))
				     : NULL);
	bf_value_set(&asking->args, "account",
		     asking->account ? bf_value_number(asking->account) : (struct bf_value){ 0 });
	sodium_memzero(code, sizeof(code));
}

/* ---- register -------------------------------------------------------------------------- */

/* "王**": the first character, as everywhere. */
static const char *mask_name(struct bf_pool *pool, struct bf_str name)
{
	uint32_t code;
	size_t first = bf_utf8_next(name, &code);

	return bf_pool_printf(pool, "%.*s**", (int)first, name.p);
}

enum bf_rc bf_account_register(const struct bf_desk *desk, const struct bf_handle *handle,
			       struct bf_str name, struct bf_str password,
			       char ret_ticket[BF_TICKET_TEXT_BYTES], struct bf_err *err)
{
	struct asking asking = { .desk = desk,
				 .args = bf_value_map(desk->ask.pool),
				 .purpose = "register" };
	char hash[BF_PASSWORD_HASH_BYTES];
	enum bf_rc rc = bf_password_hash(desk, password, hash, err);

	if (rc == BF_OK)
		rc = account_of(desk, handle, &asking.account, err);
	if (rc != BF_OK)
		return rc;
	asking.send = !asking.account;
	asking.template_name = asking.send ? "register_code" : "already_registered";
	prepare(&asking, handle, ret_ticket);
	bf_arg_set_text(&asking.args, "kind", handle->kind);
	bf_arg_set_text(&asking.args, "masked", handle->masked);
	bf_value_set(&asking.args, "handle_sealed", *bf_value_get(&asking.args, "to_sealed"));
	bf_arg_set_text(&asking.args, "shown_name", mask_name(desk->ask.pool, name));
	bf_arg_set_text(&asking.args, "name_sealed",
			bf_secret_seal(desk->secrets, desk->ask.pool, BF_SEALED_NAME, name));
	bf_arg_set_text(&asking.args, "password_hash", hash);
	bf_value_set(&asking.args, "pepper_key", bf_value_number(bf_secrets_newest(desk->secrets)));
	return bf_db_transaction(desk->ask.db, ask, &asking, NULL, err);
}

/* ---- a code comes back ----------------------------------------------------------------- */

/* A code that was typed, and what the right one does. */
struct proof {
	const struct bf_desk *desk;
	struct bf_value args;
	struct bf_str ticket, code;
	/* runs in the transaction of the right code; its args have the code's id, and the hash of
	 * the handle */
	enum bf_rc (*act)(struct proof *proof, const struct bf_value *row, struct bf_err *err);
	enum bf_rc outcome;
	int64_t account;
};

static bool is_right(const struct proof *proof, const struct bf_value *row)
{
	struct bf_str known = bf_value_str(bf_value_get(row, "code_hash"));
	char hex[BF_SECRET_HEX_BYTES];

	hash_code(proof->desk, proof->ticket, proof->code, hex);
	return known.len == sizeof(hex) - 1 && sodium_memcmp(hex, known.p, known.len) == 0;
}

/* A wrong code is counted, which must stay: so it is no failure of the transaction. */
static enum bf_rc prove(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct proof *proof = arg;
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_first(&proof->desk->ask, "lock_code", &proof->args, &row, err);

	(void)db;
	if (rc != BF_OK)
		return rc;
	proof->outcome = BF_NOT_FOUND;
	if (!row)
		return BF_OK;
	bf_value_set(&proof->args, "id", *bf_value_get(row, "id"));
	if (!is_right(proof, row)) {
		proof->outcome = BF_INVALID;
		return bf_ask_run(&proof->desk->ask, "count_code_try", &proof->args, NULL, NULL,
				  err);
	}
	proof->outcome = BF_OK;
	rc = bf_ask_run(&proof->desk->ask, "use_code", &proof->args, NULL, NULL, err);
	return rc == BF_OK ? proof->act(proof, row, err) : rc;
}

static enum bf_rc run_proof(struct proof *proof, const char *purpose, struct bf_err *err)
{
	char hex[BF_SECRET_HEX_BYTES];
	enum bf_rc rc;

	bf_ticket_hash(proof->ticket, hex);
	bf_arg_set_text(&proof->args, "ticket_hash", hex);
	bf_arg_set_text(&proof->args, "purpose", purpose);
	rc = bf_db_transaction(proof->desk->ask.db, prove, proof, NULL, err);
	return rc == BF_OK ? proof->outcome : rc;
}

static void copy_members(struct bf_value *to, const struct bf_value *row, const char *const *names)
{
	for (; *names; names++) {
		const struct bf_value *value = bf_value_get(row, *names);

		bf_value_set(to, *names, value ? *value : (struct bf_value){ 0 });
	}
}

static enum bf_rc make_account(struct proof *proof, const struct bf_value *code, struct bf_err *err)
{
	static const char *const members[] = { "kind",       "masked",      "handle_sealed",
					       "shown_name", "name_sealed", "password_hash",
					       "pepper_key", NULL };
	static const char *const writes[] = { "insert_handle", "set_password",      "make_donor",
					      "account_event", "drop_registration", NULL };
	const struct bf_desk *desk = proof->desk;
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_first(&desk->ask, "registration", &proof->args, &row, err);
	bool counted;

	if (rc == BF_OK && !row)
		rc = bf_err_set(err, BF_FAULT, "a code has no registration");
	if (rc != BF_OK)
		return rc;
	copy_members(&proof->args, row, members);
	bf_value_set(&proof->args, "handle_hash", *bf_value_get(code, "handle_hash"));
	counted = bf_str_is(bf_value_str(bf_value_get(row, "kind")), "phone");
	rc = bf_ask_run(&desk->ask, "insert_person_account", &proof->args, NULL, &proof->account,
			err);
	bf_value_set(&proof->args, "account", bf_value_number(proof->account));
	bf_arg_set_text(&proof->args, "type", "account.registered");
	bf_value_set(&proof->args, "n", bf_value_number(counted));
	if (rc == BF_OK)
		rc = bf_ask_run_each(&desk->ask, writes, &proof->args, err);
	return rc == BF_OK ? bf_ask_run(&desk->ask, "count_donor", &proof->args, NULL, NULL, err)
			   : rc;
}

enum bf_rc bf_account_confirm(const struct bf_desk *desk, struct bf_str ticket, struct bf_str code,
			      int64_t *ret_account, struct bf_err *err)
{
	struct proof proof = { .desk = desk,
			       .args = bf_value_map(desk->ask.pool),
			       .ticket = ticket,
			       .code = code,
			       .act = make_account };
	enum bf_rc rc = run_proof(&proof, "register", err);

	/* two registrations of one handle: the other one was first */
	if (rc == BF_CONFLICT)
		return BF_NOT_FOUND;
	if (rc == BF_OK)
		*ret_account = proof.account;
	return rc;
}

/* ---- a forgotten password -------------------------------------------------------------- */

enum bf_rc bf_account_forgot(const struct bf_desk *desk, const struct bf_handle *handle,
			     char ret_ticket[BF_TICKET_TEXT_BYTES], struct bf_err *err)
{
	struct asking asking = { .desk = desk,
				 .args = bf_value_map(desk->ask.pool),
				 .purpose = "reset" };
	enum bf_rc rc = account_of(desk, handle, &asking.account, err);

	if (rc != BF_OK)
		return rc;
	asking.send = asking.account != 0;
	asking.template_name = asking.send ? "reset_code" : NULL;
	prepare(&asking, handle, ret_ticket);
	return bf_db_transaction(desk->ask.db, ask, &asking, NULL, err);
}

enum bf_rc bf_account_ticket(const struct bf_desk *desk, struct bf_str ticket, const char *purpose,
			     int64_t *ret_account, struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	const struct bf_value *row;
	char hex[BF_SECRET_HEX_BYTES];
	enum bf_rc rc;

	bf_ticket_hash(ticket, hex);
	bf_arg_set_text(&args, "ticket_hash", hex);
	bf_arg_set_text(&args, "purpose", purpose);
	rc = bf_ask_first(&desk->ask, "open_ticket", &args, &row, err);
	if (rc == BF_OK && !row)
		return BF_NOT_FOUND;
	if (rc == BF_OK)
		*ret_account = bf_value_int(bf_value_get(row, "account"));
	return rc;
}

static enum bf_rc take_password(struct proof *proof, const struct bf_value *code,
				struct bf_err *err)
{
	static const char *const writes[] = { "set_password", "end_sessions", "account_event",
					      "insert_notice", NULL };

	bf_value_set(&proof->args, "account", *bf_value_get(code, "account"));
	bf_value_set(&proof->args, "session", bf_value_number(0));
	bf_arg_set_text(&proof->args, "type", "account.password");
	bf_arg_set_text(&proof->args, "template", "password_changed");
	return bf_ask_run_each(&proof->desk->ask, writes, &proof->args, err);
}

static enum bf_rc hash_into(const struct bf_desk *desk, struct bf_str password,
			    struct bf_value *args, struct bf_err *err)
{
	char *hash = bf_pool_alloc(desk->ask.pool, BF_PASSWORD_HASH_BYTES);
	enum bf_rc rc = bf_password_hash(desk, password, hash, err);

	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(args, "password_hash", hash);
	bf_value_set(args, "pepper_key", bf_value_number(bf_secrets_newest(desk->secrets)));
	return BF_OK;
}

enum bf_rc bf_account_reset(const struct bf_desk *desk, struct bf_str ticket, struct bf_str code,
			    struct bf_str password, struct bf_err *err)
{
	struct proof proof = { .desk = desk,
			       .args = bf_value_map(desk->ask.pool),
			       .ticket = ticket,
			       .code = code,
			       .act = take_password };
	enum bf_rc rc = hash_into(desk, password, &proof.args, err);

	return rc == BF_OK ? run_proof(&proof, "reset", err) : rc;
}

/* ---- change and close ------------------------------------------------------------------ */

struct change {
	const struct bf_desk *desk;
	struct bf_value args;
	enum bf_rc outcome;
};

static enum bf_rc change_password(struct bf_db *db, void *arg, struct bf_err *err)
{
	static const char *const writes[] = { "set_password", "end_sessions", "account_event",
					      "insert_notice", NULL };
	struct change *change = arg;

	(void)db;
	return bf_ask_run_each(&change->desk->ask, writes, &change->args, err);
}

enum bf_rc bf_account_change_password(const struct bf_desk *desk, int64_t account, int64_t session,
				      struct bf_str password, struct bf_err *err)
{
	struct change change = { .desk = desk, .args = bf_value_map(desk->ask.pool) };
	enum bf_rc rc = hash_into(desk, password, &change.args, err);

	bf_value_set(&change.args, "account", bf_value_number(account));
	bf_value_set(&change.args, "session", bf_value_number(session));
	bf_arg_set_text(&change.args, "type", "account.password");
	bf_arg_set_text(&change.args, "template", "password_changed");
	return rc == BF_OK ? bf_db_transaction(desk->ask.db, change_password, &change, NULL, err)
			   : rc;
}

static enum bf_rc close_account(struct bf_db *db, void *arg, struct bf_err *err)
{
	static const char *const writes[] = { "close_account",       "drop_credential",
					      "drop_handles",        "drop_second_factor",
					      "drop_recovery_codes", "end_roles",
					      "end_sessions",        "count_donor",
					      "account_event",       NULL };
	struct change *change = arg;
	const struct bf_value *account, *holds;
	enum bf_rc rc =
		bf_ask_first(&change->desk->ask, "lock_account", &change->args, &account, err);

	(void)db;
	if (rc == BF_OK && !account)
		return BF_NOT_FOUND;
	if (rc == BF_OK)
		rc = bf_ask_first(&change->desk->ask, "open_holds", &change->args, &holds, err);
	if (rc != BF_OK)
		return rc;
	change->outcome = BF_CONFLICT;
	if (bf_value_int(bf_value_get(holds, "n")))
		return BF_OK;
	change->outcome = BF_OK;
	bf_value_set(&change->args, "n",
		     bf_value_number(-bf_value_int(bf_value_get(account, "counted"))));
	return bf_ask_run_each(&change->desk->ask, writes, &change->args, err);
}

enum bf_rc bf_account_close(const struct bf_desk *desk, int64_t account, struct bf_err *err)
{
	struct change change = { .desk = desk, .args = bf_value_map(desk->ask.pool) };
	enum bf_rc rc;

	bf_value_set(&change.args, "account", bf_value_number(account));
	bf_value_set(&change.args, "session", bf_value_number(0));
	bf_arg_set_text(&change.args, "type", "account.closed");
	rc = bf_db_transaction(desk->ask.db, close_account, &change, NULL, err);
	return rc == BF_OK ? change.outcome : rc;
}

enum bf_rc bf_account_is_staff(const struct bf_desk *desk, int64_t account, bool *ret_staff,
			       struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	const struct bf_value *row;
	enum bf_rc rc;

	bf_value_set(&args, "account", bf_value_number(account));
	rc = bf_ask_first(&desk->ask, "account_is_staff", &args, &row, err);
	if (rc == BF_OK)
		*ret_staff = bf_value_int(bf_value_get(row, "n")) > 0;
	return rc;
}
