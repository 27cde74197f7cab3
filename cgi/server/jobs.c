#include "server/jobs.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "site/app.h"
#include "site/jobs.h"

enum { EXIT_ENDED = 0, EXIT_FAULTS = 1, JOBS_MAX = 16, AGAIN_MS = 1000 };

struct jobs {
	struct bf_pool *pool;
	struct bf_config config;
	const struct bf_app *app;
	struct bf_db *db;
	struct bf_pool *step_pool;
	const struct bf_job *table;
	int64_t due_us[JOBS_MAX];
	sigset_t signals;
};

static void print_faults(const struct bf_faults *faults)
{
	for (const struct bf_fault *fault = faults->first; fault; fault = fault->next)
		fprintf(stderr, "bangfu: %s\n", fault->text);
}

/* The signal that came within so long, or 0. */
static int wait_for_signal(const struct jobs *jobs, int64_t us)
{
	struct timespec pause = { us / 1000000, us % 1000000 * 1000 };
	int signal = us > 0 ? sigtimedwait(&jobs->signals, NULL, &pause)
			    : sigtimedwait(&jobs->signals, NULL, &(struct timespec){ 0 });

	return signal > 0 ? signal : 0;
}

/* ---- loading --------------------------------------------------------------------------- */

enum loading { LOADED, FAULTY, DATABASE_AWAY };

static enum loading load(struct jobs *jobs, const char *config_file)
{
	struct bf_faults faults, refused;
	bool away = false;

	bf_faults_init(&faults, jobs->pool);
	bf_faults_init(&refused, jobs->pool);
	bf_config_read(&jobs->config, jobs->pool, config_file, &faults);
	if (!faults.count)
		jobs->app = bf_app_load(jobs->pool, &jobs->config, &faults, &refused, &away);
	print_faults(&faults);
	print_faults(&refused);
	if (!jobs->app)
		return away ? DATABASE_AWAY : FAULTY;
	jobs->db = bf_db_new(jobs->pool, &jobs->app->db);
	jobs->step_pool = bf_pool_new(jobs->pool);
	jobs->table = bf_jobs_of((enum bf_worker_pool)jobs->config.worker_pool);
	return LOADED;
}

/* ---- working --------------------------------------------------------------------------- */

/* When to look again. An error costs the job a pause, never the process. */
static int64_t pause_us(const struct jobs *jobs, const struct bf_job *job)
{
	const struct bf_job_run run = { jobs->app, jobs->db, jobs->step_pool };
	struct bf_err err = { 0 };
	bool did = false;
	enum bf_rc rc;

	bf_db_set_deadline(jobs->db,
			   bf_clock_monotonic_us() + jobs->config.soft_deadline_ms * 1000);
	rc = job->step(&run, &did, &err);
	bf_pool_clear(jobs->step_pool);
	if (rc != BF_OK) {
		fprintf(stderr, "bangfu: job \"%s\": %s\n", job->name, err.text);
		return (job->every_ms > AGAIN_MS ? job->every_ms : AGAIN_MS) * INT64_C(1000);
	}
	return did ? 0 : job->every_ms * 1000;
}

/* One step of each job that is due; answers how long there is nothing to do. */
static int64_t work(struct jobs *jobs)
{
	int64_t next_us = INT64_MAX;

	for (size_t i = 0; jobs->table[i].name; i++) {
		if (jobs->due_us[i] <= bf_clock_monotonic_us())
			jobs->due_us[i] = bf_clock_monotonic_us() + pause_us(jobs, &jobs->table[i]);
		if (jobs->due_us[i] < next_us)
			next_us = jobs->due_us[i];
	}
	return next_us - bf_clock_monotonic_us();
}

static void block_signals(struct jobs *jobs)
{
	sigemptyset(&jobs->signals);
	sigaddset(&jobs->signals, SIGTERM);
	sigaddset(&jobs->signals, SIGINT);
	sigaddset(&jobs->signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &jobs->signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int begin_anew(const char *config_file)
{
	char *arguments[] = { "bangfu", "jobs", "--config", (char *)(uintptr_t)config_file, NULL };

	execv("/proc/self/exe", arguments);
	fprintf(stderr, "bangfu: cannot begin anew: %s\n", strerror(errno));
	return EXIT_FAULTS;
}

int bf_server_jobs(const char *config_file)
{
	struct jobs jobs = { .pool = bf_pool_new(NULL) };
	enum loading loaded;
	int signal = 0;

	prctl(PR_SET_NAME, "bangfu:jobs");
	block_signals(&jobs);
	while ((loaded = load(&jobs, config_file)) == DATABASE_AWAY && !signal)
		signal = wait_for_signal(&jobs, AGAIN_MS * INT64_C(1000));
	if (loaded == LOADED)
		fputs("bangfu: the jobs begin\n", stderr);
	while (loaded == LOADED && !signal)
		signal = wait_for_signal(&jobs, work(&jobs));
	bf_pool_free(jobs.pool);
	if (signal == SIGHUP)
		return begin_anew(config_file);
	return loaded == FAULTY ? EXIT_FAULTS : EXIT_ENDED;
}
