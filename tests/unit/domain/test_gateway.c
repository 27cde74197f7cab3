/* gateway: which notices are believed, and what the others leave behind. */
#include "money_env.h"

#include <sodium.h>

#include "domain/gateway.h"
#include "domain/notice.h"

enum { NOW_S = 1795000000, BAD = 1000, POST_FEN = 1000000 };

static unsigned char secret_key[crypto_sign_SECRETKEYBYTES], other_key[crypto_sign_SECRETKEYBYTES];
static struct bf_signee keys[2] = { { .id = "sandbox-1" }, { .id = "sandbox-2" } };
static const struct bf_notice_source source = { ENV_CHANNEL, ENV_ISSUER, keys, 2 };

static int set_up(void **state)
{
	unsigned char unused[crypto_sign_PUBLICKEYBYTES];

	if (sodium_init() < 0)
		return -1;
	crypto_sign_keypair(keys[0].public_key, secret_key);
	crypto_sign_keypair(keys[1].public_key, other_key);
	crypto_sign_keypair(unused, other_key); /* of nobody that we know */
	return env_set_up(state);
}

/* A notice with its signature; nonce NULL draws one. */
static struct bf_notice signed_notice(const char *body, const char *nonce, int64_t at_s,
				      const unsigned char *key)
{
	char *signature = bf_pool_alloc(pool, BF_SIGNED_SIGNATURE_BYTES);
	char drawn[BF_SIGNED_NONCE_BYTES];
	struct bf_notice notice = { .channel = ENV_CHANNEL, .body = bf_str(body) };

	bf_signed_draw_nonce(drawn);
	notice.head.timestamp = bf_pool_printf(pool, "%" PRId64, at_s);
	notice.head.nonce = nonce ? nonce : bf_pool_copy(pool, bf_str(drawn));
	notice.head.key_id = "sandbox-1";
	bf_signed_sign(key, notice.head.timestamp, notice.head.nonce, NULL, notice.body, signature);
	notice.head.signature = signature;
	return notice;
}

static const char *body_of(const struct env_act *act, const char *merchant, const char *currency,
			   int64_t fen, const char *result)
{
	return bf_pool_printf(pool,
			      "{\"kind\":\"payment\",\"merchant\":\"%s\",\"order\":\"%s\","
			      "\"gateway_id\":\"SIM%s\",\"currency\":\"%s\",\"fen\":%" PRId64
			      ",\"result\":\"%s\",\"at\":\"2026-11-25T08:00:00.000Z\"}",
			      merchant, act->made.number, act->made.number, currency, fen, result);
}

static const char *good_body(const struct env_act *act)
{
	return body_of(act, ENV_MERCHANT, "CNY", act->wish.fen, "succeeded");
}

static enum bf_rc take(const struct bf_notice *notice, enum bf_paid *ret_outcome,
		       struct bf_err *err)
{
	return bf_notice_take(&env, &source, notice, NOW_S, ret_outcome, err);
}

static void assert_refused(const struct bf_notice *notice, enum bf_rc rc, const char *wanted)
{
	int64_t before = env_number("SELECT COUNT(*) FROM gateway_refusal");
	struct bf_err err = { 0 };
	enum bf_paid outcome;

	assert_int_equal(take(notice, &outcome, &err), rc);
	if (!strstr(err.text, wanted))
		fail_msg("\"%s\", wanted \"%s\"", err.text, wanted);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gateway_refusal"), before + 1);
}

/* ---- 6 --------------------------------------------------------------------------------- */

/* The i-th bad notice about a payment, of one kind after the other. */
static struct bf_notice bad_notice(const struct env_act *act, int i)
{
	const char *body = good_body(act);
	struct bf_notice notice;
	char *signature;

	switch (i % 10) {
	case 0: /* another's key */
		return signed_notice(body, NULL, NOW_S, other_key);
	case 1:
		return signed_notice(body_of(act, "another", "CNY", act->wish.fen, "succeeded"),
				     NULL, NOW_S, secret_key);
	case 2:
		return signed_notice(body_of(act, ENV_MERCHANT, "CNY", act->wish.fen + 1,
					     "succeeded"),
				     NULL, NOW_S, secret_key);
	case 3:
		return signed_notice(body_of(act, ENV_MERCHANT, "CNY", act->wish.fen - 1,
					     "succeeded"),
				     NULL, NOW_S, secret_key);
	case 4:
		return signed_notice(body, NULL, NOW_S - 301 - i, secret_key);
	case 5:
		return signed_notice(body, NULL, NOW_S + 301 + i, secret_key);
	case 6: /* one bit of the signature */
		notice = signed_notice(body, NULL, NOW_S, secret_key);
		signature = bf_pool_copy(pool, bf_str(notice.head.signature));
		signature[i % 80] = signature[i % 80] == 'A' ? 'B' : 'A';
		notice.head.signature = signature;
		return notice;
	case 7: /* one byte of the body */
		notice = signed_notice(body, NULL, NOW_S, secret_key);
		notice.body = bf_str(bf_pool_printf(pool, "%s ", body));
		return notice;
	case 8:
		notice = signed_notice(body, NULL, NOW_S, secret_key);
		notice.head.key_id = "sandbox-2";
		return notice;
	default: /* fields that are left out skip nothing */
		notice = signed_notice(body, NULL, NOW_S, secret_key);
		notice.head.signature = i % 20 < 10 ? NULL : "";
		return notice;
	}
}

