/*
 * route: the addresses of a scope are a tree of segments. A node has children by written
 * segment, sorted, and at most one child for any {parameter}.
 */
#include "http/route.h"

#define METHODS (BF_POST + 1)

struct node {
	struct bf_str segment; /* empty: what {parameters} take */
	size_t count, capacity;
	struct node **written; /* children by segment, sorted */
	struct node *any;      /* the child of a {parameter} */
	const struct bf_route *routes[METHODS];
};

struct bf_routes {
	struct bf_pool *pool;
	const struct bf_table *rows;
	const char *owner;
	struct bf_faults *faults; /* only while loading */
	struct node root;
};

static const struct bf_route *route_at(const struct bf_table *rows, size_t i)
{
	return (const struct bf_route *)rows->rows + i;
}

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

/* ---- segments ------------------------------------------------------------------------ */

/* The name in "{name}"; false for a written segment. */
static bool parameter_name(struct bf_str segment, struct bf_str *ret_name)
{
	if (segment.len < 2 || segment.p[0] != '{' || segment.p[segment.len - 1] != '}')
		return false;
	*ret_name = (struct bf_str){ segment.p + 1, segment.len - 2 };
	return true;
}

static int compare(struct bf_str a, struct bf_str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.p, b.p, common) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Where a written child stands, or belongs. */
static size_t place_of(const struct node *node, struct bf_str segment)
{
	size_t low = 0, high = node->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(node->written[middle]->segment, segment) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct node *written_child(const struct node *node, struct bf_str segment)
{
	size_t place = place_of(node, segment);

	if (place < node->count && bf_str_eq(node->written[place]->segment, segment))
		return node->written[place];
	return NULL;
}

static struct node *add_written(struct bf_routes *routes, struct node *node, struct bf_str segment)
{
	size_t place = place_of(node, segment);
	struct node *child = written_child(node, segment);

	if (child)
		return child;
	if (node->count == node->capacity) {
		struct node **more;

		node->capacity = node->capacity ? node->capacity * 2 : 4;
		more = bf_pool_alloc(routes->pool, node->capacity * sizeof(struct node *));
		if (node->count)
			memcpy(more, node->written, node->count * sizeof(struct node *));
		node->written = more;
	}
	memmove(node->written + place + 1, node->written + place,
		(node->count - place) * sizeof(struct node *));
	child = bf_pool_zalloc(routes->pool, sizeof(*child));
	child->segment = segment;
	node->written[place] = child;
	node->count++;
	return child;
}

static struct node *add_child(struct bf_routes *routes, struct node *node, struct bf_str segment)
{
	struct bf_str name;

	if (!parameter_name(segment, &name))
		return add_written(routes, node, segment);
	if (!node->any)
		node->any = bf_pool_zalloc(routes->pool, sizeof(struct node));
	return node->any;
}

/* ---- at load ------------------------------------------------------------------------- */

static void fault(struct bf_routes *routes, const struct bf_route *route, const char *why)
{
	bf_faults_add(routes->faults, NULL, 0, "%s: route \"%s\" %s: %s", routes->owner,
		      text_or_empty(route->name), text_or_empty(route->path), why);
}

static bool is_declared(const struct bf_route *route, struct bf_str name)
{
	const struct bf_param *params = route->params.rows;

	for (uint32_t i = 0; i < route->params.count; i++)
		if (params[i].name && bf_str_is(name, params[i].name))
			return true;
	return false;
}

/* A segment as it is declared: its own characters, or {name}. */
static const char *wrong_segment(const struct bf_route *route, struct bf_str segment, bool last)
{
	struct bf_str name;

	if (!segment.len)
		return last ? NULL : "its path has an empty segment";
	if (parameter_name(segment, &name))
		return is_declared(route, name)
			       ? NULL
			       : "its path has a {name} that no parameter declares";
	if (segment.p[0] == '.')
		return "a segment of its path starts with \".\"";
	for (size_t i = 0; i < segment.len; i++) {
		char c = segment.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !strchr("-_.", c))
			return "a written segment of its path is not [a-z0-9._-]";
	}
	return NULL;
}

/* Whether a {name} stands in the path before `before`. */
static bool stands_before(const char *path, const char *before, struct bf_str segment)
{
	struct bf_str rest = { path + 1, (size_t)(before - path - 1) }, earlier, name;

	while (bf_str_cut(&rest, '/', &earlier))
		if (parameter_name(earlier, &name) && bf_str_eq(earlier, segment))
			return true;
	return false;
}

static const char *wrong_path(const struct bf_route *route)
{
	struct bf_str rest, segment;
	size_t count = 0;

	if (!route->path || route->path[0] != '/')
		return "its path is missing or does not start with \"/\"";
	rest = bf_str(route->path + 1);
	while (bf_str_cut(&rest, '/', &segment)) {
		const char *wrong = wrong_segment(route, segment, !rest.p);

		if (wrong)
			return wrong;
		if (++count > BF_ROUTE_SEGMENTS_MAX)
			return "its path has too many segments";
		if (stands_before(route->path, segment.p, segment))
			return "its path has one {name} twice";
	}
	return NULL;
}

static const char *wrong_with(const struct bf_route *route)
{
	if (!route->name || !bf_str_is_name(bf_str(route->name)))
		return "its name is missing or not [a-z][a-z0-9_]{0,31}";
	if (route->method <= BF_METHOD__NONE || route->method >= METHODS)
		return "its method is missing: BF_GET or BF_POST";
	if (route->who == BF_WHO__NONE || (route->who & ~(unsigned)BF_WHO__ALL))
		return "it does not say who may use it: set .who";
	if (!route->handler)
		return "its handler is missing";
	return wrong_path(route);
}

