/*
 * token: what a form carries: a token that proves that the form is ours and belongs to this
 * visitor (CSRF), and a key that makes sending it twice one act (idempotency).
 */
#ifndef BF_HTTP_TOKEN_H
#define BF_HTTP_TOKEN_H

#include "base/str.h"

enum {
	BF_TOKEN_KEY_BYTES = 32,
	BF_TOKEN_TEXT_BYTES = 68,    /* 50 bytes in base64url, and NUL */
	BF_FORM_KEY_TEXT_BYTES = 23, /* 128 bits in base64url, and NUL */
};

/* A secret shared by all workers. The id tells keys apart while one replaces another. */
struct bf_token_key {
	unsigned char id;
	unsigned char bytes[BF_TOKEN_KEY_BYTES];
};

/* A new token for the holder of sid (a sign-in, or a signed-out visitor's cookie). */
void bf_token_make(const struct bf_token_key *key, struct bf_str sid,
		   char ret_token[BF_TOKEN_TEXT_BYTES]);
/* Whether a token was made with this key for this sid; takes the same time for every token of
 * the right length. */
bool bf_token_check(const struct bf_token_key *key, struct bf_str sid, struct bf_str token);

/* A new idempotency key: 128 random bits. */
void bf_form_key_make(char ret_key[BF_FORM_KEY_TEXT_BYTES]);
/* Whether text has the form of one: what a client sends as Idempotency-Key may also be a
 * UUID, hence 16 to 64 of [A-Za-z0-9_-]. */
bool bf_form_key_valid(struct bf_str key);

#endif
