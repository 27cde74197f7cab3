#include "db/db.h"

#include <mysqld_error.h>
#include <sodium.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/connection.h"

enum { REPEATS_MAX = 3, PAUSE_US = 5000 };

/* The server has rolled back, or wants us to, because of other transactions. */
static bool is_repeatable(unsigned code)
{
	return code == ER_LOCK_DEADLOCK || code == ER_LOCK_WAIT_TIMEOUT || code == ER_CHECKREAD;
}

static bool may_repeat(const struct bf_db *db, int repeats)
{
	return db->tx.failed && is_repeatable(db->tx.code) && repeats < REPEATS_MAX &&
	       (!db->deadline_us || bf_clock_monotonic_us() < db->deadline_us);
}

/* Twice as long each time, and by chance up to twice that, so that two that met part. */
static void pause_before(int repeat)
{
	uint32_t pause_us = (uint32_t)PAUSE_US << repeat;

	usleep(pause_us + randombytes_uniform(pause_us));
}

static enum bf_rc begin(struct bf_db *db, struct bf_err *err)
{
	enum bf_rc rc = bf_db_ready(db, err);

	if (rc == BF_OK)
		rc = bf_db_say(db, "START TRANSACTION", err);
	if (rc == BF_OK)
		db->tx.open = true;
	return rc;
}

static void roll_back(struct bf_db *db)
{
	db->tx.open = false;
	/* A connection that cannot roll back is closed, and the server does it. */
	if (db->mysql && bf_db_say(db, "ROLLBACK", NULL) != BF_OK)
		bf_db_close(db);
}

/* COMMIT. Where the connection is lost meanwhile, nobody can say whether it was done. */
static enum bf_rc commit(struct bf_db *db, bool *ret_unknown, struct bf_err *err)
{
	enum bf_rc rc = bf_db_say(db, "COMMIT", err);

	if (rc == BF_OK)
		db->tx.open = false;
	else if (db->mysql)
		roll_back(db);
	else if (ret_unknown)
		*ret_unknown = true;
	return rc;
}

static enum bf_rc run(struct bf_db *db, bf_tx_fn *fn, void *arg, bool *ret_unknown,
		      struct bf_err *err)
{
	enum bf_rc rc;

	db->tx = (struct bf_tx){ 0 };
	rc = begin(db, err);
	if (rc != BF_OK)
		return rc;
	rc = fn(db, arg, err);
	if (rc == BF_OK && db->tx.failed)
		rc = bf_err_set(err, db->tx.err.rc, "%s", db->tx.err.text);
	if (rc == BF_OK)
		return commit(db, ret_unknown, err);
	roll_back(db);
	return rc;
}

enum bf_rc bf_db_transaction(struct bf_db *db, bf_tx_fn *fn, void *arg, bool *ret_unknown,
			     struct bf_err *err)
{
	struct bf_err why = { 0 };
	enum bf_rc rc;

	if (db->tx.open)
		BF_BUG("a transaction inside a transaction");
	rc = run(db, fn, arg, ret_unknown, &why);
	for (int repeats = 0; rc != BF_OK && may_repeat(db, repeats); repeats++) {
		pause_before(repeats);
		rc = run(db, fn, arg, ret_unknown, &why);
	}
	db->tx = (struct bf_tx){ 0 };
	return rc == BF_OK ? BF_OK : bf_err_set(err, rc, "%s", why.text);
}
