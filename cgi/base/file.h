/* file: whole files and folders, as loaders read them. */
#ifndef BF_BASE_FILE_H
#define BF_BASE_FILE_H

#include "base/err.h"

/* The bytes of a file, in the pool, ending in NUL. Fails with BF_NOT_FOUND where there is
 * none, BF_FAULT where it cannot be read or is larger than 16 MiB. */
BF_MUST_CHECK enum bf_rc bf_file_read(struct bf_pool *pool, const char *path,
				      struct bf_str *ret_text, struct bf_err *err);
/* The names in a folder that end in `suffix`, sorted by byte; no "." files. A folder that is
 * not there is BF_NOT_FOUND. */
BF_MUST_CHECK enum bf_rc bf_file_list(struct bf_pool *pool, const char *folder, const char *suffix,
				      const char ***ret_names, size_t *ret_count,
				      struct bf_err *err);

#endif
