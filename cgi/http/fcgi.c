#include "http/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/record.h"

enum {
	STREAM_TIMEOUT_S = 5,   /* of one receive or send */
	HEAD_TIMEOUT_MS = 5000, /* of the head as a whole */
	HEAD_PAUSE_MS = 1,
	PARAMS_BYTES_MAX = 64 * 1024,
	STARVED_PAUSE_MS = 100,
};

struct bf_fcgi {
	struct bf_fcgi_options options;
	FCGX_Request request; /* request.ipcFd: the connection that is held, -1: none */
	struct bf_transport transport;
	int queue;        /* an epoll of the listener */
	bool looked_last; /* while draining: at the queue, for the last time */
	bool keep;        /* the web server asks for it */
	bool body_ended;
	const char *why;
	struct bf_fcgi_counts counts;
	char head[BF_RECORD_HEAD_BYTES];
};

/* ---- the transport --------------------------------------------------------------------- */

static const char *get_variable(void *arg, const char *name)
{
	struct bf_fcgi *fcgi = arg;

	return FCGX_GetParam(name, fcgi->request.envp);
}

static long read_body(void *arg, char *bytes, size_t size)
{
	struct bf_fcgi *fcgi = arg;
	int n = FCGX_GetStr(bytes, size > INT32_MAX ? INT32_MAX : (int)size, fcgi->request.in);

	return FCGX_GetError(fcgi->request.in) ? -1 : n;
}

static bool body_has_ended(void *arg)
{
	struct bf_fcgi *fcgi = arg;

	fcgi->body_ended =
		FCGX_GetChar(fcgi->request.in) == EOF && FCGX_GetError(fcgi->request.in) == 0;
	return fcgi->body_ended;
}

static bool write_answer(void *arg, const char *bytes, size_t size)
{
	struct bf_fcgi *fcgi = arg;

	return FCGX_PutStr(bytes, (int)size, fcgi->request.out) == (int)size;
}

/* ---- connections ----------------------------------------------------------------------- */

/*
 * Exclusive, so that a connection wakes one of the idle workers and not all of them: with 24
 * workers, 2 cores and fresh connections 17,900 requests a second in place of 11,700.
 */
static int watch(int listener)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int queue = epoll_create1(EPOLL_CLOEXEC);

	if (queue >= 0 && epoll_ctl(queue, EPOLL_CTL_ADD, listener, &event) < 0) {
		close(queue);
		return -1;
	}
	return queue;
}

enum bf_rc bf_fcgi_new(struct bf_pool *pool, const struct bf_fcgi_options *options,
		       struct bf_fcgi **ret_fcgi, struct bf_err *err)
{
	struct bf_fcgi *fcgi = bf_pool_zalloc(pool, sizeof(*fcgi));

	/* Closing waits for the peer, 2 s unless told otherwise. */
	if (setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "50", 1) < 0 || FCGX_Init() != 0 ||
	    FCGX_InitRequest(&fcgi->request, -1, 0) != 0)
		return bf_err_set(err, BF_FAULT, "could not initialise libfcgi");
	fcgi->options = *options;
	fcgi->request.ipcFd = -1;
	fcgi->transport = (struct bf_transport){
		.arg = fcgi,
		.variable = get_variable,
		.read = read_body,
		.write = write_answer,
		.ended = body_has_ended,
	};
	fcgi->why = "";
	fcgi->queue = watch(options->listener);
	if (fcgi->queue < 0)
		return bf_err_set(err, BF_FAULT, "could not watch the listening socket: %s",
				  strerror(errno));
	*ret_fcgi = fcgi;
	return BF_OK;
}

static void drop_connection(struct bf_fcgi *fcgi)
{
	close(fcgi->request.ipcFd);
	fcgi->request.ipcFd = -1;
}

static void pause_ms(int ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000L }, NULL);
}

static bool peer_may_connect(const struct bf_fcgi *fcgi, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return fcgi->options.any_peer ||
	       (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
		peer.uid == fcgi->options.peer);
}

/* Time-outs go onto the accepted descriptor: AF_UNIX does not take them from the listener. */
static bool set_timeouts(int fd)
{
	struct timeval timeout = { .tv_sec = STREAM_TIMEOUT_S };

	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) == 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) == 0;
}

