/* address: paths and percent-coding, decoded once at the edge. Encoding is the view floor's. */
#ifndef BF_HTTP_ADDRESS_H
#define BF_HTTP_ADDRESS_H

#include "base/err.h"
#include "base/pool.h"

enum { BF_PATH_BYTES_MAX = 2048 };

/* The value of a hexadecimal digit, -1 for anything else. */
int bf_hex_digit(char c);
/* Whether every byte is an ASCII letter, a digit or one of marks. */
bool bf_only_has(struct bf_str s, const char *marks);
/* Whether text may go on: valid UTF-8 and no control character but tab and line breaks. */
bool bf_text_clean(struct bf_str text);
/*
 * The path of a request as sent, "/shaoyang/%E5%B8%AE", decoded into the pool. Only the one
 * canonical spelling of a path is taken: it starts with "/", has no empty segment but the
 * last, no "." or "..", and hides no "/" or "\" behind a percent sign. Fails with
 * BF_BAD_REQUEST.
 */
BF_MUST_CHECK enum bf_rc bf_path_decode(struct bf_pool *pool, struct bf_str raw,
					struct bf_str *ret_path, struct bf_err *err);

#endif
