#include "domain/settle.h"

#include "domain/hold.h"
#include "domain/pledge.h"

/* Longer than a gateway may take to answer. */
enum { LEASE_S = 30 };

/* How long after the one before a waiting payment is asked after. */
static const int64_t pauses_s[] = { 5, 30, 60, 180, 300, 600, 1800 };

/* One thing that is due: what was claimed, and what the gateway said of it. */
struct work {
	const struct bf_gateway *gateway;
	const char *issuer;
	int64_t id;      /* of the hold, payment or refund; 0: nothing was due */
	int64_t payment; /* 0: a hold without one */
	bool is_over;    /* the order is to be closed */
	struct bf_refund_order refund;
	const char *number, *state;
	struct bf_order_report report;
	enum bf_refund_state refund_state;
	char gateway_id[BF_GATEWAY_NUMBER_BYTES];
};

/* ---- claiming --------------------------------------------------------------------------- */

/* The next row of a query, locked; work->id stays 0 where there is none. */
static enum bf_rc next(struct bf_ask *ask, struct work *work, const char *query,
		       const struct bf_value **ret_row, struct bf_err *err)
{
	enum bf_rc rc =
		bf_ask_row(ask, query, BF_ARGS(bf_arg_text("channel", work->gateway->channel)),
			   ret_row, err);

	work->id = rc == BF_OK ? bf_row_int(*ret_row, "id") : 0;
	return rc == BF_NOT_FOUND ? BF_OK : rc;
}

static enum bf_rc claim_hold(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct work *work = arg;
	const struct bf_value *row;
	enum bf_rc rc = next(ask, work, "due_hold", &row, err);

	if (rc != BF_OK || !work->id)
		return rc;
	work->payment = bf_row_int(row, "payment");
	work->number = bf_row_text(row, "number");
	work->is_over = bf_row_int(row, "is_overdue") != 0;
	return bf_ask_exec(ask, "lease_hold",
			   BF_ARGS(bf_arg_int("id", work->id), bf_arg_int("seconds", LEASE_S)),
			   err);
}

static enum bf_rc claim_payment(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const size_t last = sizeof(pauses_s) / sizeof(pauses_s[0]) - 1;
	struct work *work = arg;
	const struct bf_value *row;
	size_t queries;
	enum bf_rc rc = next(ask, work, "due_payment", &row, err);

	if (rc != BF_OK || !work->id)
		return rc;
	work->payment = work->id;
	work->number = bf_row_text(row, "number");
	work->is_over = bf_row_int(row, "is_over") != 0;
	queries = (size_t)bf_row_int(row, "queries") + 1;
	return bf_ask_exec(ask, "lease_payment",
			   BF_ARGS(bf_arg_int("id", work->id), bf_arg_int("seconds", LEASE_S),
				   bf_arg_int("next_s", pauses_s[queries < last ? queries : last])),
			   err);
}

static enum bf_rc claim_refund(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct work *work = arg;
	const struct bf_value *row;
	enum bf_rc rc = next(ask, work, "due_refund", &row, err);

	if (rc != BF_OK || !work->id)
		return rc;
	work->state = bf_row_text(row, "state");
	work->refund = (struct bf_refund_order){ .number = bf_row_text(row, "number"),
						 .payment = bf_row_text(row, "payment_number"),
						 .fen = bf_row_int(row, "fen"),
						 .payment_fen = bf_row_int(row, "payment_fen"),
						 .kind = bf_row_text(row, "kind") };
	return bf_ask_exec(ask, "lease_refund",
			   BF_ARGS(bf_arg_int("id", work->id), bf_arg_int("seconds", LEASE_S)),
			   err);
}

/* ---- writing what the gateway said ------------------------------------------------------- */

static enum bf_rc expire_hold(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct work *work = arg;

	return bf_pledge_lapse(ask, work->id, err);
}

static enum bf_rc expire_payment(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct work *work = arg;

	return bf_payment_expire(ask, work->payment, err);
}

