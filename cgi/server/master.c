/* master: generations come and go; the socket and the people at it notice nothing. */
#include "server/master.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/loader.h"
#include "server/server.h"

enum {
	TICK_MS = 100,
	SHORT_TICK_MS = 10,   /* while a worker is to come */
	YOUNG_DEATHS_MAX = 5, /* while filling: then the generation is given up */
	EXIT_ENDED = 0,
	EXIT_FAULTS = 1,
	EXIT_CANNOT = 2,
	WORKERS_MAX = 1024,
};

static const int64_t second_us = 1000000, retry_us = 10 * INT64_C(1000000);

void bf_master_say(const char *format, ...)
{
	char line[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len >= 0)
		fprintf(stderr, "bangfu: %s\n", line);
}

/* ---- a generation's loader --------------------------------------------------------------- */

/* What the loader must not inherit is closed, what it must is put where it looks. */
static bool arrange_descriptors(const struct bf_master *master, int channel)
{
	int from[] = { channel, master->listener.fd, master->board_fd };

	for (int i = 0; i < 3; i++) {
		from[i] = fcntl(from[i], F_DUPFD, BF_LOADER_FD__MAX);
		if (from[i] < 0)
			return false;
	}
	for (int i = 0; i < 3; i++)
		if (dup2(from[i], BF_LOADER_CHANNEL + i) < 0)
			return false;
	return close_range(BF_LOADER_FD__MAX, ~0U, 0) == 0;
}

static void set_environment(const struct bf_master *master, uint32_t number)
{
	struct bf_buf text;

	bf_buf_init(&text);
	bf_buf_add_int(&text, number);
	setenv(BF_LOADER_ENV, text.data, 1);
	bf_buf_clear(&text);
	bf_children_quarantine(master, &text);
	setenv(BF_QUARANTINE_ENV, text.data, 1);
	bf_buf_release(&text);
}

/* The loader is the program as it is on disk now: a reload takes in a new one. */
__attribute__((noreturn)) static void become_loader(const struct bf_master *master, pid_t parent,
						    uint32_t number, int channel)
{
	char *arguments[] = { "bangfu", "serve", "--config", (char *)(uintptr_t)master->config.file,
			      NULL };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	set_environment(master, number);
	if (getppid() == parent && arrange_descriptors(master, channel))
		execv(master->program, arguments);
	bf_master_say("cannot execute \"%s\": %s", master->program, strerror(errno));
	_exit(EXIT_CANNOT);
}

static struct bf_generation *free_generation(struct bf_master *master)
{
	for (unsigned i = 0; i < BF_GENERATIONS_MAX; i++)
		if (master->generations[i].state == BF_GENERATION_NONE)
			return &master->generations[i];
	return NULL;
}

/* False: it cannot be started now; the next tick tries again. */
static bool start_generation(struct bf_master *master)
{
	struct bf_generation *generation = free_generation(master);
	pid_t parent = getpid();
	int ends[2];

	if (!generation || !bf_channel_pair(ends))
		return false;
	*generation = (struct bf_generation){
		.state = BF_GENERATION_LOADING,
		.number = ++master->newest,
		.channel = ends[0],
	};
	generation->loader = fork();
	if (generation->loader == 0)
		become_loader(master, parent, generation->number, ends[1]);
	close(ends[1]);
	if (generation->loader > 0)
		return true;
	close(ends[0]);
	*generation = (struct bf_generation){ 0 };
	return false;
}

/* ---- what a generation lives through ------------------------------------------------------ */

static struct bf_generation *in_state(struct bf_master *master, enum bf_generation_state state)
{
	for (unsigned i = 0; i < BF_GENERATIONS_MAX; i++)
		if (master->generations[i].state == state)
			return &master->generations[i];
	return NULL;
}

static void end_generation(struct bf_master *master, struct bf_generation *generation)
{
	generation->state = BF_GENERATION_ENDING;
	bf_children_drain(master, generation);
}

static void load_again(struct bf_master *master, int64_t pause_us)
{
	master->load_asked = true;
	master->load_not_before_us = bf_clock_monotonic_us() + pause_us;
}

/* A generation that will not serve. The one before goes on; without one there is nothing to run
 * for, unless waiting helps. */
static void give_up(struct bf_master *master, struct bf_generation *generation, bool db_away)
{
	const struct bf_generation *old = in_state(master, BF_GENERATION_SERVING);

	end_generation(master, generation);
	if (db_away) {
		bf_master_say("the database is away; trying again each second");
		load_again(master, second_us);
		return;
	}
	if (!master->has_served) {
		master->exit_code = EXIT_FAULTS;
		master->stopping = true;
		return;
	}
	master->board.master->reload_faults++;
	bf_master_say("generation %u has faults and does not serve; generation %u goes on",
		      generation->number, old ? old->number : 0);
	if (!old || old->channel < 0)
		load_again(master, retry_us);
}

