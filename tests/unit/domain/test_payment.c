/* payment: gifts, doubled notices, late money, refunds; by the numbered acceptance tests. */
#include "money_env.h"

#include "domain/ledger.h"

/* ---- 2: the gap ----------------------------------------------------------------------- */

static int64_t asked_post, asked_fen;

/* 0: given, 1: refused for want of room, 2: busy, 3: anything else. */
static int give_at_once(struct bf_ask *ask, int i)
{
	struct env_act act = { .wish = env_wish(asked_post, ENV_DONOR + i, asked_fen) };
	enum bf_rc rc = env_run(ask, env_create, &act);

	if (rc == BF_CONFLICT)
		return act.made.left < asked_fen ? 1 : 3;
	if (rc == BF_OK)
		rc = env_run(ask, env_pending, &act);
	env_report(&act);
	if (rc == BF_OK)
		rc = env_run(ask, env_succeed, &act);
	if (rc != BF_OK)
		return rc == BF_BUSY ? 2 : 3;
	return act.settled.outcome == BF_PAID_GIFT ? 0 : 3;
}

static void t2_fifty_donors_end_exactly_at_the_target(void **state)
{
	int codes[4];

	(void)state;
	env_post(1, "money", 10000);
	asked_post = 1;
	asked_fen = 1000;
	env_at_once(50, give_at_once, codes);
	assert_int_equal(codes[0], 10);
	assert_int_equal(codes[1], 40);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 1"), 10000);
	assert_int_equal(env_number("SELECT COUNT(*) FROM payment"), 10);
	assert_int_equal(env_number("SELECT COUNT(*) FROM post WHERE id = 1 AND state = 'full' AND "
				    "listed = 'full' AND gift_count = 10"),
			 1);
	env_assert_verified();
}

static void t2_two_hundred_donors_on_the_last_yuan(void **state)
{
	struct env_act act;
	int codes[4];

	(void)state;
	env_post(2, "money", 10000);
	env_give(&act, 2, ENV_DONOR, 9900);
	asked_post = 2;
	asked_fen = 100;
	env_at_once(200, give_at_once, codes);
	assert_int_equal(codes[0], 1);
	assert_int_equal(codes[1], 199);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 2"), 10000);
	env_assert_verified();
}

/* ---- 5: notices repeat ----------------------------------------------------------------- */

static struct env_act repeated;

static int repeat_notice(struct bf_ask *ask, int i)
{
	struct env_act act = repeated;

	(void)i;
	if (env_run(ask, env_succeed, &act) != BF_OK)
		return 3;
	return act.settled.receipt.number != 0 ? (int)(act.settled.outcome == BF_PAID_ALREADY) : 3;
}

static void t5_five_notices_and_a_failure_are_one_journal(void **state)
{
	int codes[4];

	(void)state;
	env_post(3, "money", 10000);
	env_begin(&repeated, 3, ENV_DONOR, 2500);
	env_at_once(5, repeat_notice, codes);
	assert_int_equal(codes[0], 1);
	assert_int_equal(codes[1], 4);
	env_do(env_fail, &repeated);
	assert_int_equal(repeated.outcome, BF_PAID_ALREADY);
	assert_int_equal(env_numberf("SELECT COUNT(*) FROM ledger_journal WHERE subject_kind = "
				     "'payment' AND subject_id = %" PRId64,
				     repeated.made.id),
			 1);
	assert_int_equal(env_numberf("SELECT COUNT(*) FROM receipt WHERE payment_id = %" PRId64,
				     repeated.made.id),
			 1);
	assert_int_equal(env_numberf("SELECT COUNT(*) FROM payment WHERE state = 'succeeded' AND "
				     "id = %" PRId64,
				     repeated.made.id),
			 1);
	env_assert_verified();
}

static void a_notice_may_come_before_the_answer_to_the_order(void **state)
{
	struct env_act act = { .wish = env_wish(3, ENV_DONOR, 100) };

	(void)state;
	env_do(env_create, &act);
	env_report(&act);
	env_do(env_succeed, &act);
	assert_int_equal(act.settled.outcome, BF_PAID_GIFT);
	env_do(env_pending, &act);
	env_assert_verified();
}

