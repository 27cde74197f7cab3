/*
 * post: what all help posts share, whatever the sub-platform: the codes of the need, of where
 * a post stands, and of who checked it. bangfu.h declares those that plugins use.
 */
#ifndef BF_DOMAIN_POST_H
#define BF_DOMAIN_POST_H

#include "bangfu.h"

extern const struct bf_enum bf_review_level; /* "village", "township", "county" */

/* The core's enumerations, ended by NULL. */
extern const struct bf_enum *const bf_core_enums[];

#endif