static void begin_to_serve(struct bf_master *master, struct bf_generation *generation)
{
	struct bf_generation *old = in_state(master, BF_GENERATION_SERVING);

	generation->state = BF_GENERATION_SERVING;
	master->board.master->generation = generation->number;
	if (old)
		end_generation(master, old);
	if (master->has_served) {
		master->board.master->reloads++;
		bf_master_say("generation %u serves with %u workers", generation->number,
			      generation->workers);
	} else {
		bf_master_say("serving on \"%s\" with %u workers", master->config.socket,
			      generation->workers);
	}
	master->has_served = true;
}

static void on_loaded(struct bf_generation *generation, const struct bf_message *message)
{
	if (generation->state != BF_GENERATION_LOADING || !message->workers ||
	    message->workers > WORKERS_MAX)
		return;
	generation->workers = message->workers;
	generation->soft_us = message->soft_ms * 1000;
	generation->hard_us = message->hard_ms * 1000;
	generation->state = BF_GENERATION_FILLING;
}

static void on_message(struct bf_master *master, struct bf_generation *generation,
		       const struct bf_message *message, pid_t sender)
{
	switch (message->kind) {
	case BF_MESSAGE_LOADED:
		on_loaded(generation, message);
		break;
	case BF_MESSAGE_FAILED:
		if (generation->state == BF_GENERATION_LOADING)
			give_up(master, generation, message->db_away);
		break;
	case BF_MESSAGE_STARTED:
		bf_child_started(master, generation, message->slot, sender);
		break;
	case BF_MESSAGE_READY:
		if (bf_child_ready(master, generation, message->slot, sender) &&
		    generation->state == BF_GENERATION_FILLING &&
		    bf_children_ready(master, generation) == generation->workers)
			begin_to_serve(master, generation);
		break;
	default:
		break;
	}
}

/* The loader has gone, or talks nonsense. Its workers serve on, but none can be replaced. */
static void on_closed(struct bf_master *master, struct bf_generation *generation)
{
	close(generation->channel);
	generation->channel = -1;
	if (generation->loader > 0)
		kill(generation->loader, SIGKILL);
	if (generation->state == BF_GENERATION_ENDING)
		return;
	bf_master_say("the loader of generation %u has gone", generation->number);
	if (generation->state == BF_GENERATION_SERVING)
		load_again(master, 0);
	else
		give_up(master, generation, false);
}

static void read_channel(struct bf_master *master, struct bf_generation *generation)
{
	while (generation->channel >= 0) {
		struct bf_message message;
		pid_t sender = 0;

		switch (bf_channel_receive(generation->channel, false, &message, &sender)) {
		case BF_CHANNEL_NOTHING:
			return;
		case BF_CHANNEL_CLOSED:
			on_closed(master, generation);
			return;
		case BF_CHANNEL_MESSAGE:
			on_message(master, generation, &message, sender);
			break;
		}
	}
}

static void read_channels(struct bf_master *master)
{
	for (unsigned i = 0; i < BF_GENERATIONS_MAX; i++)
		if (master->generations[i].state != BF_GENERATION_NONE)
			read_channel(master, &master->generations[i]);
}

/* ---- ends of processes -------------------------------------------------------------------- */

static bool loader_ended(struct bf_master *master, pid_t pid)
{
	for (unsigned i = 0; i < BF_GENERATIONS_MAX; i++) {
		if (master->generations[i].loader != pid)
			continue;
		master->generations[i].loader = 0;
		return true;
	}
	return false;
}

/*
 * A worker says that it is there before it does anything else, so the word of one that has
 * ended lies in its channel: read the channels before the dead are named.
 */
static void bury(struct bf_master *master)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		read_channels(master);
		if (!bf_child_ended(master, pid, status))
			loader_ended(master, pid);
	}
}

/* ---- signals -------------------------------------------------------------------------------- */

/* Both ends of the work: what is being answered is answered, asked twice it is not. */
static void stop(struct bf_master *master)
{
	if (master->stopping) {
		bf_children_kill(master);
		return;
	}
	master->stopping = true;
	bf_master_say("ending");
}

static void read_signals(struct bf_master *master)
{
	struct signalfd_siginfo info;

	while (read(master->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCHLD:
			bury(master);
			break;
		case SIGHUP:
			load_again(master, 0);
			break;
		default:
			stop(master);
			break;
		}
	}
}

static bool open_signals(struct bf_master *master)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	master->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return master->signal_fd >= 0;
}

/* ---- the loop ------------------------------------------------------------------------------ */

/* The loader of a generation goes when no worker is left. */
static void tick_generation(struct bf_master *master, struct bf_generation *generation)
{
	switch (generation->state) {
	case BF_GENERATION_NONE:
	case BF_GENERATION_LOADING:
		break;
	case BF_GENERATION_FILLING:
		if (generation->young_deaths > YOUNG_DEATHS_MAX)
			give_up(master, generation, false);
		else
			bf_children_fill(master, generation);
		break;
	case BF_GENERATION_SERVING:
		bf_children_fill(master, generation);
		break;
	case BF_GENERATION_ENDING:
		if (bf_children_count(master, generation))
			break;
		if (generation->channel >= 0)
			close(generation->channel);
		generation->channel = -1;
		if (generation->loader)
			kill(generation->loader, SIGTERM);
		else
			*generation = (struct bf_generation){ 0 };
		break;
	}
}

