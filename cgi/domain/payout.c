#include "domain/payout.h"

#include "domain/ledger.h"
#include "domain/posting.h"
#include "domain/trail.h"

enum {
	TEXT_SUSPENDED,
	TEXT_NOT_NOW,
	TEXT_TOO_LITTLE,
	TEXT_TOO_EARLY,
	TEXT_SAME_PERSON,
	TEXT_NOT_YOURS,
	TEXT_DECIDED,
	TEXT_NO_PAYEE,
	TEXT_CHANGING,
	TEXT_NEW_PAYEE,
	TEXT_CHANGED,
};

const char *const bf_payout_texts[] = {
	[TEXT_SUSPENDED] = "This post is suspended. Nothing is paid out until that is over.",
	[TEXT_NOT_NOW] = "This post has ended, so nothing more is paid out for it here.",
	[TEXT_TOO_LITTLE] = "Less than 50 yuan are kept. They are paid out once there is more, or "
			    "the post has all it needs.",
	[TEXT_TOO_EARLY] = "A payout of this post was prepared within the last week. Please wait "
			   "until a week has passed.",
	[TEXT_SAME_PERSON] = "You prepared this payout: another person has to approve it.",
	[TEXT_NOT_YOURS] = "Only who prepared a payout, or who approves here, can cancel it.",
	[TEXT_DECIDED] = "Somebody has decided about this payout meanwhile.",
	[TEXT_NO_PAYEE] = "The family has no verified bank account. The county has to verify one "
			  "first.",
	[TEXT_CHANGING] = "The family is changing its bank account. Nothing is paid out until the "
			  "county has decided about the new one.",
	[TEXT_NEW_PAYEE] = "The family changed its bank account a short time ago. Money goes to it "
			   "once 48 hours have passed since.",
	[TEXT_CHANGED] = "The family changed its bank account after this was approved.",
	NULL,
};

struct payout {
	int64_t id, post, household, fen, preparer, payee;
	const char *state;
	struct bf_value before; /* the row of its post */
};

static bool is_in(const struct payout *payout, const char *state)
{
	return strcmp(payout->state, state) == 0;
}

static enum bf_rc refuse(struct bf_act *act, enum bf_rc rc, int text, struct bf_err *err,
			 const char *what, int64_t id)
{
	return bf_act_refuse(act, rc, bf_payout_texts[text], err, "%s %lld: %s", what,
			     (long long)id, bf_payout_texts[text]);
}

/* Locks post and payout, in this order. */
static enum bf_rc lock(struct bf_act *act, int64_t id, struct payout *ret_payout,
		       struct bf_err *err)
{
	const struct bf_arg *args = BF_ARGS(bf_arg_int("payout", id));
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(&act->ask, "payout_look", args, &row, err);

	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(row, "post_id"), 0,
				     &ret_payout->before, err);
	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "payout_lock", args, &row, err);
	if (rc != BF_OK)
		return rc;
	ret_payout->id = id;
	ret_payout->post = bf_row_int(row, "post_id");
	ret_payout->household = bf_row_int(row, "household_id");
	ret_payout->fen = bf_row_int(row, "fen");
	ret_payout->preparer = bf_row_int(row, "prepared_by");
	ret_payout->payee = bf_row_int(row, "payee_id");
	ret_payout->state = bf_row_text(row, "state");
	return BF_OK;
}

/* State, history and event of a locked payout. */
static enum bf_rc move(struct bf_act *act, struct payout *payout, const char *to,
		       const char *reason, int64_t after_s, struct bf_err *err)
{
	const char *event = bf_pool_printf(act->ask.pool, "payout.%s", to);
	int64_t matched = 0;
	enum bf_rc rc = bf_trail_move(&act->ask,
				      &(struct bf_trail_step){ .machine = "payout",
							       .object = payout->id,
							       .from = payout->state,
							       .to = to,
							       .actor = act->actor,
							       .reason = reason },
				      err);

	if (rc == BF_OK)
		rc = bf_ask_change(&act->ask, "payout_move",
				   BF_ARGS(bf_arg_int("payout", payout->id),
					   bf_arg_text("from", payout->state),
					   bf_arg_text("to", to), bf_arg_id("actor", act->actor),
					   bf_arg_id("payee", payout->payee),
					   bf_arg_int("after_s", after_s)),
				   &matched, err);
	if (rc == BF_OK && !matched)
		return bf_err_set(err, BF_CONFLICT, "payout %lld is not %s", (long long)payout->id,
				  payout->state);
	payout->state = to;
	return rc == BF_OK
		       ? bf_trail_event(&act->ask, event, payout->id, act->actor, payout->post, err)
		       : rc;
}

