/*
 * region: the GB/T 2260 tree down to counties, held in memory for a generation: names,
 * addresses of the pilot cities, which county lies in which city.
 */
#ifndef BF_DOMAIN_REGION_H
#define BF_DOMAIN_REGION_H

#include "base/value.h"

enum bf_region_level { BF_PROVINCE = 1, BF_PREFECTURE = 2, BF_COUNTY_LEVEL = 3 };

struct bf_region {
	int64_t code, parent; /* parent 0: a province */
	int64_t level;        /* enum bf_region_level */
	struct bf_str name, name_en;
	struct bf_str slug;    /* of a pilot city, else empty */
	struct bf_value below; /* of a pilot city: a list of {code} records, its counties by code */
};

struct bf_regions {
	size_t count;
	struct bf_region *rows; /* by code */
};

/* From the rows of the query `regions`; texts are copied into the pool. */
void bf_regions_init(struct bf_regions *regions, struct bf_pool *pool, const struct bf_value *rows);
/* NULL where the code is unknown. */
const struct bf_region *bf_regions_find(const struct bf_regions *regions, int64_t code);
/* The pilot city at an address. NULL: there is none. */
const struct bf_region *bf_regions_city(const struct bf_regions *regions, struct bf_str slug);
/* Whether one region is the other or lies below it, by the tree and never by the digits. */
bool bf_regions_inside(const struct bf_regions *regions, int64_t code, int64_t above);
#endif
