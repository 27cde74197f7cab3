/* cookie: the Cookie header of RFC 6265. */
#ifndef BF_HTTP_COOKIE_H
#define BF_HTTP_COOKIE_H

#include "http/request.h"

enum { BF_COOKIES_MAX = 64 };

/*
 * The cookies of a header, into the pool. A pair outside the grammar is left out, and so is
 * every cookie whose name was sent twice: nobody can tell which of the two is ours. At most
 * BF_COOKIES_MAX pairs are looked at.
 */
void bf_cookies_read(struct bf_pool *pool, struct bf_str header, struct bf_fields *ret_cookies);

#endif
