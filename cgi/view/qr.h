/*
 * qr: a text as a square of dark and light modules that a phone's camera reads. The drawing itself
 * is in a template: this gives the path of its dark modules.
 */
#ifndef BF_VIEW_QR_H
#define BF_VIEW_QR_H

#include <stddef.h>

#include "base/pool.h"

/* Light modules around it, without which no camera finds it. */
enum { BF_QR_QUIET = 4 };

/* "M4 4h7v1h-7z..." in the pool, a piece for each run of dark modules, in a square whose side is
 * *ret_side modules, the quiet ones included. NULL where the text is too long. */
const char *bf_qr_path(struct bf_pool *pool, const char *text, size_t *ret_side);

#endif
