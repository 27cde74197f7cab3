#include "view_test.h"

#include "view/expr.h"

/* Values by name; x.y looks y up in x. */
static struct bf_pool *pool;
static struct bf_value values;
static const struct bf_value *slot_value[1];

static enum bf_rc resolve(void *arg, const struct bf_str *names, size_t count,
			  struct bf_expr *ret_path, struct bf_err *err)
{
	struct bf_hop *hops = bf_pool_zalloc(arg, count * sizeof(*hops));

	if (!bf_value_find(&values, names[0]))
		return bf_err_set(err, BF_FAULT, "\"%.*s\" is unknown", BF_STR_ARG(names[0]));
	for (size_t i = 0; i < count; i++)
		hops[i].name = names[i];
	ret_path->path.slot = 0;
	ret_path->path.hop_count = (uint32_t)count;
	ret_path->path.hops = hops;
	return BF_OK;
}

static enum bf_rc labels(void *arg, struct bf_str name, const struct bf_labels **ret_labels,
			 struct bf_err *err)
{
	static const struct bf_labels none = { 0, NULL };

	(void)arg;
	if (!bf_str_is(name, "kind"))
		return bf_err_set(err, BF_FAULT, "no enumeration \"%.*s\"", BF_STR_ARG(name));
	*ret_labels = &none;
	return BF_OK;
}

static int setup(void **state)
{
	struct bf_value post, list;

	(void)state;
	pool = bf_pool_new(NULL);
	values = bf_value_map(pool);
	post = bf_value_map(pool);
	list = bf_value_list(pool);
	bf_value_set(&post, "title", bf_value_string(BF_STR("Quilts")));
	bf_value_set(&post, "due", bf_value_time(3 * INT64_C(86400000)));
	list.list->next = bf_value_string(BF_STR("cursor"));
	bf_value_set(&values, "post", post);
	bf_value_set(&values, "list", list);
	bf_value_set(&values, "three", bf_value_number(3));
	bf_value_set(&values, "code", bf_value_string(BF_STR("3")));
	bf_value_set(&values, "no", bf_value_bool(false));
	bf_value_set(&values, "nothing", (struct bf_value){ .kind = BF_NULL });
	slot_value[0] = &values;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static const struct bf_expr_context *context(void)
{
	static struct bf_expr_context made = { .resolve = resolve, .labels = labels };

	made.pool = made.arg = pool;
	return &made;
}

static struct bf_value value_of(const char *text)
{
	struct bf_view_request request = { .now_ms = 86400000 };
	struct bf_frame frame = { &request, slot_value };
	const struct bf_expr *expr;
	struct bf_err err = { 0 };

	if (bf_expr_parse(context(), bf_str(text), &expr, &err) != BF_OK)
		fail_msg("%s", err.text);
	return bf_expr_value(expr, &frame);
}

static void expect_json(const char *text, const char *json)
{
	struct bf_value value = value_of(text);
	struct bf_buf out;

	bf_buf_init(&out);
	bf_value_print_json(&value, &out);
	assert_string_equal(out.data, json);
	bf_buf_release(&out);
}

static void expect_error(const char *text, const char *error)
{
	struct bf_output output;
	struct bf_err err = { 0 };

	assert_int_equal(bf_expr_parse_output(context(), bf_str(text), &output, &err), BF_FAULT);
	assert_string_equal(err.text, error);
}

static void primaries(void **state)
{
	(void)state;
	expect_json("12", "12");
	expect_json(" -7 ", "-7");
	expect_json("'it {is}'", "\"it {is}\"");
	expect_json("true", "true");
	expect_json("false", "false");
	expect_json("null", "null");
	expect_json("post.title", "\"Quilts\"");
	expect_json("list.next", "\"cursor\"");
	expect_json("post.missing.deeper", "null");
	expect_json("three.title", "null");
}

static void comparisons(void **state)
{
	(void)state;
	expect_json("three == 3", "true");
	expect_json("three != 3", "false");
	expect_json("three < 4", "true");
	expect_json("three <= 3", "true");
	expect_json("three > 3", "false");
	expect_json("three >= 3", "true");
	expect_json("post.title == 'Quilts'", "true");
	expect_json("code == 3", "true");
	expect_json("3 == code", "true");
	expect_json("code == 'x'", "false");
	expect_json("nothing == null", "true");
	expect_json("nothing == 0", "false");
	expect_json("nothing < 1", "false");
	expect_json("post == post", "false");
}

static void logic_takes_the_deciding_side(void **state)
{
	(void)state;
	expect_json("three and 'yes'", "\"yes\"");
	expect_json("no and 'yes'", "null");
	expect_json("no or 'else'", "\"else\"");
	expect_json("post.title or 'else'", "\"Quilts\"");
	expect_json("not no", "true");
	expect_json("not three and no or 'last'", "\"last\"");
	expect_json("not (three and no)", "true");
	expect_json("list or 'empty'", "\"empty\"");
}

static void days_left_counts(void **state)
{
	(void)state;
	expect_json("post.due | days_left", "2");
	expect_json("(post.due | days_left) > 1", "true");
	expect_json("nothing | days_left", "null");
	expect_json("three | days_left", "null");
}

static void formats_are_read(void **state)
{
	static const struct {
		const char *text;
		enum bf_format format;
	} rows[] = {
		{ "three", BF_FORMAT_PLAIN },
		{ "three | number", BF_FORMAT_NUMBER },
		{ "three|money", BF_FORMAT_MONEY },
		{ "three | percent", BF_FORMAT_PERCENT },
		{ "three | date", BF_FORMAT_DATE },
		{ "three | time", BF_FORMAT_TIME },
		{ "three | json_date", BF_FORMAT_JSON_DATE },
		{ "three | region", BF_FORMAT_REGION },
		{ "three | label:kind", BF_FORMAT_LABEL },
		{ "post.due | days_left | number", BF_FORMAT_NUMBER },
	};
	struct bf_output output;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(bf_expr_parse_output(context(), bf_str(rows[i].text), &output,
						      NULL),
				 BF_OK);
		assert_int_equal(output.format, rows[i].format);
	}
}

