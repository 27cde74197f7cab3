/* plan: the pilot's tables, exactly, at each scale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <cmocka.h>

#include "demo/plan.h"

struct sums {
	int64_t posts, met, by_posts, by_store, waiting, in_verification, unpublished;
	int64_t table[BF_DEMO_KIND__MAX][BF_DEMO_OUTCOME__MAX];
};

static struct sums sum_up(const struct bf_demo_plan *plan)
{
	struct sums sums = { 0 };

	for (size_t c = 0; c < BF_DEMO_CITIES; c++) {
		const struct bf_demo_city_plan *city = &plan->cities[c];

		for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
			for (size_t o = 0; o < BF_DEMO_OUTCOME__MAX; o++) {
				assert_true(city->posts[k][o] >= 0);
				sums.table[k][o] += city->posts[k][o];
				sums.posts += city->posts[k][o];
				sums.met += o == BF_DEMO_MET ? city->posts[k][o] : 0;
			}
		for (size_t u = 0; u < BF_DEMO_UNPUBLISHED__MAX; u++)
			sums.unpublished += city->unpublished[u];
		sums.by_posts += city->connected_by_posts;
		sums.by_store += city->connected_by_store;
		sums.waiting += city->waiting;
		sums.in_verification += city->in_verification;
	}
	return sums;
}

static int64_t city_outcome(const struct bf_demo_city_plan *city, size_t outcome)
{
	int64_t sum = 0;

	for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
		sum += city->posts[k][outcome];
	return sum;
}

static void the_pilot_is_the_brief(void **state)
{
	static const int64_t table[BF_DEMO_KIND__MAX][BF_DEMO_OUTCOME__MAX] = {
		{ 3900, 18700, 700, 1700, 800, 200 }, { 4600, 5000, 700, 3400, 1200, 100 },
		{ 250, 150, 50, 250, 290, 10 },       { 500, 1200, 350, 700, 210, 40 },
		{ 750, 2950, 200, 950, 100, 50 },
	};
	struct bf_demo_plan plan;
	struct sums sums;

	(void)state;
	bf_demo_plan_make(&plan, 100);
	sums = sum_up(&plan);
	assert_int_equal(plan.people + plan.organisations, 100000);
	assert_int_equal(plan.givers, 58000);
	assert_int_equal(sums.posts, 50000);
	assert_int_equal(sums.met, 10000);
	assert_int_equal(sums.by_posts, 36500);
	assert_int_equal(sums.by_store, 3500);
	assert_int_equal(sums.waiting, 4500);
	assert_int_equal(sums.in_verification, 1500);
	assert_int_equal(sums.unpublished, 2400);
	assert_memory_equal(sums.table, table, sizeof(table));
}

static void each_city_has_its_figures(void **state)
{
	struct bf_demo_plan plan;

	(void)state;
	bf_demo_plan_make(&plan, 100);
	for (size_t c = 0; c < BF_DEMO_CITIES; c++) {
		const struct bf_demo_city_plan *city = &plan.cities[c];
		int64_t posts = 0;

		for (size_t o = 0; o < BF_DEMO_OUTCOME__MAX; o++)
			posts += city_outcome(city, o);
		assert_int_equal(posts, bf_demo_pilots[c].posts);
		assert_int_equal(city_outcome(city, BF_DEMO_MET), bf_demo_pilots[c].met);
		assert_int_equal(city->connected_by_posts + city->connected_by_store,
				 bf_demo_pilots[c].families);
	}
}

static void a_kind_is_where_its_plugin_runs(void **state)
{
	struct bf_demo_plan plan;

	(void)state;
	bf_demo_plan_make(&plan, 100);
	for (size_t c = 0; c < BF_DEMO_CITIES; c++)
		for (size_t k = BF_DEMO_CROWDFUNDING; k < BF_DEMO_KIND__MAX; k++)
			for (size_t o = 0; o < BF_DEMO_OUTCOME__MAX; o++)
				if (bf_demo_pilots[c].plugins[k] == BF_DEMO_OFF)
					assert_int_equal(plan.cities[c].posts[k][o], 0);
	assert_int_equal(plan.cities[10].connected_by_store, 0); /* its store is not yet on */
}

static void each_family_by_posts_can_be_helped_by_one(void **state)
{
	static const int64_t percents[] = { 1, 100, 1000, 10000 };
	struct bf_demo_plan plan;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		bf_demo_plan_make(&plan, percents[i]);
		for (size_t c = 0; c < BF_DEMO_CITIES; c++)
			assert_true(city_outcome(&plan.cities[c], BF_DEMO_MET) +
					    city_outcome(&plan.cities[c], BF_DEMO_PARTLY) >=
				    plan.cities[c].connected_by_posts);
	}
}

static void small_is_a_hundredth(void **state)
{
	struct bf_demo_plan plan;
	struct sums sums;

	(void)state;
	bf_demo_plan_make(&plan, 1);
	sums = sum_up(&plan);
	assert_int_equal(plan.people + plan.organisations, 1000);
	assert_int_equal(sums.posts, 500);
	assert_int_equal(sums.met, 100);
	assert_int_equal(sums.by_posts + sums.by_store, 400);
}

static void a_hundredfold_keeps_proportion(void **state)
{
	struct bf_demo_plan plan;
	struct sums sums;

	(void)state;
	bf_demo_plan_make(&plan, 10000);
	sums = sum_up(&plan);
	assert_int_equal(sums.posts, 5000000);
	assert_int_equal(sums.met, 1000000);
	assert_int_equal(sums.by_posts + sums.by_store, 4000000);
}

static void the_largest_remainder_gets_the_rest(void **state)
{
	static const int64_t equal[] = { 1, 1, 1 }, mixed[] = { 50, 30, 20 }, none[] = { 0, 0 };
	int64_t parts[3];

	(void)state;
	bf_demo_share(10000, 3, equal, parts);
	assert_int_equal(parts[0], 3334);
	assert_int_equal(parts[1], 3333);
	assert_int_equal(parts[2], 3333);
	bf_demo_share(11, 3, mixed, parts);
	assert_int_equal(parts[0], 6);
	assert_int_equal(parts[1], 3);
	assert_int_equal(parts[2], 2);
	bf_demo_share(5, 2, none, parts);
	assert_int_equal(parts[0] + parts[1], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pilot_is_the_brief),
		cmocka_unit_test(each_city_has_its_figures),
		cmocka_unit_test(a_kind_is_where_its_plugin_runs),
		cmocka_unit_test(each_family_by_posts_can_be_helped_by_one),
		cmocka_unit_test(small_is_a_hundredth),
		cmocka_unit_test(a_hundredfold_keeps_proportion),
		cmocka_unit_test(the_largest_remainder_gets_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
