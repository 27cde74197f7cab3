/* review: a help post is checked; who may not, and what stays whole. */
#include "posts.h"

#include <pthread.h>

/* ---- checking --------------------------------------------------------------------------- */

/* Acceptance 11: V1 and V2. */
static void acceptance_11_nobody_checks_their_own_and_no_level_is_skipped(void **state)
{
	struct wish wish = submitted(WRITER);

	(void)state;
	wish.decision = approval(&wish, 1);
	REFUSED(WRITER, decide, &wish, BF_DENIED);
	DO(CHECKER, declare, &wish);
	REFUSED(CHECKER, decide, &wish, BF_DENIED);
	assert_int_equal(refusals(403), 2);
	wish.decision.step = step_at(&wish, 3);
	REFUSED(COUNTY_A, decide, &wish, BF_CONFLICT);
	assert_int_equal(refusals(409), 1);
	assert_string_equal(asked_text(
				    "SELECT CONCAT(actor_id, from_state, to_state, object_id > 0) "
				    "FROM refused_act WHERE status = 409"),
			    "5submittedapproved1");
	assert_string_equal(state_of(&wish), "submitted");
	assert_int_equal(asked_number("SELECT COUNT(*) FROM review_step WHERE state = 'approved'"),
			 0);
}

/* Acceptance 12: U5. */
static void acceptance_12_the_second_village_account_checks(void **state)
{
	struct wish wish = submitted(WRITER);

	(void)state;
	wish.decision = approval(&wish, 1);
	REFUSED(WRITER, decide, &wish, BF_DENIED);
	DO(CHECKER, decide, &wish);
	assert_string_equal(state_of(&wish), "village_checked");
}

static void other_offices_see_nothing(void **state)
{
	struct wish wish = submitted(WRITER);

	(void)state;
	wish.decision = approval(&wish, 1);
	REFUSED(TOWN_A, decide, &wish, BF_NOT_FOUND);
	REFUSED(STRANGER, decide, &wish, BF_NOT_FOUND);
	wish.decision.step = step_at(&wish, 3);
	REFUSED(STRANGER, decide, &wish, BF_NOT_FOUND);
	scratch_do("UPDATE role_grant SET to_at = UTC_TIMESTAMP(3) WHERE account_id = 2");
	wish.decision.step = step_at(&wish, 1);
	REFUSED(CHECKER, decide, &wish, BF_NOT_FOUND);
	scratch_do("UPDATE role_grant SET to_at = NULL WHERE account_id = 2");
}

static void a_return_names_what_to_correct(void **state)
{
	struct wish wish = submitted(WRITER);
	struct bf_value fields = some_fields("厚棉被", 40000);

	(void)state;
	approve(&wish, 1, CHECKER);
	wish.decision = (struct bf_decision){ .step = step_at(&wish, 2), .outcome = BF_RETURNED };
	REFUSED(TOWN_A, decide, &wish, BF_INVALID);
	wish.decision.reason = "价格太高";
	wish.decision.fields = "target,item";
	DO(TOWN_A, decide, &wish);
	assert_string_equal(state_of(&wish), "returned");
	assert_string_equal(asked_text("SELECT CONCAT(fields, reason) FROM review_step WHERE state "
				       "= 'returned'"),
			    "target,item价格太高");
	wish.fields = &fields;
	DO(WRITER, save, &wish);
	DO(WRITER, submit, &wish);
	/* a new round, the old one stays readable */
	assert_int_equal(asked_number("SELECT COUNT(*) FROM review_step"), 6);
	approve(&wish, 1, CHECKER);
	approve(&wish, 2, TOWN_A);
	approve(&wish, 3, COUNTY_A);
	assert_string_equal(state_of(&wish), "open");
}

static void a_decision_stays(void **state)
{
	struct wish wish = submitted(WRITER);

	(void)state;
	wish.decision = approval(&wish, 1);
	DO(CHECKER, decide, &wish);
	wish.decision = (struct bf_decision){ .step = step_at(&wish, 1),
					      .outcome = BF_REJECTED,
					      .reason_code = "untrue",
					      .reason = "x" };
	REFUSED(CHECKER, decide, &wish, BF_CONFLICT);
	wish.decision = approval(&wish, 2);
	wish.decision.version = 1;
	REFUSED(TOWN_A, decide, &wish, BF_CONFLICT);
	wish.decision.version = post_number(&wish, "version");
	DO(TOWN_A, decide, &wish);
}

static void only_the_assignee_decides(void **state)
{
	struct wish wish = submitted(WRITER);

	(void)state;
	approve(&wish, 1, CHECKER);
	wish.decision = approval(&wish, 2);
	wish.id = COUNTY_A;
	REFUSED(TOWN_A, assign, &wish, BF_DENIED);
	wish.id = TOWN_B;
	DO(TOWN_A, assign, &wish);
	REFUSED(TOWN_A, decide, &wish, BF_CONFLICT);
	/* a colleague may be away */
	wish.id = 0;
	DO(TOWN_A, assign, &wish);
	REFUSED(TOWN_B, decide, &wish, BF_CONFLICT);
	DO(TOWN_A, decide, &wish);
	REFUSED(TOWN_B, assign, &wish, BF_CONFLICT);
}

static const char *only_check(void)
{
	return asked_text("SELECT CONCAT_WS(' ', version, form, items) FROM review_check");
}

