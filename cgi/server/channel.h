/* channel: the messages between the master and a generation's loader and young workers. */
#ifndef BF_SERVER_CHANNEL_H
#define BF_SERVER_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum bf_message_kind {
	BF_MESSAGE_LOADED = 1, /* loader: ask me for workers; with the settings below */
	BF_MESSAGE_FAILED,     /* loader: the files have faults, or the database is away */
	BF_MESSAGE_FORK,       /* master: make a worker for this slot */
	BF_MESSAGE_STARTED,    /* worker: I am the master's child now */
	BF_MESSAGE_READY,      /* worker: I serve from here on */
	BF_MESSAGE_KIND__MAX
};

struct bf_message {
	uint32_t kind; /* enum bf_message_kind */
	uint32_t slot;
	uint32_t workers;
	uint32_t db_away; /* of FAILED: the one reason, which may pass by itself */
	int64_t soft_ms, hard_ms;
};

enum bf_channel_got { BF_CHANNEL_NOTHING, BF_CHANNEL_MESSAGE, BF_CHANNEL_CLOSED };

/* A pair of ends, the first of which learns who sent what. False: errno tells. */
bool bf_channel_pair(int ret_ends[2]);
/* Whole or not at all; never waits. */
bool bf_channel_send(int fd, const struct bf_message *message);
/* The next message, and the kernel's word for its sender (0 at the second end). A message of a
 * wrong length or kind closes the channel. Waits only where `wait` is set. */
enum bf_channel_got bf_channel_receive(int fd, bool wait, struct bf_message *ret_message,
				       pid_t *ret_sender);

#endif
