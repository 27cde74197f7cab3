/*
 * donations: families' help posts of a city, as visitors browse them.
 * Read downwards: enumerations, parameters, handlers, routes, plugin.
 */
#include <bangfu.h>

static const struct bf_choice sort_choices[] = {
	{ "newest", "Newest first" },
	{ "urgent", "Most urgent first" },
	{ "seen", "Least seen first" },
};
enum { POST_SORT };
static const struct bf_enum enums[] = {
	[POST_SORT] = { "post_sort", BF_TABLE(sort_choices) },
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
	return rc == BF_OK ? bf_page(req, "post.html") : rc;
}

static const struct bf_route routes[] = {
	{ "list", BF_GET, "/", BF_TABLE(list_params), BF_ANYONE, list_posts, .form = "list" },
	{ "post", BF_GET, "/posts/{ref}", BF_TABLE(post_params), BF_ANYONE, show_post },
};

BF_PLUGIN(
	.name = "donations", .version = "1.0.0",
	.title = "Donations", .summary = "Give money or goods to a family whose need was checked.",
	.icon = "heart-handshake", .enums = BF_TABLE(enums), .routes = BF_TABLE(routes),
	.card = { .query = "card_posts", .template_name = "card.html", .as = "posts" },
);
