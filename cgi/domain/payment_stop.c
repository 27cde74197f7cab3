#include "domain/payment_stop.h"

enum { TEXT_STOPPED, TEXT_NOT_STOPPED, TEXT_SECOND_PERSON };

const char *const bf_payment_stop_texts[] = {
	[TEXT_STOPPED] = "Payments of this city are stopped already.",
	[TEXT_NOT_STOPPED] = "Payments of this city are not stopped.",
	[TEXT_SECOND_PERSON] = "You have asked for this already: a second person has to agree.",
	NULL,
};

/* Locks the city against payments that begin, and answers the stop that counts, or null. */
static enum bf_rc lock(struct bf_act *act, int64_t city, const struct bf_value **ret_live,
		       struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row;
	enum bf_rc rc;

	act->refused.machine = "payment_stop";
	act->refused.object = city;
	bf_arg_set_int(&args, "city", city);
	rc = bf_ask_one(&act->ask, "city_of_operator", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "city_lock", &args, &row, err);
	return rc == BF_OK ? bf_ask_first(&act->ask, "payment_stop_live", &args, ret_live, err)
			   : rc;
}

static enum bf_rc tell(struct bf_act *act, const char *type, int64_t city, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), now;
	enum bf_rc rc = bf_ask_one(&act->ask, "database_time", &args, &now, err);

	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(&args, "type", type);
	bf_arg_set_int(&args, "id", city);
	bf_arg_set_int(&args, "city", city);
	bf_arg_set_int(&args, "township", city);
	bf_value_set(&args, "now", *bf_value_get(&now, "now"));
	return bf_ask_run(&act->ask, "write_event", &args, NULL, NULL, err);
}

enum bf_rc bf_payment_stop(struct bf_act *act, int64_t city, const char *case_number,
			   const char *public_text, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	const struct bf_value *live;
	enum bf_rc rc;

	act->refused.to = "stopped";
	rc = lock(act, city, &live, err);
	if (rc == BF_OK && live)
		return bf_act_refuse(act, BF_CONFLICT, bf_payment_stop_texts[TEXT_STOPPED], err,
				     "payments of %jd are stopped", (intmax_t)city);
	bf_arg_set_int(&args, "city", city);
	bf_arg_set_text(&args, "case_number", case_number);
	bf_arg_set_text(&args, "public_text", public_text);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "payment_stop_add", &args, NULL, NULL, err);
	return rc == BF_OK ? tell(act, "payments.stopped", city, err) : rc;
}

enum bf_rc bf_payment_stop_end(struct bf_act *act, int64_t city, const char *reason,
			       bool *ret_waits, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	const struct bf_value *live;
	int64_t asked_by;
	enum bf_rc rc;

	act->refused.to = "on";
	rc = lock(act, city, &live, err);
	if (rc == BF_OK && !live)
		return bf_act_refuse(act, BF_CONFLICT, bf_payment_stop_texts[TEXT_NOT_STOPPED], err,
				     "payments of %jd are not stopped", (intmax_t)city);
	if (rc != BF_OK)
		return rc;
	asked_by = bf_row_int(live, "asked_by");
	if (asked_by == act->actor)
		return bf_act_refuse(act, BF_CONFLICT, bf_payment_stop_texts[TEXT_SECOND_PERSON],
				     err, "account %jd asked for payments of %jd before",
				     (intmax_t)act->actor, (intmax_t)city);
	bf_arg_set_int(&args, "id", bf_row_int(live, "id"));
	bf_arg_set_text(&args, "reason", reason);
	*ret_waits = !asked_by;
	if (!asked_by)
		return bf_ask_run(&act->ask, "payment_stop_ask", &args, NULL, NULL, err);
	rc = bf_ask_run(&act->ask, "payment_stop_end", &args, NULL, NULL, err);
	return rc == BF_OK ? tell(act, "payments.on", city, err) : rc;
}
