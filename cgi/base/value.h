/*
 * value: the tree that queries return, templates walk and JSON prints. 16 bytes a value;
 * everything it points to lives in the pool it was made with.
 */
#ifndef BF_BASE_VALUE_H
#define BF_BASE_VALUE_H

#include "bangfu.h"
#include "base/buf.h"
#include "base/pool.h"

enum bf_kind {
	BF_NULL = 0,
	BF_BOOL,
	BF_NUMBER, /* int64_t */
	BF_TIME,   /* milliseconds since 1970, UTC */
	BF_STRING, /* UTF-8, ends in NUL as well */
	BF_MARKUP, /* HTML that a template rendered; JSON leaves it out */
	BF_LIST,
	BF_ROW, /* cells under the names of a shape that many rows share */
	BF_MAP, /* members in the order in which they were set */
};

struct bf_value {
	uint8_t kind; /* enum bf_kind */
	uint32_t len; /* bytes of text */
	union {
		bool yes;
		int64_t n;
		const char *text;
		struct bf_list *list;
		const struct bf_row *row;
		struct bf_map *map;
	};
};

struct bf_list {
	size_t count, capacity;
	struct bf_value *items;
	bool paged;           /* JSON: {"items": [...], "next": ...} */
	struct bf_value next; /* text of the next page's cursor, or null; templates: list.next */
};

/* The columns of a query. */
struct bf_shape {
	uint32_t count;
	const struct bf_str *names;
};

struct bf_row {
	const struct bf_shape *shape;
	struct bf_value cells[]; /* shape->count of them */
};

struct bf_member {
	struct bf_str name;
	struct bf_value value;
};

struct bf_map {
	struct bf_pool *pool;
	size_t count, capacity;
	struct bf_member *members;
};

struct bf_value bf_value_bool(bool yes);
struct bf_value bf_value_number(int64_t n);
struct bf_value bf_value_time(int64_t ms);
/* Borrows; the text must live as long as the value and end in NUL. */
struct bf_value bf_value_string(struct bf_str s);
struct bf_value bf_value_list(struct bf_pool *pool);
struct bf_value bf_value_map(struct bf_pool *pool);

/* Adds to a list made by bf_value_list. */
void bf_value_push(struct bf_pool *pool, struct bf_value *list, struct bf_value item);
/* Sets or replaces a member of a map made by bf_value_map; the name is borrowed. */
void bf_value_set(struct bf_value *map, const char *name, struct bf_value value);
/* A member of a row or map, or list.next; NULL where there is none. */
const struct bf_value *bf_value_find(const struct bf_value *value, struct bf_str name);
/* What `if` takes for true: not null, false, 0, "" or an empty list. */
bool bf_value_true(const struct bf_value *value);
/* Text as a str; empty for every other kind. */
struct bf_str bf_value_str(const struct bf_value *value);

/* RFC 8259. Times are ISO 8601 in UTC, a paged list an object, markup is left out. */
void bf_value_print_json(const struct bf_value *value, struct bf_buf *out);
void bf_json_add_string(struct bf_buf *out, struct bf_str s);

#endif
