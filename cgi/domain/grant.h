/*
 * grant: giving and ending roles of offices. A const table says which role gives which, and at which
 * level of regions; who gives holds theirs in a region that contains the other's. The last holder
 * of a role that a region cannot do without stays (A3). Each is one act of the caller's, with an
 * event. Refusals have a sentence in act->public_text.
 */
#ifndef BF_DOMAIN_GRANT_H
#define BF_DOMAIN_GRANT_H

#include "domain/act.h"

/* BF_NOT_FOUND: no such account or region within theirs; BF_DENIED: not for them to give, or their
 * own; BF_CONFLICT: the account has it already. */
BF_MUST_CHECK enum bf_rc bf_grant_give(struct bf_act *act, int64_t account, const char *role,
				       int64_t region, int64_t *ret_grant, struct bf_err *err);
/* BF_CONFLICT: it has ended, or is the last one that the region needs. */
BF_MUST_CHECK enum bf_rc bf_grant_end(struct bf_act *act, int64_t grant, const char *reason,
				      struct bf_err *err);

/* Whether there are roles of this name that config gives in a region of this level. */
bool bf_grant_fits(const char *role, int64_t level);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_grant_texts[];

#endif
