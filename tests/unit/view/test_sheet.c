/* sheet: cells of a CSV file are never formulas, and money is exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/sheet.h"

static void a_cell_is_quoted_and_never_a_formula(void **state)
{
	static const char *const cells[][2] = {
		{ "warm", "\"warm\"" },
		{ "", "\"\"" },
		{ "a,\"b\"\n", "\"a,\"\"b\"\"\n\"" },
		{ "=1+2", "\"'=1+2\"" },
		{ "+86", "\"'+86\"" },
		{ "-1", "\"'-1\"" },
		{ "@x", "\"'@x\"" },
		{ "\tx", "\"'\tx\"" },
	};
	struct bf_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		struct bf_sheet sheet;
		struct bf_buf out;

		bf_buf_init(&out);
		bf_sheet_begin(&sheet, BF_SHEET_CSV, &out);
		bf_sheet_text(&sheet, cells[i][0]);
		assert_int_equal(bf_sheet_end(&sheet, &err), BF_OK);
		bf_buf_add_char(&out, '\0');
		assert_string_equal(out.data + strlen("\xef\xbb\xbf"), cells[i][1]);
		bf_buf_release(&out);
	}
}

static void numbers_and_money_are_as_they_are(void **state)
{
	struct bf_err err = { 0 };
	struct bf_sheet sheet;
	struct bf_buf out;

	(void)state;
	bf_buf_init(&out);
	bf_sheet_begin(&sheet, BF_SHEET_CSV, &out);
	bf_sheet_number(&sheet, -7);
	bf_sheet_money(&sheet, 123405);
	bf_sheet_money(&sheet, -5);
	bf_sheet_end_row(&sheet);
	bf_sheet_number(&sheet, 1);
	assert_int_equal(bf_sheet_end(&sheet, &err), BF_OK);
	bf_buf_add_char(&out, '\0');
	assert_string_equal(out.data, "\xef\xbb\xbf-7,1234.05,-0.05\r\n1");
	bf_buf_release(&out);
}

static void a_book_is_a_zip_file(void **state)
{
	struct bf_err err = { 0 };
	struct bf_sheet sheet;
	struct bf_buf out;

	(void)state;
	bf_buf_init(&out);
	bf_sheet_begin(&sheet, BF_SHEET_XLSX, &out);
	bf_sheet_text(&sheet, "warm");
	bf_sheet_money(&sheet, 150);
	bf_sheet_end_row(&sheet);
	assert_int_equal(bf_sheet_end(&sheet, &err), BF_OK);
	assert_true(out.len > 1000);
	assert_memory_equal(out.data, "PK\x03\x04", 4);
	bf_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_is_quoted_and_never_a_formula),
		cmocka_unit_test(numbers_and_money_are_as_they_are),
		cmocka_unit_test(a_book_is_a_zip_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
