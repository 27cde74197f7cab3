#include "http/signed.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/file.h"

enum { SEED_FILE_BYTES_MIN = 32, SIGNATURE_TEXT_BYTES = 89, NONCE_MIN = 16, NONCE_MAX = 64 };

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
	signer->key_id = bf_pool_copy(pool, bf_str(key_id));
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
	signee->key_id = bf_pool_copy(pool, key_id);
	return BF_OK;
}

void bf_signer_print_public(const struct bf_signer *signer, struct bf_buf *out)
{
	char text[sodium_base64_ENCODED_LEN(crypto_sign_PUBLICKEYBYTES,
					    sodium_base64_VARIANT_ORIGINAL)];

	sodium_bin2base64(text, sizeof(text), signer->public_key, sizeof(signer->public_key),
			  sodium_base64_VARIANT_ORIGINAL);
	bf_buf_printf(out, "%s %s\n", signer->key_id, text);
}

/* ---- signing --------------------------------------------------------------------------- */

void bf_signed_nonce(char ret_nonce[BF_SIGNED_NONCE_BYTES])
{
	unsigned char bytes[16];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(ret_nonce, BF_SIGNED_NONCE_BYTES, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* TIMESTAMP "\n" NONCE "\n" [METHOD " " PATH "\n"] BODY "\n" */
static void write_text(struct bf_buf *out, struct bf_str timestamp, struct bf_str nonce,
		       const struct bf_signed_text *text)
{
	bf_buf_add_str(out, timestamp);
	bf_buf_add_char(out, '\n');
	bf_buf_add_str(out, nonce);
	bf_buf_add_char(out, '\n');
	if (text->address.len) {
		bf_buf_add_str(out, text->address);
		bf_buf_add_char(out, '\n');
	}
	bf_buf_add_str(out, text->body);
	bf_buf_add_char(out, '\n');
}

const char *const *bf_signed_headers(struct bf_pool *pool, const struct bf_signer *signer,
				     const struct bf_signed_text *text, const char *nonce,
				     int64_t now_ms)
{
	const char **headers = bf_pool_alloc(pool, (BF_SIGNED_HEADERS + 1) * sizeof(*headers));
	char *timestamp = bf_pool_printf(pool, "%" PRId64, now_ms / 1000);
	unsigned char signature[crypto_sign_BYTES];
	char encoded[SIGNATURE_TEXT_BYTES];
	struct bf_buf signed_text;

	bf_buf_init(&signed_text);
	write_text(&signed_text, bf_str(timestamp), bf_str(nonce), text);
	crypto_sign_detached(signature, NULL, (const unsigned char *)signed_text.data,
			     signed_text.len, signer->secret_key);
	bf_buf_release(&signed_text);
	sodium_bin2base64(encoded, sizeof(encoded), signature, sizeof(signature),
			  sodium_base64_VARIANT_ORIGINAL);
	headers[0] = bf_pool_printf(pool, "Bangfu-Timestamp: %s", timestamp);
	headers[1] = bf_pool_printf(pool, "Bangfu-Nonce: %s", nonce);
	headers[2] = bf_pool_printf(pool, "Bangfu-Key-Id: %s", signer->key_id);
	headers[3] = bf_pool_printf(pool, "Bangfu-Signature: %s", encoded);
	headers[BF_SIGNED_HEADERS] = NULL;
	return headers;
}

/* ---- checking -------------------------------------------------------------------------- */

static bool is_nonce(struct bf_str nonce)
{
	for (size_t i = 0; i < nonce.len; i++) {
		char c = nonce.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      c == '_' || c == '-'))
			return false;
	}
	return nonce.len >= NONCE_MIN && nonce.len <= NONCE_MAX;
}

static bool is_of_now(struct bf_str timestamp, int64_t now_ms)
{
	int64_t at_s;

	return bf_str_int(timestamp, &at_s) && at_s >= now_ms / 1000 - BF_SIGNED_SKEW_S &&
	       at_s <= now_ms / 1000 + BF_SIGNED_SKEW_S;
}

static bool is_signed(struct bf_str encoded, const struct bf_signee *signee,
		      const struct bf_buf *text)
{
	unsigned char signature[crypto_sign_BYTES];
	size_t bytes = 0;

	return sodium_base642bin(signature, sizeof(signature), encoded.p, encoded.len, NULL, &bytes,
				 NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       bytes == sizeof(signature) &&
	       crypto_sign_verify_detached(signature, (const unsigned char *)text->data, text->len,
					   signee->public_key) == 0;
}

bool bf_signed_check(const struct bf_fields *headers, const struct bf_signee *signee,
		     const struct bf_signed_text *text, int64_t now_ms, struct bf_str *ret_nonce,
		     const char **ret_why)
{
	const struct bf_field *timestamp = bf_fields_find(headers, "bangfu-timestamp");
	const struct bf_field *nonce = bf_fields_find(headers, "bangfu-nonce");
	const struct bf_field *key_id = bf_fields_find(headers, "bangfu-key-id");
	const struct bf_field *signature = bf_fields_find(headers, "bangfu-signature");
	struct bf_buf signed_text;
	bool good;

	*ret_why = "a header of its signature is missing";
	if (!timestamp || !nonce || !key_id || !signature)
		return false;
	*ret_why = "its key is unknown";
	if (!bf_str_is(key_id->value, signee->key_id))
		return false;
	*ret_why = "its nonce is malformed";
	if (!is_nonce(nonce->value))
		return false;
	*ret_why = "its time is off";
	if (!is_of_now(timestamp->value, now_ms))
		return false;
	bf_buf_init(&signed_text);
	write_text(&signed_text, timestamp->value, nonce->value, text);
	good = is_signed(signature->value, signee, &signed_text);
	bf_buf_release(&signed_text);
	*ret_why = "its signature is wrong";
	*ret_nonce = nonce->value;
	return good;
}
