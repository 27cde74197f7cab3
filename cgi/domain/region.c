#include "domain/region.h"

#include <stdlib.h>

static int by_code(const void *a, const void *b)
{
	const struct bf_region *left = a, *right = b;

	return (left->code > right->code) - (left->code < right->code);
}

static struct bf_str copy_text(struct bf_pool *pool, const struct bf_value *row, const char *name)
{
	struct bf_str text = bf_value_str(bf_value_get(row, name));

	return (struct bf_str){ bf_pool_copy(pool, text), text.len };
}

static struct bf_value regions_below(const struct bf_regions *regions, struct bf_pool *pool,
				     int64_t parent)
{
	struct bf_value list = bf_value_list(pool);

	for (size_t i = 0; i < regions->count; i++) {
		struct bf_value record;

		if (regions->rows[i].parent != parent)
			continue;
		record = bf_value_map(pool);
		bf_value_set(&record, "code", bf_value_number(regions->rows[i].code));
		bf_value_push(pool, &list, record);
	}
	return list;
}

void bf_regions_init(struct bf_regions *regions, struct bf_pool *pool, const struct bf_value *rows)
{
	regions->count = bf_value_count(rows);
	regions->rows = bf_pool_zalloc(pool, (regions->count + 1) * sizeof(*regions->rows));
	for (size_t i = 0; i < regions->count; i++) {
		const struct bf_value *row = bf_value_at(rows, i);

		regions->rows[i] = (struct bf_region){
			.code = bf_value_int(bf_value_get(row, "id")),
			.parent = bf_value_int(bf_value_get(row, "parent")),
			.level = bf_value_int(bf_value_get(row, "level")),
			.name = copy_text(pool, row, "name"),
			.name_en = copy_text(pool, row, "name_en"),
			.slug = copy_text(pool, row, "slug"),
		};
	}
	qsort(regions->rows, regions->count, sizeof(*regions->rows), by_code);
	for (size_t i = 0; i < regions->count; i++)
		if (regions->rows[i].slug.len)
			regions->rows[i].below =
				regions_below(regions, pool, regions->rows[i].code);
}

const struct bf_region *bf_regions_find(const struct bf_regions *regions, int64_t code)
{
	struct bf_region wanted = { .code = code };

	return regions->count ? bsearch(&wanted, regions->rows, regions->count,
					sizeof(*regions->rows), by_code)
			      : NULL;
}

const struct bf_region *bf_regions_city(const struct bf_regions *regions, struct bf_str slug)
{
	if (!slug.len)
		return NULL;
	for (size_t i = 0; i < regions->count; i++)
		if (bf_str_eq(regions->rows[i].slug, slug))
			return &regions->rows[i];
	return NULL;
}

bool bf_regions_inside(const struct bf_regions *regions, int64_t code, int64_t above)
{
	const struct bf_region *region = bf_regions_find(regions, code);

	while (region && region->code != above)
		region = bf_regions_find(regions, region->parent);
	return region != NULL;
}
