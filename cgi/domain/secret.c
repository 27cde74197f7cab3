#include "domain/secret.h"

#include <sodium.h>

#include "base/file.h"

enum {
	KEYS_MAX = 16,
	KEY_ID_MAX = 255,
	ALGORITHM_XCHACHA20_POLY1305 = 1,
	NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	HEAD_BYTES = 2 + NONCE_BYTES,
};

struct key {
	unsigned char id;
	unsigned char bytes[crypto_kdf_KEYBYTES];
};

struct bf_secrets {
	size_t count;
	struct key keys[KEYS_MAX];
};

_Static_assert(sodium_base64_ENCODED_LEN(BF_SECRET_HASH_BYTES,
					 sodium_base64_VARIANT_URLSAFE_NO_PADDING) ==
		       BF_TICKET_TEXT_BYTES,
	       "a ticket's text fits its room");

/* ---- the file -------------------------------------------------------------------------- */

static const struct key *find_key(const struct bf_secrets *secrets, unsigned char id)
{
	for (size_t i = 0; i < secrets->count; i++)
		if (secrets->keys[i].id == id)
			return &secrets->keys[i];
	return NULL;
}

static bool read_key(struct bf_str line, struct key *ret_key)
{
	struct bf_str rest = line, id;
	int64_t n;
	size_t len;

	if (!bf_str_cut(&rest, ' ', &id) || !rest.p || !bf_str_int(id, &n) || n < 1 ||
	    n > KEY_ID_MAX)
		return false;
	rest = bf_str_trim(rest);
	ret_key->id = (unsigned char)n;
	return sodium_hex2bin(ret_key->bytes, sizeof(ret_key->bytes), rest.p, rest.len, NULL, &len,
			      NULL) == 0 &&
	       len == sizeof(ret_key->bytes) && rest.len == 2 * len;
}

enum bf_rc bf_secrets_parse(struct bf_pool *pool, const char *file, struct bf_str text,
			    struct bf_secrets **ret_secrets, struct bf_err *err)
{
	struct bf_secrets *secrets = bf_pool_zalloc(pool, sizeof(*secrets));
	struct bf_str line;
	int number = 0;

	while (bf_str_cut(&text, '\n', &line)) {
		struct key key;

		number++;
		line = bf_str_trim(line);
		if (!line.len)
			continue;
		if (!read_key(line, &key))
			return bf_err_set(
				err, BF_FAULT,
				"%s:%d: a key is a number from 1 to %d and 32 bytes in hex", file,
				number, KEY_ID_MAX);
		if (find_key(secrets, key.id))
			return bf_err_set(err, BF_FAULT, "%s:%d: there are two keys %d", file,
					  number, key.id);
		if (secrets->count == KEYS_MAX)
			return bf_err_set(err, BF_FAULT, "%s:%d: there are more than %d keys", file,
					  number, KEYS_MAX);
		secrets->keys[secrets->count++] = key;
	}
	if (!secrets->count)
		return bf_err_set(err, BF_FAULT, "%s: there is no key", file);
	*ret_secrets = secrets;
	return BF_OK;
}

enum bf_rc bf_secrets_read(struct bf_pool *pool, const char *file, struct bf_secrets **ret_secrets,
			   struct bf_err *err)
{
	struct bf_str text;
	enum bf_rc rc = bf_file_read(pool, file, &text, err);

	if (rc == BF_OK)
		rc = bf_secrets_parse(pool, file, text, ret_secrets, err);
	return rc;
}

/* ---- hashes ---------------------------------------------------------------------------- */

static const struct key *newest(const struct bf_secrets *secrets)
{
	return &secrets->keys[0];
}

static const struct key *oldest(const struct bf_secrets *secrets)
{
	return &secrets->keys[secrets->count - 1];
}

static void derive(const struct key *key, enum bf_purpose purpose,
		   unsigned char ret_key[crypto_kdf_KEYBYTES])
{
	static const char context[crypto_kdf_CONTEXTBYTES] = "bangfu";

	crypto_kdf_derive_from_key(ret_key, crypto_kdf_KEYBYTES, purpose, context, key->bytes);
}

static void add_with_length(crypto_generichash_state *state, struct bf_str part)
{
	uint64_t prefix = part.len;

	crypto_generichash_update(state, (const unsigned char *)&prefix, sizeof(prefix));
	crypto_generichash_update(state, (const unsigned char *)part.p, part.len);
}

static void hash(const struct key *key, enum bf_purpose purpose, struct bf_str about,
		 struct bf_str text, unsigned char ret_hash[BF_SECRET_HASH_BYTES])
{
	unsigned char own[crypto_kdf_KEYBYTES];
	crypto_generichash_state state;

