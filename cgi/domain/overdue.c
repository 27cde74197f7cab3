#include "domain/overdue.h"

#include "domain/workday.h"

enum { TEXT_ANSWERED, TEXT_NOT_OPEN, TEXT_CLOSE, TEXT_SAY };

const char *const bf_overdue_texts[] = {
	[TEXT_ANSWERED] = "This was already answered.",
	[TEXT_NOT_OPEN] = "Only a post that still needs help can be given more time.",
	[TEXT_CLOSE] = "You wrote this, or are too close to the family. A colleague has to answer.",
	[TEXT_SAY] = "Please say in words that everybody understands what happens now.",
	NULL,
};

/* ---- the jobs --------------------------------------------------------------------------- */

/* What a job does to a post that it has locked; *ret_did false: somebody was faster. */
typedef enum bf_rc task_fn(struct bf_act *act, const struct bf_value *found,
			   const struct bf_value *post, bool *ret_did, struct bf_err *err);

struct task {
	const char *find;    /* answers a row or none */
	const char *post_id; /* its column with the post */
	task_fn *run;
	const char *event;
	bool did;
};

static enum bf_rc tell(struct bf_act *act, const char *type, const struct bf_value *post,
		       struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), now;
	enum bf_rc rc = bf_ask_one(&act->ask, "database_time", &args, &now, err);

	bf_arg_set_text(&args, "type", type);
	bf_arg_set_int(&args, "id", bf_row_int(post, "id"));
	bf_arg_set_int(&args, "city", bf_row_int(post, "city"));
	bf_arg_set_int(&args, "township", bf_row_int(post, "township"));
	if (rc != BF_OK)
		return rc;
	bf_value_set(&args, "now", *bf_value_get(&now, "now"));
	return bf_ask_run(&act->ask, "write_event", &args, NULL, NULL, err);
}

static enum bf_rc run_task(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct bf_act act = { .ask = *ask };
	struct bf_value args = bf_act_args(&act), post;
	const struct bf_value *found;
	struct task *task = arg;
	enum bf_rc rc = bf_ask_first(ask, task->find, &args, &found, err);

	task->did = false;
	if (rc != BF_OK || !found)
		return rc;
	rc = bf_machine_lock(&act, &bf_post_machine, bf_row_int(found, task->post_id), 0, &post,
			     err);
	if (rc == BF_OK)
		rc = task->run(&act, found, &post, &task->did, err);
	return rc == BF_OK && task->did ? tell(&act, task->event, &post, err) : rc;
}

static enum bf_rc flag_step(struct bf_act *act, const struct bf_value *found,
			    const struct bf_value *post, bool *ret_did, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	int64_t matched = 0;
	enum bf_rc rc;

	(void)post;
	bf_arg_set_int(&args, "step", bf_row_int(found, "id"));
	rc = bf_ask_run(&act->ask, "flag_overdue", &args, &matched, NULL, err);
	*ret_did = matched != 0;
	return rc;
}

static enum bf_rc escalate(struct bf_act *act, const struct bf_value *found,
			   const struct bf_value *post, bool *ret_did, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), now;
	int64_t days, due_ms, added = 0;
	enum bf_rc rc = bf_post_setting(act, post, "escalation_answer_days", &days, err);

	(void)found;
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "database_time", &args, &now, err);
	if (rc == BF_OK)
		rc = bf_workday_due(&act->ask, bf_value_get(&now, "now")->n, days, &due_ms, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "post", bf_row_int(post, "id"));
	bf_value_set(&args, "due_at", bf_value_time(due_ms));
	rc = bf_ask_run(&act->ask, "add_escalation", &args, &added, NULL, err);
	*ret_did = added != 0;
	return rc;
}

static enum bf_rc once(struct bf_ask *ask, struct task *task, bool *ret_did, struct bf_err *err)
{
	enum bf_rc rc = bf_ask_transaction(ask, run_task, task, NULL, err);

	*ret_did = rc == BF_OK && task->did;
	return rc;
}

enum bf_rc bf_overdue_step_once(struct bf_ask *ask, bool *ret_did, struct bf_err *err)
{
	struct task task = { .find = "next_overdue_step",
			     .post_id = "post_id",
			     .run = flag_step,
			     .event = "review.overdue" };

	return once(ask, &task, ret_did, err);
}

enum bf_rc bf_overdue_post_once(struct bf_ask *ask, bool *ret_did, struct bf_err *err)
{
	struct task task = { .find = "next_unmet_post",
			     .post_id = "id",
			     .run = escalate,
			     .event = "post.escalated" };

	return once(ask, &task, ret_did, err);
}

/* ---- the answer ------------------------------------------------------------------------- */

static enum bf_rc refuse(struct bf_act *act, enum bf_rc rc, int text, struct bf_err *err)
{
	return bf_act_refuse(act, rc, bf_overdue_texts[text], err, "account %jd: %s",
			     (intmax_t)act->actor, bf_overdue_texts[text]);
}

static enum bf_rc extend(struct bf_act *act, const struct bf_value *post, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	int64_t days;
	enum bf_rc rc = bf_post_setting(act, post, "escalation_extension_days", &days, err);

	if (rc == BF_OK && strcmp(bf_row_text(post, "state"), "open") != 0)
		rc = refuse(act, BF_CONFLICT, TEXT_NOT_OPEN, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "post", bf_row_int(post, "id"));
	bf_arg_set_int(&args, "days", days);
	return bf_ask_run(&act->ask, "extend_post", &args, NULL, NULL, err);
}

enum bf_rc bf_overdue_answer(struct bf_act *act, const char *ref, enum bf_unmet answer,
			     const char *text, struct bf_err *err)
{
	static const char *const answers[] = {
		[BF_UNMET_EXTEND] = "extend",
		[BF_UNMET_EXPLAIN] = "explain",
	};
	struct bf_value args = bf_act_args(act), row, post;
	int64_t matched = 0;
	enum bf_rc rc;

	act->refused.to = answers[answer];
	bf_arg_set_text(&args, "ref", ref);
	rc = bf_ask_one(&act->ask, "escalation_of_county", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_machine_lock(act, &bf_post_machine, bf_row_int(&row, "post_id"), 0, &post,
				     err);
	if (rc == BF_OK && bf_row_int(&row, "is_close"))
		rc = refuse(act, BF_DENIED, TEXT_CLOSE, err);
	if (rc == BF_OK && (!text || !bf_str_trim(bf_str(text)).len))
		rc = refuse(act, BF_INVALID, TEXT_SAY, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "escalation", bf_row_int(&row, "id"));
	bf_arg_set_text(&args, "answer", answers[answer]);
	bf_arg_set_text(&args, "text", text);
	rc = bf_ask_run(&act->ask, "answer_escalation", &args, &matched, NULL, err);
	if (rc == BF_OK && !matched)
		rc = refuse(act, BF_CONFLICT, TEXT_ANSWERED, err);
	if (rc == BF_OK && answer == BF_UNMET_EXTEND)
		rc = extend(act, &post, err);
	return rc == BF_OK ? tell(act, "post.unmet_answered", &post, err) : rc;
}
