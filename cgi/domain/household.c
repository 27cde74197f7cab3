#include "domain/household.h"

#include "domain/posting.h"

enum {
	TEXT_NUMBER,
	TEXT_SECOND,
	TEXT_CONSENT,
	TEXT_PUBLICITY,
	TEXT_OBJECTION,
	TEXT_CLOSE,
	TEXT_REASON,
};

const char *const bf_household_texts[] = {
	[TEXT_NUMBER] = "The head of this household has no checked ID number yet.",
	[TEXT_SECOND] = "A visit needs two people of this place who are no relatives of the "
			"family.",
	[TEXT_CONSENT] = "The family has to agree to the notice in the village first.",
	[TEXT_PUBLICITY] = "The notice has not hung in the village for long enough.",
	[TEXT_OBJECTION] = "Somebody objects. Please answer that first.",
	[TEXT_CLOSE] = "You belong to this family, or have done another of these steps. Somebody "
		       "else has to do this one.",
	[TEXT_REASON] = "Please say why.",
	NULL,
};

static enum bf_rc refuse(struct bf_act *act, const struct bf_move *move, enum bf_rc rc, int text,
			 struct bf_err *err)
{
	return bf_act_refuse(act, rc, bf_household_texts[text], err,
			     "household %jd cannot go to \"%s\": %s", (intmax_t)move->object,
			     move->to, bf_household_texts[text]);
}

static int64_t told(const struct bf_move *move, const char *name)
{
	return move->args ? bf_value_int(bf_value_get(move->args, name)) : 0;
}

/* ---- guards ---------------------------------------------------------------------------- */

static enum bf_rc head_is_known(struct bf_act *act, const struct bf_move *move,
				const struct bf_value *before, struct bf_err *err)
{
	return bf_row_int(before, "head_is_known")
		       ? BF_OK
		       : refuse(act, move, BF_CONFLICT, TEXT_NUMBER, err);
}

static enum bf_rc is_no_relative(struct bf_act *act, const struct bf_move *move,
				 const struct bf_value *before, struct bf_err *err)
{
	return bf_row_int(before, "is_own") ? refuse(act, move, BF_DENIED, TEXT_CLOSE, err) : BF_OK;
}

static enum bf_rc two_people_were_there(struct bf_act *act, const struct bf_move *move,
					const struct bf_value *before, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	const struct bf_value *found = NULL;
	int64_t second = told(move, "second");
	enum bf_rc rc = is_no_relative(act, move, before, err);

	bf_arg_set_int(&args, "id", move->object);
	bf_arg_set_int(&args, "second", second);
	if (rc == BF_OK)
		rc = bf_ask_first(&act->ask, "registry_second_visitor", &args, &found, err);
	if (rc != BF_OK)
		return rc;
	return found && second != act->actor ? BF_OK
					     : refuse(act, move, BF_INVALID, TEXT_SECOND, err);
}

static enum bf_rc family_agrees(struct bf_act *act, const struct bf_move *move,
				const struct bf_value *before, struct bf_err *err)
{
	enum bf_rc rc = is_no_relative(act, move, before, err);

	if (rc != BF_OK)
		return rc;
	return told(move, "consent") ? BF_OK : refuse(act, move, BF_INVALID, TEXT_CONSENT, err);
}

static enum bf_rc nobody_objects(struct bf_act *act, const struct bf_move *move,
				 const struct bf_value *before, struct bf_err *err)
{
	if (bf_row_int(before, "has_objection"))
		return refuse(act, move, BF_CONFLICT, TEXT_OBJECTION, err);
	return bf_row_int(before, "publicity_is_over")
		       ? BF_OK
		       : refuse(act, move, BF_CONFLICT, TEXT_PUBLICITY, err);
}

/* V1: who decides has done no other step, and is not of the family. */
static enum bf_rc is_somebody_else(struct bf_act *act, const struct bf_move *move,
				   const struct bf_value *before, struct bf_err *err)
{
	return bf_row_int(before, "is_own") || bf_row_int(before, "has_acted")
		       ? refuse(act, move, BF_DENIED, TEXT_CLOSE, err)
		       : BF_OK;
}

static enum bf_rc says_why(struct bf_act *act, const struct bf_move *move,
			   const struct bf_value *before, struct bf_err *err)
{
	enum bf_rc rc = is_no_relative(act, move, before, err);

	if (rc != BF_OK)
		return rc;
	return move->reason && bf_str_trim(bf_str(move->reason)).len
		       ? BF_OK
		       : refuse(act, move, BF_INVALID, TEXT_REASON, err);
}

/* ---- what follows from a move ---------------------------------------------------------- */

