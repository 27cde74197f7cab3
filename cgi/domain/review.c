#include "domain/review.h"

#include "domain/workday.h"

enum text {
	TEXT_NOT_ITS_TURN,
	TEXT_DECIDED,
	TEXT_CHANGED,
	TEXT_TOO_CLOSE,
	TEXT_ANOTHERS,
	TEXT_REASON,
	TEXT_UNTICKED,
	TEXT_PROPOSED,
	TEXT_SECOND,
	TEXT_NOT_REJECTED,
	TEXT_TOO_LATE,
	TEXT_ONCE,
	TEXT_APPEAL_DECIDED,
	TEXT_NO_COLLEAGUE,
	TEXT__MAX
};

const char *const bf_review_texts[] = {
	[TEXT_NOT_ITS_TURN] = "It is not the turn of your office yet: no level is skipped.",
	[TEXT_DECIDED] = "This step has already been decided.",
	[TEXT_CHANGED] =
		"The post has changed since you opened it. Please read it again before you "
		"decide.",
	[TEXT_TOO_CLOSE] = "You wrote this, or are too close to the family or to an earlier step. "
			   "Somebody else has to check it.",
	[TEXT_ANOTHERS] = "A colleague is already checking this.",
	[TEXT_REASON] = "Please give the reason, so that the family can understand it.",
	[TEXT_UNTICKED] = "Everything on the list has to be answered before this is approved.",
	[TEXT_PROPOSED] = "Somebody wants to reject this. A second person has to look at it first.",
	[TEXT_SECOND] = "You proposed this yourself: another person has to look at it.",
	[TEXT_NOT_REJECTED] = "Only a rejected post can be appealed.",
	[TEXT_TOO_LATE] = "The time for an appeal is over.",
	[TEXT_ONCE] = "There was already an appeal for this post.",
	[TEXT_APPEAL_DECIDED] = "This appeal has already been decided.",
	[TEXT_NO_COLLEAGUE] = "This person does not check posts in your office.",
	[TEXT__MAX] = NULL,
};

/* The chain of a help post. */
static const struct link {
	const char *level;
	enum bf_mover mover;
	const char *state;    /* of the post while this step is open */
	const char *approved; /* where its approval moves the post */
	const char *days;     /* the setting of its clock */
	const char *above;    /* where its rejections are appealed */
	const char *above_office;
	enum bf_mover above_mover;
} chain[] = {
	{ "village", BF_BY_VILLAGE, "submitted", "village_checked", "step_village_days", "township",
	  "township", BF_BY_TOWNSHIP },
	{ "township", BF_BY_TOWNSHIP, "village_checked", "township_verified", "step_township_days",
	  "county", "county", BF_BY_COUNTY },
	{ "county", BF_BY_COUNTY, "township_verified", "open", "step_county_days", "city", "city",
	  BF_BY_CITY },
};
enum { LINKS = sizeof(chain) / sizeof(chain[0]) };

static const struct link *link_of(const struct bf_value *step)
{
	int64_t number = bf_row_int(step, "step");

	if (number < 1 || number > LINKS)
		BF_BUG("a review step %jd", (intmax_t)number);
	return &chain[number - 1];
}

static enum bf_rc refuse(struct bf_act *act, enum bf_rc rc, enum text text, struct bf_err *err)
{
	return bf_act_refuse(act, rc, bf_review_texts[text], err, "account %jd: %s",
			     (intmax_t)act->actor, bf_review_texts[text]);
}

/* ---- rounds ---------------------------------------------------------------------------- */

/* Opens a step at a time; its clock runs by the setting of its level. */
static enum bf_rc open_step(struct bf_act *act, const struct bf_value *post, size_t place,
			    const struct bf_value *at, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	int64_t days, due_ms;
	enum bf_rc rc = bf_post_setting(act, post, chain[place].days, &days, err);

	if (rc == BF_OK)
		rc = bf_workday_due(&act->ask, at->n, days, &due_ms, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "post", bf_row_int(post, "id"));
	bf_arg_set_int(&args, "step", (int64_t)place + 1);
	bf_value_set(&args, "at", *at);
	bf_value_set(&args, "due_at", bf_value_time(due_ms));
	return bf_ask_run(&act->ask, "open_step", &args, NULL, NULL, err);
}

