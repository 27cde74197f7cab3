/*
 * hold: the one claim on a capacity (money that a post lacks, pieces of goods, stock, places).
 * One conditional update decides who gets what is left; the database refuses more than there
 * is. A hold is open for as long as its kind allows, then taken, released or expired, for good;
 * what was taken is given back by a return, once by its cause.
 *
 * All of these run inside the caller's transaction and lock the post, then holds and capacities.
 * They keep what the post shows, make it full when nothing is left, and open again when
 * something is. BF_CONFLICT is a refusal: the state, the phase or the amount does not allow it.
 */
#ifndef BF_DOMAIN_HOLD_H
#define BF_DOMAIN_HOLD_H

#include "domain/ask.h"

/* For how long a kind of capacity is held, in seconds; 0 for an unknown kind. */
int64_t bf_hold_seconds(const char *kind);

struct bf_claim {
	int64_t capacity, amount;
	int64_t hold;       /* set by bf_hold_open */
	int64_t expires_ms; /* set by bf_hold_open */
	int64_t left;       /* set by bf_hold_open where it refuses: what is left of this one */
};

/*
 * Opens holds on several capacities, all or none; the claims are put in ascending order of
 * their capacities. A post has to be open, its deadline ahead, its household active. Refuses
 * with BF_CONFLICT, and `left` of the claim that did not fit says what would.
 */
BF_MUST_CHECK enum bf_rc bf_hold_open(struct bf_ask *ask, int64_t account, struct bf_claim *claims,
				      size_t count, struct bf_err *err);
/* The capacity of a kind that a post has. BF_NOT_FOUND where there is none. */
BF_MUST_CHECK enum bf_rc bf_hold_capacity(struct bf_ask *ask, int64_t post, const char *kind,
					  int64_t *ret_capacity, int64_t *ret_left,
					  struct bf_err *err);

/* An open hold is used: paid, dispatched, drawn. Counts as a gift of its post. */
BF_MUST_CHECK enum bf_rc bf_hold_take(struct bf_ask *ask, int64_t hold, struct bf_err *err);
/* An open hold is given up by its owner, or its payment failed. */
BF_MUST_CHECK enum bf_rc bf_hold_release(struct bf_ask *ask, int64_t hold, struct bf_err *err);
/* An open hold is over. Whoever calls has closed its order at the gateway before. */
BF_MUST_CHECK enum bf_rc bf_hold_expire(struct bf_ask *ask, int64_t hold, struct bf_err *err);
/*
 * Part of a taken hold is given back because of cause ("refund:17"). The same cause with the
 * same amount again changes nothing and is BF_OK. More than is left of it is BF_CONFLICT.
 */
BF_MUST_CHECK enum bf_rc bf_hold_return(struct bf_ask *ask, int64_t hold, int64_t amount,
					const char *cause, struct bf_err *err);

#endif
