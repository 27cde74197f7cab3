/* refund: what payment.c and refund.c share about a locked payment. Others use payment.h. */
#ifndef BF_DOMAIN_REFUND_H
#define BF_DOMAIN_REFUND_H

#include "domain/payment.h"

/* A payment as the transaction has locked it; texts are "" where there is none. */
struct bf_payment {
	int64_t id, hold, post, account, fen;
	bool is_old; /* a gateway gives nothing back any more */
	const char *channel, *merchant, *number, *gateway_id, *state, *settled_as;
};

/* Locks a payment's post, its hold and itself. */
BF_MUST_CHECK enum bf_rc bf_payment_lock(struct bf_ask *ask, int64_t payment,
					 struct bf_payment *ret_payment, struct bf_err *err);
/* A number that nobody can guess or count: 'B' of a payment, 'R' of a refund, before it. */
void bf_payment_draw_number(char kind, char ret_number[BF_PAYMENT_NUMBER_BYTES]);

#endif
