/* value: maps, lists, rows, truth and JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/value.h"

static struct bf_pool *pool;

static int set_up(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

static void assert_json(struct bf_value value, const char *wanted)
{
	struct bf_buf out;

	bf_buf_init(&out);
	bf_value_print_json(&value, &out);
	assert_string_equal(out.data, wanted);
	bf_buf_release(&out);
}

static void maps_keep_order_and_replace(void **state)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
	struct bf_value map = bf_value_map(pool);

	(void)state;
	for (int64_t i = 0; i < 10; i++)
		bf_value_set(&map, names[i], bf_value_number(i));
	bf_value_set(&map, "j", bf_value_string(BF_STR("last")));
	assert_int_equal(map.map->count, 10);
	assert_int_equal(bf_value_int(bf_value_get(&map, "i")), 8);
	assert_string_equal(bf_value_text(bf_value_get(&map, "j")), "last");
	assert_null(bf_value_get(&map, "k"));
}

static void reads_null_for_what_is_not_there(void **state)
{
	struct bf_value number = bf_value_number(5);

	(void)state;
	assert_int_equal(bf_value_int(NULL), 0);
	assert_string_equal(bf_value_text(NULL), "");
	assert_string_equal(bf_value_text(&number), "");
	assert_true(bf_value_is_null(bf_value_get(NULL, "x")));
	assert_null(bf_value_at(&number, 0));
	assert_int_equal(bf_value_count(NULL), 0);
}

static void knows_truth(void **state)
{
	struct bf_value list = bf_value_list(pool), nothing = { 0 };
	struct bf_value zero = bf_value_number(0), empty = bf_value_string(BF_STR(""));

	(void)state;
	assert_false(bf_value_true(NULL));
	assert_false(bf_value_true(&nothing));
	assert_false(bf_value_true(&zero));
	assert_false(bf_value_true(&empty));
	assert_false(bf_value_true(&list));
	bf_value_push(pool, &list, zero);
	assert_true(bf_value_true(&list));
}

static void prints_json(void **state)
{
	static const struct bf_str names[] = { { "id", 2 }, { "title", 5 } };
	static const struct bf_shape shape = { 2, names };
	struct bf_value list = bf_value_list(pool), map = bf_value_map(pool);
	struct bf_row *row = bf_pool_alloc(pool, sizeof(*row) + 2 * sizeof(row->cells[0]));

	(void)state;
	row->shape = &shape;
	row->cells[0] = bf_value_number(INT64_MAX);
	row->cells[1] = bf_value_string(BF_STR("冬\"衣\"\n\\\x01"));
	bf_value_push(pool, &list, (struct bf_value){ .kind = BF_ROW, .row = row });
	bf_value_set(&map, "rows", list);
	bf_value_set(&map, "at", bf_value_time(1795488047123));
	bf_value_set(&map, "yes", bf_value_bool(true));
	bf_value_set(&map, "html", (struct bf_value){ .kind = BF_MARKUP, .len = 1, .text = "<" });
	bf_value_set(&map, "none", (struct bf_value){ 0 });
	assert_json(map, "{\"rows\":[{\"id\":9223372036854775807,\"title\":"
			 "\"冬\\\"衣\\\"\\u000a\\\\\\u0001\"}],"
			 "\"at\":\"2026-11-24T02:40:47.123Z\",\"yes\":true,\"none\":null}");
}

static void prints_pages_as_objects(void **state)
{
	struct bf_value list = bf_value_list(pool);

	(void)state;
	list.list->paged = true;
	assert_json(list, "{\"items\":[],\"next\":null}");
	list.list->next = bf_value_string(BF_STR("5.7"));
	assert_json(list, "{\"items\":[],\"next\":\"5.7\"}");
	assert_string_equal(bf_value_text(bf_value_get(&list, "next")), "5.7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_keep_order_and_replace),
		cmocka_unit_test(reads_null_for_what_is_not_there),
		cmocka_unit_test(knows_truth),
		cmocka_unit_test(prints_json),
		cmocka_unit_test(prints_pages_as_objects),
	};

	return cmocka_run_group_tests_name("base/value", tests, set_up, tear_down);
}
