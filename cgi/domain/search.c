#include "domain/search.h"

#include <stdlib.h>
#include <utf8proc.h>

enum gram_kind { GAP, WORD, CHINESE };

struct grams {
	struct bf_pool *pool;
	size_t count, capacity;
	struct bf_str *items;
};

/* ---- characters ----------------------------------------------------------------------- */

/* Scripts written without spaces, whose words are found by pairs of characters. */
static bool is_chinese(int32_t c)
{
	return (c >= 0x3400 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
	       (c >= 0x20000 && c <= 0x3ffff) || c == 0x3007;
}

static enum gram_kind kind_of(int32_t c)
{
	if (is_chinese(c))
		return CHINESE;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ND:
		return WORD;
	default:
		return GAP;
	}
}

/* The start of a text, ended between two characters. */
static struct bf_str bounded(struct bf_str text)
{
	if (text.len <= BF_SEARCH_TEXT_BYTES)
		return text;
	text.len = BF_SEARCH_TEXT_BYTES;
	while (text.len && ((unsigned char)text.p[text.len] & 0xc0) == 0x80)
		text.len--;
	return text;
}

/* Normalised characters of a text into the pool; invalid text has none. */
static size_t normalise(struct bf_pool *pool, struct bf_str text, int32_t **ret_chars)
{
	const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD;
	utf8proc_ssize_t len, count;

	text = bounded(text);
	len = (utf8proc_ssize_t)text.len;
	count = utf8proc_decompose((const utf8proc_uint8_t *)text.p, len, NULL, 0, options);
	if (count <= 0)
		return 0;
	/* utf8proc_normalize_utf32 may use one place more than there are characters */
	*ret_chars = bf_pool_alloc(pool, sizeof(**ret_chars) * ((size_t)count + 1));
	utf8proc_decompose((const utf8proc_uint8_t *)text.p, len, *ret_chars, count, options);
	count = utf8proc_normalize_utf32(*ret_chars, count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	return count > 0 ? (size_t)count : 0;
}

/* ---- grams ---------------------------------------------------------------------------- */

static void add_gram(struct grams *grams, const int32_t *chars, size_t count)
{
	utf8proc_uint8_t bytes[BF_GRAM_CHARS_MAX * 4];
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += (size_t)utf8proc_encode_char(chars[i], bytes + len);
	for (size_t i = 0; i < grams->count; i++)
		if (bf_str_eq(grams->items[i], (struct bf_str){ (const char *)bytes, len }))
			return;
	if (grams->count == grams->capacity) {
		size_t more = grams->capacity ? grams->capacity * 2 : 32;
		struct bf_str *items = bf_pool_alloc(grams->pool, sizeof(*items) * more);

		if (grams->count)
			memcpy(items, grams->items, sizeof(*items) * grams->count);
		grams->items = items;
		grams->capacity = more;
	}
	grams->items[grams->count++] = (struct bf_str){
		bf_pool_copy(grams->pool, (struct bf_str){ (const char *)bytes, len }), len
	};
}

static void add_run(struct grams *grams, enum gram_kind kind, const int32_t *chars, size_t count)
{
	if (kind == CHINESE)
		for (size_t i = 0; i + 1 < count; i++)
			add_gram(grams, chars + i, 2);
	else if (kind == WORD && count > 1)
		add_gram(grams, chars, count < BF_GRAM_CHARS_MAX ? count : BF_GRAM_CHARS_MAX);
}

/* In the order of the text. */
static struct grams cut(struct bf_pool *pool, struct bf_str text)
{
	struct grams grams = { .pool = pool };
	int32_t *chars = NULL;
	size_t count = normalise(pool, text, &chars);

	for (size_t start = 0, end; start < count; start = end) {
		enum gram_kind kind = kind_of(chars[start]);

		for (end = start + 1; end < count && kind_of(chars[end]) == kind; end++)
			;
		add_run(&grams, kind, chars + start, end - start);
	}
	return grams;
}

static int by_byte(const void *a, const void *b)
{
	return strcmp(((const struct bf_str *)a)->p, ((const struct bf_str *)b)->p);
}

struct bf_str bf_search_text(struct bf_pool *pool, const struct bf_search_post *post)
{
	const char *text =
		bf_pool_printf(pool, "%.*s %.*s", BF_STR_ARG(post->title), BF_STR_ARG(post->item));

	for (size_t i = 0; i < BF_SEARCH_PLACES; i++)
		text = bf_pool_printf(pool, "%s %.*s %.*s", text, BF_STR_ARG(post->places[i]),
				      BF_STR_ARG(post->places_en[i]));
	return bf_str(text);
}

size_t bf_search_index(struct bf_pool *pool, struct bf_str text, struct bf_str **ret_grams)
{
	struct grams grams = cut(pool, text);

	if (grams.count)
		qsort(grams.items, grams.count, sizeof(*grams.items), by_byte);
	*ret_grams = grams.items;
	return grams.count;
}

size_t bf_search_grams(struct bf_pool *pool, struct bf_str text,
		       struct bf_str ret_grams[BF_SEARCH_GRAMS_MAX])
{
	struct grams grams = cut(pool, text);

	if (grams.count <= 3) {
		for (size_t i = 0; i < grams.count; i++)
			ret_grams[i] = grams.items[i];
		return grams.count;
	}
	/* four and five are filled up with the last, so that the query has few variants */
	for (size_t i = 0; i < BF_SEARCH_GRAMS_MAX; i++)
		ret_grams[i] = grams.count > BF_SEARCH_GRAMS_MAX
				       ? grams.items[i * grams.count / BF_SEARCH_GRAMS_MAX]
				       : grams.items[i < grams.count ? i : grams.count - 1];
	return BF_SEARCH_GRAMS_MAX;
}
