/*
 * citizen: the number of a citizen by GB 11643: six digits of a region, eight of the day of birth,
 * three of the order of that day, and a check character by ISO 7064 MOD 11-2. It only computes:
 * nothing here is stored or printed.
 *
 * People of the demo can be nobody: their numbers are of the province 99, which is assigned to
 * none. The demo takes no other ones, and elsewhere they are refused.
 */
#ifndef BF_DOMAIN_CITIZEN_H
#define BF_DOMAIN_CITIZEN_H

#include "domain/region.h"

enum {
	BF_CITIZEN_CHARS = 18,
	BF_CITIZEN_BYTES = BF_CITIZEN_CHARS + 1,
	BF_CITIZEN_DEMO_PROVINCE = 99,
};

/* The first part of a number that does not hold, from its beginning on. */
enum bf_citizen_fault {
	BF_CITIZEN_OK = 0,
	BF_CITIZEN_LENGTH,
	BF_CITIZEN_CHARACTER,
	BF_CITIZEN_PROVINCE,
	BF_CITIZEN_DEMO, /* of the demo, and this is none */
	BF_CITIZEN_REAL, /* somebody's, and this is the demo */
	BF_CITIZEN_DATE, /* no day of the calendar, before 1850 or after today */
	BF_CITIZEN_CHECK,
	BF_CITIZEN_FAULT__MAX
};

struct bf_citizen {
	char number[BF_CITIZEN_BYTES]; /* as it is written everywhere: its X is a capital */
	int64_t region;                /* of six digits, as it was when the number was given */
	int64_t born;                  /* 19700131 */
};

/* today: 20261125, in Shanghai. White space around it and a small x are taken. ret_citizen is not
 * touched where it is refused. */
BF_MUST_CHECK enum bf_citizen_fault bf_citizen_read(struct bf_str text, bool demo, int64_t today,
						    struct bf_citizen *ret_citizen);
/* What is wrong, as a sentence in English for the person, translated by po/; NULL: nothing is. */
const char *bf_citizen_fault_text(enum bf_citizen_fault fault);

/* Whether its region is in the tree. Many a county was merged since its people got their numbers,
 * so this is a question to ask and never a refusal. */
bool bf_citizen_region_known(const struct bf_citizen *citizen, const struct bf_regions *regions);
/* The first three and the last two characters: all that pages show. */
void bf_citizen_mask(const struct bf_citizen *citizen, char ret_masked[BF_CITIZEN_BYTES]);
/* The last character that belongs behind 17 digits. */
char bf_citizen_check(const char *digits);

/* Sentences for people, ended by NULL; for the check of translations. */
extern const char *const bf_citizen_texts[];

#endif
