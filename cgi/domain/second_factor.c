#include "domain/second_factor.h"

#include <ctype.h>
#include <inttypes.h>
#include <liboath/oath.h>
#include <sodium.h>

#include "base/clock.h"

enum { STEP_MS = 30000, STEPS_AROUND = 1, DIGITS = 6, NO_STEP = -1 };

/* ---- the secret ------------------------------------------------------------------------ */

static struct bf_str place(const struct bf_desk *desk, int64_t account)
{
	return bf_str(bf_pool_printf(desk->ask.pool, "second factor %" PRId64, account));
}

const char *bf_factor_seal(const struct bf_desk *desk, int64_t account,
			   const unsigned char secret[BF_FACTOR_SECRET_BYTES])
{
	return bf_secret_seal(desk->secrets, desk->ask.pool, place(desk, account),
			      (struct bf_str){ (const char *)secret, BF_FACTOR_SECRET_BYTES });
}

const char *bf_base32(struct bf_pool *pool, struct bf_str bytes)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	enum { BITS = 5 };
	char *text = bf_pool_alloc(pool, (bytes.len * 8 + BITS - 1) / BITS + 1), *end = text;
	unsigned bits = 0, count = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		bits = (bits << 8 | (unsigned char)bytes.p[i]) & 0xffff;
		for (count += 8; count >= BITS; count -= BITS)
			*end++ = alphabet[bits >> (count - BITS) & 31];
	}
	if (count)
		*end++ = alphabet[bits << (BITS - count) & 31];
	*end = '\0';
	return text;
}

static void digits_at(struct bf_str secret, int64_t step, char ret_code[BF_FACTOR_CODE_BYTES])
{
	if (oath_hotp_generate(secret.p, secret.len, (uint64_t)step, DIGITS, false,
			       OATH_HOTP_DYNAMIC_TRUNCATION, ret_code) != OATH_OK)
		BF_BUG("no digits of a secret of %zu bytes", secret.len);
}

bool bf_factor_code(const struct bf_desk *desk, int64_t account, struct bf_str sealed,
		    int64_t wall_ms, char ret_code[BF_FACTOR_CODE_BYTES])
{
	struct bf_str secret;

	if (!bf_secret_open(desk->secrets, desk->ask.pool, place(desk, account), sealed, &secret))
		return false;
	digits_at(secret, wall_ms / STEP_MS, ret_code);
	return true;
}

/* The step around now whose digits these are, or NO_STEP. */
static int64_t step_of(struct bf_str secret, struct bf_str code)
{
	int64_t now = bf_clock_wall_ms() / STEP_MS, found = NO_STEP;
	char digits[BF_FACTOR_CODE_BYTES];

	if (code.len != DIGITS)
		return NO_STEP;
	for (int64_t step = now - STEPS_AROUND; step <= now + STEPS_AROUND; step++) {
		digits_at(secret, step, digits);
		if (sodium_memcmp(digits, code.p, DIGITS) == 0)
			found = step;
	}
	return found;
}

/* ---- read and make --------------------------------------------------------------------- */

static struct bf_value account_args(const struct bf_desk *desk, int64_t account)
{
	struct bf_value args = bf_value_map(desk->ask.pool);

	bf_value_set(&args, "account", bf_value_number(account));
	return args;
}

static enum bf_rc open_secret(const struct bf_desk *desk, int64_t account,
			      const struct bf_value *row, struct bf_str *ret_secret,
			      struct bf_err *err)
{
	if (bf_secret_open(desk->secrets, desk->ask.pool, place(desk, account),
			   bf_value_str(bf_value_get(row, "secret_sealed")), ret_secret))
		return BF_OK;
	return bf_err_set(err, BF_FAULT, "the second factor of account %" PRId64 " does not open",
			  account);
}

enum bf_rc bf_factor_read(const struct bf_desk *desk, int64_t account, struct bf_factor *ret_factor,
			  struct bf_err *err)
{
	struct bf_value args = account_args(desk, account);
	const struct bf_value *row;
	struct bf_str secret;
	enum bf_rc rc = bf_ask_first(&desk->ask, "second_factor_secret", &args, &row, err);

	if (rc != BF_OK)
		return rc;
	*ret_factor = (struct bf_factor){
		.made = row != NULL,
		.confirmed = !bf_value_is_null(bf_value_get(row, "confirmed_at")),
	};
	if (!row || ret_factor->confirmed)
		return BF_OK;
	rc = open_secret(desk, account, row, &secret, err);
	if (rc == BF_OK)
		ret_factor->secret = bf_base32(desk->ask.pool, secret);
	return rc;
}

enum bf_rc bf_factor_make(const struct bf_desk *desk, int64_t account, struct bf_err *err)
{
	struct bf_value args = account_args(desk, account);
	unsigned char secret[BF_FACTOR_SECRET_BYTES];

	randombytes_buf(secret, sizeof(secret));
	bf_arg_set_text(&args, "secret_sealed", bf_factor_seal(desk, account, secret));
	sodium_memzero(secret, sizeof(secret));
	return bf_ask_run(&desk->ask, "make_second_factor", &args, NULL, NULL, err);
}

/* ---- prove ----------------------------------------------------------------------------- */

struct proof {
	const struct bf_desk *desk;
	struct bf_value args;
	int64_t account;
	struct bf_str code;
	bool right, first;
};

static struct bf_str about_recovery(const struct bf_desk *desk, int64_t account)
{
	return bf_str(bf_pool_printf(desk->ask.pool, "recovery %" PRId64, account));
}