enum bf_rc bf_review_begin(struct bf_act *act, const struct bf_value *post, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), now;
	enum bf_rc rc;

	bf_arg_set_int(&args, "post", bf_row_int(post, "id"));
	rc = bf_ask_run(&act->ask, "add_round", &args, NULL, NULL, err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "database_time", &args, &now, err);
	return rc == BF_OK ? open_step(act, post, 0, bf_value_get(&now, "now"), err) : rc;
}

/* ---- a step ---------------------------------------------------------------------------- */

/* Locks the post of a step, then reads the step. Another office's is not there. */
static enum bf_rc take_step(struct bf_act *act, int64_t step, struct bf_value *ret_post,
			    struct bf_value *ret_step, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), found;
	enum bf_rc rc;

	bf_arg_set_int(&args, "step", step);
	rc = bf_ask_one(&act->ask, "step_of_office", &args, &found, err);
	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(&found, "post_id"), 0,
				     ret_post, err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "step_of_office", &args, ret_step, err);
	return rc;
}

static enum bf_rc check_turn(struct bf_act *act, const struct bf_value *step, struct bf_err *err)
{
	const char *state = bf_row_text(step, "state");
	int64_t verifier = bf_row_int(step, "verifier_id");

	if (bf_row_int(step, "is_close"))
		return refuse(act, BF_DENIED, TEXT_TOO_CLOSE, err);
	if (strcmp(state, "waiting") == 0)
		return refuse(act, BF_CONFLICT, TEXT_NOT_ITS_TURN, err);
	if (bf_row_int(step, "is_proposed"))
		return refuse(act, BF_CONFLICT, TEXT_PROPOSED, err);
	if (strcmp(state, "assigned") == 0)
		return verifier == act->actor ? BF_OK
					      : refuse(act, BF_CONFLICT, TEXT_ANOTHERS, err);
	return strcmp(state, "open") == 0 ? BF_OK : refuse(act, BF_CONFLICT, TEXT_DECIDED, err);
}

/* After the turn: of two who decide at once, the second one learns what has happened. */
static enum bf_rc check_version(struct bf_act *act, int64_t version, const struct bf_value *post,
				struct bf_err *err)
{
	if (!version || version == bf_row_int(post, "version"))
		return BF_OK;
	return refuse(act, BF_CONFLICT, TEXT_CHANGED, err);
}

static enum bf_rc write_decision(struct bf_act *act, const struct bf_decision *decision,
				 const struct bf_value *step, struct bf_err *err)
{
	static const char *const states[] = {
		[BF_APPROVED] = "approved",
		[BF_RETURNED] = "returned",
		[BF_REJECTED] = "rejected",
	};
	struct bf_value args = bf_act_args(act);

	bf_arg_set_int(&args, "step", decision->step);
	bf_arg_set_text(&args, "state", states[decision->outcome]);
	bf_value_set(&args, "at", *bf_value_get(step, "now"));
	bf_arg_set_text(&args, "reason", decision->reason);
	bf_arg_set_text(&args, "reason_code",
			decision->outcome == BF_REJECTED ? decision->reason_code : NULL);
	bf_arg_set_text(&args, "fields",
			decision->outcome == BF_RETURNED ? decision->fields : NULL);
	return bf_ask_run(&act->ask, "decide_step", &args, NULL, NULL, err);
}

static bool is_said(const char *text)
{
	return text && bf_str_trim(bf_str(text)).len;
}

