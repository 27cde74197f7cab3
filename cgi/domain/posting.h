/*
 * posting: how a help post moves, from a draft to its end, and what lists, search and figures
 * show of it at each step.
 */
#ifndef BF_DOMAIN_POSTING_H
#define BF_DOMAIN_POSTING_H

#include "domain/machine.h"

/*
 * The common state table of posts. What the moves of some rules bind (struct bf_move.args):
 *   to "submitted"                 promise (not 0), fingerprint, else refused
 *   "township_verified" to "open"  urgency, or null to leave it
 *   from "suspended"               asked_by, the account that proposed it: another person's
 */
extern const struct bf_machine bf_post_machine;

/*
 * Makes the totals of lists, the grams of search and the figures of pages follow what changed
 * in a post since `before`, the row that bf_machine_lock answered. Each move does it by itself;
 * whoever changes kept sums without a move calls it in the same transaction.
 */
BF_MUST_CHECK enum bf_rc bf_post_relist(struct bf_act *act, int64_t post,
					const struct bf_value *before, struct bf_err *err);

/* What a setting says for a post, by the region and kind of aid in its row. */
BF_MUST_CHECK enum bf_rc bf_post_setting(struct bf_act *act, const struct bf_value *row,
					 const char *name, int64_t *ret_value, struct bf_err *err);

/* What still lacks before a post may be submitted. */
struct bf_post_lack {
	const char *field; /* of the form */
	const char *text;  /* a sentence in English, translated by po/ */
};
enum { BF_POST_LACKS_MAX = 8 };
/* Of a row with the columns of a draft. Returns how many, in the order of the form. */
size_t bf_post_lacks(const struct bf_value *row, struct bf_post_lack ret_lacks[BF_POST_LACKS_MAX]);

/* Household, need and episode as 64 digits: a need is asked for once at a time. The episode of
 * a post is its item, however it is written. */
const char *bf_post_fingerprint(struct bf_pool *pool, int64_t household, const char *need_kind,
				const char *item);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_post_texts[];

#endif
