/*
 * kernel: a scratch database with the real schema and the core's real queries, one city with a
 * county, a township and a village in it, people with roles there, and families. What tests of
 * acts share.
 */
#ifndef BF_TEST_KERNEL_H
#define BF_TEST_KERNEL_H

#include <stdio.h>

#include "../db/scratch.h"
#include "db/migrate.h"
#include "domain/draft.h"
#include "domain/review.h"
#include "domain/verify.h"

enum {
	PROVINCE = 430000,
	CITY = 430500,
	COUNTY = 430523,
	OTHER_COUNTY = 430524,
	TOWNSHIP = 430523100,
};
#define VILLAGE_CODE INT64_C(430523100001)

/* Accounts. */
enum {
	WRITER = 1, /* of the village */
	CHECKER,    /* the other one of the village */
	TOWN_A,     /* of the township */
	TOWN_B,
	COUNTY_A,
	COUNTY_B,
	CITY_A,
	STRANGER, /* of the other county */
	FATHER,   /* an adult of FAMILY, without a role */
};
/* Households. */
enum { FAMILY = 1, NEIGHBOURS, RELATIVES, IDLE };

static struct bf_queries *queries;

static inline int64_t asked_number(const char *question)
{
	struct bf_err err = { 0 };
	struct bf_str text;
	int64_t n = 0;

	if (bf_db_ask(db, pool, question, &text, &err) != BF_OK)
		fail_msg("%s", err.text);
	if (!bf_str_int(text, &n))
		fail_msg("\"%.*s\" is no number", BF_STR_ARG(text));
	return n;
}

static inline const char *asked_text(const char *question)
{
	struct bf_err err = { 0 };
	struct bf_str text;

	if (bf_db_ask(db, pool, question, &text, &err) != BF_OK)
		fail_msg("%s", err.text);
	return bf_pool_copy(pool, text);
}

static inline void make_places(void)
{
	static const char *const statements[] = {
		"INSERT INTO region (code, parent, level, name, name_en, valid_from) VALUES "
		"(430000, 0, 1, '湖南省', 'Hunan', '2020-01-01'),"
		"(430500, 430000, 2, '邵阳市', 'Shaoyang', '2020-01-01'),"
		"(430523, 430500, 3, '邵阳县', 'Shaoyang County', '2020-01-01'),"
		"(430524, 430500, 3, '隆回县', 'Longhui', '2020-01-01'),"
		"(430523100, 430523, 4, '塘渡口镇', 'Tangdukou', '2020-01-01'),"
		"(430523100001, 430523100, 5, '红旗村', 'Hongqi', '2020-01-01')",
		"INSERT INTO region_ancestor VALUES (430000, 430000), (430500, 430500), "
		"(430500, 430000), (430523, 430523), (430523, 430500), (430523, 430000), "
		"(430524, 430524), (430524, 430500), (430524, 430000), "
		"(430523100, 430523100), (430523100, 430523), (430523100, 430500), "
		"(430523100, 430000), (430523100001, 430523100001), "
		"(430523100001, 430523100), (430523100001, 430523), (430523100001, 430500), "
		"(430523100001, 430000)",
		"INSERT INTO city VALUES (430500, 430000, 'shaoyang', 1, UTC_TIMESTAMP(3))",
		("INSERT INTO city_plugin (city, plugin, state, from_at, changed_by, reason) "
		 "VALUES (430500, 'donations', 'on', UTC_TIMESTAMP(3), 1, 'x')"),
		"INSERT INTO figure (region, as_of) VALUES (430500, UTC_TIMESTAMP(3))",
	};

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		scratch_do(statements[i]);
}

