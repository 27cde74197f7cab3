/* health: what machines ask. */
#ifndef BF_SITE_HEALTH_H
#define BF_SITE_HEALTH_H

#include "bangfu.h"

bf_handler bf_site_healthz; /* this process answers */
bf_handler bf_site_readyz;  /* and reaches its database */
bf_handler bf_site_metrics; /* the counters of all workers, for Prometheus */

#endif
