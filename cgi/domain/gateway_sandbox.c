#include "domain/gateway_sandbox.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "domain/notice.h"
#include "http/client.h"

enum {
	BILL_BYTES_MAX = 8 << 20,
	STATUS_OK = 200,
	STATUS_NOT_FOUND = 404,
	STATUS_SERVER = 500,
};

static const struct bf_str no_body = { NULL, 0 };

struct sandbox {
	struct bf_gateway gateway;
	struct bf_sandbox_config config;
};

/* ---- exchanges --------------------------------------------------------------------------- */

/* What is not signed by the gateway, for this very request, was not said. */
static enum bf_rc verify(const struct bf_sandbox_config *config, struct bf_pool *pool,
			 const char *nonce, const struct bf_http_told *told, struct bf_err *err)
{
	struct bf_signed_head head = bf_signed_head_of(pool, &told->headers);

	if (!head.nonce || strcmp(head.nonce, nonce) != 0)
		return bf_err_set(err, BF_DENIED, "the gateway's answer has another nonce");
	return bf_signed_verify(config->keys, config->key_count, &head, NULL, told->body,
				bf_clock_wall_ms() / 1000, err);
}

/* Asks, and answers the verified body, of so many bytes at most; body.p NULL: a GET. A 404 or a
 * refusal is believed where it is signed. */
static enum bf_rc ask(const struct bf_gateway *gateway, struct bf_pool *pool, const char *path,
		      struct bf_str body, size_t limit, struct bf_str *ret_answer,
		      struct bf_err *err)
{
	const struct bf_sandbox_config *config = &((const struct sandbox *)gateway->arg)->config;
	const char *request = bf_pool_printf(pool, "%s %s", body.p ? "POST" : "GET", path);
	char nonce[BF_SIGNED_NONCE_BYTES];
	struct bf_http_told told;
	struct bf_http_ask ask = {
		.url = bf_pool_printf(pool, "%s%s", config->url, path),
		.body = body,
		.timeout_ms = config->timeout_ms,
		.limit_bytes = limit,
	};
	enum bf_rc rc;

	bf_signed_draw_nonce(nonce);
	ask.headers = bf_signed_headers(pool, config->signer, request, body.p ? body : BF_STR(""),
					nonce, bf_clock_wall_ms());
	rc = bf_http_ask(pool, &ask, &told, err);
	if (rc != BF_OK)
		return rc;
	if (told.status >= STATUS_SERVER)
		return bf_err_set(err, BF_BUSY, "the gateway answers %ld", told.status);
	rc = verify(config, pool, nonce, &told, err);
	if (rc != BF_OK)
		return rc;
	if (told.status != STATUS_OK)
		return bf_err_set(err, told.status == STATUS_NOT_FOUND ? BF_NOT_FOUND : BF_CONFLICT,
				  "the gateway answers %ld to %s", told.status, request);
	*ret_answer = told.body;
	return BF_OK;
}

/* The text of an object, in the pool. */
static struct bf_str text_of(struct bf_pool *pool, json_t *root)
{
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	struct bf_str copy;

	if (!text)
		bf_pool_no_memory();
	copy = (struct bf_str){ bf_pool_copy(pool, bf_str(text)), strlen(text) };
	free(text);
	json_decref(root);
	return copy;
}

