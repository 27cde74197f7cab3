/* goods: promising goods to a family, sending them, and counting what arrived. */
#ifndef BF_SITE_GOODS_H
#define BF_SITE_GOODS_H

#include "bangfu.h"

/* Below "/pay/goods", in the pool money, which alone writes holds. Rows of struct bf_route. */
extern const struct bf_table bf_site_goods_routes;

/* Tells each text of these pages that stands in C. */
void bf_goods_each_text(void (*tell)(void *arg, const char *english), void *arg);

#endif
