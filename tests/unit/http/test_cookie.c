/* cookie: what is taken and what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "http/cookie.h"

static struct bf_pool *pool;

static struct bf_fields read(const char *header)
{
	struct bf_fields cookies = { 0 };

	bf_cookies_read(pool, bf_str(header), &cookies);
	return cookies;
}

static void expect(const char *header, const char *name, const char *value)
{
	struct bf_fields cookies = read(header);
	const struct bf_field *cookie = bf_fields_find(&cookies, name);

	if (!value) {
		assert_null(cookie);
		return;
	}
	assert_non_null(cookie);
	assert_true(bf_str_is(cookie->value, value));
}

static void reads_cookies(void **state)
{
	(void)state;
	expect("view=elder", "view", "elder");
	expect("a=1; view=elder;b=2", "view", "elder");
	expect(" view=elder ", "view", "elder");
	expect("view=", "view", "");
	expect("__Host-sid=a=b/c+", "__Host-sid", "a=b/c+");
	assert_int_equal(read("").count, 0);
}

static void leaves_out_what_is_no_cookie(void **state)
{
	(void)state;
	expect("view", "view", NULL);
	expect("=elder", "", NULL);
	expect("vi ew=elder; a=1", "a", "1");
	expect("view=\"elder\"", "view", NULL);
	expect("view=el der", "view", NULL);
	expect("view=\xe5\xb8\xae; a=1", "view", NULL);
	expect("view=a,b", "view", NULL);
}

static void takes_neither_of_two(void **state)
{
	(void)state;
	expect("__Host-sid=mine; a=1; __Host-sid=theirs", "__Host-sid", NULL);
	expect("__Host-sid=mine; a=1; __Host-sid=theirs", "a", "1");
	expect("A=1; a=2", "a", "2");
}

static void looks_at_so_many_only(void **state)
{
	struct bf_buf header;
	struct bf_fields cookies;

	(void)state;
	bf_buf_init(&header);
	for (int i = 0; i < 1000; i++)
		bf_buf_printf(&header, "c%d=%d; ", i, i);
	cookies = read(header.data);
	assert_int_equal(cookies.count, BF_COOKIES_MAX);
	bf_buf_release(&header);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_cookies),
		cmocka_unit_test(leaves_out_what_is_no_cookie),
		cmocka_unit_test(takes_neither_of_two),
		cmocka_unit_test(looks_at_so_many_only),
	};
	int failed;

	pool = bf_pool_new(NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bf_pool_free(pool);
	return failed;
}
