/* posts: read downwards: parameters, my posts, checking. */
#include "site/posts.h"

#include "domain/draft.h"
#include "domain/overdue.h"
#include "domain/post.h"
#include "domain/review.h"
#include "domain/suspend.h"
#include "domain/rest.h"
#include "plugin/req.h"

enum { TEXT_ANSWER };

const char *const bf_posts_texts[] = {
	[TEXT_ANSWER] = "Please answer this, too.",
	NULL,
};

enum { REASON_MAX = 200, APPEAL_MAX = 1000, CASE_MAX = 32, NUMBER_MAX = 20 };

/* ---- parameters ---------------------------------------------------------------------- */

#define REF                                                     \
	{                                                       \
		.name = "ref", .type = BF_REF, .required = true \
	}
#define VERSION                                                    \
	{                                                          \
		.name = "version", .type = BF_ID, .required = true \
	}
#define STEP                                                    \
	{                                                       \
		.name = "step", .type = BF_ID, .required = true \
	}

const struct bf_param bf_posts_list_params[1] = { { .name = "after", .type = BF_CURSOR } };
const struct bf_param bf_posts_post_params[1] = { REF };
const struct bf_param bf_posts_withdraw_params[3] = {
	REF,
	VERSION,
	{ .name = "withdraw_reason", .type = BF_TEXT, .label = "Why", .max = REASON_MAX },
};
static const struct bf_choice rest_choices[] = {
	{ "accept", "Take what is there" },
	{ "leave", "Leave it to those who gave" },
};
static const struct bf_enum rest_enum = { "rest", BF_TABLE(rest_choices) };

const struct bf_param bf_posts_end_early_params[2] = {
	{ .name = "ref", .type = BF_REF, .required = true },
	{ .name = "version", .type = BF_INT, .required = true, .min = 1, .max = INT32_MAX },
};
const struct bf_param bf_posts_rest_params[2] = {
	{ .name = "ref", .type = BF_REF, .required = true },
	{ .name = "rest",
	  .type = BF_ONE_OF,
	  .label = "What is there",
	  .required = true,
	  .choices = &rest_enum },
};
const struct bf_param bf_posts_appeal_params[3] = {
	REF,
	VERSION,
	{ .name = "appeal_text",
	  .type = BF_LINES,
	  .label = "Why it should be looked at again",
	  .required = true,
	  .max = APPEAL_MAX },
};
const struct bf_param bf_posts_step_params[2] = { REF, STEP };
#define ITEM(n)                                                                           \
	{                                                                                 \
		.name = "item_" #n, .type = BF_INT, .label = "Answer", .min = 1, .max = 1 \
	}
const struct bf_param bf_posts_approve_params[12] = {
	REF,
	STEP,
	VERSION,
	{ .name = "checklist", .type = BF_ID, .required = true },
	{ .name = "evidence", .type = BF_TEXT, .required = true, .pattern = "[0-9a-f]{64}" },
	ITEM(1),
	ITEM(2),
	ITEM(3),
	ITEM(4),
	ITEM(5),
	ITEM(6),
	{ .name = "urgency",
	  .type = BF_ONE_OF,
	  .label = "How urgent it is",
	  .choices = &bf_urgency },
};
const struct bf_param bf_posts_return_params[5] = {
	REF,
	STEP,
	VERSION,
	{ .name = "field",
	  .type = BF_ONE_OF,
	  .label = "What to correct",
	  .required = true,
	  .choices = &bf_post_field },
	{ .name = "return_reason",
	  .type = BF_TEXT,
	  .label = "What the family should change",
	  .required = true,
	  .max = REASON_MAX },
};
const struct bf_param bf_posts_reject_params[5] = {
	REF,
	STEP,
	VERSION,
	{ .name = "reason_code",
	  .type = BF_ONE_OF,
	  .label = "Reason",
	  .required = true,
	  .choices = &bf_reject_reason },
	{ .name = "reject_reason",
	  .type = BF_TEXT,
	  .label = "The reason in words that the family reads",
	  .required = true,
	  .max = REASON_MAX },
};
const struct bf_param bf_posts_outcome_params[4] = {
	REF,
	{ .name = "appeal", .type = BF_ID, .required = true },
	{ .name = "outcome",
	  .type = BF_ONE_OF,
	  .label = "Decision",
	  .required = true,
	  .choices = &bf_appeal_outcome },
	{ .name = "outcome_reason",
	  .type = BF_TEXT,
	  .label = "The reason in words that the family reads",
	  .required = true,
	  .max = REASON_MAX },
};

