/* payout, delivery: what a post has kept goes to its family, who confirms it and says thanks; who
 * may do which step, and that the books agree behind each. */
#include "kernel.h"

#include <sys/wait.h>

#include "domain/delivery.h"
#include "domain/idempotency.h"
#include "domain/payee.h"
#include "domain/payment.h"
#include "domain/payout.h"
#include "domain/rest.h"
#include "domain/suspend.h"

/* More accounts. */
enum {
	PREPARER = 20, /* of the county */
	APPROVER,
	BOTH,          /* holds both grants in the county */
	FOREIGN,       /* holds both in the other county */
	CITY_PREPARER, /* of the city, hence of its counties */
	DONOR,
};
enum { ASKED_FEN = 20000 };

static const struct bf_payout_bank bank = { "test", 0 };

static const char *const payers[] = {
	"INSERT INTO account (id, kind, shown_name, created_at) "
	"SELECT seq, 'person', CONCAT('account ', seq), UTC_TIMESTAMP(3) FROM seq_20_to_25",
	"INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
	"(20, 'pay.prepare', 430523, '2026-01-01'), (21, 'pay.approve', 430523, '2026-01-01'), "
	"(22, 'pay.prepare', 430523, '2026-01-01'), (22, 'pay.approve', 430523, '2026-01-01'), "
	"(23, 'pay.prepare', 430524, '2026-01-01'), (23, 'pay.approve', 430524, '2026-01-01'), "
	"(24, 'pay.prepare', 430500, '2026-01-01')",
};

static int set_up(void **state)
{
	struct bf_faults faults;
	int failed = kernel_set_up(state);

	if (failed)
		return failed;
	bf_faults_init(&faults, pool);
	bf_queries_load(queries, "core", "sql/money", &faults);
	bf_queries_prove(queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	for (size_t i = 0; i < sizeof(payers) / sizeof(payers[0]); i++)
		scratch_do(payers[i]);
	return 0;
}

/* ---- acts, each in its transaction ------------------------------------------------------ */

struct wish {
	char ref[BF_REF_BYTES];
	int64_t id; /* of the payout or delivery */
	const char *text;
	bool shown;
	struct bf_decision decision;
	struct bf_payment_wish gift;
	const char *number; /* of a payee */
	bool real;          /* outside of a demo */
};

static enum bf_rc write_post(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_draft draft = { .plugin = "donations",
					.city = CITY,
					.for_household = FAMILY,
					.need_kind = "necessities",
					.form = "money",
					.relation = "village_manager" };
	struct bf_value fields = bf_value_map(pool);
	struct wish *wish = arg;
	enum bf_rc rc = bf_draft_create(act, &draft, wish->ref, err);

	bf_arg_set_text(&fields, "title", "入冬的两床棉被");
	bf_arg_set_text(&fields, "item", "棉被");
	bf_arg_set_int(&fields, "target_fen", ASKED_FEN);
	bf_arg_set_text(&fields, "story", "去年屋顶漏雨，旧棉被全湿了，一直没有换。");
	bf_arg_set_text(&fields, "reason", "家里三口人有两个生病。");
	bf_arg_set_text(&fields, "price_source", "县城集市的价格");
	bf_arg_set_int(&fields, "story_shown", 1);
	if (rc == BF_OK)
		rc = bf_draft_save(act, wish->ref, 0, &fields, err);
	return rc == BF_OK ? bf_draft_submit(act, wish->ref, 0, true, err) : rc;
}

static enum bf_rc decide(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_review_decide(act, &((struct wish *)arg)->decision, err);
}

static enum bf_rc give(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;
	struct bf_payment_made made;
	struct bf_payment_settled settled;
	enum bf_rc rc = bf_payment_create(&act->ask, &wish->gift, &made, err);

	if (rc == BF_OK)
		rc = bf_payment_pending(&act->ask, made.id, made.number, err);
	if (rc != BF_OK)
		return rc;
	return bf_payment_succeed(&act->ask, "test",
				  &(struct bf_payment_report){ .channel = "simulated",
							       .merchant = "bangfu-test",
							       .number = made.number,
							       .gateway_id = made.number,
							       .currency = BF_CURRENCY,
							       .fen = wish->gift.fen },
				  &settled, err);
}

static enum bf_rc request(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_payout_request(act, wish->ref, &wish->id, err);
}

static enum bf_rc approve(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_payout_approve(act, ((struct wish *)arg)->id, err);
}

static enum bf_rc cancel(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_payout_cancel(act, ((struct wish *)arg)->id, "户主正在换账户", err);
}

static enum bf_rc send_off(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_payout_sent(act, &bank, ((struct wish *)arg)->id, err);
}

static enum bf_rc arrive(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_payout_confirmed(act, &bank, ((struct wish *)arg)->id, err);
}

static enum bf_rc confirm(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_delivery_confirm(act, wish->id, wish->text, err);
}

static enum bf_rc thank(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_delivery_thank(act, ((struct wish *)arg)->id, "谢谢，今年冬天不冷了。", err);
}

static enum bf_rc pass(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_delivery_pass_thanks(act, wish->id, wish->shown, err);
}

static enum bf_rc suspend(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_post_suspend(act, ((struct wish *)arg)->ref, "2026-17", "正在核实", err);
}

static enum bf_rc come_back(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_payout_returned(act, &bank, ((struct wish *)arg)->id, "账户已注销", err);
}

static enum bf_rc end_post(struct bf_act *act, void *arg, struct bf_err *err)
{
	bool waits;

	return bf_post_end_suspension(act, ((struct wish *)arg)->ref, true, "反映属实", &waits,
				      err);
}

static enum bf_rc run(int64_t account, bf_act_fn *fn, struct wish *wish)
{
	struct bf_act act = act_of(account);
	struct bf_err err = { 0 };
	enum bf_rc rc = bf_act_run(&act, fn, wish, &err);

	if (rc == BF_FAULT || rc == BF_BUSY)
		fail_msg("%s", err.text);
	return rc;
}

/* All invariants hold, whatever was done or refused just now. */
static void assert_verified(void)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum bf_verify holds = bf_verify_run(scratch_connect(), pool, "sql/verify", out);

	fclose(out);
	if (holds != BF_VERIFY_HOLDS)
		fail_msg("%s", text);
	free(text);
}

