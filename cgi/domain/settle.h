/*
 * settle: what jobs do for payments whose notice does not come: holds that are over expire once
 * their order at the gateway is closed, payments that wait are asked after, refunds are sent. Each
 * call does one thing at most: claims it in a transaction (a lease that runs out by itself), asks
 * the gateway outside of any, and writes what it said in another. Whoever dies in between leaves
 * a lease behind, and the next one asks again with the same number.
 */
#ifndef BF_DOMAIN_SETTLE_H
#define BF_DOMAIN_SETTLE_H

#include "domain/gateway.h"

/*
 * Does the next thing that is due of a gateway's channel, and of holds without a payment.
 * *ret_worked false: there is nothing at the moment. What the gateway did not answer (BF_BUSY)
 * or not believably (BF_DENIED) is for the log; the next call goes on with something else.
 * Several processes may call it at once.
 */
BF_MUST_CHECK enum bf_rc bf_settle_once(struct bf_ask *ask, const struct bf_gateway *gateway,
					const char *issuer, bool *ret_worked, struct bf_err *err);

#endif
