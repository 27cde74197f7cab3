/* load: a generation from its files. A plugin with faults costs itself only: the rest is
 * loaded again without it. */
#include "site/app.h"

#include <sodium.h>
#include <unistd.h>

#include "base/file.h"
#include "db/migrate.h"
#include "domain/gateway_sandbox.h"
#include "domain/workday.h"
#include "site/account.h"
#include "site/goods.h"
#include "site/load.h"
#include "sandbox/sandbox.h"
#include "site/pages.h"
#include "site/pay.h"
#include "site/payees.h"
#include "site/people.h"

enum { JOB_TIMEOUT_S = 6 * 3600, GATEWAY_TIMEOUT_MS = 5000 };

#define SANDBOX_SCOPE "sandbox"

/* ---- the database --------------------------------------------------------------------- */

/* Fails with BF_FAULT where the password cannot be read. */
static enum bf_rc db_config(struct bf_pool *pool, const struct bf_config *config, const char *user,
			    struct bf_db_config *ret_db, struct bf_err *err)
{
	struct bf_str password = BF_STR(""), rest;
	enum bf_rc rc = BF_OK;

	if (*config->db_password_file)
		rc = bf_file_read(pool, config->db_password_file, &rest, err);
	if (rc != BF_OK)
		return rc;
	if (*config->db_password_file)
		(void)bf_str_cut(&rest, '\n', &password);
	*ret_db = (struct bf_db_config){
		.socket = *config->db_socket ? config->db_socket : NULL,
		.host = config->db_host,
		.port = (unsigned)config->db_port,
		.user = user,
		.password = bf_pool_copy(pool, bf_str_trim(password)),
		.name = config->db_name,
		.connect_timeout_s = (unsigned)config->db_connect_timeout_s,
		.read_timeout_s = (unsigned)config->db_read_timeout_s,
		.write_timeout_s = (unsigned)config->db_write_timeout_s,
		.statement_timeout_s = (unsigned)config->db_statement_timeout_s,
		.lock_wait_s = (unsigned)config->db_lock_wait_s,
		.statement_cache = (size_t)config->db_statement_cache,
	};
	return BF_OK;
}

struct bf_db *bf_app_job_db(struct bf_pool *pool, const struct bf_config *config, const char *user,
			    struct bf_err *err)
{
	struct bf_db_config db;

	if (db_config(pool, config, user, &db, err) != BF_OK)
		return NULL;
	db.read_timeout_s = db.write_timeout_s = db.statement_timeout_s = JOB_TIMEOUT_S;
	return bf_db_new(pool, &db);
}

/* ---- folders --------------------------------------------------------------------------- */

const char *bf_plugin_folder(struct bf_pool *pool, const struct bf_config *config,
			     const char *plugin, const char *part)
{
	return bf_pool_printf(pool, "%s/%s/%s", config->plugin_files, plugin, part);
}

const char *bf_plugin_part(struct bf_pool *pool, const struct bf_config *config, const char *plugin,
			   const char *part)
{
	const char *folder = bf_plugin_folder(pool, config, plugin, part);

	return access(folder, F_OK) == 0 ? folder : NULL;
}

static const char *pool_name(const struct bf_config *config)
{
	static const char *const names[] = {
		[BF_WORKERS_WEB] = "web",
		[BF_WORKERS_MONEY] = "money",
		[BF_WORKERS_SANDBOX] = "sandbox",
	};

	return names[config->worker_pool];
}

const char *bf_pool_part(struct bf_pool *pool, const struct bf_config *config, const char *folder)
{
	const char *part = bf_pool_printf(pool, "%s/%s", folder, pool_name(config));

	return access(part, F_OK) == 0 ? part : NULL;
}

const struct bf_table *bf_pool_root_routes(const struct bf_config *config)
{
	return config->worker_pool == BF_WORKERS_SANDBOX ? &bf_sandbox_routes
							 : &bf_site_root_routes;
}

/* The gateway of the sandbox knows nothing of families, cities or pages of ours. */
static bool is_site(const struct bf_config *config)
{
	return config->worker_pool != BF_WORKERS_SANDBOX;
}

static const char *core_migrations(struct bf_pool *pool, const struct bf_config *config)
{
	return bf_pool_printf(pool, "%s/migrations", config->sql);
}

static const char *sandbox_migrations(struct bf_pool *pool, const struct bf_config *config)
{
	return bf_pool_printf(pool, "%s/sandbox/migrations", config->sql);
}

