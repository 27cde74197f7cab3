/* overdue: clocks run out once, the level above is told, and a county answers for what is not met. */
#include "posts.h"

#include "domain/overdue.h"

static bool flagged(void)
{
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool did;

	if (bf_overdue_step_once(&ask, &did, &err) != BF_OK)
		fail_msg("%s", err.text);
	return did;
}

static bool escalated(void)
{
	struct bf_ask ask = { db, queries, pool };
	struct bf_err err = { 0 };
	bool did;

	if (bf_overdue_post_once(&ask, &did, &err) != BF_OK)
		fail_msg("%s", err.text);
	return did;
}

static int64_t events(const char *type)
{
	return asked_number(
		bf_pool_printf(pool, "SELECT COUNT(*) FROM event WHERE type = '%s'", type));
}

static enum bf_rc answer(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct wish *wish = arg;

	return bf_overdue_answer(act, wish->ref,
				 wish->overturned ? BF_UNMET_EXTEND : BF_UNMET_EXPLAIN, wish->text,
				 err);
}

/* A published post, so many days ago. */
static struct wish published_before(int days)
{
	struct wish wish = published();

	scratch_do(bf_pool_printf(pool,
				  "UPDATE post SET opened_at = opened_at - INTERVAL %d DAY, "
				  "deadline_at = deadline_at - INTERVAL %d DAY",
				  days, days));
	scratch_do("UPDATE review_step SET opened_at = opened_at - INTERVAL 90 DAY, decided_at = "
		   "decided_at - INTERVAL 90 DAY");
	return wish;
}

static void a_step_is_overdue_once(void **state)
{
	struct wish wish = submitted(WRITER);

	(void)state;
	assert_false(flagged());
	scratch_do("UPDATE review_step SET due_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND "
		   "WHERE state = 'open'");
	assert_true(flagged());
	assert_false(flagged());
	assert_int_equal(events("review.overdue"), 1);
	/* the flag takes nothing from the office, and gives nothing to the level above (V2) */
	wish.decision = approval(&wish, 2);
	REFUSED(TOWN_A, decide, &wish, BF_CONFLICT);
	approve(&wish, 1, CHECKER);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM review_step WHERE overdue_at IS NOT "
				      "NULL AND state = 'approved'"),
			 1);
	/* the next step has a clock of its own */
	assert_false(flagged());
}

/* Acceptance 36. */
static void acceptance_36_a_post_unmet_is_one_task_and_one_event(void **state)
{
	struct wish wish = published_before(30);

	(void)state;
	assert_true(escalated());
	assert_false(escalated());
	assert_false(escalated());
	assert_int_equal(asked_number("SELECT COUNT(*) FROM escalation"), 1);
	assert_int_equal(events("post.escalated"), 1);
	assert_int_equal(asked_number("SELECT county = 430523 AND due_at > at FROM escalation"), 1);
	assert_string_equal(state_of(&wish), "open");
}

static void a_post_has_its_month(void **state)
{
	(void)state;
	published_before(29);
	assert_false(escalated());
	scratch_do("UPDATE post SET opened_at = opened_at - INTERVAL 1 DAY, listed = NULL, "
		   "state = 'suspended', phase = 'suspended'");
	assert_false(escalated());
	scratch_do("UPDATE post SET opened_at = opened_at + INTERVAL 1 DAY, listed = 'open', "
		   "state = 'open', phase = 'open'");
}

static void the_county_answers_once_and_visitors_read_it(void **state)
{
	struct wish wish = published_before(30);
	int64_t before, version;

	(void)state;
	wish.text = "价格上涨，延长一个月";
	wish.overturned = true;
	REFUSED(COUNTY_A, answer, &wish, BF_NOT_FOUND);
	assert_true(escalated());
	REFUSED(STRANGER, answer, &wish, BF_NOT_FOUND);
	REFUSED(TOWN_A, answer, &wish, BF_NOT_FOUND);
	wish.text = "  ";
	REFUSED(COUNTY_A, answer, &wish, BF_INVALID);
	wish.text = "价格上涨，延长一个月";
	before = post_number(&wish, "TIMESTAMPDIFF(DAY, opened_at, deadline_at)");
	version = post_number(&wish, "version");
	DO(COUNTY_A, answer, &wish);
	assert_int_equal(post_number(&wish, "TIMESTAMPDIFF(DAY, opened_at, deadline_at)"),
			 before + 30);
	assert_int_equal(post_number(&wish, "version"), version + 1);
	REFUSED(COUNTY_B, answer, &wish, BF_CONFLICT);
	assert_int_equal(events("post.unmet_answered"), 1);
	assert_string_equal(asked_text("SELECT CONCAT(answer, answered_by, text) FROM escalation"),
			    "extend5价格上涨，延长一个月");
}

static void who_is_close_does_not_answer(void **state)
{
	struct wish wish = published_before(30);

	(void)state;
	assert_true(escalated());
	scratch_do("INSERT INTO declared_relative VALUES (5, 1, UTC_TIMESTAMP(3))");
	wish.text = "说明";
	REFUSED(COUNTY_A, answer, &wish, BF_DENIED);
	DO(COUNTY_B, answer, &wish);
	assert_int_equal(refusals(403), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_step_is_overdue_once),
		TEST(acceptance_36_a_post_unmet_is_one_task_and_one_event),
		TEST(a_post_has_its_month),
		TEST(the_county_answers_once_and_visitors_read_it),
		TEST(who_is_close_does_not_answer),
	};

	return cmocka_run_group_tests_name("domain/overdue", tests, NULL, NULL);
}
