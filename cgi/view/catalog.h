/*
 * catalog: the translations of one .po file, checked as they are read: UTF-8, nothing fuzzy,
 * nothing twice, and in each translation exactly the {values} and <tags> of its text.
 */
#ifndef BF_VIEW_CATALOG_H
#define BF_VIEW_CATALOG_H

#include "base/err.h"
#include "view/view.h"

struct bf_translation {
	struct bf_str context, id, plural; /* plural is empty where there is none */
	struct bf_str one, many;           /* alike in Chinese, which has one form */
	int line;
};

struct bf_catalog;

/* Lives in the pool, holds what could be read. Entries without a translation are left out. */
struct bf_catalog *bf_catalog_parse(struct bf_pool *pool, enum bf_lang lang, const char *file,
				    struct bf_str text, struct bf_faults *faults);
/* NULL where there is none, or catalog is NULL. */
const struct bf_translation *bf_catalog_find(const struct bf_catalog *catalog,
					     struct bf_str context, struct bf_str id);

#endif
