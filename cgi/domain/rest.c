#include "domain/rest.h"

#include "domain/draft.h"
#include "domain/payout.h"
#include "domain/posting.h"
#include "domain/refund.h"

enum { TEXT_TOO_LATE, TEXT_DECIDED, TEXT_WALLET_ONLY, TEXT_NO_POST, TEXT_NO_ROOM };

const char *const bf_rest_texts[] = {
	[TEXT_TOO_LATE] = "This was decided already, or the time for it is over.",
	[TEXT_DECIDED] =
		"You have chosen already, or the time for it is over: the money is on its way.",
	[TEXT_WALLET_ONLY] = "This money can come back into your wallet only, for the payment was "
			     "more than a year ago or came from there.",
	[TEXT_NO_POST] = "There is no open post with this number that asks for money.",
	[TEXT_NO_ROOM] = "That post lacks less than this sum. Please choose another one.",
	NULL,
};

/* ---- the family -------------------------------------------------------------------------- */

enum bf_rc bf_rest_end_early(struct bf_act *act, const char *ref, int64_t version,
			     struct bf_err *err)
{
	return bf_draft_move(act, ref, version, "expired", NULL, err);
}

enum bf_rc bf_rest_choose(struct bf_act *act, const char *ref, bool accept, struct bf_err *err)
{
	struct bf_value row, args = bf_act_args(act);
	int64_t matched = 0;
	enum bf_rc rc = bf_draft_lock_own(act, ref, 0, &row, err);

	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "post", bf_row_int(&row, "id"));
	bf_arg_set_text(&args, "choice", accept ? "accepted" : "declined");
	rc = bf_ask_run(&act->ask, "rest_choose", &args, &matched, NULL, err);
	if (rc == BF_OK && !matched)
		return bf_act_refuse(act, BF_CONFLICT, bf_rest_texts[TEXT_TOO_LATE], err,
				     "the rest of post %s is decided", ref);
	return rc;
}

/* ---- a donor's choice --------------------------------------------------------------------- */

struct choosing {
	int64_t id, payment, account, fen;
	bool wallet_only, anonymous;
	const char *kind; /* of the refund */
};

/* A choice that is open, with its post and payment locked before it. */
static enum bf_rc lock(struct bf_act *act, int64_t id, struct choosing *ret_choosing,
		       struct bf_err *err)
{
	const struct bf_arg *args = BF_ARGS(bf_arg_int("choice", id));
	struct bf_payment payment;
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(&act->ask, "rest_choice_look", args, &row, err);

	if (rc == BF_OK)
		rc = bf_payment_lock(&act->ask, bf_row_int(row, "payment_id"), &payment, err);
	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "rest_choice_lock", args, &row, err);
	if (rc != BF_OK)
		return rc;
	if (bf_row_int(row, "is_done"))
		return bf_act_refuse(act, BF_CONFLICT, bf_rest_texts[TEXT_DECIDED], err,
				     "choice %lld was made", (long long)id);
	*ret_choosing = (struct choosing){
		.id = id,
		.payment = payment.id,
		.account = bf_row_int(row, "account_id"),
		.fen = bf_row_int(row, "fen"),
		.wallet_only = bf_row_int(row, "wallet_only") != 0,
		.anonymous = bf_row_int(row, "anonymous") != 0,
		.kind = bf_row_is(row, "state", "cancelled") ? "cancelled" : "failed_project",
	};
	return BF_OK;
}

static enum bf_rc give_back(struct bf_act *act, const struct choosing *choosing, const char *what,
			    int64_t to_post, struct bf_err *err)
{
	const struct bf_refund_wish wish = { .payment = choosing->payment,
					     .fen = choosing->fen,
					     .kind = choosing->kind,
					     .to_wallet = strcmp(what, "back") != 0 };
	int64_t refund;
	enum bf_rc rc =
		bf_ask_exec(&act->ask, "rest_choice_done",
			    BF_ARGS(bf_arg_int("choice", choosing->id), bf_arg_text("what", what),
				    bf_arg_id("to_post", to_post)),
			    err);

	return rc == BF_OK ? bf_refund_request(&act->ask, &wish, &refund, err) : rc;
}

/* Through the wallet, in this one transaction: each half is a step that exists and is proven. */
static enum bf_rc move_it(struct bf_act *act, const struct choosing *choosing,
			  const struct bf_rest_decision *decision, struct bf_err *err)
{
	struct bf_payment_wish wish = { .account = choosing->account,
					.household = act->household,
					.fen = choosing->fen,
					.channel = BF_CHANNEL_WALLET,
					.merchant = decision->issuer,
					.anonymous = choosing->anonymous };
	struct bf_payment_settled settled;
	const struct bf_value *to;
	enum bf_rc rc = bf_ask_row(&act->ask, "rest_move_to",
				   BF_ARGS(bf_arg_text("to_ref", decision->to_ref)), &to, err);

	if (rc == BF_NOT_FOUND)
		return bf_act_refuse(act, BF_CONFLICT, bf_rest_texts[TEXT_NO_POST], err,
				     "there is no open post \"%s\"", decision->to_ref);
	if (rc != BF_OK)
		return rc;
	if (bf_row_int(to, "left_fen") < choosing->fen)
		return bf_act_refuse(act, BF_CONFLICT, bf_rest_texts[TEXT_NO_ROOM], err,
				     "post %s lacks less than %lld fen", decision->to_ref,
				     (long long)choosing->fen);
	wish.post = bf_row_int(to, "id");
	rc = give_back(act, choosing, "move", wish.post, err);
	if (rc == BF_OK)
		rc = bf_payment_from_wallet(&act->ask, decision->issuer, &wish, &settled, err);
	if (rc == BF_CONFLICT) /* somebody was faster, or it is their own family's */
		return bf_act_refuse(act, BF_CONFLICT, bf_rest_texts[TEXT_NO_ROOM], err, "%s",
				     bf_pool_copy(act->ask.pool, bf_str(err->text)));
	return rc;
}

