#include "domain/draft.h"

#include <sodium.h>

#include "domain/city_plugin.h"
#include "domain/review.h"

enum { TEXT_UNDER_REVIEW };

const char *const bf_draft_texts[] = {
	[TEXT_UNDER_REVIEW] = "This post has been sent and cannot be changed while it is checked.",
	NULL,
};

/* ---- begin ----------------------------------------------------------------------------- */

void bf_draft_draw_ref(char ret_ref[BF_REF_BYTES])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	for (size_t i = 0; i < BF_REF_BYTES - 1; i++)
		ret_ref[i] = digits[randombytes_uniform(sizeof(digits) - 1)];
	ret_ref[BF_REF_BYTES - 1] = '\0';
}

enum bf_rc bf_draft_create(struct bf_act *act, const struct bf_draft *draft,
			   char ret_ref[BF_REF_BYTES], struct bf_err *err)
{
	int64_t household = draft->for_household ? draft->for_household : act->household, id;
	bool own = household == act->household;
	struct bf_value args = bf_act_args(act), row;
	char ref[BF_REF_BYTES];
	enum bf_rc rc;

	bf_draft_draw_ref(ref);
	bf_arg_set_int(&args, "of_household", household);
	bf_arg_set_int(&args, "city", draft->city);
	bf_arg_set_text(&args, "plugin", draft->plugin);
	bf_arg_set_text(&args, "ref", ref);
	bf_arg_set_text(&args, "need_kind", draft->need_kind);
	bf_arg_set_text(&args, "form", draft->form);
	bf_arg_set_text(&args, "relation", own ? NULL : draft->relation);
	rc = bf_ask_one(&act->ask, "household_to_write_for", &args, &row, err);
	if (rc == BF_OK && draft->city && draft->city != bf_row_int(&row, "city"))
		rc = bf_err_set(err, BF_NOT_FOUND, "household %jd lives in another city",
				(intmax_t)household);
	if (rc == BF_OK)
		rc = bf_city_plugin_takes_new(act, bf_row_int(&row, "city"), draft->plugin, err);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "add_draft", &args, NULL, &id, err);
	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "id", id);
	rc = bf_ask_run(&act->ask, "add_draft_text", &args, NULL, NULL, err);
	if (rc == BF_OK)
		rc = bf_machine_move(act, &bf_post_machine,
				     &(struct bf_move){ .object = id,
							.to = "draft",
							.as = BF_BY_AUTHOR,
							.behalf_of = own ? 0 : household },
				     err);
	if (rc == BF_OK)
		memcpy(ret_ref, ref, sizeof(ref));
	return rc;
}

/* ---- an own post ----------------------------------------------------------------------- */

enum bf_rc bf_draft_lock_own(struct bf_act *act, const char *ref, int64_t version,
			     struct bf_value *ret_row, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), own;
	enum bf_rc rc;

	bf_arg_set_text(&args, "ref", ref);
	rc = bf_ask_one(&act->ask, "own_post_id", &args, &own, err);
	return rc == BF_OK ? bf_machine_lock(act, &bf_post_machine, bf_row_int(&own, "id"), version,
					     ret_row, err)
			   : rc;
}

/* The household for which the actor acts; 0: its own. */
static int64_t behalf_of(const struct bf_act *act, const struct bf_value *row)
{
	int64_t household = bf_row_int(row, "household_id");

	return household == act->household ? 0 : household;
}

enum bf_rc bf_draft_save(struct bf_act *act, const char *ref, int64_t version,
			 const struct bf_value *fields, struct bf_err *err)
{
	static const char *const names[] = { "need_kind", "form",         "title",      "item",
					     "unit",      "quantity",     "target_fen", "story",
					     "reason",    "price_source", "story_shown" };
	struct bf_value args = bf_act_args(act), row;
	enum bf_rc rc = bf_draft_lock_own(act, ref, version, &row, err);

	if (rc != BF_OK)
		return rc;
	if (strcmp(bf_row_text(&row, "phase"), "draft") != 0)
		return bf_act_refuse(act, BF_CONFLICT, bf_draft_texts[TEXT_UNDER_REVIEW], err,
				     "post %s is \"%s\" and cannot be edited", ref,
				     bf_row_text(&row, "state"));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct bf_value *value = bf_value_get(fields, names[i]);

		bf_value_set(&args, names[i], value ? *value : (struct bf_value){ 0 });
	}
	bf_arg_set_int(&args, "id", bf_row_int(&row, "id"));
	rc = bf_ask_run(&act->ask, "save_draft", &args, NULL, NULL, err);
	return rc == BF_OK ? bf_ask_run(&act->ask, "save_draft_text", &args, NULL, NULL, err) : rc;
}

enum bf_rc bf_draft_submit(struct bf_act *act, const char *ref, int64_t version, bool promise,
			   struct bf_err *err)
{
	struct bf_value more = bf_value_map(act->ask.pool), row;
	enum bf_rc rc = bf_draft_lock_own(act, ref, version, &row, err);

	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&more, "promise", promise);
	bf_arg_set_text(&more, "fingerprint",
			bf_post_fingerprint(act->ask.pool, bf_row_int(&row, "household_id"),
					    bf_row_text(&row, "need_kind"),
					    bf_row_text(&row, "item")));
	rc = bf_machine_move(act, &bf_post_machine,
			     &(struct bf_move){ .object = bf_row_int(&row, "id"),
						.to = "submitted",
						.as = BF_BY_AUTHOR,
						.behalf_of = behalf_of(act, &row),
						.args = &more },
			     err);
	return rc == BF_OK ? bf_review_begin(act, &row, err) : rc;
}

enum bf_rc bf_draft_move(struct bf_act *act, const char *ref, int64_t version, const char *to,
			 const char *reason, struct bf_err *err)
{
	struct bf_value row;
	enum bf_rc rc = bf_draft_lock_own(act, ref, version, &row, err);

	if (rc != BF_OK)
		return rc;
	return bf_machine_move(act, &bf_post_machine,
			       &(struct bf_move){ .object = bf_row_int(&row, "id"),
						  .to = to,
						  .as = BF_BY_AUTHOR,
						  .behalf_of = behalf_of(act, &row),
						  .reason = reason },
			       err);
}

enum bf_rc bf_draft_withdraw(struct bf_act *act, const char *ref, int64_t version,
			     const char *reason, struct bf_err *err)
{
	return bf_draft_move(act, ref, version, "withdrawn", reason, err);
}
