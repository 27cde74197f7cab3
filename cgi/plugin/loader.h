/*
 * loader: opens the plugins of one folder and compares what they say of themselves before
 * anything else of them is used. A refused plugin is left out and the reason is told; nothing
 * is ever unloaded.
 */
#ifndef BF_PLUGIN_LOADER_H
#define BF_PLUGIN_LOADER_H

#include "base/err.h"

struct bf_plugins {
	size_t count;
	const struct bf_plugin **rows; /* by name */
};

/*
 * Loads every NAME.so of a folder, in the order of their names. What comes out is a copy in
 * the pool with all tables at the size of this host's rows. No folder means no plugins.
 */
void bf_plugins_load(struct bf_plugins *plugins, struct bf_pool *pool, const char *folder,
		     struct bf_faults *refused);

/* Compares a descriptor with this host and copies it; NULL and a line in refused if it does
 * not fit. `name` is the file's name without ".so". For the loader and its tests. */
const struct bf_plugin *bf_plugin_accept(struct bf_pool *pool, const char *name,
					 const struct bf_plugin *found, struct bf_faults *refused);

#endif
