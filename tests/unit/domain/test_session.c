/* session: found by its cookie alone, ended by time, by sign-out and by a change of rights. */
#include "desk.h"

#include "domain/session.h"

static char sid[BF_TICKET_TEXT_BYTES];

static void start(void)
{
	assert_int_equal(bf_session_start(&desk, 1, sid, &err), BF_OK);
}

static enum bf_rc find_sid(const char *text, struct bf_session *ret_session)
{
	enum bf_rc rc = bf_session_find(&desk, bf_str(text), ret_session, &err);

	if (rc != BF_OK && rc != BF_NOT_FOUND)
		fail_msg("%s", err.text);
	return rc;
}

static enum bf_rc find(struct bf_session *ret_session)
{
	return find_sid(sid, ret_session);
}

static void is_found_by_its_cookie(void **state)
{
	struct bf_session session;
	char other[BF_TICKET_TEXT_BYTES];

	(void)state;
	desk_add_account("village", NULL);
	start();
	assert_int_equal(find(&session), BF_OK);
	assert_int_equal(session.account, 1);
	assert_int_equal(session.roles, BF_SIGNED_IN | BF_AT_VILLAGE);
	assert_int_equal(session.behind_factor, 0);
	assert_int_equal(session.second_factor_s, -1);
	bf_ticket_make(other);
	assert_int_equal(find_sid(other, &session), BF_NOT_FOUND);
	assert_int_equal(find_sid("", &session), BF_NOT_FOUND);
	assert_int_equal(find_sid("' OR 1 = 1", &session), BF_NOT_FOUND);
}

static void sees_roles_of_now(void **state)
{
	struct bf_session session;

	(void)state;
	desk_add_account("donor", NULL);
	start();
	scratch_do("INSERT INTO role_grant (account_id, role, from_at, to_at) VALUES"
		   " (1, 'village', UTC_TIMESTAMP(3) - INTERVAL 2 DAY, UTC_TIMESTAMP(3)),"
		   " (1, 'county', UTC_TIMESTAMP(3) + INTERVAL 1 DAY, NULL)");
	scratch_do("INSERT INTO household_account (account_id, household_id, person_id, from_at)"
		   " VALUES (1, 7, 9, UTC_TIMESTAMP(3))");
	assert_int_equal(find(&session), BF_OK);
	assert_int_equal(session.roles, BF_SIGNED_IN | BF_FAMILY);
	assert_int_equal(session.household, 7);
}

static void keeps_roles_behind_the_second_factor(void **state)
{
	struct bf_session session;
	char before[BF_TICKET_TEXT_BYTES];

	(void)state;
	desk_add_account("pay.approve", NULL);
	start();
	memcpy(before, sid, sizeof(sid));
	assert_int_equal(find(&session), BF_OK);
	assert_int_equal(session.roles, BF_SIGNED_IN);
	assert_int_equal(session.behind_factor, BF_PAY_APPROVE);
	assert_int_equal(bf_session_prove(&desk, session.id, sid, &err), BF_OK);
	assert_int_equal(find_sid(before, &session), BF_NOT_FOUND);
	assert_int_equal(find(&session), BF_OK);
	assert_int_equal(session.roles, BF_SIGNED_IN | BF_PAY_APPROVE);
	assert_in_range(session.second_factor_s, 0, 5);
}

static void idle_for(int minutes)
{
	scratch_do(bf_pool_printf(
		pool, "UPDATE session_seen SET seen_at = UTC_TIMESTAMP(3) - INTERVAL %d MINUTE",
		minutes));
}

static void ends_when_idle(void **state)
{
	struct bf_session session;

	(void)state;
	desk_add_account("donor", NULL);
	start();
	idle_for(29);
	assert_int_equal(find(&session), BF_OK);
	idle_for(30);
	assert_int_equal(find(&session), BF_NOT_FOUND);
	idle_for(16);
	scratch_do("UPDATE role_grant SET role = 'county'");
	assert_int_equal(find(&session), BF_NOT_FOUND);
	idle_for(14);
	assert_int_equal(find(&session), BF_OK);
}

static void is_seen_once_a_minute(void **state)
{
	struct bf_session session;

	(void)state;
	desk_add_account(NULL, NULL);
	start();
	scratch_do("UPDATE session_seen SET seen_at = UTC_TIMESTAMP(3) - INTERVAL 30 SECOND");
	assert_int_equal(find(&session), BF_OK);
	assert_in_range(desk_ask("SELECT TIMESTAMPDIFF(SECOND, seen_at, UTC_TIMESTAMP(3))"
				 " FROM session_seen"),
			30, 40);
	idle_for(2);
	assert_int_equal(find(&session), BF_OK);
	assert_in_range(desk_ask("SELECT TIMESTAMPDIFF(SECOND, seen_at, UTC_TIMESTAMP(3))"
				 " FROM session_seen"),
			0, 10);
}

static void ends_after_eight_hours(void **state)
{
	struct bf_session session;

	(void)state;
	desk_add_account(NULL, NULL);
	start();
	assert_int_equal(desk_ask("SELECT TIMESTAMPDIFF(MINUTE, created_at, expires_at)"
				  " FROM session"),
			 480);
	scratch_do("UPDATE session SET expires_at = UTC_TIMESTAMP(3)");
	assert_int_equal(find(&session), BF_NOT_FOUND);
}

static void ends_alone_or_with_all_others(void **state)
{
	struct bf_session session;
	char first[BF_TICKET_TEXT_BYTES], second[BF_TICKET_TEXT_BYTES];

	(void)state;
	desk_add_account(NULL, NULL);
	start();
	memcpy(first, sid, sizeof(sid));
	start();
	memcpy(second, sid, sizeof(sid));
	start();
	assert_int_equal(find(&session), BF_OK);
	assert_int_equal(bf_session_end_others(&desk, 1, session.id, &err), BF_OK);
	assert_int_equal(find_sid(first, &session), BF_NOT_FOUND);
	assert_int_equal(find_sid(second, &session), BF_NOT_FOUND);
	assert_int_equal(find(&session), BF_OK);
	assert_int_equal(bf_session_end(&desk, session.id, &err), BF_OK);
	assert_int_equal(find(&session), BF_NOT_FOUND);
}

static void ends_with_the_account(void **state)
{
	struct bf_session session;

	(void)state;
	desk_add_account(NULL, NULL);
	start();
	scratch_do("UPDATE account SET closed_at = UTC_TIMESTAMP(3)");
	assert_int_equal(find(&session), BF_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_found_by_its_cookie, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(sees_roles_of_now, desk_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(keeps_roles_behind_the_second_factor, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(ends_when_idle, desk_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(is_seen_once_a_minute, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(ends_after_eight_hours, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(ends_alone_or_with_all_others, desk_set_up,
						scratch_tear_down),
		cmocka_unit_test_setup_teardown(ends_with_the_account, desk_set_up,
						scratch_tear_down),
	};

	return cmocka_run_group_tests_name("domain/session", tests, NULL, NULL);
}
