/* password: which are taken, and that only the right one is right. */
#include "desk.h"

static enum bf_password_fault judge(const char *password, bool staff)
{
	const struct bf_password_owner owner = { .name = BF_STR("Wang Xiaoming"),
						 .handle = BF_STR("10000012345"),
						 .staff = staff };

	return bf_password_judge(&desk, bf_str(password), &owner);
}

static void takes_what_is_hard_to_guess(void **state)
{
	static const char *const good[] = { "a quiet river", "冬天的棉被很暖和", "tz7-kk2q",
					    "wang xiaoming rows a boat" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(judge(good[i], false), BF_PASSWORD_FINE);
}

static void refuses_what_is_guessed(void **state)
{
	static const struct {
		const char *password;
		enum bf_password_fault fault;
	} bad[] = {
		{ "short-1", BF_PASSWORD_SHORT },      { "冬天的棉被很暖", BF_PASSWORD_SHORT },
		{ "12345678", BF_PASSWORD_COMMON },    { "PassWord123", BF_PASSWORD_COMMON },
		{ "19870412", BF_PASSWORD_COMMON },    { "woaini1314", BF_PASSWORD_COMMON },
		{ "wang xiaoming1", BF_PASSWORD_OWN }, { "10000012345x", BF_PASSWORD_OWN },
		{ "ab012345", BF_PASSWORD_OWN },       { "bangfu-2x", BF_PASSWORD_OWN },
	};
	char *longest = bf_pool_zalloc(pool, BF_PASSWORD_CHARS_MAX + 2);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(judge(bad[i].password, false), bad[i].fault);
	for (int i = 0; i <= BF_PASSWORD_CHARS_MAX; i++)
		longest[i] = (char)('a' + i * 7 % 26);
	assert_int_equal(judge(longest, false), BF_PASSWORD_LONG);
	longest[BF_PASSWORD_CHARS_MAX] = '\0';
	assert_int_equal(judge(longest, false), BF_PASSWORD_FINE);
	assert_int_equal(judge("quiet river", true), BF_PASSWORD_SHORT_STAFF);
	assert_int_equal(judge("quiet rivers", true), BF_PASSWORD_FINE);
}

static bool check(const char *password, const char *hash, int64_t key, bool *ret_old)
{
	bool right = true;

	*ret_old = false;
	assert_int_equal(bf_password_check(&desk, bf_str(password), hash, key, &right, ret_old,
					   &err),
			 BF_OK);
	return right;
}

static void knows_the_right_one(void **state)
{
	char hash[BF_PASSWORD_HASH_BYTES];
	bool old;

	(void)state;
	assert_int_equal(bf_password_hash(&desk, BF_STR("a quiet river"), hash, &err), BF_OK);
	assert_memory_equal(hash, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
	assert_true(check("a quiet river", hash, 1, &old));
	assert_false(old);
	assert_false(check("a quiet river ", hash, 1, &old));
	assert_false(check("", hash, 1, &old));
	assert_false(check("a quiet river", "", 0, &old));
}

static void wants_a_new_hash_for_a_new_key(void **state)
{
	char hash[BF_PASSWORD_HASH_BYTES];
	bool old;

	(void)state;
	assert_int_equal(bf_password_hash(&desk, BF_STR("a quiet river"), hash, &err), BF_OK);
	desk.secrets = desk_keys(KEY_2 KEY_1);
	assert_true(check("a quiet river", hash, 1, &old));
	assert_true(old);
	assert_false(check("a quiet river", hash, 2, &old));
	assert_int_equal(bf_password_check(&desk, BF_STR("x"), hash, 3, &old, &old, &err),
			 BF_FAULT);
}

/* Every place is taken by another connection. */
static void waits_for_a_place_and_gives_up(void **state)
{
	struct bf_db *other = scratch_connect();
	char hash[BF_PASSWORD_HASH_BYTES], host[33] = "";
	struct bf_str text;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	(void)state;
	gethostname(host, sizeof(host) - 1);
	for (long i = 0; i < cores; i++)
		assert_int_equal(
			bf_db_ask(other, pool,
				  bf_pool_printf(pool, "SELECT GET_LOCK('bangfu_hash_%s_%ld', 5)",
						 host, i),
				  &text, &err),
			BF_OK);
	assert_int_equal(bf_password_hash(&desk, BF_STR("a quiet river"), hash, &err), BF_BUSY);
	assert_string_equal(err.text, "no place to hash a password within 2 s");
	bf_db_close(other);
	assert_int_equal(bf_password_hash(&desk, BF_STR("a quiet river"), hash, &err), BF_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes_what_is_hard_to_guess, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(refuses_what_is_guessed, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(knows_the_right_one, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(wants_a_new_hash_for_a_new_key, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(waits_for_a_place_and_gives_up, desk_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests_name("domain/password", tests, NULL, NULL);
}
