#include "domain/pledge.h"

#include <inttypes.h>

#include "domain/hold.h"
#include "domain/post_claim.h"
#include "domain/posting.h"
#include "domain/trail.h"

enum text {
	TEXT_OWN_FAMILY,
	TEXT_TOO_MANY,
	TEXT_CLOSED,
	TEXT_LAPSED,
	TEXT_STOPPED,
	TEXT_OWN_GIFT,
	TEXT_NOT_SO_MANY,
	TEXT_NOTE,
	TEXT_NOT_MORE,
	TEXT__MAX
};

const char *const bf_pledge_texts[] = {
	[TEXT_OWN_FAMILY] =
		"This is your own family. Goods that are promised come from somebody else.",
	[TEXT_TOO_MANY] = "Others were faster: fewer are left now than you wanted to promise. "
			  "Please look at what is left.",
	[TEXT_CLOSED] = "Nothing is left to promise here now.",
	[TEXT_LAPSED] = "The 72 hours are over, and what you had promised is free again. If you "
			"still want to send it, please promise it once more.",
	[TEXT_STOPPED] = "This post is being looked into. Please wait until it goes on.",
	[TEXT_OWN_GIFT] = "You sent these goods yourself. Somebody else has to count them.",
	[TEXT_NOT_SO_MANY] = "Please count again: it is at least 1, and not more than was sent.",
	[TEXT_NOTE] = "Please write to whom and where you handed the goods over.",
	[TEXT_NOT_MORE] = "More cannot have arrived than was sent.",
	[TEXT__MAX] = NULL,
};

/* A promise under way: its numbers, which never change, and who acts on it. */
struct pledge {
	int64_t id, post, hold, household, quantity;
	bool is_donor, is_family;
};

static enum bf_rc refuse(struct bf_act *act, int64_t pledge, enum text text, struct bf_err *err)
{
	return bf_act_refuse(act, BF_CONFLICT, bf_pledge_texts[text], err, "pledge %jd: %s",
			     (intmax_t)pledge, bf_pledge_texts[text]);
}

/* Looks for a promise as one that is the person's, and locks its post. */
static enum bf_rc find(struct bf_act *act, const char *query, int64_t id, struct pledge *ret_pledge,
		       struct bf_post_lock *ret_post, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row;
	enum bf_rc rc;

	bf_arg_set_int(&args, "pledge", id);
	rc = bf_ask_one(&act->ask, query, &args, &row, err);
	if (rc != BF_OK)
		return rc;
	*ret_pledge = (struct pledge){ .id = id,
				       .post = bf_row_int(&row, "post_id"),
				       .hold = bf_row_int(&row, "hold_id"),
				       .household = bf_row_int(&row, "household_id"),
				       .quantity = bf_row_int(&row, "quantity"),
				       .is_donor = bf_row_int(&row, "is_donor") != 0,
				       .is_family = bf_row_int(&row, "is_family") != 0 };
	return bf_post_lock(&act->ask, ret_pledge->post, ret_post, err);
}

static enum bf_rc find_given(struct bf_act *act, int64_t id, struct pledge *ret_pledge,
			     struct bf_post_lock *ret_post, struct bf_err *err)
{
	return find(act, "pledge_given", id, ret_pledge, ret_post, err);
}

static enum bf_rc gift_of(struct bf_act *act, const struct pledge *pledge, int64_t *ret_gift,
			  struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(&act->ask, "gift_of_hold",
				   BF_ARGS(bf_arg_int("hold", pledge->hold)), &row, err);

	if (rc == BF_OK)
		*ret_gift = bf_row_int(row, "id");
	return rc;
}

/* ---- promising --------------------------------------------------------------------------- */

static enum bf_rc open_hold(struct bf_act *act, const struct bf_pledge_wish *wish,
			    struct bf_claim *claim, struct bf_err *err)
{
	struct bf_err why = { 0 };
	enum bf_rc rc = bf_hold_capacity(&act->ask, wish->post, "goods_line", &claim->capacity,
					 &claim->left, err);

