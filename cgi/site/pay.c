/*
 * pay: giving money, from the form to the receipt, and what gateways tell us. Read downwards:
 * parameters, words, the form, the gateway, what a payer sees, notices, routes.
 */
#include "site/pay.h"

#include <inttypes.h>

#include "base/clock.h"
#include "domain/gateway.h"
#include "domain/idempotency.h"
#include "domain/ledger.h"
#include "domain/payment.h"
#include "domain/refund_act.h"
#include "plugin/req.h"
#include "site/payouts.h"
#include "site/refunds.h"
#include "view/qr.h"

/* ---- parameters ------------------------------------------------------------------------ */

enum {
	WORDS_MAX_CHARS = 200,
	DEDICATION_MAX_CHARS = 60,
	ORDER_CHARS = 20,
	GIFT_MIN_FEN = 100,
	GIFT_MAX_FEN = 5000000, /* the highest cap of a post */
	FACTS_FEN = 50000,      /* from here on the facts are ticked as read */
	YUAN_FEN = 100,
};

static const struct bf_choice sums[] = {
	{ "10", "10 yuan" },        { "50", "50 yuan" },
	{ "100", "100 yuan" },      { "rest", "All that is missing" },
	{ "other", "Another sum" },
};
static const struct bf_choice yes[] = { { "yes", "Yes" } };
static const struct bf_enum sum_enum = { "gift_sum", BF_TABLE(sums) };
static const struct bf_enum yes_enum = { "yes", BF_TABLE(yes) };

static const struct bf_param ref_params[] = {
	{ .name = "ref", .type = BF_REF, .required = true },
};
static const struct bf_param give_params[] = {
	{ .name = "ref", .type = BF_REF, .required = true },
	{ .name = "sum",
	  .type = BF_ONE_OF,
	  .label = "The sum",
	  .required = true,
	  .choices = &sum_enum },
	{ .name = "other_fen",
	  .type = BF_FEN,
	  .label = "The other sum",
	  .min = GIFT_MIN_FEN,
	  .max = GIFT_MAX_FEN },
	{ .name = "words", .type = BF_TEXT, .label = "Your words", .max = WORDS_MAX_CHARS },
	{ .name = "dedication",
	  .type = BF_TEXT,
	  .label = "In the name of",
	  .max = DEDICATION_MAX_CHARS },
	{ .name = "anonymous", .type = BF_ONE_OF, .label = "Anonymous", .choices = &yes_enum },
	{ .name = "from_wallet",
	  .type = BF_ONE_OF,
	  .label = "From the wallet",
	  .choices = &yes_enum },
	{ .name = "facts_read", .type = BF_ONE_OF, .label = "Read", .choices = &yes_enum },
};
static const struct bf_param order_params[] = {
	{ .name = "order", .type = BF_TEXT, .required = true, .pattern = "[0-9A-Z]{20}" },
};
static const struct bf_param gifts_params[] = { { .name = "after", .type = BF_CURSOR } };
static const struct bf_param verify_params[] = {
	{ .name = "number", .type = BF_TEXT, .label = "The number", .max = 64 },
};

/* ---- words ------------------------------------------------------------------------------ */

enum text {
	TEXT_SUM_MISSING,
	TEXT_FACTS,
	TEXT_TOO_MUCH,
	TEXT_OWN_FAMILY,
	TEXT_CLOSED,
	TEXT_STOPPED,
	TEXT_GATEWAY_AWAY,
	TEXT_WALLET_SHORT,
	TEXT_WALLET_MEANWHILE,
	TEXT__MAX
};

