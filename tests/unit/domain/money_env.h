/*
 * money_env: a scratch database with the real schema and the real queries; in it a city, a
 * household, and posts that take gifts. Donors are numbers of accounts. Also: many processes at
 * once, each with a connection of its own, and all invariants of sql/verify/.
 */
#ifndef BF_TEST_MONEY_ENV_H
#define BF_TEST_MONEY_ENV_H

#include "../db/scratch.h"

#include <sys/wait.h>

#include "base/buf.h"
#include "base/file.h"
#include "db/migrate.h"
#include "domain/hold.h"
#include "domain/payment.h"
#include "domain/posting.h"
#include "domain/trail.h"
#include "domain/verify.h"

enum {
	ENV_CITY = 430500,
	ENV_COUNTY = 430524,
	ENV_TOWNSHIP = 430524101,
	ENV_HOUSEHOLD = 1,
	ENV_WRITER = 1, /* accounts: village, village, township, county */
	ENV_CHECKER,
	ENV_TOWNSHIP_CLERK,
	ENV_COUNTY_CLERK,
	ENV_DONOR = 100, /* and the numbers behind it */
};

#define ENV_VILLAGE "430524101201"
#define ENV_CHANNEL "simulated"
#define ENV_MERCHANT "bangfu-test"
#define ENV_ISSUER "test"

static struct bf_queries *env_queries;
static struct bf_ask env; /* on the connection of the test itself */

static inline struct bf_ask env_connect(struct bf_pool *of)
{
	struct bf_db_config config = scratch_config(scratch_name);
	struct bf_db *connection;
	struct bf_err err = { 0 };

	config.user = "bangfu_money"; /* with the grants that are shipped, and no others */
	config.lock_wait_s = 20;
	config.statement_timeout_s = 30;
	config.read_timeout_s = 40;
	config.statement_cache = 96;
	connection = bf_db_new(of, &config);
	if (bf_db_open(connection, &err) != BF_OK)
		fail_msg("%s", err.text);
	return (struct bf_ask){ connection, env_queries, of };
}

static const char *const env_world[] = {
	"INSERT INTO region (code, parent, level, name, name_en, valid_from) VALUES "
	"(430000, 0, 1, '湖南省', 'Hunan', '2000-01-01'), "
	"(430500, 430000, 2, '邵阳市', 'Shaoyang', '2000-01-01'), "
	"(430524, 430500, 3, '隆回县', 'Longhui', '2000-01-01'), "
	"(430524101, 430524, 4, '小沙江镇', 'Xiaoshajiang', '2000-01-01'), "
	"(430524101201, 430524101, 5, '江边村', 'Jiangbian', '2000-01-01')",
	"INSERT INTO region_ancestor SELECT r.code, a.code FROM region r JOIN region a "
	"ON CAST(r.code AS CHAR) LIKE CONCAT(TRIM(TRAILING '00' FROM a.code), '%') AND "
	"a.level <= r.level",
	"INSERT INTO city VALUES (430500, 430000, 'shaoyang', 1, '2026-01-01')",
	"INSERT INTO household (id, city, county, township, village, shown_name, people, state, "
	"registered_at) VALUES (1, 430500, 430524, 430524101, 430524101201, '李**', 1, 'active', "
	"'2026-01-01')",
	"INSERT INTO person (id, shown_name, birth_year, state) VALUES (1, '李**', 1970, "
	"'current')",
	"INSERT INTO membership (household_id, person_id, role, from_at) VALUES (1, 1, 'head', "
	"'2026-01-01')",
	"INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
	"(1, 'village', 430524101201, '2026-01-01'), (2, 'village', 430524101201, '2026-01-01')",
	"INSERT INTO payee_account (id, household_id, version, state, last_digits, relation, "
	"entered_by, entered_at, bank_checked_at, decided_by, decided_at) VALUES (1, 1, 1, "
	"'verified', '0001', 'village_manager', 1, '2026-01-08', '2026-01-08', 4, '2026-01-09')",
	"INSERT INTO state_history (machine, object_id, step, from_state, to_state, at) VALUES "
	"('payee', 1, 1, '', 'entered', '2026-01-08'), ('payee', 1, 2, 'entered', 'bank_checked', "
	"'2026-01-08'), ('payee', 1, 3, 'bank_checked', 'verified', '2026-01-09')",
	"INSERT INTO state_history (machine, object_id, step, from_state, to_state, at) VALUES "
	"('household', 1, 1, '', 'registered', '2026-01-01'), "
	"('household', 1, 2, 'registered', 'identity_matched', '2026-01-02'), "
	"('household', 1, 3, 'identity_matched', 'visited', '2026-01-03'), "
	"('household', 1, 4, 'visited', 'in_publicity', '2026-01-04'), "
	"('household', 1, 5, 'in_publicity', 'village_passed', '2026-01-05'), "
	"('household', 1, 6, 'village_passed', 'township_checked', '2026-01-06'), "
	"('household', 1, 7, 'township_checked', 'active', '2026-01-07')",
};

