#include "http/token.h"

#include <sodium.h>

#include "base/err.h"
#include "http/address.h"

enum {
	ALGORITHM_BLAKE2B = 1,
	RANDOM_BYTES = 16,
	HASH_BYTES = 32,
	FORM_KEY_BYTES = 16,
	GIVEN_KEY_CHARS_MIN = 16,
	GIVEN_KEY_CHARS_MAX = 64,
};

struct token {
	unsigned char algorithm, key_id;
	unsigned char random[RANDOM_BYTES];
	unsigned char hash[HASH_BYTES];
};

_Static_assert(sizeof(struct token) == 50, "a token has no padding");
_Static_assert(sodium_base64_ENCODED_LEN(50, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ==
		       BF_TOKEN_TEXT_BYTES,
	       "a token's text fits its room");

static void add_with_length(crypto_generichash_state *state, const void *p, size_t len)
{
	uint64_t prefix = len;

	crypto_generichash_update(state, (const unsigned char *)&prefix, sizeof(prefix));
	crypto_generichash_update(state, p, len);
}

/* Each part goes in behind its length, so that no two pairs of parts are the same bytes. */
static void hash_token(const struct bf_token_key *key, struct bf_str sid, const struct token *token,
		       unsigned char ret_hash[HASH_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, key->bytes, sizeof(key->bytes), HASH_BYTES);
	add_with_length(&state, sid.p, sid.len);
	add_with_length(&state, token->random, sizeof(token->random));
	crypto_generichash_final(&state, ret_hash, HASH_BYTES);
}

void bf_token_make(const struct bf_token_key *key, struct bf_str sid,
		   char ret_token[BF_TOKEN_TEXT_BYTES])
{
	struct token token = { .algorithm = ALGORITHM_BLAKE2B, .key_id = key->id };

	randombytes_buf(token.random, sizeof(token.random));
	hash_token(key, sid, &token, token.hash);
	sodium_bin2base64(ret_token, BF_TOKEN_TEXT_BYTES, (const unsigned char *)&token,
			  sizeof(token), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool bf_token_check(const struct bf_token_key *key, struct bf_str sid, struct bf_str token)
{
	struct token sent;
	unsigned char hash[HASH_BYTES];
	size_t len;

	if (sodium_base642bin((unsigned char *)&sent, sizeof(sent), token.p, token.len, NULL, &len,
			      NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    len != sizeof(sent))
		return false;
	if (sent.algorithm != ALGORITHM_BLAKE2B || sent.key_id != key->id)
		return false;
	hash_token(key, sid, &sent, hash);
	return sodium_memcmp(hash, sent.hash, sizeof(hash)) == 0;
}

void bf_form_key_make(char ret_key[BF_FORM_KEY_TEXT_BYTES])
{
	unsigned char bytes[FORM_KEY_BYTES];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(ret_key, BF_FORM_KEY_TEXT_BYTES, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool bf_form_key_valid(struct bf_str key)
{
	return key.len >= GIVEN_KEY_CHARS_MIN && key.len <= GIVEN_KEY_CHARS_MAX &&
	       bf_only_has(key, "-_");
}
