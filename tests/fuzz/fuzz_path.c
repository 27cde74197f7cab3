/*
 * fuzz_path: from an address to its route. The path that was read, encoded by this test, is read
 * as itself; a route that was found, its parts put in, is that path again; no other spelling of
 * the same address is taken.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/address.h"
#include "http/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static enum bf_rc handler(struct bf_req *req)
{
	(void)req;
	return BF_OK;
}

static const struct bf_param params[] = { { .name = "a", .type = BF_TEXT },
					  { .name = "b", .type = BF_TEXT } };

#define ROUTE(name, method, path)                                              \
	{                                                                      \
		name, method, path, BF_TABLE(params), BF_ANYONE, handler, NULL \
	}

static const struct bf_route rows[] = {
	ROUTE("front", BF_GET, "/"),
	ROUTE("posts", BF_GET, "/posts"),
	ROUTE("one", BF_GET, "/posts/{a}"),
	ROUTE("new", BF_GET, "/posts/new"),
	ROUTE("give", BF_POST, "/posts/{a}/give"),
	ROUTE("folder", BF_GET, "/posts/{a}/"),
	ROUTE("any", BF_GET, "/{a}/{b}"),
	ROUTE("deep", BF_GET, "/{a}/x/y/{b}/z"),
};
static const struct bf_table table = BF_TABLE(rows);

static struct bf_routes *routes_of_this_process(void)
{
	static struct bf_routes *routes;

	if (!routes) {
		struct bf_pool *pool = bf_pool_new(NULL);
		struct bf_faults faults;

		bf_faults_init(&faults, pool);
		routes = bf_routes_new(pool, &table, "fuzz", bf_patterns_new(pool), &faults);
		must(faults.count == 0);
	}
	return routes;
}

static void encode(struct bf_buf *out, struct bf_str path)
{
	for (size_t i = 0; i < path.len; i++) {
		struct bf_str c = { path.p + i, 1 };

		if (bf_only_has(c, "/-_.~"))
			bf_buf_add_str(out, c);
		else
			bf_buf_printf(out, "%%%02X", (unsigned char)path.p[i]);
	}
}

static void check_canonical(struct bf_str path)
{
	must(path.len && path.p[0] == '/' && path.p[path.len] == '\0');
	must(bf_text_clean(path));
	must(!strstr(path.p, "//") && !strstr(path.p, "/./") && !strstr(path.p, "/../"));
	must(!bf_str_ends(path, BF_STR("/.")) && !bf_str_ends(path, BF_STR("/..")));
	must(!memchr(path.p, '\\', path.len) && strlen(path.p) == path.len);
}

/* A route's path with its parts put in. */
static void fill_in(const struct bf_match *match, struct bf_buf *out)
{
	struct bf_str rest = bf_str(match->route->path), text, name;
	size_t used = 0;

	while (bf_str_cut(&rest, '{', &text)) {
		bf_buf_add_str(out, text);
		if (!rest.p)
			break;
		bf_str_cut(&rest, '}', &name);
		must(used < match->parts.count && bf_str_eq(match->parts.items[used].name, name));
		must(match->parts.items[used].value.len > 0);
		bf_buf_add_str(out, match->parts.items[used++].value);
	}
	must(used == match->parts.count);
}

static void check_route(struct bf_pool *pool, const char *method, struct bf_str path)
{
	struct bf_match match;
	struct bf_buf filled;

	if (bf_routes_match(routes_of_this_process(), pool, bf_str(method), path, &match) != BF_OK)
		return;
	bf_buf_init(&filled);
	fill_in(&match, &filled);
	must(bf_str_eq(bf_buf_str(&filled), path));
	bf_buf_release(&filled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_str raw = { (const char *)data, size }, path, again;
	struct bf_pool *pool;
	struct bf_buf encoded;

	if (size > BF_PATH_BYTES_MAX / 3)
		return 0;
	pool = bf_pool_new(NULL);
	if (bf_path_decode(pool, raw, &path, NULL) == BF_OK) {
		check_canonical(path);
		bf_buf_init(&encoded);
		encode(&encoded, path);
		must(bf_path_decode(pool, bf_buf_str(&encoded), &again, NULL) == BF_OK);
		must(bf_str_eq(path, again));
		bf_buf_release(&encoded);
		check_route(pool, "GET", path);
		check_route(pool, "POST", path);
	}
	bf_pool_free(pool);
	return 0;
}
