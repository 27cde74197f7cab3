#include "demo/demo.h"

#include "base/clock.h"
#include "demo/sign_ins.h"
#include "demo/world.h"

/* Rows of a chunk are written in one transaction. */
enum { POSTS_A_CHUNK = 500, DONORS_A_CHUNK = 5000, HOUSEHOLDS_A_CHUNK = 2000 };

#define SCOPE "demo"

/* The statements of a table: what empties it and what fills it. */
static const char *const table_names[BF_DEMO_TABLE__MAX] = {
	[BF_DEMO_REGION] = "region",
	[BF_DEMO_REGION_ANCESTOR] = "region_ancestor",
	[BF_DEMO_CITY] = "city",
	[BF_DEMO_CITY_PLUGIN] = "city_plugin",
	[BF_DEMO_ACCOUNT] = "account",
	[BF_DEMO_ROLE_GRANT] = "role_grant",
	[BF_DEMO_HOUSEHOLD] = "household",
	[BF_DEMO_PAYEE_ACCOUNT] = "payee_account",
	[BF_DEMO_PERSON] = "person",
	[BF_DEMO_MEMBERSHIP] = "membership",
	[BF_DEMO_POST] = "post",
	[BF_DEMO_POST_TEXT] = "post_text",
	[BF_DEMO_REVIEW_STEP] = "review_step",
	[BF_DEMO_POST_GRAM] = "post_gram",
	[BF_DEMO_CAPACITY] = "capacity",
	[BF_DEMO_HOLD] = "hold",
	[BF_DEMO_HOLD_RETURN] = "hold_return",
	[BF_DEMO_PAYMENT] = "payment",
	[BF_DEMO_REFUND] = "refund",
	[BF_DEMO_RECEIPT] = "receipt",
	[BF_DEMO_GIFT] = "gift",
	[BF_DEMO_PAYOUT] = "payout",
	[BF_DEMO_DELIVERY] = "delivery",
	[BF_DEMO_PLEDGE] = "pledge",
	[BF_DEMO_LEDGER_ACCOUNT] = "ledger_account",
	[BF_DEMO_LEDGER_JOURNAL] = "ledger_journal",
	[BF_DEMO_LEDGER_LINE] = "ledger_line",
	[BF_DEMO_STATE_HISTORY] = "state_history",
	[BF_DEMO_EVENT] = "event",
};
/* Filled from the others once they are whole. */
static const char *const counted_tables[] = { "figure", "post_count", "review_check", "escalation",
					      "review_rejection" };
/* What was signed in to, and all that came of it. */
static const char *const sign_in_tables[] = {
	"login_handle",        "credential",    "second_factor",
	"recovery_code",       "session",       "session_seen",
	"sign_in_try",         "one_time_code", "registration",
	"household_account",   "notice",        "event_done",
	"notice_delivery",     "pledge",        "payment_stop",
	"city_plugin_version",
};

/* How a load talks to the database and to who waits for it. */
struct load {
	struct bf_db *db;
	struct bf_queries *queries;
	struct bf_demo_world *world;
	bf_demo_progress_fn *progress;
	void *arg;
	int64_t steps, step; /* of the whole load: posts, households and donors made */
};

/* ---- scale and date -------------------------------------------------------------------- */

static const struct {
	const char *name;
	int64_t percent;
} scales[] = { { "0.01", 1 }, { "1", 100 }, { "10", 1000 }, { "100", 10000 } };

int64_t bf_demo_percent(const char *scale)
{
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
		if (strcmp(scales[i].name, scale) == 0)
			return scales[i].percent;
	return 0;
}

static const char *scale_name(int64_t percent)
{
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
		if (scales[i].percent == percent)
			return scales[i].name;
	BF_BUG("no scale is %lld percent", (long long)percent);
}

int64_t bf_demo_today(int64_t now_ms)
{
	int64_t here_ms = now_ms + BF_SHANGHAI_MS;

	return here_ms - here_ms % BF_DAY_MS - BF_SHANGHAI_MS;
}

/* ---- the database ---------------------------------------------------------------------- */

static enum bf_rc find(const struct load *load, const char *name, const struct bf_query **ret_query,
		       struct bf_err *err)
{
	*ret_query = bf_queries_find(load->queries, SCOPE, name);
	return *ret_query ? BF_OK : bf_err_set(err, BF_FAULT, "demo.sql has no query \"%s\"", name);
}

