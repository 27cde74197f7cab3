#include "http/signed.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/file.h"

enum {
	SEED_FILE_BYTES_MIN = 32,
	NONCE_BYTES = 24,
	NONCE_CHARS_MIN = 16,
	NONCE_CHARS_MAX = 64,
	KEY_ID_CHARS_MAX = 32,
	HEADERS = 4,
};

/* ---- keys ------------------------------------------------------------------------------ */

enum bf_rc bf_signer_read(struct bf_signer *signer, struct bf_pool *pool, const char *path,
			  const char *key_id, struct bf_err *err)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	struct bf_str secret;
	enum bf_rc rc = bf_file_read(pool, path, &secret, err);

	if (rc != BF_OK)
		return rc;
	if (secret.len < SEED_FILE_BYTES_MIN)
		return bf_err_set(err, BF_FAULT, "\"%s\" has %zu bytes, a secret at least %d", path,
				  secret.len, SEED_FILE_BYTES_MIN);
	crypto_generichash(seed, sizeof(seed), (const unsigned char *)secret.p, secret.len, NULL,
			   0);
	crypto_sign_seed_keypair(signer->public_key, signer->secret_key, seed);
	sodium_memzero(seed, sizeof(seed));
	signer->id = bf_pool_copy(pool, bf_str(key_id));
	return BF_OK;
}

enum bf_rc bf_signee_read(struct bf_signee *signee, struct bf_pool *pool, const char *path,
			  struct bf_err *err)
{
	struct bf_str text, key_id, key;
	size_t bytes = 0;
	enum bf_rc rc = bf_file_read(pool, path, &text, err);

	if (rc != BF_OK)
		return rc;
	key = bf_str_trim(text);
	if (!bf_str_cut(&key, ' ', &key_id) || !key.p ||
	    sodium_base642bin(signee->public_key, sizeof(signee->public_key), key.p, key.len, NULL,
			      &bytes, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    bytes != sizeof(signee->public_key))
		return bf_err_set(err, BF_FAULT,
				  "\"%s\" is no public key. It is one line, \"KEY_ID BASE64\".",
				  path);
	signee->id = bf_pool_copy(pool, key_id);
	return BF_OK;
}

void bf_signer_print_public(const struct bf_signer *signer, struct bf_buf *out)
{
	char text[sodium_base64_ENCODED_LEN(crypto_sign_PUBLICKEYBYTES,
					    sodium_base64_VARIANT_ORIGINAL)];

	sodium_bin2base64(text, sizeof(text), signer->public_key, sizeof(signer->public_key),
			  sodium_base64_VARIANT_ORIGINAL);
	bf_buf_printf(out, "%s %s\n", signer->id, text);
}

/* ---- signatures ------------------------------------------------------------------------ */

/* Letters, digits, "_" and "-". */
static bool is_word(const char *text, size_t min, size_t max)
{
	size_t len = 0;

	for (; text[len]; len++) {
		char c = text[len];

		if (len == max || !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
				    (c >= 'A' && c <= 'Z') || c == '_' || c == '-'))
			return false;
	}
	return len >= min;
}

