#include "domain/city_plugin.h"

enum text { TEXT_NOT_OPEN, TEXT_NOT_ADMITTED, TEXT_DATE, TEXT_REVIEWERS, TEXT_RUNS, TEXT__MAX };

const char *const bf_city_plugin_texts[] = {
	[TEXT_NOT_OPEN] = "No new posts are taken here at the moment. What is under way goes on.",
	[TEXT_NOT_ADMITTED] = "This sub-platform is not installed here, so it cannot be opened.",
	[TEXT_DATE] = "The date has passed. Please choose today or a later day.",
	[TEXT_REVIEWERS] = "Offices or caps are missing: each village with families needs two "
			   "managers, each township and county an official, each kind of need a "
			   "cap.",
	[TEXT_RUNS] = "Something is still running here.",
	[TEXT__MAX] = NULL,
};

static enum bf_rc refuse(struct bf_act *act, const struct bf_move *move, enum text text,
			 struct bf_err *err)
{
	return bf_act_refuse(act, BF_CONFLICT, bf_city_plugin_texts[text], err,
			     "plugin in a city %jd cannot go to \"%s\": %s", (intmax_t)move->object,
			     move->to, bf_city_plugin_texts[text]);
}

/* ---- guards ---------------------------------------------------------------------------- */

static enum bf_rc city_is_ready(struct bf_act *act, const struct bf_move *move,
				const struct bf_value *before, struct bf_err *err)
{
	static const char *const lacks[] = { "villages", "townships", "counties", "caps" };
	struct bf_value args = bf_act_args(act), row;
	enum bf_rc rc;

	bf_arg_set_int(&args, "city", bf_row_int(before, "city"));
	rc = bf_ask_one(&act->ask, "city_readiness", &args, &row, err);
	for (size_t i = 0; rc == BF_OK && i < sizeof(lacks) / sizeof(lacks[0]); i++)
		if (bf_row_int(&row, lacks[i]) > 0)
			rc = refuse(act, move, TEXT_REVIEWERS, err);
	return rc;
}

static enum bf_rc database_ms(struct bf_act *act, int64_t *ret_ms, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row;
	enum bf_rc rc = bf_ask_one(&act->ask, "database_time", &args, &row, err);

	if (rc == BF_OK)
		*ret_ms = bf_row_int(&row, "now");
	return rc;
}

static enum bf_rc may_be_scheduled(struct bf_act *act, const struct bf_move *move,
				   const struct bf_value *before, struct bf_err *err)
{
	const struct bf_value *from = bf_value_get(move->args, "from_at");
	int64_t now_ms;
	enum bf_rc rc;

	if (!bf_value_int(bf_value_get(move->args, "admitted")))
		return refuse(act, move, TEXT_NOT_ADMITTED, err);
	rc = database_ms(act, &now_ms, err);
	if (rc == BF_OK && !bf_value_is_null(from) && bf_value_int(from) < now_ms)
		rc = refuse(act, move, TEXT_DATE, err);
	return rc == BF_OK ? city_is_ready(act, move, before, err) : rc;
}

static enum bf_rc date_has_come(struct bf_act *act, const struct bf_move *move,
				const struct bf_value *before, struct bf_err *err)
{
	int64_t now_ms;
	enum bf_rc rc = database_ms(act, &now_ms, err);

	if (rc == BF_OK && bf_row_int(before, "from_at") > now_ms)
		rc = refuse(act, move, TEXT_DATE, err);
	return rc;
}

static enum bf_rc nothing_runs(struct bf_act *act, const struct bf_move *move,
			       const struct bf_value *before, struct bf_err *err)
{
	static const char *const kinds[] = { "posts", "goods", "escrow_fen", "holds" };
	struct bf_value args = bf_act_args(act), row;
	enum bf_rc rc;

	bf_arg_set_int(&args, "city", bf_row_int(before, "city"));
	bf_arg_set_text(&args, "part", bf_row_text(before, "plugin"));
	rc = bf_ask_one(&act->ask, "city_plugin_running", &args, &row, err);
	for (size_t i = 0; rc == BF_OK && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (bf_row_int(&row, kinds[i]))
			rc = refuse(act, move, TEXT_RUNS, err);
	return rc;
}

/* ---- the table ------------------------------------------------------------------------- */

static enum bf_rc note_version(struct bf_act *act, const struct bf_move *move,
			       const struct bf_value *before, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);

	(void)before;
	bf_arg_set_int(&args, "id", move->object);
	return bf_ask_run(&act->ask, "city_plugin_note", &args, NULL, NULL, err);
}

