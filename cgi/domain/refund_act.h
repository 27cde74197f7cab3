/*
 * refund_act: a donor wants money back, and operators decide. A gift can be given back until a
 * payout has taken it; what is asked for is kept out of payouts until somebody has decided. The
 * money itself moves in payment.h. Refusals have a sentence in act->public_text.
 */
#ifndef BF_DOMAIN_REFUND_ACT_H
#define BF_DOMAIN_REFUND_ACT_H

#include "domain/act.h"

struct bf_refund_asked {
	const char *order;  /* the number of the payment, of the actor's own */
	int64_t fen;        /* not more than no payout has taken */
	bool to_wallet;     /* kept there instead of sent back the way it came */
	const char *reason; /* at most 200 characters; NULL: none was given */
};

/* Asks for it. BF_NOT_FOUND for somebody else's payment. */
BF_MUST_CHECK enum bf_rc bf_refund_ask(struct bf_act *act, const struct bf_refund_asked *asked,
				       struct bf_err *err);
/* For pay.approve in the post's region, else BF_NOT_FOUND. Above BF_REFUND_ALONE_MAX_FEN the first
 * person's word waits for a second one's. */
BF_MUST_CHECK enum bf_rc bf_refund_agree(struct bf_act *act, int64_t refund, struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_refund_decline(struct bf_act *act, int64_t refund, const char *reason,
					   struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_refund_texts[];

#endif