static const char *const texts[TEXT__MAX] = {
	[TEXT_SUM_MISSING] = "Please write the other sum.",
	[TEXT_FACTS] = "From 500 yuan on, please read what is said above and tick here.",
	[TEXT_TOO_MUCH] =
		"Others were faster: less is missing now than you wanted to give. Nothing "
		"was charged. Please look at what is left.",
	[TEXT_OWN_FAMILY] = "This is your own family. Nobody can give to themselves.",
	[TEXT_STOPPED] = "No payment begins in this city at the moment. Nothing was charged.",
	[TEXT_CLOSED] = "This post takes no more gifts. Nothing was charged.",
	[TEXT_GATEWAY_AWAY] =
		"The payment service does not answer. Nothing was charged; the sum is kept "
		"for you for a quarter of an hour. Please try again.",
	[TEXT_WALLET_SHORT] = "There is less than that in your wallet.",
	[TEXT_WALLET_MEANWHILE] =
		"Meanwhile less is missing, or less is in your wallet. Nothing was taken from it. "
		"Please look at the sum again.",
};

void bf_pay_each_text(void (*tell)(void *arg, const char *english), void *arg)
{
	for (size_t i = 0; i < TEXT__MAX; i++)
		tell(arg, texts[i]);
	for (size_t i = 0; bf_refund_texts[i]; i++)
		tell(arg, bf_refund_texts[i]);
}

/* ---- the form ---------------------------------------------------------------------------- */

static struct bf_ask ask_of(struct bf_req *req)
{
	return (struct bf_ask){ req->worker->db, req->app->queries, req->pool };
}

static enum bf_rc give_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "give_post", "post");

	if (rc == BF_OK)
		rc = bf_refunds_add_wallet(req);
	bf_set_int(req, "facts_fen", FACTS_FEN);
	return rc == BF_OK ? bf_page(req, "give.html") : rc;
}

/* The sum that was chosen; 0 where "another sum" names none. */
static int64_t chosen_fen(struct bf_req *req)
{
	const char *sum = bf_text(req, "sum");
	int64_t yuan;

	if (strcmp(sum, "other") == 0)
		return bf_int(req, "other_fen");
	if (strcmp(sum, "rest") == 0)
		return bf_row_int(bf_model(req, "post"), "left_fen");
	return bf_str_int(bf_str(sum), &yuan) ? yuan * YUAN_FEN : 0;
}

struct giving {
	struct bf_payment_wish wish;
	struct bf_payment_made made;
};

/* Why a gift was not taken in, beside the field that it hangs on. */
static enum bf_rc refuse_gift(struct bf_req *req, int64_t left_fen)
{
	return bf_req_refuse(req, "sum", texts[left_fen > 0 ? TEXT_TOO_MUCH : TEXT_CLOSED]);
}

/* The wallet instead of a gateway. */
static enum bf_rc take_from_wallet(struct bf_req *req, struct giving *giving)
{
	enum bf_rc rc = bf_refunds_add_wallet(req);

	if (rc != BF_OK)
		return rc;
	if (bf_value_int(bf_model(req, "wallet_fen")) < giving->wish.fen)
		return bf_req_refuse(req, "sum", texts[TEXT_WALLET_SHORT]);
	giving->wish.channel = BF_CHANNEL_WALLET;
	return BF_OK;
}

/* What the form says, checked beyond what a parameter can be. */
static enum bf_rc read_gift(struct bf_req *req, struct giving *ret_giving)
{
	enum bf_rc rc = bf_query_one(req, "give_post", "post");
	int64_t fen;

	if (rc != BF_OK)
		return rc;
	if (bf_row_int(bf_model(req, "post"), "is_own"))
		return bf_req_refuse(req, "sum", texts[TEXT_OWN_FAMILY]);
	fen = chosen_fen(req);
	if (strcmp(bf_text(req, "sum"), "other") == 0 && !fen)
		return bf_req_refuse(req, "other_fen", texts[TEXT_SUM_MISSING]);
	if (fen <= 0)
		return refuse_gift(req, 0);
	if (fen >= FACTS_FEN && !bf_has(req, "facts_read"))
		return bf_req_refuse(req, "facts_read", texts[TEXT_FACTS]);
	ret_giving->wish = (struct bf_payment_wish){
		.post = bf_row_int(bf_model(req, "post"), "id"),
		.account = req->person->account,
		.household = req->person->household,
		.fen = fen,
		.channel = req->app->gateway->channel,
		.merchant = req->app->gateway->merchant,
		.anonymous = bf_has(req, "anonymous"),
		.words = bf_has(req, "words") ? bf_text(req, "words") : NULL,
		.dedication = bf_has(req, "dedication") ? bf_text(req, "dedication") : NULL,
	};
	return bf_has(req, "from_wallet") ? take_from_wallet(req, ret_giving) : BF_OK;
}

