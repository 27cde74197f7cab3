/* trail: what happened to an object, written in the transaction in which it happened. */
#ifndef BF_DOMAIN_TRAIL_H
#define BF_DOMAIN_TRAIL_H

#include "domain/ask.h"

struct bf_trail_step {
	const char *machine; /* "post", "payment", "refund" */
	int64_t object;
	int64_t rule_version; /* 0: the first */
	const char *from, *to;
	int64_t actor;      /* account; 0: a job or a gateway */
	const char *reason; /* or NULL */
};

/* Writes the next move of an object whose row the transaction has locked. A move that is not in
 * its state table is BF_CONFLICT. */
BF_MUST_CHECK enum bf_rc bf_trail_move(struct bf_ask *ask, const struct bf_trail_step *move,
				       struct bf_err *err);
/* Writes an event in the places of a post; actor 0: a job or a gateway. */
BF_MUST_CHECK enum bf_rc bf_trail_event(struct bf_ask *ask, const char *type, int64_t subject,
					int64_t actor, int64_t post, struct bf_err *err);

#endif