/* ---- 6, the part behind the signature ---------------------------------------------------- */

static void t6_reports_about_other_rows_are_denied(void **state)
{
	struct env_act good, act;

	(void)state;
	env_post(4, "money", 10000);
	env_begin(&good, 4, ENV_DONOR, 500);
	act = good;
	act.report.fen = 499;
	assert_int_equal(env_run(&env, env_succeed, &act), BF_DENIED);
	act.report.fen = 501;
	assert_int_equal(env_run(&env, env_succeed, &act), BF_DENIED);
	act = good;
	act.report.merchant = "another";
	assert_int_equal(env_run(&env, env_succeed, &act), BF_DENIED);
	act = good;
	act.report.currency = "USD";
	assert_int_equal(env_run(&env, env_succeed, &act), BF_DENIED);
	act = good;
	act.report.channel = "wechat";
	assert_int_equal(env_run(&env, env_succeed, &act), BF_DENIED);
	act = good;
	act.report.gateway_id = "SIM-of-another";
	assert_int_equal(env_run(&env, env_succeed, &act), BF_DENIED);
	act = good;
	act.report.number = "B0000000000000000000";
	assert_int_equal(env_run(&env, env_succeed, &act), BF_NOT_FOUND);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 4"), 0);
	env_do(env_succeed, &good);
	env_assert_verified();
}

/* ---- 7: late ----------------------------------------------------------------------------- */

static void t7_a_late_payment_takes_what_is_left(void **state)
{
	struct env_act act;

	(void)state;
	env_post(5, "money", 1000);
	env_begin(&act, 5, ENV_DONOR, 600);
	env_do(env_expire, &act);
	assert_int_equal(env_number("SELECT pending_fen FROM post WHERE id = 5"), 0);
	env_do(env_succeed, &act);
	assert_int_equal(act.settled.outcome, BF_PAID_GIFT);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 5"), 600);
	env_do(env_succeed, &act);
	assert_int_equal(act.settled.outcome, BF_PAID_ALREADY);
	env_assert_verified();
}

