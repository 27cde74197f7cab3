#include "site/jobs.h"

#include "domain/settle.h"
#include "sandbox/sandbox.h"
#include "site/pay.h"

static enum bf_rc settle(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return run->app->gateway
		       ? bf_settle_once(&ask, run->app->gateway, BF_RECEIPT_ISSUER, ret_did, err)
		       : BF_OK;
}

static const struct bf_job no_jobs[] = { { 0 } };
static const struct bf_job money_jobs[] = {
	{ "settle", 500, settle },
	{ 0 },
};
static const struct bf_job sandbox_jobs[] = {
	{ "notices", 200, bf_sandbox_send_notice },
	{ 0 },
};

const struct bf_job *bf_jobs_of(enum bf_worker_pool pool)
{
	switch (pool) {
	case BF_WORKERS_MONEY:
		return money_jobs;
	case BF_WORKERS_SANDBOX:
		return sandbox_jobs;
	default:
		return no_jobs;
	}
}
