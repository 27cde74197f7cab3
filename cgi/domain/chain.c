/* chain: the days of the ledger, closed, chained and signed; declared in ledger.h. */
#include <sodium.h>

#include "base/buf.h"
#include "domain/ledger.h"

enum { HASH_BYTES = 32, SIGNATURE_TEXT_BYTES = 2 * crypto_sign_BYTES + 1 };

static const char no_head[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* ---- computing -------------------------------------------------------------------------- */

struct chain {
	const char *day;
	unsigned char hash[HASH_BYTES];
	int64_t journals, last; /* how many, and the last one's number */
	const char *link;       /* of the journal at hand, as it was sealed; "" where it was not */
	struct bf_buf row;      /* its canonical text */
	struct bf_ask *writes;  /* links are written; NULL: they are compared */
};

static void begin(struct chain *chain, const char *day, const char *head)
{
	*chain = (struct chain){ .day = day };
	if (sodium_hex2bin(chain->hash, sizeof(chain->hash), head, strlen(head), NULL, NULL, NULL))
		memset(chain->hash, 0, sizeof(chain->hash));
	bf_buf_init(&chain->row);
}

static void print_head(const struct chain *chain, char ret_head[BF_LEDGER_HEAD_BYTES])
{
	sodium_bin2hex(ret_head, BF_LEDGER_HEAD_BYTES, chain->hash, sizeof(chain->hash));
}

/* A journal has joined the chain: its link is noted, or is what it was. */
static enum bf_rc settle_link(struct chain *chain, struct bf_err *err)
{
	char hash[BF_LEDGER_HEAD_BYTES];

	print_head(chain, hash);
	if (chain->writes)
		return bf_ask_exec(chain->writes, "ledger_link_add",
				   BF_ARGS(bf_arg_int("journal", chain->last),
					   bf_arg_text("day", chain->day),
					   bf_arg_text("hash", hash)),
				   err);
	if (strcmp(hash, chain->link) == 0)
		return BF_OK;
	return bf_err_set(err, BF_CONFLICT, "journal %lld of %s %s", (long long)chain->last,
			  chain->day,
			  chain->link[0] ? "is not what was sealed"
					 : "was added after the day was sealed");
}

/* The journal at hand is whole: its text joins the chain. */
static enum bf_rc link_row(struct chain *chain, struct bf_err *err)
{
	crypto_generichash_state state;

	if (!chain->row.len)
		return BF_OK;
	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	crypto_generichash_update(&state, chain->hash, HASH_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)chain->row.data, chain->row.len);
	crypto_generichash_final(&state, chain->hash, HASH_BYTES);
	chain->journals++;
	bf_buf_clear(&chain->row);
	return settle_link(chain, err);
}

/* "12 payment 7 paid 0 2026-11-25 08:00:00.000\n", then "31 escrow:7 -500\n" for each line. */
static enum bf_rc add_line(struct chain *chain, const struct bf_value *row, struct bf_err *err)
{
	int64_t id = bf_row_int(row, "id");
	enum bf_rc rc = BF_OK;

	if (id != chain->last) {
		rc = link_row(chain, err);
		bf_buf_printf(&chain->row, "%lld %s %lld %s %lld %s\n", (long long)id,
			      bf_row_text(row, "subject_kind"),
			      (long long)bf_row_int(row, "subject_id"), bf_row_text(row, "step"),
			      (long long)bf_row_int(row, "mirrors"), bf_row_text(row, "at"));
		chain->last = id;
		chain->link = bf_row_text(row, "link");
	}
	if (bf_row_int(row, "line"))
		bf_buf_printf(&chain->row, "%lld %s %lld\n", (long long)bf_row_int(row, "line"),
			      bf_row_text(row, "code"), (long long)bf_row_int(row, "fen"));
	return rc;
}

/* The next journals of the day; *ret_more is false where there are none. */
static enum bf_rc walk_on(const struct bf_ask *ask, struct chain *chain, bool *ret_more,
			  struct bf_err *err)
{
	struct bf_ask page = *ask;
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(&page, "ledger_day_rows",
				    BF_ARGS(bf_arg_text("day", chain->day),
					    bf_arg_int("after", chain->last)),
				    &rows, err);

