/*
 * view: templates, compiled at load into one flat list of steps a language, and rendered from
 * values. The words of a template are told in templates/README.md.
 */
#ifndef BF_VIEW_VIEW_H
#define BF_VIEW_VIEW_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/value.h"

enum bf_lang { BF_ZH, BF_EN, BF_LANG__MAX };
extern const char *const bf_lang_code[BF_LANG__MAX]; /* "zh", "en" */
extern const char *const bf_lang_tag[BF_LANG__MAX];  /* "zh-Hans-CN", "en" */

struct bf_views;
struct bf_view; /* one template in one language */

/* What a form needs to know of the route it is sent to. */
struct bf_view_route {
	bool post;
	const char *path;       /* relative to the scope, may hold {params} */
	struct bf_table params; /* of struct bf_param */
};

/* What the compiler asks of the rest of the program; each may be NULL in tests. */
struct bf_view_env {
	void *arg;
	/* The columns of a query that a template's bf:model names; NULL: there is no such query. */
	const struct bf_shape *(*columns)(void *arg, const char *scope, const char *query);
	/* An enumeration of a scope (core's are seen by all); NULL where there is none. */
	const struct bf_enum *(*find_enum)(void *arg, const char *scope, const char *name);
	/* A route for bf:form: method, address and parameters. False where there is none. */
	bool (*find_route)(void *arg, const char *scope, const char *name,
			   struct bf_view_route *ret_route);
	/* The public address of a file below templates/assets, with its hash; NULL: none. */
	const char *(*asset)(void *arg, const char *name);
	/* The name of a region, asked while a page is rendered; NULL where there is none. */
	const char *(*region_name)(void *arg, int64_t code, enum bf_lang lang);
	/* Names every page's model has: "city", "lang", "address" ... ended by NULL. */
	const char *const *globals;
};

/* Lives in the pool. */
struct bf_views *bf_views_new(struct bf_pool *pool, const struct bf_view_env *env);
/* Registers every .html of a folder under a scope; a page of a plugin sees the layouts and
 * includes of "core" as well. */
void bf_views_add(struct bf_views *views, const char *scope, const char *folder,
		  struct bf_faults *faults);
/* The same for one template's text; for the loader, tests and the fuzz drivers. */
void bf_views_parse(struct bf_views *views, const char *scope, const char *name, const char *file,
		    struct bf_str text, struct bf_faults *faults);
/* Reads zh.po and en.po of a folder, where they are. A plugin's texts are looked up in its own
 * catalogue, then in core's. */
void bf_views_add_catalog(struct bf_views *views, const char *scope, const char *folder,
			  struct bf_faults *faults);
void bf_views_parse_catalog(struct bf_views *views, const char *scope, enum bf_lang lang,
			    const char *file, struct bf_str text, struct bf_faults *faults);
/* Compiles all that was added, once; each fault has file and line. A text that zh.po lacks is
 * a fault; an English page shows the text as it is written. */
void bf_views_compile(struct bf_views *views, struct bf_faults *faults);
/* Prints the texts of a scope's templates as a .pot, with file and line; after compile. */
void bf_views_collect(const struct bf_views *views, const char *scope, FILE *out);

const struct bf_view *bf_views_find(const struct bf_views *views, const char *scope,
				    const char *name, enum bf_lang lang);
/* A translated text; the English one where the catalogue lacks it. */
const char *bf_views_text(const struct bf_views *views, const char *scope, enum bf_lang lang,
			  const char *english);

/* Adds a fault, in `file`, unless zh.po translates a text that stands in C. NULL is no text. */
void bf_views_require(const struct bf_views *views, const char *scope, const char *english,
		      const char *file, struct bf_faults *faults);

/* What the page around the values is: made anew for each request. */
struct bf_view_request {
	const struct bf_value *model;   /* a map */
	const struct bf_value *globals; /* a map: city, lang, address, ... */
	/* Addresses in a page: "/x" goes behind root, "x" behind mount. */
	const char *root;  /* "" or "/en" */
	const char *mount; /* "/shaoyang/donations/" with the root before it */
	/* Forms: what was typed, what is wrong with it (maps by parameter; NULL: none) and the
	 * hidden fields of a POST. */
	const struct bf_value *typed, *messages;
	const char *token, *idempotency_key;
	const char *form; /* the route that was typed into; NULL: every form of the page */
	int64_t now_ms;   /* for days_left */
	struct bf_pool *pool;
};

/* Adds the page to out. Cannot fail: all that could be wrong was refused at load. */
void bf_view_render(const struct bf_view *view, const struct bf_view_request *request,
		    struct bf_buf *out);
/* Whether the page holds a form that is posted: it wants a token and a key, and no cache. */
bool bf_view_posts(const struct bf_view *view);
/* How many steps the page takes when every branch is gone once. */
size_t bf_view_steps(const struct bf_view *view);

#endif
