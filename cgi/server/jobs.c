#include "server/jobs.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "domain/job_run.h"
#include "server/press.h"
#include "site/app.h"
#include "site/jobs.h"

enum {
	EXIT_ENDED = 0,
	EXIT_FAULTS = 1,
	JOBS_MAX = 16,
	AGAIN_MS = 1000,
	ASKED_MS = 500,
	TOLD_MS = 5000
};

/* What operators see of a job, and whether they want it now. */
struct seen {
	int64_t told_us; /* 0: not yet */
	bool failed, asked;
};

struct jobs {
	struct bf_pool *pool;
	struct bf_config config;
	const struct bf_app *app;
	struct bf_db *db;
	struct bf_press *press;
	struct bf_pool *step_pool;
	const struct bf_job *table;
	int64_t due_us[JOBS_MAX];
	struct seen seen[JOBS_MAX];
	int64_t look_us; /* when to look what is asked for */
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
	jobs->press = bf_press_new(jobs->pool, &jobs->config);
	jobs->step_pool = bf_pool_new(jobs->pool);
	jobs->table = bf_jobs_of((enum bf_worker_pool)jobs->config.worker_pool);
	return LOADED;
}

/* ---- working --------------------------------------------------------------------------- */

/* The gateway of the sandbox is somebody else, whose jobs nobody of ours looks at. */
static bool are_seen(const struct jobs *jobs)
{
	return jobs->config.worker_pool == BF_WORKERS_MONEY;
}

static void say_unseen(const struct bf_err *err)
{
	fprintf(stderr, "bangfu: what jobs do cannot be told: %s\n", err->text);
}

/* Tells how a run went where that is news, or was told some seconds ago. */
static void tell(struct jobs *jobs, size_t i, struct bf_job_told *told)
{
	struct bf_ask ask = { jobs->db, jobs->app->queries, jobs->step_pool };
	struct seen *seen = &jobs->seen[i];
	int64_t now_us = bf_clock_monotonic_us();
	struct bf_err err = { 0 };

	if (!are_seen(jobs) || (!told->error && !seen->failed && !seen->asked && seen->told_us &&
				now_us - seen->told_us < TOLD_MS * INT64_C(1000)))
		return;
	told->asked = seen->asked;
	*seen = (struct seen){ .told_us = now_us, .failed = told->error != NULL };
	if (bf_job_tell(&ask, told, &err) != BF_OK)
		say_unseen(&err);
	bf_pool_clear(jobs->step_pool);
}

/* What somebody wants to run now is due at once. */
static void look_what_is_asked(struct jobs *jobs)
{
	struct bf_ask ask = { jobs->db, jobs->app->queries, jobs->step_pool };
	const struct bf_value *rows;
	struct bf_err err = { 0 };

	bf_db_set_deadline(jobs->db,
			   bf_clock_monotonic_us() + jobs->config.soft_deadline_ms * 1000);
	if (bf_jobs_asked(&ask, &rows, &err) != BF_OK) {
		say_unseen(&err);
	} else {
		for (size_t row = 0; row < bf_value_count(rows); row++)
			for (size_t i = 0; jobs->table[i].name; i++)
				if (bf_row_is(bf_value_at(rows, row), "name",
					      jobs->table[i].name)) {
					jobs->seen[i].asked = true;
					jobs->due_us[i] = 0;
				}
	}
	bf_pool_clear(jobs->step_pool);
	jobs->look_us = bf_clock_monotonic_us() + ASKED_MS * INT64_C(1000);
}

/* When to look again. An error costs the job a pause, never the process. */
static int64_t pause_us(struct jobs *jobs, size_t i)
{
	const struct bf_job *job = &jobs->table[i];
	const struct bf_job_run run = { jobs->app, jobs->db, jobs->press, jobs->step_pool };
	struct bf_job_told told = { .name = job->name };
	int64_t begun_us = bf_clock_monotonic_us();
	struct bf_err err = { 0 };
	bool did = false;
	enum bf_rc rc;

	bf_db_set_deadline(jobs->db,
			   bf_clock_monotonic_us() + jobs->config.soft_deadline_ms * 1000);
	rc = job->step(&run, &did, &err);
	bf_pool_clear(jobs->step_pool);
	told.took_us = bf_clock_monotonic_us() - begun_us;
	told.next_us = did ? 0 : job->every_ms * 1000;
	if (rc != BF_OK) {
		fprintf(stderr, "bangfu: job \"%s\": %s\n", job->name, err.text);
		told.error = err.text;
		told.next_us =
			(job->every_ms > AGAIN_MS ? job->every_ms : AGAIN_MS) * INT64_C(1000);
	}
	tell(jobs, i, &told);
	return told.next_us;
}

/* One step of each job that is due; answers how long there is nothing to do. */
static int64_t work(struct jobs *jobs)
{
	int64_t next_us = INT64_MAX;

	if (are_seen(jobs)) {
		if (jobs->look_us <= bf_clock_monotonic_us())
			look_what_is_asked(jobs);
		next_us = jobs->look_us;
	}
	for (size_t i = 0; jobs->table[i].name; i++) {
		if (jobs->due_us[i] <= bf_clock_monotonic_us())
			jobs->due_us[i] = bf_clock_monotonic_us() + pause_us(jobs, i);
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
