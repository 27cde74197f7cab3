#include "domain/gateway.h"

#include <sodium.h>

#include "base/buf.h"
#include "domain/notice.h"

struct bf_payment_report bf_gateway_report(const struct bf_gateway *gateway,
					   const struct bf_order_report *order)
{
	return (struct bf_payment_report){ .channel = gateway->channel,
					   .merchant = order->merchant,
					   .number = order->number,
					   .gateway_id = order->gateway_id,
					   .currency = order->currency,
					   .fen = order->fen };
}

/* ---- notices ---------------------------------------------------------------------------- */

struct taking {
	const struct bf_notice_source *source;
	const struct bf_notice *notice;
	struct bf_notice_text text;
	enum bf_paid outcome;
};

/* The nonce is ours from here on; a twin waits. */
static enum bf_rc claim_nonce(struct bf_ask *ask, const struct bf_notice *notice,
			      struct bf_err *err)
{
	unsigned char hash[crypto_generichash_BYTES];
	char hex[2 * sizeof(hash) + 1];
	const struct bf_value *row;
	enum bf_rc rc;

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)notice->body.p,
			   notice->body.len, NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	rc = bf_ask_exec(ask, "nonce_claim",
			 BF_ARGS(bf_arg_text("channel", notice->channel),
				 bf_arg_text("nonce", notice->head.nonce),
				 bf_arg_text("hash", hex)),
			 err);
	if (rc == BF_OK)
		rc = bf_ask_row(ask, "nonce_look",
				BF_ARGS(bf_arg_text("channel", notice->channel),
					bf_arg_text("nonce", notice->head.nonce)),
				&row, err);
	if (rc == BF_OK && !bf_row_is(row, "body_hash", hex))
		return bf_err_set(err, BF_DENIED, "the nonce came with another body before");
	return rc;
}

static enum bf_rc settle_payment(struct bf_ask *ask, struct taking *taking, struct bf_err *err)
{
	const struct bf_notice_text *text = &taking->text;
	struct bf_payment_settled settled;
	struct bf_payment_report report = { .channel = taking->source->channel,
					    .merchant = text->merchant,
					    .number = text->order,
					    .gateway_id = text->gateway_id,
					    .currency = text->currency,
					    .fen = text->fen };
	enum bf_rc rc;

	if (!text->succeeded)
		return bf_payment_fail(ask, &report, &taking->outcome, err);
	rc = bf_payment_succeed(ask, taking->source->issuer, &report, &settled, err);
	if (rc == BF_OK)
		taking->outcome = settled.outcome;
	return rc;
}

static enum bf_rc settle_refund(struct bf_ask *ask, struct taking *taking, struct bf_err *err)
{
	const struct bf_notice_text *text = &taking->text;

	taking->outcome = BF_PAID_ALREADY;
	return bf_refund_reported(ask,
				  &(struct bf_refund_report){ .channel = taking->source->channel,
							      .merchant = text->merchant,
							      .number = text->refund,
							      .payment = text->order,
							      .gateway_id = text->gateway_id,
							      .currency = text->currency,
							      .fen = text->fen,
							      .succeeded = text->succeeded },
				  err);
}

static enum bf_rc take(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct taking *taking = arg;
	enum bf_rc rc = claim_nonce(ask, taking->notice, err);

	if (rc != BF_OK)
		return rc;
	return taking->text.refund ? settle_refund(ask, taking, err)
				   : settle_payment(ask, taking, err);
}

/* The beginning of a header as it may be stored: what is not ASCII is "?". */
static const char *shown(struct bf_pool *pool, const char *header)
{
	char *text = bf_pool_printf(pool, "%.100s", header ? header : "-");

	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

/* What people look at when somebody sends what is not to be believed. */
static enum bf_rc note_refusal(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	enum { BODY_BYTES = 4000 };
	const struct bf_err *why = ((void **)arg)[0];
	const struct bf_notice *notice = ((void **)arg)[1];
	const struct bf_signed_head *head = &notice->head;
	size_t len = notice->body.len < BODY_BYTES ? notice->body.len : BODY_BYTES;
	struct bf_arg body = { "body", bf_value_string((struct bf_str){ notice->body.p, len }) };
	const char *headers =
		bf_pool_printf(ask->pool, "%s %s %s %s", shown(ask->pool, head->timestamp),
			       shown(ask->pool, head->nonce), shown(ask->pool, head->key_id),
			       shown(ask->pool, head->signature));

	return bf_ask_exec(ask, "refusal_add",
			   BF_ARGS(bf_arg_text("channel", notice->channel),
				   bf_arg_text("reason",
					       bf_pool_printf(ask->pool, "%.199s", why->text)),
				   bf_arg_text("headers", headers), body),
			   err);
}

enum bf_rc bf_notice_take(struct bf_ask *ask, const struct bf_notice_source *source,
			  const struct bf_notice *notice, int64_t now_s, enum bf_paid *ret_outcome,
			  struct bf_err *err)
{
	struct taking taking = { .source = source, .notice = notice };
	struct bf_err why = { 0 };
	enum bf_rc rc = BF_OK;

	if (notice->body.len > BF_GATEWAY_BODY_BYTES_MAX)
		rc = bf_err_set(&why, BF_DENIED, "a body of %zu bytes, %d are the most",
				notice->body.len, BF_GATEWAY_BODY_BYTES_MAX);
	if (rc == BF_OK)
		rc = bf_signed_verify(source->keys, source->key_count, &notice->head, NULL,
				      notice->body, now_s, &why);
	if (rc == BF_OK)
		rc = bf_notice_parse(ask->pool, notice->body, &taking.text, &why);
	if (rc == BF_OK)
		rc = bf_ask_transaction(ask, take, &taking, NULL, &why);
	if (rc == BF_OK) {
		*ret_outcome = taking.outcome;
		return BF_OK;
	}
	if (rc == BF_DENIED || rc == BF_NOT_FOUND || rc == BF_CONFLICT) {
		void *arg[] = { &why, (void *)(uintptr_t)notice };
		enum bf_rc noted = bf_ask_transaction(ask, note_refusal, arg, NULL, err);

		if (noted != BF_OK)
			return noted; /* unseen it is not refused: it comes again */
	}
	return bf_err_set(err, rc, "%s", why.text);
}
