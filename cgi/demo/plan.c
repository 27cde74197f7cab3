#include "demo/plan.h"

#include <stdbool.h>
#include <string.h>

#define ON BF_DEMO_ON
#define OFF BF_DEMO_OFF

/* ---- the pilot ------------------------------------------------------------------------- */

const char *const bf_demo_plugins[5] = { "donations", "store", "crowdfunding", "medical",
					 "education" };

const struct bf_demo_pilot bf_demo_pilots[BF_DEMO_CITIES] = {
	{ 430500, 430000, "shaoyang", 5200, 6500, 1300, { ON, ON, ON, ON, ON } },
	{ 431200, 430000, "huaihua", 3600, 4500, 900, { ON, ON, ON, OFF, ON } },
	{ 433100, 430000, "xiangxi", 3200, 4000, 700, { ON, ON, OFF, ON, ON } },
	{ 421100, 420000, "huanggang", 4400, 5500, 1250, { ON, ON, ON, ON, ON } },
	{ 422800, 420000, "enshi", 4000, 5000, 1050, { ON, ON, ON, ON, ON } },
	{ 360700, 360000, "ganzhou", 4800, 6000, 1300, { ON, ON, ON, ON, ON } },
	{ 360800, 360000, "jian", 2800, 3500, 700, { ON, ON, OFF, OFF, ON } },
	{ 520500, 520000, "bijie", 4400, 5500, 1000, { ON, ON, ON, ON, ON } },
	{ 522600, 520000, "qiandongnan", 3200, 4000, 700, { ON, ON, OFF, ON, ON } },
	{ 611000, 610000, "shangluo", 2400, 3000, 650, { ON, ON, BF_DEMO_DRAINING, ON, OFF } },
	{ 451000, 450000, "baise", 2000, 2500, 450, { ON, BF_DEMO_SCHEDULED, OFF, OFF, OFF } },
};

static const int64_t outcomes[BF_DEMO_KIND__MAX][BF_DEMO_OUTCOME__MAX] = {
	[BF_DEMO_MONEY] = { 3900, 18700, 700, 1700, 800, 200 },
	[BF_DEMO_GOODS] = { 4600, 5000, 700, 3400, 1200, 100 },
	[BF_DEMO_CROWDFUNDING] = { 250, 150, 50, 250, 290, 10 },
	[BF_DEMO_MEDICAL] = { 500, 1200, 350, 700, 210, 40 },
	[BF_DEMO_EDUCATION] = { 750, 2950, 200, 950, 100, 50 },
};

static const int64_t unpublished[BF_DEMO_UNPUBLISHED__MAX] = { 600, 1200, 200, 400 };

enum {
	PEOPLE = 98000,
	ORGANISATIONS = 2000,
	GIVERS = 58000,
	STORE_FAMILIES = 3500,
	WAITING_FAMILIES = 4500,
	FAMILIES_IN_VERIFICATION = 1500,
	PARTS_MAX = 16,
	STORE = 1, /* its place in bf_demo_plugins */
};

/* ---- shares ---------------------------------------------------------------------------- */

/* The place with the largest remainder that was not yet rounded up. */
static size_t largest_remainder(int64_t total, int64_t sum, size_t count, const int64_t *weights,
				const bool *rounded_up)
{
	size_t best = count;

	for (size_t i = 0; i < count; i++)
		if (!rounded_up[i] &&
		    (best == count || total * weights[i] % sum > total * weights[best] % sum))
			best = i;
	return best;
}

void bf_demo_share(int64_t total, size_t count, const int64_t *ratio, int64_t *ret_parts)
{
	bool rounded_up[PARTS_MAX] = { false };
	int64_t weights[PARTS_MAX], sum = 0, left = total;

	for (size_t i = 0; i < count; i++) {
		weights[i] = ratio[i]; /* they may stand where the parts go */
		sum += weights[i];
	}
	for (size_t i = 0; i < count; i++) {
		ret_parts[i] = sum ? total * weights[i] / sum : 0;
		left -= ret_parts[i];
	}
	for (; sum && left; left--) {
		size_t i = largest_remainder(total, sum, count, weights, rounded_up);

		rounded_up[i] = true;
		ret_parts[i]++;
	}
}

/* One figure of every city, in proportion to another and summed up to a scaled total. */
static void share_scaled(int64_t percent, int64_t total, const int64_t weights[BF_DEMO_CITIES],
			 int64_t ret_parts[BF_DEMO_CITIES])
{
	bf_demo_share(total * percent / 100, BF_DEMO_CITIES, weights, ret_parts);
}

/* ---- posts ----------------------------------------------------------------------------- */

