/* emit: writes a program, joining literal texts that stand side by side. */
#ifndef BF_VIEW_EMIT_H
#define BF_VIEW_EMIT_H

#include "view/program.h"

struct bf_emit {
	struct bf_pool *pool;    /* for what the finished program keeps */
	struct bf_pool *scratch; /* for what goes with the compiler */
	struct bf_buf text;      /* literal text that no step carries yet */
	struct bf_view_step *steps;
	uint32_t count, capacity;
};

void bf_emit_init(struct bf_emit *emit, struct bf_pool *pool, struct bf_pool *scratch);
void bf_emit_release(struct bf_emit *emit);

/* Markup as it stands. */
void bf_emit_markup(struct bf_emit *emit, const char *markup);
/* Text to be escaped for its place: text or attribute. */
void bf_emit_text(struct bf_emit *emit, struct bf_str s);
void bf_emit_attribute(struct bf_emit *emit, struct bf_str s);

/* Adds a step and returns its number. */
uint32_t bf_emit_step(struct bf_emit *emit, struct bf_view_step step);
uint32_t bf_emit_op(struct bf_emit *emit, enum bf_op op, const struct bf_expr *expr);
/* The number of the step that comes next; a jump may go there. */
uint32_t bf_emit_here(struct bf_emit *emit);
/* Lets an earlier step go on here. */
void bf_emit_land(struct bf_emit *emit, uint32_t step);
/* Ends the program; its steps live in the pool. */
const struct bf_view_step *bf_emit_finish(struct bf_emit *emit, size_t *ret_count);

#endif
