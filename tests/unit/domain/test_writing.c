/* writing: a help post is written and sent, and what becomes of it once it is published. */
#include "posts.h"

/* ---- the table -------------------------------------------------------------------------- */

static void rules_are_those_of_the_database(void **state)
{
	const struct bf_machine *machine = &bf_post_machine;

	(void)state;
	assert_int_equal(asked_number("SELECT COUNT(*) FROM state_rule WHERE machine = 'post' "
				      "AND version = 1"),
			 machine->rule_count);
	for (size_t i = 0; i < machine->rule_count; i++) {
		const struct bf_rule *rule = &machine->rules[i];

		if (asked_number(bf_pool_printf(pool,
						"SELECT COUNT(*) FROM state_rule WHERE machine = "
						"'post' AND version = 1 AND from_state = '%s' AND "
						"to_state = '%s'",
						rule->from, rule->to)) != 1)
			fail_msg("\"%s\" to \"%s\" is not in state_rule", rule->from, rule->to);
		assert_non_null(bf_machine_state(machine, rule->to));
		assert_true(rule->who);
		assert_non_null(rule->event);
	}
}

struct any_move {
	int64_t post;
	const char *to;
	enum bf_mover as;
};

static enum bf_rc move_anyhow(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct any_move *move = arg;

	return bf_machine_move(act, &bf_post_machine,
			       &(struct bf_move){
				       .object = move->post, .to = move->to, .as = move->as },
			       err);
}

/* From each state to each other that is not in the table, as whoever. */
static void what_is_not_in_the_table_is_refused(void **state)
{
	struct wish wish = submitted(WRITER);
	struct any_move move = { .post = post_number(&wish, "id"), .as = BF_BY_CORE };
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < bf_post_machine.state_count; i++) {
		struct bf_act act = act_of(COUNTY_A);
		struct bf_err err = { 0 };

		move.to = bf_post_machine.states[i].name;
		if (bf_machine_rule(&bf_post_machine, "submitted", move.to))
			continue;
		assert_int_equal(bf_act_run(&act, move_anyhow, &move, &err), BF_CONFLICT);
		assert_non_null(act.public_text);
		tried++;
	}
	assert_int_equal(tried, bf_post_machine.state_count - 4);
	assert_int_equal(refusals(409), tried);
	assert_string_equal(state_of(&wish), "submitted");
}

static void a_move_is_for_those_it_names(void **state)
{
	struct wish wish = submitted(WRITER);
	struct any_move move = { post_number(&wish, "id"), "village_checked", BF_BY_COUNTY };
	struct bf_act act = act_of(COUNTY_A);
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_act_run(&act, move_anyhow, &move, &err), BF_DENIED);
	assert_int_equal(refusals(403), 1);
}

/* ---- each rule, done and refused ---------------------------------------------------------- */

enum { ASKED = 60000 };

/* A post in the state that a rule begins in, and what its guard asks for, or the opposite. */
static void put_before(int64_t post, const struct bf_rule *rule, bool fits)
{
	bool to_full = strcmp(rule->to, "full") == 0, to_met = strcmp(rule->to, "met") == 0;
	bool closes = strcmp(rule->to, "closed") == 0, cancels = strcmp(rule->to, "cancelled") == 0;
	int64_t taken = to_full || to_met ? ASKED : 0, confirmed = to_met ? ASKED : 0, pending = 0;
	const char *household = "active", *phase = "draft";

	if (*rule->from)
		phase = bf_machine_state(&bf_post_machine, rule->from)->phase;
	if (!fits) {
		taken = to_full ? 0 : ASKED;
		confirmed = 0;
		pending = cancels || strcmp(rule->to, "expired") == 0 ? 100 : 0;
		household = "suspended";
	}
	if (fits && closes)
		taken = confirmed = ASKED;
	scratch_do(bf_pool_printf(
		pool,
		"UPDATE post SET state = '%s', listed = NULL, phase = '%s', "
		"taken_fen = %jd, confirmed_fen = %jd, pending_fen = %jd, "
		"opened_at = UTC_TIMESTAMP(3), deadline_at = UTC_TIMESTAMP(3) WHERE id = %jd",
		rule->from, phase, (intmax_t)taken, (intmax_t)confirmed, (intmax_t)pending,
		(intmax_t)post));
	scratch_do(bf_pool_printf(pool, "UPDATE household SET state = '%s' WHERE id = %d",
				  household, FAMILY));
}