const struct bf_param bf_posts_second_params[4] = {
	REF,
	{ .name = "rejection", .type = BF_ID, .required = true },
	{ .name = "second_outcome",
	  .type = BF_ONE_OF,
	  .label = "Decision",
	  .required = true,
	  .choices = &bf_second_outcome },
	{ .name = "second_note",
	  .type = BF_TEXT,
	  .label = "Why not, for your colleague",
	  .max = REASON_MAX },
};

const struct bf_param bf_posts_find_params[1] = {
	{ .name = "number",
	  .type = BF_TEXT,
	  .label = "Number of the post",
	  .required = true,
	  .max = NUMBER_MAX },
};
const struct bf_param bf_posts_suspend_params[3] = {
	REF,
	{ .name = "case_number",
	  .type = BF_TEXT,
	  .label = "Number of the case",
	  .required = true,
	  .max = CASE_MAX },
	{ .name = "public_text",
	  .type = BF_TEXT,
	  .label = "What visitors are told",
	  .required = true,
	  .max = REASON_MAX },
};
const struct bf_param bf_posts_end_params[3] = {
	REF,
	{ .name = "wish",
	  .type = BF_ONE_OF,
	  .label = "What should happen",
	  .required = true,
	  .choices = &bf_suspension_wish },
	{ .name = "end_reason",
	  .type = BF_TEXT,
	  .label = "Why",
	  .required = true,
	  .max = REASON_MAX },
};
const struct bf_param bf_posts_duplicate_params[2] = {
	REF,
	{ .name = "stays",
	  .type = BF_REF,
	  .label = "Number of the post that stays",
	  .required = true },
};

const struct bf_param bf_posts_answer_params[3] = {
	REF,
	{ .name = "unmet_answer",
	  .type = BF_ONE_OF,
	  .label = "What happens now",
	  .required = true,
	  .choices = &bf_unmet_answer },
	{ .name = "answer_text",
	  .type = BF_TEXT,
	  .label = "What visitors and the family read",
	  .required = true,
	  .max = REASON_MAX },
};

/* ---- my posts ------------------------------------------------------------------------ */

enum bf_rc bf_posts_mine(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "own_posts", "posts");

	if (rc == BF_OK)
		rc = bf_query(req, "own_deliveries", "deliveries");
	return rc == BF_OK ? bf_page(req, "mine.html") : rc;
}

/* What is the same on both sides of the desk: the rounds, what was sent back, the appeal. */
static enum bf_rc add_trail(struct bf_req *req)
{
	enum bf_rc rc;

	bf_bind_int(req, "post", bf_value_int(bf_value_get(bf_model(req, "post"), "id")));
	rc = bf_query(req, "post_rounds", "steps");
	if (rc == BF_OK)
		rc = bf_query(req, "post_checks", "checks");
	if (rc == BF_OK)
		rc = bf_query(req, "post_returned_fields", "fields");
	return rc == BF_OK ? bf_query(req, "post_appeal", "appeals") : rc;
}

enum bf_rc bf_posts_mine_post(struct bf_req *req)
{
	enum bf_rc rc = bf_post_own(req, "post");

	if (rc == BF_OK)
		rc = add_trail(req);
	return rc == BF_OK ? bf_page(req, "mine_post.html") : rc;
}

static enum bf_rc withdraw_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;
	const char *reason = bf_text(req, "withdraw_reason");

	return bf_draft_withdraw(act, bf_text(req, "ref"), bf_int(req, "version"),
				 *reason ? reason : NULL, err);
}

enum bf_rc bf_posts_withdraw(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, withdraw_act, req);

	return rc == BF_OK ? bf_redirect(req, "mine_post") : rc;
}

