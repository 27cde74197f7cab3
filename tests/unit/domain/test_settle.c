/* settle: what jobs do while a gateway is silent, slow, late or twice asked. */
#include "money_env.h"

#include "domain/settle.h"

/* A gateway in the test's hand: what it answers to every order and refund. */
struct script {
	enum bf_rc rc;
	enum bf_order_state on_query, on_close;
	enum bf_refund_state on_refund;
	int64_t fen;
	int queries, closes, refunds;
	char refund[BF_PAYMENT_NUMBER_BYTES]; /* the last number that it was asked to give back */
};

static enum bf_rc answer(const struct bf_gateway *gateway, const char *number,
			 enum bf_order_state order_state, struct bf_order_report *ret_report,
			 struct bf_err *err)
{
	const struct script *script = gateway->arg;

	if (script->rc != BF_OK)
		return bf_err_set(err, script->rc, "the gateway is silent");
	*ret_report = (struct bf_order_report){ .state = order_state, .fen = script->fen };
	snprintf(ret_report->gateway_id, sizeof(ret_report->gateway_id), "SIM%s", number);
	snprintf(ret_report->merchant, sizeof(ret_report->merchant), "%s", gateway->merchant);
	snprintf(ret_report->number, sizeof(ret_report->number), "%s", number);
	snprintf(ret_report->currency, sizeof(ret_report->currency), "CNY");
	return BF_OK;
}

static enum bf_rc query(const struct bf_gateway *gateway, struct bf_pool *of, const char *number,
			struct bf_order_report *ret_report, struct bf_err *err)
{
	struct script *script = gateway->arg;

	(void)of;
	script->queries++;
	return answer(gateway, number, script->on_query, ret_report, err);
}

static enum bf_rc close_order(const struct bf_gateway *gateway, struct bf_pool *of,
			      const char *number, struct bf_order_report *ret_report,
			      struct bf_err *err)
{
	struct script *script = gateway->arg;

	(void)of;
	script->closes++;
	return answer(gateway, number, script->on_close, ret_report, err);
}

static enum bf_rc give_back(const struct bf_gateway *gateway, struct bf_pool *of,
			    const struct bf_refund_order *refund, enum bf_refund_state *ret_state,
			    char ret_gateway_id[BF_GATEWAY_NUMBER_BYTES], struct bf_err *err)
{
	struct script *script = gateway->arg;

	(void)of;
	script->refunds++;
	snprintf(script->refund, sizeof(script->refund), "%s", refund->number);
	if (script->rc != BF_OK)
		return bf_err_set(err, script->rc, "the gateway is silent");
	*ret_state = script->on_refund;
	snprintf(ret_gateway_id, BF_GATEWAY_NUMBER_BYTES, "SIMR%s", refund->number);
	return BF_OK;
}

static struct script script;
static const struct bf_gateway gateway = { .channel = ENV_CHANNEL,
					   .merchant = ENV_MERCHANT,
					   .arg = &script,
					   .query = query,
					   .close = close_order,
					   .refund = give_back };

static enum bf_rc settle_once(bool *ret_worked)
{
	return bf_settle_once(&env, &gateway, ENV_ISSUER, ret_worked, NULL);
}

/* Works until nothing is due. Returns how often. */
static int settle_all(void)
{
	int count = 0;

	for (bool worked = true; worked; count += worked) {
		enum bf_rc rc = settle_once(&worked);

		if (rc != BF_OK && rc != BF_BUSY && rc != BF_DENIED)
			fail_msg("settling ended with %d", rc);
		if (count > 100)
			fail_msg("there is no end of it");
	}
	return count;
}

/* What is planned for later is due now, and no lease holds it. */
static void let_time_pass(void)
{
	scratch_do("UPDATE payment SET query_at = UTC_TIMESTAMP(3), leased_until = NULL WHERE "
		   "query_at IS NOT NULL");
	scratch_do("UPDATE refund SET try_at = UTC_TIMESTAMP(3), leased_until = NULL, sent_at = "
		   "sent_at - INTERVAL 5 MINUTE WHERE try_at IS NOT NULL");
}

static void let_hold_end(int64_t hold)
{
	scratch_do(
		bf_pool_printf(pool,
			       "UPDATE hold SET created_at = created_at - INTERVAL 20 MINUTE, "
			       "expires_at = expires_at - INTERVAL 20 MINUTE, leased_until = NULL "
			       "WHERE id = %" PRId64,
			       hold));
	scratch_do(bf_pool_printf(pool,
				  "UPDATE payment SET closes_at = closes_at - INTERVAL 20 MINUTE "
				  "WHERE hold_id = %" PRId64,
				  hold));
}

