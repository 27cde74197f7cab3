/*
 * suspend: a published post is stopped by one person of its county, with the number of a case and
 * words for visitors; two people let it go on or end it. A duplicate ends in favour of the post
 * that stays. All of it runs within an act; to other counties no post is there.
 */
#ifndef BF_DOMAIN_SUSPEND_H
#define BF_DOMAIN_SUSPEND_H

#include "domain/posting.h"

BF_MUST_CHECK enum bf_rc bf_post_suspend(struct bf_act *act, const char *ref,
					 const char *case_number, const char *public_text,
					 struct bf_err *err);
/*
 * Lifts a suspension, or cancels the post. The first person's wish is put down
 * (*ret_waits is true); a second person who wishes the same does it. BF_CONFLICT: the same
 * person again, it is not suspended, or money has not gone back yet.
 */
BF_MUST_CHECK enum bf_rc bf_post_end_suspension(struct bf_act *act, const char *ref, bool cancel,
						const char *reason, bool *ret_waits,
						struct bf_err *err);
/* Ends a post that asks for what the post `stays` asks for; nothing may have been given to it. */
BF_MUST_CHECK enum bf_rc bf_post_end_duplicate(struct bf_act *act, const char *ref,
					       const char *stays, struct bf_err *err);

/* Sentences for people, ended by NULL. */
extern const char *const bf_suspend_texts[];

#endif
