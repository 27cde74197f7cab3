/* pages: the country, a city, search and the texts. Read downwards: parameters, handlers,
 * routes. */
#include "site/pages.h"

#include "domain/post.h"
#include "domain/search.h"
#include "plugin/req.h"
#include "site/connections.h"
#include "site/console.h"
#include "site/deliveries.h"
#include "site/exports.h"
#include "site/health.h"
#include "site/operation.h"
#include "site/people.h"
#include "site/pictures.h"
#include "site/posts.h"
#include "view/tile.h"

enum { SEARCH_MAX_CHARS = 60, ADDRESS_MAX_CHARS = 4000 };

/* ---- parameters ---------------------------------------------------------------------- */

static const struct bf_choice display_choices[] = {
	{ "normal", "Normal view" },
	{ "elder", "Larger text" },
};
static const struct bf_enum displays = { "display", BF_TABLE(display_choices) };

static const struct bf_param search_params[] = {
	{ .name = "q", .type = BF_TEXT, .label = "Search for", .max = SEARCH_MAX_CHARS },
	{ .name = "after", .type = BF_CURSOR },
};
static const struct bf_param accounts_params[] = { { .name = "after", .type = BF_CURSOR } };
static const struct bf_param display_params[] = {
	{ .name = "display", .type = BF_ONE_OF, .required = true, .choices = &displays },
	/* a path of ours: one slash first, so that it cannot name another host */
	{ .name = "back",
	  .type = BF_TEXT,
	  .max = ADDRESS_MAX_CHARS,
	  .preset = "/",
	  .pattern = "/(?:[^/\\\\\\s][^\\\\\\s]*)?" },
};

/* ---- the country --------------------------------------------------------------------- */

/* The pilot cities of a province, for its tile. */
static int64_t pilot_cities_in(const struct bf_value *cities, int64_t province)
{
	int64_t count = 0;

	for (size_t i = 0; i < bf_value_count(cities); i++)
		count += bf_value_int(bf_value_get(bf_value_at(cities, i), "province")) == province;
	return count;
}

static struct bf_value tile_value(struct bf_req *req, const struct bf_tile *tile)
{
	struct bf_value value = bf_value_map(req->pool);

	bf_value_set(&value, "code", bf_value_number(tile->code));
	bf_value_set(&value, "name",
		     bf_value_string(bf_str(req->lang == BF_EN ? tile->name_en : tile->name)));
	bf_value_set(&value, "short", bf_value_string(bf_str(tile->label)));
	bf_value_set(&value, "column", bf_value_number(tile->column));
	bf_value_set(&value, "row", bf_value_number(tile->row));
	bf_value_set(&value, "cities",
		     bf_value_number(pilot_cities_in(bf_model(req, "cities"), tile->code)));
	return value;
}

static enum bf_rc country(struct bf_req *req)
{
	struct bf_value tiles = bf_value_list(req->pool);
	enum bf_rc rc = bf_query_one(req, "country_figures", "figures");

	if (rc == BF_OK)
		rc = bf_query(req, "pilot_cities", "cities");
	if (rc != BF_OK)
		return rc;
	for (size_t i = 0; i < BF_TILE_COUNT; i++)
		bf_value_push(req->pool, &tiles, tile_value(req, &bf_tiles[i]));
	bf_value_set(&req->model, "tiles", tiles);
	return bf_page(req, "home.html");
}

/* ---- a city -------------------------------------------------------------------------- */

static const char *const city_state_names[] = {
	[BF_CITY_SCHEDULED] = "scheduled",
	[BF_CITY_ON] = "on",
	[BF_CITY_DRAINING] = "draining",
};

/* What the plugin shows of itself: its rows under their own name for JSON, and rendered. */
static enum bf_rc add_card_rows(struct bf_req *req, const struct bf_plugin *plugin,
				struct bf_value *card)
{
	struct bf_value rows, model = bf_value_map(req->pool);
	struct bf_buf html;
	enum bf_rc rc = bf_req_query(req, plugin->name, plugin->card.query, &rows);

	if (rc != BF_OK)
		return rc;
	bf_value_set(card, plugin->card.as, rows);
	bf_value_set(&model, plugin->card.as, rows);
	bf_buf_init(&html);
	rc = bf_req_render(req, plugin->name, plugin->card.template_name, &model, &html);
	if (rc == BF_OK) {
		struct bf_value markup = bf_value_string(
			(struct bf_str){ bf_pool_copy(req->pool, bf_buf_str(&html)), html.len });

		markup.kind = BF_MARKUP;
		bf_value_set(card, "html", markup);
	}
	bf_buf_release(&html);
	return rc;
}

