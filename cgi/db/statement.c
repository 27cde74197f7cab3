#include "db/statement.h"

#include <endian.h>
#include <errmsg.h>
#include <inttypes.h>

#include "base/clock.h"

/*
 * Rows are decoded straight from the packet into the pool, by the library's result callback:
 * one copy a text, of its exact length, so there are no result buffers to size, nothing is
 * ever cut off, and types are those that the server sent. The encoding is the documented
 * binary protocol: integers little-endian in their column's width, everything else behind
 * its length.
 */
struct reader {
	struct bf_pool *pool;
	const struct bf_shape *shape;
	const enum bf_column_type *types;
	const MYSQL_FIELD *fields;
	struct bf_row *row;
	const char *refused; /* why a cell could not become a value */
	unsigned refused_column;
};

/* While rows arrive, the library leaves errors with the connection instead; and a row that it
 * cannot read is told by its return value alone. */
enum bf_rc bf_statement_failed(struct bf_db *db, MYSQL_STMT *stmt, const char *name,
			       struct bf_err *err)
{
	if (mysql_stmt_errno(stmt))
		return bf_db_failed(db, mysql_stmt_errno(stmt), mysql_stmt_error(stmt), "query",
				    name, err);
	if (mysql_errno(db->mysql))
		return bf_db_failed(db, mysql_errno(db->mysql), mysql_error(db->mysql), "query",
				    name, err);
	return bf_db_failed(db, CR_MALFORMED_PACKET, "its answer is malformed", "query", name, err);
}

/* ---- the cache -------------------------------------------------------------------- */

static struct bf_statement_slot *slot_of(struct bf_db *db, uint32_t variant_id)
{
	for (size_t i = 0; i < db->config.statement_cache; i++)
		if (db->slots[i].id == variant_id)
			return &db->slots[i];
	return NULL;
}

static void empty(struct bf_statement_slot *slot)
{
	if (slot->stmt)
		mysql_stmt_close(slot->stmt);
	*slot = (struct bf_statement_slot){ 0 };
}

/* A free slot: one that was never used, or that of the statement used longest ago. */
static struct bf_statement_slot *free_slot(struct bf_db *db)
{
	struct bf_statement_slot *oldest = &db->slots[0];

	for (size_t i = 1; i < db->config.statement_cache; i++)
		if (db->slots[i].touch < oldest->touch)
			oldest = &db->slots[i];
	empty(oldest);
	return oldest;
}

void bf_statement_drop(struct bf_db *db, uint32_t variant_id)
{
	struct bf_statement_slot *slot = slot_of(db, variant_id);

	if (slot)
		empty(slot);
}

void bf_statement_drop_all(struct bf_db *db)
{
	for (size_t i = 0; i < db->config.statement_cache; i++)
		empty(&db->slots[i]);
}

static void read_cell(void *data, unsigned column, unsigned char **at);

enum bf_rc bf_statement_prepare(struct bf_db *db, struct bf_str sql, const char *name,
				MYSQL_STMT **ret_stmt, struct bf_err *err)
{
	MYSQL_STMT *stmt = mysql_stmt_init(db->mysql);
	enum bf_rc rc;

	if (!stmt)
		return bf_db_failed(db, mysql_errno(db->mysql), mysql_error(db->mysql), "query",
				    name, err);
	if (mysql_stmt_prepare(stmt, sql.p, sql.len)) {
		rc = bf_statement_failed(db, stmt, name, err);
		mysql_stmt_close(stmt);
		return rc;
	}
	mysql_stmt_attr_set(stmt, STMT_ATTR_CB_RESULT, (const void *)read_cell);
	*ret_stmt = stmt;
	return BF_OK;
}

enum bf_rc bf_statement_get(struct bf_db *db, const struct bf_query *query,
			    const struct bf_query_variant *variant, MYSQL_STMT **ret_stmt,
			    struct bf_err *err)
{
	struct bf_statement_slot *slot = slot_of(db, variant->id);

	if (!slot) {
		MYSQL_STMT *stmt;
		enum bf_rc rc = bf_statement_prepare(db, variant->sql, query->name, &stmt, err);

		if (rc != BF_OK)
			return rc;
		slot = free_slot(db);
		*slot = (struct bf_statement_slot){ .id = variant->id, .stmt = stmt };
	}
	slot->touch = ++db->touches;
	*ret_stmt = slot->stmt;
	return BF_OK;
}

/* ---- arguments -------------------------------------------------------------------- */