static void t7_a_late_payment_for_what_is_gone_goes_back_whole(void **state)
{
	struct env_act late, other;

	(void)state;
	env_post(6, "money", 1000);
	env_begin(&late, 6, ENV_DONOR, 600);
	env_do(env_expire, &late);
	env_give(&other, 6, ENV_DONOR + 1, 1000);
	env_do(env_succeed, &late);
	assert_int_equal(late.settled.outcome, BF_PAID_LATE);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 6"), 1000);
	assert_int_equal(env_numberf("SELECT COUNT(*) FROM refund WHERE state = 'approved' AND "
				     "kind = 'late' AND fen = 600 AND id = %" PRId64,
				     late.settled.refund),
			 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'payment.late'"), 1);
	env_assert_verified();
	late.id = late.settled.refund;
	env_do(env_refund_sent, &late);
	env_do(env_refunded, &late);
	env_do(env_refunded, &late);
	env_do(env_succeed, &late);
	assert_int_equal(late.settled.outcome, BF_PAID_ALREADY);
	env_assert_verified();
}

/* The job's expiry, the gateway's failure and its success, in any order. */
static int expire_fail_or_succeed(struct bf_ask *ask, int i)
{
	bf_ask_fn *const acts[] = { env_expire, env_fail, env_succeed };
	struct env_act act = repeated;

	return env_run(ask, acts[i % 3], &act) == BF_OK ? 0 : 3;
}

static void t7_expiry_failure_and_success_at_once_end_in_one_gift(void **state)
{
	int codes[4];

	(void)state;
	env_post(16, "money", 100000);
	for (int round = 0; round < 8; round++) {
		env_begin(&repeated, 16, ENV_DONOR + round, 100);
		env_at_once(9, expire_fail_or_succeed, codes);
		assert_int_equal(codes[0], 9);
	}
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 16"), 8 * 100);
	assert_int_equal(env_number("SELECT pending_fen FROM post WHERE id = 16"), 0);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gift WHERE post_id = 16"), 8);
	env_assert_verified();
}

/* ---- 8: refunds -------------------------------------------------------------------------- */

static enum bf_rc refund(struct env_act *act, int64_t fen, const char *kind)
{
	act->refund_wish = (struct bf_refund_wish){
		.payment = act->made.id, .fen = fen, .kind = kind, .requester = act->wish.account
	};
	return env_run(&env, env_request, act);
}

static void t8_refunds_never_pass_what_was_captured(void **state)
{
	struct env_act act;

	(void)state;
	env_post(7, "money", 10000);
	env_give(&act, 7, ENV_DONOR, 10000);
	assert_int_equal(env_number("SELECT COUNT(*) FROM post WHERE id = 7 AND phase = 'full'"),
			 1);
	assert_int_equal(refund(&act, 6000, "payer"), BF_OK);
	act.other = ENV_DONOR;
	assert_int_equal(env_run(&env, env_approve, &act), BF_DENIED); /* own wish */
	act.other = ENV_COUNTY_CLERK;
	env_do(env_approve, &act);
	assert_true(act.done);
	assert_int_equal(env_number("SELECT COUNT(*) FROM post WHERE id = 7 AND phase = 'open' AND "
				    "listed = 'open' AND taken_fen = 4000 AND gift_count = 1"),
			 1);
	assert_int_equal(refund(&act, 4001, "payer"), BF_CONFLICT);
	assert_int_equal(refund(&act, 0, "payer"), BF_CONFLICT);
	assert_int_equal(refund(&act, 4000, "cancelled"), BF_OK);
	assert_int_equal(env_number("SELECT COUNT(*) FROM post WHERE id = 7 AND taken_fen = 0 AND "
				    "gift_count = 0"),
			 1);
	assert_int_equal(refund(&act, 1, "payer"), BF_CONFLICT);
	env_assert_verified();
}

static int ask_back_at_once(struct bf_ask *ask, int i)
{
	struct env_act act = repeated;
	enum bf_rc rc;

	(void)i;
	act.refund_wish =
		(struct bf_refund_wish){ .payment = act.made.id, .fen = 400, .kind = "cancelled" };
	rc = env_run(ask, env_request, &act);
	return rc == BF_OK ? 0 : rc == BF_CONFLICT ? 1 : 3;
}

static void t8_refunds_at_once_never_pass_what_was_captured(void **state)
{
	int codes[4];

	(void)state;
	env_post(8, "money", 1000);
	env_give(&repeated, 8, ENV_DONOR, 1000);
	env_at_once(20, ask_back_at_once, codes);
	assert_int_equal(codes[0], 2);
	assert_int_equal(codes[1], 18);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 8"), 200);
	env_assert_verified();
}

static void a_refund_that_failed_is_sent_again_by_its_first_number(void **state)
{
	struct env_act act;

	(void)state;
	env_post(9, "money", 1000);
	env_give(&act, 9, ENV_DONOR, 1000);
	assert_int_equal(refund(&act, 1000, "cancelled"), BF_OK);
	env_do(env_refund_sent, &act);
	env_do(env_refund_failed, &act);
	assert_int_equal(refund(&act, 1000, "cancelled"), BF_CONFLICT); /* it is still owed */
	env_do(env_refund_sent, &act);
	env_do(env_refunded, &act);
	env_do(env_refund_failed, &act); /* after success: ignored */
	assert_int_equal(env_numberf("SELECT COUNT(*) FROM refund WHERE state = 'succeeded' AND "
				     "attempts = 2 AND id = %" PRId64,
				     act.id),
			 1);
	env_assert_verified();
}

static void after_a_year_it_goes_back_to_the_wallet_alone(void **state)
{
	struct env_act act;

	(void)state;
	env_post(17, "money", 1000);
	env_give(&act, 17, ENV_DONOR, 1000);
	scratch_do("UPDATE payment p JOIN hold h ON h.id = p.hold_id SET p.paid_at = p.paid_at - "
		   "INTERVAL 366 DAY, h.created_at = h.created_at - INTERVAL 366 DAY WHERE "
		   "p.post_id = 17");
	assert_int_equal(refund(&act, 1000, "cancelled"), BF_CONFLICT);
	act.refund_wish.to_wallet = true;
	env_do(env_request, &act);
	assert_int_equal(env_numberf("SELECT COUNT(*) FROM refund WHERE state = 'succeeded' AND "
				     "destination = 'wallet' AND id = %" PRId64,
				     act.id),
			 1);
	env_assert_verified();
}

static void a_large_refund_needs_two_people(void **state)
{
	struct env_act act;

	(void)state;
	env_post(10, "money", BF_REFUND_ALONE_MAX_FEN + 1);
	env_give(&act, 10, ENV_DONOR, BF_REFUND_ALONE_MAX_FEN + 1);
	assert_int_equal(refund(&act, BF_REFUND_ALONE_MAX_FEN + 1, "payer"), BF_OK);
	act.other = ENV_COUNTY_CLERK;
	env_do(env_approve, &act);
	assert_false(act.done);
	assert_int_equal(env_run(&env, env_approve, &act), BF_DENIED); /* the same again */
	act.other = ENV_TOWNSHIP_CLERK;
	env_do(env_approve, &act);
	assert_true(act.done);
	env_assert_verified();
}

static enum bf_rc pay_out(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct bf_journal journal = { .posting = BF_POSTING_PAYOUT_REQUESTED, .subject = 1 };
	const int64_t *fen = arg;

	bf_journal_line(&journal, "escrow", NULL, 15, *fen);
	bf_journal_line(&journal, "payable", "household", ENV_HOUSEHOLD, -*fen);
	return bf_ledger_post(ask, &journal, err);
}

static void what_is_on_its_way_to_the_family_is_not_given_back(void **state)
{
	int64_t fen = 700;
	struct env_act act;
	struct bf_err err = { 0 };

	(void)state;
	env_post(15, "money", 5000);
	env_give(&act, 15, ENV_DONOR, 1000);
	assert_int_equal(bf_ask_transaction(&env, pay_out, &fen, NULL, &err), BF_OK);
	assert_int_equal(refund(&act, 301, "payer"), BF_OK);
	act.other = ENV_COUNTY_CLERK;
	assert_int_equal(env_run(&env, env_approve, &act), BF_CONFLICT);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 15"), 1000);
	assert_int_equal(env_number("SELECT COUNT(*) FROM hold_return r JOIN hold h ON h.id = "
				    "r.hold_id JOIN capacity c ON c.id = h.capacity_id WHERE "
				    "c.post_id = 15"),
			 0);
	assert_int_equal(refund(&act, 300, "payer"), BF_OK);
	env_do(env_approve, &act);
	scratch_do(
		"INSERT INTO payout (kind, post_id, household_id, fen, payee_id, state, prepared_by, "
		"requested_at) VALUES ('help', 15, 1, 700, 1, 'requested', 3, UTC_TIMESTAMP(3))");
	scratch_do("INSERT INTO role_grant (account_id, role, region, from_at) VALUES (3, "
		   "'pay.prepare', 430524, '2026-01-01')");
	scratch_do("INSERT INTO state_history (machine, object_id, step, from_state, to_state, at) "
		   "SELECT 'payout', id, 1, '', 'requested', requested_at FROM payout");
	env_assert_verified();
}

static enum bf_rc ask_close_time(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_payment_closes(ask, act->made.id, &act->other, err);
}

static void the_order_closes_three_minutes_before_the_hold(void **state)
{
	struct env_act act = { .wish = env_wish(12, ENV_DONOR, 10) };

	(void)state;
	env_do(env_create, &act);
	env_do(ask_close_time, &act);
	assert_int_equal(act.made.expires_ms - act.other, 1000 * BF_PAYMENT_CLOSES_BEFORE_S);
	scratch_do(bf_pool_printf(pool,
				  "UPDATE hold SET expires_at = UTC_TIMESTAMP(3) + INTERVAL 2 "
				  "MINUTE WHERE id = %" PRId64,
				  act.made.hold));
	assert_int_equal(env_run(&env, ask_close_time, &act), BF_CONFLICT);
	env_do(env_expire, &act);
	env_assert_verified();
}

/* ---- the wallet -------------------------------------------------------------------------- */

static void a_refund_kept_in_the_wallet_is_given_again(void **state)
{
	struct env_act act;
	int64_t owed = 0;

	(void)state;
	env_post(11, "money", 5000);
	env_post(12, "money", 5000);
	env_give(&act, 11, ENV_DONOR + 7, 3000);
	act.refund_wish = (struct bf_refund_wish){
		.payment = act.made.id, .fen = 3000, .kind = "cancelled", .to_wallet = true
	};
	env_do(env_request, &act);
	assert_int_equal(bf_ledger_owed(&env, "wallet:107", &owed, NULL), BF_OK);
	assert_int_equal(owed, 3000);
	act.wish = env_wish(12, ENV_DONOR + 7, 3001);
	act.wish.channel = BF_CHANNEL_WALLET;
	assert_int_equal(env_run(&env, env_wallet, &act), BF_CONFLICT);
	act.wish.fen = 2999;
	env_do(env_wallet, &act);
	assert_int_equal(act.settled.outcome, BF_PAID_GIFT);
	assert_true(act.settled.receipt.number > 0);
	assert_int_equal(bf_ledger_owed(&env, "wallet:107", &owed, NULL), BF_OK);
	assert_int_equal(owed, 1);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 12"), 2999);
	env_assert_verified();
}

/* ---- refusals, and what was asked for ------------------------------------------------------ */

static void what_was_asked_for_becomes_the_gift(void **state)
{
	struct env_act act = { .wish = env_wish(12, ENV_DONOR + 8, 50) };

	(void)state;
	act.wish.anonymous = true;
	act.wish.words = "早日康复";
	act.wish.dedication = "奶奶";
	env_do(env_create, &act);
	env_do(env_pending, &act);
	env_report(&act);
	env_do(env_succeed, &act);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gift WHERE anonymous AND fen = 50 AND "
				    "words = '早日康复' AND dedication = '奶奶' AND "
				    "NOT words_shown AND account_id = 108"),
			 1);
	env_assert_verified();
}

