/* pool: alignment, deferred calls, children, sizes that the client chose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/pool.h"

static char order[8];
static size_t order_len;

static void note(void *arg)
{
	order[order_len++] = *(const char *)arg;
	order[order_len] = '\0';
}

static void defers_last_in_first_out(void **state)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_pool *child = bf_pool_new(pool);

	(void)state;
	order_len = 0;
	bf_pool_defer(pool, note, "a");
	bf_pool_defer(pool, note, "b");
	bf_pool_defer(child, note, "c");
	bf_pool_free(pool);
	assert_string_equal(order, "cba");
}

static void aligns_and_keeps_what_it_gave(void **state)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	unsigned char *things[400];

	(void)state;
	for (size_t i = 0; i < 400; i++) {
		size_t size = i % 7 ? i : 20000;

		things[i] = bf_pool_alloc(pool, size);
		assert_int_equal((uintptr_t)things[i] % 16, 0);
		memset(things[i], (int)(i & 0xff), size);
	}
	for (size_t i = 1; i < 400; i++)
		assert_int_equal(things[i][0], i & 0xff);
	bf_pool_free(pool);
}

static void clear_makes_it_empty_and_usable(void **state)
{
	struct bf_pool *pool = bf_pool_new(NULL);

	(void)state;
	bf_pool_alloc(pool, 100000);
	assert_true(bf_pool_used(pool) >= 100000);
	bf_pool_clear(pool);
	assert_int_equal(bf_pool_used(pool), 0);
	assert_string_equal(bf_pool_printf(pool, "%d-%s", 7, "x"), "7-x");
	bf_pool_free(pool);
}

static void try_refuses_past_its_limit(void **state)
{
	struct bf_pool *pool = bf_pool_new(NULL);

	(void)state;
	assert_null(bf_pool_try(pool, 1001, 1000));
	assert_null(bf_pool_try(pool, SIZE_MAX, SIZE_MAX));
	assert_non_null(bf_pool_try(pool, 1000, 1000));
	bf_pool_free(pool);
}

static void a_child_may_go_first(void **state)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_pool *first = bf_pool_new(pool), *second = bf_pool_new(pool);

	(void)state;
	order_len = 0;
	bf_pool_defer(first, note, "1");
	bf_pool_defer(second, note, "2");
	bf_pool_free(first);
	assert_string_equal(order, "1");
	bf_pool_free(pool);
	assert_string_equal(order, "12");
	bf_pool_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defers_last_in_first_out),
		cmocka_unit_test(aligns_and_keeps_what_it_gave),
		cmocka_unit_test(clear_makes_it_empty_and_usable),
		cmocka_unit_test(try_refuses_past_its_limit),
		cmocka_unit_test(a_child_may_go_first),
	};

	return cmocka_run_group_tests_name("base/pool", tests, NULL, NULL);
}
