/*
 * act: one act of a person, or of a job, upon what the sub-platforms share. It runs in one
 * transaction that is tried again as a whole; a refusal undoes all of it, is put down in
 * refused_act, and has a sentence for the person.
 */
#ifndef BF_DOMAIN_ACT_H
#define BF_DOMAIN_ACT_H

#include "domain/idempotency.h"

enum { BF_ACT_RESULT_BYTES = 128 };

/* A move that was asked for. */
struct bf_refused_move {
	const char *machine; /* NULL: nothing to put down */
	int64_t object;
	const char *from, *to;
};

struct bf_act {
	struct bf_ask ask; /* of the core's queries */
	int64_t actor;     /* account; 0: a job */
	int64_t household; /* the actor's own, of which it is an adult; 0: none */
	const struct bf_once_request
		*once; /* what is done once, however often it is sent, or NULL */

	/* what came of it: set by fn where its caller needs it, and found again where the request was
	 * done before */
	char result[BF_ACT_RESULT_BYTES];

	/* why not, where it was refused */
	const char *public_text; /* a sentence in English, static; NULL: the one of the outcome */
	struct bf_refused_move refused;
};

typedef enum bf_rc bf_act_fn(struct bf_act *act, void *arg, struct bf_err *err);

/* Runs fn in a transaction; it may run several times, so all that it does is in the database or
 * made anew. Not at all where act->once was done before: BF_OK, with its result; BF_CONFLICT where
 * its key was used for something else. Puts down a refusal afterwards. Fails as fn does, or with
 * BF_BUSY. */
BF_MUST_CHECK enum bf_rc bf_act_run(struct bf_act *act, bf_act_fn *fn, void *arg,
				    struct bf_err *err);

/* What queries bind: :account (null: a job) and :household (0: none), to be added to. */
struct bf_value bf_act_args(const struct bf_act *act);

/* Refuses: the sentence (static, in English, translated by po/; NULL: the outcome's own) is for
 * the person, the format for the log and for refused_act. Returns rc. */
BF_PRINTF(5, 6)
enum bf_rc bf_act_refuse(struct bf_act *act, enum bf_rc rc, const char *public_text,
			 struct bf_err *err, const char *format, ...);

/* Sentences of act.c for people, ended by NULL. */
enum { BF_ACT_SENT_BEFORE };
extern const char *const bf_act_texts[];

#endif
