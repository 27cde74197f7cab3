/*
 * pledge: goods that somebody promises to a family. A promise holds its pieces for 72 hours; once
 * they are sent it is a gift on its way, which the family or a manager of its village counts, or
 * the county where somebody disputes it. What did not arrive is given back to the post, by the
 * promise as its cause, and can be promised anew.
 *
 * Each of these runs in the caller's transaction and locks the post first: whoever has it is alone
 * with the promises of the post, whatever else is locked behind it. A refusal has its sentence in
 * act->public_text.
 */
#ifndef BF_DOMAIN_PLEDGE_H
#define BF_DOMAIN_PLEDGE_H

#include "domain/machine.h"

extern const struct bf_machine bf_pledge_machine;

struct bf_pledge_wish {
	int64_t post, quantity;
	bool anonymous;
	const char *words; /* to the family; NULL: none */
};

/* Promises pieces of an open post. BF_CONFLICT: the post takes no more, so many are not left
 * (*ret_left says how many are), or it is the donor's own family. */
BF_MUST_CHECK enum bf_rc bf_pledge_claim(struct bf_act *act, const struct bf_pledge_wish *wish,
					 int64_t *ret_pledge, int64_t *ret_left,
					 struct bf_err *err);
/* The donor takes a promise back that was not sent yet. */
BF_MUST_CHECK enum bf_rc bf_pledge_cancel(struct bf_act *act, int64_t pledge, struct bf_err *err);
/* The donor has sent it: by a courier, under this number; NULL: it was handed over at the village
 * point. BF_CONFLICT: its 72 hours are over, or the post is suspended. */
BF_MUST_CHECK enum bf_rc bf_pledge_dispatch(struct bf_act *act, int64_t pledge,
					    const char *courier_number, struct bf_err *err);
/*
 * The family, or a manager of its village, has received so many pieces: 1 to those that were sent.
 * A manager says how they were handed over. Where that was the last of a full post, it is met.
 */
BF_MUST_CHECK enum bf_rc bf_pledge_receive(struct bf_act *act, int64_t pledge, int64_t quantity,
					   const char *note, struct bf_err *err);
/* Who sent it or waits for it says that something is wrong; the county decides. */
BF_MUST_CHECK enum bf_rc bf_pledge_dispute(struct bf_act *act, int64_t pledge, const char *concern,
					   struct bf_err *err);
/* The county says how many pieces arrived, and why it thinks so; 0: none, all is given back. */
BF_MUST_CHECK enum bf_rc bf_pledge_settle(struct bf_act *act, int64_t pledge, int64_t quantity,
					  const char *reason, struct bf_err *err);
/* The family thanks, in words that somebody reads before they are shown. */
BF_MUST_CHECK enum bf_rc bf_pledge_thank(struct bf_act *act, int64_t pledge, const char *words,
					 struct bf_err *err);
/* The donor has looked where to send it: noted each time. */
BF_MUST_CHECK enum bf_rc bf_pledge_look(struct bf_act *act, int64_t pledge,
					const struct bf_value **ret_address, struct bf_err *err);
/* The time of a hold without a payment is over; where a promise stands behind it, that lapses. */
BF_MUST_CHECK enum bf_rc bf_pledge_lapse(struct bf_ask *ask, int64_t hold, struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_pledge_texts[];

#endif