static const struct bf_state states[] = {
	{ "off", "ended", false },
	{ "scheduled", "draft", false },
	{ "on", "open", true },
	{ "draining", "full", true },
};

static const struct bf_rule rules[] = {
	{ "", "off", BF_BY_CITY, NULL, "city_plugin.known" },
	{ "off", "scheduled", BF_BY_CITY, may_be_scheduled, "city_plugin.scheduled" },
	{ "scheduled", "off", BF_BY_CITY, NULL, "city_plugin.cancelled" },
	{ "scheduled", "on", BF_BY_JOB, date_has_come, "city_plugin.opened" },
	{ "on", "draining", BF_BY_CITY, NULL, "city_plugin.draining" },
	{ "draining", "on", BF_BY_CITY, city_is_ready, "city_plugin.resumed" },
	{ "draining", "off", BF_BY_JOB, nothing_runs, "city_plugin.closed" },
};

const struct bf_machine bf_city_plugin_machine = {
	.name = "city_plugin",
	.version = 1,
	.states = states,
	.state_count = sizeof(states) / sizeof(states[0]),
	.rules = rules,
	.rule_count = sizeof(rules) / sizeof(rules[0]),
	.lock = "city_plugin_lock",
	.row = "city_plugin_row",
	.set = "city_plugin_set",
	.follow = note_version,
};

/* ---- acts of operators ----------------------------------------------------------------- */

static enum bf_rc find(struct bf_act *act, const struct bf_city_plugin_wish *wish,
		       struct bf_value *ret_row, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);

	bf_arg_set_int(&args, "city", wish->city);
	bf_arg_set_text(&args, "part", wish->plugin);
	return bf_ask_one(&act->ask, "city_plugin_of_operator", &args, ret_row, err);
}

static enum bf_rc move(struct bf_act *act, const struct bf_city_plugin_wish *wish, const char *to,
		       struct bf_err *err)
{
	struct bf_value more = bf_value_map(act->ask.pool), row;
	enum bf_rc rc = find(act, wish, &row, err);

	bf_value_set(&more, "from_at",
		     wish->from_ms ? bf_value_time(wish->from_ms) : (struct bf_value){ 0 });
	bf_arg_set_int(&more, "admitted", wish->admitted);
	bf_arg_set_text(&more, "public_text", wish->public_text);
	if (rc != BF_OK)
		return rc;
	return bf_machine_move(act, &bf_city_plugin_machine,
			       &(struct bf_move){ .object = bf_row_int(&row, "id"),
						  .to = to,
						  .as = BF_BY_CITY,
						  .version = wish->version,
						  .reason = wish->reason,
						  .args = &more },
			       err);
}

/* A plugin that never was in the city becomes known there: off. */
static enum bf_rc make_known(struct bf_act *act, const struct bf_city_plugin_wish *wish,
			     struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), more = bf_value_map(act->ask.pool), row;
	int64_t added = 0;
	enum bf_rc rc;

	if (!wish->admitted)
		return bf_act_refuse(act, BF_CONFLICT, bf_city_plugin_texts[TEXT_NOT_ADMITTED], err,
				     "plugin \"%s\" is not loaded", wish->plugin);
	bf_arg_set_int(&args, "city", wish->city);
	bf_arg_set_text(&args, "part", wish->plugin);
	bf_arg_set_text(&args, "reason", wish->reason);
	bf_arg_set_text(&more, "public_text", NULL);
	bf_arg_set_text(&more, "from_at", NULL);
	rc = bf_ask_one(&act->ask, "city_of_operator", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "city_plugin_add", &args, &added, NULL, err);
	if (rc == BF_OK)
		rc = find(act, wish, &row, err);
	/* whoever was first has made it off */
	if (rc != BF_OK || *bf_row_text(&row, "state"))
		return rc;
	return bf_machine_move(act, &bf_city_plugin_machine,
			       &(struct bf_move){ .object = bf_row_int(&row, "id"),
						  .to = "off",
						  .as = BF_BY_CITY,
						  .reason = wish->reason,
						  .args = &more },
			       err);
}

