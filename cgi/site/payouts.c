/* payouts: read downwards: parameters, pages, steps. */
#include "site/payouts.h"

#include "domain/idempotency.h"
#include "domain/payout.h"
#include "plugin/req.h"

enum {
	REASON_MAX = 200,
	STEP_UP_S = 300, /* money moves by who proved the second factor so lately */
};

const struct bf_param bf_payouts_post_params[1] = {
	{ .name = "ref", .type = BF_REF, .required = true },
};
const struct bf_param bf_payouts_payout_params[1] = {
	{ .name = "payout", .type = BF_ID, .required = true },
};
const struct bf_param bf_payouts_cancel_params[2] = {
	{ .name = "payout", .type = BF_ID, .required = true },
	{ .name = "cancel_reason",
	  .type = BF_TEXT,
	  .label = "Why",
	  .required = true,
	  .max = REASON_MAX },
};

/* ---- pages ----------------------------------------------------------------------------- */

static enum bf_rc step_up(struct bf_req *req)
{
	int64_t age_s = req->person->second_factor_s;

	if (age_s >= 0 && age_s <= STEP_UP_S)
		return BF_OK;
	req->wants_factor = true;
	return bf_err_set(&req->http->err, BF_DENIED, "the second factor was proven %lld s ago",
			  (long long)age_s);
}

enum bf_rc bf_payouts_queue(struct bf_req *req)
{
	enum bf_rc rc = step_up(req);

	bf_bind_int(req, "min_fen", BF_PAYOUT_MIN_FEN);
	bf_bind_int(req, "days", BF_PAYOUT_EVERY_DAYS);
	if (rc == BF_OK)
		rc = bf_query(req, "payouts_to_prepare", "posts");
	if (rc == BF_OK)
		rc = bf_query(req, "payouts_under_way", "payouts");
	return rc == BF_OK ? bf_page(req, "payouts.html") : rc;
}

enum bf_rc bf_payouts_post(struct bf_req *req)
{
	enum bf_rc rc = step_up(req);

	if (rc == BF_OK)
		rc = bf_query_one(req, "payout_post", "post");
	if (rc != BF_OK)
		return rc;
	bf_bind_int(req, "post", bf_row_int(bf_model(req, "post"), "id"));
	rc = bf_query(req, "payout_gifts", "gifts");
	return rc == BF_OK ? bf_page(req, "payout_post.html") : rc;
}

enum bf_rc bf_payouts_payout(struct bf_req *req)
{
	enum bf_rc rc = step_up(req);

	if (rc == BF_OK)
		rc = bf_query_one(req, "payout_here", "pay");
	return rc == BF_OK ? bf_page(req, "payout.html") : rc;
}

/* ---- steps ----------------------------------------------------------------------------- */

/* One step of a person; what a payout's number comes to be is the answer. */
struct step {
	const struct bf_req *req;
	enum bf_rc (*run)(struct bf_act *act, struct step *step, struct bf_err *err);
	int64_t payout;
	const char *public_text; /* why it was refused, or NULL */
};

static enum bf_rc run_step(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
			   struct bf_err *err)
{
	struct step *step = arg;
	struct bf_act act = { .ask = *ask,
			      .actor = step->req->person->account,
			      .household = step->req->person->household };
	enum bf_rc rc = step->run(&act, step, err);

	step->public_text = act.public_text;
	*ret_answer = (struct bf_once_answer){
		.status = 303,
		.location = bf_pool_printf(ask->pool, "%lld", (long long)step->payout),
	};
	return rc;
}

/* The page of the form again, with the reason above it; somebody else's step has its own page. */
static enum bf_rc refused(struct bf_req *req, enum bf_rc rc, const char *public_text)
{
	if (!public_text)
		return rc;
	req->public_text = bf_req_text(req, public_text);
	if (rc == BF_CONFLICT) {
		req->refusal = rc;
		req->notice = req->public_text;
	}
	return rc;
}

static enum bf_rc take_step(struct bf_req *req, struct step *step)
{
	struct bf_ask ask = { req->worker->db, req->app->queries, req->pool };
	struct bf_once_request request = bf_req_once(req);
	struct bf_once_answer answer;
	enum bf_once once;
	int64_t payout;
	enum bf_rc rc = step_up(req);

	if (rc == BF_OK)
		rc = bf_idempotency_run(&ask, &request, run_step, step, &once, &answer,
					&req->http->err);
	if (rc != BF_OK)
		return refused(req, rc, step->public_text);
	if (once == BF_ONCE_OTHER)
		return bf_fail(req, BF_CONFLICT, NULL, "a key was used for another step");
	if (bf_str_int(bf_str(answer.location), &payout))
		bf_bind_int(req, "payout", payout);
	return bf_redirect(req, "payout");
}

static enum bf_rc request(struct bf_act *act, struct step *step, struct bf_err *err)
{
	return bf_payout_request(act, bf_text(step->req, "ref"), &step->payout, err);
}

static enum bf_rc approve(struct bf_act *act, struct step *step, struct bf_err *err)
{
	return bf_payout_approve(act, step->payout, err);
}

static enum bf_rc cancel(struct bf_act *act, struct step *step, struct bf_err *err)
{
	return bf_payout_cancel(act, step->payout, bf_text(step->req, "cancel_reason"), err);
}

enum bf_rc bf_payouts_prepare(struct bf_req *req)
{
	return take_step(req, &(struct step){ .req = req, .run = request });
}

enum bf_rc bf_payouts_approve(struct bf_req *req)
{
	return take_step(req, &(struct step){ .req = req,
					      .run = approve,
					      .payout = bf_int(req, "payout") });
}

enum bf_rc bf_payouts_cancel(struct bf_req *req)
{
	return take_step(req, &(struct step){
				      .req = req, .run = cancel, .payout = bf_int(req, "payout") });
}
