/*
 * escape: values into pages, one function a place. None lets a value end the place it is in:
 * markup, quotes and control characters (all but line feed and tab) never come through.
 */
#ifndef BF_VIEW_ESCAPE_H
#define BF_VIEW_ESCAPE_H

#include "base/buf.h"

/* Between tags. */
void bf_escape_text(struct bf_buf *out, struct bf_str s);
/* Between the double quotes of an attribute. */
void bf_escape_attribute(struct bf_buf *out, struct bf_str s);

/*
 * Addresses, in an attribute. RFC 3986: all but unreserved characters are percent-encoded.
 * In a path "/" stays, but what comes out holds no "//" and no "." or ".." segment, so that
 * a value cannot lead to another host or up the tree.
 */
void bf_escape_path(struct bf_buf *out, struct bf_str s);
void bf_escape_query(struct bf_buf *out, struct bf_str s);
/* A whole address: "/x", "?x" or "https://x"; anything else becomes "#". */
void bf_escape_address(struct bf_buf *out, struct bf_str s);

#endif
