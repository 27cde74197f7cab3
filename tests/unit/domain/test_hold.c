/* hold: who gets what is left, what becomes of it, giving back once. */
#include "money_env.h"

struct one {
	int64_t account, amount, hold, left;
	const char *cause;
	size_t count;
	struct bf_claim claims[3];
};

static enum bf_rc open_all(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct one *one = arg;

	return bf_hold_open(ask, one->account, one->claims, one->count, err);
}

static enum bf_rc take(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_hold_take(ask, ((struct one *)arg)->hold, err);
}

static enum bf_rc release(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_hold_release(ask, ((struct one *)arg)->hold, err);
}

static enum bf_rc expire(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_hold_expire(ask, ((struct one *)arg)->hold, err);
}

static enum bf_rc give_back(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct one *one = arg;

	return bf_hold_return(ask, one->hold, one->amount, one->cause, err);
}

static int64_t capacity_of(int64_t post)
{
	return env_numberf("SELECT id FROM capacity WHERE post_id = %" PRId64, post);
}

static enum bf_rc run(struct bf_ask *ask, bf_ask_fn *fn, struct one *one)
{
	return bf_ask_transaction(ask, fn, one, NULL, NULL);
}

static struct one claim(int64_t post, int64_t amount)
{
	return (struct one){ .account = ENV_DONOR,
			     .count = 1,
			     .claims = { { .capacity = capacity_of(post), .amount = amount } } };
}

static void each_kind_has_its_time(void **state)
{
	(void)state;
	assert_int_equal(bf_hold_seconds("money_gap"), 15 * 60);
	assert_int_equal(bf_hold_seconds("goods_line"), 72 * 3600);
	assert_int_equal(bf_hold_seconds("pool"), 24 * 3600);
	assert_int_equal(bf_hold_seconds("hour"), 0);
}

static void a_refusal_says_what_is_left(void **state)
{
	struct one one;

	(void)state;
	env_post(1, "goods", 10);
	one = claim(1, 7);
	assert_int_equal(run(&env, open_all, &one), BF_OK);
	assert_int_equal(env_number("SELECT COUNT(*) FROM hold WHERE expires_at = created_at + "
				    "INTERVAL 72 HOUR"),
			 1);
	one = claim(1, 4);
	assert_int_equal(run(&env, open_all, &one), BF_CONFLICT);
	assert_int_equal(one.claims[0].left, 3);
	one = claim(1, 0);
	assert_int_equal(run(&env, open_all, &one), BF_CONFLICT);
	one = claim(1, -5);
	assert_int_equal(run(&env, open_all, &one), BF_CONFLICT);
	assert_int_equal(env_number("SELECT pending_quantity FROM post WHERE id = 1"), 7);
	env_assert_verified();
}

static void several_are_held_all_or_none(void **state)
{
	struct one one;

	(void)state;
	env_post(2, "goods", 5);
	env_post(3, "goods", 5);
	one = claim(3, 2);
	one.claims[1] = (struct bf_claim){ .capacity = capacity_of(2), .amount = 6 };
	one.count = 2;
	assert_int_equal(run(&env, open_all, &one), BF_CONFLICT);
	assert_int_equal(env_number("SELECT SUM(pending_quantity) FROM post WHERE id IN (2, 3)"),
			 0);
	one = claim(3, 2);
	one.claims[1] = (struct bf_claim){ .capacity = capacity_of(2), .amount = 5 };
	one.count = 2;
	assert_int_equal(run(&env, open_all, &one), BF_OK);
	assert_true(one.claims[0].capacity < one.claims[1].capacity);
	assert_int_equal(env_number("SELECT SUM(pending_quantity) FROM post WHERE id IN (2, 3)"),
			 7);
	env_assert_verified();
}

static void what_was_decided_is_final(void **state)
{
	struct one one;

	(void)state;
	env_post(4, "money", 1000);
	one = claim(4, 300);
	assert_int_equal(run(&env, open_all, &one), BF_OK);
	one.hold = one.claims[0].hold;
	assert_int_equal(run(&env, release, &one), BF_OK);
	assert_int_equal(run(&env, take, &one), BF_CONFLICT);
	assert_int_equal(run(&env, expire, &one), BF_CONFLICT);
	one = claim(4, 300);
	assert_int_equal(run(&env, open_all, &one), BF_OK);
	one.hold = one.claims[0].hold;
	assert_int_equal(run(&env, expire, &one), BF_OK);
	assert_int_equal(run(&env, release, &one), BF_CONFLICT);
	assert_int_equal(env_number("SELECT pending_fen + taken_fen FROM post WHERE id = 4"), 0);
	env_assert_verified();
}

/* ---- races ----------------------------------------------------------------------------- */

static int64_t raced_post, raced_hold;

static int claim_three(struct bf_ask *ask, int i)
{
	struct one one = { .account = ENV_DONOR + i,
			   .count = 1,
			   .claims = { { .capacity = raced_post, .amount = 3 } } };
	enum bf_rc rc = run(ask, open_all, &one);

	return rc == BF_OK ? 0 : rc == BF_CONFLICT ? 1 : 3;
}

