/* household: the way of a household through the register, from enrolment to active or rejected. */
#ifndef BF_DOMAIN_HOUSEHOLD_H
#define BF_DOMAIN_HOUSEHOLD_H

#include "domain/machine.h"

/*
 * The state table of households. What the moves of some rules bind (struct bf_move.args):
 *   to "visited"       second, the account of the second visitor
 *   to "in_publicity"  consent (not 0) to the notice
 */
extern const struct bf_machine bf_household_machine;

struct bf_household_step {
	int64_t household, version;
	const char *to;
	int64_t second;
	bool consent;
	const char *reason; /* of a rejection; else NULL */
};

/* A step by the actor, as what they are in the household's village, township and county. actor 0
 * is the job. Fails with BF_NOT_FOUND outside of their regions, and as bf_machine_move does. */
BF_MUST_CHECK enum bf_rc bf_household_step(struct bf_act *act, const struct bf_household_step *step,
					   struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_household_texts[];

#endif
