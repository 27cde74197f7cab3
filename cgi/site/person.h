/* person: who asks, by the cookie of the sign-in, and the way to the sign-in. */
#ifndef BF_SITE_PERSON_H
#define BF_SITE_PERSON_H

#include "domain/desk.h"
#include "domain/session.h"
#include "plugin/req.h"

/* What acts on accounts stand on, for the length of a request. */
struct bf_desk bf_site_desk(const struct bf_req *req);

/* Fills req->person where the cookie of a session came and that is still open. */
BF_MUST_CHECK enum bf_rc bf_site_read_person(struct bf_req *req);
/* Whether the person may use the route. BF_SIGN_IN, BF_DENIED. */
BF_MUST_CHECK enum bf_rc bf_site_guard_person(struct bf_req *req);
/* Where somebody goes who must sign in first, or prove the second factor, and who wants a page:
 * true, and the answer is a redirect that brings the person back. */
bool bf_site_lead_to_sign_in(struct bf_req *req, enum bf_rc rc);

/* The cookie of a new session, or its end. */
void bf_site_set_sid(struct bf_req *req, const char *sid);
void bf_site_drop_sid(struct bf_req *req);
/* An address of an account page that knows the way back: "/en/account/sign-in?back=...". */
const char *bf_site_account_address(const struct bf_req *req, const char *path, const char *back);

#endif