#define DO(account, fn, wish) (assert_int_equal(run(account, fn, wish), BF_OK), assert_verified())
#define REFUSED(account, fn, wish, rc) \
	(assert_int_equal(run(account, fn, wish), rc), assert_verified())

/* ---- what they are about ---------------------------------------------------------------- */

/* An open post of FAMILY that asks for ASKED_FEN, and has some of it. */
static struct wish published(int64_t given_fen)
{
	static const int64_t checkers[] = { CHECKER, TOWN_A, COUNTY_A };
	struct wish wish = { .shown = true };

	assert_int_equal(run(WRITER, write_post, &wish), BF_OK);
	for (int place = 1; place <= 3; place++) {
		wish.decision = approval_of(asked_number(
			bf_pool_printf(pool, "SELECT id FROM review_step WHERE step = %d", place)));
		assert_int_equal(run(checkers[place - 1], decide, &wish), BF_OK);
	}
	wish.gift = (struct bf_payment_wish){ .post = asked_number("SELECT id FROM post"),
					      .account = DONOR,
					      .fen = given_fen,
					      .channel = "simulated",
					      .merchant = "bangfu-test" };
	if (given_fen)
		DO(DONOR, give, &wish);
	return wish;
}

static int64_t owed(const char *code)
{
	return -asked_number(bf_pool_printf(
		pool,
		"SELECT COALESCE(SUM(balance_fen), 0) FROM ledger_account WHERE code LIKE '%s'",
		code));
}

static const char *payout_state(void)
{
	return asked_text("SELECT state FROM payout ORDER BY id DESC LIMIT 1");
}

static int64_t payouts(void)
{
	return asked_number("SELECT COUNT(*) FROM payout");
}

/* To the family; wish->id becomes the delivery. */
static void deliver(struct wish *wish)
{
	DO(PREPARER, request, wish);
	DO(APPROVER, approve, wish);
	DO(0, send_off, wish);
	DO(0, arrive, wish);
	wish->id = asked_number("SELECT MAX(id) FROM delivery");
}

/* ---- the way of the money --------------------------------------------------------------- */

static void money_goes_from_the_post_to_its_family(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	DO(PREPARER, request, &wish);
	assert_int_equal(owed("escrow:%"), 0);
	assert_int_equal(owed("payable:household:1"), ASKED_FEN);
	DO(APPROVER, approve, &wish);
	assert_string_equal(payout_state(), "approved");
	assert_int_equal(asked_number("SELECT approved_by FROM payout"), APPROVER);
	DO(0, send_off, &wish);
	assert_int_equal(owed("payable:household:1"), 0);
	assert_int_equal(owed("transit_out:test"), ASKED_FEN);
	assert_int_equal(asked_number("SELECT sent_fen FROM post"), ASKED_FEN);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM delivery WHERE received_at IS NULL"),
			 1);
	REFUSED(0, send_off, &wish, BF_CONFLICT);
	DO(0, arrive, &wish);
	REFUSED(0, arrive, &wish, BF_CONFLICT);
	assert_int_equal(owed("transit_out:test"), 0);
	assert_int_equal(owed("custody:test"), ASKED_FEN); /* an asset, so much less */
	assert_int_equal(asked_number("SELECT SUM(delivered_fen) FROM figure"), 2 * ASKED_FEN);
	assert_int_equal(asked_number("SELECT SUM(connected_families) FROM figure"), 2);
	assert_int_equal(asked_number("SELECT SUM(partly_met_posts) FROM figure"), 2);
	assert_string_equal(asked_text("SELECT state FROM post"), "full"); /* P7 */
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE type IN "
				      "('payout.requested', 'payout.approved', 'payout.sent', "
				      "'payout.confirmed', 'delivery.received')"),
			 5);
}

