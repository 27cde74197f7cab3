/* household: the way through the register, who may take which step, and what stands against it. */
#include "kernel.h"

#include "domain/household.h"

/* A household that was just enrolled by WRITER, with the history that says so. */
enum { NEWCOMERS = 5 };

static int set_up(void **state)
{
	static const char *const statements[] = {
		"INSERT INTO household (id, city, county, township, village, shown_name, people, state,"
		" registered_at) VALUES (5, 430500, 430523, 430523100, 430523100001, '张**', 1,"
		" 'registered', '2026-01-01')",
		"INSERT INTO person (id, shown_name, birth_year, state, id_hash,"
		" id_sealed, id_masked) VALUES (5, '张**', 1970, 'current', REPEAT('h', 32),"
		" CONCAT(X'0101', REPEAT('s', 58)), '990*************12')",
		"INSERT INTO membership (household_id, person_id, role, from_at)"
		" VALUES (5, 5, 'head', '2026-01-01')",
		"INSERT INTO state_history (machine, object_id, step, from_state, to_state, actor_id,"
		" at) VALUES ('household', 5, 1, '', 'registered', 1, '2026-01-01')",
	};
	struct bf_faults faults;

	if (kernel_set_up(state))
		return -1;
	bf_faults_init(&faults, pool);
	bf_queries_load(queries, "core", "sql/money", &faults);
	bf_queries_prove(queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		scratch_do(statements[i]);
	return 0;
}

static enum bf_rc step(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_household_step(act, arg, err);
}

static enum bf_rc run(int64_t account, struct bf_household_step wish)
{
	struct bf_act act = act_of(account);
	struct bf_err err = { 0 };
	enum bf_rc rc;

	wish.household = NEWCOMERS;
	rc = bf_act_run(&act, step, &wish, &err);
	if (rc == BF_FAULT || rc == BF_BUSY)
		fail_msg("%s", err.text);
	return rc;
}

#define STEP(account, ...) run(account, (struct bf_household_step){ __VA_ARGS__ })
#define DONE(account, ...) assert_int_equal(STEP(account, __VA_ARGS__), BF_OK)

static void assert_state(const char *name)
{
	assert_string_equal(asked_text("SELECT state FROM household WHERE id = 5"), name);
}

static void end_publicity(void)
{
	scratch_do("UPDATE household_publicity SET until_at = UTC_TIMESTAMP(3)");
}

static void come_to_publicity(void)
{
	DONE(0, .to = "identity_matched");
	DONE(WRITER, .to = "visited", .second = CHECKER);
	DONE(WRITER, .to = "in_publicity", .consent = true);
}

static void rules_are_those_of_the_database(void **state)
{
	(void)state;
	assert_int_equal(asked_number("SELECT COUNT(*) FROM state_rule WHERE machine = 'household' "
				      "AND version = 1"),
			 bf_household_machine.rule_count);
	for (size_t i = 0; i < bf_household_machine.rule_count; i++) {
		const struct bf_rule *rule = &bf_household_machine.rules[i];

		assert_int_equal(
			asked_number(bf_pool_printf(
				pool,
				"SELECT COUNT(*) FROM state_rule WHERE machine = 'household' AND "
				"version = 1 AND from_state = '%s' AND to_state = '%s'",
				rule->from, rule->to)),
			1);
	}
}

static void comes_from_enrolment_to_active(void **state)
{
	(void)state;
	come_to_publicity();
	end_publicity();
	DONE(0, .to = "village_passed");
	DONE(TOWN_A, .to = "township_checked");
	DONE(COUNTY_A, .to = "active");
	assert_state("active");
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE subject_id = 5"), 6);
	assert_int_equal(asked_number("SELECT version FROM household WHERE id = 5"), 7);
}

static void wants_a_checked_number(void **state)
{
	(void)state;
	scratch_do("UPDATE person SET id_hash = NULL, id_sealed = NULL, id_masked = NULL "
		   "WHERE id = 5");
	assert_int_equal(STEP(0, .to = "identity_matched"), BF_CONFLICT);
	assert_int_equal(STEP(WRITER, .to = "identity_matched"), BF_DENIED);
	assert_state("registered");
}

static void wants_two_people_who_are_no_relatives(void **state)
{
	(void)state;
	DONE(COUNTY_B, .to = "identity_matched");
	assert_int_equal(STEP(WRITER, .to = "visited"), BF_INVALID);
	assert_int_equal(STEP(WRITER, .to = "visited", .second = WRITER), BF_INVALID);
	assert_int_equal(STEP(WRITER, .to = "visited", .second = STRANGER), BF_INVALID);
	scratch_do("INSERT INTO declared_relative VALUES (2, 5, UTC_TIMESTAMP(3))");
	assert_int_equal(STEP(WRITER, .to = "visited", .second = CHECKER), BF_INVALID);
	assert_int_equal(STEP(CHECKER, .to = "visited", .second = WRITER), BF_DENIED);
	assert_state("identity_matched");
	DONE(WRITER, .to = "visited", .second = TOWN_A);
	/* who was there does not check it */
	DONE(WRITER, .to = "in_publicity", .consent = true);
	end_publicity();
	DONE(0, .to = "village_passed");
	assert_int_equal(STEP(TOWN_A, .to = "township_checked"), BF_DENIED);
	DONE(TOWN_B, .to = "township_checked");
}

static void wants_consent_time_and_no_objection(void **state)
{
	(void)state;
	DONE(0, .to = "identity_matched");
	DONE(WRITER, .to = "visited", .second = CHECKER);
	assert_int_equal(STEP(WRITER, .to = "in_publicity"), BF_INVALID);
	DONE(WRITER, .to = "in_publicity", .consent = true);
	assert_int_equal(asked_number("SELECT TIMESTAMPDIFF(DAY, from_at, until_at) "
				      "FROM household_publicity"),
			 7);
	assert_int_equal(STEP(0, .to = "village_passed"), BF_CONFLICT);
	end_publicity();
	scratch_do("INSERT INTO household_objection (household_id, raised_at)"
		   " VALUES (5, UTC_TIMESTAMP(3))");
	assert_int_equal(STEP(0, .to = "village_passed"), BF_CONFLICT);
	assert_state("in_publicity");
	scratch_do("UPDATE household_objection SET answered_at = UTC_TIMESTAMP(3)");
	DONE(0, .to = "village_passed");
}

static void rejects_with_a_reason_at_its_level_alone(void **state)
{
	(void)state;
	come_to_publicity();
	assert_int_equal(STEP(TOWN_A, .to = "rejected", .reason = "x"), BF_DENIED);
	assert_int_equal(STEP(CHECKER, .to = "rejected", .reason = " "), BF_INVALID);
	DONE(CHECKER, .to = "rejected", .reason = "已搬走");
	assert_state("rejected");
	assert_int_equal(asked_number("SELECT COUNT(*) FROM household_publicity "
				      "WHERE ended_at IS NULL"),
			 0);
}

static void skips_nothing_and_knows_who_is_from_elsewhere(void **state)
{
	(void)state;
	assert_int_equal(STEP(COUNTY_A, .to = "active"), BF_CONFLICT);
	assert_int_equal(STEP(STRANGER, .to = "identity_matched"), BF_NOT_FOUND);
	assert_int_equal(STEP(0, .to = "identity_matched", .version = 9), BF_CONFLICT);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM refused_act "
				      "WHERE machine = 'household'"),
			 2);
	assert_state("registered");
}

