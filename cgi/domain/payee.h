/*
 * payee: the bank account of a household. It is entered by the family, or by the manager of its
 * village; the bank says whether name and number belong together; the county verifies it. A change
 * is a new version: the old one stays until the new one is verified, and meanwhile nothing is paid
 * out. Each step is one transaction of the caller's with history and event. Locks household, payee.
 *
 * Refusals have a sentence in act->public_text.
 */
#ifndef BF_DOMAIN_PAYEE_H
#define BF_DOMAIN_PAYEE_H

#include "domain/act.h"
#include "domain/secret.h"

struct bf_payee_entry {
	int64_t household;
	const char *holder; /* name, as the bank knows it */
	const char *number; /* of a card, with or without spaces */
	bool demo;          /* numbers of no bank, which begin with 9999, and no others */
};

/* BF_INVALID: the number cannot be one; BF_NOT_FOUND: not a household of theirs; BF_DENIED: it is
 * a card of the manager who enters it. */
BF_MUST_CHECK enum bf_rc bf_payee_enter(struct bf_act *act, const struct bf_secrets *secrets,
					const struct bf_payee_entry *entry, int64_t *ret_payee,
					struct bf_err *err);
/* The bank has said whether name and number belong together. */
BF_MUST_CHECK enum bf_rc bf_payee_bank_checked(struct bf_act *act, int64_t payee, bool matches,
					       struct bf_err *err);
/* For the county, and not for who entered it. reason NULL: it is verified; else it is refused. */
BF_MUST_CHECK enum bf_rc bf_payee_decide(struct bf_act *act, int64_t payee, const char *reason,
					 struct bf_err *err);
/* The bank of a demo answers for one account that waits: numbers that end with 7 have another
 * name. *ret_worked: there may be more. */
BF_MUST_CHECK enum bf_rc bf_payee_simulate(struct bf_ask *ask, bool *ret_worked,
					   struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_payee_texts[];

#endif
