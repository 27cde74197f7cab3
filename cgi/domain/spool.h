/*
 * spool: messages as files below a folder, written whole and named by the message: whatever is cut
 * off in between is done again and makes the same file. What takes them from there is not ours.
 */
#ifndef BF_DOMAIN_SPOOL_H
#define BF_DOMAIN_SPOOL_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

/* Fails with BF_BUSY. */
BF_MUST_CHECK enum bf_rc bf_spool_put(struct bf_pool *pool, const char *folder, const char *name,
				      struct bf_str text, struct bf_err *err);

#endif
