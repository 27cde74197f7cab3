#include "domain/payment.h"

#include <sodium.h>

#include "domain/hold.h"
#include "domain/ledger.h"
#include "domain/post_claim.h"
#include "domain/refund.h"
#include "domain/trail.h"

enum { FIRST_QUERY_S = 5 };

void bf_payment_draw_number(char kind, char ret_number[BF_PAYMENT_NUMBER_BYTES])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	ret_number[0] = kind;
	for (size_t i = 1; i < BF_PAYMENT_NUMBER_BYTES - 1; i++)
		ret_number[i] = digits[randombytes_uniform(32)];
	ret_number[BF_PAYMENT_NUMBER_BYTES - 1] = '\0';
}

/* ---- the row ---------------------------------------------------------------------------- */

static enum bf_rc lock_row(struct bf_ask *ask, int64_t payment, struct bf_payment *ret_payment,
			   struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, "payment_lock", BF_ARGS(bf_arg_int("payment", payment)), &row, err);

	if (rc != BF_OK)
		return rc;
	*ret_payment = (struct bf_payment){
		.id = payment,
		.hold = bf_row_int(row, "hold_id"),
		.post = bf_row_int(row, "post_id"),
		.account = bf_row_int(row, "account_id"),
		.fen = bf_row_int(row, "fen"),
		.is_old = bf_row_int(row, "is_old") != 0,
		.channel = bf_row_text(row, "channel"),
		.merchant = bf_row_text(row, "merchant"),
		.number = bf_row_text(row, "number"),
		.gateway_id = bf_row_text(row, "gateway_id"),
		.state = bf_row_text(row, "state"),
		.settled_as = bf_row_text(row, "settled_as"),
	};
	return BF_OK;
}

enum bf_rc bf_payment_lock(struct bf_ask *ask, int64_t payment, struct bf_payment *ret_payment,
			   struct bf_err *err)
{
	const struct bf_value *row;
	struct bf_post_lock post;
	enum bf_rc rc =
		bf_ask_row(ask, "payment_look", BF_ARGS(bf_arg_int("payment", payment)), &row, err);

	if (rc == BF_OK)
		rc = bf_post_lock(ask, bf_row_int(row, "post_id"), &post, err);
	if (rc == BF_OK)
		rc = bf_ask_row(ask, "hold_lock",
				BF_ARGS(bf_arg_int("hold", bf_row_int(row, "hold_id"))), &row, err);
	return rc == BF_OK ? lock_row(ask, payment, ret_payment, err) : rc;
}

static bool is_in(const struct bf_payment *payment, const char *state)
{
	return strcmp(payment->state, state) == 0;
}

/* Paid, whatever became of it afterwards. */
static bool is_paid(const struct bf_payment *payment)
{
	return is_in(payment, "succeeded") || is_in(payment, "disputed") ||
	       is_in(payment, "reversed");
}

static bool is_waiting(const struct bf_payment *payment)
{
	return is_in(payment, "created") || is_in(payment, "pending");
}

static enum bf_rc note_move(struct bf_ask *ask, const struct bf_payment *payment, const char *from,
			    const char *to, int64_t actor, const char *reason, struct bf_err *err)
{
	return bf_trail_move(ask,
			     &(struct bf_trail_step){ .machine = "payment",
						      .object = payment->id,
						      .from = from,
						      .to = to,
						      .actor = actor,
						      .reason = reason },
			     err);
}

/* ---- before the money ------------------------------------------------------------------- */

static enum bf_rc add_row(struct bf_ask *ask, const struct bf_payment_wish *wish, int64_t household,
			  struct bf_payment_made *made, struct bf_err *err)
{
	bf_payment_draw_number('B', made->number);
	return bf_ask_add(ask, "payment_add",
			  BF_ARGS(bf_arg_int("hold", made->hold), bf_arg_int("post", wish->post),
				  bf_arg_int("account", wish->account),
				  bf_arg_text("channel", wish->channel),
				  bf_arg_text("merchant", wish->merchant),
				  bf_arg_text("number", made->number),
				  bf_arg_int("household", household), bf_arg_int("fen", wish->fen),
				  bf_arg_int("anonymous", wish->anonymous),
				  bf_arg_text("words", wish->words),
				  bf_arg_text("dedication", wish->dedication)),
			  &made->id, err);
}

