/* bad_query: its query names a column that no table has. */
#include <bangfu.h>

static enum bf_rc front(struct bf_req *req)
{
	return bf_page(req, "front.html");
}

static const struct bf_route routes[] = {
	{ "front", BF_GET, "/", { 0 }, BF_ANYONE, front },
};

BF_PLUGIN(
	.name = "bad_query", .version = "1.0.0", .title = "Test", .summary = "Test.",
	.icon = "info", .routes = BF_TABLE(routes),
);
