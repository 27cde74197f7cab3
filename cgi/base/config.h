/*
 * config: bangfu.conf, read once a generation. Every setting has a default; an unknown name or
 * a senseless value is a fault with file and line. conf/bangfu.conf tells what each is for.
 */
#ifndef BF_BASE_CONFIG_H
#define BF_BASE_CONFIG_H

#include "base/err.h"

enum bf_profile { BF_PROFILE_DEMO, BF_PROFILE_PRODUCTION };

/* What the workers of a server are for. Each pool is a server with a file of its own. */
enum bf_worker_pool {
	BF_WORKERS_WEB,     /* pages and plugins; writes no money and reads no key */
	BF_WORKERS_MONEY,   /* sign-in, payments, the ledger; no code but the core's */
	BF_WORKERS_SANDBOX, /* no site at all: a gateway that plays at money, for demo and tests */
};

/* What happens where the kernel cannot seal a process (server/seal.h). */
enum bf_seal_wish { BF_SEAL_REQUIRE, BF_SEAL_DEGRADE };

struct bf_config {
	const char *file;
	int64_t profile; /* enum bf_profile: demo shows a banner and knows people who can be nobody */

	/* [paths] relative ones are taken from the folder of the file */
	const char *templates, *sql, *plugins, *plugin_files, *assets;
	const char *press; /* the built modules of the press */

	/* [database] socket or host and port; the password is the first line of password_file */
	const char *db_socket, *db_host, *db_name, *db_password_file;
	/* the accounts of the web workers, of migrations and demo data, and of verify */
	const char *db_user, *db_migrate_user, *db_verify_user;
	int64_t db_port, db_connect_timeout_s, db_read_timeout_s, db_write_timeout_s;
	int64_t db_statement_timeout_s, db_lock_wait_s, db_statement_cache;

	/* [server] */
	int64_t worker_pool;  /* enum bf_worker_pool */
	const char *socket;   /* where the web server connects */
	const char *web_user; /* who may connect: SO_PEERCRED must show this user; "" any */
	int64_t workers;
	int64_t web_server_processes,
		web_server_keepalive; /* kept connections a web server process */
	int64_t soft_deadline_ms, hard_deadline_ms;
	int64_t requests_a_worker; /* retired after so many, give or take a tenth */
	int64_t growth_mib;        /* retired at so much over its starting size */
	int64_t address_space_mib;
	int64_t body_max_kib;
	const char *files_folder; /* of pictures; "" none are taken */
	int64_t files_upload_max_kib;
	int64_t seal;           /* enum bf_seal_wish */
	const char *log;        /* file of the request log; "" standard error */
	const char *quarantine; /* plugins to leave out, by spaces: no setting, the master's word */

	/* [notices] in the pool money */
	const char *notices_spool; /* folder of messages that leave; "" none leaves */
	const char *notices_smtp;  /* mail server, "smtp://host:port"; "" mail goes into spool */
	const char *notices_from;  /* address that letters come from */
	const char *notices_site;  /* what addresses in messages begin with */

	/* [gateway] in the pools money and sandbox */
	const char *gateway_url, *gateway_merchant, *gateway_key_file, *gateway_peer_key_file;

	/* [site] */
	const char *hosts;         /* names that the site answers to, by spaces; "" any */
	int64_t page_rows;         /* rows of a list page */
	const char *form_key_file; /* secret of the tokens in forms, at least 32 bytes */
	int64_t cache_s;           /* how long a signed-out page may be kept by caches */

	/* [money] */
	const char *key_file; /* master keys of the pool money; no other pool reads it */
};

/* Fills config from the defaults and the file. Texts live in the pool. */
void bf_config_read(struct bf_config *config, struct bf_pool *pool, const char *file,
		    struct bf_faults *faults);

#endif
