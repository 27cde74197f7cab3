/* loader: what it accepts, how it refuses, and rows that an older plugin knows shorter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "plugin/loader.h"

static struct bf_pool *pool;
static struct bf_faults refused;

static int set_up(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	bf_faults_init(&refused, pool);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static enum bf_rc answer(struct bf_req *req)
{
	(void)req;
	return BF_OK;
}

static const struct bf_param params[] = { { .name = "after", .type = BF_CURSOR } };
static const struct bf_route routes[] = {
	{ "list", BF_GET, "/", BF_TABLE(params), BF_ANYONE, answer, .form = "list" },
};

static const struct bf_plugin good = {
	.magic = BF_MAGIC,
	.size = sizeof(struct bf_plugin),
	.abi_major = BF_ABI_MAJOR,
	.abi_minor = BF_ABI_MINOR,
	.name = "coats",
	.version = "1.0.0",
	.title = "Coats",
	.summary = "Warm ones.",
	.icon = "shirt",
	.routes = BF_TABLE(routes),
};

static void assert_refused(const struct bf_plugin *plugin, const char *wanted)
{
	assert_null(bf_plugin_accept(pool, "coats", plugin, &refused));
	assert_int_equal(refused.count, 1);
	if (!strstr(refused.first->text, wanted))
		fail_msg("\"%s\" does not say \"%s\"", refused.first->text, wanted);
}

static void accepts_and_copies(void **state)
{
	const struct bf_plugin *plugin = bf_plugin_accept(pool, "coats", &good, &refused);

	(void)state;
	assert_non_null(plugin);
	assert_int_equal(refused.count, 0);
	assert_ptr_not_equal(plugin, &good);
	assert_string_equal(plugin->title, "Coats");
	assert_int_equal(plugin->routes.row_size, sizeof(struct bf_route));
}

static void reads_a_missing_tail_as_zero(void **state)
{
	struct bf_plugin older = good;
	const struct bf_plugin *plugin;
	const struct bf_route *route;

	(void)state;
	older.routes.row_size = offsetof(struct bf_route, form);
	older.routes.count = 1;
	plugin = bf_plugin_accept(pool, "coats", &older, &refused);
	assert_non_null(plugin);
	route = plugin->routes.rows;
	assert_string_equal(route->path, "/");
	assert_null(route->form);
	assert_int_equal(route->params.count, 1);
	assert_string_equal(((const struct bf_param *)route->params.rows)->name, "after");
}

static void refuses_another_magic(void **state)
{
	struct bf_plugin plugin = good;

	(void)state;
	plugin.magic = 1;
	assert_refused(&plugin,
		       "plugin \"coats\": magic is 00000001, a bangfu plugin has 62667531");
}

static void refuses_another_major(void **state)
{
	struct bf_plugin plugin = good;

	(void)state;
	plugin.abi_major = 7;
	assert_refused(&plugin, "abi_major is 7, this bangfu has 1");
}

static void refuses_a_newer_minor(void **state)
{
	struct bf_plugin plugin = good;
	char wanted[64];

	(void)state;
	plugin.abi_minor = BF_ABI_MINOR + 1;
	snprintf(wanted, sizeof(wanted), "abi_minor is %d, this bangfu has %d. Upgrade bangfu",
		 BF_ABI_MINOR + 1, BF_ABI_MINOR);
	assert_refused(&plugin, wanted);
}

static void refuses_another_size(void **state)
{
	struct bf_plugin plugin = good;
	char wanted[64];

	(void)state;
	plugin.size -= 8;
	snprintf(wanted, sizeof(wanted), "abi %d.%d has ", BF_ABI_MAJOR, BF_ABI_MINOR);
	assert_refused(&plugin, wanted);
}

static void refuses_another_name_than_its_file(void **state)
{
	struct bf_plugin plugin = good;

	(void)state;
	plugin.name = "boots";
	assert_refused(&plugin, "its file is coats.so but its name is \"boots\"");
}

static void refuses_a_name_of_the_core(void **state)
{
	struct bf_plugin plugin = good;

	(void)state;
	plugin.name = "search";
	assert_null(bf_plugin_accept(pool, "search", &plugin, &refused));
	assert_string_equal(refused.first->text,
			    "plugin \"search\": this name is the core's own. Choose another.");
}

static void refuses_an_unfinished_one(void **state)
{
	struct bf_plugin plugin = good;

	(void)state;
	plugin.routes.count = 0;
	assert_refused(&plugin, "no route answers GET \"/\"");
}

static void refuses_an_enumeration_of_the_core(void **state)
{
	static const struct bf_enum enums[] = { { "phase", BF_TABLE(params) } };
	struct bf_plugin plugin = good;

	(void)state;
	plugin.enums = (struct bf_table)BF_TABLE(enums);
	assert_refused(&plugin, "enumeration 0 \"phase\" has the name of one of the core's");
}

static void refuses_a_choice_without_a_label(void **state)
{
	static const struct bf_choice sizes[] = { { "small", "Small" }, { "large" } };
	static const struct bf_enum enums[] = { { "size", BF_TABLE(sizes) } };
	struct bf_plugin plugin = good;

	(void)state;
	plugin.enums = (struct bf_table)BF_TABLE(enums);
	assert_refused(&plugin, "enumeration 0 \"size\" has a choice without code or label");
}

/* The binary interface: a change of a number here is a change of the interface. */
static void has_the_layout_of_abi_1(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct bf_table), 16);
	assert_int_equal(sizeof(struct bf_choice), 16);
	assert_int_equal(sizeof(struct bf_enum), 24);
	assert_int_equal(sizeof(struct bf_param), 72);
	assert_int_equal(offsetof(struct bf_param, choices), 56);
	assert_int_equal(offsetof(struct bf_param, preset), 64);
	assert_int_equal(sizeof(struct bf_route), 72);
	assert_int_equal(offsetof(struct bf_route, form), 56);
	assert_int_equal(offsetof(struct bf_route, message), 64);
	assert_int_equal(sizeof(struct bf_card), 24);
	assert_int_equal(offsetof(struct bf_plugin, name), 16);
	assert_int_equal(offsetof(struct bf_plugin, routes), 72);
	assert_int_equal(sizeof(struct bf_plugin), 112);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(accepts_and_copies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_a_missing_tail_as_zero, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_another_magic, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_another_major, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_a_newer_minor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_another_size, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_another_name_than_its_file, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(refuses_a_name_of_the_core, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_an_unfinished_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_an_enumeration_of_the_core, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(refuses_a_choice_without_a_label, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(has_the_layout_of_abi_1, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("plugin/loader", tests, NULL, NULL);
}
