/* api: the gateway's side of the protocol of domain/gateway.h. */
#include <inttypes.h>
#include <jansson.h>

#include "base/clock.h"
#include "http/signed.h"
#include "sandbox/sandbox.h"

enum { STATUS_OK = 200 };

/* One call under way: what it says, and what its answer is signed with. */
struct call {
	struct bf_req *req;
	json_t *said; /* NULL of a GET */
	const char *nonce;
};

/* ---- reading --------------------------------------------------------------------------- */

static void forget(void *said)
{
	json_decref(said);
}

static enum bf_rc malformed(struct bf_req *req, const char *what)
{
	return bf_fail(req, BF_BAD_REQUEST, NULL, "%s is missing or malformed", what);
}

static enum bf_rc read_said(struct call *call)
{
	struct bf_request *http = call->req->http;
	json_error_t error;

	call->said = json_loadb(http->body.p ? http->body.p : "", http->body.len,
				JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(call->said))
		return malformed(call->req, "the object of the body");
	bf_pool_defer(call->req->pool, forget, call->said);
	return BF_OK;
}

/* Signed by the merchant, of now, and not seen before. What is refused from here on is signed. */
static enum bf_rc begin(struct bf_req *req, struct call *ret_call)
{
	struct bf_request *http = req->http;
	struct bf_signed_head head = bf_signed_head_of(req->pool, &http->headers);
	const char *request =
		bf_pool_printf(req->pool, "%.*s %s", BF_STR_ARG(http->method_name),
			       bf_pool_copy(req->pool, http->path) + strlen("/sandbox"));
	struct bf_value args;
	enum bf_rc rc;

	*ret_call = (struct call){ .req = req };
	if (bf_signed_verify(&req->app->link.peer, 1, &head, request,
			     http->body.p ? http->body : BF_STR(""), bf_clock_wall_ms() / 1000,
			     &http->err) != BF_OK)
		return BF_SIGN_IN;
	ret_call->nonce = head.nonce;
	if (req->route->method ==
	    BF_GET) /* a question changes nothing, however often it is asked */
		return BF_OK;
	args = bf_sandbox_args(req, "nonce", ret_call->nonce);
	rc = bf_sandbox_exec(req, "add_nonce", &args, NULL);
	return rc == BF_OK ? read_said(ret_call) : rc;
}

static const char *said_text(const struct call *call, const char *name)
{
	const char *text = json_string_value(json_object_get(call->said, name));

	return text ? bf_pool_copy(call->req->pool, bf_str(text)) : "";
}

static int64_t said_fen(const struct call *call, const char *name)
{
	return json_integer_value(json_object_get(call->said, name));
}

/* "2026-11-25T02:40:47.000Z"; false where it is no such time. */
static bool said_time(const struct call *call, const char *name, int64_t *ret_ms)
{
	const char *text = said_text(call, name);
	struct bf_date date = { 0 };
	int end = 0;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &date.year, &date.month, &date.day,
		   &date.hour, &date.minute, &date.second, &date.ms, &end) != 7 ||
	    text[end])
		return false;
	*ret_ms = bf_clock_from_date(date);
	return true;
}

/* ---- answering ------------------------------------------------------------------------- */

static void add_signature(const struct call *call)
{
	struct bf_request *http = call->req->http;
	const char *const *headers =
		bf_signed_headers(call->req->pool, &call->req->app->link.signer, NULL,
				  bf_buf_str(&http->out), call->nonce, bf_clock_wall_ms());

	for (size_t i = 0; headers[i]; i++) {
		struct bf_str value = bf_str(headers[i]), name;

		(void)bf_str_cut(&value, ':', &name);
		bf_request_header(http, bf_pool_copy(call->req->pool, name), bf_str_trim(value).p);
	}
}

static enum bf_rc answer_as(const struct call *call, int status, const struct bf_value *body)
{
	struct bf_request *http = call->req->http;

	bf_value_print_json(body, &http->out);
	bf_request_header(http, "Content-Type", "application/json");
	bf_request_header(http, "Cache-Control", "no-store");
	add_signature(call);
	http->status = status;
	return BF_OK;
}

static enum bf_rc answer(const struct call *call, const struct bf_value *body)
{
	return answer_as(call, STATUS_OK, body);
}

/* How a call ends. A refusal of what is not there or does not fit is an answer, hence signed: the
 * merchant acts on it. */
static enum bf_rc end(const struct call *call, enum bf_rc rc)
{
	struct bf_value body = bf_value_map(call->req->pool);

	if (!call->nonce || (rc != BF_NOT_FOUND && rc != BF_CONFLICT))
		return rc;
	bf_value_set(&body, "error",
		     bf_value_string(bf_str(rc == BF_NOT_FOUND ? "not_found" : "conflict")));
	return answer_as(call, bf_rc_status(rc), &body);
}