MYSQL_TIME bf_statement_time(int64_t wall_ms)
{
	struct bf_date d = bf_clock_date(wall_ms);

	return (MYSQL_TIME){ .year = (unsigned)d.year,
			     .month = (unsigned)d.month,
			     .day = (unsigned)d.day,
			     .hour = (unsigned)d.hour,
			     .minute = (unsigned)d.minute,
			     .second = (unsigned)d.second,
			     .second_part = (unsigned long)d.ms * 1000,
			     .time_type = MYSQL_TIMESTAMP_DATETIME };
}

/* The library only reads what is bound, but its struct has no const. */
static void *unconst(const void *p)
{
	return (void *)(uintptr_t)p;
}

static bool bind_value(MYSQL_BIND *bind, MYSQL_TIME *time, const struct bf_value *value)
{
	*bind = (MYSQL_BIND){ 0 };
	switch (value->kind) {
	case BF_NULL:
		bind->buffer_type = MYSQL_TYPE_NULL;
		return true;
	case BF_BOOL:
		bind->buffer_type = MYSQL_TYPE_TINY;
		bind->buffer = unconst(&value->yes);
		return true;
	case BF_NUMBER:
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = unconst(&value->n);
		return true;
	case BF_TIME:
		*time = bf_statement_time(value->n);
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = time;
		return true;
	case BF_STRING:
		bind->buffer_type = MYSQL_TYPE_STRING;
		bind->buffer = unconst(value->text);
		bind->buffer_length = value->len;
		bind->length = &bind->buffer_length;
		return true;
	default:
		return false;
	}
}

enum bf_rc bf_statement_bind(struct bf_db *db, const struct bf_query *query,
			     const struct bf_query_variant *variant, const struct bf_value *args,
			     MYSQL_STMT *stmt, struct bf_err *err)
{
	for (size_t i = 0; i < variant->param_count; i++) {
		const struct bf_value *value = bf_value_find(args, variant->params[i]);

		if (!value)
			return bf_err_set(err, BF_FAULT,
					  "query \"%s\" has no value for its parameter \"%.*s\"",
					  query->name, BF_STR_ARG(variant->params[i]));
		if (!bind_value(&db->binds[i], &db->times[i], value))
			return bf_err_set(err, BF_FAULT,
					  "parameter \"%.*s\" of query \"%s\" is a list or record",
					  BF_STR_ARG(variant->params[i]), query->name);
	}
	if (variant->param_count && mysql_stmt_bind_param(stmt, db->binds))
		return bf_statement_failed(db, stmt, query->name, err);
	return BF_OK;
}

/* ---- rows ------------------------------------------------------------------------- */

/* These three are inlined for the sake of constant widths: they run for each cell. */
static inline uint64_t take_bytes(unsigned char **at, size_t count)
{
	uint64_t n = 0;

	memcpy(&n, *at, count);
	*at += count;
	return le64toh(n);
}

/* A length: one byte up to 250, else a marker and 2, 3 or 8 bytes. */
static inline size_t take_length(unsigned char **at)
{
	unsigned char first = *(*at)++;

	if (first < 251)
		return first;
	return (size_t)take_bytes(at, first == 252 ? 2 : first == 253 ? 3 : 8);
}

static inline struct bf_value take_int(struct reader *reader, unsigned column, size_t bytes,
				       unsigned char **at)
{
	uint64_t n = take_bytes(at, bytes);
	unsigned unused = (unsigned)(8 - bytes) * 8;

	if (!(reader->fields[column].flags & UNSIGNED_FLAG))
		return bf_value_number((int64_t)(n << unused) >> unused);
	if (n > INT64_MAX) {
		reader->refused = "is over 9223372036854775807";
		reader->refused_column = column;
	}
	return bf_value_number((int64_t)n);
}

static struct bf_value take_tiny(struct reader *reader, unsigned column, unsigned char **at)
{
	if (reader->types && reader->types[column] == BF_COLUMN_BOOL)
		return bf_value_bool(take_bytes(at, 1) != 0);
	return take_int(reader, column, 1, at);
}

static struct bf_value take_text(struct reader *reader, unsigned char **at)
{
	struct bf_str s;

	s.len = take_length(at);
	s.p = (const char *)*at;
	*at += s.len;
	s.p = bf_pool_copy(reader->pool, s);
	return bf_value_string(s);
}

/* Year, month and day, then the time of day and microseconds, as far as they are not zero;
 * a zero date has none of them and is taken for null. */
