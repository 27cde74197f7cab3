#include "domain/ledger.h"

#include <sodium.h>

enum { PREFIXES_MAX = 4 };

/* ---- the tables ------------------------------------------------------------------------- */

/* The chart of accounts, by what stands before the first ":". */
static const struct {
	const char *kind, *class;
} chart[] = {
	{ "clearing", "asset" },
	{ "custody", "asset" },
	{ "fee_due", "asset" },
	{ "merchant_due", "asset" },
	{ "escrow", "liability" },
	{ "pool", "liability" },
	{ "wallet", "liability" },
	{ "payable", "liability" },
	{ "transit_out", "liability" },
	{ "suspense", "liability" },
	{ "refund_payable", "liability" },
	{ "commission", "income" },
};

static const struct {
	const char *subject, *step;
	const char *debits[PREFIXES_MAX], *credits[PREFIXES_MAX];
} postings[BF_POSTING__MAX] = {
	[BF_POSTING_GIFT] = { "payment", "paid", { "clearing" }, { "escrow" } },
	[BF_POSTING_GIFT_FROM_WALLET] = { "payment", "paid", { "wallet" }, { "escrow" } },
	[BF_POSTING_LATE] = { "payment", "late", { "clearing" }, { "refund_payable" } },
	[BF_POSTING_REFUND_ACCEPTED] = { "refund", "accepted", { "escrow" }, { "refund_payable" } },
	[BF_POSTING_REFUND_PAID] = { "refund",
				     "succeeded",
				     { "refund_payable" },
				     { "clearing", "custody" } },
	[BF_POSTING_REFUND_KEPT] = { "refund", "succeeded", { "refund_payable" }, { "wallet" } },
	[BF_POSTING_REST_MOVED] = { "rest", "moved", { "escrow" }, { "escrow", "wallet" } },
	[BF_POSTING_GRANT] = { "grant", "granted", { "pool" }, { "escrow" } },
	[BF_POSTING_POOL_FILLED] = { "pool_filling", "filled", { "custody" }, { "pool" } },
	[BF_POSTING_PAYOUT_REQUESTED] = { "payout", "requested", { "escrow" }, { "payable" } },
	[BF_POSTING_PAYOUT_CANCELLED] = { "payout", "cancelled", { "payable" }, { "escrow" } },
	[BF_POSTING_PAYOUT_SENT] = { "payout", "sent", { "payable" }, { "transit_out" } },
	[BF_POSTING_PAYOUT_CONFIRMED] = { "payout", "confirmed", { "transit_out" }, { "custody" } },
	[BF_POSTING_PAYOUT_RETURNED] = { "payout", "returned", { "transit_out" }, { "payable" } },
	[BF_POSTING_SETTLED] = { "settlement",
				 "settled",
				 { "custody", "fee_due" },
				 { "clearing" } },
	[BF_POSTING_FEE_MADE_GOOD] = { "fee", "made_good", { "custody" }, { "fee_due" } },
	[BF_POSTING_WITHDRAWAL] = { "withdrawal", "sent", { "wallet" }, { "transit_out" } },
	[BF_POSTING_UNKNOWN] = { "suspense", "taken", { "clearing", "custody" }, { "suspense" } },
	[BF_POSTING_FOUND] = { "suspense",
			       "found",
			       { "suspense" },
			       { "escrow", "wallet", "refund_payable", "payable" } },
	[BF_POSTING_CHARGED_BACK] = { "payment",
				      "charged_back",
				      { "escrow", "pool" },
				      { "clearing" } },
};

static bool is_kind(const char *code, const char *kind)
{
	size_t len = strlen(kind);

	return strncmp(code, kind, len) == 0 && (code[len] == ':' || !code[len]);
}

static bool is_allowed(const char *code, const char *const kinds[PREFIXES_MAX])
{
	for (size_t i = 0; i < PREFIXES_MAX && kinds[i]; i++)
		if (is_kind(code, kinds[i]))
			return true;
	return false;
}

static const char *class_of(const char *code)
{
	for (size_t i = 0; i < sizeof(chart) / sizeof(chart[0]); i++)
		if (is_kind(code, chart[i].kind))
			return chart[i].class;
	return NULL;
}

void bf_journal_line(struct bf_journal *journal, const char *kind, const char *name, int64_t id,
		     int64_t fen)
{
	struct bf_ledger_line *line = &journal->lines[journal->count];
	char number[24] = "";
	int len;

	if (journal->count == BF_LEDGER_LINES_MAX)
		BF_BUG("a journal has at most %d lines", BF_LEDGER_LINES_MAX);
	if (id)
		snprintf(number, sizeof(number), "%lld", (long long)id);
	len = snprintf(line->code, sizeof(line->code), "%s:%s%s%s", kind, name ? name : "",
		       name && id ? ":" : "", number);
	if (len < 0 || (size_t)len >= sizeof(line->code))
		BF_BUG("the code of an account has at most %d characters",
		       BF_LEDGER_CODE_BYTES - 1);
	line->fen = fen;
	journal->count++;
}