/* ---- the gateway ------------------------------------------------------------------------- */

static enum bf_rc go(struct bf_req *req, const char *address)
{
	bf_request_header(req->http, "Location", address);
	req->http->status = 303;
	return BF_OK;
}

static const char *order_address(struct bf_req *req, const char *number)
{
	return bf_pool_printf(req->pool, "%s/pay/orders/%s", req->root, number);
}

struct opening {
	int64_t payment, closes_ms;
	const char *gateway_id;
};

static enum bf_rc look_when_it_closes(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct opening *opening = arg;

	return bf_payment_closes(ask, opening->payment, &opening->closes_ms, err);
}

static enum bf_rc mark_pending(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct opening *opening = arg;

	return bf_payment_pending(ask, opening->payment, opening->gateway_id, err);
}

/*
 * Opens the order of a payment at the gateway, between two transactions, and sends the payer there.
 * Both sides know the number before, so it may be done again after any end; where the gateway is
 * away the page of the payment says so and offers it.
 */
static enum bf_rc go_to_gateway(struct bf_req *req, const struct bf_value *payment)
{
	const struct bf_gateway *gateway = req->app->gateway;
	struct bf_order order = {
		.number = bf_row_text(payment, "number"),
		.fen = bf_row_int(payment, "fen"),
		.title = bf_row_text(payment, "title"),
	};
	struct opening opening = { .payment = bf_row_int(payment, "id") };
	struct bf_err *err = &req->http->err;
	struct bf_ask ask = ask_of(req);
	struct bf_order_report report;
	enum bf_rc rc = bf_ask_transaction(&ask, look_when_it_closes, &opening, NULL, err);

	if (rc == BF_CONFLICT) /* its time is over, or it is settled: its page says which */
		return go(req, order_address(req, order.number));
	if (rc != BF_OK)
		return rc;
	order.closes_ms = opening.closes_ms;
	rc = gateway->open(gateway, req->pool, &order, &report, err);
	if (rc != BF_OK)
		return bf_fail(req, BF_BUSY, texts[TEXT_GATEWAY_AWAY], "%s", err->text);
	opening.gateway_id = report.gateway_id;
	rc = bf_ask_transaction(&ask, mark_pending, &opening, NULL, err);
	return rc == BF_OK || rc == BF_CONFLICT
		       ? go(req, bf_pool_copy(req->pool, bf_str(report.pay)))
		       : rc;
}

/* ---- giving ------------------------------------------------------------------------------ */

static bool is_from_wallet(const struct giving *giving)
{
	return strcmp(giving->wish.channel, BF_CHANNEL_WALLET) == 0;
}

/* Paid at once from the wallet, or a payment that the gateway is to be asked for. */
static enum bf_rc begin_payment(struct bf_ask *ask, struct giving *giving, const char **ret_number,
				struct bf_err *err)
{
	struct bf_payment_settled settled;
	const struct bf_value *row;
	enum bf_rc rc;

	if (!is_from_wallet(giving)) {
		rc = bf_payment_create(ask, &giving->wish, &giving->made, err);
		*ret_number = giving->made.number;
		return rc;
	}
	rc = bf_payment_from_wallet(ask, BF_RECEIPT_ISSUER, &giving->wish, &settled, err);
	if (rc == BF_OK)
		rc = bf_ask_row(ask, "payment_look",
				BF_ARGS(bf_arg_int("payment", settled.payment)), &row, err);
	if (rc == BF_OK)
		*ret_number = bf_row_text(row, "number");
	return rc;
}

static enum bf_rc create_payment(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
				 struct bf_err *err)
{
	const char *number;
	enum bf_rc rc = begin_payment(ask, arg, &number, err);

