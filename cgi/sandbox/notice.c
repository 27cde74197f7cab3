/* notice: what the gateway tells the merchant, again and again until it is heard. */
#include <inttypes.h>

#include "base/clock.h"
#include "http/client.h"
#include "http/signed.h"
#include "sandbox/sandbox.h"

enum {
	ANSWER_OK = 200,
	ANSWER_BYTES_MAX = 16384,
	TIMEOUT_MS = 5000,
	HOUR_S = 3600,
	OLD_MS = 3600 * 1000
};

/* ---- owing one ------------------------------------------------------------------------- */

static void set_text(struct bf_value *map, const char *name, const char *text)
{
	bf_value_set(map, name, bf_value_string(bf_str(text)));
}

/* The notice of an order, right or with what is to be wrong in it. */
static const char *body_of(struct bf_req *req, const struct bf_value *order,
			   const struct bf_sandbox_notice *notice)
{
	int64_t fen = bf_value_int(bf_value_get(order, "fen"));
	struct bf_value body = bf_value_map(req->pool);
	struct bf_buf text;
	const char *ret;

	set_text(&body, "kind", "payment");
	set_text(&body, "merchant",
		 notice->wrong == BF_SANDBOX_MERCHANT
			 ? "somebody-else"
			 : bf_value_text(bf_value_get(order, "merchant")));
	bf_value_set(&body, "order", *bf_value_get(order, "order_no"));
	bf_value_set(&body, "gateway_id", *bf_value_get(order, "gateway_id"));
	set_text(&body, "currency", "CNY");
	bf_value_set(&body, "fen",
		     bf_value_number(notice->wrong == BF_SANDBOX_AMOUNT ? fen + 1 : fen));
	set_text(&body, "result", notice->result);
	bf_value_set(&body, "at", *bf_value_get(order, "state_at"));
	bf_buf_init(&text);
	bf_value_print_json(&body, &text);
	ret = bf_pool_copy(req->pool, bf_buf_str(&text));
	bf_buf_release(&text);
	return ret;
}

enum bf_rc bf_sandbox_owe(struct bf_req *req, const struct bf_value *order,
			  const struct bf_sandbox_notice *notice)
{
	static const char *const wrong[] = {
		[BF_SANDBOX_RIGHT] = "nothing",    [BF_SANDBOX_SIGNATURE] = "signature",
		[BF_SANDBOX_TIME] = "time",        [BF_SANDBOX_AMOUNT] = "nothing",
		[BF_SANDBOX_MERCHANT] = "nothing",
	};
	struct bf_value args = bf_value_map(req->pool);
	char nonce[BF_SIGNED_NONCE_BYTES];
	enum bf_rc rc = BF_OK;

	bf_signed_draw_nonce(nonce);
	bf_value_set(&args, "notify", *bf_value_get(order, "notify"));
	set_text(&args, "nonce", nonce);
	set_text(&args, "body", body_of(req, order, notice));
	set_text(&args, "wrong", wrong[notice->wrong]);
	bf_value_set(&args, "delay_s", bf_value_number(notice->delay_s));
	for (unsigned i = 0; rc == BF_OK && i < notice->copies; i++)
		rc = bf_sandbox_exec(req, "add_notice", &args, NULL);
	return rc;
}

/* ---- sending one ----------------------------------------------------------------------- */

struct sending {
	const struct bf_job_run *run;
	struct bf_value rows, args;
};

static const struct bf_query *query_named(const struct bf_job_run *run, const char *name)
{
	const struct bf_query *query = bf_queries_find(run->app->queries, BF_CORE_SCOPE, name);

	if (!query)
		BF_BUG("the sandbox has no query \"%s\"", name);
	return query;
}

/* Seconds until a notice that nobody heard is sent again. */
static int64_t pause_s(int64_t tries)
{
	static const int pauses[] = { 5, 30, 60, 180, 300, 600, 1800 };
	const int64_t count = sizeof(pauses) / sizeof(pauses[0]);

	return tries < count ? pauses[tries] : HOUR_S;
}

/* Takes a notice and puts it off, so that who dies while sending has it sent again. */
static enum bf_rc take_due(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct sending *sending = arg;
	const struct bf_job_run *run = sending->run;
	const struct bf_value *notice;
	enum bf_rc rc;

	sending->args = bf_value_map(run->pool);
	rc = bf_db_select(db, run->pool, query_named(run, "due_notice"), &sending->args,
			  &sending->rows, err);
	if (rc != BF_OK || !bf_value_count(&sending->rows))
		return rc;
	notice = bf_value_at(&sending->rows, 0);
	bf_value_set(&sending->args, "notice", *bf_value_get(notice, "id"));
	bf_value_set(&sending->args, "delay_s",
		     bf_value_number(pause_s(bf_value_int(bf_value_get(notice, "tries")))));
	return bf_db_exec(db, query_named(run, "lease_notice"), &sending->args, NULL, NULL, err);
}

/* What the merchant answers; 0 where it cannot be reached. */
static long send_to_merchant(const struct bf_job_run *run, const struct bf_value *notice)
{
	const char *wrong = bf_value_text(bf_value_get(notice, "wrong"));
	struct bf_str body = bf_value_str(bf_value_get(notice, "body"));
	struct bf_signer signer = run->app->link.signer;
	struct bf_http_ask ask = { .body = body,
				   .timeout_ms = TIMEOUT_MS,
				   .limit_bytes = ANSWER_BYTES_MAX };
	int64_t now_ms = bf_clock_wall_ms();
	struct bf_http_told told;
	struct bf_err err = { 0 };

	if (strcmp(wrong, "signature") == 0)
		crypto_sign_keypair(signer.public_key, signer.secret_key);
	if (strcmp(wrong, "time") == 0)
		now_ms -= OLD_MS;
	ask.headers = bf_signed_headers(run->pool, &signer, NULL, body,
					bf_value_text(bf_value_get(notice, "nonce")), now_ms);
	ask.url = bf_pool_printf(run->pool, "%s%s", run->app->link.url,
				 bf_value_text(bf_value_get(notice, "notify")));
	return bf_http_ask(run->pool, &ask, &told, &err) == BF_OK ? told.status : 0;
}

enum bf_rc bf_sandbox_send_notice(const struct bf_job_run *run, bool *ret_did, struct bf_err *err)
{
	struct sending sending = { .run = run };
	enum bf_rc rc = bf_db_transaction(run->db, take_due, &sending, NULL, err);
	long answer;

	if (rc != BF_OK || !bf_value_count(&sending.rows))
		return rc;
	*ret_did = true;
	answer = send_to_merchant(run, bf_value_at(&sending.rows, 0));
	bf_value_set(&sending.args, "answer", bf_value_number(answer));
	bf_value_set(&sending.args, "done", bf_value_bool(answer == ANSWER_OK));
	return bf_db_exec(run->db, query_named(run, "notice_answered"), &sending.args, NULL, NULL,
			  err);
}
