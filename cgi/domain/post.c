#include "domain/picture.h"
#include "domain/post.h"

bool bf_ref_read(struct bf_str text, char ret_ref[BF_REF_TEXT_BYTES])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char ref[BF_REF_TEXT_BYTES];
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == ' ' || c == '-')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (!c || !strchr(digits, c) || len == BF_REF_TEXT_BYTES - 1)
			return false;
		ref[len++] = c;
	}
	if (len != BF_REF_TEXT_BYTES - 1)
		return false;
	ref[len] = '\0';
	memcpy(ret_ref, ref, sizeof(ref));
	return true;
}

static const struct bf_choice need_kinds[] = {
	{ "necessities", "Daily necessities" },
	{ "housing", "Housing" },
	{ "production", "Farming and production" },
	{ "employment", "Finding work" },
	{ "training", "Skills training" },
	{ "education", "Schooling" },
	{ "medical", "Medical care" },
	{ "disaster", "Disaster relief" },
	{ "other", "Other needs" },
};

/* The phases that the public sees; a draft or a post under review has no public page. */
static const struct bf_choice phases[] = {
	{ "open", "Still needs help" },
	{ "full", "Help on its way" },
	{ "met", "Met" },
	{ "ended", "Ended" },
};

static const struct bf_choice review_levels[] = {
	{ "village", "Village" },
	{ "township", "Township" },
	{ "county", "County" },
};

static const struct bf_choice post_forms[] = {
	{ "money", "Money" },
	{ "goods", "Goods" },
};

static const struct bf_choice relations[] = {
	{ "village_manager", "Manager of the village" },
	{ "relative", "Relative" },
	{ "neighbour", "Neighbour" },
};

/* Where a post stands, as its author and those who check it read it. */
static const struct bf_choice post_states[] = {
	{ "draft", "Draft" },
	{ "submitted", "Being checked by the village" },
	{ "village_checked", "Being checked by the township" },
	{ "township_verified", "Being checked by the county" },
	{ "returned", "To be corrected" },
	{ "rejected", "Rejected" },
	{ "open", "Still needs help" },
	{ "full", "Help on its way" },
	{ "met", "Met" },
	{ "expired", "Its time is over" },
	{ "withdrawn", "Withdrawn" },
	{ "suspended", "Suspended" },
	{ "cancelled", "Cancelled" },
	{ "duplicate", "Asked for elsewhere" },
	{ "closed", "Closed" },
};

static const struct bf_choice step_states[] = {
	{ "waiting", "Not yet" },        { "open", "Waiting to be checked" },
	{ "assigned", "Being checked" }, { "approved", "Approved" },
	{ "returned", "Sent back" },     { "rejected", "Rejected" },
};

static const struct bf_choice reject_reasons[] = {
	{ "untrue", "It is not as it was told" },
	{ "covered", "Other help already covers it" },
	{ "duplicate", "It is asked for elsewhere" },
	{ "ineligible", "The rules do not provide for it" },
	{ "other", "Another reason" },
};

static const struct bf_choice post_fields[] = {
	{ "title", "Title" },
	{ "story", "What happened" },
	{ "item", "What is needed" },
	{ "amount", "Amount" },
	{ "reason", "Why it cannot be had otherwise" },
	{ "price_source", "Where the price comes from" },
	{ "other", "Something else" },
};

static const struct bf_choice appeal_outcomes[] = {
	{ "overturned", "The post is taken up again" },
	{ "upheld", "The rejection stays" },
};

static const struct bf_choice second_outcomes[] = {
	{ "confirmed", "Reject it" },
	{ "declined", "Do not reject it" },
};
const struct bf_enum bf_second_outcome = { "second_outcome", BF_TABLE(second_outcomes) };

static const struct bf_choice suspension_wishes[] = {
	{ "lift", "The post goes on" },
	{ "cancel", "The post ends" },
};

static const struct bf_choice urgencies[] = {
	{ "0", "Not urgent" },
	{ "1", "Soon" },
	{ "2", "Within days" },
	{ "3", "Urgent" },
};

const struct bf_enum bf_need_kind = { "need_kind", BF_TABLE(need_kinds) };
const struct bf_enum bf_phase = { "phase", BF_TABLE(phases) };
const struct bf_enum bf_review_level = { "level", BF_TABLE(review_levels) };

