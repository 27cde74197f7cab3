/*
 * donations: families' help posts of a city: visitors browse them, families and the managers of
 * villages write them. Read downwards: enumerations, parameters, handlers, routes, plugin.
 */
#include <bangfu.h>

static const struct bf_choice sort_choices[] = {
	{ "newest", "Newest first" },
	{ "urgent", "Most urgent first" },
	{ "seen", "Least seen first" },
};
/* What a row of a post's ledger is. */
static const struct bf_choice ledger_choices[] = {
	{ "gift", "Gift" },
	{ "grant", "From a pool of the platform" },
	{ "back", "Given back to a donor" },
	{ "charged_back", "Taken back by the payment service" },
	{ "set_aside", "Set aside to be paid out" },
	{ "not_paid_out", "Not paid out, kept again" },
	{ "sent", "Sent to the family" },
	{ "returned", "Came back from the bank" },
	{ "confirmed", "Confirmed by the family" },
	{ "correction", "Correction" },
};
enum { POST_SORT, LEDGER_ROW };
static const struct bf_enum enums[] = {
	[POST_SORT] = { "post_sort", BF_TABLE(sort_choices) },
	[LEDGER_ROW] = { "ledger_row", BF_TABLE(ledger_choices) },
};

static const struct bf_param list_params[] = {
	{ .name = "need", .type = BF_ONE_OF, .label = "Need", .choices = &bf_need_kind },
	{ .name = "county", .type = BF_COUNTY, .label = "County" },
	{ .name = "state",
	  .type = BF_ONE_OF,
	  .label = "State",
	  .choices = &bf_phase,
	  .preset = "open" },
	{ .name = "sort",
	  .type = BF_ONE_OF,
	  .label = "Order",
	  .choices = &enums[POST_SORT],
	  .preset = "newest" },
	{ .name = "after", .type = BF_CURSOR },
};
static const struct bf_param post_params[] = {
	{ .name = "ref", .type = BF_REF, .required = true },
};
static const struct bf_param ledger_params[] = {
	{ .name = "ref", .type = BF_REF, .required = true },
	{ .name = "after", .type = BF_CURSOR },
};

enum {
	TITLE_MAX = 20,
	STORY_MAX = 5000,
	ITEM_MAX = 60,
	UNIT_MAX = 16,
	QUANTITY_MAX = 10000,
	TARGET_MAX_FEN = 100000000, /* more than any cap: what is too much, the core knows */
	REASON_MAX = 1000,
	PRICE_SOURCE_MAX = 200,
};

static const struct bf_param begin_params[] = {
	{ .name = "of_household", .type = BF_ID, .label = "Household" },
	{ .name = "relation",
	  .type = BF_ONE_OF,
	  .label = "What you are to the family",
	  .choices = &bf_relation },
	{ .name = "need_kind",
	  .type = BF_ONE_OF,
	  .label = "Need",
	  .required = true,
	  .choices = &bf_need_kind },
	{ .name = "form",
	  .type = BF_ONE_OF,
	  .label = "Money or goods",
	  .required = true,
	  .choices = &bf_post_form },
};
/* A draft takes what there is, so nothing of it is required; the core asks when it is sent. */
static const struct bf_param save_params[] = {
	{ .name = "ref", .type = BF_REF, .required = true },
	{ .name = "version", .type = BF_ID, .required = true },
	{ .name = "title", .type = BF_TEXT, .label = "Title", .max = TITLE_MAX },
	{ .name = "story", .type = BF_LINES, .label = "What happened", .max = STORY_MAX },
	{ .name = "item", .type = BF_TEXT, .label = "What is needed", .max = ITEM_MAX },
	{ .name = "target_fen",
	  .type = BF_FEN,
	  .label = "How much money",
	  .min = 100,
	  .max = TARGET_MAX_FEN },
	{ .name = "quantity", .type = BF_INT, .label = "How many", .min = 1, .max = QUANTITY_MAX },
	{ .name = "unit", .type = BF_TEXT, .label = "Unit", .max = UNIT_MAX },
	{ .name = "reason",
	  .type = BF_LINES,
	  .label = "Why it cannot be had otherwise",
	  .max = REASON_MAX },
	{ .name = "price_source",
	  .type = BF_TEXT,
	  .label = "Where the price comes from",
	  .max = PRICE_SOURCE_MAX },
	{ .name = "story_shown", .type = BF_INT, .label = "Show the story", .min = 0, .max = 1 },
};
static const struct bf_param send_params[] = {
	{ .name = "ref", .type = BF_REF, .required = true },
	{ .name = "version", .type = BF_ID, .required = true },
	{ .name = "promise", .type = BF_INT, .label = "Your promise", .min = 1, .max = 1 },
};

