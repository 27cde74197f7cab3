/* idempotency: once, whoever asks how often; and gifts whose process is killed at each step. */
#include <signal.h>
#include <unistd.h>

#include "domain/ask.h"

/* The process is killed before its n-th statement; below 0: never. */
static int steps_left = -1;

static void step(void)
{
	if (steps_left >= 0 && steps_left-- == 0)
		kill(getpid(), SIGKILL);
}

#define bf_db_select(...) (step(), bf_db_select(__VA_ARGS__))
#define bf_db_exec(...) (step(), bf_db_exec(__VA_ARGS__))
#include "domain/ask.c"
#undef bf_db_select
#undef bf_db_exec

/* How the next transaction's COMMIT is lost: before it was done, or the word of it after. */
static enum { NOT_LOST, REQUEST_LOST, REPLY_LOST } loss;
static int transactions;

static enum bf_rc lossy(struct bf_ask *ask, bf_ask_fn *fn, void *arg, bool *ret_unknown,
			struct bf_err *err);

#define bf_ask_transaction lossy
#include "domain/idempotency.c"
#undef bf_ask_transaction

#include "money_env.h"

/* What a lost request leaves behind: nothing. */
static enum bf_rc undo(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct run *run = arg;
	enum bf_rc rc = do_once(ask, run, err);

	return rc == BF_OK ? bf_err_set(err, BF_BUSY, "the connection is lost") : rc;
}

static enum bf_rc lossy(struct bf_ask *ask, bf_ask_fn *fn, void *arg, bool *ret_unknown,
			struct bf_err *err)
{
	bool lost = fn == do_once && loss != NOT_LOST, done = loss == REPLY_LOST;
	enum bf_rc rc;

	transactions++;
	if (!lost)
		return bf_ask_transaction(ask, fn, arg, ret_unknown, err);
	loss = NOT_LOST;
	rc = bf_ask_transaction(ask, done ? fn : undo, arg, NULL, err);
	assert_int_equal(rc, done ? BF_OK : BF_BUSY);
	bf_db_close(ask->db);
	*ret_unknown = true;
	return BF_BUSY;
}

static struct bf_once_request request(const char *key, const char *body)
{
	return (struct bf_once_request){ .actor = "account:100",
					 .key = key,
					 .route = BF_STR("POST /shaoyang/donations/posts/1/give"),
					 .body = bf_str(body) };
}

/* Adds an event, so that its effects can be counted. */
static enum bf_rc act(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
		      struct bf_err *err)
{
	ret_answer->status = 303;
	ret_answer->location = "/en/thanks";
	return bf_trail_event(ask, arg, 1, 0, 1, err);
}

static enum bf_rc refuse(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
			 struct bf_err *err)
{
	enum bf_rc rc = act(ask, arg, ret_answer, err);

	return rc == BF_OK ? bf_err_set(err, BF_CONFLICT, "no room") : rc;
}

static enum bf_once once(struct bf_ask *ask, const char *key, const char *body, const char *type,
			 struct bf_once_answer *ret_answer)
{
	struct bf_once_request one = request(key, body);
	struct bf_err err = { 0 };
	enum bf_once outcome;

	if (bf_idempotency_run(ask, &one, act, (void *)(uintptr_t)type, &outcome, ret_answer,
			       &err) != BF_OK)
		fail_msg("%s", err.text);
	return outcome;
}

static void the_second_time_finds_the_first_answer(void **state)
{
	struct bf_once_answer answer = { 0 };

	(void)state;
	env_post(1, "money", 1000000);
	assert_int_equal(once(&env, "k1", "fen=100", "test.one", &answer), BF_ONCE_NEW);
	answer = (struct bf_once_answer){ 0 };
	assert_int_equal(once(&env, "k1", "fen=100", "test.one", &answer), BF_ONCE_AGAIN);
	assert_int_equal(answer.status, 303);
	assert_string_equal(answer.location, "/en/thanks");
	assert_int_equal(once(&env, "k1", "fen=200", "test.one", &answer), BF_ONCE_OTHER);
	assert_int_equal(once(&env, "k2", "fen=100", "test.two", &answer), BF_ONCE_NEW);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'test.one'"), 1);
}