	if (rc == BF_OK)
		*ret_answer = (struct bf_once_answer){
			.status = 303,
			.location = bf_pool_copy(ask->pool, bf_str(number)),
		};
	return rc;
}

static enum bf_rc find_payment(struct bf_req *req, const char *number)
{
	bf_bind_text(req, "order", number);
	return bf_query_one(req, "my_payment", "payment");
}

/* A form that is refused. Where it was sent before and taken in, its own gift may be why, and the
 * answer is the one that was lost. */
static enum bf_rc refuse_unless_given(struct bf_req *req, const struct bf_once_request *request,
				      enum bf_rc refusal)
{
	struct bf_ask ask = ask_of(req);
	struct bf_once_answer answer;
	enum bf_once once;
	enum bf_rc rc = bf_idempotency_find(&ask, request, &once, &answer, &req->http->err);

	if (rc != BF_OK) { /* nobody knows yet, so nobody is told that nothing was charged */
		req->refusal = BF_OK;
		return rc;
	}
	return once == BF_ONCE_AGAIN ? go(req, order_address(req, answer.location)) : refusal;
}

static enum bf_rc give(struct bf_req *req)
{
	struct giving giving = { 0 };
	struct bf_once_request request = bf_req_once(req);
	struct bf_once_answer answer;
	struct bf_ask ask = ask_of(req);
	enum bf_once once;
	enum bf_rc rc = read_gift(req, &giving);

	if (rc == BF_INVALID || rc == BF_NOT_FOUND)
		return refuse_unless_given(req, &request, rc);
	if (rc != BF_OK)
		return rc;
	rc = bf_idempotency_run(&ask, &request, create_payment, &giving, &once, &answer,
				&req->http->err);
	if (rc == BF_CONFLICT && giving.made.stopped)
		return bf_req_refuse(req, "sum", texts[TEXT_STOPPED]);
	if (rc == BF_CONFLICT && is_from_wallet(&giving))
		return bf_req_refuse(req, "sum", texts[TEXT_WALLET_MEANWHILE]);
	if (rc == BF_CONFLICT)
		return refuse_gift(req, giving.made.left);
	if (rc == BF_OK && once == BF_ONCE_OTHER)
		return bf_fail(req, BF_CONFLICT, NULL, "a key was used for another gift");
	if (rc == BF_OK)
		rc = find_payment(req, answer.location);
	/* paid from the wallet, or sent twice: the gateway's page would ask for it again */
	if (rc == BF_OK && (once == BF_ONCE_AGAIN || is_from_wallet(&giving)))
		return go(req, order_address(req, answer.location));
	return rc == BF_OK ? go_to_gateway(req, bf_model(req, "payment")) : rc;
}

/* ---- what a payer sees ------------------------------------------------------------------- */

/* "bangfu-2026-17-2V7K0QXM" of a row that has a receipt. */
static const char *receipt_text(struct bf_req *req, const struct bf_value *row)
{
	struct bf_receipt receipt = { .year = bf_row_int(row, "year"),
				      .number = bf_row_int(row, "receipt_number") };

	if (!receipt.number)
		return NULL;
	snprintf(receipt.issuer, sizeof(receipt.issuer), "%s", bf_row_text(row, "issuer"));
	return bf_receipt_text(req->pool, req->app->receipt_key, &receipt);
}

static enum bf_rc order_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "my_payment", "payment");
	const struct bf_value *payment = bf_model(req, "payment");
	bool waiting;

	if (rc != BF_OK)
		return rc;
	waiting = bf_row_is(payment, "state", "created") || bf_row_is(payment, "state", "pending");
	bf_set_int(req, "waiting", waiting);
	if (bf_row_int(payment, "receipt_number"))
		bf_set_text(req, "receipt_text", receipt_text(req, payment));
	if (waiting)
		bf_request_header(req->http, "Refresh", "3");
	return bf_page(req, "order.html");
}

/* Once more to the gateway, for a payment that is still open. */
static enum bf_rc pay_order(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "my_payment", "payment");

	return rc == BF_OK ? go_to_gateway(req, bf_model(req, "payment")) : rc;
}

