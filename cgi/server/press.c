/* press: read downwards: both ends of the socketpair, the child, the parent. */
#include "server/press.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "press/module.h"
#include "server/seal.h"
#include "server/worker.h"

enum {
	EXIT_ENDED = 0,
	EXIT_CANNOT = 2,
	READY_MS = 20000, /* for libraries of a hundred files on a busy host */
	MODULES_MAX = 4,
	NAME_MAX_BYTES = 32,
	DESCRIPTORS_MAX = 64,
	PATH_BYTES = 4096,
};

struct answer_head {
	uint32_t end, size;
};

/* ---- both ends --------------------------------------------------------------------------- */

static bool wait_until(int fd, short what, int64_t until_us)
{
	struct pollfd pollfd = { .fd = fd, .events = what };
	int64_t left_ms;
	int n;

	do {
		left_ms = until_us == INT64_MAX ? -1
						: (until_us - bf_clock_monotonic_us()) / 1000 + 1;
		if (until_us != INT64_MAX && left_ms <= 0)
			return false;
		n = poll(&pollfd, 1, (int)left_ms);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

/* False: the other end is gone, or the time is over. */
static bool give(int fd, const void *bytes, size_t size, int64_t until_us)
{
	const char *at = bytes;

	while (size) {
		ssize_t n = send(fd, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			at += n;
			size -= (size_t)n;
		} else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
			return false;
		} else if (!wait_until(fd, POLLOUT, until_us)) {
			return false;
		}
	}
	return true;
}

static bool take(int fd, void *ret_bytes, size_t size, int64_t until_us)
{
	char *at = ret_bytes;

	while (size) {
		ssize_t n = recv(fd, at, size, MSG_DONTWAIT);

		if (n > 0) {
			at += n;
			size -= (size_t)n;
		} else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
			return false;
		} else if (!wait_until(fd, POLLIN, until_us)) {
			return false;
		}
	}
	return true;
}

/* ---- the child --------------------------------------------------------------------------- */

struct output {
	struct bf_press_answer answer; /* first: modules see this alone */
	struct bf_buf bytes;
	size_t max;
};

static bool add(struct bf_press_answer *answer, const void *bytes, size_t size)
{
	struct output *output = (struct output *)answer;

	if (size > output->max - output->bytes.len)
		return false;
	bf_buf_add(&output->bytes, bytes, size);
	return true;
}

static const struct bf_press_module *load_module(const char *file)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	void *symbol = library ? dlsym(library, BF_PRESS_ENTRY) : NULL;
	const struct bf_press_module *module = NULL;

	if (symbol) {
		bf_press_entry *entry;

		memcpy(&entry, &symbol, sizeof(entry));
		module = entry();
	}
	if (!module)
		fprintf(stderr, "bangfu: press: cannot load the module: %s\n", dlerror());
	else if (module->magic != BF_PRESS_MAGIC || module->size != sizeof(*module))
		fprintf(stderr, "bangfu: press: module \"%s\" was built for another bangfu\n",
			file);
	else
		return module;
	return NULL;
}

