#include "view/compile.h"

enum { DEPTH_MAX = 400 };

/* ---- small helpers of all parts ---- */

/* What is wrong in a layout or include is wrong in every page that uses it: said once. */
static bool is_known_fault(struct bf_compiler *c, const char *file, int line, const char *what)
{
	const char *text = bf_pool_printf(c->scratch, "%s:%d: %s", file, line, what);

	for (const struct bf_fault *at = c->faults->first; at; at = at->next)
		if (strcmp(at->text, text) == 0)
			return true;
	return false;
}

void bf_compile_fault(struct bf_compiler *c, const xmlNode *node, const char *format, ...)
{
	const char *file = c->source.template->file, *what;
	int line = (int)xmlGetLineNo(node);
	va_list args;

	va_start(args, format);
	what = bf_pool_vprintf(c->scratch, format, args);
	va_end(args);
	if (!is_known_fault(c, file, line, what))
		bf_faults_add(c->faults, file, line, "%s", what);
	c->failed = true;
}

const char *bf_compile_word(struct bf_compiler *c, const xmlNode *node, const char *name)
{
	const xmlAttr *attribute = bf_xml_word(node, name);

	return attribute ? bf_xml_value(c->scratch, attribute) : NULL;
}

const struct bf_expr *bf_compile_expr(struct bf_compiler *c, const xmlNode *node,
				      struct bf_str text)
{
	const struct bf_expr *expr = NULL;
	struct bf_err err = { 0 };

	c->node = node;
	if (bf_expr_parse(&c->expr, text, &expr, &err) == BF_OK)
		return expr;
	bf_compile_fault(c, node, "%s", err.text);
	return NULL;
}

bool bf_compile_output(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
		       struct bf_output *ret_output)
{
	struct bf_err err = { 0 };

	c->node = node;
	if (bf_expr_parse_output(&c->expr, text, ret_output, &err) == BF_OK)
		return true;
	bf_compile_fault(c, node, "%s", err.text);
	return false;
}

void bf_compile_print(struct bf_compiler *c, const struct bf_output *output, enum bf_place place)
{
	bf_emit_step(&c->emit, (struct bf_view_step){ .op = BF_OP_VALUE,
						      .place = (uint8_t)place,
						      .format = (uint8_t)output->format,
						      .expr = output->expr,
						      .labels = output->labels });
}

void bf_compile_value(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
		      enum bf_place place)
{
	struct bf_output output;

	if (bf_compile_output(c, node, text, &output))
		bf_compile_print(c, &output, place);
}

/* ---- branches and loops ---- */

/* Jumps to the end of the branches are chained by their targets until the end is known. */
enum { CHAIN_END = UINT32_MAX };

static void land_chain(struct bf_emit *emit, uint32_t chain)
{
	while (chain != (uint32_t)CHAIN_END) {
		uint32_t next = emit->steps[chain].target;

		bf_emit_land(emit, chain);
		chain = next;
	}
}

/* One branch; returns the step that passes it over, if its condition is not met. */
static uint32_t compile_branch(struct bf_compiler *c, xmlNode *node, const char *condition)
{
	const struct bf_expr *expr = bf_compile_expr(c, node, bf_str(condition));
	uint32_t unless = bf_emit_op(&c->emit, BF_OP_UNLESS, expr);

	bf_compile_element(c, node);
	return unless;
}

static xmlNode *next_branch(const xmlNode *node)
{
	xmlNode *next = bf_xml_next_element(node);

	return next && (bf_xml_word(next, "elif") || bf_xml_word(next, "else")) ? next : NULL;
}

static xmlNode *compile_branches(struct bf_compiler *c, xmlNode *node)
{
	uint32_t unless = compile_branch(c, node, bf_compile_word(c, node, "if"));
	uint32_t ends = (uint32_t)CHAIN_END;
	xmlNode *next;

	while ((next = next_branch(node))) {
		const char *condition = bf_compile_word(c, next, "elif");
		uint32_t end = bf_emit_op(&c->emit, BF_OP_JUMP, NULL);

		node = next;
		c->emit.steps[end].target = ends;
		ends = end;
		bf_emit_land(&c->emit, unless);
		if (!condition) {
			bf_compile_element(c, node);
			land_chain(&c->emit, ends);
			return node;
		}
		unless = compile_branch(c, node, condition);
	}
	bf_emit_land(&c->emit, unless);
	land_chain(&c->emit, ends);
	return node;
}

/* An element with the branches that belong to it; returns the last of them. */
static xmlNode *compile_with_branches(struct bf_compiler *c, xmlNode *node)
{
	bool is_if = bf_xml_word(node, "if") != NULL;
	const char *wrong = bf_xml_word(node, "elif")   ? "elif"
			    : bf_xml_word(node, "else") ? "else"
							: NULL;

	if (wrong)
		bf_compile_fault(c, node, "bf:%s does not follow an element with bf:if", wrong);
	if (is_if)
		return compile_branches(c, node);
	bf_compile_element(c, node);
	return node;
}

