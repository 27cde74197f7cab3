/* account: the pages of who is, or will be, signed in; served by the pool money. */
#ifndef BF_SITE_ACCOUNT_H
#define BF_SITE_ACCOUNT_H

#include "bangfu.h"

/* Below "/account". Rows of struct bf_route. */
extern const struct bf_table bf_site_account_routes;

/* Tells each text of these pages that stands in C; for the check of translations. */
void bf_account_each_text(void (*tell)(void *arg, const char *english), void *arg);

#endif
