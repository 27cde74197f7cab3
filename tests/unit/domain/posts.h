/* posts: what tests of help posts share: each act in its transaction, a post that is drafted,
 * sent, published. */
#ifndef BF_TEST_POSTS_H
#define BF_TEST_POSTS_H

#include "kernel.h"

#include "domain/suspend.h"

/* ---- acts, each in its transaction ------------------------------------------------------ */

/* What one act is asked to do. */
struct wish {
	struct bf_draft draft;
	char ref[BF_REF_BYTES];
	int64_t version;
	bool promise;
	const struct bf_value *fields;
	const char *text;
	int64_t id;
	bool overturned;
	struct bf_decision decision;
};

static inline enum bf_rc create(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_draft_create(act, &wish->draft, wish->ref, err);
}

static inline enum bf_rc save(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_draft_save(act, wish->ref, wish->version, wish->fields, err);
}

static inline enum bf_rc submit(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_draft_submit(act, wish->ref, wish->version, wish->promise, err);
}

static inline enum bf_rc withdraw(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_draft_withdraw(act, wish->ref, wish->version, wish->text, err);
}

static inline enum bf_rc decide(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_review_decide(act, &wish->decision, err);
}

static inline enum bf_rc assign(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_review_assign(act, wish->decision.step, wish->id, err);
}

static inline enum bf_rc declare(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_review_declare(act, wish->decision.step, err);
}

static inline enum bf_rc appeal(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_review_appeal(act, wish->ref, wish->version, wish->text, err);
}

static inline enum bf_rc decide_appeal(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_review_decide_appeal(act, wish->id, wish->overturned, wish->text, err);
}

static inline enum bf_rc second(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_review_second(act, wish->id, !wish->overturned, wish->text, err);
}

static inline enum bf_rc suspend(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_post_suspend(act, wish->ref, "2026-17", "正在核查", err);
}

static inline enum bf_rc lift(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;
	bool waits;

	return bf_post_end_suspension(act, wish->ref, false, "属实", &waits, err);
}

static inline enum bf_rc cancel(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;
	bool waits;

	return bf_post_end_suspension(act, wish->ref, true, "不实", &waits, err);
}

static inline enum bf_rc end_duplicate(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_post_end_duplicate(act, wish->ref, wish->text, err);
}

static inline enum bf_rc run(int64_t account, bf_act_fn *fn, struct wish *wish)
{
	struct bf_act act = act_of(account);
	struct bf_err err = { 0 };
	enum bf_rc rc = bf_act_run(&act, fn, wish, &err);

	if (rc == BF_FAULT || rc == BF_BUSY)
		fail_msg("%s", err.text);
	return rc;
}

#define DO(account, fn, wish) assert_int_equal(run(account, fn, wish), BF_OK)
#define REFUSED(account, fn, wish, rc) assert_int_equal(run(account, fn, wish), rc)

/* ---- what they are about ---------------------------------------------------------------- */

static inline struct bf_value some_fields(const char *item, int64_t target_fen)
{
	struct bf_value fields = bf_value_map(pool);

	bf_arg_set_text(&fields, "title", "入冬的两床棉被");
	bf_arg_set_text(&fields, "item", item);
	bf_arg_set_int(&fields, "target_fen", target_fen);
	bf_arg_set_text(&fields, "story", "去年屋顶漏雨，旧棉被全湿了，一直没有换。");
	bf_arg_set_text(&fields, "reason", "家里三口人有两个生病。");
	bf_arg_set_text(&fields, "price_source", "县城集市的价格");
	bf_arg_set_int(&fields, "story_shown", 1);
	return fields;
}

static inline struct wish drafted(int64_t account, int64_t household, const char *item,
				  int64_t target_fen)
{
	struct wish wish = { .draft = { .plugin = "donations",
					.city = CITY,
					.for_household = household,
					.need_kind = "necessities",
					.form = "money",
					.relation = "village_manager" },
			     .promise = true };
	struct bf_value *fields = bf_pool_alloc(pool, sizeof(*fields));

	*fields = some_fields(item, target_fen);
	wish.fields = fields;
	DO(account, create, &wish);
	DO(account, save, &wish);
	return wish;
}

static inline struct wish submitted(int64_t account)
{
	struct wish wish = drafted(account, FAMILY, "棉被", 60000);

	DO(account, submit, &wish);
	return wish;
}

static inline int64_t post_number(const struct wish *wish, const char *column)
{
	return asked_number(
		bf_pool_printf(pool, "SELECT %s FROM post WHERE ref = '%s'", column, wish->ref));
}

static const char *state_of(const struct wish *wish)
{
	return asked_text(
		bf_pool_printf(pool, "SELECT state FROM post WHERE ref = '%s'", wish->ref));
}

static inline int64_t step_at(const struct wish *wish, int place)
{
	return asked_number(bf_pool_printf(
		pool,
		"SELECT s.id FROM review_step s JOIN post p ON p.id = s.post_id WHERE p.ref = '%s' "
		"AND s.step = %d ORDER BY s.round DESC LIMIT 1",
		wish->ref, place));
}

static inline struct bf_decision approval(const struct wish *wish, int place)
{
	return approval_of(step_at(wish, place));
}

static inline void approve(const struct wish *wish, int place, int64_t account)
{
	struct wish own = *wish;

	own.decision = approval(wish, place);
	DO(account, decide, &own);
}

static inline struct wish published(void)
{
	struct wish wish = submitted(WRITER);

	approve(&wish, 1, CHECKER);
	approve(&wish, 2, TOWN_A);
	approve(&wish, 3, COUNTY_A);
	return wish;
}

static inline int64_t refusals(int status)
{
	return asked_number(
		bf_pool_printf(pool, "SELECT COUNT(*) FROM refused_act WHERE status = %d", status));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kernel_set_up, kernel_tear_down)

#endif