static void twenty_at_once_hold_no_more_than_there_is(void **state)
{
	int codes[4];

	(void)state;
	env_post(5, "goods", 10);
	raced_post = capacity_of(5);
	env_at_once(20, claim_three, codes);
	assert_int_equal(codes[0], 3);
	assert_int_equal(codes[1], 17);
	env_assert_verified();
}

/* Two owners of two capacities each, named in opposing order. */
static int claim_both(struct bf_ask *ask, int i)
{
	struct one one = { .account = ENV_DONOR + i, .count = 2 };

	one.claims[i % 2] = (struct bf_claim){ .capacity = raced_post, .amount = 1 };
	one.claims[1 - i % 2] = (struct bf_claim){ .capacity = raced_post + 1, .amount = 1 };
	return run(ask, open_all, &one) == BF_OK ? 0 : 3;
}

static void opposing_claims_never_stop_each_other(void **state)
{
	int codes[4];

	(void)state;
	env_post(6, "goods", 100);
	env_post(7, "goods", 100);
	raced_post = capacity_of(6);
	assert_int_equal(capacity_of(7), raced_post + 1);
	env_at_once(30, claim_both, codes);
	assert_int_equal(codes[0], 30);
	env_assert_verified();
}

static int give_back_once(struct bf_ask *ask, int i)
{
	struct one one = { .hold = raced_hold, .amount = 4, .cause = "dispute:1" };

	(void)i;
	return run(ask, give_back, &one) == BF_OK ? 0 : 3;
}

static void a_cause_gives_back_once_whoever_comes_first(void **state)
{
	struct one one;
	int codes[4];

	(void)state;
	env_post(8, "money", 10);
	one = claim(8, 10);
	assert_int_equal(run(&env, open_all, &one), BF_OK);
	raced_hold = one.hold = one.claims[0].hold;
	one.amount = 1;
	one.cause = "early:1";
	assert_int_equal(run(&env, give_back, &one), BF_CONFLICT); /* not taken yet */
	/* goods and money alike; only here nothing was paid, so the post is of no ledger */
	scratch_do(
		"UPDATE post SET form = 'goods', unit = '件', quantity = target_fen, target_fen = "
		"NULL, pending_quantity = pending_fen, pending_fen = 0 WHERE id = 8");
	assert_int_equal(run(&env, take, &one), BF_OK);
	assert_int_equal(env_number("SELECT COUNT(*) FROM post WHERE id = 8 AND phase = 'full'"),
			 1);
	env_at_once(12, give_back_once, codes);
	assert_int_equal(codes[0], 12);
	assert_int_equal(env_number("SELECT taken_quantity FROM post WHERE id = 8"), 6);
	assert_int_equal(env_number("SELECT COUNT(*) FROM post WHERE id = 8 AND phase = 'open'"),
			 1);
	one.amount = 3;
	one.cause = "dispute:1";
	assert_int_equal(run(&env, give_back, &one),
			 BF_CONFLICT); /* the cause has another amount */
	one.amount = 7;
	one.cause = "dispute:2";
	assert_int_equal(run(&env, give_back, &one), BF_CONFLICT); /* more than is left */
	assert_int_equal(env_number("SELECT SUM(amount) FROM hold_return"), 4);
}

/* ---- lists ----------------------------------------------------------------------------- */

static void a_post_that_fills_moves_in_lists_and_search(void **state)
{
	struct one one;

	(void)state;
	env_post(9, "goods", 2);
	one = claim(9, 2);
	assert_int_equal(run(&env, open_all, &one), BF_OK);
	one.hold = one.claims[0].hold;
	assert_int_equal(env_number("SELECT COUNT(*) FROM post_gram WHERE post_id = 9 AND "
				    "sort_key >= 100000000000000"),
			 env_number("SELECT COUNT(*) FROM post_gram WHERE post_id = 9"));
	assert_int_equal(run(&env, take, &one), BF_OK);
	assert_true(env_number("SELECT COUNT(*) FROM post_gram WHERE post_id = 9") > 5);
	assert_int_equal(env_number("SELECT COUNT(*) FROM post_gram WHERE post_id = 9 AND "
				    "sort_key >= 100000000000000"),
			 0);
	assert_int_equal(env_number("SELECT COUNT(*) FROM state_history WHERE machine = 'post' AND "
				    "object_id = 9 AND from_state = 'open' AND to_state = 'full'"),
			 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'post.full' AND "
				    "subject_id = 9"),
			 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_time),
		cmocka_unit_test(a_refusal_says_what_is_left),
		cmocka_unit_test(several_are_held_all_or_none),
		cmocka_unit_test(what_was_decided_is_final),
		cmocka_unit_test(twenty_at_once_hold_no_more_than_there_is),
		cmocka_unit_test(opposing_claims_never_stop_each_other),
		cmocka_unit_test(a_cause_gives_back_once_whoever_comes_first),
		cmocka_unit_test(a_post_that_fills_moves_in_lists_and_search),
	};

	return cmocka_run_group_tests(tests, env_set_up, scratch_tear_down);
}
