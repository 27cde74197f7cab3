/*
 * app: one generation of the site, loaded once and const, and a worker's share in it. The
 * server floor (processes), the subcommands and tests stand on these few functions.
 */
#ifndef BF_SITE_APP_H
#define BF_SITE_APP_H

#include <stdio.h>

#include "base/config.h"
#include "db/db.h"
#include "http/request.h"

struct bf_app;    /* configuration, plugins, queries, templates, routes: read-only */
struct bf_worker; /* one process's connection and caches */

/*
 * Loads everything below config's paths and proves the queries over a connection of its own,
 * closed before this returns. With faults in the core's own files, or the database away (then
 * *ret_db_away is set), NULL. A plugin with faults is left out and listed in
 * refused.
 */
struct bf_app *bf_app_load(struct bf_pool *pool, const struct bf_config *config,
			   struct bf_faults *faults, struct bf_faults *refused, bool *ret_db_away);

/* A connection for a job that may take hours: migrations, demo data, verify. Not yet open. NULL
 * where the account's password cannot be read. */
struct bf_db *bf_app_job_db(struct bf_pool *pool, const struct bf_config *config, const char *user,
			    struct bf_err *err);
/* Brings the schema of the core and of every plugin to what their files say. */
BF_MUST_CHECK enum bf_rc bf_app_migrate(struct bf_pool *pool, const struct bf_config *config,
					struct bf_db *db, void (*say)(void *arg, const char *line),
					void *arg, struct bf_err *err);
/* The line by which the other end of [gateway] knows what this pool signs. */
BF_MUST_CHECK enum bf_rc bf_app_public_key(struct bf_pool *pool, const struct bf_config *config,
					   struct bf_buf *out, struct bf_err *err);
/* Runs EXPLAIN over every query; what would scan a large table is a fault. */
void bf_app_explain(const struct bf_app *app, struct bf_db *db, struct bf_faults *faults);
/* Every address, its parameters and who may use it. */
void bf_app_print_routes(const struct bf_app *app, FILE *out);
/* The same, a JSON object a line: name, method, path, message, and who may use it. */
void bf_app_print_routes_json(const struct bf_app *app, FILE *out);

/* After fork: a worker of this generation. Connects at its first query. */
struct bf_worker *bf_worker_new(struct bf_pool *pool, const struct bf_app *app);
/* Where /metrics asks for the counters of all workers; NULL: of none. */
void bf_worker_set_metrics(struct bf_worker *worker, void (*print)(void *arg, struct bf_buf *out),
			   void *arg);

/*
 * Answers a request that bf_request_read took in (read_rc as it returned): routes, guards,
 * parameters, handler, page or JSON, or an error page. Fills status, headers and out; never
 * fails. plugin and route (static or generation memory) name what answered, for log and slot.
 */
void bf_worker_answer(struct bf_worker *worker, struct bf_request *request, enum bf_rc read_rc,
		      const char **ret_plugin, const char **ret_route);

#endif
