/*
 * fuzz_value: texts of people to typed values. Money, written again from fen, is the same fen;
 * a date is a day of the calendar; whatever is taken lies within its bounds; a refusal has its
 * sentence. The first byte chooses the type.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "http/address.h"
#include "http/param.h"

enum { CHARACTERS_MAX = 40 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static const struct bf_param declared[] = {
	{ .name = "x", .type = BF_TEXT, .label = "X", .max = CHARACTERS_MAX },
	{ .name = "x", .type = BF_LINES, .label = "X", .max = CHARACTERS_MAX },
	{ .name = "x", .type = BF_INT, .label = "X", .min = -1000, .max = 1000 },
	{ .name = "x", .type = BF_ID, .label = "X" },
	{ .name = "x", .type = BF_REF, .label = "X" },
	{ .name = "x", .type = BF_FEN, .label = "X", .min = 1, .max = 100000000 },
	{ .name = "x", .type = BF_DATE, .label = "X" },
	{ .name = "x", .type = BF_CURSOR, .label = "X" },
};

static enum bf_rc read_as(struct bf_pool *pool, const struct bf_param *param, struct bf_str text,
			  struct bf_params *ret)
{
	const struct bf_table table = { param, 1, sizeof(*param) };
	struct bf_field field = { BF_STR("x"), text };
	struct bf_fields fields = { 1, &field }, none = { 0 };
	struct bf_param_source source = { .parts = &none, .fields = &fields };

	return bf_params_read(pool, &table, &source, ret);
}

static void check_refusal(const struct bf_params *params)
{
	struct bf_buf out;

	must(params->fault_count == 1 && !bf_value_get(&params->values, "x"));
	bf_buf_init(&out);
	bf_param_fault_print(&params->faults[0],
			     bf_str(bf_param_reason_text[params->faults[0].reason]), BF_STR("X"),
			     &out);
	must(strncmp(out.data, "X: ", 3) == 0 && !strchr(out.data, '{'));
	bf_buf_release(&out);
}

static void check_text(const char *text, bool lines)
{
	utf8proc_uint8_t *normal = utf8proc_NFC((const utf8proc_uint8_t *)text);

	must(normal && strcmp((const char *)normal, text) == 0);
	must(bf_text_clean(bf_str(text)) && bf_utf8_count(bf_str(text)) <= CHARACTERS_MAX);
	must(!strchr(text, '\r') && (lines || !strpbrk(text, "\n\t")));
	free(normal);
}

static void check_money(struct bf_pool *pool, const struct bf_param *param, int64_t fen)
{
	struct bf_params again;
	const char *text = bf_pool_printf(pool, "%" PRId64 ".%02" PRId64, fen / 100, fen % 100);

	must(fen >= param->min && fen <= param->max);
	must(read_as(pool, param, bf_str(text), &again) == BF_OK);
	must(bf_value_int(bf_value_get(&again.values, "x")) == fen);
}

static void check_date(const char *text)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	long year, month, day;
	char *rest;

	year = strtol(text, &rest, 10);
	month = strtol(rest + 1, &rest, 10);
	day = strtol(rest + 1, &rest, 10);
	must(*rest == '\0' && strlen(text) == 10);
	must(month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1]);
	if (month == 2 && day == 29)
		must(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

static void check_value(struct bf_pool *pool, const struct bf_param *param,
			const struct bf_params *params)
{
	const struct bf_value *value = bf_value_get(&params->values, "x");

	if (!value) /* a cursor has two names; what was sent empty has none */
		return;
	switch (param->type) {
	case BF_TEXT:
	case BF_LINES:
		check_text(bf_value_text(value), param->type == BF_LINES);
		break;
	case BF_INT:
		must(bf_value_int(value) >= -1000 && bf_value_int(value) <= 1000);
		break;
	case BF_ID:
		must(bf_value_int(value) > 0);
		break;
	case BF_REF:
		must(strlen(bf_value_text(value)) == 10);
		break;
	case BF_FEN:
		check_money(pool, param, bf_value_int(value));
		break;
	case BF_DATE:
		check_date(bf_value_text(value));
		break;
	default:
		must(false);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bf_param *param;
	struct bf_str text;
	struct bf_params params;
	struct bf_pool *pool;
	enum bf_rc rc;

	if (size < 1 || size > 1024)
		return 0;
	param = &declared[data[0] % (sizeof(declared) / sizeof(declared[0]))];
	text = (struct bf_str){ (const char *)data + 1, size - 1 };
	if (!bf_text_clean(text)) /* never gets past the form */
		return 0;
	pool = bf_pool_new(NULL);
	rc = read_as(pool, param, text, &params);
	must(rc == BF_OK || rc == BF_INVALID);
	if (rc == BF_OK)
		check_value(pool, param, &params);
	else
		check_refusal(&params);
	bf_pool_free(pool);
	return 0;
}
