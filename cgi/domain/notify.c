#include "domain/notify.h"

enum {
	EVENTS_A_STEP = 50,
	HOUR_S = 3600,
	DAY_S = 24 * HOUR_S,
	SHANGHAI_S = 8 * HOUR_S,
	QUIET_FROM_S = 21 * HOUR_S, /* by the clock of Shanghai */
	QUIET_TO_S = 8 * HOUR_S,
};

#define URGENT true
#define IN_TIME false

const struct bf_notice_kind bf_notice_kinds[] = {
	{ NULL, NULL, BF_TO_PAYER, "password_changed", URGENT, BF_AT_NONE,
	  "Your password was changed. If that was not you, please set a new one at once." },
	{ NULL, NULL, BF_TO_PAYER, "second_factor_made", URGENT, BF_AT_NONE,
	  "A second factor was set up for your account. If that was not you, please change your "
	  "password at once." },
	{ NULL, NULL, BF_TO_PAYER, "locked", URGENT, BF_AT_NONE,
	  "There were too many wrong tries to sign in to your account. It was locked for 15 "
	  "minutes." },
	{ NULL, NULL, BF_TO_ADDRESS, "register_code", URGENT, BF_AT_NONE, "Your code to register" },
	{ NULL, NULL, BF_TO_ADDRESS, "reset_code", URGENT, BF_AT_NONE,
	  "Your code for a new password" },
	{ NULL, NULL, BF_TO_ADDRESS, "already_registered", URGENT, BF_AT_NONE,
	  "You have an account already: please sign in" },

	{ "post.submitted", "notice_about_post", BF_TO_REVIEWERS, "post_to_check", IN_TIME,
	  BF_AT_REVIEW, "A help post waits for your office to check it." },
	{ "post.village_checked", "notice_about_post", BF_TO_REVIEWERS, "post_to_check", IN_TIME,
	  BF_AT_REVIEW, "A help post waits for your office to check it." },
	{ "post.township_verified", "notice_about_post", BF_TO_REVIEWERS, "post_to_check", IN_TIME,
	  BF_AT_REVIEW, "A help post waits for your office to check it." },
	{ "post.returned", "notice_about_post", BF_TO_FAMILY, "post_returned", IN_TIME, BF_AT_MINE,
	  "Your help post came back: please read why, mend it and send it again." },
	{ "post.rejected", "notice_about_post", BF_TO_FAMILY, "post_rejected", IN_TIME, BF_AT_MINE,
	  "Your help post was not accepted. You can read why, and ask for another look." },
	{ "post.opened", "notice_about_post", BF_TO_FAMILY, "post_opened", IN_TIME, BF_AT_POST,
	  "Your help post was checked and is published: people can give now." },
	{ "review.overdue", "notice_about_post", BF_TO_LEADS, "review_overdue", IN_TIME,
	  BF_AT_REVIEW,
	  "A help post was not checked in time by the level below. Please see that somebody does." },
	{ "review.rejection_proposed", "notice_about_post", BF_TO_SECOND, "rejection_proposed",
	  IN_TIME, BF_AT_REVIEW,
	  "A colleague wants to reject a help post. You are asked to look at it as the second "
	  "person." },
	{ "post.escalated", "notice_about_post", BF_TO_COUNTY, "post_unmet", IN_TIME, BF_AT_REVIEW,
	  "A help post of your county is not met a month after it was published. Please answer." },
	{ "post.unmet_answered", "notice_about_post", BF_TO_FAMILY, "post_unmet_answered", IN_TIME,
	  BF_AT_POST, "The county has said how your help post goes on." },
	{ "post.full", "notice_about_post", BF_TO_FAMILY, "post_full", IN_TIME, BF_AT_POST,
	  "All that your help post asks for has been promised." },

	{ "post.suspended", "notice_about_post", BF_TO_FAMILY, "post_suspended", URGENT, BF_AT_MINE,
	  "Your help post is suspended while something about it is looked into." },
	{ "post.lifted", "notice_about_post", BF_TO_FAMILY, "post_lifted", URGENT, BF_AT_POST,
	  "Your help post goes on: it is public again." },
	{ "post.cancelled", "notice_about_post", BF_TO_FAMILY, "post_cancelled", URGENT, BF_AT_MINE,
	  "Your help post was ended by the county." },

	{ "payment.succeeded", "notice_about_payment", BF_TO_PAYER, "gift_arrived", URGENT,
	  BF_AT_PAYMENT,
	  "Thank you: your gift has arrived and is kept for the family. Its receipt is ready." },
	{ "payment.late", "notice_about_payment", BF_TO_PAYER, "gift_late", URGENT, BF_AT_PAYMENT,
	  "Your payment came when nothing was missing any more. All of it goes back to you." },
	{ "refund.succeeded", "notice_about_refund", BF_TO_PAYER, "refund_settled", URGENT,
	  BF_AT_PAYMENT, "Money that you gave has been sent back to you." },
	{ "refund.rejected", "notice_about_refund", BF_TO_PAYER, "refund_declined", URGENT,
	  BF_AT_PAYMENT, "Your wish to have money back was declined. You can read why." },
	{ "rest.asked", "notice_about_rest", BF_TO_PAYER, "rest_asked", URGENT, BF_AT_PAYMENT,
	  "A help post that you gave to has ended. Please choose what becomes of your money." },
	{ "post.expired", "notice_about_post", BF_TO_FAMILY, "post_expired", URGENT, BF_AT_MINE,
	  "The time of your help post is over. If money is there, you can take it now." },
	{ "gift.taken", "notice_about_gift", BF_TO_FAMILY, "gift_taken", URGENT, BF_AT_POST,
	  "Somebody has given to your help post." },

	{ "pledge.dispatched", "notice_about_pledge", BF_TO_FAMILY, "goods_coming", URGENT,
	  BF_AT_POST, "Goods for you are on their way. Please count them once they are there." },
	{ "pledge.lapsed", "notice_about_pledge", BF_TO_PAYER, "goods_lapsed", IN_TIME, BF_AT_POST,
	  "The goods that you promised were not sent within 72 hours: others can give them now." },
	{ "pledge.received", "notice_about_pledge", BF_TO_PAYER, "goods_counted", IN_TIME,
	  BF_AT_POST, "The goods that you sent have arrived and were counted." },
	{ "pledge.returned", "notice_about_pledge", BF_TO_PAYER, "goods_missing", URGENT,
	  BF_AT_POST,
	  "The goods that you sent did not arrive, as the county has found. Please ask your "
	  "courier." },

	{ "payout.sent", "notice_about_payout", BF_TO_FAMILY, "payout_coming", URGENT, BF_AT_POST,
	  "Money is on its way to your account. Please confirm once it is there." },
	{ "payout.sent", "notice_about_payout", BF_TO_DONORS, "payout_sent", IN_TIME, BF_AT_POST,
	  "The money that you gave is on its way to the family." },
	{ "payout.confirmed", "notice_about_payout", BF_TO_FAMILY, "payout_paid", URGENT,
	  BF_AT_POST, "The bank says that money has reached your account." },
	{ "payout.returned", "notice_about_payout", BF_TO_FAMILY, "payout_returned", URGENT,
	  BF_AT_POST,
	  "The bank sent money for you back. Please look whether your bank account is still right." },
	{ "payee.entered", "notice_about_payee", BF_TO_PAYEE, "payee_entered", URGENT, BF_AT_NONE,
	  "Another bank account was entered for the family. If you do not know why, please call "
	  "your county at once." },
	{ "payee.verified", "notice_about_payee", BF_TO_PAYEE, "payee_verified", URGENT, BF_AT_NONE,
	  "The bank account of the family was verified: help in money goes to it from now on." },
	{ "payee.refused", "notice_about_payee", BF_TO_PAYEE, "payee_refused", URGENT, BF_AT_NONE,
	  "The bank account that was entered for the family was not accepted." },
	{ "delivery.confirmed", "notice_about_delivery", BF_TO_DONORS, "delivery_confirmed",
	  IN_TIME, BF_AT_POST, "The family has received what you gave." },
	{ "delivery.thanked", "notice_about_delivery", BF_TO_DONORS, "delivery_thanked", IN_TIME,
	  BF_AT_POST, "The family whom you helped says thank you." },

	{ "pairing.proposed", "notice_about_pairing", BF_TO_FAMILY, "pairing_proposed", IN_TIME,
	  BF_AT_CONNECTIONS,
	  "Somebody who helped your family asks to stay in touch. You can say yes or no." },
	{ "pairing.accepted", "notice_about_pairing", BF_TO_PAYER, "pairing_accepted", IN_TIME,
	  BF_AT_CONNECTIONS, "The family said yes: you can write to each other now." },
	{ "pairing.declined", "notice_about_pairing", BF_TO_PAYER, "pairing_declined", IN_TIME,
	  BF_AT_CONNECTIONS, "The family prefers not to be connected. Thank you for your help." },
	{ "pairing.ended", "notice_about_pairing", BF_TO_PAYER, "pairing_ended", IN_TIME,
	  BF_AT_CONNECTIONS, "The connection with a family whom you helped has ended." },
	{ "pairing.ended", "notice_about_pairing", BF_TO_FAMILY, "pairing_ended_family", IN_TIME,
	  BF_AT_CONNECTIONS, "The connection with somebody who helped you has ended." },
	{ "pairing.updated", "notice_about_update", BF_TO_PAYER, "pairing_updated", IN_TIME,
	  BF_AT_CONNECTIONS, "A family whom you helped has written to you." },
	{ "pairing.updated", "notice_about_update", BF_TO_FAMILY, "pairing_updated_family", IN_TIME,
	  BF_AT_CONNECTIONS, "Somebody who helped you has written to you." },
	{ 0 },
};