static const char *plugin_text(struct bf_req *req, const struct bf_plugin *plugin,
			       const char *english)
{
	return bf_views_text(req->app->views, plugin->name, req->lang, english);
}

static enum bf_rc add_card(struct bf_req *req, const struct bf_plugin *plugin,
			   struct bf_value *cards)
{
	enum bf_city_state state = bf_worker_city_state(req->worker, req->city->code, plugin->name);
	struct bf_value card = bf_value_map(req->pool);
	const struct bf_value *from =
		bf_worker_city_from(req->worker, req->city->code, plugin->name);
	enum bf_rc rc = BF_OK;

	if (state == BF_CITY_OFF)
		return BF_OK;
	bf_value_set(&card, "name", bf_value_string(bf_str(plugin->name)));
	bf_value_set(&card, "title",
		     bf_value_string(bf_str(plugin_text(req, plugin, plugin->title))));
	bf_value_set(&card, "summary",
		     bf_value_string(bf_str(plugin_text(req, plugin, plugin->summary))));
	bf_value_set(&card, "icon", bf_value_string(bf_str(plugin->icon)));
	bf_value_set(&card, "state", bf_value_string(bf_str(city_state_names[state])));
	bf_value_set(&card, "from_at", from ? *from : (struct bf_value){ 0 });
	bf_value_set(&card, "public_text",
		     bf_value_string(bf_str(
			     bf_worker_city_text(req->worker, req->city->code, plugin->name))));
	bf_value_set(&card, "html", (struct bf_value){ .kind = BF_MARKUP, .text = "" });
	if (plugin->card.query && state == BF_CITY_ON)
		rc = add_card_rows(req, plugin, &card);
	/* a fault of one plugin is in the log and costs its rows, not the city's page */
	if (rc == BF_FAULT)
		rc = BF_OK;
	if (rc == BF_OK)
		bf_value_push(req->pool, cards, card);
	return rc;
}

static enum bf_rc city(struct bf_req *req)
{
	struct bf_value cards = bf_value_list(req->pool);
	enum bf_rc rc = bf_query_one(req, "city_figures", "figures");

	for (size_t i = 0; rc == BF_OK && i < req->app->plugins.count; i++)
		rc = add_card(req, req->app->plugins.rows[i], &cards);
	if (rc != BF_OK)
		return rc;
	bf_value_set(&req->model, "cards", cards);
	return bf_page(req, "city.html");
}

/* ---- texts and switches --------------------------------------------------------------- */

static enum bf_rc about(struct bf_req *req)
{
	return bf_page(req, "about.html");
}

static enum bf_rc help(struct bf_req *req)
{
	return bf_page(req, "help.html");
}

/* The sealed days of the ledger. */
static enum bf_rc open_accounts(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "ledger_heads", "days");

	if (rc == BF_OK)
		rc = bf_query(req, "ledger_keys", "keys");
	if (rc == BF_OK)
		rc = bf_query_one(req, "ledger_began", "began");
	return rc == BF_OK ? bf_page(req, "open_accounts.html") : rc;
}

/* A choice of this browser, kept in its cookie and nowhere else. */
static enum bf_rc choose_display(struct bf_req *req)
{
	bool elder = strcmp(bf_text(req, "display"), "elder") == 0;

	bf_request_header(req->http, "Set-Cookie",
			  elder ? "view=elder; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
				: "view=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
	bf_request_header(req->http, "Location", bf_text(req, "back"));
	req->http->status = 303;
	return BF_OK;
}

/* What a demo has "sent": the money workers can read it. */
static enum bf_rc outbox(struct bf_req *req)
{
	if (req->app->config->profile != BF_PROFILE_DEMO)
		return BF_NOT_FOUND;
	bf_request_header(req->http, "Location",
			  bf_pool_printf(req->pool, "%s/account/outbox", req->root));
	req->http->status = 303;
	return BF_OK;
}

/* ---- search -------------------------------------------------------------------------- */

static enum bf_rc search_ref(struct bf_req *req, const char *ref)
{
	bf_bind_text(req, "ref", ref);
	return bf_query(req, "search_ref", "results");
}

static enum bf_rc search_grams(struct bf_req *req, size_t count, const struct bf_str *grams)
{
	static const char *const names[BF_SEARCH_GRAMS_MAX] = {
		"g1", "g2", "g3", "g4", "g5", "g6"
	};