static inline void env_recount(void)
{
	scratch_do("REPLACE INTO figure (region, connected_families, published_posts, open_posts, "
		   "met_posts, partly_met_posts, delivered_fen, as_of) SELECT region, "
		   "connected_families, published_posts, open_posts, met_posts, partly_met_posts, "
		   "delivered_fen, UTC_TIMESTAMP(3) FROM city_measure");
	scratch_do("REPLACE INTO figure (region, registered_donors, connected_families, "
		   "published_posts, open_posts, met_posts, partly_met_posts, delivered_fen, "
		   "as_of) SELECT region, registered_donors, connected_families, published_posts, "
		   "open_posts, met_posts, partly_met_posts, delivered_fen, UTC_TIMESTAMP(3) "
		   "FROM country_measure");
}

/* The statements of a file for the server's administrator. */
static inline void env_administer(const char *file)
{
	struct bf_str text, line;
	struct bf_err err = { 0 };
	struct bf_buf statement;

	if (bf_file_read(pool, file, &text, &err) != BF_OK)
		fail_msg("%s", err.text);
	bf_buf_init(&statement);
	while (bf_str_cut(&text, '\n', &line)) {
		if (bf_str_starts(line, BF_STR("--")))
			continue;
		bf_buf_add_str(&statement, line);
		bf_buf_add_char(&statement, '\n');
		if (!bf_str_ends(line, BF_STR(";")))
			continue;
		scratch_do(statement.data);
		bf_buf_clear(&statement);
	}
	bf_buf_release(&statement);
}

