#include "view/qr.h"

#include <qrencode.h>

#include "base/buf.h"

enum { DARK = 1 }; /* the lowest bit of a module */

/* The dark runs of one row. */
static void add_row(struct bf_buf *out, const unsigned char *modules, size_t width, size_t row)
{
	for (size_t x = 0; x < width; x++) {
		size_t from = x;

		while (x < width && modules[x] & DARK)
			x++;
		if (x > from)
			bf_buf_printf(out, "M%zu %zuh%zuv1h-%zuz", from + BF_QR_QUIET,
				      row + BF_QR_QUIET, x - from, x - from);
	}
}

const char *bf_qr_path(struct bf_pool *pool, const char *text, size_t *ret_side)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	struct bf_buf path;
	const char *ret;
	size_t width;

	if (!code)
		return NULL;
	width = (size_t)code->width;
	bf_buf_init(&path);
	for (size_t y = 0; y < width; y++)
		add_row(&path, code->data + y * width, width, y);
	QRcode_free(code);
	ret = bf_pool_copy(pool, bf_buf_str(&path));
	bf_buf_release(&path);
	*ret_side = width + 2 * (size_t)BF_QR_QUIET;
	return ret;
}
