/* refunds: read downwards: parameters, a donor's pages, the operators'. */
#include "site/refunds.h"

#include <inttypes.h>

#include "domain/ledger.h"
#include "domain/payment.h"
#include "domain/post.h"
#include "domain/receipt.h"
#include "domain/refund_act.h"
#include "domain/rest.h"
#include "plugin/req.h"
#include "site/pay.h"
#include "site/payouts.h"

enum { REASON_MAX = 200, PART_MAX_FEN = 5000000 };

#define ORDER                                                                                 \
	{                                                                                     \
		.name = "order", .type = BF_TEXT, .required = true, .pattern = "[0-9A-Z]{20}" \
	}
#define REFUND                                                    \
	{                                                         \
		.name = "refund", .type = BF_ID, .required = true \
	}

static const struct bf_choice ways[] = {
	{ "channel", "Back the way it came" },
	{ "wallet", "Into my wallet, to give it again" },
};
static const struct bf_enum way_enum = { "refund_way", BF_TABLE(ways) };

const struct bf_param bf_refunds_order_params[1] = { ORDER };
const struct bf_param bf_refunds_ask_params[4] = {
	ORDER,
	{ .name = "part_fen",
	  .type = BF_FEN,
	  .label = "How much",
	  .required = true,
	  .min = 1,
	  .max = PART_MAX_FEN },
	{ .name = "way",
	  .type = BF_ONE_OF,
	  .label = "Where to",
	  .required = true,
	  .choices = &way_enum },
	{ .name = "why", .type = BF_TEXT, .label = "Why", .max = REASON_MAX },
};
static const struct bf_choice rest_choices[] = {
	{ "back", "Back the way it came" },
	{ "wallet", "Into my wallet, to give it again" },
	{ "move", "To another family" },
};
static const struct bf_enum rest_enum = { "rest_choice", BF_TABLE(rest_choices) };

const struct bf_param bf_refunds_rest_params[3] = {
	ORDER,
	{ .name = "what",
	  .type = BF_ONE_OF,
	  .label = "What shall become of it",
	  .required = true,
	  .choices = &rest_enum },
	{ .name = "to_ref", .type = BF_TEXT, .label = "The number of the post", .max = 20 },
};
const struct bf_param bf_refunds_refund_params[1] = { REFUND };
const struct bf_param bf_refunds_decline_params[2] = {
	REFUND,
	{ .name = "decline_reason",
	  .type = BF_TEXT,
	  .label = "Why",
	  .required = true,
	  .max = REASON_MAX },
};
const struct bf_param bf_refunds_wallet_params[1] = { { .name = "after", .type = BF_CURSOR } };

/* ---- a donor ----------------------------------------------------------------------------- */

enum bf_rc bf_refunds_ask_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "my_refundable", "gift");

	if (rc == BF_OK)
		rc = bf_query(req, "my_refunds", "refunds");
	bf_set_int(req, "alone_fen", BF_REFUND_ALONE_MAX_FEN);
	return rc == BF_OK ? bf_page(req, "refund_ask.html") : rc;
}

static enum bf_rc ask_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;
	const struct bf_refund_asked asked = {
		.order = bf_text(req, "order"),
		.fen = bf_int(req, "part_fen"),
		.to_wallet = strcmp(bf_text(req, "way"), "wallet") == 0,
		.reason = bf_has(req, "why") ? bf_text(req, "why") : NULL,
	};

	return bf_refund_ask(act, &asked, err);
}

enum bf_rc bf_refunds_ask(struct bf_req *req)
{
	const char *result;
	enum bf_rc rc = bf_req_act_once(req, ask_act, req, "part_fen", &result);

	return rc == BF_OK ? bf_redirect(req, "refund_ask") : rc;
}

enum bf_rc bf_refunds_add_wallet(struct bf_req *req)
{
	struct bf_ask ask = { req->worker->db, req->app->queries, req->pool };
	int64_t fen = 0;
	enum bf_rc rc =
		bf_ledger_owed(&ask,
			       bf_pool_printf(req->pool, "wallet:%" PRId64, req->person->account),
			       &fen, &req->http->err);

	bf_set_int(req, "wallet_fen", fen);
	return rc;
}

enum bf_rc bf_refunds_wallet(struct bf_req *req)
{
	enum bf_rc rc = bf_refunds_add_wallet(req);

	if (rc == BF_OK)
		rc = bf_query(req, "wallet_lines", "lines");
	return rc == BF_OK ? bf_page(req, "wallet.html") : rc;
}

enum bf_rc bf_refunds_rest_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "my_rest", "rest");

	return rc == BF_OK ? bf_page(req, "rest.html") : rc;
}

static enum bf_rc rest_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;
	char ref[BF_REF_TEXT_BYTES] = "";
	const struct bf_rest_decision decision = {
		.order = bf_text(req, "order"),
		.what = bf_text(req, "what"),
		.to_ref = ref,
		.issuer = BF_RECEIPT_ISSUER,
	};

	(void)bf_ref_read(bf_str(bf_text(req, "to_ref")), ref);
	return bf_rest_decide(act, &decision, err);
}

enum bf_rc bf_refunds_rest(struct bf_req *req)
{
	bool moves = strcmp(bf_text(req, "what"), "move") == 0;
	const char *result;
	enum bf_rc rc = bf_req_act_once(req, rest_act, req, moves ? "to_ref" : "what", &result);

	return rc == BF_OK ? bf_redirect(req, "rest") : rc;
}

/* ---- operators --------------------------------------------------------------------------- */

enum bf_rc bf_refunds_queue(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	if (rc == BF_OK)
		rc = bf_query(req, "refunds_to_decide", "refunds");
	return rc == BF_OK ? bf_page(req, "refunds.html") : rc;
}

enum bf_rc bf_refunds_refund(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	bf_bind_int(req, "alone_fen", BF_REFUND_ALONE_MAX_FEN);
	if (rc == BF_OK)
		rc = bf_query_one(req, "refund_here", "back");
	return rc == BF_OK ? bf_page(req, "refund.html") : rc;
}

static enum bf_rc agree_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_refund_agree(act, bf_int(arg, "refund"), err);
}

static enum bf_rc decline_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_refund_decline(act, bf_int(arg, "refund"), bf_text(arg, "decline_reason"), err);
}

static enum bf_rc decide(struct bf_req *req, bf_act_fn *fn)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	if (rc == BF_OK)
		rc = bf_req_act(req, fn, req);
	return rc == BF_OK ? bf_redirect(req, "refund") : rc;
}

enum bf_rc bf_refunds_agree(struct bf_req *req)
{
	return decide(req, agree_act);
}

enum bf_rc bf_refunds_decline(struct bf_req *req)
{
	return decide(req, decline_act);
}
