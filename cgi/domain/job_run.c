#include "domain/job_run.h"

enum { ERROR_BYTES = 300 };

enum bf_rc bf_job_tell(struct bf_ask *ask, const struct bf_job_told *told, struct bf_err *err)
{
	char error[ERROR_BYTES];

	/* the column counts characters, of which there are no more than bytes */
	if (told->error)
		snprintf(error, sizeof(error), "%s", told->error);
	return bf_ask_exec(ask, "job_note",
			   BF_ARGS(bf_arg_text("job", told->name),
				   bf_arg_int("millis", told->took_us / 1000),
				   bf_arg_int("next_ms", told->next_us / 1000),
				   bf_arg_text("error", told->error ? error : NULL),
				   bf_arg_int("asked", told->asked)),
			   err);
}

enum bf_rc bf_jobs_asked(struct bf_ask *ask, const struct bf_value **ret_rows, struct bf_err *err)
{
	return bf_ask_rows(ask, "jobs_asked", BF_NO_ARGS, ret_rows, err);
}

enum bf_rc bf_job_want(struct bf_act *act, const char *name, struct bf_err *err)
{
	int64_t matched = 0;
	enum bf_rc rc =
		bf_ask_change(&act->ask, "job_ask",
			      BF_ARGS(bf_arg_text("job", name), bf_arg_int("account", act->actor)),
			      &matched, err);

	return rc == BF_OK && !matched
		       ? bf_err_set(err, BF_NOT_FOUND, "no job \"%s\" for account %lld", name,
				    (long long)act->actor)
		       : rc;
}