/* "item in list" or "item, index in list". */
static bool read_each(const char *each, struct bf_str *ret_item, struct bf_str *ret_index,
		      struct bf_str *ret_list)
{
	const char *in = strstr(each, " in ");
	struct bf_str names;

	if (!in)
		return false;
	names = (struct bf_str){ each, (size_t)(in - each) };
	*ret_list = bf_str_trim(bf_str(in + 4));
	*ret_index = BF_STR("");
	bf_str_cut(&names, ',', ret_item);
	*ret_item = bf_str_trim(*ret_item);
	if (names.p)
		*ret_index = bf_str_trim(names);
	return bf_str_is_name(*ret_item) && (!names.p || bf_str_is_name(*ret_index));
}

static uint32_t new_loop(struct bf_compiler *c, uint32_t item_slot, uint32_t index_slot)
{
	if (c->loop_count == c->loop_capacity) {
		struct bf_loop *loops = c->loops;

		c->loop_capacity = c->loop_capacity ? c->loop_capacity * 2 : 8;
		c->loops = bf_pool_alloc(c->pool, c->loop_capacity * sizeof(*loops));
		if (c->loop_count)
			memcpy(c->loops, loops, c->loop_count * sizeof(*loops));
	}
	c->loops[c->loop_count] = (struct bf_loop){ item_slot, index_slot };
	return c->loop_count++;
}

static void compile_once(struct bf_compiler *c, xmlNode *node);

static void compile_loop(struct bf_compiler *c, xmlNode *node, const char *each)
{
	struct bf_name *outer = c->source.names, *item, *index;
	struct bf_str item_name, index_name, list;
	const struct bf_expr *expr;
	uint32_t start, body;

	if (!read_each(each, &item_name, &index_name, &list)) {
		bf_compile_fault(c, node,
				 "bf:each should read \"item in list\" or "
				 "\"item, index in list\", not \"%s\"",
				 each);
		return;
	}
	expr = bf_compile_expr(c, node, list);
	item = bf_names_add_loop(c, item_name, bf_names_find(outer, list));
	index = bf_names_add_loop(c, index_name, NULL);
	start = bf_emit_step(&c->emit,
			     (struct bf_view_step){ .op = BF_OP_EACH,
						    .expr = expr,
						    .loop = new_loop(c, item->slot, index->slot) });
	body = bf_emit_here(&c->emit);
	compile_once(c, node);
	bf_emit_step(&c->emit, (struct bf_view_step){ .op = BF_OP_NEXT,
						      .target = body,
						      .loop = c->emit.steps[start].loop });
	bf_emit_land(&c->emit, start);
	c->source.names = outer;
}

/* ---- what stands in an element ---- */

void bf_compile_written(struct bf_compiler *c, xmlNode *node)
{
	const char *text = bf_compile_word(c, node, "text");
	const char *raw = bf_compile_word(c, node, "raw");

	if (text)
		bf_compile_value(c, node, bf_str(text), BF_PLACE_TEXT);
	else if (raw)
		bf_compile_value(c, node, bf_str(raw), BF_PLACE_RAW);
	else if (bf_xml_word(node, "t"))
		bf_compile_message(c, node);
	else
		bf_compile_children(c, node);
}

static void compile_content(struct bf_compiler *c, xmlNode *node, void *arg)
{
	(void)arg;
	if (!bf_form_content(c, node))
		bf_compile_written(c, node);
}

void bf_compile_children(struct bf_compiler *c, xmlNode *node)
{
	for (xmlNode *child = node->children; child; child = child->next) {
		if (child->type == XML_ELEMENT_NODE)
			child = compile_with_branches(c, child);
		else if (child->type == XML_TEXT_NODE)
			bf_compile_text_node(c, child);
		else if (child->type != XML_COMMENT_NODE)
			bf_compile_fault(c, node,
					 "only elements, text and comments can stand in <%s>",
					 (const char *)node->name);
	}
}

/* ---- templates in templates ---- */

static xmlNode *root_of(const struct bf_template *template)
{
	return xmlDocGetRootElement(template->doc);
}

static bool is_open(const struct bf_source *source, const struct bf_template *template)
{
	while (source && source->template != template)
		source = source->outer;
	return source != NULL;
}

static void compile_include(struct bf_compiler *c, xmlNode *node, const char *name)
{
	const struct bf_template *included =
		bf_views_template(c->views, c->source.template->scope, name);
	struct bf_source includer = c->source;
	struct bf_name *names;

	if (!included) {
		bf_compile_fault(c, node, "there is no template \"%s\" to include", name);
	} else if (!included->doc) {
		c->failed = true; /* the fault was said when it was read */
	} else if (is_open(&includer, included)) {
		bf_compile_fault(c, node, "\"%s\" includes itself", name);
	} else {
		names = bf_names_of_include(c, root_of(included), included, node);
		c->source = (struct bf_source){ included, names, &includer };
		compile_with_branches(c, root_of(included));
		c->source = includer;
	}
}

