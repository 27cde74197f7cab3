/*
 * outbox: what leaves for phones and mailboxes: copies of notices, and codes to an address that may
 * not be anybody's yet. All of it waits in notice_delivery until a job sends it, so that no request
 * waits for others, and what cannot be sent undoes nothing. Mail goes to a mail server where there
 * is one; all else goes into a folder as files.
 */
#ifndef BF_DOMAIN_OUTBOX_H
#define BF_DOMAIN_OUTBOX_H

#include "domain/ask.h"
#include "domain/secret.h"
#include "view/view.h"

struct bf_outbox {
	const char *folder; /* "": none */
	const char *smtp;   /* the mail server, as of bf_mail_send; "": none */
	const char *from;   /* who writes to mailboxes */
	const char *site;   /* what addresses in messages begin with: "https://bangfu.example" */
	bool keeps_codes;   /* a demo shows what it sent; else a code is forgotten once it left */
	const struct bf_views *views;
	const char *scope; /* of the words in views */
	const struct bf_secrets *secrets;
};

/* By which ways something can leave: of enum bf_way. */
unsigned bf_outbox_ways(const struct bf_outbox *outbox);

/*
 * Sends the next message that is due. One that cannot leave waits 1 minute, 5 and 30 minutes, 2
 * and 12 hours, then the person's next channel has its turn; a code is given up when its time is
 * over. Why it could not (BF_BUSY) is for the log, and the next call goes on with another.
 * *ret_worked false: nothing is due. Several processes may call it at once.
 */
BF_MUST_CHECK enum bf_rc bf_outbox_once(struct bf_ask *ask, const struct bf_outbox *outbox,
					bool *ret_worked, struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_outbox_texts[];

#endif