static void the_same_person_does_not_approve(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	DO(BOTH, request, &wish);
	REFUSED(BOTH, approve, &wish, BF_DENIED);
	REFUSED(PREPARER, approve, &wish, BF_DENIED); /* has no grant for it */
	assert_string_equal(payout_state(), "requested");
	DO(APPROVER, approve, &wish);
	REFUSED(APPROVER, approve, &wish, BF_CONFLICT);
	REFUSED(APPROVER, cancel, &wish, BF_CONFLICT);
}

static void other_regions_see_nothing(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	REFUSED(FOREIGN, request, &wish, BF_NOT_FOUND);
	REFUSED(APPROVER, request, &wish, BF_NOT_FOUND); /* is not for preparing */
	REFUSED(DONOR, request, &wish, BF_NOT_FOUND);
	assert_int_equal(payouts(), 0);
	DO(CITY_PREPARER, request, &wish); /* the county lies in the city */
	REFUSED(FOREIGN, approve, &wish, BF_NOT_FOUND);
	REFUSED(FOREIGN, cancel, &wish, BF_NOT_FOUND);
	scratch_do("UPDATE role_grant SET to_at = UTC_TIMESTAMP(3) WHERE account_id = 21");
	REFUSED(APPROVER, approve, &wish, BF_NOT_FOUND); /* a grant that ended */
	assert_string_equal(payout_state(), "requested");
}

static void little_is_paid_out_as_the_rest_alone(void **state)
{
	struct wish wish = published(BF_PAYOUT_MIN_FEN - 1);

	(void)state;
	REFUSED(PREPARER, request, &wish, BF_CONFLICT);
	wish.gift.fen = ASKED_FEN - 2 * BF_PAYOUT_MIN_FEN;
	DO(DONOR, give, &wish);
	DO(PREPARER, request, &wish);
	REFUSED(PREPARER, request, &wish, BF_CONFLICT); /* nothing is left */
	wish.gift.fen = 1;
	DO(DONOR, give, &wish);
	assert_string_equal(asked_text("SELECT state FROM post"), "open");
	wish.gift.fen = BF_PAYOUT_MIN_FEN;
	DO(DONOR, give, &wish);
	REFUSED(PREPARER, request, &wish, BF_CONFLICT); /* one a week */
	scratch_do("UPDATE payout SET requested_at = requested_at - INTERVAL 8 DAY");
	DO(PREPARER, request, &wish);
	assert_int_equal(asked_number("SELECT fen FROM payout ORDER BY id DESC LIMIT 1"),
			 BF_PAYOUT_MIN_FEN + 1);
}

static void the_rest_of_a_full_post_may_be_little(void **state)
{
	struct wish wish = published(ASKED_FEN - 100);

	(void)state;
	DO(PREPARER, request, &wish);
	wish.gift.fen = 100;
	DO(DONOR, give, &wish);
	scratch_do("UPDATE payout SET requested_at = requested_at - INTERVAL 8 DAY");
	DO(PREPARER, request, &wish);
	assert_int_equal(asked_number("SELECT fen FROM payout ORDER BY id DESC LIMIT 1"), 100);
}

static void nothing_of_a_suspended_post_is_paid_out(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	DO(PREPARER, request, &wish);
	DO(COUNTY_A, suspend, &wish);
	REFUSED(APPROVER, approve, &wish, BF_CONFLICT);
	DO(APPROVER, cancel, &wish);
	REFUSED(PREPARER, request, &wish, BF_CONFLICT);
	assert_int_equal(payouts(), 1);
}

static void an_approved_payout_waits_while_its_post_is_suspended(void **state)
{
	struct wish wish = published(ASKED_FEN);
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool worked = true;

	(void)state;
	DO(PREPARER, request, &wish);
	DO(APPROVER, approve, &wish);
	DO(COUNTY_A, suspend, &wish);
	REFUSED(0, send_off, &wish, BF_CONFLICT);
	assert_int_equal(bf_payout_simulate(&ask, &bank, &worked, &err), BF_OK);
	assert_false(worked);
	assert_string_equal(payout_state(), "approved");
}

/* Steps of the job at the end of posts, until there is none. */
static void end_what_is_due(void)
{
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool did = true;

	for (int steps = 0; did; steps++) {
		if (bf_rest_once(&ask, &did, &err) != BF_OK)
			fail_msg("%s", err.text);
		assert_true(steps < 10);
		assert_verified();
	}
}

static const char *post_state(void)
{
	return asked_text("SELECT state FROM post");
}

