/*
 * press: the sealed processes that work on bytes of strangers with large libraries, one for each
 * module (press/module.h). A child of `bangfu jobs` begins as a program anew, so that nothing of
 * its parent's memory is in it; it loads its module, makes it ready, seals itself and then lives on
 * one descriptor, a socketpair. It is started by the first request, killed when it takes too
 * long, and replaced by the next request.
 *
 * On the socketpair, whole numbers of this machine:
 *
 *   child, once    struct bf_press_hello   it is ready and sealed
 *   parent         uint32_t size, bytes    a request
 *   child          uint32_t end (enum bf_press_end), uint32_t size, bytes or the reason
 *
 * To add a module: cgi/press/NAME.c with BF_PRESS_MODULE, its libraries in the Makefile
 * (PRESS_LIBS_NAME) and in conf/packages-run.txt; ask it by bf_press_ask (domain/press.h).
 */
#ifndef BF_SERVER_PRESS_H
#define BF_SERVER_PRESS_H

#include "base/config.h"
#include "domain/press.h"

struct bf_press_hello {
	uint32_t magic; /* BF_PRESS_MAGIC */
	uint32_t wall_ms, request_max, answer_max;
};

/* Of the modules in config->press, in the pool; its processes end with the pool. */
struct bf_press *bf_press_new(struct bf_pool *pool, const struct bf_config *config);
/* The process of the module last started, or 0: for tests. */
int bf_press_pid(const struct bf_press *press, const char *module);

/* The child's program, `bangfu press MODULE.so require|degrade`, with the socketpair as its
 * standard input. Returns the exit code. */
int bf_press_main(int argc, char **argv);

#endif
