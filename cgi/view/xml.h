/*
 * xml: reads a template by libxml2. What a template may hold is small: elements, attributes,
 * text, comments, `<!DOCTYPE html>` as its first line. No entities, no files, no network.
 */
#ifndef BF_VIEW_XML_H
#define BF_VIEW_XML_H

#include <libxml/tree.h>

#include "base/err.h"

#define BF_XML_NAMESPACE "urn:bangfu:template"

/* NULL where a fault was found. Goes with the pool. */
xmlDoc *bf_xml_read(struct bf_pool *pool, const char *file, struct bf_str text,
		    struct bf_faults *faults);

/* An attribute in our namespace; NULL where the element has none such. */
const xmlAttr *bf_xml_word(const xmlNode *element, const char *name);
/* A plain attribute. */
const xmlAttr *bf_xml_attribute(const xmlNode *element, const char *name);
bool bf_xml_is_word(const xmlAttr *attribute);
/* Its value, in the pool. */
const char *bf_xml_value(struct bf_pool *pool, const xmlAttr *attribute);
/* The next element, past white space and comments; NULL where text or nothing comes. */
xmlNode *bf_xml_next_element(const xmlNode *node);
/* No elements and no text but white space. */
bool bf_xml_is_empty(const xmlNode *element);

#endif