static enum bf_rc write_order(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct work *work = arg;
	struct bf_payment_report report = bf_gateway_report(work->gateway, &work->report);
	struct bf_payment_settled settled;
	enum bf_paid outcome;

	switch (work->report.state) {
	case BF_ORDER_SUCCEEDED:
		return bf_payment_succeed(ask, work->issuer, &report, &settled, err);
	case BF_ORDER_FAILED:
		return bf_payment_fail(ask, &report, &outcome, err);
	default:
		return bf_payment_expire(ask, work->payment, err);
	}
}

static enum bf_rc write_sent(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct work *work = arg;

	return bf_refund_sent(ask, work->id, err);
}

static enum bf_rc write_refund(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct work *work = arg;

	if (work->refund_state == BF_REFUND_SUCCEEDED)
		return bf_refund_succeeded(ask, work->id, work->gateway_id, err);
	return bf_refund_failed(ask, work->id, err);
}

/* ---- one thing each ---------------------------------------------------------------------- */

/* Whether a report is about the order that was asked after; nothing is settled by another. */
static enum bf_rc check_number(const struct work *work, struct bf_err *err)
{
	if (work->report.state == BF_ORDER_MISSING ||
	    strcmp(work->report.number, work->number) == 0)
		return BF_OK;
	return bf_err_set(err, BF_DENIED, "the gateway was asked after \"%s\", and told of \"%s\"",
			  work->number, work->report.number);
}

static enum bf_rc end_hold(struct bf_ask *ask, struct work *work, struct bf_err *err)
{
	const struct bf_gateway *gateway = work->gateway;
	enum bf_rc rc;

	if (!work->payment)
		return bf_ask_transaction(ask, expire_hold, work, NULL, err);
	rc = gateway->close(gateway, ask->pool, work->number, &work->report, err);
	if (rc == BF_OK)
		rc = check_number(work, err);
	/* a gateway that is silent for long keeps nobody else from giving: what it took comes late */
	if (rc != BF_OK && work->is_over)
		return bf_ask_transaction(ask, expire_payment, work, NULL, err);
	if (rc != BF_OK || work->report.state == BF_ORDER_OPEN)
		return rc;
	return bf_ask_transaction(ask, write_order, work, NULL, err);
}

static enum bf_rc ask_after(struct bf_ask *ask, struct work *work, struct bf_err *err)
{
	const struct bf_gateway *gateway = work->gateway;
	enum bf_rc rc =
		work->is_over
			? gateway->close(gateway, ask->pool, work->number, &work->report, err)
			: gateway->query(gateway, ask->pool, work->number, &work->report, err);

	if (rc == BF_OK)
		rc = check_number(work, err);
	if (rc != BF_OK || work->report.state == BF_ORDER_OPEN ||
	    (work->report.state == BF_ORDER_MISSING && !work->is_over))
		return rc;
	return bf_ask_transaction(ask, write_order, work, NULL, err);
}

static enum bf_rc send_refund(struct bf_ask *ask, struct work *work, struct bf_err *err)
{
	const struct bf_gateway *gateway = work->gateway;
	enum bf_rc rc = BF_OK;

	if (strcmp(work->state, "sent") != 0)
		rc = bf_ask_transaction(ask, write_sent, work, NULL, err);
	if (rc == BF_OK)
		rc = gateway->refund(gateway, ask->pool, &work->refund, &work->refund_state,
				     work->gateway_id, err);
	if (rc != BF_OK || work->refund_state == BF_REFUND_ACCEPTED)
		return rc;
	return bf_ask_transaction(ask, write_refund, work, NULL, err);
}

enum bf_rc bf_settle_once(struct bf_ask *ask, const struct bf_gateway *gateway, const char *issuer,
			  bool *ret_worked, struct bf_err *err)
{
	static const struct {
		bf_ask_fn *claim;
		enum bf_rc (*work)(struct bf_ask *ask, struct work *work, struct bf_err *err);
	} kinds[] = {
		{ claim_payment, ask_after },
		{ claim_hold, end_hold },
		{ claim_refund, send_refund },
	};

	*ret_worked = false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct work work = { .gateway = gateway, .issuer = issuer };
		enum bf_rc rc = bf_ask_transaction(ask, kinds[i].claim, &work, NULL, err);

		if (rc != BF_OK)
			return rc;
		*ret_worked = work.id != 0;
		if (work.id)
			return kinds[i].work(ask, &work, err);
	}
	return BF_OK;
}
