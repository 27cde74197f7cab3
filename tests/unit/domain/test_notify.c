/* notify, outbox, spool, sweep: who is told of what, once whatever breaks off, by which way and when. */
#include "domain/notify.c"
#include "domain/outbox.c"

#include "money_env.h"

#include "domain/sweep.h"

enum { POST = 1, FAMILY_ACCOUNT = 50, OTHER_DONOR = ENV_DONOR + 1, NO_PHONE = ENV_DONOR + 2 };

#define KEY "1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static struct bf_views *views;
static struct bf_outbox outbox;
static char folder[] = "/tmp/bangfu-spool-XXXXXX";

static const char *const people[] = {
	"INSERT INTO account (id, kind, shown_name, created_at) SELECT seq, 'person', '王**', "
	"UTC_TIMESTAMP(3) FROM seq_1_to_110",
	"INSERT INTO household_account (account_id, household_id, person_id, from_at) VALUES "
	"(50, 1, 1, '2026-01-01')",
	"INSERT INTO login_handle (handle_hash, account_id, kind, masked, bound_at) SELECT "
	"UNHEX(SHA2(seq, 256)), seq, 'phone', CONCAT('phone of ', seq), '2026-01-01' "
	"FROM seq_1_to_110 WHERE seq <> 102",
	"INSERT INTO login_handle (handle_hash, account_id, kind, masked, bound_at) VALUES "
	"(UNHEX(SHA2('mail', 256)), 100, 'mail', 'mail of 100', '2026-01-01')",
	"INSERT INTO role_grant (account_id, role, region, from_at) VALUES "
	"(3, 'township', 430524101, '2026-01-01'), (4, 'county', 430524, '2026-01-01')",
};

