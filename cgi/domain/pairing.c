#include "domain/pairing.h"

#include "domain/contact.h"
#include "domain/draft.h"
#include "domain/posting.h"

enum text {
	TEXT_OWN_FAMILY,
	TEXT_NOT_COME,
	TEXT_LIVES,
	TEXT_SAID_NO,
	TEXT_NOT_ACTIVE,
	TEXT_OWN_WORDS,
	TEXT_LOOKED_AT,
	TEXT_NUMBER,
	TEXT_CHAT,
	TEXT_WEB,
	TEXT_MAIL,
	TEXT__MAX
};

const char *const bf_pairing_texts[] = {
	[TEXT_OWN_FAMILY] = "This is your own family.",
	[TEXT_NOT_COME] = "Your help is still on its way. Once it has arrived you can ask.",
	[TEXT_LIVES] = "You have asked this family already, or are connected with it.",
	[TEXT_SAID_NO] = "The family prefers not to be connected. Please respect that.",
	[TEXT_NOT_ACTIVE] = "You can write while you are connected.",
	[TEXT_OWN_WORDS] = "You wrote these words: another person has to look at them.",
	[TEXT_LOOKED_AT] = "Somebody has looked at these words meanwhile.",
	[TEXT_NUMBER] = "Please leave out telephone, card and other long numbers: for your own "
			"safety you write to each other here alone.",
	[TEXT_CHAT] = "Please leave out WeChat and QQ: for your own safety you write to each other "
		      "here alone.",
	[TEXT_WEB] = "Please leave out web addresses.",
	[TEXT_MAIL] = "Please leave out e-mail addresses: for your own safety you write to each "
		      "other here alone.",
	[TEXT__MAX] = NULL,
};

static enum bf_rc refuse(struct bf_act *act, enum bf_rc rc, enum text text, struct bf_err *err)
{
	return bf_act_refuse(act, rc, bf_pairing_texts[text], err, "pairing: %s",
			     bf_pairing_texts[text]);
}

/* ---- asking ---------------------------------------------------------------------------- */

static enum bf_rc check_asked(struct bf_act *act, const struct bf_value *asked, struct bf_err *err)
{
	if (bf_row_int(asked, "is_own"))
		return refuse(act, BF_CONFLICT, TEXT_OWN_FAMILY, err);
	if (!bf_row_int(asked, "has_come"))
		return refuse(act, BF_CONFLICT, TEXT_NOT_COME, err);
	if (!bf_value_is_null(bf_value_get(asked, "live_ref")))
		return refuse(act, BF_CONFLICT, TEXT_LIVES, err);
	if (bf_row_int(asked, "was_declined"))
		return refuse(act, BF_CONFLICT, TEXT_SAID_NO, err);
	return BF_OK;
}

/* One lock for all that may come between asking and looking: the post, as everywhere. */
static enum bf_rc lock_asked(struct bf_act *act, struct bf_value *args, struct bf_value *ret_asked,
			     struct bf_err *err)
{
	struct bf_value post;
	enum bf_rc rc = bf_ask_one(&act->ask, "pairing_asked", args, ret_asked, err);

	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(ret_asked, "post_id"), 0,
				     &post, err);
	act->refused = (struct bf_refused_move){ 0 }; /* of posts alone */
	return rc == BF_OK ? bf_ask_one(&act->ask, "pairing_asked", args, ret_asked, err) : rc;
}

enum bf_rc bf_pairing_propose(struct bf_act *act, const char *post_ref, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), asked;
	char ref[BF_REF_BYTES];
	int64_t id = 0;
	enum bf_rc rc;

	bf_draft_draw_ref(ref);
	bf_arg_set_text(&args, "ref", post_ref);
	rc = lock_asked(act, &args, &asked, err);
	if (rc == BF_OK)
		rc = check_asked(act, &asked, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(&args, "new_ref", ref);
	bf_arg_set_int(&args, "post", bf_row_int(&asked, "post_id"));
	bf_arg_set_int(&args, "anonymous", bf_row_int(&asked, "anonymous"));
	rc = bf_ask_run(&act->ask, "pairing_add", &args, NULL, &id, err);
	if (rc == BF_OK)
		rc = bf_machine_move(act, &bf_pairing_machine,
				     &(struct bf_move){
					     .object = id, .to = "proposed", .as = BF_BY_DONOR },
				     err);
	if (rc == BF_OK)
		memcpy(act->result, ref, sizeof(ref));
	return rc;
}

/* ---- yes, no, and the end ---------------------------------------------------------------- */

static enum bf_rc find(struct bf_act *act, const char *ref, struct bf_value *ret_row,
		       struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);

	bf_arg_set_text(&args, "ref", ref);
	return bf_ask_one(&act->ask, "own_pairing", &args, ret_row, err);
}

