/*
 * sign_in: handles, and the judgement of who tries one with a password. An unknown handle and a
 * wrong password are one outcome, in the same time.
 */
#ifndef BF_DOMAIN_SIGN_IN_H
#define BF_DOMAIN_SIGN_IN_H

#include "domain/desk.h"

/* A phone number or mail address in its normal form. */
struct bf_handle {
	const char *kind; /* "phone" or "mail": as the database names it */
	struct bf_str text;
	const char *masked;
	char hash[BF_SECRET_HEX_BYTES];
};

/* False: it is neither. */
bool bf_handle_read(const struct bf_desk *desk, struct bf_str typed, struct bf_handle *ret_handle);

enum bf_sign_in {
	BF_SIGN_IN_RIGHT,
	BF_SIGN_IN_WRONG,
	BF_SIGN_IN_LOCKED, /* 5 wrong ones within a quarter of an hour, 50 from one address */
};

/* Whose handle and password these are. client is the visitor's address. */
BF_MUST_CHECK enum bf_rc bf_sign_in(const struct bf_desk *desk, const struct bf_handle *handle,
				    struct bf_str password, struct bf_str client,
				    enum bf_sign_in *ret_outcome, int64_t *ret_account,
				    struct bf_err *err);
/* The same for somebody who is signed in, before a change of what signs in. */
BF_MUST_CHECK enum bf_rc bf_sign_in_again(const struct bf_desk *desk, int64_t account,
					  struct bf_str password, struct bf_str client,
					  enum bf_sign_in *ret_outcome, struct bf_err *err);

/* For every kind of guess: counts a try of a subject before it is judged, unless it is locked.
 * What is right is forgotten again. */
struct bf_try {
	char subject[BF_SECRET_HEX_BYTES], client[BF_SECRET_HEX_BYTES];
};
BF_MUST_CHECK enum bf_rc bf_try_begin(const struct bf_desk *desk, const char *kind,
				      struct bf_str subject, struct bf_str client,
				      struct bf_try *ret_try, bool *ret_locked, struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_try_was_right(const struct bf_desk *desk, const struct bf_try *one,
					  struct bf_err *err);

#endif
