/* missing_symbol: calls a function that no bangfu has. */
#include <bangfu.h>

enum bf_rc bf_not_in_any_version(struct bf_req *req);

static enum bf_rc front(struct bf_req *req)
{
	return bf_not_in_any_version(req);
}

static const struct bf_route routes[] = {
	{ "front", BF_GET, "/", { 0 }, BF_ANYONE, front },
};

BF_PLUGIN(
	.name = "missing_symbol", .version = "1.0.0", .title = "Test", .summary = "Test.",
	.icon = "info", .routes = BF_TABLE(routes),
);
