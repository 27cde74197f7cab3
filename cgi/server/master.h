/* master: what the master's files share: its generations, and its children in their slots. */
#ifndef BF_SERVER_MASTER_H
#define BF_SERVER_MASTER_H

#include "base/config.h"
#include "server/board.h"
#include "server/channel.h"
#include "server/listener.h"

enum {
	BF_GENERATIONS_MAX = 8,
	BF_SUSPECTS_MAX = 16,
	BF_SUSPECT_DEATHS = 5, /* so many in SUSPECT_WINDOW put a plugin into quarantine */
};

enum bf_generation_state {
	BF_GENERATION_NONE,
	BF_GENERATION_LOADING, /* its loader reads */
	BF_GENERATION_FILLING, /* its first workers start; the one before it still serves */
	BF_GENERATION_SERVING,
	BF_GENERATION_ENDING, /* its workers drain, or it failed; the loader goes last */
};

struct bf_generation {
	enum bf_generation_state state;
	uint32_t number;
	pid_t loader; /* 0: it has gone */
	int channel;  /* -1: closed */
	uint32_t workers;
	int64_t soft_us, hard_us;
	/* respawning: how long to pause after a death, and until when */
	int64_t pause_us, paused_until_us;
	unsigned young_deaths; /* while filling */
};

enum bf_child_state {
	BF_CHILD_NONE,
	BF_CHILD_ASKED,   /* the loader is to fork it */
	BF_CHILD_STARTED, /* it is there and gets ready */
	BF_CHILD_READY,
	BF_CHILD_TIRED, /* as ready, and its successor is on the way */
	BF_CHILD_DRAINING,
};

/* The worker of a slot. */
struct bf_child {
	enum bf_child_state state;
	pid_t pid; /* 0: not known yet */
	struct bf_generation *generation;
	int64_t since_us;      /* in this state */
	int64_t told_us;       /* start of the request that SIGUSR2 was sent about */
	bool killed;           /* its end is on the way */
	uint64_t answers_then; /* the slot's count when it became ready */
};

struct bf_suspect {
	char plugin[BF_SLOT_NAME_BYTES];
	int64_t deaths_us[BF_SUSPECT_DEATHS]; /* the last ones, as a ring */
	unsigned next;
	bool quarantined;
};

struct bf_master {
	struct bf_pool *pool;
	struct bf_config config; /* as the master was started with: socket and web user count */
	struct bf_listener listener;
	char program[4096]; /* what the loader executes */
	int board_fd, signal_fd;
	struct bf_board board;
	struct bf_generation generations[BF_GENERATIONS_MAX];
	struct bf_child children[BF_SLOTS_MAX];
	struct bf_suspect suspects[BF_SUSPECTS_MAX];
	uint32_t newest; /* number of the last generation that was begun */
	bool load_asked;
	int64_t load_not_before_us;
	bool has_served, stopping;
	int exit_code;
};

__attribute__((format(printf, 1, 2))) void bf_master_say(const char *format, ...);

/* ---- child.c: workers ---- */

/* Asks the loader for what the generation lacks of workers. */
void bf_children_fill(struct bf_master *master, struct bf_generation *generation);
void bf_child_started(struct bf_master *master, struct bf_generation *generation, uint32_t slot,
		      pid_t pid);
/* Returns whether the message fitted what is known of the slot. */
bool bf_child_ready(struct bf_master *master, struct bf_generation *generation, uint32_t slot,
		    pid_t pid);
unsigned bf_children_ready(const struct bf_master *master, const struct bf_generation *generation);
unsigned bf_children_count(const struct bf_master *master, const struct bf_generation *generation);
/* SIGTERM to all of a generation. */
void bf_children_drain(struct bf_master *master, const struct bf_generation *generation);
void bf_children_kill(struct bf_master *master);
/* Deadlines, retirement, and workers that never came. */
void bf_children_tick(struct bf_master *master, int64_t now_us);
/* Buries a process that waitpid gave. False: it is no worker of a slot. */
bool bf_child_ended(struct bf_master *master, pid_t pid, int status);
/* The plugins in quarantine, by spaces. */
void bf_children_quarantine(const struct bf_master *master, struct bf_buf *out);

#endif
