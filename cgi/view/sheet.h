/*
 * sheet: rows as a file for spreadsheets: CSV with the mark, the line ends and the quotes that they
 * want, in which no cell is a formula; or XLSX.
 *
 *   bf_sheet_begin(&sheet, BF_SHEET_CSV, &out);
 *   bf_sheet_text(&sheet, name); bf_sheet_money(&sheet, fen); bf_sheet_end_row(&sheet);
 *   rc = bf_sheet_end(&sheet, err);
 */
#ifndef BF_VIEW_SHEET_H
#define BF_VIEW_SHEET_H

#include "base/buf.h"
#include "base/err.h"

enum bf_sheet_kind { BF_SHEET_CSV, BF_SHEET_XLSX };

struct bf_sheet {
	enum bf_sheet_kind kind;
	struct bf_buf *out;
	uint32_t row;
	uint16_t column;
	int file; /* of XLSX: in memory alone */
	struct lxw_workbook *book;
	struct lxw_worksheet *page;
	struct lxw_format *money;
};

void bf_sheet_begin(struct bf_sheet *sheet, enum bf_sheet_kind kind, struct bf_buf *out);
void bf_sheet_text(struct bf_sheet *sheet, const char *text);
void bf_sheet_number(struct bf_sheet *sheet, int64_t n);
void bf_sheet_money(struct bf_sheet *sheet, int64_t fen); /* in yuan, with two digits behind */
void bf_sheet_end_row(struct bf_sheet *sheet);
/* The rest goes into out; BF_FAULT where there is no memory for it. To be called once. */
BF_MUST_CHECK enum bf_rc bf_sheet_end(struct bf_sheet *sheet, struct bf_err *err);

#endif