/* Who stops the payments of a city waits for those that have begun, and they for it. */
static enum bf_rc check_stop(struct bf_ask *ask, int64_t post, bool *ret_stopped,
			     struct bf_err *err)
{
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(ask, "payment_city_lock", BF_ARGS(bf_arg_int("post", post)),
				    &rows, err);

	if (rc == BF_OK)
		rc = bf_ask_rows(ask, "payment_city_stop", BF_ARGS(bf_arg_int("post", post)), &rows,
				 err);
	if (rc != BF_OK || !bf_value_count(rows))
		return rc;
	*ret_stopped = true;
	return bf_err_set(err, BF_CONFLICT, "payments are stopped in the city of post %lld",
			  (long long)post);
}

enum bf_rc bf_payment_create(struct bf_ask *ask, const struct bf_payment_wish *wish,
			     struct bf_payment_made *ret_made, struct bf_err *err)
{
	struct bf_claim claim = { .amount = wish->fen };
	struct bf_post_lock post;
	enum bf_rc rc = bf_post_lock(ask, wish->post, &post, err);

	if (rc != BF_OK)
		return rc;
	*ret_made = (struct bf_payment_made){ .id = 0 };
	rc = check_stop(ask, wish->post, &ret_made->stopped, err);
	if (rc != BF_OK)
		return rc;
	if (wish->household && wish->household == post.household)
		return bf_err_set(err, BF_CONFLICT, "household %lld would pay to itself",
				  (long long)wish->household);
	rc = bf_hold_capacity(ask, wish->post, "money_gap", &claim.capacity, &claim.left, err);
	if (rc != BF_OK)
		return rc;
	rc = bf_hold_open(ask, wish->account, &claim, 1, err);
	ret_made->left = claim.left;
	if (rc != BF_OK)
		return rc;
	ret_made->hold = claim.hold;
	ret_made->expires_ms = claim.expires_ms;
	rc = add_row(ask, wish, post.household, ret_made, err);
	if (rc != BF_OK)
		return rc;
	return note_move(ask, &(struct bf_payment){ .id = ret_made->id }, "", "created",
			 wish->account, NULL, err);
}

enum bf_rc bf_payment_closes(struct bf_ask *ask, int64_t payment, int64_t *ret_closes_ms,
			     struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "payment_close_time",
				   BF_ARGS(bf_arg_int("payment", payment),
					   bf_arg_int("before_s", BF_PAYMENT_CLOSES_BEFORE_S)),
				   &row, err);

	if (rc != BF_OK)
		return rc;
	if (!bf_row_int(row, "is_ahead"))
		return bf_err_set(err, BF_CONFLICT, "the order of payment %lld is to be closed",
				  (long long)payment);
	*ret_closes_ms = bf_row_int(row, "closes_at");
	return BF_OK;
}

static enum bf_rc begin(struct bf_ask *ask, const struct bf_payment *payment,
			const char *gateway_id, struct bf_err *err)
{
	int64_t matched = 0;
	enum bf_rc rc = bf_ask_change(ask, "payment_begin",
				      BF_ARGS(bf_arg_int("payment", payment->id),
					      bf_arg_text("gateway", gateway_id),
					      bf_arg_int("before_s", BF_PAYMENT_CLOSES_BEFORE_S),
					      bf_arg_int("seconds", FIRST_QUERY_S)),
				      &matched, err);

	if (rc != BF_OK)
		return rc;
	if (!matched)
		return bf_err_set(err, BF_CONFLICT, "payment %lld has no open hold",
				  (long long)payment->id);
	return note_move(ask, payment, "created", "pending", payment->account, NULL, err);
}

