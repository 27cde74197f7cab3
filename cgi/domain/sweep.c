#include "domain/sweep.h"

#include "domain/idempotency.h"

enum { SWEPT_AT_ONCE = 1000 }; /* as the queries say */

enum bf_rc bf_sweep_once(struct bf_ask *ask, bool *ret_more, struct bf_err *err)
{
	static const char *const queries[] = { "sweep_sessions", "sweep_codes", "sweep_messages",
					       "sweep_tries", "sweep_nonces" };
	bool done = true;
	enum bf_rc rc = bf_idempotency_sweep(ask, &done, err);

	*ret_more = rc == BF_OK && !done;
	for (size_t i = 0; rc == BF_OK && i < sizeof(queries) / sizeof(queries[0]); i++) {
		int64_t rows = 0;

		rc = bf_ask_change(ask, queries[i], BF_NO_ARGS, &rows, err);
		*ret_more = *ret_more || rows >= SWEPT_AT_ONCE;
	}
	return rc;
}
