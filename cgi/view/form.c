#include "view/compile.h"

#include <inttypes.h>
#include <strings.h>

/* A form with bf:form. */
struct bf_form {
	const char *name; /* of the route */
	const xmlNode *node;
	struct bf_view_route route;
};

/* What decides which option of a select is chosen. Both may be missing. */
struct bf_select {
	const char *field;         /* what was typed into this field of the form */
	const struct bf_expr *own; /* else bf:value of the select */
};

/* How a field is written, by its element and type. */
enum field_kind {
	FIELD_NONE,   /* no field, or one that sends nothing of its own */
	FIELD_HIDDEN, /* the page alone says what it holds */
	FIELD_SECRET, /* password and file: never filled again */
	FIELD_TEXT,
	FIELD_NUMBER,
	FIELD_CHECKBOX,
	FIELD_RADIO,
	FIELD_SELECT,
	FIELD_TEXTAREA,
};

enum { TEXT_MAX_PRESET = 200, FEN_A_YUAN = 100, INCLUDES_MAX = 8 };

static bool is_element(const xmlNode *node, const char *name)
{
	return strcmp((const char *)node->name, name) == 0;
}

static const char *attribute(struct bf_compiler *c, const xmlNode *node, const char *name)
{
	const xmlAttr *found = bf_xml_attribute(node, name);

	return found ? bf_xml_value(c->scratch, found) : NULL;
}

/* ---- the form ---- */

static bool find_route(struct bf_compiler *c, const char *name, struct bf_view_route *ret_route)
{
	const struct bf_view_env *env = &c->views->env;

	return env->find_route &&
	       env->find_route(env->arg, c->source.template->scope, name, ret_route);
}

/* bf:form is "route" or "route, name: expression, ..." */
static const struct bf_form *read_form(struct bf_compiler *c, const xmlNode *node, const char *word)
{
	struct bf_form *form = bf_pool_zalloc(c->scratch, sizeof(*form));
	struct bf_str rest = bf_str(word), name;

	bf_str_cut(&rest, ',', &name);
	form->name = bf_pool_copy(c->pool, bf_str_trim(name));
	form->node = node;
	if (find_route(c, form->name, &form->route))
		return form;
	bf_compile_fault(c, node, "there is no route \"%s\" for bf:form", form->name);
	return NULL;
}

static bool is_post(struct bf_compiler *c, const xmlNode *node)
{
	const char *method = attribute(c, node, "method");

	return method && strcasecmp(method, "post") == 0;
}

static void enter_form(struct bf_compiler *c, const xmlNode *node)
{
	const char *word = bf_compile_word(c, node, "form");

	if (c->inside.any_form)
		bf_compile_fault(c, node, "<form> cannot stand in another <form>");
	c->inside.any_form = true;
	if (word)
		c->inside.form = read_form(c, node, word);
	else if (is_post(c, node))
		bf_compile_fault(
			c, node,
			"a form that posts needs bf:form: without it the answer is refused");
}

/* The expression that bf:form gives for {name} of the route's path. */
static struct bf_str path_value(struct bf_compiler *c, const struct bf_form *form,
				struct bf_str name)
{
	struct bf_str rest = bf_str(bf_compile_word(c, form->node, "form")), entry, key;

	while (bf_str_cut(&rest, ',', &entry)) {
		bf_str_cut(&entry, ':', &key);
		if (entry.p && bf_str_eq(bf_str_trim(key), name))
			return bf_str_trim(entry);
	}
	bf_compile_fault(c, form->node,
			 "the path of the route \"%s\" needs {%.*s}: write "
			 "bf:form=\"%s, %.*s: ...\"",
			 form->name, BF_STR_ARG(name), form->name, BF_STR_ARG(name));
	return BF_STR("null");
}

static void write_action(struct bf_compiler *c, const struct bf_form *form)
{
	bool core = strcmp(c->source.template->scope, BF_VIEWS_CORE) == 0;
	struct bf_str rest = bf_str(form->route.path);
	struct bf_piece piece;

	bf_emit_op(&c->emit, core ? BF_OP_ROOT : BF_OP_MOUNT, NULL);
	if (!core && bf_str_starts(rest, BF_STR("/"))) {
		rest.p++;
		rest.len--;
	}
	while (bf_message_next(&rest, false, &piece)) {
		if (piece.kind == BF_PIECE_VALUE)
			bf_compile_value(c, form->node, path_value(c, form, piece.text),
					 BF_PLACE_PATH);
		else
			bf_emit_attribute(&c->emit, piece.text);
	}
}

