/*
 * fuzz_citizen: ID numbers. A refusal says which part it is; what is taken reads again as itself,
 * is refused with any one digit changed, is taken by either the demo or everybody else, and shows
 * five characters when masked.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "domain/citizen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TODAY = 20261125 };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_changed(const struct bf_citizen *citizen, bool demo)
{
	struct bf_citizen other;

	for (size_t i = 0; i < BF_CITIZEN_CHARS; i++)
		for (char c = '0'; c <= '9'; c++) {
			char number[BF_CITIZEN_BYTES];

			memcpy(number, citizen->number, sizeof(number));
			number[i] = c;
			must(c == citizen->number[i] ||
			     bf_citizen_read(bf_str(number), demo, TODAY, &other) != BF_CITIZEN_OK);
		}
}

static void check_masked(const struct bf_citizen *citizen)
{
	char masked[BF_CITIZEN_BYTES];
	size_t shown = 0;

	bf_citizen_mask(citizen, masked);
	must(strlen(masked) == BF_CITIZEN_CHARS);
	for (size_t i = 0; i < BF_CITIZEN_CHARS; i++)
		shown += masked[i] != '*';
	must(shown == 5);
}

static bool check(struct bf_str text, bool demo)
{
	struct bf_citizen citizen, again;
	enum bf_citizen_fault fault = bf_citizen_read(text, demo, TODAY, &citizen);

	must((fault == BF_CITIZEN_OK) == (bf_citizen_fault_text(fault) == NULL));
	if (fault != BF_CITIZEN_OK)
		return false;
	must(bf_citizen_read(bf_str(citizen.number), demo, TODAY, &again) == BF_CITIZEN_OK);
	must(strcmp(citizen.number, again.number) == 0);
	must(citizen.born == again.born && citizen.region == again.region);
	check_changed(&citizen, demo);
	check_masked(&citizen);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_str text = { (const char *)data, size };
	bool real = check(text, false);

	must(!check(text, true) || !real);
	return 0;
}