static enum bf_rc gifts_page(struct bf_req *req)
{
	enum bf_rc rc = bf_refunds_add_wallet(req);

	if (rc == BF_OK)
		rc = bf_query(req, "my_gifts", "gifts");
	return rc == BF_OK ? bf_page(req, "gifts.html") : rc;
}

/* Where a receipt is checked, in whole, for paper: as messages name the site, else as this request
 * did. */
static const char *check_url(struct bf_req *req, const char *address)
{
	const char *site = req->app->config->notices_site;

	return *site ? bf_pool_printf(req->pool, "%s%s", site, address)
		     : bf_pool_printf(req->pool, "%.*s://%.*s%s", BF_STR_ARG(req->http->scheme),
				      BF_STR_ARG(req->http->host), address);
}

/* The square on the paper that leads there. */
static enum bf_rc add_square(struct bf_req *req, const char *url)
{
	size_t side;
	const char *path = bf_qr_path(req->pool, url, &side);

	if (!path)
		return bf_err_set(&req->http->err, BF_FAULT, "\"%s\" is too long for a square",
				  url);
	bf_set_int(req, "square_side", (int64_t)side);
	bf_set_text(req, "square_path", path);
	return BF_OK;
}

static enum bf_rc receipt_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "my_receipt", "receipt");
	const char *text, *address, *url;

	if (rc != BF_OK)
		return rc;
	text = receipt_text(req, bf_model(req, "receipt"));
	address = bf_pool_printf(req->pool, "%s/pay/verify?number=%s",
				 req->lang == BF_EN ? "/en" : "", text);
	url = check_url(req, address);
	bf_set_text(req, "receipt_text", text);
	bf_set_text(req, "check_address", address);
	bf_set_text(req, "check_url", url);
	rc = add_square(req, url);
	return rc == BF_OK ? bf_page(req, "receipt.html") : rc;
}

/* ---- what anybody may check -------------------------------------------------------------- */

static enum bf_rc verify_page(struct bf_req *req)
{
	struct bf_str text = bf_str(bf_text(req, "number"));
	struct bf_receipt receipt;
	enum bf_rc rc = BF_OK;

	bf_set_int(req, "asked", text.len > 0);
	bf_value_set(&req->model, "found", bf_value_list(req->pool));
	if (bf_receipt_read(text, req->app->receipt_key, &receipt)) {
		bf_bind_text(req, "issuer", receipt.issuer);
		bf_bind_int(req, "year", receipt.year);
		bf_bind_int(req, "receipt", receipt.number);
		rc = bf_query(req, "verify_receipt", "found");
	}
	return rc == BF_OK ? bf_page(req, "verify.html") : rc;
}

/* ---- what the gateway tells -------------------------------------------------------------- */

/* Answered after it is committed; what is not believed changes nothing, and is kept to look at. */
static enum bf_rc take_notice(struct bf_req *req)
{
	const struct bf_notice_source source = { req->app->gateway->channel, BF_RECEIPT_ISSUER,
						 &req->app->link.peer, 1 };
	const struct bf_notice notice = {
		.channel = source.channel,
		.head = bf_signed_head_of(req->pool, &req->http->headers),
		.body = req->http->body.p ? req->http->body : BF_STR(""),
	};
	struct bf_ask ask = ask_of(req);
	enum bf_paid outcome;
	enum bf_rc rc = bf_notice_take(&ask, &source, &notice, bf_clock_wall_ms() / 1000, &outcome,
				       &req->http->err);

	if (rc != BF_OK)
		return rc;
	bf_buf_add_text(&req->http->out, "{\"result\":\"ok\"}\n");
	bf_request_header(req->http, "Content-Type", "application/json");
	bf_request_header(req->http, "Cache-Control", "no-store");
	req->http->status = 200;
	return BF_OK;
}

/* ---- routes ------------------------------------------------------------------------------ */

#define PAYERS (BF_PAY_PREPARE | BF_PAY_APPROVE)

