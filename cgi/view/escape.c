#include "view/escape.h"

enum class { PLAIN, QUOTE, AMP, LESS, GREATER, DROP, LEAD_C2 };

#define CONTROLS                                                                            \
	[0 ... 8] = DROP, [11 ... 31] = DROP, [0x7f] = DROP, [0xc2] = LEAD_C2, ['&'] = AMP, \
	       ['<'] = LESS, ['>'] = GREATER

static const unsigned char text_class[256] = { CONTROLS };
static const unsigned char attribute_class[256] = { CONTROLS, ['"'] = QUOTE };

static const struct bf_str entity[] = {
	[QUOTE] = { "&#34;", 5 },  [AMP] = { "&amp;", 5 }, [LESS] = { "&lt;", 4 },
	[GREATER] = { "&gt;", 4 }, [DROP] = { "", 0 },     [LEAD_C2] = { "", 0 },
};

/* The controls U+0080 to U+009F are two bytes: c2 and the code. */
static bool is_high_control(struct bf_str s, size_t i)
{
	return i + 1 < s.len && (unsigned char)s.p[i + 1] >= 0x80 &&
	       (unsigned char)s.p[i + 1] < 0xa0;
}

/* 16 bytes that the compiler compares at once, on whatever machine. */
enum { BLOCK_BYTES = 16 };
typedef unsigned char block __attribute__((vector_size(BLOCK_BYTES)));

/* Whether a block is plain in every place: most text is, and is passed over this way. */
static bool is_plain_block(const char *p)
{
	uint64_t halves[2];
	block bytes, marked;

	memcpy(&bytes, p, sizeof(bytes));
	marked = (block)((bytes < ' ') | (bytes == '"') | (bytes == '&') | (bytes == '<') |
			 (bytes == '>') | (bytes == 0x7f) | (bytes == 0xc2));
	memcpy(halves, &marked, sizeof(halves));
	return !(halves[0] | halves[1]);
}

/* The first byte from i on that is not plain, or the end. */
static size_t plain_until(struct bf_str s, size_t i, const unsigned char class_of[256])
{
	while (i + BLOCK_BYTES <= s.len && is_plain_block(s.p + i))
		i += BLOCK_BYTES;
	while (i < s.len && class_of[(unsigned char)s.p[i]] == PLAIN)
		i++;
	return i;
}

/* Plain runs are copied whole. */
static void escape(struct bf_buf *out, struct bf_str s, const unsigned char class_of[256])
{
	size_t done = 0, i;

	for (i = plain_until(s, 0, class_of); i < s.len; i = plain_until(s, i, class_of)) {
		unsigned char class = class_of[(unsigned char)s.p[i]];
		bool harmless = class == LEAD_C2 && !is_high_control(s, i);

		if (!harmless) {
			bf_buf_add(out, s.p + done, i - done);
			bf_buf_add_str(out, entity[class]);
			i += class == LEAD_C2;
			done = i + 1;
		}
		i++;
	}
	if (done < s.len)
		bf_buf_add(out, s.p + done, s.len - done);
}

void bf_escape_text(struct bf_buf *out, struct bf_str s)
{
	escape(out, s, text_class);
}

void bf_escape_attribute(struct bf_buf *out, struct bf_str s)
{
	escape(out, s, attribute_class);
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

static void percent(struct bf_buf *out, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";
	char code[3] = { '%', digits[c >> 4], digits[c & 15] };

	bf_buf_add(out, code, sizeof(code));
}

void bf_escape_query(struct bf_buf *out, struct bf_str s)
{
	size_t done = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (is_unreserved((unsigned char)s.p[i]))
			continue;
		bf_buf_add(out, s.p + done, i - done);
		percent(out, (unsigned char)s.p[i]);
		done = i + 1;
	}
	if (done < s.len)
		bf_buf_add(out, s.p + done, s.len - done);
}

static void add_slash(struct bf_buf *out)
{
	if (!out->len || out->data[out->len - 1] != '/')
		bf_buf_add_char(out, '/');
}

void bf_escape_path(struct bf_buf *out, struct bf_str s)
{
	struct bf_str segment;

	while (bf_str_cut(&s, '/', &segment)) {
		if (bf_str_is(segment, ".") || bf_str_is(segment, ".."))
			continue;
		bf_escape_query(out, segment);
		if (s.p)
			add_slash(out);
	}
}

/* "//host" and "/\host" lead away in browsers. */
static bool is_own_path(struct bf_str s)
{
	return s.len && s.p[0] == '/' && (s.len == 1 || (s.p[1] != '/' && s.p[1] != '\\'));
}

/* What an address may hold as it stands: unreserved and reserved characters and "%". */
static bool is_address_byte(unsigned char c)
{
	return is_unreserved(c) || (c && strchr(":/?#[]@!$&'()*+,;=%", c));
}

void bf_escape_address(struct bf_buf *out, struct bf_str s)
{
	if (!is_own_path(s) && !bf_str_starts(s, BF_STR("?")) &&
	    !bf_str_starts(s, BF_STR("https://"))) {
		bf_buf_add_char(out, '#');
		return;
	}
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '&')
			bf_buf_add_text(out, "&amp;");
		else if (c == '\t' || c == '\n' || c == '\r' || c == '\\')
			percent(out, c);
		else if (is_address_byte(c))
			bf_buf_add_char(out, (char)c);
		else
			percent(out, c);
	}
}
