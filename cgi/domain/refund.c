#include "domain/refund.h"

#include "domain/hold.h"
#include "domain/ledger.h"
#include "domain/trail.h"

/* Kinds that need nobody's approval: what is given back follows from what happened. */
static const char *const own_kinds[] = { "over_capacity", "late", "failed_project", "cancelled" };

struct refund {
	int64_t id, fen, requester, first_approver;
	bool to_wallet;
	const char *state, *kind;
	struct bf_payment payment;
};

static bool is_own_kind(const char *kind)
{
	for (size_t i = 0; i < sizeof(own_kinds) / sizeof(own_kinds[0]); i++)
		if (strcmp(own_kinds[i], kind) == 0)
			return true;
	return false;
}

static bool is_in(const struct refund *refund, const char *state)
{
	return strcmp(refund->state, state) == 0;
}

/* Locks post, hold, payment and refund, in this order. */
static enum bf_rc lock(struct bf_ask *ask, int64_t id, struct refund *ret_refund,
		       struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, "refund_look", BF_ARGS(bf_arg_int("refund", id)), &row, err);

	if (rc == BF_OK)
		rc = bf_payment_lock(ask, bf_row_int(row, "payment_id"), &ret_refund->payment, err);
	if (rc == BF_OK)
		rc = bf_ask_row(ask, "refund_lock", BF_ARGS(bf_arg_int("refund", id)), &row, err);
	if (rc != BF_OK)
		return rc;
	ret_refund->id = id;
	ret_refund->fen = bf_row_int(row, "fen");
	ret_refund->requester = bf_row_int(row, "requested_by");
	ret_refund->first_approver = bf_row_int(row, "first_approved_by");
	ret_refund->to_wallet = bf_row_is(row, "destination", "wallet");
	ret_refund->state = bf_row_text(row, "state");
	ret_refund->kind = bf_row_text(row, "kind");
	return BF_OK;
}

static enum bf_rc move(struct bf_ask *ask, struct refund *refund, const char *to, int64_t actor,
		       const char *reason, struct bf_err *err)
{
	int64_t matched = 0;
	enum bf_rc rc = bf_trail_move(ask,
				      &(struct bf_trail_step){ .machine = "refund",
							       .object = refund->id,
							       .from = refund->state,
							       .to = to,
							       .actor = actor,
							       .reason = reason },
				      err);

	if (rc == BF_OK)
		rc = bf_ask_change(ask, "refund_move",
				   BF_ARGS(bf_arg_int("refund", refund->id),
					   bf_arg_text("from", refund->state),
					   bf_arg_text("to", to), bf_arg_id("actor", actor)),
				   &matched, err);
	if (rc == BF_OK && !matched)
		return bf_err_set(err, BF_CONFLICT, "refund %lld is not %s", (long long)refund->id,
				  refund->state);
	if (rc == BF_OK)
		refund->state = to;
	return rc;
}

/* ---- asking ------------------------------------------------------------------------------ */

static enum bf_rc check_room(struct bf_ask *ask, const struct bf_payment *payment,
			     const struct bf_refund_wish *wish, struct bf_err *err)
{
	const struct bf_value *row;
	int64_t left;
	enum bf_rc rc = bf_ask_row(ask, "refund_sums", BF_ARGS(bf_arg_int("payment", payment->id)),
				   &row, err);

	if (rc != BF_OK)
		return rc;
	left = payment->fen - bf_row_int(row, "fen");
	if (wish->fen <= 0 || wish->fen > left)
		return bf_err_set(err, BF_CONFLICT,
				  "%lld fen of payment %lld are to be given back, %lld are left",
				  (long long)wish->fen, (long long)payment->id, (long long)left);
	/* a gateway's limit: the wallet has none */
	if (!wish->to_wallet && bf_row_int(row, "refunds") >= BF_REFUND_PARTS_MAX)
		return bf_err_set(err, BF_CONFLICT, "payment %lld was given back in %d parts",
				  (long long)payment->id, BF_REFUND_PARTS_MAX);
	return BF_OK;
}

static enum bf_rc check_wish(struct bf_ask *ask, const struct bf_payment *payment,
			     const struct bf_refund_wish *wish, struct bf_err *err)
{
	bool wallet_only = payment->is_old || strcmp(payment->channel, BF_CHANNEL_WALLET) == 0;

	if (strcmp(payment->state, "succeeded") != 0)
		return bf_err_set(err, BF_CONFLICT, "payment %lld is %s", (long long)payment->id,
				  payment->state);
	if (wallet_only && !wish->to_wallet)
		return bf_err_set(err, BF_CONFLICT,
				  "payment %lld can be given back to the wallet only",
				  (long long)payment->id);
	return check_room(ask, payment, wish, err);
}

