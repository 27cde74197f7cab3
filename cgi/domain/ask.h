/*
 * ask: how functions of the domain ask the database, by the names of the core's queries.
 *
 *   rc = bf_ask_row(ask, "hold_look", BF_ARGS(bf_arg_int("hold", id)), &hold, err);
 *   amount = bf_value_int(bf_value_get(hold, "amount"));
 *
 * Functions of the money kernel run inside a transaction of their caller's, begun with
 * bf_ask_transaction: what they refuse (any rc but BF_OK) has to end it, for they do not take
 * back what they wrote before they knew.
 */
#ifndef BF_DOMAIN_ASK_H
#define BF_DOMAIN_ASK_H

#include "db/db.h"

struct bf_ask {
	struct bf_db *db;
	const struct bf_queries *queries;
	struct bf_pool *pool; /* rows live here */
};

struct bf_arg {
	const char *name;
	struct bf_value value;
};

/* Arguments of a query, ended by a row without a name. */
#define BF_ARGS(...) ((const struct bf_arg[]){ __VA_ARGS__, { NULL, { 0 } } })
#define BF_NO_ARGS ((const struct bf_arg[]){ { NULL, { 0 } } })

static inline struct bf_arg bf_arg_int(const char *name, int64_t n)
{
	return (struct bf_arg){ name, bf_value_number(n) };
}

/* 0 is null. */
static inline struct bf_arg bf_arg_id(const char *name, int64_t id)
{
	return (struct bf_arg){ name, id ? bf_value_number(id) : (struct bf_value){ 0 } };
}

/* NULL is null. */
static inline struct bf_arg bf_arg_text(const char *name, const char *text)
{
	return (struct bf_arg){ name,
				text ? bf_value_string(bf_str(text)) : (struct bf_value){ 0 } };
}

/* Members of a row. */
static inline int64_t bf_row_int(const struct bf_value *row, const char *name)
{
	return bf_value_int(bf_value_get(row, name));
}

static inline const char *bf_row_text(const struct bf_value *row, const char *name)
{
	return bf_value_text(bf_value_get(row, name));
}

static inline bool bf_row_is(const struct bf_value *row, const char *name, const char *text)
{
	return strcmp(bf_row_text(row, name), text) == 0;
}

/* The rows of a query, or its first one; no row is BF_NOT_FOUND. */
BF_MUST_CHECK enum bf_rc bf_ask_rows(struct bf_ask *ask, const char *query,
				     const struct bf_arg *args, const struct bf_value **ret_rows,
				     struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_ask_row(struct bf_ask *ask, const char *query,
				    const struct bf_arg *args, const struct bf_value **ret_row,
				    struct bf_err *err);
/* A query without rows. */
BF_MUST_CHECK enum bf_rc bf_ask_exec(struct bf_ask *ask, const char *query,
				     const struct bf_arg *args, struct bf_err *err);
/* The same for one that adds a row: its number. */
BF_MUST_CHECK enum bf_rc bf_ask_add(struct bf_ask *ask, const char *query,
				    const struct bf_arg *args, int64_t *ret_id, struct bf_err *err);
/* The same for one that may match nothing: how many rows it did match. */
BF_MUST_CHECK enum bf_rc bf_ask_change(struct bf_ask *ask, const char *query,
				       const struct bf_arg *args, int64_t *ret_matched,
				       struct bf_err *err);

/* ---- the same with a map of arguments, for who has many ---- */

BF_MUST_CHECK enum bf_rc bf_ask_select(const struct bf_ask *ask, const char *query,
				       const struct bf_value *args, struct bf_value *ret_rows,
				       struct bf_err *err);
/* The first row, NULL where there is none. */
BF_MUST_CHECK enum bf_rc bf_ask_first(const struct bf_ask *ask, const char *query,
				      const struct bf_value *args, const struct bf_value **ret_row,
				      struct bf_err *err);
/* Exactly one row; none is BF_NOT_FOUND. */
BF_MUST_CHECK enum bf_rc bf_ask_one(const struct bf_ask *ask, const char *query,
				    const struct bf_value *args, struct bf_value *ret_row,
				    struct bf_err *err);
/* A query without rows. ret_matched and ret_id may be NULL, as of bf_db_exec. */
BF_MUST_CHECK enum bf_rc bf_ask_run(const struct bf_ask *ask, const char *query,
				    const struct bf_value *args, int64_t *ret_matched,
				    int64_t *ret_id, struct bf_err *err);
/* Several of them with the same arguments, until one fails. Ended by NULL. */
BF_MUST_CHECK enum bf_rc bf_ask_run_each(const struct bf_ask *ask, const char *const *queries,
					 const struct bf_value *args, struct bf_err *err);
/* Sets a member of a map; a text is borrowed, NULL is null. */
void bf_arg_set_int(struct bf_value *args, const char *name, int64_t n);
void bf_arg_set_text(struct bf_value *args, const char *name, const char *text);

/* bf_db_transaction with the same rules: fn may run again from its start. */
typedef enum bf_rc bf_ask_fn(struct bf_ask *ask, void *arg, struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_ask_transaction(struct bf_ask *ask, bf_ask_fn *fn, void *arg,
					    bool *ret_unknown, struct bf_err *err);

#endif
