/*
 * life: what happened to one help post until as_of, drawn so that it ends as planned: when it
 * was written, checked and opened, who gave what when, what was paid out, delivered, confirmed.
 * Times are ms; 0 stands for what has not happened by as_of. Amounts are fen, or pieces.
 */
#ifndef BF_DEMO_LIFE_H
#define BF_DEMO_LIFE_H

#include <stdbool.h>

#include "demo/plan.h"
#include "demo/random.h"

enum {
	BF_DEMO_GIFTS_MAX = 8,
	BF_DEMO_BATCHES_MAX = 2, /* of gifts that go to the family together */
	BF_DEMO_STEPS = 3,       /* village, township, county */
	BF_DEMO_DEADLINE_DAYS = 60,
};

#define BF_DEMO_HOUR_MS INT64_C(3600000)
#define BF_DEMO_DAY_MS (24 * BF_DEMO_HOUR_MS)

/* How it stands at as_of. */
enum bf_demo_end {
	BF_DEMO_IS_OPEN,
	BF_DEMO_IS_FULL,
	BF_DEMO_IS_MET,
	BF_DEMO_IS_EXPIRED,
	BF_DEMO_IS_CLOSED,
	BF_DEMO_IS_WITHDRAWN,
	BF_DEMO_IS_SUSPENDED,
};

struct bf_demo_gift {
	int64_t amount;
	int64_t at_ms;    /* the hold */
	int64_t taken_ms; /* paid, or dispatched; 0: a claim that still waits */
	size_t batch;
	int64_t received_ms, confirmed_ms; /* goods */
	int64_t refunded_ms;               /* money given back at the end */
};

struct bf_demo_payout {
	int64_t fen;
	int64_t requested_ms, approved_ms, sent_ms, received_ms, confirmed_ms;
};

struct bf_demo_life {
	bool goods;
	int64_t asked;
	enum bf_demo_end end;
	int64_t created_ms, submitted_ms;
	int64_t decided_ms[BF_DEMO_STEPS]; /* the last one opened it */
	int64_t opened_ms, deadline_ms;
	int64_t full_ms;  /* nothing was left to take */
	int64_t ended_ms; /* met, expired, withdrawn or suspended */
	int64_t closed_ms;
	size_t gift_count, payout_count;
	struct bf_demo_gift gifts[BF_DEMO_GIFTS_MAX];
	struct bf_demo_payout payouts[BF_DEMO_BATCHES_MAX];
};

/* as_of is a midnight in Shanghai. A goods post of one piece cannot be partly met. */
void bf_demo_life_draw(struct bf_demo_life *life, struct bf_random *random, bool goods,
		       enum bf_demo_outcome outcome, int64_t asked, int64_t as_of_ms);

/* What was taken and not given back; what went off to the family; what it confirmed. */
struct bf_demo_progress {
	int64_t pending, taken, sent, confirmed;
	int64_t gifts; /* taken and not given back */
	int64_t first_received_ms;
};

struct bf_demo_progress bf_demo_life_progress(const struct bf_demo_life *life);

/* An hour of an office on a day, counted from as_of: -1 is yesterday. */
int64_t bf_demo_office_time(struct bf_random *random, int64_t as_of_ms, int64_t day);

#endif
