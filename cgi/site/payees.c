/* payees: read downwards: parameters, acts, pages, routes. */
#include "site/payees.h"

#include <inttypes.h>

#include "domain/idempotency.h"
#include "domain/payee.h"
#include "plugin/req.h"
#include "site/payouts.h"

enum { HOLDER_MAX = 40, NUMBER_MAX = 30, REASON_MAX = 200 };

#define HOUSEHOLD                                                       \
	{                                                               \
		.name = "of_household", .type = BF_ID, .required = true \
	}
#define PAYEE                                                    \
	{                                                        \
		.name = "payee", .type = BF_ID, .required = true \
	}

static const struct bf_param household_params[] = { HOUSEHOLD };
static const struct bf_param enter_params[] = {
	HOUSEHOLD,
	{ .name = "holder",
	  .type = BF_TEXT,
	  .label = "Name of the holder",
	  .required = true,
	  .min = 2,
	  .max = HOLDER_MAX },
	{ .name = "card_number",
	  .type = BF_TEXT,
	  .label = "Card number",
	  .required = true,
	  .max = NUMBER_MAX },
};
static const struct bf_param payee_params[] = { PAYEE };
static const struct bf_param refuse_params[] = {
	PAYEE,
	{ .name = "refuse_reason",
	  .type = BF_TEXT,
	  .label = "Why",
	  .required = true,
	  .max = REASON_MAX },
};

/* ---- acts ------------------------------------------------------------------------------ */

struct doing {
	const struct bf_req *req;
	enum bf_rc (*fn)(struct bf_act *act, const struct bf_req *req, struct bf_err *err);
	const char *public_text; /* why it was refused */
};

static enum bf_rc enter(struct bf_act *act, const struct bf_req *req, struct bf_err *err)
{
	const struct bf_payee_entry entry = {
		.household = bf_int(req, "of_household"),
		.holder = bf_text(req, "holder"),
		.number = bf_text(req, "card_number"),
		.demo = req->app->config->profile == BF_PROFILE_DEMO,
	};
	int64_t payee;

	return bf_payee_enter(act, req->app->secrets, &entry, &payee, err);
}

static enum bf_rc verify(struct bf_act *act, const struct bf_req *req, struct bf_err *err)
{
	return bf_payee_decide(act, bf_int(req, "payee"), NULL, err);
}

static enum bf_rc refuse(struct bf_act *act, const struct bf_req *req, struct bf_err *err)
{
	return bf_payee_decide(act, bf_int(req, "payee"), bf_text(req, "refuse_reason"), err);
}

static enum bf_rc run(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
		      struct bf_err *err)
{
	struct doing *doing = arg;
	struct bf_act act = { .ask = *ask,
			      .actor = doing->req->person->account,
			      .household = doing->req->person->household };
	enum bf_rc rc = doing->fn(&act, doing->req, err);

	doing->public_text = act.public_text;
	*ret_answer = (struct bf_once_answer){ .status = 303 };
	return rc;
}

/* Does it once and leads to a page; a refusal stands beside the field, or above the page. */
static enum bf_rc do_once(struct bf_req *req, struct doing *doing, const char *field,
			  const char *then)
{
	struct bf_ask ask = { req->worker->db, req->app->queries, req->pool };
	struct bf_once_request request = bf_req_once(req);
	struct bf_once_answer answer;
	enum bf_once once;
	enum bf_rc rc =
		bf_idempotency_run(&ask, &request, run, doing, &once, &answer, &req->http->err);

	if (rc == BF_OK && once == BF_ONCE_OTHER)
		return bf_fail(req, BF_CONFLICT, NULL, "a key was used for another form");
	if (rc == BF_OK)
		return bf_redirect(req, then);
	if (!doing->public_text)
		return rc;
	if (field)
		return bf_req_refuse(req, field, doing->public_text);
	req->public_text = bf_req_text(req, doing->public_text);
	if (rc == BF_CONFLICT) {
		req->refusal = rc;
		req->notice = req->public_text;
	}
	return rc;
}

/* ---- pages ----------------------------------------------------------------------------- */

static enum bf_rc families_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "payee_households", "families");

	return rc == BF_OK ? bf_page(req, "payee_families.html") : rc;
}

static enum bf_rc family_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "payee_household", "family");

	if (rc == BF_OK)
		rc = bf_query(req, "own_payees", "payees");
	return rc == BF_OK ? bf_page(req, "payee_family.html") : rc;
}

static enum bf_rc enter_payee(struct bf_req *req)
{
	return do_once(req, &(struct doing){ .req = req, .fn = enter }, "card_number",
		       "payee_family");
}

static enum bf_rc queue_page(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	if (rc == BF_OK)
		rc = bf_query(req, "payees_here", "payees");
	return rc == BF_OK ? bf_page(req, "payees.html") : rc;
}

static enum bf_rc payee_page(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	if (rc == BF_OK)
		rc = bf_query_one(req, "payee_here", "payee");
	return rc == BF_OK ? bf_page(req, "payee.html") : rc;
}

static enum bf_rc verify_payee(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	return rc == BF_OK ? do_once(req, &(struct doing){ .req = req, .fn = verify }, NULL,
				     "payee_one")
			   : rc;
}

static enum bf_rc refuse_payee(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	return rc == BF_OK ? do_once(req, &(struct doing){ .req = req, .fn = refuse }, NULL,
				     "payee_one")
			   : rc;
}

/* ---- routes ---------------------------------------------------------------------------- */

#define ENTERS (BF_FAMILY | BF_AT_VILLAGE)

static const struct bf_route entering[] = {
	{ "payee_families", BF_GET, "/", { 0 }, ENTERS, families_page },
	{ "payee_family", BF_GET, "/{of_household}", BF_TABLE(household_params), ENTERS,
	  family_page },
	{ "payee_enter", BF_POST, "/{of_household}", BF_TABLE(enter_params), ENTERS, enter_payee,
	  .form = "payee_family" },
};
static const struct bf_route deciding[] = {
	{ "payees", BF_GET, "/", { 0 }, BF_AT_COUNTY, queue_page },
	{ "payee_one", BF_GET, "/{payee}", BF_TABLE(payee_params), BF_AT_COUNTY, payee_page },
	{ "payee_verify", BF_POST, "/{payee}/verify", BF_TABLE(payee_params), BF_AT_COUNTY,
	  verify_payee, .form = "payee_one" },
	{ "payee_refuse", BF_POST, "/{payee}/refuse", BF_TABLE(refuse_params), BF_AT_COUNTY,
	  refuse_payee, .form = "payee_one" },
};

const struct bf_table bf_site_payee_routes = BF_TABLE(entering);
const struct bf_table bf_site_payees_routes = BF_TABLE(deciding);
