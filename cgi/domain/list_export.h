/*
 * list_export: a list of a region leaves the house: with a purpose, for a day, and where it has
 * more rows than one person takes alone in a day (a long list cut into short ones is one), with the
 * agreement of a second person. Acts of people with the role "export" in a region that contains
 * it; for everybody else it is BF_NOT_FOUND. Each file that is made of it is put down
 * (list_export_file), and each act is an event.
 */
#ifndef BF_DOMAIN_LIST_EXPORT_H
#define BF_DOMAIN_LIST_EXPORT_H

#include "domain/act.h"

enum { BF_EXPORT_ROWS_MAX = 20000 };

struct bf_list_wish {
	const char *list; /* "posts", "households", "payouts" */
	int64_t region;
	const char *phase, *need, *since; /* filters; NULL: all */
	const char *purpose;
};

BF_MUST_CHECK enum bf_rc bf_list_ask(struct bf_act *act, const struct bf_list_wish *wish,
				     struct bf_err *err);
/* BF_CONFLICT: it is their own, needs nobody else, was agreed to before or is over. */
BF_MUST_CHECK enum bf_rc bf_list_agree(struct bf_act *act, int64_t id, struct bf_err *err);
/* Its rows, for a file of a kind, which is put down. */
BF_MUST_CHECK enum bf_rc bf_list_take(struct bf_act *act, int64_t id, const char *kind,
				      const struct bf_value **ret_row,
				      const struct bf_value **ret_rows, struct bf_err *err);

/* Sentences for people, ended by NULL. */
extern const char *const bf_list_texts[];

#endif
