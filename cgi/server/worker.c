#include "server/worker.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/fcgi.h"
#include "http/log.h"
#include "server/channel.h"
#include "server/trace.h"

enum {
	DESCRIPTORS_MAX = 256,
	GROWTH_CHECK_REQUESTS = 32,
	EXIT_DRAINED = 0,
	EXIT_COULD_NOT_START = 1,
	EXIT_NO_MEMORY = 3,
};

struct worker {
	const struct bf_worker_start *start;
	struct bf_pool *pool; /* the process's */
	struct bf_board board;
	struct bf_slot *slot;
	struct bf_worker *site;
	struct bf_fcgi *fcgi;
	sigset_t waiting_mask;                /* of signals, while it waits */
	struct bf_fcgi_counts counted;        /* what the slot has of fcgi's counts */
	const struct bf_transport *transport; /* of a request that is not answered yet, or NULL */

	struct bf_pool *request_pool;
	struct bf_request request;
	struct bf_request_limits limits;
	struct bf_trace trace;
	struct bf_buf log_line;

	int64_t served, served_max;
	long first_rss_kib;
};

static volatile sig_atomic_t drain_asked;
static struct worker *self; /* for what is called without an argument: no memory, signals */

/* ---- signals --------------------------------------------------------------------------- */

static void on_drain(int number)
{
	(void)number;
	drain_asked = 1;
}

static void on_nothing(int number)
{
	(void)number;
}

