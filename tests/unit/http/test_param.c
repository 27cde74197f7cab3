/* param: declared parameters, from what was sent to typed values and reasons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "http/form.h"
#include "http/param.h"

static struct bf_pool *pool;
static struct bf_patterns *patterns;
static struct bf_params params;

static bool county_of_shaoyang(const void *arg, int64_t code)
{
	assert_string_equal(arg, "shaoyang");
	return code == 430524;
}

/* Reads a query against one declared parameter, which the faults point to afterwards. */
static enum bf_rc read_query(struct bf_param param, const char *query)
{
	static struct bf_param declared;
	const struct bf_table table = { &declared, 1, sizeof(declared) };
	struct bf_fields fields = { 0 };
	struct bf_param_source source = {
		.parts = &(struct bf_fields){ 0 },
		.fields = &fields,
		.patterns = patterns,
		.is_county = county_of_shaoyang,
		.arg = "shaoyang",
	};
	struct bf_faults faults;

	declared = param;
	bf_faults_init(&faults, pool);
	bf_params_check(&table, "test", patterns, &faults);
	assert_int_equal(faults.count, 0);
	assert_int_equal(bf_form_query(pool, bf_str(query), 10, &fields, NULL), BF_OK);
	return bf_params_read(pool, &table, &source, &params);
}

static void expect_number(struct bf_param param, const char *query, int64_t n)
{
	const struct bf_value *value;

	assert_int_equal(read_query(param, query), BF_OK);
	value = bf_value_get(&params.values, param.name);
	assert_non_null(value);
	assert_int_equal(value->kind, BF_NUMBER);
	assert_true(value->n == n);
}

static void expect_text(struct bf_param param, const char *query, const char *text)
{
	const struct bf_value *value;

	assert_int_equal(read_query(param, query), BF_OK);
	value = bf_value_get(&params.values, param.name);
	assert_non_null(value);
	assert_int_equal(value->kind, BF_STRING);
	assert_string_equal(bf_value_text(value), text);
}

static void expect_absent(struct bf_param param, const char *query)
{
	assert_int_equal(read_query(param, query), BF_OK);
	assert_null(bf_value_get(&params.values, param.name));
}

static void expect_reason(struct bf_param param, const char *query, enum bf_param_reason reason)
{
	assert_int_equal(read_query(param, query), BF_INVALID);
	assert_int_equal(params.fault_count, 1);
	assert_int_equal(params.faults[0].reason, reason);
	assert_null(bf_value_get(&params.values, param.name));
}

static const struct bf_param text = { .name = "x", .type = BF_TEXT, .label = "Name" };
static const struct bf_param whole = { .name = "x", .type = BF_INT, .label = "Height" };
static const struct bf_param money = { .name = "x", .type = BF_FEN, .label = "Amount" };

static void reads_texts(void **state)
{
	(void)state;
	expect_text(text, "x=%E5%BC%A0%E4%B8%89", "张三");
	expect_text(text, "x=+a+b+", "a b");
	expect_text(text, "x=%E3%80%80a%E3%80%80+", "a");
	expect_text(text, "x=a%0D%0Ab%09c", "a b c");
	expect_text(text, "x=e%CC%81", "\xc3\xa9"); /* normal form C */
	expect_text(text, "x=", "");
	expect_absent(text, "y=1");
}

static void reads_lines(void **state)
{
	struct bf_param lines = { .name = "x", .type = BF_LINES };

	(void)state;
	expect_text(lines, "x=a%0D%0Ab%0Dc%0Ad%09e%0D%0A", "a\nb\nc\nd\te");
}

