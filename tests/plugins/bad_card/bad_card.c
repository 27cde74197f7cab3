/* bad_card: its card names a template that is not there. */
#include <bangfu.h>

static enum bf_rc front(struct bf_req *req)
{
	return bf_page(req, "front.html");
}

static const struct bf_route routes[] = {
	{ "front", BF_GET, "/", { 0 }, BF_ANYONE, front },
};

BF_PLUGIN(
	.name = "bad_card", .version = "1.0.0", .title = "Test", .summary = "Test.",
	.icon = "info", .routes = BF_TABLE(routes),
	.card = { .query = "rows", .template_name = "missing.html", .as = "rows" },
);