static void write_form_attributes(struct bf_compiler *c, const xmlNode *node)
{
	static const char *const except[] = { "method", "action", NULL };
	const struct bf_form *form = c->inside.form;

	bf_compile_attributes(c, node, except);
	bf_emit_markup(&c->emit, form->route.post ? " method=\"post\"" : " method=\"get\"");
	bf_emit_markup(&c->emit, " action=\"");
	write_action(c, form);
	bf_emit_markup(&c->emit, "\"");
}

/* ---- what was typed ---- */

static struct bf_expr *field_expr(struct bf_compiler *c, enum bf_expr_op op, const char *field)
{
	struct bf_expr *expr = bf_pool_zalloc(c->pool, sizeof(*expr));

	expr->op = op;
	expr->field.form = c->inside.form->name;
	expr->field.name = bf_str(bf_pool_copy(c->pool, bf_str(field)));
	return expr;
}

static const struct bf_expr *equal(struct bf_compiler *c, const struct bf_expr *left,
				   const struct bf_expr *right)
{
	struct bf_expr *expr = bf_pool_zalloc(c->pool, sizeof(*expr));

	expr->op = BF_EXPR_EQUAL;
	expr->on.left = left;
	expr->on.right = right;
	return expr;
}

static const struct bf_expr *text_expr(struct bf_compiler *c, const char *text)
{
	struct bf_expr *expr = bf_pool_zalloc(c->pool, sizeof(*expr));

	expr->op = BF_EXPR_CONSTANT;
	expr->constant = bf_value_string(bf_str(bf_pool_copy(c->pool, bf_str(text))));
	return expr;
}

static void print_expr(struct bf_compiler *c, const struct bf_expr *expr, enum bf_place place)
{
	struct bf_output output = { .expr = expr };

	bf_compile_print(c, &output, place);
}

/* The attribute `name` where two expressions are equal. */
static void write_if_equal(struct bf_compiler *c, const char *name, const struct bf_expr *left,
			   const struct bf_expr *right)
{
	uint32_t unless = bf_emit_op(&c->emit, BF_OP_UNLESS, equal(c, left, right));

	bf_emit_markup(&c->emit, " ");
	bf_emit_markup(&c->emit, name);
	bf_emit_land(&c->emit, unless);
}

/*
 * checked or selected. A form shown again goes by what was typed; one shown first by what the
 * select shows (own), or by the attribute that the element itself has.
 */
static void write_chosen(struct bf_compiler *c, const xmlNode *node, const char *name,
			 const char *field, const struct bf_expr *own, const struct bf_expr *value)
{
	uint32_t unless = 0, end = 0;

	if (field) {
		unless = bf_emit_op(&c->emit, BF_OP_UNLESS, field_expr(c, BF_EXPR_FILLED, field));
		write_if_equal(c, name, field_expr(c, BF_EXPR_TYPED, field), value);
		end = bf_emit_op(&c->emit, BF_OP_JUMP, NULL);
		bf_emit_land(&c->emit, unless);
	}
	if (own)
		write_if_equal(c, name, own, value);
	else if (node)
		bf_compile_attribute(c, node, name);
	if (field)
		bf_emit_land(&c->emit, end);
}

/* What an option, checkbox or radio button sends; NULL after a fault. */
static const struct bf_expr *sent_value(struct bf_compiler *c, const xmlNode *node)
{
	const char *fixed = attribute(c, node, "value");
	const char *varying = bf_compile_word(c, node, "value");
	struct bf_str value;

	if (varying && bf_compile_is_one_value(bf_str(varying), &value))
		return bf_compile_expr(c, node, value);
	if (!varying && fixed)
		return text_expr(c, fixed);
	bf_compile_fault(c, node, "<%s> needs a value: a text, or one {value}",
			 (const char *)node->name);
	return NULL;
}

static void write_typed_value(struct bf_compiler *c, const xmlNode *node, const char *field)
{
	const struct bf_expr *typed = field_expr(c, BF_EXPR_TYPED, field);
	uint32_t if_null = bf_emit_op(&c->emit, BF_OP_IF_NULL, typed), end;

	bf_emit_markup(&c->emit, " value=\"");
	print_expr(c, typed, BF_PLACE_ATTRIBUTE);
	bf_emit_markup(&c->emit, "\"");
	end = bf_emit_op(&c->emit, BF_OP_JUMP, NULL);
	bf_emit_land(&c->emit, if_null);
	bf_compile_attribute(c, node, "value");
	bf_emit_land(&c->emit, end);
}

/* ---- what is wrong with it ---- */

