/*
 * desk: what the acts on accounts stand on: a connection, the queries, the keys, memory for the
 * length of one act.
 */
#ifndef BF_DOMAIN_DESK_H
#define BF_DOMAIN_DESK_H

#include "db/db.h"
#include "domain/secret.h"

struct bf_desk {
	struct bf_db *db;
	const struct bf_queries *queries;
	const struct bf_secrets *secrets;
	struct bf_str common_passwords; /* in lower case, one a line, a line end before the first */
	struct bf_pool *pool;
};

/* A named query of the core's with a map of arguments. */
BF_MUST_CHECK enum bf_rc bf_desk_select(const struct bf_desk *desk, const char *query,
					const struct bf_value *args, struct bf_value *ret_rows,
					struct bf_err *err);
/* The first row, NULL where there is none. */
BF_MUST_CHECK enum bf_rc bf_desk_row(const struct bf_desk *desk, const char *query,
				     const struct bf_value *args, const struct bf_value **ret_row,
				     struct bf_err *err);
/* As bf_db_exec. */
BF_MUST_CHECK enum bf_rc bf_desk_exec(const struct bf_desk *desk, const char *query,
				      const struct bf_value *args, int64_t *ret_matched,
				      int64_t *ret_id, struct bf_err *err);
/* A statement for each name, with the same arguments, until one fails. Ended by NULL. */
BF_MUST_CHECK enum bf_rc bf_desk_exec_each(const struct bf_desk *desk, const char *const *queries,
					   const struct bf_value *args, struct bf_err *err);

/* Sets a member to a text; NULL is null. */
void bf_desk_set(struct bf_value *args, const char *name, const char *text);

#endif
