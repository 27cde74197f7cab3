#include "demo/sheet.h"

enum { ROWS_A_PACKET = 1000, FIRST_ROWS = 256 };

void bf_sheet_init(struct bf_sheet *sheet, const struct bf_query *query)
{
	*sheet = (struct bf_sheet){ .query = query, .columns = query->variants[0].param_count };
}

void bf_sheet_clear(struct bf_sheet *sheet)
{
	sheet->rows = sheet->capacity = 0;
	sheet->cells = NULL;
}

static void grow(struct bf_sheet *sheet, struct bf_pool *pool)
{
	size_t capacity = sheet->capacity ? sheet->capacity * 2 : FIRST_ROWS;
	struct bf_value *cells = bf_pool_alloc(pool, sizeof(*cells) * sheet->columns * capacity);

	if (sheet->rows)
		memcpy(cells, sheet->cells, sizeof(*cells) * sheet->columns * sheet->rows);
	sheet->cells = cells;
	sheet->capacity = capacity;
}

void bf_sheet_add(struct bf_sheet *sheet, struct bf_pool *pool, const struct bf_value *cells,
		  size_t count)
{
	if (count != sheet->columns)
		BF_BUG("a row of \"%s\" has %zu cells, not %zu", sheet->query->name, count,
		       sheet->columns);
	if (sheet->rows == sheet->capacity)
		grow(sheet, pool);
	memcpy(sheet->cells + sheet->columns * sheet->rows, cells, sizeof(*cells) * count);
	sheet->rows++;
}

enum bf_rc bf_sheet_write(const struct bf_sheet *sheet, struct bf_db *db, struct bf_pool *pool,
			  struct bf_err *err)
{
	struct bf_bulk *bulk;
	enum bf_rc rc = BF_OK;

	if (!sheet->rows)
		return BF_OK;
	bulk = bf_bulk_new(pool, db, sheet->query, ROWS_A_PACKET);
	for (size_t i = 0; i < sheet->rows && rc == BF_OK; i++)
		rc = bf_bulk_add(bulk, sheet->cells + sheet->columns * i, err);
	return rc == BF_OK ? bf_bulk_flush(bulk, err) : rc;
}
