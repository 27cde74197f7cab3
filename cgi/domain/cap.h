/*
 * cap: how much may be asked for a kind of need, by region. A change is a new version with its
 * date; a province or city may only tighten what comes from above, and posts that are open run on
 * as they began. Acts are for who has the settings of the region; else it is BF_NOT_FOUND.
 */
#ifndef BF_DOMAIN_CAP_H
#define BF_DOMAIN_CAP_H

#include "domain/act.h"

struct bf_cap_wish {
	int64_t region;
	const char *need; /* "medical" */
	int64_t value_fen;
	int64_t version; /* the last one that the form knew; 0: none of the region's own */
	int64_t from_ms; /* 0: now */
	const char *reason;
};

BF_MUST_CHECK enum bf_rc bf_cap_set(struct bf_act *act, const struct bf_cap_wish *wish,
				    struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_cap_texts[];

#endif
