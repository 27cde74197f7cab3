/*
 * fuzz_pattern: subjects against patterns as plugins declare them, and against those that a
 * careless one might. A match is one for the interpreter without limits as well, of the whole
 * subject; nothing takes long.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "http/param.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const declared[] = {
	"1[3-9]\\d{9}",
	"[\\p{Han}·]{2,20}",
	"/(?:[^/\\\\\\s][^\\\\\\s]*)?",
	"[0-9A-HJ-NP-RT-UW-Y]{18}",
	"[^@\\s]+@[^@\\s]+\\.[a-z]{2,}",
	"(a+)+",
	"(?:a|aa|.)*b",
	"(?i)(x+x+)+y",
	"((?:\\w+\\s?)*)!",
};

enum { DECLARED = sizeof(declared) / sizeof(declared[0]) };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static const struct bf_patterns *patterns_of_this_process(void)
{
	static struct bf_patterns *patterns;

	if (!patterns) {
		patterns = bf_patterns_new(bf_pool_new(NULL));
		for (size_t i = 0; i < DECLARED; i++)
			must(bf_patterns_add(patterns, declared[i], NULL) == BF_OK);
	}
	return patterns;
}

/* By another way: no JIT, no anchors but those in the pattern, the library's own limits. */
static bool is_no_match(const char *pattern, struct bf_str subject)
{
	char anchored[256];
	int error, found;
	PCRE2_SIZE at;
	pcre2_code *code;
	pcre2_match_data *match;

	snprintf(anchored, sizeof(anchored), "\\A(?:%s)\\z", pattern);
	code = pcre2_compile((PCRE2_SPTR)anchored, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP,
			     &error, &at, NULL);
	must(code != NULL);
	match = pcre2_match_data_create_from_pattern(code, NULL);
	found = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.len, 0, PCRE2_NO_JIT, match, NULL);
	pcre2_match_data_free(match);
	pcre2_code_free(code);
	return found == PCRE2_ERROR_NOMATCH;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_str subject;
	const char *pattern;

	if (size < 1 || size > 12 * 1024)
		return 0;
	pattern = declared[data[0] % DECLARED];
	subject = (struct bf_str){ (const char *)data + 1, size - 1 };
	if (bf_patterns_match(patterns_of_this_process(), pattern, subject)) {
		must(bf_utf8_valid(subject));
		must(!is_no_match(pattern, subject));
	}
	return 0;
}
