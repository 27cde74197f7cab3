/*
 * second_factor: the six digits of an app (TOTP, RFC 6238), and ten recovery codes for a lost
 * phone. A step serves once, a recovery code too.
 */
#ifndef BF_DOMAIN_SECOND_FACTOR_H
#define BF_DOMAIN_SECOND_FACTOR_H

#include "domain/desk.h"
#include "domain/sign_in.h"

enum {
	BF_FACTOR_SECRET_BYTES = 20,
	BF_FACTOR_CODE_BYTES = 7, /* six digits, and NUL */
	BF_RECOVERY_CODES = 10,
	BF_RECOVERY_CODE_BYTES = 12, /* "xxxxx-xxxxx", and NUL */
};

struct bf_factor {
	bool made;          /* there is a secret */
	bool confirmed;     /* and it was proven once */
	const char *secret; /* in base32, as it is typed into an app; NULL once it is confirmed */
};

BF_MUST_CHECK enum bf_rc bf_factor_read(const struct bf_desk *desk, int64_t account,
					struct bf_factor *ret_factor, struct bf_err *err);
/* A secret for an account that has none. */
BF_MUST_CHECK enum bf_rc bf_factor_make(const struct bf_desk *desk, int64_t account,
					struct bf_err *err);
/* Whether these digits, or this recovery code, are the account's now. ret_first: they confirmed
 * the secret. */
BF_MUST_CHECK enum bf_rc bf_factor_prove(const struct bf_desk *desk, int64_t account,
					 struct bf_str code, struct bf_str client,
					 enum bf_sign_in *ret_outcome, bool *ret_first,
					 struct bf_err *err);
/* New recovery codes in place of those of before; only their hashes are kept. */
BF_MUST_CHECK enum bf_rc
bf_factor_recovery(const struct bf_desk *desk, int64_t account,
		   char ret_codes[BF_RECOVERY_CODES][BF_RECOVERY_CODE_BYTES], struct bf_err *err);

/* Secret bytes as bound to their account; the demo makes its own. */
const char *bf_factor_seal(const struct bf_desk *desk, int64_t account,
			   const unsigned char secret[BF_FACTOR_SECRET_BYTES]);
/* The digits of a sealed secret at a time; false: it does not open. */
bool bf_factor_code(const struct bf_desk *desk, int64_t account, struct bf_str sealed,
		    int64_t wall_ms, char ret_code[BF_FACTOR_CODE_BYTES]);
/* RFC 4648, without padding, in the pool. */
const char *bf_base32(struct bf_pool *pool, struct bf_str bytes);

#endif
