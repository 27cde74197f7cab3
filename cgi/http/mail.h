/*
 * mail: a letter to one mailbox, handed to a mail server over SMTP. From a job alone, never from a
 * page: time is bounded. Beyond this host it goes by TLS, whose certificate is checked, or not at
 * all.
 */
#ifndef BF_HTTP_MAIL_H
#define BF_HTTP_MAIL_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

struct bf_mail {
	const char *server;    /* smtp://host:port or smtps://host:port */
	const char *from, *to; /* addresses, as in "a@b.example" */
	const char *subject;   /* at most 45 bytes */
	const char *id; /* of letters, digits, "." and "-": the same whenever it is sent again */
	struct bf_str text;
	int64_t at_ms; /* its date */
	int64_t timeout_ms;
};

/* Whether a server's address names this host, so that nobody can listen on the way. */
bool bf_mail_is_near(const char *server);
/* Whether it can stand in a letter: one "@", and nothing that a server could read otherwise. */
bool bf_mail_is_address(const char *address);

/* Fails with BF_INVALID for an address that is none; with BF_BUSY where the server did not take it
 * in time: whether it arrived is then unknown, and its id tells the mailbox one from another. */
BF_MUST_CHECK enum bf_rc bf_mail_send(struct bf_pool *pool, const struct bf_mail *mail,
				      struct bf_err *err);

#endif