enum bf_rc bf_app_migrate(struct bf_pool *pool, const struct bf_config *config, struct bf_db *db,
			  void (*say)(void *arg, const char *line), void *arg, struct bf_err *err)
{
	struct bf_faults refused;
	struct bf_plugins plugins;
	enum bf_rc rc;

	rc = bf_migrate(db, pool, BF_CORE_SCOPE, core_migrations(pool, config), say, arg, err);
	if (rc == BF_OK)
		rc = bf_workday_load(db, pool, config->sql, err);
	if (rc == BF_OK && config->profile == BF_PROFILE_DEMO)
		rc = bf_migrate(db, pool, SANDBOX_SCOPE, sandbox_migrations(pool, config), say, arg,
				err);
	bf_faults_init(&refused, pool);
	bf_plugins_load(&plugins, pool, config->plugins, &refused);
	for (const struct bf_fault *fault = refused.first; fault; fault = fault->next)
		say(arg, fault->text);
	for (size_t i = 0; rc == BF_OK && i < plugins.count; i++) {
		const char *name = plugins.rows[i]->name;
		const char *folder = bf_plugin_part(pool, config, name, "sql/migrations");

		if (folder)
			rc = bf_migrate(db, pool, name, folder, say, arg, err);
	}
	return rc;
}

enum bf_rc bf_app_public_key(struct bf_pool *pool, const struct bf_config *config,
			     struct bf_buf *out, struct bf_err *err)
{
	struct bf_signer signer;
	enum bf_rc rc =
		bf_signer_read(&signer, pool, config->gateway_key_file, pool_name(config), err);

	if (rc == BF_OK)
		bf_signer_print_public(&signer, out);
	sodium_memzero(&signer, sizeof(signer));
	return rc;
}

void bf_app_explain(const struct bf_app *app, struct bf_db *db, struct bf_faults *faults)
{
	bf_queries_explain(app->queries, db, faults);
}

const struct bf_scope *bf_app_scope(const struct bf_app *app, struct bf_str name)
{
	for (size_t i = 0; i < app->plugins.count; i++)
		if (bf_str_is(name, app->scopes[i].name))
			return &app->scopes[i];
	return NULL;
}

/* ---- the parts of a generation --------------------------------------------------------- */

/* "NAME ADDRESS" lines that the build wrote beside the hashed files. */
static void load_assets(struct bf_app *app, struct bf_faults *faults)
{
	const char *path = bf_pool_printf(app->pool, "%s/assets.txt", app->config->assets);
	struct bf_err err = { 0 };
	struct bf_str text, line, name;
	struct bf_asset *assets;

	if (bf_file_read(app->pool, path, &text, &err) != BF_OK) {
		bf_faults_add(faults, NULL, 0, "%s. Run make to build the assets.", err.text);
		return;
	}
	/* no line that counts is shorter than "a b\n" */
	assets = bf_pool_alloc(app->pool, (text.len / 4 + 1) * sizeof(*assets));
	while (bf_str_cut(&text, '\n', &line)) {
		struct bf_str address = line;

		if (!bf_str_cut(&address, ' ', &name) || !name.len || !address.len)
			continue;
		assets[app->asset_count++] =
			(struct bf_asset){ name,
					   { bf_pool_copy(app->pool, address), address.len } };
	}
	app->assets = assets;
}

/* Any secret bytes will do: the key is their hash. All workers of all hosts share the file. */
static void load_form_key(struct bf_app *app, struct bf_faults *faults)
{
	const char *path = app->config->form_key_file;
	struct bf_err err = { 0 };
	struct bf_str secret;

	if (bf_file_read(app->pool, path, &secret, &err) != BF_OK)
		bf_faults_add(faults, NULL, 0, "%s. Make form_key_file of 32 random bytes.",
			      err.text);
	else if (secret.len < BF_TOKEN_KEY_BYTES)
		bf_faults_add(faults, path, 0, "it has %zu bytes, a secret for forms at least %d",
			      secret.len, BF_TOKEN_KEY_BYTES);
	else
		crypto_generichash(app->form_key.bytes, sizeof(app->form_key.bytes),
				   (const unsigned char *)secret.p, secret.len, NULL, 0);
}

