/*
 * payees: where a family's money goes: the family or its village manager enters the bank account
 * below "/account/payee", the county looks at it below "/pay/payees", with a second factor proven
 * just now. In the pool money, which holds the keys. Rows of struct bf_route.
 */
#ifndef BF_SITE_PAYEES_H
#define BF_SITE_PAYEES_H

#include "bangfu.h"

extern const struct bf_table bf_site_payee_routes, bf_site_payees_routes;

#endif
