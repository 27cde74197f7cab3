#include "db/db.h"

#include <errmsg.h>
#include <mysqld_error.h>

#include "base/clock.h"
#include "db/connection.h"
#include "db/statement.h"

enum {
	/* A connection that was silent for so long is asked whether it still is one. */
	SILENT_US = 1000000,
	/* A loss that shows this fast befell a connection while it was idle; later, it may
	 * be a time limit, which is not to be waited for twice. */
	QUICK_LOSS_US = 200000,
	SETTING_BYTES = 512,
	/* Of a statement in a message, so that the reason behind it is not cut off. */
	NAME_BYTES = 64,
};

static const char sql_mode[] = "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,"
			       "NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION";

static void close_handle(void *arg)
{
	bf_db_close(arg);
}

struct bf_db *bf_db_new(struct bf_pool *pool, const struct bf_db_config *config)
{
	struct bf_db *db = bf_pool_zalloc(pool, sizeof(*db));

	if (!config->statement_cache)
		BF_BUG("a connection keeps one statement at least");
	db->config = *config;
	if (config->socket && !config->socket[0])
		db->config.socket = NULL;
	db->where = db->config.socket ? db->config.socket
				      : bf_pool_printf(pool, "%s:%u", config->host, config->port);
	db->slots = bf_pool_zalloc(pool, sizeof(*db->slots) * config->statement_cache);
	bf_pool_defer(pool, close_handle, db);
	return db;
}

void bf_db_close(struct bf_db *db)
{
	MYSQL *mysql = db->mysql;

	/* The handle goes first: statements without it are freed and not told to the server. */
	db->mysql = NULL;
	if (mysql)
		mysql_close(mysql);
	bf_statement_drop_all(db);
}

/* ---- errors ----------------------------------------------------------------------- */

static bool is_lost(unsigned code)
{
	switch (code) {
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case CR_SERVER_LOST_EXTENDED:
	case CR_MALFORMED_PACKET:
	case ER_SERVER_SHUTDOWN:
	case ER_CONNECTION_KILLED:
	case ER_UNKNOWN_COM_ERROR: /* a cluster node that is not in the cluster */
		return true;
	default:
		return false;
	}
}

/* What may well work when it is tried again. */
static bool is_passing(unsigned code)
{
	switch (code) {
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
	case ER_LOCK_WAIT_TIMEOUT:
	case ER_LOCK_DEADLOCK:
	case ER_CHECKREAD:
	case ER_STATEMENT_TIMEOUT:
		return true;
	default:
		return false;
	}
}

static enum bf_rc rc_of(unsigned code)
{
	if (is_lost(code) || is_passing(code))
		return BF_BUSY;
	return code == ER_DUP_ENTRY ? BF_CONFLICT : BF_FAULT;
}

enum bf_rc bf_db_failed(struct bf_db *db, unsigned code, const char *reason, const char *kind,
			const char *name, struct bf_err *err)
{
	struct bf_err why = { 0 };

	if (is_lost(code))
		bf_err_set(&why, BF_BUSY, "could not reach the database at \"%s\": %s", db->where,
			   reason);
	else
		bf_err_set(&why, rc_of(code), "%s \"%.*s\" failed: %s (%u)", kind, NAME_BYTES, name,
			   reason, code);
	if (db->tx.open && !db->tx.failed) {
		db->tx.failed = true;
		db->tx.code = code;
		db->tx.err = why;
	}
	if (is_lost(code))
		bf_db_close(db);
	return bf_err_set(err, why.rc, "%s", why.text);
}

/* ---- connecting ------------------------------------------------------------------- */

static void set_options(MYSQL *mysql, const struct bf_db_config *config)
{
	const my_bool off = 0, on = 1;
	const unsigned no_local_files = 0;
	const unsigned protocol = config->socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;

	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &config->connect_timeout_s);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &config->read_timeout_s);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &config->write_timeout_s);
	mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &no_local_files);
	mysql_options(mysql, MYSQL_OPT_RECONNECT, &off);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
	if (!config->socket) {
		mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &on);
		mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &on);
	}
}

