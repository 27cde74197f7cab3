/*
 * payout: what a post has kept goes to its family: asked for by one person, approved by another,
 * sent, and confirmed by the statement of the bank. Each step is one transaction of the caller's
 * with history, event, journal and kept sums, by the state table of payouts. Locks post, payout,
 * ledger. A payout takes all that is kept, so gifts are covered from the oldest on. It goes to the
 * household's verified account (domain/payee.h), which must not have changed for 48 hours: asked
 * when it is prepared, approved and sent.
 *
 * Whoever asks does nothing outside of the region of their grant: BF_NOT_FOUND, as for a payout
 * that does not exist. Refusals have a sentence in act->public_text.
 */
#ifndef BF_DOMAIN_PAYOUT_H
#define BF_DOMAIN_PAYOUT_H

#include "domain/act.h"

enum {
	BF_PAYOUT_MIN_FEN = 5000, /* less is paid out only as the rest of a full post */
	BF_PAYOUT_EVERY_DAYS = 7, /* from one of a post to its next */
};

/* Asks for a payout of all that the post with a reference has kept. For pay.prepare. */
BF_MUST_CHECK enum bf_rc bf_payout_request(struct bf_act *act, const char *ref, int64_t *ret_payout,
					   struct bf_err *err);
/* For pay.approve, and another person than asked for it. */
BF_MUST_CHECK enum bf_rc bf_payout_approve(struct bf_act *act, int64_t payout, struct bf_err *err);
/* Back to what the post has kept, before it is approved or after the bank has sent it back. For
 * pay.approve, or who asked for it. */
BF_MUST_CHECK enum bf_rc bf_payout_cancel(struct bf_act *act, int64_t payout, const char *reason,
					  struct bf_err *err);

/* What has not left for the bank of a post that the county ended, which the actor has locked. */
BF_MUST_CHECK enum bf_rc bf_payout_cancel_waiting(struct bf_act *act, int64_t post,
						  const char *reason, struct bf_err *err);

/* Whose account money leaves from, and when its statement is looked at. */
struct bf_payout_bank {
	const char *name; /* of the accounts "custody:NAME" and "transit_out:NAME" */
	int64_t statement_after_s;
};

/* An approved payout leaves the account: a delivery is on its way. */
BF_MUST_CHECK enum bf_rc bf_payout_sent(struct bf_act *act, const struct bf_payout_bank *bank,
					int64_t payout, struct bf_err *err);
/* The statement of the bank names it: the delivery was received. */
BF_MUST_CHECK enum bf_rc bf_payout_confirmed(struct bf_act *act, const struct bf_payout_bank *bank,
					     int64_t payout, struct bf_err *err);
/* The bank has sent it back: the delivery ended, the money waits to be cancelled back to the post,
 * which can then be paid out anew. reason: what the bank says, or NULL. */
BF_MUST_CHECK enum bf_rc bf_payout_returned(struct bf_act *act, const struct bf_payout_bank *bank,
					    int64_t payout, const char *reason, struct bf_err *err);
/*
 * One step of one payout that is due: approved ones are sent, and those that were sent some time
 * ago are found on a statement that is simulated, for there is no bank: only for a demo. Accounts
 * whose number ends with 4 send money back. An approved payout whose account changed becomes
 * requested again. Any
 * number of processes may do it; BF_CONFLICT: another one was quicker. *ret_worked: there may
 * be more.
 */
BF_MUST_CHECK enum bf_rc bf_payout_simulate(struct bf_ask *ask, const struct bf_payout_bank *bank,
					    bool *ret_worked, struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_payout_texts[];

#endif
