/* payouts: read downwards: parameters, pages, steps. */
#include "site/payouts.h"

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

enum bf_rc bf_payouts_step_up(struct bf_req *req)
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
	enum bf_rc rc = bf_payouts_step_up(req);

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
	enum bf_rc rc = bf_payouts_step_up(req);

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
	enum bf_rc rc = bf_payouts_step_up(req);

	if (rc == BF_OK)
		rc = bf_query_one(req, "payout_here", "pay");
	return rc == BF_OK ? bf_page(req, "payout.html") : rc;
}

/* ---- steps ----------------------------------------------------------------------------- */

/* A step of a person, and its own page: the result of an act is the payout's number. */
static enum bf_rc take_step(struct bf_req *req, bf_act_fn *step)
{
	enum bf_rc rc = bf_payouts_step_up(req);
	const char *result;
	int64_t payout;

	if (rc == BF_OK)
		rc = bf_req_act_once(req, step, req, NULL, &result);
	if (rc != BF_OK)
		return rc;
	if (bf_str_int(bf_str(result), &payout))
		bf_bind_int(req, "payout", payout);
	return bf_redirect(req, "payout");
}

static enum bf_rc done(struct bf_act *act, enum bf_rc rc, int64_t payout)
{
	snprintf(act->result, sizeof(act->result), "%lld", (long long)payout);
	return rc;
}

static enum bf_rc request(struct bf_act *act, void *arg, struct bf_err *err)
{
	int64_t payout = 0;
	enum bf_rc rc = bf_payout_request(act, bf_text(arg, "ref"), &payout, err);

	return done(act, rc, payout);
}

static enum bf_rc approve(struct bf_act *act, void *arg, struct bf_err *err)
{
	int64_t payout = bf_int(arg, "payout");

	return done(act, bf_payout_approve(act, payout, err), payout);
}

static enum bf_rc cancel(struct bf_act *act, void *arg, struct bf_err *err)
{
	int64_t payout = bf_int(arg, "payout");

	return done(act, bf_payout_cancel(act, payout, bf_text(arg, "cancel_reason"), err), payout);
}

enum bf_rc bf_payouts_prepare(struct bf_req *req)
{
	return take_step(req, request);
}

enum bf_rc bf_payouts_approve(struct bf_req *req)
{
	return take_step(req, approve);
}

enum bf_rc bf_payouts_cancel(struct bf_req *req)
{
	return take_step(req, cancel);
}
