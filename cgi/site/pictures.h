/* pictures: the page on which an author adds pictures to a post and takes them away. */
#ifndef BF_SITE_PICTURES_H
#define BF_SITE_PICTURES_H

#include "bangfu.h"

bf_handler bf_pictures_page, bf_pictures_add, bf_pictures_remove, bf_pictures_withdraw;

extern const struct bf_param bf_pictures_params[1];
extern const struct bf_param bf_pictures_add_params[4];
extern const struct bf_param bf_pictures_remove_params[2];
extern const char *const bf_pictures_texts[];

#endif
