/* exports: the pages of lists that leave the house, below "/console/exports". */
#ifndef BF_SITE_EXPORTS_H
#define BF_SITE_EXPORTS_H

#include "bangfu.h"

extern const struct bf_param bf_exports_list_params[1];
extern const struct bf_param bf_exports_ask_params[6];
extern const struct bf_param bf_exports_one_params[1];
extern const struct bf_param bf_exports_file_params[2];

bf_handler bf_exports_list, bf_exports_ask, bf_exports_agree, bf_exports_file;

/* Heads of columns and words of the first line, ended by NULL. */
extern const char *const bf_exports_texts[];

#endif
