/*
 * region_file: the divisions of the country as sql/regions.csv holds them, read into memory:
 *   code,parent,level,name,name_en,valid_from
 * Lines that begin with "#" are comments; the first other line names the columns.
 */
#ifndef BF_DOMAIN_REGION_FILE_H
#define BF_DOMAIN_REGION_FILE_H

#include "base/err.h"

struct bf_region_line {
	int64_t code, parent, level;
	struct bf_str name, name_en, valid_from; /* "2023-06-30" */
};

struct bf_region_file {
	size_t count;
	struct bf_region_line *lines; /* by code */
};

/* Fails with BF_FAULT, naming the line, where a line is malformed or its parent is unknown. */
BF_MUST_CHECK enum bf_rc bf_region_file_read(struct bf_region_file *file, struct bf_pool *pool,
					     const char *path, struct bf_err *err);
/* The same from a text; `name` is for messages. */
BF_MUST_CHECK enum bf_rc bf_region_file_parse(struct bf_region_file *file, struct bf_pool *pool,
					      const char *name, struct bf_str text,
					      struct bf_err *err);
/* NULL where the code is unknown. */
const struct bf_region_line *bf_region_file_find(const struct bf_region_file *file, int64_t code);

#endif