	for (size_t i = 0; i < count; i++)
		bf_value_set(&req->args, names[i], bf_value_string(grams[i]));
	return bf_query(req, "search_posts", "results");
}

/* By reference where the words are one that is there, else by their grams: many a word of ten
 * letters could be a reference. */
static enum bf_rc search(struct bf_req *req)
{
	struct bf_str grams[BF_SEARCH_GRAMS_MAX];
	char ref[BF_REF_TEXT_BYTES];
	const char *words = bf_text(req, "q");
	size_t count = bf_search_grams(req->pool, bf_str(words), grams);
	enum bf_rc rc = BF_OK;

	bf_set_int(req, "searched", *words != '\0');
	bf_set_int(req, "too_short", *words && !count);
	if (bf_ref_read(bf_str(words), ref))
		rc = search_ref(req, ref);
	if (rc == BF_OK && count && !bf_value_count(bf_model(req, "results")))
		rc = search_grams(req, count, grams);
	return rc == BF_OK ? bf_page(req, "search.html") : rc;
}

/* ---- routes -------------------------------------------------------------------------- */

#define AUTHORS (BF_FAMILY | BF_AT_VILLAGE)
#define OFFICES (BF_AT_VILLAGE | BF_AT_TOWNSHIP | BF_AT_COUNTY)
/* and those above, who look at appeals */
#define ALL_OFFICES (OFFICES | BF_AT_CITY | BF_AT_PROVINCE)

#define REGIONS (BF_AT_CITY | BF_AT_PROVINCE | BF_AT_NATIONAL | BF_INSPECTOR | BF_CONFIG)

static const struct bf_route root_routes[] = {
	{ "country", BF_GET, "/", { 0 }, BF_ANYONE, country },
	{ "search", BF_GET, "/search", BF_TABLE(search_params), BF_ANYONE, search,
	  .form = "search" },
	{ "about", BF_GET, "/about", { 0 }, BF_ANYONE, about },
	{ "help", BF_GET, "/help", { 0 }, BF_ANYONE, help },
	{ "open_accounts", BF_GET, "/open-accounts", BF_TABLE(accounts_params), BF_ANYONE,
	  open_accounts },
	{ "display", BF_GET, "/view/{display}", BF_TABLE(display_params), BF_ANYONE,
	  choose_display },
	{ "demo_outbox", BF_GET, "/demo/outbox", { 0 }, BF_ANYONE, outbox },
	{ "mine", BF_GET, "/mine", BF_TABLE(bf_posts_list_params), AUTHORS, bf_posts_mine },
	{ "connections", BF_GET, "/mine/connections", { 0 }, BF_SIGNED_IN, bf_connections_list },
	{ "connection", BF_GET, "/mine/connections/{ref}", BF_TABLE(bf_connections_ref_params),
	  BF_SIGNED_IN, bf_connections_one },
	{ "connection_move", BF_POST, "/mine/connections/{ref}/move",
	  BF_TABLE(bf_connections_move_params), BF_SIGNED_IN, bf_connections_move,
	  .form = "connection" },
	{ "connection_write", BF_POST, "/mine/connections/{ref}/write",
	  BF_TABLE(bf_connections_write_params), BF_SIGNED_IN, bf_connections_write,
	  .form = "connection" },
	{ "connect", BF_GET, "/mine/connect/{ref}", BF_TABLE(bf_connections_ref_params),
	  BF_SIGNED_IN, bf_connections_asking },
	{ "connect_ask", BF_POST, "/mine/connect/{ref}", BF_TABLE(bf_connections_ref_params),
	  BF_SIGNED_IN, bf_connections_ask, .form = "connect" },
	{ "pass_update", BF_POST, "/review/updates/{update}", BF_TABLE(bf_connections_pass_params),
	  BF_AT_VILLAGE | BF_AT_COUNTY, bf_connections_pass, .form = "review_thanks" },
	{ "mine_post", BF_GET, "/mine/{ref}", BF_TABLE(bf_posts_post_params), AUTHORS,
	  bf_posts_mine_post },
	{ "withdraw", BF_POST, "/mine/{ref}/withdraw", BF_TABLE(bf_posts_withdraw_params), AUTHORS,
	  bf_posts_withdraw, .form = "mine_post" },
	{ "end_early", BF_POST, "/mine/{ref}/end", BF_TABLE(bf_posts_end_early_params), AUTHORS,
	  bf_posts_end_early, .form = "mine_post" },
	{ "rest_choose", BF_POST, "/mine/{ref}/rest", BF_TABLE(bf_posts_rest_params), AUTHORS,
	  bf_posts_rest, .form = "mine_post" },
	{ "appeal", BF_POST, "/mine/{ref}/appeal", BF_TABLE(bf_posts_appeal_params), AUTHORS,
	  bf_posts_appeal, .form = "mine_post" },
	{ "mine_pictures", BF_GET, "/mine/{ref}/pictures", BF_TABLE(bf_pictures_params), AUTHORS,
	  bf_pictures_page },
	{ "add_picture", BF_POST, "/mine/{ref}/pictures/add", BF_TABLE(bf_pictures_add_params),
	  AUTHORS, bf_pictures_add, .form = "mine_pictures" },
	{ "remove_picture", BF_POST, "/mine/{ref}/pictures/remove",
	  BF_TABLE(bf_pictures_remove_params), AUTHORS, bf_pictures_remove,
	  .form = "mine_pictures" },
	{ "withdraw_pictures", BF_POST, "/mine/{ref}/pictures/withdraw",
	  BF_TABLE(bf_pictures_params), AUTHORS, bf_pictures_withdraw, .form = "mine_pictures" },
	{ "mine_delivery", BF_GET, "/mine/deliveries/{delivery}",
	  BF_TABLE(bf_deliveries_delivery_params), AUTHORS, bf_deliveries_delivery },
	{ "confirm_delivery", BF_POST, "/mine/deliveries/{delivery}/confirm",
	  BF_TABLE(bf_deliveries_confirm_params), AUTHORS, bf_deliveries_confirm,
	  .form = "mine_delivery" },
	{ "thank_delivery", BF_POST, "/mine/deliveries/{delivery}/thanks",
	  BF_TABLE(bf_deliveries_thank_params), AUTHORS, bf_deliveries_thank,
	  .form = "mine_delivery" },
	{ "review_thanks",
	  BF_GET,
	  "/review/thanks",
	  { 0 },
	  BF_AT_VILLAGE | BF_AT_COUNTY,
	  bf_deliveries_thanks },
	{ "pass_thanks", BF_POST, "/review/thanks/{delivery}", BF_TABLE(bf_deliveries_pass_params),
	  BF_AT_VILLAGE | BF_AT_COUNTY, bf_deliveries_pass, .form = "review_thanks" },
	{ "review", BF_GET, "/review", BF_TABLE(bf_posts_list_params), ALL_OFFICES,
	  bf_posts_review },
	{ "find_post", BF_GET, "/review/find", BF_TABLE(bf_posts_find_params), ALL_OFFICES,
	  bf_posts_find, .form = "review" },
	{ "suspend", BF_POST, "/review/{ref}/suspend", BF_TABLE(bf_posts_suspend_params),
	  BF_AT_COUNTY, bf_posts_suspend, .form = "review_post" },
	{ "end_suspension", BF_POST, "/review/{ref}/end", BF_TABLE(bf_posts_end_params),
	  BF_AT_COUNTY, bf_posts_end, .form = "review_post" },
	{ "end_duplicate", BF_POST, "/review/{ref}/duplicate", BF_TABLE(bf_posts_duplicate_params),
	  BF_AT_COUNTY, bf_posts_duplicate, .form = "review_post" },
	{ "answer_unmet", BF_POST, "/review/{ref}/answer", BF_TABLE(bf_posts_answer_params),
	  BF_AT_COUNTY, bf_posts_answer, .form = "review_post" },
	{ "review_post", BF_GET, "/review/{ref}", BF_TABLE(bf_posts_post_params), ALL_OFFICES,
	  bf_posts_review_post },
	{ "take", BF_POST, "/review/{ref}/take", BF_TABLE(bf_posts_step_params), OFFICES,
	  bf_posts_take, .form = "review_post" },
	{ "declare", BF_POST, "/review/{ref}/relative", BF_TABLE(bf_posts_step_params), OFFICES,
	  bf_posts_declare, .form = "review_post" },
	{ "approve", BF_POST, "/review/{ref}/approve", BF_TABLE(bf_posts_approve_params), OFFICES,
	  bf_posts_approve, .form = "review_post" },
	{ "send_back", BF_POST, "/review/{ref}/return", BF_TABLE(bf_posts_return_params), OFFICES,
	  bf_posts_send_back, .form = "review_post" },
	{ "reject", BF_POST, "/review/{ref}/reject", BF_TABLE(bf_posts_reject_params), OFFICES,
	  bf_posts_reject, .form = "review_post" },
	{ "second", BF_POST, "/review/{ref}/second", BF_TABLE(bf_posts_second_params),
	  BF_AT_COUNTY | BF_AT_CITY, bf_posts_second, .form = "review_post" },
	{ "decide_appeal", BF_POST, "/review/{ref}/appeal", BF_TABLE(bf_posts_outcome_params),
	  ALL_OFFICES, bf_posts_decide_appeal, .form = "review_post" },
	{ "console", BF_GET, "/console", { 0 }, BF_OPERATORS, bf_console_home },
	{ "console_city", BF_GET, "/console/cities/{where}", BF_TABLE(bf_console_city_params),
	  REGIONS, bf_console_city },
	{ "console_figures", BF_GET, "/console/figures/{where}", BF_TABLE(bf_console_city_params),
	  REGIONS, bf_console_figures },
	{ "stop_payments", BF_POST, "/console/payments/{where}/stop",
	  BF_TABLE(bf_console_stop_params), BF_CONFIG, bf_console_stop, .form = "console_city" },
	{ "lift_payments", BF_POST, "/console/payments/{where}/lift",
	  BF_TABLE(bf_console_lift_params), BF_CONFIG, bf_console_lift, .form = "console_city" },
	{ "replay", BF_GET, "/console/replay", BF_TABLE(bf_console_replay_params),
	  BF_AT_CITY | BF_AT_PROVINCE | BF_INSPECTOR | BF_CONFIG, bf_console_replay,
	  .form = "replay" },
	{ "console_caps", BF_GET, "/console/caps/{where}", BF_TABLE(bf_console_caps_params),
	  BF_CONFIG, bf_console_caps, .form = "console_caps" },
	{ "set_cap", BF_POST, "/console/caps/{where}/set", BF_TABLE(bf_console_cap_params),
	  BF_CONFIG, bf_console_cap, .form = "console_caps" },
	{ "console_jobs",
	  BF_GET,
	  "/console/jobs",
	  { 0 },
	  BF_CONFIG | BF_AT_NATIONAL,
	  bf_operation_jobs },
	{ "run_job", BF_POST, "/console/jobs/{job}/run", BF_TABLE(bf_operation_job_params),
	  BF_CONFIG, bf_operation_run, .form = "console_jobs" },
	{ "console_exports", BF_GET, "/console/exports", BF_TABLE(bf_exports_list_params),
	  BF_EXPORT | BF_INSPECTOR, bf_exports_list },
	{ "export_ask", BF_POST, "/console/exports", BF_TABLE(bf_exports_ask_params), BF_EXPORT,
	  bf_exports_ask, .form = "console_exports" },
	{ "export_agree", BF_POST, "/console/exports/{export}/agree",
	  BF_TABLE(bf_exports_one_params), BF_EXPORT, bf_exports_agree, .form = "console_exports" },
	{ "export_file", BF_POST, "/console/exports/{export}/file",
	  BF_TABLE(bf_exports_file_params), BF_EXPORT, bf_exports_file },
	{ "console_audit", BF_GET, "/console/audit/{person}", BF_TABLE(bf_people_audit_params),
	  BF_INSPECTOR | BF_CONFIG, bf_people_audit, .form = "console_audit" },
	{ "console_people", BF_GET, "/console/people", BF_TABLE(bf_people_list_params),
	  BF_AT_CITY | BF_AT_PROVINCE | BF_INSPECTOR | BF_CONFIG, bf_people_list,
	  .form = "console_people" },
	{ "console_part", BF_GET, "/console/cities/{where}/{part}",
	  BF_TABLE(bf_console_part_params), REGIONS, bf_console_part, .form = "console_part" },
	{ "schedule_plugin", BF_POST, "/console/cities/{where}/{part}/schedule",
	  BF_TABLE(bf_console_schedule_params), BF_CONFIG, bf_console_schedule,
	  .form = "console_part" },
	{ "cancel_plugin", BF_POST, "/console/cities/{where}/{part}/cancel",
	  BF_TABLE(bf_console_change_params), BF_CONFIG, bf_console_cancel,
	  .form = "console_part" },
	{ "drain_plugin", BF_POST, "/console/cities/{where}/{part}/drain",
	  BF_TABLE(bf_console_drain_params), BF_CONFIG, bf_console_drain, .form = "console_part" },
	{ "resume_plugin", BF_POST, "/console/cities/{where}/{part}/resume",
	  BF_TABLE(bf_console_change_params), BF_CONFIG, bf_console_resume,
	  .form = "console_part" },
	{ "healthz", BF_GET, "/healthz", { 0 }, BF_ANYONE, bf_site_healthz },
	{ "readyz", BF_GET, "/readyz", { 0 }, BF_ANYONE, bf_site_readyz },
	{ "metrics", BF_GET, "/metrics", { 0 }, BF_ANYONE, bf_site_metrics },
};

static const struct bf_route city_routes[] = {
	{ "city", BF_GET, "/", { 0 }, BF_ANYONE, city },
};

const struct bf_table bf_site_root_routes = BF_TABLE(root_routes);
const struct bf_table bf_site_city_routes = BF_TABLE(city_routes);
