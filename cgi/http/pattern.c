/* pattern: PCRE2 under limits. Part of param.h. */
#include "http/param.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
	MATCH_LIMIT = 100000,
	DEPTH_LIMIT = 10000,
	HEAP_LIMIT_KIB = 4 * 1024,
	SUBJECT_BYTES_MAX = 8 * 1024,
	JIT_STACK_FIRST_BYTES = 32 * 1024,
	JIT_STACK_BYTES_MAX = 512 * 1024,
	PATTERNS_FIRST = 16,
};

struct pattern {
	const char *text;
	pcre2_code *code;
};

struct bf_patterns {
	struct bf_pool *pool;
	pcre2_compile_context *compiling;
	pcre2_match_context *matching;
	pcre2_match_data *data; /* room of the one match that is going on */
	pcre2_jit_stack *stack;
	size_t count, capacity;
	struct pattern *rows; /* sorted by text */
};

static void release(void *arg)
{
	struct bf_patterns *patterns = arg;

	for (size_t i = 0; i < patterns->count; i++)
		pcre2_code_free(patterns->rows[i].code);
	pcre2_match_data_free(patterns->data);
	pcre2_jit_stack_free(patterns->stack);
	pcre2_match_context_free(patterns->matching);
	pcre2_compile_context_free(patterns->compiling);
}

struct bf_patterns *bf_patterns_new(struct bf_pool *pool)
{
	struct bf_patterns *patterns = bf_pool_zalloc(pool, sizeof(*patterns));

	patterns->pool = pool;
	patterns->compiling = pcre2_compile_context_create(NULL);
	patterns->matching = pcre2_match_context_create(NULL);
	patterns->data = pcre2_match_data_create(1, NULL);
	patterns->stack = pcre2_jit_stack_create(JIT_STACK_FIRST_BYTES, JIT_STACK_BYTES_MAX, NULL);
	bf_pool_defer(pool, release, patterns);
	if (!patterns->compiling || !patterns->matching || !patterns->data || !patterns->stack)
		abort();
	pcre2_set_match_limit(patterns->matching, MATCH_LIMIT);
	pcre2_set_depth_limit(patterns->matching, DEPTH_LIMIT);
	pcre2_set_heap_limit(patterns->matching, HEAP_LIMIT_KIB);
	pcre2_jit_stack_assign(patterns->matching, NULL, patterns->stack);
	return patterns;
}

/* Where a pattern stands, or belongs. */
static size_t place_of(const struct bf_patterns *patterns, const char *text)
{
	size_t low = 0, high = patterns->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(patterns->rows[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct bf_patterns *patterns, size_t place, const char *text)
{
	return place < patterns->count && strcmp(patterns->rows[place].text, text) == 0;
}

static void insert(struct bf_patterns *patterns, size_t place, struct pattern row)
{
	if (patterns->count == patterns->capacity) {
		struct pattern *more;

		patterns->capacity = patterns->capacity ? patterns->capacity * 2 : PATTERNS_FIRST;
		more = bf_pool_alloc(patterns->pool, patterns->capacity * sizeof(*more));
		if (patterns->count)
			memcpy(more, patterns->rows, patterns->count * sizeof(*more));
		patterns->rows = more;
	}
	memmove(patterns->rows + place + 1, patterns->rows + place,
		(patterns->count - place) * sizeof(row));
	patterns->rows[place] = row;
	patterns->count++;
}

enum bf_rc bf_patterns_add(struct bf_patterns *patterns, const char *pattern, struct bf_err *err)
{
	size_t place = place_of(patterns, pattern);
	int error;
	PCRE2_SIZE at;
	pcre2_code *code;

	if (is_at(patterns, place, pattern))
		return BF_OK;
	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
			     PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_UTF | PCRE2_UCP |
				     PCRE2_NEVER_BACKSLASH_C,
			     &error, &at, patterns->compiling);
	if (!code) {
		char why[128];

		pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof(why));
		return bf_err_set(err, BF_FAULT, "pattern \"%s\": %s at character %zu", pattern,
				  why, (size_t)at + 1);
	}
	/* Without JIT on this machine the interpreter takes over, under the same limits. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	insert(patterns, place,
	       (struct pattern){ bf_pool_copy(patterns->pool, bf_str(pattern)), code });
	return BF_OK;
}

bool bf_patterns_match(const struct bf_patterns *patterns, const char *pattern,
		       struct bf_str subject)
{
	size_t place = place_of(patterns, pattern);

	if (!is_at(patterns, place, pattern))
		BF_BUG("pattern \"%s\" was not compiled at load", pattern);
	if (subject.len > SUBJECT_BYTES_MAX)
		return false;
	/* 0: it matched, and there was no room for groups, which nobody asks for. */
	return pcre2_match(patterns->rows[place].code, (PCRE2_SPTR)subject.p, subject.len, 0, 0,
			   patterns->data, patterns->matching) >= 0;
}