static bool payment_is(const struct env_act *act, const char *state)
{
	return env_number(bf_pool_printf(pool,
					 "SELECT COUNT(*) FROM payment WHERE id = %" PRId64
					 " AND state = '%s'",
					 act->made.id, state)) == 1;
}

static void a_payment_whose_notice_never_came_is_asked_after(void **state)
{
	struct env_act act;

	(void)state;
	env_post(1, "money", 100000);
	env_begin(&act, 1, ENV_DONOR, 500);
	assert_int_equal(settle_all(), 0); /* the first time after 5 s */
	assert_int_equal(env_number("SELECT COUNT(*) FROM payment WHERE query_at BETWEEN "
				    "UTC_TIMESTAMP(3) AND UTC_TIMESTAMP(3) + INTERVAL 5 SECOND"),
			 1);
	script = (struct script){ .on_query = BF_ORDER_OPEN, .fen = 500 };
	let_time_pass();
	assert_int_equal(settle_all(), 1);
	assert_true(payment_is(&act, "pending"));
	assert_int_equal(env_number("SELECT COUNT(*) FROM payment WHERE queries = 1 AND query_at "
				    "BETWEEN UTC_TIMESTAMP(3) + INTERVAL 20 SECOND AND "
				    "UTC_TIMESTAMP(3) + INTERVAL 30 SECOND"),
			 1);
	script.on_query = BF_ORDER_SUCCEEDED;
	let_time_pass();
	assert_int_equal(settle_all(), 1);
	assert_true(payment_is(&act, "succeeded"));
	assert_int_equal(script.queries, 2);
	let_time_pass();
	assert_int_equal(settle_all(), 0);
	env_assert_verified();
}

static void an_answer_about_another_amount_settles_nothing(void **state)
{
	struct env_act act;
	bool worked;

	(void)state;
	env_begin(&act, 1, ENV_DONOR, 500);
	script = (struct script){ .on_query = BF_ORDER_SUCCEEDED, .fen = 499 };
	let_time_pass();
	assert_int_equal(settle_once(&worked), BF_DENIED);
	assert_true(worked);
	assert_true(payment_is(&act, "pending"));
	script.fen = 500;
	let_time_pass();
	settle_all();
	assert_true(payment_is(&act, "succeeded"));
}

static void a_hold_expires_once_its_order_is_closed(void **state)
{
	struct env_act act;

	(void)state;
	env_begin(&act, 1, ENV_DONOR, 700);
	script = (struct script){ .rc = BF_BUSY, .on_close = BF_ORDER_CLOSED, .fen = 700 };
	scratch_do("UPDATE payment SET query_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE "
		   "query_at IS NOT NULL");
	let_hold_end(act.made.hold);
	settle_all();
	assert_true(payment_is(&act, "pending")); /* the gateway did not say: the hold waits */
	assert_int_equal(script.closes, 1);
	let_hold_end(act.made.hold); /* ten minutes later it waits no more */
	settle_all();
	assert_true(payment_is(&act, "expired"));
	env_begin(&act, 1, ENV_DONOR, 700);
	script.rc = BF_OK;
	scratch_do("UPDATE payment SET query_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE "
		   "query_at IS NOT NULL");
	let_hold_end(act.made.hold);
	settle_all();
	assert_true(payment_is(&act, "expired"));
	assert_int_equal(env_number("SELECT pending_fen FROM post WHERE id = 1"), 0);
	env_assert_verified();
}

static void what_was_paid_before_the_order_closed_is_taken(void **state)
{
	struct env_act act;

	(void)state;
	env_begin(&act, 1, ENV_DONOR, 800);
	script = (struct script){ .on_close = BF_ORDER_SUCCEEDED,
				  .on_query = BF_ORDER_OPEN,
				  .fen = 800 };
	let_hold_end(act.made.hold);
	let_time_pass();
	settle_all();
	assert_true(payment_is(&act, "succeeded"));
	env_assert_verified();
}

static void a_payment_that_never_reached_the_gateway_ends_with_its_hold(void **state)
{
	struct env_act act = { .wish = env_wish(1, ENV_DONOR, 900) };

	(void)state;
	env_do(env_create, &act);
	script = (struct script){ .on_close = BF_ORDER_MISSING, .on_query = BF_ORDER_MISSING };
	let_time_pass();
	settle_all();
	assert_true(payment_is(&act, "created")); /* its order may be on the way */
	let_hold_end(act.made.hold);
	settle_all();
	assert_true(payment_is(&act, "expired"));
	env_assert_verified();
}

