/* pairing: a donor asks, the family answers, they write; and what is refused on that way. */
#include "money_env.h"

#include "domain/pairing.h"
#include "domain/pledge.h"

enum { ENV_FATHER = 50, ENV_STRANGER = 60, POST = 1 };

/* One act of a person. */
struct deed {
	int64_t actor, household, number;
	const char *ref, *text;
	bool shown;
	const char *public_text;
	char result[BF_ACT_RESULT_BYTES];
};

#define DEED(name, call)                                                          \
	static enum bf_rc name(struct bf_ask *ask, void *arg, struct bf_err *err) \
	{                                                                         \
		struct deed *deed = arg;                                          \
		struct bf_act act = { .ask = *ask,                                \
				      .actor = deed->actor,                       \
				      .household = deed->household };             \
		int64_t left;                                                     \
		enum bf_rc rc = call;                                             \
                                                                                  \
		(void)left;                                                       \
		deed->public_text = act.public_text;                              \
		memcpy(deed->result, act.result, sizeof(act.result));             \
		return rc;                                                        \
	}

DEED(claim, bf_pledge_claim(&act, &(struct bf_pledge_wish){ .post = POST, .quantity = 1 },
			    &deed->number, &left, err))
DEED(dispatch, bf_pledge_dispatch(&act, deed->number, "SF1234567890", err))
DEED(receive, bf_pledge_receive(&act, deed->number, 1, NULL, err))
DEED(propose, bf_pairing_propose(&act, deed->ref, err))
DEED(move, bf_pairing_move(&act, deed->ref, deed->text, err))
DEED(write_words, bf_pairing_write(&act, deed->ref, deed->text, err))
DEED(pass, bf_pairing_pass(&act, deed->number, deed->shown, err))

