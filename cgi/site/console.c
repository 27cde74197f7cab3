/* console: read downwards: parameters, pages, sub-platforms, payments. */
#include "site/console.h"

#include "base/clock.h"
#include "domain/cap.h"
#include "domain/city_plugin.h"
#include "domain/payment_stop.h"
#include "domain/post.h"
#include "plugin/req.h"
#include "view/chart.h"

enum {
	NUMBER_MAX = 20,
	REASON_MAX = 200,
	CASE_MAX = 32,
	VERSION_MAX = 1000000,
	CAP_MAX_FEN = 100000000
};

/* ---- parameters ---------------------------------------------------------------------- */

#define WHERE                                                    \
	{                                                        \
		.name = "where", .type = BF_ID, .required = true \
	}
#define PART                                                       \
	{                                                          \
		.name = "part", .type = BF_TEXT, .required = true, \
		.pattern = "[a-z][a-z0-9_]{0,31}"                  \
	}
/* 0: it never was in the city. */
#define VERSION                                                                         \
	{                                                                               \
		.name = "version", .type = BF_INT, .required = true, .max = VERSION_MAX \
	}
#define REASON                                                                              \
	{                                                                                   \
		.name = "switch_reason", .type = BF_TEXT, .label = "Why", .required = true, \
		.max = REASON_MAX                                                           \
	}

const struct bf_param bf_console_city_params[1] = { WHERE };
const struct bf_param bf_console_part_params[4] = {
	WHERE,
	PART,
	{ .name = "earlier",
	  .type = BF_INT,
	  .label = "Earlier version",
	  .min = 1,
	  .max = VERSION_MAX },
	{ .name = "later", .type = BF_INT, .label = "Later version", .min = 1, .max = VERSION_MAX },
};
const struct bf_param bf_console_schedule_params[5] = {
	WHERE,   PART,
	VERSION, { .name = "open_on", .type = BF_DATE, .label = "Day on which it opens" },
	REASON,
};
const struct bf_param bf_console_change_params[4] = { WHERE, PART, VERSION, REASON };
const struct bf_param bf_console_drain_params[5] = {
	WHERE,
	PART,
	VERSION,
	REASON,
	{ .name = "public_text",
	  .type = BF_TEXT,
	  .label = "What visitors are told",
	  .required = true,
	  .max = REASON_MAX },
};
const struct bf_param bf_console_stop_params[3] = {
	WHERE,
	{ .name = "case_number",
	  .type = BF_TEXT,
	  .label = "Number of the case",
	  .required = true,
	  .max = CASE_MAX },
	{ .name = "public_text",
	  .type = BF_TEXT,
	  .label = "What donors are told",
	  .required = true,
	  .max = REASON_MAX },
};
const struct bf_param bf_console_lift_params[2] = { WHERE, REASON };
const struct bf_param bf_console_replay_params[1] = {
	{ .name = "number",
	  .type = BF_TEXT,
	  .label = "Number of the post",
	  .required = true,
	  .max = NUMBER_MAX },
};
const struct bf_param bf_console_caps_params[3] = {
	WHERE,
	{ .name = "need", .type = BF_ONE_OF, .label = "Need", .choices = &bf_need_kind },
	{ .name = "value", .type = BF_FEN, .label = "Cap, in yuan", .min = 1, .max = CAP_MAX_FEN },
};
const struct bf_param bf_console_cap_params[6] = {
	WHERE,
	{ .name = "need",
	  .type = BF_ONE_OF,
	  .label = "Need",
	  .required = true,
	  .choices = &bf_need_kind },
	{ .name = "value",
	  .type = BF_FEN,
	  .label = "Cap, in yuan",
	  .required = true,
	  .min = 1,
	  .max = CAP_MAX_FEN },
	VERSION,
	{ .name = "from_day", .type = BF_DATE, .label = "From which day" },
	REASON,
};

/* ---- pages --------------------------------------------------------------------------- */

enum bf_rc bf_console_home(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "console_grants", "grants");

	if (rc == BF_OK)
		rc = bf_query_one(req, "console_waits", "waits");
	if (rc == BF_OK)
		rc = bf_query(req, "console_cities", "cities");
	bf_set_int(req, "sees_jobs", (req->person->roles & (BF_CONFIG | BF_AT_NATIONAL)) != 0);
	bf_set_int(req, "sees_exports", (req->person->roles & (BF_EXPORT | BF_INSPECTOR)) != 0);
	bf_set_int(req, "sees_people",
		   (req->person->roles &
		    (BF_AT_CITY | BF_AT_PROVINCE | BF_INSPECTOR | BF_CONFIG)) != 0);
	return rc == BF_OK ? bf_page(req, "console.html") : rc;
}

/* The city, which the page's person has to have in one of its regions. */
static enum bf_rc add_city(struct bf_req *req)
{
	bf_bind_int(req, "city", bf_int(req, "where"));
	return bf_query_one(req, "console_city", "place");
}

enum { FIGURES_MAX = 8 };

