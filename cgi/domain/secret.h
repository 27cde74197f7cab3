/*
 * secret: the keys of the money workers, one for each purpose, and what is made with them: keyed
 * hashes and sealed texts. The master keys are in a file and never in the database.
 */
#ifndef BF_DOMAIN_SECRET_H
#define BF_DOMAIN_SECRET_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

enum {
	BF_SECRET_HASH_BYTES = 32,
	BF_SECRET_HEX_BYTES = 2 * BF_SECRET_HASH_BYTES + 1,
	BF_TICKET_TEXT_BYTES = 44, /* 256 bits in base64url, and NUL */
};

/* What a key is for; the numbers are in the keys and never change. */
enum bf_purpose {
	BF_PURPOSE_PEPPER = 1,  /* passwords, before they are hashed slowly */
	BF_PURPOSE_HANDLE = 2,  /* phones and mail addresses, to find them again */
	BF_PURPOSE_TRY = 3,     /* whom failed sign-ins are counted for */
	BF_PURPOSE_CODE = 4,    /* one-time and recovery codes */
	BF_PURPOSE_SEAL = 5,    /* what must be read again */
	BF_PURPOSE_RECEIPT = 6, /* the code beside a receipt's number */
	BF_PURPOSE_PAYEE = 7,   /* bank accounts, to find the same one again */
	BF_PURPOSE_LEDGER = 8,  /* what the heads of the ledger's days are signed with */
	BF_PURPOSE_PERSON = 9,  /* ID numbers of people of the register, to find them again */
};

struct bf_secrets;

/*
 * Reads a key file: a line "ID HEX" a key, ID from 1 to 255, HEX 32 bytes. The first key makes,
 * all of them read; the last one hashes what must be found again, so it stays for ever. Fails
 * with BF_FAULT.
 */
BF_MUST_CHECK enum bf_rc bf_secrets_read(struct bf_pool *pool, const char *file,
					 struct bf_secrets **ret_secrets, struct bf_err *err);
/* The same from the file's text. */
BF_MUST_CHECK enum bf_rc bf_secrets_parse(struct bf_pool *pool, const char *file,
					  struct bf_str text, struct bf_secrets **ret_secrets,
					  struct bf_err *err);

/* The key that new passwords are hashed with. */
unsigned char bf_secrets_newest(const struct bf_secrets *secrets);
/* A keyed hash to find something again. `about` keeps equal texts of two owners apart. */
void bf_secret_hash(const struct bf_secrets *secrets, enum bf_purpose purpose, struct bf_str about,
		    struct bf_str text, char ret_hex[BF_SECRET_HEX_BYTES]);
/* The same with one key. False: there is no such key. */
bool bf_secret_hash_with(const struct bf_secrets *secrets, unsigned char key_id,
			 enum bf_purpose purpose, struct bf_str text,
			 unsigned char ret_hash[BF_SECRET_HASH_BYTES]);

/* Algorithm id, key id, nonce and ciphertext, in hex, in the pool. `about` must be the same when
 * it is opened: it binds the text to its place. */
const char *bf_secret_seal(const struct bf_secrets *secrets, struct bf_pool *pool,
			   struct bf_str about, struct bf_str text);
/* False: it is not ours, was changed, or belongs elsewhere. */
bool bf_secret_open(const struct bf_secrets *secrets, struct bf_pool *pool, struct bf_str about,
		    struct bf_str hex, struct bf_str *ret_text);

/* 256 random bits in base64url: a session's cookie, the address of a page that waits. */
void bf_ticket_make(char ret_ticket[BF_TICKET_TEXT_BYTES]);
/* What the database keeps of one: BLAKE2b, without a key, so that every worker can find it. */
void bf_ticket_hash(struct bf_str ticket, char ret_hex[BF_SECRET_HEX_BYTES]);

#endif
