/*
 * import: a register that comes as a file. Each household is enrolled, or refused by itself; a
 * chunk of them is one transaction, and how far the run is stands in it, so a run that was cut
 * off goes on where it was. What was refused is listed in a file beside it.
 */
#ifndef BF_DOMAIN_IMPORT_H
#define BF_DOMAIN_IMPORT_H

#include "domain/register_file.h"

enum {
	BF_IMPORT_CHUNK = 200,        /* households a transaction */
	BF_IMPORT_LISTED_MAX = 10000, /* refusals in the list; more are counted */
	BF_IMPORT_DEPENDS_MAX = 100,
};

struct bf_import {
	struct bf_ask ask; /* its pool is emptied after each chunk */
	const struct bf_secrets *secrets;
	bool demo;
	bool preview;     /* nothing is kept */
	const char *list; /* path of the list of what was refused */
};

struct bf_import_result {
	int64_t run; /* 0: a preview */
	bool resumed;
	int64_t households, added, again, refused;
};

/* Imports a whole file. Fails as bf_register_file_open does, with BF_CONFLICT where another import
 * is at the same file, with BF_BUSY where the database is away: the same again goes on. */
BF_MUST_CHECK enum bf_rc bf_import_file(const struct bf_import *import,
					struct bf_register_file *file,
					struct bf_import_result *ret_result, struct bf_err *err);

/* What stands against taking a run back. */
struct bf_import_depends {
	size_t count; /* at most one more than fit: there are more */
	struct {
		int64_t household;
		const char *state; /* in the pool */
		bool has_post;
	} rows[BF_IMPORT_DEPENDS_MAX + 1];
};

/* Takes back all households of a run, and forgets what was sealed of their people. BF_CONFLICT, with
 * what depends on it, where somebody has gone on with one; nothing is changed then. Fails with
 * BF_NOT_FOUND. What was cut off is ended by the same again. */
BF_MUST_CHECK enum bf_rc bf_import_undo(struct bf_ask *ask, int64_t run, int64_t *ret_households,
					struct bf_import_depends *ret_depends, struct bf_err *err);

#endif