static bool has_message(struct bf_compiler *c, const xmlNode *node, const char *field, int depth);

/* A piece that includes itself is said elsewhere; here it only must come to an end. */
static bool include_has_message(struct bf_compiler *c, const xmlNode *node, const char *field,
				int depth)
{
	const char *name = bf_compile_word(c, node, "include");
	const struct bf_template *piece =
		name && depth ? bf_views_template(c->views, c->source.template->scope, name) : NULL;

	return piece && piece->doc &&
	       has_message(c, xmlDocGetRootElement(piece->doc), field, depth - 1);
}

/* Whether a form, with the pieces it includes, says somewhere what is wrong with a field. */
static bool has_message(struct bf_compiler *c, const xmlNode *node, const char *field, int depth)
{
	for (; node; node = node->next) {
		const char *message =
			node->type == XML_ELEMENT_NODE ? bf_compile_word(c, node, "message") : NULL;

		if (message && strcmp(message, field) == 0)
			return true;
		if (node->type == XML_ELEMENT_NODE &&
		    (has_message(c, node->children, field, depth) ||
		     include_has_message(c, node, field, depth)))
			return true;
	}
	return false;
}

static void write_message_id(struct bf_compiler *c, const char *field)
{
	bf_emit_attribute(&c->emit, bf_str(c->inside.form->name));
	bf_emit_markup(&c->emit, "-");
	bf_emit_attribute(&c->emit, bf_str(field));
	bf_emit_markup(&c->emit, "-message");
}

static void write_described_by(struct bf_compiler *c, const char *own, const char *message_of)
{
	if (!own && !message_of)
		return;
	bf_emit_markup(&c->emit, " aria-describedby=\"");
	if (own)
		bf_emit_attribute(&c->emit, bf_str(own));
	if (own && message_of)
		bf_emit_markup(&c->emit, " ");
	if (message_of)
		write_message_id(c, message_of);
	bf_emit_markup(&c->emit, "\"");
}

/* Radio buttons cannot be invalid one by one, so aria-invalid is not for them. */
static void write_invalid(struct bf_compiler *c, const xmlNode *node, const char *field,
			  enum field_kind kind)
{
	const char *own = attribute(c, node, "aria-describedby");
	bool message = has_message(c, c->inside.form->node->children, field, INCLUDES_MAX);
	uint32_t if_null, end;

	if_null = bf_emit_op(&c->emit, BF_OP_IF_NULL, field_expr(c, BF_EXPR_MESSAGE, field));
	if (kind != FIELD_RADIO)
		bf_emit_markup(&c->emit, " aria-invalid=\"true\"");
	write_described_by(c, own, message ? field : NULL);
	end = bf_emit_op(&c->emit, BF_OP_JUMP, NULL);
	bf_emit_land(&c->emit, if_null);
	write_described_by(c, own, NULL);
	bf_emit_land(&c->emit, end);
}

/* ---- what is declared of it ---- */

static const struct bf_param *find_param(const struct bf_form *form, const char *name)
{
	const struct bf_table *table = &form->route.params;

	for (uint32_t i = 0; i < table->count; i++) {
		const struct bf_param *param =
			(const void *)((const char *)table->rows + (size_t)i * table->row_size);

		if (strcmp(param->name, name) == 0)
			return param;
	}
	return NULL;
}

static void write_bound(struct bf_compiler *c, const xmlNode *node, const char *name,
			const struct bf_param *param, int64_t bound)
{
	if (bf_compile_has_attribute(node, name))
		return;
	if (param->type == BF_FEN && bound % FEN_A_YUAN)
		bf_buf_printf(&c->emit.text, " %s=\"%" PRId64 ".%02d\"", name, bound / FEN_A_YUAN,
			      (int)(bound % FEN_A_YUAN));
	else
		bf_buf_printf(&c->emit.text, " %s=\"%" PRId64 "\"", name,
			      param->type == BF_FEN ? bound / FEN_A_YUAN : bound);
}

/* The browser says at once what the server would refuse. What the author wrote stands. */
static void write_bounds(struct bf_compiler *c, const xmlNode *node, const struct bf_param *param,
			 enum field_kind kind)
{
	bool text = param->type == BF_TEXT || param->type == BF_LINES;
	bool bounded = param->min || param->max;

