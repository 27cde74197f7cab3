/*
 * city_plugin: a sub-platform in a city: off, scheduled for a date, on, draining, off. Closing
 * refuses what is new and lets everything that runs come to its end (O1). Each change is a version
 * with who, why, when and what visitors are told. Acts are for who configures the city; for
 * everybody else it is BF_NOT_FOUND.
 */
#ifndef BF_DOMAIN_CITY_PLUGIN_H
#define BF_DOMAIN_CITY_PLUGIN_H

#include "domain/machine.h"

/*
 * The state table. What its moves bind (struct bf_move.args):
 *   to "scheduled"   from_at, a time or null for now; admitted (not 0), else refused
 *   to "draining"    public_text
 */
extern const struct bf_machine bf_city_plugin_machine;

struct bf_city_plugin_wish {
	int64_t city;
	const char *plugin;
	int64_t version;         /* that the form carried; 0: it never was there */
	bool admitted;           /* this generation has loaded it */
	int64_t from_ms;         /* when it shall open; 0: now */
	const char *reason;      /* for the history */
	const char *public_text; /* what visitors are told while it closes */
};

BF_MUST_CHECK enum bf_rc bf_city_plugin_schedule(struct bf_act *act,
						 const struct bf_city_plugin_wish *wish,
						 struct bf_err *err);
/* A scheduled one does not open after all. */
BF_MUST_CHECK enum bf_rc bf_city_plugin_cancel(struct bf_act *act,
					       const struct bf_city_plugin_wish *wish,
					       struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_city_plugin_drain(struct bf_act *act,
					      const struct bf_city_plugin_wish *wish,
					      struct bf_err *err);
/* A draining one goes on as before. */
BF_MUST_CHECK enum bf_rc bf_city_plugin_resume(struct bf_act *act,
					       const struct bf_city_plugin_wish *wish,
					       struct bf_err *err);
/* Opens one whose date has come, or ends one of which nothing runs any more. */
BF_MUST_CHECK enum bf_rc bf_city_plugin_turn_once(struct bf_ask *ask, bool *ret_did,
						  struct bf_err *err);
/* Whether something new may begin there: BF_CONFLICT where it may not. What the answer says stays
 * true until the transaction ends. */
BF_MUST_CHECK enum bf_rc bf_city_plugin_takes_new(struct bf_act *act, int64_t city,
						  const char *plugin, struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_city_plugin_texts[];

#endif
