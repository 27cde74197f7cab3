#include "view/compile.h"

#include "view/html.h"

static const char asset_word[] = "asset";

/* Where the address of an asset goes. */
static const char *asset_attribute(const xmlNode *node)
{
	static const char *const by_href[] = { "link", "use", "image", "a" };

	for (size_t i = 0; i < sizeof(by_href) / sizeof(by_href[0]); i++)
		if (strcmp((const char *)node->name, by_href[i]) == 0)
			return "href";
	return "src";
}

static const xmlAttr *translated_attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *at = node->properties; at; at = at->next)
		if (bf_xml_is_word(at) && strncmp((const char *)at->name, "t-", 2) == 0 &&
		    strcmp((const char *)at->name + 2, name) == 0)
			return at;
	return NULL;
}

static bool is_from_asset(const xmlNode *node, const char *name)
{
	return bf_xml_word(node, asset_word) && strcmp(asset_attribute(node), name) == 0;
}

bool bf_compile_has_attribute(const xmlNode *node, const char *name)
{
	return bf_xml_attribute(node, name) || bf_xml_word(node, name) ||
	       translated_attribute(node, name) || is_from_asset(node, name);
}

void bf_compile_values(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
		       enum bf_place place)
{
	struct bf_str rest = text;
	struct bf_piece piece;

	while (bf_message_next(&rest, false, &piece)) {
		if (piece.kind == BF_PIECE_VALUE)
			bf_compile_value(c, node, piece.text, place);
		else if (piece.kind == BF_PIECE_TEXT)
			bf_emit_attribute(&c->emit, piece.text);
		else
			bf_compile_fault(c, node, "a brace does not end in \"%.*s\"",
					 BF_STR_ARG(text));
	}
}

/* ---- addresses ---- */

/* The scheme that an address starts with; empty where it has none. */
static struct bf_str scheme_of(struct bf_str address)
{
	for (size_t i = 0; i < address.len; i++) {
		if (address.p[i] == ':')
			return (struct bf_str){ address.p, i };
		if (strchr("/?#", address.p[i]))
			break;
	}
	return BF_STR("");
}

static bool is_known_scheme(struct bf_str scheme)
{
	return bf_str_is(scheme, "https") || bf_str_is(scheme, "mailto") ||
	       bf_str_is(scheme, "tel");
}

/* How the address starts says below what it lies. Returns what is still to be written. */
static struct bf_str start_address(struct bf_compiler *c, const xmlNode *node, struct bf_str text)
{
	struct bf_str scheme = scheme_of(text);

	if (bf_str_starts(text, BF_STR("/assets/"))) {
		bf_compile_fault(c, node, "\"%.*s\" has no hash; bf:asset names files of assets",
				 BF_STR_ARG(text));
	} else if (bf_str_starts(text, BF_STR("//"))) {
		bf_compile_fault(c, node,
				 "\"%.*s\" leads to another host without https:", BF_STR_ARG(text));
	} else if (scheme.len && !is_known_scheme(scheme)) {
		bf_compile_fault(c, node, "an address cannot start with \"%.*s:\"",
				 BF_STR_ARG(scheme));
	} else if (text.len && text.p[0] == '/') {
		bf_emit_op(&c->emit, BF_OP_ROOT, NULL);
	} else if (text.len && !scheme.len && !strchr("?#", text.p[0])) {
		bf_emit_op(&c->emit, BF_OP_MOUNT, NULL);
		if (bf_str_starts(text, BF_STR("./")))
			text = (struct bf_str){ text.p + 2, text.len - 2 };
	}
	return text;
}

static void print_in_address(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
			     enum bf_place place)
{
	struct bf_output output;

	if (!bf_compile_output(c, node, text, &output))
		return;
	if (output.format != BF_FORMAT_PLAIN)
		bf_compile_fault(c, node, "a format cannot stand in an address: \"%.*s\"",
				 BF_STR_ARG(text));
	bf_compile_print(c, &output, place);
}