const struct bf_notice_kind *bf_notice_kind_find(const char *template_name)
{
	for (const struct bf_notice_kind *kind = bf_notice_kinds; kind->template_name; kind++)
		if (strcmp(kind->template_name, template_name) == 0)
			return kind;
	return NULL;
}

int64_t bf_notify_wait_s(int64_t now_s, int64_t pause_s, bool urgent)
{
	int64_t at_s = (now_s + pause_s + SHANGHAI_S) % DAY_S;

	if (urgent || (at_s >= QUIET_TO_S && at_s < QUIET_FROM_S))
		return pause_s;
	return pause_s + (at_s < QUIET_TO_S ? QUIET_TO_S - at_s : DAY_S - at_s + QUIET_TO_S);
}

/* ---- copies ----------------------------------------------------------------------------- */

static const struct {
	const char *name, *has, *wants;
	enum bf_way way;
} channels[] = {
	{ "sms", "has_sms", "wants_sms", BF_WAY_SMS },
	{ "mail", "has_mail", "wants_mail", BF_WAY_MAIL },
};

enum { CHANNELS = sizeof(channels) / sizeof(channels[0]) };

static enum bf_rc add_delivery(struct bf_ask *ask, int64_t notice, const char *channel,
			       const char *reason, int64_t wait_s, struct bf_err *err)
{
	return bf_ask_exec(ask, "add_notice_delivery",
			   BF_ARGS(bf_arg_int("notice", notice), bf_arg_text("channel", channel),
				   bf_arg_text("state", reason ? "skipped" : "queued"),
				   bf_arg_text("reason", reason), bf_arg_int("wait_s", wait_s)),
			   err);
}