static enum bf_rc exec(const struct load *load, const char *name, const struct bf_value *args,
		       struct bf_err *err)
{
	struct bf_value none = bf_value_map(load->world->pool);
	const struct bf_query *query;
	enum bf_rc rc = find(load, name, &query, err);

	return rc == BF_OK ? bf_db_exec(load->db, query, args ? args : &none, NULL, NULL, err) : rc;
}

/* The one row of a query. */
static enum bf_rc select_row(const struct load *load, const char *name,
			     const struct bf_value **ret_row, struct bf_err *err)
{
	struct bf_pool *pool = load->world->pool;
	struct bf_value none = bf_value_map(pool), *rows = bf_pool_zalloc(pool, sizeof(*rows));
	const struct bf_query *query;
	enum bf_rc rc = find(load, name, &query, err);

	if (rc == BF_OK)
		rc = bf_db_select(load->db, pool, query, &none, rows, err);
	if (rc == BF_OK)
		*ret_row = bf_value_at(rows, 0);
	return rc;
}

static enum bf_rc write_sheets(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct bf_demo_world *world = arg;
	struct bf_pool *packets = bf_pool_new(world->chunk);
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; i < BF_DEMO_TABLE__MAX && rc == BF_OK; i++) {
		rc = bf_sheet_write(&world->sheets[i], db, packets, err);
		bf_pool_clear(packets);
	}
	bf_pool_free(packets);
	return rc;
}

/* Writes the rows made so far, in one transaction, and forgets them. */
static enum bf_rc write_chunk(struct load *load, const char *stage, int64_t steps,
			      struct bf_err *err)
{
	struct bf_demo_world *world = load->world;
	enum bf_rc rc = bf_db_transaction(load->db, write_sheets, world, NULL, err);

	for (size_t i = 0; i < BF_DEMO_TABLE__MAX; i++)
		bf_sheet_clear(&world->sheets[i]);
	bf_pool_clear(world->chunk);
	load->step += steps;
	if (load->progress)
		load->progress(load->arg, stage, load->step * 1000 / load->steps);
	return rc;
}

/* ---- the rows -------------------------------------------------------------------------- */

static enum bf_rc make_places(struct load *load, struct bf_err *err)
{
	enum bf_rc rc = bf_demo_make_places(load->world, err);

	return rc == BF_OK ? write_chunk(load, "regions", 0, err) : rc;
}

static enum bf_rc make_donors(struct load *load, struct bf_err *err)
{
	int64_t donors = load->world->plan.people + load->world->plan.organisations;
	enum bf_rc rc = BF_OK;

	for (int64_t first = 0; first < donors && rc == BF_OK; first += DONORS_A_CHUNK) {
		int64_t count = donors - first < DONORS_A_CHUNK ? donors - first : DONORS_A_CHUNK;

		bf_demo_make_donors(load->world, first, count);
		rc = write_chunk(load, "donors", count, err);
	}
	return rc;
}

/* Deals the households of a city to its posts, so that all that should be are helped and none
 * has more than three posts open. */
struct dealer {
	const struct bf_demo_city_plan *plan;
	int64_t helped, others, unpublished; /* dealt so far */
};

static int64_t deal(struct dealer *dealer, enum bf_demo_outcome outcome)
{
	const struct bf_demo_city_plan *plan = dealer->plan;
	int64_t connected = plan->connected_by_posts + plan->connected_by_store, n;

	if (outcome == BF_DEMO_MET || outcome == BF_DEMO_PARTLY) {
		n = dealer->helped++;
		return n < plan->connected_by_posts
			       ? n
			       : plan->connected_by_posts - 1 -
					 (n - plan->connected_by_posts) % plan->connected_by_posts;
	}
	n = dealer->others++;
	return n < plan->waiting ? connected + n : (n - plan->waiting) % connected;
}

static enum bf_rc after_post(struct load *load, struct bf_err *err)
{
	return load->world->posts % POSTS_A_CHUNK == 0
		       ? write_chunk(load, "posts", POSTS_A_CHUNK, err)
		       : BF_OK;
}

static enum bf_rc make_posts_of(struct load *load, const struct bf_demo_place *place,
				struct dealer *dealer, int64_t count, struct bf_err *err)
{
	struct bf_demo_place at = *place;
	enum bf_rc rc = BF_OK;

	for (int64_t i = 0; i < count && rc == BF_OK; i++) {
		at.household = deal(dealer, at.outcome);
		bf_demo_make_post(load->world, &at);
		rc = after_post(load, err);
	}
	return rc;
}

