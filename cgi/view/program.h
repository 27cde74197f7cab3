/*
 * program: what a template becomes, a flat list of steps. Each prints its literal text, then
 * does one thing. Const after load and shared by all workers.
 */
#ifndef BF_VIEW_PROGRAM_H
#define BF_VIEW_PROGRAM_H

#include "view/expr.h"

enum bf_op {
	BF_OP_END,
	BF_OP_NOTHING, /* the text alone */
	BF_OP_VALUE,   /* prints expr by format into place */
	BF_OP_ROOT,    /* prints the request's root */
	BF_OP_MOUNT,   /* prints the request's mount */
	BF_OP_SECRETS, /* prints the hidden fields of a POST */
	BF_OP_JUMP,    /* goes on at target */
	BF_OP_UNLESS,  /* goes on at target unless expr is true */
	BF_OP_IF_NULL, /* goes on at target if expr is null */
	BF_OP_EACH,    /* starts a loop over expr, or goes on at target if it is empty */
	BF_OP_NEXT,    /* goes back to target with the next item, if there is one */
};

/* Where a value lands, hence how it is escaped. */
enum bf_place {
	BF_PLACE_TEXT,
	BF_PLACE_ATTRIBUTE,
	BF_PLACE_PATH,
	BF_PLACE_QUERY,
	BF_PLACE_ADDRESS,
	BF_PLACE_RAW, /* markup as it is; anything else as text */
};

struct bf_view_step {
	struct bf_str text;
	uint8_t op;     /* enum bf_op */
	uint8_t place;  /* enum bf_place */
	uint8_t format; /* enum bf_format */
	uint32_t target;
	uint32_t loop;
	const struct bf_expr *expr;
	const struct bf_labels *labels;
};

/* A name that is looked up once, before the first step. */
struct bf_root {
	struct bf_str name;
	bool global;
	uint32_t slot;
};

struct bf_loop {
	uint32_t item_slot, index_slot;
};

struct bf_view {
	const struct bf_view_env *env;
	enum bf_lang lang;
	size_t step_count;
	const struct bf_view_step *steps; /* the last one is BF_OP_END */
	uint32_t slot_count, root_count, loop_count;
	const struct bf_root *roots;
	const struct bf_loop *loops;
};

#endif
