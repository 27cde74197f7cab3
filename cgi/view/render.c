#include "view/program.h"

#include "view/escape.h"
#include "view/format.h"

struct loop_state {
	size_t i, count;
	const struct bf_value *items;
	struct bf_value index;
};

struct renderer {
	struct bf_frame frame;
	const struct bf_view *view;
	struct bf_buf *out;
	struct loop_state *loops;
	unsigned keys; /* forms that have got theirs */
};

static void escape(struct bf_buf *out, enum bf_place place, struct bf_str s)
{
	switch (place) {
	case BF_PLACE_TEXT:
	case BF_PLACE_RAW:
		bf_escape_text(out, s);
		break;
	case BF_PLACE_ATTRIBUTE:
		bf_escape_attribute(out, s);
		break;
	case BF_PLACE_PATH:
		bf_escape_path(out, s);
		break;
	case BF_PLACE_QUERY:
		bf_escape_query(out, s);
		break;
	case BF_PLACE_ADDRESS:
		bf_escape_address(out, s);
		break;
	}
}

static void print_plain(struct bf_buf *out, enum bf_place place, const struct bf_value *value)
{
	switch (value->kind) {
	case BF_NUMBER:
		bf_buf_add_int(out, value->n);
		break;
	case BF_MARKUP:
		if (place == BF_PLACE_RAW) {
			bf_buf_add_str(out, bf_value_str(value));
			break;
		}
		/* fall through */
	case BF_STRING:
		escape(out, place, bf_value_str(value));
		break;
	case BF_BOOL:
		bf_buf_add_text(out, value->yes ? "true" : "false");
		break;
	case BF_TIME:
		bf_format_json_date(out, value->n);
		break;
	default:
		break;
	}
}

/* At the front of an address only a text can stand. An empty one leaves the rest alone. */
static void print_address(struct bf_buf *out, const struct bf_value *value)
{
	if (value->kind == BF_STRING && !value->len)
		return;
	bf_escape_address(out, bf_value_str(value));
}

static void print_region(const struct renderer *r, enum bf_place place, int64_t code)
{
	const struct bf_view_env *env = r->view->env;
	const char *name =
		env->region_name ? env->region_name(env->arg, code, r->view->lang) : NULL;

	if (name)
		escape(r->out, place, bf_str(name));
}

static void print_label(const struct renderer *r, const struct bf_view_step *step,
			struct bf_str code)
{
	for (size_t i = 0; i < step->labels->count; i++)
		if (bf_str_eq(step->labels->items[i].code, code)) {
			code = step->labels->items[i].label;
			break;
		}
	escape(r->out, step->place, code);
}

static void print_number(const struct renderer *r, const struct bf_view_step *step, int64_t n)
{
	switch (step->format) {
	case BF_FORMAT_NUMBER:
		bf_format_number(r->out, n);
		break;
	case BF_FORMAT_MONEY:
		bf_format_money(r->out, n);
		break;
	case BF_FORMAT_PERCENT:
		bf_format_percent(r->out, n);
		break;
	case BF_FORMAT_REGION:
		print_region(r, step->place, n);
		break;
	default:
		bf_buf_add_int(r->out, n);
	}
}

static void print_time(const struct renderer *r, const struct bf_view_step *step, int64_t ms)
{
	switch (step->format) {
	case BF_FORMAT_DATE:
	case BF_FORMAT_TIME:
		bf_format_date(r->out, ms, r->view->lang, step->format == BF_FORMAT_TIME);
		break;
	default:
		bf_format_json_date(r->out, ms);
	}
}

/* A format that is not for this kind of value leaves it plain. */
static void print(const struct renderer *r, const struct bf_view_step *step)
{
	struct bf_value value = bf_expr_value(step->expr, &r->frame);

	if (step->place == BF_PLACE_ADDRESS)
		print_address(r->out, &value);
	else if (step->format == BF_FORMAT_PLAIN)
		print_plain(r->out, step->place, &value);
	else if (value.kind == BF_NUMBER)
		print_number(r, step, value.n);
	else if (value.kind == BF_TIME)
		print_time(r, step, value.n);
	else if (value.kind == BF_STRING && step->format == BF_FORMAT_LABEL)
		print_label(r, step, bf_value_str(&value));
	else
		print_plain(r->out, step->place, &value);
}

