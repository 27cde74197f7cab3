/* What was changed behind the program's back is found, by one process or by two, and named. */
#include "money_env.h"

enum { POST = 7 };

/* A report, in the test's pool. */
static const char *reported(size_t processes, enum bf_verify *ret_result)
{
	struct bf_db_config config = scratch_config(scratch_name);
	struct bf_db *own = bf_db_new(pool, &config);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	const char *kept;

	*ret_result = processes ? bf_verify_run_by(own, pool, "sql/verify", processes, out)
				: bf_verify_run(own, pool, "sql/verify", out);
	fclose(out);
	bf_db_close(own);
	kept = bf_pool_copy(pool, bf_str(text));
	free(text);
	return kept;
}

/* The line of a check says how many rows are broken. */
static bool is_broken(const char *report, const char *check)
{
	const char *line = strstr(report, check);
	const char *end = line ? strchr(line, '\n') : NULL;

	return end && !memmem(line, (size_t)(end - line), " 0 broken", 9);
}

/* What breaks a check, and what makes it whole again. */
static const struct {
	const char *check, *breaks, *repairs, *named;
} cases[] = {
	{ "i6_moves ", "UPDATE state_history SET step = 9 WHERE machine = 'post' AND step = 5",
	  "UPDATE state_history SET step = 5 WHERE machine = 'post' AND step = 9",
	  "\"first_object\":7" },
	{ "i6_moves ",
	  "UPDATE state_history SET from_state = 'draft' WHERE machine = 'post' AND step = 3",
	  "UPDATE state_history SET from_state = 'submitted' WHERE machine = 'post' AND step = 3",
	  "\"before_state\":\"submitted\"" },
	{ "i6_moves ",
	  "UPDATE state_history SET at = '2026-01-31' WHERE machine = 'post' AND step = 4",
	  "UPDATE state_history SET at = '2026-02-04' WHERE machine = 'post' AND step = 4",
	  "\"first_object\":7" },
	{ "i6_moves ",
	  "UPDATE state_history SET to_state = 'met' WHERE machine = 'post' AND step = 5",
	  "UPDATE state_history SET to_state = 'open' WHERE machine = 'post' AND step = 5",
	  "\"to_state\":\"met\"" },
	{ "i6_moves ",
	  "UPDATE state_history SET to_state = 'o\"pen' WHERE machine = 'post' AND step = 5",
	  "UPDATE state_history SET to_state = 'open' WHERE machine = 'post' AND step = 5",
	  "\"first_object\":7" },
	{ "i6_moves ",
	  "UPDATE state_history SET rule_version = 9 WHERE machine = 'payee' AND step = 1",
	  "UPDATE state_history SET rule_version = 1 WHERE machine = 'payee' AND step = 1",
	  "\"machine\":\"payee\"" },
	{ "i13_verifier ", "UPDATE review_step SET verifier_id = 2 WHERE post_id = 7 AND step = 3",
	  "UPDATE review_step SET verifier_id = 4 WHERE post_id = 7 AND step = 3",
	  "\"verifier_id\":2" },
	{ "i13_verifier ", "UPDATE review_step SET verifier_id = 1 WHERE post_id = 7 AND step = 1",
	  "UPDATE review_step SET verifier_id = 2 WHERE post_id = 7 AND step = 1",
	  "\"verifier_id\":1" },
	{ "i13_levels ",
	  "UPDATE review_step SET decided_at = '2026-02-01' WHERE post_id = 7 AND step = 2",
	  "UPDATE review_step SET decided_at = '2026-02-04' WHERE post_id = 7 AND step = 2",
	  "\"post_id\":7" },
	{ "i13_levels ", "UPDATE review_step SET round = 2 WHERE post_id = 7 AND step = 3",
	  "UPDATE review_step SET round = 1 WHERE post_id = 7 AND step = 3", "\"post_id\":7" },
	{ "i13_levels ",
	  "UPDATE review_step SET decided_at = '2026-02-06' WHERE post_id = 7 AND step = 3",
	  "UPDATE review_step SET decided_at = '2026-02-05' WHERE post_id = 7 AND step = 3",
	  "\"post_id\":7" },
	{ "i12_lists ",
	  "UPDATE post_count SET posts = posts + 1 WHERE county = 0 AND need_kind = ''",
	  "UPDATE post_count SET posts = posts - 1 WHERE county = 0 AND need_kind = ''",
	  "\"kept\":2" },
	{ "i12_lists ", "INSERT INTO post_count VALUES ('donations', 430500, 'met', 0, '', 3)",
	  "DELETE FROM post_count WHERE listed = 'met'", "\"kept\":3" },
	{ "i12_figures ", "UPDATE figure SET open_posts = open_posts + 1 WHERE region = 430500",
	  "UPDATE figure SET open_posts = open_posts - 1 WHERE region = 430500",
	  "\"region\":430500" },
	{ "i12_figures ", "UPDATE figure SET delivered_fen = 1 WHERE region = 0",
	  "UPDATE figure SET delivered_fen = 0 WHERE region = 0", "\"region\":0" },
};

