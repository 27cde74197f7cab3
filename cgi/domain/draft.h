/*
 * draft: writing a help post: begin, save, send to review, take back. All of it runs within an
 * act. Whose post it is, the queries decide: the family's, or that of the manager of its
 * village who wrote it for the family; to everybody else it is BF_NOT_FOUND.
 */
#ifndef BF_DOMAIN_DRAFT_H
#define BF_DOMAIN_DRAFT_H

#include "domain/posting.h"

enum { BF_REF_BYTES = 11 };

/* A public reference that nobody can guess. */
void bf_draft_draw_ref(char ret_ref[BF_REF_BYTES]);

struct bf_draft {
	const char *plugin;    /* the kind of aid */
	int64_t city;          /* where the household must live; 0: anywhere */
	int64_t for_household; /* 0: the actor's own */
	const char *need_kind, *form;
	const char *relation; /* of a manager to the family; not looked at for an own household */
};

/* Begins a draft. Fails with BF_NOT_FOUND (no household that this person may write for). */
BF_MUST_CHECK enum bf_rc bf_draft_create(struct bf_act *act, const struct bf_draft *draft,
					 char ret_ref[BF_REF_BYTES], struct bf_err *err);
/*
 * Saves what was typed, however incomplete. fields: need_kind, form, title, item, unit, quantity,
 * target_fen, story, reason, price_source, story_shown; what is null becomes empty. BF_CONFLICT:
 * somebody saved meanwhile, or it is under review.
 */
BF_MUST_CHECK enum bf_rc bf_draft_save(struct bf_act *act, const char *ref, int64_t version,
				       const struct bf_value *fields, struct bf_err *err);
/* Sends a draft, or a returned post, to review. BF_INVALID: something is missing. */
BF_MUST_CHECK enum bf_rc bf_draft_submit(struct bf_act *act, const char *ref, int64_t version,
					 bool promise, struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_draft_withdraw(struct bf_act *act, const char *ref, int64_t version,
					   const char *reason, struct bf_err *err);

/* An own post, locked; version 0: none was shown. BF_NOT_FOUND where it is nobody's of these. */
BF_MUST_CHECK enum bf_rc bf_draft_lock_own(struct bf_act *act, const char *ref, int64_t version,
					   struct bf_value *ret_row, struct bf_err *err);
/* Moves an own post as its author. */
BF_MUST_CHECK enum bf_rc bf_draft_move(struct bf_act *act, const char *ref, int64_t version,
				       const char *to, const char *reason, struct bf_err *err);
/* Sentences for people, ended by NULL. */
extern const char *const bf_draft_texts[];

#endif
