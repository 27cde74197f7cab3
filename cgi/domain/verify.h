/*
 * verify: the invariants of money and data, as the statements of sql/verify/ say them. Each
 * check is a query that answers the offending rows, none when it holds, and beside it one named
 * NAME_counted that answers how many things were looked at, under their name. Last of them the
 * chain of the ledger's days is walked.
 */
#ifndef BF_DOMAIN_VERIFY_H
#define BF_DOMAIN_VERIFY_H

#include <stdio.h>

#include "db/db.h"

enum bf_verify {
	BF_VERIFY_HOLDS,     /* exit code 0 */
	BF_VERIFY_BROKEN,    /* 1: nothing is repaired */
	BF_VERIFY_UNCHECKED, /* 2: some check could not be made */
};

/*
 * Runs all checks of a folder in one read-only snapshot and prints a line for each, with the
 * first offending rows of those that do not hold. db is of the account that only reads.
 */
enum bf_verify bf_verify_run(struct bf_db *db, struct bf_pool *pool, const char *folder, FILE *out);
/*
 * The same by so many processes at once (1 to 8), each on a connection and in a snapshot of its
 * own: a check and its count see one state, two checks may see two. Each check is one statement,
 * true of every state that was committed, so no more is needed. db is not connected yet.
 */
enum bf_verify bf_verify_run_by(struct bf_db *db, struct bf_pool *pool, const char *folder,
				size_t processes, FILE *out);

#endif
