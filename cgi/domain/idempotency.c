#include "domain/idempotency.h"

#include <sodium.h>

enum { HASH_BYTES = 32, KEY_CHARS_MAX = 64, SWEPT_AT_ONCE = 1000, TRIES_MAX = 3 };

/* Of route and body, each behind its length. */
static void hash_request(const struct bf_once_request *request,
			 char ret_hash[BF_IDEMPOTENCY_HASH_BYTES])
{
	const struct bf_str parts[] = { request->route, request->body };
	unsigned char hash[HASH_BYTES];
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		uint64_t len = parts[i].len;

		crypto_generichash_update(&state, (const unsigned char *)&len, sizeof(len));
		if (len)
			crypto_generichash_update(&state, (const unsigned char *)parts[i].p, len);
	}
	crypto_generichash_final(&state, hash, sizeof(hash));
	sodium_bin2hex(ret_hash, BF_IDEMPOTENCY_HASH_BYTES, hash, sizeof(hash));
}

/* What the key's row says, locked. */
static enum bf_rc look(struct bf_ask *ask, const struct bf_once_request *request, const char *hash,
		       enum bf_once *ret_once, struct bf_once_answer *ret_answer,
		       struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "idempotency_look",
				   BF_ARGS(bf_arg_text("actor", request->actor),
					   bf_arg_text("key", request->key)),
				   &row, err);

	if (rc == BF_NOT_FOUND) {
		*ret_once = BF_ONCE_NEW;
		return BF_OK;
	}
	if (rc != BF_OK)
		return rc;
	if (!bf_row_is(row, "request_hash", hash)) {
		*ret_once = BF_ONCE_OTHER;
		return BF_OK;
	}
	*ret_once = bf_row_int(row, "status") ? BF_ONCE_AGAIN : BF_ONCE_NEW;
	*ret_answer = (struct bf_once_answer){
		.status = bf_row_int(row, "status"),
		.location = bf_value_is_null(bf_value_get(row, "location"))
				    ? NULL
				    : bf_row_text(row, "location"),
	};
	return BF_OK;
}

enum bf_rc bf_idempotency_begin(struct bf_ask *ask, const struct bf_once_request *request,
				enum bf_once *ret_once, struct bf_once_answer *ret_answer,
				struct bf_err *err)
{
	char hash[BF_IDEMPOTENCY_HASH_BYTES];
	enum bf_rc rc;

	if (!request->key[0] || strlen(request->key) > KEY_CHARS_MAX)
		return bf_err_set(err, BF_BAD_REQUEST, "an idempotency key of %zu characters",
				  strlen(request->key));
	hash_request(request, hash);
	rc = bf_ask_exec(ask, "idempotency_claim",
			 BF_ARGS(bf_arg_text("actor", request->actor),
				 bf_arg_text("key", request->key), bf_arg_text("hash", hash)),
			 err);
	return rc == BF_OK ? look(ask, request, hash, ret_once, ret_answer, err) : rc;
}

enum bf_rc bf_idempotency_finish(struct bf_ask *ask, const struct bf_once_request *request,
				 const struct bf_once_answer *answer, struct bf_err *err)
{
	int64_t matched = 0;
	enum bf_rc rc = bf_ask_change(ask, "idempotency_answer",
				      BF_ARGS(bf_arg_text("actor", request->actor),
					      bf_arg_text("key", request->key),
					      bf_arg_int("status", answer->status),
					      bf_arg_text("location", answer->location)),
				      &matched, err);

	if (rc == BF_OK && matched != 1)
		return bf_err_set(err, BF_FAULT, "the key \"%s\" of \"%s\" was not begun",
				  request->key, request->actor);
	return rc;
}

/* ---- the whole -------------------------------------------------------------------------- */

struct run {
	const struct bf_once_request *request;
	bf_once_fn *fn;
	void *arg;
	enum bf_once once;
	struct bf_once_answer answer;
};

static enum bf_rc do_once(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct run *run = arg;
	enum bf_rc rc = bf_idempotency_begin(ask, run->request, &run->once, &run->answer, err);

	if (rc != BF_OK || run->once != BF_ONCE_NEW)
		return rc;
	run->answer = (struct bf_once_answer){ .status = 0 };
	rc = run->fn(ask, run->arg, &run->answer, err);
	return rc == BF_OK ? bf_idempotency_finish(ask, run->request, &run->answer, err) : rc;
}

static enum bf_rc look_again(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct run *run = arg;
	char hash[BF_IDEMPOTENCY_HASH_BYTES];

	hash_request(run->request, hash);
	return look(ask, run->request, hash, &run->once, &run->answer, err);
}

enum bf_rc bf_idempotency_run(struct bf_ask *ask, const struct bf_once_request *request,
			      bf_once_fn *fn, void *arg, enum bf_once *ret_once,
			      struct bf_once_answer *ret_answer, struct bf_err *err)
{
	struct run run = { .request = request, .fn = fn, .arg = arg };
	struct bf_err why = { 0 };
	enum bf_rc rc = BF_BUSY;
	bool unknown = true;

	for (int tries = 0; rc == BF_BUSY && unknown && tries < TRIES_MAX; tries++) {
		unknown = false;
		rc = bf_ask_transaction(ask, do_once, &run, &unknown, &why);
		if (!unknown)
			break;
		/* the row waits for a commit in flight; there, it was this run's own act */
		rc = bf_ask_transaction(ask, look_again, &run, NULL, &why);
		if (rc == BF_OK && run.once == BF_ONCE_NEW)
			rc = BF_BUSY;
	}
	if (rc != BF_OK)
		return bf_err_set(err, rc, "%s", why.text);
	*ret_once = run.once;
	*ret_answer = run.answer;
	return BF_OK;
}

enum bf_rc bf_idempotency_find(struct bf_ask *ask, const struct bf_once_request *request,
			       enum bf_once *ret_once, struct bf_once_answer *ret_answer,
			       struct bf_err *err)
{
	struct run run = { .request = request };
	enum bf_rc rc = bf_ask_transaction(ask, look_again, &run, NULL, err);

	if (rc != BF_OK)
		return rc;
	*ret_once = run.once;
	*ret_answer = run.answer;
	return BF_OK;
}

enum bf_rc bf_idempotency_sweep(struct bf_ask *ask, bool *ret_done, struct bf_err *err)
{
	int64_t requests = 0, nonces = 0;
	enum bf_rc rc = bf_ask_change(ask, "idempotency_sweep", BF_NO_ARGS, &requests, err);

	if (rc == BF_OK)
		rc = bf_ask_change(ask, "nonce_sweep", BF_NO_ARGS, &nonces, err);
	if (rc == BF_OK)
		*ret_done = requests < SWEPT_AT_ONCE && nonces < SWEPT_AT_ONCE;
	return rc;
}
