/*
 * compile: the parts of the template compiler, which walks a page in one language once.
 *
 *   views.c      which templates and catalogues there are
 *   compile.c    pages, layouts, includes, branches, loops
 *   element.c    elements, what may stand in them, white space
 *   names.c      what expressions may name
 *   attribute.c  attributes, addresses
 *   translate.c  bf:t
 *   form.c       forms and their fields
 */
#ifndef BF_VIEW_COMPILE_H
#define BF_VIEW_COMPILE_H

#include "view/catalog.h"
#include "view/emit.h"
#include "view/message.h"
#include "view/xml.h"

#define BF_VIEWS_CORE "core" /* the scope whose templates and texts all others see */

struct bf_template {
	const char *scope, *name, *file;
	xmlDoc *doc;                         /* until compiled; NULL where it could not be read */
	struct bf_view *views[BF_LANG__MAX]; /* NULL where a fault was found */
};

/* A text that a template wants translated, for bf_views_collect. */
struct bf_wanted_text {
	struct bf_wanted_text *next;
	const char *scope, *file;
	int line;
	struct bf_str context, id, plural;
};

struct bf_scope_catalog {
	struct bf_scope_catalog *next;
	const char *scope;
	enum bf_lang lang;
	struct bf_catalog *catalog;
};

struct bf_views {
	struct bf_pool *pool;
	struct bf_pool *scratch; /* goes after compile */
	struct bf_view_env env;
	size_t count, capacity;
	struct bf_template **templates; /* sorted by scope and name */
	struct bf_scope_catalog *catalogs;
	struct bf_wanted_text *wanted, **last_wanted;
};

/* A name that expressions may start with. Names of an inner block come first. */
struct bf_name {
	struct bf_name *outer;
	struct bf_str name;
	struct bf_name *of; /* the same thing, as the including template calls it */
	enum { BF_NAME_GLOBAL, BF_NAME_MODEL, BF_NAME_LOOP } kind;
	bool has_slot;
	uint32_t slot;
	const char *query; /* whose columns it has; NULL: it may have any */
	const struct bf_shape *shape;
};

/* A template that is being walked, with what it may name. */
struct bf_source {
	const struct bf_template *template;
	struct bf_name *names;
	const struct bf_source *outer; /* that includes it, or NULL */
};

struct bf_form;   /* form.c */
struct bf_select; /* form.c */

/* What the elements around the present one ask of it. */
struct bf_inside {
	bool svg, kept_space, paragraph, anchor, button;
	bool any_form;
	const struct bf_form *form;     /* with bf:form, or NULL */
	const struct bf_select *select; /* whose options are being written, or NULL */
};

struct bf_compiler {
	struct bf_views *views;
	struct bf_pool *pool;    /* for what the program keeps */
	struct bf_pool *scratch; /* for the rest */
	struct bf_faults *faults;
	enum bf_lang lang;
	const struct bf_template *main;   /* the template that is compiled */
	const struct bf_template *layout; /* what stands around it, or NULL */
	struct bf_source page;            /* fills the slots of the layout */
	struct bf_source source;          /* the one whose nodes are walked */
	const xmlNode *node;              /* whose expression is read */
	struct bf_name *globals;
	struct bf_expr_context expr;
	struct bf_emit emit;
	struct bf_inside inside;
	unsigned depth; /* of elements */
	uint32_t slot_count, root_count, root_capacity, loop_count, loop_capacity;
	struct bf_root *roots;
	struct bf_loop *loops;
	bool failed;
};

/* ---- views.c ---- */

/* A template as a scope sees it: its own first, then core's. */
const struct bf_template *bf_views_template(const struct bf_views *views, const char *scope,
					    const char *name);
/* The same for translations. NULL where no catalogue has it. */
const struct bf_translation *bf_views_translation(const struct bf_views *views, const char *scope,
						  enum bf_lang lang, struct bf_str context,
						  struct bf_str id);

/* ---- compile.c ---- */

/* NULL where a fault was found. */
struct bf_view *bf_compile(struct bf_views *views, const struct bf_template *template,
			   enum bf_lang lang, struct bf_faults *faults);

BF_PRINTF(3, 4)
void bf_compile_fault(struct bf_compiler *c, const xmlNode *node, const char *format, ...);
/* The value of a bf: attribute; NULL where the element has none such. */
const char *bf_compile_word(struct bf_compiler *c, const xmlNode *node, const char *name);
/* An expression of a node; NULL after a fault. */
const struct bf_expr *bf_compile_expr(struct bf_compiler *c, const xmlNode *node,
				      struct bf_str text);
