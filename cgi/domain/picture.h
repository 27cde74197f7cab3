/*
 * picture: pictures of help posts. A row of `picture` says that there is one, and that the family
 * agreed to have it shown; its files lie in a folder, named by 128 random bits:
 *
 *   NAME.in       as it was uploaded, served by nobody, until the job has looked at it
 *   NAME-s.jpg    the two sizes that the job has made of it, as the web server serves them
 *   NAME-l.jpg
 *
 * A file is written before the row that needs it and deleted after the row is gone, so what a
 * crash leaves is a file without a row: bf_picture_sweep deletes it.
 */
#ifndef BF_DOMAIN_PICTURE_H
#define BF_DOMAIN_PICTURE_H

#include "bangfu.h"
#include "domain/act.h"
#include "domain/press.h"

enum { BF_PICTURES_MAX = 9, BF_PICTURE_NAME_BYTES = 33 };

extern const struct bf_enum bf_picture_refusal;
extern const struct bf_enum bf_picture_state;
extern const char *const bf_picture_texts[];

/* Keeps the bytes under a new name. Fails with BF_BUSY where they cannot be written. */
BF_MUST_CHECK enum bf_rc bf_picture_keep(struct bf_pool *pool, const char *folder,
					 struct bf_str bytes, char ret_name[BF_PICTURE_NAME_BYTES],
					 struct bf_err *err);
/* Deletes whatever files there are of a picture. */
void bf_picture_delete(struct bf_pool *pool, const char *folder, const char *name);

/* The author adds a kept picture to a draft or a returned post; act->result is its name. Refuses
 * with BF_CONFLICT where the post cannot be changed or has BF_PICTURES_MAX. */
BF_MUST_CHECK enum bf_rc bf_picture_add(struct bf_act *act, const char *ref, const char *name,
					const char *alt, struct bf_err *err);
/* The author takes one away, or all of them (0), whatever the state of the post: a consent can be
 * taken back at any time. The files of the names that it answers are to be deleted when the act has
 * happened. */
BF_MUST_CHECK enum bf_rc bf_picture_remove(struct bf_act *act, const char *ref, int64_t picture,
					   struct bf_value *ret_names, struct bf_err *err);

/* Has the press look at the picture that waits longest, and keeps what it made. */
BF_MUST_CHECK enum bf_rc bf_picture_press_once(struct bf_ask *ask, struct bf_press *press,
					       const char *folder, bool *ret_did,
					       struct bf_err *err);
/* Deletes files that no row needs. Fails with BF_FAULT where a row is ready and its files are not
 * there. */
BF_MUST_CHECK enum bf_rc bf_picture_sweep(struct bf_ask *ask, const char *folder,
					  struct bf_err *err);

#endif
