/*
 * password: which ones are taken, and how they are kept: Argon2id (64 MiB, twice over) of a keyed
 * hash, so that the database alone is worth nothing to who steals it.
 */
#ifndef BF_DOMAIN_PASSWORD_H
#define BF_DOMAIN_PASSWORD_H

#include "domain/desk.h"

enum {
	BF_PASSWORD_CHARS_MIN = 8,
	BF_PASSWORD_CHARS_MIN_STAFF = 12,
	BF_PASSWORD_CHARS_MAX = 128,
	BF_PASSWORD_HASH_BYTES = 128,
};

enum bf_password_fault {
	BF_PASSWORD_FINE = 0,
	BF_PASSWORD_SHORT,
	BF_PASSWORD_SHORT_STAFF,
	BF_PASSWORD_LONG,
	BF_PASSWORD_COMMON, /* in the shipped list */
	BF_PASSWORD_OWN,    /* hardly more than the name, the handle or ours */
	BF_PASSWORD_FAULT__MAX
};

/* The sentences in English: msgids of the core's catalogue. */
extern const char *const bf_password_fault_text[BF_PASSWORD_FAULT__MAX];

/* Whom a password is for; empty where it is not known. */
struct bf_password_owner {
	struct bf_str name, handle;
	bool staff;
};

enum bf_password_fault bf_password_judge(const struct bf_desk *desk, struct bf_str password,
					 const struct bf_password_owner *owner);
/*
 * Both take a tenth of a second of one core and wait for one at most two seconds: BF_BUSY. At most
 * as many run on a host as it has cores.
 */
BF_MUST_CHECK enum bf_rc bf_password_hash(const struct bf_desk *desk, struct bf_str password,
					  char ret_hash[BF_PASSWORD_HASH_BYTES],
					  struct bf_err *err);
/* Whether it is the one that was hashed with a key. hash "": there is none, which takes as long.
 * ret_old: it was made with another key or other parameters than new ones are. */
BF_MUST_CHECK enum bf_rc bf_password_check(const struct bf_desk *desk, struct bf_str password,
					   const char *hash, int64_t key_id, bool *ret_right,
					   bool *ret_old, struct bf_err *err);

#endif
