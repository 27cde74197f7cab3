#include "site/jobs.h"

#include "domain/city_plugin.h"
#include "domain/ledger.h"
#include "domain/enrol.h"
#include "domain/notify.h"
#include "domain/outbox.h"
#include "domain/payee.h"
#include "domain/overdue.h"
#include "domain/payout.h"
#include "domain/picture.h"
#include "domain/rest.h"
#include "domain/settle.h"
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

static struct bf_outbox outbox_of(const struct bf_app *app)
{
	return (struct bf_outbox){
		.folder = app->config->notices_spool,
		.smtp = app->config->notices_smtp,
		.from = app->config->notices_from,
		.site = app->config->notices_site,
		.keeps_codes = app->config->profile == BF_PROFILE_DEMO,
		.views = app->views,
		.scope = BF_CORE_SCOPE,
		.secrets = app->secrets,
	};
}

static enum bf_rc notify(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };
	const struct bf_outbox outbox = outbox_of(run->app);

	return bf_notify_once(&ask, bf_outbox_ways(&outbox), ret_did, err);
}

static enum bf_rc send(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };
	const struct bf_outbox outbox = outbox_of(run->app);

	return bf_outbox_ways(&outbox) ? bf_outbox_once(&ask, &outbox, ret_did, err) : BF_OK;
}

static enum bf_rc rest(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_rest_once(&ask, ret_did, err);
}

static enum bf_rc flag_overdue(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_overdue_step_once(&ask, ret_did, err);
}

static enum bf_rc escalate(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_overdue_post_once(&ask, ret_did, err);
}

static enum bf_rc sweep(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_sweep_once(&ask, ret_did, err);
}

static enum bf_rc close_ledger(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_ledger_close_once(&ask, run->app->secrets, ret_did, err);
}

static enum bf_rc turn_plugins(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_city_plugin_turn_once(&ask, ret_did, err);
}

static enum bf_rc end_publicity(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };

	return bf_enrol_end_publicity(&ask, ret_did, err);
}

static enum bf_rc press_pictures(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };
	const char *folder = run->app->config->files_folder;

	return *folder ? bf_picture_press_once(&ask, run->press, folder, ret_did, err) : BF_OK;
}

static enum bf_rc sweep_pictures(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct bf_ask ask = { run->db, run->app->queries, run->pool };
	const char *folder = run->app->config->files_folder;

	*ret_did = false;
	return *folder ? bf_picture_sweep(&ask, folder, err) : BF_OK;
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
	{ "outbox", 500, send },
	{ "rest", 1000, rest },
	{ "sweep", 60000, sweep },
	{ "pictures", 500, press_pictures },
	{ "sweep_pictures", 60000, sweep_pictures },
	{ "flag_overdue", 60000, flag_overdue },
	{ "escalate", 60000, escalate },
	{ "close_ledger", 10000, close_ledger },
	{ "city_plugins", 2000, turn_plugins },
	{ "end_publicity", 10000, end_publicity },
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