static int set_up(void **state)
{
	int rc = env_set_up(state);

	env_post(POST, "money", 10000);
	env_recount();
	return rc;
}

static void finds_what_was_changed_and_names_it(void **state)
{
	(void)state;
	env_assert_verified();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum bf_verify result;
		const char *report;

		scratch_do(cases[i].breaks);
		report = reported(0, &result);
		scratch_do(cases[i].repairs);
		if (result != BF_VERIFY_BROKEN || !is_broken(report, cases[i].check) ||
		    !strstr(report, cases[i].named))
			fail_msg("%s\n%s", cases[i].breaks, report);
	}
	env_assert_verified();
}

/* "56 hold, 0 broken, 0 could not be checked" */
static const char *last_line(const char *report)
{
	const char *line = report, *next;

	while ((next = strchr(line, '\n')) && next[1])
		line = next + 1;
	return line;
}

static size_t lines_of(const char *report, const char *words)
{
	size_t count = 0;

	for (; (report = strstr(report, words)); report += strlen(words))
		count++;
	return count;
}

static void several_processes_make_each_check_once(void **state)
{
	enum bf_verify result;
	const char *alone = reported(0, &result), *together;

	(void)state;
	assert_int_equal(result, BF_VERIFY_HOLDS);
	for (size_t processes = 1; processes <= 3; processes++) {
		together = reported(processes, &result);
		assert_int_equal(result, BF_VERIFY_HOLDS);
		assert_int_equal(lines_of(together, " broken ("), lines_of(alone, " broken ("));
		assert_string_equal(last_line(together), last_line(alone));
	}
	scratch_do(cases[0].breaks);
	together = reported(2, &result);
	scratch_do(cases[0].repairs);
	assert_int_equal(result, BF_VERIFY_BROKEN);
	assert_true(is_broken(together, cases[0].check));
	assert_non_null(strstr(together, cases[0].named));
}

/* Nobody is told that all is well by a process that saw nothing. */
static void what_could_not_be_checked_does_not_hold(void **state)
{
	struct bf_db_config config = scratch_config("bangfu_no_such_database");
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(bf_verify_run_by(bf_db_new(pool, &config), pool, "sql/verify", 2, out),
			 BF_VERIFY_UNCHECKED);
	fclose(out);
	assert_int_equal(lines_of(text, "could not verify"), 2);
	free(text);
	out = open_memstream(&text, &len);
	scratch_do("DROP VIEW list_measure");
	assert_int_equal(bf_verify_run_by(bf_db_new(pool, &db->config), pool, "sql/verify", 2, out),
			 BF_VERIFY_UNCHECKED);
	fclose(out);
	assert_non_null(strstr(text, "list_measure"));
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_what_was_changed_and_names_it),
		TEST(several_processes_make_each_check_once),
		TEST(what_could_not_be_checked_does_not_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
