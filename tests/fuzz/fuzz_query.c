/*
 * fuzz_query: text to named queries. Whatever is accepted can be bound: each variant has a "?"
 * outside of quotes for each of its parameters, and no parameter, comment or second statement
 * is left in it. Whatever is refused names a line of the file.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "db/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Behind a quoted text that starts at p; an own reading, to hold against the parser's. */
static const char *behind_quotes(const char *p, const char *end)
{
	char quote = *p++;

	while (p < end) {
		if (*p == '\\' && quote != '`') {
			p += 2;
		} else if (*p == quote) {
			if (p + 1 == end || p[1] != quote)
				return p + 1;
			p += 2;
		} else {
			p++;
		}
	}
	abort();
}

static void check_sql(const struct bf_query_variant *variant)
{
	const char *p = variant->sql.p, *end = p + variant->sql.len;
	size_t marks = 0;

	must(variant->sql.len > 0 && *end == '\0');
	while (p < end) {
		if (*p == '\'' || *p == '"' || *p == '`') {
			p = behind_quotes(p, end);
			continue;
		}
		marks += *p == '?';
		must(*p != ';' && *p != '#');
		must(strncmp(p, "/*", 2) != 0);
		must(strncmp(p, "--", 2) != 0 || (p + 2 < end && (unsigned char)p[2] > ' '));
		if (*p == ':') {
			must(p[1] == ':' || p[1] == '=');
			p++;
		}
		p++;
	}
	must(marks == variant->param_count);
}

static void check_query(const struct bf_query *query, struct bf_pool *pool)
{
	struct bf_value args = bf_value_map(pool);

	must(query->comment && query->line > 0 && bf_str_is_name(bf_str(query->name)));
	must(query->variant_count >= 1 && query->variant_count <= BF_QUERY_VARIANTS_MAX);
	for (size_t i = 0; i < query->variant_count; i++) {
		const struct bf_query_variant *variant = &query->variants[i];

		check_sql(variant);
		must(variant->id && (i == 0 || variant->id > variant[-1].id));
		must(variant->param_count <= BF_QUERY_PARAMS_MAX);
		for (size_t n = 0; n < variant->param_count; n++) {
			must(bf_str_is_name(variant->params[n]));
			bf_value_set(&args, variant->params[n].p, bf_value_number(1));
		}
	}
	must((size_t)(bf_query_choose(query, NULL) - query->variants) == 0);
	must((size_t)(bf_query_choose(query, &args) - query->variants) < query->variant_count);
}

/* "f.sql:LINE: ...", or "f.sql: ..." for the file as a whole. */
static void check_fault(const struct bf_fault *fault, long lines)
{
	char *end;
	long line;

	must(strncmp(fault->text, "f.sql:", 6) == 0);
	line = strtol(fault->text + 6, &end, 10);
	must(end == fault->text + 6 || (*end == ':' && line >= 1 && line <= lines));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	struct bf_queries *queries = bf_queries_new(pool);
	const struct bf_query *query;
	struct bf_faults faults;
	long lines = 1;

	bf_faults_init(&faults, pool);
	bf_queries_parse(queries, "core", "f.sql", (struct bf_str){ (const char *)data, size },
			 &faults);
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	for (size_t i = 0; (query = bf_queries_at(queries, i)); i++) {
		check_query(query, pool);
		must(bf_queries_find(queries, "core", query->name) == query);
	}
	for (const struct bf_fault *fault = faults.first; fault; fault = fault->next)
		check_fault(fault, lines);
	bf_pool_free(pool);
	return 0;
}