void bf_signed_draw_nonce(char ret_nonce[BF_SIGNED_NONCE_BYTES])
{
	unsigned char random[NONCE_BYTES];

	randombytes_buf(random, sizeof(random));
	sodium_bin2base64(ret_nonce, BF_SIGNED_NONCE_BYTES, random, sizeof(random),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* The bytes that are signed. */
static void put_text(struct bf_buf *text, const char *timestamp, const char *nonce,
		     const char *request, struct bf_str body)
{
	bf_buf_init(text);
	bf_buf_add_text(text, timestamp);
	bf_buf_add_char(text, '\n');
	bf_buf_add_text(text, nonce);
	bf_buf_add_char(text, '\n');
	if (request) {
		bf_buf_add_text(text, request);
		bf_buf_add_char(text, '\n');
	}
	bf_buf_add_str(text, body);
	bf_buf_add_char(text, '\n');
}

void bf_signed_sign(const unsigned char *secret_key, const char *timestamp, const char *nonce,
		    const char *request, struct bf_str body,
		    char ret_signature[BF_SIGNED_SIGNATURE_BYTES])
{
	unsigned char signature[crypto_sign_BYTES];
	struct bf_buf text;

	put_text(&text, timestamp, nonce, request, body);
	crypto_sign_detached(signature, NULL, (const unsigned char *)text.data, text.len,
			     secret_key);
	bf_buf_release(&text);
	sodium_bin2base64(ret_signature, BF_SIGNED_SIGNATURE_BYTES, signature, sizeof(signature),
			  sodium_base64_VARIANT_ORIGINAL);
}

static const struct bf_signee *find_key(const struct bf_signee *keys, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(keys[i].id, id) == 0)
			return &keys[i];
	return NULL;
}

static bool is_timely(const char *timestamp, int64_t now_s)
{
	int64_t at_s;

	return timestamp[0] >= '0' && timestamp[0] <= '9' && bf_str_int(bf_str(timestamp), &at_s) &&
	       at_s >= now_s - BF_SIGNED_SLACK_S && at_s <= now_s + BF_SIGNED_SLACK_S;
}

static bool is_signed(const struct bf_signee *key, const struct bf_signed_head *head,
		      const char *request, struct bf_str body)
{
	unsigned char signature[crypto_sign_BYTES];
	struct bf_buf text;
	size_t len = 0;
	bool good;

	if (sodium_base642bin(signature, sizeof(signature), head->signature,
			      strlen(head->signature), NULL, &len, NULL,
			      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len != sizeof(signature))
		return false;
	put_text(&text, head->timestamp, head->nonce, request, body);
	good = crypto_sign_verify_detached(signature, (const unsigned char *)text.data, text.len,
					   key->public_key) == 0;
	bf_buf_release(&text);
	return good;
}

enum bf_rc bf_signed_verify(const struct bf_signee *keys, size_t key_count,
			    const struct bf_signed_head *head, const char *request,
			    struct bf_str body, int64_t now_s, struct bf_err *err)
{
	const struct bf_signee *key;

	if (!head->timestamp || !head->nonce || !head->key_id || !head->signature)
		return bf_err_set(err, BF_DENIED, "a header of the signature is missing");
	if (!is_word(head->nonce, NONCE_CHARS_MIN, NONCE_CHARS_MAX) ||
	    !is_word(head->key_id, 1, KEY_ID_CHARS_MAX))
		return bf_err_set(err, BF_DENIED, "the nonce or the key's id is malformed");
	key = find_key(keys, key_count, head->key_id);
	if (!key)
		return bf_err_set(err, BF_DENIED, "there is no key \"%s\"", head->key_id);
	if (!is_timely(head->timestamp, now_s))
		return bf_err_set(err, BF_DENIED, "the time is more than %d s off",
				  BF_SIGNED_SLACK_S);
	if (!is_signed(key, head, request, body))
		return bf_err_set(err, BF_DENIED, "the signature is wrong");
	return BF_OK;
}

/* ---- headers --------------------------------------------------------------------------- */

const char *const *bf_signed_headers(struct bf_pool *pool, const struct bf_signer *signer,
				     const char *request, struct bf_str body, const char *nonce,
				     int64_t now_ms)
{
	const char **headers = bf_pool_alloc(pool, (HEADERS + 1) * sizeof(*headers));
	const char *timestamp = bf_pool_printf(pool, "%" PRId64, now_ms / 1000);
	char signature[BF_SIGNED_SIGNATURE_BYTES];

	bf_signed_sign(signer->secret_key, timestamp, nonce, request, body, signature);
	headers[0] = bf_pool_printf(pool, "Bangfu-Timestamp: %s", timestamp);
	headers[1] = bf_pool_printf(pool, "Bangfu-Nonce: %s", nonce);
	headers[2] = bf_pool_printf(pool, "Bangfu-Key-Id: %s", signer->id);
	headers[3] = bf_pool_printf(pool, "Bangfu-Signature: %s", signature);
	headers[HEADERS] = NULL;
	return headers;
}

static const char *value_of(struct bf_pool *pool, const struct bf_fields *headers, const char *name)
{
	const struct bf_field *field = bf_fields_find(headers, name);

	return field ? bf_pool_copy(pool, field->value) : NULL;
}

struct bf_signed_head bf_signed_head_of(struct bf_pool *pool, const struct bf_fields *headers)
{
	return (struct bf_signed_head){
		.timestamp = value_of(pool, headers, "bangfu-timestamp"),
		.nonce = value_of(pool, headers, "bangfu-nonce"),
		.key_id = value_of(pool, headers, "bangfu-key-id"),
		.signature = value_of(pool, headers, "bangfu-signature"),
	};
}
