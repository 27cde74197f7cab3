#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "http/signed.h"

enum { FIELDS = 4 };

static struct bf_pool *pool;
static struct bf_signer signer;
static struct bf_signee signee;
static const int64_t now_ms = INT64_C(1763000000000);

static const char *file_of(const char *name, const char *text)
{
	const char *path = bf_pool_printf(pool, "/tmp/bangfu-signed-%d-%s", (int)getpid(), name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static int set_up(void **state)
{
	struct bf_err err = { 0 };
	struct bf_buf text;
	const char *path;

	(void)state;
	pool = bf_pool_new(NULL);
	path = file_of("key", "0123456789abcdef0123456789abcdef");
	assert_int_equal(bf_signer_read(&signer, pool, path, "money", &err), BF_OK);
	unlink(path);
	bf_buf_init(&text);
	bf_signer_print_public(&signer, &text);
	path = file_of("pub", text.data);
	bf_buf_release(&text);
	assert_int_equal(bf_signee_read(&signee, pool, path, &err), BF_OK);
	unlink(path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

/* The headers of a text as a request brings them. */
static struct bf_fields fields_of(const struct bf_signed_text *text, const char *nonce,
				  int64_t at_ms)
{
	static const char *const names[FIELDS] = { "bangfu-timestamp", "bangfu-nonce",
						   "bangfu-key-id", "bangfu-signature" };
	const char *const *headers = bf_signed_headers(pool, &signer, text, nonce, at_ms);
	struct bf_fields fields = { FIELDS, bf_pool_alloc(pool, FIELDS * sizeof(struct bf_field)) };

	for (size_t i = 0; i < FIELDS; i++)
		fields.items[i] =
			(struct bf_field){ bf_str(names[i]), bf_str(strchr(headers[i], ' ') + 1) };
	return fields;
}

static bool check(const struct bf_fields *fields, const struct bf_signed_text *text,
		  const char **ret_why)
{
	struct bf_str nonce;

	return bf_signed_check(fields, &signee, text, now_ms, &nonce, ret_why);
}

static void believes_what_was_signed(void **state)
{
	struct bf_signed_text text = { BF_STR("POST /orders"), BF_STR("{}") };
	struct bf_fields fields = fields_of(&text, "0123456789abcdef", now_ms - 299 * 1000);
	struct bf_str nonce;
	const char *why;

	(void)state;
	assert_true(bf_signed_check(&fields, &signee, &text, now_ms, &nonce, &why));
	assert_true(bf_str_is(nonce, "0123456789abcdef"));
}

static void any_changed_byte_is_refused(void **state)
{
	static const char body[] = "{\"fen\":100}";
	struct bf_signed_text text = { BF_STR(""), BF_STR("{\"fen\":100}") };
	struct bf_fields fields = fields_of(&text, "0123456789abcdef", now_ms);
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(body) - 1; i++) {
		char *changed = bf_pool_copy(pool, bf_str(body));

		changed[i] ^= 1;
		text.body = bf_str(changed);
		assert_false(check(&fields, &text, &why));
		assert_string_equal(why, "its signature is wrong");
	}
	text.body = bf_str(body);
	assert_true(check(&fields, &text, &why));
	text.address = BF_STR("POST /refunds");
	assert_false(check(&fields, &text, &why));
}

static void refuses_each_bad_header_and_says_why(void **state)
{
	struct bf_signed_text text = { BF_STR(""), BF_STR("{}") };
	const struct {
		size_t field;
		const char *value, *why;
	} cases[] = {
		{ 0, "1763000301", "its time is off" },
		{ 0, "1762999699", "its time is off" },
		{ 0, "now", "its time is off" },
		{ 0, "1763000001", "its signature is wrong" },
		{ 1, "short", "its nonce is malformed" },
		{ 1, "0123456789abcde/", "its nonce is malformed" },
		{ 1, "0123456789abcdeg", "its signature is wrong" },
		{ 2, "other", "its key is unknown" },
		{ 3, "", "its signature is wrong" },
		{ 3, "AAAA", "its signature is wrong" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bf_fields fields = fields_of(&text, "0123456789abcdef", now_ms);
		const char *why;

		fields.items[cases[i].field].value = bf_str(cases[i].value);
		assert_false(check(&fields, &text, &why));
		assert_string_equal(why, cases[i].why);
	}
	for (size_t i = 0; i < FIELDS; i++) {
		struct bf_fields fields = fields_of(&text, "0123456789abcdef", now_ms);
		const char *why;

		fields.items[i].name = BF_STR("gone");
		assert_false(check(&fields, &text, &why));
		assert_string_equal(why, "a header of its signature is missing");
	}
}

static void nonces_are_each_another(void **state)
{
	char one[BF_SIGNED_NONCE_BYTES], other[BF_SIGNED_NONCE_BYTES];

	(void)state;
	bf_signed_nonce(one);
	bf_signed_nonce(other);
	assert_int_equal(strlen(one), BF_SIGNED_NONCE_BYTES - 1);
	assert_string_not_equal(one, other);
}

static void refuses_keys_that_are_none(void **state)
{
	struct bf_signer no_signer;
	struct bf_signee no_signee;
	struct bf_err err = { 0 };
	const char *path = file_of("bad", "short\n");

	(void)state;
	assert_int_equal(bf_signer_read(&no_signer, pool, path, "money", &err), BF_FAULT);
	assert_non_null(strstr(err.text, "has 6 bytes, a secret at least 32"));
	assert_int_equal(bf_signee_read(&no_signee, pool, path, &err), BF_FAULT);
	assert_non_null(strstr(err.text, "is no public key. It is one line, \"KEY_ID BASE64\"."));
	unlink(path);
	assert_int_equal(bf_signee_read(&no_signee, pool, path, &err), BF_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believes_what_was_signed),
		cmocka_unit_test(any_changed_byte_is_refused),
		cmocka_unit_test(refuses_each_bad_header_and_says_why),
		cmocka_unit_test(nonces_are_each_another),
		cmocka_unit_test(refuses_keys_that_are_none),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("http/signed", tests, set_up, tear_down);
}
