/*
 * pairing: a donor whose help has come to a family asks to stay connected with it. The family, or
 * a manager of its village for it, says yes or no; either side ends it. While it lives they write
 * each other updates, in which nothing says how to reach them past the platform, and which are
 * shown once another person has looked at them. What is not the actor's is BF_NOT_FOUND.
 */
#ifndef BF_DOMAIN_PAIRING_H
#define BF_DOMAIN_PAIRING_H

#include "domain/machine.h"

extern const struct bf_machine bf_pairing_machine;

/* Asks, by a post of the family to which the actor gave; its reference becomes act->result.
 * BF_CONFLICT: nothing has come yet, it lives already, or the family said no. */
BF_MUST_CHECK enum bf_rc bf_pairing_propose(struct bf_act *act, const char *post_ref,
					    struct bf_err *err);
/* to: "active", "declined", "withdrawn", "ended". */
BF_MUST_CHECK enum bf_rc bf_pairing_move(struct bf_act *act, const char *ref, const char *to,
					 struct bf_err *err);
/* Words to the other side. BF_INVALID: they say how to reach somebody. */
BF_MUST_CHECK enum bf_rc bf_pairing_write(struct bf_act *act, const char *ref, const char *words,
					  struct bf_err *err);
/* For the village or county of the family; not for who wrote the words, nor for the donor. */
BF_MUST_CHECK enum bf_rc bf_pairing_pass(struct bf_act *act, int64_t update, bool shown,
					 struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_pairing_texts[];

#endif
