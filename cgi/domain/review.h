/*
 * review: who checks a help post. A round has a step for village, township and county, made when
 * the post is sent; a step opens when the one below has approved. Nobody checks what they wrote,
 * what is their own family's or a relative's, or two steps of a round (V1); no step is skipped
 * or decided from above (V2); what was decided stays (V3). What the last level rejects, two people
 * do. All of it runs within an act.
 */
#ifndef BF_DOMAIN_REVIEW_H
#define BF_DOMAIN_REVIEW_H

#include "domain/posting.h"

enum { BF_CHECK_ITEMS_MAX = 6 };

enum bf_outcome { BF_APPROVED, BF_RETURNED, BF_REJECTED };

struct bf_decision {
	int64_t step;    /* review_step */
	int64_t version; /* of the post, as the form showed it; 0: it showed none */
	enum bf_outcome outcome;
	/* of an approval: what the form showed and the person ticked */
	int64_t checklist;       /* its version */
	const char *evidence;    /* post_evidence, as it was seen */
	unsigned ticked;         /* a bit for each item: 1 is the first one */
	const char *urgency;     /* "0" to "3", with the county's approval; NULL: as it is */
	const char *reason_code; /* of a rejection */
	const char *reason;      /* of a return or rejection */
	const char *fields;      /* of a return: what to correct, with commas between */
};

/* Makes the next round of a post, a row of bf_post_machine, and opens its first step. */
BF_MUST_CHECK enum bf_rc bf_review_begin(struct bf_act *act, const struct bf_value *post,
					 struct bf_err *err);
/*
 * Decides a step; what was ticked and seen is kept with an approval. BF_NOT_FOUND: it is another office's. BF_DENIED: the person is too close to
 * the matter. BF_CONFLICT: it is not its turn, decided, somebody else's task, or the post is
 * another by now. BF_INVALID: a reason, or an answer of the checklist, is missing.
 */
BF_MUST_CHECK enum bf_rc bf_review_decide(struct bf_act *act, const struct bf_decision *decision,
					  struct bf_err *err);
/*
 * A rejection of the county is proposed by who has the step, and final once a second person of the
 * county agrees, or of the city where the county has nobody else. Declined, the step is open again.
 * BF_NOT_FOUND: it is not theirs to look at. BF_DENIED: they proposed it, or are too close.
 * BF_CONFLICT: somebody was faster. BF_INVALID: declined without saying why.
 */
BF_MUST_CHECK enum bf_rc bf_review_second(struct bf_act *act, int64_t rejection, bool confirmed,
					  const char *note, struct bf_err *err);
/* Gives a step to a person of its office, to the actor itself where to is 0; also one that a
 * colleague has, who may be away. Only the one who has it decides. */
BF_MUST_CHECK enum bf_rc bf_review_assign(struct bf_act *act, int64_t step, int64_t to,
					  struct bf_err *err);
/* Puts down that a post's family is a relative of the actor's, who then checks none of it. */
BF_MUST_CHECK enum bf_rc bf_review_declare(struct bf_act *act, int64_t step, struct bf_err *err);

/* The author asks the level above to look at a rejection again, once, while there is time. */
BF_MUST_CHECK enum bf_rc bf_review_appeal(struct bf_act *act, const char *ref, int64_t version,
					  const char *text, struct bf_err *err);
/* Overturned: the step that rejected it opens anew, for another person. */
BF_MUST_CHECK enum bf_rc bf_review_decide_appeal(struct bf_act *act, int64_t appeal,
						 bool overturned, const char *reason,
						 struct bf_err *err);

/* Sentences for people, ended by NULL. */
extern const char *const bf_review_texts[];

#endif
