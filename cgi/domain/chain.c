/* chain: the days of the ledger, closed, chained and signed; declared in ledger.h. */
#include <sodium.h>

#include "base/buf.h"
#include "domain/ledger.h"

enum { HASH_BYTES = 32, SIGNATURE_TEXT_BYTES = 2 * crypto_sign_BYTES + 1 };

static const char no_head[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* ---- computing -------------------------------------------------------------------------- */

struct chain {
	unsigned char hash[HASH_BYTES];
	int64_t journals, last; /* how many, and the last one's number */
	struct bf_buf row;      /* the canonical text of the journal at hand */
};

static void begin(struct chain *chain, const char *head)
{
	*chain = (struct chain){ .last = 0 };
	if (sodium_hex2bin(chain->hash, sizeof(chain->hash), head, strlen(head), NULL, NULL, NULL))
		memset(chain->hash, 0, sizeof(chain->hash));
	bf_buf_init(&chain->row);
}

/* The journal at hand is whole: its text joins the chain. */
static void link_row(struct chain *chain)
{
	crypto_generichash_state state;

	if (!chain->row.len)
		return;
	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	crypto_generichash_update(&state, chain->hash, HASH_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)chain->row.data, chain->row.len);
	crypto_generichash_final(&state, chain->hash, HASH_BYTES);
	chain->journals++;
	bf_buf_clear(&chain->row);
}

/* "12 payment 7 paid 0 2026-11-25 08:00:00.000\n", then "31 escrow:7 -500\n" for each line. */
static void add_line(struct chain *chain, const struct bf_value *row)
{
	int64_t id = bf_row_int(row, "id");

	if (id != chain->last) {
		link_row(chain);
		bf_buf_printf(&chain->row, "%lld %s %lld %s %lld %s\n", (long long)id,
			      bf_row_text(row, "subject_kind"),
			      (long long)bf_row_int(row, "subject_id"), bf_row_text(row, "step"),
			      (long long)bf_row_int(row, "mirrors"), bf_row_text(row, "at"));
		chain->last = id;
	}
	bf_buf_printf(&chain->row, "%lld %s %lld\n", (long long)bf_row_int(row, "line"),
		      bf_row_text(row, "code"), (long long)bf_row_int(row, "fen"));
}

/* Walks the journals of a day. Rows go with a pool of their own: a day may have many. */
static enum bf_rc walk(const struct bf_ask *ask, const char *day, struct chain *chain,
		       struct bf_err *err)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_ask page = { ask->db, ask->queries, pool };
	const struct bf_value *rows;
	enum bf_rc rc;

	do {
		bf_pool_clear(pool);
		rc = bf_ask_rows(&page, "ledger_day_rows",
				 BF_ARGS(bf_arg_text("day", day), bf_arg_int("after", chain->last)),
				 &rows, err);
		for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++)
			add_line(chain, bf_value_at(rows, i));
		link_row(chain);
	} while (rc == BF_OK && bf_value_count(rows));
	bf_pool_free(pool);
	return rc;
}

/* The head of a day behind that of the day before. */
static enum bf_rc head_of(const struct bf_ask *ask, const char *day, const char *before,
			  char ret_head[BF_LEDGER_HEAD_BYTES], int64_t *ret_journals,
			  struct bf_err *err)
{
	struct chain chain;
	enum bf_rc rc;

	begin(&chain, before);
	rc = walk(ask, day, &chain, err);
	bf_buf_release(&chain.row);
	if (rc != BF_OK)
		return rc;
	sodium_bin2hex(ret_head, BF_LEDGER_HEAD_BYTES, chain.hash, sizeof(chain.hash));
	*ret_journals = chain.journals;
	return BF_OK;
}

static const char *signed_text(struct bf_pool *pool, const char *day, const char *head)
{
	return bf_pool_printf(pool, "%s %s", day, head);
}

/* ---- closing ---------------------------------------------------------------------------- */