static void nobody_pays_nothing_or_to_themselves_or_to_a_closed_post(void **state)
{
	struct env_act act = { .wish = env_wish(12, ENV_DONOR, 0) };

	(void)state;
	assert_int_equal(env_run(&env, env_create, &act), BF_CONFLICT);
	act.wish = env_wish(12, ENV_DONOR, 100);
	act.wish.household = ENV_HOUSEHOLD;
	assert_int_equal(env_run(&env, env_create, &act), BF_CONFLICT);
	env_post(13, "money", 1000);
	act.wish = env_wish(13, ENV_DONOR, 100);
	scratch_do("UPDATE post SET deadline_at = UTC_TIMESTAMP(3) WHERE id = 13");
	assert_int_equal(env_run(&env, env_create, &act), BF_CONFLICT);
	scratch_do("UPDATE post SET deadline_at = UTC_TIMESTAMP(3) + INTERVAL 1 DAY WHERE id = 13");
	scratch_do("UPDATE household SET state = 'suspended' WHERE id = 1");
	assert_int_equal(env_run(&env, env_create, &act), BF_CONFLICT);
	scratch_do("UPDATE household SET state = 'active' WHERE id = 1");
	assert_int_equal(env_run(&env, env_create, &act), BF_OK);
	env_assert_verified();
}

