#include "domain/delivery.h"

#include "domain/posting.h"

enum {
	TEXT_NOT_ARRIVED,
	TEXT_CONFIRMED,
	TEXT_REASON,
	TEXT_SUSPENDED,
	TEXT_NOT_YET,
	TEXT_THANKED,
	TEXT_OWN_WORDS,
	TEXT_LOOKED_AT,
};

const char *const bf_delivery_texts[] = {
	[TEXT_NOT_ARRIVED] = "The bank has not told us yet that it arrived. Please look again "
			     "tomorrow.",
	[TEXT_CONFIRMED] = "This was confirmed already.",
	[TEXT_REASON] = "Please say why the family does not confirm it itself.",
	[TEXT_SUSPENDED] = "This post is suspended. Please confirm once that is over.",
	[TEXT_NOT_YET] = "Please confirm first that it has arrived.",
	[TEXT_THANKED] = "Your thanks for this were written already.",
	[TEXT_OWN_WORDS] = "You wrote these words: another person has to look at them.",
	[TEXT_LOOKED_AT] = "Somebody has looked at these words meanwhile.",
	NULL,
};

static enum bf_rc refuse(struct bf_act *act, enum bf_rc rc, int text, int64_t delivery,
			 struct bf_err *err)
{
	return bf_act_refuse(act, rc, bf_delivery_texts[text], err, "delivery %lld: %s",
			     (long long)delivery, bf_delivery_texts[text]);
}

static struct bf_value args_of(const struct bf_act *act, int64_t delivery)
{
	struct bf_value args = bf_act_args(act);

	bf_arg_set_int(&args, "delivery", delivery);
	return args;
}

static enum bf_rc write_event(struct bf_act *act, struct bf_value *args, const char *type,
			      struct bf_err *err)
{
	bf_arg_set_text(args, "type", type);
	return bf_ask_run(&act->ask, "delivery_event", args, NULL, NULL, err);
}

/* Locks the post of a delivery that is the actor's to confirm; ret_row is read after it. */
static enum bf_rc lock_own(struct bf_act *act, int64_t delivery, struct bf_value *ret_post,
			   struct bf_value *ret_row, struct bf_err *err)
{
	struct bf_value args = args_of(act, delivery);
	enum bf_rc rc = bf_ask_one(&act->ask, "own_delivery", &args, ret_row, err);

	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(ret_row, "post_id"), 0,
				     ret_post, err);
	act->refused = (struct bf_refused_move){ 0 }; /* of posts alone */
	return rc == BF_OK ? bf_ask_one(&act->ask, "own_delivery", &args, ret_row, err) : rc;
}

/* ---- confirming ------------------------------------------------------------------------ */

static enum bf_rc check(struct bf_act *act, const struct bf_value *row, const struct bf_value *post,
			const char *reason, struct bf_err *err)
{
	int64_t id = bf_row_int(row, "id");

	if (bf_value_is_null(bf_value_get(row, "received_at")))
		return refuse(act, BF_CONFLICT, TEXT_NOT_ARRIVED, id, err);
	if (!bf_value_is_null(bf_value_get(row, "confirmed_at")))
		return refuse(act, BF_CONFLICT, TEXT_CONFIRMED, id, err);
	if (!bf_row_int(row, "is_own") && !reason)
		return refuse(act, BF_INVALID, TEXT_REASON, id, err);
	/* what is all confirmed is met, and that is no way out of a concern */
	if (bf_row_is(post, "phase", "suspended"))
		return refuse(act, BF_CONFLICT, TEXT_SUSPENDED, id, err);
	return BF_OK;
}

/* A full post that has all is met: a consequence of this confirmation, by who confirmed. */
static enum bf_rc meet(struct bf_act *act, const struct bf_value *post, int64_t fen,
		       struct bf_err *err)
{
	if (!bf_row_is(post, "state", "full") ||
	    bf_row_int(post, "confirmed") + fen < bf_row_int(post, "asked"))
		return BF_OK;
	return bf_machine_move(act, &bf_post_machine,
			       &(struct bf_move){ .object = bf_row_int(post, "id"),
						  .to = "met",
						  .as = BF_BY_AUTHOR,
						  .behalf_of = bf_row_int(post, "household_id") },
			       err);
}

enum bf_rc bf_delivery_confirm(struct bf_act *act, int64_t delivery, const char *reason,
			       struct bf_err *err)
{
	struct bf_value args = args_of(act, delivery), post, row;
	const char *why = reason && *reason ? reason : NULL;
	enum bf_rc rc = lock_own(act, delivery, &post, &row, err);

	if (rc == BF_OK)
		rc = check(act, &row, &post, why, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(&args, "reason", bf_row_int(&row, "is_own") ? NULL : why);
	bf_arg_set_int(&args, "post", bf_row_int(&post, "id"));
	bf_arg_set_int(&args, "fen", bf_row_int(&row, "fen"));
	rc = bf_ask_run_each(&act->ask,
			     (const char *const[]){ "delivery_confirm", "post_confirmed", NULL },
			     &args, err);
	if (rc == BF_OK)
		rc = bf_post_relist(act, bf_row_int(&post, "id"), &post, err);
	if (rc == BF_OK)
		rc = write_event(act, &args, "delivery.confirmed", err);
	return rc == BF_OK ? meet(act, &post, bf_row_int(&row, "fen"), err) : rc;
}

/* ---- thanks ---------------------------------------------------------------------------- */

enum bf_rc bf_delivery_thank(struct bf_act *act, int64_t delivery, const char *words,
			     struct bf_err *err)
{
	struct bf_value args = args_of(act, delivery), post, row;
	enum bf_rc rc = lock_own(act, delivery, &post, &row, err);

	if (rc != BF_OK)
		return rc;
	if (bf_value_is_null(bf_value_get(&row, "confirmed_at")))
		return refuse(act, BF_CONFLICT, TEXT_NOT_YET, delivery, err);
	if (!bf_value_is_null(bf_value_get(&row, "thanks")))
		return refuse(act, BF_CONFLICT, TEXT_THANKED, delivery, err);
	bf_arg_set_text(&args, "thanks", words);
	return bf_ask_run(&act->ask, "delivery_thank", &args, NULL, NULL, err);
}

enum bf_rc bf_delivery_pass_thanks(struct bf_act *act, int64_t delivery, bool shown,
				   struct bf_err *err)
{
	struct bf_value args = args_of(act, delivery), row;
	int64_t matched = 0;
	enum bf_rc rc = bf_ask_one(&act->ask, "thanks_here", &args, &row, err);

	if (rc != BF_OK)
		return rc;
	if (bf_row_int(&row, "thanks_by") == act->actor)
		return refuse(act, BF_DENIED, TEXT_OWN_WORDS, delivery, err);
	bf_arg_set_int(&args, "shown", shown);
	rc = bf_ask_run(&act->ask, "thanks_decide", &args, &matched, NULL, err);
	if (rc == BF_OK && !matched)
		return refuse(act, BF_CONFLICT, TEXT_LOOKED_AT, delivery, err);
	return rc == BF_OK && shown ? write_event(act, &args, "delivery.thanked", err) : rc;
}
