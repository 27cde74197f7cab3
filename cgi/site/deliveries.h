/*
 * deliveries: the core's pages for families about help that was sent to them, whatever the kind of
 * aid: confirming it, saying thanks; and for villages and counties, who look at words of thanks
 * before others see them.
 */
#ifndef BF_SITE_DELIVERIES_H
#define BF_SITE_DELIVERIES_H

#include "bangfu.h"

extern const struct bf_param bf_deliveries_delivery_params[1];
extern const struct bf_param bf_deliveries_confirm_params[2];
extern const struct bf_param bf_deliveries_thank_params[2];
extern const struct bf_param bf_deliveries_pass_params[2];

bf_handler bf_deliveries_delivery, bf_deliveries_confirm, bf_deliveries_thank;
bf_handler bf_deliveries_thanks, bf_deliveries_pass;

#endif
