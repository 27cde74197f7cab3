/*
 * payouts: the desk of those who pay out: what can be prepared, what waits for the second person,
 * a payout and the decision about it. All of it asks for a second factor proven just now.
 */
#ifndef BF_SITE_PAYOUTS_H
#define BF_SITE_PAYOUTS_H

#include "bangfu.h"

extern const struct bf_param bf_payouts_post_params[1];
extern const struct bf_param bf_payouts_payout_params[1];
extern const struct bf_param bf_payouts_cancel_params[2];

/* BF_DENIED, and the way to prove it, where the second factor was not proven just now. */
BF_MUST_CHECK enum bf_rc bf_payouts_step_up(struct bf_req *req);

bf_handler bf_payouts_queue;
bf_handler bf_payouts_post, bf_payouts_prepare;
bf_handler bf_payouts_payout, bf_payouts_approve, bf_payouts_cancel;

#endif
