/*
 * site_env: what templates of tests and fuzz drivers may name: one query, one enumeration, three
 * routes, two assets, one region.
 */
#ifndef BF_TESTS_VIEW_SITE_ENV_H
#define BF_TESTS_VIEW_SITE_ENV_H

#include <string.h>

#include "view/view.h"

static const struct bf_choice site_kinds[] = { { "housing", "Housing" }, { "medical", "Medical" } };
static const struct bf_enum site_kind = { "kind", BF_TABLE(site_kinds) };

static const struct bf_param site_params[] = {
	{ .name = "id", .type = BF_ID },
	{ .name = "title", .type = BF_TEXT, .required = true, .max = 40 },
	{ .name = "story", .type = BF_LINES },
	{ .name = "people", .type = BF_INT, .min = 1, .max = 20 },
	{ .name = "amount", .type = BF_FEN, .min = 100, .max = 1050 },
	{ .name = "kind", .type = BF_ONE_OF, .choices = &site_kind },
	{ .name = "agree", .type = BF_TEXT },
	{ .name = "secret", .type = BF_TEXT },
};

static inline const struct bf_shape *site_columns(void *arg, const char *scope, const char *query)
{
	static const struct bf_str names[] = { { "id", 2 }, { "title", 5 }, { "kind", 4 } };
	static const struct bf_shape shape = { 3, names };

	(void)arg;
	(void)scope;
	return strcmp(query, "open_posts") == 0 ? &shape : NULL;
}

static inline const struct bf_enum *site_enum(void *arg, const char *scope, const char *name)
{
	(void)arg;
	(void)scope;
	return strcmp(name, "kind") == 0 ? &site_kind : NULL;
}

static inline bool site_route(void *arg, const char *scope, const char *name,
			      struct bf_view_route *ret_route)
{
	(void)arg;
	(void)scope;
	*ret_route = (struct bf_view_route){ strcmp(name, "find") != 0, "/posts",
					     BF_TABLE(site_params) };
	if (strcmp(name, "change") == 0)
		ret_route->path = "/posts/{id}/change";
	return strcmp(name, "find") == 0 || strcmp(name, "ask") == 0 || strcmp(name, "change") == 0;
}

static inline const char *site_asset(void *arg, const char *name)
{
	(void)arg;
	if (strcmp(name, "app.css") == 0)
		return "/assets/app.0123abcd.css";
	return strcmp(name, "icons.svg") == 0 ? "/assets/icons.4567abcd.svg" : NULL;
}

static inline const char *site_region(void *arg, int64_t code, enum bf_lang lang)
{
	(void)arg;
	if (code != 430500)
		return NULL;
	return lang == BF_ZH ? "邵阳市" : "Shaoyang <&>";
}

static const char *const site_globals[] = { "lang", "city", "address", NULL };

static const struct bf_view_env site_env = {
	.columns = site_columns,
	.find_enum = site_enum,
	.find_route = site_route,
	.asset = site_asset,
	.region_name = site_region,
	.globals = site_globals,
};

#endif