/* "ABCDE-fghij", " abcde fghij" -> "abcdefghij" */
static struct bf_str plain_code(struct bf_pool *pool, struct bf_str code)
{
	char *plain = bf_pool_alloc(pool, code.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < code.len; i++)
		if (isalnum((unsigned char)code.p[i]))
			plain[len++] = (char)tolower((unsigned char)code.p[i]);
	plain[len] = '\0';
	return (struct bf_str){ plain, len };
}

static enum bf_rc use_recovery_code(struct proof *proof, struct bf_err *err)
{
	char hex[BF_SECRET_HEX_BYTES];
	int64_t matched = 0;
	enum bf_rc rc;

	bf_secret_hash(proof->desk->secrets, BF_PURPOSE_CODE,
		       about_recovery(proof->desk, proof->account), proof->code, hex);
	bf_arg_set_text(&proof->args, "code_hash", hex);
	rc = bf_ask_run(&proof->desk->ask, "use_recovery_code", &proof->args, &matched, NULL, err);
	if (rc == BF_OK)
		proof->right = matched == 1;
	return rc;
}

/* Two requests with the same digits: the row is locked, and the second finds the step used. */
static enum bf_rc prove(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct proof *proof = arg;
	const struct bf_value *row;
	struct bf_str secret;
	int64_t step, matched = 0;
	enum bf_rc rc =
		bf_ask_first(&proof->desk->ask, "lock_second_factor", &proof->args, &row, err);

	(void)db;
	proof->right = proof->first = false;
	if (rc != BF_OK || !row)
		return rc;
	rc = open_secret(proof->desk, proof->account, row, &secret, err);
	if (rc != BF_OK)
		return rc;
	step = step_of(secret, proof->code);
	if (step == NO_STEP)
		return use_recovery_code(proof, err);
	bf_value_set(&proof->args, "step", bf_value_number(step));
	rc = bf_ask_run(&proof->desk->ask, "use_second_factor_step", &proof->args, &matched, NULL,
			err);
	proof->right = matched == 1;
	proof->first = proof->right && bf_value_is_null(bf_value_get(row, "confirmed_at"));
	if (rc != BF_OK || !proof->first)
		return rc;
	bf_arg_set_text(&proof->args, "template", "second_factor_made");
	return bf_ask_run(&proof->desk->ask, "insert_notice", &proof->args, NULL, NULL, err);
}

enum bf_rc bf_factor_prove(const struct bf_desk *desk, int64_t account, struct bf_str code,
			   struct bf_str client, enum bf_sign_in *ret_outcome, bool *ret_first,
			   struct bf_err *err)
{
	struct proof proof = { .desk = desk,
			       .args = account_args(desk, account),
			       .account = account,
			       .code = plain_code(desk->ask.pool, code) };
	struct bf_try one;
	bool locked;
	enum bf_rc rc = bf_try_begin(desk, "second factor",
				     bf_str(bf_pool_printf(desk->ask.pool, "%" PRId64, account)),
				     client, &one, &locked, err);

	if (rc != BF_OK)
		return rc;
	*ret_outcome = BF_SIGN_IN_LOCKED;
	if (locked)
		return BF_OK;
	rc = bf_db_transaction(desk->ask.db, prove, &proof, NULL, err);
	if (rc != BF_OK)
		return rc;
	*ret_outcome = proof.right ? BF_SIGN_IN_RIGHT : BF_SIGN_IN_WRONG;
	*ret_first = proof.first;
	return proof.right ? bf_try_was_right(desk, &one, err) : BF_OK;
}

/* ---- recovery codes -------------------------------------------------------------------- */

struct recovery {
	const struct bf_desk *desk;
	struct bf_value args;
	struct bf_str about;
	char (*codes)[BF_RECOVERY_CODE_BYTES];
};

static enum bf_rc keep_codes(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct recovery *recovery = arg;
	const struct bf_desk *desk = recovery->desk;
	enum bf_rc rc =
		bf_ask_run(&desk->ask, "drop_recovery_codes", &recovery->args, NULL, NULL, err);

	(void)db;
	for (size_t i = 0; i < BF_RECOVERY_CODES && rc == BF_OK; i++) {
		char hex[BF_SECRET_HEX_BYTES];

		bf_secret_hash(desk->secrets, BF_PURPOSE_CODE, recovery->about,
			       plain_code(desk->ask.pool, bf_str(recovery->codes[i])), hex);
		bf_arg_set_text(&recovery->args, "code_hash", hex);
		rc = bf_ask_run(&desk->ask, "insert_recovery_code", &recovery->args, NULL, NULL,
				err);
	}
	return rc;
}

/* Letters and digits that nobody takes for each other. */
static void make_code(char ret_code[BF_RECOVERY_CODE_BYTES])
{
	static const char alphabet[] = "23456789abcdefghjkmnpqrstuvwxyz";

	for (size_t i = 0; i < BF_RECOVERY_CODE_BYTES - 1; i++)
		ret_code[i] = alphabet[randombytes_uniform(sizeof(alphabet) - 1)];
	ret_code[5] = '-';
	ret_code[BF_RECOVERY_CODE_BYTES - 1] = '\0';
}

enum bf_rc bf_factor_recovery(const struct bf_desk *desk, int64_t account,
			      char ret_codes[BF_RECOVERY_CODES][BF_RECOVERY_CODE_BYTES],
			      struct bf_err *err)
{
	struct recovery recovery = { .desk = desk,
				     .args = account_args(desk, account),
				     .about = about_recovery(desk, account),
				     .codes = ret_codes };

	for (size_t i = 0; i < BF_RECOVERY_CODES; i++)
		make_code(ret_codes[i]);
	return bf_db_transaction(desk->ask.db, keep_codes, &recovery, NULL, err);
}