enum bf_rc bf_payment_pending(struct bf_ask *ask, int64_t id, const char *gateway_id,
			      struct bf_err *err)
{
	struct bf_payment payment;
	enum bf_rc rc = bf_payment_lock(ask, id, &payment, err);

	if (rc != BF_OK)
		return rc;
	if (!is_in(&payment, "created"))
		return strcmp(payment.gateway_id, gateway_id) == 0
			       ? BF_OK
			       : bf_err_set(err, BF_CONFLICT,
					    "payment %lld is %s, of the gateway's \"%s\"",
					    (long long)id, payment.state, payment.gateway_id);
	return begin(ask, &payment, gateway_id, err);
}

/* ---- the money is there ----------------------------------------------------------------- */

static enum bf_rc refuse_report(const char *what, const struct bf_payment *payment,
				struct bf_err *err)
{
	return bf_err_set(err, BF_DENIED, "a notice about payment %lld has another %s",
			  (long long)payment->id, what);
}

/* Whether a report is about this row, to the fen. */
static enum bf_rc compare(const struct bf_payment *payment, const struct bf_payment_report *report,
			  struct bf_err *err)
{
	if (strcmp(payment->channel, report->channel) != 0)
		return refuse_report("channel", payment, err);
	if (strcmp(payment->merchant, report->merchant) != 0)
		return refuse_report("merchant", payment, err);
	if (strcmp(payment->number, report->number) != 0)
		return refuse_report("order", payment, err);
	if (strcmp(report->currency, BF_CURRENCY) != 0)
		return refuse_report("currency", payment, err);
	if (payment->fen != report->fen)
		return refuse_report("amount", payment, err);
	if (payment->gateway_id[0] && report->gateway_id &&
	    strcmp(payment->gateway_id, report->gateway_id) != 0)
		return refuse_report("number at the gateway", payment, err);
	return BF_OK;
}

/* Compares before anything is locked, then locks and compares again. */
static enum bf_rc lock_reported(struct bf_ask *ask, const struct bf_payment_report *report,
				struct bf_payment *ret_payment, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "payment_by_number",
				   BF_ARGS(bf_arg_text("number", report->number)), &row, err);

	if (rc == BF_OK)
		rc = bf_payment_lock(ask, bf_row_int(row, "id"), ret_payment, err);
	return rc == BF_OK ? compare(ret_payment, report, err) : rc;
}

static enum bf_rc mark_paid(struct bf_ask *ask, const struct bf_payment *payment,
			    const char *gateway_id, const char *settled_as, struct bf_err *err)
{
	const char *from = payment->state;
	enum bf_rc rc = BF_OK;
	int64_t matched = 0;

	/* its notice was quicker than the answer to the order */
	if (is_in(payment, "created")) {
		rc = note_move(ask, payment, "created", "pending", payment->account, NULL, err);
		from = "pending";
	}
	if (rc == BF_OK)
		rc = bf_ask_change(ask, "payment_paid",
				   BF_ARGS(bf_arg_int("payment", payment->id),
					   bf_arg_int("hold", payment->hold),
					   bf_arg_text("gateway", gateway_id),
					   bf_arg_text("settled_as", settled_as)),
				   &matched, err);
	if (rc == BF_OK && !matched)
		return bf_err_set(err, BF_CONFLICT, "payment %lld is paid already",
				  (long long)payment->id);
	if (rc == BF_OK)
		rc = note_move(ask, payment, from, "succeeded", 0,
			       strcmp(from, "pending") == 0 ? NULL : "late", err);
	return rc;
}

static enum bf_rc post_paid(struct bf_ask *ask, const struct bf_payment *payment, bool late,
			    struct bf_err *err)
{
	bool wallet = strcmp(payment->channel, BF_CHANNEL_WALLET) == 0;
	struct bf_journal journal = {
		.posting = late     ? BF_POSTING_LATE
			   : wallet ? BF_POSTING_GIFT_FROM_WALLET
				    : BF_POSTING_GIFT,
		.subject = payment->id,
	};

