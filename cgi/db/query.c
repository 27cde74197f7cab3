#include "db/query.h"

#include "base/file.h"
#include "db/queries.h"

/* ---- the table of queries --------------------------------------------------------- */

static int compare(const struct bf_query *query, const char *scope, const char *name)
{
	int order = strcmp(query->scope, scope);

	return order ? order : strcmp(query->name, name);
}

/* The place of a name in the sorted table, or where it would stand. */
static size_t place(const struct bf_queries *queries, const char *scope, const char *name)
{
	size_t low = 0, high = queries->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(queries->sorted[middle], scope, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct bf_queries *bf_queries_new(struct bf_pool *pool)
{
	struct bf_queries *queries = bf_pool_zalloc(pool, sizeof(*queries));

	queries->pool = pool;
	return queries;
}

const struct bf_query *bf_queries_find(const struct bf_queries *queries, const char *scope,
				       const char *name)
{
	size_t i = place(queries, scope, name);

	return i < queries->count && compare(queries->sorted[i], scope, name) == 0
		       ? queries->sorted[i]
		       : NULL;
}

const struct bf_query *bf_queries_at(const struct bf_queries *queries, size_t i)
{
	return i < queries->count ? queries->sorted[i] : NULL;
}

void bf_queries_insert(struct bf_queries *queries, struct bf_query *query)
{
	size_t at = place(queries, query->scope, query->name);

	if (queries->count == queries->capacity) {
		size_t capacity = queries->capacity ? queries->capacity * 2 : 64;
		struct bf_query **more = bf_pool_alloc(queries->pool, capacity * sizeof(*more));

		if (queries->count)
			memcpy(more, queries->sorted, queries->count * sizeof(*more));
		queries->sorted = more;
		queries->capacity = capacity;
	}
	memmove(queries->sorted + at + 1, queries->sorted + at,
		(queries->count - at) * sizeof(*queries->sorted));
	queries->sorted[at] = query;
	queries->count++;
}

/* ---- variants --------------------------------------------------------------------- */

/* Whether "given as something else" is a state of its own. Where a name stands with words and
 * with `!x` alone, `!x` means none of the words. */
static bool has_other(const struct bf_condition *condition)
{
	return condition->plain || condition->word_count == 0;
}

size_t bf_condition_states(const struct bf_condition *condition)
{
	return 1 + condition->word_count + has_other(condition);
}

/* Which state these parameters put a condition's name in. */
static size_t state_of(const struct bf_condition *condition, const struct bf_value *value)
{
	if (bf_value_is_null(value))
		return 0;
	for (size_t i = 0; i < condition->word_count; i++)
		if (value->kind == BF_STRING && bf_str_eq(bf_value_str(value), condition->words[i]))
			return i + 1;
	return has_other(condition) ? condition->word_count + 1 : 0;
}

size_t bf_condition_state(const struct bf_query_conditions *conditions, size_t variant,
			  size_t which)
{
	for (size_t i = 0; i < which; i++)
		variant /= bf_condition_states(&conditions->items[i]);
	return variant % bf_condition_states(&conditions->items[which]);
}

const struct bf_query_variant *bf_query_choose(const struct bf_query *query,
					       const struct bf_value *args)
{
	const struct bf_query_conditions *conditions = query->conditions;
	size_t variant = 0, step = 1;

	for (size_t i = 0; i < conditions->count; i++) {
		const struct bf_condition *condition = &conditions->items[i];

		variant += step * state_of(condition, bf_value_find(args, condition->name));
		step *= bf_condition_states(condition);
	}
	return &query->variants[variant];
}

const char *bf_query_variant_name(const struct bf_query *query, size_t i, struct bf_pool *pool)
{
	const struct bf_query_conditions *conditions = query->conditions;
	struct bf_buf name;
	const char *ret;

	bf_buf_init(&name);
	for (size_t n = 0; n < conditions->count; n++) {
		const struct bf_condition *condition = &conditions->items[n];
		size_t state = bf_condition_state(conditions, i, n);

		if (n)
			bf_buf_add_text(&name, ", ");
		if (state == 0)
			bf_buf_add_char(&name, '!');
		bf_buf_add_str(&name, condition->name);
		if (state > 0 && state <= condition->word_count)
			bf_buf_printf(&name, "=%.*s", BF_STR_ARG(condition->words[state - 1]));
	}
	ret = bf_pool_copy(pool, bf_buf_str(&name));
	bf_buf_release(&name);
	return ret;
}

/* ---- files ------------------------------------------------------------------------ */

void bf_queries_load(struct bf_queries *queries, const char *scope, const char *folder,
		     struct bf_faults *faults)
{
	struct bf_err err = { 0 };
	const char **names;
	struct bf_str text;
	size_t count;

	if (bf_file_list(queries->pool, folder, ".sql", &names, &count, &err) != BF_OK) {
		bf_faults_add(faults, NULL, 0, "%s", err.text);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const char *path = bf_pool_printf(queries->pool, "%s/%s", folder, names[i]);

		if (bf_file_read(queries->pool, path, &text, &err) == BF_OK)
			bf_queries_parse(queries, scope, path, text, faults);
		else
			bf_faults_add(faults, NULL, 0, "%s", err.text);
	}
}
