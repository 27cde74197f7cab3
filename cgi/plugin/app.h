/*
 * app: what one generation of the site holds, and what one worker adds to it. Filled by
 * site/load.c, used by every request; all of struct bf_app is const once workers run.
 */
#ifndef BF_PLUGIN_APP_H
#define BF_PLUGIN_APP_H

#include "base/config.h"
#include "db/db.h"
#include "domain/gateway.h"
#include "domain/receipt.h"
#include "domain/region.h"
#include "domain/secret.h"
#include "http/param.h"
#include "http/route.h"
#include "http/signed.h"
#include "http/token.h"
#include "plugin/loader.h"
#include "view/view.h"

/* The core's own queries, templates and enumerations. A plugin's scope is its name. */
#define BF_CORE_SCOPE "core"

/* Where the routes of a table live. */
enum bf_mount {
	BF_MOUNT_ROOT,   /* /about */
	BF_MOUNT_MONEY,  /* /account/sign-in, /pay/...: of the core, in the pool money alone */
	BF_MOUNT_CITY,   /* /shaoyang/ */
	BF_MOUNT_PLUGIN, /* /shaoyang/donations/posts */
};

/* One set of routes with the queries and templates that its handlers see. */
struct bf_scope {
	const char *name;
	enum bf_mount mount;
	const char *segment;            /* of BF_MOUNT_MONEY: "account"; NULL: none */
	const struct bf_plugin *plugin; /* NULL: the core */
	struct bf_routes *routes;
};

struct bf_asset {
	struct bf_str name, address;
};

/* One end of the way between the core and a gateway; the other end has the same. */
struct bf_link {
	struct bf_signer signer; /* of what we send */
	struct bf_signee peer;   /* of what we believe */
	const char *url;         /* where the other end is asked */
	const char *merchant;    /* what the core is called there */
};

struct bf_app {
	struct bf_pool *pool;
	const struct bf_config *config;
	struct bf_db_config db; /* of the workers' account */
	struct bf_plugins plugins;
	const char *plugin_names;   /* "donations,store": what queries bind as :plugins */
	struct bf_scope root, city; /* the core's */
	size_t segment_count;       /* of the pool money, 0 elsewhere */
	struct bf_scope *segments;  /* a scope each: "account" */
	struct bf_scope *scopes;    /* a plugin each, in the order of plugins.rows */
	struct bf_queries *queries;
	struct bf_patterns *patterns;
	struct bf_views *views;
	struct bf_regions regions;
	struct bf_token_key form_key;
	struct bf_link link;              /* in the pools money and sandbox */
	const struct bf_gateway *gateway; /* in the pool money, where [gateway] is set */
	unsigned char receipt_key[BF_RECEIPT_KEY_BYTES]; /* in the pool money */
	const struct bf_secrets *secrets;                /* of the pool money; NULL elsewhere */
	struct bf_str common_passwords;                  /* the same */
	size_t asset_count;
	const struct bf_asset *assets;
	const struct bf_fault *refused; /* why plugins were left out; NULL: none was */
};

/* Where a plugin stands in a city: domain's state table of "a plugin in a city". */
enum bf_city_state { BF_CITY_OFF, BF_CITY_SCHEDULED, BF_CITY_ON, BF_CITY_DRAINING };

struct bf_worker {
	const struct bf_app *app;
	struct bf_pool *pool;
	struct bf_db *db;
	/* city_plugin as read at most a second ago: rows of the query, in a pool of their own */
	struct bf_pool *city_pool;
	struct bf_value city_rows;
	int64_t city_read_us; /* 0: not yet */
	void (*metrics)(void *arg, struct bf_buf *out);
	void *metrics_arg;
};

/* NULL where there is no such plugin. */
const struct bf_scope *bf_app_scope(const struct bf_app *app, struct bf_str name);

/* Reads city_plugin again where it is older than a second. Fails with BF_BUSY. */
BF_MUST_CHECK enum bf_rc bf_worker_cities(struct bf_worker *worker, struct bf_request *http);
enum bf_city_state bf_worker_city_state(const struct bf_worker *worker, int64_t city,
					const char *plugin);
/* From when a scheduled plugin opens, as a value for pages. */
const struct bf_value *bf_worker_city_from(const struct bf_worker *worker, int64_t city,
					   const char *plugin);
/* What visitors are told of one that closes; "" where nothing. */
const char *bf_worker_city_text(const struct bf_worker *worker, int64_t city, const char *plugin);

#endif
