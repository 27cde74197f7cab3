/* ledger: balanced journals of known events, floors, mirrors, splits, the daily chain. */
#include "money_env.h"

#include <sodium.h>

#include "domain/ledger.h"

static enum bf_rc post_journal(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_ledger_post(ask, arg, err);
}

static enum bf_rc post_it(struct bf_journal *journal, struct bf_err *err)
{
	return bf_ask_transaction(&env, post_journal, journal, NULL, err);
}

static struct bf_journal filling(int64_t subject, int64_t fen)
{
	struct bf_journal journal = { .posting = BF_POSTING_POOL_FILLED, .subject = subject };

	bf_journal_line(&journal, "custody", "bank", 0, fen);
	bf_journal_line(&journal, "pool", "general", 0, -fen);
	return journal;
}

static int64_t owed(const char *code)
{
	int64_t fen = 0;

	assert_int_equal(bf_ledger_owed(&env, code, &fen, NULL), BF_OK);
	return fen;
}

/* ---- journals -------------------------------------------------------------------------- */

static void a_journal_changes_the_balances_of_its_accounts(void **state)
{
	struct bf_journal journal = filling(1, 5000);
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(post_it(&journal, &err), BF_OK);
	assert_int_equal(owed("pool:general"), 5000);
	assert_int_equal(owed("custody:bank"), -5000);
	assert_int_equal(owed("wallet:99"), 0);
	env_assert_verified();
}

static void assert_refused(struct bf_journal *journal, enum bf_rc rc, const char *wanted)
{
	int64_t lines = env_number("SELECT COUNT(*) FROM ledger_line");
	int64_t pool_fen = owed("pool:general");
	struct bf_err err = { 0 };

	assert_int_equal(post_it(journal, &err), rc);
	if (!strstr(err.text, wanted))
		fail_msg("\"%s\", wanted \"%s\"", err.text, wanted);
	assert_int_equal(env_number("SELECT COUNT(*) FROM ledger_line"), lines);
	assert_int_equal(owed("pool:general"), pool_fen);
}

static void t20_what_is_unbalanced_or_not_declared_is_refused(void **state)
{
	struct bf_journal journal = filling(2, 100);

	(void)state;
	journal.lines[1].fen = -99;
	assert_refused(&journal, BF_FAULT, "2 lines sums to 1");
	journal = filling(2, 100);
	journal.count = 1;
	assert_refused(&journal, BF_FAULT, "1 lines");
	journal = filling(2, 0);
	assert_refused(&journal, BF_FAULT, "does not credit account \"custody:bank\"");
	journal = filling(2, INT64_MAX);
	bf_journal_line(&journal, "pool", "other", 0, -INT64_MAX);
	journal.lines[0] = journal.lines[2];
	assert_refused(&journal, BF_FAULT, "overflows");
	journal = filling(2, -100);
	assert_refused(&journal, BF_FAULT, "does not credit account \"custody:bank\"");
	journal = filling(2, 100);
	snprintf(journal.lines[1].code, BF_LEDGER_CODE_BYTES, "poolx:general");
	assert_refused(&journal, BF_FAULT, "does not credit account \"poolx:general\"");
	journal = filling(1, 100);
	assert_refused(&journal, BF_CONFLICT, "Duplicate entry");
	env_assert_verified();
}

static void nothing_owes_less_than_nothing(void **state)
{
	struct bf_journal grant = { .posting = BF_POSTING_GRANT, .subject = 1 };

	(void)state;
	env_post(1, "money", 100000);
	bf_journal_line(&grant, "pool", "general", 0, 5001);
	bf_journal_line(&grant, "escrow", NULL, 1, -5001);
	assert_refused(&grant, BF_CONFLICT, "\"pool:general\" does not hold the 5001 fen");
}

struct mirroring {
	int64_t journal, number;
};

static enum bf_rc mirror(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct mirroring *mirroring = arg;

	return bf_ledger_mirror(ask, mirroring->journal, mirroring->number, err);
}