/* The same rows as a drawing: each with its label, its place and how wide its bar is. */
static void add_bars(struct bf_req *req, const struct bf_value *rows)
{
	struct bf_value bars = bf_value_list(req->pool);
	int64_t values[FIGURES_MAX], widths[FIGURES_MAX];
	size_t count = bf_value_count(rows) < FIGURES_MAX ? bf_value_count(rows) : FIGURES_MAX;

	for (size_t i = 0; i < count; i++)
		values[i] = bf_row_int(bf_value_at(rows, i), "posts");
	bf_chart_bars(values, count, widths);
	for (size_t i = 0; i < count; i++) {
		struct bf_value bar = bf_value_map(req->pool);

		bf_value_set(&bar, "phase", *bf_value_get(bf_value_at(rows, i), "phase"));
		bf_value_set(&bar, "posts", bf_value_number(values[i]));
		bf_value_set(&bar, "y", bf_value_number((int64_t)i * BF_CHART_ROW));
		bf_value_set(&bar, "width", bf_value_number(widths[i]));
		bf_value_push(req->pool, &bars, bar);
	}
	bf_value_set(&req->model, "bars", bars);
}

/* With the mark and the line ends that spreadsheets want; no cell is a person's words. */
enum bf_rc bf_console_figures(struct bf_req *req)
{
	struct bf_buf *out = &req->http->out;
	const struct bf_value *rows;
	enum bf_rc rc = add_city(req);

	if (rc == BF_OK)
		rc = bf_query(req, "console_posts", "posts");
	if (rc != BF_OK)
		return rc;
	rows = bf_model(req, "posts");
	bf_request_header(req->http, "Content-Type", "text/csv; charset=utf-8");
	bf_request_header(req->http, "Content-Disposition",
			  bf_pool_printf(req->pool, "attachment; filename=figures-%jd.csv",
					 (intmax_t)bf_int(req, "where")));
	bf_buf_add_text(out, "\xef\xbb\xbfphase,posts\r\n");
	for (size_t i = 0; i < bf_value_count(rows); i++)
		bf_buf_printf(out, "%s,%jd\r\n", bf_row_text(bf_value_at(rows, i), "phase"),
			      (intmax_t)bf_row_int(bf_value_at(rows, i), "posts"));
	req->http->status = 200;
	return BF_OK;
}

enum bf_rc bf_console_city(struct bf_req *req)
{
	enum bf_rc rc = add_city(req);

	if (rc == BF_OK)
		rc = bf_query_one(req, "console_exceptions", "needs");
	if (rc == BF_OK)
		rc = bf_query(req, "console_posts", "posts");
	if (rc == BF_OK)
		add_bars(req, bf_model(req, "posts"));
	if (rc == BF_OK)
		rc = bf_query(req, "console_plugins", "parts");
	if (rc == BF_OK)
		rc = bf_query(req, "payment_stop_live", "stop");
	if (rc == BF_OK)
		rc = bf_query(req, "console_stops", "stops");
	return rc == BF_OK ? bf_page(req, "console_city.html") : rc;
}

static bool is_loaded(const struct bf_req *req, const char *plugin)
{
	return bf_app_scope(req->app, bf_str(plugin)) != NULL;
}

/* As visitors know it; by its name where it is not loaded. */
static const char *title_of(const struct bf_req *req, const char *plugin)
{
	const struct bf_scope *scope = bf_app_scope(req->app, bf_str(plugin));

	return scope ? bf_views_text(req->app->views, plugin, req->lang, scope->plugin->title)
		     : plugin;
}

enum bf_rc bf_console_part(struct bf_req *req)
{
	bool loaded = is_loaded(req, bf_text(req, "part"));
	enum bf_rc rc = add_city(req);

	if (rc == BF_OK)
		rc = bf_query(req, "console_part", "parts");
	if (rc == BF_OK && !loaded && !bf_value_count(bf_model(req, "parts")))
		return BF_NOT_FOUND;
	bf_set_int(req, "loaded", loaded);
	bf_set_text(req, "title", title_of(req, bf_text(req, "part")));
	if (rc == BF_OK)
		rc = bf_query_one(req, "city_plugin_running", "running");
	if (rc == BF_OK)
		rc = bf_query_one(req, "city_readiness", "lacks");
	if (rc == BF_OK)
		rc = bf_query(req, "console_part_versions", "versions");
	if (rc == BF_OK && bf_has(req, "earlier") && bf_has(req, "later"))
		rc = bf_query(req, "console_part_compared", "compared");
	return rc == BF_OK ? bf_page(req, "console_part.html") : rc;
}

/* Who looks for what is not there, or not in their region, is told the same. */
enum bf_rc bf_console_replay(struct bf_req *req)
{
	char ref[BF_REF_TEXT_BYTES];
	enum bf_rc rc;

	if (bf_refused(req))
		return bf_console_home(req);
	if (!bf_ref_read(bf_str(bf_text(req, "number")), ref))
		return BF_NOT_FOUND;
	bf_bind_text(req, "ref", ref);
	rc = bf_query_one(req, "replay_post", "post");
	if (rc != BF_OK)
		return rc;
	bf_bind_int(req, "post", bf_row_int(bf_model(req, "post"), "id"));
	rc = bf_query(req, "replay_moves", "moves");
	if (rc == BF_OK)
		rc = bf_query(req, "replay_refusals", "refusals");
	return rc == BF_OK ? bf_page(req, "console_replay.html") : rc;
}

