/* bad_template: its page uses a name that nobody declared. */
#include <bangfu.h>

static enum bf_rc front(struct bf_req *req)
{
	return bf_page(req, "front.html");
}

static const struct bf_route routes[] = {
	{ "front", BF_GET, "/", { 0 }, BF_ANYONE, front },
};

BF_PLUGIN(
	.name = "bad_template", .version = "1.0.0", .title = "Test", .summary = "Test.",
	.icon = "info", .routes = BF_TABLE(routes),
);