static enum bf_rc check_reason(struct bf_act *act, const struct bf_decision *decision,
			       struct bf_err *err)
{
	if (decision->outcome == BF_APPROVED)
		return BF_OK;
	if (!is_said(decision->reason) ||
	    (decision->outcome == BF_REJECTED && !is_said(decision->reason_code)))
		return refuse(act, BF_INVALID, TEXT_REASON, err);
	return BF_OK;
}

/* ---- the checklist ---------------------------------------------------------------------- */

/* Each item is ticked, of the list that counts, about what is there. */
static enum bf_rc check_answers(struct bf_act *act, const struct bf_decision *decision,
				const struct bf_value *items, struct bf_err *err)
{
	size_t count = bf_value_count(items);
	const struct bf_value *first = bf_value_at(items, 0);

	if (!count || count > BF_CHECK_ITEMS_MAX)
		return bf_err_set(err, BF_FAULT, "the checklist of step %jd has %zu items",
				  (intmax_t)decision->step, count);
	if (decision->checklist != bf_row_int(first, "version") || !decision->evidence ||
	    !bf_row_is(first, "evidence_hash", decision->evidence))
		return refuse(act, BF_CONFLICT, TEXT_CHANGED, err);
	if ((decision->ticked & ((1U << count) - 1)) != (1U << count) - 1)
		return refuse(act, BF_INVALID, TEXT_UNTICKED, err);
	return BF_OK;
}

static const char *codes(struct bf_pool *pool, const struct bf_value *items)
{
	const char *text = "";

	for (size_t i = 0; i < bf_value_count(items); i++)
		text = bf_pool_printf(pool, "%s%s%s", text, i ? "," : "",
				      bf_row_text(bf_value_at(items, i), "code"));
	return text;
}

/* What an approval rests on is put down with it. */
static enum bf_rc keep_answers(struct bf_act *act, const struct bf_decision *decision,
			       struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), items;
	enum bf_rc rc;

	if (decision->outcome != BF_APPROVED)
		return BF_OK;
	bf_arg_set_int(&args, "step", decision->step);
	rc = bf_ask_select(&act->ask, "checklist_of_step", &args, &items, err);
	if (rc == BF_OK)
		rc = check_answers(act, decision, &items, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(&args, "form", bf_row_text(bf_value_at(&items, 0), "form"));
	bf_arg_set_int(&args, "checklist", decision->checklist);
	bf_arg_set_text(&args, "items", codes(act->ask.pool, &items));
	bf_arg_set_text(&args, "evidence", decision->evidence);
	return bf_ask_run(&act->ask, "write_check", &args, NULL, NULL, err);
}

/* ---- a decision ------------------------------------------------------------------------- */

static enum bf_rc move_post(struct bf_act *act, const struct bf_decision *decision,
			    const struct bf_value *post, const struct link *link,
			    struct bf_err *err)
{
	struct bf_value more = bf_value_map(act->ask.pool);
	const char *const targets[] = {
		[BF_APPROVED] = link->approved,
		[BF_RETURNED] = "returned",
		[BF_REJECTED] = "rejected",
	};

	bf_value_set(&more, "urgency",
		     decision->urgency ? bf_value_number(*decision->urgency - '0')
				       : (struct bf_value){ 0 });
	return bf_machine_move(act, &bf_post_machine,
			       &(struct bf_move){ .object = bf_row_int(post, "id"),
						  .to = targets[decision->outcome],
						  .as = link->mover,
						  .reason = decision->reason,
						  .args = &more },
			       err);
}

/* ---- rejections by two ------------------------------------------------------------------- */

/* Of the last level: nobody of the chain looks at it after them. */
static bool needs_second(const struct link *link)
{
	return link == &chain[LINKS - 1];
}

static enum bf_rc tell(struct bf_act *act, const char *type, const struct bf_value *post,
		       struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), now;
	enum bf_rc rc = bf_ask_one(&act->ask, "database_time", &args, &now, err);

	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(&args, "type", type);
	bf_arg_set_int(&args, "id", bf_row_int(post, "id"));
	bf_arg_set_int(&args, "city", bf_row_int(post, "city"));
	bf_arg_set_int(&args, "township", bf_row_int(post, "township"));
	bf_value_set(&args, "now", *bf_value_get(&now, "now"));
	return bf_ask_run(&act->ask, "write_event", &args, NULL, NULL, err);
}