/* An account of the ledger, by its parts. */
struct account {
	const char *kind, *name;
	int64_t id;
};

static struct account escrow(const struct payout *payout)
{
	return (struct account){ "escrow", NULL, payout->post };
}

static struct account payable(const struct payout *payout)
{
	return (struct account){ "payable", "household", payout->household };
}

static struct account transit(const struct bf_payout_bank *bank)
{
	return (struct account){ "transit_out", bank->name, 0 };
}

/* The sum of a payout from the credited to the debited account. */
static enum bf_rc post(struct bf_act *act, enum bf_posting posting, const struct payout *payout,
		       struct account debit, struct account credit, struct bf_err *err)
{
	struct bf_journal journal = { .posting = posting, .subject = payout->id };

	bf_journal_line(&journal, debit.kind, debit.name, debit.id, payout->fen);
	bf_journal_line(&journal, credit.kind, credit.name, credit.id, -payout->fen);
	return bf_ledger_post(&act->ask, &journal, err);
}

/* ---- where it goes ---------------------------------------------------------------------- */

/* The account that payouts of a household go to now; *ret_why is why not, or -1. */
static enum bf_rc find_payee(struct bf_act *act, const struct bf_value *post, int64_t household,
			     int64_t *ret_payee, int *ret_why, struct bf_err *err)
{
	const struct bf_value *row;
	int64_t hours;
	enum bf_rc rc = bf_post_setting(act, post, "payee_wait_hours", &hours, err);

	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "payout_payee",
				BF_ARGS(bf_arg_int("of_household", household),
					bf_arg_int("hours", hours)),
				&row, err);
	if (rc != BF_OK)
		return rc;
	*ret_payee = bf_row_int(row, "payee");
	*ret_why = !*ret_payee                      ? TEXT_NO_PAYEE
		   : bf_row_int(row, "is_changing") ? TEXT_CHANGING
		   : bf_row_int(row, "is_new")      ? TEXT_NEW_PAYEE
						    : -1;
	return BF_OK;
}

static enum bf_rc need_payee(struct bf_act *act, const struct bf_value *post, struct payout *payout,
			     struct bf_err *err)
{
	int why;
	enum bf_rc rc = find_payee(act, post, payout->household, &payout->payee, &why, err);

	if (rc == BF_OK && why >= 0)
		rc = refuse(act, BF_CONFLICT, why, err, "household", payout->household);
	return rc;
}

/* ---- asking ------------------------------------------------------------------------------ */

/* A post that takes gifts still, or that ended and whose family takes what is there. */
static enum bf_rc check_phase(struct bf_act *act, const struct bf_value *row,
			      const struct bf_value *room, struct bf_err *err)
{
	const char *phase = bf_row_text(row, "phase");

	if (strcmp(phase, "suspended") == 0)
		return refuse(act, BF_CONFLICT, TEXT_SUSPENDED, err, "post", bf_row_int(row, "id"));
	if (strcmp(phase, "open") != 0 && strcmp(phase, "full") != 0 &&
	    !bf_row_int(room, "is_accepted"))
		return refuse(act, BF_CONFLICT, TEXT_NOT_NOW, err, "post", bf_row_int(row, "id"));
	return BF_OK;
}

/* What of a locked post can be paid out now; the last of it however little. */
static enum bf_rc find_room(struct bf_act *act, const struct bf_value *row, struct payout *payout,
			    struct bf_err *err)
{
	const struct bf_value *room;
	enum bf_rc rc = bf_ask_row(&act->ask, "payout_room",
				   BF_ARGS(bf_arg_int("post", bf_row_int(row, "id")),
					   bf_arg_int("days", BF_PAYOUT_EVERY_DAYS)),
				   &room, err);

