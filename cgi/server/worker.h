/* worker: one process that answers, one request at a time, until it is asked to end. */
#ifndef BF_SERVER_WORKER_H
#define BF_SERVER_WORKER_H

#include "server/board.h"
#include "site/app.h"

/* A build for AddressSanitizer sets no limits: it reserves terabytes, and looks for leaks from a
 * process of its own. */
#if defined(__SANITIZE_ADDRESS__)
#define BF_SANITIZED 1
#elif defined(__has_feature)
#define BF_SANITIZED __has_feature(address_sanitizer)
#else
#define BF_SANITIZED 0
#endif

/* What a worker gets from the loader that forks it. */
struct bf_worker_start {
	const struct bf_config *config;
	const struct bf_app *app;
	bool any_peer; /* else only this user may connect */
	uid_t peer;
	uint32_t generation, slot;
	int listener, board, log, channel;
};

/* The life of a worker: initialise, connect, (seal,) accept. Returns the exit code. */
int bf_server_worker(const struct bf_worker_start *start);

#endif
