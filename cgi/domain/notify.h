/*
 * notify: from what happened to who is told. An act writes its event and is done; a job reads the
 * events, writes a notice into the account of each person that they concern, and queues a copy for
 * their phone or mailbox (domain/outbox.h). Nothing that goes wrong here reaches the act.
 *
 * Events are read at least once and told once: a notice is unique for event and person, and the
 * notices of a batch are committed together with what is remembered of it.
 */
#ifndef BF_DOMAIN_NOTIFY_H
#define BF_DOMAIN_NOTIFY_H

#include "domain/ask.h"

enum bf_audience {
	BF_TO_PAYER,     /* of a payment, gift or refund */
	BF_TO_FAMILY,    /* the household's accounts, and the one that wrote the post for it */
	BF_TO_REVIEWERS, /* the office of the post's open step */
	BF_TO_DONORS,    /* all who gave to the post */
	BF_TO_PAYEE,     /* the household's accounts, and who entered its bank account before */
	BF_TO_ADDRESS,   /* a phone or mailbox alone: no account has it as a notice */
	BF_TO_LEADS,     /* the office above the one that was too late */
	BF_TO_COUNTY,
	BF_TO_SECOND, /* who may confirm a rejection */
};

/* What a notice leads to. */
enum bf_notice_place {
	BF_AT_NONE,
	BF_AT_PAYMENT, /* the payer's own */
	BF_AT_POST,    /* as everybody sees it */
	BF_AT_MINE,    /* as its writer sees it */
	BF_AT_REVIEW,  /* as its reviewer sees it */
	BF_AT_CONNECTIONS,
};

struct bf_notice_kind {
	const char *event; /* NULL: about the account itself, written by the act */
	const char *about; /* the query that finds what the event is about */
	enum bf_audience audience;
	const char *template_name; /* what the row says: "gift_arrived" */
	bool urgent;               /* safety or money: at any hour, whatever was chosen */
	enum bf_notice_place place;
	const char *english;
};

/* Ended by a row without a template. */
extern const struct bf_notice_kind bf_notice_kinds[];

/* NULL: there is none. */
const struct bf_notice_kind *bf_notice_kind_find(const char *template_name);

/* How long a copy waits from now, so that it leaves no earlier than after a pause, and not in the
 * quiet hours of Shanghai (21:00 to 08:00) unless it is urgent. Times in seconds since 1970. */
int64_t bf_notify_wait_s(int64_t now_s, int64_t pause_s, bool urgent);

/* How something can leave this installation. */
enum bf_way {
	BF_WAY_SMS = 1 << 0,
	BF_WAY_MAIL = 1 << 1,
};

/* Queues the first copy of a notice, of the ways that work, behind a channel (NULL: none was tried)
 * that the person has and wants. *ret_queued may be NULL. */
BF_MUST_CHECK enum bf_rc bf_notify_queue(struct bf_ask *ask, int64_t notice, int64_t account,
					 const struct bf_notice_kind *kind, unsigned ways,
					 const char *behind, int64_t now_s, bool *ret_queued,
					 struct bf_err *err);

/*
 * Tells the next events, some fifty at a time, in one transaction. ways: of enum bf_way; a copy
 * that could leave by none of them is written down as left out. *ret_worked false: there was nothing
 * to tell, or another process is at it.
 */
BF_MUST_CHECK enum bf_rc bf_notify_once(struct bf_ask *ask, unsigned ways, bool *ret_worked,
					struct bf_err *err);

#endif
