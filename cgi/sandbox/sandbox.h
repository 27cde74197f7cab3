/*
 * sandbox: a gateway that plays at money, for the demo and for tests. It is a server of its own
 * with its own account, tables and pages, and speaks to the core only as a real one would: by the
 * protocol of domain/gateway.h, over HTTP. Whoever pays chooses how it goes, well or in each of the
 * ways in which real gateways disturb. Nothing else depends on this folder.
 */
#ifndef BF_SANDBOX_SANDBOX_H
#define BF_SANDBOX_SANDBOX_H

#include "plugin/req.h"
#include "site/jobs.h"

/* Its addresses, below /sandbox. Rows of struct bf_route. */
extern const struct bf_table bf_sandbox_routes;
/* The job that sends one notice that is due. */
enum bf_rc bf_sandbox_send_notice(const struct bf_job_run *run, bool *ret_did, struct bf_err *err);

/* ---- what its files share ---- */

/* api.c: the protocol. */
enum bf_rc bf_sandbox_open(struct bf_req *req);
enum bf_rc bf_sandbox_query(struct bf_req *req);
enum bf_rc bf_sandbox_close(struct bf_req *req);
enum bf_rc bf_sandbox_refund(struct bf_req *req);
enum bf_rc bf_sandbox_bill(struct bf_req *req);

/* store.c: its tables. Rows are values as the named queries answer them. */
enum bf_rc bf_sandbox_select(struct bf_req *req, const char *query, const struct bf_value *args,
			     struct bf_value *ret_rows);
/* ret_matched may be NULL. A duplicate is BF_CONFLICT. */
enum bf_rc bf_sandbox_exec(struct bf_req *req, const char *query, const struct bf_value *args,
			   int64_t *ret_matched);
/* The order of a number; fails with BF_NOT_FOUND. *ret_order lives in the request's pool. */
enum bf_rc bf_sandbox_order(struct bf_req *req, const char *number,
			    const struct bf_value **ret_order);
/* A map of one text, to be added to. */
struct bf_value bf_sandbox_args(struct bf_req *req, const char *name, const char *text);

/* notice.c: how a notice goes wrong, and one that is owed of an order. */
enum bf_sandbox_wrong {
	BF_SANDBOX_RIGHT,
	BF_SANDBOX_SIGNATURE,
	BF_SANDBOX_TIME,
	BF_SANDBOX_AMOUNT,
	BF_SANDBOX_MERCHANT,
};
struct bf_sandbox_notice {
	const char *result; /* "succeeded" or "failed" */
	enum bf_sandbox_wrong wrong;
	int64_t delay_s;
	unsigned copies; /* the same one so many times */
};
enum bf_rc bf_sandbox_owe(struct bf_req *req, const struct bf_value *order,
			  const struct bf_sandbox_notice *notice);

#endif
