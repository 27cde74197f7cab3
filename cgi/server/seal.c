/* seal: read downwards: no new privileges, paths and ports (Landlock), calls (seccomp). */
#include "server/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static enum bf_rc cannot(const char *what, int error, struct bf_err *err)
{
	return bf_err_set(err, BF_FAULT,
			  "cannot seal the process: %s: %s. With seal = degrade bangfu starts "
			  "without it.",
			  what, strerror(error));
}

/* ---- Landlock --------------------------------------------------------------------------- */

/* By number: the headers of Debian 12 are older than the kernels that it runs on. */
enum landlock_call { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { ASK_VERSION = 1, RULE_PATH = 1, RULE_PORT = 2 };

#define BIT(n) (UINT64_C(1) << (n))

enum {
	EXECUTE,
	WRITE_FILE,
	READ_FILE,
	READ_DIR,
	REMOVE_DIR,
	REMOVE_FILE,
	MAKE_CHAR,
	MAKE_DIR,
	MAKE_REG,
	MAKE_SOCK,
	MAKE_FIFO,
	MAKE_BLOCK,
	MAKE_SYM,
	REFER,
	TRUNCATE,
	IOCTL_DEV,
};
enum { BIND_TCP, CONNECT_TCP };
enum { SCOPE_ABSTRACT_SOCKET, SCOPE_SIGNAL };

static const uint64_t reading = BIT(READ_FILE) | BIT(READ_DIR);
static const uint64_t writing = BIT(READ_FILE) | BIT(READ_DIR) | BIT(WRITE_FILE) |
				BIT(REMOVE_FILE) | BIT(REMOVE_DIR) | BIT(MAKE_REG) | BIT(MAKE_DIR) |
				BIT(REFER) | BIT(TRUNCATE);
/* What a rule may say of a file; the others are about folders. */
static const uint64_t of_files =
	BIT(EXECUTE) | BIT(WRITE_FILE) | BIT(READ_FILE) | BIT(TRUNCATE) | BIT(IOCTL_DEV);

struct ruleset {
	uint64_t paths, ports, scopes;
};
struct path_rule {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));
struct port_rule {
	uint64_t allowed, port;
};

/* What each version of the kernel's interface can handle; it refuses what it does not know. */
static struct ruleset ruleset_of(long version)
{
	struct ruleset rules = { .paths = BIT(MAKE_SYM + 1) - 1 };

	if (version >= 2)
		rules.paths |= BIT(REFER);
	if (version >= 3)
		rules.paths |= BIT(TRUNCATE);
	if (version >= 4)
		rules.ports = BIT(BIND_TCP) | BIT(CONNECT_TCP);
	if (version >= 5)
		rules.paths |= BIT(IOCTL_DEV);
	if (version >= 6)
		rules.scopes = BIT(SCOPE_ABSTRACT_SOCKET) | BIT(SCOPE_SIGNAL);
	return rules;
}

static int allow_path(int rules, const char *path, uint64_t allowed)
{
	struct path_rule rule = { .fd = open(path, O_PATH | O_CLOEXEC) };
	struct stat what;
	int error = 0;

	if (rule.fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
	rule.allowed =
		fstat(rule.fd, &what) == 0 && S_ISDIR(what.st_mode) ? allowed : allowed & of_files;
	if (syscall(ADD_RULE, rules, RULE_PATH, &rule, 0) < 0)
		error = errno;
	close(rule.fd);
	return error;
}

static int allow_paths(int rules, const char *const *paths, uint64_t allowed)
{
	int error = 0;

	for (size_t i = 0; !error && paths && paths[i]; i++)
		error = allow_path(rules, paths[i], allowed);
	return error;
}

static int allow_ports(int rules, const struct bf_seal *seal)
{
	for (size_t i = 0; i < seal->tcp_port_count; i++) {
		struct port_rule rule = { BIT(CONNECT_TCP), seal->tcp_ports[i] };

		if (syscall(ADD_RULE, rules, RULE_PORT, &rule, 0) < 0)
			return errno;
	}
	return 0;
}

/* 0, or why not. */
static int restrict_files(const struct bf_seal *seal)
{
	long version = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
	struct ruleset handled = ruleset_of(version);
	int rules, error;

	if (version < 1)
		return version < 0 ? errno : ENOSYS;
	rules = (int)syscall(CREATE_RULESET, &handled, sizeof(handled), 0);
	if (rules < 0)
		return errno;
	error = allow_paths(rules, seal->reads, reading & handled.paths);
	if (!error)
		error = allow_paths(rules, seal->writes, writing & handled.paths);
	if (!error && handled.ports)
		error = allow_ports(rules, seal);
	if (!error && syscall(RESTRICT_SELF, rules, 0) < 0)
		error = errno;
	close(rules);
	return error;
}

/* ---- seccomp ----------------------------------------------------------------------------- */

/* A list of what is denied survives a new C library; each hit kills. */
static const int denied[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(kcmp),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsmount),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(personality),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(lookup_dcookie),
};