/* The bank's job and another approver may come before the job that takes it back. */
static void nothing_leaves_for_a_post_that_was_cancelled(void **state)
{
	struct wish wish = published(ASKED_FEN);
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool worked = true;

	(void)state;
	DO(PREPARER, request, &wish);
	DO(APPROVER, approve, &wish);
	DO(COUNTY_A, suspend, &wish);
	DO(COUNTY_A, end_post, &wish);
	DO(COUNTY_B, end_post, &wish);
	assert_string_equal(post_state(), "cancelled");
	REFUSED(0, send_off, &wish, BF_CONFLICT);
	assert_int_equal(bf_payout_simulate(&ask, &bank, &worked, &err), BF_OK);
	assert_false(worked);
	end_what_is_due();
	assert_string_equal(payout_state(), "cancelled");
	assert_int_equal(asked_number("SELECT fen FROM rest_choice"), ASKED_FEN);
}

static void nobody_approves_for_a_post_that_was_cancelled(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	DO(PREPARER, request, &wish);
	DO(COUNTY_A, suspend, &wish);
	DO(COUNTY_A, end_post, &wish);
	DO(COUNTY_B, end_post, &wish);
	REFUSED(APPROVER, approve, &wish, BF_CONFLICT);
	end_what_is_due();
	assert_string_equal(payout_state(), "cancelled");
}

/* All of its money had left by its deadline, but was not there yet. */
static void an_expired_post_is_closed_once_the_last_help_is_confirmed(void **state)
{
	struct wish wish = published(ASKED_FEN / 2);

	(void)state;
	deliver(&wish);
	scratch_do("UPDATE post SET deadline_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND");
	end_what_is_due();
	assert_string_equal(post_state(), "expired");
	assert_int_equal(asked_number("SELECT COUNT(*) FROM rest_choice"), 0);
	wish.text = "当面点清";
	DO(WRITER, confirm, &wish);
	end_what_is_due();
	assert_string_equal(post_state(), "closed");
}

/* Money that was on its way at the deadline comes back from the bank: its donors are asked then. */
static void what_the_bank_sends_back_after_the_end_is_left_too(void **state)
{
	struct wish wish = published(ASKED_FEN / 2);

	(void)state;
	DO(PREPARER, request, &wish);
	DO(APPROVER, approve, &wish);
	DO(0, send_off, &wish);
	scratch_do("UPDATE post SET deadline_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND");
	end_what_is_due();
	DO(0, come_back, &wish);
	end_what_is_due();
	assert_int_equal(asked_number("SELECT donors_until IS NULL FROM post_rest"), 1);
	DO(APPROVER, cancel, &wish);
	end_what_is_due();
	assert_int_equal(asked_number("SELECT fen FROM rest_choice"), ASKED_FEN / 2);
	scratch_do("UPDATE post_rest SET donors_until = UTC_TIMESTAMP(3)");
	end_what_is_due();
	assert_string_equal(post_state(), "closed");
	assert_int_equal(owed("escrow:%"), 0);
	assert_int_equal(owed("refund_payable:%"), ASKED_FEN / 2);
}

static void what_is_cancelled_is_kept_again(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	DO(PREPARER, request, &wish);
	REFUSED(CITY_PREPARER, cancel, &wish, BF_DENIED); /* neither asked nor approves */
	DO(PREPARER, cancel, &wish);
	assert_int_equal(owed("escrow:%"), ASKED_FEN);
	assert_int_equal(owed("payable:household:1"), 0);
	REFUSED(APPROVER, approve, &wish, BF_CONFLICT);
	assert_string_equal(asked_text("SELECT reason FROM state_history WHERE machine = 'payout' "
				       "AND to_state = 'cancelled'"),
			    "户主正在换账户");
	DO(PREPARER, request, &wish); /* no week has to pass */
	assert_int_equal(payouts(), 2);
}

/* ---- the account it goes to ------------------------------------------------------------- */

static struct bf_secrets *keys(void)
{
	struct bf_secrets *secrets;
	struct bf_err err = { 0 };

	assert_int_equal(
		bf_secrets_parse(
			pool, "test.key",
			BF_STR("1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"),
			&secrets, &err),
		BF_OK);
	return secrets;
}

static enum bf_rc enter(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;
	const struct bf_payee_entry entry = {
		.household = FAMILY, .holder = "李大山", .number = wish->number, .demo = !wish->real
	};

	return bf_payee_enter(act, keys(), &entry, &wish->id, err);
}

static enum bf_rc verify_payee(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_payee_decide(act, wish->id, wish->text, err);
}

static bool bank_answers(void)
{
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool worked = false;

	assert_int_equal(bf_payee_simulate(&ask, &worked, &err), BF_OK);
	assert_verified();
	return worked;
}

/* What the demo's bank does with payouts, once. */
static void bank_works(void)
{
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool worked;

	assert_int_equal(bf_payout_simulate(&ask, &bank, &worked, &err), BF_OK);
	assert_true(worked);
	assert_verified();
}

static const char sound[] = "9999 0000 0000 0012", /* check digits by the rule of cards */
	returning[] = "9999000000000194", other_name[] = "9999000000000087";

