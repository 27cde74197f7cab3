#include "http/address.h"

int bf_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool bf_only_has(struct bf_str s, const char *marks)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i], lower = c | ' ';

		if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z') &&
		    !(c && strchr(marks, c)))
			return false;
	}
	return true;
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == '\x7f';
}

bool bf_text_clean(struct bf_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (is_control(c) && c != '\t' && c != '\r' && c != '\n')
			return false;
	}
	return bf_utf8_valid(text);
}

/* One byte of a path, behind its percent sign where it has one. NUL: refused. */
static char path_byte(struct bf_str raw, size_t *at)
{
	char c = raw.p[(*at)++];
	int high, low;

	if (c != '%')
		return is_control(c) || c == '\\' ? '\0' : c;
	if (raw.len - *at < 2)
		return '\0';
	high = bf_hex_digit(raw.p[(*at)++]);
	low = bf_hex_digit(raw.p[(*at)++]);
	if (high < 0 || low < 0)
		return '\0';
	c = (char)(high << 4 | low);
	return is_control(c) || c == '/' || c == '\\' ? '\0' : c;
}

static bool segments_are_canonical(struct bf_str path)
{
	struct bf_str rest = { path.p + 1, path.len - 1 }, segment;

	while (bf_str_cut(&rest, '/', &segment)) {
		bool last = !rest.p;

		if ((!segment.len && !last) || bf_str_is(segment, ".") || bf_str_is(segment, ".."))
			return false;
	}
	return true;
}

enum bf_rc bf_path_decode(struct bf_pool *pool, struct bf_str raw, struct bf_str *ret_path,
			  struct bf_err *err)
{
	struct bf_str path = { NULL, 0 };
	char *to;

	if (!raw.len || raw.p[0] != '/')
		return bf_err_set(err, BF_BAD_REQUEST, "path does not start with \"/\"");
	if (raw.len > BF_PATH_BYTES_MAX)
		return bf_err_set(err, BF_BAD_REQUEST, "path has %zu bytes, %d are allowed",
				  raw.len, BF_PATH_BYTES_MAX);
	path.p = to = bf_pool_alloc(pool, raw.len + 1);
	for (size_t at = 0; at < raw.len;) {
		char c = path_byte(raw, &at);

		if (!c)
			return bf_err_set(err, BF_BAD_REQUEST, "path has a refused byte before %zu",
					  at);
		to[path.len++] = c;
	}
	to[path.len] = '\0';
	if (!bf_utf8_valid(path))
		return bf_err_set(err, BF_BAD_REQUEST, "path is not UTF-8");
	if (!segments_are_canonical(path))
		return bf_err_set(err, BF_BAD_REQUEST, "path is not canonical");
	*ret_path = path;
	return BF_OK;
}
