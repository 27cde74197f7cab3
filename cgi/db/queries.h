/*
 * queries: what query.c (the table of queries, the choice of a variant), parse.c (reading
 * files) and prove.c (asking the server) share. Private to this floor; the others use query.h.
 */
#ifndef BF_DB_QUERIES_H
#define BF_DB_QUERIES_H

#include "db/query.h"

/* Every name has two states at least, so more names would pass BF_QUERY_VARIANTS_MAX. */
enum { BF_CONDITIONS_MAX = 6, BF_CONDITION_WORDS_MAX = BF_QUERY_VARIANTS_MAX - 1 };

/*
 * What the conditions of a query ask of one parameter. Its states are 0: not given, or none of
 * the words where nobody asks; 1..word_count: that word; and, where plain or without words,
 * one more: given as something else.
 */
struct bf_condition {
	struct bf_str name;
	bool plain; /* `x` stands on some line */
	size_t word_count;
	struct bf_str words[BF_CONDITION_WORDS_MAX];
};

struct bf_query_conditions {
	size_t count;
	struct bf_condition items[BF_CONDITIONS_MAX];
};

struct bf_queries {
	struct bf_pool *pool;
	size_t count, capacity;
	struct bf_query **sorted; /* by scope, then name */
};

/* How many states a name has. */
size_t bf_condition_states(const struct bf_condition *condition);
/* The state that a variant stands for: its index counts through the states of all names, the
 * first name fastest. */
size_t bf_condition_state(const struct bf_query_conditions *conditions, size_t variant,
			  size_t which);
/* Takes a query whose name is not in the table yet. */
void bf_queries_insert(struct bf_queries *queries, struct bf_query *query);

#endif
