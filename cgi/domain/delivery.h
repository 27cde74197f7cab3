/*
 * delivery: help that came to a family. The family says that it has it, or the manager of its
 * village does and why; when all of a full post is confirmed it is met, and never without that.
 * Words of thanks are seen once another person has looked at them. What is not of the actor's
 * family, village or county is BF_NOT_FOUND.
 */
#ifndef BF_DOMAIN_DELIVERY_H
#define BF_DOMAIN_DELIVERY_H

#include "domain/act.h"

/* reason: of a village manager, why the family does not confirm itself; NULL or "": none. */
BF_MUST_CHECK enum bf_rc bf_delivery_confirm(struct bf_act *act, int64_t delivery,
					     const char *reason, struct bf_err *err);
/* Once for each delivery, after it was confirmed. */
BF_MUST_CHECK enum bf_rc bf_delivery_thank(struct bf_act *act, int64_t delivery, const char *words,
					   struct bf_err *err);
/* For the village or county of the family, and not for who wrote the words. */
BF_MUST_CHECK enum bf_rc bf_delivery_pass_thanks(struct bf_act *act, int64_t delivery, bool shown,
						 struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_delivery_texts[];

#endif