static enum bf_rc make_unpublished(struct load *load, const struct bf_demo_city *city,
				   struct dealer *dealer, struct bf_err *err)
{
	int64_t connected = city->plan->connected_by_posts + city->plan->connected_by_store;
	enum bf_rc rc = BF_OK;

	for (int state = 0; state < BF_DEMO_UNPUBLISHED__MAX; state++)
		for (int64_t i = 0; i < city->plan->unpublished[state] && rc == BF_OK; i++) {
			int64_t household = (connected / 2 + dealer->unpublished++) % connected;

			bf_demo_make_unpublished(load->world, city, (enum bf_demo_unpublished)state,
						 household);
			rc = after_post(load, err);
		}
	return rc;
}

static enum bf_rc make_city(struct load *load, const struct bf_demo_city *city, struct bf_err *err)
{
	struct dealer dealer = { .plan = city->plan };
	struct bf_demo_place place = { .city = city };
	enum bf_rc rc = BF_OK;

	for (int k = 0; k < BF_DEMO_KIND__MAX; k++)
		for (int o = 0; o < BF_DEMO_OUTCOME__MAX && rc == BF_OK; o++) {
			place.kind = (enum bf_demo_kind)k;
			place.outcome = (enum bf_demo_outcome)o;
			rc = make_posts_of(load, &place, &dealer, city->plan->posts[k][o], err);
		}
	if (rc == BF_OK)
		rc = make_unpublished(load, city, &dealer, err);
	for (int64_t i = 0; i < city->plan->connected_by_store && rc == BF_OK; i++)
		bf_demo_make_share(load->world, city, city->plan->connected_by_posts + i);
	return rc == BF_OK ? write_chunk(load, "posts", 0, err) : rc;
}

static enum bf_rc make_households(struct load *load, const struct bf_demo_city *city,
				  struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (int64_t first = 0; first < city->households && rc == BF_OK;
	     first += HOUSEHOLDS_A_CHUNK) {
		int64_t count = city->households - first;

		if (count > HOUSEHOLDS_A_CHUNK)
			count = HOUSEHOLDS_A_CHUNK;
		for (int64_t i = first; i < first + count; i++)
			bf_demo_make_household(load->world, city, i);
		rc = write_chunk(load, "families", count, err);
	}
	return rc;
}

static enum bf_rc make_rows(struct load *load, struct bf_err *err)
{
	struct bf_demo_world *world = load->world;
	enum bf_rc rc = make_places(load, err);

	if (rc == BF_OK)
		rc = make_donors(load, err);
	for (size_t i = 0; i < BF_DEMO_CITIES && rc == BF_OK; i++)
		rc = make_city(load, &world->cities[i], err);
	for (size_t i = 0; i < BF_DEMO_CITIES && rc == BF_OK; i++)
		rc = make_households(load, &world->cities[i], err);
	if (rc != BF_OK)
		return rc;
	bf_demo_make_settlements(world);
	return write_chunk(load, "ledger", 0, err);
}

/* ---- before and after ------------------------------------------------------------------ */

static enum bf_rc empty_tables(struct load *load, struct bf_err *err)
{
	struct bf_pool *pool = load->world->pool;
	enum bf_rc rc = exec(load, "without_foreign_keys", NULL, err);

	for (size_t i = 0; i < BF_DEMO_TABLE__MAX && rc == BF_OK; i++)
		rc = exec(load, bf_pool_printf(pool, "empty_%s", table_names[i]), NULL, err);
	for (size_t i = 0; i < sizeof(counted_tables) / sizeof(counted_tables[0]) && rc == BF_OK;
	     i++)
		rc = exec(load, bf_pool_printf(pool, "empty_%s", counted_tables[i]), NULL, err);
	for (size_t i = 0; i < sizeof(sign_in_tables) / sizeof(sign_in_tables[0]) && rc == BF_OK;
	     i++)
		rc = exec(load, bf_pool_printf(pool, "empty_%s", sign_in_tables[i]), NULL, err);
	return rc;
}

/* Whether there is something to do, and nothing of others in the way. */
static enum bf_rc look_around(struct load *load, bool *ret_already, struct bf_err *err)
{
	const struct bf_demo *demo = &load->world->demo;
	const struct bf_value *row = NULL;
	enum bf_rc rc = select_row(load, "current_load", &row, err);
	struct bf_str state = bf_value_str(bf_value_get(row, "state"));

