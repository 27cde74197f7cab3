/*
 * payment: money that somebody gives, from the hold that keeps its place free to the journal
 * and the receipt; and refund, an object of its own. Both move by their state tables.
 *
 * All of these run inside the caller's transaction and lock post, hold, payment, refund, ledger.
 * Where the gateway is to be asked, the caller does it between two transactions, with the number
 * that is written before: whoever dies in between finds it again (domain/settle.h).
 *
 * BF_CONFLICT is a refusal by state or amount; BF_DENIED a notice that is not about our row.
 */
#ifndef BF_DOMAIN_PAYMENT_H
#define BF_DOMAIN_PAYMENT_H

#include "domain/receipt.h"

enum {
	BF_PAYMENT_NUMBER_BYTES = 21,
	BF_PAYMENT_CLOSES_BEFORE_S = 180, /* the gateway's order, before the hold ends */
	BF_REFUND_ALONE_MAX_FEN = 100000, /* above it two people agree to a refund */
	BF_REFUND_PARTS_MAX = 50,
};

#define BF_CHANNEL_WALLET "wallet" /* the core's own channel: what a donor got back */
#define BF_CURRENCY "CNY"

/* What a payer asks for. */
struct bf_payment_wish {
	int64_t post, account;
	int64_t household; /* of the payer, 0: none. Nobody pays to themselves. */
	int64_t fen;
	const char *channel, *merchant;
	bool anonymous;
	const char *words, *dedication; /* or NULL; kept with the payment, shown with the gift */
};

struct bf_payment_made {
	int64_t id, hold, expires_ms;
	char number[BF_PAYMENT_NUMBER_BYTES]; /* the order's, at the gateway */
	int64_t left;                         /* set where it is refused for want of room */
	bool stopped; /* refused because payments of its city are stopped (payment_stop.h) */
};

/* Claims the gap and writes down what for. Nothing is charged. A refusal says what is left. */
BF_MUST_CHECK enum bf_rc bf_payment_create(struct bf_ask *ask, const struct bf_payment_wish *wish,
					   struct bf_payment_made *ret_made, struct bf_err *err);
/* When the gateway's order has to close, wall ms; BF_CONFLICT where that is over already. */
BF_MUST_CHECK enum bf_rc bf_payment_closes(struct bf_ask *ask, int64_t payment,
					   int64_t *ret_closes_ms, struct bf_err *err);
/* The gateway has opened the order. The same again is BF_OK. */
BF_MUST_CHECK enum bf_rc bf_payment_pending(struct bf_ask *ask, int64_t payment,
					    const char *gateway_id, struct bf_err *err);

/* What a gateway said of an order, after its signature was verified. */
struct bf_payment_report {
	const char *channel, *merchant, *number, *gateway_id, *currency;
	int64_t fen;
};

enum bf_paid {
	BF_PAID_GIFT,    /* it is a gift now */
	BF_PAID_LATE,    /* what it was for is gone: it goes back by itself */
	BF_PAID_ALREADY, /* nothing changed: it was settled before, or this came after success */
};

struct bf_payment_settled {
	enum bf_paid outcome;
	int64_t payment, post;
	int64_t refund; /* of BF_PAID_LATE */
	struct bf_receipt receipt;
};

/*
 * The money is there: hold taken, gift, journal, receipt and events at once, or a late payment
 * takes what is left, or a refund of the whole begins. A repeat changes nothing. BF_NOT_FOUND for
 * an unknown number, BF_DENIED where channel, merchant, currency or amount are not ours.
 */
BF_MUST_CHECK enum bf_rc bf_payment_succeed(struct bf_ask *ask, const char *issuer,
					    const struct bf_payment_report *report,
					    struct bf_payment_settled *ret_settled,
					    struct bf_err *err);
/* The gateway says that it failed: the hold is released. After success, or again: ignored. */
BF_MUST_CHECK enum bf_rc bf_payment_fail(struct bf_ask *ask, const struct bf_payment_report *report,
					 enum bf_paid *ret_outcome, struct bf_err *err);
/* The gateway's order is closed, or never was: payment and hold expire. After any end: ignored. */
BF_MUST_CHECK enum bf_rc bf_payment_expire(struct bf_ask *ask, int64_t payment, struct bf_err *err);
/* A gift from the donor's wallet, whole: no gateway is asked. BF_CONFLICT where too little is in
 * it. wish->channel has to be BF_CHANNEL_WALLET. */
BF_MUST_CHECK enum bf_rc bf_payment_from_wallet(struct bf_ask *ask, const char *issuer,
						const struct bf_payment_wish *wish,
						struct bf_payment_settled *ret_settled,
						struct bf_err *err);

/* ---- refunds ---------------------------------------------------------------------------- */

struct bf_refund_wish {
	int64_t payment, fen;
	const char *kind;   /* of the table's list: "payer", "failed_project", ... */
	bool to_wallet;     /* kept there instead of sent back */
	const char *reason; /* at most 200 characters; NULL: none */
	int64_t requester;  /* account; 0: a job */
};

/*
 * Asks for a refund: of a payment that succeeded, at most what of it was not given back; behind 50
 * parts, and after 365 days, to the wallet only. Kinds over_capacity, late,
 * failed_project and cancelled are approved at once.
 */
BF_MUST_CHECK enum bf_rc bf_refund_request(struct bf_ask *ask, const struct bf_refund_wish *wish,
					   int64_t *ret_refund, struct bf_err *err);
/*
 * Agrees: the money is owed from here on, and the post has its gap again. Above
 * BF_REFUND_ALONE_MAX_FEN two people agree, *ret_done false says that one is to follow; nobody
 * agrees to what they asked for. approver 0 is the core's own decision.
 */
BF_MUST_CHECK enum bf_rc bf_refund_approve(struct bf_ask *ask, int64_t refund, int64_t approver,
					   bool *ret_done, struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_refund_reject(struct bf_ask *ask, int64_t refund, int64_t actor,
					  const char *reason, struct bf_err *err);
/* It goes to the gateway, by its one number, at each attempt. */
BF_MUST_CHECK enum bf_rc bf_refund_sent(struct bf_ask *ask, int64_t refund, struct bf_err *err);
/* The gateway has given it back; again is BF_OK. gateway_id may be NULL. */
BF_MUST_CHECK enum bf_rc bf_refund_succeeded(struct bf_ask *ask, int64_t refund,
					     const char *gateway_id, struct bf_err *err);
/* What a gateway said of a refund, after its signature was verified. */
struct bf_refund_report {
	const char *channel, *merchant, *number, *payment, *gateway_id, *currency;
	int64_t fen;
	bool succeeded;
};
/* The same by the refund's number; BF_DENIED where the report is not about our row. */
BF_MUST_CHECK enum bf_rc
bf_refund_reported(struct bf_ask *ask, const struct bf_refund_report *report, struct bf_err *err);
/* It did not; a job sends it again. After success: ignored. */
BF_MUST_CHECK enum bf_rc bf_refund_failed(struct bf_ask *ask, int64_t refund, struct bf_err *err);

#endif
