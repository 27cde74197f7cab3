#include "domain/session.h"

enum { SEEN_EVERY_S = 60, IDLE_S = 30 * 60, IDLE_STAFF_S = 15 * 60 };

/* ---- roles ----------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum bf_who who;
} role_names[] = {
	{ "village", BF_AT_VILLAGE },      { "township", BF_AT_TOWNSHIP },
	{ "county", BF_AT_COUNTY },        { "pay.prepare", BF_PAY_PREPARE },
	{ "pay.approve", BF_PAY_APPROVE }, { "city", BF_AT_CITY },
	{ "province", BF_AT_PROVINCE },    { "inspector", BF_INSPECTOR },
	{ "config", BF_CONFIG },           { "export", BF_EXPORT },
	{ "unmask", BF_UNMASK },           { "national", BF_AT_NATIONAL },
};

bool bf_roles_read(struct bf_str names, unsigned *ret_roles)
{
	bool staff = false;
	struct bf_str name;

	*ret_roles = BF_SIGNED_IN;
	while (bf_str_cut(&names, ',', &name)) {
		/* a donor is everybody; every other role is an office's, known here or not */
		staff = staff || (name.len && !bf_str_is(name, "donor"));
		for (size_t i = 0; i < sizeof(role_names) / sizeof(role_names[0]); i++)
			if (bf_str_is(name, role_names[i].name))
				*ret_roles |= role_names[i].who;
	}
	return staff;
}

unsigned bf_roles_behind_factor(unsigned roles)
{
	return roles & ~(unsigned)(BF_SIGNED_IN | BF_FAMILY | BF_AT_VILLAGE);
}

/* ---- find ------------------------------------------------------------------------------ */

static int64_t int_at(const struct bf_value *row, const char *name)
{
	return bf_value_int(bf_value_get(row, name));
}

static void fill(struct bf_session *session, const struct bf_value *row, unsigned roles)
{
	const struct bf_value *proven = bf_value_get(row, "second_factor_s");

	*session = (struct bf_session){
		.id = int_at(row, "session"),
		.account = int_at(row, "account"),
		.household = int_at(row, "household"),
		.notices = int_at(row, "notices"),
		.name = bf_value_str(bf_value_get(row, "name")),
		.roles = roles,
		.second_factor_s = bf_value_is_null(proven) ? -1 : bf_value_int(proven),
	};
	if (session->household)
		session->roles |= BF_FAMILY;
	if (session->second_factor_s < 0) {
		session->behind_factor = bf_roles_behind_factor(roles);
		session->roles &= ~session->behind_factor;
	}
}

enum bf_rc bf_session_find(const struct bf_desk *desk, struct bf_str sid,
			   struct bf_session *ret_session, struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	const struct bf_value *row;
	char hex[BF_SECRET_HEX_BYTES];
	unsigned roles;
	int64_t idle_s;
	bool staff;
	enum bf_rc rc;

	if (sid.len != BF_TICKET_TEXT_BYTES - 1)
		return BF_NOT_FOUND;
	bf_ticket_hash(sid, hex);
	bf_arg_set_text(&args, "sid_hash", hex);
	rc = bf_ask_first(&desk->ask, "session_person", &args, &row, err);
	if (rc != BF_OK)
		return rc;
	staff = bf_roles_read(bf_value_str(bf_value_get(row, "roles")), &roles);
	idle_s = int_at(row, "idle_s");
	if (!row || idle_s >= (staff ? IDLE_STAFF_S : IDLE_S))
		return BF_NOT_FOUND;
	fill(ret_session, row, roles);
	if (idle_s < SEEN_EVERY_S)
		return BF_OK;
	bf_value_set(&args, "session", bf_value_number(ret_session->id));
	return bf_ask_run(&desk->ask, "session_is_seen", &args, NULL, NULL, err);
}

/* ---- start and end --------------------------------------------------------------------- */

struct start {
	const struct bf_desk *desk;
	struct bf_value args;
};

static enum bf_rc insert(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct start *start = arg;
	int64_t id;
	enum bf_rc rc =
		bf_ask_run(&start->desk->ask, "start_session", &start->args, NULL, &id, err);

	(void)db;
	if (rc != BF_OK)
		return rc;
	bf_value_set(&start->args, "session", bf_value_number(id));
	return bf_ask_run(&start->desk->ask, "see_session", &start->args, NULL, NULL, err);
}

enum bf_rc bf_session_start(const struct bf_desk *desk, int64_t account,
			    char ret_sid[BF_TICKET_TEXT_BYTES], struct bf_err *err)
{
	struct start start = { .desk = desk, .args = bf_value_map(desk->ask.pool) };
	char sid[BF_TICKET_TEXT_BYTES], hex[BF_SECRET_HEX_BYTES];
	enum bf_rc rc;

	bf_ticket_make(sid);
	bf_ticket_hash(bf_str(sid), hex);
	bf_arg_set_text(&start.args, "sid_hash", hex);
	bf_value_set(&start.args, "account", bf_value_number(account));
	rc = bf_db_transaction(desk->ask.db, insert, &start, NULL, err);
	if (rc == BF_OK)
		memcpy(ret_sid, sid, sizeof(sid));
	return rc;
}

enum bf_rc bf_session_prove(const struct bf_desk *desk, int64_t session,
			    char ret_sid[BF_TICKET_TEXT_BYTES], struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);
	char sid[BF_TICKET_TEXT_BYTES], hex[BF_SECRET_HEX_BYTES];
	int64_t matched = 0;
	enum bf_rc rc;

	bf_ticket_make(sid);
	bf_ticket_hash(bf_str(sid), hex);
	bf_arg_set_text(&args, "sid_hash", hex);
	bf_value_set(&args, "session", bf_value_number(session));
	rc = bf_ask_run(&desk->ask, "renew_session", &args, &matched, NULL, err);
	if (rc == BF_OK && !matched)
		return BF_SIGN_IN;
	if (rc == BF_OK)
		memcpy(ret_sid, sid, sizeof(sid));
	return rc;
}

enum bf_rc bf_session_end(const struct bf_desk *desk, int64_t session, struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);

	bf_value_set(&args, "session", bf_value_number(session));
	return bf_ask_run(&desk->ask, "end_session", &args, NULL, NULL, err);
}

enum bf_rc bf_session_end_others(const struct bf_desk *desk, int64_t account, int64_t session,
				 struct bf_err *err)
{
	struct bf_value args = bf_value_map(desk->ask.pool);

	bf_value_set(&args, "account", bf_value_number(account));
	bf_value_set(&args, "session", bf_value_number(session));
	return bf_ask_run(&desk->ask, "end_sessions", &args, NULL, NULL, err);
}