/* What every session of ours relies on, whatever the server's own settings are. */
static bool set_session(MYSQL *mysql, const struct bf_db_config *config)
{
	char setting[SETTING_BYTES];
	int len = snprintf(setting, sizeof(setting),
			   "SET time_zone = '+00:00', tx_isolation = 'READ-COMMITTED', "
			   "max_statement_time = %u, innodb_lock_wait_timeout = %u, "
			   "lock_wait_timeout = %u, sql_mode = '%s'",
			   config->statement_timeout_s, config->lock_wait_s, config->lock_wait_s,
			   sql_mode);

	return mysql_real_query(mysql, setting, (unsigned long)len) == 0;
}

enum bf_rc bf_db_open(struct bf_db *db, struct bf_err *err)
{
	const struct bf_db_config *config = &db->config;
	MYSQL *mysql;
	enum bf_rc rc;

	if (db->mysql)
		return BF_OK;
	mysql = mysql_init(NULL);
	if (!mysql)
		return bf_err_set(err, BF_BUSY, "could not reach the database: out of memory");
	set_options(mysql, config);
	if (!mysql_real_connect(mysql, config->socket ? NULL : config->host, config->user,
				config->password, config->name, config->port, config->socket,
				CLIENT_FOUND_ROWS) ||
	    !set_session(mysql, config)) {
		rc = bf_db_failed(db, mysql_errno(mysql), mysql_error(mysql), "connection to",
				  db->where, err);
		mysql_close(mysql);
		return rc;
	}
	db->mysql = mysql;
	db->used_us = bf_clock_monotonic_us();
	return BF_OK;
}

enum bf_rc bf_db_ready(struct bf_db *db, struct bf_err *err)
{
	if (db->tx.failed)
		return bf_err_set(err, db->tx.err.rc, "the transaction failed before: %s",
				  db->tx.err.text);
	if (db->mysql && bf_clock_monotonic_us() - db->used_us > SILENT_US && !db->tx.open &&
	    mysql_ping(db->mysql))
		bf_db_close(db);
	return bf_db_open(db, err);
}

/* ---- statements ------------------------------------------------------------------- */

void bf_db_took(struct bf_db *db, int64_t start_us)
{
	db->used_us = bf_clock_monotonic_us();
	db->spent_us += db->used_us - start_us;
}

/* Sends a query. A statement that the server wants prepared anew, because the schema changed
 * below it, is prepared and sent once more. */
static enum bf_rc execute(struct bf_db *db, const struct bf_query *query,
			  const struct bf_value *args, MYSQL_STMT **ret_stmt, struct bf_err *err)
{
	const struct bf_query_variant *variant = bf_query_choose(query, args);
	MYSQL_STMT *stmt;
	enum bf_rc rc;

	for (bool again = false;; again = true) {
		rc = bf_statement_get(db, query, variant, &stmt, err);
		if (rc == BF_OK)
			rc = bf_statement_bind(db, query, variant, args, stmt, err);
		if (rc != BF_OK)
			return rc;
		db->statements++;
		if (mysql_stmt_execute(stmt) == 0)
			break;
		if (mysql_stmt_errno(stmt) != ER_NEED_REPREPARE || again)
			return bf_statement_failed(db, stmt, query->name, err);
		bf_statement_drop(db, variant->id);
	}
	*ret_stmt = stmt;
	return BF_OK;
}

static enum bf_rc select_once(struct bf_db *db, struct bf_pool *pool, const struct bf_query *query,
			      const struct bf_value *args, struct bf_value *ret_rows,
			      struct bf_err *err)
{
	int64_t start_us = bf_clock_monotonic_us();
	enum bf_rc rc = bf_db_ready(db, err);
	MYSQL_STMT *stmt;

	if (rc == BF_OK)
		rc = execute(db, query, args, &stmt, err);
	if (rc == BF_OK)
		rc = bf_statement_read(db, stmt, query->name, pool, query->shape, query->types,
				       ret_rows, err);
	bf_db_took(db, start_us);
	return rc;
}

