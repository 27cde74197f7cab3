/*
 * world: what the makers of demo rows share: the plan, the places, the sheets of rows that are
 * not yet written, the numbers given so far. Only for files of this folder.
 */
#ifndef BF_DEMO_WORLD_H
#define BF_DEMO_WORLD_H

#include "demo/demo.h"
#include "demo/life.h"
#include "demo/plan.h"
#include "demo/random.h"
#include "demo/sheet.h"
#include "domain/region_file.h"

/* A table each, in the order in which a chunk is written. */
enum bf_demo_table {
	BF_DEMO_REGION,
	BF_DEMO_REGION_ANCESTOR,
	BF_DEMO_CITY,
	BF_DEMO_CITY_PLUGIN,
	BF_DEMO_ACCOUNT,
	BF_DEMO_ROLE_GRANT,
	BF_DEMO_HOUSEHOLD,
	BF_DEMO_PAYEE_ACCOUNT,
	BF_DEMO_PERSON,
	BF_DEMO_MEMBERSHIP,
	BF_DEMO_POST,
	BF_DEMO_POST_TEXT,
	BF_DEMO_REVIEW_STEP,
	BF_DEMO_POST_GRAM,
	BF_DEMO_CAPACITY,
	BF_DEMO_HOLD,
	BF_DEMO_HOLD_RETURN,
	BF_DEMO_PAYMENT,
	BF_DEMO_REFUND,
	BF_DEMO_RECEIPT,
	BF_DEMO_GIFT,
	BF_DEMO_PAYOUT,
	BF_DEMO_DELIVERY,
	BF_DEMO_PLEDGE,
	BF_DEMO_LEDGER_ACCOUNT,
	BF_DEMO_LEDGER_JOURNAL,
	BF_DEMO_LEDGER_LINE,
	BF_DEMO_STATE_HISTORY,
	BF_DEMO_EVENT,
	BF_DEMO_TABLE__MAX
};

/* Streams of bf_random: a kind of thing each. */
enum bf_demo_stream {
	BF_DEMO_STREAM_STAFF = 1,
	BF_DEMO_STREAM_DONOR,
	BF_DEMO_STREAM_HOUSEHOLD,
	BF_DEMO_STREAM_MEMBERS,
	BF_DEMO_STREAM_POST,
	BF_DEMO_STREAM_GIFT,
	BF_DEMO_STREAM_SHARE,
	BF_DEMO_STREAM_REF,
};

/* A village with the accounts that act for it. */
struct bf_demo_village {
	const struct bf_region_line *village, *township, *county;
	int64_t writer, checker; /* both of the village: one writes, the other checks */
	int64_t township_checker;
	int64_t county_checker, preparer, approver;
};

struct bf_demo_city {
	const struct bf_demo_pilot *pilot;
	const struct bf_demo_city_plan *plan;
	const struct bf_region_line *region;
	size_t village_count;
	struct bf_demo_village *villages;
	int64_t first_household, households;
	int64_t official, inspector; /* accounts: of the city with its settings; of its region */
};

/* What the posts left at a household, until its own row is made. */
struct bf_demo_family {
	int64_t connected_ms; /* 0: no delivered help yet */
	int64_t payable_fen;  /* balance of its payable account: what it is owed, as a credit */
	bool has_payable;
};

enum {
	BF_DEMO_LEDGER_CLEARING = 1,
	BF_DEMO_LEDGER_CUSTODY,
	BF_DEMO_LEDGER_TRANSIT,
	BF_DEMO_LEDGER__MAX,
	BF_DEMO_DAYS = 1000, /* before as_of, when the trial began */
	BF_DEMO_YEARS = 8,
};

struct bf_demo_world {
	struct bf_pool *pool;  /* of the whole load */
	struct bf_pool *chunk; /* of the rows that are not yet written */
	struct bf_demo demo;
	struct bf_demo_plan plan;
	struct bf_region_file regions;
	struct bf_sheet sheets[BF_DEMO_TABLE__MAX];
	struct bf_demo_city cities[BF_DEMO_CITIES];
	struct bf_demo_family *families;  /* by id - 1 */
	int64_t family_count, post_count; /* of the whole plan */
	/* the last number of each kind that was given */
	int64_t accounts, persons, posts, capacities, holds, payments, refunds, gifts, payouts,
		pledges;
	int64_t journals, ledger_lines, orders;
	int64_t receipts[BF_DEMO_YEARS];     /* by year since the first day of the trial */
	int64_t city_plugins;                /* the last number of those
					  * that was given */
	int64_t national, province_official; /* accounts; the first province's, with settings */
	int64_t staff;                       /* accounts 1 to staff; donors come behind */
	int64_t gifts_taken;                 /* which decides who gave */
	const char *moved_machine;           /* of the last move, for the number of the next */
	int64_t moved_object, moves;
	int64_t day_fen[BF_DEMO_DAYS + 1]; /* taken by the gateway, by days before as_of */
	int64_t balances[BF_DEMO_LEDGER__MAX];
	/* what the database must count afterwards */
	int64_t paid_fen, delivered_fen, helped_posts, met_posts, published_posts, connected;
};