void bf_compile_address(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
			bool with_values)
{
	enum bf_place place = BF_PLACE_PATH;
	struct bf_str rest = text;
	struct bf_piece piece;

	if (!with_values) {
		bf_emit_attribute(&c->emit, start_address(c, node, text));
		return;
	}
	while (bf_message_next(&rest, false, &piece)) {
		bool first = piece.whole.p == text.p;

		if (piece.kind == BF_PIECE_VALUE) {
			print_in_address(c, node, piece.text, first ? BF_PLACE_ADDRESS : place);
			continue;
		}
		if (piece.kind == BF_PIECE_BROKEN)
			bf_compile_fault(c, node, "a brace does not end in \"%.*s\"",
					 BF_STR_ARG(text));
		bf_emit_attribute(&c->emit,
				  first ? start_address(c, node, piece.text) : piece.text);
		if (memchr(piece.text.p, '?', piece.text.len) ||
		    memchr(piece.text.p, '#', piece.text.len))
			place = BF_PLACE_QUERY;
	}
}

static void compile_asset(struct bf_compiler *c, const xmlNode *node, struct bf_str text)
{
	const struct bf_view_env *env = &c->views->env;
	struct bf_str fragment = text, name;
	const char *file, *address;

	bf_str_cut(&fragment, '#', &name);
	file = bf_pool_copy(c->scratch, name);
	address = env->asset ? env->asset(env->arg, file) : file;
	if (!address) {
		bf_compile_fault(c, node, "there is no asset \"%s\"", file);
		return;
	}
	bf_emit_attribute(&c->emit, bf_str(address));
	if (fragment.p) {
		bf_emit_markup(&c->emit, "#");
		bf_compile_values(c, node, fragment, BF_PLACE_QUERY);
	}
}

/* ---- all attributes ---- */

static void open_attribute(struct bf_compiler *c, const char *name)
{
	bf_emit_markup(&c->emit, " ");
	bf_emit_markup(&c->emit, name);
	bf_emit_markup(&c->emit, "=\"");
}

static void close_attribute(struct bf_compiler *c)
{
	bf_emit_markup(&c->emit, "\"");
}

bool bf_compile_is_one_value(struct bf_str text, struct bf_str *ret_value)
{
	struct bf_str rest = text;
	struct bf_piece piece;

	if (!bf_message_next(&rest, false, &piece) || piece.kind != BF_PIECE_VALUE || rest.len)
		return false;
	*ret_value = piece.text;
	return true;
}

static void compile_varying(struct bf_compiler *c, const xmlNode *node, const char *name,
			    struct bf_str text)
{
	uint32_t if_null = 0;
	struct bf_output output;
	struct bf_str value;
	bool may_be_null = bf_compile_is_one_value(text, &value);

	if (may_be_null) {
		if (!bf_compile_output(c, node, value, &output))
			return;
		if_null = bf_emit_op(&c->emit, BF_OP_IF_NULL, output.expr);
	}
	open_attribute(c, name);
	if (bf_html_is_address(name))
		bf_compile_address(c, node, text, true);
	else
		bf_compile_values(c, node, text, BF_PLACE_ATTRIBUTE);
	close_attribute(c);
	if (may_be_null)
		bf_emit_land(&c->emit, if_null);
}

static void compile_boolean(struct bf_compiler *c, const xmlNode *node, const char *name,
			    struct bf_str text)
{
	const struct bf_expr *expr = bf_compile_expr(c, node, text);
	uint32_t unless = bf_emit_op(&c->emit, BF_OP_UNLESS, expr);

	bf_emit_markup(&c->emit, " ");
	bf_emit_markup(&c->emit, name);
	bf_emit_land(&c->emit, unless);
}

static void compile_static(struct bf_compiler *c, const xmlNode *node, const char *name,
			   struct bf_str text)
{
	const char *why = bf_html_attribute_refusal(name);

