/*
 * view_test: compiles templates that stand in a test and renders them, in a small imaginary
 * site. Each call is on its own: what it returns lives until the next test.
 */
#ifndef BF_TESTS_VIEW_TEST_H
#define BF_TESTS_VIEW_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "site_env.h"

#define XMLNS "xmlns:bf=\"urn:bangfu:template\""

struct site {
	struct bf_pool *pool;
	struct bf_faults faults;
	struct bf_views *views;
	struct bf_value model, globals, typed, messages;
	struct bf_view_request request;
};

static inline struct site *site_new(void)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	struct site *site = bf_pool_zalloc(pool, sizeof(*site));

	site->pool = pool;
	bf_faults_init(&site->faults, pool);
	site->views = bf_views_new(pool, &site_env);
	site->model = bf_value_map(pool);
	site->globals = bf_value_map(pool);
	site->typed = bf_value_map(pool);
	site->messages = bf_value_map(pool);
	site->request = (struct bf_view_request){ .model = &site->model,
						  .globals = &site->globals,
						  .root = "",
						  .mount = "/shaoyang/aid/",
						  .pool = pool };
	return site;
}

static inline int site_setup(void **state)
{
	*state = site_new();
	return 0;
}

static inline int site_teardown(void **state)
{
	struct site *site = *state;

	bf_pool_free(site->pool);
	return 0;
}

/* A template of the imaginary plugin "aid". */
static inline void site_add(struct site *site, const char *name, const char *text)
{
	bf_views_parse(site->views, "aid", name, name, bf_str(text), &site->faults);
}

static inline void site_translate(struct site *site, const char *po)
{
	bf_views_parse_catalog(site->views, "aid", BF_ZH, "zh.po", bf_str(po), &site->faults);
}

static inline void site_set_text(struct site *site, const char *name, const char *text)
{
	bf_value_set(&site->model, name, bf_value_string(bf_str(text)));
}

static inline void site_set_number(struct site *site, const char *name, int64_t n)
{
	bf_value_set(&site->model, name, bf_value_number(n));
}

static inline void site_expect_no_fault(const struct site *site)
{
	if (site->faults.first)
		fail_msg("unexpected fault: %s", site->faults.first->text);
}

/* What "page.html" renders to in a language, after it was compiled. */
static inline const char *site_page(struct site *site, enum bf_lang lang)
{
	const struct bf_view *view = bf_views_find(site->views, "aid", "page.html", lang);
	struct bf_buf out;
	const char *page;

	site_expect_no_fault(site);
	assert_non_null(view);
	bf_buf_init(&out);
	bf_view_render(view, &site->request, &out);
	page = bf_pool_copy(site->pool, bf_buf_str(&out));
	bf_buf_release(&out);
	return page;
}

/* Compiles a page alone and renders it in English. */
static inline const char *site_render(struct site *site, const char *text)
{
	site_add(site, "page.html", text);
	bf_views_compile(site->views, &site->faults);
	return site_page(site, BF_EN);
}

/* Compiles, and expects exactly this fault. */
static inline void site_expect_fault(struct site *site, const char *text, const char *fault)
{
	site_add(site, "page.html", text);
	bf_views_compile(site->views, &site->faults);
	assert_non_null(site->faults.first);
	assert_string_equal(site->faults.first->text, fault);
	assert_int_equal(site->faults.count, 1);
	/* a text without translation breaks the Chinese page alone, a singular the English one */
	assert_true(!bf_views_find(site->views, "aid", "page.html", BF_ZH) ||
		    !bf_views_find(site->views, "aid", "page.html", BF_EN));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, site_setup, site_teardown)

#endif
