#include "base/str.h"

bool bf_str_starts(struct bf_str s, struct bf_str prefix)
{
	return s.len >= prefix.len && memcmp(s.p, prefix.p, prefix.len) == 0;
}

bool bf_str_ends(struct bf_str s, struct bf_str suffix)
{
	return s.len >= suffix.len && memcmp(s.p + s.len - suffix.len, suffix.p, suffix.len) == 0;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct bf_str bf_str_trim(struct bf_str s)
{
	while (s.len && is_space(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len && is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool bf_str_cut(struct bf_str *rest, char sep, struct bf_str *ret_part)
{
	const char *at;

	if (!rest->p)
		return false;
	at = rest->len ? memchr(rest->p, sep, rest->len) : NULL;
	if (at) {
		*ret_part = (struct bf_str){ rest->p, (size_t)(at - rest->p) };
		rest->len -= ret_part->len + 1;
		rest->p = at + 1;
	} else {
		*ret_part = *rest;
		*rest = (struct bf_str){ NULL, 0 };
	}
	return true;
}

bool bf_str_int(struct bf_str s, int64_t *ret_n)
{
	bool minus = s.len && s.p[0] == '-';
	int64_t n = 0;
	size_t i = minus;

	if (i == s.len)
		return false;
	for (; i < s.len; i++) {
		int64_t digit = s.p[i] - '0';

		if (digit < 0 || digit > 9 || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, minus ? -digit : digit, &n))
			return false;
	}
	*ret_n = n;
	return true;
}

bool bf_str_is_name(struct bf_str s)
{
	if (s.len < 1 || s.len > 32 || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return true;
}

size_t bf_utf8_next(struct bf_str s, uint32_t *ret_code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead;
	size_t bytes;
	uint32_t code;

	if (!s.len)
		return 0;
	lead = (unsigned char)s.p[0];
	if (lead < 0x80) {
		*ret_code = lead;
		return 1;
	}
	bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	if (lead < 0xc2 || lead > 0xf4 || s.len < bytes)
		return 0;
	code = lead & (0x7fu >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (c & 0x3f);
	}
	if (code < least[bytes] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return bytes;
}

bool bf_utf8_valid(struct bf_str s)
{
	uint32_t code;

	while (s.len) {
		size_t bytes = bf_utf8_next(s, &code);

		if (!bytes)
			return false;
		s.p += bytes;
		s.len -= bytes;
	}
	return true;
}

size_t bf_utf8_count(struct bf_str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return count;
}