static void done(bf_ask_fn *fn, struct deed *deed)
{
	struct bf_err err = { 0 };

	if (bf_ask_transaction(&env, fn, deed, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
}

static void assert_refused(bf_ask_fn *fn, struct deed deed, enum bf_rc rc, const char *says)
{
	struct bf_err err = { 0 };

	assert_int_equal(bf_ask_transaction(&env, fn, &deed, NULL, &err), rc);
	if (says && (!deed.public_text || !strstr(deed.public_text, says)))
		fail_msg("\"%s\" does not say \"%s\"", deed.public_text, says);
}

static const char *text_of(const char *statement)
{
	struct bf_err err = { 0 };
	struct bf_str text;

	if (bf_db_ask(env.db, pool, statement, &text, &err) != BF_OK)
		fail_msg("%s", err.text);
	return bf_pool_copy(pool, text);
}

static struct deed donor(const char *ref, const char *text)
{
	return (struct deed){ .actor = ENV_DONOR, .ref = ref, .text = text };
}

static struct deed family(const char *ref, const char *text)
{
	return (struct deed){
		.actor = ENV_FATHER, .household = ENV_HOUSEHOLD, .ref = ref, .text = text
	};
}

static struct deed manager(const char *ref, const char *text)
{
	return (struct deed){ .actor = ENV_WRITER, .ref = ref, .text = text };
}

static struct deed clerk(int64_t update, bool shown)
{
	return (struct deed){ .actor = ENV_COUNTY_CLERK, .number = update, .shown = shown };
}

static const char *post_ref(void)
{
	return text_of("SELECT ref FROM post WHERE id = 1");
}

/* Goods of the donor are on their way, or with the family. */
static void helped(bool arrived)
{
	struct deed deed = donor(NULL, NULL);

	env_post(POST, "goods", 3);
	scratch_do("INSERT INTO account (id, kind, shown_name, created_at) VALUES "
		   "(100, 'person', '王**', UTC_TIMESTAMP(3))");
	scratch_do("INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
		   "(4, 'county', 430524, '2026-01-01')");
	done(claim, &deed);
	done(dispatch, &deed);
	if (!arrived)
		return;
	deed.actor = ENV_FATHER;
	deed.household = ENV_HOUSEHOLD;
	done(receive, &deed);
}

static const char *proposed(void)
{
	struct deed deed = donor(post_ref(), NULL);

	done(propose, &deed);
	return bf_pool_copy(pool, bf_str(deed.result));
}

static const char *connected(void)
{
	const char *ref = proposed();
	struct deed deed = family(ref, "active");

	done(move, &deed);
	return ref;
}

static void assert_state(const char *state)
{
	assert_string_equal(text_of("SELECT state FROM pairing ORDER BY id DESC LIMIT 1"), state);
}

static int64_t written(struct deed deed)
{
	done(write_words, &deed);
	return env_number("SELECT MAX(id) FROM pairing_update");
}

/* What bf_verify_run says when an invariant does not hold. */
static void assert_breaks(const char *statement, const char *invariant)
{
	struct bf_db *own = scratch_connect();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	scratch_do(statement);
	assert_int_equal(bf_verify_run(own, pool, "sql/verify", out), BF_VERIFY_BROKEN);
	fclose(out);
	bf_db_close(own);
	if (!strstr(text, "sql/verify/pairings.sql") || !strstr(text, invariant))
		fail_msg("%s", text);
	free(text);
}

/* ---- asking ---------------------------------------------------------------------------- */

static void only_help_that_came_connects(void **state)
{
	(void)state;
	helped(false);
	assert_refused(propose, donor(post_ref(), NULL), BF_CONFLICT, "still on its way");
	assert_refused(propose, (struct deed){ .actor = ENV_STRANGER, .ref = post_ref() },
		       BF_NOT_FOUND, NULL);
	assert_int_equal(env_number("SELECT COUNT(*) FROM pairing"), 0);
	env_assert_verified();
}

static void a_donor_asks_once(void **state)
{
	(void)state;
	helped(true);
	assert_int_equal(strlen(proposed()), 10);
	assert_state("proposed");
	assert_refused(propose, donor(post_ref(), NULL), BF_CONFLICT, "asked this family already");
	assert_int_equal(env_number("SELECT COUNT(*) FROM pairing"), 1);
	env_assert_verified();
}

static void the_table_keeps_two_from_living(void **state)
{
	struct bf_err err = { 0 };
	struct bf_str text;

	(void)state;
	helped(true);
	proposed();
	assert_int_not_equal(
		bf_db_ask(
			env.db, pool,
			"INSERT INTO pairing (ref, donor_id, household_id, post_id, city, county, "
			"township, village, anonymous, state, proposed_at) SELECT 'X', donor_id, "
			"household_id, post_id, city, county, township, village, 0, 'active', "
			"UTC_TIMESTAMP(3) FROM pairing",
			&text, &err),
		BF_OK);
	assert_non_null(strstr(err.text, "one_live"));
}

/* ---- moves ----------------------------------------------------------------------------- */

static void each_move_is_of_its_side(void **state)
{
	const char *ref;
	struct deed deed;

	(void)state;
	helped(true);
	ref = proposed();
	assert_refused(move, donor(ref, "active"), BF_DENIED, "somebody else");
	assert_refused(move, donor(ref, "declined"), BF_DENIED, "somebody else");
	assert_refused(move, donor(ref, "ended"), BF_CONFLICT, NULL);
	assert_refused(move, family(ref, "withdrawn"), BF_DENIED, "somebody else");
	assert_refused(move, (struct deed){ .actor = ENV_STRANGER, .ref = ref, .text = "active" },
		       BF_NOT_FOUND, NULL);
	deed = family(ref, "active");
	done(move, &deed);
	assert_state("active");
	assert_refused(move, family(ref, "declined"), BF_CONFLICT, NULL);
	assert_refused(move, donor(ref, "withdrawn"), BF_CONFLICT, NULL);
	deed = donor(ref, "ended");
	done(move, &deed);
	assert_state("ended");
	assert_refused(move, family(ref, "active"), BF_CONFLICT, NULL);
	env_assert_verified();
}

static void a_no_is_not_asked_again_and_a_withdrawal_is(void **state)
{
	struct deed deed;

	(void)state;
	helped(true);
	deed = donor(proposed(), "withdrawn");
	done(move, &deed);
	assert_state("withdrawn");
	deed = family(proposed(), "declined");
	done(move, &deed);
	assert_state("declined");
	assert_refused(propose, donor(post_ref(), NULL), BF_CONFLICT, "prefers not");
	env_assert_verified();
}

static void a_manager_answers_on_behalf(void **state)
{
	const char *ref;
	struct deed deed;

	(void)state;
	helped(true);
	ref = proposed();
	deed = manager(ref, "active");
	done(move, &deed);
	assert_state("active");
	assert_int_equal(env_number("SELECT behalf_of FROM state_history WHERE machine = 'pairing' "
				    "AND to_state = 'active'"),
			 ENV_HOUSEHOLD);
	written(manager(ref, "我们都好"));
	assert_int_equal(env_number("SELECT on_behalf FROM pairing_update"), 1);
	env_assert_verified();
}

/* ---- updates --------------------------------------------------------------------------- */

static void words_are_read_before_they_are_shown(void **state)
{
	const char *ref;
	struct deed deed;
	int64_t update;

	(void)state;
	helped(true);
	ref = connected();
	update = written(family(ref, "谢谢您，孩子很喜欢。"));
	assert_int_equal(env_number("SELECT shown FROM pairing_update"), 0);
	assert_refused(pass,
		       (struct deed){ .actor = ENV_STRANGER, .number = update, .shown = true },
		       BF_NOT_FOUND, NULL);
	deed = clerk(update, true);
	done(pass, &deed);
	assert_int_equal(env_number("SELECT shown FROM pairing_update"), 1);
	assert_refused(pass, clerk(update, false), BF_NOT_FOUND, NULL);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'pairing.updated'"),
			 1);
	deed = clerk(written(donor(ref, "不客气")), false);
	done(pass, &deed);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event WHERE type = 'pairing.updated'"),
			 1);
	env_assert_verified();
}