/* Bytes of data that this process has now, by the kernel's own count. */
static rlim_t data_bytes(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file && fscanf(file, "%*u %*u %*u %*u %*u %lu", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static bool limit(int what, rlim_t most)
{
	const struct rlimit both = { most, most };

	return setrlimit((__rlimit_resource_t)what, &both) == 0;
}

static bool set_limits(const struct bf_press_module *module)
{
	rlim_t now = data_bytes();

	return now &&
	       (BF_SANITIZED || limit(RLIMIT_DATA, now + ((rlim_t)module->memory_mib << 20))) &&
	       limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, DESCRIPTORS_MAX) &&
	       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/* Libraries first, then nothing more: what came from strangers is read behind the seal alone. */
static bool get_ready(const struct bf_press_module *module, bool degrade)
{
	const struct bf_seal seal = { .reads = module->reads, .degrade = degrade };
	const char *missing;
	struct bf_err err = { 0 };

	if (!module->ready())
		return false;
	if (!set_limits(module)) {
		fprintf(stderr, "bangfu: press \"%s\": cannot set its limits: %s\n", module->name,
			strerror(errno));
		return false;
	}
	if (bf_seal_set(&seal, &missing, &err) != BF_OK) {
		fprintf(stderr, "bangfu: press \"%s\": %s\n", module->name, err.text);
		return false;
	}
	if (*missing)
		fprintf(stderr, "bangfu: press \"%s\" is sealed without %s\n", module->name,
			missing);
	/* The last word is said: from here a write to the log fails, too, instead of killing. */
	signal(SIGXFSZ, SIG_IGN);
	return limit(RLIMIT_FSIZE, 0);
}

/* SIGPROF ends the process, wherever it is. 0 stops the clock. */
static void set_cpu_clock(uint32_t ms)
{
	const struct itimerval clock = { .it_value = { ms / 1000, ms % 1000 * 1000 } };

	setitimer(ITIMER_PROF, &clock, NULL);
}

static bool answer_one(const struct bf_press_module *module, struct bf_str request)
{
	struct output output = { .answer = { .add = add }, .max = module->answer_max };
	struct answer_head head = { .end = BF_PRESS_DONE };
	bool sent;

	bf_buf_init(&output.bytes);
	set_cpu_clock(module->cpu_ms);
	if (!module->work(request.p, request.len, &output.answer)) {
		head.end = BF_PRESS_REFUSED;
		output.answer.reason[BF_PRESS_REASON_BYTES - 1] = '\0';
		bf_buf_clear(&output.bytes);
		bf_buf_add_text(&output.bytes, output.answer.reason);
	}
	set_cpu_clock(0);
	head.size = (uint32_t)output.bytes.len;
	sent = give(STDIN_FILENO, &head, sizeof(head), INT64_MAX) &&
	       give(STDIN_FILENO, output.bytes.data, output.bytes.len, INT64_MAX);
	bf_buf_release(&output.bytes);
	return sent;
}

static void serve(const struct bf_press_module *module)
{
	struct bf_buf request;
	uint32_t size;

	bf_buf_init(&request);
	while (take(STDIN_FILENO, &size, sizeof(size), INT64_MAX) && size <= module->request_max) {
		bf_buf_clear(&request);
		bf_buf_reserve(&request, size);
		if (!take(STDIN_FILENO, request.data, size, INT64_MAX) ||
		    !answer_one(module, (struct bf_str){ request.data, size }))
			break;
	}
	bf_buf_release(&request);
}

int bf_press_main(int argc, char **argv)
{
	const struct bf_press_module *module;
	struct bf_press_hello hello = { .magic = BF_PRESS_MAGIC };

	if (argc != 4) {
		fputs("bangfu: press is a child of `bangfu jobs`: press MODULE.so "
		      "require|degrade\n",
		      stderr);
		return EXIT_CANNOT;
	}
	prctl(PR_SET_NAME, "bangfu:press");
	module = load_module(argv[2]);
	if (!module || !get_ready(module, strcmp(argv[3], "degrade") == 0))
		return EXIT_CANNOT;
	hello.wall_ms = module->wall_ms;
	hello.request_max = module->request_max;
	hello.answer_max = module->answer_max;
	if (give(STDIN_FILENO, &hello, sizeof(hello), INT64_MAX))
		serve(module);
	return EXIT_ENDED;
}

/* ---- the parent -------------------------------------------------------------------------- */

struct child {
	char name[NAME_MAX_BYTES + 1]; /* of its module; "" of a free place */
	pid_t pid;                     /* 0: there is none */
	int fd;
	struct bf_press_hello hello;
};

struct press {
	struct bf_press press; /* first: askers see this alone */
	const char *folder;
	bool degrade;
	struct child children[MODULES_MAX];
};

/* Kills it where it still lives; tells how it ended where it did so by itself. */
static void end(struct child *child)
{
	int status = 0;

	if (!child->pid)
		return;
	close(child->fd);
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		fprintf(stderr, "bangfu: press \"%s\" ended by signal %d\n", child->name,
			WTERMSIG(status));
	child->pid = 0;
}

static void end_all(void *arg)
{
	struct press *press = arg;

	for (size_t i = 0; i < MODULES_MAX; i++)
		end(&press->children[i]);
}

/* Between fork and exec: calls alone, for memory is the parent's. */
static void become(int fd, char **arguments)
{
	static char *const environment[] = { "LC_ALL=C.UTF-8", NULL };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(fd, STDIN_FILENO) == STDIN_FILENO && close_range(STDERR_FILENO + 1, ~0U, 0) == 0)
		execve("/proc/self/exe", arguments, environment);
	_exit(EXIT_CANNOT);
}

static enum bf_rc start(const struct press *press, struct child *child, struct bf_err *err)
{
	char file[PATH_BYTES];
	char *arguments[] = { "bangfu", "press", file, press->degrade ? "degrade" : "require",
			      NULL };
	int ends[2], n = snprintf(file, sizeof(file), "%s/%s.so", press->folder, child->name);

	if (n < 0 || (size_t)n >= sizeof(file))
		return bf_err_set(err, BF_FAULT, "the path of press \"%s\" is too long",
				  child->name);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return bf_err_set(err, BF_BUSY, "press \"%s\" could not get a socketpair: %s",
				  child->name, strerror(errno));
	child->pid = fork();
	if (child->pid == 0)
		become(ends[1], arguments);
	close(ends[1]);
	child->fd = ends[0];
	if (child->pid < 0) {
		child->pid = 0;
		close(ends[0]);
		return bf_err_set(err, BF_BUSY, "press \"%s\" could not be forked: %s", child->name,
				  strerror(errno));
	}
	if (take(child->fd, &child->hello, sizeof(child->hello),
		 bf_clock_monotonic_us() + READY_MS * INT64_C(1000)) &&
	    child->hello.magic == BF_PRESS_MAGIC)
		return BF_OK;
	end(child);
	return bf_err_set(err, BF_FAULT,
			  "press \"%s\" did not get ready: its reason stands on standard error",
			  child->name);
}

static struct child *child_of(struct press *press, const char *module)
{
	for (size_t i = 0; i < MODULES_MAX; i++) {
		struct child *child = &press->children[i];

		if (!child->name[0])
			snprintf(child->name, sizeof(child->name), "%s", module);
		if (strcmp(child->name, module) == 0)
			return child;
	}
	BF_BUG("more than %d modules of the press, or a long name: \"%s\"", MODULES_MAX, module);
}

/* Whether the process has ended since the last request, such as by an operator's hand. */
static bool is_gone(const struct child *child)
{
	return wait_until(child->fd, POLLIN, bf_clock_monotonic_us() + 1);
}

static bool exchange(const struct child *child, struct bf_str request, struct bf_pool *pool,
		     struct bf_pressed *ret_pressed)
{
	int64_t until_us = bf_clock_monotonic_us() + child->hello.wall_ms * INT64_C(1000);
	uint32_t size = (uint32_t)request.len;
	struct answer_head head;
	char *bytes;

	if (!give(child->fd, &size, sizeof(size), until_us) ||
	    !give(child->fd, request.p, request.len, until_us) ||
	    !take(child->fd, &head, sizeof(head), until_us) || head.end > BF_PRESS_REFUSED ||
	    head.size > child->hello.answer_max)
		return false;
	bytes = bf_pool_alloc(pool, head.size + 1);
	bytes[head.size] = '\0';
	if (!take(child->fd, bytes, head.size, until_us))
		return false;
	*ret_pressed = (struct bf_pressed){ head.end, { bytes, head.size } };
	return true;
}

static enum bf_rc ask(struct bf_press *base, const char *module, struct bf_str request,
		      struct bf_pool *pool, struct bf_pressed *ret_pressed, struct bf_err *err)
{
	struct press *press = (struct press *)base;
	struct child *child = child_of(press, module);
	enum bf_rc rc = BF_OK;

	if (child->pid && is_gone(child))
		end(child);
	if (!child->pid)
		rc = start(press, child, err);
	if (rc != BF_OK)
		return rc;
	if (request.len > child->hello.request_max)
		return bf_err_set(err, BF_TOO_LARGE, "press \"%s\" takes %ju bytes, not %zu",
				  module, (uintmax_t)child->hello.request_max, request.len);
	if (!exchange(child, request, pool, ret_pressed)) {
		end(child);
		*ret_pressed = (struct bf_pressed){ BF_PRESS_DIED, BF_STR("") };
	}
	return BF_OK;
}

struct bf_press *bf_press_new(struct bf_pool *pool, const struct bf_config *config)
{
	struct press *press = bf_pool_zalloc(pool, sizeof(*press));

	press->press.ask = ask;
	press->folder = config->press;
	press->degrade = config->seal == BF_SEAL_DEGRADE;
	bf_pool_defer(pool, end_all, press);
	return &press->press;
}

int bf_press_pid(const struct bf_press *base, const char *module)
{
	const struct press *press = (const struct press *)base;

	for (size_t i = 0; i < MODULES_MAX; i++)
		if (strcmp(press->children[i].name, module) == 0)
			return (int)press->children[i].pid;
	return 0;
}
