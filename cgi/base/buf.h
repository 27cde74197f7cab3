/*
 * buf: text that grows. Its promises: data is never NULL, always ends in NUL at data[len],
 * and capacity is at least len + 1. Memory is its own, reused by clear from request to request.
 */
#ifndef BF_BASE_BUF_H
#define BF_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

struct bf_buf {
	char *data;
	size_t len, capacity;
};

void bf_buf_init(struct bf_buf *buf);
void bf_buf_release(struct bf_buf *buf);
/* Room for `more` bytes behind len. */
void bf_buf_reserve_slow(struct bf_buf *buf, size_t more);

static inline void bf_buf_clear(struct bf_buf *buf)
{
	buf->len = 0;
	buf->data[0] = '\0';
}

static inline void bf_buf_reserve(struct bf_buf *buf, size_t more)
{
	if (buf->capacity - buf->len <= more)
		bf_buf_reserve_slow(buf, more);
}

static inline void bf_buf_add(struct bf_buf *buf, const char *p, size_t len)
{
	bf_buf_reserve(buf, len);
	memcpy(buf->data + buf->len, p, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

static inline void bf_buf_add_str(struct bf_buf *buf, struct bf_str s)
{
	if (s.len)
		bf_buf_add(buf, s.p, s.len);
}

static inline void bf_buf_add_text(struct bf_buf *buf, const char *text)
{
	bf_buf_add(buf, text, strlen(text));
}

static inline void bf_buf_add_char(struct bf_buf *buf, char c)
{
	bf_buf_add(buf, &c, 1);
}

void bf_buf_add_int(struct bf_buf *buf, int64_t n);
__attribute__((format(printf, 2, 3))) void bf_buf_printf(struct bf_buf *buf, const char *format,
							 ...);

static inline struct bf_str bf_buf_str(const struct bf_buf *buf)
{
	return (struct bf_str){ buf->data, buf->len };
}

#endif
