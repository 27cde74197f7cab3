#include "demo/life.h"

#include <string.h>

#define HOUR BF_DEMO_HOUR_MS
#define DAY BF_DEMO_DAY_MS
#define MINUTE (HOUR / 60)

enum {
	SMALLEST_PAYOUT_FEN = 5000,
	PAYOUT_EVERY_DAYS = 7,
	FEN_A_YUAN = 100,
	EARLY_DAYS = 4,  /* the first gifts come so soon, where a first delivery is planned */
	CLOSE_DAYS = 32, /* after the deadline, when all that was left is given back */
};

/* Days before as_of on which a post may have been opened, so that its life fits in between. */
struct days {
	int64_t latest, earliest;
};

static const struct days opened_days[BF_DEMO_OUTCOME__MAX] = {
	[BF_DEMO_MET] = { 45, 700 },       [BF_DEMO_PLEDGED] = { 5, 30 },
	[BF_DEMO_OPEN] = { 1, 57 },        [BF_DEMO_NOTHING] = { 95, 700 },
	[BF_DEMO_WITHDRAWN] = { 20, 600 },
};
static const struct days partly_open_days = { 20, 57 }, partly_full_days = { 25, 70 },
			 partly_ended_days = { 95, 700 }, suspended_days = { 10, 55 };

int64_t bf_demo_office_time(struct bf_random *random, int64_t as_of_ms, int64_t day)
{
	return as_of_ms + day * DAY + bf_random_between(random, 9 * HOUR, 17 * HOUR);
}

/* ---- how it ends, and its dates -------------------------------------------------------- */

static enum bf_demo_end draw_end(struct bf_random *random, enum bf_demo_outcome outcome)
{
	int64_t draw = bf_random_below(random, 1000);

	switch (outcome) {
	case BF_DEMO_MET:
		return BF_DEMO_IS_MET;
	case BF_DEMO_PARTLY:
		if (draw < 280)
			return draw < 200 ? BF_DEMO_IS_OPEN : BF_DEMO_IS_FULL;
		return draw < 640 ? BF_DEMO_IS_EXPIRED : BF_DEMO_IS_CLOSED;
	case BF_DEMO_PLEDGED:
		return draw < 250 ? BF_DEMO_IS_FULL : BF_DEMO_IS_OPEN;
	case BF_DEMO_OPEN:
		return BF_DEMO_IS_OPEN;
	case BF_DEMO_NOTHING:
		return draw < 500 ? BF_DEMO_IS_EXPIRED : BF_DEMO_IS_CLOSED;
	default:
		return draw < 700 ? BF_DEMO_IS_WITHDRAWN : BF_DEMO_IS_SUSPENDED;
	}
}

static struct days days_for(enum bf_demo_outcome outcome, enum bf_demo_end end)
{
	if (end == BF_DEMO_IS_SUSPENDED)
		return suspended_days;
	if (outcome != BF_DEMO_PARTLY)
		return opened_days[outcome];
	if (end == BF_DEMO_IS_OPEN)
		return partly_open_days;
	return end == BF_DEMO_IS_FULL ? partly_full_days : partly_ended_days;
}

/* The trial grew: later days are likelier. */
static int64_t draw_day(struct bf_random *random, struct days days)
{
	int64_t one = bf_random_between(random, days.latest, days.earliest);
	int64_t other = bf_random_between(random, days.latest, days.earliest);

	return -(one < other ? one : other);
}

static void draw_dates(struct bf_demo_life *life, struct bf_random *random,
		       enum bf_demo_outcome outcome, int64_t as_of_ms)
{
	int64_t opened = draw_day(random, days_for(outcome, life->end));
	int64_t gap = bf_random_between(random, 3, 10), submitted = opened - gap;

	life->submitted_ms = bf_demo_office_time(random, as_of_ms, submitted);
	life->created_ms = life->submitted_ms - bf_random_between(random, HOUR, 3 * DAY);
	life->decided_ms[0] = bf_demo_office_time(random, as_of_ms, submitted + 1);
	life->decided_ms[1] = bf_demo_office_time(random, as_of_ms, submitted + 1 + (gap - 1) / 2);
	life->decided_ms[2] = bf_demo_office_time(random, as_of_ms, opened);
	life->opened_ms = life->decided_ms[2];
	life->deadline_ms = life->opened_ms + BF_DEMO_DEADLINE_DAYS * DAY;
}

/* ---- gifts ----------------------------------------------------------------------------- */

static bool is_delivered(enum bf_demo_outcome outcome)
{
	return outcome == BF_DEMO_MET || outcome == BF_DEMO_PARTLY;
}

