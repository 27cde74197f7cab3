/*
 * route: one scope's addresses, checked and built at load, matched for each request. Written
 * segments go before {parameters}, so no address has two routes.
 */
#ifndef BF_HTTP_ROUTE_H
#define BF_HTTP_ROUTE_H

#include "http/param.h"
#include "http/request.h"

enum { BF_ROUTE_SEGMENTS_MAX = 16 };

struct bf_routes;

/*
 * Builds the table of a scope from rows of struct bf_route, which must outlive the pool.
 * `owner` begins each fault: "plugin \"donations\"". Refused are rows without name, method,
 * path, who or handler, a path that is not canonical, a {name} that no parameter declares or
 * that stands twice, and two routes for one name or one address. Parameters are checked and
 * their patterns compiled.
 */
struct bf_routes *bf_routes_new(struct bf_pool *pool, const struct bf_table *rows,
				const char *owner, struct bf_patterns *patterns,
				struct bf_faults *faults);

struct bf_match {
	const struct bf_route *route; /* NULL unless BF_OK */
	struct bf_fields parts;       /* the values of {parameters}, by name */
	const char *allow;            /* of BF_NO_METHOD: the header's value, "GET, HEAD" */
	bool other_slash;             /* of BF_NOT_FOUND: the address is there with, or without,
				       * a "/" at its end */
};

/*
 * The route for a method and a path within the scope ("/" and what follows). HEAD is answered
 * by the route of GET. Fails with BF_NOT_FOUND or BF_NO_METHOD. parts live in the pool.
 */
BF_MUST_CHECK enum bf_rc bf_routes_match(const struct bf_routes *routes, struct bf_pool *pool,
					 struct bf_str method, struct bf_str path,
					 struct bf_match *ret_match);
/* The route of a name; NULL where there is none. */
const struct bf_route *bf_routes_find(const struct bf_routes *routes, struct bf_str name);

#endif
