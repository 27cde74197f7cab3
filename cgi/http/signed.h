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
	BF_SIGNED_SLACK_S = 300,        /* how far off a timestamp may be */
	BF_SIGNED_NONCE_BYTES = 33,     /* of those that we draw: 192 bits, and NUL */
	BF_SIGNED_SIGNATURE_BYTES = 89, /* 64 bytes in base64, and NUL */
};

/* Who signs. The seed is secret; whoever checks needs the public part alone. */
struct bf_signer {
	const char *id; /* [0-9A-Za-z_-]{1,32} */
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
	unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
};

/* Whose signatures are believed. */
struct bf_signee {
	const char *id;
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
};

/* A signer from a secret file of 32 bytes or more, whose hash is the seed. Texts live in the pool. */
BF_MUST_CHECK enum bf_rc bf_signer_read(struct bf_signer *signer, struct bf_pool *pool,
					const char *path, const char *key_id, struct bf_err *err);
/* A file of one line: "KEY_ID BASE64", as bf_signer_print_public writes it. */
BF_MUST_CHECK enum bf_rc bf_signee_read(struct bf_signee *signee, struct bf_pool *pool,
					const char *path, struct bf_err *err);
void bf_signer_print_public(const struct bf_signer *signer, struct bf_buf *out);

/* ---- signatures ---- */

/* What stands in the headers; NULL where one is missing. */
struct bf_signed_head {
	const char *timestamp, *nonce, *key_id, *signature;
};

void bf_signed_draw_nonce(char ret_nonce[BF_SIGNED_NONCE_BYTES]);
/* Signs; `request` is "POST /orders", or NULL for a notice or an answer. secret_key: 64 bytes. */
void bf_signed_sign(const unsigned char *secret_key, const char *timestamp, const char *nonce,
		    const char *request, struct bf_str body,
		    char ret_signature[BF_SIGNED_SIGNATURE_BYTES]);
/* Verifies the raw bytes at now_s (seconds since 1970). BF_DENIED says in err what is wrong. */
BF_MUST_CHECK enum bf_rc bf_signed_verify(const struct bf_signee *keys, size_t key_count,
					  const struct bf_signed_head *head, const char *request,
					  struct bf_str body, int64_t now_s, struct bf_err *err);

/* The four headers "Name: value" of a message of now, in the pool, ended by NULL. */
const char *const *bf_signed_headers(struct bf_pool *pool, const struct bf_signer *signer,
				     const char *request, struct bf_str body, const char *nonce,
				     int64_t now_ms);
/* The same four of a request or an answer that came; texts in the pool. */
struct bf_signed_head bf_signed_head_of(struct bf_pool *pool, const struct bf_fields *headers);

#endif
