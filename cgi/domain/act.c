#include "domain/act.h"

#include <stdarg.h>

const char *const bf_act_texts[] = {
	[BF_ACT_SENT_BEFORE] = "You have sent this form before, with other content. Please look at "
			       "it once more, then send it again.",
	NULL,
};

/* ---- arguments ------------------------------------------------------------------------- */

struct bf_value bf_act_args(const struct bf_act *act)
{
	struct bf_value args = bf_value_map(act->ask.pool);

	bf_value_set(&args, "account",
		     act->actor ? bf_value_number(act->actor) : (struct bf_value){ 0 });
	bf_value_set(&args, "household", bf_value_number(act->household));
	return args;
}

/* ---- refusals -------------------------------------------------------------------------- */

enum bf_rc bf_act_refuse(struct bf_act *act, enum bf_rc rc, const char *public_text,
			 struct bf_err *err, const char *format, ...)
{
	char why[sizeof(err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	act->public_text = public_text;
	return bf_err_set(err, rc, "%s", why);
}

/* The column is shorter than a reason for the log may be. */
static const char *shortened(const struct bf_act *act, const char *why)
{
	enum { WHY_BYTES = 200 };
	struct bf_str text = bf_str(why);

	if (text.len <= WHY_BYTES)
		return why;
	text.len = WHY_BYTES;
	while (text.len && ((unsigned char)text.p[text.len] & 0xc0) == 0x80)
		text.len--;
	return bf_pool_copy(act->ask.pool, text);
}

static enum bf_rc put_down(struct bf_act *act, enum bf_rc rc, const char *why, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);

	bf_arg_set_text(&args, "machine", act->refused.machine);
	bf_arg_set_int(&args, "object", act->refused.object);
	bf_arg_set_text(&args, "from", act->refused.from ? act->refused.from : "");
	bf_arg_set_text(&args, "to", act->refused.to ? act->refused.to : "");
	bf_arg_set_int(&args, "status", bf_rc_status(rc));
	bf_arg_set_text(&args, "why", shortened(act, why));
	return bf_ask_run(&act->ask, "put_down_refusal", &args, NULL, NULL, err);
}

/* ---- the transaction ------------------------------------------------------------------- */

struct run {
	struct bf_act *act;
	bf_act_fn *fn;
	void *arg;
};

static enum bf_rc run(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct run *run = arg;

	(void)ask; /* the act's own */
	run->act->public_text = NULL;
	run->act->refused = (struct bf_refused_move){ 0 };
	run->act->result[0] = '\0';
	return run->fn(run->act, run->arg, err);
}

static enum bf_rc run_with_answer(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
				  struct bf_err *err)
{
	struct run *running = arg;
	enum bf_rc rc = run(ask, running, err);

	*ret_answer = (struct bf_once_answer){ .status = 303, .location = running->act->result };
	return rc;
}

static enum bf_rc run_once(struct run *running, struct bf_err *err)
{
	struct bf_act *act = running->act;
	struct bf_once_answer answer;
	enum bf_once once;
	enum bf_rc rc = bf_idempotency_run(&act->ask, act->once, run_with_answer, running, &once,
					   &answer, err);

	if (rc != BF_OK)
		return rc;
	if (once == BF_ONCE_OTHER)
		return bf_act_refuse(act, BF_CONFLICT, bf_act_texts[BF_ACT_SENT_BEFORE], err,
				     "a key was used for another request");
	if (once == BF_ONCE_AGAIN)
		snprintf(act->result, sizeof(act->result), "%s",
			 answer.location ? answer.location : "");
	return BF_OK;
}

enum bf_rc bf_act_run(struct bf_act *act, bf_act_fn *fn, void *arg, struct bf_err *err)
{
	struct run running = { act, fn, arg };
	struct bf_err why = { 0 };
	enum bf_rc rc = act->once ? run_once(&running, &why)
				  : bf_ask_transaction(&act->ask, run, &running, NULL, &why);

	if (rc == BF_OK)
		return BF_OK;
	if (act->refused.machine && (rc == BF_CONFLICT || rc == BF_DENIED || rc == BF_INVALID)) {
		/* outside of what was undone; that it was refused stands without it as well */
		struct bf_err late = { 0 };

		if (put_down(act, rc, why.text, &late) != BF_OK)
			return bf_err_set(err, late.rc, "%s; its refusal: %s", late.text, why.text);
	}
	return bf_err_set(err, rc, "%s", why.text);
}