/* ---- posting ---------------------------------------------------------------------------- */

/* A journal as it is written, of an event or a mirror. */
struct entry {
	const char *subject, *step;
	int64_t id, mirrors;
	size_t count;
	const struct bf_ledger_line *lines;
	int64_t accounts[BF_LEDGER_LINES_MAX];
};

static enum bf_rc check_balance(const struct entry *entry, struct bf_err *err)
{
	int64_t sum = 0;

	for (size_t i = 0; i < entry->count; i++) {
		if (!entry->lines[i].fen || !class_of(entry->lines[i].code))
			return bf_err_set(err, BF_FAULT, "a line of %lld fen on account \"%s\"",
					  (long long)entry->lines[i].fen, entry->lines[i].code);
		if (__builtin_add_overflow(sum, entry->lines[i].fen, &sum))
			return bf_err_set(err, BF_FAULT, "a journal overflows");
	}
	if (entry->count < 2 || sum)
		return bf_err_set(err, BF_FAULT, "a journal of %zu lines sums to %lld",
				  entry->count, (long long)sum);
	return BF_OK;
}

static enum bf_rc check_table(const struct bf_journal *journal, struct bf_err *err)
{
	for (size_t i = 0; i < journal->count; i++) {
		const struct bf_ledger_line *line = &journal->lines[i];

		if (!is_allowed(line->code, line->fen > 0 ? postings[journal->posting].debits
							  : postings[journal->posting].credits))
			return bf_err_set(err, BF_FAULT,
					  "the step \"%s\" of a %s does not %s account \"%s\"",
					  postings[journal->posting].step,
					  postings[journal->posting].subject,
					  line->fen > 0 ? "debit" : "credit", line->code);
	}
	return BF_OK;
}

static enum bf_rc find_account(struct bf_ask *ask, const char *code, int64_t *ret_id,
			       struct bf_err *err)
{
	const struct bf_arg *args = BF_ARGS(bf_arg_text("code", code));
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "ledger_account_find", args, &row, NULL);

	if (rc == BF_NOT_FOUND) {
		rc = bf_ask_exec(ask, "ledger_account_add",
				 BF_ARGS(bf_arg_text("code", code),
					 bf_arg_text("class", class_of(code))),
				 err);
		if (rc == BF_OK)
			rc = bf_ask_row(ask, "ledger_account_find", args, &row, err);
	}
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND
			       ? bf_err_set(err, BF_FAULT, "no account \"%s\"", code)
			       : bf_err_set(err, rc, "account \"%s\" was not found", code);
	*ret_id = bf_row_int(row, "id");
	return BF_OK;
}

/* Changes the balances, in ascending order of the accounts. */
static enum bf_rc change_balances(struct bf_ask *ask, struct entry *entry, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; i < entry->count && rc == BF_OK; i++)
		rc = find_account(ask, entry->lines[i].code, &entry->accounts[i], err);
	for (int64_t last = 0; rc == BF_OK;) {
		int64_t next = 0, fen = 0, matched = 0;
		const char *code = "";

		for (size_t i = 0; i < entry->count; i++)
			if (entry->accounts[i] > last && (!next || entry->accounts[i] < next))
				next = entry->accounts[i];
		if (!next)
			break;
		for (size_t i = 0; i < entry->count; i++)
			if (entry->accounts[i] == next) {
				fen += entry->lines[i].fen;
				code = entry->lines[i].code;
			}
		rc = bf_ask_change(ask, "ledger_account_change",
				   BF_ARGS(bf_arg_int("id", next), bf_arg_int("fen", fen)),
				   &matched, err);
		if (rc == BF_OK && matched != 1)
			return bf_err_set(
				err, BF_CONFLICT,
				"account \"%s\" does not hold the %lld fen that are wanted", code,
				(long long)fen);
		last = next;
	}
	return rc;
}

/* The day that a journal of now belongs to. */
static enum bf_rc current_day(struct bf_ask *ask, const char **ret_day, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "ledger_day_current", BF_NO_ARGS, &row, err);

	if (rc == BF_NOT_FOUND) {
		rc = bf_ask_exec(ask, "ledger_day_begin", BF_NO_ARGS, err);
		if (rc == BF_OK)
			rc = bf_ask_row(ask, "ledger_day_current", BF_NO_ARGS, &row, err);
	}
	if (rc == BF_OK)
		*ret_day = bf_row_text(row, "day");
	return rc;
}

