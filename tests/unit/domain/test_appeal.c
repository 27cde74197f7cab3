/* appeals: the level above looks at a rejection again. */
#include "posts.h"

/* ---- appeals ---------------------------------------------------------------------------- */

static struct wish rejected_by_township(void)
{
	struct wish wish = submitted(WRITER);

	approve(&wish, 1, CHECKER);
	wish.decision = (struct bf_decision){ .step = step_at(&wish, 2),
					      .outcome = BF_REJECTED,
					      .reason_code = "covered",
					      .reason = "民政已发放" };
	DO(TOWN_A, decide, &wish);
	return wish;
}

static void an_appeal_won_opens_the_step_for_another_person(void **state)
{
	struct wish wish = rejected_by_township();

	(void)state;
	assert_int_equal(post_number(&wish, "live_fingerprint IS NULL AND phase = 'ended'"), 1);
	wish.text = "没有收到过";
	DO(WRITER, appeal, &wish);
	REFUSED(WRITER, appeal, &wish, BF_CONFLICT);
	wish.id = asked_number("SELECT id FROM appeal WHERE level = 'county' AND office = 430523");
	wish.overturned = true;
	REFUSED(TOWN_B, decide_appeal, &wish, BF_NOT_FOUND);
	REFUSED(STRANGER, decide_appeal, &wish, BF_NOT_FOUND);
	DO(COUNTY_A, decide_appeal, &wish);
	REFUSED(COUNTY_B, decide_appeal, &wish, BF_CONFLICT);
	assert_string_equal(state_of(&wish), "village_checked");
	wish.decision = approval(&wish, 2);
	REFUSED(TOWN_A, decide, &wish, BF_DENIED);
	DO(TOWN_B, decide, &wish);
	approve(&wish, 3, COUNTY_B);
	assert_string_equal(state_of(&wish), "open");
}

static void an_appeal_has_its_time_and_may_be_lost(void **state)
{
	struct wish wish = rejected_by_township();

	(void)state;
	wish.text = "没有收到过";
	scratch_do("UPDATE review_step SET decided_at = decided_at - INTERVAL 31 DAY, opened_at = "
		   "opened_at - INTERVAL 31 DAY WHERE state = 'rejected'");
	REFUSED(WRITER, appeal, &wish, BF_CONFLICT);
	scratch_do("UPDATE review_step SET decided_at = decided_at + INTERVAL 2 DAY WHERE state = "
		   "'rejected'");
	DO(WRITER, appeal, &wish);
	wish.id = asked_number("SELECT id FROM appeal");
	DO(COUNTY_A, decide_appeal, &wish);
	assert_string_equal(state_of(&wish), "rejected");
	assert_string_equal(asked_text("SELECT outcome FROM appeal"), "upheld");
}

static void a_post_in_review_is_not_appealed(void **state)
{
	struct wish wish = submitted(WRITER);

	(void)state;
	wish.text = "x";
	REFUSED(WRITER, appeal, &wish, BF_CONFLICT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_appeal_won_opens_the_step_for_another_person),
		TEST(an_appeal_has_its_time_and_may_be_lost),
		TEST(a_post_in_review_is_not_appealed),
	};

	return cmocka_run_group_tests_name("domain/appeal", tests, NULL, NULL);
}