/* The family's account is another one, verified, entered so many hours ago. */
static void change_payee(const char *number, int hours)
{
	struct wish payee = { .number = number };

	DO(WRITER, enter, &payee);
	assert_true(bank_answers());
	DO(COUNTY_A, verify_payee, &payee);
	scratch_do(bf_pool_printf(pool,
				  "UPDATE payee_account SET entered_at = UTC_TIMESTAMP(3) - "
				  "INTERVAL %d HOUR WHERE version > 1",
				  hours));
}

static void an_account_is_entered_checked_and_verified_by_three(void **state)
{
	struct wish payee = { .number = sound };

	(void)state;
	DO(WRITER, enter, &payee);
	REFUSED(COUNTY_A, verify_payee, &payee, BF_CONFLICT); /* the bank comes first */
	assert_true(bank_answers());
	assert_false(bank_answers());
	REFUSED(STRANGER, verify_payee, &payee, BF_NOT_FOUND); /* of another county */
	REFUSED(WRITER, verify_payee, &payee, BF_NOT_FOUND);
	scratch_do("INSERT INTO role_grant (account_id, role, region, from_at) "
		   "VALUES (1, 'county', 430523, '2026-01-01')");
	REFUSED(WRITER, verify_payee, &payee, BF_DENIED); /* entered it */
	assert_string_equal(asked_text("SELECT last_digits FROM payee_account WHERE state = "
				       "'verified' AND household_id = 1"),
			    "0001"); /* the old one stays until then */
	DO(COUNTY_A, verify_payee, &payee);
	REFUSED(COUNTY_B, verify_payee, &payee, BF_CONFLICT);
	assert_string_equal(asked_text("SELECT CONCAT(state, last_digits, relation) FROM "
				       "payee_account WHERE version = 2"),
			    "verified0012village_manager");
	assert_string_equal(asked_text("SELECT state FROM payee_account WHERE id = 1"),
			    "superseded");
	assert_int_equal(asked_number(
				 "SELECT COUNT(*) FROM payee_account WHERE version = 2 AND "
				 "(INSTR(number_sealed, '9999') OR INSTR(holder_sealed, '李'))"),
			 0);
}

