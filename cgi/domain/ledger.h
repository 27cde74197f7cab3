/*
 * ledger: journals of two lines or more that sum to zero; debit is +, credit is -. What may be
 * posted is a const table of money events with the accounts each may touch: no caller invents
 * one. A journal is never changed; a correction mirrors it and names it.
 *
 * All but bf_ledger_close_day and the checks run inside the caller's transaction, after its
 * posts, holds and payments are locked: accounts are locked in ascending order of their numbers,
 * then the current day, whose chain the journal will be part of.
 */
#ifndef BF_DOMAIN_LEDGER_H
#define BF_DOMAIN_LEDGER_H

#include "domain/ask.h"
#include "domain/secret.h"

enum {
	BF_LEDGER_CODE_BYTES = 65,
	BF_LEDGER_LINES_MAX = 16,
	BF_LEDGER_HEAD_BYTES = 65, /* 32 bytes in hexadecimal, and NUL */
};

/* The money events. The subject and step of a journal follow from it. */
enum bf_posting {
	BF_POSTING_GIFT,             /* clearing / escrow: paid for a post */
	BF_POSTING_GIFT_FROM_WALLET, /* wallet / escrow */
	BF_POSTING_LATE,             /* clearing / refund_payable: paid for what was gone */
	BF_POSTING_REFUND_ACCEPTED,  /* escrow / refund_payable */
	BF_POSTING_REFUND_PAID,      /* refund_payable / clearing or custody */
	BF_POSTING_REFUND_KEPT,      /* refund_payable / wallet */
	BF_POSTING_REST_MOVED,       /* escrow / another escrow, or wallets */
	BF_POSTING_GRANT,            /* pool / escrow */
	BF_POSTING_POOL_FILLED,      /* custody / pool */
	BF_POSTING_PAYOUT_REQUESTED, /* escrow / payable */
	BF_POSTING_PAYOUT_CANCELLED, /* payable / escrow */
	BF_POSTING_PAYOUT_SENT,      /* payable / transit_out */
	BF_POSTING_PAYOUT_CONFIRMED, /* transit_out / custody */
	BF_POSTING_PAYOUT_RETURNED,  /* transit_out / payable */
	BF_POSTING_SETTLED,          /* custody, fee_due / clearing */
	BF_POSTING_FEE_MADE_GOOD,    /* custody / fee_due */
	BF_POSTING_WITHDRAWAL,       /* wallet / transit_out */
	BF_POSTING_UNKNOWN,          /* clearing, custody / suspense: money without an owner */
	BF_POSTING_FOUND,            /* suspense / the account of its owner */
	BF_POSTING_CHARGED_BACK,     /* escrow or the general pool / clearing */
	BF_POSTING__MAX
};

struct bf_ledger_line {
	char code[BF_LEDGER_CODE_BYTES];
	int64_t fen;
};

struct bf_journal {
	enum bf_posting posting;
	int64_t subject; /* the payment, refund, payout, ... */
	size_t count;
	struct bf_ledger_line lines[BF_LEDGER_LINES_MAX];
};

/* Adds a line: the account "KIND:ID", "KIND:NAME" where id is 0, "KIND:NAME:ID" with both. */
void bf_journal_line(struct bf_journal *journal, const char *kind, const char *name, int64_t id,
		     int64_t fen);
/*
 * Posts a journal. BF_CONFLICT where it was posted already (its subject and step), or an account
 * would owe less than nothing; BF_FAULT where it is not balanced, not in the table, or overflows.
 */
BF_MUST_CHECK enum bf_rc bf_ledger_post(struct bf_ask *ask, const struct bf_journal *journal,
					struct bf_err *err);
/* Takes a journal back by its mirror, as the step "mirrored" of a case ("case", its number). */
BF_MUST_CHECK enum bf_rc bf_ledger_mirror(struct bf_ask *ask, int64_t journal, int64_t case_number,
					  struct bf_err *err);
/* What is owed to an account such as "wallet:17"; 0 where there is none yet. */
BF_MUST_CHECK enum bf_rc bf_ledger_owed(struct bf_ask *ask, const char *code, int64_t *ret_fen,
					struct bf_err *err);

/* Splits fen by weights, exactly: largest remainders first, ties by the lower place. Weights are
 * not negative and at least one is above 0. */
void bf_ledger_split(int64_t fen, const int64_t *weights, size_t count, int64_t *ret_parts);

/* ---- the daily chain -------------------------------------------------------------------- */

struct bf_ledger_key {
	const char *id;                  /* NULL: heads are not signed */
	const unsigned char *secret_key; /* Ed25519, 64 bytes: to sign */
	const unsigned char *public_key; /* 32 bytes: to check */
};

struct bf_ledger_closed {
	char day[11]; /* "2026-11-25", or "" where nothing was to be closed */
	char head[BF_LEDGER_HEAD_BYTES];
	int64_t journals;
};

/*
 * Closes the lowest open day if it is `day` (later journals are stamped with the next), then
 * seals every closed day: h(0) is the head of the day before (64 zeros for the first), h(n) =
 * BLAKE2b-256(h(n-1), canonical row n), by ascending journal; each h(n) is kept as the journal's
 * link; signed is "DAY HEAD", and the key is published. Begins its own transactions; goes on
 * where it was killed. *ret_closed is the last day sealed.
 */
BF_MUST_CHECK enum bf_rc bf_ledger_close_day(struct bf_ask *ask, const char *day,
					     const struct bf_ledger_key *key,
					     struct bf_ledger_closed *ret_closed,
					     struct bf_err *err);
/* A job's step, one transaction of that: the lowest day that is over in Shanghai is closed, or a
 * closed one sealed, at most 200 journals at once, by a key made of the newest of the secrets.
 * *ret_did is false where nothing is due. */
BF_MUST_CHECK enum bf_rc bf_ledger_close_once(struct bf_ask *ask, const struct bf_secrets *secrets,
					      bool *ret_did, struct bf_err *err);
/* Recomputes the chain. BF_CONFLICT names the first journal with its day, or the day, that is not
 * what was sealed. Signatures are checked by key where it has their id, else by the published
 * ones. Needs sql/money/chain.sql alone. */
BF_MUST_CHECK enum bf_rc bf_ledger_check_chain(struct bf_ask *ask, const struct bf_ledger_key *key,
					       struct bf_err *err);

#endif