	if (param->required && !bf_compile_has_attribute(node, "required"))
		bf_emit_markup(&c->emit, " required");
	if (text && (kind == FIELD_TEXT || kind == FIELD_TEXTAREA))
		write_bound(c, node, "maxlength", param, param->max ? param->max : TEXT_MAX_PRESET);
	if (!text && bounded && kind == FIELD_NUMBER) {
		write_bound(c, node, "min", param, param->min);
		write_bound(c, node, "max", param, param->max);
	}
	if (param->type == BF_FEN && kind == FIELD_NUMBER &&
	    !bf_compile_has_attribute(node, "step"))
		bf_emit_markup(&c->emit, " step=\"0.01\"");
}

/* ---- fields ---- */

static enum field_kind kind_of_input(const char *type)
{
	static const struct {
		const char *type;
		enum field_kind kind;
	} kinds[] = {
		{ "submit", FIELD_NONE },   { "button", FIELD_NONE },
		{ "image", FIELD_NONE },    { "reset", FIELD_NONE },
		{ "hidden", FIELD_HIDDEN }, { "password", FIELD_SECRET },
		{ "file", FIELD_SECRET },   { "number", FIELD_NUMBER },
		{ "range", FIELD_NUMBER },  { "checkbox", FIELD_CHECKBOX },
		{ "radio", FIELD_RADIO },
	};

	for (size_t i = 0; type && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	return FIELD_TEXT;
}

static enum field_kind kind_of(struct bf_compiler *c, const xmlNode *node)
{
	if (is_element(node, "select"))
		return FIELD_SELECT;
	if (is_element(node, "textarea"))
		return FIELD_TEXTAREA;
	return is_element(node, "input") ? kind_of_input(attribute(c, node, "type")) : FIELD_NONE;
}

/* The name of a field that belongs to a form with bf:form; NULL where it is none. */
static const char *field_name(struct bf_compiler *c, const xmlNode *node)
{
	return c->inside.form && kind_of(c, node) != FIELD_NONE ? attribute(c, node, "name") : NULL;
}

static void write_field_state(struct bf_compiler *c, const xmlNode *node, const char *name,
			      enum field_kind kind)
{
	const struct bf_expr *value;