static void t6_a_thousand_bad_notices_change_nothing(void **state)
{
	struct env_act act;
	enum bf_paid outcome;
	int accepted = 0;

	(void)state;
	env_post(1, "money", POST_FEN);
	env_begin(&act, 1, ENV_DONOR, 5000);
	for (int i = 0; i < BAD; i++) {
		struct bf_notice notice = bad_notice(&act, i);

		accepted += take(&notice, &outcome, NULL) == BF_OK;
	}
	assert_int_equal(accepted, 0);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gateway_refusal"), BAD);
	assert_int_equal(env_number("SELECT COUNT(*) FROM payment WHERE state = 'pending'"), 1);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 1"), 0);
	assert_int_equal(env_number("SELECT COUNT(*) FROM ledger_journal"), 0);
	env_assert_verified();
}

static void a_refusal_says_why_and_keeps_what_came(void **state)
{
	struct env_act act;
	struct bf_notice notice;

	(void)state;
	env_begin(&act, 1, ENV_DONOR, 700);
	notice = signed_notice(good_body(&act), NULL, NOW_S, other_key);
	assert_refused(&notice, BF_DENIED, "the signature is wrong");
	notice = signed_notice(good_body(&act), NULL, NOW_S, secret_key);
	notice.head.key_id = "sandbox-9";
	assert_refused(&notice, BF_DENIED, "there is no key \"sandbox-9\"");
	notice = signed_notice(good_body(&act), NULL, NOW_S - 301, secret_key);
	assert_refused(&notice, BF_DENIED, "more than 300 s off");
	notice = signed_notice(good_body(&act), "short", NOW_S, secret_key);
	assert_refused(&notice, BF_DENIED, "nonce or the key's id is malformed");
	notice = signed_notice(body_of(&act, ENV_MERCHANT, "USD", 700, "succeeded"), NULL, NOW_S,
			       secret_key);
	assert_refused(&notice, BF_DENIED, "another currency");
	notice =
		signed_notice(body_of(&act, "x", "CNY", 700, "succeeded"), NULL, NOW_S, secret_key);
	assert_refused(&notice, BF_DENIED, "another merchant");
	notice = signed_notice(body_of(&act, ENV_MERCHANT, "CNY", 700, "maybe"), NULL, NOW_S,
			       secret_key);
	assert_refused(&notice, BF_DENIED, "the body is no notice");
	notice = signed_notice(good_body(&act), NULL, NOW_S, secret_key);
	notice.body = (struct bf_str){ bf_pool_zalloc(pool, 1 << 20), 1 << 20 };
	assert_refused(&notice, BF_DENIED, "a body of 1048576 bytes");
	notice = signed_notice("{}", NULL, NOW_S, secret_key);
	notice.head.timestamp = "\xff\xfe 1795000000";
	assert_refused(&notice, BF_DENIED, "s off");
	snprintf(act.made.number, sizeof(act.made.number), "B0000000000000000000");
	notice = signed_notice(good_body(&act), NULL, NOW_S, secret_key);
	assert_refused(&notice, BF_NOT_FOUND, "found nothing");
	assert_int_equal(env_number("SELECT COUNT(*) FROM gateway_refusal WHERE reason LIKE "
				    "'%another currency%' AND body LIKE '%\"USD\"%'"),
			 1);
}

static void what_is_no_notice_is_not_read(void **state)
{
	static const char *const bodies[] = {
		"",
		"[]",
		"null",
		"{",
		"{\"kind\":\"payment\"}",
		"{\"kind\":\"payment\",\"merchant\":\"m\",\"order\":\"o\",\"gateway_id\":\"g\","
		"\"currency\":\"CNY\",\"fen\":\"100\",\"result\":\"succeeded\"}",
		"{\"kind\":\"payment\",\"merchant\":\"m\",\"order\":\"o\",\"gateway_id\":\"g\","
		"\"currency\":\"CNY\",\"fen\":100.0,\"result\":\"succeeded\"}",
		"{\"kind\":\"payment\",\"merchant\":\"m\",\"order\":\"o\",\"gateway_id\":\"g\","
		"\"currency\":\"CNY\",\"fen\":-100,\"result\":\"succeeded\"}",
		"{\"kind\":\"payment\",\"merchant\":\"m\",\"order\":\"o\",\"gateway_id\":\"g\","
		"\"currency\":\"CNY\",\"fen\":100,\"fen\":200,\"result\":\"succeeded\"}",
		"{\"kind\":\"refund\",\"merchant\":\"m\",\"order\":\"o\",\"gateway_id\":\"g\","
		"\"currency\":\"CNY\",\"fen\":100,\"result\":\"succeeded\"}",
		"{\"kind\":\"payment\",\"merchant\":\"m\",\"order\":\"o\",\"gateway_id\":\"g\","
		"\"refund\":\"r\",\"currency\":\"CNY\",\"fen\":100,\"result\":\"succeeded\"}",
		"{\"kind\":\"payment\",\"merchant\":\"m\",\"order\":\"\",\"gateway_id\":\"g\","
		"\"currency\":\"CNY\",\"fen\":100,\"result\":\"succeeded\"}",
		"{\"kind\":\"payment\",\"merchant\":\"m\",\"order\":\"o\",\"gateway_id\":\"g\","
		"\"currency\":\"CNY\",\"fen\":100,\"result\":\"succeeded\"} x",
	};
	struct bf_notice_text text;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		assert_int_equal(bf_notice_parse(pool, bf_str(bodies[i]), &text, NULL), BF_DENIED);
}

