/*
 * fuzz_render: hostile values into a page that has every place a value can stand in. However
 * they are made, a reader of HTML finds the tags and attributes that the template has, every
 * address stays on the site, and the text between tags is the value but for control characters.
 *
 * The input is cut at 0xff bytes into values.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/view/site_env.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char page[] =
	"<!DOCTYPE html>\n"
	"<html xmlns:bf=\"urn:bangfu:template\" bf:model=\"a, b, c, list\">\n"
	"<head><title bf:text=\"a\">t</title></head>\n"
	"<body><p bf:class=\"x {a}\" bf:title=\"{b}\" bf:data-x=\"{c}\" bf:text=\"a\"/>\n"
	"<pre bf:text=\"b\"/><span bf:text=\"c\"/><b bf:text=\"a | label:kind\"/>\n"
	"<a bf:href=\"{a}\"/><a bf:href=\"/x/{b}/y?z={c}#{a}\"/><a bf:href=\"p{a}\"/><a bf:href=\"/{b}\"/>\n"
	"<a bf:href=\"?q={a}\"/><img bf:src=\"{c}\" bf:alt=\"{a | money}\"/>\n"
	"<svg><use bf:asset=\"icons.svg#{b}\"/></svg><i bf:raw=\"a\"/>\n"
	"<em bf:t=\"\">Hello {a} and <b title=\"t\">{b | number}</b></em>\n"
	"<ul><li bf:each=\"item in list\" bf:id=\"i{item}\" bf:text=\"item\"/></ul>\n"
	"<form bf:form=\"change, id: a\"><input name=\"title\"/><textarea name=\"story\"/>\n"
	"<p bf:message=\"title\"/></form></body></html>\n";

static const char catalog[] =
	"msgid \"Hello {a} and <b>{b | number}</b>\"\n"
	"msgstr \"<b>{b | number}</b>和{a}\"\n"
	"msgid \"Housing\"\nmsgstr \"住房\"\nmsgid \"Medical\"\nmsgstr \"医疗\"\n";

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* ---- rendering ---- */

static struct bf_value next_value(struct bf_str *rest, struct bf_pool *pool)
{
	struct bf_str part = BF_STR("");

	bf_str_cut(rest, '\xff', &part);
	part = (struct bf_str){ bf_pool_copy(pool, part), part.len };
	return bf_value_string(part);
}

static void render(const struct bf_view *view, struct bf_str input, struct bf_pool *pool,
		   struct bf_value *model, struct bf_buf *out)
{
	struct bf_value nothing = bf_value_map(pool), list = bf_value_list(pool);
	struct bf_value typed = bf_value_map(pool), messages = bf_value_map(pool);
	struct bf_view_request request = { .model = model,
					   .globals = &nothing,
					   .root = "/en",
					   .mount = "/en/shaoyang/aid/",
					   .typed = &typed,
					   .messages = &messages,
					   .pool = pool };

	*model = bf_value_map(pool);
	bf_value_set(model, "a", next_value(&input, pool));
	bf_value_set(model, "b", next_value(&input, pool));
	bf_value_set(model, "c", next_value(&input, pool));
	bf_value_push(pool, &list, next_value(&input, pool));
	bf_value_push(pool, &list, next_value(&input, pool));
	bf_value_set(model, "list", list);
	bf_value_set(&typed, "title", next_value(&input, pool));
	bf_value_set(&typed, "story", next_value(&input, pool));
	bf_value_set(&messages, "title", next_value(&input, pool));
	request.token = bf_value_text(bf_value_find(model, BF_STR("a")));
	request.idempotency_key = "key";
	bf_view_render(view, &request, out);
}

/* ---- reading HTML as browsers do ---- */

struct reader {
	const char *p, *end;
	struct bf_buf skeleton; /* tags and the names of attributes */
};

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == ':' || c == '_';
}

static struct bf_str read_name(struct reader *r)
{
	const char *start = r->p;

	while (r->p < r->end && is_name_byte(*r->p))
		r->p++;
	must(r->p > start);
	return (struct bf_str){ start, (size_t)(r->p - start) };
}

static void check_address(struct bf_str value)
{
	if (!value.len)
		return; /* the page itself */
	must(!bf_str_starts(value, BF_STR("//")) && !bf_str_starts(value, BF_STR("/\\")));
	must(strchr("/?#", value.p[0]) || bf_str_starts(value, BF_STR("https://")));
	for (size_t i = 0; i < value.len; i++)
		must((unsigned char)value.p[i] > ' ' && (unsigned char)value.p[i] < 0x7f);
}

