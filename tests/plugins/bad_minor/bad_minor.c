/* bad_minor: built with a newer minor version than the host has. */
#include <bangfu.h>

static enum bf_rc front(struct bf_req *req)
{
	return bf_page(req, "front.html");
}

static const struct bf_route routes[] = {
	{ "front", BF_GET, "/", { 0 }, BF_ANYONE, front },
};

__attribute__((visibility("default"))) bf_plugin_entry bf_plugin_v1;

const struct bf_plugin *bf_plugin_v1(void)
{
	static const struct bf_plugin plugin = {
		.magic = BF_MAGIC,
		.size = sizeof(struct bf_plugin),
		.abi_major = BF_ABI_MAJOR,
		.abi_minor = BF_ABI_MINOR + 1,
		.name = "bad_minor",
		.version = "1.0.0",
		.title = "Test",
		.summary = "Test.",
		.icon = "info",
		.routes = BF_TABLE(routes),
	};

	return &plugin;
}
