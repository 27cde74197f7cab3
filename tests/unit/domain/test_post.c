/* post: references as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/post.h"

static void reads_a_reference_as_people_write_it(void **state)
{
	char ref[BF_REF_TEXT_BYTES];

	(void)state;
	assert_true(bf_ref_read(BF_STR("7k3m-9qx2 ab"), ref));
	assert_string_equal(ref, "7K3M9QX2AB");
}

static void refuses_what_is_no_reference(void **state)
{
	static const char *const bad[] = { "",           "7K3M9QX2A",   "7K3M9QX2AB1",
					   "7K3M9QX2AI", "7K3M9QX2A帮", "冬天的棉被" };
	char ref[BF_REF_TEXT_BYTES] = "kept";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(bf_ref_read(bf_str(bad[i]), ref));
	assert_string_equal(ref, "kept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_reference_as_people_write_it),
		cmocka_unit_test(refuses_what_is_no_reference),
	};

	return cmocka_run_group_tests_name("domain/post", tests, NULL, NULL);
}