static enum bf_rc end_early_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_rest_end_early(act, bf_text(arg, "ref"), bf_int(arg, "version"), err);
}

enum bf_rc bf_posts_end_early(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, end_early_act, req);

	return rc == BF_OK ? bf_redirect(req, "mine_post") : rc;
}

static enum bf_rc rest_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;
	bool accept = strcmp(bf_text(req, "rest"), "accept") == 0;

	return bf_rest_choose(act, bf_text(req, "ref"), accept, err);
}

enum bf_rc bf_posts_rest(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, rest_act, req);

	return rc == BF_OK ? bf_redirect(req, "mine_post") : rc;
}

static enum bf_rc appeal_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_review_appeal(act, bf_text(req, "ref"), bf_int(req, "version"),
				bf_text(req, "appeal_text"), err);
}

enum bf_rc bf_posts_appeal(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, appeal_act, req);

	return rc == BF_OK ? bf_redirect(req, "mine_post") : rc;
}

/* ---- checking ------------------------------------------------------------------------ */

enum bf_rc bf_posts_review(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "review_queue", "queue");

	if (rc == BF_OK)
		rc = bf_query(req, "review_appeals", "appeals");
	if (rc == BF_OK)
		rc = bf_query(req, "review_unmet", "unmet");
	if (rc == BF_OK)
		rc = bf_query(req, "review_rejections", "rejections");
	return rc == BF_OK ? bf_page(req, "review.html") : rc;
}

/* Of the step that waits here, if any. */
static enum bf_rc add_checklist(struct bf_req *req)
{
	const struct bf_value *here = bf_model(req, "here");

	if (!bf_value_count(here))
		return BF_OK;
	bf_bind_int(req, "step", bf_value_int(bf_value_get(bf_value_at(here, 0), "id")));
	return bf_query(req, "review_checklist", "checklist");
}

enum bf_rc bf_posts_review_post(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "review_post", "post");

	if (rc == BF_OK)
		rc = add_trail(req);
	if (rc == BF_OK)
		rc = bf_query(req, "review_step_here", "here");
	if (rc == BF_OK)
		rc = add_checklist(req);
	if (rc == BF_OK)
		rc = bf_query(req, "live_suspension", "suspension");
	if (rc == BF_OK)
		rc = bf_query(req, "post_unmet", "unmet");
	if (rc == BF_OK)
		rc = bf_query(req, "review_rejection_here", "rejections");
	if (rc == BF_OK)
		rc = bf_post_pictures(req, "pictures");
	return rc == BF_OK ? bf_page(req, "review_post.html") : rc;
}

static enum bf_rc decide_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_review_decide(act, arg, err);
}

static const char *const item_names[BF_CHECK_ITEMS_MAX] = { "item_1", "item_2", "item_3",
							    "item_4", "item_5", "item_6" };

static unsigned ticked(const struct bf_req *req)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < BF_CHECK_ITEMS_MAX; i++)
		bits |= bf_int(req, item_names[i]) ? 1U << i : 0;
	return bits;
}

static enum bf_rc decide(struct bf_req *req, enum bf_outcome outcome, const char *reason)
{
	struct bf_decision decision = {
		.step = bf_int(req, "step"),
		.version = bf_int(req, "version"),
		.outcome = outcome,
		.checklist = bf_int(req, "checklist"),
		.evidence = bf_text(req, "evidence"),
		.ticked = ticked(req),
		.urgency = bf_has(req, "urgency") ? bf_text(req, "urgency") : NULL,
		.reason_code = bf_text(req, "reason_code"),
		.fields = bf_text(req, "field"),
		.reason = reason,
	};
	enum bf_rc rc = bf_req_act(req, decide_act, &decision);

	return rc == BF_OK ? bf_redirect(req, "review") : rc;
}

/* Each item without an answer has a message beside it. */
static enum bf_rc check_items(struct bf_req *req)
{
	const struct bf_value *list;
	enum bf_rc rc = bf_query(req, "review_checklist", "checklist");