/* While payments of its city are stopped none begins; what has begun goes its way. */
static void a_stopped_city_takes_no_payment(void **state)
{
	struct env_act begun, act = { .wish = env_wish(19, ENV_DONOR, 100) };
	int64_t free_fen;

	(void)state;
	env_post(19, "money", 1000);
	env_begin(&begun, 19, ENV_DONOR, 200);
	scratch_do("INSERT INTO payment_stop (city, case_number, public_text, stopped_by, at) "
		   "VALUES (430500, '2026-9', 'x', 1, UTC_TIMESTAMP(3))");
	free_fen =
		env_number("SELECT total - open_sum - taken_sum FROM capacity WHERE post_id = 19");
	assert_int_equal(env_run(&env, env_create, &act), BF_CONFLICT);
	assert_true(act.made.stopped);
	assert_int_equal(
		env_number("SELECT total - open_sum - taken_sum FROM capacity WHERE post_id = 19"),
		free_fen);
	env_do(env_succeed, &begun);
	scratch_do("UPDATE payment_stop SET ended_at = UTC_TIMESTAMP(3)");
	env_do(env_create, &act);
	assert_false(act.made.stopped);
	env_assert_verified();
}

static void a_failed_payment_gives_the_gap_free_and_may_succeed_later(void **state)
{
	struct env_act act;

	(void)state;
	env_post(14, "money", 1000);
	env_begin(&act, 14, ENV_DONOR, 1000);
	env_do(env_fail, &act);
	assert_int_equal(env_number("SELECT pending_fen FROM post WHERE id = 14"), 0);
	env_do(env_fail, &act);
	env_do(env_succeed, &act);
	assert_int_equal(act.settled.outcome, BF_PAID_GIFT);
	env_assert_verified();
}

