/* ask and trail: queries by name, transactions, moves by the state table. */
#include "money_env.h"

static void what_is_not_there_is_said(void **state)
{
	const struct bf_value *row = NULL;
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_ask_row(&env, "no_such_query", BF_NO_ARGS, &row, &err), BF_FAULT);
	assert_string_equal(err.text, "there is no query \"no_such_query\" of the core");
	assert_int_equal(bf_ask_row(&env, "hold_look", BF_ARGS(bf_arg_int("hold", 1)), &row, &err),
			 BF_NOT_FOUND);
	assert_int_equal(bf_ask_row(&env, "hold_look", BF_NO_ARGS, &row, &err), BF_FAULT);
	assert_null(row);
}

static enum bf_rc move(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_trail_move(ask, arg, err);
}

static void a_move_that_is_not_in_the_table_is_refused(void **state)
{
	struct bf_trail_step first = {
		.machine = "payment", .object = 1, .from = "", .to = "created"
	};
	struct bf_trail_step skipped = { .machine = "payment", .object = 1, .to = "succeeded" };
	struct bf_err err = { 0 };

	(void)state;
	skipped.from = "created";
	assert_int_equal(bf_ask_transaction(&env, move, &first, NULL, &err), BF_OK);
	assert_int_equal(bf_ask_transaction(&env, move, &skipped, NULL, &err), BF_CONFLICT);
	assert_string_equal(err.text, "payment 1 does not move from \"created\" to \"succeeded\"");
	skipped.to = "pending";
	assert_int_equal(bf_ask_transaction(&env, move, &skipped, NULL, &err), BF_OK);
	assert_int_equal(env_number(
				 "SELECT MAX(step) FROM state_history WHERE machine = 'payment'"),
			 2);
}

static enum bf_rc move_and_fail(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	enum bf_rc rc = bf_trail_event(ask, "test.undone", 1, 0, *(int64_t *)arg, err);

	return rc == BF_OK ? bf_err_set(err, BF_CONFLICT, "after all") : rc;
}

static void what_is_refused_leaves_nothing(void **state)
{
	struct bf_err err = { 0 };
	int64_t post = 1;

	(void)state;
	env_post(post, "money", 100);
	assert_int_equal(bf_ask_transaction(&env, move_and_fail, &post, NULL, &err), BF_CONFLICT);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'test.undone'"), 0);
}

static void each_query_has_examples_and_a_plan(void **state)
{
	struct bf_faults faults;

	(void)state;
	bf_faults_init(&faults, pool);
	bf_queries_explain(env_queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	assert_true(bf_queries_at(env_queries, 0) != NULL);
}

static void the_migration_may_run_twice(void **state)
{
	struct bf_db *again = scratch_connect();
	struct bf_err err = { 0 };

	(void)state;
	scratch_do("DELETE FROM schema_migration WHERE file LIKE '0008%'");
	if (bf_migrate(again, pool, "core", "sql/migrations", NULL, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there_is_said),
		cmocka_unit_test(a_move_that_is_not_in_the_table_is_refused),
		cmocka_unit_test(what_is_refused_leaves_nothing),
		cmocka_unit_test(each_query_has_examples_and_a_plan),
		cmocka_unit_test(the_migration_may_run_twice),
	};

	return cmocka_run_group_tests(tests, env_set_up, scratch_tear_down);
}
