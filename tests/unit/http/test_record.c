/* record: heads of FastCGI requests, good, cut off and forged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buf.h"
#include "http/record.h"

static struct bf_buf head;

static void add_record(char type, char id, const char *content, size_t len, char padding)
{
	const char header[] = { 1, type, 0, id, (char)(len >> 8), (char)(len & 0xff), padding, 0 };

	bf_buf_add(&head, header, sizeof(header));
	bf_buf_add(&head, content, len);
	for (char i = 0; i < padding; i++)
		bf_buf_add_char(&head, '\0');
}

#define RECORD(type, id, content) add_record(type, id, content, sizeof(content) - 1, 0)

static void begin(void)
{
	bf_buf_clear(&head);
	RECORD(1, 1, "\0\1\0\0\0\0\0\0");
}

static void expect_bad(const char *expected)
{
	const char *why = NULL;

	assert_int_equal(bf_record_head(bf_buf_str(&head), 1000, &why), BF_RECORD_BAD);
	assert_string_equal(why, expected);
}

static void expect(enum bf_record_verdict verdict)
{
	const char *why = NULL;

	assert_int_equal(bf_record_head(bf_buf_str(&head), 1000, &why), verdict);
}

static void takes_a_good_head(void **state)
{
	(void)state;
	begin();
	add_record(4, 1, "\1\1ab\1\0c", 7, 5);
	RECORD(4, 1, "\200\0\0\2\200\0\0\3xyabc");
	RECORD(4, 1, "");
	expect(BF_RECORD_GOOD);
	bf_buf_add_text(&head, "whatever comes behind it");
	expect(BF_RECORD_GOOD);
}

static void takes_pairs_cut_by_records(void **state)
{
	static const char pairs[] = "\200\0\0\2\3xyabc";

	(void)state;
	begin();
	for (size_t i = 0; i < sizeof(pairs) - 1; i++)
		add_record(4, 1, pairs + i, 1, 0);
	RECORD(4, 1, "");
	expect(BF_RECORD_GOOD);
}

static void waits_for_what_is_missing(void **state)
{
	size_t whole;

	(void)state;
	begin();
	RECORD(4, 1, "\1\1ab");
	RECORD(4, 1, "");
	whole = head.len;
	for (head.len = 0; head.len < whole; head.len++)
		expect(BF_RECORD_MORE);
}

static void refuses_another_start(void **state)
{
	(void)state;
	bf_buf_clear(&head);
	RECORD(4, 1, "\1\1ab");
	expect_bad("no begin record first");
	bf_buf_clear(&head);
	RECORD(9, 0, "\1\1ab");
	expect_bad("no begin record first");
	bf_buf_clear(&head);
	RECORD(1, 0, "\0\1\0\0\0\0\0\0");
	expect_bad("a management record");
	bf_buf_clear(&head);
	RECORD(1, 1, "\0\1\0\0");
	expect_bad("a begin record of a wrong length");
	bf_buf_clear(&head);
	RECORD(1, 1, "\0\2\0\0\0\0\0\0");
	expect_bad("a role other than responder");
	begin();
	head.data[0] = 2;
	expect_bad("another version of FastCGI");
}

static void refuses_other_records_within(void **state)
{
	(void)state;
	begin();
	RECORD(9, 0, "\x0f\0FCGI_MPXS_CONNS");
	expect_bad("a record of another request or of management");
	begin();
	RECORD(4, 2, "\1\1ab");
	expect_bad("a record of another request or of management");
	begin();
	RECORD(5, 1, "a body");
	expect_bad("another record before the parameters end");
	begin();
	RECORD(1, 1, "\0\1\0\0\0\0\0\0");
	expect_bad("another record before the parameters end");
}

static void refuses_forged_pairs(void **state)
{
	(void)state;
	begin();
	RECORD(4, 1, "\3\1A=Bc");
	expect_bad("a parameter's name with \"=\" or NUL");
	begin();
	RECORD(4, 1, "\3\1A\0Bc");
	expect_bad("a parameter's name with \"=\" or NUL");
	begin();
	RECORD(4, 1, "\1\3Ab\0c");
	expect_bad("a parameter's value with NUL");
	begin();
	RECORD(4, 1, "\0\1c");
	expect_bad("a parameter without a name");
	begin();
	RECORD(4, 1, "\1\5ab");
	RECORD(4, 1, "");
	expect_bad("a parameter that is cut off");
	begin();
	RECORD(4, 1, "\200");
	RECORD(4, 1, "");
	expect_bad("a parameter that is cut off");
}

static void bounds_the_parameters(void **state)
{
	(void)state;
	begin();
	RECORD(4, 1, "\1\200\0\3\347a"); /* 1 + 999 */
	expect(BF_RECORD_MORE);
	begin();
	RECORD(4, 1, "\1\200\0\3\350a"); /* 1 + 1000 */
	expect_bad("too many bytes of parameters");
	begin();
	RECORD(4, 1, "\377\377\377\377\377\377\377\377");
	expect_bad("too many bytes of parameters");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_good_head),
		cmocka_unit_test(takes_pairs_cut_by_records),
		cmocka_unit_test(waits_for_what_is_missing),
		cmocka_unit_test(refuses_another_start),
		cmocka_unit_test(refuses_other_records_within),
		cmocka_unit_test(refuses_forged_pairs),
		cmocka_unit_test(bounds_the_parameters),
	};
	int failed;

	bf_buf_init(&head);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	bf_buf_release(&head);
	return failed;
}
