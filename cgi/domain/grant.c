#include "domain/grant.h"

enum {
	TEXT_NOT_YOURS,
	TEXT_OWN,
	TEXT_LEVEL,
	TEXT_HAS_IT,
	TEXT_ENDED,
	TEXT_LAST,
};

const char *const bf_grant_texts[] = {
	[TEXT_NOT_YOURS] = "This role is not yours to give or to end.",
	[TEXT_OWN] = "Nobody changes their own roles: another person has to do it.",
	[TEXT_LEVEL] = "This role does not belong to a region of this kind.",
	[TEXT_HAS_IT] = "This person has this role here already.",
	[TEXT_ENDED] = "This role has ended already.",
	[TEXT_LAST] =
		"This is the last person with this role here. Please give it to somebody else "
		"first.",
	NULL,
};

enum { LEVEL_CITY = 2, LEVEL_COUNTY, LEVEL_TOWNSHIP, LEVEL_VILLAGE };

/* What each role may give; the levels of regions; whether a region needs one who holds it. */
static const struct rule {
	const char *giver, *role;
	int level_from, level_to;
	bool needed;
} rules[] = {
	{ "config", "village", LEVEL_VILLAGE, LEVEL_VILLAGE, true },
	{ "config", "township", LEVEL_TOWNSHIP, LEVEL_TOWNSHIP, true },
	{ "config", "county", LEVEL_COUNTY, LEVEL_COUNTY, true },
	{ "config", "pay.prepare", LEVEL_CITY, LEVEL_COUNTY, true },
	{ "config", "pay.approve", LEVEL_CITY, LEVEL_COUNTY, true },
	{ "config", "city", LEVEL_CITY, LEVEL_CITY, true },
	{ "config", "inspector", LEVEL_CITY, LEVEL_COUNTY, false },
	{ "config", "export", LEVEL_CITY, LEVEL_COUNTY, false },
	{ "config", "unmask", LEVEL_CITY, LEVEL_COUNTY, false },
};

static const struct rule *rule_of(const char *role)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].role, role) == 0)
			return &rules[i];
	return NULL;
}

bool bf_grant_fits(const char *role, int64_t level)
{
	const struct rule *rule = rule_of(role);

	return rule && level >= rule->level_from && level <= rule->level_to;
}

static enum bf_rc refuse(struct bf_act *act, enum bf_rc rc, int text, struct bf_err *err,
			 const char *role, int64_t region)
{
	return bf_act_refuse(act, rc, bf_grant_texts[text], err, "role \"%s\" in %lld: %s", role,
			     (long long)region, bf_grant_texts[text]);
}

/* Who gives: within their region, a role that is in the table for it, to somebody else. */
static enum bf_rc check(struct bf_act *act, int64_t account, const char *role, int64_t region,
			const struct rule **ret_rule, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc;

	*ret_rule = rule_of(role);
	if (!*ret_rule)
		return refuse(act, BF_DENIED, TEXT_NOT_YOURS, err, role, region);
	rc = bf_ask_row(&act->ask, "grant_place",
			BF_ARGS(bf_arg_int("account", act->actor), bf_arg_int("of_region", region),
				bf_arg_text("giver", (*ret_rule)->giver)),
			&row, err);
	if (rc != BF_OK)
		return rc;
	if (account == act->actor)
		return refuse(act, BF_DENIED, TEXT_OWN, err, role, region);
	return bf_grant_fits(role, bf_row_int(row, "level"))
		       ? BF_OK
		       : refuse(act, BF_CONFLICT, TEXT_LEVEL, err, role, region);
}

static enum bf_rc note(struct bf_act *act, const char *type, int64_t grant, struct bf_err *err)
{
	return bf_ask_exec(&act->ask, "grant_event",
			   BF_ARGS(bf_arg_text("type", type), bf_arg_int("grant", grant),
				   bf_arg_int("actor", act->actor)),
			   err);
}

enum bf_rc bf_grant_give(struct bf_act *act, int64_t account, const char *role, int64_t region,
			 int64_t *ret_grant, struct bf_err *err)
{
	const struct bf_arg *args =
		BF_ARGS(bf_arg_int("of_account", account), bf_arg_text("role", role),
			bf_arg_int("of_region", region), bf_arg_int("actor", act->actor));
	const struct bf_value *row;
	const struct rule *rule;
	enum bf_rc rc = check(act, account, role, region, &rule, err);

	/* two who give the same at once wait for each other at the account */
	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "grant_account_lock", args, &row, err);
	if (rc != BF_OK)
		return rc;
	rc = bf_ask_row(&act->ask, "grant_of", args, &row, err);
	if (rc == BF_OK)
		return refuse(act, BF_CONFLICT, TEXT_HAS_IT, err, role, region);
	if (rc != BF_NOT_FOUND)
		return rc;
	rc = bf_ask_add(&act->ask, "grant_add", args, ret_grant, err);
	return rc == BF_OK ? note(act, "grant.given", *ret_grant, err) : rc;
}

/* Locks all who hold a role in a region, so that two who end the last two wait for each other. */
static enum bf_rc find_others(struct bf_act *act, const struct bf_value *grant, bool *ret_others,
			      struct bf_err *err)
{
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(&act->ask, "grant_holders",
				    BF_ARGS(bf_arg_text("role", bf_row_text(grant, "role")),
					    bf_arg_int("of_region", bf_row_int(grant, "region"))),
				    &rows, err);

	*ret_others = false;
	for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++)
		if (bf_row_int(bf_value_at(rows, i), "account_id") !=
		    bf_row_int(grant, "account_id"))
			*ret_others = true;
	return rc;
}

enum bf_rc bf_grant_end(struct bf_act *act, int64_t id, const char *reason, struct bf_err *err)
{
	const struct bf_value *grant;
	const struct rule *rule;
	int64_t matched = 0, region;
	const char *role;
	bool others = true;
	enum bf_rc rc =
		bf_ask_row(&act->ask, "grant_look", BF_ARGS(bf_arg_int("grant", id)), &grant, err);

	if (rc != BF_OK)
		return rc;
	role = bf_row_text(grant, "role");
	region = bf_row_int(grant, "region");
	rc = check(act, bf_row_int(grant, "account_id"), role, region, &rule, err);
	if (rc == BF_OK)
		rc = find_others(act, grant, &others, err);
	if (rc != BF_OK)
		return rc;
	if (rule->needed && !others)
		return refuse(act, BF_CONFLICT, TEXT_LAST, err, role, region);
	rc = bf_ask_change(&act->ask, "grant_end",
			   BF_ARGS(bf_arg_int("grant", id), bf_arg_int("actor", act->actor),
				   bf_arg_text("reason", reason)),
			   &matched, err);
	if (rc == BF_OK && !matched)
		return refuse(act, BF_CONFLICT, TEXT_ENDED, err, role, region);
	return rc == BF_OK ? note(act, "grant.ended", id, err) : rc;
}