enum bf_rc bf_refund_request(struct bf_ask *ask, const struct bf_refund_wish *wish,
			     int64_t *ret_refund, struct bf_err *err)
{
	char number[BF_PAYMENT_NUMBER_BYTES];
	struct bf_payment payment;
	int64_t id = 0;
	bool done;
	enum bf_rc rc = bf_payment_lock(ask, wish->payment, &payment, err);

	if (rc == BF_OK)
		rc = check_wish(ask, &payment, wish, err);
	if (rc != BF_OK)
		return rc;
	bf_payment_draw_number('R', number);
	rc = bf_ask_add(ask, "refund_add",
			BF_ARGS(bf_arg_int("payment", wish->payment),
				bf_arg_text("kind", wish->kind), bf_arg_int("fen", wish->fen),
				bf_arg_text("number", number),
				bf_arg_text("destination", wish->to_wallet ? "wallet" : "channel"),
				bf_arg_id("actor", wish->requester)),
			&id, err);
	if (rc == BF_OK)
		rc = bf_trail_move(ask,
				   &(struct bf_trail_step){ .machine = "refund",
							    .object = id,
							    .from = "",
							    .to = "requested",
							    .actor = wish->requester,
							    .reason = wish->reason },
				   err);
	if (rc == BF_OK && is_own_kind(wish->kind))
		rc = bf_refund_approve(ask, id, 0, &done, err);
	if (rc == BF_OK)
		*ret_refund = id;
	return rc;
}

/* ---- agreeing ---------------------------------------------------------------------------- */

/* What of the post's escrow is owed to the payer now. What came too late never was in it. */
static enum bf_rc accept(struct bf_ask *ask, const struct refund *refund, struct bf_err *err)
{
	const struct bf_payment *payment = &refund->payment;
	struct bf_journal journal = { .posting = BF_POSTING_REFUND_ACCEPTED,
				      .subject = refund->id };
	const char *cause = bf_pool_printf(ask->pool, "refund:%lld", (long long)refund->id);
	enum bf_rc rc;

	if (strcmp(payment->settled_as, "refund") == 0)
		return BF_OK;
	rc = bf_hold_return(ask, payment->hold, refund->fen, cause, err);
	if (rc != BF_OK)
		return rc;
	bf_journal_line(&journal, "escrow", NULL, payment->post, refund->fen);
	bf_journal_line(&journal, "refund_payable", NULL, payment->id, -refund->fen);
	return bf_ledger_post(ask, &journal, err);
}

static enum bf_rc settle(struct bf_ask *ask, struct refund *refund, struct bf_err *err)
{
	const struct bf_payment *payment = &refund->payment;
	struct bf_journal journal = { .posting = refund->to_wallet ? BF_POSTING_REFUND_KEPT
								   : BF_POSTING_REFUND_PAID,
				      .subject = refund->id };
	enum bf_rc rc = move(ask, refund, "succeeded", 0, NULL, err);

	if (rc != BF_OK)
		return rc;
	bf_journal_line(&journal, "refund_payable", NULL, payment->id, refund->fen);
	if (refund->to_wallet)
		bf_journal_line(&journal, "wallet", NULL, payment->account, -refund->fen);
	else
		bf_journal_line(&journal, "clearing", payment->channel, 0, -refund->fen);
	rc = bf_ledger_post(ask, &journal, err);
	if (rc == BF_OK)
		rc = bf_trail_event(ask, "refund.succeeded", refund->id, payment->account,
				    payment->post, err);
	return rc;
}

static enum bf_rc approve(struct bf_ask *ask, struct refund *refund, int64_t approver,
			  struct bf_err *err)
{
	enum bf_rc rc = move(ask, refund, "approved", approver, NULL, err);

	if (rc == BF_OK)
		rc = accept(ask, refund, err);
	if (rc == BF_OK)
		rc = bf_trail_event(ask, "refund.approved", refund->id, approver,
				    refund->payment.post, err);
	if (rc != BF_OK || !refund->to_wallet)
		return rc;
	rc = move(ask, refund, "sent", 0, NULL, err);
	return rc == BF_OK ? settle(ask, refund, err) : rc;
}

