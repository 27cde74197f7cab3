/* sign_ins: which of a demo's accounts can be signed in to. Only for files of this folder. */
#ifndef BF_DEMO_SIGN_INS_H
#define BF_DEMO_SIGN_INS_H

#include "demo/world.h"

/*
 * A donor, an adult of a family, the two managers of one village, and of its township and county an
 * official each, who prepares and who approves payouts: phones 10000000001 to 10000000008 in this
 * order; 10000000010 to 10000000013 the city with its settings, its province, an inspector, the
 * national office. queries holds those of demo.sql and, as the core's, those of the pool money.
 */
BF_MUST_CHECK enum bf_rc bf_demo_make_sign_ins(const struct bf_demo_world *world, struct bf_db *db,
					       const struct bf_queries *queries,
					       struct bf_err *err);

#endif
