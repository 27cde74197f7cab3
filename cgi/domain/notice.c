#include "domain/notice.h"

#include <jansson.h>

enum { TEXT_BYTES_MAX = BF_GATEWAY_NUMBER_BYTES - 1 };

static const char *const order_states[] = {
	[BF_ORDER_OPEN] = "open",
	[BF_ORDER_SUCCEEDED] = "succeeded",
	[BF_ORDER_FAILED] = "failed",
	[BF_ORDER_CLOSED] = "closed",
};

static const char *const refund_states[] = {
	[BF_REFUND_ACCEPTED] = "accepted",
	[BF_REFUND_SUCCEEDED] = "succeeded",
	[BF_REFUND_FAILED] = "failed",
};

/* An object, each of its names once. */
static json_t *load(struct bf_str body)
{
	json_t *root = body.len <= BF_GATEWAY_BODY_BYTES_MAX
			       ? json_loadb(body.p, body.len, JSON_REJECT_DUPLICATES, NULL)
			       : NULL;

	if (root && !json_is_object(root)) {
		json_decref(root);
		root = NULL;
	}
	return root;
}

/* A text of 1 to 64 bytes, or NULL. */
static const char *text_of(const json_t *root, const char *name)
{
	const char *text = json_string_value(json_object_get(root, name));

	return text && text[0] && strlen(text) <= TEXT_BYTES_MAX ? text : NULL;
}

/* A whole number above 0; fractions and texts are none. */
static bool fen_of(const json_t *root, int64_t *ret_fen)
{
	const json_t *fen = json_object_get(root, "fen");

	*ret_fen = json_integer_value(fen);
	return json_is_integer(fen) && *ret_fen > 0;
}

static bool one_of(const char *text, const char *const *words, size_t count, size_t *ret_which)
{
	for (size_t i = 0; text && i < count; i++)
		if (strcmp(text, words[i]) == 0) {
			*ret_which = i;
			return true;
		}
	return false;
}

/* ---- notices ---------------------------------------------------------------------------- */

static const char *copy(struct bf_pool *pool, const char *text)
{
	return text ? bf_pool_copy(pool, bf_str(text)) : NULL;
}

static bool read_notice(struct bf_pool *pool, const json_t *root, struct bf_notice_text *text)
{
	static const char *const kinds[] = { "payment", "refund" };
	static const char *const results[] = { "failed", "succeeded" };
	size_t kind, result;

	*text = (struct bf_notice_text){
		.merchant = copy(pool, text_of(root, "merchant")),
		.order = copy(pool, text_of(root, "order")),
		.gateway_id = copy(pool, text_of(root, "gateway_id")),
		.currency = copy(pool, text_of(root, "currency")),
		.refund = copy(pool, text_of(root, "refund")),
	};
	if (!one_of(text_of(root, "kind"), kinds, 2, &kind) ||
	    !one_of(text_of(root, "result"), results, 2, &result) || !fen_of(root, &text->fen))
		return false;
	text->succeeded = result == 1;
	return text->merchant && text->order && text->gateway_id && text->currency &&
	       (text->refund != NULL) == (kind == 1);
}

enum bf_rc bf_notice_parse(struct bf_pool *pool, struct bf_str body,
			   struct bf_notice_text *ret_text, struct bf_err *err)
{
	struct bf_notice_text text;
	json_t *root = load(body);
	bool good = root && read_notice(pool, root, &text);

	json_decref(root);
	if (!good)
		return bf_err_set(err, BF_DENIED, "the body is no notice");
	*ret_text = text;
	return BF_OK;
}

/* ---- answers ---------------------------------------------------------------------------- */

static bool copy_text(char *to, size_t size, const json_t *root, const char *name)
{
	const char *text = json_string_value(json_object_get(root, name));

	return text && snprintf(to, size, "%s", text) < (int)size;
}

static bool read_order(const json_t *root, struct bf_order_report *report)
{
	size_t state;

	*report = (struct bf_order_report){ .fen = 0 };
	if (!one_of(text_of(root, "state"), order_states,
		    sizeof(order_states) / sizeof(order_states[0]), &state) ||
	    !copy_text(report->gateway_id, sizeof(report->gateway_id), root, "gateway_id") ||
	    !copy_text(report->number, sizeof(report->number), root, "order"))
		return false;
	report->state = (enum bf_order_state)state;
	if (json_object_get(root, "pay"))
		return copy_text(report->pay, sizeof(report->pay), root, "pay");
	return copy_text(report->merchant, sizeof(report->merchant), root, "merchant") &&
	       copy_text(report->currency, sizeof(report->currency), root, "currency") &&
	       fen_of(root, &report->fen);
}

enum bf_rc bf_notice_parse_order(struct bf_str body, struct bf_order_report *ret_report,
				 struct bf_err *err)
{
	struct bf_order_report report;
	json_t *root = load(body);
	bool good = root && read_order(root, &report);

	json_decref(root);
	if (!good)
		return bf_err_set(err, BF_DENIED, "the gateway's answer is not about an order");
	*ret_report = report;
	return BF_OK;
}

enum bf_rc bf_notice_parse_refund(struct bf_str body, const char *number,
				  enum bf_refund_state *ret_state,
				  char ret_gateway_id[BF_GATEWAY_NUMBER_BYTES], struct bf_err *err)
{
	json_t *root = load(body);
	const char *refund = root ? text_of(root, "refund") : NULL;
	size_t state;
	bool good = refund && strcmp(refund, number) == 0 &&
		    one_of(text_of(root, "state"), refund_states,
			   sizeof(refund_states) / sizeof(refund_states[0]), &state) &&
		    copy_text(ret_gateway_id, BF_GATEWAY_NUMBER_BYTES, root, "gateway_id");

	json_decref(root);
	if (!good)
		return bf_err_set(err, BF_DENIED, "the gateway's answer is not about refund \"%s\"",
				  number);
	*ret_state = (enum bf_refund_state)state;
	return BF_OK;
}
