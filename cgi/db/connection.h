/*
 * connection: what the files of db/ share about one connection. Private to this floor; the
 * others use db.h.
 */
#ifndef BF_DB_CONNECTION_H
#define BF_DB_CONNECTION_H

#include <mysql.h>

#include "db/db.h"

/* A prepared statement that is kept; id 0 marks a free slot. */
struct bf_statement_slot {
	uint32_t id;    /* of the variant */
	uint64_t touch; /* when it was last used, counted in uses */
	MYSQL_STMT *stmt;
};

/* A transaction that is open. After the first error no statement is sent in it any more. */
struct bf_tx {
	bool open, failed;
	unsigned code;     /* the server's, of the error */
	struct bf_err err; /* the error */
};

struct bf_db {
	struct bf_db_config config;
	const char *where; /* the socket, or host:port: for messages */
	MYSQL *mysql;      /* NULL while not connected */
	int64_t used_us;   /* when the server last answered */
	int64_t deadline_us;
	struct bf_tx tx;

	struct bf_statement_slot *slots; /* config.statement_cache of them */
	uint64_t touches;

	/* What is bound to the statement that runs now; copied by the library when bound. */
	MYSQL_BIND binds[BF_QUERY_PARAMS_MAX];
	MYSQL_TIME times[BF_QUERY_PARAMS_MAX];

	uint64_t statements; /* sent */
	int64_t spent_us;    /* waiting for them */
};

/* The connection, open and alive, for a statement that is about to be sent. */
BF_MUST_CHECK enum bf_rc bf_db_ready(struct bf_db *db, struct bf_err *err);
/*
 * Makes an outcome of an error that the library or the server reported for a named thing: a
 * lost connection is dropped, a transaction marked as failed.
 */
enum bf_rc bf_db_failed(struct bf_db *db, unsigned code, const char *reason, const char *kind,
			const char *name, struct bf_err *err);
/* Notes that the server has answered what began at start_us. */
void bf_db_took(struct bf_db *db, int64_t start_us);
/* A fixed statement of our own in the text protocol, its answer thrown away. */
BF_MUST_CHECK enum bf_rc bf_db_say(struct bf_db *db, const char *statement, struct bf_err *err);

#endif
