/*
 * demo: the data behind `bangfu demo-data`: people who can be nobody, their posts and all that
 * happened to them. The same seed and date make the same rows.
 */
#ifndef BF_DEMO_DEMO_H
#define BF_DEMO_DEMO_H

#include "db/db.h"

enum { BF_DEMO_SEED = 2017 };

struct bf_demo {
	int64_t percent; /* of the pilot: 1, 100, 1000 or 10000 */
	int64_t seed;
	int64_t as_of_ms;     /* a midnight in Shanghai; all dates are counted from it */
	const char *key_file; /* of the pool money, for the accounts that can be signed in to */
};

/* "0.01", "1", "10" or "100" to percent; 0 for anything else. */
int64_t bf_demo_percent(const char *scale);
/* The last midnight in Shanghai. */
int64_t bf_demo_today(int64_t now_ms);

/* Told now and then how far it is; total is 1000. */
typedef void bf_demo_progress_fn(void *arg, const char *stage, int64_t done);

/*
 * Fills an empty schema. db is of the account that migrates, with a read time-out of minutes;
 * sql_folder holds demo/demo.sql and regions.csv. What an interrupted load left is removed first.
 * A complete load of the same seed and scale is left as it is: *ret_already. Fails with
 * BF_CONFLICT where there are data that no demo load made, or a load of another seed or scale;
 * with BF_FAULT where the counts and sums afterwards are not those that were made.
 */
BF_MUST_CHECK enum bf_rc bf_demo_load(struct bf_db *db, const char *sql_folder,
				      const struct bf_demo *demo, bf_demo_progress_fn *progress,
				      void *arg, bool *ret_already, struct bf_err *err);

#endif
