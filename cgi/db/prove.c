/* The half of query.h that asks the server: columns and plans of every variant. */
#include "db/query.h"

#include "db/connection.h"
#include "db/queries.h"
#include "db/statement.h"

enum { PLAN_ROWS_MAX = 1000, BINARY_CHARSET = 63 };

/* ---- columns ---------------------------------------------------------------------- */

static bool is_binary_text(const MYSQL_FIELD *field)
{
	switch (field->type) {
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_VARCHAR:
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
		return field->charsetnr == BINARY_CHARSET;
	default:
		return false;
	}
}

/* Why a column has no type of ours, as a hint; NULL where it has one, left in *ret_type. */
static const char *column_type(const MYSQL_FIELD *field, enum bf_column_type *ret_type)
{
	switch (field->type) {
	case MYSQL_TYPE_TINY:
		*ret_type = field->length == 1 ? BF_COLUMN_BOOL : BF_COLUMN_INT;
		return NULL;
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_YEAR:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
		*ret_type = BF_COLUMN_INT;
		return NULL;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		*ret_type = BF_COLUMN_TIME;
		return NULL;
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
	case MYSQL_TYPE_FLOAT:
	case MYSQL_TYPE_DOUBLE:
		return "is no integer. Use CAST(... AS SIGNED).";
	case MYSQL_TYPE_TIME:
		return "is a time without a day. Use TIME_TO_SEC(...) or TIME_FORMAT(...).";
	case MYSQL_TYPE_BIT:
		return "is a bit field. Use CAST(... AS SIGNED).";
	case MYSQL_TYPE_GEOMETRY:
		return "is a geometry. Use ST_AsText(...).";
	default:
		*ret_type = BF_COLUMN_TEXT;
		return is_binary_text(field)
			       ? "is binary. Use HEX(...) or CONVERT(... USING utf8mb4)."
			       : NULL;
	}
}

/* The names of a statement's columns; NULL where it answers no rows. */
static struct bf_shape *shape_of(MYSQL_STMT *stmt, struct bf_pool *pool)
{
	const MYSQL_FIELD *fields = mariadb_stmt_fetch_fields(stmt);
	uint32_t count = mysql_stmt_field_count(stmt);
	struct bf_shape *shape;
	struct bf_str *names;

	if (!count)
		return NULL;
	shape = bf_pool_alloc(pool, sizeof(*shape));
	names = bf_pool_alloc(pool, sizeof(*names) * count);
	for (uint32_t i = 0; i < count; i++)
		names[i] = bf_str(bf_pool_copy(pool, (struct bf_str){ fields[i].name,
								      fields[i].name_length }));
	*shape = (struct bf_shape){ .count = count, .names = names };
	return shape;
}

static bool has_column(const struct bf_shape *shape, size_t before, struct bf_str name)
{
	for (size_t i = 0; shape && i < before; i++)
		if (bf_str_eq(shape->names[i], name))
			return true;
	return false;
}

/* Takes down the columns of the first variant. */
static void learn_columns(struct bf_query *query, MYSQL_STMT *stmt, struct bf_pool *pool,
			  struct bf_faults *faults)
{
	const MYSQL_FIELD *fields = mariadb_stmt_fetch_fields(stmt);
	struct bf_shape *shape = shape_of(stmt, pool);
	enum bf_column_type *types;

	if (!shape)
		return;
	types = bf_pool_zalloc(pool, sizeof(*types) * shape->count);
	for (uint32_t i = 0; i < shape->count; i++) {
		const char *hint = column_type(&fields[i], &types[i]);

		if (hint)
			bf_faults_add(faults, query->file, query->line,
				      "column \"%s\" of query \"%s\" %s", shape->names[i].p,
				      query->name, hint);
		if (has_column(shape, i, shape->names[i]))
			bf_faults_add(faults, query->file, query->line,
				      "query \"%s\" has two columns \"%s\"", query->name,
				      shape->names[i].p);
	}
	query->shape = shape;
	query->types = types;
}

/* Whether a variant answers the columns that the first one does. */
static bool same_columns(const struct bf_query *query, MYSQL_STMT *stmt)
{
	const MYSQL_FIELD *fields = mariadb_stmt_fetch_fields(stmt);
	uint32_t count = mysql_stmt_field_count(stmt);
	enum bf_column_type type;

	if (count != (query->shape ? query->shape->count : 0))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!bf_str_is(query->shape->names[i], fields[i].name) ||
		    (!column_type(&fields[i], &type) && type != query->types[i]))
			return false;
	return true;
}

static void check_page(const struct bf_query *query, struct bf_faults *faults)
{
	size_t count = query->shape ? query->shape->count : 0;

	if (!has_column(query->shape, count, query->page_key) ||
	    !has_column(query->shape, count, query->page_id))
		bf_faults_add(faults, query->file, query->line,
			      "query \"%s\" pages by \"%s\" and \"%s\" but does not answer both",
			      query->name, query->page_key.p, query->page_id.p);
}

static enum bf_rc prove_variant(struct bf_queries *queries, struct bf_query *query, size_t i,
				struct bf_db *db, struct bf_faults *faults, struct bf_err *err)
{
	MYSQL_STMT *stmt;
	enum bf_rc rc = bf_statement_prepare(db, query->variants[i].sql, query->name, &stmt, err);

