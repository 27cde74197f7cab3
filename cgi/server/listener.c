#include "server/listener.h"

#include <errno.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, SOCKET_MODE = 0660 };

static enum bf_rc set_address(struct sockaddr_un *address, const char *path, const char *suffix,
			      struct bf_err *err)
{
	int len;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	len = snprintf(address->sun_path, sizeof(address->sun_path), "%s%s", path, suffix);
	if (len < 0 || (size_t)len >= sizeof(address->sun_path))
		return bf_err_set(
			err, BF_FAULT,
			"socket path \"%s\" is too long: with \"%s\" it must have less than "
			"%zu characters",
			path, suffix, sizeof(address->sun_path));
	return BF_OK;
}

static bool somebody_answers(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers =
		fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

	if (fd >= 0)
		close(fd);
	return answers;
}

/* The web server's group may connect. */
static enum bf_rc give_to_web_server(const char *path, const char *web_user, struct bf_err *err)
{
	const struct passwd *user = NULL;

	if (*web_user) {
		errno = 0;
		user = getpwnam(web_user);
		if (!user)
			return bf_err_set(err, BF_FAULT, "web_user \"%s\" is no user of this host",
					  web_user);
	}
	if (user && user->pw_gid != getegid() && chown(path, (uid_t)-1, user->pw_gid) < 0)
		return bf_err_set(err, BF_FAULT,
				  "cannot give socket \"%s\" to the group of \"%s\": %s. Run as a "
				  "member of that group.",
				  path, web_user, strerror(errno));
	if (chmod(path, SOCKET_MODE) < 0)
		return bf_err_set(err, BF_FAULT, "cannot change the mode of socket \"%s\": %s",
				  path, strerror(errno));
	return BF_OK;
}

static enum bf_rc set_up(struct bf_listener *listener, const struct sockaddr_un *young,
			 const struct sockaddr_un *address, const char *web_user,
			 struct bf_err *err)
{
	struct stat st;
	mode_t mask;
	enum bf_rc rc;
	int bound;

	unlink(young->sun_path);
	mask = umask(0777);
	bound = bind(listener->fd, (const struct sockaddr *)young, sizeof(*young));
	umask(mask);
	if (bound < 0)
		return bf_err_set(err, BF_FAULT, "cannot make socket \"%s\": %s", young->sun_path,
				  strerror(errno));
	rc = give_to_web_server(young->sun_path, web_user, err);
	if (rc == BF_OK && (listen(listener->fd, BACKLOG) < 0 || stat(young->sun_path, &st) < 0 ||
			    rename(young->sun_path, address->sun_path) < 0))
		rc = bf_err_set(err, BF_FAULT, "cannot listen at \"%s\": %s", address->sun_path,
				strerror(errno));
	if (rc != BF_OK) {
		unlink(young->sun_path);
		return rc;
	}
	listener->device = st.st_dev;
	listener->inode = st.st_ino;
	return BF_OK;
}

enum bf_rc bf_listener_open(struct bf_listener *listener, const char *path, const char *web_user,
			    struct bf_err *err)
{
	struct sockaddr_un young, address;
	enum bf_rc rc;

	*listener = (struct bf_listener){ .fd = -1, .path = path };
	rc = set_address(&young, path, ".new", err);
	if (rc == BF_OK)
		rc = set_address(&address, path, "", err);
	if (rc != BF_OK)
		return rc;
	if (somebody_answers(&address))
		return bf_err_set(
			err, BF_FAULT,
			"another process answers at socket \"%s\". End it first, or choose "
			"another path.",
			path);
	listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0)
		return bf_err_set(err, BF_FAULT, "cannot make a socket: %s", strerror(errno));
	rc = set_up(listener, &young, &address, web_user, err);
	if (rc != BF_OK) {
		close(listener->fd);
		listener->fd = -1;
	}
	return rc;
}

void bf_listener_close(struct bf_listener *listener)
{
	struct stat st;

	if (listener->fd < 0)
		return;
	if (stat(listener->path, &st) == 0 && st.st_dev == listener->device &&
	    st.st_ino == listener->inode)
		unlink(listener->path);
	close(listener->fd);
	listener->fd = -1;
}
