/* money: payments, payouts, refunds, and the journals of each. Debit is +, credit is -. */
#include "demo/world.h"

#include "base/clock.h"
#include "demo/words.h"

#define DAY BF_DEMO_DAY_MS
#define HOUR BF_DEMO_HOUR_MS

enum {
	SETTLED_AT_HOUR = 4, /* of the day after */
	OWN_ACCOUNTS = 100,  /* the first numbers: accounts that no post or family has */
};

/* ---- ledger ---------------------------------------------------------------------------- */

/* Where a payout comes from and what it is. */
struct way {
	const char *kind; /* "help" or "benefit_share" */
	int64_t post;     /* 0: none */
	int64_t escrow;   /* the ledger account it comes from */
	const char *thanks;
};

/* Ranges of account numbers, one behind the other. */
static int64_t escrow_account(int64_t post)
{
	return OWN_ACCOUNTS + post;
}

int64_t bf_demo_payable_account(const struct bf_demo_world *world, int64_t household)
{
	return OWN_ACCOUNTS + world->post_count + household;
}

static int64_t refund_account(const struct bf_demo_world *world, int64_t refund)
{
	return OWN_ACCOUNTS + world->post_count + world->family_count + refund;
}

static int64_t order_account(const struct bf_demo_world *world, int64_t order)
{
	return OWN_ACCOUNTS + 2 * world->post_count + world->family_count + order;
}

static int64_t benefit_account(const struct bf_demo_world *world, int64_t household)
{
	return OWN_ACCOUNTS + 2 * world->post_count + 2 * world->family_count + household;
}

static void add_account(struct bf_demo_world *world, int64_t id, const char *code,
			const char *class, int64_t balance_fen)
{
	BF_DEMO_ROW(world, BF_DEMO_LEDGER_ACCOUNT, bf_demo_number(id), bf_demo_text(code),
		    bf_demo_text(class), bf_demo_number(balance_fen));
}

static void add_line(struct bf_demo_world *world, int64_t account, int64_t fen)
{
	BF_DEMO_ROW(world, BF_DEMO_LEDGER_LINE, bf_demo_number(world->journals),
		    bf_demo_number(account), bf_demo_number(fen));
	world->ledger_lines++;
	if (account < BF_DEMO_LEDGER__MAX)
		world->balances[account] += fen;
}

/* fen from the credited to the debited account. */
static void add_journal(struct bf_demo_world *world, const char *subject_kind, int64_t subject_id,
			const char *step, int64_t debit, int64_t credit, int64_t fen, int64_t at_ms)
{
	BF_DEMO_ROW(world, BF_DEMO_LEDGER_JOURNAL, bf_demo_number(++world->journals),
		    bf_demo_text(subject_kind), bf_demo_number(subject_id), bf_demo_text(step),
		    bf_demo_time(at_ms));
	add_line(world, debit, fen);
	add_line(world, credit, -fen);
}

/* What the gateway took on a day, it settles in the morning of the next. */
static void note_taken(struct bf_demo_world *world, int64_t fen, int64_t at_ms)
{
	int64_t days = (world->demo.as_of_ms - at_ms + DAY - 1) / DAY; /* 1: yesterday */

	world->day_fen[days] += fen;
}

void bf_demo_make_settlements(struct bf_demo_world *world)
{
	for (int64_t days = BF_DEMO_DAYS; days > 1; days--)
		if (world->day_fen[days])
			add_journal(world, "settlement", BF_DEMO_DAYS - days + 1, "settled",
				    BF_DEMO_LEDGER_CUSTODY, BF_DEMO_LEDGER_CLEARING,
				    world->day_fen[days],
				    world->demo.as_of_ms - (days - 1) * DAY +
					    SETTLED_AT_HOUR * HOUR);
	add_account(world, BF_DEMO_LEDGER_CLEARING, "clearing:simulated", "asset",
		    world->balances[BF_DEMO_LEDGER_CLEARING]);
	add_account(world, BF_DEMO_LEDGER_CUSTODY, "custody:demo", "asset",
		    world->balances[BF_DEMO_LEDGER_CUSTODY]);
	add_account(world, BF_DEMO_LEDGER_TRANSIT, "transit_out:demo", "liability",
		    world->balances[BF_DEMO_LEDGER_TRANSIT]);
}

/* ---- payments -------------------------------------------------------------------------- */

static void add_receipt(struct bf_demo_world *world, int64_t payment, int64_t paid_ms)
{
	int64_t began_ms = world->demo.as_of_ms - BF_DEMO_DAYS * DAY + BF_SHANGHAI_MS;
	int year = bf_clock_date(paid_ms + BF_SHANGHAI_MS).year;

	BF_DEMO_ROW(world, BF_DEMO_RECEIPT, bf_demo_number(year),
		    bf_demo_number(++world->receipts[year - bf_clock_date(began_ms).year]),
		    bf_demo_number(payment), bf_demo_time(paid_ms));
}