enum bf_rc bf_rest_decide(struct bf_act *act, const struct bf_rest_decision *decision,
			  struct bf_err *err)
{
	struct choosing choosing;
	const struct bf_value *mine;
	enum bf_rc rc = bf_ask_row(&act->ask, "my_rest",
				   BF_ARGS(bf_arg_text("order", decision->order),
					   bf_arg_int("account", act->actor)),
				   &mine, err);

	if (rc == BF_OK)
		rc = lock(act, bf_row_int(mine, "id"), &choosing, err);
	if (rc != BF_OK)
		return rc;
	if (strcmp(decision->what, "move") == 0)
		return move_it(act, &choosing, decision, err);
	if (choosing.wallet_only && strcmp(decision->what, "back") == 0)
		return bf_act_refuse(act, BF_CONFLICT, bf_rest_texts[TEXT_WALLET_ONLY], err,
				     "payment %lld goes to the wallet only",
				     (long long)choosing.payment);
	return give_back(act, &choosing, decision->what, 0, err);
}

/* ---- jobs -------------------------------------------------------------------------------- */

static enum bf_rc move_post(struct bf_act *act, int64_t post, const char *to, struct bf_err *err)
{
	const struct bf_move move = { .object = post, .to = to, .as = BF_BY_JOB };

	return bf_machine_move(act, &bf_post_machine, &move, err);
}

/* Where nothing is left to be decided the post is closed at once. */
static enum bf_rc expire(struct bf_act *act, int64_t post, struct bf_err *err)
{
	const struct bf_value *rest;
	struct bf_value row;
	enum bf_rc rc = bf_machine_lock(act, &bf_post_machine, post, 0, &row, err);

	if (rc == BF_OK)
		rc = move_post(act, post, "expired", err);
	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "rest_lock", BF_ARGS(bf_arg_int("post", post)), &rest,
				err);
	if (rc != BF_NOT_FOUND || bf_row_int(&row, "taken") != bf_row_int(&row, "confirmed"))
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	return move_post(act, post, "closed", err);
}

static enum bf_rc ask_donors(struct bf_act *act, int64_t post, struct bf_err *err)
{
	const struct bf_arg *args = BF_ARGS(bf_arg_int("post", post));
	const struct bf_value *rest;
	struct bf_value row;
	int64_t days = 0;
	enum bf_rc rc = bf_machine_lock(act, &bf_post_machine, post, 0, &row, err);

	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "rest_lock", args, &rest, err);
	if (rc != BF_OK || bf_row_is(rest, "choice", "accepted") || bf_row_int(rest, "is_asked"))
		return rc; /* the family was faster */
	if (bf_row_int(rest, "waits"))
		return BF_OK; /* again once somebody has decided */
	if (bf_row_is(&row, "state", "cancelled"))
		rc = bf_payout_cancel_waiting(act, post, "the post was ended", err);
	if (rc == BF_OK)
		rc = bf_post_setting(act, &row, "rest_choice_days", &days, err);
	if (rc == BF_OK)
		rc = bf_ask_exec(&act->ask, "rest_choices_add", args, err);
	if (rc == BF_OK)
		rc = bf_ask_exec(&act->ask, "rest_choices_told", args, err);
	return rc == BF_OK
		       ? bf_ask_exec(&act->ask, "rest_asked",
				     BF_ARGS(bf_arg_int("post", post), bf_arg_int("days", days)),
				     err)
		       : rc;
}

static enum bf_rc choose_for_donor(struct bf_act *act, int64_t id, struct bf_err *err)
{
	struct choosing choosing;
	enum bf_rc rc = lock(act, id, &choosing, err);

	if (rc == BF_CONFLICT)
		return BF_OK; /* the donor was faster */
	return rc == BF_OK
		       ? give_back(act, &choosing, choosing.wallet_only ? "wallet" : "back", 0, err)
		       : rc;
}

static enum bf_rc end(struct bf_act *act, int64_t post, struct bf_err *err)
{
	struct bf_value row;
	enum bf_rc rc = bf_machine_lock(act, &bf_post_machine, post, 0, &row, err);

	if (rc == BF_OK)
		rc = bf_ask_exec(&act->ask, "rest_settled", BF_ARGS(bf_arg_int("post", post)), err);
	return rc == BF_OK ? move_post(act, post, "closed", err) : rc;
}

struct step {
	enum bf_rc (*fn)(struct bf_act *act, int64_t id, struct bf_err *err);
	int64_t id;
};

static enum bf_rc take(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct step *step = arg;

	return step->fn(act, step->id, err);
}

enum bf_rc bf_rest_once(struct bf_ask *ask, bool *ret_did, struct bf_err *err)
{
	static const struct {
		const char *query;
		enum bf_rc (*fn)(struct bf_act *act, int64_t id, struct bf_err *err);
	} kinds[] = {
		{ "rest_due_expiry", expire },
		{ "rest_due_question", ask_donors },
		{ "rest_due_default", choose_for_donor },
		{ "rest_due_end", end },
	};

	*ret_did = false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct bf_value *row;
		struct bf_act act = { .ask = *ask };
		struct step step = { .fn = kinds[i].fn };
		enum bf_rc rc = bf_ask_row(ask, kinds[i].query, BF_NO_ARGS, &row, err);

		if (rc == BF_NOT_FOUND)
			continue;
		if (rc != BF_OK)
			return rc;
		*ret_did = true;
		step.id = bf_row_int(row, "id");
		return bf_act_run(&act, take, &step, err);
	}
	return BF_OK;
}
