/* buf: its promises hold after every step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"

static void assert_promises(const struct bf_buf *buf)
{
	assert_non_null(buf->data);
	assert_true(buf->capacity >= buf->len + 1);
	assert_int_equal(buf->data[buf->len], '\0');
}

static void grows_and_stays_terminated(void **state)
{
	struct bf_buf buf;

	(void)state;
	bf_buf_init(&buf);
	assert_promises(&buf);
	for (int i = 0; i < 3000; i++) {
		bf_buf_add_char(&buf, (char)('a' + i % 26));
		assert_promises(&buf);
	}
	assert_int_equal(buf.len, 3000);
	assert_int_equal(buf.data[2999], 'a' + 2999 % 26);
	bf_buf_clear(&buf);
	assert_promises(&buf);
	assert_int_equal(buf.len, 0);
	bf_buf_release(&buf);
	assert_promises(&buf);
	bf_buf_release(&buf);
}

static void prints_numbers_and_formats(void **state)
{
	struct bf_buf buf;

	(void)state;
	bf_buf_init(&buf);
	bf_buf_add_int(&buf, INT64_MIN);
	bf_buf_add_char(&buf, ' ');
	bf_buf_add_int(&buf, 0);
	bf_buf_printf(&buf, " %s%05d", "n", 42);
	assert_promises(&buf);
	assert_string_equal(buf.data, "-9223372036854775808 0 n00042");
	bf_buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_stays_terminated),
		cmocka_unit_test(prints_numbers_and_formats),
	};

	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
