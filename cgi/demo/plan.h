/*
 * plan: how many of what, where: the tables of the pilot (11 cities; 5 kinds of aid; 6 outcomes)
 * at a scale, made to agree: sums by city, by kind and by outcome all hold exactly. Where a
 * share is not whole, the largest remainders get the rest.
 */
#ifndef BF_DEMO_PLAN_H
#define BF_DEMO_PLAN_H

#include <stddef.h>
#include <stdint.h>

enum { BF_DEMO_CITIES = 11 };

enum bf_demo_kind {
	BF_DEMO_MONEY, /* donations of money */
	BF_DEMO_GOODS, /* donations of goods */
	BF_DEMO_CROWDFUNDING,
	BF_DEMO_MEDICAL,
	BF_DEMO_EDUCATION,
	BF_DEMO_KIND__MAX
};

enum bf_demo_outcome {
	BF_DEMO_MET,
	BF_DEMO_PARTLY,    /* something was delivered, not all confirmed */
	BF_DEMO_PLEDGED,   /* something was given, nothing delivered */
	BF_DEMO_OPEN,      /* nothing was given yet */
	BF_DEMO_NOTHING,   /* ended with nothing */
	BF_DEMO_WITHDRAWN, /* withdrawn or suspended */
	BF_DEMO_OUTCOME__MAX
};

/* Posts that were never published. */
enum bf_demo_unpublished {
	BF_DEMO_DRAFT,
	BF_DEMO_IN_REVIEW,
	BF_DEMO_RETURNED,
	BF_DEMO_REJECTED,
	BF_DEMO_UNPUBLISHED__MAX
};

/* A sub-platform in a city, as the pilot begins. */
enum bf_demo_running { BF_DEMO_OFF, BF_DEMO_SCHEDULED, BF_DEMO_ON, BF_DEMO_DRAINING };

struct bf_demo_pilot {
	int64_t region, province;
	const char *slug;
	int64_t families, posts, met;
	/* donations, store, crowdfunding, medical, education */
	enum bf_demo_running plugins[5];
};

struct bf_demo_city_plan {
	int64_t posts[BF_DEMO_KIND__MAX][BF_DEMO_OUTCOME__MAX];
	int64_t unpublished[BF_DEMO_UNPUBLISHED__MAX];
	int64_t connected_by_posts, connected_by_store; /* families */
	int64_t waiting, in_verification;
};

struct bf_demo_plan {
	int64_t people, organisations; /* donors */
	int64_t givers;                /* donors who have given */
	struct bf_demo_city_plan cities[BF_DEMO_CITIES];
};

extern const struct bf_demo_pilot bf_demo_pilots[BF_DEMO_CITIES];
extern const char *const bf_demo_plugins[5];

/* percent: 1, 100 (the pilot), 1000 or 10000. */
void bf_demo_plan_make(struct bf_demo_plan *plan, int64_t percent);

/* At most 16 parts of a whole in a ratio, by largest remainder, ties to the lowest. The parts
 * may be written over the ratio. */
void bf_demo_share(int64_t total, size_t count, const int64_t *ratio, int64_t *ret_parts);

#endif
