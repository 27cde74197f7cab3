/*
 * fuzz_urlencoded: names and values of an address or a form. Cut anywhere they are the same;
 * written again by an encoder of this test's own, they are read as the same; memory is bounded
 * by the input.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "http/address.h"
#include "http/form.h"

enum { FIELDS_MAX = 50 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Reads text in pieces of `step` bytes. */
static enum bf_rc read_form(struct bf_pool *pool, struct bf_str text, size_t step,
			    struct bf_fields *ret_fields)
{
	struct bf_form *form;
	struct bf_upload *uploads;
	size_t upload_count;
	enum bf_rc rc = bf_form_new(pool, BF_STR("application/x-www-form-urlencoded"), FIELDS_MAX,
				    &form, NULL);

	must(rc == BF_OK);
	while (rc == BF_OK && text.len) {
		size_t len = text.len < step ? text.len : step;

		rc = bf_form_feed(form, (struct bf_str){ text.p, len }, NULL);
		text.p += len;
		text.len -= len;
	}
	return rc == BF_OK ? bf_form_end(form, ret_fields, &uploads, &upload_count, NULL) : rc;
}

static void must_be_equal(const struct bf_fields *a, const struct bf_fields *b)
{
	must(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		must(bf_str_eq(a->items[i].name, b->items[i].name));
		must(bf_str_eq(a->items[i].value, b->items[i].value));
	}
}

static void encode(struct bf_buf *out, struct bf_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		struct bf_str c = { text.p + i, 1 };

		if (bf_only_has(c, "-_."))
			bf_buf_add_str(out, c);
		else
			bf_buf_printf(out, "%%%02X", (unsigned char)text.p[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_str text = { (const char *)data, size };
	struct bf_fields whole = { 0 }, again = { 0 };
	struct bf_pool *pool;
	struct bf_buf encoded;

	if (size > 4096)
		return 0;
	pool = bf_pool_new(NULL);
	if (bf_form_query(pool, text, FIELDS_MAX, &whole, NULL) == BF_OK) {
		must(whole.count <= FIELDS_MAX);
		must(bf_pool_used(pool) <= 4096 + 64 * size);
		bf_buf_init(&encoded);
		for (size_t i = 0; i < whole.count; i++) {
			must(bf_text_clean(whole.items[i].name));
			must(bf_text_clean(whole.items[i].value));
			encode(&encoded, whole.items[i].name);
			bf_buf_add_char(&encoded, '=');
			encode(&encoded, whole.items[i].value);
			bf_buf_add_char(&encoded, '&');
		}
		must(read_form(pool, bf_buf_str(&encoded), SIZE_MAX, &again) == BF_OK);
		must_be_equal(&whole, &again);
		bf_buf_release(&encoded);
		for (size_t step = 1; step < 8; step++) {
			must(read_form(pool, text, step, &again) == BF_OK);
			must_be_equal(&whole, &again);
		}
	} else {
		must(read_form(pool, text, 1, &again) == BF_BAD_REQUEST);
	}
	bf_pool_free(pool);
	return 0;
}
