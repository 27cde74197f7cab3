/* people: read downwards: parameters, the list, the pages of one region and of one role, acts. */
#include "site/people.h"

#include "domain/grant.h"
#include "domain/post.h"
#include "domain/sign_in.h"
#include "plugin/req.h"
#include "site/payouts.h"
#include "site/person.h"

enum { NAME_CHARS_MAX = 20, HANDLE_CHARS_MAX = 200, REASON_CHARS_MAX = 200 };

/* ---- parameters ------------------------------------------------------------------------ */

#define OF_REGION                                                    \
	{                                                            \
		.name = "of_region", .type = BF_ID, .required = true \
	}
#define GRANT                                                    \
	{                                                        \
		.name = "grant", .type = BF_ID, .required = true \
	}

const struct bf_param bf_people_list_params[4] = {
	{ .name = "role", .type = BF_ONE_OF, .label = "Role", .choices = &bf_role },
	{ .name = "of_region", .type = BF_ID, .label = "Region" },
	{ .name = "person_name", .type = BF_TEXT, .label = "Name", .max = NAME_CHARS_MAX },
	{ .name = "after", .type = BF_CURSOR },
};
const struct bf_param bf_people_audit_params[4] = {
	{ .name = "person", .type = BF_ID, .required = true },
	{ .name = "from_day", .type = BF_DATE, .label = "From which day" },
	{ .name = "to_day", .type = BF_DATE, .label = "Until which day" },
	{ .name = "after", .type = BF_CURSOR },
};
static const struct bf_param region_params[] = { OF_REGION };
static const struct bf_param give_params[] = {
	OF_REGION,
	{ .name = "handle",
	  .type = BF_TEXT,
	  .label = "Phone number or e-mail address",
	  .required = true,
	  .max = HANDLE_CHARS_MAX },
	{ .name = "role",
	  .type = BF_ONE_OF,
	  .label = "Role",
	  .required = true,
	  .choices = &bf_role },
};
static const struct bf_param grant_params[] = { GRANT };
static const struct bf_param end_params[] = {
	GRANT,
	{ .name = "end_reason",
	  .type = BF_TEXT,
	  .label = "Why",
	  .required = true,
	  .max = REASON_CHARS_MAX },
};

enum { TEXT_NO_HANDLE, TEXT_NOBODY };
const char *const bf_people_texts[] = {
	[TEXT_NO_HANDLE] = "Please write a mobile number of 11 digits, or an e-mail address.",
	[TEXT_NOBODY] = "Nobody has registered with this number or address yet. The person has to "
			"open an account first.",
	NULL,
};

/* ---- the list -------------------------------------------------------------------------- */

enum bf_rc bf_people_list(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "people_regions", "regions");

	if (rc == BF_OK)
		rc = bf_query(req, "people_here", "people");
	bf_set_int(req, "may_give", (req->person->roles & BF_CONFIG) != 0);
	bf_set_int(req, "may_audit", (req->person->roles & (BF_CONFIG | BF_INSPECTOR)) != 0);
	return rc == BF_OK ? bf_page(req, "console_people.html") : rc;
}

enum bf_rc bf_people_audit(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "audit_person", "who");

	if (rc == BF_OK)
		rc = bf_query(req, "audit_acts", "acts");
	return rc == BF_OK ? bf_page(req, "console_audit.html") : rc;
}

/* ---- pages of the pool money ----------------------------------------------------------- */

