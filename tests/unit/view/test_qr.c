/* qr: the squares have their three corners, their quiet border, and only what belongs in a path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "view/qr.h"

static struct bf_pool *pool;

enum { SIDE_MAX = 200 };

/* Draws a path again, module by module. */
static void draw(const char *path, size_t side, bool ret_dark[SIDE_MAX][SIDE_MAX])
{
	size_t x, y, width, back;
	int used;

	memset(ret_dark, 0, sizeof(bool) * SIDE_MAX * SIDE_MAX);
	for (; *path; path += used) {
		used = 0;
		assert_int_equal(sscanf(path, "M%zu %zuh%zuv1h-%zuz%n", &x, &y, &width, &back,
					&used),
				 4);
		assert_true(used > 0);
		assert_int_equal(width, back);
		assert_true(x + width <= side && y < side);
		for (size_t i = 0; i < width; i++)
			ret_dark[y][x + i] = true;
	}
}

/* The mark in a corner: a dark frame of seven, a light one, a dark core of three. */
static void assert_corner(bool dark[SIDE_MAX][SIDE_MAX], size_t left, size_t top)
{
	for (size_t y = 0; y < 7; y++)
		for (size_t x = 0; x < 7; x++) {
			size_t ring = x < y ? x : y;

			ring = ring < 6 - x ? ring : 6 - x;
			ring = ring < 6 - y ? ring : 6 - y;
			assert_int_equal(dark[top + y][left + x], ring != 1);
		}
}

static void a_square_has_its_corners_and_its_border(void **state)
{
	static bool dark[SIDE_MAX][SIDE_MAX];
	size_t side = 0, far;
	const char *path =
		bf_qr_path(pool, "https://bangfu.example/pay/verify?number=bangfu-2026-17-2V7K0QXM",
			   &side);

	(void)state;
	assert_non_null(path);
	assert_true(side > 21 + 2 * BF_QR_QUIET && side < SIDE_MAX);
	assert_int_equal((side - 2 * BF_QR_QUIET - 17) % 4, 0); /* 17 + 4 a version */
	draw(path, side, dark);
	far = side - BF_QR_QUIET - 7;
	assert_corner(dark, BF_QR_QUIET, BF_QR_QUIET);
	assert_corner(dark, far, BF_QR_QUIET);
	assert_corner(dark, BF_QR_QUIET, far);
	for (size_t i = 0; i < side; i++)
		for (size_t edge = 0; edge < BF_QR_QUIET; edge++) {
			assert_false(dark[i][edge] || dark[i][side - 1 - edge]);
			assert_false(dark[edge][i] || dark[side - 1 - edge][i]);
		}
}

static void another_text_is_another_square(void **state)
{
	size_t side;

	(void)state;
	assert_string_not_equal(bf_qr_path(pool, "bangfu-2026-17-2V7K0QXM", &side),
				bf_qr_path(pool, "bangfu-2026-18-2V7K0QXM", &side));
}

static void what_is_too_long_has_none(void **state)
{
	char text[4000];
	size_t side;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_null(bf_qr_path(pool, text, &side));
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_square_has_its_corners_and_its_border),
		cmocka_unit_test(another_text_is_another_square),
		cmocka_unit_test(what_is_too_long_has_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
