/*
 * client: a request to another server: a gateway, a notice of the sandbox. Never from a page's
 * transaction, and never without a limit: time, bytes and redirects (none) are bounded, and of the
 * proxies, protocols and credentials that the library knows none is taken from the environment.
 */
#ifndef BF_HTTP_CLIENT_H
#define BF_HTTP_CLIENT_H

#include "http/request.h"

struct bf_http_ask {
	const char *url;            /* http:// or https://, whose certificate is checked */
	const char *const *headers; /* "Name: value", ended by NULL */
	struct bf_str body;         /* p is NULL: GET; else POST of this JSON */
	int64_t timeout_ms;
	size_t limit_bytes; /* of the answer's body */
};

struct bf_http_told {
	long status;
	struct bf_fields headers; /* lower-case names, in the pool; at most 64 of them */
	struct bf_str body;       /* in the pool */
};

/* Fails with BF_BUSY where there is no whole answer in time: whether it had an effect is unknown. */
BF_MUST_CHECK enum bf_rc bf_http_ask(struct bf_pool *pool, const struct bf_http_ask *ask,
				     struct bf_http_told *ret_told, struct bf_err *err);

#endif