/* ---- those that are believed -------------------------------------------------------------- */

static void a_good_notice_settles_and_its_repeats_change_nothing(void **state)
{
	struct env_act act;
	struct bf_notice notice;
	struct bf_err err = { 0 };
	enum bf_paid outcome;

	(void)state;
	env_begin(&act, 1, ENV_DONOR, 900);
	notice = signed_notice(good_body(&act), "0123456789abcdef", NOW_S, secret_key);
	if (take(&notice, &outcome, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_int_equal(outcome, BF_PAID_GIFT);
	notice = signed_notice(good_body(&act), "0123456789abcdef", NOW_S + 300, secret_key);
	assert_int_equal(take(&notice, &outcome, &err), BF_OK);
	assert_int_equal(outcome, BF_PAID_ALREADY);
	notice = signed_notice(body_of(&act, ENV_MERCHANT, "CNY", 900, "failed"), NULL, NOW_S - 300,
			       secret_key);
	assert_int_equal(take(&notice, &outcome, &err), BF_OK);
	assert_int_equal(outcome, BF_PAID_ALREADY);
	env_begin(&act, 1, ENV_DONOR, 901);
	notice = signed_notice(good_body(&act), "0123456789abcdef", NOW_S, secret_key);
	assert_refused(&notice, BF_DENIED, "the nonce came with another body before");
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 1"), 900);
	env_assert_verified();
}

static void a_failure_gives_the_gap_free(void **state)
{
	int64_t pending = env_number("SELECT pending_fen FROM post WHERE id = 1");
	struct env_act act;
	struct bf_notice notice;
	enum bf_paid outcome;

	(void)state;
	env_begin(&act, 1, ENV_DONOR, 333);
	notice = signed_notice(body_of(&act, ENV_MERCHANT, "CNY", 333, "failed"), NULL, NOW_S,
			       secret_key);
	assert_int_equal(take(&notice, &outcome, NULL), BF_OK);
	assert_int_equal(env_number("SELECT pending_fen FROM post WHERE id = 1"), pending);
	env_assert_verified();
}

static void a_refund_is_settled_by_its_notice(void **state)
{
	static const char format[] =
		"{\"kind\":\"refund\",\"merchant\":\"" ENV_MERCHANT
		"\",\"order\":\"%s\",\"refund\":\"%s\",\"gateway_id\":\"SIMR1\","
		"\"currency\":\"CNY\",\"fen\":%d,\"result\":\"succeeded\"}";
	struct env_act act;
	struct bf_notice notice;
	struct bf_err err = { 0 };
	struct bf_str number;
	enum bf_paid outcome;

	(void)state;
	env_give(&act, 1, ENV_DONOR, 450);
	act.refund_wish =
		(struct bf_refund_wish){ .payment = act.made.id, .fen = 450, .kind = "cancelled" };
	env_do(env_request, &act);
	assert_int_equal(bf_db_ask(db, pool, "SELECT number FROM refund ORDER BY id DESC LIMIT 1",
				   &number, &err),
			 BF_OK);
	notice = signed_notice(bf_pool_printf(pool, format, act.made.number, number.p, 451), NULL,
			       NOW_S, secret_key);
	assert_refused(&notice, BF_DENIED, "a notice about refund");
	notice = signed_notice(bf_pool_printf(pool, format, act.made.number, number.p, 450), NULL,
			       NOW_S, secret_key);
	if (take(&notice, &outcome, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_int_equal(env_number("SELECT COUNT(*) FROM refund WHERE state = 'succeeded' AND "
				    "gateway_id = 'SIMR1'"),
			 1);
	assert_int_equal(take(&notice, &outcome, &err), BF_OK);
	env_assert_verified();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t6_a_thousand_bad_notices_change_nothing),
		cmocka_unit_test(a_refusal_says_why_and_keeps_what_came),
		cmocka_unit_test(what_is_no_notice_is_not_read),
		cmocka_unit_test(a_good_notice_settles_and_its_repeats_change_nothing),
		cmocka_unit_test(a_failure_gives_the_gap_free),
		cmocka_unit_test(a_refund_is_settled_by_its_notice),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_tear_down);
}
