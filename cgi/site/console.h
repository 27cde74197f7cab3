/* console: the pages of operators below /console: what waits, a city, its sub-platforms. */
#ifndef BF_SITE_CONSOLE_H
#define BF_SITE_CONSOLE_H

#include "bangfu.h"

/* What the routes of site/pages.c take. */
extern const struct bf_param bf_console_city_params[1];
extern const struct bf_param bf_console_part_params[4];
extern const struct bf_param bf_console_schedule_params[5];
extern const struct bf_param bf_console_change_params[4];
extern const struct bf_param bf_console_drain_params[5];
extern const struct bf_param bf_console_stop_params[3];
extern const struct bf_param bf_console_lift_params[2];
extern const struct bf_param bf_console_replay_params[1];
extern const struct bf_param bf_console_caps_params[3];
extern const struct bf_param bf_console_cap_params[6];

bf_handler bf_console_home, bf_console_city, bf_console_part;
/* The figures of a city for a spreadsheet. */
bf_handler bf_console_figures;
/* A sub-platform of a city: is to open, does not after all, closes, goes on. */
bf_handler bf_console_schedule, bf_console_cancel, bf_console_drain, bf_console_resume;
/* How much may be asked for, by need. */
bf_handler bf_console_caps, bf_console_cap;
/* The way of a post, by its number. */
bf_handler bf_console_replay;
/* Payments of a city. */
bf_handler bf_console_stop, bf_console_lift;

#endif
