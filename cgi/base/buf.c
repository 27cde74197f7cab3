#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/pool.h"

enum { FIRST_BYTES = 256 };

static char empty[1]; /* what data points to before the first byte; never written to but NUL */

void bf_buf_init(struct bf_buf *buf)
{
	*buf = (struct bf_buf){ .data = empty, .capacity = 1 };
}

void bf_buf_release(struct bf_buf *buf)
{
	if (buf->data != empty)
		free(buf->data);
	bf_buf_init(buf);
}

void bf_buf_reserve_slow(struct bf_buf *buf, size_t more)
{
	size_t capacity = buf->capacity < FIRST_BYTES ? FIRST_BYTES : buf->capacity;
	char *data;

	if (more > SIZE_MAX / 4 || buf->len > SIZE_MAX / 4)
		BF_BUG("a buffer of %zu bytes cannot grow by %zu", buf->len, more);
	while (capacity - buf->len <= more)
		capacity *= 2;
	data = realloc(buf->data == empty ? NULL : buf->data, capacity);
	if (!data)
		bf_pool_no_memory();
	data[buf->len] = '\0';
	buf->data = data;
	buf->capacity = capacity;
}

void bf_buf_add_int(struct bf_buf *buf, int64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (n < 0)
		digits[--at] = '-';
	bf_buf_add(buf, digits + at, sizeof(digits) - at);
}

void bf_buf_printf(struct bf_buf *buf, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		BF_BUG("a format string was refused: %s", format);
	bf_buf_reserve(buf, (size_t)len);
	va_start(args, format);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
}
