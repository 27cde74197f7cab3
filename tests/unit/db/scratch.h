/*
 * scratch: a database of the test's own on the server behind $BANGFU_TEST_DB_SOCKET, with a
 * name that no other run has. Without the server the test fails.
 */
#ifndef BF_TEST_SCRATCH_H
#define BF_TEST_SCRATCH_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "db/connection.h"
#include "db/db.h"

static struct bf_pool *pool;
static struct bf_db *db; /* connected to the scratch database */
static char scratch_name[64];

static inline struct bf_db_config scratch_config(const char *database)
{
	const char *socket = getenv("BANGFU_TEST_DB_SOCKET");

	if (!socket)
		fail_msg("set BANGFU_TEST_DB_SOCKET to the socket of a MariaDB server");
	return (struct bf_db_config){ .socket = socket,
				      .user = "root",
				      .password = "",
				      .name = database,
				      .connect_timeout_s = 5,
				      .read_timeout_s = 10,
				      .write_timeout_s = 10,
				      .statement_timeout_s = 8,
				      .lock_wait_s = 1,
				      .statement_cache = 8 };
}

static inline struct bf_db *scratch_connect(void)
{
	struct bf_db_config config = scratch_config(scratch_name);
	struct bf_db *connection = bf_db_new(pool, &config);
	struct bf_err err = { 0 };

	if (bf_db_open(connection, &err) != BF_OK)
		fail_msg("%s", err.text);
	return connection;
}

/* A statement that a query file could not hold, such as CREATE TABLE. */
static inline void scratch_do(const char *statement)
{
	struct bf_err err = { 0 };

	if (bf_db_say(db, statement, &err) != BF_OK)
		fail_msg("%s", err.text);
}

static inline void scratch_administer(const char *format)
{
	struct bf_db_config config = scratch_config(NULL);
	struct bf_db *server = bf_db_new(pool, &config);
	char statement[128];
	struct bf_err err = { 0 };

	snprintf(statement, sizeof(statement), format, scratch_name);
	if (bf_db_open(server, &err) != BF_OK || bf_db_say(server, statement, &err) != BF_OK)
		fail_msg("%s", err.text);
	bf_db_close(server);
}

static inline int scratch_set_up(void **state)
{
	(void)state;
	pool = bf_pool_new(NULL);
	snprintf(scratch_name, sizeof(scratch_name), "bangfu_test_%d_%" PRId64, (int)getpid(),
		 bf_clock_monotonic_us());
	scratch_administer("CREATE DATABASE %s CHARACTER SET utf8mb4");
	db = scratch_connect();
	return 0;
}

static inline int scratch_tear_down(void **state)
{
	(void)state;
	scratch_administer("DROP DATABASE %s");
	bf_pool_free(pool);
	return 0;
}

/* The queries of a text, without a fault, proven. */
static inline struct bf_queries *scratch_queries(const char *text)
{
	struct bf_queries *queries = bf_queries_new(pool);
	struct bf_faults faults;

	bf_faults_init(&faults, pool);
	bf_queries_parse(queries, "core", "test.sql", bf_str(text), &faults);
	bf_queries_prove(queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	return queries;
}

#endif