static xmlNode *find_slot(xmlNode *node, const char *name, struct bf_compiler *c)
{
	for (; node; node = node->next) {
		const char *slot =
			node->type == XML_ELEMENT_NODE ? bf_compile_word(c, node, "slot") : NULL;
		xmlNode *found;

		if (slot && strcmp(slot, name) == 0)
			return node;
		found = node->type == XML_ELEMENT_NODE ? find_slot(node->children, name, c) : NULL;
		if (found)
			return found;
	}
	return NULL;
}

static void fill_slot(struct bf_compiler *c, const char *name)
{
	struct bf_source layout = c->source;
	xmlNode *filling = find_slot(root_of(c->page.template), name, c);

	if (!filling)
		return; /* check_slots says so */
	c->source = c->page;
	compile_with_branches(c, filling);
	c->source = layout;
}

static void compile_once(struct bf_compiler *c, xmlNode *node)
{
	const char *slot = bf_compile_word(c, node, "slot");
	const char *include = bf_compile_word(c, node, "include");

	bf_compile_check_words(c, node);
	if (slot && c->page.template && c->source.template == c->layout)
		fill_slot(c, slot);
	else if (include)
		compile_include(c, node, include);
	else if (bf_xml_word(node, "message"))
		bf_form_message(c, node);
	else if (bf_compile_is_group(node))
		bf_compile_written(c, node);
	else
		bf_compile_around(c, node, compile_content, NULL);
}

void bf_compile_element(struct bf_compiler *c, xmlNode *node)
{
	const char *each = bf_compile_word(c, node, "each");

	if (bf_compile_is_group(node))
		bf_compile_check_group(c, node);
	if (++c->depth > DEPTH_MAX)
		bf_compile_fault(c, node, "elements are nested too deeply");
	else if (each)
		compile_loop(c, node, each);
	else
		compile_once(c, node);
	c->depth--;
}

/* Every slot below node must have its counterpart below other. */
static void check_slots(struct bf_compiler *c, xmlNode *node, const struct bf_template *other)
{
	for (; node; node = node->next) {
		const char *slot;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		slot = bf_compile_word(c, node, "slot");
		if (slot && !find_slot(root_of(other), slot, c))
			bf_compile_fault(c, node, "the slot \"%s\" has no counterpart in %s", slot,
					 other->file);
		check_slots(c, node->children, other);
	}
}

static void compile_root(struct bf_compiler *c)
{
	xmlNode *root = root_of(c->source.template);

	if (strcmp((const char *)root->name, "html") == 0)
		bf_emit_markup(&c->emit, "<!DOCTYPE html>\n");
	compile_with_branches(c, root);
	bf_emit_markup(&c->emit, "\n");
}

static void compile_in_layout(struct bf_compiler *c, const char *name)
{
	xmlNode *root = root_of(c->main);
	const struct bf_template *layout = bf_views_template(c->views, c->main->scope, name);

	if (!layout || layout == c->main) {
		bf_compile_fault(c, root, "there is no layout \"%s\"", name);
		return;
	}
	if (!layout->doc) {
		c->failed = true;
		return;
	}
	c->layout = layout;
	c->page = c->source;
	check_slots(c, root, layout);
	c->source = (struct bf_source){ .template = layout };
	if (bf_xml_word(root_of(layout), "layout"))
		bf_compile_fault(c, root_of(layout), "a layout cannot have a layout");
	c->source.names = bf_names_of_model(c, root_of(layout));
	compile_root(c);
	c->source = (struct bf_source){ .template = layout };
	check_slots(c, root_of(layout), c->main);
}

static struct bf_view *finished_view(struct bf_compiler *c)
{
	struct bf_view *view = bf_pool_zalloc(c->pool, sizeof(*view));

	view->env = &c->views->env;
	view->lang = c->lang;
	view->steps = bf_emit_finish(&c->emit, &view->step_count);
	view->slot_count = c->slot_count;
	view->root_count = c->root_count;
	view->roots = c->roots;
	view->loop_count = c->loop_count;
	view->loops = c->loops;
	return view;
}

struct bf_view *bf_compile(struct bf_views *views, const struct bf_template *template,
			   enum bf_lang lang, struct bf_faults *faults)
{
	struct bf_compiler c = { .views = views,
				 .pool = views->pool,
				 .scratch = views->scratch,
				 .faults = faults,
				 .lang = lang,
				 .main = template };
	struct bf_view *view = NULL;
	const char *layout;

	bf_names_init(&c);
	bf_emit_init(&c.emit, c.pool, c.scratch);
	c.source.template = template;
	c.source.names = bf_names_of_model(&c, root_of(template));
	layout = bf_compile_word(&c, root_of(template), "layout");
	if (layout)
		compile_in_layout(&c, layout);
	else
		compile_root(&c);
	if (!c.failed)
		view = finished_view(&c);
	bf_emit_release(&c.emit);
	return view;
}
