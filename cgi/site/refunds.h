/*
 * refunds: a donor asks for money back, operators with pay.approve decide, and what is kept is in
 * the wallet. Pages below /pay.
 */
#ifndef BF_SITE_REFUNDS_H
#define BF_SITE_REFUNDS_H

#include "bangfu.h"

extern const struct bf_param bf_refunds_order_params[1];
extern const struct bf_param bf_refunds_ask_params[4];
extern const struct bf_param bf_refunds_rest_params[3];
extern const struct bf_param bf_refunds_refund_params[1];
extern const struct bf_param bf_refunds_decline_params[2];
extern const struct bf_param bf_refunds_wallet_params[1];

bf_handler bf_refunds_ask_page, bf_refunds_ask;
bf_handler bf_refunds_rest_page, bf_refunds_rest; /* of a gift whose post has ended */
bf_handler bf_refunds_queue;                      /* what waits for the person's word */
bf_handler bf_refunds_refund, bf_refunds_agree, bf_refunds_decline;
bf_handler bf_refunds_wallet;

/* What is in the wallet of who asks, into the model as wallet_fen. */
BF_MUST_CHECK enum bf_rc bf_refunds_add_wallet(struct bf_req *req);

#endif
