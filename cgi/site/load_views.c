/* load_views: the templates and texts of a generation, and that all they name is there. */
#include "site/load.h"

#include "domain/post.h"
#include "site/account.h"
#include "site/answer.h"
#include "site/goods.h"
#include "site/pages.h"
#include "site/pay.h"

/* Names that every page's model has; plugin/page.c makes their values. */
static const char *const page_globals[] = {
	"lang",
	"lang_tag",
	"root",
	"address",
	"other_lang_address",
	"elder",
	"elder_address",
	"demo",
	"city",
	"city_slug",
	"plugin",
	"notice",
	"request_id",
	"year",
	"person",
	"sign_in_address",
	NULL,
};

/* ---- what templates ask ---------------------------------------------------------------- */

static const struct bf_shape *columns(void *arg, const char *scope, const char *name)
{
	const struct bf_app *app = arg;
	const struct bf_query *query = bf_queries_find(app->queries, scope, name);

	return query ? query->shape : NULL;
}

static const struct bf_enum *find_enum(void *arg, const char *scope_name, const char *name)
{
	const struct bf_scope *scope = bf_app_scope(arg, bf_str(scope_name));

	for (size_t i = 0; bf_core_enums[i]; i++)
		if (strcmp(bf_core_enums[i]->name, name) == 0)
			return bf_core_enums[i];
	for (uint32_t i = 0; scope && i < scope->plugin->enums.count; i++) {
		const struct bf_enum *own = (const struct bf_enum *)scope->plugin->enums.rows + i;

		if (strcmp(own->name, name) == 0)
			return own;
	}
	return NULL;
}

static const struct bf_route *route_in(const struct bf_table *routes, const char *name)
{
	for (uint32_t i = 0; i < routes->count; i++) {
		const struct bf_route *route = (const struct bf_route *)routes->rows + i;

		if (strcmp(route->name, name) == 0)
			return route;
	}
	return NULL;
}

/* Only pages of the pool money hold forms that are sent there. */
static bool find_segment_route(struct bf_app *app, const char *name,
			       struct bf_view_route *ret_route)
{
	for (size_t i = 0; i < app->segment_count; i++) {
		const struct bf_route *route = route_in(bf_site_segments[i].routes, name);

		if (!route)
			continue;
		*ret_route = (struct bf_view_route){
			.post = route->method == BF_POST,
			.path = bf_pool_printf(app->pool, "/%s%s", bf_site_segments[i].name,
					       route->path),
			.params = route->params,
		};
		return true;
	}
	return false;
}

static bool find_route(void *arg, const char *scope_name, const char *name,
		       struct bf_view_route *ret_route)
{
	const struct bf_app *app = arg;
	const struct bf_scope *scope = bf_app_scope(app, bf_str(scope_name));
	const struct bf_table *routes =
		scope ? &scope->plugin->routes : bf_pool_root_routes(app->config);
	const struct bf_route *route = route_in(routes, name);

	if (!route && !scope)
		return find_segment_route(arg, name, ret_route);
	/* a page of a plugin may hold a form of the core, such as the search in the layout */
	if (!route)
		return false;
	*ret_route = (struct bf_view_route){
		.post = route->method == BF_POST,
		.path = scope ? route->path + 1 : route->path,
		.params = route->params,
	};
	return true;
}

static const char *asset(void *arg, const char *name)
{
	const struct bf_app *app = arg;

	for (size_t i = 0; i < app->asset_count; i++)
		if (bf_str_is(app->assets[i].name, name))
			return app->assets[i].address.p;
	return NULL;
}

static const char *region_name(void *arg, int64_t code, enum bf_lang lang)
{
	const struct bf_app *app = arg;
	const struct bf_region *region = bf_regions_find(&app->regions, code);

	if (!region)
		return NULL;
	return lang == BF_EN && region->name_en.len ? region->name_en.p : region->name.p;
}

/* ---- texts that stand in C --------------------------------------------------------------- */

struct texts {
	struct bf_app *app;
	const char *scope, *file;
	struct bf_faults *faults;
};

static void need_text(void *arg, const char *english)
{
	struct texts *texts = arg;

	bf_views_require(texts->app->views, texts->scope, english, texts->file, texts->faults);
}

static void need_labels(struct texts *texts, const struct bf_enum *labels)
{
	for (uint32_t i = 0; i < labels->choices.count; i++)
		need_text(texts, ((const struct bf_choice *)labels->choices.rows)[i].label);
}