	if (rc == BF_OK)
		rc = check_phase(act, row, room, err);
	if (rc != BF_OK)
		return rc;
	payout->post = bf_row_int(row, "id");
	payout->household = bf_row_int(room, "household_id");
	payout->fen = bf_row_int(room, "kept_fen");
	if (payout->fen <= 0 ||
	    (payout->fen < BF_PAYOUT_MIN_FEN && bf_row_is(row, "phase", "open")))
		return refuse(act, BF_CONFLICT, TEXT_TOO_LITTLE, err, "post", payout->post);
	if (bf_row_int(room, "is_early") && !bf_row_int(room, "is_accepted"))
		return refuse(act, BF_CONFLICT, TEXT_TOO_EARLY, err, "post", payout->post);
	return need_payee(act, row, payout, err);
}

enum bf_rc bf_payout_request(struct bf_act *act, const char *ref, int64_t *ret_payout,
			     struct bf_err *err)
{
	struct payout payout = { .state = "" };
	const struct bf_value *found;
	enum bf_rc rc =
		bf_ask_row(&act->ask, "payout_post",
			   BF_ARGS(bf_arg_text("ref", ref), bf_arg_id("account", act->actor)),
			   &found, err);

	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(found, "id"), 0,
				     &payout.before, err);
	if (rc == BF_OK)
		rc = find_room(act, &payout.before, &payout, err);
	if (rc == BF_OK)
		rc = bf_ask_add(&act->ask, "payout_add",
				BF_ARGS(bf_arg_int("post", payout.post),
					bf_arg_int("of_household", payout.household),
					bf_arg_int("fen", payout.fen),
					bf_arg_int("payee", payout.payee),
					bf_arg_int("actor", act->actor)),
				&payout.id, err);
	if (rc == BF_OK)
		rc = post(act, BF_POSTING_PAYOUT_REQUESTED, &payout, escrow(&payout),
			  payable(&payout), err);
	if (rc == BF_OK)
		rc = bf_trail_move(&act->ask,
				   &(struct bf_trail_step){ .machine = "payout",
							    .object = payout.id,
							    .from = "",
							    .to = "requested",
							    .actor = act->actor },
				   err);
	if (rc == BF_OK)
		rc = bf_trail_event(&act->ask, "payout.requested", payout.id, act->actor,
				    payout.post, err);
	if (rc == BF_OK)
		*ret_payout = payout.id;
	return rc;
}

/* ---- deciding ---------------------------------------------------------------------------- */

/* A payout in the actor's region, locked. */
static enum bf_rc lock_here(struct bf_act *act, int64_t id, struct payout *ret_payout,
			    bool *ret_may_approve, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(&act->ask, "payout_here",
			   BF_ARGS(bf_arg_int("payout", id), bf_arg_id("account", act->actor)),
			   &row, err);

	if (rc == BF_OK)
		rc = lock(act, id, ret_payout, err);
	if (rc != BF_OK)
		return rc;
	*ret_may_approve = bf_row_int(row, "may_approve") != 0;
	return BF_OK;
}

/* Nothing leaves for a family whose post the county looks into, or has ended. */
static enum bf_rc check_goes_on(struct bf_act *act, const struct payout *payout, struct bf_err *err)
{
	if (bf_row_is(&payout->before, "phase", "suspended"))
		return refuse(act, BF_CONFLICT, TEXT_SUSPENDED, err, "payout", payout->id);
	if (bf_row_is(&payout->before, "state", "cancelled"))
		return refuse(act, BF_CONFLICT, TEXT_NOT_NOW, err, "payout", payout->id);
	return BF_OK;
}

enum bf_rc bf_payout_approve(struct bf_act *act, int64_t id, struct bf_err *err)
{
	struct payout payout = { 0 };
	bool may_approve = false;
	enum bf_rc rc = lock_here(act, id, &payout, &may_approve, err);

	if (rc != BF_OK)
		return rc;
	if (!is_in(&payout, "requested"))
		return refuse(act, BF_CONFLICT, TEXT_DECIDED, err, "payout", id);
	if (payout.preparer == act->actor)
		return refuse(act, BF_DENIED, TEXT_SAME_PERSON, err, "payout", id);
	if (!may_approve)
		return bf_err_set(err, BF_DENIED, "account %lld does not approve payout %lld",
				  (long long)act->actor, (long long)id);
	rc = check_goes_on(act, &payout, err);
	if (rc == BF_OK)
		rc = need_payee(act, &payout.before, &payout, err);
	return rc == BF_OK ? move(act, &payout, "approved", NULL, 0, err) : rc;
}