static int64_t add_payment(struct bf_demo_world *world, const struct bf_demo_gift *gift,
			   int64_t post, int64_t hold, int64_t giver)
{
	int64_t id = ++world->payments;

	BF_DEMO_ROW(world, BF_DEMO_PAYMENT, bf_demo_number(id), bf_demo_number(hold),
		    bf_demo_number(post), bf_demo_number(giver),
		    bf_demo_text(bf_pool_printf(world->chunk, "SIM%012lld", (long long)id)),
		    bf_demo_number(gift->amount), bf_demo_time(gift->at_ms),
		    bf_demo_time(gift->taken_ms));
	bf_demo_move(world, "payment", id, "", "created", giver, 0, gift->at_ms);
	bf_demo_move(world, "payment", id, "created", "pending", giver, 0, gift->at_ms);
	bf_demo_move(world, "payment", id, "pending", "succeeded", 0, 0, gift->taken_ms);
	add_journal(world, "payment", id, "paid", BF_DEMO_LEDGER_CLEARING, escrow_account(post),
		    gift->amount, gift->taken_ms);
	add_receipt(world, id, gift->taken_ms);
	note_taken(world, gift->amount, gift->taken_ms);
	world->paid_fen += gift->amount;
	return id;
}

static void add_refund(struct bf_demo_world *world, const struct bf_demo_gift *gift,
		       int64_t payment, int64_t post, int64_t hold)
{
	int64_t id = ++world->refunds, owed = refund_account(world, id);
	int64_t settled_ms = gift->refunded_ms + 6 * HOUR;

	BF_DEMO_ROW(world, BF_DEMO_REFUND, bf_demo_number(id), bf_demo_number(payment),
		    bf_demo_number(gift->amount), bf_demo_time(gift->refunded_ms),
		    bf_demo_time(settled_ms));
	BF_DEMO_ROW(world, BF_DEMO_HOLD_RETURN, bf_demo_number(hold), bf_demo_number(gift->amount),
		    bf_demo_text(bf_pool_printf(world->chunk, "refund:%lld", (long long)id)),
		    bf_demo_time(gift->refunded_ms));
	bf_demo_move(world, "refund", id, "", "requested", 0, 0, gift->refunded_ms);
	bf_demo_move(world, "refund", id, "requested", "approved", 0, 0, gift->refunded_ms);
	bf_demo_move(world, "refund", id, "approved", "sent", 0, 0, gift->refunded_ms + HOUR);
	bf_demo_move(world, "refund", id, "sent", "succeeded", 0, 0, settled_ms);
	add_account(world, owed,
		    bf_pool_printf(world->chunk, "refund_payable:%lld", (long long)payment),
		    "liability", 0);
	add_journal(world, "refund", id, "accepted", escrow_account(post), owed, gift->amount,
		    gift->refunded_ms);
	add_journal(world, "refund", id, "succeeded", owed, BF_DEMO_LEDGER_CUSTODY, gift->amount,
		    settled_ms);
}

/* ---- payouts --------------------------------------------------------------------------- */

static const char *payout_state(const struct bf_demo_payout *payout)
{
	if (payout->received_ms)
		return "confirmed";
	if (payout->sent_ms)
		return "sent";
	return payout->approved_ms ? "approved" : "requested";
}

static void add_payout_moves(struct bf_demo_world *world, int64_t id,
			     const struct bf_demo_payout *payout,
			     const struct bf_demo_village *village)
{
	bf_demo_move(world, "payout", id, "", "requested", village->preparer, 0,
		     payout->requested_ms);
	if (payout->approved_ms)
		bf_demo_move(world, "payout", id, "requested", "approved", village->approver, 0,
			     payout->approved_ms);
	if (payout->sent_ms)
		bf_demo_move(world, "payout", id, "approved", "sent", 0, 0, payout->sent_ms);
	if (payout->received_ms)
		bf_demo_move(world, "payout", id, "sent", "confirmed", 0, 0, payout->received_ms);
}

static void add_payout_journals(struct bf_demo_world *world, int64_t id,
				const struct bf_demo_payout *payout, int64_t escrow,
				int64_t payable)
{
	add_journal(world, "payout", id, "requested", escrow, payable, payout->fen,
		    payout->requested_ms);
	if (payout->sent_ms)
		add_journal(world, "payout", id, "sent", payable, BF_DEMO_LEDGER_TRANSIT,
			    payout->fen, payout->sent_ms);
	if (payout->received_ms)
		add_journal(world, "payout", id, "confirmed", BF_DEMO_LEDGER_TRANSIT,
			    BF_DEMO_LEDGER_CUSTODY, payout->fen, payout->received_ms);
}

static void note_connected(struct bf_demo_family *family, int64_t received_ms)
{
	if (received_ms && (!family->connected_ms || received_ms < family->connected_ms))
		family->connected_ms = received_ms;
}

