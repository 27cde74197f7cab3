/* city_plugin, payment_stop: a sub-platform opens and closes in a city, and nothing that runs is
 * stranded; one person stops payments, two turn them on. */
#include "kernel.h"

#include "domain/city_plugin.h"
#include "domain/payment_stop.h"

/* Accounts beside those of the kernel. */
enum { OPERATOR = 20, PROVINCE_OPERATOR, OTHER_OPERATOR, INSPECTOR };
enum { RUNNING = 25, FIRST_FAMILY = 101, DAY_MS = 24 * 60 * 60 * 1000 };

/* ---- acts ------------------------------------------------------------------------------ */

struct wish {
	struct bf_city_plugin_wish plugin;
	enum bf_rc (*change)(struct bf_act *act, const struct bf_city_plugin_wish *wish,
			     struct bf_err *err);
	struct bf_draft draft;
	char ref[BF_REF_BYTES];
	bool waits;
	struct bf_move move;
};

static enum bf_rc change(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return wish->change(act, &wish->plugin, err);
}

static enum bf_rc create(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_draft_create(act, &wish->draft, wish->ref, err);
}

static enum bf_rc save_and_submit(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;
	struct bf_value fields = bf_value_map(pool);
	enum bf_rc rc;

	bf_arg_set_text(&fields, "title", "入冬的两床棉被");
	bf_arg_set_text(&fields, "item", "棉被");
	bf_arg_set_int(&fields, "target_fen", 60000);
	bf_arg_set_text(&fields, "story", "去年屋顶漏雨，旧棉被全湿了，一直没有换。");
	bf_arg_set_text(&fields, "reason", "家里三口人有两个生病。");
	bf_arg_set_text(&fields, "price_source", "县城集市的价格");
	rc = bf_draft_save(act, wish->ref, 0, &fields, err);
	return rc == BF_OK ? bf_draft_submit(act, wish->ref, 0, true, err) : rc;
}

static enum bf_rc withdraw(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_draft_withdraw(act, wish->ref, 0, NULL, err);
}

static enum bf_rc move_anyhow(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_machine_move(act, &bf_city_plugin_machine, &wish->move, err);
}

static enum bf_rc stop(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_payment_stop(act, wish->plugin.city, "2026-9", "正在对账", err);
}

