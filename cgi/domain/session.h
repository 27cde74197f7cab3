/*
 * session: from the sign-in to the sign-out. The cookie is 256 random bits, of which the database
 * keeps a hash; it changes with every change of what its holder may do.
 */
#ifndef BF_DOMAIN_SESSION_H
#define BF_DOMAIN_SESSION_H

#include "domain/desk.h"

/* Who stands behind a session, as the database says now. */
struct bf_session {
	int64_t id, account, household, notices;
	struct bf_str name;
	unsigned roles;          /* of enum bf_who: what may be used now, BF_SIGNED_IN among them */
	unsigned behind_factor;  /* what the second factor would open */
	int64_t second_factor_s; /* seconds since it was proven in this session; -1: it was not */
};

/* Whether an account with these names of roles, with commas between, works for an office; and the
 * roles that they are. */
bool bf_roles_read(struct bf_str names, unsigned *ret_roles);
/* The roles that want a second factor. */
unsigned bf_roles_behind_factor(unsigned roles);

/* The session of a cookie, which is noted as in use at most once a minute. BF_NOT_FOUND: there is
 * none, or it ended by itself: idle for half an hour (an office's: a quarter), or 8 hours old. */
BF_MUST_CHECK enum bf_rc bf_session_find(const struct bf_desk *desk, struct bf_str sid,
					 struct bf_session *ret_session, struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_session_start(const struct bf_desk *desk, int64_t account,
					  char ret_sid[BF_TICKET_TEXT_BYTES], struct bf_err *err);
/* A new cookie after the second factor was proven. */
BF_MUST_CHECK enum bf_rc bf_session_prove(const struct bf_desk *desk, int64_t session,
					  char ret_sid[BF_TICKET_TEXT_BYTES], struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_session_end(const struct bf_desk *desk, int64_t session,
					struct bf_err *err);
/* All sessions of an account but one; 0: all. */
BF_MUST_CHECK enum bf_rc bf_session_end_others(const struct bf_desk *desk, int64_t account,
					       int64_t session, struct bf_err *err);

#endif