static void add_money_delivery(struct bf_demo_world *world, int64_t id,
			       const struct bf_demo_payout *payout, const struct way *way,
			       const struct bf_demo_household *household)
{
	bool help = way->post != 0;
	const char *thanks = payout->confirmed_ms ? way->thanks : NULL;

	BF_DEMO_ROW(world, BF_DEMO_DELIVERY, bf_demo_text(help ? "money" : "benefit_share"),
		    bf_demo_optional(way->post), bf_demo_number(household->id), bf_demo_number(id),
		    bf_demo_optional(0), bf_demo_number(payout->fen), bf_demo_optional(0),
		    bf_demo_time(payout->sent_ms), bf_demo_time(payout->received_ms),
		    bf_demo_time(payout->confirmed_ms),
		    bf_demo_optional(payout->confirmed_ms ? household->village->writer : 0),
		    bf_demo_text(thanks), bf_demo_number(thanks != NULL), bf_demo_optional(0));
	if (payout->received_ms)
		bf_demo_event(world, "delivery.received", id, 0, household, payout->received_ms);
}

/* A payout on its way: its row, its moves, its journals and its delivery. */
static void add_payout(struct bf_demo_world *world, const struct bf_demo_payout *payout,
		       const struct way *way, const struct bf_demo_household *household)
{
	const struct bf_demo_village *village = household->village;
	struct bf_demo_family *family = &world->families[household->id - 1];
	int64_t id = ++world->payouts;
	int64_t payable = way->post ? bf_demo_payable_account(world, household->id)
				    : benefit_account(world, household->id);

	BF_DEMO_ROW(world, BF_DEMO_PAYOUT, bf_demo_number(id), bf_demo_text(way->kind),
		    bf_demo_optional(way->post), bf_demo_number(household->id),
		    bf_demo_number(payout->fen), bf_demo_number(household->id),
		    bf_demo_text(payout_state(payout)), bf_demo_number(village->preparer),
		    bf_demo_optional(payout->approved_ms ? village->approver : 0),
		    bf_demo_time(payout->requested_ms), bf_demo_time(payout->sent_ms),
		    bf_demo_time(payout->received_ms));
	add_payout_moves(world, id, payout, village);
	add_payout_journals(world, id, payout, way->escrow, payable);
	if (payout->sent_ms)
		add_money_delivery(world, id, payout, way, household);
	if (payout->received_ms)
		world->delivered_fen += payout->fen;
	note_connected(family, payout->received_ms);
	if (way->post) {
		family->has_payable = true;
		family->payable_fen += payout->sent_ms ? 0 : payout->fen;
	}
}

void bf_demo_money(struct bf_demo_world *world, const struct bf_demo_life *life, int64_t post,
		   const struct bf_demo_household *household, const int64_t *holds,
		   const int64_t *givers)
{
	struct way way = { "help", post, escrow_account(post), NULL };
	struct bf_random random;
	int64_t escrow_fen = 0;

	bf_demo_stream(world, &random, BF_DEMO_STREAM_POST, -post);
	for (size_t i = 0; i < life->gift_count; i++) {
		int64_t payment = add_payment(world, &life->gifts[i], post, holds[i], givers[i]);

		escrow_fen += life->gifts[i].amount;
		if (!life->gifts[i].refunded_ms)
			continue;
		add_refund(world, &life->gifts[i], payment, post, holds[i]);
		escrow_fen -= life->gifts[i].amount;
	}
	for (size_t i = 0; i < life->payout_count; i++) {
		way.thanks = bf_random_chance(&random, 700) ? bf_demo_thanks(&random) : NULL;
		add_payout(world, &life->payouts[i], &way, household);
		escrow_fen -= life->payouts[i].fen;
	}
	if (life->gift_count)
		add_account(world, way.escrow,
			    bf_pool_printf(world->chunk, "escrow:%lld", (long long)post),
			    "liability", -escrow_fen);
}

void bf_demo_make_share(struct bf_demo_world *world, const struct bf_demo_city *city, int64_t index)
{
	struct bf_demo_household household = bf_demo_household(world, city, index);
	int64_t order = ++world->orders, paid_ms;
	struct way way = { "benefit_share", 0, order_account(world, order), NULL };
	struct bf_demo_payout payout = { 0 };
	struct bf_random random;

	bf_demo_stream(world, &random, BF_DEMO_STREAM_SHARE, household.id);
	paid_ms = bf_demo_office_time(&random, world->demo.as_of_ms,
				      -bf_random_between(&random, 40, 600));
	payout.fen = 100 * bf_random_between(&random, 50, 260);
	payout.requested_ms = paid_ms + 21 * DAY; /* delivered, completed, held for the returns */
	payout.approved_ms = payout.requested_ms + DAY;
	payout.sent_ms = payout.approved_ms + 2 * HOUR;
	payout.received_ms = payout.sent_ms + DAY;
	payout.confirmed_ms = payout.received_ms + 2 * DAY;
	add_journal(world, "order", order, "paid", BF_DEMO_LEDGER_CLEARING, way.escrow, payout.fen,
		    paid_ms);
	note_taken(world, payout.fen, paid_ms);
	add_payout(world, &payout, &way, &household);
	add_account(world, way.escrow,
		    bf_pool_printf(world->chunk, "escrow:order:%lld", (long long)order),
		    "liability", 0);
	add_account(world, benefit_account(world, household.id),
		    bf_pool_printf(world->chunk, "payable:benefit:%lld", (long long)household.id),
		    "liability", 0);
}
