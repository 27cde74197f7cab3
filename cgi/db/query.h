/*
 * query: named queries, read from .sql files at load, proven against the schema, and const
 * from then on. No other code of ours holds SQL.
 *
 *   -- name: open_posts
 *   -- Help posts of a city, twenty a page.        (a comment, required: what it answers)
 *   -- page: sort_key, id                          (optional: the cursor's columns)
 *   -- writes                                      (where it changes rows)
 *   -- example: city=430500, need=medical          (values to explain it with)
 *   -- scans: a yearly count reads every post      (optional: why it may read a whole table)
 *   SELECT p.id, p.title, p.newest_key AS sort_key
 *     FROM post p
 *    WHERE p.city_id = :city
 *      AND p.need_kind = :need                     --? need
 *      AND p.newest_key < :after_key               --? after_key
 *    ORDER BY p.newest_key DESC                    --? sort=newest
 *    ORDER BY p.seen                               --? sort=seen
 *    LIMIT :page_rows;
 *
 * One statement each, ended by ";" at the end of a line. Parameters are :names outside of
 * quotes and comments; a quoted text or a block comment ends on the line where it starts. A
 * line that ends in "--? condition" is there only where the condition holds: `x` (x is given
 * and not null), `x=word` (x is that text), `!x` (x is not given; beside words of x alone: is
 * none of them), or up to three of these with commas between, which must all hold. Every combination is a variant of its own, prepared with exactly the lines
 * that apply; there may be 64 of them at most. All variants answer the same columns.
 */
#ifndef BF_DB_QUERY_H
#define BF_DB_QUERY_H

#include "base/err.h"
#include "base/pool.h"
#include "base/value.h"

enum { BF_QUERY_VARIANTS_MAX = 64, BF_QUERY_PARAMS_MAX = 64 };

/* How a column's bytes become a value. */
enum bf_column_type { BF_COLUMN_INT, BF_COLUMN_BOOL, BF_COLUMN_TIME, BF_COLUMN_TEXT };

struct bf_query_variant {
	struct bf_str sql; /* with ? in place of :names */
	size_t param_count;
	const struct bf_str *params; /* a name for each ?, in order; a name may stand twice */
	uint32_t id;                 /* unique in the process, never 0: for the statement cache */
};

struct bf_query {
	const char *scope; /* "core" or the plugin's name */
	const char *name;
	const char *file;
	int line;
	const char *comment;
	bool writes;
	bool paged;
	struct bf_str page_key, page_id; /* columns of the cursor where paged */
	const struct bf_shape *shape;    /* its columns; NULL without rows or before it is proven */
	const enum bf_column_type *types;
	struct bf_value examples; /* map: parameter to example */
	const char *scans;        /* why it may read a whole table, or NULL */
	/* opaque to others: conditions and variants */
	const struct bf_query_conditions *conditions;
	size_t variant_count;
	struct bf_query_variant *variants;
};

struct bf_queries;
struct bf_db;

/* Lives in the pool. */
struct bf_queries *bf_queries_new(struct bf_pool *pool);
/* Reads every .sql file of a folder under a scope. What is wrong goes to faults. */
void bf_queries_load(struct bf_queries *queries, const char *scope, const char *folder,
		     struct bf_faults *faults);
/* Reads one file's text; for the loader, tests and the fuzz driver. */
void bf_queries_parse(struct bf_queries *queries, const char *scope, const char *file,
		      struct bf_str text, struct bf_faults *faults);
/*
 * Prepares every variant of every query on an open connection and takes down its columns.
 * A statement that the server refuses, a DECIMAL or floating column, a repeated column name
 * or variants with different columns are faults with file and line.
 */
void bf_queries_prove(struct bf_queries *queries, struct bf_db *db, struct bf_faults *faults);
/*
 * Asks the server for its plan of every variant, with the examples bound. A parameter without
 * an example, and a plan that reads over 1000 rows of a table from end to end, are faults;
 * the latter not for a query that says why it scans.
 */
void bf_queries_explain(struct bf_queries *queries, struct bf_db *db, struct bf_faults *faults);
/* NULL where there is none. */
const struct bf_query *bf_queries_find(const struct bf_queries *queries, const char *scope,
				       const char *name);
/* Walks all: call with 0, 1, ... until NULL. */
const struct bf_query *bf_queries_at(const struct bf_queries *queries, size_t i);
/* The variant that these parameters (a map of values) choose. */
const struct bf_query_variant *bf_query_choose(const struct bf_query *query,
					       const struct bf_value *args);
/* The conditions that variant i stands for, such as "need, !after_key, sort=newest". */
const char *bf_query_variant_name(const struct bf_query *query, size_t i, struct bf_pool *pool);

#endif