enum bf_rc bf_payout_cancel(struct bf_act *act, int64_t id, const char *reason, struct bf_err *err)
{
	struct payout payout = { 0 };
	bool may_approve = false;
	enum bf_rc rc = lock_here(act, id, &payout, &may_approve, err);

	if (rc == BF_OK && !is_in(&payout, "requested") && !is_in(&payout, "returned"))
		rc = refuse(act, BF_CONFLICT, TEXT_DECIDED, err, "payout", id);
	if (rc == BF_OK && !may_approve && payout.preparer != act->actor)
		rc = refuse(act, BF_DENIED, TEXT_NOT_YOURS, err, "payout", id);
	if (rc == BF_OK)
		rc = post(act, BF_POSTING_PAYOUT_CANCELLED, &payout, payable(&payout),
			  escrow(&payout), err);
	return rc == BF_OK ? move(act, &payout, "cancelled", reason, 0, err) : rc;
}

enum bf_rc bf_payout_cancel_waiting(struct bf_act *act, int64_t post_id, const char *reason,
				    struct bf_err *err)
{
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(&act->ask, "payouts_waiting",
				    BF_ARGS(bf_arg_int("post", post_id)), &rows, err);

	for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++) {
		struct payout payout = { 0 };

		rc = lock(act, bf_row_int(bf_value_at(rows, i), "id"), &payout, err);
		if (rc == BF_OK)
			rc = post(act, BF_POSTING_PAYOUT_CANCELLED, &payout, payable(&payout),
				  escrow(&payout), err);
		if (rc == BF_OK)
			rc = move(act, &payout, "cancelled", reason, 0, err);
	}
	return rc;
}

/* ---- at the bank ------------------------------------------------------------------------- */

enum bf_rc bf_payout_sent(struct bf_act *act, const struct bf_payout_bank *bank, int64_t id,
			  struct bf_err *err)
{
	const struct bf_arg *args = BF_ARGS(bf_arg_int("payout", id));
	struct payout payout = { 0 };
	int64_t approved_for;
	enum bf_rc rc = lock(act, id, &payout, err);

	approved_for = payout.payee;
	if (rc == BF_OK)
		rc = check_goes_on(act, &payout, err);
	if (rc == BF_OK)
		rc = need_payee(act, &payout.before, &payout, err);
	if (rc == BF_OK && payout.payee != approved_for)
		rc = refuse(act, BF_CONFLICT, TEXT_CHANGED, err, "payout", id);
	if (rc == BF_OK)
		rc = bf_ask_exec(&act->ask, "post_sent",
				 BF_ARGS(bf_arg_int("post", payout.post),
					 bf_arg_int("fen", payout.fen)),
				 err);
	if (rc == BF_OK)
		rc = post(act, BF_POSTING_PAYOUT_SENT, &payout, payable(&payout), transit(bank),
			  err);
	if (rc == BF_OK)
		rc = move(act, &payout, "sent", NULL, bank->statement_after_s, err);
	return rc == BF_OK ? bf_ask_exec(&act->ask, "payout_delivery_add", args, err) : rc;
}

/* What follows for the household and the figures from help that arrived. */
static enum bf_rc note_received(struct bf_act *act, const struct payout *payout, struct bf_err *err)
{
	const struct bf_arg *args = BF_ARGS(bf_arg_int("payout", payout->id));
	int64_t connected = 0;
	enum bf_rc rc = bf_ask_exec(&act->ask, "payout_delivery_received", args, err);

	if (rc == BF_OK)
		rc = bf_ask_change(&act->ask, "household_connected", args, &connected, err);
	if (rc == BF_OK)
		rc = bf_ask_exec(&act->ask, "figures_delivered",
				 BF_ARGS(bf_arg_int("city", bf_row_int(&payout->before, "city")),
					 bf_arg_int("fen", payout->fen),
					 bf_arg_int("connected", connected)),
				 err);
	return rc == BF_OK ? bf_post_relist(act, payout->post, &payout->before, err) : rc;
}

