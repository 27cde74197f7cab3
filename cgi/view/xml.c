#include "view/xml.h"

#include <libxml/parser.h>
#include <strings.h>

static const struct bf_str doctype = { "<!DOCTYPE html>", 15 };

struct reading {
	const char *file;
	struct bf_faults *faults;
	bool failed;
};

static void add_fault(struct reading *reading, int line, const char *what)
{
	bf_faults_add(reading->faults, reading->file, line, "%s", what);
	reading->failed = true;
}

static void on_error(void *arg, xmlErrorPtr error)
{
	xmlParserCtxt *parser = arg;
	struct reading *reading = parser->_private;
	struct bf_str message = bf_str_trim(bf_str(error->message));
	const char *hint = "";

	if (error->code == XML_ERR_UNDECLARED_ENTITY || error->code == XML_WAR_UNDECLARED_ENTITY)
		hint = ". Write the character itself or its number, such as &#160; for &nbsp;.";
	else if (error->code == XML_NS_ERR_UNDEFINED_NAMESPACE)
		hint = ". Give the first element xmlns:bf=\"" BF_XML_NAMESPACE "\".";
	bf_faults_add(reading->faults, reading->file, error->line, "%.*s%s", BF_STR_ARG(message),
		      hint);
	reading->failed = true;
}

/* Nothing a template names is ever opened. */
static xmlParserInput *refuse_entity(const char *url, const char *id, xmlParserCtxt *parser)
{
	(void)url;
	(void)id;
	(void)parser;
	return NULL;
}

static int line_of(struct bf_str text, const char *at)
{
	int line = 1;

	for (const char *p = text.p; p < at; p++)
		line += *p == '\n';
	return line;
}

/* Refused before libxml2 sees them: whatever could declare an entity or name a file. */
static void check_declarations(struct reading *reading, struct bf_str text)
{
	struct bf_str rest = text;

	if (bf_str_starts(rest, doctype))
		rest = (struct bf_str){ text.p + doctype.len, text.len - doctype.len };
	for (size_t i = 0; i + 1 < rest.len; i++) {
		const char *at = rest.p + i;

		if (at[0] != '<' || (at[1] != '!' && at[1] != '?'))
			continue;
		if (strncasecmp(at, "<!doctype", 9) == 0 || strncasecmp(at, "<!entity", 8) == 0)
			add_fault(reading, line_of(text, at),
				  "the only declaration is <!DOCTYPE html>, as the first line");
		else if (at[1] == '?')
			add_fault(reading, line_of(text, at),
				  "a <? instruction cannot stand in a page");
	}
}

static bool may_be_parsed(struct reading *reading, struct bf_str text)
{
	if (!bf_utf8_valid(text) || memchr(text.p, '\0', text.len))
		add_fault(reading, 0, "the file is not UTF-8");
	else
		check_declarations(reading, text);
	return !reading->failed;
}

static void free_doc(void *doc)
{
	xmlFreeDoc(doc);
}

xmlDoc *bf_xml_read(struct bf_pool *pool, const char *file, struct bf_str text,
		    struct bf_faults *faults)
{
	struct reading reading = { .file = file, .faults = faults };
	xmlParserCtxt *parser;
	xmlDoc *doc;

	if (!may_be_parsed(&reading, text))
		return NULL;
	xmlInitParser();
	xmlSetExternalEntityLoader(refuse_entity);
	parser = xmlNewParserCtxt();
	if (!parser)
		abort();
	parser->_private = &reading;
	parser->sax->serror = on_error;
	doc = xmlCtxtReadMemory(parser, text.p, (int)text.len, NULL, "UTF-8",
				XML_PARSE_NONET | XML_PARSE_NOCDATA);
	if (!doc && !reading.failed)
		add_fault(&reading, 0, "the file cannot be read as XML");
	if (doc && (reading.failed || (doc->intSubset && doc->intSubset->children))) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(parser);
	if (doc)
		bf_pool_defer(pool, free_doc, doc);
	return doc;
}

bool bf_xml_is_word(const xmlAttr *attribute)
{
	return attribute->ns && strcmp((const char *)attribute->ns->href, BF_XML_NAMESPACE) == 0;
}

static const xmlAttr *find(const xmlNode *element, const char *name, bool word)
{
	for (const xmlAttr *at = element->properties; at; at = at->next)
		if (strcmp((const char *)at->name, name) == 0 &&
		    (word ? bf_xml_is_word(at) : !at->ns))
			return at;
	return NULL;
}

const xmlAttr *bf_xml_word(const xmlNode *element, const char *name)
{
	return find(element, name, true);
}

const xmlAttr *bf_xml_attribute(const xmlNode *element, const char *name)
{
	return find(element, name, false);
}

const char *bf_xml_value(struct bf_pool *pool, const xmlAttr *attribute)
{
	xmlChar *value = xmlNodeListGetString(attribute->doc, attribute->children, 1);
	char *copy = bf_pool_copy(pool, bf_str((const char *)value));

	xmlFree(value);
	return copy;
}

static bool is_blank(const xmlNode *node)
{
	return node->type == XML_COMMENT_NODE ||
	       (node->type == XML_TEXT_NODE &&
		!bf_str_trim(bf_str((const char *)node->content)).len);
}

xmlNode *bf_xml_next_element(const xmlNode *node)
{
	xmlNode *next = node->next;

	while (next && is_blank(next))
		next = next->next;
	return next && next->type == XML_ELEMENT_NODE ? next : NULL;
}

bool bf_xml_is_empty(const xmlNode *element)
{
	for (const xmlNode *child = element->children; child; child = child->next)
		if (!is_blank(child))
			return false;
	return true;
}