static void bounds_texts_by_characters(void **state)
{
	struct bf_param three = { .name = "x", .type = BF_TEXT, .min = 2, .max = 3 };

	(void)state;
	expect_text(three, "x=%E5%B8%AE%E6%89%B6%E4%BA%BA", "帮扶人");
	expect_reason(three, "x=abcd", BF_PARAM_TOO_LONG);
	assert_int_equal(params.faults[0].bound, 3);
	expect_reason(three, "x=a", BF_PARAM_TOO_SHORT);
	assert_int_equal(params.faults[0].bound, 2);
	expect_reason(text,
		      "x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		      BF_PARAM_TOO_LONG);
}

static void refuses_characters_nobody_writes(void **state)
{
	(void)state;
	expect_reason(text, "x=a%C2%85", BF_PARAM_CHARACTERS);     /* a control of Latin-1 */
	expect_reason(text, "x=a%E2%80%AEb", BF_PARAM_CHARACTERS); /* turns the direction */
	expect_reason(text, "x=%EF%BF%BE", BF_PARAM_CHARACTERS);   /* no character */
}

static void asks_for_what_is_required(void **state)
{
	struct bf_param required = { .name = "x", .type = BF_TEXT, .required = true };
	struct bf_param number = { .name = "x", .type = BF_INT, .required = true };

	(void)state;
	expect_reason(required, "", BF_PARAM_MISSING);
	expect_reason(required, "x=", BF_PARAM_MISSING);
	expect_reason(required, "x=+%E3%80%80", BF_PARAM_MISSING);
	expect_reason(number, "x=", BF_PARAM_MISSING);
	expect_reason(number, "x=+", BF_PARAM_MISSING);
}

static void takes_presets(void **state)
{
	struct bf_param preset = { .name = "x", .type = BF_INT, .preset = "7" };
	struct bf_param preset_text = { .name = "x", .type = BF_TEXT, .preset = "/" };

	(void)state;
	expect_number(preset, "", 7);
	expect_number(preset, "x=", 7);
	expect_number(preset, "x=8", 8);
	expect_text(preset_text, "", "/");
	expect_text(preset_text, "x=", "");
}

static void refuses_two(void **state)
{
	(void)state;
	expect_reason(text, "x=1&x=1", BF_PARAM_TWICE);
}

static void reads_integers(void **state)
{
	struct bf_param bounded = { .name = "x", .type = BF_INT, .min = -5, .max = 5 };
	struct bf_param id = { .name = "x", .type = BF_ID };

	(void)state;
	expect_number(whole, "x=+12+", 12);
	expect_number(whole, "x=%EF%BC%91%EF%BC%92", 12); /* wide digits */
	expect_number(whole, "x=-9007199254740991", INT64_C(-9007199254740991));
	expect_absent(whole, "x=");
	expect_reason(whole, "x=9007199254740992", BF_PARAM_TOO_LARGE);
	expect_reason(whole, "x=1.5", BF_PARAM_NOT_INT);
	expect_reason(whole, "x=1e3", BF_PARAM_NOT_INT);
	expect_reason(whole, "x=0x10", BF_PARAM_NOT_INT);
	expect_reason(whole, "x=99999999999999999999", BF_PARAM_NOT_INT);
	expect_number(bounded, "x=-5", -5);
	expect_reason(bounded, "x=6", BF_PARAM_TOO_LARGE);
	expect_reason(bounded, "x=-6", BF_PARAM_TOO_SMALL);
	expect_number(id, "x=9223372036854775807", INT64_MAX);
	expect_reason(id, "x=0", BF_PARAM_TOO_SMALL);
}

static void reads_money(void **state)
{
	static const char *const bad[] = {
		"x=1.234", "x=.5",  "x=1.",  "x=-1",    "x=1,000", "x=1e2",
		"x=1..2",  "x=NaN", "x=0x1", "x=1.2.3", "x=%2B1",  "x=92233720368547758.08"
	};
	struct bf_param gift = { .name = "x", .type = BF_FEN, .min = 100, .max = 5000000 };

	(void)state;
	expect_number(money, "x=12", 1200);
	expect_number(money, "x=12.5", 1250);
	expect_number(money, "x=12.50", 1250);
	expect_number(money, "x=0.01", 1);
	expect_number(money, "x=0.29", 29);
	expect_number(money, "x=0", 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_reason(money, bad[i], BF_PARAM_NOT_MONEY);
	expect_number(gift, "x=50000", 5000000);
	expect_reason(gift, "x=50000.01", BF_PARAM_TOO_LARGE);
	expect_reason(gift, "x=0.99", BF_PARAM_TOO_SMALL);
}

static void reads_dates(void **state)
{
	static const char *const bad[] = { "x=2026-02-29",  "x=2026-13-01", "x=2026-00-10",
					   "x=2026-04-31",  "x=26-11-24",   "x=2026-11-2",
					   "x=2026/11/24",  "x=1899-12-31", "x=2026-11-2x",
					   "x=2026-11-24T", "x=2026--1-24" };
	struct bf_param date = { .name = "x", .type = BF_DATE };

	(void)state;
	expect_text(date, "x=2026-11-24", "2026-11-24");
	expect_text(date, "x=2024-02-29", "2024-02-29");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_reason(date, bad[i], BF_PARAM_NOT_DATE);
}

static void reads_references(void **state)
{
	static const char *const bad[] = { "x=7K3M9QX2A",  "x=7K3M9QX2ABC", "x=7k3m9qx2ab",
					   "x=7K3M9QX2AI", "x=7K3M9QX2AU",  "x=7K3M9%C3%A92A" };
	struct bf_param ref = { .name = "x", .type = BF_REF };

	(void)state;
	expect_text(ref, "x=7K3M9QX2AB", "7K3M9QX2AB");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_reason(ref, bad[i], BF_PARAM_NOT_REF);
}

static const struct bf_choice needs_rows[] = { { "medical", "Medical" }, { "housing", "Housing" } };
static const struct bf_enum needs = { "need", BF_TABLE(needs_rows) };

static void reads_choices(void **state)
{
	struct bf_param need = { .name = "x", .type = BF_ONE_OF, .choices = &needs };

	(void)state;
	expect_text(need, "x=housing", "housing");
	expect_absent(need, "x=");
	expect_reason(need, "x=Housing", BF_PARAM_NOT_CHOICE);
	expect_reason(need, "x=hous", BF_PARAM_NOT_CHOICE);
}

static void reads_counties_of_the_city(void **state)
{
	struct bf_param county = { .name = "x", .type = BF_COUNTY };

	(void)state;
	expect_number(county, "x=430524", 430524);
	expect_reason(county, "x=431224", BF_PARAM_NOT_COUNTY);
	expect_reason(county, "x=-430524", BF_PARAM_NOT_COUNTY);
	expect_reason(county, "x=longhui", BF_PARAM_NOT_COUNTY);
}

static void reads_cursors_in_two_halves(void **state)
{
	static const char *const bad[] = { "x=12", "x=12.", "x=.5", "x=1.2.3", "x=1.-2", "x=a.b" };
	struct bf_param after = { .name = "x", .type = BF_CURSOR };

	(void)state;
	assert_int_equal(read_query(after, "x=-77.12"), BF_OK);
	assert_true(bf_value_int(bf_value_get(&params.values, "x_key")) == -77);
	assert_true(bf_value_int(bf_value_get(&params.values, "x_id")) == 12);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_reason(after, bad[i], BF_PARAM_NOT_CURSOR);
	assert_int_equal(read_query(after, ""), BF_OK);
	assert_null(bf_value_get(&params.values, "x_key"));
}

static void matches_the_whole_text_only(void **state)
{
	struct bf_param code = { .name = "x", .type = BF_TEXT, .pattern = "[a-z]+\\d|帮" };

	(void)state;
	expect_text(code, "x=abc1", "abc1");
	expect_text(code, "x=%E5%B8%AE", "帮");
	expect_reason(code, "x=abc12", BF_PARAM_PATTERN);
	expect_reason(code, "x=!abc1", BF_PARAM_PATTERN);
}

static void keeps_what_was_typed(void **state)
{
	(void)state;
	expect_reason(whole, "x=+twelve+", BF_PARAM_NOT_INT);
	assert_string_equal(bf_value_text(bf_value_get(&params.typed, "x")), " twelve ");
	assert_int_equal(read_query(text, "y=1"), BF_OK);
	assert_null(bf_value_get(&params.typed, "y"));
	assert_null(bf_value_get(&params.values, "y"));
}

static void refuses_a_part_of_the_path_as_not_found(void **state)
{
	const struct bf_param both[] = { { .name = "ref", .type = BF_REF, .required = true },
					 { .name = "n", .type = BF_INT } };
	const struct bf_table table = BF_TABLE(both);
	struct bf_field part = { BF_STR("ref"), BF_STR("nonsense") };
	struct bf_field field = { BF_STR("n"), BF_STR("x") };
	struct bf_fields parts = { 1, &part }, fields = { 1, &field };
	struct bf_param_source source = { .parts = &parts,
					  .fields = &fields,
					  .patterns = patterns };

	(void)state;
	assert_int_equal(bf_params_read(pool, &table, &source, &params), BF_NOT_FOUND);
	assert_int_equal(params.fault_count, 2);
	part.value = BF_STR("7K3M9QX2AB");
	assert_int_equal(bf_params_read(pool, &table, &source, &params), BF_INVALID);
	assert_string_equal(bf_value_text(bf_value_get(&params.values, "ref")), "7K3M9QX2AB");
}

static void expect_sentence(const char *expected)
{
	struct bf_buf out;

	bf_buf_init(&out);
	bf_param_fault_print(&params.faults[0],
			     bf_str(bf_param_reason_text[params.faults[0].reason]),
			     bf_str(params.faults[0].param->label), &out);
	assert_string_equal(out.data, expected);
	bf_buf_release(&out);
}

static void says_why_in_a_sentence(void **state)
{
	struct bf_param gift = money, height = whole;

	(void)state;
	gift.min = 150;
	gift.max = 5000000;
	height.max = 220;
	expect_reason(gift, "x=1", BF_PARAM_TOO_SMALL);
	expect_sentence("Amount: at least 1.50.");
	expect_reason(gift, "x=60000", BF_PARAM_TOO_LARGE);
	expect_sentence("Amount: at most 50000.");
	expect_reason(height, "x=221", BF_PARAM_TOO_LARGE);
	expect_sentence("Height: at most 220.");
	expect_reason(text, "x=1&x=2", BF_PARAM_TWICE);
	expect_sentence("Name: this was sent twice. Please send one value.");
	for (int i = BF_PARAM_FINE + 1; i < BF_PARAM_REASON__MAX; i++)
		assert_non_null(bf_param_reason_text[i]);
}

static void expect_fault(struct bf_param param, const char *why)
{
	const struct bf_param rows[] = { { .name = "first", .type = BF_INT }, param };
	const struct bf_table table = BF_TABLE(rows);
	struct bf_faults faults;

	bf_faults_init(&faults, pool);
	bf_params_check(&table, "plugin \"p\": route \"r\"", patterns, &faults);
	assert_int_equal(faults.count, 1);
	assert_string_equal(faults.first->text, why);
}

#define AT "plugin \"p\": route \"r\": parameter 1 "

static void checks_declarations_at_load(void **state)
{
	static const struct bf_enum empty = { "empty", { 0 } };

	(void)state;
	expect_fault((struct bf_param){ .type = BF_INT },
		     AT "\"\": its name is missing or not [a-z][a-z0-9_]{0,31}");
	expect_fault((struct bf_param){ .name = "first", .type = BF_INT },
		     AT "\"first\": another parameter has the same name");
	expect_fault((struct bf_param){ .name = "x" }, AT "\"x\": its type is missing or unknown");
	expect_fault((struct bf_param){ .name = "x", .type = BF_INT, .min = 2, .max = 1 },
		     AT "\"x\": its min is above its max");
	expect_fault((struct bf_param){ .name = "x", .type = BF_ONE_OF },
		     AT "\"x\": its choices are missing or have no codes and labels");
	expect_fault((struct bf_param){ .name = "x", .type = BF_ONE_OF, .choices = &empty },
		     AT "\"x\": its choices are missing or have no codes and labels");
	expect_fault((struct bf_param){ .name = "x", .type = BF_INT, .pattern = "1" },
		     AT "\"x\": only texts have a pattern");
	expect_fault((struct bf_param){ .name = "x", .type = BF_COUNTY, .preset = "1" },
		     AT "\"x\": a county has no preset, for it depends on the city");
	expect_fault((struct bf_param){ .name = "x", .type = BF_INT, .preset = "ten" },
		     AT "\"x\": its preset is not a value of its type, bounds and pattern");
	expect_fault((struct bf_param){ .name = "x", .type = BF_TEXT, .pattern = "(" },
		     AT "\"x\": pattern \"(\": missing closing parenthesis at character 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_texts),
		cmocka_unit_test(reads_lines),
		cmocka_unit_test(bounds_texts_by_characters),
		cmocka_unit_test(refuses_characters_nobody_writes),
		cmocka_unit_test(asks_for_what_is_required),
		cmocka_unit_test(takes_presets),
		cmocka_unit_test(refuses_two),
		cmocka_unit_test(reads_integers),
		cmocka_unit_test(reads_money),
		cmocka_unit_test(reads_dates),
		cmocka_unit_test(reads_references),
		cmocka_unit_test(reads_choices),
		cmocka_unit_test(reads_counties_of_the_city),
		cmocka_unit_test(reads_cursors_in_two_halves),
		cmocka_unit_test(matches_the_whole_text_only),
		cmocka_unit_test(keeps_what_was_typed),
		cmocka_unit_test(refuses_a_part_of_the_path_as_not_found),
		cmocka_unit_test(says_why_in_a_sentence),
		cmocka_unit_test(checks_declarations_at_load),
	};
	int failed;

	pool = bf_pool_new(NULL);
	patterns = bf_patterns_new(pool);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bf_pool_free(pool);
	return failed;
}
