/* appeals: the level above looks at a rejection again. */
#include "posts.h"

enum { PROVINCE_A = 10 };

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

/* ---- rejections by two ------------------------------------------------------------------- */

/* The county wants to reject it; wish.id is the rejection. */
static struct wish proposed_by_county(void)
{
	struct wish wish = submitted(WRITER);

	approve(&wish, 1, CHECKER);
	approve(&wish, 2, TOWN_A);
	wish.decision = (struct bf_decision){ .step = step_at(&wish, 3),
					      .outcome = BF_REJECTED,
					      .reason_code = "ineligible",
					      .reason = "不在政策范围内" };
	DO(COUNTY_A, decide, &wish);
	wish.id = asked_number("SELECT id FROM review_rejection WHERE outcome IS NULL");
	return wish;
}

static void a_county_rejects_by_two(void **state)
{
	struct wish wish = proposed_by_county();

	(void)state;
	assert_string_equal(state_of(&wish), "township_verified");
	/* nobody decides past it, nobody takes it, and who proposed it is not the second person */
	wish.decision = approval(&wish, 3);
	REFUSED(COUNTY_A, decide, &wish, BF_CONFLICT);
	REFUSED(COUNTY_B, decide, &wish, BF_CONFLICT);
	REFUSED(COUNTY_B, declare, &wish, BF_CONFLICT);
	REFUSED(COUNTY_A, second, &wish, BF_DENIED);
	REFUSED(TOWN_A, second, &wish, BF_NOT_FOUND);
	REFUSED(STRANGER, second, &wish, BF_NOT_FOUND);
	/* the county has another person, so the city is not asked */
	REFUSED(CITY_A, second, &wish, BF_NOT_FOUND);
	assert_int_equal(refusals(403), 1);
	DO(COUNTY_B, second, &wish);
	REFUSED(COUNTY_B, second, &wish, BF_NOT_FOUND);
	assert_string_equal(state_of(&wish), "rejected");
	assert_string_equal(asked_text(
				    "SELECT CONCAT_WS(' ', s.verifier_id, s.reason_code, "
				    "r.proposed_by, r.decided_by, r.decided_as) FROM review_step "
				    "s JOIN review_rejection r ON r.step_id = s.id"),
			    "5 ineligible 5 6 county");
	assert_int_equal(asked_number("SELECT COUNT(*) FROM event WHERE type = "
				      "'review.rejection_proposed'"),
			 1);
}

static void a_rejection_that_is_declined_leaves_the_step_open(void **state)
{
	struct wish wish = proposed_by_county();

	(void)state;
	wish.overturned = true;
	wish.text = " ";
	REFUSED(COUNTY_B, second, &wish, BF_INVALID);
	wish.text = "符合今年的新规定";
	DO(COUNTY_B, second, &wish);
	assert_string_equal(state_of(&wish), "township_verified");
	approve(&wish, 3, COUNTY_B);
	assert_string_equal(state_of(&wish), "open");
}

static void the_city_is_asked_where_the_county_has_nobody_else(void **state)
{
	struct wish wish = proposed_by_county();

	(void)state;
	scratch_do("INSERT INTO declared_relative VALUES (6, 1, UTC_TIMESTAMP(3))");
	REFUSED(COUNTY_B, second, &wish, BF_DENIED);
	DO(CITY_A, second, &wish);
	assert_string_equal(state_of(&wish), "rejected");
	/* the city has had its say: the appeal goes above it, and not to the same person */
	wish.text = "请再看一次";
	DO(WRITER, appeal, &wish);
	assert_string_equal(asked_text("SELECT CONCAT_WS(' ', level, office) FROM appeal"),
			    "province 430000");
	wish.id = asked_number("SELECT id FROM appeal");
	wish.overturned = true;
	REFUSED(CITY_A, decide_appeal, &wish, BF_NOT_FOUND);
	scratch_do("INSERT INTO account (id, kind, shown_name, created_at) VALUES (10, 'person', "
		   "'account 10', UTC_TIMESTAMP(3))");
	scratch_do("INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
		   "(10, 'province', 430000, '2026-01-01'), (7, 'province', 430000, '2026-01-01')");
	REFUSED(CITY_A, decide_appeal, &wish, BF_DENIED);
	DO(PROVINCE_A, decide_appeal, &wish);
	assert_string_equal(state_of(&wish), "township_verified");
}

static void an_appeal_against_a_county_goes_to_the_city(void **state)
{
	struct wish wish = proposed_by_county();

	(void)state;
	DO(COUNTY_B, second, &wish);
	wish.text = "请再看一次";
	DO(WRITER, appeal, &wish);
	REFUSED(WRITER, appeal, &wish, BF_CONFLICT);
	assert_string_equal(asked_text("SELECT CONCAT_WS(' ', level, office) FROM appeal"),
			    "city 430500");
	wish.id = asked_number("SELECT id FROM appeal");
	wish.overturned = true;
	wish.text = "符合规定";
	REFUSED(COUNTY_A, decide_appeal, &wish, BF_NOT_FOUND);
	DO(CITY_A, decide_appeal, &wish);
	assert_string_equal(state_of(&wish), "township_verified");
	/* another person: not who rejected it */
	wish.decision = approval(&wish, 3);
	REFUSED(COUNTY_A, decide, &wish, BF_DENIED);
	approve(&wish, 3, COUNTY_B);
	assert_string_equal(state_of(&wish), "open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_appeal_won_opens_the_step_for_another_person),
		TEST(an_appeal_has_its_time_and_may_be_lost),
		TEST(a_post_in_review_is_not_appealed),
		TEST(a_county_rejects_by_two),
		TEST(a_rejection_that_is_declined_leaves_the_step_open),
		TEST(the_city_is_asked_where_the_county_has_nobody_else),
		TEST(an_appeal_against_a_county_goes_to_the_city),
	};

	return cmocka_run_group_tests_name("domain/appeal", tests, NULL, NULL);
}