	if (rc != BF_OK)
		return rc;
	if (!state.len && bf_value_int(bf_value_get(row, "filled")))
		return bf_err_set(err, BF_CONFLICT,
				  "there are data that no demo load made. "
				  "Demo data go into an empty database only.");
	*ret_already = bf_str_is(state, "complete");
	if (*ret_already &&
	    (bf_value_int(bf_value_get(row, "seed")) != demo->seed ||
	     !bf_str_is(bf_value_str(bf_value_get(row, "scale")), scale_name(demo->percent))))
		return bf_err_set(err, BF_CONFLICT,
				  "demo data of scale %s and seed %lld are loaded. "
				  "Remove the database to load others.",
				  bf_value_text(bf_value_get(row, "scale")),
				  (long long)bf_value_int(bf_value_get(row, "seed")));
	return BF_OK;
}

static enum bf_rc begin(struct load *load, struct bf_err *err)
{
	const struct bf_demo *demo = &load->world->demo;
	struct bf_value args = bf_value_map(load->world->pool);
	enum bf_rc rc = empty_tables(load, err);

	bf_value_set(&args, "seed", bf_value_number(demo->seed));
	bf_value_set(&args, "scale", bf_value_string(bf_str(scale_name(demo->percent))));
	bf_value_set(&args, "as_of", bf_value_time(demo->as_of_ms));
	return rc == BF_OK ? exec(load, "begin_load", &args, err) : rc;
}

/* What the database counts against what was made. */
static enum bf_rc compare(const struct bf_demo_world *world, const struct bf_value *row,
			  struct bf_err *err)
{
	const struct {
		const char *name;
		int64_t made;
	} facts[] = {
		{ "registered_donors", world->plan.people + world->plan.organisations },
		{ "givers", world->plan.givers },
		{ "connected_families", world->connected },
		{ "published_posts", world->published_posts },
		{ "met_posts", world->met_posts },
		{ "partly_met_posts", world->helped_posts - world->met_posts },
		{ "delivered_fen", world->delivered_fen },
		{ "paid_fen", world->paid_fen },
		{ "households", world->family_count },
		{ "posts", world->post_count },
		{ "holds", world->holds },
		{ "gifts", world->gifts },
		{ "payouts", world->payouts },
		{ "journals", world->journals },
		{ "ledger_lines", world->ledger_lines },
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (bf_value_int(bf_value_get(row, facts[i].name)) != facts[i].made)
			return bf_err_set(err, BF_FAULT, "%s: %lld were made, %lld are there",
					  facts[i].name, (long long)facts[i].made,
					  (long long)bf_value_int(
						  bf_value_get(row, facts[i].name)));
	return BF_OK;
}

/* In parts: each of them is one statement. */
static enum bf_rc check_steps(struct load *load, struct bf_err *err)
{
	enum { STEPS_A_PART = 20000 };
	struct bf_value args = bf_value_map(load->world->pool);
	const struct bf_value *row = NULL;
	enum bf_rc rc = select_row(load, "steps_to_check", &row, err);
	int64_t last = rc == BF_OK ? bf_value_int(bf_value_get(row, "last")) : 0;

	for (int64_t after = 0; rc == BF_OK && after < last; after += STEPS_A_PART) {
		bf_value_set(&args, "after", bf_value_number(after));
		bf_value_set(&args, "upto", bf_value_number(after + STEPS_A_PART));
		rc = exec(load, "insert_checks", &args, err);
	}
	return rc;
}

static enum bf_rc finish(struct load *load, struct bf_err *err)
{
	struct bf_demo_world *world = load->world;
	struct bf_value args = bf_value_map(world->pool);
	const struct bf_value *row = NULL;
	enum bf_rc rc;
	struct bf_buf json;

