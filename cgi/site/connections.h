/*
 * connections: the core's pages for a donor and a family who stay connected: asking, answering,
 * ending, and what they write each other; and for the office that reads it first.
 */
#ifndef BF_SITE_CONNECTIONS_H
#define BF_SITE_CONNECTIONS_H

#include "bangfu.h"

extern const struct bf_param bf_connections_ref_params[1];
extern const struct bf_param bf_connections_move_params[2];
extern const struct bf_param bf_connections_write_params[2];
extern const struct bf_param bf_connections_pass_params[2];

bf_handler bf_connections_list, bf_connections_one, bf_connections_asking;
bf_handler bf_connections_ask, bf_connections_move, bf_connections_write, bf_connections_pass;

#endif
