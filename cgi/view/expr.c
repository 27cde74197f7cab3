#include "view/expr.h"

#include "view/format.h"

/* Both bound how deep reading and evaluating recurse. */
enum { DEPTH_MAX = 32, BYTES_MAX = 1000, HOPS_MAX = 8 };

static const struct bf_str format_name[BF_FORMAT__MAX] = {
	[BF_FORMAT_PLAIN] = { "", 0 },
	[BF_FORMAT_NUMBER] = { "number", 6 },
	[BF_FORMAT_MONEY] = { "money", 5 },
	[BF_FORMAT_PERCENT] = { "percent", 7 },
	[BF_FORMAT_DATE] = { "date", 4 },
	[BF_FORMAT_TIME] = { "time", 4 },
	[BF_FORMAT_JSON_DATE] = { "json_date", 9 },
	[BF_FORMAT_REGION] = { "region", 6 },
	[BF_FORMAT_LABEL] = { "label", 5 },
};

/* ---- reading ---- */

struct parser {
	const struct bf_expr_context *context;
	struct bf_str whole, rest;
	unsigned depth;
	struct bf_err *err;
};

static enum bf_rc parse_piped(struct parser *p, struct bf_expr **ret);

static void skip_space(struct parser *p)
{
	while (p->rest.len && strchr(" \t\r\n", p->rest.p[0])) {
		p->rest.p++;
		p->rest.len--;
	}
}

static void advance(struct parser *p, size_t bytes)
{
	p->rest.p += bytes;
	p->rest.len -= bytes;
}

static enum bf_rc expected(struct parser *p, const char *what)
{
	skip_space(p);
	if (!p->rest.len)
		return bf_err_set(p->err, BF_FAULT, "\"%.*s\" ends where %s should stand",
				  BF_STR_ARG(p->whole), what);
	return bf_err_set(p->err, BF_FAULT, "\"%.*s\": %s should stand before \"%.*s\"",
			  BF_STR_ARG(p->whole), what, BF_STR_ARG(p->rest));
}

/* Takes a sign, such as "==", where it stands next. */
static bool take_sign(struct parser *p, const char *sign)
{
	skip_space(p);
	if (!bf_str_starts(p->rest, bf_str(sign)))
		return false;
	advance(p, strlen(sign));
	return true;
}

/* The name that stands next, not yet taken; empty where there is none. */
static struct bf_str peek_name(struct parser *p)
{
	size_t len = 0;

	skip_space(p);
	while (len < p->rest.len) {
		char c = p->rest.p[len];

		if (!(c >= 'a' && c <= 'z') && c != '_' && !(len && c >= '0' && c <= '9'))
			break;
		len++;
	}
	return (struct bf_str){ p->rest.p, len };
}

static bool take_word(struct parser *p, const char *word)
{
	if (!bf_str_is(peek_name(p), word))
		return false;
	advance(p, strlen(word));
	return true;
}

static struct bf_expr *new_expr(struct parser *p, enum bf_expr_op op)
{
	struct bf_expr *expr = bf_pool_zalloc(p->context->pool, sizeof(*expr));

	expr->op = op;
	return expr;
}

static struct bf_expr *new_on(struct parser *p, enum bf_expr_op op, const struct bf_expr *left,
			      const struct bf_expr *right)
{
	struct bf_expr *expr = new_expr(p, op);

	expr->on.left = left;
	expr->on.right = right;
	return expr;
}

static struct bf_expr *new_constant(struct parser *p, struct bf_value value)
{
	struct bf_expr *expr = new_expr(p, BF_EXPR_CONSTANT);

	expr->constant = value;
	return expr;
}

static enum bf_rc parse_number(struct parser *p, struct bf_expr **ret)
{
	size_t len = p->rest.p[0] == '-';
	int64_t n;

	while (len < p->rest.len && p->rest.p[len] >= '0' && p->rest.p[len] <= '9')
		len++;
	if (!bf_str_int((struct bf_str){ p->rest.p, len }, &n))
		return expected(p, "a whole number");
	advance(p, len);
	*ret = new_constant(p, bf_value_number(n));
	return BF_OK;
}

