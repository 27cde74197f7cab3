/*
 * migrate: the schema, step by step. sql/migrations/NNNN_name.sql holds statements ended by
 * ";" at a line's end; each statement is a step, idempotent (IF NOT EXISTS), for one that was
 * begun and perhaps not finished runs again. A statement that holds others, such as a
 * trigger, stands between two lines of its own, "-- begin" and "-- end":
 *
 *   -- begin
 *   CREATE OR REPLACE TRIGGER entry_stays BEFORE DELETE ON entry FOR EACH ROW
 *   BEGIN
 *     SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'entries stay';
 *   END
 *   -- end
 *
 * Steps are recorded in schema_migration(scope, file, step, checksum, state, applied_at). The
 * checksum is of the statement without comments and with its white space folded, so both may
 * be edited later; a changed checksum of an applied step stops. One runner at a time, by a
 * lock in the database.
 */
#ifndef BF_DB_MIGRATE_H
#define BF_DB_MIGRATE_H

#include "db/db.h"

/*
 * Applies what is missing of a folder under a scope: "core", or a plugin's name, whose
 * statements may change tables that begin with that name and "_" only. say (may be NULL) is
 * told each applied step. The connection is closed at the end. Its read_timeout_s must outlast
 * the slowest statement, for no other limit holds while it runs. Fails with BF_BUSY where
 * another runner holds the lock, BF_FAULT with file and line for all that is wrong in a file.
 */
BF_MUST_CHECK enum bf_rc bf_migrate(struct bf_db *db, struct bf_pool *pool, const char *scope,
				    const char *folder, void (*say)(void *arg, const char *line),
				    void *arg, struct bf_err *err);
/* Whether the schema is the one that the files make: adds a fault for each missing, unknown or
 * changed step. */
void bf_migrate_check(struct bf_db *db, struct bf_pool *pool, const char *scope, const char *folder,
		      struct bf_faults *faults);

#endif
