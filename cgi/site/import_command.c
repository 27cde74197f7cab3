#include "site/import_command.h"

#include <inttypes.h>

#include "domain/import.h"

static bool take_back(struct bf_ask *ask, int64_t run, FILE *out, struct bf_err *err)
{
	struct bf_import_depends *depends = bf_pool_zalloc(ask->pool, sizeof(*depends));
	int64_t households = 0;
	enum bf_rc rc = bf_import_undo(ask, run, &households, depends, err);

	if (rc == BF_OK)
		fprintf(out, "bangfu: run %jd is taken back: %jd households\n", (intmax_t)run,
			(intmax_t)households);
	if (rc == BF_NOT_FOUND)
		(void)bf_err_set(err, rc, "there is no run %jd", (intmax_t)run);
	if (depends->count)
		(void)bf_err_set(err, rc,
				 "run %jd cannot be taken back: somebody has gone on with "
				 "households of it, and nothing was changed",
				 (intmax_t)run);
	for (size_t i = 0; i < depends->count && i < BF_IMPORT_DEPENDS_MAX; i++)
		fprintf(out, "household %jd is \"%s\"%s\n", (intmax_t)depends->rows[i].household,
			depends->rows[i].state,
			depends->rows[i].has_post ? " and has a help post" : "");
	if (depends->count > BF_IMPORT_DEPENDS_MAX)
		fputs("and more\n", out);
	return rc == BF_OK;
}

static bool take_in(struct bf_ask *ask, const struct bf_import_command *command, FILE *out,
		    struct bf_err *err)
{
	const struct bf_import import = {
		.ask = *ask,
		.secrets = command->app->secrets,
		.demo = command->app->config->profile == BF_PROFILE_DEMO,
		.preview = command->preview,
		.list = bf_pool_printf(ask->pool, "%s.%s.tsv", command->path,
				       command->preview ? "preview" : "refused"),
	};
	struct bf_import_result result = { 0 };
	struct bf_register_file *file;

	if (bf_register_file_open(ask->pool, command->path, &file, err) != BF_OK)
		return false;
	if (bf_import_file(&import, file, &result, err) != BF_OK) {
		if (result.run)
			fprintf(out,
				"bangfu: run %jd stands at household %jd; the same command goes "
				"on there\n",
				(intmax_t)result.run, (intmax_t)result.households);
		return false;
	}
	if (result.run)
		fprintf(out, "bangfu: run %jd%s: ", (intmax_t)result.run,
			result.resumed ? ", which was cut off, is whole" : "");
	else
		fputs("bangfu: a preview, nothing was kept: ", out);
	fprintf(out, "%jd households: %jd new, %jd there already, %jd refused\n",
		(intmax_t)result.households, (intmax_t)result.added, (intmax_t)result.again,
		(intmax_t)result.refused);
	if (result.refused)
		fprintf(out, "bangfu: \"%s\" tells why%s\n", import.list,
			result.refused > BF_IMPORT_LISTED_MAX ? ", for the first 10000" : "");
	return !result.refused;
}

bool bf_import_command_run(struct bf_pool *pool, const struct bf_import_command *command, FILE *out,
			   struct bf_err *err)
{
	struct bf_ask ask = { command->db, command->app->queries, pool };

	if (!command->app->secrets) {
		(void)bf_err_set(err, BF_INVALID,
				 "import seals names and numbers: it wants the settings of the "
				 "pool money");
		return false;
	}
	return command->undo ? take_back(&ask, command->undo, out, err)
			     : take_in(&ask, command, out, err);
}