static enum bf_rc parse_text(struct parser *p, struct bf_expr **ret)
{
	struct bf_str text;

	advance(p, 1);
	if (!memchr(p->rest.p, '\'', p->rest.len))
		return expected(p, "a text that ends in '");
	bf_str_cut(&p->rest, '\'', &text);
	*ret = new_constant(p, bf_value_string((struct bf_str){
				       bf_pool_copy(p->context->pool, text), text.len }));
	return BF_OK;
}

static enum bf_rc parse_path(struct parser *p, struct bf_expr **ret)
{
	struct bf_str names[HOPS_MAX];
	size_t count = 0;

	do {
		struct bf_str name = peek_name(p);

		if (!name.len)
			return expected(p, "a name");
		if (count == HOPS_MAX)
			return bf_err_set(p->err, BF_FAULT,
					  "\"%.*s\" has more than %d names in a row",
					  BF_STR_ARG(p->whole), HOPS_MAX);
		names[count++] = name;
		advance(p, name.len);
	} while (take_sign(p, "."));
	*ret = new_expr(p, BF_EXPR_PATH);
	return p->context->resolve(p->context->arg, names, count, *ret, p->err);
}

static enum bf_rc parse_primary(struct parser *p, struct bf_expr **ret)
{
	static const struct {
		const char *word;
		struct bf_value value;
	} words[] = {
		{ "true", { .kind = BF_BOOL, .yes = true } },
		{ "false", { .kind = BF_BOOL, .yes = false } },
		{ "null", { .kind = BF_NULL } },
	};
	enum bf_rc rc;

	if (take_sign(p, "(")) {
		rc = parse_piped(p, ret);
		if (rc == BF_OK && !take_sign(p, ")"))
			rc = expected(p, "\")\"");
		return rc;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (take_word(p, words[i].word)) {
			*ret = new_constant(p, words[i].value);
			return BF_OK;
		}
	if (p->rest.len && p->rest.p[0] == '\'')
		return parse_text(p, ret);
	if (p->rest.len && strchr("-0123456789", p->rest.p[0]))
		return parse_number(p, ret);
	return parse_path(p, ret);
}

static enum bf_rc parse_compare(struct parser *p, struct bf_expr **ret)
{
	static const struct {
		const char *sign;
		enum bf_expr_op op;
	} signs[] = {
		{ "==", BF_EXPR_EQUAL },         { "!=", BF_EXPR_UNEQUAL },
		{ "<=", BF_EXPR_LESS_EQUAL },    { "<", BF_EXPR_LESS },
		{ ">=", BF_EXPR_GREATER_EQUAL }, { ">", BF_EXPR_GREATER },
	};
	enum bf_rc rc = parse_primary(p, ret);

	for (size_t i = 0; rc == BF_OK && i < sizeof(signs) / sizeof(signs[0]); i++) {
		struct bf_expr *left = *ret, *right;

		if (!take_sign(p, signs[i].sign))
			continue;
		rc = parse_primary(p, &right);
		if (rc == BF_OK)
			*ret = new_on(p, signs[i].op, left, right);
		break;
	}
	return rc;
}

static enum bf_rc parse_not(struct parser *p, struct bf_expr **ret)
{
	enum bf_rc rc;

	if (++p->depth > DEPTH_MAX)
		return bf_err_set(p->err, BF_FAULT, "\"%.*s\" is nested too deeply",
				  BF_STR_ARG(p->whole));
	if (take_word(p, "not")) {
		rc = parse_not(p, ret);
		if (rc == BF_OK)
			*ret = new_on(p, BF_EXPR_NOT, *ret, NULL);
	} else {
		rc = parse_compare(p, ret);
	}
	p->depth--;
	return rc;
}

/* A row of `next` joined by `word`. */
static enum bf_rc parse_row(struct parser *p, const char *word, enum bf_expr_op op,
			    enum bf_rc (*next)(struct parser *p, struct bf_expr **ret),
			    struct bf_expr **ret)
{
	enum bf_rc rc = next(p, ret);