/* The keys of the way to a gateway. */
static void load_link(struct bf_app *app, struct bf_faults *faults)
{
	const struct bf_config *config = app->config;
	struct bf_err err = { 0 };

	app->link.url = config->gateway_url;
	app->link.merchant = config->gateway_merchant;
	if (config->worker_pool == BF_WORKERS_WEB || !*config->gateway_key_file)
		return;
	if (bf_signer_read(&app->link.signer, app->pool, config->gateway_key_file,
			   pool_name(config), &err) != BF_OK ||
	    bf_signee_read(&app->link.peer, app->pool, config->gateway_peer_key_file, &err) !=
		    BF_OK)
		bf_faults_add(faults, NULL, 0, "%s", err.text);
}

/* The gateway that takes the payments. */
static void load_gateway(struct bf_app *app)
{
	struct bf_sandbox_config config = {
		.channel = BF_PAY_CHANNEL,
		.merchant = app->link.merchant,
		.url = app->link.url,
		.notify = BF_PAY_NOTIFY,
		.signer = &app->link.signer,
		.keys = &app->link.peer,
		.key_count = 1,
		.timeout_ms = GATEWAY_TIMEOUT_MS,
	};

	if (*app->config->gateway_key_file)
		app->gateway = bf_sandbox_new(app->pool, &config);
}

static bool is_money(const struct bf_app *app)
{
	return app->config->worker_pool == BF_WORKERS_MONEY;
}

/* What signs people in: keys, and the passwords that are refused. */
static void load_secrets(struct bf_app *app, struct bf_faults *faults)
{
	const char *path = bf_pool_printf(app->pool, "%s/common_passwords.txt", app->config->sql);
	struct bf_secrets *secrets;
	struct bf_err err = { 0 };

	if (bf_secrets_read(app->pool, app->config->key_file, &secrets, &err) != BF_OK)
		bf_faults_add(faults, NULL, 0, "%s. Make key_file as conf/bangfu.conf tells.",
			      err.text);
	else
		app->secrets = secrets;
	if (bf_file_read(app->pool, path, &app->common_passwords, &err) != BF_OK)
		bf_faults_add(faults, NULL, 0, "%s", err.text);
	if (app->secrets) {
		char hex[BF_SECRET_HEX_BYTES];

		bf_secret_hash(app->secrets, BF_PURPOSE_RECEIPT, BF_STR(""), BF_STR("codes"), hex);
		sodium_hex2bin(app->receipt_key, sizeof(app->receipt_key), hex, strlen(hex), NULL,
			       NULL, NULL);
	}
}

static void load_queries(struct bf_app *app, struct bf_faults *faults)
{
	const char *own = bf_pool_part(app->pool, app->config, app->config->sql);

	if (is_site(app->config))
		bf_queries_load(app->queries, BF_CORE_SCOPE, app->config->sql, faults);
	if (own)
		bf_queries_load(app->queries, BF_CORE_SCOPE, own, faults);
	for (size_t i = 0; i < app->plugins.count; i++) {
		const char *name = app->plugins.rows[i]->name;
		const char *folder = bf_plugin_part(app->pool, app->config, name, "sql");

		if (folder)
			bf_queries_load(app->queries, name, folder, faults);
	}
}

static void check_schema(struct bf_app *app, struct bf_db *db, struct bf_faults *faults)
{
	if (!is_site(app->config)) {
		bf_migrate_check(db, app->pool, SANDBOX_SCOPE,
				 sandbox_migrations(app->pool, app->config), faults);
		return;
	}
	bf_migrate_check(db, app->pool, BF_CORE_SCOPE, core_migrations(app->pool, app->config),
			 faults);
	for (size_t i = 0; i < app->plugins.count; i++) {
		const char *name = app->plugins.rows[i]->name;
		const char *folder = bf_plugin_part(app->pool, app->config, name, "sql/migrations");

		if (folder)
			bf_migrate_check(db, app->pool, name, folder, faults);
	}
}

static void load_regions(struct bf_app *app, struct bf_db *db, struct bf_faults *faults)
{
	const struct bf_query *query = bf_queries_find(app->queries, BF_CORE_SCOPE, "regions");
	struct bf_value none = bf_value_map(app->pool), rows;
	struct bf_err err = { 0 };

	if (!query)
		bf_faults_add(faults, app->config->sql, 0, "there is no query \"regions\"");
	else if (bf_db_select(db, app->pool, query, &none, &rows, &err) != BF_OK)
		bf_faults_add(faults, query->file, query->line, "%s", err.text);
	else
		bf_regions_init(&app->regions, app->pool, &rows);
}