	if (rc != BF_OK)
		return rc;
	claim->left = 0;
	rc = bf_hold_open(&act->ask, act->actor, claim, 1, &why);
	if (rc == BF_CONFLICT)
		return bf_act_refuse(act, rc,
				     bf_pledge_texts[claim->left > 0 ? TEXT_TOO_MANY : TEXT_CLOSED],
				     err, "%s", why.text);
	return rc == BF_OK ? BF_OK : bf_err_set(err, rc, "%s", why.text);
}

static enum bf_rc add_row(struct bf_act *act, const struct bf_pledge_wish *wish, int64_t hold,
			  int64_t *ret_pledge, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);

	bf_arg_set_int(&args, "hold", hold);
	bf_arg_set_int(&args, "post", wish->post);
	bf_arg_set_int(&args, "quantity", wish->quantity);
	bf_arg_set_int(&args, "anonymous", wish->anonymous);
	bf_arg_set_text(&args, "words", wish->words);
	return bf_ask_run(&act->ask, "pledge_add", &args, NULL, ret_pledge, err);
}

static enum bf_rc move(struct bf_act *act, int64_t pledge, const char *to, enum bf_mover as,
		       struct bf_value *args, struct bf_err *err)
{
	return bf_machine_move(act, &bf_pledge_machine,
			       &(struct bf_move){
				       .object = pledge, .to = to, .as = as, .args = args },
			       err);
}

enum bf_rc bf_pledge_claim(struct bf_act *act, const struct bf_pledge_wish *wish,
			   int64_t *ret_pledge, int64_t *ret_left, struct bf_err *err)
{
	struct bf_claim claim = { .amount = wish->quantity };
	struct bf_post_lock post;
	int64_t id = 0;
	enum bf_rc rc = bf_post_lock(&act->ask, wish->post, &post, err);

	if (rc != BF_OK)
		return rc;
	if (act->household && act->household == post.household)
		return refuse(act, 0, TEXT_OWN_FAMILY, err);
	rc = open_hold(act, wish, &claim, err);
	*ret_left = claim.left;
	if (rc == BF_OK)
		rc = add_row(act, wish, claim.hold, &id, err);
	if (rc == BF_OK)
		rc = move(act, id, "claimed", BF_BY_DONOR, NULL, err);
	if (rc == BF_OK)
		*ret_pledge = id;
	return rc;
}

enum bf_rc bf_pledge_look(struct bf_act *act, int64_t id, const struct bf_value **ret_address,
			  struct bf_err *err)
{
	enum bf_rc rc =
		bf_ask_row(&act->ask, "pledge_address",
			   BF_ARGS(bf_arg_int("pledge", id), bf_arg_int("account", act->actor)),
			   ret_address, err);

	if (rc != BF_OK)
		return rc;
	return bf_trail_event(&act->ask, "pledge.address_seen", id, act->actor,
			      bf_row_int(*ret_address, "post_id"), err);
}

/* ---- before it is sent ------------------------------------------------------------------- */

enum bf_rc bf_pledge_cancel(struct bf_act *act, int64_t id, struct bf_err *err)
{
	struct bf_post_lock post;
	struct pledge pledge;
	enum bf_rc rc = find_given(act, id, &pledge, &post, err);

	if (rc == BF_OK)
		rc = move(act, id, "cancelled", BF_BY_DONOR, NULL, err);
	return rc == BF_OK ? bf_hold_release(&act->ask, pledge.hold, err) : rc;
}

enum bf_rc bf_pledge_lapse(struct bf_ask *ask, int64_t hold, struct bf_err *err)
{
	struct bf_act act = { .ask = *ask };
	const struct bf_value *row;
	enum bf_rc rc = bf_hold_expire(ask, hold, err);

	if (rc != BF_OK)
		return rc;
	rc = bf_ask_row(ask, "pledge_of_hold", BF_ARGS(bf_arg_int("hold", hold)), &row, err);
	if (rc == BF_NOT_FOUND) /* a hold that nobody stands behind */
		return BF_OK;
	return rc == BF_OK ? move(&act, bf_row_int(row, "id"), "lapsed", BF_BY_JOB, NULL, err) : rc;
}