	while (rc == BF_OK && take_word(p, word)) {
		struct bf_expr *left = *ret, *right;

		rc = next(p, &right);
		if (rc == BF_OK)
			*ret = new_on(p, op, left, right);
	}
	return rc;
}

static enum bf_rc parse_and(struct parser *p, struct bf_expr **ret)
{
	return parse_row(p, "and", BF_EXPR_AND, parse_not, ret);
}

static enum bf_rc parse_piped(struct parser *p, struct bf_expr **ret)
{
	enum bf_rc rc = parse_row(p, "or", BF_EXPR_OR, parse_and, ret);

	while (rc == BF_OK) {
		struct bf_str before = p->rest;

		if (!take_sign(p, "|"))
			break;
		if (!take_word(p, "days_left")) {
			p->rest = before;
			break;
		}
		*ret = new_on(p, BF_EXPR_DAYS_LEFT, *ret, NULL);
	}
	return rc;
}

static enum bf_rc parse_format(struct parser *p, struct bf_output *output)
{
	struct bf_str name = peek_name(p);

	if (!name.len)
		return expected(p, "a format");
	for (enum bf_format i = BF_FORMAT_PLAIN + 1; i < BF_FORMAT__MAX; i++)
		if (bf_str_eq(name, format_name[i]))
			output->format = i;
	if (output->format == BF_FORMAT_PLAIN)
		return bf_err_set(p->err, BF_FAULT, "there is no format \"%.*s\"",
				  BF_STR_ARG(name));
	advance(p, name.len);
	if (output->format != BF_FORMAT_LABEL)
		return BF_OK;
	if (!take_sign(p, ":"))
		return expected(p, "\":\" and an enumeration");
	name = peek_name(p);
	if (!name.len)
		return expected(p, "an enumeration");
	advance(p, name.len);
	return p->context->labels(p->context->arg, name, &output->labels, p->err);
}

enum bf_rc bf_expr_parse_output(const struct bf_expr_context *context, struct bf_str text,
				struct bf_output *ret_output, struct bf_err *err)
{
	struct parser p = { .context = context, .whole = text, .rest = text, .err = err };
	struct bf_output output = { .format = BF_FORMAT_PLAIN };
	struct bf_expr *expr;
	enum bf_rc rc;

	if (text.len > BYTES_MAX)
		return bf_err_set(err, BF_FAULT, "an expression has over %d bytes", BYTES_MAX);
	rc = parse_piped(&p, &expr);
	if (rc == BF_OK && take_sign(&p, "|"))
		rc = parse_format(&p, &output);
	skip_space(&p);
	if (rc == BF_OK && p.rest.len)
		rc = expected(&p, "the end");
	if (rc != BF_OK)
		return rc;
	output.expr = expr;
	*ret_output = output;
	return BF_OK;
}

enum bf_rc bf_expr_parse(const struct bf_expr_context *context, struct bf_str text,
			 const struct bf_expr **ret_expr, struct bf_err *err)
{
	struct bf_output output;
	enum bf_rc rc = bf_expr_parse_output(context, text, &output, err);

	if (rc != BF_OK)
		return rc;
	if (output.format != BF_FORMAT_PLAIN)
		return bf_err_set(err, BF_FAULT,
				  "the format \"%s\" is for printing and cannot stand here",
				  format_name[output.format].p);
	*ret_expr = output.expr;
	return BF_OK;
}

/* ---- evaluating ---- */

static const struct bf_value *hop_from(const struct bf_value *at, const struct bf_hop *hop)
{
	if (at->kind == BF_ROW && at->row->shape == hop->shape)
		return &at->row->cells[hop->column];
	return bf_value_find(at, hop->name);
}

static struct bf_value path_value(const struct bf_expr *expr, const struct bf_frame *frame)
{
	const struct bf_value *at = frame->slots[expr->path.slot];

