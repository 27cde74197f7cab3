/* import_command: `bangfu import`: what it says of a file that it takes in or takes back. */
#ifndef BF_SITE_IMPORT_COMMAND_H
#define BF_SITE_IMPORT_COMMAND_H

#include <stdio.h>

#include "plugin/app.h"

struct bf_import_command {
	const struct bf_app *app; /* of the pool money */
	struct bf_db *db;
	const char *path; /* of the file */
	bool preview;
	int64_t undo; /* a run to take back instead; 0: none */
};

/* True: all of it was taken in, or taken back. Else out says what was not, or err why nothing was. */
bool bf_import_command_run(struct bf_pool *pool, const struct bf_import_command *command, FILE *out,
			   struct bf_err *err);

#endif