	if (rc != BF_OK)
		return rc;
	for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++)
		rc = add_line(chain, bf_value_at(rows, i), err);
	if (rc == BF_OK)
		rc = link_row(chain, err);
	*ret_more = bf_value_count(rows) > 0;
	return rc;
}

static const char *signed_text(struct bf_pool *pool, const char *day, const char *head)
{
	return bf_pool_printf(pool, "%s %s", day, head);
}

/* ---- closing ---------------------------------------------------------------------------- */

enum sealing { SEALED_NOTHING, SEALED_JOURNALS, SEALED_DAY };

struct closing {
	const char *day;
	const struct bf_ledger_key *key;
	struct bf_ledger_closed closed;
	enum sealing sealed;
};

/* Waits for all that stamps the day, and lets nobody stamp it any more. */
static enum bf_rc close_day(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	const struct closing *closing = arg;
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "ledger_day_lock", BF_NO_ARGS, &row, err);

	if (rc == BF_NOT_FOUND)
		return BF_OK;
	if (rc != BF_OK || !bf_row_is(row, "day", closing->day))
		return rc;
	rc = bf_ask_exec(ask, "ledger_day_open",
			 BF_ARGS(bf_arg_text("day", bf_row_text(row, "next_day"))), err);
	if (rc != BF_OK)
		return rc;
	return bf_ask_exec(ask, "ledger_day_close", BF_ARGS(bf_arg_text("day", closing->day)), err);
}

static const char *sign(struct bf_pool *pool, const struct bf_ledger_key *key, const char *day,
			const char *head)
{
	unsigned char signature[crypto_sign_BYTES];
	const char *text = signed_text(pool, day, head);
	char *hex;

	if (!key || !key->id)
		return NULL;
	crypto_sign_detached(signature, NULL, (const unsigned char *)text, strlen(text),
			     key->secret_key);
	hex = bf_pool_alloc(pool, SIGNATURE_TEXT_BYTES);
	return sodium_bin2hex(hex, SIGNATURE_TEXT_BYTES, signature, sizeof(signature));
}

/* With the first head that it signs a key is published, and never another one under its id. */
static enum bf_rc publish_key(struct bf_ask *ask, const struct bf_ledger_key *key,
			      struct bf_err *err)
{
	char hex[2 * crypto_sign_PUBLICKEYBYTES + 1];
	const struct bf_value *row;
	enum bf_rc rc;

	if (!key || !key->id)
		return BF_OK;
	sodium_bin2hex(hex, sizeof(hex), key->public_key, crypto_sign_PUBLICKEYBYTES);
	rc = bf_ask_exec(ask, "ledger_key_add",
			 BF_ARGS(bf_arg_text("key", key->id), bf_arg_text("public_key", hex)), err);
	if (rc == BF_OK)
		rc = bf_ask_row(ask, "ledger_key_find", BF_ARGS(bf_arg_text("key", key->id)), &row,
				err);
	if (rc == BF_OK && !bf_row_is(row, "public_key", hex))
		return bf_err_set(err, BF_FAULT, "another key was published as \"%s\"", key->id);
	return rc;
}

static enum bf_rc seal_day(struct bf_ask *ask, struct closing *closing, struct bf_err *err)
{
	struct bf_ledger_closed *closed = &closing->closed;
	const char *signature = sign(ask->pool, closing->key, closed->day, closed->head);
	enum bf_rc rc = publish_key(ask, closing->key, err);

	closing->sealed = SEALED_DAY;
	if (rc != BF_OK)
		return rc;
	return bf_ask_exec(ask, "ledger_day_seal",
			   BF_ARGS(bf_arg_text("day", closed->day),
				   bf_arg_int("journals", closed->journals),
				   bf_arg_text("head", closed->head),
				   bf_arg_text("signature", signature),
				   bf_arg_text("signed_with", signature ? closing->key->id : NULL)),
			   err);
}