static int set_up(void **state)
{
	struct bf_view_env none = { .arg = NULL };
	struct bf_secrets *secrets;
	struct bf_faults faults;

	env_set_up(state);
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
		scratch_do(people[i]);
	env_post(POST, "money", 10000000);
	bf_faults_init(&faults, pool);
	views = bf_views_new(pool, &none);
	bf_views_add_catalog(views, "core", "templates/po", &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	assert_non_null(mkdtemp(folder));
	outbox = (struct bf_outbox){ .folder = folder,
				     .smtp = "",
				     .from = "bangfu@bangfu.example",
				     .site = "https://bangfu.example",
				     .views = views,
				     .scope = "core" };
	if (bf_secrets_parse(pool, "test.key", BF_STR(KEY), &secrets, NULL) != BF_OK)
		fail_msg("the key cannot be read");
	outbox.secrets = secrets;
	return 0;
}

static int tear_down(void **state)
{
	struct bf_err err = { 0 };
	const char **names;
	size_t count = 0;

	assert_int_equal(bf_file_list(pool, folder, "", &names, &count, &err), BF_OK);
	for (size_t i = 0; i < count; i++)
		unlink(bf_pool_printf(pool, "%s/%s", folder, names[i]));
	assert_int_equal(rmdir(folder), 0);
	return scratch_tear_down(state);
}

/* Each test begins where nobody is told anything. */
static int forget(void **state)
{
	(void)state;
	scratch_do("DELETE FROM notice_delivery");
	scratch_do("DELETE FROM notice");
	scratch_do("DELETE FROM event_done");
	scratch_do("DELETE FROM contact_preference");
	scratch_do("DELETE FROM registration");
	scratch_do("DELETE FROM one_time_code");
	scratch_do("DELETE FROM sign_in_try");
	scratch_do("UPDATE event_cursor SET event_id = (SELECT COALESCE(MAX(id), 0) FROM event)");
	return 0;
}

static int tell_until_idle(struct bf_ask *ask, int i)
{
	(void)i;
	for (bool worked = true; worked;)
		if (bf_notify_once(ask, bf_outbox_ways(&outbox), &worked, NULL) != BF_OK)
			return 3;
	return 0;
}

static int send_until_idle(struct bf_ask *ask, int i)
{
	(void)i;
	for (bool worked = true; worked;)
		if (bf_outbox_once(ask, &outbox, &worked, NULL) != BF_OK)
			return 3;
	return 0;
}

struct happening {
	const char *type;
	int64_t subject, actor;
};

static enum bf_rc happen(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct happening *it = arg;

	return bf_trail_event(ask, it->type, it->subject, it->actor, POST, err);
}

static void event(const char *type, int64_t subject, int64_t actor)
{
	struct happening it = { type, subject, actor };
	struct bf_err err = { 0 };

	if (bf_ask_transaction(&env, happen, &it, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
}

static int64_t told(int64_t account)
{
	return env_numberf("SELECT COUNT(*) FROM notice WHERE account_id = %" PRId64, account);
}

/* ---- words and hours ---------------------------------------------------------------------- */

static void each_notice_reads_in_both_languages(void **state)
{
	(void)state;
	for (const struct bf_notice_kind *kind = bf_notice_kinds; kind->template_name; kind++) {
		const char *chinese = bf_views_text(views, "core", BF_ZH, kind->english);

		assert_string_equal(bf_views_text(views, "core", BF_EN, kind->english),
				    kind->english);
		assert_string_not_equal(chinese, kind->english);
		assert_true(strlen(kind->template_name) <= 32);
		/* one that several events share says the same of each */
		assert_string_equal(bf_notice_kind_find(kind->template_name)->english,
				    kind->english);
		if (kind->event)
			assert_non_null(bf_queries_find(env_queries, "core", kind->about));
	}
}

static void quiet_hours_are_kept_but_for_safety_and_money(void **state)
{
	static const struct {
		int64_t hour_utc, minute, pause_s, wait_s;
	} cases[] = {
		{ 0, 0, 0, 0 }, /* 08:00 in Shanghai */
		{ 12, 59, 0, 0 },
		{ 13, 0, 0, 11 * HOUR_S }, /* 21:00 */
		{ 15, 59, 0, 8 * HOUR_S + 60 },
		{ 16, 0, 0, 8 * HOUR_S }, /* midnight */
		{ 23, 59, 0, 60 },
		{ 12, 59, 300, 11 * HOUR_S + 60 }, /* a pause that ends within them */
		{ 6, 0, 60, 60 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t now_s =
			20000 * (int64_t)DAY_S + cases[i].hour_utc * HOUR_S + cases[i].minute * 60;

		assert_int_equal(bf_notify_wait_s(now_s, cases[i].pause_s, false), cases[i].wait_s);
		assert_int_equal(bf_notify_wait_s(now_s, cases[i].pause_s, true), cases[i].pause_s);
	}
}

/* ---- telling ------------------------------------------------------------------------------ */

static void a_gift_tells_its_donor_the_family_and_who_wrote_for_it(void **state)
{
	struct env_act act;

	(void)state;
	env_give(&act, POST, ENV_DONOR, 1000);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told(ENV_DONOR), 1);
	assert_int_equal(told(FAMILY_ACCOUNT), 1);
	assert_int_equal(told(ENV_WRITER), 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice"), 3);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice WHERE template = 'gift_arrived' "
				    "AND account_id = 100 AND payment_id IS NOT NULL"),
			 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = 'queued' "
				    "AND channel = 'sms'"),
			 3);
	env_assert_verified();
}

static void events_that_are_read_again_tell_nobody_again(void **state)
{
	struct env_act act;
	int64_t from = env_number("SELECT event_id FROM event_cursor");

	(void)state;
	env_give(&act, POST, ENV_DONOR, 1000);
	for (int i = 0; i < 3; i++) {
		scratch_do("DELETE FROM event_done");
		scratch_do(
			bf_pool_printf(pool, "UPDATE event_cursor SET event_id = %" PRId64, from));
		assert_int_equal(tell_until_idle(&env, 0), 0);
	}
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice"), 3);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery"), 3);
}

static enum bf_rc tell_and_die(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	_exit(tell_batch(ask, arg, err) == BF_OK ? 1 : 3);
}