/* ---- sub-platforms ------------------------------------------------------------------- */

typedef enum bf_rc city_plugin_act(struct bf_act *act, const struct bf_city_plugin_wish *wish,
				   struct bf_err *err);

struct change {
	struct bf_city_plugin_wish wish;
	city_plugin_act *run;
};

static enum bf_rc change_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct change *change = arg;

	return change->run(act, &change->wish, err);
}

/* The first moment of a day in Shanghai; 0, which is at once, for today and for no day. */
static int64_t opening_ms(const char *day)
{
	int64_t here_ms = bf_clock_wall_ms() + BF_SHANGHAI_MS, ms;
	struct bf_str rest = bf_str(day), part;
	struct bf_date date, today = bf_clock_date(here_ms);
	int64_t numbers[3] = { 0 };

	if (!*day)
		return 0;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!bf_str_cut(&rest, '-', &part) || !bf_str_int(part, &numbers[i]))
			BF_BUG("\"%s\" is no date", day);
	date = (struct bf_date){ .year = (int)numbers[0],
				 .month = (int)numbers[1],
				 .day = (int)numbers[2] };
	if (date.year == today.year && date.month == today.month && date.day == today.day)
		return 0;
	ms = bf_clock_from_date(date) - BF_SHANGHAI_MS;
	return ms;
}

static enum bf_rc change(struct bf_req *req, city_plugin_act *run)
{
	struct change change = {
		.wish = { .city = bf_int(req, "where"),
			  .plugin = bf_text(req, "part"),
			  .version = bf_int(req, "version"),
			  .admitted = is_loaded(req, bf_text(req, "part")),
			  .from_ms = opening_ms(bf_text(req, "open_on")),
			  .reason = bf_text(req, "switch_reason"),
			  .public_text =
				  bf_has(req, "public_text") ? bf_text(req, "public_text") : NULL },
		.run = run,
	};
	enum bf_rc rc = bf_req_act(req, change_act, &change);

	return rc == BF_OK ? bf_redirect(req, "console_part") : rc;
}

enum bf_rc bf_console_schedule(struct bf_req *req)
{
	return change(req, bf_city_plugin_schedule);
}

enum bf_rc bf_console_cancel(struct bf_req *req)
{
	return change(req, bf_city_plugin_cancel);
}

enum bf_rc bf_console_drain(struct bf_req *req)
{
	return change(req, bf_city_plugin_drain);
}

enum bf_rc bf_console_resume(struct bf_req *req)
{
	return change(req, bf_city_plugin_resume);
}

/* ---- caps ---------------------------------------------------------------------------- */

/* With a need and a value it is a dry run: how many open posts ask for more. */
enum bf_rc bf_console_caps(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "caps_region", "place");

	if (rc == BF_OK)
		rc = bf_query(req, "caps_of_region", "caps");
	if (rc != BF_OK || !bf_has(req, "need") || !bf_has(req, "value"))
		return rc == BF_OK ? bf_page(req, "console_caps.html") : rc;
	bf_bind_text(req, "cap", bf_pool_printf(req->pool, "cap_%s_fen", bf_text(req, "need")));
	rc = bf_query_one(req, "cap_exceeded", "dry");
	if (rc == BF_OK)
		rc = bf_query_one(req, "cap_now", "now");
	if (rc == BF_OK)
		rc = bf_query(req, "cap_versions", "versions");
	return rc == BF_OK ? bf_page(req, "console_caps.html") : rc;
}

static enum bf_rc cap_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_cap_set(act, arg, err);
}

enum bf_rc bf_console_cap(struct bf_req *req)
{
	struct bf_cap_wish wish = { .region = bf_int(req, "where"),
				    .need = bf_text(req, "need"),
				    .value_fen = bf_int(req, "value"),
				    .version = bf_int(req, "version"),
				    .from_ms = opening_ms(bf_text(req, "from_day")),
				    .reason = bf_text(req, "switch_reason") };
	enum bf_rc rc = bf_req_act(req, cap_act, &wish);

	return rc == BF_OK ? bf_redirect(req, "console_caps") : rc;
}

/* ---- payments ------------------------------------------------------------------------ */

static enum bf_rc stop_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_payment_stop(act, bf_int(req, "where"), bf_text(req, "case_number"),
			       bf_text(req, "public_text"), err);
}

enum bf_rc bf_console_stop(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, stop_act, req);

	return rc == BF_OK ? bf_redirect(req, "console_city") : rc;
}

static enum bf_rc lift_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;
	bool waits;

	return bf_payment_stop_end(act, bf_int(req, "where"), bf_text(req, "switch_reason"), &waits,
				   err);
}

enum bf_rc bf_console_lift(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, lift_act, req);

	return rc == BF_OK ? bf_redirect(req, "console_city") : rc;
}