enum bf_rc bf_city_plugin_schedule(struct bf_act *act, const struct bf_city_plugin_wish *wish,
				   struct bf_err *err)
{
	enum bf_rc rc = wish->version ? BF_OK : make_known(act, wish, err);

	return rc == BF_OK ? move(act, wish, "scheduled", err) : rc;
}

enum bf_rc bf_city_plugin_cancel(struct bf_act *act, const struct bf_city_plugin_wish *wish,
				 struct bf_err *err)
{
	return move(act, wish, "off", err);
}

enum bf_rc bf_city_plugin_drain(struct bf_act *act, const struct bf_city_plugin_wish *wish,
				struct bf_err *err)
{
	return move(act, wish, "draining", err);
}

enum bf_rc bf_city_plugin_resume(struct bf_act *act, const struct bf_city_plugin_wish *wish,
				 struct bf_err *err)
{
	return move(act, wish, "on", err);
}

/* ---- the job --------------------------------------------------------------------------- */

struct turn {
	int64_t object;
	const char *to;
};

static enum bf_rc turn(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct turn *turn = arg;
	struct bf_value more = bf_value_map(act->ask.pool);

	bf_arg_set_text(&more, "from_at", NULL);
	bf_arg_set_text(&more, "public_text", NULL);
	return bf_machine_move(act, &bf_city_plugin_machine,
			       &(struct bf_move){ .object = turn->object,
						  .to = turn->to,
						  .as = BF_BY_JOB,
						  .args = &more },
			       err);
}

/* What has begun to run meanwhile is no fault: it is looked at again the next time. */
static enum bf_rc turn_each(struct bf_ask *ask, const char *query, const char *to, bool *ret_did,
			    struct bf_err *err)
{
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(ask, query, BF_NO_ARGS, &rows, err);

	for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++) {
		struct turn one = { bf_row_int(bf_value_at(rows, i), "id"), to };
		struct bf_act act = { .ask = *ask };

		rc = bf_act_run(&act, turn, &one, err);
		*ret_did = *ret_did || rc == BF_OK;
		if (rc == BF_CONFLICT)
			rc = BF_OK;
	}
	return rc;
}

enum bf_rc bf_city_plugin_turn_once(struct bf_ask *ask, bool *ret_did, struct bf_err *err)
{
	enum bf_rc rc = turn_each(ask, "city_plugins_due", "on", ret_did, err);

	return rc == BF_OK ? turn_each(ask, "city_plugins_drained", "off", ret_did, err) : rc;
}

/* ---- what is new ----------------------------------------------------------------------- */

enum bf_rc bf_city_plugin_takes_new(struct bf_act *act, int64_t city, const char *plugin,
				    struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), rows;
	const struct bf_value *row;
	enum bf_rc rc;

	bf_arg_set_int(&args, "city", city);
	bf_arg_set_text(&args, "part", plugin);
	rc = bf_ask_select(&act->ask, "city_plugin_now", &args, &rows, err);
	row = bf_value_at(&rows, 0);
	if (rc != BF_OK || bf_row_is(row, "state", "on"))
		return rc;
	act->refused.machine = act->refused.machine ? act->refused.machine : "city_plugin";
	if (!act->refused.object)
		act->refused.object = bf_row_int(row, "id");
	return bf_act_refuse(act, BF_CONFLICT, bf_city_plugin_texts[TEXT_NOT_OPEN], err,
			     "plugin \"%s\" is \"%s\" in %jd and takes nothing new", plugin,
			     bf_row_text(row, "state"), (intmax_t)city);
}