static inline void make_people(void)
{
	static const char *const statements[] = {
		"INSERT INTO account (id, kind, shown_name, created_at) "
		"SELECT seq, 'person', CONCAT('account ', seq), UTC_TIMESTAMP(3) FROM seq_1_to_9",
		"INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
		"(1, 'village', 430523100001, '2026-01-01'), (2, 'village', 430523100001, '2026-01-01'),"
		"(3, 'township', 430523100, '2026-01-01'), (4, 'township', 430523100, '2026-01-01'),"
		"(5, 'county', 430523, '2026-01-01'), (6, 'county', 430523, '2026-01-01'),"
		"(7, 'city', 430500, '2026-01-01'), (8, 'county', 430524, '2026-01-01')",
		"INSERT INTO household (id, city, county, township, village, shown_name, people, state,"
		" registered_at) SELECT seq, 430500, 430523, 430523100, 430523100001, '李**', 1,"
		" IF(seq = 4, 'visited', 'active'), '2026-01-01' FROM seq_1_to_4",
		"INSERT INTO person (id, shown_name, birth_year, state) "
		"SELECT seq, '李**', 1970, 'current' FROM seq_1_to_4",
		"INSERT INTO membership (household_id, person_id, role, from_at) "
		"SELECT seq, seq, 'head', '2026-01-01' FROM seq_1_to_4",
		/* an account for money each, which the county has verified */
		"INSERT INTO payee_account (id, household_id, version, state, last_digits, relation, "
		"entered_by, entered_at, bank_checked_at, decided_by, decided_at) SELECT seq, seq, 1, "
		"'verified', '0001', 'village_manager', 1, '2026-01-01', '2026-01-01', 5, '2026-01-02' "
		"FROM seq_1_to_3",
		"INSERT INTO state_history (machine, object_id, step, from_state, to_state, at) "
		"SELECT 'payee', y.seq, s.step, s.f, s.t, '2026-01-01' FROM seq_1_to_3 y JOIN ("
		"SELECT 1 AS step, '' AS f, 'entered' AS t UNION ALL SELECT 2, 'entered', "
		"'bank_checked' UNION ALL SELECT 3, 'bank_checked', 'verified') s",
		/* their way through the register, so that verify finds it */
		"INSERT INTO state_history (machine, object_id, step, from_state, to_state, at) "
		"SELECT 'household', h.seq, s.step, s.f, s.t, '2026-01-01' FROM seq_1_to_4 h JOIN ("
		"SELECT 1 AS step, '' AS f, 'registered' AS t UNION ALL SELECT 2, 'registered', "
		"'identity_matched' UNION ALL SELECT 3, 'identity_matched', 'visited' UNION ALL "
		"SELECT 4, 'visited', 'in_publicity' UNION ALL SELECT 5, 'in_publicity', "
		"'village_passed' UNION ALL SELECT 6, 'village_passed', 'township_checked' UNION ALL "
		"SELECT 7, 'township_checked', 'active') s WHERE h.seq <> 4 OR s.step <= 3",
	};

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		scratch_do(statements[i]);
}

static inline int kernel_set_up(void **state)
{
	struct bf_err err = { 0 };
	struct bf_faults faults;

	scratch_set_up(state);
	scratch_do("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
	if (bf_migrate(scratch_connect(), pool, "core", "sql/migrations", NULL, NULL, &err) !=
	    BF_OK)
		fail_msg("%s", err.text);
	bf_faults_init(&faults, pool);
	queries = bf_queries_new(pool);
	bf_queries_load(queries, "core", "sql", &faults);
	bf_queries_prove(queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	make_places();
	make_people();
	return 0;
}

/* All invariants of sql/verify/ hold at the end of each test. */
static inline int kernel_tear_down(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum bf_verify verify = bf_verify_run(scratch_connect(), pool, "sql/verify", out);

	fclose(out);
	if (verify != BF_VERIFY_HOLDS)
		print_error("%s", text);
	free(text);
	scratch_tear_down(state);
	return verify == BF_VERIFY_HOLDS ? 0 : -1;
}

static inline struct bf_act act_of(int64_t account)
{
	return (struct bf_act){ .ask = { db, queries, pool },
				.actor = account,
				.household = account == FATHER ? FAMILY : 0 };
}

/* An approval of a step as the form sends it: everything ticked, what is there seen. */
static inline struct bf_decision approval_of(int64_t step)
{
	return (struct bf_decision){
		.step = step,
		.urgency = "2",
		.checklist = 1,
		.ticked = (1U << BF_CHECK_ITEMS_MAX) - 1,
		.evidence = asked_text(bf_pool_printf(
			pool,
			"SELECT e.evidence_hash FROM post_evidence e JOIN review_step s ON "
			"s.post_id = e.post_id WHERE s.id = %jd",
			(intmax_t)step)),
	};
}

#endif