/* ---- sending ----------------------------------------------------------------------------- */

static enum bf_rc is_in_time(struct bf_act *act, const struct bf_move *asked,
			     const struct bf_value *before, struct bf_err *err)
{
	return bf_row_int(before, "is_over") ? refuse(act, asked->object, TEXT_LAPSED, err) : BF_OK;
}

static enum bf_rc add_gift(struct bf_act *act, const struct pledge *pledge, int64_t *ret_gift,
			   struct bf_err *err)
{
	enum bf_rc rc = bf_ask_add(&act->ask, "gift_add_goods",
				   BF_ARGS(bf_arg_int("pledge", pledge->id)), ret_gift, err);

	if (rc != BF_OK)
		return rc;
	return bf_ask_exec(&act->ask, "delivery_add_goods",
			   BF_ARGS(bf_arg_int("gift", *ret_gift), bf_arg_int("pledge", pledge->id)),
			   err);
}

static enum bf_rc move_goods(struct bf_act *act, int64_t post, int64_t sent, int64_t confirmed,
			     struct bf_err *err)
{
	return bf_ask_exec(&act->ask, "post_goods_moved",
			   BF_ARGS(bf_arg_int("post", post), bf_arg_int("sent", sent),
				   bf_arg_int("confirmed", confirmed)),
			   err);
}

enum bf_rc bf_pledge_dispatch(struct bf_act *act, int64_t id, const char *courier_number,
			      struct bf_err *err)
{
	struct bf_value args = bf_value_map(act->ask.pool);
	struct bf_post_lock post;
	struct pledge pledge;
	int64_t gift = 0;
	enum bf_rc rc = find_given(act, id, &pledge, &post, err);

	if (rc != BF_OK)
		return rc;
	if (strcmp(post.phase, "suspended") == 0)
		return refuse(act, id, TEXT_STOPPED, err);
	bf_arg_set_text(&args, "way", courier_number ? "courier" : "village_point");
	bf_arg_set_text(&args, "courier_number", courier_number);
	rc = move(act, id, "dispatched", BF_BY_DONOR, &args, err);
	if (rc == BF_OK)
		rc = bf_hold_take(&act->ask, pledge.hold, err);
	if (rc == BF_OK)
		rc = add_gift(act, &pledge, &gift, err);
	if (rc == BF_OK)
		rc = move_goods(act, pledge.post, pledge.quantity, 0, err);
	return rc == BF_OK
		       ? bf_trail_event(&act->ask, "gift.taken", gift, act->actor, pledge.post, err)
		       : rc;
}

/* ---- receiving --------------------------------------------------------------------------- */

/* Writes what arrived; the household's row decides which of its deliveries was the first. */
static enum bf_rc write_received(struct bf_act *act, const struct pledge *pledge, int64_t gift,
				 int64_t received, int64_t city, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row;
	int64_t first = 0;
	enum bf_rc rc;

	bf_arg_set_int(&args, "of_household", pledge->household);
	bf_arg_set_int(&args, "gift", gift);
	bf_arg_set_int(&args, "received", received);
	bf_arg_set_int(&args, "city", city);
	rc = bf_ask_one(&act->ask, "household_lock", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "delivery_received_goods", &args, NULL, NULL, err);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "household_connected", &args, &first, NULL, err);
	return rc == BF_OK && first
		       ? bf_ask_run(&act->ask, "figures_connected", &args, NULL, NULL, err)
		       : rc;
}

static enum bf_rc write_delivery(struct bf_act *act, const struct pledge *pledge, int64_t gift,
				 int64_t received, int64_t city, struct bf_err *err)
{
	if (!received)
		return bf_ask_exec(&act->ask, "delivery_lost_goods",
				   BF_ARGS(bf_arg_int("gift", gift)), err);
	return write_received(act, pledge, gift, received, city, err);
}

/* A full post of which all has come is met: this confirmation was the last. */
static enum bf_rc meet_post(struct bf_act *act, const struct pledge *pledge, int64_t behalf_of,
			    struct bf_err *err)
{
	struct bf_value post;
	enum bf_rc rc = bf_machine_lock(act, &bf_post_machine, pledge->post, 0, &post, err);

