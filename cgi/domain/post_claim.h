/* post_claim: a help post as those see it who claim a part of it: holds, payments, returns. */
#ifndef BF_DOMAIN_POST_CLAIM_H
#define BF_DOMAIN_POST_CLAIM_H

#include "domain/ask.h"

/* A post as the transaction has locked it. */
struct bf_post_lock {
	int64_t id, household, rule_version;
	int64_t taken, asked; /* fen or pieces */
	bool is_over;         /* its deadline */
	bool is_active;       /* its household is, and money has a verified account to go to */
	const char *state, *phase;
	const char *listed; /* "" where visitors do not find it */
};

/* Locks a post, first of all that a transaction locks but the idempotency row. */
BF_MUST_CHECK enum bf_rc bf_post_lock(struct bf_ask *ask, int64_t post,
				      struct bf_post_lock *ret_post, struct bf_err *err);
/* Changes what a locked post shows as being paid, as taken, and its gifts, by so much; makes it
 * full where nothing is left to take and open again where something is. */
BF_MUST_CHECK enum bf_rc bf_post_claimed(struct bf_ask *ask, int64_t post, int64_t pending,
					 int64_t taken, int64_t gifts, struct bf_err *err);

#endif