static void what_is_no_card_is_refused(void **state)
{
	static const struct {
		const char *number;
		bool real;
		enum bf_rc rc;
	} tries[] = {
		{ "9999000000000013", false, BF_INVALID }, /* a digit is wrong */
		{ "99990000", false, BF_INVALID },
		{ "", false, BF_INVALID },
		{ "9999000000000012x", false, BF_INVALID },
		{ "99990000000000000000002", false, BF_INVALID }, /* too long */
		{ "4111111111111111", false, BF_INVALID },        /* a real one in a demo */
		{ "9999000000000012", true, BF_INVALID },         /* no bank's outside of it */
		{ "4111-1111 1111-1111", true, BF_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct wish payee = { .number = tries[i].number, .real = tries[i].real };

		if (run(WRITER, enter, &payee) != tries[i].rc)
			fail_msg("\"%s\"", tries[i].number);
	}
	assert_verified();
}

static void nobody_enters_an_account_that_is_not_theirs_to_enter(void **state)
{
	struct wish payee = { .number = sound };

	(void)state;
	REFUSED(DONOR, enter, &payee, BF_NOT_FOUND);
	REFUSED(COUNTY_A, enter, &payee, BF_NOT_FOUND);
	DO(FATHER, enter, &payee);
	assert_string_equal(asked_text("SELECT relation FROM payee_account WHERE version = 2"),
			    "family");
	REFUSED(WRITER, enter, &payee, BF_CONFLICT); /* the same again */
	payee.number = returning;
	DO(FATHER, enter, &payee); /* makes the one before void */
	assert_int_equal(asked_number("SELECT COUNT(*) FROM payee_account WHERE state = "
				      "'superseded'"),
			 1);
}

/* A manager, who is of a family here too. */
static enum bf_rc enter_as_neighbour(struct bf_act *act, void *arg, struct bf_err *err)
{
	act->household = NEIGHBOURS;
	return enter(act, arg, err);
}

static enum bf_rc enter_for_neighbours(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;
	const struct bf_payee_entry entry = {
		.household = NEIGHBOURS, .holder = "王二", .number = wish->number, .demo = true
	};

	return bf_payee_enter(act, keys(), &entry, &wish->id, err);
}

static void a_manager_does_not_enter_their_own_card(void **state)
{
	struct wish payee = { .number = sound };

	(void)state;
	DO(CHECKER, enter_for_neighbours, &payee);
	REFUSED(WRITER, enter_as_neighbour, &payee, BF_DENIED);
	DO(CHECKER, enter, &payee); /* of somebody else: the county is told */
	assert_int_equal(asked_number("SELECT COUNT(DISTINCT household_id) FROM payee_account "
				      "WHERE number_hash = (SELECT number_hash FROM payee_account "
				      "WHERE household_id = 1 AND version = 2)"),
			 2);
}

static void a_name_that_the_bank_does_not_know_is_refused(void **state)
{
	struct wish wish = published(ASKED_FEN), payee = { .number = other_name };

	(void)state;
	DO(FATHER, enter, &payee);
	REFUSED(PREPARER, request, &wish, BF_CONFLICT); /* while it is being changed */
	assert_true(bank_answers());
	REFUSED(COUNTY_A, verify_payee, &payee, BF_CONFLICT);
	DO(PREPARER, request, &wish); /* to the old one */
	assert_int_equal(asked_number("SELECT payee_id FROM payout"), 1);
}

static void money_is_asked_for_by_families_with_an_account(void **state)
{
	struct wish wish = published(0);

	(void)state;
	scratch_do("UPDATE payee_account SET state = 'superseded' WHERE household_id = 1");
	wish.gift.fen = 100;
	assert_int_equal(run(DONOR, give, &wish), BF_CONFLICT);
	scratch_do("UPDATE payee_account SET state = 'verified' WHERE household_id = 1");
	DO(DONOR, give, &wish);
}

static void a_post_is_published_once_there_is_an_account(void **state)
{
	static const int64_t checkers[] = { CHECKER, TOWN_A, COUNTY_A };
	struct wish wish = { .shown = true };

	(void)state;
	scratch_do("DELETE FROM state_history WHERE machine = 'payee' AND object_id = 1");
	scratch_do("DELETE FROM payee_account WHERE household_id = 1");
	assert_int_equal(run(WRITER, write_post, &wish), BF_OK);
	for (int place = 1; place <= 3; place++) {
		wish.decision = approval_of(asked_number(
			bf_pool_printf(pool, "SELECT id FROM review_step WHERE step = %d", place)));
		assert_int_equal(run(checkers[place - 1], decide, &wish),
				 place < 3 ? BF_OK : BF_CONFLICT);
	}
	assert_string_equal(asked_text("SELECT state FROM post"), "township_verified");
	change_payee(sound, 0);
	DO(COUNTY_A, decide, &wish);
	assert_string_equal(asked_text("SELECT state FROM post"), "open");
}

/* Acceptance 33. */
/* Of a wait the longest counts, whichever level says so. */
static void a_county_may_let_a_new_account_wait_longer_and_not_shorter(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	change_payee(sound, 49);
	scratch_do("INSERT INTO setting VALUES ('payee_wait_hours', 430523, '', 1, 72, "
		   "'2026-01-01', 7, 'x')");
	REFUSED(PREPARER, request, &wish, BF_CONFLICT);
	scratch_do("INSERT INTO setting VALUES ('payee_wait_hours', 430523, '', 2, 1, "
		   "'2026-01-01', 7, 'x')");
	DO(PREPARER, request, &wish);
	scratch_do("UPDATE payee_account SET entered_at = UTC_TIMESTAMP(3) - INTERVAL 2 HOUR "
		   "WHERE state = 'verified'");
	REFUSED(APPROVER, approve, &wish, BF_CONFLICT);
}

static void an_account_that_changed_waits_for_48_hours(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	DO(BOTH, request, &wish);
	change_payee(sound, 47);
	REFUSED(BOTH, approve, &wish, BF_DENIED);
	REFUSED(APPROVER, approve, &wish, BF_CONFLICT);
	scratch_do("UPDATE payee_account SET entered_at = entered_at - INTERVAL 1 HOUR");
	DO(APPROVER, approve, &wish);
	bank_works();
	assert_string_equal(payout_state(), "sent");
	assert_int_equal(asked_number("SELECT y.version FROM payout o JOIN payee_account y "
				      "ON y.id = o.payee_id"),
			 2);
}

static void what_was_approved_for_another_account_is_approved_again(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	DO(PREPARER, request, &wish);
	DO(APPROVER, approve, &wish);
	change_payee(sound, 1);
	REFUSED(0, send_off, &wish, BF_CONFLICT);
	bank_works();
	assert_string_equal(payout_state(), "approved"); /* it waits */
	scratch_do("UPDATE payee_account SET entered_at = entered_at - INTERVAL 2 DAY");
	REFUSED(0, send_off, &wish, BF_CONFLICT);
	scratch_do("UPDATE payout SET due_at = UTC_TIMESTAMP(3)");
	bank_works();
	assert_string_equal(payout_state(), "requested");
	assert_int_equal(asked_number("SELECT approved_by IS NULL FROM payout"), 1);
	DO(APPROVER, approve, &wish);
	DO(0, send_off, &wish);
}

static void what_the_bank_sends_back_is_paid_out_anew(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	change_payee(returning, 50);
	DO(PREPARER, request, &wish);
	DO(APPROVER, approve, &wish);
	bank_works();
	bank_works();
	assert_string_equal(payout_state(), "returned");
	assert_int_equal(owed("payable:household:1"), ASKED_FEN);
	assert_int_equal(owed("transit_out:test"), 0);
	assert_int_equal(asked_number("SELECT sent_fen FROM post"), 0);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM delivery WHERE returned_at IS NULL"),
			 0);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE type = 'payout.returned'"),
			 1);
	REFUSED(APPROVER, approve, &wish, BF_CONFLICT);
	REFUSED(0, arrive, &wish, BF_CONFLICT);
	REFUSED(PREPARER, request, &wish, BF_CONFLICT); /* nothing is kept yet */
	DO(PREPARER, cancel, &wish);
	assert_int_equal(owed("escrow:%"), ASKED_FEN);
	change_payee(sound, 50);
	DO(PREPARER, request, &wish);
	DO(APPROVER, approve, &wish);
	bank_works();
	bank_works();
	assert_string_equal(payout_state(), "confirmed");
	assert_int_equal(owed("custody:test"), ASKED_FEN);
}

