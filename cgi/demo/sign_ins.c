/* sign_ins: the handful of a demo's accounts that somebody may sign in to, by phones that are in
 * no mobile range and one password that is told to everybody. */
#include "demo/sign_ins.h"

#include <sodium.h>

#include "domain/password.h"
#include "domain/second_factor.h"
#include "domain/sign_in.h"

#define DEMO_SCOPE "demo"
#define PASSWORD "osmanthus-lantern"

/* One sign-in, and what is put beside its account. */
struct sign_in {
	int phone; /* its last digits */
	int64_t account;
	bool family; /* the account itself is made here, for the head of the first household */
	bool factor;
};

struct making {
	const struct bf_demo_world *world;
	struct bf_desk desk;
	struct bf_db *db;
	const char *hash; /* of the password */
	size_t count;
	struct sign_in sign_ins[16];
};

/* ---- who ------------------------------------------------------------------------------- */

static void choose(struct making *making)
{
	const struct bf_demo_world *world = making->world;
	const struct bf_demo_village *village = &world->cities[0].villages[0];
	int64_t donors = world->plan.people + world->plan.organisations;
	int64_t family = world->staff + donors + 1;
	const struct sign_in all[] = {
		{ 1, bf_demo_giver(world, 0), false, false },
		{ 2, family, true, false },
		{ 3, village->writer, false, false },
		{ 4, village->checker, false, false },
		{ 5, village->township_checker, false, true },
		{ 6, village->county_checker, false, true },
		{ 7, village->preparer, false, true },
		{ 8, village->approver, false, true },
		{ 10, world->cities[0].official, false, true },
		{ 11, world->province_official, false, true },
		{ 12, world->cities[0].inspector, false, true },
		{ 13, world->national, false, true },
	};

	making->count = sizeof(all) / sizeof(all[0]);
	memcpy(making->sign_ins, all, sizeof(all));
}

/* ---- rows ------------------------------------------------------------------------------ */

static enum bf_rc exec_demo(struct making *making, const char *name, const struct bf_value *args,
			    struct bf_err *err)
{
	const struct bf_query *query = bf_queries_find(making->desk.ask.queries, DEMO_SCOPE, name);

	if (!query)
		return bf_err_set(err, BF_FAULT, "demo.sql has no query \"%s\"", name);
	return bf_db_exec(making->db, query, args, NULL, NULL, err);
}

/* The secret follows from the phone, so that an app may be set up once for all demos. */
static enum bf_rc add_factor(struct making *making, const struct sign_in *one, const char *phone,
			     struct bf_value *args, struct bf_err *err)
{
	unsigned char secret[BF_FACTOR_SECRET_BYTES];

	crypto_generichash(secret, sizeof(secret), (const unsigned char *)phone, strlen(phone),
			   NULL, 0);
	bf_arg_set_text(args, "secret_sealed", bf_factor_seal(&making->desk, one->account, secret));
	return exec_demo(making, "insert_second_factor", args, err);
}

static enum bf_rc add_family(struct making *making, struct bf_value *args, struct bf_err *err)
{
	enum bf_rc rc;

	bf_value_set(args, "household", bf_value_number(making->world->cities[0].first_household));
	bf_value_set(args, "at", bf_value_time(making->world->demo.as_of_ms));
	rc = exec_demo(making, "insert_family_account", args, err);
	return rc == BF_OK ? exec_demo(making, "insert_household_account", args, err) : rc;
}

static enum bf_rc add(struct making *making, size_t i, struct bf_err *err)
{
	const struct sign_in *one = &making->sign_ins[i];
	const struct bf_desk *desk = &making->desk;
	struct bf_value args = bf_value_map(desk->ask.pool);
	struct bf_handle handle;
	const char *phone = bf_pool_printf(desk->ask.pool, "1%010d", one->phone);
	enum bf_rc rc = BF_OK;

	if (!bf_handle_read(desk, bf_str(phone), &handle))
		BF_BUG("\"%s\" is no phone", phone);
	bf_value_set(&args, "account", bf_value_number(one->account));
	bf_arg_set_text(&args, "handle_hash", handle.hash);
	bf_arg_set_text(&args, "kind", handle.kind);
	bf_arg_set_text(&args, "masked", handle.masked);
	bf_arg_set_text(&args, "handle_sealed", NULL);
	bf_arg_set_text(&args, "password_hash", making->hash);
	bf_value_set(&args, "pepper_key", bf_value_number(bf_secrets_newest(desk->secrets)));
	if (one->family)
		rc = add_family(making, &args, err);
	if (rc == BF_OK)
		rc = bf_ask_run(&desk->ask, "insert_handle", &args, NULL, NULL, err);
	if (rc == BF_OK)
		rc = bf_ask_run(&desk->ask, "set_password", &args, NULL, NULL, err);
	if (rc == BF_OK)
		rc = exec_demo(making, "mask_phone", &args, err);
	if (rc == BF_OK && one->factor)
		rc = add_factor(making, one, phone, &args, err);
	return rc;
}

static enum bf_rc add_all(struct bf_db *db, void *arg, struct bf_err *err)
{
	struct making *making = arg;
	enum bf_rc rc = BF_OK;

	(void)db;
	for (size_t i = 0; i < making->count && rc == BF_OK; i++)
		rc = add(making, i, err);
	return rc;
}

enum bf_rc bf_demo_make_sign_ins(const struct bf_demo_world *world, struct bf_db *db,
				 const struct bf_queries *queries, struct bf_err *err)
{
	struct making making = { .world = world,
				 .db = db,
				 .desk = { .ask = { db, queries, world->pool } } };
	char hash[BF_PASSWORD_HASH_BYTES];
	struct bf_secrets *secrets;
	enum bf_rc rc = bf_secrets_read(world->pool, world->demo.key_file, &secrets, err);

	if (rc != BF_OK)
		return rc;
	making.desk.secrets = secrets;
	making.hash = hash;
	choose(&making);
	rc = bf_password_hash(&making.desk, BF_STR(PASSWORD), hash, err);
	return rc == BF_OK ? bf_db_transaction(db, add_all, &making, NULL, err) : rc;
}