/* What was taken all in all: everything of what is met or full, else a part. */
static int64_t draw_total(const struct bf_demo_life *life, struct bf_random *random)
{
	int64_t total;

	if (life->end == BF_DEMO_IS_MET || life->end == BF_DEMO_IS_FULL)
		return life->asked;
	if (life->goods)
		return life->asked > 1 ? bf_random_between(random, 1, life->asked - 1) : 1;
	total = life->asked * bf_random_between(random, 250, 900) / 1000;
	total -= total % FEN_A_YUAN;
	return total < SMALLEST_PAYOUT_FEN ? SMALLEST_PAYOUT_FEN : total;
}

static size_t draw_gift_count(const struct bf_demo_life *life, struct bf_random *random,
			      int64_t total)
{
	int64_t most = 3, least = 1;

	if (!life->goods) {
		least = 2;
		most = life->asked > 3000 * FEN_A_YUAN ? 7 : 5;
	} else if (life->end == BF_DEMO_IS_FULL && total > 1) {
		least = 2; /* one delivered, one on its way */
	}
	if (most > total)
		most = total;
	return (size_t)bf_random_between(random, least < most ? least : most, most);
}

/* In whole yuan or pieces, none of them nothing, the largest first: it fills a first payout. */
static void split(struct bf_demo_life *life, struct bf_random *random, int64_t total)
{
	int64_t unit = life->goods ? 1 : FEN_A_YUAN, weights[BF_DEMO_GIFTS_MAX], sum = 0;
	int64_t left = total / unit - (int64_t)life->gift_count;
	size_t largest = 0;

	for (size_t i = 0; i < life->gift_count; i++)
		sum += weights[i] = bf_random_between(random, 1, 5);
	for (size_t i = 0; i < life->gift_count; i++) {
		life->gifts[i].amount = unit * (1 + left * weights[i] / sum);
		if (life->gifts[i].amount > life->gifts[largest].amount)
			largest = i;
	}
	for (size_t i = 0; i < life->gift_count; i++)
		total -= life->gifts[i].amount;
	life->gifts[largest].amount += total;
	total = life->gifts[0].amount;
	life->gifts[0].amount = life->gifts[largest].amount;
	life->gifts[largest].amount = total;
}

/* The first gifts that make a payout are a batch, the others the second. */
static void choose_batches(struct bf_demo_life *life)
{
	int64_t sum = 0, all = 0;
	size_t first = 0;

	for (size_t i = 0; i < life->gift_count; i++)
		all += life->gifts[i].amount;
	while (first < life->gift_count &&
	       (first == 0 || (!life->goods && sum < SMALLEST_PAYOUT_FEN)))
		sum += life->gifts[first++].amount;
	if (!life->goods && all - sum < SMALLEST_PAYOUT_FEN && life->end != BF_DEMO_IS_FULL)
		first = life->gift_count;
	for (size_t i = first; i < life->gift_count; i++)
		life->gifts[i].batch = 1;
}

/* The span in which a batch was given. */
static void batch_span(const struct bf_demo_life *life, enum bf_demo_outcome outcome, size_t batch,
		       int64_t as_of_ms, int64_t *ret_from_ms, int64_t *ret_to_ms)
{
	bool running = life->end == BF_DEMO_IS_OPEN || life->end == BF_DEMO_IS_FULL;

	*ret_from_ms = life->opened_ms + 2 * HOUR;
	*ret_to_ms = life->opened_ms + EARLY_DAYS * DAY;
	if (running && (batch == 1 || !is_delivered(outcome))) {
		/* so lately that nothing of it can have arrived */
		*ret_from_ms = as_of_ms - (life->goods ? 40 * HOUR : 3 * DAY);
		*ret_to_ms = as_of_ms - HOUR;
	} else if (life->end == BF_DEMO_IS_MET && batch == 1) {
		*ret_from_ms = life->opened_ms + 6 * DAY;
		*ret_to_ms = life->opened_ms + 20 * DAY;
	} else if (!running && batch == 1) {
		*ret_from_ms = life->opened_ms + 8 * DAY;
		*ret_to_ms = life->opened_ms + 50 * DAY;
	}
}

static int64_t happened(int64_t at_ms, int64_t as_of_ms)
{
	return at_ms < as_of_ms ? at_ms : 0;
}

static void date_gift(struct bf_demo_gift *gift, struct bf_random *random, bool goods,
		      int64_t from_ms, int64_t to_ms, int64_t as_of_ms)
{
	int64_t arrival_ms;

	gift->taken_ms = bf_random_between(random, from_ms, to_ms);
	if (!goods) {
		gift->at_ms = gift->taken_ms - bf_random_between(random, MINUTE / 2, 6 * MINUTE);
		return;
	}
	gift->at_ms = gift->taken_ms - bf_random_between(random, MINUTE, HOUR);
	arrival_ms = gift->taken_ms + bf_random_between(random, 2 * DAY, 6 * DAY);
	gift->received_ms = happened(arrival_ms, as_of_ms);
	if (gift->received_ms)
		gift->confirmed_ms =
			happened(arrival_ms + bf_random_between(random, HOUR, 2 * DAY), as_of_ms);
}