static enum bf_rc lift(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_payment_stop_end(act, wish->plugin.city, "账目无误", &wish->waits, err);
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

#define DO(account, fn, wish) assert_int_equal(run(account, fn, wish), BF_OK)
#define REFUSED(account, fn, wish, rc) assert_int_equal(run(account, fn, wish), rc)

/* ---- what they are about ---------------------------------------------------------------- */

static int set_up(void **state)
{
	static const char *const statements[] = {
		"INSERT INTO region (code, parent, level, name, name_en, valid_from) VALUES "
		"(431200, 430000, 2, '怀化市', 'Huaihua', '2020-01-01')",
		"INSERT INTO region_ancestor VALUES (431200, 431200), (431200, 430000)",
		"INSERT INTO city (region, province, slug, place, opened_at) VALUES "
		"(431200, 430000, 'huaihua', 2, '2026-01-01')",
		"INSERT INTO account (id, kind, shown_name, created_at) "
		"SELECT seq, 'person', 'x', UTC_TIMESTAMP(3) FROM seq_20_to_23",
		"INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
		"(20, 'config', 430500, '2026-01-01'), (21, 'config', 430000, '2026-01-01'), "
		"(22, 'config', 431200, '2026-01-01'), (23, 'inspector', 430500, '2026-01-01')",
		/* the kernel's row begins anew, with its history */
		"DELETE FROM city_plugin",
		"INSERT INTO figure (region, as_of) VALUES (431200, UTC_TIMESTAMP(3))",
	};
	int rc = kernel_set_up(state);

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		scratch_do(statements[i]);
	return rc;
}

static struct wish about(enum bf_rc (*act)(struct bf_act *act,
					   const struct bf_city_plugin_wish *wish,
					   struct bf_err *err))
{
	return (struct wish){ .plugin = { .city = CITY,
					  .plugin = "donations",
					  .admitted = true,
					  .reason = "试点开始",
					  .public_text = "这里的试点结束了" },
			      .change = act };
}

static const char *state_now(void)
{
	return asked_text("SELECT state FROM city_plugin WHERE plugin = 'donations'");
}

static bool turned(void)
{
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool did = false;

	if (bf_city_plugin_turn_once(&ask, &did, &err) != BF_OK)
		fail_msg("%s", err.text);
	return did;
}

static void open_it(void)
{
	struct wish wish = about(bf_city_plugin_schedule);

	DO(OPERATOR, change, &wish);
	assert_true(turned());
	assert_string_equal(state_now(), "on");
}

static int64_t version_now(void)
{
	return asked_number("SELECT version FROM city_plugin WHERE plugin = 'donations'");
}

/* ---- the table -------------------------------------------------------------------------- */

static void rules_are_those_of_the_database(void **state)
{
	(void)state;
	for (size_t i = 0; i < bf_city_plugin_machine.rule_count; i++)
		assert_int_equal(
			asked_number(bf_pool_printf(
				pool,
				"SELECT COUNT(*) FROM state_rule WHERE machine = 'city_plugin' AND "
				"version = 1 AND from_state = '%s' AND to_state = '%s'",
				bf_city_plugin_machine.rules[i].from,
				bf_city_plugin_machine.rules[i].to)),
			1);
	assert_int_equal(asked_number(
				 "SELECT COUNT(*) FROM state_rule WHERE machine = 'city_plugin'"),
			 bf_city_plugin_machine.rule_count);
}

/* From each state to each other that is not in the table, and each that is as somebody else. */
static void what_is_not_in_the_table_is_refused(void **state)
{
	struct wish wish = about(NULL);
	size_t refused = 0, denied = 0;

	(void)state;
	open_it();
	wish.move.object = asked_number("SELECT id FROM city_plugin");
	for (size_t f = 0; f < bf_city_plugin_machine.state_count; f++)
		for (size_t t = 0; t < bf_city_plugin_machine.state_count; t++) {
			const char *from = bf_city_plugin_machine.states[f].name;
			const char *to = bf_city_plugin_machine.states[t].name;
			const struct bf_rule *rule =
				bf_machine_rule(&bf_city_plugin_machine, from, to);

			scratch_do(
				bf_pool_printf(pool, "UPDATE city_plugin SET state = '%s'", from));
			wish.move.to = to;
			wish.move.as = BF_BY_DONOR;
			REFUSED(OPERATOR, move_anyhow, &wish, rule ? BF_DENIED : BF_CONFLICT);
			*(rule ? &denied : &refused) += 1;
		}
	assert_int_equal(denied, bf_city_plugin_machine.rule_count - 1);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM refused_act WHERE status = 409"),
			 refused);
	scratch_do("UPDATE city_plugin SET state = 'on'");
}

static void it_opens_on_its_date_and_may_be_cancelled(void **state)
{
	struct wish wish = about(bf_city_plugin_schedule);

	(void)state;
	wish.plugin.admitted = false;
	REFUSED(OPERATOR, change, &wish, BF_CONFLICT);
	wish.plugin.admitted = true;
	wish.plugin.from_ms = bf_clock_wall_ms() - DAY_MS;
	REFUSED(OPERATOR, change, &wish, BF_CONFLICT);
	wish.plugin.from_ms = bf_clock_wall_ms() + DAY_MS;
	DO(OPERATOR, change, &wish);
	assert_string_equal(state_now(), "scheduled");
	assert_false(turned());
	wish.change = bf_city_plugin_cancel;
	wish.plugin.version = version_now();
	DO(OPERATOR, change, &wish);
	assert_string_equal(state_now(), "off");
	REFUSED(OPERATOR, change, &wish, BF_CONFLICT);
	open_it();
	assert_int_equal(asked_number("SELECT COUNT(*) FROM city_plugin_version"), 5);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE type LIKE 'city_plugin.%'"),
			 5);
}

static void a_village_with_one_manager_keeps_it_from_opening(void **state)
{
	struct wish wish = about(bf_city_plugin_schedule);

	(void)state;
	scratch_do("UPDATE role_grant SET to_at = UTC_TIMESTAMP(3) WHERE account_id = 2");
	REFUSED(OPERATOR, change, &wish, BF_CONFLICT);
	scratch_do("UPDATE role_grant SET to_at = NULL WHERE account_id = 2");
	scratch_do("UPDATE role_grant SET to_at = UTC_TIMESTAMP(3) WHERE role = 'township'");
	REFUSED(OPERATOR, change, &wish, BF_CONFLICT);
	scratch_do("UPDATE role_grant SET to_at = NULL WHERE role = 'township'");
	open_it();
}