static void stop_generations(struct bf_master *master)
{
	bf_listener_close(&master->listener);
	for (unsigned i = 0; i < BF_GENERATIONS_MAX; i++) {
		struct bf_generation *generation = &master->generations[i];

		if (generation->state != BF_GENERATION_NONE &&
		    generation->state != BF_GENERATION_ENDING)
			end_generation(master, generation);
	}
}

/* Returns false when nothing is left to be done. */
static bool tick(struct bf_master *master)
{
	int64_t now_us = bf_clock_monotonic_us();
	bool alive = false;

	if (master->stopping)
		stop_generations(master);
	else if (master->load_asked && now_us >= master->load_not_before_us &&
		 !in_state(master, BF_GENERATION_LOADING) &&
		 !in_state(master, BF_GENERATION_FILLING))
		master->load_asked = !start_generation(master);
	bf_children_tick(master, now_us);
	for (unsigned i = 0; i < BF_GENERATIONS_MAX; i++) {
		tick_generation(master, &master->generations[i]);
		alive = alive || master->generations[i].state != BF_GENERATION_NONE;
	}
	return alive || !master->stopping;
}

static int next_tick_ms(struct bf_master *master)
{
	for (unsigned i = 0; i < BF_GENERATIONS_MAX; i++) {
		const struct bf_generation *generation = &master->generations[i];

		if (generation->state == BF_GENERATION_FILLING ||
		    (generation->state == BF_GENERATION_SERVING &&
		     bf_children_ready(master, generation) < generation->workers))
			return SHORT_TICK_MS;
	}
	return TICK_MS;
}

static void wait_for_something(struct bf_master *master)
{
	struct pollfd polled[BF_GENERATIONS_MAX + 1];
	nfds_t count = 0;

	polled[count++] = (struct pollfd){ .fd = master->signal_fd, .events = POLLIN };
	for (unsigned i = 0; i < BF_GENERATIONS_MAX; i++)
		if (master->generations[i].state != BF_GENERATION_NONE)
			polled[count++] = (struct pollfd){ .fd = master->generations[i].channel,
							   .events = POLLIN };
	if (poll(polled, count, next_tick_ms(master)) < 0 && errno != EINTR)
		BF_BUG("the master cannot poll: %s", strerror(errno));
}

static int run(struct bf_master *master)
{
	master->load_asked = true;
	while (tick(master)) {
		wait_for_something(master);
		read_signals(master);
		read_channels(master);
	}
	return master->exit_code;
}

/* ---- the start ------------------------------------------------------------------------------- */

static bool set_up(struct bf_master *master, struct bf_err *err)
{
	ssize_t len = readlink("/proc/self/exe", master->program, sizeof(master->program) - 1);

	if (len <= 0) {
		bf_err_set(err, BF_FAULT, "cannot read /proc/self/exe: %s", strerror(errno));
		return false;
	}
	master->program[len] = '\0';
	prctl(PR_SET_NAME, "bangfu:master");
	/* Workers are forked by loaders, whose children they are not to stay. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || !open_signals(master)) {
		bf_err_set(err, BF_FAULT, "cannot watch processes: %s", strerror(errno));
		return false;
	}
	master->board_fd = bf_board_make(&master->board);
	if (master->board_fd < 0) {
		bf_err_set(err, BF_FAULT, "cannot make shared memory: %s", strerror(errno));
		return false;
	}
	return bf_listener_open(&master->listener, master->config.socket, master->config.web_user,
				err) == BF_OK;
}

/* Faults of the configuration stop a start before anything is begun. */
static bool read_config(struct bf_master *master, const char *config_file)
{
	struct bf_faults faults;

	bf_faults_init(&faults, master->pool);
	bf_config_read(&master->config, master->pool, config_file, &faults);
	for (const struct bf_fault *fault = faults.first; fault; fault = fault->next)
		bf_master_say("%s", fault->text);
	return faults.count == 0;
}

int bf_server_run(const char *config_file)
{
	struct bf_pool *pool;
	struct bf_master *master;
	struct bf_err err = { 0 };
	int exit_code = EXIT_FAULTS;

	if (getenv(BF_LOADER_ENV))
		return bf_server_loader(config_file);
	pool = bf_pool_new(NULL);
	master = bf_pool_zalloc(pool, sizeof(*master));
	master->pool = pool;
	if (read_config(master, config_file)) {
		if (set_up(master, &err))
			exit_code = run(master);
		else
			bf_master_say("%s", err.text);
	}
	bf_pool_free(pool);
	return exit_code;
}