/* Scales the table of outcomes: the sum of each outcome first, then its parts by kind. */
static void scale_outcomes(int64_t percent,
			   int64_t ret_scaled[BF_DEMO_KIND__MAX][BF_DEMO_OUTCOME__MAX])
{
	int64_t sums[BF_DEMO_OUTCOME__MAX] = { 0 }, all = 0;
	int64_t column[BF_DEMO_KIND__MAX], parts[BF_DEMO_KIND__MAX];

	for (size_t o = 0; o < BF_DEMO_OUTCOME__MAX; o++)
		for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++) {
			sums[o] += outcomes[k][o];
			all += outcomes[k][o];
		}
	bf_demo_share(all * percent / 100, BF_DEMO_OUTCOME__MAX, sums, sums);
	for (size_t o = 0; o < BF_DEMO_OUTCOME__MAX; o++) {
		for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
			column[k] = outcomes[k][o];
		bf_demo_share(sums[o], BF_DEMO_KIND__MAX, column, parts);
		for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
			ret_scaled[k][o] = parts[k];
	}
}

static bool runs(size_t city, size_t plugin)
{
	enum bf_demo_running state = bf_demo_pilots[city].plugins[plugin];

	return state == BF_DEMO_ON || state == BF_DEMO_DRAINING;
}

/* Posts by city and kind: the other sub-platforms where they run, in proportion to posts;
 * donations take the rest, of which a part is goods. */
static void spread_kinds(const int64_t kinds[BF_DEMO_KIND__MAX],
			 const int64_t city_posts[BF_DEMO_CITIES],
			 int64_t ret_posts[BF_DEMO_KIND__MAX][BF_DEMO_CITIES])
{
	int64_t rest[BF_DEMO_CITIES], weights[BF_DEMO_CITIES];

	memcpy(rest, city_posts, sizeof(rest));
	for (size_t k = BF_DEMO_CROWDFUNDING; k < BF_DEMO_KIND__MAX; k++) {
		size_t plugin =
			k; /* money and goods are both donations, but the store has no posts */

		for (size_t c = 0; c < BF_DEMO_CITIES; c++)
			weights[c] = runs(c, plugin) ? city_posts[c] : 0;
		bf_demo_share(kinds[k], BF_DEMO_CITIES, weights, ret_posts[k]);
		for (size_t c = 0; c < BF_DEMO_CITIES; c++)
			rest[c] -= ret_posts[k][c];
	}
	bf_demo_share(kinds[BF_DEMO_GOODS], BF_DEMO_CITIES, rest, ret_posts[BF_DEMO_GOODS]);
	for (size_t c = 0; c < BF_DEMO_CITIES; c++)
		ret_posts[BF_DEMO_MONEY][c] = rest[c] - ret_posts[BF_DEMO_GOODS][c];
}

typedef int64_t by_kind_and_city[BF_DEMO_KIND__MAX][BF_DEMO_CITIES];

static int64_t city_sum(by_kind_and_city table, size_t city)
{
	int64_t sum = 0;

	for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
		sum += table[k][city];
	return sum;
}

/* Moves one unit of a kind between two cities, within what each city has of that kind. */
static bool move_one(by_kind_and_city table, by_kind_and_city most, size_t from, size_t to)
{
	for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
		if (table[k][from] > 0 && table[k][to] < most[k][to]) {
			table[k][from]--;
			table[k][to]++;
			return true;
		}
	return false;
}

/* Met posts by kind and city: each kind in proportion, then units move between the cities
 * until each city has its own sum as well. */
static void spread_met(const int64_t met[BF_DEMO_KIND__MAX], const int64_t city_met[BF_DEMO_CITIES],
		       by_kind_and_city posts, by_kind_and_city ret_met)
{
	bool moved = true;

	for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
		bf_demo_share(met[k], BF_DEMO_CITIES, posts[k], ret_met[k]);
	while (moved) {
		moved = false;
		for (size_t from = 0; from < BF_DEMO_CITIES; from++)
			for (size_t to = 0; to < BF_DEMO_CITIES; to++)
				if (city_sum(ret_met, from) > city_met[from] &&
				    city_sum(ret_met, to) < city_met[to])
					moved |= move_one(ret_met, posts, from, to);
	}
}

/* The outcomes other than met, one after the other, in proportion to the posts still without. */
static void spread_outcomes(struct bf_demo_plan *plan, size_t kind, const int64_t *totals,
			    int64_t rest[BF_DEMO_CITIES])
{
	int64_t parts[BF_DEMO_CITIES];

	for (size_t o = BF_DEMO_PARTLY; o < BF_DEMO_OUTCOME__MAX; o++) {
		bf_demo_share(totals[o], BF_DEMO_CITIES, rest, parts);
		for (size_t c = 0; c < BF_DEMO_CITIES; c++) {
			plan->cities[c].posts[kind][o] = parts[c];
			rest[c] -= parts[c];
		}
	}
}