const struct bf_segment bf_site_segments[] = {
	{ "account/payee", &bf_site_payee_routes }, /* before what it lies in */
	{ "account/people", &bf_site_people_routes },
	{ "account", &bf_site_account_routes },
	{ "pay/payees", &bf_site_payees_routes },
	{ "pay/goods", &bf_site_goods_routes }, /* before what it lies in */
	{ "pay", &bf_site_pay_routes },
	{ NULL, NULL },
};

static void load_segments(struct bf_app *app, struct bf_faults *faults)
{
	app->segments =
		bf_pool_zalloc(app->pool, sizeof(bf_site_segments) / sizeof(bf_site_segments[0]) *
						  sizeof(app->segments[0]));
	for (const struct bf_segment *segment = bf_site_segments; segment->name; segment++)
		app->segments[app->segment_count++] = (struct bf_scope){
			.name = BF_CORE_SCOPE,
			.mount = BF_MOUNT_MONEY,
			.segment = segment->name,
			.routes = bf_routes_new(app->pool, segment->routes, "the core",
						app->patterns, faults),
		};
}

static void load_routes(struct bf_app *app, struct bf_faults *faults)
{
	app->root = (struct bf_scope){
		.name = BF_CORE_SCOPE,
		.mount = BF_MOUNT_ROOT,
		.routes = bf_routes_new(app->pool, bf_pool_root_routes(app->config), "the core",
					app->patterns, faults),
	};
	app->city = (struct bf_scope){
		.name = BF_CORE_SCOPE,
		.mount = BF_MOUNT_CITY,
		.routes = bf_routes_new(app->pool, &bf_site_city_routes, "the core", app->patterns,
					faults),
	};
	if (is_money(app))
		load_segments(app, faults);
	app->plugin_names = "";
	app->scopes = bf_pool_zalloc(app->pool, (app->plugins.count + 1) * sizeof(app->scopes[0]));
	for (size_t i = 0; i < app->plugins.count; i++) {
		const struct bf_plugin *plugin = app->plugins.rows[i];

		app->scopes[i] = (struct bf_scope){
			.name = plugin->name,
			.mount = BF_MOUNT_PLUGIN,
			.plugin = plugin,
			.routes = bf_routes_new(app->pool, &plugin->routes, plugin->name,
						app->patterns, faults),
		};
		app->plugin_names = bf_pool_printf(app->pool, "%s%s%s", app->plugin_names,
						   i ? "," : "", plugin->name);
	}
}

/* Files, then the schema, then what is proven against it: a part is not looked at when the one
 * that it stands on has faults, for its own would only repeat them. */
static void load_parts(struct bf_app *app, struct bf_db *db, struct bf_faults *faults)
{
	load_assets(app, faults);
	load_form_key(app, faults);
	load_link(app, faults);
	if (is_money(app)) {
		load_secrets(app, faults);
		load_gateway(app);
	}
	load_routes(app, faults);
	load_queries(app, faults);
	if (faults->count)
		return;
	check_schema(app, db, faults);
	if (faults->count)
		return;
	bf_queries_prove(app->queries, db, faults);
	if (faults->count)
		return;
	if (is_site(app->config))
		load_regions(app, db, faults);
	bf_load_views(app, faults);
}

/* ---- with as many plugins as are well --------------------------------------------------- */

/* Which plugin's folder a file lies in; plugins->count: none's, it is the core's. */
static size_t owner_of(struct bf_pool *pool, const struct bf_config *config,
		       const struct bf_plugins *plugins, const char *file)
{
	size_t i = 0;

	while (i < plugins->count &&
	       !bf_str_starts(bf_str(file),
			      bf_str(bf_plugin_folder(pool, config, plugins->rows[i]->name, ""))))
		i++;
	return i;
}

static void keep_only(struct bf_plugins *plugins, const bool *faulty)
{
	size_t kept = 0;

	for (size_t i = 0; i < plugins->count; i++)
		if (!faulty[i])
			plugins->rows[kept++] = plugins->rows[i];
	plugins->count = kept;
}

/* Routes need no file and no database, so theirs are the first refusals. */
static void drop_bad_routes(struct bf_pool *pool, struct bf_plugins *plugins,
			    struct bf_faults *refused)
{
	struct bf_pool *own = bf_pool_new(pool);
	struct bf_patterns *patterns = bf_patterns_new(own);
	bool *faulty = bf_pool_zalloc(own, plugins->count + 1);

