#include "view/sheet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { FEN_A_YUAN = 100, READ_BYTES = 65536, PATH_BYTES = 32 };

/* The library writes to a path: one that leads to memory. So do its parts, where the host keeps such
 * a folder; elsewhere they are nameless files, gone with their last byte. */
static void begin_book(struct bf_sheet *sheet)
{
	char path[PATH_BYTES], parts[] = "/dev/shm";
	lxw_workbook_options options = { .tmpdir = parts };

	sheet->file = memfd_create("sheet", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", sheet->file);
	sheet->book = sheet->file >= 0 ? workbook_new_opt(path, &options) : NULL;
	if (!sheet->book)
		return;
	sheet->page = workbook_add_worksheet(sheet->book, NULL);
	sheet->money = workbook_add_format(sheet->book);
	format_set_num_format(sheet->money, "0.00");
}

void bf_sheet_begin(struct bf_sheet *sheet, enum bf_sheet_kind kind, struct bf_buf *out)
{
	*sheet = (struct bf_sheet){ .kind = kind, .out = out, .file = -1 };
	if (kind == BF_SHEET_XLSX)
		begin_book(sheet);
	else
		bf_buf_add_text(out, "\xef\xbb\xbf");
}

static void begin_cell(struct bf_sheet *sheet)
{
	if (sheet->column)
		bf_buf_add_char(sheet->out, ',');
}

/* A quote before what a spreadsheet would take for a formula; quotes around what has a comma, a
 * quote or a line end in it. */
static void add_csv_text(struct bf_buf *out, const char *text)
{
	bool guarded = *text && strchr("=+-@\t\r", *text);

	bf_buf_add_char(out, '"');
	if (guarded)
		bf_buf_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			bf_buf_add_char(out, '"');
		bf_buf_add_char(out, *text);
	}
	bf_buf_add_char(out, '"');
}

void bf_sheet_text(struct bf_sheet *sheet, const char *text)
{
	if (sheet->page) {
		worksheet_write_string(sheet->page, sheet->row, sheet->column, text, NULL);
	} else if (sheet->kind == BF_SHEET_CSV) {
		begin_cell(sheet);
		add_csv_text(sheet->out, text);
	}
	sheet->column++;
}

void bf_sheet_number(struct bf_sheet *sheet, int64_t n)
{
	if (sheet->page) {
		worksheet_write_number(sheet->page, sheet->row, sheet->column, (double)n, NULL);
	} else if (sheet->kind == BF_SHEET_CSV) {
		begin_cell(sheet);
		bf_buf_add_int(sheet->out, n);
	}
	sheet->column++;
}

void bf_sheet_money(struct bf_sheet *sheet, int64_t fen)
{
	if (sheet->page) {
		worksheet_write_number(sheet->page, sheet->row, sheet->column,
				       (double)fen / FEN_A_YUAN, sheet->money);
	} else if (sheet->kind == BF_SHEET_CSV) {
		begin_cell(sheet);
		bf_buf_printf(sheet->out, "%s%" PRId64 ".%02d", fen < 0 ? "-" : "",
			      fen < 0 ? -(fen / FEN_A_YUAN) : fen / FEN_A_YUAN,
			      (int)(fen < 0 ? -(fen % FEN_A_YUAN) : fen % FEN_A_YUAN));
	}
	sheet->column++;
}

void bf_sheet_end_row(struct bf_sheet *sheet)
{
	if (sheet->kind == BF_SHEET_CSV)
		bf_buf_add_text(sheet->out, "\r\n");
	sheet->row++;
	sheet->column = 0;
}

static enum bf_rc read_book(struct bf_sheet *sheet, struct bf_err *err)
{
	ssize_t got;

	for (off_t at = 0;; at += got) {
		bf_buf_reserve(sheet->out, READ_BYTES);
		got = pread(sheet->file, sheet->out->data + sheet->out->len, READ_BYTES, at);
		if (got < 0)
			return bf_err_set(err, BF_FAULT, "cannot read a sheet: %s",
					  strerror(errno));
		if (!got)
			return BF_OK;
		sheet->out->len += (size_t)got;
	}
}

enum bf_rc bf_sheet_end(struct bf_sheet *sheet, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;
	lxw_error error;

	if (sheet->kind == BF_SHEET_CSV)
		return BF_OK;
	error = sheet->book ? workbook_close(sheet->book) : LXW_ERROR_MEMORY_MALLOC_FAILED;
	rc = error ? bf_err_set(err, BF_FAULT, "cannot write a sheet: %s", lxw_strerror(error))
		   : read_book(sheet, err);
	if (sheet->file >= 0)
		close(sheet->file);
	return rc;
}