/* ---- cells ----------------------------------------------------------------------------- */

#define BF_DEMO_ROW(world, table, ...)                         \
	bf_sheet_add(&(world)->sheets[table], (world)->chunk,  \
		     (const struct bf_value[]){ __VA_ARGS__ }, \
		     sizeof((const struct bf_value[]){ __VA_ARGS__ }) / sizeof(struct bf_value))

static inline struct bf_value bf_demo_text(const char *text)
{
	return text ? bf_value_string(bf_str(text)) : (struct bf_value){ 0 };
}

static inline struct bf_value bf_demo_number(int64_t n)
{
	return bf_value_number(n);
}

/* 0 is null. */
static inline struct bf_value bf_demo_optional(int64_t n)
{
	return n ? bf_value_number(n) : (struct bf_value){ 0 };
}

static inline struct bf_value bf_demo_time(int64_t ms)
{
	return ms ? bf_value_time(ms) : (struct bf_value){ 0 };
}

/* ---- makers ---------------------------------------------------------------------------- */

static inline void bf_demo_stream(const struct bf_demo_world *world, struct bf_random *random,
				  enum bf_demo_stream stream, int64_t index)
{
	bf_random_init(random, (uint64_t)world->demo.seed, (uint64_t)stream, (uint64_t)index);
}

/* Divisions, cities and their offices: fills world->cities. */
BF_MUST_CHECK enum bf_rc bf_demo_make_places(struct bf_demo_world *world, struct bf_err *err);
/* Donors number first to first + count - 1, from 0. */
void bf_demo_make_donors(struct bf_demo_world *world, int64_t first, int64_t count);
/* The account that gave gift number n, so that exactly the planned number of donors gave. */
int64_t bf_demo_giver(const struct bf_demo_world *world, int64_t n);

struct bf_demo_household {
	int64_t id;
	const struct bf_demo_village *village;
	const char *shown_name;
	int64_t people;
};

/* What belongs to household number `index` of a city, drawn again each time it is asked. */
struct bf_demo_household bf_demo_household(struct bf_demo_world *world,
					   const struct bf_demo_city *city, int64_t index);
/* The rows of a household, its people and its way through the register. */
void bf_demo_make_household(struct bf_demo_world *world, const struct bf_demo_city *city,
			    int64_t index);

/* Where a post stands in the plan of its city. */
struct bf_demo_place {
	const struct bf_demo_city *city;
	enum bf_demo_kind kind;
	enum bf_demo_outcome outcome;
	int64_t household; /* its index in the city */
};

void bf_demo_make_post(struct bf_demo_world *world, const struct bf_demo_place *place);
void bf_demo_make_unpublished(struct bf_demo_world *world, const struct bf_demo_city *city,
			      enum bf_demo_unpublished state, int64_t household);
/* Help from the store alone: a share of an order for a household. */
void bf_demo_make_share(struct bf_demo_world *world, const struct bf_demo_city *city,
			int64_t household);

/* ---- money ----------------------------------------------------------------------------- */

/* The ledger's account of what a household is owed; its number follows from the household. */
int64_t bf_demo_payable_account(const struct bf_demo_world *world, int64_t household);
/* The payments, payouts and refunds of a post of money, and its escrow. */
void bf_demo_money(struct bf_demo_world *world, const struct bf_demo_life *life, int64_t post,
		   const struct bf_demo_household *household, const int64_t *holds,
		   const int64_t *givers);
/* The settlements of the gateway, and the accounts that all posts share. */
void bf_demo_make_settlements(struct bf_demo_world *world);

/* ---- trail ----------------------------------------------------------------------------- */

/* The next move of an object; all moves of one are made in a row, none of another between. */
void bf_demo_move(struct bf_demo_world *world, const char *machine, int64_t object,
		  const char *from, const char *to, int64_t actor, int64_t behalf_of,
		  int64_t at_ms);
void bf_demo_event(struct bf_demo_world *world, const char *type, int64_t subject, int64_t actor,
		   const struct bf_demo_household *household, int64_t at_ms);

#endif
