#include "domain/password.h"

#include <ctype.h>
#include <sodium.h>
#include <unistd.h>

enum {
	MEMORY_BYTES = 64 << 20,
	PASSES = 2,
	SLOT_WAIT_S = 2,
	OWN_REST_CHARS = 6, /* what must be left of a password without the words of its owner */
	PHONE_END_CHARS = 6,
	WORD_BYTES_MIN = 3,
};

const char *const bf_password_fault_text[BF_PASSWORD_FAULT__MAX] = {
	[BF_PASSWORD_SHORT] = "The password needs at least 8 characters.",
	[BF_PASSWORD_SHORT_STAFF] = "The password needs at least 12 characters, because you work "
				    "for an office.",
	[BF_PASSWORD_LONG] = "The password may have at most 128 characters.",
	[BF_PASSWORD_COMMON] = "Many people use this password, so it is quickly guessed. Please "
			       "choose another one.",
	[BF_PASSWORD_OWN] = "This is quickly guessed from your name or number. Please choose "
			    "another password.",
};

/* ---- which are taken ------------------------------------------------------------------- */

static struct bf_str lower(struct bf_pool *pool, struct bf_str s)
{
	char *copy = bf_pool_copy(pool, s);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = (char)tolower((unsigned char)copy[i]);
	return (struct bf_str){ copy, s.len };
}

static const char *find(struct bf_str text, struct bf_str word)
{
	return text.len ? memmem(text.p, text.len, word.p, word.len) : NULL;
}

static bool is_common(const struct bf_desk *desk, struct bf_str password)
{
	const char *line = bf_pool_printf(desk->ask.pool, "\n%.*s\n", BF_STR_ARG(password));

	return find(desk->common_passwords, bf_str(line)) != NULL;
}

/* Without a word the rest must still be a password. */
static bool leans_on(struct bf_str password, struct bf_str word)
{
	return word.len >= WORD_BYTES_MIN && find(password, word) &&
	       bf_utf8_count(password) - bf_utf8_count(word) < OWN_REST_CHARS;
}

static struct bf_str end_of(struct bf_str s, size_t len)
{
	return s.len > len ? (struct bf_str){ s.p + s.len - len, len } : s;
}

static bool is_own(struct bf_pool *pool, struct bf_str password,
		   const struct bf_password_owner *owner)
{
	struct bf_str rest = lower(pool, owner->handle), handle;

	(void)bf_str_cut(&rest, '@', &handle);
	return leans_on(password, lower(pool, owner->name)) || leans_on(password, handle) ||
	       leans_on(password, end_of(handle, PHONE_END_CHARS)) ||
	       leans_on(password, BF_STR("bangfu")) || leans_on(password, BF_STR("帮扶"));
}

enum bf_password_fault bf_password_judge(const struct bf_desk *desk, struct bf_str password,
					 const struct bf_password_owner *owner)
{
	size_t chars = bf_utf8_count(password);
	struct bf_str small = lower(desk->ask.pool, password);

	if (owner->staff && chars < BF_PASSWORD_CHARS_MIN_STAFF)
		return BF_PASSWORD_SHORT_STAFF;
	if (chars < BF_PASSWORD_CHARS_MIN)
		return BF_PASSWORD_SHORT;
	if (chars > BF_PASSWORD_CHARS_MAX)
		return BF_PASSWORD_LONG;
	if (is_common(desk, small))
		return BF_PASSWORD_COMMON;
	return is_own(desk->ask.pool, small, owner) ? BF_PASSWORD_OWN : BF_PASSWORD_FINE;
}

/* ---- one at a time a core -------------------------------------------------------------- */

static enum bf_rc take_slot(const struct bf_desk *desk, struct bf_value *args, int64_t wait_s,
			    bool *ret_got, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc;

	bf_value_set(args, "wait_s", bf_value_number(wait_s));
	rc = bf_ask_first(&desk->ask, "hash_slot", args, &row, err);
	if (rc == BF_OK)
		*ret_got = bf_value_int(bf_value_get(row, "got")) == 1;
	return rc;
}

/* A free place, else the one that is waited for longest. They end with the connection, so that a
 * killed worker leaves none taken. */
