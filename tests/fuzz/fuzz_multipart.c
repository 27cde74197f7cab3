/*
 * fuzz_multipart: forms with files. Cut anywhere they are the same; written again by this test's
 * own writer, under another boundary, they are read as the same; memory is bounded by the input.
 * The first line of the input is the boundary.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/address.h"
#include "http/form.h"

enum { FIELDS_MAX = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
	enum bf_rc rc;
	struct bf_fields fields;
	struct bf_upload *uploads;
	size_t upload_count;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct result read_form(struct bf_pool *pool, struct bf_str type, struct bf_str body,
			       size_t step)
{
	struct result result = { 0 };
	struct bf_form *form;

	result.rc = bf_form_new(pool, type, FIELDS_MAX, &form, NULL);
	while (result.rc == BF_OK && body.len) {
		size_t len = body.len < step ? body.len : step;

		result.rc = bf_form_feed(form, (struct bf_str){ body.p, len }, NULL);
		body.p += len;
		body.len -= len;
	}
	if (result.rc == BF_OK)
		result.rc = bf_form_end(form, &result.fields, &result.uploads, &result.upload_count,
					NULL);
	return result;
}

static void must_be_equal(const struct result *a, const struct result *b)
{
	must(a->rc == b->rc);
	must(a->fields.count == b->fields.count);
	must(a->upload_count == b->upload_count);
	for (size_t i = 0; i < a->fields.count; i++) {
		must(bf_str_eq(a->fields.items[i].name, b->fields.items[i].name));
		must(bf_str_eq(a->fields.items[i].value, b->fields.items[i].value));
	}
	for (size_t i = 0; i < a->upload_count; i++) {
		must(bf_str_eq(a->uploads[i].field, b->uploads[i].field));
		must(bf_str_eq(a->uploads[i].file_name, b->uploads[i].file_name));
		must(bf_str_eq(a->uploads[i].content_type, b->uploads[i].content_type));
		must(bf_str_eq(a->uploads[i].bytes, b->uploads[i].bytes));
	}
}

/* ---- the writer ------------------------------------------------------------------------- */

/* A quote inside a value stands there only where the value came without quotes around it. */
static void add_parameter(struct bf_buf *out, const char *name, struct bf_str value)
{
	bool bare = value.len && memchr(value.p, '"', value.len);

	bf_buf_printf(out, "; %s=%s", name, bare ? "" : "\"");
	bf_buf_add_str(out, value);
	if (!bare)
		bf_buf_add_char(out, '"');
}

static void add_part(struct bf_buf *out, const char *boundary, struct bf_str name,
		     const struct bf_upload *upload, struct bf_str bytes)
{
	bf_buf_printf(out, "--%s\r\nContent-Disposition: form-data", boundary);
	add_parameter(out, "name", name);
	if (upload) {
		add_parameter(out, "filename", upload->file_name);
		bf_buf_add_text(out, "\r\nContent-Type: ");
		bf_buf_add_str(out, upload->content_type);
	}
	bf_buf_add_text(out, "\r\n\r\n");
	bf_buf_add_str(out, bytes);
	bf_buf_add_text(out, "\r\n");
}

/* A boundary that is in none of the input's bytes. */
static const char *free_boundary(struct bf_pool *pool, struct bf_str input)
{
	for (unsigned i = 0;; i++) {
		const char *boundary = bf_pool_printf(pool, "free%u", i);

		if (!memmem(input.p, input.len, boundary, strlen(boundary)))
			return boundary;
	}
}

static void write_again(struct bf_pool *pool, struct bf_str input, const struct result *result)
{
	const char *boundary = free_boundary(pool, input);
	struct bf_str type =
		bf_str(bf_pool_printf(pool, "multipart/form-data; boundary=%s", boundary));
	struct result again;
	struct bf_buf out;

	bf_buf_init(&out);
	for (size_t i = 0; i < result->fields.count; i++)
		add_part(&out, boundary, result->fields.items[i].name, NULL,
			 result->fields.items[i].value);
	for (size_t i = 0; i < result->upload_count; i++)
		add_part(&out, boundary, result->uploads[i].field, &result->uploads[i],
			 result->uploads[i].bytes);
	bf_buf_printf(&out, "--%s--", boundary);
	again = read_form(pool, type, bf_buf_str(&out), SIZE_MAX);
	must_be_equal(result, &again);
	bf_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_str body = { (const char *)data, size }, boundary, type;
	struct bf_pool *pool;
	struct result whole;

	if (size > 4096)
		return 0;
	pool = bf_pool_new(NULL);
	bf_str_cut(&body, '\n', &boundary);
	type = bf_str(bf_pool_printf(pool, "multipart/form-data; boundary=\"%.*s\"",
				     BF_STR_ARG(boundary)));
	whole = read_form(pool, type, body, SIZE_MAX);
	must(bf_pool_used(pool) <= 16384 + 64 * size);
	must(whole.fields.count + whole.upload_count <= FIELDS_MAX);
	for (size_t step = 1; step < 8; step++) {
		struct result cut = read_form(pool, type, body, step);

		must_be_equal(&whole, &cut);
	}
	for (size_t i = 0; i < whole.fields.count; i++)
		must(bf_text_clean(whole.fields.items[i].value));
	if (whole.rc == BF_OK)
		write_again(pool, (struct bf_str){ (const char *)data, size }, &whole);
	bf_pool_free(pool);
	return 0;
}
