/*
 * overdue: clocks that run out. A step that its office has not decided in time is flagged, and the
 * level above is told, which may give it to somebody else and never decides it (V2). A published
 * post that still lacks something a month later is a task of its county, whose answer visitors
 * read. Each happens once, however often the jobs run.
 */
#ifndef BF_DOMAIN_OVERDUE_H
#define BF_DOMAIN_OVERDUE_H

#include "domain/posting.h"

/* One step, or one post, in a transaction. *ret_did false: there was none. */
BF_MUST_CHECK enum bf_rc bf_overdue_step_once(struct bf_ask *ask, bool *ret_did,
					      struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_overdue_post_once(struct bf_ask *ask, bool *ret_did,
					      struct bf_err *err);

enum bf_unmet { BF_UNMET_EXTEND, BF_UNMET_EXPLAIN };
/*
 * The county answers, once. BF_NOT_FOUND: there is no task of theirs. BF_DENIED: too close to the
 * family. BF_CONFLICT: it was answered, or the post is no longer open, so that nothing can be
 * extended. BF_INVALID: no text.
 */
BF_MUST_CHECK enum bf_rc bf_overdue_answer(struct bf_act *act, const char *ref,
					   enum bf_unmet answer, const char *text,
					   struct bf_err *err);

/* Sentences for people, ended by NULL. */
extern const char *const bf_overdue_texts[];

#endif