/* Families that nobody here ever needs, and what speaks past the kernel's protocols. */
static const int denied_families[] = {
	AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK, AF_KEY, AF_BLUETOOTH
};

enum { SOCKET_TYPE_MASK = 0xf };

static int deny(scmp_filter_ctx filter, int call)
{
	int error = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0);

	return error == -EEXIST ? 0 : error;
}

static int deny_where(scmp_filter_ctx filter, int call, struct scmp_arg_cmp where)
{
	return seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 1, where);
}

/* No memory becomes code. */
static int deny_code(scmp_filter_ctx filter)
{
	static const int calls[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(pkey_mprotect) };
	int error = 0;

	for (size_t i = 0; !error && i < sizeof(calls) / sizeof(calls[0]); i++)
		error = deny_where(filter, calls[i],
				   SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	return error;
}

static int deny_sockets(scmp_filter_ctx filter, unsigned allows)
{
	int error = 0;

	if (!(allows & (BF_SEAL_LOCAL_SOCKETS | BF_SEAL_INTERNET_SOCKETS))) {
		error = deny(filter, SCMP_SYS(socket));
		return error ? error : deny(filter, SCMP_SYS(socketpair));
	}
	if (!(allows & BF_SEAL_INTERNET_SOCKETS))
		return deny_where(filter, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_NE, AF_UNIX));
	if (!(allows & BF_SEAL_LOCAL_SOCKETS))
		error = deny_where(filter, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
	for (size_t i = 0; !error && i < sizeof(denied_families) / sizeof(denied_families[0]); i++)
		error = deny_where(filter, SCMP_SYS(socket),
				   SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)denied_families[i]));
	if (!error)
		error = deny_where(filter, SCMP_SYS(socket),
				   SCMP_A1(SCMP_CMP_MASKED_EQ, SOCKET_TYPE_MASK, SOCK_RAW));
	return error ? error
		     : deny_where(filter, SCMP_SYS(socket),
				  SCMP_A1(SCMP_CMP_MASKED_EQ, SOCKET_TYPE_MASK, SOCK_PACKET));
}

/* Threads come from clone: where clone3, whose flags no filter can see, is not there. */
static int deny_processes(scmp_filter_ctx filter)
{
	int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

	if (!error)
		error = deny_where(filter, SCMP_SYS(clone),
				   SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	if (!error)
		error = deny(filter, SCMP_SYS(fork));
	return error ? error : deny(filter, SCMP_SYS(vfork));
}

/* 0, or why not. */
static int restrict_calls(const struct bf_seal *seal)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int error = filter ? 0 : -ENOMEM;

	if (!error) /* the calls of another architecture would go past the list */
		error = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	for (size_t i = 0; !error && i < sizeof(denied) / sizeof(denied[0]); i++)
		error = deny(filter, denied[i]);
	if (!error)
		error = deny_code(filter);
	if (!error)
		error = deny_sockets(filter, seal->allows);
	if (!error && !(seal->allows & BF_SEAL_PROCESSES))
		error = deny_processes(filter);
	if (!error)
		error = seccomp_load(filter);
	seccomp_release(filter);
	return -error;
}

/* ---- all of it --------------------------------------------------------------------------- */

static const char *const missing[2][2] = {
	{ "", "seccomp" },
	{ "Landlock", "Landlock, seccomp" },
};

enum bf_rc bf_seal_set(const struct bf_seal *seal, const char **ret_missing, struct bf_err *err)
{
	int files, calls;

	/* Without this neither of the others can be set by an ordinary user. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return cannot("no_new_privs", errno, err);
	files = restrict_files(seal);
	if (files && !seal->degrade)
		return cannot("Landlock", files, err);
	calls = restrict_calls(seal);
	if (calls && !seal->degrade)
		return cannot("seccomp", calls, err);
	*ret_missing = missing[files != 0][calls != 0];
	return BF_OK;
}