static void copy(struct bf_value *to, const char *name, const struct bf_value *from,
		 const char *from_name)
{
	bf_value_set(to, name, *bf_value_get(from, from_name));
}

static void set_text(struct bf_value *map, const char *name, const char *text)
{
	bf_value_set(map, name, bf_value_string(bf_str(text)));
}

static enum bf_rc answer_order(const struct call *call, const struct bf_value *order)
{
	struct bf_value body = bf_value_map(call->req->pool);

	copy(&body, "merchant", order, "merchant");
	copy(&body, "order", order, "order_no");
	copy(&body, "gateway_id", order, "gateway_id");
	set_text(&body, "currency", "CNY");
	copy(&body, "fen", order, "fen");
	copy(&body, "state", order, "state");
	copy(&body, "at", order, "state_at");
	return answer(call, &body);
}

/* ---- orders ---------------------------------------------------------------------------- */

static bool is_ours(const struct call *call, const char *merchant)
{
	return strcmp(merchant, call->req->app->link.merchant) == 0;
}

/* The columns of an order as it was asked for; false where something is malformed. */
static bool read_order(const struct call *call, struct bf_value *ret_args)
{
	int64_t fen = said_fen(call, "fen"), closes_ms;

	if (!*said_text(call, "order") || !is_ours(call, said_text(call, "merchant")) ||
	    strcmp(said_text(call, "currency"), "CNY") != 0 || fen <= 0 ||
	    *said_text(call, "notify") != '/' || !said_time(call, "closes_at", &closes_ms))
		return false;
	*ret_args = bf_sandbox_args(call->req, "order", said_text(call, "order"));
	set_text(ret_args, "merchant", said_text(call, "merchant"));
	set_text(ret_args, "title", said_text(call, "title"));
	set_text(ret_args, "notify", said_text(call, "notify"));
	bf_value_set(ret_args, "fen", bf_value_number(fen));
	bf_value_set(ret_args, "closes_at", bf_value_time(closes_ms));
	return true;
}

/* Whether an order that is there is the one that is asked for again. */
static bool is_same(const struct bf_value *order, const struct bf_value *args)
{
	return bf_value_int(bf_value_get(order, "fen")) ==
		       bf_value_int(bf_value_get(args, "fen")) &&
	       strcmp(bf_value_text(bf_value_get(order, "notify")),
		      bf_value_text(bf_value_get(args, "notify"))) == 0 &&
	       bf_value_get(order, "closes_at")->n == bf_value_get(args, "closes_at")->n;
}

static enum bf_rc answer_opened(const struct call *call, const struct bf_value *order)
{
	struct bf_value body = bf_value_map(call->req->pool);

	copy(&body, "order", order, "order_no");
	copy(&body, "gateway_id", order, "gateway_id");
	copy(&body, "state", order, "state");
	set_text(&body, "pay",
		 bf_pool_printf(call->req->pool, "/sandbox/pay/%s",
				bf_value_text(bf_value_get(order, "order_no"))));
	return answer(call, &body);
}

static enum bf_rc do_open(struct bf_req *req, struct call *call)
{
	const struct bf_value *order;
	struct bf_value args;
	enum bf_rc rc = begin(req, call);

	if (rc != BF_OK)
		return rc;
	if (!read_order(call, &args))
		return malformed(req, "an order");
	rc = bf_sandbox_exec(req, "add_order", &args, NULL);
	if (rc != BF_OK && rc != BF_CONFLICT)
		return rc;
	rc = bf_sandbox_order(req, said_text(call, "order"), &order);
	if (rc == BF_OK && !is_same(order, &args))
		return bf_fail(req, BF_CONFLICT, NULL, "order \"%s\" has other contents",
			       said_text(call, "order"));
	return rc == BF_OK ? answer_opened(call, order) : rc;
}

enum bf_rc bf_sandbox_open(struct bf_req *req)
{
	struct call call = { .req = req };

	return end(&call, do_open(req, &call));
}

static enum bf_rc do_query(struct bf_req *req, struct call *call)
{
	const struct bf_value *order;
	enum bf_rc rc = begin(req, call);

	if (rc == BF_OK)
		rc = bf_sandbox_order(req, bf_text(req, "order"), &order);
	return rc == BF_OK ? answer_order(call, order) : rc;
}

enum bf_rc bf_sandbox_query(struct bf_req *req)
{
	struct call call = { .req = req };

	return end(&call, do_query(req, &call));
}

static enum bf_rc do_close(struct bf_req *req, struct call *call)
{
	struct bf_value args = bf_sandbox_args(req, "order", bf_text(req, "order"));
	const struct bf_value *order;
	enum bf_rc rc = begin(req, call);

	set_text(&args, "state", "closed");
	if (rc == BF_OK)
		rc = bf_sandbox_exec(req, "settle_order", &args, NULL);
	if (rc == BF_OK)
		rc = bf_sandbox_order(req, bf_text(req, "order"), &order);
	return rc == BF_OK ? answer_order(call, order) : rc;
}

