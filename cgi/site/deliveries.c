/* deliveries: read downwards: parameters, the family, words of thanks. */
#include "site/deliveries.h"

#include "domain/delivery.h"
#include "domain/post.h"
#include "plugin/req.h"

enum { REASON_MAX = 200, THANKS_MAX = 500 };

#define DELIVERY                                                    \
	{                                                           \
		.name = "delivery", .type = BF_ID, .required = true \
	}

const struct bf_param bf_deliveries_delivery_params[1] = { DELIVERY };
const struct bf_param bf_deliveries_confirm_params[2] = {
	DELIVERY,
	{ .name = "confirm_reason",
	  .type = BF_TEXT,
	  .label = "Why the family does not confirm it itself",
	  .max = REASON_MAX },
};
const struct bf_param bf_deliveries_thank_params[2] = {
	DELIVERY,
	{ .name = "thanks",
	  .type = BF_LINES,
	  .label = "Your words of thanks",
	  .required = true,
	  .max = THANKS_MAX },
};
const struct bf_param bf_deliveries_pass_params[2] = {
	DELIVERY,
	{ .name = "thanks_outcome",
	  .type = BF_ONE_OF,
	  .label = "Decision",
	  .required = true,
	  .choices = &bf_thanks_outcome },
};

/* ---- the family ------------------------------------------------------------------------ */

enum bf_rc bf_deliveries_delivery(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "own_delivery", "came");

	return rc == BF_OK ? bf_page(req, "mine_delivery.html") : rc;
}

static enum bf_rc confirm_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_delivery_confirm(act, bf_int(req, "delivery"), bf_text(req, "confirm_reason"),
				   err);
}

enum bf_rc bf_deliveries_confirm(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, confirm_act, req);

	return rc == BF_OK ? bf_redirect(req, "mine_delivery") : rc;
}

static enum bf_rc thank_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_delivery_thank(act, bf_int(req, "delivery"), bf_text(req, "thanks"), err);
}

enum bf_rc bf_deliveries_thank(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, thank_act, req);

	return rc == BF_OK ? bf_redirect(req, "mine_delivery") : rc;
}

/* ---- words of thanks ------------------------------------------------------------------- */

enum bf_rc bf_deliveries_thanks(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "thanks_queue", "queue");

	if (rc == BF_OK)
		rc = bf_query(req, "updates_queue", "updates");
	return rc == BF_OK ? bf_page(req, "review_thanks.html") : rc;
}

static enum bf_rc pass_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_delivery_pass_thanks(act, bf_int(req, "delivery"),
				       strcmp(bf_text(req, "thanks_outcome"), "show") == 0, err);
}

enum bf_rc bf_deliveries_pass(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, pass_act, req);

	return rc == BF_OK ? bf_redirect(req, "review_thanks") : rc;
}
