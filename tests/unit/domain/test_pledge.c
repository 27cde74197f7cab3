/* pledge: goods from the promise to the thanks; what is refused; who gets the last pieces. */
#include "money_env.h"

#include "domain/pledge.h"

enum { ENV_FATHER = 50, ENV_STRANGER = 60, OTHER_VILLAGE_CLERK = 70 };

/* One act of a person on a promise. */
struct deed {
	int64_t actor, household, post, quantity, pledge, left;
	const char *text; /* courier number, note, thanks */
	const char *public_text;
};

#define DEED(name, call)                                                          \
	static enum bf_rc name(struct bf_ask *ask, void *arg, struct bf_err *err) \
	{                                                                         \
		struct deed *deed = arg;                                          \
		struct bf_act act = { .ask = *ask,                                \
				      .actor = deed->actor,                       \
				      .household = deed->household };             \
		enum bf_rc rc = call;                                             \
                                                                                  \
		deed->public_text = act.public_text;                              \
		return rc;                                                        \
	}

DEED(claim,
     bf_pledge_claim(&act,
		     &(struct bf_pledge_wish){
			     .post = deed->post, .quantity = deed->quantity, .words = "保重" },
		     &deed->pledge, &deed->left, err))
DEED(cancel, bf_pledge_cancel(&act, deed->pledge, err))
DEED(dispatch, bf_pledge_dispatch(&act, deed->pledge, deed->text, err))
DEED(receive, bf_pledge_receive(&act, deed->pledge, deed->quantity, deed->text, err))
DEED(thank, bf_pledge_thank(&act, deed->pledge, deed->text, err))

DEED(dispute, bf_pledge_dispute(&act, deed->pledge, deed->text, err))
DEED(settle, bf_pledge_settle(&act, deed->pledge, deed->quantity, deed->text, err))

static enum bf_rc lapse(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_pledge_lapse(ask, *(int64_t *)arg, err);
}

static enum bf_rc run(struct bf_ask *ask, bf_ask_fn *fn, void *arg)
{
	return bf_ask_transaction(ask, fn, arg, NULL, NULL);
}