static void only_who_configures_the_region_switches(void **state)
{
	struct wish wish = about(bf_city_plugin_schedule);
	static const int64_t others[] = { OTHER_OPERATOR, INSPECTOR, CITY_A, COUNTY_A, FATHER };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		REFUSED(others[i], change, &wish, BF_NOT_FOUND);
	open_it();
	wish = about(bf_city_plugin_drain);
	wish.plugin.version = version_now();
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		REFUSED(others[i], change, &wish, BF_NOT_FOUND);
		REFUSED(others[i], stop, &wish, BF_NOT_FOUND);
		REFUSED(others[i], lift, &wish, BF_NOT_FOUND);
	}
	wish.plugin.version--;
	REFUSED(PROVINCE_OPERATOR, change, &wish, BF_CONFLICT);
	wish.plugin.version++;
	DO(PROVINCE_OPERATOR, change, &wish);
	wish.change = bf_city_plugin_resume;
	wish.plugin.version = version_now();
	DO(OPERATOR, change, &wish);
	assert_string_equal(state_now(), "on");
}

/* ---- closing ---------------------------------------------------------------------------- */

static struct wish post_of(int64_t household)
{
	return (struct wish){ .draft = { .plugin = "donations",
					 .city = CITY,
					 .for_household = household,
					 .need_kind = "necessities",
					 .form = "money",
					 .relation = "village_manager" } };
}

/* 25 families ask, the sub-platform is closed: nothing new is taken in, all 25 come to their end,
 * then it is off, and no money is left. */
static void acceptance_14_what_runs_ends_and_nothing_new_begins(void **state)
{
	struct wish posts[RUNNING], more = post_of(FAMILY), closing = about(bf_city_plugin_drain);

	(void)state;
	scratch_do(
		"INSERT INTO household (id, city, county, township, village, shown_name, people, "
		"state, registered_at) SELECT seq, 430500, 430523, 430523100, 430523100001, '李**', "
		"1, 'active', '2026-01-01' FROM seq_101_to_125");
	scratch_do("INSERT INTO person (id, shown_name, birth_year, state) "
		   "SELECT seq, '李**', 1970, 'current' FROM seq_101_to_125");
	scratch_do("INSERT INTO membership (household_id, person_id, role, from_at) "
		   "SELECT seq, seq, 'head', '2026-01-01' FROM seq_101_to_125");
	scratch_do("INSERT INTO state_history (machine, object_id, step, from_state, to_state, at) "
		   "SELECT 'household', q.seq, h.step, h.from_state, h.to_state, h.at "
		   "FROM seq_101_to_125 q JOIN state_history h "
		   "ON h.machine = 'household' AND h.object_id = 1");
	open_it();
	for (size_t i = 0; i < RUNNING; i++) {
		posts[i] = post_of(FIRST_FAMILY + (int64_t)i);
		DO(WRITER, create, &posts[i]);
		DO(WRITER, save_and_submit, &posts[i]);
	}
	DO(WRITER, create, &more);
	closing.plugin.version = version_now();
	DO(OPERATOR, change, &closing);
	assert_string_equal(state_now(), "draining");
	/* neither a new draft nor one that was begun before */
	REFUSED(WRITER, save_and_submit, &more, BF_CONFLICT);
	more = post_of(FAMILY);
	REFUSED(WRITER, create, &more, BF_CONFLICT);
	for (size_t i = 0; i < RUNNING; i++) {
		assert_false(turned());
		DO(WRITER, withdraw, &posts[i]);
	}
	/* what is still kept for a family holds it as well */
	scratch_do(bf_pool_printf(
		pool,
		"INSERT INTO ledger_account (code, class, balance_fen) SELECT "
		"CONCAT('escrow:', id), 'liability', -100 FROM post WHERE ref = '%s'",
		posts[0].ref));
	assert_false(turned());
	assert_string_equal(state_now(), "draining");
	scratch_do("DELETE FROM ledger_account");
	assert_true(turned());
	assert_string_equal(state_now(), "off");
	REFUSED(WRITER, create, &more, BF_CONFLICT);
	assert_int_equal(asked_number("SELECT COALESCE(SUM(balance_fen), 0) FROM ledger_account"),
			 0);
	assert_string_equal(asked_text("SELECT public_text FROM city_plugin_version "
				       "WHERE state = 'draining'"),
			    "这里的试点结束了");
	assert_int_equal(
		asked_number("SELECT COUNT(*) FROM state_history WHERE machine = 'city_plugin'"),
		5);
}