static void mistakes_are_named(void **state)
{
	(void)state;
	expect_error("", "\"\" ends where a name should stand");
	expect_error("three ==", "\"three ==\" ends where a name should stand");
	expect_error("three three", "\"three three\": the end should stand before \"three\"");
	expect_error("(three", "\"(three\" ends where \")\" should stand");
	expect_error("'open", "\"'open\": a text that ends in ' should stand before \"open\"");
	expect_error("unknown.x", "\"unknown\" is unknown");
	expect_error("three | monney", "there is no format \"monney\"");
	expect_error("three | label",
		     "\"three | label\" ends where \":\" and an enumeration should stand");
	expect_error("three | label:x", "no enumeration \"x\"");
	expect_error("(three | money)",
		     "\"(three | money)\": \")\" should stand before \"| money)\"");
	expect_error("99999999999999999999",
		     "\"99999999999999999999\": a whole number should stand before "
		     "\"99999999999999999999\"");
	expect_error("a.b.c.d.e.f.g.h.i", "\"a.b.c.d.e.f.g.h.i\" has more than 8 names in a row");
	expect_error("((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))",
		     "\"((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))\" "
		     "is nested too deeply");
}

static void a_condition_takes_no_format(void **state)
{
	const struct bf_expr *expr;
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_expr_parse(context(), BF_STR("three | money"), &expr, &err), BF_FAULT);
	assert_string_equal(err.text, "the format \"money\" is for printing and cannot stand here");
}

static void a_very_long_expression_is_refused(void **state)
{
	char text[1102];

	(void)state;
	memset(text, ' ', sizeof(text));
	text[0] = '1';
	text[sizeof(text) - 1] = '\0';
	expect_error(text, "an expression has over 1000 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(primaries, setup, teardown),
		cmocka_unit_test_setup_teardown(comparisons, setup, teardown),
		cmocka_unit_test_setup_teardown(logic_takes_the_deciding_side, setup, teardown),
		cmocka_unit_test_setup_teardown(days_left_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(formats_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(mistakes_are_named, setup, teardown),
		cmocka_unit_test_setup_teardown(a_condition_takes_no_format, setup, teardown),
		cmocka_unit_test_setup_teardown(a_very_long_expression_is_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
