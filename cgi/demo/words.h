/*
 * words: the texts that demo people use: names, needs with their usual prices, stories in parts,
 * words of donors, thanks. All of them are made up; nobody is meant.
 *
 * In texts "{t}" stands for the township, "{n}" for the number of people in the family and "{q}"
 * for the quantity.
 */
#ifndef BF_DEMO_WORDS_H
#define BF_DEMO_WORDS_H

#include "base/pool.h"
#include "demo/random.h"

struct bf_demo_need {
	const char *kind;        /* code of the enumeration need_kind */
	const char *item, *unit; /* unit NULL: money is asked */
	int64_t low, high, step; /* yuan or pieces */
	const char *titles[3];
	const char *stories[3];
	const char *reason; /* why it cannot be had otherwise */
	const char *price_source;
};

extern const struct bf_demo_need bf_demo_needs[];
extern const size_t bf_demo_need_count;

/* What stands for the places of a text. */
struct bf_demo_fill {
	const char *township;
	int64_t people, quantity;
};

/* A story of three parts: who we are, what we need, what we hope. */
const char *bf_demo_story(struct bf_pool *pool, struct bf_random *random,
			  const struct bf_demo_need *need, const struct bf_demo_fill *fill);
const char *bf_demo_expand(struct bf_pool *pool, const char *text, const struct bf_demo_fill *fill);

/* "李**": a person's name as it may be shown. */
const char *bf_demo_masked_name(struct bf_pool *pool, struct bf_random *random);
const char *bf_demo_organisation(struct bf_pool *pool, struct bf_random *random);
const char *bf_demo_gift_words(struct bf_random *random);
const char *bf_demo_thanks(struct bf_random *random);

/*
 * A person's ID number that nobody can have: province 99 is not assigned; the date and the check
 * digit are right (GB 11643).
 */
void bf_demo_id_number(struct bf_random *random, int birth_year, char ret_number[19]);
/* Its first three and last two characters. */
const char *bf_demo_masked_id(struct bf_pool *pool, const char number[19]);

#endif
