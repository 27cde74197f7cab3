/*
 * rest: what becomes of money that is left when a help post ends. The family of a post whose time is
 * over may take what is there, for some days; else, and where the county ended the post, each donor
 * chooses for what of their gift reached nobody: another post, the wallet, or the way it came, which
 * is also what happens to who does not choose. Then the post is closed.
 *
 * Gifts are covered by payouts from the oldest on, so the rest lies in the latest ones.
 */
#ifndef BF_DOMAIN_REST_H
#define BF_DOMAIN_REST_H

#include "domain/act.h"

/* For jobs of the pool money: the next thing that is due, one transaction. */
BF_MUST_CHECK enum bf_rc bf_rest_once(struct bf_ask *ask, bool *ret_did, struct bf_err *err);

/* For the family, or who writes for it: ends an open post before its time. */
BF_MUST_CHECK enum bf_rc bf_rest_end_early(struct bf_act *act, const char *ref, int64_t version,
					   struct bf_err *err);
/* Takes what is there, or leaves it to the donors. */
BF_MUST_CHECK enum bf_rc bf_rest_choose(struct bf_act *act, const char *ref, bool accept,
					struct bf_err *err);

struct bf_rest_decision {
	const char *order;  /* the number of the actor's own payment */
	const char *what;   /* "back", "wallet", "move" */
	const char *to_ref; /* the post that it is moved to */
	const char *issuer; /* of the receipt of what is moved */
};

/* For a donor, in the pool money. */
BF_MUST_CHECK enum bf_rc bf_rest_decide(struct bf_act *act, const struct bf_rest_decision *decision,
					struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_rest_texts[];

#endif