	for (uint32_t i = 0; at && i < expr->path.hop_count; i++)
		at = hop_from(at, &expr->path.hops[i]);
	return at ? *at : (struct bf_value){ .kind = BF_NULL };
}

static bool is_number(const struct bf_value *value)
{
	return value->kind == BF_NUMBER || value->kind == BF_TIME || value->kind == BF_BOOL;
}

/* A number and a text are equal where the text is the number as it is written: what was typed
 * or stands in an address is text. */
static bool number_is_text(const struct bf_value *number, const struct bf_value *text)
{
	int64_t n;

	return bf_str_int(bf_value_str(text), &n) && n == bf_value_int(number);
}

static bool equal(const struct bf_value *a, const struct bf_value *b)
{
	if (a->kind == BF_NULL || b->kind == BF_NULL)
		return a->kind == b->kind;
	if (is_number(a) && is_number(b))
		return bf_value_int(a) == bf_value_int(b);
	if (is_number(a) && b->kind == BF_STRING)
		return number_is_text(a, b);
	if (a->kind == BF_STRING && is_number(b))
		return number_is_text(b, a);
	return a->kind == BF_STRING && b->kind == BF_STRING &&
	       bf_str_eq(bf_value_str(a), bf_value_str(b));
}

/* Only numbers and times have an order; nothing is less or greater than null. */
static bool ordered(enum bf_expr_op op, const struct bf_value *a, const struct bf_value *b)
{
	int64_t left, right;

	if (!is_number(a) || !is_number(b))
		return false;
	left = bf_value_int(a);
	right = bf_value_int(b);
	switch (op) {
	case BF_EXPR_LESS:
		return left < right;
	case BF_EXPR_LESS_EQUAL:
		return left <= right;
	case BF_EXPR_GREATER:
		return left > right;
	default:
		return left >= right;
	}
}

static struct bf_value days_left(struct bf_value value, const struct bf_frame *frame)
{
	if (value.kind != BF_TIME)
		return (struct bf_value){ .kind = BF_NULL };
	return bf_value_number(bf_format_days_left(value.n, frame->request->now_ms));
}

static bool is_form_of(const struct bf_expr *expr, const struct bf_view_request *request)
{
	return !request->form || strcmp(request->form, expr->field.form) == 0;
}

static struct bf_value field_value(const struct bf_expr *expr, const struct bf_frame *frame)
{
	const struct bf_view_request *request = frame->request;
	const struct bf_value *fields =
		expr->op == BF_EXPR_MESSAGE ? request->messages : request->typed;
	const struct bf_value *found;

	if (!fields || !is_form_of(expr, request))
		return (struct bf_value){ .kind = BF_NULL };
	if (expr->op == BF_EXPR_FILLED)
		return bf_value_bool(true);
	found = bf_value_find(fields, expr->field.name);
	return found ? *found : (struct bf_value){ .kind = BF_NULL };
}

static struct bf_value two_sided(const struct bf_expr *expr, const struct bf_frame *frame)
{
	struct bf_value left = bf_expr_value(expr->on.left, frame), right;

	if (expr->op == BF_EXPR_AND)
		return bf_value_true(&left) ? bf_expr_value(expr->on.right, frame)
					    : (struct bf_value){ .kind = BF_NULL };
	if (expr->op == BF_EXPR_OR)
		return bf_value_true(&left) ? left : bf_expr_value(expr->on.right, frame);
	right = bf_expr_value(expr->on.right, frame);
	if (expr->op == BF_EXPR_EQUAL)
		return bf_value_bool(equal(&left, &right));
	if (expr->op == BF_EXPR_UNEQUAL)
		return bf_value_bool(!equal(&left, &right));
	return bf_value_bool(ordered(expr->op, &left, &right));
}

struct bf_value bf_expr_value(const struct bf_expr *expr, const struct bf_frame *frame)
{
	struct bf_value value;

	switch (expr->op) {
	case BF_EXPR_PATH:
		return path_value(expr, frame);
	case BF_EXPR_CONSTANT:
		return expr->constant;
	case BF_EXPR_NOT:
		value = bf_expr_value(expr->on.left, frame);
		return bf_value_bool(!bf_value_true(&value));
	case BF_EXPR_DAYS_LEFT:
		return days_left(bf_expr_value(expr->on.left, frame), frame);
	case BF_EXPR_FILLED:
	case BF_EXPR_TYPED:
	case BF_EXPR_MESSAGE:
		return field_value(expr, frame);
	default:
		return two_sided(expr, frame);
	}
}