static enum bf_rc propose(struct bf_act *act, const struct bf_decision *decision,
			  const struct bf_value *post, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	enum bf_rc rc;

	bf_arg_set_int(&args, "step", decision->step);
	bf_arg_set_text(&args, "reason", decision->reason);
	bf_arg_set_text(&args, "reason_code", decision->reason_code);
	rc = bf_ask_run_each(&act->ask,
			     (const char *const[]){ "assign_step", "propose_rejection", NULL },
			     &args, err);
	return rc == BF_OK ? tell(act, "review.rejection_proposed", post, err) : rc;
}

static enum bf_rc check_second(struct bf_act *act, const struct bf_value *row, bool confirmed,
			       const char *note, struct bf_err *err)
{
	if (bf_row_int(row, "is_own"))
		return refuse(act, BF_DENIED, TEXT_SECOND, err);
	if (bf_row_int(row, "is_close"))
		return refuse(act, BF_DENIED, TEXT_TOO_CLOSE, err);
	if (!confirmed && !is_said(note))
		return refuse(act, BF_INVALID, TEXT_REASON, err);
	return BF_OK;
}

/* The step goes to who proposed it: by their decision, or back to the office. */
static enum bf_rc end_rejection(struct bf_act *act, const struct bf_value *row, bool confirmed,
				const struct bf_value *post, struct bf_err *err)
{
	struct bf_act proposer = *act;
	struct bf_decision decision = {
		.step = bf_row_int(row, "step_id"),
		.outcome = BF_REJECTED,
		.reason_code = bf_row_text(row, "reason_code"),
		.reason = bf_row_text(row, "reason"),
	};
	struct bf_value args;
	enum bf_rc rc;

	proposer.actor = bf_row_int(row, "proposed_by");
	if (confirmed) {
		rc = write_decision(&proposer, &decision, row, err);
		return rc == BF_OK ? move_post(act, &decision, post, &chain[LINKS - 1], err) : rc;
	}
	args = bf_act_args(&proposer);
	bf_arg_set_int(&args, "step", decision.step);
	return bf_ask_run(&act->ask, "free_step", &args, NULL, NULL, err);
}

enum bf_rc bf_review_second(struct bf_act *act, int64_t rejection, bool confirmed, const char *note,
			    struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row, post;
	enum bf_rc rc;

	bf_arg_set_int(&args, "rejection", rejection);
	act->refused.to = confirmed ? "rejected" : "declined";
	rc = bf_ask_one(&act->ask, "rejection_to_confirm", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(&row, "post_id"), 0, &post,
				     err);
	/* again, behind the lock: of two who answer at once, the second one finds it gone */
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "rejection_to_confirm", &args, &row, err);
	if (rc == BF_OK)
		rc = check_second(act, &row, confirmed, note, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_text(&args, "outcome", confirmed ? "confirmed" : "declined");
	bf_arg_set_text(&args, "asked_as", bf_row_text(&row, "asked_as"));
	bf_arg_set_text(&args, "note", is_said(note) ? note : NULL);
	rc = bf_ask_run(&act->ask, "decide_rejection", &args, NULL, NULL, err);
	return rc == BF_OK ? end_rejection(act, &row, confirmed, &post, err) : rc;
}

/* ---- deciding --------------------------------------------------------------------------- */

enum bf_rc bf_review_decide(struct bf_act *act, const struct bf_decision *decision,
			    struct bf_err *err)
{
	static const char *const aims[] = {
		[BF_APPROVED] = "approved",
		[BF_RETURNED] = "returned",
		[BF_REJECTED] = "rejected",
	};
	struct bf_value post, step;
	const struct link *link;
	enum bf_rc rc;

