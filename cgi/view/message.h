/*
 * message: texts with {values} and, where they are translated, <tags> in them, taken apart.
 *
 *   Everyone here is warm. <a>Look at another city</a>, {n | number} posts<br/>
 *
 * A tag is a name alone: what it looks like is the template's matter. "&lt;" and "&amp;" stand
 * for "<" and "&"; a lone "&" stands for itself.
 */
#ifndef BF_VIEW_MESSAGE_H
#define BF_VIEW_MESSAGE_H

#include "base/buf.h"
#include "base/str.h"

enum bf_piece_kind {
	BF_PIECE_TEXT,
	BF_PIECE_VALUE,  /* {text} */
	BF_PIECE_OPEN,   /* <text> */
	BF_PIECE_CLOSE,  /* </text> */
	BF_PIECE_EMPTY,  /* <text/> */
	BF_PIECE_BROKEN, /* a brace or a tag that does not end */
};

struct bf_piece {
	enum bf_piece_kind kind;
	struct bf_str text;  /* without braces or angles */
	struct bf_str whole; /* as it is written */
};

/* Takes the next piece off the front; false at the end. Without tags, "<" is text. */
bool bf_message_next(struct bf_str *rest, bool tags, struct bf_piece *ret_piece);

/* Text of a template as it stands in a message, and back. */
void bf_message_encode(struct bf_buf *out, struct bf_str text);
void bf_message_decode(struct bf_buf *out, struct bf_str piece);

#endif
