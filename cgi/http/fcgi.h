/*
 * fcgi: a worker's side of FastCGI. It accepts by itself and gives libfcgi one descriptor at a
 * time, through the public fields of its request. A request goes wait, begin, (read, answer,
 * send over the transport), finish.
 */
#ifndef BF_HTTP_FCGI_H
#define BF_HTTP_FCGI_H

#include <signal.h>
#include <sys/types.h>

#include "http/request.h"

struct bf_fcgi;

struct bf_fcgi_options {
	int listener;  /* non-blocking, of AF_UNIX; stays the caller's */
	bool any_peer; /* else only peer may connect */
	uid_t peer;
	sigset_t waiting_mask; /* signals blocked while it waits, and at no other time fewer */
};

/* What went on beside requests; for metrics. */
struct bf_fcgi_counts {
	uint64_t refused;   /* connections of another user */
	uint64_t malformed; /* or late */
	uint64_t starved;   /* accepts that failed for want of descriptors or memory */
};

/*
 * Lives in the pool. Called once a process, behind the process's own handlers for SIGTERM,
 * SIGUSR1 and SIGPIPE, for libfcgi replaces what is default or ignored. Fails with BF_FAULT.
 */
BF_MUST_CHECK enum bf_rc bf_fcgi_new(struct bf_pool *pool, const struct bf_fcgi_options *options,
				     struct bf_fcgi **ret_fcgi, struct bf_err *err);

enum bf_fcgi_event {
	BF_FCGI_READY,   /* a request has begun to arrive: begin it */
	BF_FCGI_WOKEN,   /* a signal came: look at what it asks */
	BF_FCGI_DRAINED, /* draining, and no connection is held any more */
};

/*
 * Waits for a request. A connection that the web server keeps is waited on until the web server
 * closes it, and no other is accepted meanwhile; while draining none is accepted at all.
 */
enum bf_fcgi_event bf_fcgi_wait(struct bf_fcgi *fcgi, bool draining);
/* Reads the head. NULL: it was malformed, late or too large, and its connection is closed. */
const struct bf_transport *bf_fcgi_begin(struct bf_fcgi *fcgi);
/* Whether reading the body failed or was cut short. */
bool bf_fcgi_body_failed(const struct bf_fcgi *fcgi);
/* Ends the answer. The connection is kept where the web server asked for that and both streams
 * are whole. False: the client has gone, which undoes nothing. */
bool bf_fcgi_finish(struct bf_fcgi *fcgi);

/* Why the last begin failed, for the log; "" where it did not. */
const char *bf_fcgi_why(const struct bf_fcgi *fcgi);
const struct bf_fcgi_counts *bf_fcgi_counts(const struct bf_fcgi *fcgi);

#endif