const struct bf_enum bf_post_form = { "post_form", BF_TABLE(post_forms) };
const struct bf_enum bf_relation = { "relation", BF_TABLE(relations) };
const struct bf_enum bf_post_state = { "post_state", BF_TABLE(post_states) };
const struct bf_enum bf_step_state = { "step_state", BF_TABLE(step_states) };
const struct bf_enum bf_reject_reason = { "reject_reason", BF_TABLE(reject_reasons) };
const struct bf_enum bf_post_field = { "post_field", BF_TABLE(post_fields) };
const struct bf_enum bf_appeal_outcome = { "appeal_outcome", BF_TABLE(appeal_outcomes) };
const struct bf_enum bf_suspension_wish = { "suspension_wish", BF_TABLE(suspension_wishes) };
static const struct bf_choice unmet_answers[] = {
	{ "extend", "It gets more time" },
	{ "explain", "It stays as it is" },
};
const struct bf_enum bf_unmet_answer = { "unmet_answer", BF_TABLE(unmet_answers) };

/* What an office answers before it approves (table checklist_item). */
static const struct bf_choice check_items[] = {
	{ "evidence_read", "I have opened and read all that is written here." },
	{ "family_known", "I know the family, and it is in the need that it tells of." },
	{ "need_seen", "I have seen with my own eyes what is missing or broken." },
	{ "amount_fits", "The amount fits the household." },
	{ "number_fits", "The number of pieces fits the household." },
	{ "place_to_keep", "The family has room for the goods and can use them." },
	{ "not_covered", "No benefit or other help already covers this need." },
	{ "price_is_local", "The price is what it costs here." },
	{ "goods_are_useful", "The goods are of use here, and nobody sells them on." },
	{ "village_was_there", "The village checked it on the spot." },
	{ "rules_provide", "The rules provide for this need." },
	{ "amount_right", "The amount is right." },
	{ "dignity_kept", "Nothing in it harms the dignity or the privacy of the family." },
	{ "different_people",
	  "Village and township were different people, and their reasons hold." },
};
const struct bf_enum bf_check_item = { "check_item", BF_TABLE(check_items) };

const struct bf_enum bf_urgency = { "urgency", BF_TABLE(urgencies) };

static const struct bf_choice gift_standings[] = {
	{ "waiting", "Being paid" },         { "kept", "Kept for the family" },
	{ "sent", "Sent to the family" },    { "confirmed", "Confirmed by the family" },
	{ "returned", "Given back to you" },
};
const struct bf_enum bf_gift_standing = { "gift_standing", BF_TABLE(gift_standings) };

static const struct bf_choice pledge_states[] = {
	{ "claimed", "Promised" },     { "lapsed", "Lapsed" },
	{ "cancelled", "Taken back" }, { "dispatched", "On its way" },
	{ "received", "Received" },    { "thanked", "Received, with thanks" },
	{ "disputed", "Looked into" }, { "returned", "Did not arrive" },
};
const struct bf_enum bf_pledge_state = { "pledge_state", BF_TABLE(pledge_states) };

static const struct bf_choice payout_states[] = {
	{ "requested", "Waits for the second person" },
	{ "approved", "Approved, not yet sent" },
	{ "cancelled", "Cancelled" },
	{ "sent", "Sent" },
	{ "confirmed", "Arrived" },
	{ "returned", "Came back from the bank" },
};
const struct bf_enum bf_payout_state = { "payout_state", BF_TABLE(payout_states) };

static const struct bf_choice refund_states[] = {
	{ "requested", "Waits for somebody to agree" },
	{ "approved", "Agreed to, on its way back" },
	{ "rejected", "Declined" },
	{ "sent", "On its way back" },
	{ "succeeded", "Given back" },
	{ "failed", "On its way back: the payment service is asked again" },
};
const struct bf_enum bf_refund_state = { "refund_state", BF_TABLE(refund_states) };

static const struct bf_choice payee_states[] = {
	{ "entered", "The bank is asked" },
	{ "bank_checked", "Waits for the county" },
	{ "verified", "In use" },
	{ "refused", "Not accepted" },
	{ "superseded", "Not in use any more" },
};
static const struct bf_enum payee_state = { "payee_state", BF_TABLE(payee_states) };

static const struct bf_choice thanks_outcomes[] = {
	{ "show", "Show them" },
	{ "hide", "Do not show them" },
};
const struct bf_enum bf_thanks_outcome = { "thanks_outcome", BF_TABLE(thanks_outcomes) };

static const struct bf_choice city_plugin_states[] = {
	{ "off", "Off" },
	{ "scheduled", "Opens on a date" },
	{ "on", "Running" },
	{ "draining", "Closing" },
};

static const struct bf_choice roles[] = {
	{ "village", "Village manager" },
	{ "township", "Township official" },
	{ "county", "County official" },
	{ "city", "City official" },
	{ "province", "Province official" },
	{ "national", "National office" },
	{ "config", "Settings of the city" },
	{ "inspector", "Inspector" },
	{ "pay.prepare", "Prepares payouts" },
	{ "pay.approve", "Approves payouts" },
	{ "export", "Takes lists out of the house" },
	{ "unmask", "Sees numbers in full, with a reason" },
};