static void plan_posts(struct bf_demo_plan *plan, int64_t percent)
{
	int64_t scaled[BF_DEMO_KIND__MAX][BF_DEMO_OUTCOME__MAX];
	int64_t kinds[BF_DEMO_KIND__MAX] = { 0 }, met[BF_DEMO_KIND__MAX];
	int64_t city_posts[BF_DEMO_CITIES], city_met[BF_DEMO_CITIES], all = 0, all_met = 0;
	by_kind_and_city posts, met_posts;

	scale_outcomes(percent, scaled);
	for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++) {
		for (size_t o = 0; o < BF_DEMO_OUTCOME__MAX; o++)
			kinds[k] += scaled[k][o];
		met[k] = scaled[k][BF_DEMO_MET];
		all += kinds[k];
		all_met += met[k];
	}
	for (size_t c = 0; c < BF_DEMO_CITIES; c++) {
		city_posts[c] = bf_demo_pilots[c].posts;
		city_met[c] = bf_demo_pilots[c].met;
	}
	bf_demo_share(all, BF_DEMO_CITIES, city_posts, city_posts);
	bf_demo_share(all_met, BF_DEMO_CITIES, city_met, city_met);
	spread_kinds(kinds, city_posts, posts);
	spread_met(met, city_met, posts, met_posts);
	for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++) {
		for (size_t c = 0; c < BF_DEMO_CITIES; c++) {
			plan->cities[c].posts[k][BF_DEMO_MET] = met_posts[k][c];
			posts[k][c] -= met_posts[k][c];
		}
		spread_outcomes(plan, k, scaled[k], posts[k]);
	}
}

/* ---- families -------------------------------------------------------------------------- */

/* Posts of a city that helped, less the families that must be helped by one. */
static int64_t spare_helped(const struct bf_demo_city_plan *city)
{
	int64_t helped = 0;

	for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
		helped += city->posts[k][BF_DEMO_MET] + city->posts[k][BF_DEMO_PARTLY];
	return helped - city->connected_by_posts;
}

/* A partly met post there for another outcome here: all sums stay as they are. */
static bool exchange(struct bf_demo_city_plan *short_of, struct bf_demo_city_plan *spare)
{
	for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
		for (size_t o = BF_DEMO_OPEN; o < BF_DEMO_OUTCOME__MAX; o++)
			if (short_of->posts[k][o] > 0 && spare->posts[k][BF_DEMO_PARTLY] > 0) {
				short_of->posts[k][o]--;
				short_of->posts[k][BF_DEMO_PARTLY]++;
				spare->posts[k][o]++;
				spare->posts[k][BF_DEMO_PARTLY]--;
				return true;
			}
	return false;
}

/* Each family connected by posts needs one that helped: cities without a store are short. */
static void settle_helped(struct bf_demo_plan *plan)
{
	for (size_t c = 0; c < BF_DEMO_CITIES; c++)
		while (spare_helped(&plan->cities[c]) < 0) {
			size_t most = 0;

			for (size_t i = 1; i < BF_DEMO_CITIES; i++)
				if (spare_helped(&plan->cities[i]) >
				    spare_helped(&plan->cities[most]))
					most = i;
			if (!exchange(&plan->cities[c], &plan->cities[most]))
				return;
		}
}

static void plan_families(struct bf_demo_plan *plan, int64_t percent)
{
	int64_t families[BF_DEMO_CITIES], store[BF_DEMO_CITIES], weights[BF_DEMO_CITIES];
	int64_t waiting[BF_DEMO_CITIES], in_verification[BF_DEMO_CITIES], all = 0;

	for (size_t c = 0; c < BF_DEMO_CITIES; c++) {
		families[c] = bf_demo_pilots[c].families;
		all += families[c];
	}
	share_scaled(percent, all, families, families);
	for (size_t c = 0; c < BF_DEMO_CITIES; c++)
		weights[c] = runs(c, STORE) ? families[c] : 0;
	share_scaled(percent, STORE_FAMILIES, weights, store);
	share_scaled(percent, WAITING_FAMILIES, families, waiting);
	share_scaled(percent, FAMILIES_IN_VERIFICATION, families, in_verification);
	for (size_t c = 0; c < BF_DEMO_CITIES; c++) {
		struct bf_demo_city_plan *city = &plan->cities[c];

		city->connected_by_store = store[c];
		city->connected_by_posts = families[c] - store[c];
		city->waiting = waiting[c];
		city->in_verification = in_verification[c];
	}
	settle_helped(plan);
}

static void plan_unpublished(struct bf_demo_plan *plan, int64_t percent)
{
	int64_t weights[BF_DEMO_CITIES], parts[BF_DEMO_CITIES];

	for (size_t c = 0; c < BF_DEMO_CITIES; c++)
		weights[c] = bf_demo_pilots[c].posts;
	for (size_t u = 0; u < BF_DEMO_UNPUBLISHED__MAX; u++) {
		share_scaled(percent, unpublished[u], weights, parts);
		for (size_t c = 0; c < BF_DEMO_CITIES; c++)
			plan->cities[c].unpublished[u] = parts[c];
	}
}

void bf_demo_plan_make(struct bf_demo_plan *plan, int64_t percent)
{
	memset(plan, 0, sizeof(*plan));
	plan->people = PEOPLE * percent / 100;
	plan->organisations = ORGANISATIONS * percent / 100;
	plan->givers = GIVERS * percent / 100;
	plan_posts(plan, percent);
	plan_families(plan, percent);
	plan_unpublished(plan, percent);
}