static void a_mirror_takes_a_journal_back(void **state)
{
	struct bf_journal journal = filling(3, 700);
	struct mirroring mirroring = { .number = 17 };
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(post_it(&journal, &err), BF_OK);
	assert_int_equal(owed("pool:general"), 5700);
	mirroring.journal = env_number("SELECT MAX(id) FROM ledger_journal");
	assert_int_equal(bf_ask_transaction(&env, mirror, &mirroring, NULL, &err), BF_OK);
	assert_int_equal(owed("pool:general"), 5000);
	assert_int_equal(env_number("SELECT mirrors FROM ledger_journal ORDER BY id DESC LIMIT 1"),
			 mirroring.journal);
	assert_int_not_equal(bf_db_say(db, "UPDATE ledger_line SET fen = fen + 1", &err), BF_OK);
	assert_int_not_equal(bf_db_say(db, "DELETE FROM ledger_journal", &err), BF_OK);
	env_assert_verified();
}

/* Both ways between the same accounts, in opposing order of the lines. */
static int fill_and_grant(struct bf_ask *ask, int i)
{
	struct bf_journal journal = { .posting = BF_POSTING_POOL_FILLED, .subject = 100 + i };

	if (i % 2) {
		bf_journal_line(&journal, "pool", "general", 0, -10);
		bf_journal_line(&journal, "custody", "bank", 0, 10);
	} else {
		bf_journal_line(&journal, "custody", "bank", 0, 10);
		bf_journal_line(&journal, "pool", "general", 0, -10);
	}
	return bf_ask_transaction(ask, post_journal, &journal, NULL, NULL) == BF_OK ? 0 : 3;
}

static void opposing_journals_at_once_all_come_through(void **state)
{
	int codes[4];

	(void)state;
	env_at_once(40, fill_and_grant, codes);
	assert_int_equal(codes[0], 40);
	assert_int_equal(owed("pool:general"), 5400);
	env_assert_verified();
}

/* ---- splits ---------------------------------------------------------------------------- */

static void t9_a_hundred_yuan_for_three_households(void **state)
{
	const int64_t weights[] = { 1, 1, 1 };
	int64_t parts[3];

	(void)state;
	bf_ledger_split(10000, weights, 3, parts);
	assert_int_equal(parts[0], 3334);
	assert_int_equal(parts[1], 3333);
	assert_int_equal(parts[2], 3333);
}

static void splits_are_exact(void **state)
{
	static const int64_t weights[][4] = {
		{ 1, 2, 3, 4 },
		{ 0, 0, 0, 1 },
		{ 7, 0, 7, 7 },
		{ 1, INT64_MAX / 4, 5, 1 },
	};
	static const int64_t amounts[] = { 0, 1, 2, 99, 100001, INT64_MAX };

	(void)state;
	for (size_t w = 0; w < 4; w++)
		for (size_t a = 0; a < 6; a++) {
			int64_t parts[4], sum = 0;

			bf_ledger_split(amounts[a], weights[w], 4, parts);
			for (size_t i = 0; i < 4; i++) {
				assert_true(parts[i] >= 0 && (parts[i] == 0 || weights[w][i] > 0));
				sum += parts[i];
			}
			assert_int_equal(sum, amounts[a]);
		}
}

/* ---- the chain ------------------------------------------------------------------------- */

static const char *today(void)
{
	struct bf_err err = { 0 };
	struct bf_str text;

	if (bf_db_ask(db, pool,
		      "SELECT CAST(MIN(day) AS CHAR) FROM ledger_day WHERE state = 'open'", &text,
		      &err) != BF_OK)
		fail_msg("%s", err.text);
	return bf_pool_copy(pool, text);
}

static void a_closed_day_is_chained_signed_and_takes_no_more(void **state)
{
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES],
		secret_key[crypto_sign_SECRETKEYBYTES];
	struct bf_ledger_key key = { "test-1", secret_key, public_key };
	struct bf_ledger_closed closed;
	struct bf_journal journal = filling(500, 1);
	struct bf_err err = { 0 };
	const char *first = today();

	(void)state;
	crypto_sign_keypair(public_key, secret_key);
	assert_int_equal(bf_ledger_close_day(&env, "2001-01-01", &key, &closed, &err), BF_OK);
	assert_string_equal(closed.day, ""); /* not the current one */
	assert_int_equal(bf_ledger_close_day(&env, first, &key, &closed, &err), BF_OK);
	assert_string_equal(closed.day, first);
	assert_int_equal(closed.journals, env_number("SELECT COUNT(*) FROM ledger_journal"));
	assert_int_equal(bf_ledger_close_day(&env, first, &key, &closed, &err), BF_OK);
	assert_string_equal(closed.day, ""); /* once */

	assert_int_equal(post_it(&journal, &err), BF_OK);
	assert_int_equal(env_number("SELECT COUNT(*) FROM ledger_journal j JOIN ledger_day d ON "
				    "d.day = j.day WHERE d.state = 'open'"),
			 1);
	assert_int_equal(bf_ledger_close_day(&env, today(), &key, &closed, &err), BF_OK);
	assert_int_equal(closed.journals, 1);
	if (bf_ledger_check_chain(&env, &key, &err) != BF_OK)
		fail_msg("%s", err.text);
	env_assert_verified();
	crypto_sign_keypair(public_key, secret_key);
	assert_int_equal(bf_ledger_check_chain(&env, &key, &err), BF_CONFLICT);
	assert_non_null(strstr(err.text, "is not signed by \"test-1\""));
}