static void a_paid_amount_is_never_changed(void **state)
{
	struct bf_err err = { 0 };

	(void)state;
	assert_int_not_equal(bf_db_say(db,
				       "UPDATE payment SET fen = fen + 1 WHERE state = "
				       "'succeeded'",
				       &err),
			     BF_OK);
	assert_non_null(strstr(err.text, "is never changed"));
	assert_int_not_equal(bf_db_say(db, "UPDATE refund SET fen = fen + 1", &err), BF_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t2_fifty_donors_end_exactly_at_the_target),
		cmocka_unit_test(t2_two_hundred_donors_on_the_last_yuan),
		cmocka_unit_test(t5_five_notices_and_a_failure_are_one_journal),
		cmocka_unit_test(a_notice_may_come_before_the_answer_to_the_order),
		cmocka_unit_test(t6_reports_about_other_rows_are_denied),
		cmocka_unit_test(t7_a_late_payment_takes_what_is_left),
		cmocka_unit_test(t7_a_late_payment_for_what_is_gone_goes_back_whole),
		cmocka_unit_test(t7_expiry_failure_and_success_at_once_end_in_one_gift),
		cmocka_unit_test(t8_refunds_never_pass_what_was_captured),
		cmocka_unit_test(t8_refunds_at_once_never_pass_what_was_captured),
		cmocka_unit_test(a_refund_that_failed_is_sent_again_by_its_first_number),
		cmocka_unit_test(after_a_year_it_goes_back_to_the_wallet_alone),
		cmocka_unit_test(a_large_refund_needs_two_people),
		cmocka_unit_test(what_is_on_its_way_to_the_family_is_not_given_back),
		cmocka_unit_test(a_refund_kept_in_the_wallet_is_given_again),
		cmocka_unit_test(the_order_closes_three_minutes_before_the_hold),
		cmocka_unit_test(what_was_asked_for_becomes_the_gift),
		cmocka_unit_test(nobody_pays_nothing_or_to_themselves_or_to_a_closed_post),
		cmocka_unit_test(a_stopped_city_takes_no_payment),
		cmocka_unit_test(a_failed_payment_gives_the_gap_free_and_may_succeed_later),
		cmocka_unit_test(a_paid_amount_is_never_changed),
	};

	return cmocka_run_group_tests(tests, env_set_up, scratch_tear_down);
}