/* Where the channels behind one begin. */
static size_t first_behind(const char *channel)
{
	size_t i = 0;

	if (!channel)
		return 0;
	while (i < CHANNELS && strcmp(channels[i].name, channel) != 0)
		i++;
	return i + 1;
}

enum bf_rc bf_notify_queue(struct bf_ask *ask, int64_t notice, int64_t account,
			   const struct bf_notice_kind *kind, unsigned ways, const char *behind,
			   int64_t now_s, bool *ret_queued, struct bf_err *err)
{
	const char *reason = "no_address", *channel = channels[0].name;
	const struct bf_value *person;
	enum bf_rc rc = bf_ask_row(ask, "contact_ways", BF_ARGS(bf_arg_int("account", account)),
				   &person, err);

	if (rc != BF_OK)
		return rc;
	for (size_t i = first_behind(behind); i < CHANNELS; i++) {
		if (!bf_row_int(person, channels[i].has))
			continue;
		channel = channels[i].name;
		if (!(ways & channels[i].way)) {
			reason = "no_sender";
			continue;
		}
		if (kind->urgent || bf_row_int(person, channels[i].wants)) {
			if (ret_queued)
				*ret_queued = true;
			return add_delivery(ask, notice, channel, NULL,
					    bf_notify_wait_s(now_s, 0, kind->urgent), err);
		}
		reason = "not_wanted";
	}
	if (ret_queued)
		*ret_queued = false;
	/* behind a channel that failed its own row says what came of it */
	return behind ? BF_OK : add_delivery(ask, notice, channel, reason, 0, err);
}

/* ---- telling ---------------------------------------------------------------------------- */

struct telling {
	unsigned ways;
	bool worked;
	int64_t now_s;
	int64_t event, subject, actor;
	int64_t post, payment, payer, household; /* of what the event is about; 0: none */
};

static enum bf_rc tell_person(struct bf_ask *ask, const struct telling *telling,
			      const struct bf_notice_kind *kind, int64_t account,
			      struct bf_err *err)
{
	struct bf_value args = bf_value_map(ask->pool);
	int64_t added = 0, notice = 0;
	enum bf_rc rc;

	bf_arg_set_int(&args, "account", account);
	bf_arg_set_text(&args, "template", kind->template_name);
	bf_arg_set_int(&args, "event", telling->event);
	bf_value_set(&args, "post", bf_arg_id("post", telling->post).value);
	bf_value_set(&args, "payment", bf_arg_id("payment", telling->payment).value);
	rc = bf_ask_run(ask, "add_event_notice", &args, &added, &notice, err);
	if (rc != BF_OK || !added)
		return rc;
	return bf_notify_queue(ask, notice, account, kind, telling->ways, NULL, telling->now_s,
			       NULL, err);
}

