/* office: pages that only some people may see, a route each, and a form of theirs. */
#include "bangfu.h"

static const struct bf_param act_params[] = {
	{ .name = "words", .type = BF_LINES, .label = "Words", .required = true },
};

static enum bf_rc show(struct bf_req *req)
{
	return bf_page(req, "front.html");
}

static enum bf_rc act(struct bf_req *req)
{
	return bf_redirect(req, "front");
}

static const struct bf_route routes[] = {
	{ "front", BF_GET, "/", { 0 }, BF_ANYONE, show },
	{ "anyone_signed_in", BF_GET, "/signed-in", { 0 }, BF_SIGNED_IN, show },
	{ "family", BF_GET, "/family", { 0 }, BF_FAMILY, show },
	{ "village", BF_GET, "/village", { 0 }, BF_AT_VILLAGE, show },
	{ "township", BF_GET, "/township", { 0 }, BF_AT_TOWNSHIP, show },
	{ "county", BF_GET, "/county", { 0 }, BF_AT_COUNTY, show },
	{ "prepare", BF_GET, "/prepare", { 0 }, BF_PAY_PREPARE, show },
	{ "approve", BF_GET, "/approve", { 0 }, BF_PAY_APPROVE, show },
	{ "act", BF_POST, "/act", BF_TABLE(act_params), BF_SIGNED_IN, act,
	  .form = "anyone_signed_in" },
};

BF_PLUGIN(
	.name = "office", .version = "1.0.0", .title = "Office", .summary = "For some.",
	.icon = "house", .routes = BF_TABLE(routes),
);