	act->refused.to = aims[decision->outcome];
	rc = take_step(act, decision->step, &post, &step, err);
	if (rc == BF_OK)
		rc = check_turn(act, &step, err);
	if (rc == BF_OK)
		rc = check_version(act, decision->version, &post, err);
	if (rc == BF_OK)
		rc = check_reason(act, decision, err);
	if (rc == BF_OK)
		rc = keep_answers(act, decision, err);
	if (rc == BF_OK && decision->outcome == BF_REJECTED && needs_second(link_of(&step)))
		return propose(act, decision, &post, err);
	if (rc == BF_OK)
		rc = write_decision(act, decision, &step, err);
	if (rc != BF_OK)
		return rc;
	link = link_of(&step);
	rc = move_post(act, decision, &post, link, err);
	if (rc == BF_OK && decision->outcome == BF_APPROVED && link + 1 < chain + LINKS)
		rc = open_step(act, &post, (size_t)(link + 1 - chain), bf_value_get(&step, "now"),
			       err);
	return rc;
}

enum bf_rc bf_review_assign(struct bf_act *act, int64_t step, int64_t to, struct bf_err *err)
{
	struct bf_value args, post, row;
	struct bf_act other = *act;
	int64_t matched;
	enum bf_rc rc;

	act->refused.to = "assigned";
	rc = take_step(act, step, &post, &row, err);
	if (rc == BF_OK && strcmp(bf_row_text(&row, "state"), "waiting") == 0)
		rc = refuse(act, BF_CONFLICT, TEXT_NOT_ITS_TURN, err);
	else if (rc == BF_OK && strcmp(bf_row_text(&row, "state"), "open") != 0 &&
		 strcmp(bf_row_text(&row, "state"), "assigned") != 0)
		rc = refuse(act, BF_CONFLICT, TEXT_DECIDED, err);
	else if (rc == BF_OK && bf_row_int(&row, "is_proposed"))
		rc = refuse(act, BF_CONFLICT, TEXT_PROPOSED, err);
	if (rc != BF_OK)
		return rc;
	/* the one who gets it must be of the office and far enough from the matter as well */
	other.actor = to ? to : act->actor;
	args = bf_act_args(&other);
	bf_arg_set_int(&args, "step", step);
	rc = bf_ask_run(&act->ask, "assign_step", &args, &matched, NULL, err);
	if (rc == BF_OK && !matched)
		rc = refuse(act, BF_DENIED, to ? TEXT_NO_COLLEAGUE : TEXT_TOO_CLOSE, err);
	return rc;
}

enum bf_rc bf_review_declare(struct bf_act *act, int64_t step, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), post, row;
	enum bf_rc rc = take_step(act, step, &post, &row, err);

	if (rc == BF_OK && bf_row_int(&row, "is_proposed"))
		rc = refuse(act, BF_CONFLICT, TEXT_PROPOSED, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "of_household", bf_row_int(&post, "household_id"));
	bf_arg_set_int(&args, "step", step);
	rc = bf_ask_run(&act->ask, "declare_relative", &args, NULL, NULL, err);
	return rc == BF_OK ? bf_ask_run(&act->ask, "free_step", &args, NULL, NULL, err) : rc;
}

/* ---- appeals --------------------------------------------------------------------------- */