static void read_attribute(struct reader *r)
{
	struct bf_str name = read_name(r), value;
	const char *close;

	bf_buf_add_char(&r->skeleton, ' ');
	bf_buf_add_str(&r->skeleton, name);
	if (*r->p != '=')
		return;
	must(r->p[1] == '"');
	close = memchr(r->p + 2, '"', (size_t)(r->end - r->p - 2));
	must(close);
	value = (struct bf_str){ r->p + 2, (size_t)(close - r->p - 2) };
	must(!memchr(value.p, '<', value.len));
	if (bf_str_is(name, "href") || bf_str_is(name, "src") || bf_str_is(name, "action"))
		check_address(value);
	r->p = close + 1;
}

/* From "<" to ">". */
static void read_tag(struct reader *r)
{
	const char *start = r->p++;

	if (*r->p == '!') {
		r->p = memchr(r->p, '>', (size_t)(r->end - r->p));
		must(r->p);
		r->p++;
		return;
	}
	if (*r->p == '/')
		r->p++;
	read_name(r);
	bf_buf_add(&r->skeleton, start, (size_t)(r->p - start));
	while (*r->p == ' ') {
		r->p++;
		read_attribute(r);
	}
	if (*r->p == '/')
		r->p++;
	must(*r->p == '>');
	bf_buf_add_char(&r->skeleton, *r->p++);
}

static void read_page(struct reader *r, const struct bf_buf *html)
{
	r->p = html->data;
	r->end = html->data + html->len;
	bf_buf_init(&r->skeleton);
	while (r->p < r->end) {
		if (*r->p == '<')
			read_tag(r);
		else
			must(*r->p++ != '>');
	}
}

/* ---- text comes back ---- */

static void decode(struct bf_buf *out, struct bf_str text)
{
	static const struct {
		const char *entity;
		char c;
	} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' } };

	while (text.len) {
		size_t bytes = 1;
		char c = text.p[0];

		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
			if (bf_str_starts(text, bf_str(entities[i].entity))) {
				c = entities[i].c;
				bytes = strlen(entities[i].entity);
			}
		must(c != '&' || bytes > 1);
		bf_buf_add_char(out, c);
		text.p += bytes;
		text.len -= bytes;
	}
}

/* An own reading of what a text may hold. */
static void without_controls(struct bf_buf *out, struct bf_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char next = i + 1 < s.len ? (unsigned char)s.p[i + 1] : 0;

		if (c == 0xc2 && next >= 0x80 && next < 0xa0)
			i++;
		else if ((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t')
			bf_buf_add_char(out, (char)c);
	}
}

/* The text of <span>, which is the value c. */
static void check_text(const struct bf_buf *html, const struct bf_value *model)
{
	const char *start = strstr(html->data, "<span>") + strlen("<span>");
	const char *end = strstr(start, "</span>");
	struct bf_buf shown, wanted;

	bf_buf_init(&shown);
	bf_buf_init(&wanted);
	decode(&shown, (struct bf_str){ start, (size_t)(end - start) });
	without_controls(&wanted, bf_value_str(bf_value_find(model, BF_STR("c"))));
	must(bf_str_eq(bf_buf_str(&shown), bf_buf_str(&wanted)));
	bf_buf_release(&shown);
	bf_buf_release(&wanted);
}

static void check_view(const struct bf_view *view, struct bf_str input, struct bf_pool *pool)
{
	struct reader harmless, hostile;
	struct bf_buf plain, html;
	struct bf_value model;

	bf_buf_init(&plain);
	bf_buf_init(&html);
	render(view,
	       BF_STR("a\xff"
		      "b\xff"
		      "c\xff"
		      "d\xff"
		      "e\xff"
		      "f\xff"
		      "g\xff"
		      "h"),
	       pool, &model, &plain);
	render(view, input, pool, &model, &html);
	must(!memchr(html.data, '\0', html.len) && !memchr(html.data, '\r', html.len));
	read_page(&harmless, &plain);
	read_page(&hostile, &html);
	must(bf_str_eq(bf_buf_str(&harmless.skeleton), bf_buf_str(&hostile.skeleton)));
	check_text(&html, &model);
	bf_buf_release(&harmless.skeleton);
	bf_buf_release(&hostile.skeleton);
	bf_buf_release(&plain);
	bf_buf_release(&html);
}

static struct bf_views *compiled(struct bf_pool *pool)
{
	struct bf_views *views = bf_views_new(pool, &site_env);
	struct bf_faults faults;

	bf_faults_init(&faults, pool);
	bf_views_parse(views, "aid", "page.html", "page.html", bf_str(page), &faults);
	bf_views_parse_catalog(views, "aid", BF_ZH, "zh.po", bf_str(catalog), &faults);
	bf_views_compile(views, &faults);
	must(!faults.count);
	return views;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bf_views *views;
	struct bf_pool *pool = bf_pool_new(NULL);

	if (!views)
		views = compiled(bf_pool_new(NULL));
	for (enum bf_lang lang = 0; lang < BF_LANG__MAX; lang++)
		check_view(bf_views_find(views, "aid", "page.html", lang),
			   (struct bf_str){ (const char *)data, size }, pool);
	bf_pool_free(pool);
	return 0;
}
