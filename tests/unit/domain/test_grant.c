/* grant: who gives and ends roles, and that a region keeps who it needs (A3). */
#include "kernel.h"

#include "domain/grant.h"

enum { SETTER = 20, APPROVER, OTHER, FOREIGN };

static const char *const offices[] = {
	"INSERT INTO account (id, kind, shown_name, created_at) "
	"SELECT seq, 'person', CONCAT('account ', seq), UTC_TIMESTAMP(3) FROM seq_20_to_23",
	"INSERT INTO role_grant (id, account_id, role, region, from_at) VALUES "
	"(100, 20, 'config', 430500, '2026-01-01'), (101, 21, 'pay.approve', 430523, '2026-01-01'), "
	"(102, 23, 'config', 430524, '2026-01-01')",
};
enum { APPROVAL = 101 };

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
	for (size_t i = 0; i < sizeof(offices) / sizeof(offices[0]); i++)
		scratch_do(offices[i]);
	return 0;
}

struct wish {
	int64_t account, region, grant;
	const char *role;
};

static enum bf_rc give(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_grant_give(act, wish->account, wish->role, wish->region, &wish->grant, err);
}

static enum bf_rc end(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_grant_end(act, ((struct wish *)arg)->grant, "调离", err);
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

/* Acceptance 38. */
static void the_last_approver_of_a_county_stays(void **state)
{
	struct wish approval = { .grant = APPROVAL };
	struct wish second = { .account = OTHER, .region = COUNTY, .role = "pay.approve" };

	(void)state;
	assert_int_equal(run(SETTER, end, &approval), BF_CONFLICT);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM refused_act"), 0);
	assert_int_equal(run(SETTER, give, &second), BF_OK);
	assert_int_equal(run(SETTER, end, &approval), BF_OK);
	assert_int_equal(run(SETTER, end, &approval), BF_CONFLICT); /* it has ended */
	assert_int_equal(run(SETTER, end, &second), BF_CONFLICT);   /* the last one now */
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE type LIKE 'grant.%' AND "
				      "city = 430500 AND region = 430523"),
			 2);
	assert_string_equal(asked_text("SELECT end_reason FROM role_grant WHERE id = 101"), "调离");
}

static void roles_are_given_by_the_table_within_a_region(void **state)
{
	(void)state;
	const struct {
		int64_t actor;
		struct wish wish;
		enum bf_rc rc;
	} tries[] = {
		{ SETTER, { OTHER, COUNTY, 0, "inspector" }, BF_OK },
		{ SETTER, { OTHER, COUNTY, 0, "inspector" }, BF_CONFLICT }, /* has it */
		{ SETTER, { SETTER, COUNTY, 0, "county" }, BF_DENIED },     /* their own */
		{ SETTER, { OTHER, CITY, 0, "config" }, BF_DENIED },        /* not in the table */
		{ SETTER, { OTHER, TOWNSHIP, 0, "county" }, BF_CONFLICT },  /* of no such level */
		{ SETTER, { OTHER, PROVINCE, 0, "inspector" }, BF_NOT_FOUND },
		{ SETTER, { 999, COUNTY, 0, "county" }, BF_NOT_FOUND },
		{ FOREIGN, { OTHER, COUNTY, 0, "county" }, BF_NOT_FOUND },
		{ COUNTY_A, { OTHER, COUNTY, 0, "county" }, BF_NOT_FOUND }, /* gives nothing */
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct wish wish = tries[i].wish;

		if (run(tries[i].actor, give, &wish) != tries[i].rc)
			fail_msg("try %zu", i);
	}
	assert_int_equal(run(FOREIGN, end, &(struct wish){ .grant = APPROVAL }), BF_NOT_FOUND);
	assert_int_equal(asked_number("SELECT given_by FROM role_grant WHERE role = 'inspector'"),
			 SETTER);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, kernel_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_last_approver_of_a_county_stays),
		TEST(roles_are_given_by_the_table_within_a_region),
	};

	return cmocka_run_group_tests_name("domain/grant", tests, NULL, NULL);
}
