#include "view_test.h"

#include <sys/stat.h>
#include <unistd.h>

static void write_file(struct site *site, const char *folder, const char *name, const char *text)
{
	FILE *file = fopen(bf_pool_printf(site->pool, "%s/%s", folder, name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void a_folder_is_read_whole(void **state)
{
	char folder[] = "/tmp/bf_views_XXXXXX";
	struct site *site = *state;
	const char *page;

	assert_non_null(mkdtemp(folder));
	write_file(site, folder, "page.html", "<p " XMLNS " bf:t=\"\">Hello</p>");
	write_file(site, folder, "broken.html", "<p>\n<b/>&nbsp;</p>");
	write_file(site, folder, "notes.txt", "no template");
	write_file(site, folder, "zh.po", "msgid \"Hello\"\nmsgstr \"您好\"\n");
	bf_views_add(site->views, "aid", folder, &site->faults);
	bf_views_add_catalog(site->views, "aid", folder, &site->faults);
	bf_views_compile(site->views, &site->faults);
	assert_int_equal(site->faults.count, 1);
	assert_string_equal(
		site->faults.first->text,
		bf_pool_printf(site->pool,
			       "%s/broken.html:2: Entity 'nbsp' not defined. Write "
			       "the character itself or its number, such as &#160; for &nbsp;.",
			       folder));
	site->faults.first = NULL;
	page = site_page(site, BF_ZH);
	assert_string_equal(page, "<p>您好</p>\n");
	unlink(bf_pool_printf(site->pool, "%s/page.html", folder));
	unlink(bf_pool_printf(site->pool, "%s/broken.html", folder));
	unlink(bf_pool_printf(site->pool, "%s/notes.txt", folder));
	unlink(bf_pool_printf(site->pool, "%s/zh.po", folder));
	assert_int_equal(rmdir(folder), 0);
}

static void a_missing_folder_is_a_fault(void **state)
{
	struct site *site = *state;

	bf_views_add(site->views, "aid", "/none/such", &site->faults);
	assert_int_equal(site->faults.count, 1);
	assert_string_equal(site->faults.first->text,
			    "/none/such: could not open \"/none/such\": No such file or directory");
}

static void a_scope_sees_its_own_pages(void **state)
{
	struct site *site = *state;

	bf_views_parse(site->views, "core", "home.html", "home.html", BF_STR("<p/>"),
		       &site->faults);
	site_add(site, "list.html", "<p/>");
	bf_views_compile(site->views, &site->faults);
	site_expect_no_fault(site);
	assert_non_null(bf_views_find(site->views, "core", "home.html", BF_ZH));
	assert_non_null(bf_views_find(site->views, "aid", "list.html", BF_EN));
	assert_null(bf_views_find(site->views, "aid", "home.html", BF_ZH));
	assert_null(bf_views_find(site->views, "none", "list.html", BF_ZH));
}

static void a_template_stands_once(void **state)
{
	struct site *site = *state;

	site_add(site, "page.html", "<p/>");
	site_add(site, "page.html", "<b/>");
	assert_int_equal(site->faults.count, 1);
	assert_string_equal(site->faults.first->text,
			    "page.html: there is a template \"page.html\" of \"aid\" already");
}

static void texts_are_translated_at_run_time(void **state)
{
	struct site *site = *state;

	site_translate(site, "msgid \"Not found\"\nmsgstr \"没有找到\"\n");
	bf_views_parse_catalog(site->views, "core", BF_ZH, "core.po",
			       BF_STR("msgid \"Try again\"\nmsgstr \"请再试\"\n"), &site->faults);
	bf_views_compile(site->views, &site->faults);
	assert_string_equal(bf_views_text(site->views, "aid", BF_ZH, "Not found"), "没有找到");
	assert_string_equal(bf_views_text(site->views, "aid", BF_ZH, "Try again"), "请再试");
	assert_string_equal(bf_views_text(site->views, "core", BF_ZH, "Not found"), "Not found");
	assert_string_equal(bf_views_text(site->views, "aid", BF_EN, "Not found"), "Not found");
}

static void texts_are_collected_once(void **state)
{
	struct site *site = *state;
	char pot[600] = "";
	FILE *out = fmemopen(pot, sizeof(pot), "w");

	assert_non_null(out);
	site_add(site, "a.html",
		 "<p " XMLNS " bf:model=\"n\"><b bf:t=\"\">A \"quoted\" \\ text</b>\n"
		 "<i bf:t=\"\" bf:plural=\"{n} days\" bf:n=\"n\">{n} day</i></p>");
	site_add(site, "b.html",
		 "<p " XMLNS
		 ">\n<b bf:t=\"\">A \"quoted\" \\ text</b><b bf:t=\"verb\">Open</b></p>");
	bf_views_compile(site->views, &site->faults);
	bf_views_collect(site->views, "aid", out);
	bf_views_collect(site->views, "core", out);
	fclose(out);
	assert_string_equal(
		pot,
		"msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
		"#: a.html:1\n#: b.html:2\nmsgid \"A \\\"quoted\\\" \\\\ text\"\nmsgstr \"\"\n\n"
		"#: a.html:2\nmsgid \"{n} day\"\nmsgid_plural \"{n} days\"\nmsgstr[0] \"\"\n\n"
		"#: b.html:2\nmsgctxt \"verb\"\nmsgid \"Open\"\nmsgstr \"\"\n\n"
		"msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_folder_is_read_whole),           TEST(a_missing_folder_is_a_fault),
		TEST(a_scope_sees_its_own_pages),       TEST(a_template_stands_once),
		TEST(texts_are_translated_at_run_time), TEST(texts_are_collected_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