static void nobody_passes_their_own_words(void **state)
{
	int64_t update;

	(void)state;
	helped(true);
	update = written(manager(connected(), "我们都好"));
	assert_refused(pass, (struct deed){ .actor = ENV_WRITER, .number = update, .shown = true },
		       BF_DENIED, "another person");
	env_assert_verified();
}

static void ways_past_the_platform_are_refused(void **state)
{
	const char *ref;

	(void)state;
	helped(true);
	ref = connected();
	assert_refused(write_words, donor(ref, "一三八 1234 五六七八"), BF_INVALID, "telephone");
	assert_refused(write_words, family(ref, "微信 lihua88"), BF_INVALID, "WeChat");
	assert_refused(write_words, donor(ref, "www.example.org"), BF_INVALID, "web");
	assert_refused(write_words, donor(ref, "a@example.org"), BF_INVALID, "e-mail");
	assert_int_equal(env_number("SELECT COUNT(*) FROM pairing_update"), 0);
	env_assert_verified();
}

static void only_the_connected_write(void **state)
{
	const char *ref;
	struct deed deed;

	(void)state;
	helped(true);
	ref = proposed();
	assert_refused(write_words, donor(ref, "你好"), BF_CONFLICT, "while you are connected");
	deed = family(ref, "active");
	done(move, &deed);
	assert_refused(write_words,
		       (struct deed){ .actor = ENV_STRANGER, .ref = ref, .text = "你好" },
		       BF_NOT_FOUND, NULL);
	deed = family(ref, "ended");
	done(move, &deed);
	assert_refused(write_words, family(ref, "你好"), BF_CONFLICT, "while you are connected");
	env_assert_verified();
}

/* ---- the table and the invariants -------------------------------------------------------- */

static void the_table_is_the_databases(void **state)
{
	const struct bf_machine *machine = &bf_pairing_machine;

	(void)state;
	assert_int_equal(env_number("SELECT COUNT(*) FROM state_rule WHERE machine = 'pairing'"),
			 machine->rule_count);
	for (size_t i = 0; i < machine->rule_count; i++)
		assert_int_equal(
			env_number(bf_pool_printf(
				pool,
				"SELECT COUNT(*) FROM state_rule WHERE machine = 'pairing' AND "
				"version = 1 AND from_state = '%s' AND to_state = '%s'",
				machine->rules[i].from, machine->rules[i].to)),
			1);
}

static void two_that_live_are_found(void **state)
{
	(void)state;
	helped(true);
	proposed();
	scratch_do("ALTER TABLE pairing DROP KEY one_live");
	assert_breaks("INSERT INTO pairing (ref, donor_id, household_id, post_id, city, county, "
		      "township, village, anonymous, state, proposed_at) SELECT 'X', donor_id, "
		      "household_id, post_id, city, county, township, village, 0, state, "
		      "UTC_TIMESTAMP(3) FROM pairing",
		      "No donor has two live connections");
}

static void a_state_without_its_move_is_found(void **state)
{
	(void)state;
	helped(true);
	proposed();
	assert_breaks("UPDATE pairing SET state = 'active', active_at = UTC_TIMESTAMP(3)",
		      "stands where its last move says");
}

static void words_shown_unread_are_found(void **state)
{
	(void)state;
	helped(true);
	written(family(connected(), "我们都好"));
	scratch_do("ALTER TABLE pairing_update DROP CONSTRAINT shown_is_read");
	assert_breaks("UPDATE pairing_update SET shown = 1", "No update is shown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, env_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_help_that_came_connects),
		TEST(a_donor_asks_once),
		TEST(the_table_keeps_two_from_living),
		TEST(each_move_is_of_its_side),
		TEST(a_no_is_not_asked_again_and_a_withdrawal_is),
		TEST(a_manager_answers_on_behalf),
		TEST(words_are_read_before_they_are_shown),
		TEST(nobody_passes_their_own_words),
		TEST(ways_past_the_platform_are_refused),
		TEST(only_the_connected_write),
		TEST(the_table_is_the_databases),
		TEST(two_that_live_are_found),
		TEST(a_state_without_its_move_is_found),
		TEST(words_shown_unread_are_found),
	};

	return cmocka_run_group_tests_name("domain/pairing", tests, NULL, NULL);
}