/* Each account that a query answers; who did it knows already. */
static enum bf_rc tell_each(struct bf_ask *ask, const struct telling *telling,
			    const struct bf_notice_kind *kind, const char *query,
			    struct bf_err *err)
{
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(ask, query,
				    BF_ARGS(bf_arg_int("post", telling->post),
					    bf_arg_int("household", telling->household)),
				    &rows, err);

	for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++) {
		int64_t account = bf_row_int(bf_value_at(rows, i), "account");

		if (account != telling->actor)
			rc = tell_person(ask, telling, kind, account, err);
	}
	return rc;
}

static enum bf_rc look_at_subject(struct bf_ask *ask, struct telling *telling, const char *about,
				  bool *ret_there, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, about,
			   BF_ARGS(bf_arg_text("about", about), bf_arg_int("id", telling->subject)),
			   &row, err);

	*ret_there = rc == BF_OK;
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	telling->post = bf_row_int(row, "post");
	telling->payment = bf_row_int(row, "payment");
	telling->payer = bf_row_int(row, "payer");
	telling->household = bf_row_int(row, "household");
	return BF_OK;
}

static enum bf_rc tell(struct bf_ask *ask, struct telling *telling,
		       const struct bf_notice_kind *kind, struct bf_err *err)
{
	static const char *const queries[] = {
		[BF_TO_FAMILY] = "notice_family", [BF_TO_REVIEWERS] = "notice_reviewers",
		[BF_TO_LEADS] = "notice_leads",   [BF_TO_COUNTY] = "notice_county",
		[BF_TO_DONORS] = "notice_donors", [BF_TO_PAYEE] = "notice_payee",
		[BF_TO_SECOND] = "notice_second",
	};
	bool there;
	enum bf_rc rc = look_at_subject(ask, telling, kind->about, &there, err);

	if (rc != BF_OK || !there)
		return rc;
	if (kind->audience == BF_TO_PAYER)
		return tell_person(ask, telling, kind, telling->payer, err);
	return tell_each(ask, telling, kind, queries[kind->audience], err);
}

static enum bf_rc tell_event(struct bf_ask *ask, struct telling *telling,
			     const struct bf_value *event, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	telling->event = bf_row_int(event, "id");
	telling->subject = bf_row_int(event, "subject");
	telling->actor = bf_row_int(event, "actor");
	for (const struct bf_notice_kind *kind = bf_notice_kinds; kind->template_name; kind++)
		if (rc == BF_OK && kind->event && bf_row_is(event, "type", kind->event))
			rc = tell(ask, telling, kind, err);
	if (rc == BF_OK)
		rc = bf_ask_exec(ask, "notice_event_done",
				 BF_ARGS(bf_arg_int("event", telling->event)), err);
	return rc;
}

static enum bf_rc move_cursor(struct bf_ask *ask, int64_t cursor, struct bf_err *err)
{
	enum bf_rc rc =
		bf_ask_exec(ask, "move_notice_cursor", BF_ARGS(bf_arg_int("cursor", cursor)), err);

	return rc == BF_OK ? bf_ask_exec(ask, "forget_events_done", BF_NO_ARGS, err) : rc;
}

static enum bf_rc tell_batch(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct telling *telling = arg;
	const struct bf_value *row, *events;
	int64_t cursor;
	enum bf_rc rc = bf_ask_row(ask, "notice_cursor", BF_NO_ARGS, &row, err);

	telling->worked = false;
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	cursor = bf_row_int(row, "event_id");
	telling->now_s = bf_row_int(row, "now_s");
	rc = bf_ask_rows(ask, "notice_events",
			 BF_ARGS(bf_arg_int("cursor", cursor), bf_arg_int("rows", EVENTS_A_STEP)),
			 &events, err);
	for (size_t i = 0; rc == BF_OK && i < bf_value_count(events); i++)
		rc = tell_event(ask, telling, bf_value_at(events, i), err);
	telling->worked = rc == BF_OK && bf_value_count(events) > 0;
	return rc == BF_OK ? move_cursor(ask, cursor, err) : rc;
}

enum bf_rc bf_notify_once(struct bf_ask *ask, unsigned ways, bool *ret_worked, struct bf_err *err)
{
	struct telling telling = { .ways = ways };
	enum bf_rc rc = bf_ask_transaction(ask, tell_batch, &telling, NULL, err);

	*ret_worked = rc == BF_OK && telling.worked;
	return rc;
}
