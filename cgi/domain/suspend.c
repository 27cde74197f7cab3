#include "domain/suspend.h"

enum { TEXT_ASKED, TEXT_NOT_SUSPENDED, TEXT_NO_OTHER };

const char *const bf_suspend_texts[] = {
	[TEXT_ASKED] = "You have asked for this already: a second person has to agree.",
	[TEXT_NOT_SUSPENDED] = "This post is not suspended.",
	[TEXT_NO_OTHER] = "There is no other published post with this number in your county.",
	NULL,
};

/* Locks a published post of the actor's county. */
static enum bf_rc lock_here(struct bf_act *act, const char *ref, struct bf_value *ret_row,
			    struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), found;
	enum bf_rc rc;

	bf_arg_set_text(&args, "ref", ref);
	rc = bf_ask_one(&act->ask, "post_of_county", &args, &found, err);
	return rc == BF_OK ? bf_machine_lock(act, &bf_post_machine, bf_row_int(&found, "id"), 0,
					     ret_row, err)
			   : rc;
}

static enum bf_rc move(struct bf_act *act, const struct bf_value *row, const char *to,
		       const char *reason, struct bf_value *args, struct bf_err *err)
{
	return bf_machine_move(act, &bf_post_machine,
			       &(struct bf_move){ .object = bf_row_int(row, "id"),
						  .to = to,
						  .as = BF_BY_COUNTY,
						  .reason = reason,
						  .args = args },
			       err);
}

enum bf_rc bf_post_suspend(struct bf_act *act, const char *ref, const char *case_number,
			   const char *public_text, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row;
	enum bf_rc rc;

	act->refused.to = "suspended";
	rc = lock_here(act, ref, &row, err);
	if (rc == BF_OK)
		rc = move(act, &row, "suspended", public_text, NULL, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "post", bf_row_int(&row, "id"));
	bf_arg_set_text(&args, "case_number", case_number);
	bf_arg_set_text(&args, "public_text", public_text);
	return bf_ask_run(&act->ask, "add_suspension", &args, NULL, NULL, err);
}

/* Where a post goes that is no longer suspended: as much as is taken of it by now. */
static const char *aim(const struct bf_value *row, bool cancel)
{
	if (cancel)
		return "cancelled";
	return bf_row_int(row, "taken") < bf_row_int(row, "asked") ? "open" : "full";
}

enum bf_rc bf_post_end_suspension(struct bf_act *act, const char *ref, bool cancel,
				  const char *reason, bool *ret_waits, struct bf_err *err)
{
	const char *wish = cancel ? "cancel" : "lift";
	struct bf_value args = bf_act_args(act), more = bf_value_map(act->ask.pool), row, rows;
	const struct bf_value *live;
	bool same;
	enum bf_rc rc;

	act->refused.to = cancel ? "cancelled" : "open";
	rc = lock_here(act, ref, &row, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "post", bf_row_int(&row, "id"));
	bf_arg_set_text(&args, "wish", wish);
	bf_arg_set_text(&args, "reason", reason);
	rc = bf_ask_select(&act->ask, "live_suspension", &args, &rows, err);
	if (rc != BF_OK)
		return rc;
	live = bf_value_at(&rows, 0);
	if (!live)
		return bf_act_refuse(act, BF_CONFLICT, bf_suspend_texts[TEXT_NOT_SUSPENDED], err,
				     "post %s is not suspended", ref);
	same = strcmp(bf_row_text(live, "asked"), wish) == 0;
	if (same && bf_row_int(live, "asked_by") == act->actor)
		return bf_act_refuse(act, BF_CONFLICT, bf_suspend_texts[TEXT_ASKED], err,
				     "account %jd asked to %s post %s before", (intmax_t)act->actor,
				     wish, ref);
	*ret_waits = !same;
	if (!same)
		return bf_ask_run(&act->ask, "ask_to_end_suspension", &args, NULL, NULL, err);
	bf_arg_set_int(&more, "asked_by", bf_row_int(live, "asked_by"));
	rc = move(act, &row, aim(&row, cancel), reason, &more, err);
	return rc == BF_OK ? bf_ask_run(&act->ask, "end_suspension", &args, NULL, NULL, err) : rc;
}

enum bf_rc bf_post_end_duplicate(struct bf_act *act, const char *ref, const char *stays,
				 struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row, rows;
	enum bf_rc rc;

	act->refused.to = "duplicate";
	rc = lock_here(act, ref, &row, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(&args, "ref", stays);
	bf_arg_set_int(&args, "post", bf_row_int(&row, "id"));
	rc = bf_ask_select(&act->ask, "post_that_stays", &args, &rows, err);
	if (rc != BF_OK)
		return rc;
	if (!bf_value_count(&rows))
		return bf_act_refuse(act, BF_CONFLICT, bf_suspend_texts[TEXT_NO_OTHER], err,
				     "post %s is no other published one than %s", stays, ref);
	bf_arg_set_int(&args, "stays", bf_row_int(bf_value_at(&rows, 0), "id"));
	rc = move(act, &row, "duplicate", stays, NULL, err);
	return rc == BF_OK ? bf_ask_run(&act->ask, "link_duplicate", &args, NULL, NULL, err) : rc;
}