static int die_before_the_commit(struct bf_ask *ask, int i)
{
	struct telling telling = { .ways = BF_WAY_SMS | BF_WAY_MAIL };

	(void)i;
	return bf_ask_transaction(ask, tell_and_die, &telling, NULL, NULL) == BF_OK ? 0 : 3;
}

static void a_job_that_dies_over_a_batch_has_told_nothing_and_the_next_tells_once(void **state)
{
	struct env_act act;
	int codes[4];

	(void)state;
	env_give(&act, POST, ENV_DONOR, 1000);
	env_at_once(1, die_before_the_commit, codes);
	assert_int_equal(codes[1], 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice"), 0);
	/* the server may not have seen yet that the other one is gone */
	while (env_number("SELECT COUNT(*) FROM event_done") == 0)
		assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice"), 3);
	env_assert_verified();
}

static void jobs_side_by_side_tell_and_send_each_once(void **state)
{
	struct env_act act;
	int codes[4];

	(void)state;
	for (int i = 0; i < 8; i++)
		env_give(&act, POST, OTHER_DONOR, 500);
	env_at_once(4, tell_until_idle, codes);
	assert_int_equal(codes[0], 4);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told(OTHER_DONOR), 8);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice"), 24);
	env_at_once(4, send_until_idle, codes);
	assert_int_equal(codes[0], 4);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = 'sent' AND "
				    "tries = 1"),
			 24);
	env_assert_verified();
}

static void a_number_that_is_committed_late_is_not_passed_over(void **state)
{
	struct bf_ask slow = env_connect(pool);
	struct bf_err err = { 0 };
	struct env_act act;

	(void)state;
	assert_int_equal(bf_db_say(slow.db, "START TRANSACTION", &err), BF_OK);
	assert_int_equal(bf_db_say(slow.db,
				   "INSERT INTO event (type, subject_id, city, region, at) VALUES "
				   "('post.full', 1, 430500, 430524101, UTC_TIMESTAMP(3))",
				   &err),
			 BF_OK);
	env_give(&act, POST, ENV_DONOR, 1000);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told(FAMILY_ACCOUNT), 1);
	assert_int_equal(bf_db_say(slow.db, "COMMIT", &err), BF_OK);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told(FAMILY_ACCOUNT), 2);
}

static void the_cursor_passes_what_is_old_and_forgets_it(void **state)
{
	int64_t from = env_number("SELECT event_id FROM event_cursor");

	(void)state;
	event("post.opened", POST, ENV_COUNTY_CLERK);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(env_number("SELECT event_id FROM event_cursor"), from);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event_done"), 1);
	scratch_do("UPDATE event SET at = at - INTERVAL 3 MINUTE");
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_true(env_number("SELECT event_id FROM event_cursor") > from);
	assert_int_equal(env_number("SELECT COUNT(*) FROM event_done"), 0);
}

static void the_office_of_the_open_step_is_told_but_not_who_wrote(void **state)
{
	(void)state;
	scratch_do("INSERT INTO review_step (post_id, round, step, level, office, state, "
		   "opened_at) VALUES (1, 2, 1, 'village', " ENV_VILLAGE
		   ", 'open', UTC_TIMESTAMP(3))");
	event("post.submitted", POST, ENV_WRITER);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told(ENV_CHECKER), 1);
	assert_int_equal(told(ENV_WRITER), 0);
	assert_int_equal(told(ENV_TOWNSHIP_CLERK), 0);
	/* too late: the level above is told, once */
	scratch_do("UPDATE review_step SET overdue_at = UTC_TIMESTAMP(3) WHERE round = 2");
	event("review.overdue", POST, 0);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told(ENV_TOWNSHIP_CLERK), 1);
	assert_int_equal(told(ENV_COUNTY_CLERK), 0);
	scratch_do("DELETE FROM review_step WHERE round = 2");
}

static void the_county_is_told_of_what_is_not_met(void **state)
{
	(void)state;
	event("post.escalated", POST, 0);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told(ENV_COUNTY_CLERK), 1);
	assert_int_equal(told(ENV_TOWNSHIP_CLERK), 0);
}

