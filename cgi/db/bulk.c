#include "db/db.h"

#include "base/clock.h"
#include "db/connection.h"
#include "db/statement.h"

/* A packet is sent before it reaches this, far below the server's max_allowed_packet. */
enum { PACKET_BYTES = 1 << 20 };

/*
 * The cells of one parameter, row by row, as the library takes arrays: numbers in place,
 * texts and times by pointer. A column holds values of one kind (null aside) in a packet.
 */
struct column {
	uint8_t kind; /* enum bf_kind; BF_NULL until the first cell that is not null */
	char *indicators;
	int64_t *numbers;
	const void **pointers;
	unsigned long *lengths;
	MYSQL_TIME *times; /* made when the first time arrives */
};

struct bf_bulk {
	struct bf_pool *pool;
	struct bf_db *db;
	const struct bf_query *query;
	const struct bf_query_variant *variant;
	size_t rows, capacity; /* of this packet */
	size_t bytes;
	struct column *columns;
};

struct bf_bulk *bf_bulk_new(struct bf_pool *pool, struct bf_db *db, const struct bf_query *query,
			    size_t rows_a_packet)
{
	struct bf_bulk *bulk = bf_pool_zalloc(pool, sizeof(*bulk));

	if (query->variant_count != 1 || !query->variants[0].param_count || !rows_a_packet)
		BF_BUG("query \"%s\" cannot take many rows", query->name);
	*bulk = (struct bf_bulk){ .pool = pool,
				  .db = db,
				  .query = query,
				  .variant = &query->variants[0],
				  .capacity = rows_a_packet };
	bulk->columns = bf_pool_zalloc(pool, sizeof(*bulk->columns) * bulk->variant->param_count);
	for (size_t i = 0; i < bulk->variant->param_count; i++) {
		struct column *column = &bulk->columns[i];

		column->indicators = bf_pool_alloc(pool, rows_a_packet);
		column->numbers = bf_pool_alloc(pool, sizeof(*column->numbers) * rows_a_packet);
		column->pointers = bf_pool_alloc(pool, sizeof(*column->pointers) * rows_a_packet);
		column->lengths = bf_pool_alloc(pool, sizeof(*column->lengths) * rows_a_packet);
	}
	return bulk;
}

/* Bools travel as numbers. */
static uint8_t kind_of(const struct bf_value *cell)
{
	return cell->kind == BF_BOOL ? BF_NUMBER : cell->kind;
}

static bool fits(const struct bf_bulk *bulk, const struct bf_value *cells)
{
	size_t bytes = 0;

	for (size_t i = 0; i < bulk->variant->param_count; i++) {
		uint8_t kind = kind_of(&cells[i]), known = bulk->columns[i].kind;

		if (kind != BF_NULL && known != BF_NULL && kind != known)
			return false;
		bytes += kind == BF_STRING ? cells[i].len : sizeof(int64_t);
	}
	return bulk->rows < bulk->capacity && bulk->bytes + bytes <= PACKET_BYTES;
}

static void put_time(struct bf_bulk *bulk, struct column *column, int64_t wall_ms)
{
	if (!column->times)
		column->times = bf_pool_alloc(bulk->pool, sizeof(*column->times) * bulk->capacity);
	column->times[bulk->rows] = bf_statement_time(wall_ms);
	column->pointers[bulk->rows] = &column->times[bulk->rows];
}

static void put(struct bf_bulk *bulk, struct column *column, const struct bf_value *cell)
{
	size_t row = bulk->rows;

	column->indicators[row] = cell->kind == BF_NULL ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
	if (cell->kind == BF_NULL)
		return;
	column->kind = kind_of(cell);
	bulk->bytes += column->kind == BF_STRING ? cell->len : sizeof(int64_t);
	switch (column->kind) {
	case BF_NUMBER:
		column->numbers[row] = bf_value_int(cell);
		break;
	case BF_TIME:
		put_time(bulk, column, cell->n);
		break;
	default:
		column->pointers[row] = cell->text;
		column->lengths[row] = cell->len;
	}
}

enum bf_rc bf_bulk_add(struct bf_bulk *bulk, const struct bf_value *cells, struct bf_err *err)
{
	enum bf_rc rc;

	for (size_t i = 0; i < bulk->variant->param_count; i++)
		if (cells[i].kind > BF_STRING)
			return bf_err_set(err, BF_FAULT,
					  "parameter \"%.*s\" of query \"%s\" is a list or record",
					  BF_STR_ARG(bulk->variant->params[i]), bulk->query->name);
	if (!fits(bulk, cells)) {
		rc = bf_bulk_flush(bulk, err);
		if (rc != BF_OK)
			return rc;
	}
	for (size_t i = 0; i < bulk->variant->param_count; i++)
		put(bulk, &bulk->columns[i], &cells[i]);
	bulk->rows++;
	return BF_OK;
}

static MYSQL_BIND bind_column(const struct column *column)
{
	MYSQL_BIND bind = { .u.indicator = column->indicators };

	switch (column->kind) {
	case BF_NULL: /* nulls alone: any type does */
	case BF_NUMBER:
		bind.buffer_type = MYSQL_TYPE_LONGLONG;
		bind.buffer = column->numbers;
		break;
	case BF_TIME:
		bind.buffer_type = MYSQL_TYPE_DATETIME;
		bind.buffer = column->pointers;
		break;
	default:
		bind.buffer_type = MYSQL_TYPE_STRING;
		bind.buffer = column->pointers;
		bind.length = column->lengths;
	}
	return bind;
}

static enum bf_rc send_packet(struct bf_bulk *bulk, MYSQL_STMT *stmt, struct bf_err *err)
{
	const unsigned rows = (unsigned)bulk->rows, none = 0;
	struct bf_db *db = bulk->db;
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; i < bulk->variant->param_count; i++)
		db->binds[i] = bind_column(&bulk->columns[i]);
	mysql_stmt_attr_set(stmt, STMT_ATTR_ARRAY_SIZE, &rows);
	db->statements++;
	if (mysql_stmt_bind_param(stmt, db->binds) || mysql_stmt_execute(stmt))
		rc = bf_statement_failed(db, stmt, bulk->query->name, err);
	/* The statement stays in the cache: the next to take it binds single values. A lost
	 * connection has closed it. */
	if (db->mysql)
		mysql_stmt_attr_set(stmt, STMT_ATTR_ARRAY_SIZE, &none);
	return rc;
}

enum bf_rc bf_bulk_flush(struct bf_bulk *bulk, struct bf_err *err)
{
	int64_t start_us = bf_clock_monotonic_us();
	MYSQL_STMT *stmt;
	enum bf_rc rc;

	if (!bulk->rows)
		return BF_OK;
	rc = bf_db_ready(bulk->db, err);
	if (rc == BF_OK)
		rc = bf_statement_get(bulk->db, bulk->query, bulk->variant, &stmt, err);
	if (rc == BF_OK)
		rc = send_packet(bulk, stmt, err);
	bf_db_took(bulk->db, start_us);
	bulk->rows = bulk->bytes = 0;
	for (size_t i = 0; i < bulk->variant->param_count; i++)
		bulk->columns[i].kind = BF_NULL;
	return rc;
}