static void what_came_of_a_request_is_found_without_doing_it(void **state)
{
	struct bf_once_request one = request("k2a", "fen=100"), other = request("k2a", "fen=200");
	struct bf_once_answer answer = { 0 };
	enum bf_once outcome;

	(void)state;
	assert_int_equal(bf_idempotency_find(&env, &one, &outcome, &answer, NULL), BF_OK);
	assert_int_equal(outcome, BF_ONCE_NEW);
	assert_int_equal(once(&env, "k2a", "fen=100", "test.found", &answer), BF_ONCE_NEW);
	answer = (struct bf_once_answer){ 0 };
	assert_int_equal(bf_idempotency_find(&env, &one, &outcome, &answer, NULL), BF_OK);
	assert_int_equal(outcome, BF_ONCE_AGAIN);
	assert_string_equal(answer.location, "/en/thanks");
	assert_int_equal(bf_idempotency_find(&env, &other, &outcome, &answer, NULL), BF_OK);
	assert_int_equal(outcome, BF_ONCE_OTHER);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'test.found'"), 1);
}

static void what_was_refused_may_be_tried_again(void **state)
{
	struct bf_once_request one = request("k3", "fen=100");
	struct bf_once_answer answer;
	struct bf_err err = { 0 };
	enum bf_once outcome;

	(void)state;
	assert_int_equal(bf_idempotency_run(&env, &one, refuse, "test.three", &outcome, &answer,
					    &err),
			 BF_CONFLICT);
	assert_string_equal(err.text, "no room");
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'test.three'"), 0);
	assert_int_equal(once(&env, "k3", "fen=100", "test.three", &answer), BF_ONCE_NEW);
}

static void a_key_has_one_to_sixty_four_characters(void **state)
{
	struct bf_once_request one = request("", "");
	struct bf_once_answer answer;
	enum bf_once outcome;

	(void)state;
	assert_int_equal(bf_idempotency_run(&env, &one, act, "test.x", &outcome, &answer, NULL),
			 BF_BAD_REQUEST);
	one.key = "0123456789012345678901234567890123456789012345678901234567890123+";
	assert_int_equal(bf_idempotency_run(&env, &one, act, "test.x", &outcome, &answer, NULL),
			 BF_BAD_REQUEST);
}

static int run_twin(struct bf_ask *ask, int i)
{
	struct bf_once_answer answer;

	(void)i;
	return once(ask, "twins", "fen=100", "test.twins", &answer) == BF_ONCE_NEW ? 0 : 1;
}

static void twins_at_once_have_one_effect(void **state)
{
	int codes[4];

	(void)state;
	env_at_once(30, run_twin, codes);
	assert_int_equal(codes[0], 1);
	assert_int_equal(codes[1], 29);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'test.twins'"), 1);
	env_assert_verified();
}

static void a_commit_whose_outcome_is_unknown_is_looked_up(void **state)
{
	struct bf_once_answer answer = { 0 };

	(void)state;
	loss = REPLY_LOST;
	transactions = 0;
	assert_int_equal(once(&env, "lost-1", "fen=1", "test.reply", &answer), BF_ONCE_AGAIN);
	assert_string_equal(answer.location, "/en/thanks");
	assert_int_equal(transactions, 2); /* it, and the look */
	loss = REQUEST_LOST;
	transactions = 0;
	assert_int_equal(once(&env, "lost-2", "fen=1", "test.request", &answer), BF_ONCE_NEW);
	assert_int_equal(transactions, 3); /* it, the look, and it again */
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'test.reply'"), 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'test.request'"), 1);
	env_assert_verified();
}

static void old_requests_are_forgotten(void **state)
{
	struct bf_err err = { 0 };
	bool done = false;

	(void)state;
	scratch_do("UPDATE idempotency SET created_at = created_at - INTERVAL 31 DAY WHERE "
		   "idempotency_key = 'k1'");
	scratch_do("INSERT INTO gateway_nonce VALUES ('simulated', 'old', '00', '2026-01-01'), "
		   "('simulated', 'new', '00', UTC_TIMESTAMP(3))");
	assert_int_equal(bf_idempotency_sweep(&env, &done, &err), BF_OK);
	assert_true(done);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gateway_nonce WHERE nonce = 'new'"), 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gateway_nonce"), 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM idempotency WHERE idempotency_key = "
				    "'k1'"),
			 0);
	assert_true(env_number("SELECT COUNT(*) FROM idempotency") > 1);
}