/* ---- doubled and killed ----------------------------------------------------------------- */

static enum bf_rc request_once(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
			       struct bf_err *err)
{
	struct bf_act act = { .ask = *ask, .actor = PREPARER };
	struct wish *wish = arg;

	*ret_answer = (struct bf_once_answer){ .status = 303, .location = "/" };
	return bf_payout_request(&act, wish->ref, &wish->id, err);
}

static void a_request_sent_twice_is_one_payout(void **state)
{
	const struct bf_once_request request_of = { "account:20", "k", BF_STR("POST /"),
						    BF_STR("x") };
	struct wish wish = published(ASKED_FEN);
	struct bf_ask ask = { db, queries, pool };
	struct bf_once_answer answer;
	struct bf_err err = { 0 };
	enum bf_once once;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(bf_idempotency_run(&ask, &request_of, request_once, &wish, &once,
						    &answer, &err),
				 BF_OK);
		assert_int_equal(once, i ? BF_ONCE_AGAIN : BF_ONCE_NEW);
	}
	assert_int_equal(payouts(), 1);
	assert_verified();
}

/* A process that ends in the middle of its transaction. */
static void die_in(bf_act_fn *fn, int64_t account, struct wish *wish)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		struct bf_act act = act_of(account);
		struct bf_err err = { 0 };

		act.ask.db = scratch_connect();
		if (bf_db_say(act.ask.db, "START TRANSACTION", &err) != BF_OK)
			_exit(1);
		_exit(fn(&act, wish, &err) == BF_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_kill_leaves_nothing_half(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	die_in(request, PREPARER, &wish);
	assert_verified();
	assert_int_equal(payouts(), 0);
	DO(PREPARER, request, &wish);
	die_in(approve, APPROVER, &wish);
	assert_verified();
	assert_string_equal(payout_state(), "requested");
	DO(APPROVER, approve, &wish);
	die_in(send_off, 0, &wish);
	assert_verified();
	assert_int_equal(asked_number("SELECT COUNT(*) FROM delivery"), 0);
	DO(0, send_off, &wish);
	die_in(arrive, 0, &wish);
	assert_verified();
	DO(0, arrive, &wish);
}

static void the_simulated_bank_goes_on_step_by_step(void **state)
{
	static const char *const states[] = { "sent", "confirmed" };
	struct wish wish = published(ASKED_FEN);
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool worked = true;

	(void)state;
	DO(PREPARER, request, &wish);
	assert_int_equal(bf_payout_simulate(&ask, &bank, &worked, &err), BF_OK);
	assert_false(worked);
	DO(APPROVER, approve, &wish);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(bf_payout_simulate(&ask, &bank, &worked, &err), BF_OK);
		assert_true(worked);
		assert_string_equal(payout_state(), states[i]);
		assert_verified();
	}
	assert_int_equal(bf_payout_simulate(&ask, &bank, &worked, &err), BF_OK);
	assert_false(worked);
}

/* ---- the family ------------------------------------------------------------------------- */

static void a_post_is_met_when_its_family_says_so(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	DO(PREPARER, request, &wish);
	DO(APPROVER, approve, &wish);
	DO(0, send_off, &wish);
	wish.id = asked_number("SELECT MAX(id) FROM delivery");
	REFUSED(FATHER, confirm, &wish, BF_CONFLICT); /* has not arrived */
	wish.id = asked_number("SELECT MAX(id) FROM payout");
	DO(0, arrive, &wish);
	wish.id = asked_number("SELECT MAX(id) FROM delivery");
	REFUSED(DONOR, confirm, &wish, BF_NOT_FOUND);
	DO(FATHER, confirm, &wish);
	assert_string_equal(asked_text("SELECT state FROM post"), "met");
	assert_string_equal(asked_text("SELECT listed FROM post"), "met");
	assert_int_equal(asked_number("SELECT SUM(met_posts) FROM figure"), 2);
	assert_int_equal(asked_number("SELECT SUM(partly_met_posts) FROM figure"), 0);
	assert_int_equal(asked_number("SELECT confirmed_fen FROM post"), ASKED_FEN);
	REFUSED(FATHER, confirm, &wish, BF_CONFLICT);
}