static int64_t told_as(int64_t account, const char *template_name)
{
	return env_number(bf_pool_printf(pool,
					 "SELECT COUNT(*) FROM notice WHERE account_id = %" PRId64
					 " AND template = '%s'",
					 account, template_name));
}

static void help_on_its_way_tells_the_family_and_all_who_gave(void **state)
{
	struct env_act act;

	(void)state;
	env_give(&act, POST, ENV_DONOR, 1000);
	env_give(&act, POST, OTHER_DONOR, 1000);
	forget(state);
	scratch_do("INSERT INTO payout (id, kind, post_id, household_id, fen, state, prepared_by, "
		   "requested_at) VALUES (1, 'help', 1, 1, 2000, 'sent', 3, '2026-11-01'), "
		   "(2, 'benefit_share', NULL, 1, 2000, 'sent', 3, '2026-11-01')");
	scratch_do(
		"INSERT INTO delivery (id, kind, post_id, household_id, payout_id, fen, sent_at) "
		"VALUES (1, 'money', 1, 1, 1, 2000, '2026-11-01')");
	event("payout.sent", 1, 3);
	event("payout.sent", 2, 3);
	event("payout.confirmed", 1, 0);
	event("delivery.confirmed", 1, FAMILY_ACCOUNT);
	event("delivery.thanked", 1, FAMILY_ACCOUNT);
	event("delivery.thanked", 77, FAMILY_ACCOUNT); /* which nobody knows */
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told_as(FAMILY_ACCOUNT, "payout_coming"), 2);
	assert_int_equal(told_as(FAMILY_ACCOUNT, "payout_paid"), 1);
	assert_int_equal(told(FAMILY_ACCOUNT), 3);
	for (int64_t donor = ENV_DONOR; donor <= OTHER_DONOR; donor++) {
		assert_int_equal(told_as(donor, "payout_sent"), 1);
		assert_int_equal(told_as(donor, "delivery_confirmed"), 1);
		assert_int_equal(told_as(donor, "delivery_thanked"), 1);
	}
	scratch_do("DELETE FROM delivery");
	scratch_do("DELETE FROM payout");
}

static void money_that_goes_back_tells_its_payer(void **state)
{
	struct env_act act;

	(void)state;
	env_give(&act, POST, ENV_DONOR, 1000);
	forget(state);
	act.refund_wish =
		(struct bf_refund_wish){ .payment = act.made.id, .fen = 400, .kind = "cancelled" };
	env_do(env_request, &act);
	env_do(env_refunded, &act);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told_as(ENV_DONOR, "refund_settled"), 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice"), 1);
}

/* ---- ways --------------------------------------------------------------------------------- */

static void what_is_not_wanted_is_left_out_but_for_safety_and_money(void **state)
{
	struct env_act act;

	(void)state;
	scratch_do("INSERT INTO contact_preference (account_id, sms, mail) VALUES (50, 0, 0), "
		   "(100, 0, 0)");
	event("post.full", POST, 0);
	env_give(&act, POST, ENV_DONOR, 1000);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery d JOIN notice n ON n.id "
				    "= d.notice_id WHERE n.account_id = 50 AND n.template = "
				    "'post_full' AND d.state = 'skipped' AND d.reason = "
				    "'not_wanted'"),
			 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery d JOIN notice n ON n.id "
				    "= d.notice_id WHERE n.account_id = 100 AND d.state = "
				    "'queued'"),
			 1);
}

static void who_has_no_address_is_told_in_the_account_alone(void **state)
{
	struct env_act act;

	(void)state;
	env_give(&act, POST, NO_PHONE, 1000);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(told(NO_PHONE), 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery d JOIN notice n ON n.id "
				    "= d.notice_id WHERE n.account_id = 102 AND d.state = "
				    "'skipped' AND d.reason = 'no_address'"),
			 1);
}