static void need_route_labels(struct texts *texts, const struct bf_table *routes)
{
	for (uint32_t i = 0; i < routes->count; i++) {
		const struct bf_table *params = &((const struct bf_route *)routes->rows)[i].params;

		for (uint32_t p = 0; p < params->count; p++)
			need_text(texts, ((const struct bf_param *)params->rows)[p].label);
	}
}

static void check_core_texts(struct bf_app *app, struct bf_faults *faults)
{
	struct texts texts = { app, BF_CORE_SCOPE, app->config->templates, faults };

	for (size_t i = 0; bf_core_enums[i]; i++)
		need_labels(&texts, bf_core_enums[i]);
	for (size_t i = 0; i < BF_PARAM_REASON__MAX; i++)
		need_text(&texts, bf_param_reason_text[i]);
	need_route_labels(&texts, bf_pool_root_routes(app->config));
	need_route_labels(&texts, &bf_site_city_routes);
	for (const struct bf_segment *segment = bf_site_segments; segment->name; segment++)
		need_route_labels(&texts, segment->routes);
	bf_account_each_text(need_text, &texts);
	bf_pay_each_text(need_text, &texts);
	bf_goods_each_text(need_text, &texts);
	bf_answer_each_text(need_text, &texts);
}

static void check_plugin_texts(struct bf_app *app, const struct bf_plugin *plugin,
			       struct bf_faults *faults)
{
	struct texts texts = { app, plugin->name,
			       bf_plugin_folder(app->pool, app->config, plugin->name, "po"),
			       faults };

	need_text(&texts, plugin->title);
	need_text(&texts, plugin->summary);
	need_route_labels(&texts, &plugin->routes);
	for (uint32_t i = 0; i < plugin->enums.count; i++)
		need_labels(&texts, (const struct bf_enum *)plugin->enums.rows + i);
}

static void check_texts(struct bf_app *app, struct bf_faults *faults)
{
	check_core_texts(app, faults);
	for (size_t i = 0; i < app->plugins.count; i++)
		check_plugin_texts(app, app->plugins.rows[i], faults);
}

/* ---- all of it --------------------------------------------------------------------------- */

/* What a card names must be there; a handler's names are met by its tests. */
static void check_cards(struct bf_app *app, struct bf_faults *faults)
{
	for (size_t i = 0; i < app->plugins.count; i++) {
		const struct bf_plugin *plugin = app->plugins.rows[i];
		const struct bf_card *card = &plugin->card;

		if (!card->query)
			continue;
		if (!bf_queries_find(app->queries, plugin->name, card->query))
			bf_faults_add(faults,
				      bf_plugin_folder(app->pool, app->config, plugin->name, "sql"),
				      0, "card names the query \"%s\", which is not there",
				      card->query);
		if (!bf_views_find(app->views, plugin->name, card->template_name, BF_ZH))
			bf_faults_add(faults,
				      bf_plugin_folder(app->pool, app->config, plugin->name,
						       "templates"),
				      0, "card names the template \"%s\", which is not there",
				      card->template_name);
	}
}

void bf_load_views(struct bf_app *app, struct bf_faults *faults)
{
	struct bf_view_env env = {
		.arg = app,
		.columns = columns,
		.find_enum = find_enum,
		.find_route = find_route,
		.asset = asset,
		.region_name = region_name,
		.globals = page_globals,
	};
	struct bf_pool *pool = app->pool;
	const char *own = bf_pool_part(pool, app->config, app->config->templates);

	app->views = bf_views_new(pool, &env);
	bf_views_add_catalog(app->views, BF_CORE_SCOPE,
			     bf_pool_printf(pool, "%s/po", app->config->templates), faults);
	if (app->config->worker_pool != BF_WORKERS_SANDBOX)
		bf_views_add(app->views, BF_CORE_SCOPE, app->config->templates, faults);
	if (own)
		bf_views_add(app->views, BF_CORE_SCOPE, own, faults);
	for (size_t i = 0; i < app->plugins.count; i++) {
		const char *name = app->plugins.rows[i]->name;
		const char *po = bf_plugin_part(pool, app->config, name, "po");
		const char *templates = bf_plugin_part(pool, app->config, name, "templates");

		if (po)
			bf_views_add_catalog(app->views, name, po, faults);
		if (templates)
			bf_views_add(app->views, name, templates, faults);
	}
	bf_views_compile(app->views, faults);
	check_cards(app, faults);
	check_texts(app, faults);
}
