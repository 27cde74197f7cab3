/*
 * job_run: what the process of the jobs tells of itself, for operators, and that one shall run now.
 * It is told every few seconds, and at once where a run fails, is well again or was asked for.
 */
#ifndef BF_DOMAIN_JOB_RUN_H
#define BF_DOMAIN_JOB_RUN_H

#include "domain/act.h"

struct bf_job_told {
	const char *name;
	int64_t took_us, next_us; /* how long it took; in how long it runs again */
	const char *error;        /* NULL: it went well */
	bool asked;               /* it ran because somebody wanted it to */
};

BF_MUST_CHECK enum bf_rc bf_job_tell(struct bf_ask *ask, const struct bf_job_told *told,
				     struct bf_err *err);
/* Rows with a name: jobs that somebody wants to run now. */
BF_MUST_CHECK enum bf_rc bf_jobs_asked(struct bf_ask *ask, const struct bf_value **ret_rows,
				       struct bf_err *err);
/* An act of who configures a province; for everybody else, and a job that is not there,
 * BF_NOT_FOUND. */
BF_MUST_CHECK enum bf_rc bf_job_want(struct bf_act *act, const char *name, struct bf_err *err);

#endif