static enum bf_rc list_posts(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "posts", "posts");

	if (rc == BF_OK)
		rc = bf_query_one(req, "posts_total", "total");
	bf_set_counties(req, "counties");
	return rc == BF_OK ? bf_page(req, "list.html") : rc;
}

static enum bf_rc show_post(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "post", "post");

	if (rc != BF_OK)
		return rc;
	bf_bind_int(req, "post", bf_value_int(bf_value_get(bf_model(req, "post"), "id")));
	rc = bf_query(req, "post_steps", "steps");
	if (rc == BF_OK)
		rc = bf_query(req, "post_gifts", "gifts");
	if (rc == BF_OK)
		rc = bf_query(req, "post_deliveries", "deliveries");
	if (rc == BF_OK)
		rc = bf_post_pictures(req, "pictures");
	return rc == BF_OK ? bf_page(req, "post.html") : rc;
}

static enum bf_rc show_ledger(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "ledger_post", "post");

	if (rc != BF_OK)
		return rc;
	bf_bind_int(req, "post", bf_value_int(bf_value_get(bf_model(req, "post"), "id")));
	rc = bf_query_one(req, "post_ledger_sums", "sums");
	if (rc == BF_OK)
		rc = bf_query(req, "post_ledger", "rows");
	return rc == BF_OK ? bf_page(req, "ledger.html") : rc;
}

static enum bf_rc write_post(struct bf_req *req)
{
	enum bf_rc rc = bf_post_households(req, "households");

	return rc == BF_OK ? bf_page(req, "write.html") : rc;
}

static enum bf_rc begin_post(struct bf_req *req)
{
	enum bf_rc rc = bf_post_create(req);

	return rc == BF_OK ? bf_redirect(req, "edit") : rc;
}

static enum bf_rc edit_post(struct bf_req *req)
{
	enum bf_rc rc = bf_post_own(req, "post");

	return rc == BF_OK ? bf_page(req, "edit.html") : rc;
}

static enum bf_rc save_post(struct bf_req *req)
{
	enum bf_rc rc = bf_post_save(req);

	return rc == BF_OK ? bf_redirect(req, "preview") : rc;
}

static enum bf_rc preview_post(struct bf_req *req)
{
	enum bf_rc rc = bf_post_own(req, "post");

	return rc == BF_OK ? bf_page(req, "preview.html") : rc;
}

static enum bf_rc send_post(struct bf_req *req)
{
	enum bf_rc rc = bf_post_submit(req);

	return rc == BF_OK ? bf_redirect(req, "preview") : rc;
}

#define AUTHORS (BF_FAMILY | BF_AT_VILLAGE)

static const struct bf_route routes[] = {
	{ "list", BF_GET, "/", BF_TABLE(list_params), BF_ANYONE, list_posts, .form = "list" },
	{ "post", BF_GET, "/posts/{ref}", BF_TABLE(post_params), BF_ANYONE, show_post },
	{ "ledger", BF_GET, "/posts/{ref}/ledger", BF_TABLE(ledger_params), BF_ANYONE,
	  show_ledger },
	{ "write", BF_GET, "/write", { 0 }, AUTHORS, write_post },
	{ "begin", BF_POST, "/write", BF_TABLE(begin_params), AUTHORS, begin_post,
	  .form = "write" },
	{ "edit", BF_GET, "/posts/{ref}/edit", BF_TABLE(post_params), AUTHORS, edit_post },
	{ "save", BF_POST, "/posts/{ref}/edit", BF_TABLE(save_params), AUTHORS, save_post,
	  .form = "edit" },
	{ "preview", BF_GET, "/posts/{ref}/preview", BF_TABLE(post_params), AUTHORS, preview_post },
	{ "send", BF_POST, "/posts/{ref}/preview", BF_TABLE(send_params), AUTHORS, send_post,
	  .form = "preview" },
};

BF_PLUGIN(
	.name = "donations", .version = "1.0.0",
	.title = "Donations", .summary = "Give money or goods to a family whose need was checked.",
	.icon = "heart-handshake", .enums = BF_TABLE(enums), .routes = BF_TABLE(routes),
	.card = { .query = "card_posts", .template_name = "card.html", .as = "posts" },
);
