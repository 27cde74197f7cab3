#include "domain/refund_act.h"

#include "domain/refund.h"

enum { TEXT_TOO_MUCH, TEXT_WALLET_ONLY, TEXT_DECIDED, TEXT_CHOOSE, TEXT_SAME_PERSON };

const char *const bf_refund_texts[] = {
	[TEXT_TOO_MUCH] = "That much can no longer be given back: a payout to the family has "
			  "taken it, or you have asked for it before.",
	[TEXT_WALLET_ONLY] = "This money can come back into your wallet only, for the payment was "
			     "more than a year ago or came from there.",
	[TEXT_DECIDED] = "Somebody else has decided about it meanwhile.",
	[TEXT_CHOOSE] =
		"This post has ended. Please choose on the page of your gift what becomes of "
		"your money.",
	[TEXT_SAME_PERSON] = "Another person than who asked or agreed has to agree.",
	NULL,
};

/* ---- asking ------------------------------------------------------------------------------ */

static enum bf_rc check_asked(struct bf_act *act, const struct bf_value *row,
			      const struct bf_refund_asked *asked, struct bf_err *err)
{
	int64_t free_fen = bf_row_int(row, "free_fen");

	if (bf_row_int(row, "must_choose"))
		return bf_act_refuse(act, BF_CONFLICT, bf_refund_texts[TEXT_CHOOSE], err,
				     "payment %lld waits for a choice",
				     (long long)bf_row_int(row, "id"));
	if (asked->fen <= 0 || asked->fen > free_fen)
		return bf_act_refuse(act, BF_CONFLICT, bf_refund_texts[TEXT_TOO_MUCH], err,
				     "%lld fen of payment %lld are wanted back, %lld are free",
				     (long long)asked->fen, (long long)bf_row_int(row, "id"),
				     (long long)free_fen);
	if (bf_row_int(row, "wallet_only") && !asked->to_wallet)
		return bf_act_refuse(act, BF_CONFLICT, bf_refund_texts[TEXT_WALLET_ONLY], err,
				     "payment %lld can be given back to the wallet only",
				     (long long)bf_row_int(row, "id"));
	return BF_OK;
}

enum bf_rc bf_refund_ask(struct bf_act *act, const struct bf_refund_asked *asked,
			 struct bf_err *err)
{
	const struct bf_arg *args =
		BF_ARGS(bf_arg_text("order", asked->order), bf_arg_int("account", act->actor));
	struct bf_refund_wish wish = { .kind = "payer",
				       .fen = asked->fen,
				       .to_wallet = asked->to_wallet,
				       .reason = asked->reason,
				       .requester = act->actor };
	struct bf_payment payment;
	const struct bf_value *row;
	int64_t refund;
	enum bf_rc rc = bf_ask_row(&act->ask, "payment_of_order", args, &row, err);

	if (rc != BF_OK)
		return rc;
	/* locked before it is looked at: payouts and other refunds of the post wait */
	wish.payment = bf_row_int(row, "id");
	rc = bf_payment_lock(&act->ask, wish.payment, &payment, err);
	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "my_refundable", args, &row, err);
	if (rc == BF_OK)
		rc = check_asked(act, row, asked, err);
	return rc == BF_OK ? bf_refund_request(&act->ask, &wish, &refund, err) : rc;
}

/* ---- deciding ---------------------------------------------------------------------------- */

/* A refund in the actor's region, its post and payment locked, that nobody has decided about. */
static enum bf_rc lock_here(struct bf_act *act, int64_t refund, const struct bf_value **ret_row,
			    struct bf_err *err)
{
	const struct bf_arg *args =
		BF_ARGS(bf_arg_int("refund", refund), bf_arg_int("account", act->actor),
			bf_arg_int("alone_fen", BF_REFUND_ALONE_MAX_FEN));
	struct bf_payment payment;
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(&act->ask, "refund_here", args, &row, err);

	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "refund_look", BF_ARGS(bf_arg_int("refund", refund)),
				&row, err);
	if (rc == BF_OK)
		rc = bf_payment_lock(&act->ask, bf_row_int(row, "payment_id"), &payment, err);
	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "refund_here", args, ret_row, err);
	if (rc != BF_OK || bf_row_is(*ret_row, "state", "requested"))
		return rc;
	return bf_act_refuse(act, BF_CONFLICT, bf_refund_texts[TEXT_DECIDED], err,
			     "refund %lld is %s", (long long)refund,
			     bf_row_text(*ret_row, "state"));
}

enum bf_rc bf_refund_agree(struct bf_act *act, int64_t refund, struct bf_err *err)
{
	const struct bf_value *row;
	bool done;
	enum bf_rc rc = lock_here(act, refund, &row, err);

	if (rc != BF_OK)
		return rc;
	if (bf_row_int(row, "is_mine") || bf_row_int(row, "by_me"))
		return bf_act_refuse(act, BF_CONFLICT, bf_refund_texts[TEXT_SAME_PERSON], err,
				     "account %lld has asked for refund %lld or agreed",
				     (long long)act->actor, (long long)refund);
	return bf_refund_approve(&act->ask, refund, act->actor, &done, err);
}

enum bf_rc bf_refund_decline(struct bf_act *act, int64_t refund, const char *reason,
			     struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = lock_here(act, refund, &row, err);

	return rc == BF_OK ? bf_refund_reject(&act->ask, refund, act->actor, reason, err) : rc;
}
