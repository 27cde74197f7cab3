/*
 * people: who holds which role in an operator's regions, below "/console/people", in every pool; and
 * giving and ending roles, below "/account/people", in the pool money: it alone finds an account by
 * its phone or mail address, and writes roles. Giving and ending ask for a second factor proven
 * just now.
 */
#ifndef BF_SITE_PEOPLE_H
#define BF_SITE_PEOPLE_H

#include "bangfu.h"

extern const struct bf_param bf_people_list_params[4];
extern const struct bf_param bf_people_audit_params[4];
bf_handler bf_people_list;
/* What somebody did. */
bf_handler bf_people_audit;

/* Rows of struct bf_route. */
extern const struct bf_table bf_site_people_routes;
/* Sentences for people, ended by NULL. */
extern const char *const bf_people_texts[];

#endif
