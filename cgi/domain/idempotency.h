/*
 * idempotency: a changing request is done once, however often it is sent. Its key is inserted
 * first in the transaction; a twin waits on it, then finds the answer that was stored with what
 * was done. The same key with another request is refused. Rows live for 30 days; money has
 * permanent keys of its own besides.
 */
#ifndef BF_DOMAIN_IDEMPOTENCY_H
#define BF_DOMAIN_IDEMPOTENCY_H

#include "domain/ask.h"

enum { BF_IDEMPOTENCY_HASH_BYTES = 65 };

enum bf_once {
	BF_ONCE_NEW,   /* not done yet: it is this transaction's */
	BF_ONCE_AGAIN, /* done: here is its answer */
	BF_ONCE_OTHER, /* the key was used for another request: 422 */
};

struct bf_once_request {
	const char *actor;         /* "account:17" */
	const char *key;           /* of the form or the header, 1 to 64 characters */
	struct bf_str route, body; /* what is to be the same: method with path, and the raw body */
};

struct bf_once_answer {
	int64_t status;       /* 303, 201, ... */
	const char *location; /* where to, or NULL; at most 200 characters */
};

/*
 * First in the caller's transaction: claims the key, or finds the answer. Waits for a twin; where
 * the server gives up waiting it is BF_BUSY, and the transaction has ended.
 */
BF_MUST_CHECK enum bf_rc
bf_idempotency_begin(struct bf_ask *ask, const struct bf_once_request *request,
		     enum bf_once *ret_once, struct bf_once_answer *ret_answer, struct bf_err *err);
/* Last in the same transaction, after BF_ONCE_NEW: stores the answer. */
BF_MUST_CHECK enum bf_rc bf_idempotency_finish(struct bf_ask *ask,
					       const struct bf_once_request *request,
					       const struct bf_once_answer *answer,
					       struct bf_err *err);

/* Does what a request asks for and fills the answer; as bf_ask_fn. */
typedef enum bf_rc bf_once_fn(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
			      struct bf_err *err);
/*
 * The whole of it: begins a transaction, does fn unless it was done, stores its answer, commits.
 * Where the connection is lost at COMMIT the key's row tells what came of it, and fn runs again
 * if nothing did. A refusal of fn stores nothing: the key may be used again.
 */
BF_MUST_CHECK enum bf_rc bf_idempotency_run(struct bf_ask *ask,
					    const struct bf_once_request *request, bf_once_fn *fn,
					    void *arg, enum bf_once *ret_once,
					    struct bf_once_answer *ret_answer, struct bf_err *err);
/*
 * What came of a request before, for one that would be refused now: what it did itself may be why.
 * Waits for a twin that is at it; BF_ONCE_NEW: it was not done.
 */
BF_MUST_CHECK enum bf_rc bf_idempotency_find(struct bf_ask *ask,
					     const struct bf_once_request *request,
					     enum bf_once *ret_once,
					     struct bf_once_answer *ret_answer, struct bf_err *err);
/* Forgets requests and nonces of over 30 days ago, a thousand of each at a time; *ret_done false:
 * there are more. */
BF_MUST_CHECK enum bf_rc bf_idempotency_sweep(struct bf_ask *ask, bool *ret_done,
					      struct bf_err *err);

#endif