static void print_hidden(struct bf_buf *out, const char *name, const char *value)
{
	bf_buf_add_text(out, "<input type=\"hidden\" name=\"");
	bf_buf_add_text(out, name);
	bf_buf_add_text(out, "\" value=\"");
	bf_escape_attribute(out, bf_str(value));
	bf_buf_add_text(out, "\">");
}

/* Each form of a page is an act of its own, hence its own key: the page's, and its place in it. */
static void print_secrets(struct renderer *r)
{
	const struct bf_view_request *request = r->frame.request;

	if (request->token)
		print_hidden(r->out, "_token", request->token);
	if (request->idempotency_key)
		print_hidden(r->out, "_key",
			     bf_pool_printf(request->pool, "%s-%u", request->idempotency_key,
					    ++r->keys));
}

static bool holds(const struct renderer *r, const struct bf_view_step *step)
{
	struct bf_value value = bf_expr_value(step->expr, &r->frame);

	return bf_value_true(&value);
}

static bool is_null(const struct renderer *r, const struct bf_view_step *step)
{
	struct bf_value value = bf_expr_value(step->expr, &r->frame);

	return value.kind == BF_NULL;
}

static void set_item(struct renderer *r, uint32_t loop)
{
	struct loop_state *state = &r->loops[loop];

	state->index = bf_value_number((int64_t)state->i);
	r->frame.slots[r->view->loops[loop].item_slot] = &state->items[state->i];
	r->frame.slots[r->view->loops[loop].index_slot] = &state->index;
}

static bool start_loop(struct renderer *r, const struct bf_view_step *step)
{
	struct bf_value list = bf_expr_value(step->expr, &r->frame);
	struct loop_state *state = &r->loops[step->loop];

	if (list.kind != BF_LIST || !list.list->count)
		return false;
	*state = (struct loop_state){ .count = list.list->count, .items = list.list->items };
	set_item(r, step->loop);
	return true;
}

static bool next_item(struct renderer *r, const struct bf_view_step *step)
{
	struct loop_state *state = &r->loops[step->loop];

	if (++state->i >= state->count)
		return false;
	set_item(r, step->loop);
	return true;
}

/* Does what a step says; true: go on at its target. */
static bool run_step(struct renderer *r, const struct bf_view_step *step)
{
	switch ((enum bf_op)step->op) {
	case BF_OP_VALUE:
		print(r, step);
		return false;
	case BF_OP_UNLESS:
		return !holds(r, step);
	case BF_OP_IF_NULL:
		return is_null(r, step);
	case BF_OP_JUMP:
		return true;
	case BF_OP_EACH:
		return !start_loop(r, step);
	case BF_OP_NEXT:
		return next_item(r, step);
	case BF_OP_ROOT:
		bf_escape_attribute(r->out, bf_str(r->frame.request->root));
		return false;
	case BF_OP_MOUNT:
		bf_escape_attribute(r->out, bf_str(r->frame.request->mount));
		return false;
	case BF_OP_SECRETS:
		print_secrets(r);
		return false;
	case BF_OP_NOTHING:
	case BF_OP_END:
		break;
	}
	return false;
}

static void find_roots(const struct renderer *r)
{
	const struct bf_view_request *request = r->frame.request;

	for (uint32_t i = 0; i < r->view->root_count; i++) {
		const struct bf_root *root = &r->view->roots[i];

		r->frame.slots[root->slot] =
			bf_value_find(root->global ? request->globals : request->model, root->name);
	}
}

void bf_view_render(const struct bf_view *view, const struct bf_view_request *request,
		    struct bf_buf *out)
{
	struct renderer r = { .view = view, .out = out };
	const struct bf_view_step *step = view->steps;

	r.frame.request = request;
	r.frame.slots = bf_pool_zalloc(request->pool, view->slot_count * sizeof(*r.frame.slots));
	r.loops = bf_pool_alloc(request->pool, view->loop_count * sizeof(*r.loops));
	find_roots(&r);
	for (;;) {
		bf_buf_add_str(out, step->text);
		if (step->op == BF_OP_END)
			return;
		step = run_step(&r, step) ? view->steps + step->target : step + 1;
	}
}

size_t bf_view_steps(const struct bf_view *view)
{
	return view->step_count;
}

bool bf_view_posts(const struct bf_view *view)
{
	for (size_t i = 0; i < view->step_count; i++)
		if (view->steps[i].op == BF_OP_SECRETS)
			return true;
	return false;
}
