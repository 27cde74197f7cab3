#include "view/compile.h"

#include "view/html.h"

/* Our words, beside the attributes of HTML that may vary. */
static const char *const words[] = { "asset",   "each",   "elif",    "else",  "form", "if",
				     "include", "layout", "message", "model", "n",    "options",
				     "plural",  "raw",    "slot",    "t",     "text", NULL };

/* ---- text ---- */

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The white space at the front of s; whether a line ends in it. */
static size_t space_bytes(struct bf_str s, bool *ret_line)
{
	size_t bytes = 0;

	*ret_line = false;
	while (bytes < s.len && is_space(s.p[bytes]))
		*ret_line |= s.p[bytes++] == '\n';
	return bytes;
}

static size_t word_bytes(struct bf_str s)
{
	size_t bytes = 0;

	while (bytes < s.len && !is_space(s.p[bytes]))
		bytes++;
	return bytes;
}

static void emit_space(struct bf_emit *emit, bool line)
{
	struct bf_str before = bf_buf_str(&emit->text);

	if (!before.len || !is_space(before.p[before.len - 1]))
		bf_emit_markup(emit, line ? "\n" : " ");
}

void bf_compile_text(struct bf_compiler *c, struct bf_str text)
{
	if (c->inside.kept_space) {
		bf_emit_text(&c->emit, text);
		return;
	}
	while (text.len) {
		bool line;
		size_t space = space_bytes(text, &line), word;

		if (space)
			emit_space(&c->emit, line);
		text.p += space;
		text.len -= space;
		word = word_bytes(text);
		bf_emit_text(&c->emit, (struct bf_str){ text.p, word });
		text.p += word;
		text.len -= word;
	}
}

void bf_compile_text_node(struct bf_compiler *c, const xmlNode *node)
{
	struct bf_str text = bf_str((const char *)node->content);

	if (memchr(text.p, '{', text.len))
		bf_compile_fault(c, node->parent,
				 "a value stands in a text without bf:t or bf:text: "
				 "\"%.*s\"",
				 BF_STR_ARG(bf_str_trim(text)));
	bf_compile_text(c, text);
}

/* ---- what may stand where ---- */

static bool is_content_word(const char *name)
{
	static const char *const content[] = { "include", "message", "raw", "t", "text" };

	for (size_t i = 0; i < sizeof(content) / sizeof(content[0]); i++)
		if (strcmp(content[i], name) == 0)
			return true;
	return false;
}

static void check_word(struct bf_compiler *c, const xmlNode *node, const char *name)
{
	bool known = strncmp(name, "t-", 2) == 0 ? name[2] != '\0' : bf_html_may_vary(name);

	for (const char *const *word = words; *word && !known; word++)
		known = strcmp(*word, name) == 0;
	if (!known)
		bf_compile_fault(c, node, "there is no bf:%s", name);
	else if (node->parent->type == XML_ELEMENT_NODE &&
		 (strcmp(name, "model") == 0 || strcmp(name, "layout") == 0))
		bf_compile_fault(c, node, "bf:%s belongs on the first element", name);
	else if (!bf_xml_word(node, "t") && (strcmp(name, "plural") == 0 || strcmp(name, "n") == 0))
		bf_compile_fault(c, node, "bf:%s stands beside bf:t alone", name);
}

void bf_compile_check_words(struct bf_compiler *c, const xmlNode *node)
{
	unsigned contents = 0;

	for (const xmlAttr *at = node->properties; at; at = at->next) {
		const char *name = (const char *)at->name;

		if (!bf_xml_is_word(at))
			continue;
		check_word(c, node, name);
		contents += is_content_word(name);
	}
	if (contents > 1)
		bf_compile_fault(c, node,
				 "only one of bf:t, bf:text, bf:raw, bf:include and bf:message "
				 "can say what stands in <%s>",
				 (const char *)node->name);
}

bool bf_compile_is_group(const xmlNode *node)
{
	return node->ns && strcmp((const char *)node->ns->href, BF_XML_NAMESPACE) == 0;
}

/* A group is not sent, so what would stand on it would be lost. */
void bf_compile_check_group(struct bf_compiler *c, const xmlNode *node)
{
	static const char *const allowed[] = {
		"each", "elif",   "else", "if",   "include", "model",
		"n",    "plural", "raw",  "slot", "t",       "text"
	};

	if (strcmp((const char *)node->name, "group") != 0)
		bf_compile_fault(c, node, "there is no <bf:%s>", (const char *)node->name);
	for (const xmlAttr *at = node->properties; at; at = at->next) {
		bool fits = false;

		for (size_t i = 0; bf_xml_is_word(at) && i < sizeof(allowed) / sizeof(allowed[0]);
		     i++)
			fits |= strcmp(allowed[i], (const char *)at->name) == 0;
		if (!fits)
			bf_compile_fault(c, node, "%s cannot stand on <bf:group>",
					 (const char *)at->name);
	}
}

