/* second_factor: the digits of RFC 6238, each once, and recovery codes, each once. */
#include "desk.h"

#include "domain/second_factor.h"

static void writes_base32_as_rfc_4648(void **state)
{
	static const struct {
		const char *bytes, *text;
	} vectors[] = {
		{ "", "" },
		{ "f", "MY" },
		{ "fo", "MZXQ" },
		{ "foo", "MZXW6" },
		{ "foob", "MZXW6YQ" },
		{ "fooba", "MZXW6YTB" },
		{ "foobar", "MZXW6YTBOI" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_string_equal(bf_base32(pool, bf_str(vectors[i].bytes)), vectors[i].text);
}

/* Its last six of eight digits. */
static void makes_the_digits_of_rfc_6238(void **state)
{
	static const struct {
		int64_t seconds;
		const char *digits;
	} vectors[] = { { 59, "287082" }, { 1111111109, "081804" }, { 20000000000, "353130" } };
	const char *sealed =
		bf_factor_seal(&desk, 1, (const unsigned char *)"12345678901234567890");
	char digits[BF_FACTOR_CODE_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		assert_true(bf_factor_code(&desk, 1, bf_str(sealed), vectors[i].seconds * 1000,
					   digits));
		assert_string_equal(digits, vectors[i].digits);
	}
	assert_false(bf_factor_code(&desk, 2, bf_str(sealed), 0, digits));
}

static void digits_now(char ret_digits[BF_FACTOR_CODE_BYTES])
{
	struct bf_value args = bf_value_map(pool);
	const struct bf_value *row;

	bf_value_set(&args, "account", bf_value_number(1));
	assert_int_equal(bf_ask_first(&desk.ask, "second_factor_secret", &args, &row, &err), BF_OK);
	assert_true(bf_factor_code(&desk, 1, bf_value_str(bf_value_get(row, "secret_sealed")),
				   bf_clock_wall_ms(), ret_digits));
}

static enum bf_sign_in prove(const char *code, bool *ret_first)
{
	enum bf_sign_in outcome = BF_SIGN_IN_LOCKED;

	*ret_first = false;
	if (bf_factor_prove(&desk, 1, bf_str(code), BF_STR("c"), &outcome, ret_first, &err) !=
	    BF_OK)
		fail_msg("%s", err.text);
	return outcome;
}

static void takes_digits_once(void **state)
{
	char digits[BF_FACTOR_CODE_BYTES];
	struct bf_factor factor;
	bool first;

	(void)state;
	desk_add_account("county", NULL);
	assert_int_equal(prove("000000", &first), BF_SIGN_IN_WRONG);
	assert_int_equal(bf_factor_make(&desk, 1, &err), BF_OK);
	assert_int_equal(bf_factor_read(&desk, 1, &factor, &err), BF_OK);
	assert_true(factor.made && !factor.confirmed);
	assert_int_equal(strlen(factor.secret), 32);
	digits_now(digits);
	assert_int_equal(prove(digits, &first), BF_SIGN_IN_RIGHT);
	assert_true(first);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM notice"
				  " WHERE template = 'second_factor_made'"),
			 1);
	assert_int_equal(prove(digits, &first), BF_SIGN_IN_WRONG);
	assert_int_equal(bf_factor_read(&desk, 1, &factor, &err), BF_OK);
	assert_true(factor.confirmed && !factor.secret);
}

static void takes_a_recovery_code_once(void **state)
{
	char codes[BF_RECOVERY_CODES][BF_RECOVERY_CODE_BYTES];
	bool first;

	(void)state;
	desk_add_account("county", NULL);
	assert_int_equal(bf_factor_make(&desk, 1, &err), BF_OK);
	assert_int_equal(bf_factor_recovery(&desk, 1, codes, &err), BF_OK);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM recovery_code"), 10);
	assert_int_equal(prove(codes[3], &first), BF_SIGN_IN_RIGHT);
	assert_false(first);
	assert_int_equal(prove(codes[3], &first), BF_SIGN_IN_WRONG);
	assert_int_equal(prove(codes[4], &first), BF_SIGN_IN_RIGHT);
}

static void locks_after_five_wrong_ones(void **state)
{
	char digits[BF_FACTOR_CODE_BYTES];
	bool first;

	(void)state;
	desk_add_account("county", NULL);
	assert_int_equal(bf_factor_make(&desk, 1, &err), BF_OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(prove("x", &first), BF_SIGN_IN_WRONG);
	digits_now(digits);
	assert_int_equal(prove(digits, &first), BF_SIGN_IN_LOCKED);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, desk_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(writes_base32_as_rfc_4648),   ONE(makes_the_digits_of_rfc_6238),
		ONE(takes_digits_once),           ONE(takes_a_recovery_code_once),
		ONE(locks_after_five_wrong_ones),
	};

	return cmocka_run_group_tests_name("domain/second_factor", tests, NULL, NULL);
}
