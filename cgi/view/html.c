#include "view/html.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *const void_elements[] = { "area",  "br",    "col",  "embed", "hr",
					     "img",   "input", "link", "meta",  "source",
					     "track", "wbr",   NULL };

static const char *const text_elements[] = { "title", "textarea", "option", NULL };

static const char *const paragraph_ending[] = {
	"address", "article",  "aside",      "blockquote", "details", "dialog", "div",
	"dl",      "fieldset", "figcaption", "figure",     "footer",  "form",   "h1",
	"h2",      "h3",       "h4",         "h5",         "h6",      "header", "hgroup",
	"hr",      "main",     "menu",       "nav",        "ol",      "p",      "pre",
	"search",  "section",  "summary",    "table",      "ul",      NULL
};

/* The site's content security policy lets none of them run, or browsers read their content
 * by rules of its own, in which escaping would mean something else. */
static const struct {
	const char *element, *why;
} refused[] = {
	{ "style", "styles belong into templates/assets" },
	{ "base", "addresses are made whole by the compiler" },
	{ "iframe", "the site shows no frames" },
	{ "frame", "the site shows no frames" },
	{ "frameset", "the site shows no frames" },
	{ "object", "the site shows no plug-ins" },
	{ "embed", "the site shows no plug-ins" },
	{ "applet", "the site shows no plug-ins" },
	{ "foreignobject", "browsers read it by other rules" },
	{ "plaintext", "browsers read it by other rules" },
	{ "xmp", "browsers read it by other rules" },
	{ "listing", "browsers read it by other rules" },
	{ "noembed", "browsers read it by other rules" },
	{ "noframes", "browsers read it by other rules" },
	{ "noscript", "pages work without scripts anyway" },
	{ "math", "browsers read it by other rules" },
};

static const char *const boolean_attributes[] = {
	"async",          "autofocus", "checked",  "default",    "defer", "disabled",
	"formnovalidate", "hidden",    "multiple", "novalidate", "open",  "readonly",
	"required",       "reversed",  "selected", NULL
};

static const char *const address_attributes[] = { "href",       "src",    "action",
						  "formaction", "poster", NULL };

static const char *const varying_attributes[] = {
	/* any element */
	"class", "dir", "id", "lang", "role", "tabindex", "title",
	/* addresses */
	"action", "formaction", "href", "poster", "src",
	/* text and forms */
	"abbr", "alt", "autocomplete", "cols", "colspan", "content", "datetime", "enctype", "for",
	"headers", "height", "high", "hreflang", "inputmode", "label", "low", "max", "maxlength",
	"media", "min", "minlength", "name", "optimum", "pattern", "placeholder", "rel", "rows",
	"rowspan", "scope", "sizes", "span", "start", "step", "type", "value", "width",
	/* drawings */
	"cx", "cy", "d", "dx", "dy", "fill", "font-size", "opacity", "pathLength", "points", "r",
	"rx", "ry", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-width",
	"text-anchor", "textLength", "transform", "viewBox", "x", "x1", "x2", "y", "y1", "y2", NULL
};

static bool is_in(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

bool bf_html_is_void(const char *element)
{
	return is_in(void_elements, element);
}

bool bf_html_keeps_space(const char *element)
{
	return strcmp(element, "pre") == 0 || strcmp(element, "textarea") == 0;
}

bool bf_html_holds_text_only(const char *element)
{
	return is_in(text_elements, element);
}

bool bf_html_ends_paragraph(const char *element)
{
	return is_in(paragraph_ending, element);
}

const char *bf_html_refusal(const char *element)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (strcasecmp(refused[i].element, element) == 0)
			return refused[i].why;
	return NULL;
}

bool bf_html_is_boolean(const char *attribute)
{
	return is_in(boolean_attributes, attribute);
}

bool bf_html_is_address(const char *attribute)
{
	return is_in(address_attributes, attribute);
}

bool bf_html_may_vary(const char *attribute)
{
	return is_in(varying_attributes, attribute) || is_in(boolean_attributes, attribute) ||
	       strncmp(attribute, "aria-", 5) == 0 || strncmp(attribute, "data-", 5) == 0;
}

const char *bf_html_attribute_refusal(const char *attribute)
{
	if (strncasecmp(attribute, "on", 2) == 0)
		return "scripts belong into templates/assets";
	if (strcasecmp(attribute, "style") == 0)
		return "styles belong into templates/assets";
	if (strcasecmp(attribute, "http-equiv") == 0)
		return "headers are the server's matter";
	return strcasecmp(attribute, "srcdoc") == 0 ? "the site shows no frames" : NULL;
}