	if (wallet)
		bf_journal_line(&journal, "wallet", NULL, payment->account, payment->fen);
	else
		bf_journal_line(&journal, "clearing", payment->channel, 0, payment->fen);
	if (late)
		bf_journal_line(&journal, "refund_payable", NULL, payment->id, -payment->fen);
	else
		bf_journal_line(&journal, "escrow", NULL, payment->post, -payment->fen);
	return bf_ledger_post(ask, &journal, err);
}

/* Hold taken, gift, journal, receipt, history and events. */
static enum bf_rc settle_gift(struct bf_ask *ask, const char *issuer,
			      const struct bf_payment *payment, const char *gateway_id,
			      struct bf_payment_settled *settled, struct bf_err *err)
{
	int64_t gift = 0;
	enum bf_rc rc = bf_hold_take(ask, payment->hold, err);

	settled->outcome = BF_PAID_GIFT;
	if (rc == BF_OK)
		rc = mark_paid(ask, payment, gateway_id, "gift", err);
	if (rc == BF_OK)
		rc = bf_ask_add(ask, "gift_add", BF_ARGS(bf_arg_int("payment", payment->id)), &gift,
				err);
	if (rc == BF_OK)
		rc = post_paid(ask, payment, false, err);
	if (rc == BF_OK)
		rc = bf_receipt_issue(ask, issuer, payment->id, &settled->receipt, err);
	if (rc == BF_OK)
		rc = bf_trail_event(ask, "payment.succeeded", payment->id, payment->account,
				    payment->post, err);
	if (rc == BF_OK)
		rc = bf_trail_event(ask, "gift.taken", gift, payment->account, payment->post, err);
	return rc;
}

/* It is owed to the payer, and a refund of the whole begins. */
static enum bf_rc settle_refund(struct bf_ask *ask, const struct bf_payment *payment,
				const char *gateway_id, struct bf_payment_settled *settled,
				struct bf_err *err)
{
	enum bf_rc rc = mark_paid(ask, payment, gateway_id, "refund", err);

	settled->outcome = BF_PAID_LATE;
	if (rc == BF_OK)
		rc = post_paid(ask, payment, true, err);
	if (rc == BF_OK)
		rc = bf_refund_request(ask,
				       &(struct bf_refund_wish){ .payment = payment->id,
								 .fen = payment->fen,
								 .kind = "late" },
				       &settled->refund, err);
	if (rc == BF_OK)
		rc = bf_trail_event(ask, "payment.late", payment->id, payment->account,
				    payment->post, err);
	return rc;
}

/* A new hold on what is left, for a payment whose own is over. *ret_hold 0: there is too little,
 * or the post takes nothing any more. */
static enum bf_rc hold_again(struct bf_ask *ask, const struct bf_payment *payment,
			     int64_t *ret_hold, struct bf_err *err)
{
	struct bf_claim claim = { .amount = payment->fen };
	struct bf_post_lock post;
	enum bf_rc rc = bf_post_lock(ask, payment->post, &post, err);

	if (rc == BF_OK)
		rc = bf_hold_capacity(ask, payment->post, "money_gap", &claim.capacity, &claim.left,
				      err);
	if (rc != BF_OK)
		return rc;
	*ret_hold = 0;
	/* the post is locked: nobody claims or returns anything of it meanwhile */
	if (strcmp(post.phase, "open") != 0 || post.is_over || !post.is_active ||
	    claim.left < payment->fen)
		return BF_OK;
	rc = bf_hold_open(ask, payment->account, &claim, 1, err);
	if (rc == BF_OK)
		*ret_hold = claim.hold;
	return rc;
}

