/* secret: key files, hashes that find again, sealed texts that nobody can change or move. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/secret.h"

#define KEY_1 "1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_2 "2 ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static struct bf_pool *pool;

static int set_up(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static struct bf_secrets *keys(const char *text)
{
	struct bf_secrets *secrets;
	struct bf_err err = { 0 };

	assert_int_equal(bf_secrets_parse(pool, "k", bf_str(text), &secrets, &err), BF_OK);
	return secrets;
}

static void refuses_a_bad_key_file(void **state)
{
	static const struct {
		const char *text, *fault;
	} bad[] = {
		{ "", "k: there is no key" },
		{ "\n\n", "k: there is no key" },
		{ KEY_1 "x", "k:2: a key is a number from 1 to 255 and 32 bytes in hex" },
		{ "0 00\n", "k:1: a key is a number from 1 to 255 and 32 bytes in hex" },
		{ "256 00\n", "k:1: a key is a number from 1 to 255 and 32 bytes in hex" },
		{ "1 00\n", "k:1: a key is a number from 1 to 255 and 32 bytes in hex" },
		{ KEY_1 KEY_1, "k:2: there are two keys 1" },
	};
	struct bf_secrets *secrets = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bf_err err = { 0 };

		assert_int_equal(bf_secrets_parse(pool, "k", bf_str(bad[i].text), &secrets, &err),
				 BF_FAULT);
		assert_string_equal(err.text, bad[i].fault);
	}
	assert_null(secrets);
}

static void opens_what_it_sealed(void **state)
{
	struct bf_secrets *secrets = keys(KEY_1);
	const char *hex = bf_secret_seal(secrets, pool, BF_STR("here"), BF_STR("王小明"));
	struct bf_str text;

	(void)state;
	assert_true(bf_secret_open(secrets, pool, BF_STR("here"), bf_str(hex), &text));
	assert_true(bf_str_is(text, "王小明"));
	/* the algorithm's id, then the key's */
	assert_memory_equal(hex, "0101", 4);
	assert_string_not_equal(hex,
				bf_secret_seal(secrets, pool, BF_STR("here"), BF_STR("王小明")));
}

static void opens_nothing_changed_or_moved(void **state)
{
	struct bf_secrets *secrets = keys(KEY_1);
	const char *hex = bf_secret_seal(secrets, pool, BF_STR("here"), BF_STR("x"));
	struct bf_str text;

	(void)state;
	assert_false(bf_secret_open(secrets, pool, BF_STR("there"), bf_str(hex), &text));
	assert_false(bf_secret_open(secrets, pool, BF_STR("here"), BF_STR(""), &text));
	assert_false(bf_secret_open(keys(KEY_2), pool, BF_STR("here"), bf_str(hex), &text));
	for (size_t i = 0; i < strlen(hex); i++) {
		char *changed = bf_pool_copy(pool, bf_str(hex));

		changed[i] = changed[i] == '0' ? '1' : '0';
		assert_false(bf_secret_open(secrets, pool, BF_STR("here"), bf_str(changed), &text));
	}
}

static void goes_on_with_a_new_key(void **state)
{
	struct bf_secrets *old = keys(KEY_1), *both = keys(KEY_2 KEY_1);
	const char *hex = bf_secret_seal(old, pool, BF_STR("here"), BF_STR("x"));
	char before[BF_SECRET_HEX_BYTES], after[BF_SECRET_HEX_BYTES];
	struct bf_str text;

	(void)state;
	assert_true(bf_secret_open(both, pool, BF_STR("here"), bf_str(hex), &text));
	assert_memory_equal(bf_secret_seal(both, pool, BF_STR("here"), BF_STR("x")), "0102", 4);
	assert_int_equal(bf_secrets_newest(both), 2);
	bf_secret_hash(old, BF_PURPOSE_HANDLE, BF_STR("phone"), BF_STR("1"), before);
	bf_secret_hash(both, BF_PURPOSE_HANDLE, BF_STR("phone"), BF_STR("1"), after);
	assert_string_equal(before, after);
}

static void hashes_for_one_purpose(void **state)
{
	struct bf_secrets *secrets = keys(KEY_1);
	char a[BF_SECRET_HEX_BYTES], b[BF_SECRET_HEX_BYTES];

	(void)state;
	bf_secret_hash(secrets, BF_PURPOSE_HANDLE, BF_STR("ab"), BF_STR("c"), a);
	bf_secret_hash(secrets, BF_PURPOSE_HANDLE, BF_STR("a"), BF_STR("bc"), b);
	assert_string_not_equal(a, b);
	bf_secret_hash(secrets, BF_PURPOSE_CODE, BF_STR("ab"), BF_STR("c"), b);
	assert_string_not_equal(a, b);
	bf_secret_hash(keys(KEY_2), BF_PURPOSE_HANDLE, BF_STR("ab"), BF_STR("c"), b);
	assert_string_not_equal(a, b);
}

static void makes_no_ticket_twice(void **state)
{
	char a[BF_TICKET_TEXT_BYTES], b[BF_TICKET_TEXT_BYTES];

	(void)state;
	bf_ticket_make(a);
	bf_ticket_make(b);
	assert_int_equal(strlen(a), BF_TICKET_TEXT_BYTES - 1);
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_a_bad_key_file),
		cmocka_unit_test(opens_what_it_sealed),
		cmocka_unit_test(opens_nothing_changed_or_moved),
		cmocka_unit_test(goes_on_with_a_new_key),
		cmocka_unit_test(hashes_for_one_purpose),
		cmocka_unit_test(makes_no_ticket_twice),
	};

	return cmocka_run_group_tests_name("domain/secret", tests, set_up, tear_down);
}