	for (size_t i = 0; i < plugins->count; i++) {
		size_t before = refused->count;

		bf_routes_new(own, &plugins->rows[i]->routes,
			      bf_pool_printf(own, "plugin \"%s\"", plugins->rows[i]->name),
			      patterns, refused);
		faulty[i] = refused->count > before;
	}
	keep_only(plugins, faulty);
	bf_pool_free(own);
}

/* One bf_app_load under way. */
struct loading {
	struct bf_pool *pool;
	const struct bf_config *config;
	struct bf_db_config db_config;
	struct bf_db *db;
	struct bf_plugins plugins; /* those that are still to be loaded */
	struct bf_faults *faults, *refused;
};

/* Sorts what was found into the core's faults and refusals of plugins, which are left out.
 * Returns whether it is worth trying again without those. */
static bool blame(struct loading *loading, const struct bf_faults *found)
{
	struct bf_plugins *plugins = &loading->plugins;
	bool *faulty = bf_pool_zalloc(loading->pool, plugins->count + 1);
	bool core_is_well = true;

	for (const struct bf_fault *fault = found->first; fault; fault = fault->next) {
		size_t owner = owner_of(loading->pool, loading->config, plugins, fault->file);

		faulty[owner] = true;
		if (owner == plugins->count) {
			bf_faults_add(loading->faults, NULL, 0, "%s", fault->text);
			core_is_well = false;
		} else {
			bf_faults_add(loading->refused, NULL, 0, "plugin \"%s\": %s",
				      plugins->rows[owner]->name, fault->text);
		}
	}
	keep_only(plugins, faulty);
	return core_is_well;
}

/* A database that went away in the middle is nobody's fault but its own. */
static bool is_db_away(struct loading *loading)
{
	struct bf_err err = { 0 };
	struct bf_str text;

	if (bf_db_ask(loading->db, loading->pool, "SELECT 1", &text, &err) != BF_BUSY)
		return false;
	bf_faults_add(loading->faults, NULL, 0, "%s", err.text);
	return true;
}

static struct bf_app *try_load(struct loading *loading, struct bf_faults *ret_found)
{
	struct bf_pool *own = bf_pool_new(loading->pool);
	struct bf_app *app = bf_pool_zalloc(own, sizeof(*app));

	*app = (struct bf_app){
		.pool = own,
		.config = loading->config,
		.db = loading->db_config,
		.plugins = loading->plugins,
		.queries = bf_queries_new(own),
		.patterns = bf_patterns_new(own),
	};
	bf_faults_init(ret_found, loading->pool);
	load_parts(app, loading->db, ret_found);
	if (!ret_found->count)
		return app;
	bf_pool_free(own);
	return NULL;
}

static struct bf_app *load_with_fewer_plugins(struct loading *loading, bool *ret_db_away)
{
	struct bf_faults found;

	for (;;) {
		struct bf_app *app = try_load(loading, &found);

		if (app)
			return app;
		*ret_db_away = is_db_away(loading);
		if (*ret_db_away || !blame(loading, &found))
			return NULL;
	}
}

struct bf_app *bf_app_load(struct bf_pool *pool, const struct bf_config *config,
			   struct bf_faults *faults, struct bf_faults *refused, bool *ret_db_away)
{
	struct loading loading = {
		.pool = pool, .config = config, .faults = faults, .refused = refused
	};
	struct bf_err err = { 0 };
	struct bf_app *app;

	*ret_db_away = false;
	if (db_config(pool, config, config->db_user, &loading.db_config, &err) != BF_OK) {
		bf_faults_add(faults, NULL, 0, "%s", err.text);
		return NULL;
	}
	loading.db = bf_db_new(pool, &loading.db_config);
	if (bf_db_open(loading.db, &err) != BF_OK) {
		bf_faults_add(faults, NULL, 0, "%s", err.text);
		*ret_db_away = err.rc == BF_BUSY;
		return NULL;
	}
	/* where money is moved, no code but the core's is in memory */
	if (config->worker_pool == BF_WORKERS_WEB)
		bf_plugins_load(&loading.plugins, pool, config->plugins, refused);
	drop_bad_routes(pool, &loading.plugins, refused);
	app = load_with_fewer_plugins(&loading, ret_db_away);
	bf_db_close(loading.db);
	if (app)
		app->refused = refused->first;
	return app;
}