/* What bangfu verify says of the chain; empty where it holds. */
static const char *verified(void)
{
	struct bf_db *own = scratch_connect();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum bf_verify outcome = bf_verify_run(own, pool, "sql/verify", out);
	const char *ret;

	fclose(out);
	bf_db_close(own);
	ret = outcome == BF_VERIFY_HOLDS ? "" : bf_pool_copy(pool, bf_str(text));
	free(text);
	return ret;
}

/* The journal that fills the pool with subject `subject`, as "journal 3 of 2026-11-25". */
static const char *named(int64_t subject)
{
	const char *where =
		bf_pool_printf(pool, "subject_kind = 'pool_filling' AND subject_id = %lld",
			       (long long)subject);
	struct bf_err err = { 0 };
	struct bf_str text;

	if (bf_db_ask(db, pool,
		      bf_pool_printf(pool,
				     "SELECT CONCAT('journal ', id, ' of ', CAST(day AS CHAR)) "
				     "FROM ledger_journal WHERE %s",
				     where),
		      &text, &err) != BF_OK)
		fail_msg("%s", err.text);
	return bf_pool_copy(pool, text);
}

static void assert_named(const char *expected)
{
	struct bf_err err = { 0 };

	assert_int_equal(bf_ledger_check_chain(&env, NULL, &err), BF_CONFLICT);
	assert_string_equal(err.text, expected);
	assert_non_null(strstr(verified(), expected));
}

