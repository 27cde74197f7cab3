/* operation: how the site itself is, below "/console/jobs": jobs, and plugins that were left out. */
#ifndef BF_SITE_OPERATION_H
#define BF_SITE_OPERATION_H

#include "bangfu.h"

extern const struct bf_param bf_operation_job_params[1];
bf_handler bf_operation_jobs, bf_operation_run;

#endif
