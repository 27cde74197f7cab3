#include "view/compile.h"

#include "view/html.h"

/* An element within a translated text, under the name it has there. */
struct tag {
	struct tag *next;
	xmlNode *node;
	const char *name;
	bool holds_text; /* its content is translated too; otherwise it brings its own */
};

struct message {
	struct bf_compiler *c;
	xmlNode *node; /* with bf:t */
	struct tag *first, **last;
	struct bf_str rest; /* what is still to be written */
};

/* ---- the English text ---- */

static bool holds_text(const xmlNode *node)
{
	return !bf_xml_is_empty(node) && !bf_xml_word(node, "text") && !bf_xml_word(node, "raw");
}

static void check_child(struct message *m, xmlNode *node)
{
	static const char *const unfit[] = { "each",    "elif",    "else",   "if",   "include",
					     "message", "options", "plural", "slot", "t" };

	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++)
		if (bf_xml_word(node, unfit[i]))
			bf_compile_fault(m->c, node, "bf:%s cannot stand within a text with bf:t",
					 unfit[i]);
	if (node->ns && strcmp((const char *)node->ns->href, BF_XML_NAMESPACE) == 0)
		bf_compile_fault(m->c, node, "<bf:%s> cannot stand within a text with bf:t",
				 (const char *)node->name);
	bf_compile_check_words(m->c, node);
}

static void collect_tags(struct message *m, xmlNode *parent)
{
	for (xmlNode *node = parent->children; node; node = node->next) {
		struct tag *tag;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		check_child(m, node);
		tag = bf_pool_zalloc(m->c->scratch, sizeof(*tag));
		tag->node = node;
		tag->holds_text = holds_text(node);
		*m->last = tag;
		m->last = &tag->next;
		if (tag->holds_text)
			collect_tags(m, node);
	}
}

/* <a> where it stands once, else <a1>, <a2> in the order of the English text. */
static const char *tag_name(const struct message *m, const struct tag *tag)
{
	const char *element = (const char *)tag->node->name;
	unsigned number = 0, count = 0;

	for (const struct tag *at = m->first; at; at = at->next) {
		count += strcmp((const char *)at->node->name, element) == 0;
		if (at == tag)
			number = count;
	}
	return count == 1 ? element : bf_pool_printf(m->c->scratch, "%s%u", element, number);
}

static struct tag *tag_of(const struct message *m, const xmlNode *node)
{
	struct tag *tag = m->first;

	while (tag->node != node)
		tag = tag->next;
	return tag;
}

static void write_id(struct message *m, const xmlNode *parent, struct bf_buf *id)
{
	for (const xmlNode *node = parent->children; node; node = node->next) {
		const struct tag *tag;

		if (node->type == XML_TEXT_NODE)
			bf_message_encode(id, bf_str((const char *)node->content));
		if (node->type != XML_ELEMENT_NODE)
			continue;
		tag = tag_of(m, node);
		bf_buf_printf(id, tag->holds_text ? "<%s>" : "<%s/>", tag->name);
		if (tag->holds_text) {
			write_id(m, node, id);
			bf_buf_printf(id, "</%s>", tag->name);
		}
	}
}

struct bf_str bf_compile_folded(struct bf_compiler *c, struct bf_str text)
{
	char *folded = bf_pool_copy(c->scratch, bf_str_trim(text));
	size_t len = 0;

	for (const char *p = folded; *p; p++) {
		bool space = strchr(" \t\r\n", *p) != NULL;

		if (!space)
			folded[len++] = *p;
		else if (folded[len - 1] != ' ')
			folded[len++] = ' ';
	}
	folded[len] = '\0';
	return (struct bf_str){ folded, len };
}

static struct bf_str read_id(struct message *m)
{
	struct bf_str folded;
	struct bf_buf id;

	m->last = &m->first;
	collect_tags(m, m->node);
	for (struct tag *tag = m->first; tag; tag = tag->next)
		tag->name = tag_name(m, tag);
	bf_buf_init(&id);
	write_id(m, m->node, &id);
	folded = bf_compile_folded(m->c, bf_buf_str(&id));
	bf_buf_release(&id);
	return folded;
}

/* ---- its translation ---- */

/* Each text is noted once, when the template that holds it is compiled itself. */
static void note_wanted(struct bf_compiler *c, const xmlNode *node, struct bf_str context,
			struct bf_str id, struct bf_str plural)
{
	struct bf_wanted_text *wanted;
	struct bf_pool *pool = c->pool;

	if (c->lang != BF_ZH || c->source.template != c->main)
		return;
	wanted = bf_pool_zalloc(pool, sizeof(*wanted));
	wanted->scope = c->main->scope;
	wanted->file = c->main->file;
	wanted->line = (int)xmlGetLineNo(node);
	wanted->context = (struct bf_str){ bf_pool_copy(pool, context), context.len };
	wanted->id = (struct bf_str){ bf_pool_copy(pool, id), id.len };
	wanted->plural = (struct bf_str){ bf_pool_copy(pool, plural), plural.len };
	*c->views->last_wanted = wanted;
	c->views->last_wanted = &wanted->next;
}

/* English text, or two of them, in the compiler's language. */
static struct bf_translation translate(struct bf_compiler *c, const xmlNode *node,
				       struct bf_str context, struct bf_str id,
				       struct bf_str plural)
{
	const struct bf_translation *found =
		bf_views_translation(c->views, c->source.template->scope, c->lang, context, id);

