/*
 * expr: the expressions of templates, parsed at load, evaluated while a page is rendered.
 *
 *   output  = piped, at its end "|" a format: {post.target_fen | money}
 *   piped   = or { "|" "days_left" }
 *   or      = and { "or" and }              the left side where it is true, else the right
 *   and     = not { "and" not }             the right side where the left is true, else null
 *   not     = "not" not | compare
 *   compare = primary [ ("==" | "!=" | "<" | "<=" | ">" | ">=") primary ]
 *   primary = path | 12 | 'text' | true | false | null | "(" piped ")"
 *
 * Evaluating never fails: what is not there is null.
 */
#ifndef BF_VIEW_EXPR_H
#define BF_VIEW_EXPR_H

#include "base/err.h"
#include "base/value.h"
#include "view/view.h"

enum bf_expr_op {
	BF_EXPR_CONSTANT,
	BF_EXPR_PATH,
	BF_EXPR_NOT,
	BF_EXPR_AND,
	BF_EXPR_OR,
	BF_EXPR_EQUAL,
	BF_EXPR_UNEQUAL,
	BF_EXPR_LESS,
	BF_EXPR_LESS_EQUAL,
	BF_EXPR_GREATER,
	BF_EXPR_GREATER_EQUAL,
	BF_EXPR_DAYS_LEFT,
	/* made by form.c, not by the parser */
	BF_EXPR_FILLED,  /* whether the form is shown again with what was typed */
	BF_EXPR_TYPED,   /* what was typed into a field */
	BF_EXPR_MESSAGE, /* what is wrong with it */
};

/* One step of a path. Where the record is a row of the query that the template names, the
 * column's place is known since load; any other record is searched by name. */
struct bf_hop {
	struct bf_str name;
	const struct bf_shape *shape;
	uint32_t column;
};

struct bf_expr {
	enum bf_expr_op op;
	union {
		struct bf_value constant;
		struct {
			uint32_t slot; /* of the frame */
			uint32_t hop_count;
			struct bf_hop *hops;
		} path;
		struct {
			const struct bf_expr *left, *right; /* right is NULL for one operand */
		} on;
		struct {
			const char *form; /* the route */
			struct bf_str name;
		} field;
	};
};

/* How a value is written. */
enum bf_format {
	BF_FORMAT_PLAIN,
	BF_FORMAT_NUMBER,
	BF_FORMAT_MONEY,
	BF_FORMAT_PERCENT,
	BF_FORMAT_DATE,
	BF_FORMAT_TIME,
	BF_FORMAT_JSON_DATE,
	BF_FORMAT_REGION,
	BF_FORMAT_LABEL,
	BF_FORMAT__MAX
};

/* The translated labels of an enumeration. */
struct bf_labels {
	size_t count;
	const struct bf_label {
		struct bf_str code, label;
	} * items;
};

struct bf_output {
	const struct bf_expr *expr;
	enum bf_format format;
	const struct bf_labels *labels; /* for BF_FORMAT_LABEL */
};

/* What the parser asks of the compiler. Both set err and return its rc where a name is
 * unknown. */
struct bf_expr_context {
	struct bf_pool *pool;
	void *arg;
	enum bf_rc (*resolve)(void *arg, const struct bf_str *names, size_t count,
			      struct bf_expr *ret_path, struct bf_err *err);
	enum bf_rc (*labels)(void *arg, struct bf_str name, const struct bf_labels **ret_labels,
			     struct bf_err *err);
};

/* Fails with BF_FAULT. */
BF_MUST_CHECK enum bf_rc bf_expr_parse_output(const struct bf_expr_context *context,
					      struct bf_str text, struct bf_output *ret_output,
					      struct bf_err *err);
/* The same without a format. */
BF_MUST_CHECK enum bf_rc bf_expr_parse(const struct bf_expr_context *context, struct bf_str text,
				       const struct bf_expr **ret_expr, struct bf_err *err);

/* What expressions see while a page is rendered. */
struct bf_frame {
	const struct bf_view_request *request;
	const struct bf_value **slots; /* model names, globals and loop variables; NULL is null */
};

struct bf_value bf_expr_value(const struct bf_expr *expr, const struct bf_frame *frame);

#endif