static void draw_gifts(struct bf_demo_life *life, struct bf_random *random,
		       enum bf_demo_outcome outcome, int64_t as_of_ms)
{
	int64_t total = draw_total(life, random), from_ms, to_ms;

	life->gift_count = draw_gift_count(life, random, total);
	split(life, random, total);
	choose_batches(life);
	for (size_t i = 0; i < life->gift_count; i++) {
		batch_span(life, outcome, life->gifts[i].batch, as_of_ms, &from_ms, &to_ms);
		date_gift(&life->gifts[i], random, life->goods, from_ms, to_ms, as_of_ms);
	}
}

static int64_t last_taken(const struct bf_demo_life *life, size_t batch)
{
	int64_t last = 0;

	for (size_t i = 0; i < life->gift_count; i++)
		if (life->gifts[i].batch == batch && life->gifts[i].taken_ms > last)
			last = life->gifts[i].taken_ms;
	return last;
}

/* ---- payouts --------------------------------------------------------------------------- */

static int64_t batch_fen(const struct bf_demo_life *life, size_t batch)
{
	int64_t fen = 0;

	for (size_t i = 0; i < life->gift_count; i++)
		fen += life->gifts[i].batch == batch ? life->gifts[i].amount : 0;
	return fen;
}

/* The day when a batch may be asked for: after its gifts, a week after the one before, and
 * what came late in a post that expired only once the family took what is there. */
static int64_t request_day(const struct bf_demo_life *life, struct bf_random *random, size_t batch,
			   int64_t as_of_ms)
{
	int64_t after_ms = last_taken(life, batch);
	int64_t day;

	if (batch == 1 && life->end != BF_DEMO_IS_MET && life->end != BF_DEMO_IS_FULL &&
	    life->end != BF_DEMO_IS_OPEN)
		after_ms = life->deadline_ms;
	day = (after_ms - as_of_ms) / DAY - (after_ms < as_of_ms) + bf_random_between(random, 1, 4);
	if (batch == 1) {
		int64_t week = (life->payouts[0].requested_ms - as_of_ms) / DAY + PAYOUT_EVERY_DAYS;

		day = day < week ? week : day;
	}
	return day;
}

static void draw_payout(struct bf_demo_life *life, struct bf_random *random, size_t batch,
			int64_t as_of_ms)
{
	struct bf_demo_payout *payout = &life->payouts[batch];
	int64_t at_ms =
		bf_demo_office_time(random, as_of_ms, request_day(life, random, batch, as_of_ms));

	payout->fen = batch_fen(life, batch);
	payout->requested_ms = happened(at_ms, as_of_ms);
	if (!payout->requested_ms)
		return;
	life->payout_count = batch + 1;
	at_ms += DAY - bf_random_below(random, HOUR);
	payout->approved_ms = happened(at_ms, as_of_ms);
	at_ms += 2 * HOUR;
	payout->sent_ms = payout->approved_ms ? happened(at_ms, as_of_ms) : 0;
	at_ms += bf_random_between(random, 1, 2) * DAY;
	payout->received_ms = happened(at_ms, as_of_ms);
	at_ms += bf_random_between(random, 1, 6) * DAY;
	payout->confirmed_ms = happened(at_ms, as_of_ms);
}

static void draw_payouts(struct bf_demo_life *life, struct bf_random *random, int64_t as_of_ms)
{
	for (size_t batch = 0; batch < BF_DEMO_BATCHES_MAX && !life->goods; batch++) {
		if (batch_fen(life, batch) < SMALLEST_PAYOUT_FEN)
			return;
		draw_payout(life, random, batch, as_of_ms);
		if (!life->payouts[batch].requested_ms)
			return; /* what came later is not paid out sooner */
	}
}

/* ---- the rest -------------------------------------------------------------------------- */

/* Some of the posts that ended with nothing had one gift, which went back. */
static void draw_refunded_gift(struct bf_demo_life *life, struct bf_random *random)
{
	struct bf_demo_gift *gift = &life->gifts[0];

	if (life->goods || !bf_random_chance(random, 250))
		return;
	life->gift_count = 1;
	gift->amount = FEN_A_YUAN * bf_random_between(random, 10, 49);
	gift->taken_ms = life->opened_ms + bf_random_between(random, DAY, 50 * DAY);
	gift->at_ms = gift->taken_ms - bf_random_between(random, MINUTE / 2, 6 * MINUTE);
	gift->refunded_ms = life->deadline_ms + bf_random_between(random, 1, 30) * DAY;
}