enum bf_rc bf_payout_confirmed(struct bf_act *act, const struct bf_payout_bank *bank, int64_t id,
			       struct bf_err *err)
{
	struct payout payout = { 0 };
	enum bf_rc rc = lock(act, id, &payout, err);

	if (rc == BF_OK)
		rc = note_received(act, &payout, err);
	if (rc == BF_OK)
		rc = post(act, BF_POSTING_PAYOUT_CONFIRMED, &payout, transit(bank),
			  (struct account){ "custody", bank->name, 0 }, err);
	if (rc == BF_OK)
		rc = move(act, &payout, "confirmed", NULL, 0, err);
	return rc == BF_OK ? bf_trail_event(&act->ask, "delivery.received", id, 0, payout.post, err)
			   : rc;
}

enum bf_rc bf_payout_returned(struct bf_act *act, const struct bf_payout_bank *bank, int64_t id,
			      const char *reason, struct bf_err *err)
{
	const struct bf_arg *args = BF_ARGS(bf_arg_int("payout", id));
	struct payout payout = { 0 };
	enum bf_rc rc = lock(act, id, &payout, err);

	if (rc == BF_OK)
		rc = bf_ask_exec(&act->ask, "post_sent",
				 BF_ARGS(bf_arg_int("post", payout.post),
					 bf_arg_int("fen", -payout.fen)),
				 err);
	if (rc == BF_OK)
		rc = post(act, BF_POSTING_PAYOUT_RETURNED, &payout, transit(bank), payable(&payout),
			  err);
	if (rc == BF_OK)
		rc = bf_ask_exec(&act->ask, "payout_delivery_returned", args, err);
	return rc == BF_OK ? move(act, &payout, "returned", reason, 0, err) : rc;
}

/* ---- the demo's bank --------------------------------------------------------------------- */

enum { ASK_AGAIN_S = 60 };
static const char returning_digit = '4';

struct due {
	const struct bf_payout_bank *bank;
	bool found;
};

/*
 * An approved payout is sent, or waits while its account does; where the account has become
 * another one, two people look at the payout anew.
 */
static enum bf_rc go_to_bank(struct bf_act *act, const struct bf_payout_bank *bank, int64_t id,
			     struct bf_err *err)
{
	struct payout payout = { 0 };
	int64_t payee = 0;
	int why = -1;
	enum bf_rc rc = lock(act, id, &payout, err);

	if (rc == BF_OK)
		rc = find_payee(act, &payout.before, payout.household, &payee, &why, err);
	if (rc != BF_OK)
		return rc;
	if (why >= 0)
		return bf_ask_exec(&act->ask, "payout_wait",
				   BF_ARGS(bf_arg_int("payout", id),
					   bf_arg_int("seconds", ASK_AGAIN_S)),
				   err);
	if (payee == payout.payee)
		return bf_payout_sent(act, bank, id, err);
	payout.payee = payee;
	return move(act, &payout, "requested", NULL, 0, err);
}

static enum bf_rc read_statement(struct bf_act *act, const struct bf_payout_bank *bank,
				 const struct bf_value *row, struct bf_err *err)
{
	const char *digits = bf_row_text(row, "last_digits");
	int64_t id = bf_row_int(row, "id");

	return *digits && digits[strlen(digits) - 1] == returning_digit
		       ? bf_payout_returned(act, bank, id, NULL, err)
		       : bf_payout_confirmed(act, bank, id, err);
}

static enum bf_rc go_on(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct bf_act act = { .ask = *ask };
	struct due *due = arg;
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "payout_due", BF_NO_ARGS, &row, err);

	due->found = rc == BF_OK;
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	return bf_row_is(row, "state", "approved")
		       ? go_to_bank(&act, due->bank, bf_row_int(row, "id"), err)
		       : read_statement(&act, due->bank, row, err);
}

enum bf_rc bf_payout_simulate(struct bf_ask *ask, const struct bf_payout_bank *bank,
			      bool *ret_worked, struct bf_err *err)
{
	struct due due = { .bank = bank };
	enum bf_rc rc = bf_ask_transaction(ask, go_on, &due, NULL, err);

	*ret_worked = due.found && rc == BF_OK;
	return rc;
}