	if (rc != BF_OK || !bf_row_is(&post, "state", "full") ||
	    bf_row_int(&post, "confirmed") < bf_row_int(&post, "asked"))
		return rc;
	return bf_machine_move(act, &bf_post_machine,
			       &(struct bf_move){ .object = pledge->post,
						  .to = "met",
						  .as = BF_BY_AUTHOR,
						  .behalf_of = behalf_of },
			       err);
}

/* What the post shows and what is free again, once the promise itself has moved. */
static enum bf_rc count_arrival(struct bf_act *act, const struct pledge *pledge, int64_t received,
				int64_t behalf_of, struct bf_err *err)
{
	int64_t missing = pledge->quantity - received, gift = 0;
	struct bf_value before;
	enum bf_rc rc = bf_machine_lock(act, &bf_post_machine, pledge->post, 0, &before, err);

	if (rc == BF_OK)
		rc = gift_of(act, pledge, &gift, err);
	if (rc == BF_OK)
		rc = write_delivery(act, pledge, gift, received, bf_row_int(&before, "city"), err);
	if (rc == BF_OK)
		rc = move_goods(act, pledge->post, -missing, received, err);
	/* figures follow now: what a return moves below is counted by that move */
	if (rc == BF_OK)
		rc = bf_post_relist(act, pledge->post, &before, err);
	if (rc == BF_OK && missing)
		rc = bf_hold_return(&act->ask, pledge->hold, missing,
				    bf_pool_printf(act->ask.pool, "pledge:%" PRId64, pledge->id),
				    err);
	if (rc == BF_OK && received)
		rc = bf_trail_event(&act->ask, "delivery.received", gift, act->actor, pledge->post,
				    err);
	return rc == BF_OK ? meet_post(act, pledge, behalf_of, err) : rc;
}

enum bf_rc bf_pledge_receive(struct bf_act *act, int64_t id, int64_t quantity, const char *note,
			     struct bf_err *err)
{
	struct bf_value args = bf_value_map(act->ask.pool);
	struct bf_post_lock post;
	struct pledge pledge;
	int64_t behalf_of;
	enum bf_rc rc = find(act, "pledge_to_receive", id, &pledge, &post, err);

	if (rc != BF_OK)
		return rc;
	behalf_of = pledge.is_family ? 0 : pledge.household;
	if (pledge.is_donor)
		return refuse(act, id, TEXT_OWN_GIFT, err);
	if (strcmp(post.phase, "suspended") == 0)
		return refuse(act, id, TEXT_STOPPED, err);
	if (quantity < 1 || quantity > pledge.quantity)
		return refuse(act, id, TEXT_NOT_SO_MANY, err);
	if (behalf_of && (!note || !*note))
		return refuse(act, id, TEXT_NOTE, err);
	bf_arg_set_int(&args, "received", quantity);
	rc = bf_machine_move(act, &bf_pledge_machine,
			     &(struct bf_move){ .object = id,
						.to = "received",
						.as = behalf_of ? BF_BY_VILLAGE : BF_BY_AUTHOR,
						.behalf_of = behalf_of,
						.reason = note,
						.args = &args },
			     err);
	return rc == BF_OK ? count_arrival(act, &pledge, quantity, behalf_of, err) : rc;
}

/* ---- what is disputed -------------------------------------------------------------------- */

enum bf_rc bf_pledge_dispute(struct bf_act *act, int64_t id, const char *concern,
			     struct bf_err *err)
{
	struct bf_move asked = { .object = id, .to = "disputed", .reason = concern };
	struct bf_post_lock post;
	struct pledge pledge;
	enum bf_rc rc = find(act, "pledge_to_dispute", id, &pledge, &post, err);

	if (rc != BF_OK)
		return rc;
	asked.as = pledge.is_donor ? BF_BY_DONOR : pledge.is_family ? BF_BY_AUTHOR : BF_BY_VILLAGE;
	if (asked.as == BF_BY_VILLAGE)
		asked.behalf_of = pledge.household;
	return bf_machine_move(act, &bf_pledge_machine, &asked, err);
}

