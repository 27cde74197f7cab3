/* enrol: a household comes into the register whole, once, and with nobody who is elsewhere. */
#include "kernel.h"

#include "domain/citizen.h"
#include "domain/enrol.h"

static struct bf_secrets *secrets;
static struct bf_enrol_fault fault;
static enum bf_enrolled enrolled;
static int64_t household;

static int set_up(void **state)
{
	static const char key[] =
		"1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
	struct bf_err err = { 0 };
	struct bf_faults faults;

	if (kernel_set_up(state))
		return -1;
	bf_faults_init(&faults, pool);
	bf_queries_load(queries, "core", "sql/money", &faults);
	bf_queries_prove(queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	return bf_secrets_parse(pool, "test.key", bf_str(key), &secrets, &err) == BF_OK ? 0 : -1;
}

/* The number of somebody who can be nobody. */
static struct bf_str number_of(int day, int order)
{
	char *number = bf_pool_printf(pool, "990523197001%02d%03d?", day, order);

	number[17] = bf_citizen_check(number);
	return bf_str(number);
}

static enum bf_rc enrol(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_enrol_household(act, arg, &household, &enrolled, &fault, err);
}

static enum bf_rc send(int64_t account, const char *client, const struct bf_newcomer *people,
		       size_t count)
{
	struct bf_enrolment wish = { .client_id = client,
				     .village = VILLAGE_CODE,
				     .people = people,
				     .count = count,
				     .secrets = secrets,
				     .demo = true };
	struct bf_act act = act_of(account);
	struct bf_err err = { 0 };
	enum bf_rc rc = bf_act_run(&act, enrol, &wish, &err);

	if (rc == BF_FAULT || rc == BF_BUSY)
		fail_msg("%s", err.text);
	return rc;
}

#define PERSON(text, day, of)                                                     \
	{                                                                         \
		.name = BF_STR(text), .number = number_of(day, 1), .relation = of \
	}
#define SEND(account, client, ...)                                         \
	send(account, client, (const struct bf_newcomer[]){ __VA_ARGS__ }, \
	     sizeof((const struct bf_newcomer[]){ __VA_ARGS__ }) / sizeof(struct bf_newcomer))

static int64_t newcomers(void)
{
	return asked_number("SELECT COUNT(*) FROM household WHERE client_id IS NOT NULL");
}

static void enrols_a_whole_household(void **state)
{
	static const struct bf_str clear = BF_STR("张三");
	struct bf_str opened;
	const char *sealed;
	int64_t person;

	(void)state;
	assert_int_equal(SEND(WRITER, "a/1", PERSON("张三", 1, "head"), PERSON("李四", 2, "spouse"),
			      { .name = BF_STR("张小"), .birth_year = 2020, .relation = "child" }),
			 BF_OK);
	assert_int_equal(enrolled, BF_ENROLLED_NEW);
	assert_string_equal(asked_text("SELECT CONCAT_WS(' ', state, shown_name, people, city,"
				       " county, township) FROM household WHERE client_id = 'a/1'"),
			    "identity_matched 张** 3 430500 430523 430523100");
	assert_string_equal(asked_text("SELECT GROUP_CONCAT(CONCAT(from_state, '>', to_state, ' ',"
				       " COALESCE(actor_id, 'job')) ORDER BY step) FROM"
				       " state_history h JOIN household d ON d.id = h.object_id"
				       " WHERE h.machine = 'household' AND d.client_id = 'a/1'"),
			    ">registered 1,registered>identity_matched job");
	person = asked_number("SELECT id FROM person WHERE id_masked = '990*************1'"
			      " OR shown_name = '张**' AND birth_year = 1970");
	assert_string_equal(asked_text(bf_pool_printf(pool,
						      "SELECT CONCAT(LEFT(id_masked, 3), "
						      "LENGTH(id_hash)) FROM person WHERE id = %jd",
						      (intmax_t)person)),
			    "99032");
	sealed = asked_text(bf_pool_printf(pool,
					   "SELECT HEX(name_sealed) FROM person WHERE id = %jd",
					   (intmax_t)person));
	assert_true(bf_secret_open(secrets, pool, bf_enrol_sealed_as(pool, "name", person),
				   bf_str(sealed), &opened));
	assert_true(bf_str_eq(opened, clear));
	/* a text that was moved to another row is not theirs */
	assert_false(bf_secret_open(secrets, pool, bf_enrol_sealed_as(pool, "name", person + 1),
				    bf_str(sealed), &opened));
}

static void the_same_twice_is_one_and_another_is_refused(void **state)
{
	int64_t first;

	(void)state;
	assert_int_equal(SEND(WRITER, "a/1", PERSON("张三", 1, "head")), BF_OK);
	first = household;
	assert_int_equal(SEND(WRITER, "a/1", PERSON(" 张三 ", 1, "head")), BF_OK);
	assert_int_equal(enrolled, BF_ENROLLED_AGAIN);
	assert_int_equal(household, first);
	assert_int_equal(SEND(WRITER, "a/1", PERSON("张五", 1, "head")), BF_CONFLICT);
	assert_non_null(fault.text);
	assert_int_equal(newcomers(), 1);
	assert_string_equal(asked_text("SELECT shown_name FROM household WHERE client_id = 'a/1'"),
			    "张**");
}

static void a_person_elsewhere_is_named_by_what_matches(void **state)
{
	int64_t first;

	(void)state;
	assert_int_equal(SEND(WRITER, "a/1", PERSON("张三", 1, "head")), BF_OK);
	first = household;
	assert_int_equal(SEND(WRITER, "a/2", PERSON("李四", 2, "head"), PERSON("张山", 1, "other")),
			 BF_CONFLICT);
	assert_int_equal(fault.person, 1);
	assert_string_equal(fault.field, "number");
	assert_int_equal(fault.household, first);
	assert_int_equal(fault.name, BF_LIKE_OTHER);
	assert_int_equal(fault.birth_year, BF_LIKE_SAME);
	assert_int_equal(fault.village, BF_LIKE_SAME);
	assert_int_equal(newcomers(), 1);
	/* who has left a household may come into another one, by the same name */
	scratch_do("UPDATE person SET state = 'deceased' WHERE id_hash IS NOT NULL");
	scratch_do("UPDATE membership m JOIN household h ON h.id = m.household_id"
		   " SET m.to_at = UTC_TIMESTAMP(3) WHERE h.client_id = 'a/1'");
	assert_int_equal(SEND(WRITER, "a/2", PERSON("张三", 1, "head")), BF_CONFLICT);
	scratch_do("UPDATE person SET state = 'current' WHERE id_hash IS NOT NULL");
	assert_int_equal(SEND(WRITER, "a/2", PERSON("张山", 1, "head")), BF_CONFLICT);
	assert_string_equal(fault.field, "name");
	assert_int_equal(SEND(WRITER, "a/2", PERSON("张三", 1, "head")), BF_OK);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM person WHERE id_hash IS NOT NULL"), 1);
	/* the first one is empty now, which nothing but this test can do */
	scratch_do("DELETE m FROM membership m JOIN household h ON h.id = m.household_id"
		   " WHERE h.client_id = 'a/1'");
	scratch_do("DELETE s FROM state_history s JOIN household h ON h.id = s.object_id"
		   " WHERE s.machine = 'household' AND h.client_id = 'a/1'");
	scratch_do("DELETE FROM household WHERE client_id = 'a/1'");
}

static void refuses_what_does_not_hold(void **state)
{
	(void)state;
#define REFUSED(rc, name, ...)                                   \
	do {                                                     \
		assert_int_equal(SEND(WRITER, __VA_ARGS__), rc); \
		assert_non_null(fault.text);                     \
		assert_string_equal(fault.field, name);          \
	} while (0)
	REFUSED(BF_INVALID, "relation", "a/1", PERSON("张三", 1, "spouse"));
	REFUSED(BF_INVALID, "relation", "a/1", PERSON("张三", 1, "head"),
		PERSON("李四", 2, "head"));
	REFUSED(BF_INVALID, "relation", "a/1", PERSON("张三", 1, "uncle"));
	REFUSED(BF_INVALID, "name", "a/1", PERSON(" ", 1, "head"));
	REFUSED(BF_INVALID, "name", "a/1", PERSON("张3", 1, "head"));
	REFUSED(BF_INVALID, "number", "a/1", PERSON("张三", 32, "head"));
	REFUSED(BF_INVALID, "number", "a/1", PERSON("张三", 1, "head"), PERSON("李四", 1, "child"));
	REFUSED(BF_INVALID, "birth_year", "a/1", { .name = BF_STR("张三"), .relation = "head" });
	assert_int_equal(SEND(WRITER, "a 1", PERSON("张三", 1, "head")), BF_INVALID);
	assert_int_equal(send(WRITER, "a/1", NULL, 0), BF_INVALID);
	assert_int_equal(SEND(STRANGER, "a/1", PERSON("张三", 1, "head")), BF_DENIED);
	assert_int_equal(SEND(TOWN_A, "a/1", PERSON("张三", 1, "head")), BF_DENIED);
	scratch_do("UPDATE region SET valid_to = '2026-01-02' WHERE level = 5");
	REFUSED(BF_NOT_FOUND, "village", "a/1", PERSON("张三", 1, "head"));
	assert_int_equal(newcomers(), 0);
}

static void a_head_without_a_number_waits(void **state)
{
	(void)state;
	assert_int_equal(SEND(0, "a/1",
			      { .name = BF_STR("张三"), .birth_year = 1950, .relation = "head" }),
			 BF_OK);
	assert_string_equal(asked_text("SELECT state FROM household WHERE client_id = 'a/1'"),
			    "registered");
}

static void a_notice_that_has_hung_is_passed_by_the_job(void **state)
{
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool did = true;

	(void)state;
	assert_int_equal(SEND(0, "a/1", PERSON("张三", 1, "head")), BF_OK);
	scratch_do("INSERT INTO household_publicity (household_id, from_at, until_at)"
		   " SELECT id, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 7 DAY FROM household"
		   " WHERE client_id = 'a/1'");
	scratch_do("INSERT INTO state_history (machine, object_id, step, from_state, to_state, at)"
		   " SELECT 'household', h.id, s.step, s.f, s.t, UTC_TIMESTAMP(3) FROM household h"
		   " JOIN (SELECT 3 AS step, 'identity_matched' AS f, 'visited' AS t UNION ALL"
		   " SELECT 4, 'visited', 'in_publicity') s WHERE h.client_id = 'a/1'");
	scratch_do("UPDATE household SET state = 'in_publicity' WHERE client_id = 'a/1'");
	assert_int_equal(bf_enrol_end_publicity(&ask, &did, &err), BF_OK);
	assert_false(did);
	scratch_do("UPDATE household_publicity SET until_at = UTC_TIMESTAMP(3)");
	scratch_do("INSERT INTO household_objection (household_id, raised_at)"
		   " SELECT household_id, from_at FROM household_publicity");
	assert_int_equal(bf_enrol_end_publicity(&ask, &did, &err), BF_OK);
	assert_false(did);
	scratch_do("UPDATE household_objection SET answered_at = UTC_TIMESTAMP(3)");
	assert_int_equal(bf_enrol_end_publicity(&ask, &did, &err), BF_OK);
	assert_true(did);
	assert_string_equal(asked_text("SELECT state FROM household WHERE client_id = 'a/1'"),
			    "village_passed");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, kernel_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(enrols_a_whole_household),
		TEST(the_same_twice_is_one_and_another_is_refused),
		TEST(a_person_elsewhere_is_named_by_what_matches),
		TEST(refuses_what_does_not_hold),
		TEST(a_head_without_a_number_waits),
		TEST(a_notice_that_has_hung_is_passed_by_the_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