static void done(bf_ask_fn *fn, void *arg)
{
	struct bf_err err = { 0 };

	if (bf_ask_transaction(&env, fn, arg, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
}

/* A refusal of this kind that says this to the person. */
static void assert_refused(bf_ask_fn *fn, struct deed *deed, enum bf_rc rc, const char *says)
{
	assert_int_equal(run(&env, fn, deed), rc);
	if (says && (!deed->public_text || !strstr(deed->public_text, says)))
		fail_msg("\"%s\" does not say \"%s\"", deed->public_text, says);
}

static struct deed by_donor(int64_t post, int64_t quantity)
{
	return (struct deed){ .actor = ENV_DONOR, .post = post, .quantity = quantity };
}

static struct deed by_family(int64_t pledge, int64_t quantity)
{
	return (struct deed){ .actor = ENV_FATHER,
			      .household = ENV_HOUSEHOLD,
			      .pledge = pledge,
			      .quantity = quantity };
}

static struct deed by_manager(int64_t pledge, int64_t quantity)
{
	return (struct deed){ .actor = ENV_WRITER,
			      .pledge = pledge,
			      .quantity = quantity,
			      .text = "在村委会交给李**" };
}

static int64_t promised(int64_t post, int64_t quantity)
{
	struct deed deed = by_donor(post, quantity);

	done(claim, &deed);
	return deed.pledge;
}

static int64_t sent(int64_t post, int64_t quantity)
{
	struct deed deed = by_donor(post, quantity);

	done(claim, &deed);
	deed.text = "SF1234567890";
	done(dispatch, &deed);
	return deed.pledge;
}

static void assert_state(int64_t pledge, const char *state)
{
	assert_int_equal(env_number(bf_pool_printf(pool,
						   "SELECT COUNT(*) FROM pledge WHERE id = %" PRId64
						   " AND state = '%s'",
						   pledge, state)),
			 1);
}

static int64_t left_of(int64_t post)
{
	return env_numberf("SELECT total - open_sum - taken_sum FROM capacity WHERE post_id = "
			   "%" PRId64,
			   post);
}

static int64_t hold_of(int64_t pledge)
{
	return env_numberf("SELECT hold_id FROM pledge WHERE id = %" PRId64, pledge);
}

static void run_out(int64_t pledge)
{
	scratch_do(bf_pool_printf(pool,
				  "UPDATE hold SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 "
				  "SECOND WHERE id = %" PRId64,
				  hold_of(pledge)));
}

/* ---- the way --------------------------------------------------------------------------- */

static void the_table_is_the_databases(void **state)
{
	const struct bf_machine *machine = &bf_pledge_machine;

	(void)state;
	assert_int_equal(env_number("SELECT COUNT(*) FROM state_rule WHERE machine = 'pledge'"),
			 machine->rule_count);
	for (size_t i = 0; i < machine->rule_count; i++)
		assert_int_equal(
			env_number(bf_pool_printf(
				pool,
				"SELECT COUNT(*) FROM state_rule WHERE machine = 'pledge' AND "
				"version = 1 AND from_state = '%s' AND to_state = '%s'",
				machine->rules[i].from, machine->rules[i].to)),
			1);
}

static void goods_go_from_the_promise_to_the_thanks(void **state)
{
	struct deed family;
	int64_t pledge;

	(void)state;
	env_post(1, "goods", 4);
	pledge = promised(1, 4);
	assert_state(pledge, "claimed");
	assert_int_equal(env_numberf("SELECT TIMESTAMPDIFF(HOUR, created_at, expires_at) FROM hold "
				     "WHERE id = %" PRId64,
				     hold_of(pledge)),
			 72);
	assert_int_equal(env_number("SELECT pending_quantity FROM post WHERE id = 1"), 4);
	env_assert_verified();
	done(dispatch, &(struct deed){ .actor = ENV_DONOR, .pledge = pledge, .text = "SF123456" });
	assert_state(pledge, "dispatched");
	assert_int_equal(env_number("SELECT taken_quantity * 10 + sent_quantity FROM post WHERE "
				    "id = 1 AND phase = 'full'"),
			 44);
	env_assert_verified();
	family = by_family(pledge, 4);
	done(receive, &family);
	assert_state(pledge, "received");
	assert_int_equal(env_number("SELECT confirmed_quantity FROM post WHERE id = 1 AND "
				    "phase = 'met'"),
			 4);
	family.text = "都穿上了，谢谢";
	done(thank, &family);
	assert_state(pledge, "thanked");
	assert_int_equal(env_number("SELECT COUNT(*) FROM delivery WHERE thanks IS NOT NULL AND "
				    "NOT thanks_shown"),
			 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type IN ('pledge.claimed', "
				    "'pledge.dispatched', 'gift.taken', 'pledge.received', "
				    "'delivery.received', 'post.met', 'pledge.thanked')"),
			 7);
	env_assert_verified();
}

static void a_shortfall_is_given_back_and_reopens_the_line(void **state)
{
	struct deed manager;
	int64_t pledge;

	(void)state;
	env_post(2, "goods", 10);
	pledge = sent(2, 10);
	assert_int_equal(env_number("SELECT COUNT(*) FROM post WHERE id = 2 AND phase = 'full'"),
			 1);
	manager = by_manager(pledge, 7);
	done(receive, &manager);
	assert_int_equal(left_of(2), 3);
	assert_int_equal(env_number("SELECT sent_quantity * 100 + confirmed_quantity FROM post "
				    "WHERE id = 2 AND phase = 'open'"),
			 707);
	assert_int_equal(env_numberf("SELECT amount FROM hold_return WHERE cause = "
				     "CONCAT('pledge:', %" PRId64 ")",
				     pledge),
			 3);
	assert_int_equal(env_number("SELECT COUNT(*) FROM state_history WHERE machine = 'pledge' "
				    "AND to_state = 'received' AND behalf_of = 1 AND reason IS NOT "
				    "NULL"),
			 1);
	env_assert_verified();
	pledge = sent(2, 3);
	manager = by_manager(pledge, 3);
	done(receive, &manager);
	assert_int_equal(env_number("SELECT confirmed_quantity FROM post WHERE id = 2 AND "
				    "phase = 'met'"),
			 10);
	env_assert_verified();
}

static void a_promise_is_taken_back_once(void **state)
{
	struct deed deed;

	(void)state;
	env_post(3, "goods", 5);
	deed = by_donor(3, 5);
	deed.pledge = promised(3, 5);
	done(cancel, &deed);
	assert_state(deed.pledge, "cancelled");
	assert_int_equal(left_of(3), 5);
	assert_refused(cancel, &deed, BF_CONFLICT, "cannot be done now");
	assert_refused(dispatch, &deed, BF_CONFLICT, "cannot be done now");
	assert_int_equal(left_of(3), 5);
	env_assert_verified();
}

static void a_promise_lapses_with_its_hold(void **state)
{
	struct deed deed;
	int64_t hold;

	(void)state;
	env_post(4, "goods", 5);
	deed = by_donor(4, 2);
	deed.pledge = promised(4, 2);
	hold = hold_of(deed.pledge);
	run_out(deed.pledge);
	assert_refused(dispatch, &deed, BF_CONFLICT, "72 hours are over");
	assert_state(deed.pledge, "claimed");
	done(lapse, &hold);
	assert_state(deed.pledge, "lapsed");
	assert_int_equal(run(&env, lapse, &hold), BF_CONFLICT);
	assert_refused(cancel, &deed, BF_CONFLICT, "cannot be done now");
	assert_int_equal(left_of(4), 5);
	env_assert_verified();
}

/* ---- what is refused ------------------------------------------------------------------- */

static void what_cannot_be_promised_is_refused(void **state)
{
	struct deed deed;

	(void)state;
	env_post(5, "goods", 3);
	env_post(6, "money", 3000);
	deed = by_donor(5, 4);
	assert_refused(claim, &deed, BF_CONFLICT, "fewer are left");
	assert_int_equal(deed.left, 3);
	deed = by_donor(5, 1);
	deed.household = ENV_HOUSEHOLD;
	assert_refused(claim, &deed, BF_CONFLICT, "your own family");
	deed = by_donor(6, 1);
	assert_refused(claim, &deed, BF_NOT_FOUND, NULL); /* it asks for money */
	promised(5, 3);
	deed = by_donor(5, 1);
	assert_refused(claim, &deed, BF_CONFLICT, "Nothing is left");
	assert_int_equal(env_number("SELECT COUNT(*) FROM pledge WHERE post_id = 5"), 1);
	env_assert_verified();
}

static void nobody_else_moves_a_promise(void **state)
{
	struct deed deed;
	int64_t pledge;

	(void)state;
	env_post(7, "goods", 9);
	pledge = promised(7, 2);
	deed = (struct deed){ .actor = ENV_STRANGER, .pledge = pledge, .text = "SF123456" };
	assert_refused(cancel, &deed, BF_NOT_FOUND, NULL);
	assert_refused(dispatch, &deed, BF_NOT_FOUND, NULL);
	deed = by_family(pledge, 2);
	assert_refused(receive, &deed, BF_CONFLICT, "cannot be done now"); /* not sent yet */
	done(dispatch, &(struct deed){ .actor = ENV_DONOR, .pledge = pledge });
	deed = (struct deed){ .actor = ENV_STRANGER, .pledge = pledge, .quantity = 2, .text = "x" };
	assert_refused(receive, &deed, BF_NOT_FOUND, NULL);
	deed.household = ENV_HOUSEHOLD + 1;
	assert_refused(receive, &deed, BF_NOT_FOUND, NULL);
	scratch_do("INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
		   "(70, 'village', 430524101202, '2026-01-01')");
	deed = (struct deed){ .actor = OTHER_VILLAGE_CLERK, .pledge = pledge, .quantity = 2 };
	assert_refused(receive, &deed, BF_NOT_FOUND, NULL);
	env_assert_verified();
}

static void what_arrived_is_counted_by_who_may(void **state)
{
	struct deed deed;
	int64_t pledge;

	(void)state;
	env_post(8, "goods", 9);
	pledge = sent(8, 2);
	for (int64_t wrong = 0; wrong <= 3; wrong += 3) {
		deed = by_family(pledge, wrong);
		assert_refused(receive, &deed, BF_CONFLICT, "count again");
	}
	deed = by_manager(pledge, 2);
	deed.text = NULL;
	assert_refused(receive, &deed, BF_CONFLICT, "to whom and where");
	deed = by_family(pledge, 2);
	deed.actor = ENV_DONOR; /* who sent it, however related */
	assert_refused(receive, &deed, BF_CONFLICT, "Somebody else");
	deed = by_manager(pledge, 2);
	deed.text = "谢谢";
	assert_refused(thank, &deed, BF_NOT_FOUND, NULL); /* the family's own words */
	deed = by_family(pledge, 2);
	done(receive, &deed);
	assert_refused(receive, &deed, BF_CONFLICT, "cannot be done now");
	assert_int_equal(env_number("SELECT confirmed_quantity FROM post WHERE id = 8"), 2);
	env_assert_verified();
}

static void a_suspended_post_moves_no_goods(void **state)
{
	struct deed deed;
	int64_t on_its_way, waiting;

	(void)state;
	env_post(9, "goods", 9);
	on_its_way = sent(9, 2);
	waiting = promised(9, 2);
	scratch_do("UPDATE post SET state = 'suspended', phase = 'suspended', listed = NULL "
		   "WHERE id = 9");
	deed = by_donor(9, 1);
	assert_refused(claim, &deed, BF_CONFLICT, "Nothing is left");
	deed.pledge = waiting;
	assert_refused(dispatch, &deed, BF_CONFLICT, "being looked into");
	deed = by_family(on_its_way, 2);
	assert_refused(receive, &deed, BF_CONFLICT, "being looked into");
	deed = by_donor(9, 0);
	deed.pledge = waiting;
	done(cancel, &deed);
	assert_int_equal(env_number("SELECT pending_quantity FROM post WHERE id = 9"), 0);
	scratch_do("UPDATE post SET state = 'open', phase = 'open', listed = 'open' WHERE id = 9");
	env_assert_verified();
}

static void a_county_says_what_became_of_lost_goods(void **state)
{
	struct deed deed, county = { .actor = ENV_COUNTY_CLERK, .text = "快递公司已确认丢失" };
	int64_t lost, part;

	(void)state;
	env_post(13, "goods", 10);
	scratch_do("INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
		   "(4, 'county', 430524, '2026-01-01')");
	lost = sent(13, 6);
	part = sent(13, 4);
	county.pledge = lost;
	assert_refused(settle, &county, BF_CONFLICT, "cannot be done now"); /* nobody disputes it */
	deed = by_family(lost, 0);
	deed.text = "十天没有收到";
	done(dispute, &deed);
	assert_refused(dispute, &deed, BF_CONFLICT, "cannot be done now");
	deed.quantity = 6;
	assert_refused(receive, &deed, BF_DENIED, "belongs to somebody else");
	deed = (struct deed){ .actor = ENV_STRANGER, .pledge = part, .text = "x" };
	assert_refused(dispute, &deed, BF_NOT_FOUND, NULL);
	deed.actor = ENV_DONOR;
	done(dispute, &deed);
	env_assert_verified();
	deed.pledge = lost;
	assert_refused(settle, &deed, BF_NOT_FOUND, NULL);
	county.quantity = 7;
	assert_refused(settle, &county, BF_CONFLICT, "than was sent");
	county.quantity = 0;
	done(settle, &county);
	assert_state(lost, "returned");
	assert_int_equal(left_of(13), 6);
	assert_int_equal(env_number("SELECT sent_quantity * 100 + gift_count FROM post WHERE "
				    "id = 13 AND phase = 'open'"),
			 401);
	county.pledge = part;
	county.quantity = 4;
	done(settle, &county);
	assert_state(part, "received");
	assert_int_equal(env_number("SELECT confirmed_quantity FROM post WHERE id = 13"), 4);
	env_assert_verified();
}

/* ---- races ----------------------------------------------------------------------------- */

static int64_t raced, raced_hold;

static int code_of(enum bf_rc rc)
{
	return rc == BF_OK ? 0 : rc == BF_CONFLICT ? 1 : 3;
}

static int claim_one(struct bf_ask *ask, int i)
{
	struct deed deed = { .actor = ENV_DONOR + i, .post = 10, .quantity = 1 };

	return code_of(run(ask, claim, &deed));
}

static void fifty_at_once_get_the_last_ten(void **state)
{
	int codes[4];

	(void)state;
	env_post(10, "goods", 10);
	env_at_once(50, claim_one, codes);
	assert_int_equal(codes[0], 10);
	assert_int_equal(codes[1], 40);
	assert_int_equal(env_number("SELECT COUNT(*) FROM pledge WHERE post_id = 10 AND "
				    "state = 'claimed'"),
			 10);
	assert_int_equal(left_of(10), 0);
	env_assert_verified();
}

static int end_it(struct bf_ask *ask, int i)
{
	struct deed deed = { .actor = ENV_DONOR, .pledge = raced, .text = "SF123456" };

	if (i % 3 == 0)
		return code_of(run(ask, lapse, &raced_hold));
	return code_of(run(ask, i % 3 == 1 ? dispatch : cancel, &deed));
}

static void a_promise_ends_in_one_way_whoever_is_first(void **state)
{
	int codes[4];

	(void)state;
	env_post(11, "goods", 100);
	for (int round = 0; round < 5; round++) {
		raced = promised(11, 2);
		raced_hold = hold_of(raced);
		env_at_once(9, end_it, codes);
		assert_int_equal(codes[0], 1);
		assert_int_equal(codes[1], 8);
	}
	env_assert_verified();
}

static int count_it(struct bf_ask *ask, int i)
{
	struct deed deed = i % 2 ? by_family(raced, 3) : by_manager(raced, 4);

	return code_of(run(ask, receive, &deed));
}

static void an_arrival_is_counted_once(void **state)
{
	int codes[4];

	(void)state;
	env_post(12, "goods", 5);
	raced = sent(12, 5);
	env_at_once(8, count_it, codes);
	assert_int_equal(codes[0], 1);
	assert_int_equal(codes[1], 7);
	assert_int_equal(env_number("SELECT confirmed_quantity - taken_quantity FROM post "
				    "WHERE id = 12"),
			 0);
	env_assert_verified();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_the_databases),
		cmocka_unit_test(goods_go_from_the_promise_to_the_thanks),
		cmocka_unit_test(a_shortfall_is_given_back_and_reopens_the_line),
		cmocka_unit_test(a_promise_is_taken_back_once),
		cmocka_unit_test(a_promise_lapses_with_its_hold),
		cmocka_unit_test(what_cannot_be_promised_is_refused),
		cmocka_unit_test(nobody_else_moves_a_promise),
		cmocka_unit_test(what_arrived_is_counted_by_who_may),
		cmocka_unit_test(a_suspended_post_moves_no_goods),
		cmocka_unit_test(a_county_says_what_became_of_lost_goods),
		cmocka_unit_test(fifty_at_once_get_the_last_ten),
		cmocka_unit_test(a_promise_ends_in_one_way_whoever_is_first),
		cmocka_unit_test(an_arrival_is_counted_once),
	};

	return cmocka_run_group_tests(tests, env_set_up, scratch_tear_down);
}