static enum bf_mover lowest(unsigned movers)
{
	return (enum bf_mover)(movers & -movers);
}

static enum bf_rc try_move(struct bf_act *act, int64_t post, const struct bf_rule *rule,
			   enum bf_mover as)
{
	struct bf_value more = bf_value_map(pool);
	struct bf_err err = { 0 };
	enum bf_rc rc;

	bf_arg_set_int(&more, "promise", 1);
	bf_arg_set_int(&more, "asked_by", COUNTY_B);
	rc = bf_machine_move(act, &bf_post_machine,
			     &(struct bf_move){
				     .object = post, .to = rule->to, .as = as, .args = &more },
			     &err);
	if (rc == BF_FAULT || rc == BF_BUSY)
		fail_msg("\"%s\" to \"%s\": %s", rule->from, rule->to, err.text);
	return rc;
}

/* All of it is rolled back, so that sums without gifts stay nowhere. */
static enum bf_rc try_each_rule(struct bf_act *act, void *arg, struct bf_err *err)
{
	int64_t post = *(int64_t *)arg;

	for (size_t i = 0; i < bf_post_machine.rule_count; i++) {
		const struct bf_rule *rule = &bf_post_machine.rules[i];
		const char *moves = "SELECT COUNT(*) FROM state_history WHERE machine = 'post'";
		int64_t before = asked_number(moves);

		put_before(post, rule, true);
		assert_int_equal(try_move(act, post, rule, lowest(~rule->who)), BF_DENIED);
		if (rule->guard) {
			put_before(post, rule, false);
			if (try_move(act, post, rule, lowest(rule->who)) != BF_CONFLICT)
				fail_msg("\"%s\" to \"%s\" was not refused", rule->from, rule->to);
		}
		assert_int_equal(asked_number(moves), before);
		put_before(post, rule, true);
		if (try_move(act, post, rule, lowest(rule->who)) != BF_OK)
			fail_msg("\"%s\" to \"%s\" was refused", rule->from, rule->to);
		assert_int_equal(asked_number(moves), before + 1);
		assert_string_equal(asked_text("SELECT type FROM event ORDER BY id DESC LIMIT 1"),
				    rule->event);
		assert_string_equal(
			asked_text(bf_pool_printf(
				pool, "SELECT CONCAT(state, phase) FROM post WHERE id = %jd",
				(intmax_t)post)),
			bf_pool_printf(pool, "%s%s", rule->to,
				       bf_machine_state(&bf_post_machine, rule->to)->phase));
		scratch_do("DELETE FROM capacity");
		scratch_do("DELETE FROM post_gram");
	}
	return bf_err_set(err, BF_NOT_FOUND, "this was a test");
}

static void each_rule_moves_and_refuses(void **state)
{
	struct wish wish = drafted(WRITER, FAMILY, "棉被", ASKED);
	int64_t post = post_number(&wish, "id");
	struct bf_act act = act_of(COUNTY_A);
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_act_run(&act, try_each_rule, &post, &err), BF_NOT_FOUND);
	assert_string_equal(err.text, "this was a test");
}

/* ---- writing ---------------------------------------------------------------------------- */

