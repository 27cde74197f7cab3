#include "site/jobs.h"

#include "domain/city_plugin.h"
#include "domain/notify.h"
#include "domain/payee.h"
#include "domain/payout.h"
#include "domain/rest.h"
#include "domain/settle.h"
#include "domain/spool.h"
#include "domain/sweep.h"
#include "sandbox/sandbox.h"
#include "site/pay.h"

enum { SIMULATED_STATEMENT_S = 3 };

static enum bf_rc settle(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return run->app->gateway
		       ? bf_settle_once(&ask, run->app->gateway, BF_RECEIPT_ISSUER, ret_did, err)
		       : BF_OK;
}

static enum bf_rc notify(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_notify_once(&ask, *run->app->config->notices_spool != 0, ret_did, err);
}

static enum bf_rc spool(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };
	const struct bf_spool to = {
		.folder = run->app->config->notices_spool,
		.site = run->app->config->notices_site,
		.views = run->app->views,
		.scope = BF_CORE_SCOPE,
		.secrets = run->app->secrets,
	};

	return *to.folder ? bf_spool_once(&ask, &to, ret_did, err) : BF_OK;
}

static enum bf_rc rest(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_rest_once(&ask, ret_did, err);
}

static enum bf_rc sweep(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_sweep_once(&ask, ret_did, err);
}

static enum bf_rc turn_plugins(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_city_plugin_turn_once(&ask, ret_did, err);
}

/* There is no link to a bank yet. In a demo one is played, so that money arrives; elsewhere what is
 * approved waits. */
static enum bf_rc simulate_bank(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	static const struct bf_payout_bank bank = { "demo", SIMULATED_STATEMENT_S };
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return run->app->config->profile == BF_PROFILE_DEMO
		       ? bf_payout_simulate(&ask, &bank, ret_did, err)
		       : BF_OK;
}

static enum bf_rc simulate_name_check(const struct bf_job_run *run, bool *ret_did,
				      struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return run->app->config->profile == BF_PROFILE_DEMO ? bf_payee_simulate(&ask, ret_did, err)
							    : BF_OK;
}

static const struct bf_job no_jobs[] = { { 0 } };
static const struct bf_job money_jobs[] = {
	{ "settle", 500, settle },
	{ "notify", 500, notify },
	{ "spool", 500, spool },
	{ "rest", 1000, rest },
	{ "sweep", 60000, sweep },
	{ "city_plugins", 2000, turn_plugins },
	{ "simulated_bank", 1000, simulate_bank },
	{ "simulated_name_check", 1000, simulate_name_check },
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