static size_t take_date(struct bf_date *date, unsigned char **at)
{
	size_t len = take_length(at);

	*date = (struct bf_date){ .month = 1, .day = 1 };
	if (len >= 4) {
		date->year = (int)take_bytes(at, 2);
		date->month = (int)take_bytes(at, 1);
		date->day = (int)take_bytes(at, 1);
	}
	if (len >= 7) {
		date->hour = (int)take_bytes(at, 1);
		date->minute = (int)take_bytes(at, 1);
		date->second = (int)take_bytes(at, 1);
	}
	if (len >= 11)
		date->ms = (int)(take_bytes(at, 4) / 1000);
	return len;
}

static struct bf_value take_time(unsigned char **at)
{
	struct bf_date date;

	if (!take_date(&date, at))
		return (struct bf_value){ .kind = BF_NULL };
	return bf_value_time(bf_clock_from_date(date));
}

static struct bf_value take_day(struct reader *reader, unsigned char **at)
{
	struct bf_date date;

	if (!take_date(&date, at))
		return (struct bf_value){ .kind = BF_NULL };
	return bf_value_string(bf_str(
		bf_pool_printf(reader->pool, "%04d-%02d-%02d", date.year, date.month, date.day)));
}

/* Types that bf_queries_prove refuses: stepped over, for a schema that changed since. */
static struct bf_value refuse(struct reader *reader, unsigned column, size_t bytes,
			      unsigned char **at)
{
	reader->refused = "has a type that no value has";
	reader->refused_column = column;
	*at += bytes;
	return (struct bf_value){ .kind = BF_NULL };
}

static struct bf_value take_value(struct reader *reader, unsigned column, unsigned char **at)
{
	switch (reader->fields[column].type) {
	case MYSQL_TYPE_TINY:
		return take_tiny(reader, column, at);
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
		return take_int(reader, column, 2, at);
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_INT24:
		return take_int(reader, column, 4, at);
	case MYSQL_TYPE_LONGLONG:
		return take_int(reader, column, 8, at);
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		return take_time(at);
	case MYSQL_TYPE_DATE:
		return take_day(reader, at);
	case MYSQL_TYPE_FLOAT:
		return refuse(reader, column, 4, at);
	case MYSQL_TYPE_DOUBLE:
		return refuse(reader, column, 8, at);
	case MYSQL_TYPE_TIME:
		return refuse(reader, column, take_length(at), at);
	default:
		return take_text(reader, at);
	}
}

/* Called by the library for each cell of a row, from the first column to the last; at is NULL
 * where the cell is null, and is left behind the cell. */
static void read_cell(void *data, unsigned column, unsigned char **at)
{
	struct reader *reader = data;

	if (column == 0) {
		reader->row = bf_pool_alloc(reader->pool,
					    sizeof(*reader->row) +
						    reader->shape->count * sizeof(struct bf_value));
		reader->row->shape = reader->shape;
	}
	reader->row->cells[column] =
		at ? take_value(reader, column, at) : (struct bf_value){ .kind = BF_NULL };
}

enum bf_rc bf_statement_read(struct bf_db *db, MYSQL_STMT *stmt, const char *name,
			     struct bf_pool *pool, const struct bf_shape *shape,
			     const enum bf_column_type *types, struct bf_value *ret_rows,
			     struct bf_err *err)
{
	struct reader reader = { .pool = pool,
				 .shape = shape,
				 .types = types,
				 .fields = mariadb_stmt_fetch_fields(stmt) };
	struct bf_value rows = bf_value_list(pool);
	enum bf_rc rc = BF_OK;
	int fetched;

	if (mysql_stmt_field_count(stmt) != shape->count) {
		mysql_stmt_free_result(stmt);
		return bf_err_set(err, BF_FAULT, "query \"%s\" answers %u columns, not %u", name,
				  mysql_stmt_field_count(stmt), shape->count);
	}
	mysql_stmt_attr_set(stmt, STMT_ATTR_CB_USER_DATA, &reader);
	while ((fetched = mysql_stmt_fetch(stmt)) == 0)
		bf_value_push(pool, &rows, (struct bf_value){ .kind = BF_ROW, .row = reader.row });
	if (fetched != MYSQL_NO_DATA) {
		rc = bf_statement_failed(db, stmt, name, err);
		if (db->mysql)
			mysql_stmt_free_result(stmt);
	} else if (reader.refused) {
		rc = bf_err_set(err, BF_FAULT, "column \"%s\" of query \"%s\" %s",
				shape->names[reader.refused_column].p, name, reader.refused);
	}
	if (rc == BF_OK)
		*ret_rows = rows;
	return rc;
}
