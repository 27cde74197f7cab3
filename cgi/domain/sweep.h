/* sweep: rows that nothing needs any more are forgotten: sessions of a month ago, codes, failed
 * tries, keys of requests and of signed notices. What was done and by whom is kept elsewhere. */
#ifndef BF_DOMAIN_SWEEP_H
#define BF_DOMAIN_SWEEP_H

#include "domain/ask.h"

/* A thousand of each kind at most; *ret_more tells whether there may be others. */
BF_MUST_CHECK enum bf_rc bf_sweep_once(struct bf_ask *ask, bool *ret_more, struct bf_err *err);

#endif
