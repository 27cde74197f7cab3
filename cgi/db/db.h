/*
 * db: one connection to MariaDB and what runs over it. Prepared statements only, values are
 * bound by name. All time-outs are finite; the library never reconnects by itself. A
 * connection must not be open over a fork: the loader closes its own before.
 *
 * Outcomes of everything below: BF_BUSY where the database is away or gave up waiting (a lock,
 * a deadlock, a time limit), BF_CONFLICT for a duplicate key, BF_FAULT for the rest.
 */
#ifndef BF_DB_DB_H
#define BF_DB_DB_H

#include "base/err.h"
#include "db/query.h"

struct bf_db_config {
	const char *socket; /* path, or NULL or "" for host and port */
	const char *host;   /* over TLS, its certificate checked by the system's authorities */
	unsigned port;
	const char *user, *password, *name;
	unsigned connect_timeout_s, read_timeout_s, write_timeout_s;
	unsigned statement_timeout_s, lock_wait_s;
	size_t statement_cache; /* prepared statements kept a connection, at least 1 */
};

struct bf_db;

/* Not yet connected. Lives in the pool, closed with it. */
struct bf_db *bf_db_new(struct bf_pool *pool, const struct bf_db_config *config);
/* Connects unless connected. Fails with BF_BUSY (cannot be reached) or BF_FAULT (refused). */
BF_MUST_CHECK enum bf_rc bf_db_open(struct bf_db *db, struct bf_err *err);
void bf_db_close(struct bf_db *db);

/*
 * Runs a proven query and reads its rows into a list in the pool, paged as the query is. args
 * is a map; a parameter of the variant that it lacks is BF_FAULT, a null value binds NULL. A
 * lost connection is opened again at the next call; outside a transaction a select on a
 * connection that was idle is tried once more by itself.
 */
BF_MUST_CHECK enum bf_rc bf_db_select(struct bf_db *db, struct bf_pool *pool,
				      const struct bf_query *query, const struct bf_value *args,
				      struct bf_value *ret_rows, struct bf_err *err);
/* Runs a query without rows. ret_matched (may be NULL): rows matched; ret_id (may be NULL):
 * the last AUTO_INCREMENT. A duplicate key is BF_CONFLICT. */
BF_MUST_CHECK enum bf_rc bf_db_exec(struct bf_db *db, const struct bf_query *query,
				    const struct bf_value *args, int64_t *ret_matched,
				    int64_t *ret_id, struct bf_err *err);

/*
 * A transaction as a function: it runs again from its start after a deadlock, a lock wait or
 * a snapshot conflict, at most 3 times with jitter and not past the deadline, so it must do
 * nothing outside the database. Any other rc than BF_OK rolls back, and so does any failed
 * statement, even where fn overlooks it: later statements in the transaction are refused with
 * its error. Where the connection is lost during COMMIT the outcome is unknown: *ret_unknown
 * (may be NULL) is set and BF_BUSY returned.
 */
typedef enum bf_rc bf_tx_fn(struct bf_db *db, void *arg, struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_db_transaction(struct bf_db *db, bf_tx_fn *fn, void *arg,
					   bool *ret_unknown, struct bf_err *err);

/* When, on bf_clock_monotonic_us, transactions stop to be run again; 0 for never. */
void bf_db_set_deadline(struct bf_db *db, int64_t deadline_us);

/* Statements sent on this connection so far, and the microseconds spent on them. */
void bf_db_stats(const struct bf_db *db, uint64_t *ret_statements, int64_t *ret_us);

/*
 * Many rows through one INSERT, in packets of the server's bulk protocol. The cells are in the
 * order of the query's parameters; their texts must live until the next flush.
 */
struct bf_bulk;
struct bf_bulk *bf_bulk_new(struct bf_pool *pool, struct bf_db *db, const struct bf_query *query,
			    size_t rows_a_packet);
BF_MUST_CHECK enum bf_rc bf_bulk_add(struct bf_bulk *bulk, const struct bf_value *cells,
				     struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_bulk_flush(struct bf_bulk *bulk, struct bf_err *err);

/* One line of text from a fixed statement of the server itself, such as "SELECT VERSION()";
 * for settings and health, never for data. */
BF_MUST_CHECK enum bf_rc bf_db_ask(struct bf_db *db, struct bf_pool *pool, const char *statement,
				   struct bf_str *ret_text, struct bf_err *err);

#endif