/* A file of the spool; NULL where there is none. */
static const char *message(int64_t account, const char *channel)
{
	int64_t id = env_number(bf_pool_printf(
		pool,
		"SELECT COALESCE(MAX(d.id), 0) FROM notice_delivery d JOIN notice n ON n.id = "
		"d.notice_id WHERE n.account_id = %" PRId64 " AND d.channel = '%s'",
		account, channel));
	struct bf_str text;

	return bf_file_read(pool, bf_pool_printf(pool, "%s/%" PRId64 ".%s", folder, id, channel),
			    &text, NULL) == BF_OK
		       ? text.p
		       : NULL;
}

static void a_message_is_in_the_language_of_who_gets_it(void **state)
{
	struct env_act act;

	(void)state;
	scratch_do("INSERT INTO contact_preference (account_id, lang) VALUES (100, 'en')");
	env_give(&act, POST, ENV_DONOR, 1000);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(send_until_idle(&env, 0), 0);
	assert_non_null(strstr(message(ENV_DONOR, "sms"), "To: phone of 100\n"));
	assert_non_null(strstr(message(ENV_DONOR, "sms"), "Thank you: your gift has arrived"));
	assert_non_null(
		strstr(message(ENV_DONOR, "sms"), "https://bangfu.example/en/account/notices\n"));
	assert_non_null(strstr(message(FAMILY_ACCOUNT, "sms"), "有人向您的求助捐助了。"));
}

static void let_time_pass(void)
{
	scratch_do("UPDATE notice_delivery SET next_at = UTC_TIMESTAMP(3) WHERE state IN "
		   "('queued', 'sending')");
}

static void a_way_that_is_blocked_is_tried_six_times_then_the_next_one_is(void **state)
{
	struct bf_outbox blocked = outbox;
	struct env_act act;
	bool worked;

	(void)state;
	blocked.folder = "/nowhere";
	env_give(&act, POST, ENV_DONOR, 1000);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	scratch_do("DELETE FROM notice_delivery WHERE notice_id NOT IN (SELECT id FROM notice "
		   "WHERE account_id = 100)");
	for (int64_t i = 1; i <= 6; i++) {
		assert_int_equal(bf_outbox_once(&env, &blocked, &worked, NULL), BF_BUSY);
		assert_true(worked);
		assert_int_equal(env_number("SELECT tries FROM notice_delivery WHERE channel = "
					    "'sms'"),
				 i);
		if (i == 6)
			break;
		assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = "
					    "'queued' AND next_at > UTC_TIMESTAMP(3) + INTERVAL "
					    "50 SECOND"),
				 1);
		let_time_pass();
	}
	assert_int_equal(env_number(
				 "SELECT COUNT(*) FROM notice_delivery WHERE channel = 'sms' AND "
				 "state = 'failed' AND reason = 'no_answer'"),
			 1);
	assert_int_equal(send_until_idle(&env, 0), 0);
	assert_non_null(strstr(message(ENV_DONOR, "mail"), "To: mail of 100\n"));
	assert_null(message(ENV_DONOR, "sms"));
	assert_int_equal(told(ENV_DONOR), 1);
	env_assert_verified();
}

static void who_dies_while_sending_leaves_it_to_the_next(void **state)
{
	struct env_act act;

	(void)state;
	env_give(&act, POST, ENV_DONOR, 1000);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	scratch_do("UPDATE notice_delivery SET state = 'sending', tries = 1, next_at = "
		   "UTC_TIMESTAMP(3) + INTERVAL 1 MINUTE");
	assert_int_equal(send_until_idle(&env, 0), 0);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = 'sent'"),
			 0);
	let_time_pass();
	assert_int_equal(send_until_idle(&env, 0), 0);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = 'sent'"),
			 3);
}

static void who_outlives_the_lease_undoes_nothing(void **state)
{
	struct env_act act;
	struct copy copy = { .outbox = &outbox };

	(void)state;
	env_give(&act, POST, ENV_DONOR, 1000);
	assert_int_equal(tell_until_idle(&env, 0), 0);
	assert_int_equal(bf_ask_transaction(&env, claim, &copy, NULL, NULL), BF_OK);
	assert_int_equal(find_address(&env, &copy, NULL), BF_OK);
	let_time_pass();
	assert_int_equal(send_until_idle(&env, 0), 0);
	copy.tries = PAUSES + 1;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(bf_ask_transaction(&env, note_failed, &copy, NULL, NULL), BF_OK);
		copy.tries = 1;
	}
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery"), 3);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = 'sent'"),
			 3);
}

