/* load: what the two halves of loading a generation share. */
#ifndef BF_SITE_LOAD_H
#define BF_SITE_LOAD_H

#include "plugin/app.h"

/* Where a plugin keeps a part of its files: "sql", "templates", "po". */
const char *bf_plugin_folder(struct bf_pool *pool, const struct bf_config *config,
			     const char *plugin, const char *part);
/* The same for a part that a plugin may do without; NULL: it does. */
const char *bf_plugin_part(struct bf_pool *pool, const struct bf_config *config, const char *plugin,
			   const char *part);

/* Where one of the core's folders keeps what only this pool of workers reads: "sql/money". Queries
 * that write money cannot even be prepared under the account of the web. NULL: there is none. */
const char *bf_pool_part(struct bf_pool *pool, const struct bf_config *config, const char *folder);
/* What the pool money answers, by the beginning of the address; ended by a name NULL. */
struct bf_segment {
	const char *name;
	const struct bf_table *routes;
};
extern const struct bf_segment bf_site_segments[];

/* The addresses below "/" that this pool answers. */
const struct bf_table *bf_pool_root_routes(const struct bf_config *config);

/* Compiles the templates of the core and of all plugins, whose queries are proven, and checks
 * that each card has its query and template and each text its translation. */
void bf_load_views(struct bf_app *app, struct bf_faults *faults);

#endif