/* What the database holds of a journal has to be what a journal is. */
static enum bf_rc check_written(struct bf_ask *ask, int64_t journal, size_t count,
				struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "ledger_journal_sum",
				   BF_ARGS(bf_arg_int("journal", journal)), &row, err);

	if (rc == BF_OK &&
	    (bf_row_int(row, "fen") || bf_row_int(row, "line_count") != (int64_t)count))
		return bf_err_set(err, BF_FAULT, "journal %lld was written as %lld lines of %lld",
				  (long long)journal, (long long)bf_row_int(row, "line_count"),
				  (long long)bf_row_int(row, "fen"));
	return rc;
}

static enum bf_rc write_entry(struct bf_ask *ask, struct entry *entry, struct bf_err *err)
{
	int64_t journal = 0;
	const char *day;
	enum bf_rc rc = check_balance(entry, err);

	if (rc == BF_OK)
		rc = change_balances(ask, entry, err);
	if (rc == BF_OK)
		rc = current_day(ask, &day, err);
	if (rc == BF_OK)
		rc = bf_ask_add(ask, "ledger_journal_add",
				BF_ARGS(bf_arg_text("subject_kind", entry->subject),
					bf_arg_int("subject", entry->id),
					bf_arg_text("step", entry->step),
					bf_arg_id("mirrors", entry->mirrors),
					bf_arg_text("day", day)),
				&journal, err);
	for (size_t i = 0; i < entry->count && rc == BF_OK; i++)
		rc = bf_ask_exec(ask, "ledger_line_add",
				 BF_ARGS(bf_arg_int("journal", journal),
					 bf_arg_int("account", entry->accounts[i]),
					 bf_arg_int("fen", entry->lines[i].fen)),
				 err);
	return rc == BF_OK ? check_written(ask, journal, entry->count, err) : rc;
}

enum bf_rc bf_ledger_post(struct bf_ask *ask, const struct bf_journal *journal, struct bf_err *err)
{
	struct entry entry = { .subject = postings[journal->posting].subject,
			       .step = postings[journal->posting].step,
			       .id = journal->subject,
			       .count = journal->count,
			       .lines = journal->lines };
	enum bf_rc rc = check_table(journal, err);

	return rc == BF_OK ? write_entry(ask, &entry, err) : rc;
}

enum bf_rc bf_ledger_mirror(struct bf_ask *ask, int64_t journal, int64_t case_number,
			    struct bf_err *err)
{
	struct bf_journal mirror = { .count = 0 };
	const struct bf_value *rows;
	struct entry entry;
	enum bf_rc rc = bf_ask_rows(ask, "ledger_journal_lines",
				    BF_ARGS(bf_arg_int("journal", journal)), &rows, err);

	if (rc != BF_OK)
		return rc;
	if (bf_value_count(rows) > BF_LEDGER_LINES_MAX)
		return bf_err_set(err, BF_FAULT, "journal %lld has too many lines to be mirrored",
				  (long long)journal);
	for (size_t i = 0; i < bf_value_count(rows); i++) {
		const struct bf_value *row = bf_value_at(rows, i);
		struct bf_ledger_line *line = &mirror.lines[mirror.count++];

		snprintf(line->code, sizeof(line->code), "%s", bf_row_text(row, "code"));
		line->fen = -bf_row_int(row, "fen");
	}
	entry = (struct entry){ .subject = "case",
				.step = "mirrored",
				.id = case_number,
				.mirrors = journal,
				.count = mirror.count,
				.lines = mirror.lines };
	return write_entry(ask, &entry, err);
}

enum bf_rc bf_ledger_owed(struct bf_ask *ask, const char *code, int64_t *ret_fen,
			  struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(ask, "ledger_account_find", BF_ARGS(bf_arg_text("code", code)),
				   &row, err);

	if (rc == BF_OK || rc == BF_NOT_FOUND)
		*ret_fen = rc == BF_OK ? -bf_row_int(row, "balance_fen") : 0;
	return rc == BF_NOT_FOUND ? BF_OK : rc;
}

/* ---- splitting -------------------------------------------------------------------------- */

void bf_ledger_split(int64_t fen, const int64_t *weights, size_t count, int64_t *ret_parts)
{
	__extension__ typedef __int128 wide;
	wide all = 0;
	int64_t left = fen;

	for (size_t i = 0; i < count; i++)
		all += weights[i];
	if (all <= 0 || fen < 0)
		BF_BUG("%lld fen cannot be split by these weights", (long long)fen);
	for (size_t i = 0; i < count; i++)
		left -= ret_parts[i] = (int64_t)((wide)fen * weights[i] / all);
	/* fewer fen are left than there are parts with a remainder: each takes one at most */
	for (; left > 0; left--) {
		size_t best = count;
		wide largest = 0;

		for (size_t i = 0; i < count; i++) {
			wide rest = (wide)fen * weights[i] - (wide)ret_parts[i] * all;

			if (rest > largest) {
				largest = rest;
				best = i;
			}
		}
		if (best == count)
			BF_BUG("a split left %lld fen over", (long long)left);
		ret_parts[best]++;
	}
}
