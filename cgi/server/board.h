/*
 * board: memory that all processes share. The first page is the master's; then comes a page for
 * each worker's slot, the only one that the worker may write. What a worker wrote is hostile
 * input to whoever reads it: numbers are compared, texts are cut and cleaned.
 */
#ifndef BF_SERVER_BOARD_H
#define BF_SERVER_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	BF_BOARD_VERSION = 1, /* raised with every change of this file's structs */
	BF_BOARD_PAGE_BYTES = 4096,
	BF_SLOTS_MAX = 2 * 1024 + 64, /* two generations of the largest size, and a few */
	BF_SLOT_NAME_BYTES = 33,
	BF_STATUS_CLASSES = 5, /* 1xx to 5xx */
};

enum bf_phase {
	BF_PHASE_NONE, /* nobody has the slot, or its worker is not ready yet */
	BF_PHASE_IDLE, /* waits for a request */
	BF_PHASE_READING,
	BF_PHASE_ANSWERING,
	BF_PHASE_SENDING,
	BF_PHASE__MAX
};

/* A worker's page. */
struct bf_slot {
	_Atomic uint32_t generation, phase;
	_Atomic uint32_t wants_rest; /* it has served enough and asks for a successor */
	/* of the request it is in, by the monotonic clock; 0: in none */
	_Atomic int64_t start_us, soft_us, hard_us;
	char request_id[BF_SLOT_NAME_BYTES];
	/* written where it matters, on a signal: what the worker is, or was, in */
	char plugin[BF_SLOT_NAME_BYTES], route[BF_SLOT_NAME_BYTES];
	/* since the board was made, over all workers that had this slot */
	_Atomic uint64_t answers[BF_STATUS_CLASSES];
	_Atomic uint64_t answer_us, queries, query_us;
	_Atomic uint64_t refused, malformed, starved, unlogged;
};

/* The master's page. */
struct bf_master_page {
	uint32_t version;
	_Atomic uint32_t slots_used; /* slots from here on were never used */
	_Atomic uint32_t generation; /* that serves */
	_Atomic uint64_t starts, deaths, overdue, reloads, reload_faults;
};

/* The whole, as the master maps it to write and all others to read. */
struct bf_board {
	struct bf_master_page *master;
	char *pages; /* of all slots */
};

/* A new board, for the master. The descriptor is for bf_board_map and bf_board_map_slot in its
 * descendants. -1: errno tells. */
int bf_board_make(struct bf_board *ret_board);
/* The board of a descriptor, to be read; false where it is of another version, or cannot be
 * mapped. */
bool bf_board_map(int fd, struct bf_board *ret_board);
/* A slot's page alone, to be written by its worker. NULL: errno tells. */
struct bf_slot *bf_board_map_slot(int fd, uint32_t slot);
struct bf_slot *bf_board_slot(const struct bf_board *board, uint32_t slot);
/* What a worker leaves behind that has ended: its counts stay. */
void bf_slot_vacate(struct bf_slot *slot);

/* A text of a slot, whatever its bytes are: at most 32 of [A-Za-z0-9_-], the others as "?". */
void bf_slot_text(const char *text, char ret[BF_SLOT_NAME_BYTES]);

/* The text that Prometheus reads. `arg` is a const struct bf_board. */
void bf_board_print_metrics(void *arg, struct bf_buf *out);

#endif