static void a_part_that_is_confirmed_meets_nothing(void **state)
{
	struct wish wish = published(ASKED_FEN / 2);

	(void)state;
	deliver(&wish);
	DO(FATHER, confirm, &wish);
	assert_string_equal(asked_text("SELECT state FROM post"), "open");
	wish.gift.fen = ASKED_FEN / 2;
	DO(DONOR, give, &wish);
	assert_string_equal(asked_text("SELECT state FROM post"), "full");
	scratch_do("UPDATE payout SET requested_at = requested_at - INTERVAL 8 DAY");
	deliver(&wish);
	DO(FATHER, confirm, &wish);
	assert_string_equal(asked_text("SELECT state FROM post"), "met");
}

static void a_village_manager_confirms_with_a_reason(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	deliver(&wish);
	REFUSED(WRITER, confirm, &wish, BF_INVALID);
	wish.text = "户主住院，钱已到账，我看过存折。";
	REFUSED(STRANGER, confirm, &wish, BF_NOT_FOUND);
	DO(WRITER, confirm, &wish);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM delivery WHERE confirmed_by = 1 AND "
				      "confirm_reason IS NOT NULL"),
			 1);
}

static void a_suspended_post_is_not_confirmed(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	deliver(&wish);
	DO(COUNTY_A, suspend, &wish);
	REFUSED(FATHER, confirm, &wish, BF_CONFLICT);
}

static void thanks_are_seen_once_somebody_looked_at_them(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	deliver(&wish);
	REFUSED(FATHER, thank, &wish, BF_CONFLICT); /* not confirmed */
	DO(FATHER, confirm, &wish);
	DO(FATHER, thank, &wish);
	REFUSED(FATHER, thank, &wish, BF_CONFLICT);
	assert_int_equal(asked_number("SELECT thanks_shown FROM delivery"), 0);
	REFUSED(STRANGER, pass, &wish, BF_NOT_FOUND);
	REFUSED(FATHER, pass, &wish, BF_NOT_FOUND);
	DO(COUNTY_A, pass, &wish);
	assert_int_equal(asked_number("SELECT thanks_shown FROM delivery"), 1);
	REFUSED(COUNTY_B, pass, &wish, BF_NOT_FOUND); /* waits no more */
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE type = 'delivery.thanked'"),
			 1);
}

static void nobody_passes_their_own_thanks(void **state)
{
	struct wish wish = published(ASKED_FEN);

	(void)state;
	deliver(&wish);
	wish.text = "户主不识字，由我代为确认。";
	DO(WRITER, confirm, &wish);
	DO(WRITER, thank, &wish);
	REFUSED(WRITER, pass, &wish, BF_DENIED);
	wish.shown = false;
	DO(CHECKER, pass, &wish);
	assert_int_equal(asked_number("SELECT thanks_shown FROM delivery"), 0);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE type = 'delivery.thanked'"),
			 0);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, kernel_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(money_goes_from_the_post_to_its_family),
		TEST(the_same_person_does_not_approve),
		TEST(other_regions_see_nothing),
		TEST(little_is_paid_out_as_the_rest_alone),
		TEST(the_rest_of_a_full_post_may_be_little),
		TEST(nothing_of_a_suspended_post_is_paid_out),
		TEST(an_approved_payout_waits_while_its_post_is_suspended),
		TEST(nothing_leaves_for_a_post_that_was_cancelled),
		TEST(nobody_approves_for_a_post_that_was_cancelled),
		TEST(an_expired_post_is_closed_once_the_last_help_is_confirmed),
		TEST(what_the_bank_sends_back_after_the_end_is_left_too),
		TEST(what_is_cancelled_is_kept_again),
		TEST(an_account_is_entered_checked_and_verified_by_three),
		TEST(what_is_no_card_is_refused),
		TEST(nobody_enters_an_account_that_is_not_theirs_to_enter),
		TEST(a_manager_does_not_enter_their_own_card),
		TEST(a_name_that_the_bank_does_not_know_is_refused),
		TEST(money_is_asked_for_by_families_with_an_account),
		TEST(a_post_is_published_once_there_is_an_account),
		TEST(a_county_may_let_a_new_account_wait_longer_and_not_shorter),
		TEST(an_account_that_changed_waits_for_48_hours),
		TEST(what_was_approved_for_another_account_is_approved_again),
		TEST(what_the_bank_sends_back_is_paid_out_anew),
		TEST(a_request_sent_twice_is_one_payout),
		TEST(a_kill_leaves_nothing_half),
		TEST(the_simulated_bank_goes_on_step_by_step),
		TEST(a_post_is_met_when_its_family_says_so),
		TEST(a_part_that_is_confirmed_meets_nothing),
		TEST(a_village_manager_confirms_with_a_reason),
		TEST(a_suspended_post_is_not_confirmed),
		TEST(thanks_are_seen_once_somebody_looked_at_them),
		TEST(nobody_passes_their_own_thanks),
	};

	return cmocka_run_group_tests_name("domain/payout", tests, NULL, NULL);
}
