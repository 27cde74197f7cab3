/*
 * gateway: how the core speaks to whoever takes and gives back money. Five verbs make an
 * adapter (open, query, close, refund, bill); a notice that a gateway sends is believed only
 * after bf_notice_take. Which adapter serves which channel is a setting.
 *
 * The protocol of the sandbox gateway, version 1. Bodies are UTF-8 JSON objects, at most 16 KiB
 * (a bill 8 MiB); amounts are integers in fen; times are ISO 8601 in UTC with milliseconds; a
 * member that is not named here is ignored, one that is missing refuses the message.
 *
 *   Signatures. Every request, answer and notice carries
 *     Bangfu-Timestamp  seconds since 1970, decimal
 *     Bangfu-Nonce      16 to 64 of [0-9A-Za-z_-]; drawn anew for each request and each notice;
 *                       a notice that is sent again keeps nonce and body and has a new timestamp
 *     Bangfu-Key-Id     which key signed: [0-9A-Za-z_-]{1,32}
 *     Bangfu-Signature  Ed25519, in base64 with padding (88 characters)
 *   Signed is, byte by byte,
 *     of a notice (gateway to us):   TIMESTAMP "\n" NONCE "\n" BODY "\n"
 *     of an answer (gateway to us):  the same; its nonce is that of the request it answers
 *     of a request (us to gateway):  TIMESTAMP "\n" NONCE "\n" METHOD " " PATH "\n" BODY "\n"
 *   PATH begins with "/" and is what follows the gateway's address ("/orders"); BODY is empty for
 *   GET. Who is more than 300 s off, names an unknown key or signs wrongly is refused with 401
 *   and nothing happens. The gateway refuses a request's nonce that it has seen before with 409.
 *
 *   Answers. 200 with a body; 400 malformed; 404 no such order; 409 the same number with other
 *   contents, or a state that does not allow it; 5xx or silence: it is not known whether it was
 *   done, ask again with the same number. All but 401 and 5xx are signed, or are not believed.
 *   All numbers are ours, and each request may be repeated.
 *
 *   POST /orders            {merchant, order, currency: "CNY", fen, closes_at, notify, title}
 *     -> {order, gateway_id, state: "open", pay}         pay: where the payer goes, an address
 *     The same order with the same contents answers the same; closes_at is when the gateway
 *     takes no money for it any more; notify is the path below our site that takes the notices.
 *   GET /orders/{order}
 *     -> {merchant, order, gateway_id, currency, fen, state, at}
 *        state: "open", "succeeded", "failed", "closed"; at: when it came to this state
 *   POST /orders/{order}/close   {merchant, order}
 *     -> as GET. "closed" is final; an order that has succeeded stays so and says it (200).
 *   POST /refunds           {merchant, order, refund, currency, fen, order_fen, kind}
 *     -> {refund, gateway_id, state}    state: "accepted", "succeeded", "failed"
 *     refund is the refund's own number; a retry carries the same one and is done once. gateway_id
 *     is the refund's own. "accepted" is followed by a notice or by an answer to the same request.
 *   GET /bills/{day}        day: 2026-11-25, of Asia/Shanghai, over
 *     -> {merchant, day, lines: [{kind: "payment"|"refund", number, gateway_id, fen, at}, ...]}
 *        number: the order or the refund; fen is above 0 for both kinds
 *
 *   Notices: POST to {our site}{notify}
 *     {kind: "payment", merchant, order, gateway_id, currency, fen, result, at}
 *     {kind: "refund", merchant, order, refund, gateway_id, currency, fen, result, at}
 *       result: "succeeded" or "failed"
 *     We answer 200 once it is committed, also to a repeat and to a "failed" that comes after
 *     "succeeded"; 4xx where it is not believed (it is kept for people to look at, and nothing
 *     changes); 503 to have it again. The gateway repeats until it gets 200: after 5 s, 30 s, 1,
 *     3, 5, 10, 30 min, then hourly for a day.
 */
#ifndef BF_DOMAIN_GATEWAY_H
#define BF_DOMAIN_GATEWAY_H

#include "domain/payment.h"
#include "http/signed.h"

