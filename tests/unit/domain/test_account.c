/* account: from the code to the account, a forgotten password, and what is left after closing. */
#include "desk.h"

#include "domain/account.h"
#include "domain/session.h"

#define PHONE "10000012345"
#define PASSWORD "a quiet river"

static char ticket[BF_TICKET_TEXT_BYTES];

static struct bf_handle handle_of(const char *typed)
{
	struct bf_handle handle;

	assert_true(bf_handle_read(&desk, bf_str(typed), &handle));
	return handle;
}

static void expect(enum bf_rc rc)
{
	if (rc != BF_OK)
		fail_msg("%d %s", rc, err.text);
}

static void begin(const char *typed)
{
	struct bf_handle handle = handle_of(typed);

	expect(bf_account_register(&desk, &handle, BF_STR("王小明"), BF_STR(PASSWORD), ticket,
				   &err));
}

/* What the newest message holds; NULL: no code. */
static const char *code_sent(const char *template_name)
{
	struct bf_value none = bf_value_map(pool), rows;
	const struct bf_value *row;
	struct bf_str code, to;

	expect(bf_ask_select(&desk.ask, "newest_messages", &none, &rows, &err));
	row = bf_value_at(&rows, 0);
	assert_non_null(row);
	assert_string_equal(bf_value_text(bf_value_get(row, "template")), template_name);
	assert_true(bf_secret_open(desk.secrets, pool, BF_SEALED_HANDLE,
				   bf_value_str(bf_value_get(row, "to_sealed")), &to));
	if (bf_value_is_null(bf_value_get(row, "secret_sealed")))
		return NULL;
	assert_true(bf_secret_open(desk.secrets, pool, BF_SEALED_CODE,
				   bf_value_str(bf_value_get(row, "secret_sealed")), &code));
	assert_int_equal(code.len, 6);
	return code.p;
}

static enum bf_rc confirm(const char *code, int64_t *ret_account)
{
	return bf_account_confirm(&desk, bf_str(ticket), bf_str(code), ret_account, &err);
}

static enum bf_sign_in sign_in(const char *password)
{
	struct bf_handle handle = handle_of(PHONE);
	enum bf_sign_in outcome = BF_SIGN_IN_LOCKED;
	int64_t account;

	expect(bf_sign_in(&desk, &handle, bf_str(password), BF_STR("c"), &outcome, &account, &err));
	return outcome;
}

/* As if nobody had asked for a code yet. */
static void let_time_pass(void)
{
	scratch_do("UPDATE one_time_code SET created_at = created_at - INTERVAL 2 DAY");
}

static int64_t make_account(void)
{
	int64_t account = 0;

	begin(PHONE);
	expect(confirm(code_sent("register_code"), &account));
	let_time_pass();
	return account;
}

static void opens_with_the_right_code(void **state)
{
	int64_t account = 0;

	(void)state;
	begin(PHONE);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM account"), 0);
	expect(confirm(code_sent("register_code"), &account));
	assert_int_equal(account, 1);
	assert_int_equal(desk_ask("SELECT shown_name = '王**' AND phone_masked = '100****2345'"
				  " AND phone_bound_at IS NOT NULL FROM account"),
			 1);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM role_grant WHERE role = 'donor'"), 1);
	assert_int_equal(desk_ask("SELECT registered_donors FROM figure WHERE region = 0"), 1);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM event WHERE type = 'account.registered'"),
			 1);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM registration"), 0);
	assert_int_equal(sign_in(PASSWORD), BF_SIGN_IN_RIGHT);
}

static void takes_a_code_once(void **state)
{
	int64_t account;
	const char *code;

	(void)state;
	begin(PHONE);
	code = code_sent("register_code");
	expect(confirm(code, &account));
	assert_int_equal(confirm(code, &account), BF_NOT_FOUND);
}

static void takes_five_wrong_codes(void **state)
{
	const char *code;
	int64_t account;

	(void)state;
	begin(PHONE);
	code = code_sent("register_code");
	for (int i = 0; i < 5; i++)
		assert_int_equal(confirm("x", &account), BF_INVALID);
	assert_int_equal(confirm(code, &account), BF_NOT_FOUND);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM account"), 0);
}

static void takes_no_old_code(void **state)
{
	int64_t account;

	(void)state;
	begin(PHONE);
	scratch_do("UPDATE one_time_code SET expires_at = UTC_TIMESTAMP(3)");
	assert_int_equal(confirm(code_sent("register_code"), &account), BF_NOT_FOUND);
}

static void tells_nobody_who_is_here(void **state)
{
	int64_t account;

	(void)state;
	make_account();
	begin(PHONE);
	assert_null(code_sent("already_registered"));
	assert_int_equal(confirm("000000", &account), BF_INVALID);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM account"), 1);
}

