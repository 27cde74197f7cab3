/* life: each drawn life ends as it was planned and keeps the rules of posts and money. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "demo/life.h"

#define AS_OF INT64_C(1795449600000) /* 2026-11-24 00:00 in Shanghai */

enum { LIVES = 20000 };

/* What holds for every life. */
static void check_order(const struct bf_demo_life *life)
{
	assert_true(life->created_ms < life->submitted_ms);
	assert_true(life->submitted_ms < life->decided_ms[0]);
	assert_true(life->decided_ms[0] < life->decided_ms[1]);
	assert_true(life->decided_ms[1] < life->decided_ms[2]);
	assert_int_equal(life->decided_ms[2], life->opened_ms);
	assert_true(life->opened_ms < AS_OF);
	assert_true(life->ended_ms < AS_OF && life->closed_ms < AS_OF);
	assert_int_equal(life->deadline_ms - life->opened_ms, 60 * BF_DEMO_DAY_MS);
	if (life->end == BF_DEMO_IS_OPEN)
		assert_true(life->deadline_ms > AS_OF);
}

static void check_gifts(const struct bf_demo_life *life)
{
	int64_t held = 0;

	for (size_t i = 0; i < life->gift_count; i++) {
		const struct bf_demo_gift *gift = &life->gifts[i];

		held += gift->amount;
		assert_true(gift->amount > 0);
		assert_true(gift->at_ms > life->opened_ms);
		assert_true(gift->at_ms < life->deadline_ms || life->end == BF_DEMO_IS_FULL);
		if (gift->taken_ms)
			assert_true(gift->at_ms < gift->taken_ms && gift->taken_ms < AS_OF);
		if (gift->confirmed_ms)
			assert_true(gift->received_ms && gift->received_ms < gift->confirmed_ms);
	}
	assert_true(held <= life->asked);
}

static void check_payouts(const struct bf_demo_life *life)
{
	for (size_t i = 0; i < life->payout_count; i++) {
		const struct bf_demo_payout *payout = &life->payouts[i];
		int64_t covered = 0;

		assert_true(payout->fen >= 5000);
		for (size_t g = 0; g < life->gift_count; g++)
			if (life->gifts[g].batch == i) {
				covered += life->gifts[g].amount;
				assert_true(life->gifts[g].taken_ms < payout->requested_ms);
			}
		assert_int_equal(covered, payout->fen);
		if (payout->confirmed_ms)
			assert_true(payout->requested_ms < payout->approved_ms &&
				    payout->approved_ms < payout->sent_ms &&
				    payout->sent_ms < payout->received_ms &&
				    payout->received_ms < payout->confirmed_ms);
		if (i)
			assert_true(payout->requested_ms - life->payouts[0].requested_ms >
				    6 * BF_DEMO_DAY_MS);
	}
}

static void check_outcome(const struct bf_demo_life *life, enum bf_demo_outcome outcome)
{
	struct bf_demo_progress progress = bf_demo_life_progress(life);

	assert_true(progress.taken + progress.pending <= life->asked);
	assert_true(progress.confirmed <= progress.sent && progress.sent <= progress.taken);
	switch (outcome) {
	case BF_DEMO_MET:
		assert_int_equal(progress.confirmed, life->asked);
		assert_int_equal(life->end, BF_DEMO_IS_MET);
		break;
	case BF_DEMO_PARTLY:
		assert_true(progress.first_received_ms > 0);
		assert_true(progress.confirmed < life->asked);
		break;
	case BF_DEMO_PLEDGED:
		assert_true(progress.taken > 0 && !progress.first_received_ms);
		break;
	default:
		assert_true(!progress.taken && !progress.first_received_ms);
		break;
	}
	if (life->end == BF_DEMO_IS_FULL)
		assert_int_equal(progress.taken, life->asked);
	if (life->end == BF_DEMO_IS_OPEN)
		assert_true(progress.taken < life->asked);
	if (life->end == BF_DEMO_IS_CLOSED)
		assert_int_equal(progress.confirmed, progress.taken);
}

static void draw_and_check(bool goods, enum bf_demo_outcome outcome)
{
	struct bf_demo_life life;
	struct bf_random random;

	for (uint64_t i = 0; i < LIVES; i++) {
		int64_t asked;

		bf_random_init(&random, 2017, (uint64_t)outcome, i);
		asked = goods ? bf_random_between(&random, outcome == BF_DEMO_PARTLY ? 2 : 1, 80)
			      : 2000 * bf_random_between(&random, 10, 2250);
		bf_demo_life_draw(&life, &random, goods, outcome, asked, AS_OF);
		check_order(&life);
		check_gifts(&life);
		check_payouts(&life);
		check_outcome(&life, outcome);
	}
}

static void money_lives_keep_the_rules(void **state)
{
	(void)state;
	for (int outcome = 0; outcome < BF_DEMO_OUTCOME__MAX; outcome++)
		draw_and_check(false, (enum bf_demo_outcome)outcome);
}

static void goods_lives_keep_the_rules(void **state)
{
	(void)state;
	for (int outcome = 0; outcome < BF_DEMO_OUTCOME__MAX; outcome++)
		draw_and_check(true, (enum bf_demo_outcome)outcome);
}

static void the_same_seed_draws_the_same_life(void **state)
{
	struct bf_demo_life one, other;
	struct bf_random random;

	(void)state;
	bf_random_init(&random, 2017, 1, 5);
	bf_demo_life_draw(&one, &random, false, BF_DEMO_MET, 100000, AS_OF);
	bf_random_init(&random, 2017, 1, 5);
	bf_demo_life_draw(&other, &random, false, BF_DEMO_MET, 100000, AS_OF);
	assert_memory_equal(&one, &other, sizeof(one));
	bf_random_init(&random, 2018, 1, 5);
	bf_demo_life_draw(&other, &random, false, BF_DEMO_MET, 100000, AS_OF);
	assert_memory_not_equal(&one, &other, sizeof(one));
}

static void a_later_day_moves_all_dates(void **state)
{
	struct bf_demo_life today, tomorrow;
	struct bf_random random;

	(void)state;
	bf_random_init(&random, 2017, 1, 6);
	bf_demo_life_draw(&today, &random, true, BF_DEMO_PARTLY, 10, AS_OF);
	bf_random_init(&random, 2017, 1, 6);
	bf_demo_life_draw(&tomorrow, &random, true, BF_DEMO_PARTLY, 10, AS_OF + BF_DEMO_DAY_MS);
	assert_int_equal(tomorrow.opened_ms - today.opened_ms, BF_DEMO_DAY_MS);
	assert_int_equal(tomorrow.gifts[0].taken_ms - today.gifts[0].taken_ms, BF_DEMO_DAY_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(money_lives_keep_the_rules),
		cmocka_unit_test(goods_lives_keep_the_rules),
		cmocka_unit_test(the_same_seed_draws_the_same_life),
		cmocka_unit_test(a_later_day_moves_all_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
