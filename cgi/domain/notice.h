/* notice: the JSON of gateways, read strictly. For gateway.c and the adapters. */
#ifndef BF_DOMAIN_NOTICE_H
#define BF_DOMAIN_NOTICE_H

#include "domain/gateway.h"

/* What a notice says; texts in the pool. */
struct bf_notice_text {
	const char *merchant, *order, *gateway_id, *currency;
	const char *refund; /* NULL: it is about the payment */
	int64_t fen;
	bool succeeded;
};

/* BF_DENIED for what is no such object, or lacks a member, or has one of another kind. */
BF_MUST_CHECK enum bf_rc bf_notice_parse(struct bf_pool *pool, struct bf_str body,
					 struct bf_notice_text *ret_text, struct bf_err *err);
/* The answer to an order: opened, queried or closed. */
BF_MUST_CHECK enum bf_rc
bf_notice_parse_order(struct bf_str body, struct bf_order_report *ret_report, struct bf_err *err);
/* The answer to a refund. */
BF_MUST_CHECK enum bf_rc bf_notice_parse_refund(struct bf_str body, const char *number,
						enum bf_refund_state *ret_state,
						char ret_gateway_id[BF_GATEWAY_NUMBER_BYTES],
						struct bf_err *err);

#endif
