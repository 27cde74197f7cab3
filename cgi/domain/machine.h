/*
 * machine: the one function that moves states. A machine is const tables: its states, each with
 * the phase that the core enforces, and its rules, each with who may, what must hold and what
 * is told. What is not in the table is BF_CONFLICT and put down in refused_act. State, history
 * and event are written in the transaction of the act.
 */
#ifndef BF_DOMAIN_MACHINE_H
#define BF_DOMAIN_MACHINE_H

#include "domain/act.h"

/* As what somebody moves. Whether they are it, the caller has asked the database. */
enum bf_mover {
	BF_BY_AUTHOR = 1 << 0, /* the family, or who writes for it */
	BF_BY_VILLAGE = 1 << 1,
	BF_BY_TOWNSHIP = 1 << 2,
	BF_BY_COUNTY = 1 << 3,
	BF_BY_CITY = 1 << 4, /* appeals against counties */
	BF_BY_CORE = 1 << 5, /* a consequence of another act */
	BF_BY_JOB = 1 << 6,
	BF_BY_DONOR = 1 << 7,
};

struct bf_move {
	int64_t object;
	const char *to;
	enum bf_mover as;
	int64_t version;       /* that the form carried; 0: none was shown */
	int64_t behalf_of;     /* household for which the actor acts; 0: for none */
	const char *reason;    /* at most 200 characters; NULL: none */
	struct bf_value *args; /* what the queries of `set` bind besides; NULL: nothing */
};

/* before: the row that `lock` answered. Refuses with bf_act_refuse. */
typedef enum bf_rc bf_guard(struct bf_act *act, const struct bf_move *move,
			    const struct bf_value *before, struct bf_err *err);

struct bf_state {
	const char *name;
	const char *phase;
	bool shown; /* visitors find it, once it was published */
};

struct bf_rule {
	const char *from, *to; /* from "": it comes into being */
	unsigned who;          /* of enum bf_mover */
	bf_guard *guard;       /* NULL: nothing more is asked */
	const char *event;     /* "post.opened" */
};

struct bf_machine {
	const char *name;
	int64_t version; /* of the rules */
	const struct bf_state *states;
	size_t state_count;
	const struct bf_rule *rules;
	size_t rule_count;
	const char *lock; /* a query that locks :id, */
	const char *row;  /* and one that then reads its state, version, city, township and more */
	/* A query that writes :to, :phase, :shown, knowing :id, :from and :now, and raises version. */
	const char *set;
	/* What follows from a move, before the event is written; NULL: nothing. */
	enum bf_rc (*follow)(struct bf_act *act, const struct bf_move *move,
			     const struct bf_value *before, struct bf_err *err);
};

/* NULL where it has none. */
const struct bf_state *bf_machine_state(const struct bf_machine *machine, const char *name);
const struct bf_rule *bf_machine_rule(const struct bf_machine *machine, const char *from,
				      const char *to);

/* Locks the object and answers its row. BF_CONFLICT: the version is another (K3). */
BF_MUST_CHECK enum bf_rc bf_machine_lock(struct bf_act *act, const struct bf_machine *machine,
					 int64_t object, int64_t version, struct bf_value *ret_row,
					 struct bf_err *err);
/* Moves an object. Fails with BF_NOT_FOUND, BF_CONFLICT, BF_DENIED, and as guards do. */
BF_MUST_CHECK enum bf_rc bf_machine_move(struct bf_act *act, const struct bf_machine *machine,
					 const struct bf_move *move, struct bf_err *err);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_machine_texts[];

#endif
