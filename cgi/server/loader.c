#include "server/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/channel.h"
#include "server/worker.h"

enum { EXIT_ENDED = 0, EXIT_FAULTS = 1, LOG_MODE = 0640, ADOPTION_PAUSE_NS = 50000 };

struct loader {
	struct bf_pool *pool;
	pid_t master;
	struct bf_config config;
	struct bf_worker_start start; /* what each worker gets, but for the slot */
};

/* ---- loading --------------------------------------------------------------------------- */

static void print_faults(const struct bf_faults *faults)
{
	for (const struct bf_fault *fault = faults->first; fault; fault = fault->next)
		fprintf(stderr, "bangfu: %s\n", fault->text);
}

static void find_peer(struct loader *loader, struct bf_faults *faults)
{
	const char *name = loader->config.web_user;
	const struct passwd *user;

	loader->start.any_peer = !*name;
	if (!*name)
		return;
	user = getpwnam(name);
	if (user)
		loader->start.peer = user->pw_uid;
	else
		bf_faults_add(faults, loader->config.file, 0,
			      "web_user \"%s\" is no user of this host", name);
}

static void open_log(struct loader *loader, struct bf_faults *faults)
{
	const char *path = loader->config.log;

	loader->start.log = STDERR_FILENO;
	if (!*path)
		return;
	loader->start.log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, LOG_MODE);
	if (loader->start.log < 0)
		bf_faults_add(faults, loader->config.file, 0, "cannot open log \"%s\": %s", path,
			      strerror(errno));
}

/* Everything of the generation that workers share. False: it has faults, which are printed. */
static bool load(struct loader *loader, const char *config_file, bool *ret_db_away)
{
	struct bf_faults faults, refused;
	const char *quarantine = getenv(BF_QUARANTINE_ENV);

	bf_faults_init(&faults, loader->pool);
	bf_faults_init(&refused, loader->pool);
	bf_config_read(&loader->config, loader->pool, config_file, &faults);
	if (quarantine)
		loader->config.quarantine = quarantine;
	if (!faults.count) {
		find_peer(loader, &faults);
		open_log(loader, &faults);
	}
	if (!faults.count)
		loader->start.app =
			bf_app_load(loader->pool, &loader->config, &faults, &refused, ret_db_away);
	print_faults(&faults);
	print_faults(&refused);
	loader->start.config = &loader->config;
	return loader->start.app != NULL;
}

/* ---- forking --------------------------------------------------------------------------- */

/*
 * In the new process: its maker ends at once, so the master adopts it. From then on it dies
 * with the master, and only then it says that it is there.
 */
static bool join_master(const struct loader *loader, pid_t maker)
{
	struct bf_message started = { .kind = BF_MESSAGE_STARTED, .slot = loader->start.slot };

	while (getppid() == maker)
		nanosleep(&(struct timespec){ .tv_nsec = ADOPTION_PAUSE_NS }, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return getppid() == loader->master && bf_channel_send(loader->start.channel, &started);
}

/* A worker is forked twice, so that it becomes a child of the master, who alone can see the end
 * of it without delay. */
static void fork_worker(struct loader *loader, uint32_t slot)
{
	pid_t maker = fork();

	loader->start.slot = slot;
	if (maker == 0) {
		pid_t self = getpid(), worker = fork();

		if (worker != 0)
			_exit(worker > 0 ? EXIT_ENDED : EXIT_FAULTS);
		exit(join_master(loader, self) ? bf_server_worker(&loader->start) : EXIT_FAULTS);
	}
	if (maker < 0)
		fprintf(stderr, "bangfu: could not fork a worker: %s\n", strerror(errno));
	else
		waitpid(maker, NULL, 0);
}

static int serve_master(struct loader *loader)
{
	struct bf_message message;
	pid_t sender;

	while (bf_channel_receive(BF_LOADER_CHANNEL, true, &message, &sender) == BF_CHANNEL_MESSAGE)
		if (message.kind == BF_MESSAGE_FORK)
			fork_worker(loader, message.slot);
	return EXIT_ENDED;
}

/* ---- its life -------------------------------------------------------------------------- */

static void set_signals(void)
{
	sigset_t none;

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int bf_server_loader(const char *config_file)
{
	struct loader loader = { .pool = bf_pool_new(NULL), .master = getppid() };
	struct bf_message message = { .kind = BF_MESSAGE_FAILED };
	bool db_away = false;
	char title[16];
	int64_t number = 0;

	bf_str_int(bf_str(getenv(BF_LOADER_ENV)), &number);
	snprintf(title, sizeof(title), "bangfu:load.%u", (unsigned)number);
	prctl(PR_SET_NAME, title);
	set_signals();
	loader.start = (struct bf_worker_start){
		.generation = (uint32_t)number,
		.listener = BF_LOADER_LISTENER,
		.board = BF_LOADER_BOARD,
		.channel = BF_LOADER_CHANNEL,
	};
	tzset();
	if (sodium_init() >= 0 && load(&loader, config_file, &db_away))
		message = (struct bf_message){
			.kind = BF_MESSAGE_LOADED,
			.workers = (uint32_t)loader.config.workers,
			.soft_ms = loader.config.soft_deadline_ms,
			.hard_ms = loader.config.hard_deadline_ms,
		};
	message.db_away = db_away;
	if (!bf_channel_send(BF_LOADER_CHANNEL, &message) || message.kind != BF_MESSAGE_LOADED)
		return EXIT_FAULTS;
	return serve_master(&loader);
}