	note_wanted(c, node, context, id, plural);
	if (found && bf_str_eq(found->plural, plural))
		return *found;
	if (found)
		bf_compile_fault(c, node,
				 "msgid_plural of \"%.*s\" is \"%.*s\" in the translation and "
				 "\"%.*s\" here",
				 BF_STR_ARG(id), BF_STR_ARG(found->plural), BF_STR_ARG(plural));
	else if (c->lang == BF_ZH)
		bf_compile_fault(c, node, "no Chinese translation of \"%.*s\"", BF_STR_ARG(id));
	return (struct bf_translation){ .one = id, .many = plural };
}

struct bf_str bf_compile_translation(struct bf_compiler *c, const xmlNode *node,
				     struct bf_str context, struct bf_str english)
{
	struct bf_str text = translate(c, node, context, english, BF_STR("")).one;

	return (struct bf_str){ bf_pool_copy(c->pool, text), text.len };
}

/* ---- writing it ---- */

static void write_message(struct message *m);

static const struct tag *find_tag(const struct message *m, struct bf_str name)
{
	const struct tag *tag = m->first;

	while (tag && !bf_str_is(name, tag->name))
		tag = tag->next;
	return tag;
}

static void write_translated(struct bf_compiler *c, xmlNode *node, void *arg)
{
	(void)c;
	(void)node;
	write_message(arg);
}

static void write_own(struct bf_compiler *c, xmlNode *node, void *arg)
{
	(void)arg;
	bf_compile_written(c, node);
}

static void write_tag(struct message *m, const struct bf_piece *piece)
{
	const struct tag *tag = find_tag(m, piece->text);

	if (!tag || tag->holds_text != (piece->kind == BF_PIECE_OPEN))
		bf_compile_fault(m->c, m->node, "the text with bf:t has no %.*s",
				 BF_STR_ARG(piece->whole));
	else if (tag->holds_text)
		bf_compile_around(m->c, tag->node, write_translated, m);
	else
		bf_compile_around(m->c, tag->node, write_own, NULL);
}

static void write_text(struct message *m, struct bf_str piece)
{
	struct bf_buf text;

	bf_buf_init(&text);
	bf_message_decode(&text, piece);
	bf_compile_text(m->c, bf_buf_str(&text));
	bf_buf_release(&text);
}

/* Writes up to the end tag of the element it is in. */
static void write_message(struct message *m)
{
	struct bf_piece piece;

	while (bf_message_next(&m->rest, true, &piece)) {
		switch (piece.kind) {
		case BF_PIECE_TEXT:
			write_text(m, piece.text);
			break;
		case BF_PIECE_VALUE:
			bf_compile_value(m->c, m->node, piece.text, BF_PLACE_TEXT);
			break;
		case BF_PIECE_OPEN:
		case BF_PIECE_EMPTY:
			write_tag(m, &piece);
			break;
		case BF_PIECE_CLOSE:
			return;
		case BF_PIECE_BROKEN:
			bf_compile_fault(m->c, m->node, "a brace or a tag does not end in \"%.*s\"",
					 BF_STR_ARG(piece.whole));
			break;
		}
	}
}

static void write_form(struct message *m, struct bf_str text)
{
	m->rest = text;
	write_message(m);
}

/* bf:n == 1 */
static const struct bf_expr *is_one(struct message *m)
{
	static const struct bf_expr one = { .op = BF_EXPR_CONSTANT,
					    .constant = { .kind = BF_NUMBER, .n = 1 } };
	const char *n = bf_compile_word(m->c, m->node, "n");
	struct bf_expr *equal = bf_pool_zalloc(m->c->pool, sizeof(*equal));

	if (!n) {
		bf_compile_fault(m->c, m->node, "bf:plural needs bf:n, the number it goes by");
		return equal;
	}
	equal->op = BF_EXPR_EQUAL;
	equal->on.left = bf_compile_expr(m->c, m->node, bf_str(n));
	equal->on.right = &one;
	return equal;
}

static void write_plural(struct message *m, const struct bf_translation *translation)
{
	uint32_t unless, end;

	unless = bf_emit_op(&m->c->emit, BF_OP_UNLESS, is_one(m));
	write_form(m, translation->one);
	end = bf_emit_op(&m->c->emit, BF_OP_JUMP, NULL);
	bf_emit_land(&m->c->emit, unless);
	write_form(m, translation->many);
	bf_emit_land(&m->c->emit, end);
}

void bf_compile_message(struct bf_compiler *c, xmlNode *node)
{
	struct message m = { .c = c, .node = node };
	const char *plural = bf_compile_word(c, node, "plural");
	struct bf_str context = bf_str(bf_compile_word(c, node, "t"));
	struct bf_str id = read_id(&m), folded = BF_STR("");
	struct bf_translation translation;

	if (!id.len) {
		bf_compile_fault(c, node, "bf:t stands on <%s>, which has no text",
				 (const char *)node->name);
		return;
	}
	if (plural)
		folded = bf_compile_folded(c, bf_str(plural));
	translation = translate(c, node, context, id, folded);
	if (plural && c->lang != BF_ZH)
		write_plural(&m, &translation);
	else
		write_form(&m, translation.one);
}