	if (rc != BF_OK)
		return rc;
	if (i == 0)
		learn_columns(query, stmt, queries->pool, faults);
	else if (!same_columns(query, stmt))
		bf_faults_add(faults, query->file, query->line,
			      "query \"%s\" answers other columns where %s than where %s",
			      query->name, bf_query_variant_name(query, i, faults->pool),
			      bf_query_variant_name(query, 0, faults->pool));
	mysql_stmt_close(stmt);
	return BF_OK;
}

void bf_queries_prove(struct bf_queries *queries, struct bf_db *db, struct bf_faults *faults)
{
	struct bf_err err = { 0 };

	for (size_t q = 0; q < queries->count; q++) {
		struct bf_query *query = queries->sorted[q];
		enum bf_rc rc = bf_db_open(db, &err);

		for (size_t i = 0; rc == BF_OK && i < query->variant_count; i++)
			rc = prove_variant(queries, query, i, db, faults, &err);
		if (rc != BF_OK)
			bf_faults_add(faults, query->file, query->line, "%s", err.text);
		else if (query->paged)
			check_page(query, faults);
		if (rc == BF_BUSY)
			return; /* the database is away: it would be so for every query */
	}
}

/* ---- plans ------------------------------------------------------------------------ */

/* A parameter without an example is a fault once, and null from then on. */
static void check_examples(struct bf_query *query, const struct bf_query_variant *variant,
			   struct bf_faults *faults)
{
	for (size_t i = 0; i < variant->param_count; i++) {
		if (bf_value_find(&query->examples, variant->params[i]))
			continue;
		bf_faults_add(
			faults, query->file, query->line,
			"query \"%s\" has no example for \"%.*s\". Add it to \"-- example:\".",
			query->name, BF_STR_ARG(variant->params[i]));
		bf_value_set(&query->examples, variant->params[i].p,
			     (struct bf_value){ .kind = BF_NULL });
	}
}

static enum bf_rc explain(struct bf_query *query, const struct bf_query_variant *variant,
			  struct bf_db *db, struct bf_pool *pool, struct bf_value *ret_plan,
			  struct bf_err *err)
{
	const char *sql = bf_pool_printf(pool, "EXPLAIN %.*s", BF_STR_ARG(variant->sql));
	MYSQL_STMT *stmt;
	enum bf_rc rc = bf_statement_prepare(db, bf_str(sql), query->name, &stmt, err);

	if (rc != BF_OK)
		return rc;
	rc = bf_statement_bind(db, query, variant, &query->examples, stmt, err);
	if (rc == BF_OK && mysql_stmt_execute(stmt))
		rc = bf_statement_failed(db, stmt, query->name, err);
	if (rc == BF_OK)
		rc = bf_statement_read(db, stmt, query->name, pool, shape_of(stmt, pool), NULL,
				       ret_plan, err);
	mysql_stmt_close(stmt);
	return rc;
}

/* The estimate of a step; the server sends it as a number or as text. */
static int64_t estimated_rows(const struct bf_value *step)
{
	const struct bf_value *rows = bf_value_get(step, "rows");
	int64_t n = bf_value_int(rows);

	if (rows && rows->kind == BF_STRING && !bf_str_int(bf_value_str(rows), &n))
		n = 0;
	return n;
}

/* Whether a step of a plan reads a whole table or index; "<...>" is a result of other steps. */
static bool scans(const struct bf_value *step)
{
	struct bf_str type = bf_value_str(bf_value_get(step, "type"));
	struct bf_str table = bf_value_str(bf_value_get(step, "table"));

	return (bf_str_is(type, "ALL") || bf_str_is(type, "index")) &&
	       !bf_str_starts(table, BF_STR("<")) && estimated_rows(step) > PLAN_ROWS_MAX;
}

static enum bf_rc check_plan(struct bf_query *query, size_t i, struct bf_db *db,
			     struct bf_faults *faults, struct bf_err *err)
{
	struct bf_value plan;
	enum bf_rc rc = explain(query, &query->variants[i], db, faults->pool, &plan, err);

	if (rc != BF_OK)
		return rc;
	for (size_t n = 0; n < bf_value_count(&plan); n++) {
		const struct bf_value *step = bf_value_at(&plan, n);
		const char *variant = bf_query_variant_name(query, i, faults->pool);

		if (scans(step))
			bf_faults_add(
				faults, query->file, query->line,
				"query \"%s\"%s%s reads about %lld rows of \"%s\" from end to "
				"end. Add an index, or say why in \"-- scans:\".",
				query->name, variant[0] ? " where " : "", variant,
				(long long)estimated_rows(step),
				bf_value_text(bf_value_get(step, "table")));
	}
	return BF_OK;
}

void bf_queries_explain(struct bf_queries *queries, struct bf_db *db, struct bf_faults *faults)
{
	struct bf_err err = { 0 };

	for (size_t q = 0; q < queries->count; q++) {
		struct bf_query *query = queries->sorted[q];
		enum bf_rc rc = bf_db_open(db, &err);

		if (rc == BF_OK && query->scans)
			continue;
		for (size_t i = 0; rc == BF_OK && i < query->variant_count; i++) {
			check_examples(query, &query->variants[i], faults);
			rc = check_plan(query, i, db, faults, &err);
		}
		if (rc != BF_OK)
			bf_faults_add(faults, query->file, query->line, "%s", err.text);
		if (rc == BF_BUSY)
			return;
	}
}
