/*
 * seal: what a process gives up for ever before it touches what strangers sent: new privileges,
 * files beyond a list (Landlock), sockets, programs, other processes, new code (seccomp). A
 * forbidden call kills the process; a forbidden path is EACCES.
 *
 * Libraries open files and make code at their first use: make them ready before.
 */
#ifndef BF_SERVER_SEAL_H
#define BF_SERVER_SEAL_H

#include "base/err.h"

enum bf_seal_allows {
	BF_SEAL_LOCAL_SOCKETS = 1 << 0, /* AF_UNIX */
	BF_SEAL_INTERNET_SOCKETS = 1
				   << 1, /* TCP to tcp_ports, where the kernel has the rule; UDP */
	BF_SEAL_PROCESSES = 1 << 2,      /* fork; threads are always allowed */
};

struct bf_seal {
	unsigned allows; /* of enum bf_seal_allows */
	/* Files and folders with all below them, ended by NULL; NULL: none. One that is not there
	 * is left out. */
	const char *const *reads;
	const char *const *writes; /* folders: reading, making, renaming and removing files */
	const uint16_t *tcp_ports; /* that may be connected to */
	size_t tcp_port_count;
	bool degrade; /* go on without what the kernel does not have */
};

/*
 * Seals the calling thread and all that it starts; it must be the only one. *ret_missing is what
 * a degraded seal lacks, with commas between, "" where it is whole (static). Fails with BF_FAULT
 * where the kernel has no such thing and the seal may not be degraded; what was sealed stays so.
 */
BF_MUST_CHECK enum bf_rc bf_seal_set(const struct bf_seal *seal, const char **ret_missing,
				     struct bf_err *err);

#endif
