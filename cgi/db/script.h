/* script: the text of a migration file, cut into statements. Private to this floor; the
 * others use migrate.h. */
#ifndef BF_DB_SCRIPT_H
#define BF_DB_SCRIPT_H

#include "base/err.h"

enum { BF_CHECKSUM_BYTES = 65 }; /* 32 bytes in hexadecimal, and NUL */

struct bf_step {
	struct bf_step *next;
	int number, line;
	/* Without comments, white space outside of quotes folded: what runs, and what the
	 * checksum covers. */
	struct bf_str sql;
	char checksum[BF_CHECKSUM_BYTES];
};

/* The statements of a file in order; what is wrong goes to faults. NULL for none. */
struct bf_step *bf_script_split(struct bf_pool *pool, const char *file, struct bf_str text,
				struct bf_faults *faults);
/*
 * Whether a statement changes nothing but tables whose names begin with prefix. Only statements
 * of known form pass: CREATE, ALTER, DROP and RENAME TABLE, CREATE and DROP INDEX, INSERT,
 * REPLACE, and UPDATE and DELETE of one table. They may read and refer to any table. Returns
 * NULL, or what is wrong, in the pool.
 */
const char *bf_script_check_tables(struct bf_pool *pool, struct bf_str sql, struct bf_str prefix);

#endif