/* Takes a connection off the queue. False: there is none to serve. */
static bool take_connection(struct bf_fcgi *fcgi)
{
	int fd = accept4(fcgi->options.listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0) {
		/* EAGAIN: a sibling was faster. Want of room is waited out, never spun on. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
			fcgi->counts.starved++;
			pause_ms(STARVED_PAUSE_MS);
		}
		return false;
	}
	if (!peer_may_connect(fcgi, fd)) {
		fcgi->counts.refused++;
		close(fd);
		return false;
	}
	if (!set_timeouts(fd)) {
		close(fd);
		return false;
	}
	fcgi->request.ipcFd = fd;
	return true;
}

/* Whether the kept connection has a byte; one that the web server has closed is let go. */
static bool kept_has_request(struct bf_fcgi *fcgi)
{
	char byte;

	if (recv(fcgi->request.ipcFd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
		return true;
	drop_connection(fcgi);
	return false;
}

/* Both waits let signals in and end with them. */
static bool wait_for_kept(struct bf_fcgi *fcgi)
{
	struct pollfd kept = { .fd = fcgi->request.ipcFd, .events = POLLIN };

	return ppoll(&kept, 1, NULL, &fcgi->options.waiting_mask) > 0;
}

static bool wait_for_new(struct bf_fcgi *fcgi)
{
	struct epoll_event event;

	return epoll_pwait(fcgi->queue, &event, 1, -1, &fcgi->options.waiting_mask) > 0;
}

/* The signal that asked to drain may have come together with a connection that woke this worker
 * and no other: that one is still served. */
static bool take_last(struct bf_fcgi *fcgi)
{
	bool first = !fcgi->looked_last;

	fcgi->looked_last = true;
	return first && take_connection(fcgi);
}

enum bf_fcgi_event bf_fcgi_wait(struct bf_fcgi *fcgi, bool draining)
{
	for (;;) {
		bool kept = fcgi->request.ipcFd >= 0;

		if (draining && !kept)
			return take_last(fcgi) ? BF_FCGI_READY : BF_FCGI_DRAINED;
		if (!(kept ? wait_for_kept(fcgi) : wait_for_new(fcgi)))
			return BF_FCGI_WOKEN;
		if (kept ? kept_has_request(fcgi) : take_connection(fcgi))
			return BF_FCGI_READY;
	}
}

/* ---- a request ------------------------------------------------------------------------- */

/* Waits a little for more of a head: a descriptor with bytes in it is readable, so there is
 * nothing to poll for but the peer's end. */
static bool peer_has_ended(int fd)
{
	struct pollfd peer = { .fd = fd, .events = POLLRDHUP };

	return poll(&peer, 1, HEAD_PAUSE_MS) > 0;
}

/* Looks at the head without taking it, until it is whole. */
static bool head_is_good(struct bf_fcgi *fcgi)
{
	int64_t late_us = bf_clock_monotonic_us() + HEAD_TIMEOUT_MS * INT64_C(1000);
	bool ended = false;
	ssize_t before = 0;

	for (;;) {
		ssize_t n = recv(fcgi->request.ipcFd, fcgi->head, sizeof(fcgi->head), MSG_PEEK);
		struct bf_str head = { fcgi->head, n > 0 ? (size_t)n : 0 };
		enum bf_record_verdict verdict = BF_RECORD_MORE;

		fcgi->why = "the head of a request did not arrive, or not in time";
		if (n > before)
			verdict = bf_record_head(head, PARAMS_BYTES_MAX, &fcgi->why);
		if (verdict != BF_RECORD_MORE)
			return verdict == BF_RECORD_GOOD;
		if (n <= 0 || (n == before && ended) || n == (ssize_t)sizeof(fcgi->head) ||
		    bf_clock_monotonic_us() > late_us)
			return false;
		before = n;
		ended = peer_has_ended(fcgi->request.ipcFd);
	}
}

const struct bf_transport *bf_fcgi_begin(struct bf_fcgi *fcgi)
{
	fcgi->body_ended = false;
	if (!head_is_good(fcgi)) {
		fcgi->counts.malformed++;
		drop_connection(fcgi);
		return NULL;
	}
	/* 1 stops the clean-up inside FCGX_Accept_r from closing the descriptor just given. */
	fcgi->request.keepConnection = 1;
	if (FCGX_Accept_r(&fcgi->request) < 0) {
		fcgi->why = "libfcgi refused the head of a request";
		fcgi->counts.malformed++;
		fcgi->request.ipcFd = -1;
		return NULL;
	}
	fcgi->why = "";
	fcgi->keep = fcgi->request.keepConnection != 0;
	fcgi->transport.variables = fcgi->request.envp;
	return &fcgi->transport;
}

bool bf_fcgi_body_failed(const struct bf_fcgi *fcgi)
{
	return FCGX_GetError(fcgi->request.in) != 0;
}

/* Bytes behind a request whose answer is not out yet: the peer does not wait its turn. */
static bool more_has_arrived(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

bool bf_fcgi_finish(struct bf_fcgi *fcgi)
{
	FCGX_Request *request = &fcgi->request;
	bool good;

	request->keepConnection = fcgi->keep && fcgi->body_ended &&
				  FCGX_GetError(request->out) == 0 &&
				  !more_has_arrived(request->ipcFd);
	good = FCGX_FClose(request->err) == 0;
	good = FCGX_FClose(request->out) == 0 && good;
	FCGX_Finish_r(request);
	return good;
}

const char *bf_fcgi_why(const struct bf_fcgi *fcgi)
{
	return fcgi->why;
}

const struct bf_fcgi_counts *bf_fcgi_counts(const struct bf_fcgi *fcgi)
{
	return &fcgi->counts;
}
