/* pay: giving money, from the form to the receipt, and what gateways tell us. */
#ifndef BF_SITE_PAY_H
#define BF_SITE_PAY_H

#include "bangfu.h"

/* Below "/pay", in the pool money. Rows of struct bf_route. */
extern const struct bf_table bf_site_pay_routes;
/* Who issues receipts, and where the notices of the gateway come to. */
#define BF_RECEIPT_ISSUER "bangfu"
#define BF_PAY_CHANNEL "simulated"
#define BF_PAY_NOTIFY "/pay/notice/simulated"

/* Tells each text of these pages that stands in C. */
void bf_pay_each_text(void (*tell)(void *arg, const char *english), void *arg);

#endif