/* A move that is asked for by name while something runs is refused as well. */
static void it_is_not_off_while_something_runs(void **state)
{
	struct wish post = post_of(FAMILY), closing = about(bf_city_plugin_drain);

	(void)state;
	open_it();
	DO(WRITER, create, &post);
	DO(WRITER, save_and_submit, &post);
	closing.plugin.version = version_now();
	DO(OPERATOR, change, &closing);
	closing.move = (struct bf_move){ .object = asked_number("SELECT id FROM city_plugin"),
					 .to = "off",
					 .as = BF_BY_JOB };
	REFUSED(0, move_anyhow, &closing, BF_CONFLICT);
	assert_string_equal(state_now(), "draining");
}

/* A row that was changed without its move or its version is found by the next night. */
static void a_change_past_the_machine_is_found(void **state)
{
	static const char *const breaks[] = {
		"UPDATE city_plugin SET state = 'off'",
		"UPDATE city_plugin SET version = version + 1",
		"DELETE FROM city_plugin_version WHERE state = 'scheduled'",
	};

	(void)state;
	open_it();
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		scratch_do(
			"CREATE OR REPLACE TEMPORARY TABLE kept_plugin AS SELECT * FROM city_plugin");
		scratch_do("CREATE OR REPLACE TEMPORARY TABLE kept_version AS "
			   "SELECT * FROM city_plugin_version");
		scratch_do(breaks[i]);
		assert_int_not_equal(bf_verify_run(scratch_connect(), pool, "sql/verify", out),
				     BF_VERIFY_HOLDS);
		fclose(out);
		assert_non_null(strstr(text, "i6_versions"));
		free(text);
		scratch_do(
			"REPLACE INTO city_plugin (id, city, plugin, state, from_at, changed_by, "
			"reason, version, public_text) SELECT id, city, plugin, state, from_at, "
			"changed_by, reason, version, public_text FROM kept_plugin");
		scratch_do("REPLACE INTO city_plugin_version SELECT * FROM kept_version");
	}
}

/* ---- payments --------------------------------------------------------------------------- */

static void one_person_stops_payments_and_two_turn_them_on(void **state)
{
	struct wish wish = about(NULL);

	(void)state;
	REFUSED(OPERATOR, lift, &wish, BF_CONFLICT);
	DO(OPERATOR, stop, &wish);
	REFUSED(PROVINCE_OPERATOR, stop, &wish, BF_CONFLICT);
	DO(OPERATOR, lift, &wish);
	assert_true(wish.waits);
	REFUSED(OPERATOR, lift, &wish, BF_CONFLICT);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM payment_stop WHERE ended_at IS NULL"),
			 1);
	DO(PROVINCE_OPERATOR, lift, &wish);
	assert_false(wish.waits);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM payment_stop WHERE ended_at IS NULL"),
			 0);
	DO(PROVINCE_OPERATOR, stop, &wish);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE type LIKE 'payments.%'"),
			 3);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM refused_act "
				      "WHERE machine = 'payment_stop' AND status = 409"),
			 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kernel_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(rules_are_those_of_the_database),
		TEST(what_is_not_in_the_table_is_refused),
		TEST(it_opens_on_its_date_and_may_be_cancelled),
		TEST(a_village_with_one_manager_keeps_it_from_opening),
		TEST(only_who_configures_the_region_switches),
		TEST(acceptance_14_what_runs_ends_and_nothing_new_begins),
		TEST(it_is_not_off_while_something_runs),
		TEST(a_change_past_the_machine_is_found),
		TEST(one_person_stops_payments_and_two_turn_them_on),
	};

	return cmocka_run_group_tests_name("domain/city_plugin", tests, NULL, NULL);
}
