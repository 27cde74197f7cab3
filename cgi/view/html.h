/* html: what the compiler knows of HTML's elements and attributes. */
#ifndef BF_VIEW_HTML_H
#define BF_VIEW_HTML_H

#include <stdbool.h>

/* Elements */
bool bf_html_is_void(const char *element);         /* has neither content nor an end tag */
bool bf_html_keeps_space(const char *element);     /* pre and textarea */
bool bf_html_holds_text_only(const char *element); /* title, textarea and option */
bool bf_html_ends_paragraph(const char *element);  /* browsers close an open p before it */
/* Why our pages cannot hold it; NULL where they can. */
const char *bf_html_refusal(const char *element);

/* Attributes */
bool bf_html_is_boolean(const char *attribute); /* there or not there */
bool bf_html_is_address(const char *attribute);
bool bf_html_may_vary(const char *attribute); /* may be written bf:ATTRIBUTE */
/* Why our pages cannot have it; NULL where they can. */
const char *bf_html_attribute_refusal(const char *attribute);

#endif
