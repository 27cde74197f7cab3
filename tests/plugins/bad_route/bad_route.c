/* bad_route: a route that says nobody may use it, as a forgotten field reads. */
#include <bangfu.h>

static enum bf_rc front(struct bf_req *req)
{
	return bf_page(req, "front.html");
}

static const struct bf_route routes[] = {
	{ .name = "front", .method = BF_GET, .path = "/", .handler = front },
};

BF_PLUGIN(
	.name = "bad_route", .version = "1.0.0", .title = "Test", .summary = "Test.",
	.icon = "info", .routes = BF_TABLE(routes),
);