/* ---- words to an address ------------------------------------------------------------------- */

static void ask_for_code(void)
{
	struct bf_desk desk = { .ask = env, .secrets = outbox.secrets, .lang = BF_EN };
	char ticket[BF_TICKET_TEXT_BYTES];
	struct bf_handle handle;
	struct bf_err err = { 0 };

	assert_true(bf_handle_read(&desk, BF_STR("someone@post.example"), &handle));
	if (bf_account_register(&desk, &handle, BF_STR("王小明"), BF_STR("a quiet river"), ticket,
				&err) != BF_OK)
		fail_msg("%s", err.text);
}

static const char *newest_file(void)
{
	int64_t id = env_number("SELECT MAX(id) FROM notice_delivery");
	struct bf_str text;

	return bf_file_read(pool, bf_pool_printf(pool, "%s/%" PRId64 ".mail", folder, id), &text,
			    NULL) == BF_OK
		       ? text.p
		       : NULL;
}

static void a_code_leaves_by_the_same_way_and_is_forgotten(void **state)
{
	const char *text;

	(void)state;
	ask_for_code();
	assert_int_equal(env_number("SELECT secret_sealed IS NOT NULL FROM notice_delivery"), 1);
	assert_int_equal(send_until_idle(&env, 0), 0);
	text = newest_file();
	assert_non_null(text);
	assert_non_null(strstr(text, "To: someone@post.example\n"));
	assert_non_null(strstr(text, "Your code to register\n"));
	assert_null(strstr(text, "http"));
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = 'sent' "
				    "AND secret_sealed IS NULL"),
			 1);
	env_assert_verified();
}

static void a_code_whose_time_is_over_stays_here(void **state)
{
	(void)state;
	ask_for_code();
	scratch_do("UPDATE notice_delivery SET until_at = UTC_TIMESTAMP(3)");
	assert_int_equal(send_until_idle(&env, 0), 0);
	assert_null(newest_file());
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = 'failed' "
				    "AND reason = 'too_late' AND secret_sealed IS NULL"),
			 1);
	env_assert_verified();
}

static void what_no_way_is_there_for_waits_or_is_left_out(void **state)
{
	struct bf_outbox mail_alone = outbox, none = outbox;
	struct env_act act;
	bool worked;

	(void)state;
	none.folder = mail_alone.folder = "";
	mail_alone.smtp = "smtp://127.0.0.1:1";
	assert_int_equal(bf_outbox_ways(&none), 0);
	assert_int_equal(bf_outbox_ways(&mail_alone), BF_WAY_MAIL);
	assert_int_equal(bf_outbox_ways(&outbox), BF_WAY_SMS | BF_WAY_MAIL);
	env_give(&act, POST, ENV_DONOR, 1000);
	for (worked = true; worked;)
		assert_int_equal(bf_notify_once(&env, BF_WAY_MAIL, &worked, NULL), BF_OK);
	/* one has a mailbox, the two others a phone alone */
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE channel = 'mail' "
				    "AND state = 'queued'"),
			 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE state = 'skipped' "
				    "AND reason = 'no_sender'"),
			 2);
	/* of which only a masked address is known: no letter can go there */
	assert_int_equal(bf_outbox_once(&env, &mail_alone, &worked, NULL), BF_OK);
	assert_true(worked);
	assert_int_equal(env_number("SELECT COUNT(*) FROM notice_delivery WHERE channel = 'mail' "
				    "AND state = 'failed' AND reason = 'no_address'"),
			 1);
	env_assert_verified();
}

