/*
 * sheet: rows of one table, made in memory and then written at once. Making rows touches no
 * database, so that a transaction that writes them may be run again.
 */
#ifndef BF_DEMO_SHEET_H
#define BF_DEMO_SHEET_H

#include "db/db.h"

struct bf_sheet {
	const struct bf_query *query; /* an INSERT with a parameter for each cell */
	size_t columns, rows, capacity;
	struct bf_value *cells; /* in the pool that bf_sheet_add was given */
};

void bf_sheet_init(struct bf_sheet *sheet, const struct bf_query *query);
/* Forgets the rows; those and their texts go with their pool. */
void bf_sheet_clear(struct bf_sheet *sheet);
/* Adds a row; the cells stand in the order of the query's parameters. */
void bf_sheet_add(struct bf_sheet *sheet, struct bf_pool *pool, const struct bf_value *cells,
		  size_t count);
BF_MUST_CHECK enum bf_rc bf_sheet_write(const struct bf_sheet *sheet, struct bf_db *db,
					struct bf_pool *pool, struct bf_err *err);

#endif
