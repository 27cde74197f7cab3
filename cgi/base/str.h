/* str: borrowed text, a pointer and a length. It owns nothing and need not end in NUL. */
#ifndef BF_BASE_STR_H
#define BF_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bf_str {
	const char *p;
	size_t len;
};

#define BF_STR(literal) ((struct bf_str){ "" literal, sizeof(literal) - 1 })
/* For printf: "%.*s", BF_STR_ARG(s) */
#define BF_STR_ARG(s) (int)(s).len, (s).p

static inline struct bf_str bf_str(const char *p)
{
	return (struct bf_str){ p, p ? strlen(p) : 0 };
}

static inline bool bf_str_eq(struct bf_str a, struct bf_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool bf_str_is(struct bf_str a, const char *b)
{
	return bf_str_eq(a, bf_str(b));
}

bool bf_str_starts(struct bf_str s, struct bf_str prefix);
bool bf_str_ends(struct bf_str s, struct bf_str suffix);
/* Without ASCII white space at both ends. */
struct bf_str bf_str_trim(struct bf_str s);
/*
 * Takes the part of *rest before the first sep and moves *rest behind it; without a sep,
 * all of it. Returns false when *rest was used up (its p is NULL) before.
 */
bool bf_str_cut(struct bf_str *rest, char sep, struct bf_str *ret_part);
/* A whole decimal integer, with an optional minus and nothing else, within int64_t. */
bool bf_str_int(struct bf_str s, int64_t *ret_n);
/* Every byte is one of [a-z0-9_], the first a letter, 1 to 32 of them. */
bool bf_str_is_name(struct bf_str s);

/* UTF-8. Overlong forms, surrogates and what lies past U+10FFFF are invalid. */
bool bf_utf8_valid(struct bf_str s);
/* Decodes the character at s.p; returns its bytes, 0 where it is invalid or s is empty. */
size_t bf_utf8_next(struct bf_str s, uint32_t *ret_code);
/* Characters of valid UTF-8. */
size_t bf_utf8_count(struct bf_str s);

#endif