static void letters_go_to_addresses_and_unseen_by_others(void **state)
{
	static const char *const bad[] = { "",      "a",           "@b",        "a@",    "a@b@c",
					   "a b@c", "a@b\r\nX: y", "a@b>,<c@d", "a\"b@c" };

	(void)state;
	assert_true(bf_mail_is_address("a.b+c@d-e.example"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(bf_mail_is_address(bad[i]));
	assert_true(bf_mail_is_near("smtp://127.0.0.1:25"));
	assert_true(bf_mail_is_near("smtp://[::1]:25"));
	assert_true(bf_mail_is_near("smtp://localhost"));
	assert_false(bf_mail_is_near("smtp://127.0.0.1.example"));
	assert_false(bf_mail_is_near("smtp://localhost@mail.example"));
	assert_false(bf_mail_is_near("smtp://mail.example:25"));
	assert_false(bf_mail_is_near("nonsense"));
}

static const char *verify(enum bf_verify *ret_holds)
{
	struct bf_db *own = scratch_connect();
	char *text = NULL;
	const char *copy;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	*ret_holds = bf_verify_run(own, pool, "sql/verify", out);
	fclose(out);
	bf_db_close(own);
	copy = bf_pool_copy(pool, bf_str(text));
	free(text);
	return copy;
}

static void verify_finds_a_message_without_its_address(void **state)
{
	enum bf_verify holds;
	const char *text;

	(void)state;
	scratch_do("INSERT INTO notice_delivery (channel, template, lang, state, next_at, "
		   "created_at, until_at) VALUES ('sms', 'reset_code', 'zh', 'sent', "
		   "UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))");
	text = verify(&holds);
	assert_int_equal(holds, BF_VERIFY_BROKEN);
	assert_non_null(strstr(text, "i15_messages"));
	scratch_do("DELETE FROM notice_delivery");
}

/* ---- forgetting --------------------------------------------------------------------------- */

static void what_is_old_is_forgotten_and_nothing_else(void **state)
{
	bool more = true;

	(void)state;
	scratch_do(
		"INSERT INTO session (id, sid_hash, account_id, created_at, expires_at) VALUES "
		"(1, UNHEX(SHA2('a', 256)), 1, '2026-01-01', UTC_TIMESTAMP(3) - INTERVAL 31 DAY), "
		"(2, UNHEX(SHA2('b', 256)), 1, '2026-01-01', UTC_TIMESTAMP(3) - INTERVAL 29 DAY)");
	scratch_do("INSERT INTO session_seen VALUES (1, '2026-01-01'), (2, '2026-01-01')");
	scratch_do("INSERT INTO one_time_code (id, ticket_hash, handle_hash, purpose, created_at, "
		   "expires_at) VALUES "
		   "(1, UNHEX(SHA2('a', 256)), UNHEX(SHA2('h', 256)), 'register', '2026-01-01', "
		   "UTC_TIMESTAMP(3) - INTERVAL 3 DAY), "
		   "(2, UNHEX(SHA2('b', 256)), UNHEX(SHA2('h', 256)), 'register', '2026-01-01', "
		   "UTC_TIMESTAMP(3) - INTERVAL 1 DAY)");
	scratch_do("INSERT INTO registration VALUES (1, 'phone', 'x', 'x', 'x', 'x', 'x', 1), "
		   "(2, 'phone', 'x', 'x', 'x', 'x', 'x', 1)");
	scratch_do("INSERT INTO sign_in_try VALUES "
		   "(UNHEX(SHA2('a', 256)), 1, UTC_TIMESTAMP(3) - INTERVAL 2 DAY, NULL), "
		   "(UNHEX(SHA2('b', 256)), 5, UTC_TIMESTAMP(3) - INTERVAL 2 DAY, "
		   "UTC_TIMESTAMP(3) + INTERVAL 1 MINUTE), "
		   "(UNHEX(SHA2('c', 256)), 1, UTC_TIMESTAMP(3), NULL)");
	scratch_do("INSERT INTO notice_delivery (id, channel, template, lang, to_sealed, state, "
		   "next_at, created_at, until_at) VALUES "
		   "(1, 'sms', 'reset_code', 'zh', 'x', 'sent', '2026-01-01', '2026-01-01', "
		   "UTC_TIMESTAMP(3) - INTERVAL 3 DAY), "
		   "(2, 'sms', 'reset_code', 'zh', 'x', 'sent', '2026-01-01', '2026-01-01', "
		   "UTC_TIMESTAMP(3) - INTERVAL 1 DAY)");
	scratch_do("INSERT INTO gateway_nonce VALUES "
		   "('x', 'a', '00', UTC_TIMESTAMP(3) - INTERVAL 25 HOUR), "
		   "('x', 'b', '00', UTC_TIMESTAMP(3))");
	scratch_do("INSERT INTO idempotency (actor, idempotency_key, request_hash, created_at) "
		   "VALUES ('x', 'a', '00', UTC_TIMESTAMP(3) - INTERVAL 31 DAY), "
		   "('x', 'b', '00', UTC_TIMESTAMP(3))");
	assert_int_equal(bf_sweep_once(&env, &more, NULL), BF_OK);
	assert_false(more);
	assert_int_equal(env_number("SELECT SUM(id) FROM session"), 2);
	assert_int_equal(env_number("SELECT SUM(session_id) FROM session_seen"), 2);
	assert_int_equal(env_number("SELECT SUM(id) FROM one_time_code"), 2);
	assert_int_equal(env_number("SELECT SUM(code_id) FROM registration"), 2);
	assert_int_equal(env_number("SELECT SUM(id) FROM notice_delivery"), 2);
	assert_int_equal(env_number("SELECT COUNT(*) FROM sign_in_try"), 2);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gateway_nonce WHERE nonce = 'b'"), 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM gateway_nonce"), 1);
	assert_int_equal(env_number("SELECT COUNT(*) FROM idempotency"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_notice_reads_in_both_languages),
		cmocka_unit_test(quiet_hours_are_kept_but_for_safety_and_money),
		cmocka_unit_test_setup(a_gift_tells_its_donor_the_family_and_who_wrote_for_it,
				       forget),
		cmocka_unit_test_setup(events_that_are_read_again_tell_nobody_again, forget),
		cmocka_unit_test_setup(
			a_job_that_dies_over_a_batch_has_told_nothing_and_the_next_tells_once,
			forget),
		cmocka_unit_test_setup(jobs_side_by_side_tell_and_send_each_once, forget),
		cmocka_unit_test_setup(a_number_that_is_committed_late_is_not_passed_over, forget),
		cmocka_unit_test_setup(the_cursor_passes_what_is_old_and_forgets_it, forget),
		cmocka_unit_test_setup(the_office_of_the_open_step_is_told_but_not_who_wrote,
				       forget),
		cmocka_unit_test_setup(the_county_is_told_of_what_is_not_met, forget),
		cmocka_unit_test_setup(help_on_its_way_tells_the_family_and_all_who_gave, forget),
		cmocka_unit_test_setup(money_that_goes_back_tells_its_payer, forget),
		cmocka_unit_test_setup(what_is_not_wanted_is_left_out_but_for_safety_and_money,
				       forget),
		cmocka_unit_test_setup(who_has_no_address_is_told_in_the_account_alone, forget),
		cmocka_unit_test_setup(a_message_is_in_the_language_of_who_gets_it, forget),
		cmocka_unit_test_setup(
			a_way_that_is_blocked_is_tried_six_times_then_the_next_one_is, forget),
		cmocka_unit_test_setup(who_dies_while_sending_leaves_it_to_the_next, forget),
		cmocka_unit_test_setup(who_outlives_the_lease_undoes_nothing, forget),
		cmocka_unit_test_setup(a_code_leaves_by_the_same_way_and_is_forgotten, forget),
		cmocka_unit_test_setup(a_code_whose_time_is_over_stays_here, forget),
		cmocka_unit_test_setup(what_no_way_is_there_for_waits_or_is_left_out, forget),
		cmocka_unit_test(letters_go_to_addresses_and_unseen_by_others),
		cmocka_unit_test_setup(verify_finds_a_message_without_its_address, forget),
		cmocka_unit_test_setup(what_is_old_is_forgotten_and_nothing_else, forget),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
