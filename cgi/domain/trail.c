#include "domain/trail.h"

enum bf_rc bf_trail_move(struct bf_ask *ask, const struct bf_trail_step *move, struct bf_err *err)
{
	int64_t rule_version = move->rule_version ? move->rule_version : 1, matched = 0;
	enum bf_rc rc = bf_ask_change(
		ask, "trail_move",
		BF_ARGS(bf_arg_text("machine", move->machine), bf_arg_int("object", move->object),
			bf_arg_int("rule_version", rule_version), bf_arg_text("from", move->from),
			bf_arg_text("to", move->to), bf_arg_id("actor", move->actor),
			bf_arg_text("reason", move->reason)),
		&matched, err);

	if (rc == BF_OK && matched != 1)
		return bf_err_set(err, BF_CONFLICT, "%s %lld does not move from \"%s\" to \"%s\"",
				  move->machine, (long long)move->object, move->from, move->to);
	return rc;
}

enum bf_rc bf_trail_event(struct bf_ask *ask, const char *type, int64_t subject, int64_t actor,
			  int64_t post, struct bf_err *err)
{
	return bf_ask_exec(ask, "trail_event",
			   BF_ARGS(bf_arg_text("type", type), bf_arg_int("subject", subject),
				   bf_arg_id("actor", actor), bf_arg_int("post", post)),
			   err);
}
