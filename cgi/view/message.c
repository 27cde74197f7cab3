#include "view/message.h"

static const struct bf_str less = { "&lt;", 4 }, amp = { "&amp;", 5 };

/* Bytes up to and with the "}" that ends a value; 0 where there is none. A "}" within '...'
 * is text. */
static size_t value_bytes(struct bf_str s)
{
	bool quoted = false;

	for (size_t i = 1; i < s.len; i++) {
		if (s.p[i] == '\'')
			quoted = !quoted;
		else if (s.p[i] == '}' && !quoted)
			return i + 1;
	}
	return 0;
}

static size_t text_bytes(struct bf_str s, bool tags)
{
	size_t i = 0;

	while (i < s.len && s.p[i] != '{' && !(tags && s.p[i] == '<'))
		i++;
	return i;
}

static bool is_tag_name(struct bf_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '-')
			return false;
	}
	return s.len > 0;
}

/* whole is from "<" to ">". */
static struct bf_piece tag_piece(struct bf_str whole)
{
	struct bf_piece piece = { BF_PIECE_OPEN, { whole.p + 1, whole.len - 2 }, whole };

	if (bf_str_starts(piece.text, BF_STR("/"))) {
		piece.kind = BF_PIECE_CLOSE;
		piece.text.p++;
		piece.text.len--;
	} else if (bf_str_ends(piece.text, BF_STR("/"))) {
		piece.kind = BF_PIECE_EMPTY;
		piece.text.len--;
	}
	if (!is_tag_name(piece.text))
		piece.kind = BF_PIECE_BROKEN;
	return piece;
}

/* The piece that starts with a brace or an angle. */
static struct bf_piece marked_piece(struct bf_str s)
{
	size_t bytes = s.p[0] == '{' ? value_bytes(s) : 0;
	const char *angle = s.p[0] == '<' ? memchr(s.p, '>', s.len) : NULL;

	if (bytes)
		return (struct bf_piece){ BF_PIECE_VALUE,
					  bf_str_trim((struct bf_str){ s.p + 1, bytes - 2 }),
					  { s.p, bytes } };
	if (angle)
		return tag_piece((struct bf_str){ s.p, (size_t)(angle - s.p) + 1 });
	return (struct bf_piece){ BF_PIECE_BROKEN, s, s };
}

bool bf_message_next(struct bf_str *rest, bool tags, struct bf_piece *ret_piece)
{
	struct bf_str text = { rest->p, text_bytes(*rest, tags) };

	if (!rest->len)
		return false;
	*ret_piece =
		text.len ? (struct bf_piece){ BF_PIECE_TEXT, text, text } : marked_piece(*rest);
	rest->p += ret_piece->whole.len;
	rest->len -= ret_piece->whole.len;
	return true;
}

void bf_message_encode(struct bf_buf *out, struct bf_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		struct bf_str rest = { text.p + i, text.len - i };
		size_t bytes = rest.p[0] == '{' ? value_bytes(rest) : 0;

		if (bytes) {
			bf_buf_add(out, rest.p, bytes);
			i += bytes - 1;
		} else if (rest.p[0] == '<') {
			bf_buf_add_str(out, less);
		} else if (bf_str_starts(rest, less) || bf_str_starts(rest, amp)) {
			bf_buf_add_str(out, amp);
		} else {
			bf_buf_add_char(out, rest.p[0]);
		}
	}
}

void bf_message_decode(struct bf_buf *out, struct bf_str piece)
{
	for (size_t i = 0; i < piece.len; i++) {
		struct bf_str rest = { piece.p + i, piece.len - i };

		if (bf_str_starts(rest, less)) {
			bf_buf_add_char(out, '<');
			i += less.len - 1;
		} else if (bf_str_starts(rest, amp)) {
			bf_buf_add_char(out, '&');
			i += amp.len - 1;
		} else {
			bf_buf_add_char(out, rest.p[0]);
		}
	}
}