enum bf_rc bf_db_select(struct bf_db *db, struct bf_pool *pool, const struct bf_query *query,
			const struct bf_value *args, struct bf_value *ret_rows, struct bf_err *err)
{
	bool may_repeat = db->mysql && !db->tx.open && !query->writes;
	int64_t start_us = bf_clock_monotonic_us();
	struct bf_err why = { 0 };
	enum bf_rc rc;

	if (!query->shape)
		return bf_err_set(err, BF_FAULT, "query \"%s\" answers no rows", query->name);
	rc = select_once(db, pool, query, args, ret_rows, &why);
	if (rc == BF_BUSY && !db->mysql && may_repeat &&
	    bf_clock_monotonic_us() - start_us < QUICK_LOSS_US)
		rc = select_once(db, pool, query, args, ret_rows, &why);
	if (rc == BF_OK)
		ret_rows->list->paged = query->paged;
	else
		bf_err_set(err, rc, "%s", why.text);
	return rc;
}

enum bf_rc bf_db_exec(struct bf_db *db, const struct bf_query *query, const struct bf_value *args,
		      int64_t *ret_matched, int64_t *ret_id, struct bf_err *err)
{
	int64_t start_us = bf_clock_monotonic_us();
	MYSQL_STMT *stmt;
	enum bf_rc rc;

	if (query->shape)
		return bf_err_set(err, BF_FAULT, "query \"%s\" answers rows", query->name);
	rc = bf_db_ready(db, err);
	if (rc == BF_OK)
		rc = execute(db, query, args, &stmt, err);
	bf_db_took(db, start_us);
	if (rc != BF_OK)
		return rc;
	if (ret_matched)
		*ret_matched = (int64_t)mysql_stmt_affected_rows(stmt);
	if (ret_id)
		*ret_id = (int64_t)mysql_stmt_insert_id(stmt);
	return BF_OK;
}

/* Sends a fixed statement in the text protocol and takes its answer, NULL where it has none. */
static enum bf_rc ask(struct bf_db *db, const char *statement, MYSQL_RES **ret_answer,
		      struct bf_err *err)
{
	int64_t start_us = bf_clock_monotonic_us();
	enum bf_rc rc = BF_OK;
	MYSQL_RES *answer = NULL;

	db->statements++;
	if (mysql_real_query(db->mysql, statement, strlen(statement)) == 0)
		answer = mysql_store_result(db->mysql);
	if (mysql_errno(db->mysql))
		rc = bf_db_failed(db, mysql_errno(db->mysql), mysql_error(db->mysql), "statement",
				  statement, err);
	else
		*ret_answer = answer;
	bf_db_took(db, start_us);
	return rc;
}

enum bf_rc bf_db_say(struct bf_db *db, const char *statement, struct bf_err *err)
{
	MYSQL_RES *answer = NULL;
	enum bf_rc rc = ask(db, statement, &answer, err);

	mysql_free_result(answer);
	return rc;
}

enum bf_rc bf_db_ask(struct bf_db *db, struct bf_pool *pool, const char *statement,
		     struct bf_str *ret_text, struct bf_err *err)
{
	MYSQL_RES *answer = NULL;
	MYSQL_ROW row;
	enum bf_rc rc = bf_db_ready(db, err);

	if (rc == BF_OK)
		rc = ask(db, statement, &answer, err);
	if (rc != BF_OK)
		return rc;
	row = answer ? mysql_fetch_row(answer) : NULL;
	if (row && row[0])
		*ret_text = bf_str(bf_pool_copy(pool, bf_str(row[0])));
	else
		rc = bf_err_set(err, BF_FAULT, "statement \"%s\" answers nothing", statement);
	mysql_free_result(answer);
	return rc;
}

void bf_db_set_deadline(struct bf_db *db, int64_t deadline_us)
{
	db->deadline_us = deadline_us;
}

void bf_db_stats(const struct bf_db *db, uint64_t *ret_statements, int64_t *ret_us)
{
	*ret_statements = db->statements;
	*ret_us = db->spent_us;
}