static void handle(int number, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

/* None of these may cut a request: they are open only while the worker waits. SIGINT is the
 * terminal's word to the master. */
static sigset_t set_signals(void)
{
	sigset_t blocked, waiting;

	handle(SIGTERM, on_drain);
	handle(SIGUSR1, on_nothing);
	handle(SIGPIPE, on_nothing);
	handle(SIGINT, SIG_IGN);
	handle(SIGHUP, SIG_IGN);
	sigemptyset(&waiting);
	sigaddset(&waiting, SIGHUP);
	sigaddset(&waiting, SIGCHLD);
	blocked = waiting;
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	return waiting;
}

/* ---- limits ---------------------------------------------------------------------------- */

static void limit(int resource, rlim_t most)
{
	struct rlimit limits = { most, most };

	/* A lower limit that somebody has set before is as good. */
	(void)setrlimit((__rlimit_resource_t)resource, &limits);
}

static void set_limits(const struct bf_config *config)
{
	limit(RLIMIT_NOFILE, DESCRIPTORS_MAX);
	limit(RLIMIT_CORE, 0);
	if (!BF_SANITIZED) {
		limit(RLIMIT_NPROC, 0);
		limit(RLIMIT_AS, (rlim_t)config->address_space_mib * 1024 * 1024);
		prctl(PR_SET_DUMPABLE, 0);
	}
}

static long rss_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/*
 * Where memory ends in the middle of a request: the person gets an answer from what is here
 * already, the transaction goes with its connection, the master makes a new worker.
 */
static void on_no_memory(void)
{
	static const char answer[] =
		"Status: 503 Service Unavailable\r\nRetry-After: 2\r\nCache-Control: no-store\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n\r\n"
		"服务繁忙，请稍后再试。 The service is very busy. Please try again in a few seconds.\n";

	if (self->transport) {
		(void)self->transport->write(self->transport->arg, answer, sizeof(answer) - 1);
		(void)bf_fcgi_finish(self->fcgi);
	}
	bf_trace_say("has no memory left and ends");
	_exit(EXIT_NO_MEMORY);
}

/* ---- one request ----------------------------------------------------------------------- */

static void mark(struct worker *worker, enum bf_phase phase)
{
	worker->slot->phase = phase;
}

static void begin_heartbeat(struct worker *worker)
{
	const struct bf_config *config = worker->start->config;
	struct bf_slot *slot = worker->slot;
	int64_t now_us = bf_clock_monotonic_us();

	worker->trace.plugin = worker->trace.route = NULL;
	slot->request_id[0] = '\0';
	slot->soft_us = now_us + config->soft_deadline_ms * 1000;
	slot->hard_us = now_us + config->hard_deadline_ms * 1000;
	slot->start_us = now_us;
	mark(worker, BF_PHASE_READING);
}

static void end_heartbeat(struct worker *worker)
{
	const struct bf_fcgi_counts *counts = bf_fcgi_counts(worker->fcgi);
	struct bf_slot *slot = worker->slot;

	slot->refused += counts->refused - worker->counted.refused;
	slot->malformed += counts->malformed - worker->counted.malformed;
	slot->starved += counts->starved - worker->counted.starved;
	worker->counted = *counts;
	slot->start_us = 0;
	mark(worker, BF_PHASE_IDLE);
}

static void count_and_log(struct worker *worker)
{
	const struct bf_request *request = &worker->request;
	struct bf_slot *slot = worker->slot;
	struct bf_log_line line = {
		.plugin = worker->trace.plugin,
		.route = worker->trace.route,
		.worker = worker->start->slot,
		.duration_us = bf_clock_monotonic_us() - slot->start_us,
	};
	unsigned class = (unsigned)request->status / 100;

	if (class >= 1 && class <= BF_STATUS_CLASSES)
		slot->answers[class - 1]++;
	slot->answer_us += (uint64_t)line.duration_us;
	slot->queries += request->queries;
	slot->query_us += (uint64_t)request->query_us;
	if (!bf_log_request(worker->start->log, &worker->log_line, request, &line))
		slot->unlogged++;
}

static void answer(struct worker *worker)
{
	struct bf_request *request = &worker->request;
	enum bf_rc rc = bf_request_read(request, worker->request_pool, worker->transport,
					&worker->limits, &request->err);

	/* While the site is restarted, a body that was cut is worth another try. */
	if (rc != BF_OK && drain_asked && bf_fcgi_body_failed(worker->fcgi))
		rc = BF_BUSY;
	memcpy(worker->slot->request_id, request->id, sizeof(request->id));
	mark(worker, BF_PHASE_ANSWERING);
	bf_worker_answer(worker->site, request, rc, &worker->trace.plugin, &worker->trace.route);
	mark(worker, BF_PHASE_SENDING);
	/* A client that has gone does not undo what was done for it. */
	(void)bf_request_send(request, worker->transport);
	worker->transport = NULL;
	(void)bf_fcgi_finish(worker->fcgi);
	count_and_log(worker);
	bf_pool_clear(worker->request_pool);
}

static void serve_one(struct worker *worker)
{
	begin_heartbeat(worker);
	worker->transport = bf_fcgi_begin(worker->fcgi);
	if (worker->transport)
		answer(worker);
	else
		fprintf(stderr, "bangfu: worker %u closed a connection: %s\n", worker->start->slot,
			bf_fcgi_why(worker->fcgi));
	end_heartbeat(worker);
}

/* ---- its life -------------------------------------------------------------------------- */

/* A worker that has served enough, or has grown, goes on until its successor serves. */
static bool is_tired(const struct worker *worker)
{
	if (worker->served >= worker->served_max)
		return true;
	return worker->served % GROWTH_CHECK_REQUESTS == 0 &&
	       rss_kib() - worker->first_rss_kib > worker->start->config->growth_mib * 1024;
}

/* Under load a wait ends with the next connection before it lets a signal in. */
static void let_signals_in(const struct worker *worker)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, &worker->waiting_mask, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static void serve(struct worker *worker)
{
	for (;;) {
		let_signals_in(worker);
		switch (bf_fcgi_wait(worker->fcgi, drain_asked)) {
		case BF_FCGI_READY:
			serve_one(worker);
			worker->served++;
			if (is_tired(worker))
				worker->slot->wants_rest = 1;
			break;
		case BF_FCGI_WOKEN:
			break;
		case BF_FCGI_DRAINED:
			return;
		}
	}
}

/* The requests after which it retires: a tenth more or less, so that not all do so at once. */
static int64_t spread(int64_t requests)
{
	int64_t tenth = requests / 10;

	return requests - tenth + (int64_t)randombytes_uniform((uint32_t)(2 * tenth + 1));
}

static bool map_board(struct worker *worker)
{
	const struct bf_worker_start *start = worker->start;

	worker->slot = bf_board_map_slot(start->board, start->slot);
	if (!worker->slot || !bf_board_map(start->board, &worker->board)) {
		fprintf(stderr, "bangfu: worker %u cannot map its slot: %s\n", start->slot,
			strerror(errno));
		return false;
	}
	close(start->board);
	bf_slot_vacate(worker->slot);
	worker->slot->generation = start->generation;
	return true;
}

static bool open_fcgi(struct worker *worker)
{
	const struct bf_worker_start *start = worker->start;
	struct bf_fcgi_options options = {
		.listener = start->listener,
		.any_peer = start->any_peer,
		.peer = start->peer,
		.waiting_mask = worker->waiting_mask,
	};
	struct bf_err err = { 0 };

	if (bf_fcgi_new(worker->pool, &options, &worker->fcgi, &err) == BF_OK)
		return true;
	fprintf(stderr, "bangfu: worker %u: %s\n", start->slot, err.text);
	return false;
}

static void say_ready(const struct bf_worker_start *start)
{
	struct bf_message ready = { .kind = BF_MESSAGE_READY, .slot = start->slot };

	/* Without a master to hear it there is nothing to serve for either: it kills us by its end. */
	(void)bf_channel_send(start->channel, &ready);
	close(start->channel);
}

int bf_server_worker(const struct bf_worker_start *start)
{
	struct worker worker = { .start = start, .pool = bf_pool_new(NULL) };
	char title[16];

	snprintf(title, sizeof(title), "bangfu:work.%u", start->slot);
	prctl(PR_SET_NAME, title);
	self = &worker;
	worker.waiting_mask = set_signals();
	if (!map_board(&worker) || !open_fcgi(&worker))
		return EXIT_COULD_NOT_START;
	worker.trace = (struct bf_trace){ .slot = worker.slot, .worker = start->slot };
	bf_trace_install(&worker.trace);
	bf_pool_on_no_memory(on_no_memory);
	worker.request_pool = bf_pool_new(worker.pool);
	worker.limits = bf_request_limits(start->config);
	bf_buf_init(&worker.log_line);
	worker.served_max = spread(start->config->requests_a_worker);
	worker.site = bf_worker_new(worker.pool, start->app);
	bf_worker_set_metrics(worker.site, bf_board_print_metrics, &worker.board);
	set_limits(start->config);
	worker.first_rss_kib = rss_kib();
	mark(&worker, BF_PHASE_IDLE);
	say_ready(start);
	serve(&worker);
	bf_buf_release(&worker.log_line);
	bf_request_release(&worker.request);
	bf_pool_free(worker.pool);
	return EXIT_DRAINED;
}
