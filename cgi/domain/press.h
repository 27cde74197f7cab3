/*
 * press: what the domain knows of the sealed process that makes pictures and papers: bytes go in,
 * bytes or a reason come out. server/press.h is the one that starts and kills it.
 */
#ifndef BF_DOMAIN_PRESS_H
#define BF_DOMAIN_PRESS_H

#include "base/err.h"

enum bf_press_end {
	BF_PRESS_DONE,    /* bytes */
	BF_PRESS_REFUSED, /* bytes is the module's reason, a code */
	BF_PRESS_DIED,    /* over this request: it crashed, or took too long or too much */
};

struct bf_pressed {
	enum bf_press_end end;
	struct bf_str bytes;
};

struct bf_press {
	enum bf_rc (*ask)(struct bf_press *press, const char *module, struct bf_str request,
			  struct bf_pool *pool, struct bf_pressed *ret_pressed, struct bf_err *err);
};

/*
 * Has a module work on a request; the answer lives in the pool. What the request itself is to
 * blame for is an end; fails with BF_TOO_LARGE where it is longer than the module takes, BF_FAULT
 * where the module is not there or does not get ready. Waits for as long as the module may work.
 */
static inline BF_MUST_CHECK enum bf_rc bf_press_ask(struct bf_press *press, const char *module,
						    struct bf_str request, struct bf_pool *pool,
						    struct bf_pressed *ret_pressed,
						    struct bf_err *err)
{
	return press->ask(press, module, request, pool, ret_pressed, err);
}

#endif
