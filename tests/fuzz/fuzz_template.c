/*
 * fuzz_template: text to a compiled page. Whatever is accepted renders, in both languages and
 * twice alike; whatever is refused says so of the file that it stands in.
 *
 * What follows a line "%%" is the catalogue.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/view/site_env.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_fault(const struct bf_fault *fault)
{
	struct bf_str text = bf_str(fault->text);

	must(bf_str_starts(text, BF_STR("page.html:")) || bf_str_starts(text, BF_STR("zh.po:")));
}

static void check_view(const struct bf_view *view, struct bf_pool *pool)
{
	struct bf_value nothing = bf_value_map(pool);
	struct bf_view_request request = {
		.model = &nothing, .globals = &nothing, .root = "", .mount = "/", .pool = pool
	};
	struct bf_buf once, twice;

	must(view);
	bf_buf_init(&once);
	bf_buf_init(&twice);
	bf_view_render(view, &request, &once);
	bf_view_render(view, &request, &twice);
	must(bf_str_eq(bf_buf_str(&once), bf_buf_str(&twice)));
	must(bf_utf8_valid(bf_buf_str(&once)));
	bf_buf_release(&once);
	bf_buf_release(&twice);
}

static void split(struct bf_str all, struct bf_str *ret_page, struct bf_str *ret_catalog)
{
	const char *at = all.len ? memmem(all.p, all.len, "\n%%\n", 4) : NULL;

	*ret_page = all;
	*ret_catalog = BF_STR("");
	if (at) {
		ret_page->len = (size_t)(at - all.p);
		*ret_catalog = (struct bf_str){ at + 4, all.len - ret_page->len - 4 };
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_str all = { bf_pool_copy(pool, (struct bf_str){ (const char *)data, size }),
			      size };
	struct bf_views *views = bf_views_new(pool, &site_env);
	struct bf_faults faults;
	struct bf_str page, catalog;

	bf_faults_init(&faults, pool);
	split(all, &page, &catalog);
	bf_views_parse(views, "aid", "page.html", "page.html", page, &faults);
	bf_views_parse_catalog(views, "aid", BF_ZH, "zh.po", catalog, &faults);
	bf_views_compile(views, &faults);
	for (const struct bf_fault *fault = faults.first; fault; fault = fault->next)
		check_fault(fault);
	for (enum bf_lang lang = 0; !faults.count && lang < BF_LANG__MAX; lang++)
		check_view(bf_views_find(views, "aid", "page.html", lang), pool);
	bf_pool_free(pool);
	return 0;
}