static bool is_plain_name(const char *name, bool svg)
{
	for (; *name; name++)
		if (!(*name >= 'a' && *name <= 'z') && !(*name >= '0' && *name <= '9') &&
		    *name != '-' && !(svg && *name >= 'A' && *name <= 'Z'))
			return false;
	return true;
}

/* The address of a script is fixed, and there is nothing else to it. */
static void check_script(struct bf_compiler *c, const xmlNode *node)
{
	bool varies = false;

	for (const xmlAttr *at = node->properties; at; at = at->next) {
		const char *name = (const char *)at->name;

		varies |= bf_xml_is_word(at) && (bf_html_may_vary(name) || is_content_word(name));
	}
	if (varies || !bf_xml_is_empty(node))
		bf_compile_fault(c, node,
				 "a script belongs into templates/assets: <script> stays empty "
				 "and takes bf:asset alone");
}

static void check_text_only(struct bf_compiler *c, const xmlNode *node)
{
	if (bf_xml_word(node, "raw"))
		bf_compile_fault(c, node, "<%s> cannot hold markup", (const char *)node->name);
	for (const xmlNode *child = node->children; child; child = child->next)
		if (child->type == XML_ELEMENT_NODE)
			bf_compile_fault(c, child, "<%s> holds text alone",
					 (const char *)node->name);
}

static void check_element(struct bf_compiler *c, const xmlNode *node)
{
	const char *name = (const char *)node->name, *why = bf_html_refusal(name);

	if (!is_plain_name(name, c->inside.svg))
		bf_compile_fault(c, node, "<%s> should be written in small letters", name);
	if (why)
		bf_compile_fault(c, node, "<%s> cannot stand in a page: %s", name, why);
	if (bf_html_is_void(name) && !bf_xml_is_empty(node))
		bf_compile_fault(c, node, "<%s> cannot hold anything", name);
	if (strcmp(name, "script") == 0)
		check_script(c, node);
	if (bf_html_holds_text_only(name))
		check_text_only(c, node);
}

/* Notes what the element is for those within it; browsers would tear these apart. */
static void enter(struct bf_compiler *c, const xmlNode *node)
{
	const char *name = (const char *)node->name;
	struct bf_inside *inside = &c->inside;

	if (inside->paragraph && bf_html_ends_paragraph(name))
		bf_compile_fault(c, node,
				 "<%s> cannot stand in <p>: browsers end the paragraph before it",
				 name);
	if (inside->svg && bf_html_ends_paragraph(name))
		bf_compile_fault(c, node, "<%s> cannot stand in <svg>", name);
	if ((inside->anchor && strcmp(name, "a") == 0) ||
	    (inside->button && strcmp(name, "button") == 0))
		bf_compile_fault(c, node, "<%s> cannot stand in another <%s>", name, name);
	inside->paragraph |= strcmp(name, "p") == 0;
	inside->anchor |= strcmp(name, "a") == 0;
	inside->button |= strcmp(name, "button") == 0;
	inside->svg |= strcmp(name, "svg") == 0;
	inside->kept_space |= bf_html_keeps_space(name);
}

/* ---- writing one ---- */

/* Drawings are written <path/>, all else with an end tag. */
static bool closes_itself(const struct bf_compiler *c, const xmlNode *node)
{
	return c->inside.svg && bf_xml_is_empty(node) && !bf_xml_word(node, "text") &&
	       !bf_xml_word(node, "raw");
}

void bf_compile_around(struct bf_compiler *c, xmlNode *node,
		       void (*content)(struct bf_compiler *c, xmlNode *node, void *arg), void *arg)
{
	const char *name = (const char *)node->name;
	struct bf_inside outer = c->inside;

	check_element(c, node);
	enter(c, node);
	bf_form_enter(c, node);
	bf_emit_markup(&c->emit, "<");
	bf_emit_markup(&c->emit, name);
	if (!bf_form_attributes(c, node))
		bf_compile_attributes(c, node, NULL);
	if (closes_itself(c, node)) {
		bf_emit_markup(&c->emit, "/>");
	} else {
		bf_emit_markup(&c->emit, ">");
		/* Browsers drop a first line feed here; the second one may be the value's. */
		if (bf_html_keeps_space(name))
			bf_emit_markup(&c->emit, "\n");
		if (!bf_html_is_void(name)) {
			content(c, node, arg);
			bf_emit_markup(&c->emit, "</");
			bf_emit_markup(&c->emit, name);
			bf_emit_markup(&c->emit, ">");
		}
	}
	c->inside = outer;
}