enum bf_rc bf_review_appeal(struct bf_act *act, const char *ref, int64_t version, const char *text,
			    struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), own, post, step;
	const struct link *link;
	int64_t days;
	enum bf_rc rc;

	bf_arg_set_text(&args, "ref", ref);
	act->refused.to = "appealed";
	rc = bf_ask_one(&act->ask, "own_post_id", &args, &own, err);
	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(&own, "id"), version, &post,
				     err);
	if (rc == BF_OK && strcmp(bf_row_text(&post, "state"), "rejected") != 0)
		rc = refuse(act, BF_CONFLICT, TEXT_NOT_REJECTED, err);
	if (rc == BF_OK && !is_said(text))
		rc = refuse(act, BF_INVALID, TEXT_REASON, err);
	if (rc == BF_OK)
		rc = bf_post_setting(act, &post, "appeal_days", &days, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "post", bf_row_int(&post, "id"));
	bf_arg_set_int(&args, "days", days);
	rc = bf_ask_one(&act->ask, "rejecting_step", &args, &step, err);
	if (rc == BF_OK && bf_row_int(&step, "appeals"))
		rc = refuse(act, BF_CONFLICT, TEXT_ONCE, err);
	if (rc == BF_OK && bf_row_int(&step, "is_late"))
		rc = refuse(act, BF_CONFLICT, TEXT_TOO_LATE, err);
	if (rc != BF_OK)
		return rc;
	link = link_of(&step);
	bf_arg_set_int(&args, "step", bf_row_int(&step, "id"));
	/* where the city was the second person, it has had its say */
	bf_arg_set_text(&args, "level", bf_row_int(&step, "by_city") ? "province" : link->above);
	bf_arg_set_int(&args, "office",
		       bf_row_int(&step, "by_city") ? bf_row_int(&step, "province")
						    : bf_row_int(&post, link->above_office));
	bf_arg_set_text(&args, "text", text);
	return bf_ask_run(&act->ask, "add_appeal", &args, NULL, NULL, err);
}

/* A new round that keeps what was approved below, and opens the step that rejected. */
static enum bf_rc take_up_again(struct bf_act *act, const struct bf_value *post,
				const struct bf_value *appeal, const char *reason,
				struct bf_err *err)
{
	const struct link *link = link_of(appeal);
	struct bf_value args = bf_act_args(act), more = bf_value_map(act->ask.pool);
	enum bf_rc rc;

	bf_arg_set_int(&args, "post", bf_row_int(post, "id"));
	bf_arg_set_int(&args, "rejecting", bf_row_int(appeal, "step"));
	bf_arg_set_text(&more, "fingerprint",
			bf_post_fingerprint(act->ask.pool, bf_row_int(post, "household_id"),
					    bf_row_text(post, "need_kind"),
					    bf_row_text(post, "item")));
	rc = bf_ask_run(&act->ask, "add_round_again", &args, NULL, NULL, err);
	if (rc == BF_OK)
		rc = open_step(act, post, (size_t)(link - chain), bf_value_get(appeal, "now"), err);
	if (rc != BF_OK)
		return rc;
	return bf_machine_move(act, &bf_post_machine,
			       &(struct bf_move){ .object = bf_row_int(post, "id"),
						  .to = link->state,
						  .as = link->above_mover,
						  .reason = reason,
						  .args = &more },
			       err);
}

enum bf_rc bf_review_decide_appeal(struct bf_act *act, int64_t appeal, bool overturned,
				   const char *reason, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row, post;
	enum bf_rc rc;

	bf_arg_set_int(&args, "appeal", appeal);
	act->refused.to = overturned ? "overturned" : "upheld";
	rc = bf_ask_one(&act->ask, "appeal_of_office", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(&row, "post_id"), 0, &post,
				     err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "appeal_of_office", &args, &row, err);
	if (rc == BF_OK && bf_row_int(&row, "is_close"))
		rc = refuse(act, BF_DENIED, TEXT_TOO_CLOSE, err);
	if (rc == BF_OK && !bf_value_is_null(bf_value_get(&row, "outcome")))
		rc = refuse(act, BF_CONFLICT, TEXT_APPEAL_DECIDED, err);
	if (rc == BF_OK && !is_said(reason))
		rc = refuse(act, BF_INVALID, TEXT_REASON, err);
	bf_arg_set_text(&args, "outcome", overturned ? "overturned" : "upheld");
	bf_arg_set_text(&args, "reason", reason);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "decide_appeal", &args, NULL, NULL, err);
	return rc == BF_OK && overturned ? take_up_again(act, &post, &row, reason, err) : rc;
}