/* ---- 21: killed at each step -------------------------------------------------------------- */

enum { ROUNDS = 100, GIFTS = ROUNDS + 2, GIFT_FEN = 100 };

static enum bf_rc create(struct bf_ask *ask, void *arg, struct bf_once_answer *ret_answer,
			 struct bf_err *err)
{
	struct env_act *one = arg;
	enum bf_rc rc = bf_payment_create(ask, &one->wish, &one->made, err);

	ret_answer->status = 303;
	ret_answer->location = bf_pool_copy(ask->pool, bf_str(one->made.number));
	return rc;
}

/* The notice of the gateway; killed before its COMMIT as well. */
static enum bf_rc settle(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	enum bf_rc rc = env_succeed(ask, arg, err);

	step();
	return rc;
}

/* A gift from the form to the notice, each with the same key as before. */
static bool give(struct bf_ask *ask, int round)
{
	struct env_act one = { .wish = env_wish(1, ENV_DONOR + round, GIFT_FEN) };
	struct bf_once_request form =
		request(bf_pool_printf(ask->pool, "gift-%d", round), "fen=100");
	const struct bf_value *row;
	struct bf_once_answer answer;
	enum bf_once outcome;

	if (bf_idempotency_run(ask, &form, create, &one, &outcome, &answer, NULL) != BF_OK)
		return false;
	step();
	snprintf(one.made.number, sizeof(one.made.number), "%s", answer.location);
	if (bf_ask_row(ask, "payment_by_number", BF_ARGS(bf_arg_text("number", one.made.number)),
		       &row, NULL) != BF_OK)
		return false;
	one.made.id = bf_row_int(row, "id");
	if (env_run(ask, env_pending, &one) != BF_OK)
		return false;
	env_report(&one);
	if (env_run(ask, settle, &one) != BF_OK)
		return false;
	step();
	return true;
}

/* How many steps a gift has, so that the kills go through all of them. The first one makes
 * accounts and counters besides. */
static int count_steps(void)
{
	assert_true(give(&env, ROUNDS));
	steps_left = 1000000;
	assert_true(give(&env, ROUNDS + 1));
	return 1000000 - steps_left;
}

static void t21_killed_a_hundred_times_and_sent_again(void **state)
{
	int steps = count_steps(), killed = 0;

	(void)state;
	assert_true(steps > 30 && steps < ROUNDS);
	for (int round = 0; round < ROUNDS; round++) {
		int status = 0;
		pid_t child = fork();

		if (child == 0) {
			struct bf_ask own;

			steps_left = -1;
			own = env_connect(bf_pool_new(NULL));
			steps_left = round % steps;
			give(&own, round);
			_exit(0);
		}
		steps_left = -1;
		assert_int_equal(waitpid(child, &status, 0), child);
		killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		if (!give(&env, round))
			fail_msg("round %d was not settled by its retry", round);
	}
	assert_int_equal(killed, ROUNDS);
	assert_int_equal(env_number("SELECT COUNT(*) FROM payment WHERE state = 'succeeded'"),
			 GIFTS);
	assert_int_equal(env_number("SELECT COUNT(*) FROM payment"), GIFTS);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gift"), GIFTS);
	assert_int_equal(env_number("SELECT COUNT(*) FROM hold"), GIFTS);
	assert_int_equal(env_number("SELECT MAX(number) FROM receipt"), GIFTS);
	assert_int_equal(env_number("SELECT taken_fen FROM post WHERE id = 1"), GIFTS * GIFT_FEN);
	assert_int_equal(env_number("SELECT -balance_fen FROM ledger_account WHERE code = "
				    "'escrow:1'"),
			 GIFTS * GIFT_FEN);
	env_assert_verified();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_time_finds_the_first_answer),
		cmocka_unit_test(what_came_of_a_request_is_found_without_doing_it),
		cmocka_unit_test(what_was_refused_may_be_tried_again),
		cmocka_unit_test(a_key_has_one_to_sixty_four_characters),
		cmocka_unit_test(twins_at_once_have_one_effect),
		cmocka_unit_test(a_commit_whose_outcome_is_unknown_is_looked_up),
		cmocka_unit_test(old_requests_are_forgotten),
		cmocka_unit_test(t21_killed_a_hundred_times_and_sent_again),
	};

	return cmocka_run_group_tests(tests, env_set_up, scratch_tear_down);
}
