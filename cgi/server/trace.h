/*
 * trace: what a worker says of itself on signals: where it is when its soft deadline has passed
 * (SIGUSR2), and where it was when it dies of a fault. Written to standard error as plain lines.
 */
#ifndef BF_SERVER_TRACE_H
#define BF_SERVER_TRACE_H

#include "server/board.h"

/* What the handlers read. The names are those of the request that is being answered; NULL
 * outside of one. */
struct bf_trace {
	struct bf_slot *slot;
	unsigned worker;
	const char *plugin, *route;
};

/* Installs the handlers, those of faults on a stack of their own. trace must live as long as the
 * process; its names may change at any time. */
void bf_trace_install(struct bf_trace *trace);

/* The same for any other end, such as of memory: "bangfu: worker 3 WHAT in plugin ...". */
void bf_trace_say(const char *what);

#endif