/*
 * Links some journals of the lowest closed day without a head, or seals it when all are linked: a
 * day may have more than one transaction takes in, and what was linked stays if this is killed.
 */
static enum bf_rc seal_on(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct closing *closing = arg;
	struct bf_ledger_closed *closed = &closing->closed;
	const struct bf_value *row, *last;
	const char *before;
	struct chain chain;
	bool more = false;
	enum bf_rc rc = bf_ask_row(ask, "ledger_day_unchained", BF_NO_ARGS, &row, err);

	closing->sealed = SEALED_NOTHING;
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	before = bf_row_text(row, "before_head");
	snprintf(closed->day, sizeof(closed->day), "%s", bf_row_text(row, "day"));
	rc = bf_ask_row(ask, "ledger_link_last", BF_ARGS(bf_arg_text("day", closed->day)), &last,
			err);
	if (rc != BF_OK && rc != BF_NOT_FOUND)
		return rc;
	if (rc == BF_NOT_FOUND)
		last = NULL;
	begin(&chain, closed->day, last ? bf_row_text(last, "hash") : before[0] ? before : no_head);
	chain.last = bf_row_int(last, "journal_id");
	chain.writes = ask;
	rc = walk_on(ask, &chain, &more, err);
	bf_buf_release(&chain.row);
	closing->sealed = SEALED_JOURNALS;
	if (rc != BF_OK || more)
		return rc;
	print_head(&chain, closed->head);
	closed->journals = bf_row_int(last, "journals");
	return seal_day(ask, closing, err);
}

enum bf_rc bf_ledger_close_day(struct bf_ask *ask, const char *day, const struct bf_ledger_key *key,
			       struct bf_ledger_closed *ret_closed, struct bf_err *err)
{
	struct bf_pool *pool = bf_pool_new(NULL); /* a day may have many rows */
	struct bf_ask own = { ask->db, ask->queries, pool };
	struct closing closing = { .day = day, .key = key };
	struct bf_ledger_closed last = { .day = "" };
	enum bf_rc rc = bf_ask_transaction(&own, close_day, &closing, NULL, err);

	while (rc == BF_OK) {
		bf_pool_clear(pool);
		rc = bf_ask_transaction(&own, seal_on, &closing, NULL, err);
		if (rc != BF_OK || closing.sealed == SEALED_NOTHING)
			break;
		if (closing.sealed == SEALED_DAY)
			last = closing.closed;
	}
	bf_pool_free(pool);
	if (rc == BF_OK)
		*ret_closed = last;
	return rc;
}

/* One transaction: a day that is over is closed, or a closed one is sealed some way on. */
static enum bf_rc close_on(struct bf_ask *ask, struct closing *closing, bool is_open,
			   struct bf_err *err)
{
	return bf_ask_transaction(ask, is_open ? close_day : seal_on, closing, NULL, err);
}

enum bf_rc bf_ledger_close_once(struct bf_ask *ask, const struct bf_secrets *secrets, bool *ret_did,
				struct bf_err *err)
{
	unsigned char seed[BF_SECRET_HASH_BYTES], public_key[crypto_sign_PUBLICKEYBYTES];
	unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
	unsigned char number = bf_secrets_newest(secrets);
	const struct bf_ledger_key key = { bf_pool_printf(ask->pool, "ledger-%d", number),
					   secret_key, public_key };
	struct closing closing = { .key = &key };
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "ledger_day_due", BF_NO_ARGS, &row, err);

	*ret_did = false;
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	if (!bf_secret_hash_with(secrets, number, BF_PURPOSE_LEDGER, BF_STR("ed25519"), seed))
		return bf_err_set(err, BF_FAULT, "there is no key %d", number);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	closing.day = bf_row_text(row, "day");
	rc = close_on(ask, &closing, bf_row_is(row, "state", "open"), err);
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(secret_key, sizeof(secret_key));
	*ret_did = rc == BF_OK;
	return rc;
}