enum {
	BF_GATEWAY_BODY_BYTES_MAX = 16384,
	BF_GATEWAY_NUMBER_BYTES = 65,
	BF_GATEWAY_ADDRESS_BYTES = 512,
};

/* ---- notices ---------------------------------------------------------------------------- */

struct bf_notice {
	const char *channel;
	struct bf_signed_head head;
	struct bf_str body; /* raw, as it came */
};

/* Who sends notices of a channel, and who issues the receipts. */
struct bf_notice_source {
	const char *channel, *issuer;
	const struct bf_signee *keys;
	size_t key_count;
};

/*
 * Takes a notice: verifies its bytes, refuses a nonce that came with another body, compares all
 * that it says with our rows, and settles the payment or refund, in one transaction. BF_OK: it
 * is committed, now or before: answer success. What is not believed is BF_DENIED, BF_NOT_FOUND
 * or BF_CONFLICT and is written to gateway_refusal; nothing else changes.
 */
BF_MUST_CHECK enum bf_rc bf_notice_take(struct bf_ask *ask, const struct bf_notice_source *source,
					const struct bf_notice *notice, int64_t now_s,
					enum bf_paid *ret_outcome, struct bf_err *err);

/* ---- adapters --------------------------------------------------------------------------- */

enum bf_order_state {
	BF_ORDER_OPEN,
	BF_ORDER_SUCCEEDED,
	BF_ORDER_FAILED,
	BF_ORDER_CLOSED,  /* no money will come any more */
	BF_ORDER_MISSING, /* the gateway does not know it */
};

struct bf_order {
	const char *number; /* the payment's */
	int64_t fen, closes_ms;
	const char *title;
};

/* What the gateway says of an order, signed. */
struct bf_order_report {
	enum bf_order_state state;
	char gateway_id[BF_GATEWAY_NUMBER_BYTES];
	char merchant[BF_GATEWAY_NUMBER_BYTES], number[BF_GATEWAY_NUMBER_BYTES];
	char currency[BF_GATEWAY_NUMBER_BYTES];
	int64_t fen;
	char pay[BF_GATEWAY_ADDRESS_BYTES]; /* where the payer goes, of an order that was opened */
};

struct bf_refund_order {
	const char *number, *payment; /* the refund's number and the payment's */
	int64_t fen, payment_fen;
	const char *kind;
};

enum bf_refund_state { BF_REFUND_ACCEPTED, BF_REFUND_SUCCEEDED, BF_REFUND_FAILED };

/*
 * One channel. Each verb may be called again with the same numbers. BF_BUSY: it is not known
 * whether it was done (silence, 5xx); BF_DENIED: an answer that is not believed; BF_CONFLICT:
 * the gateway refuses. What they write lives in the pool.
 */
struct bf_gateway {
	const char *channel, *merchant;
	void *arg; /* the adapter's own */
	enum bf_rc (*open)(const struct bf_gateway *gateway, struct bf_pool *pool,
			   const struct bf_order *order, struct bf_order_report *ret_report,
			   struct bf_err *err);
	enum bf_rc (*query)(const struct bf_gateway *gateway, struct bf_pool *pool,
			    const char *number, struct bf_order_report *ret_report,
			    struct bf_err *err);
	enum bf_rc (*close)(const struct bf_gateway *gateway, struct bf_pool *pool,
			    const char *number, struct bf_order_report *ret_report,
			    struct bf_err *err);
	enum bf_rc (*refund)(const struct bf_gateway *gateway, struct bf_pool *pool,
			     const struct bf_refund_order *refund, enum bf_refund_state *ret_state,
			     char ret_gateway_id[BF_GATEWAY_NUMBER_BYTES], struct bf_err *err);
	/* The raw bill of a day, "2026-11-25", for who reconciles. */
	enum bf_rc (*bill)(const struct bf_gateway *gateway, struct bf_pool *pool, const char *day,
			   struct bf_str *ret_bill, struct bf_err *err);
};

/* A verified order report as payment.h takes it; borrows. */
struct bf_payment_report bf_gateway_report(const struct bf_gateway *gateway,
					   const struct bf_order_report *order);

#endif
