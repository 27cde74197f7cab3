#include "view/emit.h"

#include "view/escape.h"

void bf_emit_init(struct bf_emit *emit, struct bf_pool *pool, struct bf_pool *scratch)
{
	*emit = (struct bf_emit){ .pool = pool, .scratch = scratch };
	bf_buf_init(&emit->text);
}

void bf_emit_release(struct bf_emit *emit)
{
	bf_buf_release(&emit->text);
}

void bf_emit_markup(struct bf_emit *emit, const char *markup)
{
	bf_buf_add_text(&emit->text, markup);
}

void bf_emit_text(struct bf_emit *emit, struct bf_str s)
{
	bf_escape_text(&emit->text, s);
}

void bf_emit_attribute(struct bf_emit *emit, struct bf_str s)
{
	bf_escape_attribute(&emit->text, s);
}

static struct bf_view_step *new_step(struct bf_emit *emit)
{
	if (emit->count == emit->capacity) {
		struct bf_view_step *steps = emit->steps;

		emit->capacity = emit->capacity ? emit->capacity * 2 : 64;
		emit->steps = bf_pool_alloc(emit->scratch, emit->capacity * sizeof(*steps));
		if (emit->count)
			memcpy(emit->steps, steps, emit->count * sizeof(*steps));
	}
	return &emit->steps[emit->count++];
}

uint32_t bf_emit_step(struct bf_emit *emit, struct bf_view_step step)
{
	struct bf_str text = bf_buf_str(&emit->text);

	step.text = (struct bf_str){ bf_pool_copy(emit->pool, text), text.len };
	bf_buf_clear(&emit->text);
	*new_step(emit) = step;
	return emit->count - 1;
}

uint32_t bf_emit_op(struct bf_emit *emit, enum bf_op op, const struct bf_expr *expr)
{
	return bf_emit_step(emit, (struct bf_view_step){ .op = (uint8_t)op, .expr = expr });
}

uint32_t bf_emit_here(struct bf_emit *emit)
{
	if (emit->text.len)
		bf_emit_op(emit, BF_OP_NOTHING, NULL);
	return emit->count;
}

void bf_emit_land(struct bf_emit *emit, uint32_t step)
{
	uint32_t here = bf_emit_here(emit); /* it may move the steps */

	emit->steps[step].target = here;
}

const struct bf_view_step *bf_emit_finish(struct bf_emit *emit, size_t *ret_count)
{
	struct bf_view_step *steps;

	bf_emit_op(emit, BF_OP_END, NULL);
	steps = bf_pool_alloc(emit->pool, emit->count * sizeof(*steps));
	memcpy(steps, emit->steps, emit->count * sizeof(*steps));
	*ret_count = emit->count;
	return steps;
}