enum bf_rc bf_pledge_settle(struct bf_act *act, int64_t id, int64_t quantity, const char *reason,
			    struct bf_err *err)
{
	struct bf_value args = bf_value_map(act->ask.pool);
	struct bf_post_lock post;
	struct pledge pledge;
	enum bf_rc rc = find(act, "pledge_to_settle", id, &pledge, &post, err);

	if (rc != BF_OK)
		return rc;
	if (pledge.is_donor)
		return refuse(act, id, TEXT_OWN_GIFT, err);
	if (strcmp(post.phase, "suspended") == 0)
		return refuse(act, id, TEXT_STOPPED, err);
	if (quantity < 0 || quantity > pledge.quantity)
		return refuse(act, id, TEXT_NOT_MORE, err);
	bf_arg_set_int(&args, "received", quantity);
	rc = bf_machine_move(act, &bf_pledge_machine,
			     &(struct bf_move){ .object = id,
						.to = quantity ? "received" : "returned",
						.as = BF_BY_COUNTY,
						.reason = reason,
						.args = &args },
			     err);
	return rc == BF_OK ? count_arrival(act, &pledge, quantity, pledge.household, err) : rc;
}

/* ---- thanking ---------------------------------------------------------------------------- */

enum bf_rc bf_pledge_thank(struct bf_act *act, int64_t id, const char *words, struct bf_err *err)
{
	struct bf_post_lock post;
	struct pledge pledge;
	int64_t gift = 0;
	enum bf_rc rc = find(act, "pledge_to_receive", id, &pledge, &post, err);

	if (rc == BF_OK && !pledge.is_family)
		rc = bf_err_set(err, BF_NOT_FOUND, "pledge %jd is another family's", (intmax_t)id);
	if (rc == BF_OK)
		rc = move(act, id, "thanked", BF_BY_AUTHOR, NULL, err);
	if (rc == BF_OK)
		rc = gift_of(act, &pledge, &gift, err);
	return rc == BF_OK ? bf_ask_exec(&act->ask, "delivery_thanked",
					 BF_ARGS(bf_arg_int("gift", gift),
						 bf_arg_text("thanks", words)),
					 err)
			   : rc;
}

/* ---- the tables -------------------------------------------------------------------------- */

static const struct bf_state states[] = {
	{ "claimed", "open", false },    { "lapsed", "ended", false },
	{ "cancelled", "ended", false }, { "dispatched", "open", false },
	{ "received", "ended", false },  { "thanked", "ended", false },
	{ "disputed", "open", false },   { "returned", "ended", false },
};

static const struct bf_rule rules[] = {
	{ "", "claimed", BF_BY_DONOR, NULL, "pledge.claimed" },
	{ "claimed", "lapsed", BF_BY_JOB, NULL, "pledge.lapsed" },
	{ "claimed", "cancelled", BF_BY_DONOR, NULL, "pledge.cancelled" },
	{ "claimed", "dispatched", BF_BY_DONOR, is_in_time, "pledge.dispatched" },
	{ "dispatched", "received", BF_BY_AUTHOR | BF_BY_VILLAGE, NULL, "pledge.received" },
	{ "received", "thanked", BF_BY_AUTHOR, NULL, "pledge.thanked" },
	{ "dispatched", "disputed", BF_BY_DONOR | BF_BY_AUTHOR | BF_BY_VILLAGE, NULL,
	  "pledge.disputed" },
	{ "disputed", "received", BF_BY_COUNTY, NULL, "pledge.received" },
	{ "disputed", "returned", BF_BY_COUNTY, NULL, "pledge.returned" },
};

const struct bf_machine bf_pledge_machine = {
	.name = "pledge",
	.version = 1,
	.states = states,
	.state_count = sizeof(states) / sizeof(states[0]),
	.rules = rules,
	.rule_count = sizeof(rules) / sizeof(rules[0]),
	.lock = "pledge_lock",
	.row = "pledge_row",
	.set = "pledge_set",
};
