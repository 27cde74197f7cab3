#include "domain/hold.h"

#include "domain/post_claim.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)

/* How long each kind of capacity is held. A match pool's holds are open until the project is
 * decided: they are opened anew. */
static const struct {
	const char *kind;
	int64_t seconds;
} kinds[] = {
	{ "money_gap", 15 * MINUTE },     { "goods_line", 72 * HOUR }, { "stock", 30 * MINUTE },
	{ "tier", 15 * MINUTE },          { "slot", 15 * MINUTE },     { "pool", 24 * HOUR },
	{ "sponsor_place", 30 * MINUTE },
};

int64_t bf_hold_seconds(const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].seconds;
	return 0;
}

enum bf_rc bf_hold_capacity(struct bf_ask *ask, int64_t post, const char *kind,
			    int64_t *ret_capacity, int64_t *ret_left, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, "capacity_of_post",
			   BF_ARGS(bf_arg_int("post", post), bf_arg_text("kind", kind)), &row, err);

	if (rc != BF_OK)
		return rc;
	*ret_capacity = bf_row_int(row, "id");
	*ret_left = bf_row_int(row, "free");
	return BF_OK;
}

/* ---- opening ---------------------------------------------------------------------------- */

static int by_capacity(const void *a, const void *b)
{
	const struct bf_claim *left = a, *right = b;

	return (left->capacity > right->capacity) - (left->capacity < right->capacity);
}

/* What a claim is on. */
struct target {
	const char *kind;
	int64_t post; /* 0: none, as of a pool */
};

static enum bf_rc look(struct bf_ask *ask, const struct bf_claim *claim, struct target *ret_target,
		       struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "capacity_look",
				   BF_ARGS(bf_arg_int("capacity", claim->capacity)), &row, err);

	if (rc != BF_OK)
		return rc;
	*ret_target = (struct target){ bf_row_text(row, "kind"), bf_row_int(row, "post_id") };
	return BF_OK;
}

static enum bf_rc lock_open_post(struct bf_ask *ask, int64_t id, struct bf_err *err)
{
	struct bf_post_lock post;
	enum bf_rc rc = bf_post_lock(ask, id, &post, err);

	if (rc != BF_OK)
		return rc;
	if (strcmp(post.phase, "open") != 0)
		return bf_err_set(err, BF_CONFLICT, "post %lld is in phase \"%s\", not \"open\"",
				  (long long)id, post.phase);
	if (post.is_over || !post.is_active)
		return bf_err_set(err, BF_CONFLICT, "post %lld: %s", (long long)id,
				  post.is_over ? "its deadline is over"
					       : "its household is not active");
	return BF_OK;
}

/* Posts in ascending order, each once. */
static enum bf_rc lock_posts(struct bf_ask *ask, const struct target *targets, size_t count,
			     struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (int64_t last = 0; rc == BF_OK;) {
		int64_t next = 0;

		for (size_t i = 0; i < count; i++)
			if (targets[i].post > last && (!next || targets[i].post < next))
				next = targets[i].post;
		if (!next)
			break;
		rc = lock_open_post(ask, next, err);
		last = next;
	}
	return rc;
}

static enum bf_rc refuse(struct bf_ask *ask, struct bf_claim *claim, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "capacity_look",
				   BF_ARGS(bf_arg_int("capacity", claim->capacity)), &row, err);

	if (rc != BF_OK)
		return rc;
	claim->left = bf_row_int(row, "free");
	return bf_err_set(err, BF_CONFLICT, "%lld of capacity %lld are wanted, %lld are left",
			  (long long)claim->amount, (long long)claim->capacity,
			  (long long)claim->left);
}

static enum bf_rc open_one(struct bf_ask *ask, int64_t account, struct bf_claim *claim,
			   const struct target *target, struct bf_err *err)
{
	int64_t seconds = bf_hold_seconds(target->kind), matched = 0;
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_change(ask, "capacity_claim",
				      BF_ARGS(bf_arg_int("capacity", claim->capacity),
					      bf_arg_int("amount", claim->amount)),
				      &matched, err);

	if (rc != BF_OK)
		return rc;
	if (!matched)
		return refuse(ask, claim, err);
	rc = bf_ask_add(ask, "hold_add",
			BF_ARGS(bf_arg_int("capacity", claim->capacity),
				bf_arg_int("account", account), bf_arg_int("amount", claim->amount),
				bf_arg_int("seconds", seconds)),
			&claim->hold, err);
	if (rc == BF_OK)
		rc = bf_ask_row(ask, "hold_look", BF_ARGS(bf_arg_int("hold", claim->hold)), &row,
				err);
	if (rc != BF_OK)
		return rc;
	claim->expires_ms = bf_row_int(row, "expires_at");
	if (!target->post)
		return BF_OK;
	return bf_post_claimed(ask, target->post, claim->amount, 0, 0, err);
}

enum bf_rc bf_hold_open(struct bf_ask *ask, int64_t account, struct bf_claim *claims, size_t count,
			struct bf_err *err)
{
	struct target *targets = bf_pool_zalloc(ask->pool, sizeof(*targets) * (count + 1));
	enum bf_rc rc = BF_OK;