static void a_post_is_written_checked_and_found(void **state)
{
	struct wish wish = published();
	int64_t id = post_number(&wish, "id");

	(void)state;
	assert_string_equal(state_of(&wish), "open");
	assert_int_equal(post_number(&wish, "urgency"), 2);
	assert_int_equal(post_number(&wish, "listed = 'open' AND phase = 'open'"), 1);
	assert_int_equal(post_number(&wish, "TIMESTAMPDIFF(DAY, opened_at, deadline_at)"), 60);
	assert_string_equal(asked_text("SELECT CONCAT(kind, ' ', total) FROM capacity"),
			    "money_gap 60000");
	assert_int_equal(asked_number("SELECT COUNT(*) FROM post_gram WHERE gram = '棉被'"), 1);
	assert_int_equal(asked_number("SELECT SUM(posts) FROM post_count WHERE posts = 1"), 4);
	assert_int_equal(asked_number("SELECT SUM(open_posts) FROM figure"), 2);
	assert_string_equal(asked_text("SELECT GROUP_CONCAT(type ORDER BY id) FROM event"),
			    "post.drafted,post.submitted,post.village_checked,"
			    "post.township_verified,post.opened");
	assert_string_equal(
		asked_text(bf_pool_printf(
			pool,
			"SELECT GROUP_CONCAT(CONCAT(step, COALESCE(behalf_of, '-')) ORDER "
			"BY step) FROM state_history WHERE machine = 'post' AND "
			"object_id = %jd",
			(intmax_t)id)),
		"11,21,3-,4-,5-");
	assert_string_equal(asked_text("SELECT relation FROM post"), "village_manager");
}

static void a_family_writes_for_itself(void **state)
{
	struct wish wish = { .draft = { .plugin = "donations",
					.city = CITY,
					.need_kind = "necessities",
					.form = "goods",
					.relation = "neighbour" } };
	struct bf_value fields = some_fields("棉被", 0);

	(void)state;
	bf_arg_set_int(&fields, "quantity", 2);
	bf_arg_set_text(&fields, "unit", "床");
	wish.fields = &fields;
	DO(FATHER, create, &wish);
	assert_int_equal(post_number(&wish, "relation IS NULL"), 1);
	DO(FATHER, save, &wish);
	wish.promise = true;
	DO(FATHER, submit, &wish);
	approve(&wish, 1, WRITER);
	approve(&wish, 2, TOWN_B);
	approve(&wish, 3, COUNTY_B);
	assert_string_equal(asked_text("SELECT CONCAT(kind, ' ', total) FROM capacity"),
			    "goods_line 2");
}

static void a_draft_keeps_what_was_typed(void **state)
{
	struct wish wish = { .draft = { .plugin = "donations",
					.for_household = FAMILY,
					.need_kind = "medical",
					.form = "money",
					.relation = "village_manager" } };
	struct bf_value fields = bf_value_map(pool);

	(void)state;
	wish.fields = &fields;
	DO(WRITER, create, &wish);
	bf_arg_set_text(&fields, "title", "药");
	DO(WRITER, save, &wish);
	assert_string_equal(asked_text("SELECT CONCAT(title, '/', item, '/', need_kind) FROM post"),
			    "药//medical");
	wish.promise = true;
	REFUSED(WRITER, submit, &wish, BF_INVALID);
	assert_string_equal(state_of(&wish), "draft");
	/* to everybody else it is not there */
	REFUSED(CHECKER, save, &wish, BF_NOT_FOUND);
	REFUSED(FATHER + 1, submit, &wish, BF_NOT_FOUND);
	/* K3: of two who save, the second one is told */
	wish.version = post_number(&wish, "version");
	DO(WRITER, save, &wish);
	REFUSED(WRITER, save, &wish, BF_CONFLICT);
	wish.version = 0;
	DO(WRITER, withdraw, &wish);
	REFUSED(WRITER, save, &wish, BF_CONFLICT);
}

static void a_post_needs_an_active_household_of_the_village(void **state)
{
	struct wish wish = { .draft = { .plugin = "donations",
					.for_household = IDLE,
					.need_kind = "medical",
					.form = "money",
					.relation = "relative" } };

	(void)state;
	REFUSED(WRITER, create, &wish, BF_CONFLICT);
	wish.draft.for_household = FAMILY;
	REFUSED(TOWN_A, create, &wish, BF_NOT_FOUND);
	wish.draft.city = CITY + 1;
	REFUSED(WRITER, create, &wish, BF_NOT_FOUND);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM post"), 0);
}

