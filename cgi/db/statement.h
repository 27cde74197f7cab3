/*
 * statement: prepared statements of one connection: the cache, the binding of arguments and
 * the reading of rows. Private to this floor; the others use db.h.
 */
#ifndef BF_DB_STATEMENT_H
#define BF_DB_STATEMENT_H

#include "db/connection.h"

/* Makes an outcome of the error of a statement, as bf_db_failed. */
enum bf_rc bf_statement_failed(struct bf_db *db, MYSQL_STMT *stmt, const char *name,
			       struct bf_err *err);
/* Prepares a statement outside of the cache; the caller closes it. name is for messages. */
BF_MUST_CHECK enum bf_rc bf_statement_prepare(struct bf_db *db, struct bf_str sql, const char *name,
					      MYSQL_STMT **ret_stmt, struct bf_err *err);
/* The variant, prepared; from the cache, whose least used statement goes when it is full. */
BF_MUST_CHECK enum bf_rc bf_statement_get(struct bf_db *db, const struct bf_query *query,
					  const struct bf_query_variant *variant,
					  MYSQL_STMT **ret_stmt, struct bf_err *err);
/* Closes a cached statement, so that the next use prepares it again. */
void bf_statement_drop(struct bf_db *db, uint32_t variant_id);
/* Empties the cache behind a closed connection. */
void bf_statement_drop_all(struct bf_db *db);

/* Binds a value for each name of the variant. A name that args lacks is BF_FAULT. */
BF_MUST_CHECK enum bf_rc bf_statement_bind(struct bf_db *db, const struct bf_query *query,
					   const struct bf_query_variant *variant,
					   const struct bf_value *args, MYSQL_STMT *stmt,
					   struct bf_err *err);
/* A wall time as the library binds it. */
MYSQL_TIME bf_statement_time(int64_t wall_ms);

/*
 * Reads all rows of an executed statement into a list. types (may be NULL) tell which columns
 * are BF_COLUMN_BOOL; all else follows from what the server sends. On failure the rest of
 * the answer is thrown away.
 */
BF_MUST_CHECK enum bf_rc bf_statement_read(struct bf_db *db, MYSQL_STMT *stmt, const char *name,
					   struct bf_pool *pool, const struct bf_shape *shape,
					   const enum bf_column_type *types,
					   struct bf_value *ret_rows, struct bf_err *err);

#endif