static const struct bf_route *earlier_of_name(const struct bf_routes *routes, uint32_t i)
{
	const char *name = route_at(routes->rows, i)->name;

	for (uint32_t j = 0; j < i; j++) {
		const struct bf_route *other = route_at(routes->rows, j);

		if (other->name && strcmp(other->name, name) == 0)
			return other;
	}
	return NULL;
}

static void add_route(struct bf_routes *routes, const struct bf_route *route)
{
	struct bf_str rest = bf_str(route->path + 1), segment;
	struct node *node = &routes->root;
	const struct bf_route **place;

	while (bf_str_cut(&rest, '/', &segment))
		node = add_child(routes, node, segment);
	place = &node->routes[route->method];
	if (*place)
		bf_faults_add(routes->faults, NULL, 0,
			      "%s: route \"%s\" %s: route \"%s\" has the same method and address",
			      routes->owner, route->name, route->path, (*place)->name);
	else
		*place = route;
}

struct bf_routes *bf_routes_new(struct bf_pool *pool, const struct bf_table *rows,
				const char *owner, struct bf_patterns *patterns,
				struct bf_faults *faults)
{
	struct bf_routes *routes = bf_pool_zalloc(pool, sizeof(*routes));

	routes->pool = pool;
	routes->rows = rows;
	routes->owner = owner;
	routes->faults = faults;
	for (uint32_t i = 0; i < rows->count; i++) {
		const struct bf_route *route = route_at(rows, i);
		const char *wrong = wrong_with(route);

		if (!wrong && earlier_of_name(routes, i))
			wrong = "another route has the same name";
		if (wrong) {
			fault(routes, route, wrong);
			continue;
		}
		bf_params_check(&route->params,
				bf_pool_printf(pool, "%s: route \"%s\"", owner, route->name),
				patterns, faults);
		add_route(routes, route);
	}
	routes->faults = NULL;
	return routes;
}

const struct bf_route *bf_routes_find(const struct bf_routes *routes, struct bf_str name)
{
	for (uint32_t i = 0; i < routes->rows->count; i++)
		if (bf_str_is(name, text_or_empty(route_at(routes->rows, i)->name)))
			return route_at(routes->rows, i);
	return NULL;
}

/* ---- for each request ---------------------------------------------------------------- */

static bool has_routes(const struct node *node)
{
	return node->routes[BF_GET] || node->routes[BF_POST];
}

/* The node of a path's rest. A written segment is preferred; where it leads nowhere further
 * down, the {parameter} beside it is tried. */
static const struct node *find_node(const struct node *node, struct bf_str rest)
{
	struct bf_str segment;
	const struct node *child, *found;

	if (!bf_str_cut(&rest, '/', &segment))
		return has_routes(node) ? node : NULL;
	child = written_child(node, segment);
	found = child ? find_node(child, rest) : NULL;
	if (!found && node->any && segment.len)
		found = find_node(node->any, rest);
	return found;
}

static enum bf_method method_of(struct bf_str name)
{
	if (bf_str_is(name, "GET") || bf_str_is(name, "HEAD"))
		return BF_GET;
	return bf_str_is(name, "POST") ? BF_POST : BF_METHOD__NONE;
}

static const char *allowed(const struct node *node)
{
	if (!node->routes[BF_POST])
		return "GET, HEAD";
	return node->routes[BF_GET] ? "GET, HEAD, POST" : "POST";
}

static void take_parts(const struct bf_route *route, struct bf_pool *pool, struct bf_str path,
		       struct bf_fields *ret_parts)
{
	struct bf_str pattern = bf_str(route->path + 1), segment, value, name;
	struct bf_field *items = bf_pool_alloc(pool, BF_ROUTE_SEGMENTS_MAX * sizeof(*items));
	size_t count = 0;

	while (bf_str_cut(&pattern, '/', &segment)) {
		bf_str_cut(&path, '/', &value);
		if (parameter_name(segment, &name))
			items[count++] =
				(struct bf_field){ name, { bf_pool_copy(pool, value), value.len } };
	}
	*ret_parts = (struct bf_fields){ count, items };
}

/* The same path with a "/" at its end more, or less. */
static bool other_slash_is_there(const struct bf_routes *routes, struct bf_pool *pool,
				 struct bf_str path)
{
	struct bf_str other;

	if (path.len && path.p[path.len - 1] == '/')
		other = (struct bf_str){ path.p, path.len - 1 };
	else
		other = bf_str(bf_pool_printf(pool, "%.*s/", BF_STR_ARG(path)));
	return find_node(&routes->root, other) != NULL;
}

enum bf_rc bf_routes_match(const struct bf_routes *routes, struct bf_pool *pool,
			   struct bf_str method, struct bf_str path, struct bf_match *ret_match)
{
	struct bf_str rest;
	const struct node *node;

	*ret_match = (struct bf_match){ 0 };
	if (!path.len || path.p[0] != '/')
		return BF_NOT_FOUND;
	rest = (struct bf_str){ path.p + 1, path.len - 1 };
	node = find_node(&routes->root, rest);
	if (!node) {
		ret_match->other_slash = other_slash_is_there(routes, pool, rest);
		return BF_NOT_FOUND;
	}
	ret_match->route = node->routes[method_of(method)];
	if (!ret_match->route) {
		ret_match->allow = allowed(node);
		return BF_NO_METHOD;
	}
	take_parts(ret_match->route, pool, rest, &ret_match->parts);
	return BF_OK;
}