static void caps_and_promises_hold_at_submission(void **state)
{
	struct wish wish = drafted(WRITER, FAMILY, "棉被", 100001);
	struct bf_value fields = some_fields("棉被", 100000);

	(void)state;
	REFUSED(WRITER, submit, &wish, BF_CONFLICT);
	wish.fields = &fields;
	DO(WRITER, save, &wish);
	wish.promise = false;
	REFUSED(WRITER, submit, &wish, BF_INVALID);
	wish.promise = true;
	/* a city may only tighten: the province's higher cap changes nothing, the city's lower does */
	scratch_do("INSERT INTO setting VALUES ('cap_necessities_fen', 430000, '', 1, 900000, "
		   "'2026-01-01', 7, 'x'), ('cap_necessities_fen', 430500, '', 1, 50000, "
		   "'2026-01-01', 7, 'x')");
	REFUSED(WRITER, submit, &wish, BF_CONFLICT);
	scratch_do("INSERT INTO setting VALUES ('cap_necessities_fen', 430500, '', 2, 900000, "
		   "'2026-01-01', 7, 'x')");
	DO(WRITER, submit, &wish);
	assert_string_equal(state_of(&wish), "submitted");
}

static void a_need_is_asked_for_once(void **state)
{
	struct wish first = submitted(WRITER), again, own;

	(void)state;
	again = drafted(WRITER, FAMILY, "棉 被", 50000);
	REFUSED(WRITER, submit, &again, BF_CONFLICT);
	own = drafted(WRITER, NEIGHBOURS, "棉被", 50000);
	DO(WRITER, submit, &own);
	DO(WRITER, withdraw, &first);
	DO(WRITER, submit, &again);
}

static void three_posts_are_under_way_at_most(void **state)
{
	static const char *const items[] = { "棉被", "电饭锅", "煤", "米" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct wish wish = drafted(WRITER, FAMILY, items[i], 50000);

		REFUSED(WRITER, submit, &wish, i < 3 ? BF_OK : BF_CONFLICT);
	}
}

/* ---- after it was published -------------------------------------------------------------- */

static void a_post_with_gifts_is_not_withdrawn(void **state)
{
	struct wish wish = published();

	(void)state;
	scratch_do("UPDATE post SET pending_fen = 100");
	REFUSED(WRITER, withdraw, &wish, BF_CONFLICT);
	scratch_do("UPDATE post SET pending_fen = 0");
	wish.text = "亲戚送来了";
	DO(WRITER, withdraw, &wish);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM post_gram"), 0);
	assert_int_equal(asked_number("SELECT SUM(posts) FROM post_count"), 0);
	assert_int_equal(post_number(&wish, "listed IS NULL AND closed_at IS NOT NULL"), 1);
}

/* Full and open again, as taking and returning transactions move it. */
static void lists_and_search_follow_each_move(void **state)
{
	struct wish wish = published();
	struct any_move move = { post_number(&wish, "id"), "full", BF_BY_CORE };
	struct bf_act act = act_of(0);
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_act_run(&act, move_anyhow, &move, &err), BF_CONFLICT);
	scratch_do("UPDATE post SET taken_fen = 60000");
	scratch_do(
		"INSERT INTO hold (id, capacity_id, account_id, amount, state, created_at, "
		"expires_at) SELECT 1, id, 9, 60000, 'taken', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) "
		"FROM capacity");
	scratch_do("UPDATE capacity SET taken_sum = 60000");
	scratch_do("INSERT INTO ledger_account (code, class, balance_fen) SELECT "
		   "CONCAT('escrow:', id), 'liability', -60000 FROM post");
	scratch_do("INSERT INTO ledger_account (code, class, balance_fen) VALUES ('clearing:x', "
		   "'asset', 60000)");
	scratch_do("INSERT INTO ledger_journal (id, subject_kind, subject_id, step, at) VALUES "
		   "(1, 'transfer', 1, 'paid', UTC_TIMESTAMP(3))");
	scratch_do("INSERT INTO ledger_line (journal_id, ledger_account_id, fen) SELECT 1, id, "
		   "balance_fen FROM ledger_account");
	assert_int_equal(bf_act_run(&act, move_anyhow, &move, &err), BF_OK);
	assert_string_equal(asked_text("SELECT listed FROM post"), "full");
	assert_int_equal(asked_number("SELECT COUNT(*) FROM post_count WHERE listed = 'full' AND "
				      "posts = 1"),
			 4);
	assert_int_equal(asked_number("SELECT SUM(open_posts) FROM figure"), 0);
	assert_int_equal(asked_number("SELECT MAX(sort_key) < 100000000000000 FROM post_gram"), 1);
}

