/* pages: the core's own addresses, as route tables of the same kind that plugins declare. */
#ifndef BF_SITE_PAGES_H
#define BF_SITE_PAGES_H

#include "bangfu.h"

/* Below "/", and below "/{city}". Rows of struct bf_route. */
extern const struct bf_table bf_site_root_routes, bf_site_city_routes;

#endif