static void the_job_closes_each_day_that_is_over_and_publishes_its_key(void **state)
{
	static const char file[] =
		"1 0101010101010101010101010101010101010101010101010101010101010101\n";
	struct bf_secrets *secrets;
	struct bf_journal journal;
	struct bf_err err = { 0 };
	bool did = true;

	(void)state;
	assert_int_equal(bf_secrets_parse(pool, "test", bf_str(file), &secrets, &err), BF_OK);
	/* more journals than one transaction takes in */
	for (int64_t i = 0; i < 230; i++) {
		journal = filling(1000 + i, 1);
		if (post_it(&journal, &err) != BF_OK)
			fail_msg("%s", err.text);
	}
	/* the days of the tests before have run ahead of the clock */
	assert_int_equal(bf_ledger_close_once(&env, secrets, &did, &err), BF_OK);
	assert_false(did);
	scratch_do("DROP TRIGGER ledger_journal_update");
	scratch_do("DROP TRIGGER ledger_link_update");
	scratch_do("UPDATE ledger_journal SET day = day - INTERVAL 9 DAY ORDER BY day");
	scratch_do("UPDATE ledger_link SET day = day - INTERVAL 9 DAY ORDER BY day");
	scratch_do("UPDATE ledger_day SET day = day - INTERVAL 9 DAY ORDER BY day");
	scratch_do("UPDATE ledger_day SET signature = NULL, signed_with = NULL");

	for (int i = 0; i < 2; i++) { /* closed, and the first of its journals linked */
		assert_int_equal(bf_ledger_close_once(&env, secrets, &did, &err), BF_OK);
		assert_true(did);
	}
	assert_int_equal(env_number("SELECT COUNT(*) FROM ledger_link k JOIN ledger_day d ON d.day "
				    "= k.day WHERE d.head IS NULL"),
			 200);
	assert_string_equal(verified(), ""); /* whoever is killed here goes on from here */
	for (int i = 0; did && i < 50; i++)  /* and each day since */
		assert_int_equal(bf_ledger_close_once(&env, secrets, &did, &err), BF_OK);
	assert_false(did);
	assert_int_equal(env_number(
				 "SELECT COUNT(*) FROM ledger_day WHERE signed_with = 'ledger-1' "
				 "AND journals = 230"),
			 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM ledger_key WHERE id = 'ledger-1'"), 1);
	assert_int_equal(env_number("SELECT DATEDIFF(MIN(day), DATE(UTC_TIMESTAMP() + INTERVAL 8 "
				    "HOUR)) FROM ledger_day WHERE state = 'open'"),
			 0);
	if (bf_ledger_check_chain(&env, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_string_equal(verified(), "");
}

static void f35_a_changed_byte_is_named_with_its_journal_and_day(void **state)
{
	const char *changed = named(1100), *other = named(1101), *gone = named(1102);
	int64_t line;

	(void)state;
	line = env_number("SELECT MIN(l.id) FROM ledger_line l JOIN ledger_journal j ON "
			  "j.id = l.journal_id WHERE j.subject_id = 1101");
	scratch_do("UPDATE ledger_journal SET step = 'fillet' WHERE subject_id = 1100");
	assert_named(bf_pool_printf(pool, "%s is not what was sealed", changed));
	scratch_do("UPDATE ledger_journal SET step = 'filled' WHERE subject_id = 1100");
	assert_string_equal(verified(), "");

	scratch_do("DROP TRIGGER ledger_line_update");
	scratch_do(bf_pool_printf(pool, "UPDATE ledger_line SET fen = fen * 2 WHERE id = %lld",
				  (long long)line));
	assert_named(bf_pool_printf(pool, "%s is not what was sealed", other));
	scratch_do(bf_pool_printf(pool, "UPDATE ledger_line SET fen = fen DIV 2 WHERE id = %lld",
				  (long long)line));
	assert_string_equal(verified(), "");

	scratch_do("UPDATE ledger_journal SET day = day + INTERVAL 1 DAY WHERE subject_id = 1102");
	assert_named(bf_pool_printf(pool, "%s is gone", gone));
	scratch_do("UPDATE ledger_journal SET day = day - INTERVAL 1 DAY WHERE subject_id = 1102");
	assert_string_equal(verified(), "");

	scratch_do("INSERT INTO ledger_journal (subject_kind, subject_id, step, at, day) SELECT "
		   "'pool_filling', 9999, 'filled', at, day FROM ledger_journal WHERE subject_id = "
		   "1102");
	assert_named(bf_pool_printf(pool, "%s was added after the day was sealed", named(9999)));
	scratch_do("DROP TRIGGER ledger_journal_delete");
	scratch_do("DELETE FROM ledger_journal WHERE subject_id = 9999");
	assert_string_equal(verified(), "");
}

static void links_that_were_changed_with_the_journal_do_not_give_the_signed_head(void **state)
{
	const char *where =
		"subject_kind = 'pool_filling' AND subject_id = 1229"; /* the last one */
	struct bf_err err = { 0 };

	(void)state;
	scratch_do(
		bf_pool_printf(pool, "UPDATE ledger_journal SET step = 'fillet' WHERE %s", where));
	scratch_do(bf_pool_printf(pool,
				  "UPDATE ledger_link SET hash = REPEAT('0', 64) WHERE journal_id "
				  "= (SELECT id FROM ledger_journal WHERE %s)",
				  where));
	assert_int_equal(bf_ledger_check_chain(&env, NULL, &err), BF_CONFLICT);
	assert_non_null(strstr(verified(), "i8_links"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_journal_changes_the_balances_of_its_accounts),
		cmocka_unit_test(t20_what_is_unbalanced_or_not_declared_is_refused),
		cmocka_unit_test(nothing_owes_less_than_nothing),
		cmocka_unit_test(a_mirror_takes_a_journal_back),
		cmocka_unit_test(opposing_journals_at_once_all_come_through),
		cmocka_unit_test(t9_a_hundred_yuan_for_three_households),
		cmocka_unit_test(splits_are_exact),
		cmocka_unit_test(a_closed_day_is_chained_signed_and_takes_no_more),
		cmocka_unit_test(the_job_closes_each_day_that_is_over_and_publishes_its_key),
		cmocka_unit_test(f35_a_changed_byte_is_named_with_its_journal_and_day),
		cmocka_unit_test(
			links_that_were_changed_with_the_journal_do_not_give_the_signed_head),
	};

	return cmocka_run_group_tests(tests, env_set_up, scratch_tear_down);
}
