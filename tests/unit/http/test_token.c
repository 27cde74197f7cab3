/* token: every changed byte, other holder and other key is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "http/token.h"

static const struct bf_token_key key = { 1, "0123456789abcdef0123456789abcde" };
static const struct bf_str sid = { "visitor", 7 };

static bool check(const char *token)
{
	return bf_token_check(&key, sid, bf_str(token));
}

static void accepts_its_own(void **state)
{
	char one[BF_TOKEN_TEXT_BYTES], other[BF_TOKEN_TEXT_BYTES];

	(void)state;
	bf_token_make(&key, sid, one);
	bf_token_make(&key, sid, other);
	assert_int_equal(strlen(one), BF_TOKEN_TEXT_BYTES - 1);
	assert_true(check(one));
	assert_true(check(other));
	assert_string_not_equal(one, other);
}

static void refuses_every_changed_character(void **state)
{
	char token[BF_TOKEN_TEXT_BYTES];

	(void)state;
	bf_token_make(&key, sid, token);
	for (size_t i = 0; token[i]; i++) {
		char kept = token[i];

		token[i] = kept == 'A' ? 'B' : 'A';
		assert_false(check(token));
		token[i] = kept;
	}
	assert_true(check(token));
}

static void refuses_other_lengths(void **state)
{
	char token[BF_TOKEN_TEXT_BYTES + 1];

	(void)state;
	assert_false(check(""));
	assert_false(check("A"));
	bf_token_make(&key, sid, token);
	token[BF_TOKEN_TEXT_BYTES - 1] = 'A';
	token[BF_TOKEN_TEXT_BYTES] = '\0';
	assert_false(check(token));
	token[BF_TOKEN_TEXT_BYTES - 2] = '\0';
	assert_false(check(token));
}

static void refuses_other_holders_and_keys(void **state)
{
	struct bf_token_key changed = key, renamed = key;
	char token[BF_TOKEN_TEXT_BYTES];

	(void)state;
	changed.bytes[31] ^= 1;
	renamed.id = 2;
	bf_token_make(&key, sid, token);
	assert_false(bf_token_check(&key, BF_STR("visitoR"), bf_str(token)));
	assert_false(bf_token_check(&key, BF_STR(""), bf_str(token)));
	assert_false(bf_token_check(&changed, sid, bf_str(token)));
	assert_false(bf_token_check(&renamed, sid, bf_str(token)));
}

static void makes_keys_of_128_bits(void **state)
{
	char one[BF_FORM_KEY_TEXT_BYTES], other[BF_FORM_KEY_TEXT_BYTES];

	(void)state;
	bf_form_key_make(one);
	bf_form_key_make(other);
	assert_int_equal(strlen(one), 22);
	assert_string_not_equal(one, other);
	assert_true(bf_form_key_valid(bf_str(one)));
}

static void judges_keys(void **state)
{
	(void)state;
	assert_true(bf_form_key_valid(BF_STR("8c1f8a5e-6c11-4a57-9f1d-0a3c7c1c1a11")));
	assert_false(bf_form_key_valid(BF_STR("")));
	assert_false(bf_form_key_valid(BF_STR("fifteen_letters")));
	assert_false(bf_form_key_valid(BF_STR("sixteen letters'")));
	assert_false(bf_form_key_valid(BF_STR("0123456789012345678901234567890123456789012345678901"
					      "2345678901234")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_its_own),
		cmocka_unit_test(refuses_every_changed_character),
		cmocka_unit_test(refuses_other_lengths),
		cmocka_unit_test(refuses_other_holders_and_keys),
		cmocka_unit_test(makes_keys_of_128_bits),
		cmocka_unit_test(judges_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
