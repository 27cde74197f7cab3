/*
 * random: numbers that look drawn and are the same for the same seed, on every machine: integer
 * arithmetic alone (xoshiro256**, seeded by splitmix64). Each thing draws from a stream of its
 * own, so that what is made of it does not depend on what was made before.
 */
#ifndef BF_DEMO_RANDOM_H
#define BF_DEMO_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct bf_random {
	uint64_t words[4];
};

/* The stream of thing number `index` of a kind. */
void bf_random_init(struct bf_random *random, uint64_t seed, uint64_t kind, uint64_t index);
uint64_t bf_random_next(struct bf_random *random);
/* 0 to count - 1; count is above 0. */
int64_t bf_random_below(struct bf_random *random, int64_t count);
/* Both ends included. */
int64_t bf_random_between(struct bf_random *random, int64_t low, int64_t high);
bool bf_random_chance(struct bf_random *random, int64_t per_mille);

#endif
