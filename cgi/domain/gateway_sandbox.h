/* gateway_sandbox: the adapter that speaks the sandbox's protocol (domain/gateway.h) by HTTP.
 * Times and sizes are bounded, redirects are not followed, TLS is verified where it is used. */
#ifndef BF_DOMAIN_GATEWAY_SANDBOX_H
#define BF_DOMAIN_GATEWAY_SANDBOX_H

#include "domain/gateway.h"

struct bf_sandbox_config {
	const char *channel, *merchant;
	const char *url;                /* "http://127.0.0.1:8099", without a "/" at its end */
	const char *notify;             /* the path that takes its notices */
	const struct bf_signer *signer; /* ours */
	const struct bf_signee *keys;   /* the gateway's */
	size_t key_count;
	int64_t timeout_ms; /* of a whole exchange */
};

/* An adapter that lives in the pool; config is copied, its texts are borrowed. */
const struct bf_gateway *bf_sandbox_new(struct bf_pool *pool,
					const struct bf_sandbox_config *config);

#endif
