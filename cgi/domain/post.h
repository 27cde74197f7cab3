/*
 * post: what all help posts share, whatever the sub-platform: the codes of the need, of where
 * a post stands, and of who checked it. bangfu.h declares those that plugins use.
 */
#ifndef BF_DOMAIN_POST_H
#define BF_DOMAIN_POST_H

#include "base/str.h"
#include "bangfu.h"

enum { BF_REF_TEXT_BYTES = 11 };

/* Reads a post's reference as a person may write it: small letters, spaces and dashes are
 * fine. Returns false where it is none. */
bool bf_ref_read(struct bf_str text, char ret_ref[BF_REF_TEXT_BYTES]);

extern const struct bf_enum bf_review_level;    /* "village", "township", "county" */
extern const struct bf_enum bf_post_state;      /* "draft", ... */
extern const struct bf_enum bf_step_state;      /* "waiting", ... */
extern const struct bf_enum bf_reject_reason;   /* "untrue", ... */
extern const struct bf_enum bf_post_field;      /* what a reviewer sends back */
extern const struct bf_enum bf_unmet_answer;    /* "extend", "explain" */
extern const struct bf_enum bf_second_outcome;  /* "confirmed", "declined" */
extern const struct bf_enum bf_check_item;      /* what is answered before an approval */
extern const struct bf_enum bf_appeal_outcome;  /* "overturned", "upheld" */
extern const struct bf_enum bf_suspension_wish; /* "lift", "cancel" */
extern const struct bf_enum bf_urgency;         /* "0" to "3" */
extern const struct bf_enum bf_gift_standing;   /* where a gift stands, for its donor */
extern const struct bf_enum bf_pledge_state;    /* of goods that were promised */
extern const struct bf_enum bf_refund_state;    /* where money stands that goes back */
extern const struct bf_enum bf_payout_state;    /* where a payout stands, for who pays out */
extern const struct bf_enum bf_thanks_outcome;  /* of words of thanks: shown or not */

extern const struct bf_enum bf_city_plugin_state; /* of a sub-platform in a city */
extern const struct bf_enum bf_export_list;       /* lists that operators take out of the house */
extern const struct bf_enum bf_role;              /* "village", ..., "pay.prepare" */

/* The core's enumerations, ended by NULL. */
extern const struct bf_enum *const bf_core_enums[];

#endif