static enum bf_rc settle(struct bf_ask *ask, const char *issuer, struct bf_payment *payment,
			 const char *gateway_id, struct bf_payment_settled *settled,
			 struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	if (!is_waiting(payment))
		rc = hold_again(ask, payment, &payment->hold, err);
	if (rc != BF_OK)
		return rc;
	if (payment->hold)
		return settle_gift(ask, issuer, payment, gateway_id, settled, err);
	/* the old hold stays its own: released or expired */
	rc = lock_row(ask, payment->id, payment, err);
	return rc == BF_OK ? settle_refund(ask, payment, gateway_id, settled, err) : rc;
}

enum bf_rc bf_payment_succeed(struct bf_ask *ask, const char *issuer,
			      const struct bf_payment_report *report,
			      struct bf_payment_settled *ret_settled, struct bf_err *err)
{
	struct bf_payment payment;
	enum bf_rc rc = lock_reported(ask, report, &payment, err);

	if (rc != BF_OK)
		return rc;
	*ret_settled = (struct bf_payment_settled){ .outcome = BF_PAID_ALREADY,
						    .payment = payment.id,
						    .post = payment.post };
	if (!is_paid(&payment))
		return settle(ask, issuer, &payment, report->gateway_id, ret_settled, err);
	if (strcmp(payment.settled_as, "refund") == 0)
		return BF_OK;
	return bf_receipt_of(ask, payment.id, &ret_settled->receipt, err);
}

/* ---- no money ---------------------------------------------------------------------------- */

/* A payment that waits comes to an end, and its hold with it. */
static enum bf_rc end(struct bf_ask *ask, const struct bf_payment *payment, const char *to,
		      struct bf_err *err)
{
	bool failed = strcmp(to, "failed") == 0;
	enum bf_rc rc = failed ? bf_hold_release(ask, payment->hold, err)
			       : bf_hold_expire(ask, payment->hold, err);

	if (rc == BF_OK)
		rc = bf_ask_exec(ask, "payment_decide",
				 BF_ARGS(bf_arg_int("payment", payment->id),
					 bf_arg_text("from", payment->state),
					 bf_arg_text("to", to)),
				 err);
	if (rc == BF_OK)
		rc = note_move(ask, payment, payment->state, to, 0, NULL, err);
	if (rc == BF_OK)
		rc = bf_trail_event(ask, failed ? "payment.failed" : "payment.expired", payment->id,
				    payment->account, payment->post, err);
	return rc;
}

enum bf_rc bf_payment_fail(struct bf_ask *ask, const struct bf_payment_report *report,
			   enum bf_paid *ret_outcome, struct bf_err *err)
{
	struct bf_payment payment;
	enum bf_rc rc = lock_reported(ask, report, &payment, err);

	if (rc != BF_OK)
		return rc;
	*ret_outcome = BF_PAID_ALREADY;
	return is_waiting(&payment) ? end(ask, &payment, "failed", err) : BF_OK;
}

enum bf_rc bf_payment_expire(struct bf_ask *ask, int64_t id, struct bf_err *err)
{
	struct bf_payment payment;
	enum bf_rc rc = bf_payment_lock(ask, id, &payment, err);

	if (rc != BF_OK)
		return rc;
	return is_waiting(&payment) ? end(ask, &payment, "expired", err) : BF_OK;
}

/* ---- from the wallet --------------------------------------------------------------------- */

enum bf_rc bf_payment_from_wallet(struct bf_ask *ask, const char *issuer,
				  const struct bf_payment_wish *wish,
				  struct bf_payment_settled *ret_settled, struct bf_err *err)
{
	struct bf_payment_made made;
	struct bf_payment payment;
	enum bf_rc rc;

	if (strcmp(wish->channel, BF_CHANNEL_WALLET) != 0)
		BF_BUG("a gift from the wallet by channel \"%s\"", wish->channel);
	rc = bf_payment_create(ask, wish, &made, err);
	if (rc == BF_OK)
		rc = bf_payment_lock(ask, made.id, &payment, err);
	if (rc != BF_OK)
		return rc;
	*ret_settled = (struct bf_payment_settled){ .payment = payment.id, .post = payment.post };
	return settle_gift(ask, issuer, &payment, NULL, ret_settled, err);
}