static enum bf_rc region_page(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);
	struct bf_value roles = bf_value_list(req->pool);
	const struct bf_choice *choices = bf_role.choices.rows;

	if (rc == BF_OK)
		rc = bf_query_one(req, "grant_region", "place");
	if (rc == BF_OK)
		rc = bf_query(req, "grant_region_parts", "parts");
	if (rc == BF_OK)
		rc = bf_query(req, "grants_in_region", "grants");
	if (rc != BF_OK)
		return rc;
	for (size_t i = 0; i < bf_role.choices.count; i++)
		if (bf_grant_fits(choices[i].code, bf_row_int(bf_model(req, "place"), "level"))) {
			struct bf_value role = bf_value_map(req->pool);

			bf_value_set(&role, "code", bf_value_string(bf_str(choices[i].code)));
			bf_value_push(req->pool, &roles, role);
		}
	bf_value_set(&req->model, "roles", roles);
	return bf_page(req, "people_region.html");
}

static enum bf_rc grant_page(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	if (rc == BF_OK)
		rc = bf_query_one(req, "grant_here", "grant_row");
	if (rc != BF_OK)
		return rc;
	bf_set_int(req, "may_end",
		   bf_grant_fits(bf_row_text(bf_model(req, "grant_row"), "role"),
				 bf_row_int(bf_model(req, "grant_row"), "level")));
	return bf_page(req, "people_grant.html");
}

/* ---- acts ------------------------------------------------------------------------------ */

struct giving {
	const struct bf_req *req;
	int64_t account;
};

static enum bf_rc give_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct giving *giving = arg;
	int64_t grant;

	return bf_grant_give(act, giving->account, bf_text(giving->req, "role"),
			     bf_int(giving->req, "of_region"), &grant, err);
}

/* That somebody has an account is told to an operator who has to name the region first, and whose
 * second factor was proven just now. */
static enum bf_rc find_account(struct bf_req *req, int64_t *ret_account)
{
	struct bf_desk desk = bf_site_desk(req);
	const struct bf_value *row;
	struct bf_handle handle;
	enum bf_rc rc;

	if (!bf_handle_read(&desk, bf_str(bf_text(req, "handle")), &handle))
		return bf_req_refuse(req, "handle", bf_people_texts[TEXT_NO_HANDLE]);
	rc = bf_ask_row(&desk.ask, "account_of_handle",
			BF_ARGS(bf_arg_text("handle_hash", handle.hash)), &row, &req->http->err);
	if (rc == BF_NOT_FOUND)
		return bf_req_refuse(req, "handle", bf_people_texts[TEXT_NOBODY]);
	if (rc == BF_OK)
		*ret_account = bf_row_int(row, "account");
	return rc;
}

static enum bf_rc give(struct bf_req *req)
{
	struct giving giving = { .req = req };
	enum bf_rc rc = bf_payouts_step_up(req);

	if (rc == BF_OK)
		rc = bf_query_one(req, "grant_region", "place");
	if (rc == BF_OK)
		rc = find_account(req, &giving.account);
	if (rc == BF_OK)
		rc = bf_req_act(req, give_act, &giving);
	return rc == BF_OK ? bf_redirect(req, "people_region") : rc;
}

static enum bf_rc end_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_grant_end(act, bf_int(req, "grant"), bf_text(req, "end_reason"), err);
}

static enum bf_rc end(struct bf_req *req)
{
	enum bf_rc rc = bf_payouts_step_up(req);

	if (rc == BF_OK)
		rc = bf_req_act(req, end_act, req);
	return rc == BF_OK ? bf_redirect(req, "people_grant") : rc;
}

/* ---- routes ---------------------------------------------------------------------------- */

static const struct bf_route routes[] = {
	{ "people_region", BF_GET, "/{of_region}", BF_TABLE(region_params), BF_CONFIG,
	  region_page },
	{ "give_role", BF_POST, "/{of_region}", BF_TABLE(give_params), BF_CONFIG, give,
	  .form = "people_region" },
	{ "people_grant", BF_GET, "/roles/{grant}", BF_TABLE(grant_params), BF_CONFIG, grant_page },
	{ "end_role", BF_POST, "/roles/{grant}", BF_TABLE(end_params), BF_CONFIG, end,
	  .form = "people_grant" },
};

const struct bf_table bf_site_people_routes = BF_TABLE(routes);
