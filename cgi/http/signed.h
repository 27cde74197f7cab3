/*
 * signed: messages between programs, signed with Ed25519: requests to a gateway, its answers and
 * its notices. domain/gateway.h tells the protocol that they belong to.
 */
#ifndef BF_HTTP_SIGNED_H
#define BF_HTTP_SIGNED_H

#include <sodium.h>

#include "base/err.h"
#include "http/request.h"

enum {
	BF_SIGNED_SKEW_S = 300,     /* how far off a timestamp may be */
	BF_SIGNED_NONCE_BYTES = 23, /* of one of ours: 128 bits in base64url, and NUL */
	BF_SIGNED_HEADERS = 4,
};

/* Who signs. The seed is secret; whoever checks needs the public part alone. */
struct bf_signer {
	const char *key_id; /* [0-9A-Za-z_-]{1,32} */
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
	unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
};

/* Whose signatures are believed. */
struct bf_signee {
	const char *key_id;
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
};

/* A signer from a secret file of 32 bytes or more, whose hash is the seed. Texts live in the pool. */
BF_MUST_CHECK enum bf_rc bf_signer_read(struct bf_signer *signer, struct bf_pool *pool,
					const char *path, const char *key_id, struct bf_err *err);
/* A file of one line: "KEY_ID BASE64", as bf_signer_print_public writes it. */
BF_MUST_CHECK enum bf_rc bf_signee_read(struct bf_signee *signee, struct bf_pool *pool,
					const char *path, struct bf_err *err);
void bf_signer_print_public(const struct bf_signer *signer, struct bf_buf *out);

/* What is signed beside timestamp and nonce: of a request "METHOD PATH", of others nothing. */
struct bf_signed_text {
	struct bf_str address; /* "POST /orders"; empty for an answer or a notice */
	struct bf_str body;
};

/* A new nonce. */
void bf_signed_nonce(char ret_nonce[BF_SIGNED_NONCE_BYTES]);
/* The four headers "Name: value", in the pool, ended by NULL. */
const char *const *bf_signed_headers(struct bf_pool *pool, const struct bf_signer *signer,
				     const struct bf_signed_text *text, const char *nonce,
				     int64_t now_ms);
/* Whether the headers (of a request or of an answer) sign the text by this key and are of about
 * now. *ret_nonce and, where it is not so, *ret_why (for the log) are borrowed. */
bool bf_signed_check(const struct bf_fields *headers, const struct bf_signee *signee,
		     const struct bf_signed_text *text, int64_t now_ms, struct bf_str *ret_nonce,
		     const char **ret_why);

#endif