	list = rc == BF_OK ? bf_value_at(bf_model(req, "checklist"), 0) : NULL;
	for (size_t i = 0; list && i < BF_CHECK_ITEMS_MAX; i++)
		if (!bf_value_is_null(bf_value_get(list, item_names[i])) &&
		    !bf_int(req, item_names[i]))
			rc = bf_req_refuse(req, item_names[i], bf_posts_texts[TEXT_ANSWER]);
	return rc;
}

enum bf_rc bf_posts_approve(struct bf_req *req)
{
	enum bf_rc rc = check_items(req);

	return rc == BF_OK ? decide(req, BF_APPROVED, NULL) : rc;
}

enum bf_rc bf_posts_send_back(struct bf_req *req)
{
	return decide(req, BF_RETURNED, bf_text(req, "return_reason"));
}

enum bf_rc bf_posts_reject(struct bf_req *req)
{
	return decide(req, BF_REJECTED, bf_text(req, "reject_reason"));
}

static enum bf_rc take_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_review_assign(act, bf_int(req, "step"), 0, err);
}

enum bf_rc bf_posts_take(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, take_act, req);

	return rc == BF_OK ? bf_redirect(req, "review_post") : rc;
}

static enum bf_rc declare_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_review_declare(act, bf_int(req, "step"), err);
}

enum bf_rc bf_posts_declare(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, declare_act, req);

	return rc == BF_OK ? bf_redirect(req, "review") : rc;
}

static enum bf_rc second_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_review_second(act, bf_int(req, "rejection"),
				strcmp(bf_text(req, "second_outcome"), "confirmed") == 0,
				bf_text(req, "second_note"), err);
}

enum bf_rc bf_posts_second(struct bf_req *req)
{
	const char *result;
	enum bf_rc rc = bf_req_act_once(req, second_act, req, "second_note", &result);

	return rc == BF_OK ? bf_redirect(req, "review") : rc;
}

static enum bf_rc outcome_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_review_decide_appeal(act, bf_int(req, "appeal"),
				       strcmp(bf_text(req, "outcome"), "overturned") == 0,
				       bf_text(req, "outcome_reason"), err);
}

enum bf_rc bf_posts_decide_appeal(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, outcome_act, req);

	return rc == BF_OK ? bf_redirect(req, "review") : rc;
}

/* ---- stopping ------------------------------------------------------------------------ */

/* To a post by the number that somebody tells. */
enum bf_rc bf_posts_find(struct bf_req *req)
{
	char ref[BF_REF_TEXT_BYTES];

	if (!bf_ref_read(bf_str(bf_text(req, "number")), ref))
		return BF_NOT_FOUND;
	bf_bind_text(req, "ref", ref);
	return bf_redirect(req, "review_post");
}

static enum bf_rc suspend_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_post_suspend(act, bf_text(req, "ref"), bf_text(req, "case_number"),
			       bf_text(req, "public_text"), err);
}

enum bf_rc bf_posts_suspend(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, suspend_act, req);

	return rc == BF_OK ? bf_redirect(req, "review_post") : rc;
}

static enum bf_rc end_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;
	bool waits;

	return bf_post_end_suspension(act, bf_text(req, "ref"),
				      strcmp(bf_text(req, "wish"), "cancel") == 0,
				      bf_text(req, "end_reason"), &waits, err);
}

enum bf_rc bf_posts_end(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, end_act, req);

	return rc == BF_OK ? bf_redirect(req, "review_post") : rc;
}

static enum bf_rc duplicate_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_post_end_duplicate(act, bf_text(req, "ref"), bf_text(req, "stays"), err);
}

enum bf_rc bf_posts_duplicate(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, duplicate_act, req);

	return rc == BF_OK ? bf_redirect(req, "review_post") : rc;
}

/* ---- not met ------------------------------------------------------------------------- */

static enum bf_rc answer_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;
	bool extend = strcmp(bf_text(req, "unmet_answer"), "extend") == 0;

	return bf_overdue_answer(act, bf_text(req, "ref"),
				 extend ? BF_UNMET_EXTEND : BF_UNMET_EXPLAIN,
				 bf_text(req, "answer_text"), err);
}

enum bf_rc bf_posts_answer(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, answer_act, req);

	return rc == BF_OK ? bf_redirect(req, "review_post") : rc;
}
