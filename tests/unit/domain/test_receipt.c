/* receipt: numbers without a gap, codes that find every changed digit. */
#include "money_env.h"

static const unsigned char key[BF_RECEIPT_KEY_BYTES] = "a secret of the receipts of test";

struct issue {
	int64_t payment;
	bool fails;
	struct bf_receipt receipt;
};

static enum bf_rc issue(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct issue *one = arg;
	enum bf_rc rc = bf_receipt_issue(ask, "numbers", one->payment, &one->receipt, err);

	if (rc == BF_OK && one->fails)
		return bf_err_set(err, BF_FAULT, "it was not to be");
	return rc;
}

enum { PROCESSES = 10, EACH = 100, EVERY = 20 };

/* A twentieth of them is rolled back after its number was drawn. */
static int issue_hundred(struct bf_ask *ask, int i)
{
	for (int n = 0; n < EACH; n++) {
		struct issue one = { .payment = 1000 + i * EACH + n, .fails = n % EVERY == 7 };
		struct bf_err err = { 0 };
		enum bf_rc rc = bf_ask_transaction(ask, issue, &one, NULL, &err);

		if (rc != (one.fails ? BF_FAULT : BF_OK)) {
			print_error("%s\n", err.text);
			return 3;
		}
	}
	return 0;
}

static void t40_a_thousand_receipts_with_fifty_roll_backs(void **state)
{
	int codes[4];

	(void)state;
	env_at_once(PROCESSES, issue_hundred, codes);
	assert_int_equal(codes[0], PROCESSES);
	assert_int_equal(env_number("SELECT COUNT(*) FROM receipt WHERE issuer = 'numbers'"), 950);
	assert_int_equal(env_number("SELECT COUNT(DISTINCT number) FROM receipt"), 950);
	assert_int_equal(env_number("SELECT MIN(number) FROM receipt"), 1);
	assert_int_equal(env_number("SELECT MAX(number) FROM receipt"), 950);
	env_assert_verified();
}

static void a_counter_goes_on_behind_what_was_issued_before_it(void **state)
{
	struct issue one = { .payment = 5000 };
	struct bf_err err = { 0 };

	(void)state;
	scratch_do("DELETE FROM receipt_counter");
	assert_int_equal(bf_ask_transaction(&env, issue, &one, NULL, &err), BF_OK);
	assert_int_equal(one.receipt.number, 951);
	one.payment = 5000;
	assert_int_equal(bf_ask_transaction(&env, issue, &one, NULL, &err), BF_CONFLICT);
	one.payment = 5001;
	assert_int_equal(bf_ask_transaction(&env, issue, &one, NULL, &err), BF_OK);
	assert_int_equal(one.receipt.number, 952);
	env_assert_verified();
}

static void t17_one_changed_digit_is_not_issued_here(void **state)
{
	static const char others[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct bf_receipt read, receipt = { .issuer = "bangfu", .year = 2026 };
	size_t tried = 0;

	(void)state;
	for (receipt.number = 1; receipt.number < 3000; receipt.number += 37) {
		const char *text = bf_receipt_text(pool, key, &receipt);
		size_t len = strlen(text);

		assert_true(bf_receipt_read(bf_str(text), key, &read));
		assert_int_equal(read.number, receipt.number);
		assert_int_equal(read.year, 2026);
		assert_string_equal(read.issuer, "bangfu");
		for (size_t i = strlen("bangfu-"); i < len; i++)
			for (size_t c = 0; c < sizeof(others) - 1; c++) {
				char *changed = bf_pool_copy(pool, bf_str(text));

				if (changed[i] == others[c] || changed[i] == '-')
					continue;
				changed[i] = others[c];
				tried++;
				if (bf_receipt_read(bf_str(changed), key, &read))
					fail_msg("%s passes for %s", changed, text);
			}
	}
	assert_true(tried > 10000);
}

static void what_is_no_receipt_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"-",
		"bangfu",
		"bangfu-2026-1",
		"bangfu-2026-1-",
		"bangfu-2026-1-ABCDEFGH-1",
		"bangfu-2026-+1-ABCDEFGH",
		"bangfu-2026-99999999999999999999-ABCDEFGH",
		"-2026-1-ABCDEFGH",
		"bangfu-2026-1-ABCDEFG",
	};
	struct bf_receipt receipt = { .issuer = "bangfu", .year = 2026, .number = 7 }, read;
	unsigned char other[BF_RECEIPT_KEY_BYTES] = { 1 };
	char *typed = bf_pool_copy(pool, bf_str(bf_receipt_text(pool, key, &receipt)));
	struct bf_str spelled;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(bf_receipt_read(bf_str(wrong[i]), key, &read));
	assert_false(bf_receipt_read(bf_str(typed), other, &read));
	for (char *c = typed + strlen("bangfu-2026-7-"); *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	spelled = bf_str(bf_pool_printf(pool, "  %s\n", typed));
	assert_true(bf_receipt_read(spelled, key, &read));
	spelled =
		bf_str(bf_pool_printf(pool, "bangfu-2026-07-%s", typed + strlen("bangfu-2026-7-")));
	assert_false(bf_receipt_read(spelled, key, &read));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t40_a_thousand_receipts_with_fifty_roll_backs),
		cmocka_unit_test(a_counter_goes_on_behind_what_was_issued_before_it),
		cmocka_unit_test(t17_one_changed_digit_is_not_issued_here),
		cmocka_unit_test(what_is_no_receipt_is_refused),
	};

	return cmocka_run_group_tests(tests, env_set_up, scratch_tear_down);
}
