#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/emit.h"

static struct bf_pool *pool;
static struct bf_emit emit;

static int setup(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	bf_emit_init(&emit, pool, bf_pool_new(pool));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bf_emit_release(&emit);
	bf_pool_free(pool);
	return 0;
}

static void text_waits_for_the_next_step(void **state)
{
	const struct bf_view_step *steps;
	size_t count;

	(void)state;
	bf_emit_markup(&emit, "<p>");
	bf_emit_text(&emit, BF_STR("a<b"));
	assert_int_equal(bf_emit_op(&emit, BF_OP_ROOT, NULL), 0);
	bf_emit_attribute(&emit, BF_STR("\""));
	steps = bf_emit_finish(&emit, &count);
	assert_int_equal(count, 2);
	assert_string_equal(steps[0].text.p, "<p>a&lt;b");
	assert_int_equal(steps[0].op, BF_OP_ROOT);
	assert_string_equal(steps[1].text.p, "&#34;");
	assert_int_equal(steps[1].op, BF_OP_END);
}

static void a_jump_does_not_pass_over_text_before_its_target(void **state)
{
	const struct bf_view_step *steps;
	uint32_t jump;
	size_t count;

	(void)state;
	jump = bf_emit_op(&emit, BF_OP_JUMP, NULL);
	bf_emit_markup(&emit, "skipped");
	bf_emit_land(&emit, jump);
	bf_emit_markup(&emit, "shown");
	steps = bf_emit_finish(&emit, &count);
	assert_int_equal(count, 3);
	assert_string_equal(steps[1].text.p, "skipped");
	assert_int_equal(steps[1].op, BF_OP_NOTHING);
	assert_int_equal(steps[0].target, 2);
	assert_string_equal(steps[2].text.p, "shown");
}

static void a_program_may_grow(void **state)
{
	size_t count;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(bf_emit_op(&emit, BF_OP_MOUNT, NULL), i);
	assert_int_equal(bf_emit_finish(&emit, &count)[999].op, BF_OP_MOUNT);
	assert_int_equal(count, 1001);
}

/* The text before a landing becomes a step of its own, for which the steps may have to move. */
static void a_jump_lands_wherever_the_program_grows(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 300; i++) {
		uint32_t jump = bf_emit_op(&emit, BF_OP_JUMP, NULL);

		bf_emit_markup(&emit, "skipped");
		bf_emit_land(&emit, jump);
		assert_int_equal(emit.steps[jump].target, jump + 2);
		if (i % 2)
			bf_emit_op(&emit, BF_OP_MOUNT, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text_waits_for_the_next_step, setup, teardown),
		cmocka_unit_test_setup_teardown(a_jump_does_not_pass_over_text_before_its_target,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_program_may_grow, setup, teardown),
		cmocka_unit_test_setup_teardown(a_jump_lands_wherever_the_program_grows, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