	derive(key, purpose, own);
	crypto_generichash_init(&state, own, sizeof(own), BF_SECRET_HASH_BYTES);
	add_with_length(&state, about);
	add_with_length(&state, text);
	crypto_generichash_final(&state, ret_hash, BF_SECRET_HASH_BYTES);
	sodium_memzero(own, sizeof(own));
}

unsigned char bf_secrets_newest(const struct bf_secrets *secrets)
{
	return newest(secrets)->id;
}

void bf_secret_hash(const struct bf_secrets *secrets, enum bf_purpose purpose, struct bf_str about,
		    struct bf_str text, char ret_hex[BF_SECRET_HEX_BYTES])
{
	unsigned char bytes[BF_SECRET_HASH_BYTES];

	hash(oldest(secrets), purpose, about, text, bytes);
	sodium_bin2hex(ret_hex, BF_SECRET_HEX_BYTES, bytes, sizeof(bytes));
}

bool bf_secret_hash_with(const struct bf_secrets *secrets, unsigned char key_id,
			 enum bf_purpose purpose, struct bf_str text,
			 unsigned char ret_hash[BF_SECRET_HASH_BYTES])
{
	const struct key *key = find_key(secrets, key_id);

	if (key)
		hash(key, purpose, BF_STR(""), text, ret_hash);
	return key != NULL;
}

/* ---- sealed texts ---------------------------------------------------------------------- */

const char *bf_secret_seal(const struct bf_secrets *secrets, struct bf_pool *pool,
			   struct bf_str about, struct bf_str text)
{
	const struct key *key = newest(secrets);
	size_t len = HEAD_BYTES + text.len + TAG_BYTES;
	unsigned char *sealed = bf_pool_alloc(pool, len);
	unsigned char own[crypto_kdf_KEYBYTES];
	char *hex = bf_pool_alloc(pool, 2 * len + 1);

	derive(key, BF_PURPOSE_SEAL, own);
	sealed[0] = ALGORITHM_XCHACHA20_POLY1305;
	sealed[1] = key->id;
	randombytes_buf(sealed + 2, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + HEAD_BYTES, NULL,
						   (const unsigned char *)text.p, text.len,
						   (const unsigned char *)about.p, about.len, NULL,
						   sealed + 2, own);
	sodium_memzero(own, sizeof(own));
	return sodium_bin2hex(hex, 2 * len + 1, sealed, len);
}

bool bf_secret_open(const struct bf_secrets *secrets, struct bf_pool *pool, struct bf_str about,
		    struct bf_str hex, struct bf_str *ret_text)
{
	unsigned char *sealed = bf_pool_alloc(pool, hex.len / 2 + 1), *text;
	unsigned char own[crypto_kdf_KEYBYTES];
	const struct key *key;
	size_t len;
	bool fine;

	if (sodium_hex2bin(sealed, hex.len / 2 + 1, hex.p, hex.len, NULL, &len, NULL) != 0 ||
	    2 * len != hex.len || len < HEAD_BYTES + TAG_BYTES ||
	    sealed[0] != ALGORITHM_XCHACHA20_POLY1305)
		return false;
	key = find_key(secrets, sealed[1]);
	if (!key)
		return false;
	derive(key, BF_PURPOSE_SEAL, own);
	text = bf_pool_zalloc(pool, len - HEAD_BYTES - TAG_BYTES + 1);
	fine = crypto_aead_xchacha20poly1305_ietf_decrypt(text, NULL, NULL, sealed + HEAD_BYTES,
							  len - HEAD_BYTES,
							  (const unsigned char *)about.p, about.len,
							  sealed + 2, own) == 0;
	sodium_memzero(own, sizeof(own));
	if (fine)
		*ret_text = (struct bf_str){ (const char *)text, len - HEAD_BYTES - TAG_BYTES };
	return fine;
}

/* ---- tickets --------------------------------------------------------------------------- */

void bf_ticket_make(char ret_ticket[BF_TICKET_TEXT_BYTES])
{
	unsigned char bytes[BF_SECRET_HASH_BYTES];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(ret_ticket, BF_TICKET_TEXT_BYTES, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void bf_ticket_hash(struct bf_str ticket, char ret_hex[BF_SECRET_HEX_BYTES])
{
	unsigned char bytes[BF_SECRET_HASH_BYTES];

	crypto_generichash(bytes, sizeof(bytes), (const unsigned char *)ticket.p, ticket.len, NULL,
			   0);
	sodium_bin2hex(ret_hex, BF_SECRET_HEX_BYTES, bytes, sizeof(bytes));
}