/* ---- checking --------------------------------------------------------------------------- */

/* The public key that a head was signed with: the caller's, else the published one. */
static bool find_key(const struct bf_ledger_key *key, const struct bf_value *row,
		     unsigned char ret_key[crypto_sign_PUBLICKEYBYTES])
{
	const char *hex = bf_row_text(row, "public_key");
	size_t len = 0;

	if (key && key->id && bf_row_is(row, "signed_with", key->id)) {
		memcpy(ret_key, key->public_key, crypto_sign_PUBLICKEYBYTES);
		return true;
	}
	return sodium_hex2bin(ret_key, crypto_sign_PUBLICKEYBYTES, hex, strlen(hex), NULL, &len,
			      NULL) == 0 &&
	       len == crypto_sign_PUBLICKEYBYTES;
}

static bool is_signed(struct bf_pool *pool, const struct bf_ledger_key *key,
		      const struct bf_value *row)
{
	const char *hex = bf_row_text(row, "signature");
	const char *text = signed_text(pool, bf_row_text(row, "day"), bf_row_text(row, "head"));
	unsigned char signature[crypto_sign_BYTES], public_key[crypto_sign_PUBLICKEYBYTES];
	size_t len = 0;

	return find_key(key, row, public_key) &&
	       sodium_hex2bin(signature, sizeof(signature), hex, strlen(hex), NULL, &len, NULL) ==
		       0 &&
	       len == sizeof(signature) &&
	       crypto_sign_verify_detached(signature, (const unsigned char *)text, strlen(text),
					   public_key) == 0;
}

static enum bf_rc check_lost(struct bf_ask *ask, const char *day, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, "ledger_link_lost", BF_ARGS(bf_arg_text("day", day)), &row, err);

	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	return bf_err_set(err, BF_CONFLICT, "journal %lld of %s is gone",
			  (long long)bf_row_int(row, "journal_id"), day);
}

/* The journals of a sealed day, each against its link, and all of them against the head. */
static enum bf_rc check_day(struct bf_ask *ask, const struct bf_value *day, const char *before,
			    struct bf_err *err)
{
	struct bf_pool *pool = bf_pool_new(NULL); /* of a page of rows: a day may have many */
	struct bf_ask page = { ask->db, ask->queries, pool };
	char head[BF_LEDGER_HEAD_BYTES];
	struct chain chain;
	bool more = true;
	enum bf_rc rc = check_lost(ask, bf_row_text(day, "day"), err);

	begin(&chain, bf_row_text(day, "day"), before);
	while (rc == BF_OK && more) {
		bf_pool_clear(pool);
		rc = walk_on(&page, &chain, &more, err);
	}
	print_head(&chain, head);
	bf_buf_release(&chain.row);
	bf_pool_free(pool);
	if (rc == BF_OK &&
	    (!bf_row_is(day, "head", head) || chain.journals != bf_row_int(day, "journals")))
		return bf_err_set(err, BF_CONFLICT,
				  "the journals of %s are not those that were sealed",
				  bf_row_text(day, "day"));
	return rc;
}

enum bf_rc bf_ledger_check_chain(struct bf_ask *ask, const struct bf_ledger_key *key,
				 struct bf_err *err)
{
	const struct bf_value *days;
	const char *before = no_head;
	enum bf_rc rc = bf_ask_rows(ask, "ledger_days_sealed", BF_NO_ARGS, &days, err);

	for (size_t i = 0; rc == BF_OK && i < bf_value_count(days); i++) {
		const struct bf_value *row = bf_value_at(days, i);

		rc = check_day(ask, row, before, err);
		before = bf_row_text(row, "head");
		if (rc == BF_OK && bf_row_text(row, "signed_with")[0] &&
		    !is_signed(ask->pool, key, row))
			return bf_err_set(err, BF_CONFLICT,
					  "the head of %s is not signed by \"%s\"",
					  bf_row_text(row, "day"), bf_row_text(row, "signed_with"));
	}
	return rc;
}