static void one_person_suspends_and_two_lift_or_cancel(void **state)
{
	struct wish wish = published();

	(void)state;
	REFUSED(TOWN_A, suspend, &wish, BF_NOT_FOUND);
	REFUSED(STRANGER, suspend, &wish, BF_NOT_FOUND);
	REFUSED(COUNTY_A, lift, &wish, BF_CONFLICT);
	DO(COUNTY_A, suspend, &wish);
	REFUSED(COUNTY_B, suspend, &wish, BF_CONFLICT);
	assert_int_equal(post_number(&wish, "listed IS NULL AND phase = 'suspended'"), 1);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM post_gram"), 0);
	DO(COUNTY_A, lift, &wish);
	REFUSED(COUNTY_A, lift, &wish, BF_CONFLICT);
	assert_string_equal(state_of(&wish), "suspended");
	DO(COUNTY_B, lift, &wish);
	assert_int_equal(post_number(&wish, "listed = 'open' AND state = 'open'"), 1);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM post_gram WHERE gram = '棉被'"), 1);
	DO(COUNTY_B, suspend, &wish);
	DO(COUNTY_A, lift, &wish);
	/* another wish begins anew */
	DO(COUNTY_B, cancel, &wish);
	DO(COUNTY_A, cancel, &wish);
	assert_string_equal(state_of(&wish), "cancelled");
	assert_int_equal(asked_number("SELECT SUM(published_posts) FROM figure"), 0);
}

static void a_duplicate_names_the_post_that_stays(void **state)
{
	struct wish wish = published(), other = drafted(WRITER, FAMILY, "冬衣", 50000);

	(void)state;
	wish.text = other.ref;
	REFUSED(COUNTY_A, end_duplicate, &wish, BF_CONFLICT);
	DO(WRITER, submit, &other);
	approve(&other, 1, CHECKER);
	approve(&other, 2, TOWN_A);
	approve(&other, 3, COUNTY_A);
	wish.text = wish.ref;
	REFUSED(COUNTY_A, end_duplicate, &wish, BF_CONFLICT);
	wish.text = other.ref;
	DO(COUNTY_A, end_duplicate, &wish);
	assert_string_equal(state_of(&wish), "duplicate");
	assert_int_equal(post_number(&wish, "duplicate_of"), post_number(&other, "id"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules_are_those_of_the_database),
		TEST(what_is_not_in_the_table_is_refused),
		TEST(a_move_is_for_those_it_names),
		TEST(each_rule_moves_and_refuses),
		TEST(a_post_is_written_checked_and_found),
		TEST(a_family_writes_for_itself),
		TEST(a_draft_keeps_what_was_typed),
		TEST(a_post_needs_an_active_household_of_the_village),
		TEST(caps_and_promises_hold_at_submission),
		TEST(a_need_is_asked_for_once),
		TEST(three_posts_are_under_way_at_most),
		TEST(a_post_with_gifts_is_not_withdrawn),
		TEST(lists_and_search_follow_each_move),
		TEST(one_person_suspends_and_two_lift_or_cancel),
		TEST(a_duplicate_names_the_post_that_stays),
	};

	return cmocka_run_group_tests_name("domain/writing", tests, NULL, NULL);
}