static inline int env_set_up(void **state)
{
	struct bf_faults faults;
	struct bf_err err = { 0 };

	scratch_set_up(state);
	db->config.lock_wait_s = 20;
	if (bf_migrate(db, pool, "core", "sql/migrations", NULL, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
	bf_db_close(db);
	db = scratch_connect();
	scratch_do("SET GLOBAL max_connections = 400");
	env_queries = bf_queries_new(pool);
	bf_faults_init(&faults, pool);
	bf_queries_load(env_queries, "core", "sql", &faults);
	bf_queries_load(env_queries, "core", "sql/money", &faults);
	bf_queries_prove(env_queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	for (size_t i = 0; i < sizeof(env_world) / sizeof(env_world[0]); i++)
		scratch_do(env_world[i]);
	env_administer("sql/setup/accounts.sql");
	env_administer("sql/setup/grants_money.sql");
	env = env_connect(pool);
	return 0;
}

/* One number of the database. */
static inline int64_t env_number(const char *statement)
{
	struct bf_err err = { 0 };
	struct bf_str text;
	int64_t n = 0;

	if (bf_db_ask(db, pool, statement, &text, &err) != BF_OK)
		fail_msg("%s", err.text);
	if (!bf_str_int(text, &n))
		fail_msg("\"%s\" answered \"%.*s\"", statement, BF_STR_ARG(text));
	return n;
}

static inline int64_t env_numberf(const char *format, int64_t n)
{
	char statement[512];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(statement, sizeof(statement), format, n);
#pragma GCC diagnostic pop
	return env_number(statement);
}

static inline enum bf_rc env_list_post(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct bf_act act = { .ask = *ask };

	return bf_post_relist(&act, *(int64_t *)arg, &(struct bf_value){ 0 }, err);
}

static inline void env_add_post(int64_t id, const char *form, int64_t asked)
{
	static const char *const moves[] = {
		"", "draft", "submitted", "village_checked", "township_verified", "open"
	};
	static const char *const levels[] = { "village", "township", "county" };
	bool money = strcmp(form, "money") == 0;

	scratch_do(bf_pool_printf(
		pool,
		"INSERT INTO post (id, ref, plugin, household_id, submitter_id, city, county, "
		"township, village, need_kind, form, title, item, unit, quantity, target_fen, "
		"urgency, state, phase, listed, created_at, submitted_at, opened_at, deadline_at, "
		"newest_key, urgent_key) VALUES (%" PRId64 ", '%010" PRId64 "', 'donations', 1, 1, "
		"430500, 430524, 430524101, " ENV_VILLAGE ", 'medical', '%s', '给老人看病', "
		"'手术费', %s, %s, %s, 1, 'open', 'open', 'open', '2026-02-01', '2026-02-02', "
		"'2026-02-05', UTC_TIMESTAMP(3) + INTERVAL 30 DAY, 1763000000000 + %" PRId64 ", 1)",
		id, id, form, money ? "NULL" : "'件'",
		money ? "NULL" : bf_pool_printf(pool, "%" PRId64, asked),
		money ? bf_pool_printf(pool, "%" PRId64, asked) : "NULL", id));
	scratch_do(bf_pool_printf(pool,
				  "INSERT INTO post_text (post_id, story, reason, price_source) "
				  "VALUES (%" PRId64 ", '家里老人病了。', '没有积蓄。', '县医院')",
				  id));
	for (size_t i = 0; i + 1 < sizeof(moves) / sizeof(moves[0]); i++)
		scratch_do(bf_pool_printf(pool,
					  "INSERT INTO state_history (machine, object_id, step, "
					  "from_state, to_state, at) VALUES ('post', %" PRId64
					  ", %zu, '%s', '%s', '2026-02-0%zu')",
					  id, i + 1, moves[i], moves[i + 1], i + 1));
	for (size_t i = 0; i < 3; i++)
		scratch_do(bf_pool_printf(pool,
					  "INSERT INTO review_step (post_id, round, step, level, "
					  "office, state, verifier_id, opened_at, decided_at) "
					  "VALUES (%" PRId64 ", 1, %zu, '%s', 1, 'approved', %zu, "
					  "'2026-02-02', '2026-02-0%zu')",
					  id, i + 1, levels[i], i + 2, i + 3));
	scratch_do(bf_pool_printf(
		pool,
		"INSERT INTO review_check (step_id, form, version, items, evidence_hash) "
		"SELECT s.id, '%s', i.version, GROUP_CONCAT(i.code), REPEAT('0', 64) "
		"FROM review_step s JOIN checklist_item i ON i.level = s.level AND i.form = '%s' "
		"AND i.version = 1 WHERE s.post_id = %" PRId64 " GROUP BY s.id",
		money ? "money" : "goods", money ? "money" : "goods", id));
	scratch_do(bf_pool_printf(pool,
				  "INSERT INTO capacity (kind, post_id, total) VALUES ('%s', "
				  "%" PRId64 ", %" PRId64 ")",
				  money ? "money_gap" : "goods_line", id, asked));
}

/* An open post that asks for so much, in money (fen) or goods (pieces). */
static inline void env_post(int64_t id, const char *form, int64_t asked)
{
	struct bf_err err = { 0 };

	env_add_post(id, form, asked);
	if (bf_ask_transaction(&env, env_list_post, &id, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
	env_recount();
}

/* All invariants hold, read by a connection of its own. */
static inline void env_assert_verified(void)
{
	struct bf_db *own = scratch_connect();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum bf_verify holds = bf_verify_run(own, pool, "sql/verify", out);

	fclose(out);
	bf_db_close(own);
	if (holds != BF_VERIFY_HOLDS)
		fail_msg("%s", text);
	free(text);
}

/* ---- acts, each a transaction --------------------------------------------------------- */

struct env_act {
	struct bf_payment_wish wish;
	struct bf_payment_made made;
	struct bf_payment_report report;
	struct bf_payment_settled settled;
	enum bf_paid outcome;
	struct bf_refund_wish refund_wish;
	int64_t id, other;
	bool done;
};

static inline struct bf_payment_wish env_wish(int64_t post, int64_t donor, int64_t fen)
{
	return (struct bf_payment_wish){ .post = post,
					 .account = donor,
					 .fen = fen,
					 .channel = ENV_CHANNEL,
					 .merchant = ENV_MERCHANT };
}

static inline enum bf_rc env_create(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_payment_create(ask, &act->wish, &act->made, err);
}

static inline enum bf_rc env_pending(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_payment_pending(ask, act->made.id,
				  bf_pool_printf(ask->pool, "SIM%s", act->made.number), err);
}

static inline enum bf_rc env_succeed(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_payment_succeed(ask, ENV_ISSUER, &act->report, &act->settled, err);
}

static inline enum bf_rc env_fail(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_payment_fail(ask, &act->report, &act->outcome, err);
}

static inline enum bf_rc env_expire(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_payment_expire(ask, act->made.id, err);
}

static inline enum bf_rc env_request(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_refund_request(ask, &act->refund_wish, &act->id, err);
}

/* act->other agrees to refund act->id. */
static inline enum bf_rc env_approve(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_refund_approve(ask, act->id, act->other, &act->done, err);
}

static inline enum bf_rc env_refund_sent(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_refund_sent(ask, ((struct env_act *)arg)->id, err);
}

static inline enum bf_rc env_refunded(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_refund_succeeded(ask, ((struct env_act *)arg)->id, NULL, err);
}

static inline enum bf_rc env_refund_failed(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	return bf_refund_failed(ask, ((struct env_act *)arg)->id, err);
}

static inline enum bf_rc env_wallet(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct env_act *act = arg;

	return bf_payment_from_wallet(ask, ENV_ISSUER, &act->wish, &act->settled, err);
}

static inline enum bf_rc env_run(struct bf_ask *ask, bf_ask_fn *fn, struct env_act *act)
{
	return bf_ask_transaction(ask, fn, act, NULL, NULL);
}

/* Runs an act that has to succeed. */
static inline void env_do(bf_ask_fn *fn, struct env_act *act)
{
	struct bf_err err = { 0 };

	if (bf_ask_transaction(&env, fn, act, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
}

/* What the gateway would say of a payment that was made. */
static inline void env_report(struct env_act *act)
{
	act->report = (struct bf_payment_report){ .channel = ENV_CHANNEL,
						  .merchant = ENV_MERCHANT,
						  .number = act->made.number,
						  .gateway_id = bf_pool_printf(pool, "SIM%s",
									       act->made.number),
						  .currency = BF_CURRENCY,
						  .fen = act->wish.fen };
}

/* Creates a payment and its order. */
static inline void env_begin(struct env_act *act, int64_t post, int64_t donor, int64_t fen)
{
	*act = (struct env_act){ .wish = env_wish(post, donor, fen) };
	env_do(env_create, act);
	env_do(env_pending, act);
	env_report(act);
}

/* A whole gift. */
static inline void env_give(struct env_act *act, int64_t post, int64_t donor, int64_t fen)
{
	env_begin(act, post, donor, fen);
	env_do(env_succeed, act);
	assert_int_equal(act->settled.outcome, BF_PAID_GIFT);
}

/* ---- many at once --------------------------------------------------------------------- */

/*
 * Runs fn(ask, i) in `count` processes, each with its own connection, let go together; counts the
 * exit codes that they answered (0 to 3).
 */
static inline void env_at_once(int count, int (*fn)(struct bf_ask *ask, int i), int ret_codes[4])
{
	int gate[2];
	char byte;

	memset(ret_codes, 0, 4 * sizeof(*ret_codes));
	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < count; i++) {
		if (fork() == 0) {
			struct bf_ask own = env_connect(bf_pool_new(NULL));

			close(gate[1]);
			if (read(gate[0], &byte, 1) != 0)
				_exit(3);
			_exit(fn(&own, i));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (int i = 0; i < count; i++) {
		int status = 0;

		assert_true(wait(&status) > 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) > 3)
			fail_msg("a process ended with status %d", status);
		ret_codes[WEXITSTATUS(status)]++;
	}
}

#endif
