#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "view/tile.h"

static void every_tile_has_its_own_place(void **state)
{
	const struct bf_tile *seen[BF_TILE_ROWS][BF_TILE_COLUMNS] = { 0 };

	(void)state;
	for (size_t i = 0; i < BF_TILE_COUNT; i++) {
		const struct bf_tile *tile = &bf_tiles[i];

		assert_in_range(tile->column, 0, BF_TILE_COLUMNS - 1);
		assert_in_range(tile->row, 0, BF_TILE_ROWS - 1);
		assert_null(seen[tile->row][tile->column]);
		seen[tile->row][tile->column] = tile;
	}
}

static void tiles_are_sorted_and_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < BF_TILE_COUNT; i++) {
		assert_int_equal(bf_tiles[i].code % 10000, 0);
		assert_int_equal(strlen(bf_tiles[i].label), 3);
		assert_true(strlen(bf_tiles[i].name) >= 9);
		assert_true(strlen(bf_tiles[i].name_en) >= 5);
		if (i)
			assert_true(bf_tiles[i - 1].code < bf_tiles[i].code);
	}
}

static void a_city_is_found_on_its_province(void **state)
{
	(void)state;
	assert_string_equal(bf_tile_of(430524)->name_en, "Hunan");
	assert_string_equal(bf_tile_of(520000)->label, "贵");
	assert_null(bf_tile_of(0));
	assert_null(bf_tile_of(990000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tile_has_its_own_place),
		cmocka_unit_test(tiles_are_sorted_and_named),
		cmocka_unit_test(a_city_is_found_on_its_province),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
