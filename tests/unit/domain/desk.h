/* desk: a scratch database with the real schema and queries, keys, and an account or two. */
#ifndef BF_TEST_DESK_H
#define BF_TEST_DESK_H

#include "../db/scratch.h"

#include "base/file.h"
#include "db/migrate.h"
#include "domain/desk.h"
#include "domain/password.h"

#define KEY_1 "1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_2 "2 ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

static struct bf_desk desk;
static struct bf_err err;

static inline void no_word(void *arg, const char *line)
{
	(void)arg;
	(void)line;
}

static inline struct bf_secrets *desk_keys(const char *text)
{
	struct bf_secrets *secrets;

	assert_int_equal(bf_secrets_parse(pool, "test.key", bf_str(text), &secrets, &err), BF_OK);
	return secrets;
}

static inline int desk_set_up(void **state)
{
	struct bf_queries *queries;
	struct bf_faults faults;
	struct bf_str common;

	scratch_set_up(state);
	memset(&err, 0, sizeof(err));
	if (bf_migrate(db, pool, "core", "sql/migrations", no_word, NULL, &err) != BF_OK)
		fail_msg("%s", err.text);
	queries = bf_queries_new(pool);
	bf_faults_init(&faults, pool);
	bf_queries_load(queries, "core", "sql", &faults);
	bf_queries_load(queries, "core", "sql/money", &faults);
	bf_queries_prove(queries, db, &faults);
	if (faults.first)
		fail_msg("%s", faults.first->text);
	assert_int_equal(bf_file_read(pool, "sql/common_passwords.txt", &common, &err), BF_OK);
	desk = (struct bf_desk){
		.ask = { db, queries, pool },
		.secrets = desk_keys(KEY_1),
		.common_passwords = common,
	};
	return 0;
}

static inline int64_t desk_ask(const char *statement)
{
	struct bf_str text;
	int64_t n;

	if (bf_db_ask(db, pool, statement, &text, &err) != BF_OK)
		fail_msg("%s", err.text);
	assert_true(bf_str_int(text, &n));
	return n;
}

/* Account 1 with a role (NULL: none) and a password. */
static inline void desk_add_account(const char *role, const char *password)
{
	struct bf_value args = bf_value_map(pool);
	char hash[BF_PASSWORD_HASH_BYTES];

	scratch_do("INSERT INTO account (id, kind, shown_name, created_at)"
		   " VALUES (1, 'person', 'x**', UTC_TIMESTAMP(3))");
	if (role)
		scratch_do(bf_pool_printf(pool,
					  "INSERT INTO role_grant (account_id, role, from_at)"
					  " VALUES (1, '%s', UTC_TIMESTAMP(3))",
					  role));
	if (!password)
		return;
	assert_int_equal(bf_password_hash(&desk, bf_str(password), hash, &err), BF_OK);
	bf_value_set(&args, "account", bf_value_number(1));
	bf_value_set(&args, "pepper_key", bf_value_number(bf_secrets_newest(desk.secrets)));
	bf_arg_set_text(&args, "password_hash", hash);
	assert_int_equal(bf_ask_run(&desk.ask, "set_password", &args, NULL, NULL, &err), BF_OK);
}

#endif
