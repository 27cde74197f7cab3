/* cap: how much may be asked for: tightened by region, with a date, as a version; what runs runs on. */
#include "kernel.h"

#include "domain/cap.h"

enum { OPERATOR = 20, PROVINCE_OPERATOR, OTHER_OPERATOR, INSPECTOR };
enum { OPEN_POSTS = 60, BEYOND = 37, LOW_FEN = 50000, HIGH_FEN = 80000, NEW_CAP_FEN = 60000 };
enum { DAY_MS = 24 * 60 * 60 * 1000 };

static int set_up(void **state)
{
	int rc = kernel_set_up(state);

	scratch_do("INSERT INTO account (id, kind, shown_name, created_at) "
		   "SELECT seq, 'person', 'x', UTC_TIMESTAMP(3) FROM seq_20_to_23");
	scratch_do("INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
		   "(20, 'config', 430500, '2026-01-01'), (21, 'config', 430000, '2026-01-01'), "
		   "(22, 'config', 430524, '2026-01-01'), (23, 'inspector', 430500, '2026-01-01')");
	return rc;
}

static enum bf_rc set(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_cap_set(act, arg, err);
}

static enum bf_rc run(int64_t account, const struct bf_cap_wish *wish)
{
	struct bf_act act = act_of(account);
	struct bf_err err = { 0 };
	struct bf_cap_wish copy = *wish;
	enum bf_rc rc = bf_act_run(&act, set, &copy, &err);

	if (rc == BF_FAULT || rc == BF_BUSY)
		fail_msg("%s", err.text);
	return rc;
}

static struct bf_cap_wish about(int64_t region, int64_t value_fen)
{
	return (struct bf_cap_wish){ .region = region,
				     .need = "necessities",
				     .value_fen = value_fen,
				     .reason = "资金有限" };
}

/* What counts in the county, as posts are judged. */
static int64_t in_force(void)
{
	struct bf_value args = bf_value_map(pool), row;
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };

	bf_arg_set_text(&args, "name", "cap_necessities_fen");
	bf_arg_set_int(&args, "county", COUNTY);
	bf_arg_set_text(&args, "plugin", "donations");
	if (bf_ask_one(&ask, "setting_value", &args, &row, &err) != BF_OK)
		fail_msg("%s", err.text);
	return bf_row_int(&row, "value");
}

static struct bf_value exceeded(int64_t value_fen)
{
	struct bf_value args = bf_value_map(pool), row;
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };

	bf_arg_set_int(&args, "where", CITY);
	bf_arg_set_text(&args, "need", "necessities");
	bf_arg_set_int(&args, "value", value_fen);
	if (bf_ask_one(&ask, "cap_exceeded", &args, &row, &err) != BF_OK)
		fail_msg("%s", err.text);
	return row;
}

static void a_region_only_tightens_what_comes_from_above(void **state)
{
	struct bf_cap_wish wish = about(CITY, in_force() + 1);

	(void)state;
	assert_int_equal(run(OPERATOR, &wish), BF_CONFLICT);
	wish = about(PROVINCE, HIGH_FEN);
	assert_int_equal(run(OPERATOR, &wish), BF_NOT_FOUND);
	assert_int_equal(run(PROVINCE_OPERATOR, &wish), BF_OK);
	assert_int_equal(in_force(), HIGH_FEN);
	wish = about(CITY, HIGH_FEN + 1);
	assert_int_equal(run(OPERATOR, &wish), BF_CONFLICT);
	wish = about(CITY, LOW_FEN);
	assert_int_equal(run(OPERATOR, &wish), BF_OK);
	assert_int_equal(in_force(), LOW_FEN);
	/* back again is a new version, and the old ones stay */
	wish = about(CITY, HIGH_FEN);
	assert_int_equal(run(OPERATOR, &wish), BF_CONFLICT);
	wish.version = 1;
	assert_int_equal(run(OPERATOR, &wish), BF_OK);
	assert_int_equal(in_force(), HIGH_FEN);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM setting WHERE region = 430500"), 2);
}

static void only_who_has_the_settings_of_a_region_changes_them(void **state)
{
	static const int64_t others[] = { OTHER_OPERATOR, INSPECTOR, CITY_A, COUNTY_A, FATHER };
	struct bf_cap_wish wish = about(CITY, LOW_FEN);

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(run(others[i], &wish), BF_NOT_FOUND);
	wish.from_ms = bf_clock_wall_ms() - DAY_MS;
	assert_int_equal(run(OPERATOR, &wish), BF_CONFLICT);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM setting WHERE region <> 0"), 0);
}

/* The dry run says 37; saved for tomorrow nothing changes today; then exactly those 37 are beyond the
 * cap, and none of them has ended. */
static void acceptance_34_a_dry_run_is_the_effect(void **state)
{
	struct bf_cap_wish wish = about(CITY, NEW_CAP_FEN);
	int64_t before = in_force();
	struct bf_value dry;

	(void)state;
	/* rows alone: what they are is all that is asked; they are gone before the end */
	scratch_do(bf_pool_printf(
		pool,
		"INSERT INTO post (id, ref, plugin, household_id, submitter_id, city, county, "
		"township, village, need_kind, form, title, item, target_fen, urgency, state, phase, "
		"listed, created_at, opened_at) SELECT 1000 + seq, LPAD(seq, 10, '0'), 'donations', 1, "
		"1, 430500, 430523, 430523100, 430523100001, 'necessities', 'money', 'x', 'x', "
		"IF(seq <= %d, %d, %d), 0, 'open', 'open', 'open', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) "
		"FROM seq_1_to_%d",
		BEYOND, HIGH_FEN, LOW_FEN, OPEN_POSTS));
	dry = exceeded(NEW_CAP_FEN);
	assert_int_equal(bf_row_int(&dry, "beyond"), BEYOND);
	assert_int_equal(bf_row_int(&dry, "posts"), OPEN_POSTS);
	wish.from_ms = bf_clock_wall_ms() + DAY_MS;
	assert_int_equal(run(OPERATOR, &wish), BF_OK);
	assert_int_equal(in_force(), before);
	dry = exceeded(in_force());
	assert_int_equal(bf_row_int(&dry, "beyond"), 0);
	/* tomorrow */
	scratch_do("UPDATE setting SET from_at = UTC_TIMESTAMP(3) WHERE region = 430500");
	assert_int_equal(in_force(), NEW_CAP_FEN);
	dry = exceeded(in_force());
	assert_int_equal(bf_row_int(&dry, "beyond"), BEYOND);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM post WHERE phase = 'open'"),
			 OPEN_POSTS);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM state_history WHERE machine = 'post'"),
			 0);
	scratch_do("DELETE FROM post");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kernel_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_region_only_tightens_what_comes_from_above),
		TEST(only_who_has_the_settings_of_a_region_changes_them),
		TEST(acceptance_34_a_dry_run_is_the_effect),
	};

	return cmocka_run_group_tests_name("domain/cap", tests, NULL, NULL);
}