static void a_hold_of_goods_expires_by_itself(void **state)
{
	(void)state;
	env_post(2, "goods", 5);
	scratch_do(
		"INSERT INTO hold (capacity_id, account_id, amount, state, created_at, expires_at) "
		"SELECT id, 100, 2, 'open', '2026-03-01', '2026-03-04' FROM capacity WHERE "
		"post_id = 2");
	scratch_do("UPDATE capacity SET open_sum = 2 WHERE post_id = 2");
	scratch_do("UPDATE post SET pending_quantity = 2 WHERE id = 2");
	script = (struct script){ .rc = BF_BUSY };
	assert_int_equal(settle_all(), 1);
	assert_int_equal(env_number("SELECT pending_quantity FROM post WHERE id = 2"), 0);
	env_assert_verified();
}

static void a_refund_is_sent_until_it_is_done_by_one_number(void **state)
{
	struct env_act act;
	char number[BF_PAYMENT_NUMBER_BYTES];

	(void)state;
	env_give(&act, 1, ENV_DONOR, 1100);
	act.refund_wish =
		(struct bf_refund_wish){ .payment = act.made.id, .fen = 1100, .kind = "cancelled" };
	env_do(env_request, &act);
	script = (struct script){ .rc = BF_BUSY };
	assert_int_equal(settle_all(), 1);
	memcpy(number, script.refund, sizeof(number));
	assert_int_equal(env_number("SELECT COUNT(*) FROM refund WHERE state = 'sent'"), 1);
	script = (struct script){ .on_refund = BF_REFUND_FAILED };
	let_time_pass();
	settle_all();
	assert_string_equal(script.refund, number);
	assert_int_equal(env_number("SELECT COUNT(*) FROM refund WHERE state = 'failed'"), 1);
	script = (struct script){ .on_refund = BF_REFUND_ACCEPTED };
	let_time_pass();
	settle_all();
	assert_string_equal(script.refund, number);
	script = (struct script){ .on_refund = BF_REFUND_SUCCEEDED };
	let_time_pass();
	settle_all();
	assert_string_equal(script.refund, number);
	assert_int_equal(env_number("SELECT COUNT(*) FROM refund WHERE state = 'succeeded' AND "
				    "gateway_id IS NOT NULL"),
			 1);
	let_time_pass();
	assert_int_equal(settle_all(), 0);
	env_assert_verified();
}

static void parts_of_a_payment_are_sent_a_minute_apart(void **state)
{
	struct env_act act;

	(void)state;
	env_give(&act, 1, ENV_DONOR, 1000);
	act.refund_wish =
		(struct bf_refund_wish){ .payment = act.made.id, .fen = 400, .kind = "cancelled" };
	env_do(env_request, &act);
	env_do(env_request, &act);
	script = (struct script){ .on_refund = BF_REFUND_SUCCEEDED };
	assert_int_equal(settle_all(), 1);
	let_time_pass();
	scratch_do("UPDATE refund SET sent_at = sent_at - INTERVAL 5 MINUTE");
	assert_int_equal(settle_all(), 1);
	assert_int_equal(script.refunds, 2);
	env_assert_verified();
}

/* ---- several jobs at once ---------------------------------------------------------------- */

static int work_until_idle(struct bf_ask *ask, int i)
{
	(void)i;
	for (bool worked = true; worked;)
		if (bf_settle_once(ask, &gateway, ENV_ISSUER, &worked, NULL) != BF_OK)
			return 3;
	return 0;
}

static void jobs_side_by_side_settle_each_payment_once(void **state)
{
	struct env_act act;
	int codes[4];

	(void)state;
	env_post(3, "money", 100000);
	for (int i = 0; i < 12; i++)
		env_begin(&act, 3, ENV_DONOR + i, 500);
	script = (struct script){ .on_query = BF_ORDER_SUCCEEDED, .fen = 500 };
	let_time_pass();
	env_at_once(6, work_until_idle, codes);
	assert_int_equal(codes[0], 6);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 3"), 12 * 500);
	assert_int_equal(env_number("SELECT SUM(queries) FROM payment WHERE post_id = 3"), 12);
	env_assert_verified();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_payment_whose_notice_never_came_is_asked_after),
		cmocka_unit_test(an_answer_about_another_amount_settles_nothing),
		cmocka_unit_test(a_hold_expires_once_its_order_is_closed),
		cmocka_unit_test(what_was_paid_before_the_order_closed_is_taken),
		cmocka_unit_test(a_payment_that_never_reached_the_gateway_ends_with_its_hold),
		cmocka_unit_test(a_hold_of_goods_expires_by_itself),
		cmocka_unit_test(a_refund_is_sent_until_it_is_done_by_one_number),
		cmocka_unit_test(parts_of_a_payment_are_sent_a_minute_apart),
		cmocka_unit_test(jobs_side_by_side_settle_each_payment_once),
	};

	return cmocka_run_group_tests(tests, env_set_up, scratch_tear_down);
}
