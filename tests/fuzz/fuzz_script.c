/*
 * fuzz_script: text to the steps of a migration. A step that is written out as a file of its own
 * is cut into itself again, with the same checksum; and a statement that passes as a plugin's
 * names a table of that plugin.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_step(const struct bf_step *step, struct bf_pool *pool)
{
	const struct bf_step *again;
	struct bf_faults faults;
	struct bf_buf file;

	bf_buf_init(&file);
	bf_faults_init(&faults, pool);
	bf_buf_add_text(&file, "-- begin\n");
	bf_buf_add_str(&file, step->sql);
	bf_buf_add_text(&file, ";\n-- end\n");
	again = bf_script_split(pool, "again.sql", bf_buf_str(&file), &faults);
	must(!faults.first && again && !again->next);
	must(bf_str_eq(again->sql, step->sql));
	must(strcmp(again->checksum, step->checksum) == 0);
	bf_buf_release(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bf_str prefix = BF_STR("coats_");
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_faults faults;
	struct bf_step *step;
	int number = 0;

	bf_faults_init(&faults, pool);
	step = bf_script_split(pool, "f.sql", (struct bf_str){ (const char *)data, size }, &faults);
	for (; step; step = step->next) {
		must(step->number == ++number && step->line >= 1 && step->sql.len);
		if (!faults.first)
			check_step(step, pool);
		if (!bf_script_check_tables(pool, step->sql, prefix))
			must(memmem(step->sql.p, step->sql.len, prefix.p, prefix.len) != NULL);
	}
	bf_pool_free(pool);
	return 0;
}
