#include "domain/post_claim.h"

#include "domain/posting.h"

enum bf_rc bf_post_lock(struct bf_ask *ask, int64_t post, struct bf_post_lock *ret_post,
			struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, "post_claim_lock", BF_ARGS(bf_arg_int("post", post)), &row, err);

	if (rc != BF_OK)
		return rc;
	*ret_post = (struct bf_post_lock){
		.id = post,
		.household = bf_row_int(row, "household_id"),
		.rule_version = bf_row_int(row, "rule_version"),
		.taken = bf_row_int(row, "taken"),
		.asked = bf_row_int(row, "asked"),
		.is_over = bf_row_int(row, "is_over") != 0,
		.is_active = bf_row_is(row, "household_state", "active") &&
			     (bf_row_is(row, "form", "goods") || bf_row_int(row, "has_payee")),
		.state = bf_row_text(row, "state"),
		.phase = bf_row_text(row, "phase"),
		.listed = bf_row_text(row, "listed"),
	};
	return BF_OK;
}

/* The move itself keeps history, event, lists and figures. */
static enum bf_rc turn(struct bf_ask *ask, int64_t post, const char *to, struct bf_err *err)
{
	struct bf_act act = { .ask = *ask };

	return bf_machine_move(&act, &bf_post_machine,
			       &(struct bf_move){ .object = post, .to = to, .as = BF_BY_CORE },
			       err);
}

enum bf_rc bf_post_claimed(struct bf_ask *ask, int64_t id, int64_t pending, int64_t taken,
			   int64_t gifts, struct bf_err *err)
{
	struct bf_post_lock post;
	enum bf_rc rc = bf_ask_exec(ask, "post_claimed",
				    BF_ARGS(bf_arg_int("post", id), bf_arg_int("pending", pending),
					    bf_arg_int("taken", taken), bf_arg_int("gifts", gifts)),
				    err);

	if (rc != BF_OK || !taken)
		return rc;
	rc = bf_post_lock(ask, id, &post, err);
	if (rc != BF_OK)
		return rc;
	if (post.taken >= post.asked && strcmp(post.state, "open") == 0)
		return turn(ask, id, "full", err);
	if (post.taken < post.asked && strcmp(post.state, "full") == 0)
		return turn(ask, id, "open", err);
	return BF_OK;
}
