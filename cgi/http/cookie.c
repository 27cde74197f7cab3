#include "http/cookie.h"

#include "http/address.h"

/* RFC 9110, token: the characters of a cookie's name. */
static bool is_token(struct bf_str s)
{
	return s.len && bf_only_has(s, "!#$%&'*+-.^_`|~");
}

/* RFC 6265, cookie-octet: no control, white space, quote, comma, semicolon or backslash. */
static bool is_value(struct bf_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c <= ' ' || c > '~' || c == '"' || c == ',' || c == ';' || c == '\\')
			return false;
	}
	return true;
}

static bool is_twice(const struct bf_field *all, size_t count, size_t at)
{
	for (size_t i = 0; i < count; i++)
		if (i != at && bf_str_eq(all[i].name, all[at].name))
			return true;
	return false;
}

void bf_cookies_read(struct bf_pool *pool, struct bf_str header, struct bf_fields *ret_cookies)
{
	struct bf_field pairs[BF_COOKIES_MAX];
	struct bf_str rest = header, pair, name;
	size_t count = 0, kept = 0;
	struct bf_field *items;

	for (size_t seen = 0; seen < BF_COOKIES_MAX && bf_str_cut(&rest, ';', &pair); seen++) {
		pair = bf_str_trim(pair);
		if (!pair.len || !memchr(pair.p, '=', pair.len))
			continue;
		bf_str_cut(&pair, '=', &name);
		if (is_token(name) && is_value(pair))
			pairs[count++] = (struct bf_field){ name, pair };
	}
	items = count ? bf_pool_alloc(pool, count * sizeof(items[0])) : NULL;
	for (size_t i = 0; i < count; i++)
		if (!is_twice(pairs, count, i))
			items[kept++] = pairs[i];
	*ret_cookies = (struct bf_fields){ kept, items };
}