/* A number of ours within a path; what has other characters is a mistake of ours. */
static const char *path_of(struct bf_pool *pool, const char *before, const char *number,
			   const char *behind)
{
	if (strspn(number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") !=
		    strlen(number) ||
	    strlen(number) >= BF_GATEWAY_NUMBER_BYTES)
		BF_BUG("\"%s\" is no number of an order", number);
	return bf_pool_printf(pool, "%s%s%s", before, number, behind);
}

/* ---- the verbs --------------------------------------------------------------------------- */

static enum bf_rc ask_order(const struct bf_gateway *gateway, struct bf_pool *pool,
			    const char *path, struct bf_str body,
			    struct bf_order_report *ret_report, struct bf_err *err)
{
	struct bf_str answer;
	enum bf_rc rc = ask(gateway, pool, path, body, BF_GATEWAY_BODY_BYTES_MAX, &answer, err);

	return rc == BF_OK ? bf_notice_parse_order(answer, ret_report, err) : rc;
}

static enum bf_rc open_order(const struct bf_gateway *gateway, struct bf_pool *pool,
			     const struct bf_order *order, struct bf_order_report *ret_report,
			     struct bf_err *err)
{
	const struct bf_sandbox_config *config = &((const struct sandbox *)gateway->arg)->config;
	char closes[BF_ISO_BYTES];
	json_t *root = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "merchant",
				 gateway->merchant, "order", order->number, "currency", BF_CURRENCY,
				 "fen", (json_int_t)order->fen, "closes_at",
				 bf_clock_iso(order->closes_ms, closes), "notify", config->notify,
				 "title", order->title);
	enum bf_rc rc = ask_order(gateway, pool, "/orders", text_of(pool, root), ret_report, err);

	if (rc == BF_OK && strcmp(ret_report->number, order->number) != 0)
		return bf_err_set(err, BF_DENIED, "the gateway opened \"%s\" for \"%s\"",
				  ret_report->number, order->number);
	return rc;
}

/* A gateway that does not know an order has taken no money for it. */
static enum bf_rc or_missing(enum bf_rc rc, struct bf_order_report *ret_report)
{
	if (rc != BF_NOT_FOUND)
		return rc;
	*ret_report = (struct bf_order_report){ .state = BF_ORDER_MISSING };
	return BF_OK;
}

static enum bf_rc query_order(const struct bf_gateway *gateway, struct bf_pool *pool,
			      const char *number, struct bf_order_report *ret_report,
			      struct bf_err *err)
{
	const char *path = path_of(pool, "/orders/", number, "");

	return or_missing(ask_order(gateway, pool, path, no_body, ret_report, err), ret_report);
}

static enum bf_rc close_order(const struct bf_gateway *gateway, struct bf_pool *pool,
			      const char *number, struct bf_order_report *ret_report,
			      struct bf_err *err)
{
	const char *path = path_of(pool, "/orders/", number, "/close");
	json_t *root = json_pack("{s:s, s:s}", "merchant", gateway->merchant, "order", number);

	return or_missing(ask_order(gateway, pool, path, text_of(pool, root), ret_report, err),
			  ret_report);
}

static enum bf_rc refund_order(const struct bf_gateway *gateway, struct bf_pool *pool,
			       const struct bf_refund_order *refund,
			       enum bf_refund_state *ret_state,
			       char ret_gateway_id[BF_GATEWAY_NUMBER_BYTES], struct bf_err *err)
{
	json_t *root =
		json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s}", "merchant", gateway->merchant,
			  "order", refund->payment, "refund", refund->number, "currency",
			  BF_CURRENCY, "fen", (json_int_t)refund->fen, "order_fen",
			  (json_int_t)refund->payment_fen, "kind", refund->kind);
	struct bf_str answer;
	enum bf_rc rc = ask(gateway, pool, "/refunds", text_of(pool, root),
			    BF_GATEWAY_BODY_BYTES_MAX, &answer, err);

	if (rc != BF_OK)
		return rc;
	return bf_notice_parse_refund(answer, refund->number, ret_state, ret_gateway_id, err);
}

static enum bf_rc bill_of(const struct bf_gateway *gateway, struct bf_pool *pool, const char *day,
			  struct bf_str *ret_bill, struct bf_err *err)
{
	return ask(gateway, pool, path_of(pool, "/bills/", day, ""), no_body, BILL_BYTES_MAX,
		   ret_bill, err);
}

const struct bf_gateway *bf_sandbox_new(struct bf_pool *pool,
					const struct bf_sandbox_config *config)
{
	struct sandbox *sandbox = bf_pool_zalloc(pool, sizeof(*sandbox));

	sandbox->config = *config;
	sandbox->gateway = (struct bf_gateway){ .channel = config->channel,
						.merchant = config->merchant,
						.arg = sandbox,
						.open = open_order,
						.query = query_order,
						.close = close_order,
						.refund = refund_order,
						.bill = bill_of };
	return &sandbox->gateway;
}