static void an_import_is_taken_back_before_anybody_goes_on(void **state)
{
	(void)state;
	DONE(0, .to = "identity_matched");
	assert_int_equal(STEP(WRITER, .to = "undone"), BF_DENIED);
	DONE(0, .to = "undone");
	assert_state("undone");
	assert_int_equal(asked_number("SELECT COUNT(*) FROM membership WHERE household_id = 5 "
				      "AND to_at IS NULL"),
			 0);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM person WHERE id = 5 "
				      "AND id_hash IS NULL AND id_sealed IS NULL"),
			 1);
	assert_int_equal(STEP(WRITER, .to = "visited", .second = CHECKER), BF_CONFLICT);
}

static void what_was_visited_is_not_taken_back(void **state)
{
	(void)state;
	DONE(0, .to = "identity_matched");
	DONE(WRITER, .to = "visited", .second = CHECKER);
	assert_int_equal(STEP(0, .to = "undone"), BF_CONFLICT);
	assert_state("visited");
}

/* What bf_verify_run finds, by the name of the broken invariant. */
static bool finds(const char *invariant)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum bf_verify verify = bf_verify_run(scratch_connect(), pool, "sql/verify", out);
	bool named;

	fclose(out);
	named = verify == BF_VERIFY_BROKEN && strstr(text, invariant);
	free(text);
	return named;
}

static void verify_finds_what_breaks_the_register(void **state)
{
	static const struct {
		const char *invariant, *breaks, *repairs;
	} cases[] = {
		{ "i14_persons", "UPDATE person SET id_hash = NULL WHERE id = 5",
		  "UPDATE person SET id_hash = REPEAT('h', 32) WHERE id = 5" },
		{ "i14_persons", "UPDATE person SET id_masked = '99052319700131***2' WHERE id = 5",
		  "UPDATE person SET id_masked = '990*************12' WHERE id = 5" },
		{ "i14_persons", "UPDATE person SET id_sealed = '990523197001310012' WHERE id = 5",
		  "UPDATE person SET id_sealed = CONCAT(X'0101', REPEAT('s', 58)) WHERE id = 5" },
		{ "r1_households",
		  "INSERT INTO household_visit (household_id, first_by, second_by, at)"
		  " VALUES (5, 1, 5, UTC_TIMESTAMP(3))",
		  "DELETE FROM household_visit WHERE second_by = 5" },
		{ "publicity_kept",
		  "UPDATE household_publicity SET from_at = '2026-01-01', until_at = '2099-01-01'",
		  "UPDATE household_publicity SET until_at = from_at" },
	};

	(void)state;
	come_to_publicity();
	end_publicity();
	DONE(0, .to = "village_passed");
	DONE(TOWN_A, .to = "township_checked");
	DONE(COUNTY_A, .to = "active");
	scratch_do("UPDATE household_visit SET replaced_at = UTC_TIMESTAMP(3)");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		scratch_do(cases[i].breaks);
		assert_true(finds(cases[i].invariant));
		scratch_do(cases[i].repairs);
		assert_false(finds(cases[i].invariant));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kernel_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules_are_those_of_the_database),
		TEST(comes_from_enrolment_to_active),
		TEST(wants_a_checked_number),
		TEST(wants_two_people_who_are_no_relatives),
		TEST(wants_consent_time_and_no_objection),
		TEST(rejects_with_a_reason_at_its_level_alone),
		TEST(skips_nothing_and_knows_who_is_from_elsewhere),
		TEST(an_import_is_taken_back_before_anybody_goes_on),
		TEST(what_was_visited_is_not_taken_back),
		TEST(verify_finds_what_breaks_the_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