enum bf_rc bf_sandbox_close(struct bf_req *req)
{
	struct call call = { .req = req };

	return end(&call, do_close(req, &call));
}

/* ---- refunds --------------------------------------------------------------------------- */

struct refunding {
	struct bf_req *req;
	const struct bf_value *order;
	struct bf_value args;
	int64_t fen;
};

/* Under the lock of its order: two refunds together cannot pass its sum. */
static enum bf_rc give_back(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct refunding *refunding = arg;
	struct bf_value rows;
	enum bf_rc rc;

	(void)db;
	rc = bf_sandbox_select(refunding->req, "lock_order", &refunding->args, &rows);
	if (rc == BF_OK)
		rc = bf_sandbox_select(refunding->req, "refunded", &refunding->args, &rows);
	if (rc != BF_OK)
		return rc;
	if (bf_value_int(bf_value_get(bf_value_at(&rows, 0), "fen")) + refunding->fen >
	    bf_value_int(bf_value_get(refunding->order, "fen")))
		return bf_err_set(err, BF_CONFLICT, "more is asked back than was paid");
	return bf_sandbox_exec(refunding->req, "add_refund", &refunding->args, NULL);
}

static enum bf_rc answer_refund(const struct call *call, const struct bf_value *args)
{
	struct bf_value rows, body = bf_value_map(call->req->pool);
	enum bf_rc rc = bf_sandbox_select(call->req, "refund", args, &rows);
	const struct bf_value *refund = bf_value_at(&rows, 0);

	if (rc != BF_OK)
		return rc;
	if (bf_value_int(bf_value_get(refund, "fen")) != bf_value_int(bf_value_get(args, "fen")) ||
	    bf_value_int(bf_value_get(refund, "order_id")) !=
		    bf_value_int(bf_value_get(args, "order_id")))
		return bf_fail(call->req, BF_CONFLICT, NULL, "refund \"%s\" has other contents",
			       said_text(call, "refund"));
	copy(&body, "refund", refund, "refund_no");
	copy(&body, "gateway_id", refund, "gateway_id");
	set_text(&body, "state", "succeeded");
	return answer(call, &body);
}

static bool is_refunded(struct bf_req *req, const struct bf_value *args)
{
	struct bf_value rows;

	return bf_sandbox_select(req, "refund", args, &rows) == BF_OK && bf_value_count(&rows) == 1;
}

static enum bf_rc do_refund(struct bf_req *req, struct call *call)
{
	struct refunding refunding = { .req = req };
	enum bf_rc rc = begin(req, call);

	if (rc != BF_OK)
		return rc;
	refunding.fen = said_fen(call, "fen");
	if (!*said_text(call, "refund") || refunding.fen <= 0)
		return malformed(req, "a refund");
	rc = bf_sandbox_order(req, said_text(call, "order"), &refunding.order);
	if (rc != BF_OK)
		return rc;
	refunding.args = bf_sandbox_args(req, "refund", said_text(call, "refund"));
	set_text(&refunding.args, "order", said_text(call, "order"));
	set_text(&refunding.args, "kind", said_text(call, "kind"));
	copy(&refunding.args, "order_id", refunding.order, "id");
	bf_value_set(&refunding.args, "fen", bf_value_number(refunding.fen));
	if (strcmp(bf_value_text(bf_value_get(refunding.order, "state")), "succeeded") != 0)
		return bf_fail(req, BF_CONFLICT, NULL, "an order that was not paid is asked back");
	if (!is_refunded(req, &refunding.args))
		rc = bf_db_transaction(req->worker->db, give_back, &refunding, NULL,
				       &req->http->err);
	/* a twin may have been faster: the answer shows whether it was the same */
	if (rc != BF_OK && !(rc == BF_CONFLICT && is_refunded(req, &refunding.args)))
		return rc;
	return answer_refund(call, &refunding.args);
}

enum bf_rc bf_sandbox_refund(struct bf_req *req)
{
	struct call call = { .req = req };

	return end(&call, do_refund(req, &call));
}

/* ---- bills ----------------------------------------------------------------------------- */

static enum bf_rc do_bill(struct bf_req *req, struct call *call)
{
	struct bf_value args = bf_sandbox_args(req, "day", bf_text(req, "day"));
	struct bf_value lines, body = bf_value_map(req->pool);
	enum bf_rc rc = begin(req, call);

	if (rc == BF_OK)
		rc = bf_sandbox_select(req, "bill", &args, &lines);
	if (rc != BF_OK)
		return rc;
	set_text(&body, "merchant", req->app->link.merchant);
	set_text(&body, "day", bf_text(req, "day"));
	bf_value_set(&body, "lines", lines);
	return answer(call, &body);
}

enum bf_rc bf_sandbox_bill(struct bf_req *req)
{
	struct call call = { .req = req };

	return end(&call, do_bill(req, &call));
}