/* A value with its format; false after a fault. */
bool bf_compile_output(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
		       struct bf_output *ret_output);
/* Prints it into a place. */
void bf_compile_print(struct bf_compiler *c, const struct bf_output *output, enum bf_place place);
/* Both at once. */
void bf_compile_value(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
		      enum bf_place place);
/* An element, once or in its loop; whether it is shown at all is settled before. */
void bf_compile_element(struct bf_compiler *c, xmlNode *node);
/* What stands in an element, by bf:text, bf:raw, bf:t or as its children. */
void bf_compile_written(struct bf_compiler *c, xmlNode *node);
void bf_compile_children(struct bf_compiler *c, xmlNode *node);

/* ---- element.c ---- */

/* An element around content that another function writes. */
void bf_compile_around(struct bf_compiler *c, xmlNode *node,
		       void (*content)(struct bf_compiler *c, xmlNode *node, void *arg), void *arg);
/* <bf:group>, or what is misspelt so; then what stands on it that would be lost is a fault. */
bool bf_compile_is_group(const xmlNode *node);
void bf_compile_check_group(struct bf_compiler *c, const xmlNode *node);
/* Faults where the bf: words of an element are unknown or at odds. */
void bf_compile_check_words(struct bf_compiler *c, const xmlNode *node);
/* Text of a template, its white space folded. */
void bf_compile_text(struct bf_compiler *c, struct bf_str text);
/* The same for a node; a {value} in it is a fault. */
void bf_compile_text_node(struct bf_compiler *c, const xmlNode *node);

/* ---- names.c ---- */

void bf_names_init(struct bf_compiler *c);
/* What bf:model on the first element of the present source declares, and the globals. */
struct bf_name *bf_names_of_model(struct bf_compiler *c, const xmlNode *root);
/* The same for a template included at node: its names are those of the including one. */
struct bf_name *bf_names_of_include(struct bf_compiler *c, const xmlNode *root,
				    const struct bf_template *included, const xmlNode *node);
/* Adds a loop variable to the present names; list is the name looped over, or NULL. */
struct bf_name *bf_names_add_loop(struct bf_compiler *c, struct bf_str name,
				  const struct bf_name *list);
struct bf_name *bf_names_find(struct bf_name *names, struct bf_str name);
/* An enumeration as the present source sees it, or NULL; its labels, translated. */
const struct bf_enum *bf_compile_enum(struct bf_compiler *c, const char *name);
const struct bf_labels *bf_compile_labels(struct bf_compiler *c, const xmlNode *node,
					  const struct bf_enum *choices);

/* ---- attribute.c ---- */

/* All attributes of an element, but those whose names stand in except (NULL: none). */
void bf_compile_attributes(struct bf_compiler *c, const xmlNode *node, const char *const *except);
/* One attribute, however it is written; nothing where the element lacks it. */
void bf_compile_attribute(struct bf_compiler *c, const xmlNode *node, const char *name);
bool bf_compile_has_attribute(const xmlNode *node, const char *name);
/* Literal text with {values}, for anything but an address. */
void bf_compile_values(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
		       enum bf_place place);
/* Whether a text is one {value} and nothing else. */
bool bf_compile_is_one_value(struct bf_str text, struct bf_str *ret_value);
/* An address of the present source: literal text with {values}. */
void bf_compile_address(struct bf_compiler *c, const xmlNode *node, struct bf_str text,
			bool with_values);

/* ---- translate.c ---- */

/* The content of an element with bf:t. */
void bf_compile_message(struct bf_compiler *c, xmlNode *node);
/* The translation of a text without tags, in the present source. */
struct bf_str bf_compile_translation(struct bf_compiler *c, const xmlNode *node,
				     struct bf_str context, struct bf_str english);

/* Trimmed, every run of white space one space. */
struct bf_str bf_compile_folded(struct bf_compiler *c, struct bf_str text);

/* ---- form.c ---- */

/* Whether form.c writes the attributes of this element, and does so. */
bool bf_form_attributes(struct bf_compiler *c, const xmlNode *node);
/* The same for its content. */
bool bf_form_content(struct bf_compiler *c, xmlNode *node);
/* Notes for the fields within an element which form they belong to. */
void bf_form_enter(struct bf_compiler *c, const xmlNode *node);
/* An element with bf:message. */
void bf_form_message(struct bf_compiler *c, xmlNode *node);

#endif
