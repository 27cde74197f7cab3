/* enrol: how a household comes into the register, with its people, by a village or by an import. */
#ifndef BF_DOMAIN_ENROL_H
#define BF_DOMAIN_ENROL_H

#include "domain/household.h"
#include "domain/secret.h"

enum { BF_ENROL_PEOPLE_MAX = 30, BF_ENROL_NAME_MAX = 40, BF_ENROL_CLIENT_MAX = 80 };

struct bf_newcomer {
	struct bf_str name;   /* in full */
	struct bf_str number; /* of the ID card; empty: there is none yet */
	int64_t birth_year;   /* asked for only without a number */
	const char *relation; /* "head", "spouse", "child", "parent", "other" */
};

struct bf_enrolment {
	const char *client_id; /* of the sender, in ASCII: the same again is the same household */
	int64_t village;
	int64_t run; /* of an import; 0: none */
	const struct bf_newcomer *people;
	size_t count;
	const struct bf_secrets *secrets;
	bool demo; /* numbers of the demo and no others */
};

/* How a person of the register is like the one that comes. */
enum bf_likeness { BF_LIKE_BLANK = 0, BF_LIKE_SAME, BF_LIKE_OTHER };

/* Why not, for the form or the list of an import. */
struct bf_enrol_fault {
	const char *
		text; /* a sentence in English, static; NULL: nothing is wrong with what was sent */
	const char
		*field; /* "name", "number", "birth_year", "relation", "village"; NULL: all of it */
	size_t person;  /* whose field, from 0 */
	/* where the person is in another household: which one, and what is the same besides the number */
	int64_t household;
	enum bf_likeness name, birth_year, village;
};

enum bf_enrolled {
	BF_ENROLLED_NEW,
	BF_ENROLLED_AGAIN, /* it was sent before: nothing was changed */
};

/*
 * Enrols a household in the act's transaction, as the actor's village or, where actor is 0, as a
 * job. A head with a number that holds goes on to "identity_matched" at once. What it refuses
 * with a fault it refuses before it writes, so that the transaction may go on with another one:
 * BF_INVALID, BF_NOT_FOUND (the village), BF_DENIED (not the actor's), BF_CONFLICT (its number was
 * sent with something else, or a person is elsewhere). BF_CONFLICT without a fault: somebody was
 * faster, and the transaction has to begin again.
 */
BF_MUST_CHECK enum bf_rc bf_enrol_household(struct bf_act *act, const struct bf_enrolment *wish,
					    int64_t *ret_household, enum bf_enrolled *ret_enrolled,
					    struct bf_enrol_fault *ret_fault, struct bf_err *err);

/* What a sealed column of a person is bound to: its name and the person's number. */
struct bf_str bf_enrol_sealed_as(struct bf_pool *pool, const char *column, int64_t person);
/* The keyed hash by which a number is found. */
void bf_enrol_hash(const struct bf_secrets *secrets, const char *number,
		   char ret_hex[BF_SECRET_HEX_BYTES]);

/* The job: notices that have hung for their time. *ret_did: there was one. */
BF_MUST_CHECK enum bf_rc bf_enrol_end_publicity(struct bf_ask *ask, bool *ret_did,
						struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_enrol_texts[];

#endif
