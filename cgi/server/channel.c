#include "server/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool bf_channel_pair(int ret_ends[2])
{
	int ends[2], on = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return false;
	if (setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	ret_ends[0] = ends[0];
	ret_ends[1] = ends[1];
	return true;
}

bool bf_channel_send(int fd, const struct bf_message *message)
{
	return send(fd, message, sizeof(*message), MSG_NOSIGNAL | MSG_DONTWAIT) ==
	       (ssize_t)sizeof(*message);
}

static pid_t sender_of(struct msghdr *header)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(header);
	struct ucred sender;

	if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_CREDENTIALS)
		return 0;
	memcpy(&sender, CMSG_DATA(control), sizeof(sender));
	return sender.pid;
}

enum bf_channel_got bf_channel_receive(int fd, bool wait, struct bf_message *ret_message,
				       pid_t *ret_sender)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec part = { ret_message, sizeof(*ret_message) };
	struct msghdr header = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t n;

	do
		n = recvmsg(fd, &header, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return BF_CHANNEL_NOTHING;
	if (n != (ssize_t)sizeof(*ret_message) || ret_message->kind < BF_MESSAGE_LOADED ||
	    ret_message->kind >= BF_MESSAGE_KIND__MAX)
		return BF_CHANNEL_CLOSED;
	*ret_sender = sender_of(&header);
	return BF_CHANNEL_MESSAGE;
}