static enum bf_rc follow(struct bf_act *act, const struct bf_move *move,
			 const struct bf_value *before, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	int64_t days = 0;
	enum bf_rc rc = BF_OK;

	bf_arg_set_int(&args, "id", move->object);
	bf_arg_set_int(&args, "second", told(move, "second"));
	if (strcmp(move->to, "visited") == 0)
		return bf_ask_run_each(&act->ask,
				       (const char *const[]){ "registry_visit_replace",
							      "registry_visit_add", NULL },
				       &args, err);
	if (strcmp(move->to, "undone") == 0)
		return bf_ask_run_each(&act->ask,
				       (const char *const[]){ "registry_undo_people",
							      "registry_undo_members",
							      "registry_undo_client", NULL },
				       &args, err);
	if (bf_row_is(before, "state", "in_publicity"))
		return bf_ask_run(&act->ask, "registry_publicity_end", &args, NULL, NULL, err);
	if (strcmp(move->to, "in_publicity") != 0)
		return BF_OK;
	rc = bf_post_setting(act, before, "publicity_days", &days, err);
	bf_arg_set_int(&args, "days", days);
	return rc == BF_OK ? bf_ask_run(&act->ask, "registry_publicity_add", &args, NULL, NULL, err)
			   : rc;
}

/* ---- the tables ------------------------------------------------------------------------ */

static const struct bf_state states[] = {
	{ "registered", "review", false },     { "identity_matched", "review", false },
	{ "visited", "review", false },        { "in_publicity", "review", false },
	{ "village_passed", "review", false }, { "township_checked", "review", false },
	{ "active", "open", false },           { "rejected", "ended", false },
	{ "undone", "ended", false },
};

static const struct bf_rule rules[] = {
	{ "", "registered", BF_BY_AUTHOR | BF_BY_VILLAGE | BF_BY_JOB, NULL,
	  "household.registered" },
	{ "registered", "identity_matched", BF_BY_JOB | BF_BY_COUNTY, head_is_known,
	  "household.identity_matched" },
	{ "identity_matched", "visited", BF_BY_VILLAGE, two_people_were_there,
	  "household.visited" },
	{ "visited", "in_publicity", BF_BY_VILLAGE, family_agrees, "household.in_publicity" },
	{ "in_publicity", "village_passed", BF_BY_JOB, nobody_objects, "household.village_passed" },
	{ "village_passed", "township_checked", BF_BY_TOWNSHIP, is_somebody_else,
	  "household.township_checked" },
	{ "township_checked", "active", BF_BY_COUNTY, is_somebody_else, "household.active" },
	{ "registered", "rejected", BF_BY_VILLAGE, says_why, "household.rejected" },
	{ "identity_matched", "rejected", BF_BY_VILLAGE, says_why, "household.rejected" },
	{ "visited", "rejected", BF_BY_VILLAGE, says_why, "household.rejected" },
	{ "in_publicity", "rejected", BF_BY_VILLAGE, says_why, "household.rejected" },
	{ "village_passed", "rejected", BF_BY_TOWNSHIP, says_why, "household.rejected" },
	{ "township_checked", "rejected", BF_BY_COUNTY, says_why, "household.rejected" },
	/* an import that is taken back */
	{ "registered", "undone", BF_BY_JOB, NULL, "household.undone" },
	{ "identity_matched", "undone", BF_BY_JOB, NULL, "household.undone" },
};

const struct bf_machine bf_household_machine = {
	.name = "household",
	.version = 1,
	.states = states,
	.state_count = sizeof(states) / sizeof(states[0]),
	.rules = rules,
	.rule_count = sizeof(rules) / sizeof(rules[0]),
	.lock = "registry_household_lock",
	.row = "registry_household_row",
	.set = "registry_household_set",
	.follow = follow,
};

/* ---- steps of people ------------------------------------------------------------------- */

enum bf_rc bf_household_step(struct bf_act *act, const struct bf_household_step *step,
			     struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), more = bf_value_map(act->ask.pool), levels;
	unsigned as = BF_BY_JOB;
	enum bf_rc rc = BF_OK;

	bf_arg_set_int(&args, "id", step->household);
	if (act->actor) {
		rc = bf_ask_one(&act->ask, "registry_levels", &args, &levels, err);
		if (rc != BF_OK)
			return rc;
		as = (bf_row_int(&levels, "is_village") ? BF_BY_VILLAGE : 0U) |
		     (bf_row_int(&levels, "is_township") ? BF_BY_TOWNSHIP : 0U) |
		     (bf_row_int(&levels, "is_county") ? BF_BY_COUNTY : 0U);
	}
	bf_arg_set_int(&more, "second", step->second);
	bf_arg_set_int(&more, "consent", step->consent);
	return bf_machine_move(act, &bf_household_machine,
			       &(struct bf_move){ .object = step->household,
						  .to = step->to,
						  .as = (enum bf_mover)as,
						  .version = step->version,
						  .reason = step->reason,
						  .args = &more },
			       err);
}
