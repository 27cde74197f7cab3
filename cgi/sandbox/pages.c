/* pages: what a payer sees of the gateway, and the ways in which a payment can go. */
#include "sandbox/sandbox.h"

/* ---- parameters ------------------------------------------------------------------------ */

enum { ORDER_MAX_CHARS = 64, PLAY_MAX_CHARS = 16 };

static const struct bf_param order_params[] = {
	{ .name = "order",
	  .type = BF_TEXT,
	  .required = true,
	  .max = ORDER_MAX_CHARS,
	  .pattern = "[0-9A-Za-z_-]+" },
};
static const struct bf_param play_params[] = {
	{ .name = "order",
	  .type = BF_TEXT,
	  .required = true,
	  .max = ORDER_MAX_CHARS,
	  .pattern = "[0-9A-Za-z_-]+" },
	{ .name = "play",
	  .type = BF_TEXT,
	  .required = true,
	  .max = PLAY_MAX_CHARS,
	  .pattern = "[a-z_]+" },
};
static const struct bf_param bill_params[] = {
	{ .name = "day", .type = BF_DATE, .required = true },
};

/* ---- how it may go ---------------------------------------------------------------------- */

enum { LATE_S = 10, NOTICES_MAX = 2 };

static const struct play {
	const char *name;
	const char *state; /* that the order comes to */
	struct bf_sandbox_notice notices[NOTICES_MAX];
} plays[] = {
	{ "pay", "succeeded", { { "succeeded", BF_SANDBOX_RIGHT, 0, 1 } } },
	{ "fail", "failed", { { "failed", BF_SANDBOX_RIGHT, 0, 1 } } },
	{ "late", "succeeded", { { "succeeded", BF_SANDBOX_RIGHT, LATE_S, 1 } } },
	{ "twice", "succeeded", { { "succeeded", BF_SANDBOX_RIGHT, 0, 5 } } },
	{ "disordered",
	  "succeeded",
	  { { "succeeded", BF_SANDBOX_RIGHT, 0, 1 }, { "failed", BF_SANDBOX_RIGHT, 1, 1 } } },
	{ "wrong_amount", "succeeded", { { "succeeded", BF_SANDBOX_AMOUNT, 0, 1 } } },
	{ "wrong_merchant", "succeeded", { { "succeeded", BF_SANDBOX_MERCHANT, 0, 1 } } },
	{ "forged", "succeeded", { { "succeeded", BF_SANDBOX_SIGNATURE, 0, 1 } } },
	{ "old", "succeeded", { { "succeeded", BF_SANDBOX_TIME, 0, 1 } } },
	{ "silent", "succeeded", { { NULL } } },
};

static const struct play *play_named(const char *name)
{
	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++)
		if (strcmp(plays[i].name, name) == 0)
			return &plays[i];
	return NULL;
}

/* ---- handlers -------------------------------------------------------------------------- */

static enum bf_rc show_order(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "order", "order_row");

	req->no_store = true;
	bf_set_text(req, "back",
		    bf_pool_printf(req->pool, "/pay/orders/%s", bf_text(req, "order")));
	return rc == BF_OK ? bf_page(req, "pay.html") : rc;
}

struct playing {
	struct bf_req *req;
	const struct play *play;
	const struct bf_value *order;
};

static enum bf_rc settle(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct playing *playing = arg;
	struct bf_req *req = playing->req;
	struct bf_value args = bf_sandbox_args(req, "order", bf_text(req, "order"));
	int64_t matched;
	enum bf_rc rc;

	(void)db;
	bf_value_set(&args, "state", bf_value_string(bf_str(playing->play->state)));
	rc = bf_sandbox_exec(req, "settle_order", &args, &matched);
	if (rc == BF_OK && matched != 1)
		return bf_err_set(err, BF_CONFLICT, "the order is not open any more");
	if (rc == BF_OK)
		rc = bf_sandbox_order(req, bf_text(req, "order"), &playing->order);
	for (size_t i = 0; rc == BF_OK && i < NOTICES_MAX && playing->play->notices[i].result; i++)
		rc = bf_sandbox_owe(req, playing->order, &playing->play->notices[i]);
	return rc;
}

static enum bf_rc play(struct bf_req *req)
{
	struct playing playing = { .req = req, .play = play_named(bf_text(req, "play")) };
	enum bf_rc rc;

	if (!playing.play)
		return BF_NOT_FOUND;
	rc = bf_db_transaction(req->worker->db, settle, &playing, NULL, &req->http->err);
	if (rc == BF_CONFLICT) /* it was paid or closed already: its page says so */
		return bf_redirect(req, "pay");
	if (rc != BF_OK)
		return rc;
	bf_request_header(req->http, "Location",
			  bf_pool_printf(req->pool, "/pay/orders/%s", bf_text(req, "order")));
	req->http->status = 303;
	return BF_OK;
}

/* ---- routes ---------------------------------------------------------------------------- */

static const struct bf_route routes[] = {
	{ "pay", BF_GET, "/sandbox/pay/{order}", BF_TABLE(order_params), BF_ANYONE, show_order },
	{ "play", BF_POST, "/sandbox/pay/{order}", BF_TABLE(play_params), BF_ANYONE, play,
	  .form = "pay" },
	{ "open", BF_POST, "/sandbox/orders", { 0 }, BF_ANYONE, bf_sandbox_open, .message = true },
	{ "query", BF_GET, "/sandbox/orders/{order}", BF_TABLE(order_params), BF_ANYONE,
	  bf_sandbox_query },
	{ "close", BF_POST, "/sandbox/orders/{order}/close", BF_TABLE(order_params), BF_ANYONE,
	  bf_sandbox_close, .message = true },
	{ "refund",
	  BF_POST,
	  "/sandbox/refunds",
	  { 0 },
	  BF_ANYONE,
	  bf_sandbox_refund,
	  .message = true },
	{ "bill", BF_GET, "/sandbox/bills/{day}", BF_TABLE(bill_params), BF_ANYONE,
	  bf_sandbox_bill },
};

const struct bf_table bf_sandbox_routes = BF_TABLE(routes);