/* A few goods posts are being claimed just now. */
static void draw_open_claim(struct bf_demo_life *life, struct bf_random *random, int64_t as_of_ms)
{
	int64_t from_ms = as_of_ms - 40 * HOUR;

	if (!life->goods || !bf_random_chance(random, 60))
		return;
	if (from_ms < life->opened_ms)
		from_ms = life->opened_ms;
	life->gift_count = 1;
	life->gifts[0].amount = bf_random_between(random, 1, life->asked);
	life->gifts[0].at_ms = bf_random_between(random, from_ms + HOUR, as_of_ms - HOUR);
}

static int64_t last_confirmed(const struct bf_demo_life *life)
{
	int64_t last = 0;

	for (size_t i = 0; i < life->gift_count; i++)
		if (life->gifts[i].confirmed_ms > last)
			last = life->gifts[i].confirmed_ms;
	for (size_t i = 0; i < life->payout_count; i++)
		if (life->payouts[i].confirmed_ms > last)
			last = life->payouts[i].confirmed_ms;
	return last;
}

static void draw_ending(struct bf_demo_life *life, struct bf_random *random)
{
	int64_t last = last_taken(life, 0), second = last_taken(life, 1);

	if (life->end == BF_DEMO_IS_FULL || life->end == BF_DEMO_IS_MET)
		life->full_ms = last > second ? last : second;
	if (life->end == BF_DEMO_IS_MET)
		life->ended_ms = last_confirmed(life) + MINUTE;
	if (life->end == BF_DEMO_IS_EXPIRED || life->end == BF_DEMO_IS_CLOSED)
		life->ended_ms = life->deadline_ms;
	if (life->end == BF_DEMO_IS_CLOSED)
		life->closed_ms = life->deadline_ms + CLOSE_DAYS * DAY;
	if (life->end == BF_DEMO_IS_WITHDRAWN || life->end == BF_DEMO_IS_SUSPENDED)
		life->ended_ms = life->opened_ms + bf_random_between(random, DAY, 9 * DAY);
}

void bf_demo_life_draw(struct bf_demo_life *life, struct bf_random *random, bool goods,
		       enum bf_demo_outcome outcome, int64_t asked, int64_t as_of_ms)
{
	memset(life, 0, sizeof(*life));
	life->goods = goods;
	life->asked = asked;
	life->end = draw_end(random, outcome);
	if (outcome == BF_DEMO_PLEDGED && goods && asked == 1)
		life->end = BF_DEMO_IS_FULL;
	draw_dates(life, random, outcome, as_of_ms);
	if (is_delivered(outcome) || outcome == BF_DEMO_PLEDGED)
		draw_gifts(life, random, outcome, as_of_ms);
	if (outcome == BF_DEMO_NOTHING)
		draw_refunded_gift(life, random);
	if (outcome == BF_DEMO_OPEN)
		draw_open_claim(life, random, as_of_ms);
	if (is_delivered(outcome) || outcome == BF_DEMO_PLEDGED)
		draw_payouts(life, random, as_of_ms);
	draw_ending(life, random);
}

/* ---- progress -------------------------------------------------------------------------- */

static void note_received(struct bf_demo_progress *progress, int64_t received_ms)
{
	if (received_ms &&
	    (!progress->first_received_ms || received_ms < progress->first_received_ms))
		progress->first_received_ms = received_ms;
}

static void add_gift(struct bf_demo_progress *progress, const struct bf_demo_gift *gift, bool goods)
{
	if (!gift->taken_ms) {
		progress->pending += gift->amount;
		return;
	}
	if (gift->refunded_ms)
		return;
	progress->gifts++;
	progress->taken += gift->amount;
	progress->sent += goods ? gift->amount : 0;
	progress->confirmed += gift->confirmed_ms ? gift->amount : 0;
	note_received(progress, gift->received_ms);
}

struct bf_demo_progress bf_demo_life_progress(const struct bf_demo_life *life)
{
	struct bf_demo_progress progress = { 0 };

	for (size_t i = 0; i < life->gift_count; i++)
		add_gift(&progress, &life->gifts[i], life->goods);
	for (size_t i = 0; i < life->payout_count; i++) {
		const struct bf_demo_payout *payout = &life->payouts[i];

		progress.sent += payout->sent_ms ? payout->fen : 0;
		progress.confirmed += payout->confirmed_ms ? payout->fen : 0;
		note_received(&progress, payout->received_ms);
	}
	return progress;
}