	bf_value_set(&args, "as_of", bf_value_time(world->demo.as_of_ms));
	rc = check_steps(load, err);
	if (rc == BF_OK)
		rc = exec(load, "set_clocks", NULL, err);
	if (rc == BF_OK)
		rc = exec(load, "insert_escalations", &args, err);
	if (rc == BF_OK)
		rc = exec(load, "insert_escalation_events", NULL, err);
	if (rc == BF_OK)
		rc = exec(load, "count_country", &args, err);
	if (rc == BF_OK)
		rc = exec(load, "count_cities", &args, err);
	if (rc == BF_OK)
		rc = exec(load, "count_lists", NULL, err);
	if (rc == BF_OK)
		rc = exec(load, "note_city_plugins", NULL, err);
	if (rc == BF_OK)
		rc = exec(load, "pass_events", NULL, err);
	if (rc == BF_OK)
		rc = select_row(load, "manifest", &row, err);
	if (rc == BF_OK)
		rc = compare(world, row, err);
	if (rc != BF_OK)
		return rc;
	bf_buf_init(&json);
	bf_value_print_json(row, &json);
	bf_value_set(&args, "manifest",
		     bf_value_string((struct bf_str){ bf_pool_copy(world->pool, bf_buf_str(&json)),
						      json.len }));
	bf_buf_release(&json);
	return exec(load, "complete_load", &args, err);
}

/* ---- the load -------------------------------------------------------------------------- */

static void size_up(struct load *load)
{
	struct bf_demo_world *world = load->world;
	const struct bf_demo_plan *plan = &world->plan;

	for (size_t c = 0; c < BF_DEMO_CITIES; c++) {
		const struct bf_demo_city_plan *city = &plan->cities[c];

		for (size_t k = 0; k < BF_DEMO_KIND__MAX; k++)
			for (size_t o = 0; o < BF_DEMO_OUTCOME__MAX; o++)
				world->post_count += city->posts[k][o];
		for (size_t u = 0; u < BF_DEMO_UNPUBLISHED__MAX; u++)
			world->post_count += city->unpublished[u];
		world->family_count += city->connected_by_posts + city->connected_by_store +
				       city->waiting + city->in_verification;
	}
	world->families =
		bf_pool_zalloc(world->pool, sizeof(*world->families) * (size_t)world->family_count);
	load->steps = world->post_count + world->family_count + plan->people + plan->organisations;
}

static enum bf_rc read_queries(struct load *load, const char *sql_folder, struct bf_err *err)
{
	struct bf_demo_world *world = load->world;
	struct bf_faults faults;
	enum bf_rc rc = BF_OK;

	bf_faults_init(&faults, world->pool);
	load->queries = bf_queries_new(world->pool);
	bf_queries_load(load->queries, SCOPE, bf_pool_printf(world->pool, "%s/demo", sql_folder),
			&faults);
	bf_queries_load(load->queries, "core", bf_pool_printf(world->pool, "%s/money", sql_folder),
			&faults);
	bf_queries_prove(load->queries, load->db, &faults);
	if (faults.count)
		return bf_err_set(err, BF_FAULT, "%s", faults.first->text);
	for (size_t i = 0; i < BF_DEMO_TABLE__MAX && rc == BF_OK; i++) {
		const struct bf_query *query;

		rc = find(load, bf_pool_printf(world->pool, "insert_%s", table_names[i]), &query,
			  err);
		if (rc == BF_OK)
			bf_sheet_init(&world->sheets[i], query);
	}
	return rc;
}

static enum bf_rc run(struct load *load, const char *sql_folder, bool *ret_already,
		      struct bf_err *err)
{
	struct bf_demo_world *world = load->world;
	enum bf_rc rc =
		bf_region_file_read(&world->regions, world->pool,
				    bf_pool_printf(world->pool, "%s/regions.csv", sql_folder), err);

	if (rc == BF_OK)
		rc = bf_db_open(load->db, err);
	if (rc == BF_OK)
		rc = read_queries(load, sql_folder, err);
	if (rc == BF_OK)
		rc = look_around(load, ret_already, err);
	if (rc != BF_OK || *ret_already)
		return rc;
	rc = begin(load, err);
	if (rc == BF_OK)
		rc = make_rows(load, err);
	if (rc == BF_OK)
		rc = bf_demo_make_sign_ins(world, load->db, load->queries, err);
	return rc == BF_OK ? finish(load, err) : rc;
}

enum bf_rc bf_demo_load(struct bf_db *db, const char *sql_folder, const struct bf_demo *demo,
			bf_demo_progress_fn *progress, void *arg, bool *ret_already,
			struct bf_err *err)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_demo_world *world = bf_pool_zalloc(pool, sizeof(*world));
	struct load load = { .db = db, .world = world, .progress = progress, .arg = arg };
	enum bf_rc rc;

	world->pool = pool;
	world->chunk = bf_pool_new(pool);
	world->demo = *demo;
	*ret_already = false;
	bf_demo_plan_make(&world->plan, demo->percent);
	size_up(&load);
	rc = run(&load, sql_folder, ret_already, err);
	bf_pool_free(pool);
	return rc;
}