struct closing {
	const char *day;
	const struct bf_ledger_key *key;
	struct bf_ledger_closed closed;
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

/* Seals the lowest closed day without a head; none leaves closed.day as "". */
static enum bf_rc seal_day(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct closing *closing = arg;
	struct bf_ledger_closed *closed = &closing->closed;
	const struct bf_ledger_key *key = closing->key;
	const struct bf_value *row;
	const char *signature, *before;
	enum bf_rc rc = bf_ask_row(ask, "ledger_day_unchained", BF_NO_ARGS, &row, err);

	closed->day[0] = '\0';
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	before = bf_row_text(row, "before_head");
	rc = head_of(ask, bf_row_text(row, "day"), before[0] ? before : no_head, closed->head,
		     &closed->journals, err);
	if (rc != BF_OK)
		return rc;
	snprintf(closed->day, sizeof(closed->day), "%s", bf_row_text(row, "day"));
	signature = sign(ask->pool, key, closed->day, closed->head);
	return bf_ask_exec(ask, "ledger_day_seal",
			   BF_ARGS(bf_arg_text("day", closed->day),
				   bf_arg_int("journals", closed->journals),
				   bf_arg_text("head", closed->head),
				   bf_arg_text("signature", signature),
				   bf_arg_text("signed_with", signature ? key->id : NULL)),
			   err);
}

enum bf_rc bf_ledger_close_day(struct bf_ask *ask, const char *day, const struct bf_ledger_key *key,
			       struct bf_ledger_closed *ret_closed, struct bf_err *err)
{
	struct closing closing = { .day = day, .key = key };
	struct bf_ledger_closed last = { .day = "" };
	enum bf_rc rc = bf_ask_transaction(ask, close_day, &closing, NULL, err);

	while (rc == BF_OK) {
		rc = bf_ask_transaction(ask, seal_day, &closing, NULL, err);
		if (rc == BF_OK && !closing.closed.day[0])
			break;
		last = closing.closed;
	}
	if (rc == BF_OK)
		*ret_closed = last;
	return rc;
}

/* ---- checking --------------------------------------------------------------------------- */

static bool is_signed(struct bf_pool *pool, const struct bf_ledger_key *key,
		      const struct bf_value *row)
{
	const char *hex = bf_row_text(row, "signature");
	const char *text = signed_text(pool, bf_row_text(row, "day"), bf_row_text(row, "head"));
	unsigned char signature[crypto_sign_BYTES];
	size_t len = 0;

	return sodium_hex2bin(signature, sizeof(signature), hex, strlen(hex), NULL, &len, NULL) ==
		       0 &&
	       len == sizeof(signature) &&
	       crypto_sign_verify_detached(signature, (const unsigned char *)text, strlen(text),
					   key->public_key) == 0;
}

enum bf_rc bf_ledger_check_chain(struct bf_ask *ask, const struct bf_ledger_key *key,
				 struct bf_err *err)
{
	const struct bf_value *days;
	const char *before = no_head;
	enum bf_rc rc = bf_ask_rows(ask, "ledger_days_sealed", BF_NO_ARGS, &days, err);

	for (size_t i = 0; rc == BF_OK && i < bf_value_count(days); i++) {
		const struct bf_value *row = bf_value_at(days, i);
		char head[BF_LEDGER_HEAD_BYTES];
		int64_t journals;

		rc = head_of(ask, bf_row_text(row, "day"), before, head, &journals, err);
		if (rc != BF_OK)
			return rc;
		before = bf_row_text(row, "head");
		if (strcmp(head, before) != 0 || journals != bf_row_int(row, "journals"))
			return bf_err_set(err, BF_CONFLICT,
					  "the journals of %s are not those that were sealed",
					  bf_row_text(row, "day"));
		if (key && key->id && bf_row_is(row, "signed_with", key->id) &&
		    !is_signed(ask->pool, key, row))
			return bf_err_set(err, BF_CONFLICT,
					  "the head of %s is not signed by \"%s\"",
					  bf_row_text(row, "day"), key->id);
	}
	return rc;
}
