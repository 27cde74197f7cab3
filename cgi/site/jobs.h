/* jobs: the work that waits for no visitor, as a table. Each step is one transaction and may be
 * cut off anywhere: it is done again, and has its effect once. */
#ifndef BF_SITE_JOBS_H
#define BF_SITE_JOBS_H

#include "domain/press.h"
#include "plugin/app.h"

struct bf_job_run {
	const struct bf_app *app;
	struct bf_db *db;
	struct bf_press *press; /* starts at the first request */
	struct bf_pool *pool;   /* of this step; emptied behind it */
};

struct bf_job {
	const char *name;
	int64_t every_ms; /* the pause behind a step that found nothing to do */
	/* One step: *ret_did tells whether there was work, and so whether to go on at once. */
	enum bf_rc (*step)(const struct bf_job_run *run, bool *ret_did, struct bf_err *err);
};

/* The jobs of a pool of workers, ended by a row without a name. */
const struct bf_job *bf_jobs_of(enum bf_worker_pool pool);

#endif