const struct bf_enum bf_city_plugin_state = { "city_plugin_state", BF_TABLE(city_plugin_states) };
const struct bf_enum bf_role = { "role", BF_TABLE(roles) };

static const struct bf_choice export_lists[] = {
	{ "posts", "Help posts" },
	{ "households", "Families" },
	{ "payouts", "Payouts" },
};
const struct bf_enum bf_export_list = { "export_list", BF_TABLE(export_lists) };

/* What people do that is no move of a post, as the audit calls it. */
static const struct bf_choice event_types[] = {
	{ "account.registered", "Opened the account" },
	{ "account.password", "Changed the password" },
	{ "account.closed", "Closed the account" },
	{ "city_plugin.known", "Made a sub-platform known" },
	{ "city_plugin.scheduled", "Set a day for a sub-platform" },
	{ "city_plugin.opened", "Opened a sub-platform" },
	{ "city_plugin.cancelled", "Did not open a sub-platform after all" },
	{ "city_plugin.draining", "Began to close a sub-platform" },
	{ "city_plugin.resumed", "Let a sub-platform go on" },
	{ "city_plugin.closed", "Closed a sub-platform" },
	{ "payments.stopped", "Stopped payments" },
	{ "payments.on", "Turned payments on again" },
	{ "grant.given", "Gave a role" },
	{ "grant.ended", "Ended a role" },
	{ "gift.taken", "Made a gift" },
	{ "payee.entered", "Entered a bank account" },
	{ "payee.verified", "Verified a bank account" },
	{ "payee.refused", "Refused a bank account" },
	{ "payout.requested", "Prepared a payout" },
	{ "payout.sent", "Sent a payout" },
	{ "delivery.confirmed", "Confirmed help that came" },
	{ "delivery.thanked", "Said thanks" },
	{ "pledge.claimed", "Promised goods" },
	{ "pledge.address_seen", "Read the address for goods" },
	{ "pledge.dispatched", "Sent goods" },
	{ "pledge.received", "Received goods" },
	{ "pledge.cancelled", "Took back a promise of goods" },
	{ "pledge.disputed", "Said that goods did not arrive" },
	{ "pledge.returned", "Decided about goods that did not arrive" },
	{ "pledge.thanked", "Said thanks for goods" },
	{ "picture.removed", "Removed pictures of a post" },
	{ "list.asked", "Asked for a list" },
	{ "list.agreed", "Agreed that a list is taken out" },
	{ "list.taken", "Took a list out" },
};
static const struct bf_enum event_type = { "event_type", BF_TABLE(event_types) };

/* What jobs of site/jobs.c do, in words. */
static const struct bf_choice job_names[] = {
	{ "settle", "Payments are looked up and settled" },
	{ "notify", "Notices are written" },
	{ "outbox", "Notices are sent on" },
	{ "rest", "Help posts end, and what is left of them goes on" },
	{ "flag_overdue", "Checks that take too long are flagged" },
	{ "escalate", "Posts that wait for long are put before the county" },
	{ "end_publicity", "Notices of families in the village come to their end" },
	{ "close_ledger", "Days of the ledger are closed and signed" },
	{ "pictures", "Pictures are made small and clean" },
	{ "sweep_pictures", "Files that no picture needs are deleted" },
	{ "sweep", "Old codes and sessions are forgotten" },
	{ "city_plugins", "Sub-platforms open and close on their day" },
	{ "simulated_bank", "The bank of the demonstration" },
	{ "simulated_name_check", "The name check of the demonstration" },
};
static const struct bf_enum job_name = { "job_name", BF_TABLE(job_names) };

const struct bf_enum *const bf_core_enums[] = {
	&bf_need_kind,
	&bf_phase,
	&bf_review_level,
	&bf_post_form,
	&bf_relation,
	&bf_post_state,
	&bf_step_state,
	&bf_reject_reason,
	&bf_post_field,
	&bf_urgency,
	&bf_check_item,
	&bf_unmet_answer,
	&bf_appeal_outcome,
	&bf_suspension_wish,
	&bf_gift_standing,
	&bf_payout_state,
	&bf_refund_state,
	&payee_state,
	&bf_thanks_outcome,
	&bf_pledge_state,
	&bf_city_plugin_state,
	&bf_role,
	&bf_second_outcome,
	&bf_export_list,
	&event_type,
	&job_name,
	&bf_picture_refusal,
	&bf_picture_state,
	NULL,
};
