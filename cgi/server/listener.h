/* listener: the socket that the web server connects to. */
#ifndef BF_SERVER_LISTENER_H
#define BF_SERVER_LISTENER_H

#include <sys/types.h>

#include "base/err.h"

struct bf_listener {
	int fd;
	const char *path; /* borrowed */
	dev_t device;     /* of the file, so that nobody else's is removed */
	ino_t inode;
};

/*
 * Listens at a path: made under another name with mode 0660 and the web server's group, then
 * renamed, so that it is never there half-made. web_user "" leaves the group. Fails with
 * BF_FAULT, also where another process answers at the path.
 */
BF_MUST_CHECK enum bf_rc bf_listener_open(struct bf_listener *listener, const char *path,
					  const char *web_user, struct bf_err *err);
/* Closes it and takes its path away, unless that is another's meanwhile. */
void bf_listener_close(struct bf_listener *listener);

#endif