/* Who is its donor is nothing else in it: no manager says yes to itself. */
static enum bf_mover mover_of(const struct bf_value *row)
{
	if (bf_row_int(row, "is_donor"))
		return BF_BY_DONOR;
	return bf_row_int(row, "is_family") ? BF_BY_AUTHOR : BF_BY_VILLAGE;
}

enum bf_rc bf_pairing_move(struct bf_act *act, const char *ref, const char *to, struct bf_err *err)
{
	struct bf_value row;
	enum bf_mover as;
	enum bf_rc rc = find(act, ref, &row, err);

	if (rc != BF_OK)
		return rc;
	as = mover_of(&row);
	return bf_machine_move(act, &bf_pairing_machine,
			       &(struct bf_move){
				       .object = bf_row_int(&row, "id"),
				       .to = to,
				       .as = as,
				       .behalf_of = as == BF_BY_VILLAGE
							    ? bf_row_int(&row, "household_id")
							    : 0,
			       },
			       err);
}

/* ---- updates --------------------------------------------------------------------------- */

static enum bf_rc check_words(struct bf_act *act, const char *words, struct bf_err *err)
{
	static const enum text why[BF_CONTACT__MAX] = {
		[BF_CONTACT_NUMBER] = TEXT_NUMBER,
		[BF_CONTACT_CHAT] = TEXT_CHAT,
		[BF_CONTACT_WEB] = TEXT_WEB,
		[BF_CONTACT_MAIL] = TEXT_MAIL,
	};
	enum bf_contact found = bf_contact_find(bf_str(words));

	return found ? refuse(act, BF_INVALID, why[found], err) : BF_OK;
}

enum bf_rc bf_pairing_write(struct bf_act *act, const char *ref, const char *words,
			    struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), own, row;
	enum bf_rc rc = find(act, ref, &own, err);

	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_pairing_machine, bf_row_int(&own, "id"), 0, &row,
				     err);
	act->refused = (struct bf_refused_move){ 0 }; /* of moves alone */
	if (rc == BF_OK && !bf_row_is(&row, "state", "active"))
		rc = refuse(act, BF_CONFLICT, TEXT_NOT_ACTIVE, err);
	if (rc == BF_OK)
		rc = check_words(act, words, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "pairing", bf_row_int(&own, "id"));
	bf_arg_set_text(&args, "side", mover_of(&own) == BF_BY_DONOR ? "donor" : "family");
	bf_arg_set_int(&args, "on_behalf", mover_of(&own) == BF_BY_VILLAGE);
	bf_arg_set_text(&args, "words", words);
	return bf_ask_run(&act->ask, "pairing_update_add", &args, NULL, NULL, err);
}

enum bf_rc bf_pairing_pass(struct bf_act *act, int64_t update, bool shown, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row;
	int64_t matched = 0;
	enum bf_rc rc;

	bf_arg_set_int(&args, "update", update);
	rc = bf_ask_one(&act->ask, "update_here", &args, &row, err);
	if (rc != BF_OK)
		return rc;
	if (bf_row_int(&row, "author_id") == act->actor)
		return refuse(act, BF_DENIED, TEXT_OWN_WORDS, err);
	bf_arg_set_int(&args, "shown", shown);
	rc = bf_ask_run(&act->ask, "update_decide", &args, &matched, NULL, err);
	if (rc == BF_OK && !matched)
		return refuse(act, BF_CONFLICT, TEXT_LOOKED_AT, err);
	return rc == BF_OK && shown ? bf_ask_run(&act->ask, "update_event", &args, NULL, NULL, err)
				    : rc;
}

/* ---- the tables -------------------------------------------------------------------------- */

static const struct bf_state states[] = {
	{ "proposed", "open", false },  { "active", "open", false },
	{ "declined", "ended", false }, { "withdrawn", "ended", false },
	{ "ended", "ended", false },
};

static const struct bf_rule rules[] = {
	{ "", "proposed", BF_BY_DONOR, NULL, "pairing.proposed" },
	{ "proposed", "active", BF_BY_AUTHOR | BF_BY_VILLAGE, NULL, "pairing.accepted" },
	{ "proposed", "declined", BF_BY_AUTHOR | BF_BY_VILLAGE, NULL, "pairing.declined" },
	{ "proposed", "withdrawn", BF_BY_DONOR, NULL, "pairing.withdrawn" },
	{ "active", "ended", BF_BY_DONOR | BF_BY_AUTHOR | BF_BY_VILLAGE, NULL, "pairing.ended" },
};

const struct bf_machine bf_pairing_machine = {
	.name = "pairing",
	.version = 1,
	.states = states,
	.state_count = sizeof(states) / sizeof(states[0]),
	.rules = rules,
	.rule_count = sizeof(rules) / sizeof(rules[0]),
	.lock = "pairing_lock",
	.row = "pairing_row",
	.set = "pairing_set",
};
