/*
 * account: registering, a forgotten password, a changed one, closing. What wants a proof of the
 * phone or address waits on a page of its own, found by a ticket, for a code that is sent there;
 * whether there is an account behind a handle is told to nobody but its holder.
 */
#ifndef BF_DOMAIN_ACCOUNT_H
#define BF_DOMAIN_ACCOUNT_H

#include "domain/desk.h"
#include "domain/sign_in.h"

/* Sends a code, or tells the holder of an account that there is one already. The ticket is that of
 * the page that asks for the code. */
BF_MUST_CHECK enum bf_rc bf_account_register(const struct bf_desk *desk,
					     const struct bf_handle *handle, struct bf_str name,
					     struct bf_str password,
					     char ret_ticket[BF_TICKET_TEXT_BYTES],
					     struct bf_err *err);
/* The account that the right code makes. BF_INVALID: a wrong code; BF_NOT_FOUND: the ticket is
 * used, ten minutes old or was tried five times. */
BF_MUST_CHECK enum bf_rc bf_account_confirm(const struct bf_desk *desk, struct bf_str ticket,
					    struct bf_str code, int64_t *ret_account,
					    struct bf_err *err);

/* Sends a code where there is an account, and answers the same where there is none. */
BF_MUST_CHECK enum bf_rc bf_account_forgot(const struct bf_desk *desk,
					   const struct bf_handle *handle,
					   char ret_ticket[BF_TICKET_TEXT_BYTES],
					   struct bf_err *err);
/* Whether a ticket still waits; the account of a reset, 0 where there is none. BF_NOT_FOUND. */
BF_MUST_CHECK enum bf_rc bf_account_ticket(const struct bf_desk *desk, struct bf_str ticket,
					   const char *purpose, int64_t *ret_account,
					   struct bf_err *err);
/* A new password by code; every session ends. Outcomes as of bf_account_confirm. */
BF_MUST_CHECK enum bf_rc bf_account_reset(const struct bf_desk *desk, struct bf_str ticket,
					  struct bf_str code, struct bf_str password,
					  struct bf_err *err);

/* A new password; every other session ends. */
BF_MUST_CHECK enum bf_rc bf_account_change_password(const struct bf_desk *desk, int64_t account,
						    int64_t session, struct bf_str password,
						    struct bf_err *err);
/* Takes out who it was and keeps the row for the books. BF_CONFLICT: it has open holds. */
BF_MUST_CHECK enum bf_rc bf_account_close(const struct bf_desk *desk, int64_t account,
					  struct bf_err *err);
/* Whether the account holds a role of an office. */
BF_MUST_CHECK enum bf_rc bf_account_is_staff(const struct bf_desk *desk, int64_t account,
					     bool *ret_staff, struct bf_err *err);

/* Places that sealed texts are bound to. */
#define BF_SEALED_HANDLE BF_STR("handle")
#define BF_SEALED_NAME BF_STR("account name")
#define BF_SEALED_CODE BF_STR("outbox code")

#endif
