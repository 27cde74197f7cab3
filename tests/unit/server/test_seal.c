/* Each forbidden act is done in a sealed child: the kernel kills it, or says no. */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/seal.h"

enum { DONE = 0, REFUSED = 7, NOT_SEALED = 9 };

typedef void act(void);

static char folder[] = "/tmp/bangfu-seal-XXXXXX";
static char inside[64], outside[64];

/* How a sealed child ended that did this: its exit code, or 128 and its signal. */
static int end_of(const struct bf_seal *seal, act *forbidden)
{
	const struct rlimit none = { 0, 0 };
	const char *missing;
	int status;
	pid_t child = fork();

	if (child == 0) {
		setrlimit(RLIMIT_CORE, &none);
		if (bf_seal_set(seal, &missing, NULL) != BF_OK || *missing)
			_exit(NOT_SEALED);
		forbidden();
		_exit(DONE);
	}
	assert_true(child > 0);
	assert_int_equal(child, waitpid(child, &status, 0));
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* For acts that are denied and not deadly. */
static void expect_no(bool done, int wanted)
{
	_exit(done ? DONE : errno == wanted ? REFUSED : NOT_SEALED);
}

static void execute(void)
{
	execl("/bin/true", "true", NULL);
}
static void trace(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}
static void mount_it(void)
{
	mount("none", "/tmp", "tmpfs", 0, NULL);
}
static void unshare_it(void)
{
	unshare(CLONE_NEWUSER);
}
static void keys(void)
{
	syscall(SYS_keyctl, 0, 0, 0, 0, 0);
}
static void program_kernel(void)
{
	syscall(SYS_bpf, 0, NULL, 0);
}
static void ring(void)
{
	syscall(SYS_io_uring_setup, 1, NULL);
}
static void module(void)
{
	syscall(SYS_finit_module, -1, "", 0);
}
static void read_other(void)
{
	syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
}
static void map_code(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(page, 4096, PROT_READ | PROT_EXEC);
}
static void fork_it(void)
{
	if (fork() == 0)
		_exit(DONE);
}
static void local_socket(void)
{
	socket(AF_UNIX, SOCK_STREAM, 0);
}
static void internet_socket(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}
static void netlink_socket(void)
{
	socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}
static void raw_socket(void)
{
	socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
}
static void packet_socket(void)
{
	socket(AF_PACKET, SOCK_DGRAM, 0);
}
static void open_outside(void)
{
	expect_no(open(outside, O_RDONLY) >= 0, EACCES);
}
static void write_inside(void)
{
	expect_no(open(inside, O_WRONLY) >= 0, EACCES);
}
static void read_inside(void)
{
	_exit(open(inside, O_RDONLY) >= 0 ? DONE : NOT_SEALED);
}
static void replace_inside(void)
{
	char fresh[80];
	int fd;

	snprintf(fresh, sizeof(fresh), "%s.new", inside);
	fd = open(fresh, O_CREAT | O_EXCL | O_WRONLY, 0600);
	_exit(fd >= 0 && write(fd, "b", 1) == 1 && rename(fresh, inside) == 0 ? DONE : NOT_SEALED);
}
/* Where the kernel knows ports (Landlock 4) it says EACCES, else nobody listens there. */
static void connect_elsewhere(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		_exit(NOT_SEALED);
	_exit(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ? DONE : REFUSED);
}

static void test_deadly_acts(void **state)
{
	static const struct bf_seal nothing = { 0 };
	static act *const acts[] = { execute,      trace,      mount_it,       unshare_it,
				     keys,         ring,       module,         program_kernel,
				     read_other,   map_code,   make_code,      fork_it,
				     local_socket, raw_socket, netlink_socket, internet_socket };

	(void)state;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		assert_int_equal(128 + SIGSYS, end_of(&nothing, acts[i]));
}

static void test_sockets_that_are_allowed(void **state)
{
	static const struct bf_seal local = { .allows = BF_SEAL_LOCAL_SOCKETS };
	static const struct bf_seal internet = { .allows = BF_SEAL_INTERNET_SOCKETS };

	(void)state;
	assert_int_equal(DONE, end_of(&local, local_socket));
	assert_int_equal(128 + SIGSYS, end_of(&local, internet_socket));
	assert_int_equal(DONE, end_of(&internet, internet_socket));
	assert_int_equal(128 + SIGSYS, end_of(&internet, raw_socket));
	assert_int_equal(128 + SIGSYS, end_of(&internet, packet_socket));
	assert_int_equal(128 + SIGSYS, end_of(&internet, netlink_socket));
	assert_int_equal(REFUSED, end_of(&internet, connect_elsewhere));
}

static void test_paths(void **state)
{
	const char *const paths[] = { folder, "/nonexistent/bangfu", NULL };
	const struct bf_seal nothing = { 0 }, reads = { .reads = paths },
			     writes = { .writes = paths };

	(void)state;
	assert_int_equal(REFUSED, end_of(&nothing, open_outside));
	assert_int_equal(REFUSED, end_of(&reads, open_outside));
	assert_int_equal(DONE, end_of(&reads, read_inside));
	assert_int_equal(REFUSED, end_of(&reads, write_inside));
	assert_int_equal(DONE, end_of(&writes, replace_inside));
	assert_int_equal(REFUSED, end_of(&writes, open_outside));
}

static void test_processes_that_are_allowed(void **state)
{
	static const struct bf_seal processes = { .allows = BF_SEAL_PROCESSES };

	(void)state;
	assert_int_equal(DONE, end_of(&processes, fork_it));
}

static int make_files(void **state)
{
	int fd;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(inside, sizeof(inside), "%s/inside", folder);
	snprintf(outside, sizeof(outside), "%s.outside", folder);
	fd = open(inside, O_CREAT | O_WRONLY, 0600);
	close(fd);
	close(open(outside, O_CREAT | O_WRONLY, 0600));
	return fd >= 0 ? 0 : -1;
}

static int remove_files(void **state)
{
	(void)state;
	unlink(inside);
	unlink(outside);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deadly_acts),
		cmocka_unit_test(test_sockets_that_are_allowed),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_processes_that_are_allowed),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