	if (why) {
		bf_compile_fault(c, node, "the attribute %s cannot stand in a page: %s", name, why);
		return;
	}
	if (bf_html_is_boolean(name)) {
		bf_emit_markup(&c->emit, " ");
		bf_emit_markup(&c->emit, name);
		return;
	}
	open_attribute(c, name);
	if (bf_html_is_address(name))
		bf_compile_address(c, node, text, false);
	else
		bf_emit_attribute(&c->emit, text);
	close_attribute(c);
}

static void compile_translated(struct bf_compiler *c, const xmlNode *node, const char *name,
			       struct bf_str english)
{
	struct bf_str text;

	if (!bf_html_may_vary(name) || bf_html_is_boolean(name) || bf_html_is_address(name)) {
		bf_compile_fault(c, node, "the attribute %s cannot be translated", name);
		return;
	}
	text = bf_compile_translation(c, node, BF_STR(""), bf_compile_folded(c, english));
	open_attribute(c, name);
	bf_compile_values(c, node, text, BF_PLACE_ATTRIBUTE);
	close_attribute(c);
}

/* An attribute in our namespace that stands for one of HTML's. */
static void compile_word(struct bf_compiler *c, const xmlNode *node, const char *name,
			 struct bf_str text)
{
	if (strncmp(name, "t-", 2) == 0) {
		compile_translated(c, node, name + 2, text);
	} else if (strcmp(name, asset_word) == 0) {
		open_attribute(c, asset_attribute(node));
		compile_asset(c, node, text);
		close_attribute(c);
	} else if (bf_html_is_boolean(name)) {
		compile_boolean(c, node, name, text);
	} else {
		compile_varying(c, node, name, text);
	}
}

/* What an attribute is called in the page; NULL for a word of ours that is none. */
static const char *page_name(const xmlNode *node, const xmlAttr *attribute)
{
	const char *name = (const char *)attribute->name;

	if (!bf_xml_is_word(attribute))
		return name;
	if (strncmp(name, "t-", 2) == 0)
		return name + 2;
	if (strcmp(name, asset_word) == 0)
		return asset_attribute(node);
	return bf_html_may_vary(name) ? name : NULL;
}

static bool is_replaced(const xmlNode *node, const char *name)
{
	return bf_xml_word(node, name) || translated_attribute(node, name) ||
	       is_from_asset(node, name);
}

static void compile_one(struct bf_compiler *c, const xmlNode *node, const xmlAttr *attribute)
{
	const char *name = (const char *)attribute->name;
	struct bf_str text = bf_str(bf_xml_value(c->scratch, attribute));

	if (bf_xml_is_word(attribute))
		compile_word(c, node, name, text);
	else if (attribute->ns)
		bf_compile_fault(c, node, "an attribute cannot have the prefix \"%s:\"",
				 (const char *)attribute->ns->prefix);
	else if (!is_replaced(node, name))
		compile_static(c, node, name, text);
}

static bool is_in(const char *const *names, const char *name)
{
	for (; names && *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

void bf_compile_attributes(struct bf_compiler *c, const xmlNode *node, const char *const *except)
{
	for (const xmlAttr *at = node->properties; at; at = at->next) {
		const char *name = page_name(node, at);

		if (!name || is_in(except, name))
			continue;
		if (bf_xml_word(node, name) && translated_attribute(node, name))
			bf_compile_fault(c, node, "bf:%s and bf:t-%s cannot stand together", name,
					 name);
		compile_one(c, node, at);
	}
}

void bf_compile_attribute(struct bf_compiler *c, const xmlNode *node, const char *name)
{
	for (const xmlAttr *at = node->properties; at; at = at->next) {
		const char *page = page_name(node, at);

		if (page && strcmp(page, name) == 0)
			compile_one(c, node, at);
	}
}