	if (kind == FIELD_TEXT || kind == FIELD_NUMBER) {
		write_typed_value(c, node, name);
	} else if (kind == FIELD_CHECKBOX || kind == FIELD_RADIO) {
		value = sent_value(c, node);
		write_chosen(c, node, "checked", name, NULL, value);
	}
}

static bool write_field(struct bf_compiler *c, const xmlNode *node)
{
	static const char *const text_except[] = { "value", "aria-describedby", NULL };
	static const char *const choice_except[] = { "checked", "aria-describedby", NULL };
	enum field_kind kind = kind_of(c, node);
	const char *name = field_name(c, node);
	const struct bf_param *param = name ? find_param(c->inside.form, name) : NULL;
	bool choice = kind == FIELD_CHECKBOX || kind == FIELD_RADIO;

	if (kind != FIELD_NONE && c->inside.form &&
	    (bf_xml_word(node, "name") || bf_xml_word(node, "type")))
		bf_compile_fault(c, node, "the name and type of a field in a form cannot vary");
	if (name && !param)
		bf_compile_fault(c, node, "\"%s\" is no parameter of the route \"%s\"", name,
				 c->inside.form->name);
	if (!param || kind == FIELD_HIDDEN)
		return false;
	bf_compile_attributes(c, node, choice ? choice_except : text_except);
	write_bounds(c, node, param, kind);
	write_field_state(c, node, name, kind);
	write_invalid(c, node, name, kind);
	return true;
}

static void enter_select(struct bf_compiler *c, const xmlNode *node)
{
	struct bf_select *select = bf_pool_zalloc(c->scratch, sizeof(*select));
	const char *own = bf_compile_word(c, node, "value");
	struct bf_str value;

	select->field = field_name(c, node);
	if (own && bf_compile_is_one_value(bf_str(own), &value))
		select->own = bf_compile_expr(c, node, value);
	else if (own)
		bf_compile_fault(c, node, "bf:value of <select> should be one {value}");
	c->inside.select = select->field || select->own ? select : NULL;
}

static bool write_option(struct bf_compiler *c, const xmlNode *node)
{
	static const char *const except[] = { "selected", NULL };
	const struct bf_select *select = c->inside.select;
	const struct bf_expr *value;

	if (!select)
		return false;
	value = sent_value(c, node);
	bf_compile_attributes(c, node, except);
	write_chosen(c, node, "selected", select->field, select->own, value);
	return true;
}

/* The options of an enumeration, behind those that are written. */
static void write_options(struct bf_compiler *c, xmlNode *node, const char *name)
{
	const struct bf_enum *choices = bf_compile_enum(c, name);
	const struct bf_select *select = c->inside.select;
	const struct bf_labels *labels;

	if (!choices) {
		bf_compile_fault(c, node, "there is no enumeration \"%s\"", name);
		return;
	}
	labels = bf_compile_labels(c, node, choices);
	for (size_t i = 0; i < labels->count; i++) {
		const struct bf_label *label = &labels->items[i];

		bf_emit_markup(&c->emit, "<option value=\"");
		bf_emit_attribute(&c->emit, label->code);
		bf_emit_markup(&c->emit, "\"");
		if (select)
			write_chosen(c, NULL, "selected", select->field, select->own,
				     text_expr(c, label->code.p));
		bf_emit_markup(&c->emit, ">");
		bf_emit_text(&c->emit, label->label);
		bf_emit_markup(&c->emit, "</option>\n");
	}
}

static void write_textarea(struct bf_compiler *c, xmlNode *node, const char *field)
{
	const struct bf_expr *typed = field_expr(c, BF_EXPR_TYPED, field);
	uint32_t if_null = bf_emit_op(&c->emit, BF_OP_IF_NULL, typed), end;

	print_expr(c, typed, BF_PLACE_TEXT);
	end = bf_emit_op(&c->emit, BF_OP_JUMP, NULL);
	bf_emit_land(&c->emit, if_null);
	bf_compile_written(c, node);
	bf_emit_land(&c->emit, end);
}

/* ---- what compile.c calls ---- */

void bf_form_enter(struct bf_compiler *c, const xmlNode *node)
{
	if (is_element(node, "form"))
		enter_form(c, node);
	else if (bf_xml_word(node, "form"))
		bf_compile_fault(c, node, "bf:form stands on <form> alone");
	if (is_element(node, "select"))
		enter_select(c, node);
	else if (bf_xml_word(node, "options"))
		bf_compile_fault(c, node, "bf:options stands on <select> alone");
}

bool bf_form_attributes(struct bf_compiler *c, const xmlNode *node)
{
	static const char *const select_except[] = { "value", NULL };

	if (bf_xml_word(node, "message")) {
		bf_emit_markup(&c->emit, " id=\"");
		write_message_id(c, bf_compile_word(c, node, "message"));
		bf_emit_markup(&c->emit, "\"");
		return false;
	}
	if (is_element(node, "form") && c->inside.form) {
		write_form_attributes(c, node);
		return true;
	}
	if (is_element(node, "option"))
		return write_option(c, node);
	if (write_field(c, node))
		return true;
	if (is_element(node, "select"))
		bf_compile_attributes(c, node, select_except);
	return is_element(node, "select");
}

bool bf_form_content(struct bf_compiler *c, xmlNode *node)
{
	const char *options = bf_compile_word(c, node, "options");
	const char *field = is_element(node, "textarea") ? field_name(c, node) : NULL;

	if (is_element(node, "form") && c->inside.form && c->inside.form->route.post)
		bf_emit_op(&c->emit, BF_OP_SECRETS, NULL);
	if (options) {
		bf_compile_children(c, node);
		write_options(c, node, options);
	} else if (field) {
		write_textarea(c, node, field);
	}
	return options || field;
}

static void write_message(struct bf_compiler *c, xmlNode *node, void *arg)
{
	(void)node;
	print_expr(c, arg, BF_PLACE_TEXT);
}

/* A piece of other pages may hold fields of the form around it; by itself it has none. */
static bool is_piece_alone(const struct bf_compiler *c)
{
	const xmlNode *root = xmlDocGetRootElement(c->main->doc);

	return !c->inside.any_form && c->source.template == c->main && !is_element(root, "html") &&
	       !bf_xml_word(root, "layout");
}

void bf_form_message(struct bf_compiler *c, xmlNode *node)
{
	const char *field = bf_compile_word(c, node, "message");
	struct bf_expr *message;
	uint32_t if_null;

	if (is_piece_alone(c))
		return;
	if (!c->inside.form || !find_param(c->inside.form, field)) {
		bf_compile_fault(c, node, "bf:message=\"%s\" is no parameter of a form around it",
				 field);
		return;
	}
	if (bf_compile_has_attribute(node, "id"))
		bf_compile_fault(c, node, "an element with bf:message gets its id by itself");
	message = field_expr(c, BF_EXPR_MESSAGE, field);
	if_null = bf_emit_op(&c->emit, BF_OP_IF_NULL, message);
	bf_compile_around(c, node, write_message, message);
	bf_emit_land(&c->emit, if_null);
}
