#include "domain/cap.h"

enum { TEXT_CHANGED, TEXT_CEILING, TEXT_DATE };

const char *const bf_cap_texts[] = {
	[TEXT_CHANGED] = "Somebody has changed this meanwhile. Please look at it again before you "
			 "go on.",
	[TEXT_CEILING] = "This is more than the level above allows. A region may only tighten it.",
	[TEXT_DATE] = "The date has passed. Please choose today or a later day.",
	NULL,
};

static enum bf_rc refuse(struct bf_act *act, const struct bf_cap_wish *wish, int text,
			 struct bf_err *err)
{
	return bf_act_refuse(act, BF_CONFLICT, bf_cap_texts[text], err,
			     "cap of \"%s\" in %jd, %jd fen: %s", wish->need,
			     (intmax_t)wish->region, (intmax_t)wish->value_fen, bf_cap_texts[text]);
}

enum bf_rc bf_cap_set(struct bf_act *act, const struct bf_cap_wish *wish, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row, now;
	enum bf_rc rc;

	act->refused = (struct bf_refused_move){ "setting", wish->region, "", wish->need };
	bf_arg_set_int(&args, "where", wish->region);
	bf_arg_set_text(&args, "cap", bf_pool_printf(act->ask.pool, "cap_%s_fen", wish->need));
	rc = bf_ask_one(&act->ask, "caps_region", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "caps_region_lock", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "cap_now", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "database_time", &args, &now, err);
	if (rc != BF_OK)
		return rc;
	if (bf_row_int(&row, "version") != wish->version)
		return refuse(act, wish, TEXT_CHANGED, err);
	if (wish->value_fen > bf_row_int(&row, "ceiling_fen"))
		return refuse(act, wish, TEXT_CEILING, err);
	if (wish->from_ms && wish->from_ms < bf_row_int(&now, "now"))
		return refuse(act, wish, TEXT_DATE, err);
	bf_arg_set_int(&args, "version", wish->version + 1);
	bf_arg_set_int(&args, "value", wish->value_fen);
	bf_arg_set_text(&args, "reason", wish->reason);
	bf_value_set(&args, "from_at",
		     wish->from_ms ? bf_value_time(wish->from_ms) : (struct bf_value){ 0 });
	return bf_ask_run(&act->ask, "cap_add", &args, NULL, NULL, err);
}
