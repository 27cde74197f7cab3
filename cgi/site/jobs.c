#include "site/jobs.h"

#include "sandbox/sandbox.h"

static const struct bf_job no_jobs[] = { { 0 } };
static const struct bf_job sandbox_jobs[] = {
	{ "notices", 200, bf_sandbox_send_notice },
	{ 0 },
};

const struct bf_job *bf_jobs_of(enum bf_worker_pool pool)
{
	return pool == BF_WORKERS_SANDBOX ? sandbox_jobs : no_jobs;
}
