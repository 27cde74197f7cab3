/*
 * param: declared parameters, from what was sent to typed values.
 *
 * At load: bf_patterns_new once a generation, bf_params_check for each table (which compiles
 * its patterns). For each request: bf_params_read. Tables hold rows of this host's size.
 */
#ifndef BF_HTTP_PARAM_H
#define BF_HTTP_PARAM_H

#include "http/request.h"

/* Compiled patterns of a generation, found by their text. */
struct bf_patterns;

struct bf_patterns *bf_patterns_new(struct bf_pool *pool);
/* Compiles a pattern, anchored at both ends. Fails with BF_FAULT: PCRE2 refuses it. */
BF_MUST_CHECK enum bf_rc bf_patterns_add(struct bf_patterns *patterns, const char *pattern,
					 struct bf_err *err);
/* Whether the whole subject matches an added pattern. Every error of PCRE2, its limits
 * included, is a refusal. */
bool bf_patterns_match(const struct bf_patterns *patterns, const char *pattern,
		       struct bf_str subject);

/* Checks the rows of a table and compiles their patterns. `owner` begins each fault:
 * "plugin \"donations\": route \"list\"". */
void bf_params_check(const struct bf_table *params, const char *owner, struct bf_patterns *patterns,
		     struct bf_faults *faults);

/* Why a parameter was refused; each has its sentence for the person. */
enum bf_param_reason {
	BF_PARAM_FINE = 0,
	BF_PARAM_MISSING,
	BF_PARAM_TWICE,
	BF_PARAM_CHARACTERS, /* holds control characters or invalid ones */
	BF_PARAM_TOO_SHORT,  /* fewer characters than bound */
	BF_PARAM_TOO_LONG,   /* more characters than bound */
	BF_PARAM_NOT_INT,
	BF_PARAM_NOT_MONEY,
	BF_PARAM_NOT_DATE,
	BF_PARAM_TOO_SMALL, /* below bound */
	BF_PARAM_TOO_LARGE, /* above bound */
	BF_PARAM_NOT_REF,
	BF_PARAM_NOT_CHOICE,
	BF_PARAM_NOT_COUNTY,
	BF_PARAM_NOT_CURSOR,
	BF_PARAM_PATTERN,
	BF_PARAM_REASON__MAX
};

/* The sentences in English: msgids of the core's catalogue with {label} and {bound} in them. */
extern const char *const bf_param_reason_text[BF_PARAM_REASON__MAX];

struct bf_param_fault {
	const struct bf_param *param;
	enum bf_param_reason reason;
	int64_t bound; /* of TOO_*: characters, fen or plain */
};

/* Adds the sentence: text is bf_param_reason_text[fault->reason], translated. A bound in fen
 * is written in yuan. */
void bf_param_fault_print(const struct bf_param_fault *fault, struct bf_str text,
			  struct bf_str label, struct bf_buf *out);

/* Where parameters come from. */
struct bf_param_source {
	const struct bf_fields *parts;  /* of the path */
	const struct bf_fields *fields; /* of the query, or of the form */
	const struct bf_patterns *patterns;
	/* Whether a code is a county of the address's city. NULL: none is. */
	bool (*is_county)(const void *arg, int64_t code);
	const void *arg;
};

struct bf_params {
	struct bf_value values; /* map: by name, typed; a cursor as NAME_key and NAME_id */
	struct bf_value typed;  /* map: by name, the text of each declared field as it was sent */
	size_t fault_count;
	struct bf_param_fault *faults;
};

/*
 * Reads the declared parameters; what else was sent vanishes. Numbers and money become
 * numbers, all others texts. Text is trimmed and in normal form C; a text sent empty is an
 * empty value, and every other type sent empty counts as absent. Absent ones take their preset
 * or are not set. Fails with BF_NOT_FOUND where a part of the path was refused, BF_INVALID
 * where a field was; ret_params is filled either way.
 */
BF_MUST_CHECK enum bf_rc bf_params_read(struct bf_pool *pool, const struct bf_table *params,
					const struct bf_param_source *source,
					struct bf_params *ret_params);

#endif