static const struct bf_route routes[] = {
	{ "give", BF_GET, "/give/{ref}", BF_TABLE(ref_params), BF_SIGNED_IN, give_page },
	{ "give_send", BF_POST, "/give/{ref}", BF_TABLE(give_params), BF_SIGNED_IN, give,
	  .form = "give" },
	{ "order", BF_GET, "/orders/{order}", BF_TABLE(order_params), BF_SIGNED_IN, order_page },
	{ "order_pay", BF_POST, "/orders/{order}", BF_TABLE(order_params), BF_SIGNED_IN, pay_order,
	  .form = "order" },
	{ "gifts", BF_GET, "/gifts", BF_TABLE(gifts_params), BF_SIGNED_IN, gifts_page,
	  .form = "gifts" },
	{ "receipt", BF_GET, "/receipts/{order}", BF_TABLE(order_params), BF_SIGNED_IN,
	  receipt_page },
	{ "refund_ask", BF_GET, "/gifts/{order}/refund", BF_TABLE(bf_refunds_order_params),
	  BF_SIGNED_IN, bf_refunds_ask_page },
	{ "refund_ask_send", BF_POST, "/gifts/{order}/refund", BF_TABLE(bf_refunds_ask_params),
	  BF_SIGNED_IN, bf_refunds_ask, .form = "refund_ask" },
	{ "rest", BF_GET, "/gifts/{order}/rest", BF_TABLE(bf_refunds_order_params), BF_SIGNED_IN,
	  bf_refunds_rest_page },
	{ "rest_send", BF_POST, "/gifts/{order}/rest", BF_TABLE(bf_refunds_rest_params),
	  BF_SIGNED_IN, bf_refunds_rest, .form = "rest" },
	{ "wallet", BF_GET, "/wallet", BF_TABLE(bf_refunds_wallet_params), BF_SIGNED_IN,
	  bf_refunds_wallet, .form = "wallet" },
	{ "refunds", BF_GET, "/refunds", { 0 }, BF_PAY_APPROVE, bf_refunds_queue },
	{ "refund", BF_GET, "/refunds/{refund}", BF_TABLE(bf_refunds_refund_params), BF_PAY_APPROVE,
	  bf_refunds_refund },
	{ "refund_agree", BF_POST, "/refunds/{refund}/agree", BF_TABLE(bf_refunds_refund_params),
	  BF_PAY_APPROVE, bf_refunds_agree, .form = "refund" },
	{ "refund_decline", BF_POST, "/refunds/{refund}/decline",
	  BF_TABLE(bf_refunds_decline_params), BF_PAY_APPROVE, bf_refunds_decline,
	  .form = "refund" },
	{ "verify", BF_GET, "/verify", BF_TABLE(verify_params), BF_ANYONE, verify_page,
	  .form = "verify" },
	{ "payouts", BF_GET, "/payouts", { 0 }, PAYERS, bf_payouts_queue },
	{ "payout_post", BF_GET, "/payouts/posts/{ref}", BF_TABLE(bf_payouts_post_params),
	  BF_PAY_PREPARE, bf_payouts_post },
	{ "payout_prepare", BF_POST, "/payouts/posts/{ref}", BF_TABLE(bf_payouts_post_params),
	  BF_PAY_PREPARE, bf_payouts_prepare, .form = "payout_post" },
	{ "payout", BF_GET, "/payouts/{payout}", BF_TABLE(bf_payouts_payout_params), PAYERS,
	  bf_payouts_payout },
	{ "payout_approve", BF_POST, "/payouts/{payout}/approve",
	  BF_TABLE(bf_payouts_payout_params), BF_PAY_APPROVE, bf_payouts_approve,
	  .form = "payout" },
	{ "payout_cancel", BF_POST, "/payouts/{payout}/cancel", BF_TABLE(bf_payouts_cancel_params),
	  PAYERS, bf_payouts_cancel, .form = "payout" },
	{ "notice", BF_POST, "/notice/simulated", { 0 }, BF_ANYONE, take_notice, .message = true },
};

const struct bf_table bf_site_pay_routes = BF_TABLE(routes);