	qsort(claims, count, sizeof(*claims), by_capacity);
	for (size_t i = 0; i < count && rc == BF_OK; i++) {
		if (claims[i].amount <= 0)
			return bf_err_set(err, BF_CONFLICT, "a claim is of %lld",
					  (long long)claims[i].amount);
		rc = look(ask, &claims[i], &targets[i], err);
	}
	if (rc == BF_OK)
		rc = lock_posts(ask, targets, count, err);
	for (size_t i = 0; i < count && rc == BF_OK; i++)
		rc = open_one(ask, account, &claims[i], &targets[i], err);
	return rc;
}

/* ---- what becomes of it ------------------------------------------------------------------ */

struct held {
	int64_t id, capacity, post, amount;
	const char *state;
};

/* Locks the post, then the hold. */
static enum bf_rc lock(struct bf_ask *ask, int64_t hold, struct held *ret_held, struct bf_err *err)
{
	const struct bf_value *row;
	struct bf_post_lock post;
	enum bf_rc rc = bf_ask_row(ask, "hold_look", BF_ARGS(bf_arg_int("hold", hold)), &row, err);

	if (rc != BF_OK)
		return rc;
	*ret_held = (struct held){ .id = hold,
				   .capacity = bf_row_int(row, "capacity_id"),
				   .post = bf_row_int(row, "post_id"),
				   .amount = bf_row_int(row, "amount") };
	if (ret_held->post)
		rc = bf_post_lock(ask, ret_held->post, &post, err);
	if (rc == BF_OK)
		rc = bf_ask_row(ask, "hold_lock", BF_ARGS(bf_arg_int("hold", hold)), &row, err);
	if (rc == BF_OK)
		ret_held->state = bf_row_text(row, "state");
	return rc;
}

/* The sums of a capacity and of its post, changed by so much. */
static enum bf_rc move(struct bf_ask *ask, const struct held *held, int64_t opened, int64_t taken,
		       int64_t gifts, struct bf_err *err)
{
	enum bf_rc rc =
		bf_ask_exec(ask, "capacity_move",
			    BF_ARGS(bf_arg_int("capacity", held->capacity),
				    bf_arg_int("opened", opened), bf_arg_int("taken", taken)),
			    err);

	if (rc != BF_OK || !held->post)
		return rc;
	return bf_post_claimed(ask, held->post, opened, taken, gifts, err);
}

static enum bf_rc decide(struct bf_ask *ask, int64_t hold, const char *to, struct bf_err *err)
{
	bool taken = strcmp(to, "taken") == 0;
	struct held held;
	enum bf_rc rc = lock(ask, hold, &held, err);

	if (rc != BF_OK)
		return rc;
	if (strcmp(held.state, "open") != 0)
		return bf_err_set(err, BF_CONFLICT, "hold %lld is %s and cannot be %s",
				  (long long)hold, held.state, to);
	rc = bf_ask_exec(ask, "hold_decide",
			 BF_ARGS(bf_arg_int("hold", hold), bf_arg_text("to", to)), err);
	if (rc != BF_OK)
		return rc;
	return move(ask, &held, -held.amount, taken ? held.amount : 0, taken ? 1 : 0, err);
}

enum bf_rc bf_hold_take(struct bf_ask *ask, int64_t hold, struct bf_err *err)
{
	return decide(ask, hold, "taken", err);
}

enum bf_rc bf_hold_release(struct bf_ask *ask, int64_t hold, struct bf_err *err)
{
	return decide(ask, hold, "released", err);
}

enum bf_rc bf_hold_expire(struct bf_ask *ask, int64_t hold, struct bf_err *err)
{
	return decide(ask, hold, "expired", err);
}

enum bf_rc bf_hold_return(struct bf_ask *ask, int64_t hold, int64_t amount, const char *cause,
			  struct bf_err *err)
{
	const struct bf_value *row;
	int64_t back, by_cause, gone = 0;
	struct held held;
	enum bf_rc rc = lock(ask, hold, &held, err);

	if (rc == BF_OK)
		rc = bf_ask_row(ask, "hold_returned",
				BF_ARGS(bf_arg_int("hold", hold), bf_arg_text("cause", cause)),
				&row, err);
	if (rc != BF_OK)
		return rc;
	back = bf_row_int(row, "back");
	by_cause = bf_row_int(row, "by_cause");
	if (by_cause && by_cause == amount)
		return BF_OK;
	if (by_cause || strcmp(held.state, "taken") != 0 || amount <= 0 ||
	    amount > held.amount - back)
		return bf_err_set(err, BF_CONFLICT,
				  "hold %lld is %s, of %lld with %lld given back: it cannot give "
				  "back %lld by \"%s\"",
				  (long long)hold, held.state, (long long)held.amount,
				  (long long)back, (long long)amount, cause);
	rc = bf_ask_exec(ask, "hold_return_add",
			 BF_ARGS(bf_arg_int("hold", hold), bf_arg_int("amount", amount),
				 bf_arg_text("cause", cause)),
			 err);
	if (rc == BF_OK && back + amount == held.amount)
		rc = bf_ask_change(ask, "gift_gone", BF_ARGS(bf_arg_int("hold", hold)), &gone, err);
	return rc == BF_OK ? move(ask, &held, 0, -amount, -gone, err) : rc;
}