static void an_approval_answers_its_whole_list_about_what_is_there(void **state)
{
	struct wish wish = submitted(WRITER);
	const unsigned all = 0xf;

	(void)state;
	for (unsigned missing = 0; missing < 4; missing++) {
		wish.decision = approval(&wish, 1);
		wish.decision.ticked = all & ~(1U << missing);
		REFUSED(CHECKER, decide, &wish, BF_INVALID);
	}
	assert_int_equal(refusals(422), 4);
	/* another list, or something else to look at */
	wish.decision = approval(&wish, 1);
	wish.decision.checklist = 2;
	REFUSED(CHECKER, decide, &wish, BF_CONFLICT);
	wish.decision = approval(&wish, 1);
	scratch_do("UPDATE post_text SET story = '另一个故事，比原来的那个长'");
	REFUSED(CHECKER, decide, &wish, BF_CONFLICT);
	wish.decision.evidence = NULL;
	REFUSED(CHECKER, decide, &wish, BF_CONFLICT);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM review_check"), 0);
	wish.decision = approval(&wish, 1);
	DO(CHECKER, decide, &wish);
	assert_string_equal(only_check(),
			    "1 money evidence_read,family_known,need_seen,amount_fits");
	assert_string_equal(asked_text("SELECT evidence_hash FROM review_check"),
			    wish.decision.evidence);
}

static void what_was_checked_stays(void **state)
{
	struct wish wish = submitted(WRITER);
	struct bf_err err = { 0 };

	(void)state;
	approve(&wish, 1, CHECKER);
	/* a newer list counts for what comes after it */
	scratch_do("INSERT INTO checklist_item VALUES ('village', 'money', 2, 1, 'need_seen'), "
		   "('township', 'money', 2, 1, 'not_covered')");
	wish.decision = approval(&wish, 2);
	REFUSED(TOWN_A, decide, &wish, BF_CONFLICT);
	wish.decision.checklist = 2;
	wish.decision.ticked = 1;
	DO(TOWN_A, decide, &wish);
	assert_string_equal(asked_text("SELECT GROUP_CONCAT(version ORDER BY step_id) FROM "
				       "review_check"),
			    "1,2");
	assert_int_not_equal(bf_db_say(db, "UPDATE review_check SET items = ''", &err), BF_OK);
	assert_int_not_equal(bf_db_say(db, "DELETE FROM review_check", &err), BF_OK);
}

/* What verify finds where a row is not as it has to be. */
static const char *found_by_verify(void)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum bf_verify verify = bf_verify_run(scratch_connect(), pool, "sql/verify", out);
	const char *copy;

	fclose(out);
	assert_int_equal(verify, BF_VERIFY_BROKEN);
	copy = bf_pool_copy(pool, bf_str(text));
	free(text);
	return copy;
}

static void an_approval_without_answers_is_found(void **state)
{
	struct wish wish = submitted(WRITER);

	(void)state;
	approve(&wish, 1, CHECKER);
	scratch_do("CREATE TABLE kept AS SELECT * FROM review_check");
	scratch_do("TRUNCATE TABLE review_check");
	assert_non_null(strstr(found_by_verify(), "i13_checks             1 approvals, 1 broken"));
	scratch_do("INSERT INTO review_check SELECT step_id, form, version, 'need_seen', "
		   "evidence_hash FROM kept");
	assert_non_null(strstr(found_by_verify(), "i13_checks             1 approvals, 1 broken"));
	scratch_do("TRUNCATE TABLE review_check");
	scratch_do("INSERT INTO review_check SELECT * FROM kept");
}

struct racer {
	struct bf_act act;
	struct wish wish;
	pthread_barrier_t *start;
	enum bf_rc rc;
	struct bf_err err;
};

static void *race(void *arg)
{
	struct racer *racer = arg;

	pthread_barrier_wait(racer->start);
	racer->rc = bf_act_run(&racer->act, decide, &racer->wish, &racer->err);
	return NULL;
}

static void of_two_who_decide_at_once_one_wins(void **state)
{
	struct wish wish = submitted(WRITER);
	struct racer racers[2] = { 0 };
	pthread_barrier_t start;
	pthread_t threads[2];

	(void)state;
	approve(&wish, 1, CHECKER);
	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (int i = 0; i < 2; i++) {
		racers[i] = (struct racer){ .act = act_of(i ? TOWN_B : TOWN_A),
					    .wish = wish,
					    .start = &start };
		racers[i].act.ask.pool = bf_pool_new(NULL);
		racers[i].act.ask.db = scratch_connect();
		racers[i].wish.decision = approval(&wish, 2);
		racers[i].wish.decision.version = post_number(&wish, "version");
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < 2; i++) {
		if (racers[i].rc != BF_OK && racers[i].rc != BF_CONFLICT)
			fail_msg("%s", racers[i].err.text);
		bf_pool_free(racers[i].act.ask.pool);
	}
	assert_true((racers[0].rc == BF_OK) != (racers[1].rc == BF_OK));
	assert_int_equal(refusals(409), 1);
	assert_string_equal(state_of(&wish), "township_verified");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(acceptance_11_nobody_checks_their_own_and_no_level_is_skipped),
		TEST(acceptance_12_the_second_village_account_checks),
		TEST(other_offices_see_nothing),
		TEST(a_return_names_what_to_correct),
		TEST(a_decision_stays),
		TEST(only_the_assignee_decides),
		TEST(an_approval_answers_its_whole_list_about_what_is_there),
		TEST(what_was_checked_stays),
		TEST(an_approval_without_answers_is_found),
		TEST(of_two_who_decide_at_once_one_wins),
	};

	return cmocka_run_group_tests_name("domain/review", tests, NULL, NULL);
}