static enum bf_rc enter(const struct bf_desk *desk, struct bf_value *args, struct bf_err *err)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint32_t count = cores > 0 ? (uint32_t)cores : 1, first = randombytes_uniform(count);
	char host[33] = "";
	bool got = false;
	enum bf_rc rc = BF_OK;

	gethostname(host, sizeof(host) - 1);
	for (uint32_t i = 0; i <= count && rc == BF_OK && !got; i++) {
		bf_arg_set_text(args, "slot",
				bf_pool_printf(desk->ask.pool, "bangfu_hash_%s_%u", host,
					       (first + i) % count));
		rc = take_slot(desk, args, i == count ? SLOT_WAIT_S : 0, &got, err);
	}
	if (rc == BF_OK && !got)
		rc = bf_err_set(err, BF_BUSY, "no place to hash a password within %d s",
				SLOT_WAIT_S);
	return rc;
}

static enum bf_rc leave(const struct bf_desk *desk, const struct bf_value *args, struct bf_err *err)
{
	const struct bf_value *row;

	return bf_ask_first(&desk->ask, "free_hash_slot", args, &row, err);
}

/* ---- hashing --------------------------------------------------------------------------- */

enum bf_rc bf_password_hash(const struct bf_desk *desk, struct bf_str password,
			    char ret_hash[BF_PASSWORD_HASH_BYTES], struct bf_err *err)
{
	_Static_assert(BF_PASSWORD_HASH_BYTES >= crypto_pwhash_STRBYTES, "a hash fits its room");
	unsigned char keyed[BF_SECRET_HASH_BYTES];
	struct bf_value args = bf_value_map(desk->ask.pool);
	enum bf_rc rc = enter(desk, &args, err), left;
	bool fine;

	if (rc != BF_OK)
		return rc;
	fine = bf_secret_hash_with(desk->secrets, bf_secrets_newest(desk->secrets),
				   BF_PURPOSE_PEPPER, password, keyed) &&
	       crypto_pwhash_str_alg(ret_hash, (const char *)keyed, sizeof(keyed), PASSES,
				     MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) == 0;
	sodium_memzero(keyed, sizeof(keyed));
	left = leave(desk, &args, err);
	if (!fine)
		return bf_err_set(err, BF_BUSY, "could not hash a password: no memory");
	return left;
}

/* The same work for nobody, so that time does not tell who has an account. */
static void hash_for_nobody(const unsigned char keyed[BF_SECRET_HASH_BYTES])
{
	unsigned char salt[crypto_pwhash_SALTBYTES], out[BF_SECRET_HASH_BYTES];

	randombytes_buf(salt, sizeof(salt));
	(void)!crypto_pwhash(out, sizeof(out), (const char *)keyed, BF_SECRET_HASH_BYTES, salt,
			     PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13);
}

enum bf_rc bf_password_check(const struct bf_desk *desk, struct bf_str password, const char *hash,
			     int64_t key_id, bool *ret_right, bool *ret_old, struct bf_err *err)
{
	unsigned char newest = bf_secrets_newest(desk->secrets), keyed[BF_SECRET_HASH_BYTES];
	unsigned char id = *hash ? (unsigned char)key_id : newest;
	struct bf_value args = bf_value_map(desk->ask.pool);
	bool right = false;
	enum bf_rc rc;

	if (!bf_secret_hash_with(desk->secrets, id, BF_PURPOSE_PEPPER, password, keyed))
		return bf_err_set(err, BF_FAULT, "a password needs key %d, which is not there", id);
	rc = enter(desk, &args, err);
	if (rc != BF_OK)
		return rc;
	if (*hash)
		right = crypto_pwhash_str_verify(hash, (const char *)keyed, sizeof(keyed)) == 0;
	else
		hash_for_nobody(keyed);
	sodium_memzero(keyed, sizeof(keyed));
	rc = leave(desk, &args, err);
	if (rc != BF_OK)
		return rc;
	*ret_right = right;
	*ret_old = *hash && (id != newest ||
			     crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY_BYTES) != 0);
	return BF_OK;
}
