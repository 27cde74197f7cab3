/*
 * err: why something failed, for the log; and faults, a list of what is wrong in files.
 * The public side of an error is a sentence chosen by its rc, or by bf_fail.
 */
#ifndef BF_BASE_ERR_H
#define BF_BASE_ERR_H

#include <stdarg.h>

#include "bangfu.h"
#include "base/pool.h"

/* Init with { 0 }. Untouched on success, so calls chain. */
struct bf_err {
	enum bf_rc rc;
	char text[512]; /* log side: lower case, no full stop, may hold paths and SQL errors */
};

/* Fills err (may be NULL) and returns rc, so that a function can end with it. */
BF_PRINTF(3, 4) enum bf_rc bf_err_set(struct bf_err *err, enum bf_rc rc, const char *format, ...);

/* The HTTP status that belongs to rc. */
int bf_rc_status(enum bf_rc rc);

/* Faults found while loading: each is "FILE:LINE: what is wrong". Collected, so that one run
 * of `bangfu check` names all of them. */
struct bf_faults {
	struct bf_pool *pool;
	struct bf_fault *first, **last;
	size_t count;
};

struct bf_fault {
	struct bf_fault *next;
	const char *file; /* as it was given, or "" */
	const char *text;
};

void bf_faults_init(struct bf_faults *faults, struct bf_pool *pool);
/* file may be NULL (nothing is put before the text), line 0 means the file as a whole. */
BF_PRINTF(4, 5)
void bf_faults_add(struct bf_faults *faults, const char *file, int line, const char *format, ...);

/* A broken promise among our own functions: says where and aborts. Never for input, the
 * database or the network. */
#define BF_BUG(...) bf_bug(__FILE__, __LINE__, __VA_ARGS__)
__attribute__((noreturn, format(printf, 3, 4))) void bf_bug(const char *file, int line,
							    const char *format, ...);

#endif
