/* sign_in: handles as people write them, one outcome for all that is wrong, and the lock. */
#include "desk.h"

#include "domain/sign_in.h"

#define PASSWORD "a quiet river"

static struct bf_handle handle_of(const char *typed)
{
	struct bf_handle handle;

	assert_true(bf_handle_read(&desk, bf_str(typed), &handle));
	return handle;
}

static void reads_handles_as_people_write_them(void **state)
{
	struct bf_handle a = handle_of("+86 100-0001-2345 "), b = handle_of("10000012345");

	(void)state;
	assert_string_equal(a.kind, "phone");
	assert_true(bf_str_is(a.text, "10000012345"));
	assert_string_equal(a.masked, "100****2345");
	assert_string_equal(a.hash, b.hash);
	a = handle_of("Wang@Example.ORG");
	b = handle_of(" wang@example.org");
	assert_string_equal(a.kind, "mail");
	assert_string_equal(a.masked, "w***@example.org");
	assert_string_equal(a.hash, b.hash);
}

static void refuses_what_is_no_handle(void **state)
{
	static const char *const bad[] = { "",        "1000001234", "100000123456", "20000012345",
					   "a@b",     "@b.c",       "a@.c",         "a@b.",
					   "a@b@c.d", "a b@c.d",    "王@b.c",       "wang" };
	struct bf_handle handle;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(bf_handle_read(&desk, bf_str(bad[i]), &handle));
}

static void add_handle(const char *typed)
{
	struct bf_handle handle = handle_of(typed);
	struct bf_value args = bf_value_map(pool);

	bf_arg_set_text(&args, "handle_hash", handle.hash);
	bf_value_set(&args, "account", bf_value_number(1));
	bf_arg_set_text(&args, "kind", handle.kind);
	bf_arg_set_text(&args, "masked", handle.masked);
	bf_arg_set_text(&args, "handle_sealed", NULL);
	assert_int_equal(bf_ask_run(&desk.ask, "insert_handle", &args, NULL, NULL, &err), BF_OK);
}

static enum bf_sign_in try_once(const char *typed, const char *password, const char *client)
{
	struct bf_handle handle = handle_of(typed);
	enum bf_sign_in outcome = BF_SIGN_IN_LOCKED;
	int64_t account = 0;

	if (bf_sign_in(&desk, &handle, bf_str(password), bf_str(client), &outcome, &account,
		       &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_true(outcome != BF_SIGN_IN_RIGHT || account == 1);
	return outcome;
}

static void lets_in_who_knows_the_password(void **state)
{
	(void)state;
	desk_add_account(NULL, PASSWORD);
	add_handle("10000012345");
	assert_int_equal(try_once("10000012345", PASSWORD, "c"), BF_SIGN_IN_RIGHT);
	assert_int_equal(try_once("10000012345", "another river", "c"), BF_SIGN_IN_WRONG);
	assert_int_equal(try_once("10000012346", PASSWORD, "c"), BF_SIGN_IN_WRONG);
	scratch_do("UPDATE account SET closed_at = UTC_TIMESTAMP(3)");
	assert_int_equal(try_once("10000012345", PASSWORD, "c"), BF_SIGN_IN_WRONG);
}

static void locks_after_five_wrong_ones(void **state)
{
	(void)state;
	desk_add_account(NULL, PASSWORD);
	add_handle("10000012345");
	for (int i = 0; i < 5; i++) {
		assert_int_equal(try_once("10000012345", "wrong", "c"), BF_SIGN_IN_WRONG);
		assert_int_equal(try_once("10000012346", "wrong", "c"), BF_SIGN_IN_WRONG);
	}
	assert_int_equal(try_once("10000012345", PASSWORD, "d"), BF_SIGN_IN_LOCKED);
	assert_int_equal(try_once("10000012346", PASSWORD, "d"), BF_SIGN_IN_LOCKED);
	assert_int_equal(try_once("10000012347", PASSWORD, "d"), BF_SIGN_IN_WRONG);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM notice WHERE template = 'locked'"), 1);
	/* it ends by itself */
	scratch_do("UPDATE sign_in_try SET locked_until = locked_until - INTERVAL 15 MINUTE,"
		   " since_at = since_at - INTERVAL 16 MINUTE");
	assert_int_equal(try_once("10000012345", PASSWORD, "d"), BF_SIGN_IN_RIGHT);
	assert_int_equal(try_once("10000012345", "wrong", "d"), BF_SIGN_IN_WRONG);
}

static void forgets_wrong_ones_after_a_right_one(void **state)
{
	(void)state;
	desk_add_account(NULL, PASSWORD);
	add_handle("10000012345");
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 4; i++)
			assert_int_equal(try_once("10000012345", "wrong", "c"), BF_SIGN_IN_WRONG);
		assert_int_equal(try_once("10000012345", PASSWORD, "c"), BF_SIGN_IN_RIGHT);
	}
}

static void locks_an_address_after_fifty(void **state)
{
	(void)state;
	desk_add_account(NULL, PASSWORD);
	add_handle("10000012345");
	assert_int_equal(try_once("10000012346", "wrong", "c"), BF_SIGN_IN_WRONG);
	scratch_do("UPDATE sign_in_try SET tries = tries + 48");
	assert_int_equal(try_once("10000012347", "wrong", "c"), BF_SIGN_IN_WRONG);
	assert_int_equal(try_once("10000012345", PASSWORD, "c"), BF_SIGN_IN_LOCKED);
	assert_int_equal(try_once("10000012345", PASSWORD, "d"), BF_SIGN_IN_RIGHT);
}

static void hashes_anew_with_a_new_key(void **state)
{
	(void)state;
	desk_add_account(NULL, PASSWORD);
	desk.secrets = desk_keys(KEY_2 KEY_1);
	add_handle("10000012345");
	assert_int_equal(try_once("10000012345", PASSWORD, "c"), BF_SIGN_IN_RIGHT);
	assert_int_equal(desk_ask("SELECT pepper_key FROM credential"), 2);
	assert_int_equal(try_once("10000012345", PASSWORD, "c"), BF_SIGN_IN_RIGHT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_handles_as_people_write_them, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_handle, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(lets_in_who_knows_the_password, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(locks_after_five_wrong_ones, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(forgets_wrong_ones_after_a_right_one, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(locks_an_address_after_fifty, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(hashes_anew_with_a_new_key, desk_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests_name("domain/sign_in", tests, NULL, NULL);
}