/* The core decides only over its own kinds, and nobody over their own wish or twice. */
static enum bf_rc check_approver(const struct refund *refund, int64_t approver, struct bf_err *err)
{
	if (!is_in(refund, "requested"))
		return bf_err_set(err, BF_CONFLICT, "refund %lld is %s", (long long)refund->id,
				  refund->state);
	if (!approver && !is_own_kind(refund->kind))
		return bf_err_set(err, BF_DENIED, "refund %lld of kind \"%s\" needs a person",
				  (long long)refund->id, refund->kind);
	if (approver && (approver == refund->requester || approver == refund->first_approver))
		return bf_err_set(err, BF_DENIED,
				  "account %lld has asked for refund %lld or agreed",
				  (long long)approver, (long long)refund->id);
	return BF_OK;
}

enum bf_rc bf_refund_approve(struct bf_ask *ask, int64_t id, int64_t approver, bool *ret_done,
			     struct bf_err *err)
{
	struct refund refund;
	enum bf_rc rc = lock(ask, id, &refund, err);

	if (rc == BF_OK)
		rc = check_approver(&refund, approver, err);
	if (rc != BF_OK)
		return rc;
	*ret_done = !approver || refund.fen <= BF_REFUND_ALONE_MAX_FEN || refund.first_approver;
	if (!*ret_done)
		return bf_ask_exec(ask, "refund_first_approval",
				   BF_ARGS(bf_arg_int("refund", id), bf_arg_int("actor", approver)),
				   err);
	return approve(ask, &refund, approver, err);
}

enum bf_rc bf_refund_reject(struct bf_ask *ask, int64_t id, int64_t actor, const char *reason,
			    struct bf_err *err)
{
	struct refund refund;
	enum bf_rc rc = lock(ask, id, &refund, err);

	if (rc == BF_OK)
		rc = move(ask, &refund, "rejected", actor, reason, err);
	return rc == BF_OK
		       ? bf_trail_event(ask, "refund.rejected", id, actor, refund.payment.post, err)
		       : rc;
}

/* ---- at the gateway ---------------------------------------------------------------------- */

enum bf_rc bf_refund_sent(struct bf_ask *ask, int64_t id, struct bf_err *err)
{
	struct refund refund;
	enum bf_rc rc = lock(ask, id, &refund, err);

	return rc == BF_OK ? move(ask, &refund, "sent", 0, NULL, err) : rc;
}

enum bf_rc bf_refund_succeeded(struct bf_ask *ask, int64_t id, const char *gateway_id,
			       struct bf_err *err)
{
	struct refund refund;
	enum bf_rc rc = lock(ask, id, &refund, err);

	if (rc != BF_OK || is_in(&refund, "succeeded"))
		return rc;
	/* the gateway did it after all, or was quicker than our note of having asked */
	if (is_in(&refund, "failed") || is_in(&refund, "approved"))
		rc = move(ask, &refund, "sent", 0, NULL, err);
	if (rc == BF_OK && gateway_id)
		rc = bf_ask_exec(ask, "refund_named",
				 BF_ARGS(bf_arg_int("refund", id),
					 bf_arg_text("gateway", gateway_id)),
				 err);
	return rc == BF_OK ? settle(ask, &refund, err) : rc;
}

enum bf_rc bf_refund_failed(struct bf_ask *ask, int64_t id, struct bf_err *err)
{
	struct refund refund;
	enum bf_rc rc = lock(ask, id, &refund, err);

	if (rc != BF_OK || is_in(&refund, "succeeded") || is_in(&refund, "failed"))
		return rc;
	return move(ask, &refund, "failed", 0, NULL, err);
}

enum bf_rc bf_refund_reported(struct bf_ask *ask, const struct bf_refund_report *report,
			      struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "refund_by_number",
				   BF_ARGS(bf_arg_text("number", report->number)), &row, err);

	if (rc != BF_OK)
		return rc;
	if (!bf_row_is(row, "channel", report->channel) ||
	    !bf_row_is(row, "merchant", report->merchant) ||
	    !bf_row_is(row, "payment_number", report->payment) ||
	    strcmp(report->currency, BF_CURRENCY) != 0 || bf_row_int(row, "fen") != report->fen)
		return bf_err_set(
			err, BF_DENIED,
			"a notice about refund %lld has another channel, merchant, order, "
			"currency or amount",
			(long long)bf_row_int(row, "id"));
	return report->succeeded
		       ? bf_refund_succeeded(ask, bf_row_int(row, "id"), report->gateway_id, err)
		       : bf_refund_failed(ask, bf_row_int(row, "id"), err);
}
