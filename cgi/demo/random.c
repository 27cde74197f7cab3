#include "demo/random.h"

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void bf_random_init(struct bf_random *random, uint64_t seed, uint64_t kind, uint64_t index)
{
	uint64_t state = seed;

	state = splitmix(&state) ^ kind;
	state = splitmix(&state) ^ index;
	for (int i = 0; i < 4; i++)
		random->words[i] = splitmix(&state);
}

static uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

uint64_t bf_random_next(struct bf_random *random)
{
	uint64_t *s = random->words;
	uint64_t drawn = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return drawn;
}

int64_t bf_random_below(struct bf_random *random, int64_t count)
{
	return (int64_t)(bf_random_next(random) % (uint64_t)count);
}

int64_t bf_random_between(struct bf_random *random, int64_t low, int64_t high)
{
	return low + bf_random_below(random, high - low + 1);
}

bool bf_random_chance(struct bf_random *random, int64_t per_mille)
{
	return bf_random_below(random, 1000) < per_mille;
}