static void sends_one_code_a_minute_and_five_a_day(void **state)
{
	(void)state;
	begin(PHONE);
	begin(PHONE);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM notice_delivery"), 1);
	for (int i = 0; i < 6; i++) {
		scratch_do("UPDATE one_time_code SET created_at = created_at - INTERVAL 2 MINUTE");
		begin(PHONE);
	}
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM notice_delivery"), 4);
	begin("10000012346");
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM notice_delivery"), 5);
}

static void lets_one_of_two_registrations_win(void **state)
{
	int64_t account;
	const char *code;
	char first[BF_TICKET_TEXT_BYTES];

	(void)state;
	begin(PHONE);
	code = code_sent("register_code");
	memcpy(first, ticket, sizeof(ticket));
	let_time_pass();
	begin(PHONE);
	expect(confirm(code_sent("register_code"), &account));
	memcpy(ticket, first, sizeof(ticket));
	assert_int_equal(confirm(code, &account), BF_NOT_FOUND);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM account"), 1);
}

static void resets_a_password_and_ends_all_sessions(void **state)
{
	struct bf_handle handle;
	struct bf_session session;
	char sid[BF_TICKET_TEXT_BYTES];
	int64_t account = make_account();

	(void)state;
	handle = handle_of(PHONE);
	expect(bf_session_start(&desk, account, sid, &err));
	expect(bf_account_forgot(&desk, &handle, ticket, &err));
	expect(bf_account_reset(&desk, bf_str(ticket), bf_str(code_sent("reset_code")),
				BF_STR("another river"), &err));
	assert_int_equal(sign_in(PASSWORD), BF_SIGN_IN_WRONG);
	assert_int_equal(sign_in("another river"), BF_SIGN_IN_RIGHT);
	assert_int_equal(bf_session_find(&desk, bf_str(sid), &session, &err), BF_NOT_FOUND);
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM notice"), 1);
}

static void sends_nothing_where_nobody_is(void **state)
{
	struct bf_handle handle;

	(void)state;
	handle = handle_of(PHONE);
	expect(bf_account_forgot(&desk, &handle, ticket, &err));
	assert_int_equal(desk_ask("SELECT COUNT(*) FROM notice_delivery"), 0);
	assert_int_equal(bf_account_reset(&desk, bf_str(ticket), BF_STR("000000"),
					  BF_STR("another river"), &err),
			 BF_INVALID);
}

static void changes_a_password_and_ends_other_sessions(void **state)
{
	struct bf_session session;
	char own[BF_TICKET_TEXT_BYTES], other[BF_TICKET_TEXT_BYTES];
	int64_t account = make_account();

	(void)state;
	expect(bf_session_start(&desk, account, other, &err));
	expect(bf_session_start(&desk, account, own, &err));
	expect(bf_session_find(&desk, bf_str(own), &session, &err));
	expect(bf_account_change_password(&desk, account, session.id, BF_STR("another river"),
					  &err));
	expect(bf_session_find(&desk, bf_str(own), &session, &err));
	assert_int_equal(bf_session_find(&desk, bf_str(other), &session, &err), BF_NOT_FOUND);
	assert_int_equal(sign_in("another river"), BF_SIGN_IN_RIGHT);
}

static void closes_and_keeps_the_row(void **state)
{
	int64_t account = make_account();

	(void)state;
	scratch_do("INSERT INTO hold (capacity_id, account_id, amount, state, created_at,"
		   " expires_at) VALUES (1, 1, 1, 'open', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))");
	assert_int_equal(bf_account_close(&desk, account, &err), BF_CONFLICT);
	assert_int_equal(sign_in(PASSWORD), BF_SIGN_IN_RIGHT);
	scratch_do("UPDATE hold SET state = 'taken'");
	expect(bf_account_close(&desk, account, &err));
	assert_int_equal(desk_ask("SELECT shown_name = '—' AND name_sealed IS NULL"
				  " AND phone_masked IS NULL AND closed_at IS NOT NULL"
				  " FROM account"),
			 1);
	assert_int_equal(desk_ask("SELECT (SELECT COUNT(*) FROM credential) +"
				  " (SELECT COUNT(*) FROM login_handle) +"
				  " (SELECT COUNT(*) FROM role_grant WHERE to_at IS NULL) +"
				  " (SELECT registered_donors FROM figure WHERE region = 0)"),
			 0);
	assert_int_equal(bf_account_close(&desk, account, &err), BF_NOT_FOUND);
	begin(PHONE);
	assert_non_null(code_sent("register_code"));
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, desk_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(opens_with_the_right_code),
		ONE(takes_a_code_once),
		ONE(takes_five_wrong_codes),
		ONE(takes_no_old_code),
		ONE(tells_nobody_who_is_here),
		ONE(sends_one_code_a_minute_and_five_a_day),
		ONE(lets_one_of_two_registrations_win),
		ONE(resets_a_password_and_ends_all_sessions),
		ONE(sends_nothing_where_nobody_is),
		ONE(changes_a_password_and_ends_other_sessions),
		ONE(closes_and_keeps_the_row),
	};

	return cmocka_run_group_tests_name("domain/account", tests, NULL, NULL);
}
