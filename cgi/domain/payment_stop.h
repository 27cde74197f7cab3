/*
 * payment_stop: while the payments of a city are stopped, none begins there. One person stops
 * them, two turn them on again. Acts are for who configures the city; for everybody else it is
 * BF_NOT_FOUND.
 */
#ifndef BF_DOMAIN_PAYMENT_STOP_H
#define BF_DOMAIN_PAYMENT_STOP_H

#include "domain/act.h"

BF_MUST_CHECK enum bf_rc bf_payment_stop(struct bf_act *act, int64_t city, const char *case_number,
					 const char *public_text, struct bf_err *err);
/* The first person asks, the second one agrees; ret_waits: it was the first. */
BF_MUST_CHECK enum bf_rc bf_payment_stop_end(struct bf_act *act, int64_t city, const char *reason,
					     bool *ret_waits, struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_payment_stop_texts[];

#endif
