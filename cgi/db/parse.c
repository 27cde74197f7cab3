/* The half of query.h that reads .sql files. */
#include "db/query.h"

#include "db/queries.h"

enum { GUARDS_MAX = 3 };
enum guard_kind { GIVEN, NOT_GIVEN, IS_WORD };

struct guard {
	enum guard_kind kind;
	size_t condition; /* index of the name */
	size_t state;     /* of IS_WORD */
};

/* What must hold for a line to be there; none: it always is. */
struct guards {
	size_t count;
	struct guard items[GUARDS_MAX];
};

/* One line of a statement without its comments, with ? in place of :names. */
struct line {
	struct line *next;
	struct bf_str sql;
	size_t param_count;
	const struct bf_str *params;
	struct guards guards;
};

/* One .sql file being read. `query` is NULL between two queries. */
struct parser {
	struct bf_queries *queries;
	struct bf_pool *pool;
	struct bf_faults *faults;
	const char *scope, *file;
	int line_number;

	struct bf_query *query;
	bool in_statement; /* behind the header's comment */
	bool failed;       /* the query has a fault and is left out */
	struct bf_query_conditions *conditions;
	struct line *first_line, **last_line;

	struct bf_buf text; /* the clean form of a line, or of a variant */
	size_t param_count; /* of the line */
	struct bf_str params[BF_QUERY_PARAMS_MAX];
};

static const char *const reading_words[] = { "SELECT", "WITH", "VALUES" };

/* Counted while loading only. One count for all tables, because one connection may serve
 * several of them and keeps statements by this number. */
static uint32_t last_variant_id;

#define FAULT(parser, ...)                                                             \
	do {                                                                           \
		bf_faults_add((parser)->faults, (parser)->file, (parser)->line_number, \
			      __VA_ARGS__);                                            \
		(parser)->failed = true;                                               \
	} while (0)

static struct bf_str after(struct bf_str s, size_t bytes)
{
	return (struct bf_str){ s.p + bytes, s.len - bytes };
}

static struct bf_str pooled(struct bf_pool *pool, struct bf_str s)
{
	return (struct bf_str){ bf_pool_copy(pool, s), s.len };
}

/* ---- one line of a statement ------------------------------------------------------ */

/* Adds a name to the conditions, or finds it there. */
static struct bf_condition *condition_named(struct parser *parser, struct bf_str name)
{
	struct bf_query_conditions *conditions = parser->conditions;

	for (size_t i = 0; i < conditions->count; i++)
		if (bf_str_eq(conditions->items[i].name, name))
			return &conditions->items[i];
	if (conditions->count == BF_CONDITIONS_MAX) {
		FAULT(parser, "query \"%s\" has conditions on over %d names", parser->query->name,
		      BF_CONDITIONS_MAX);
		return NULL;
	}
	conditions->items[conditions->count].name = pooled(parser->pool, name);
	return &conditions->items[conditions->count++];
}

/* The state that stands for a word, which is added where it is new; 0 where there are too
 * many. */
static size_t state_of_word(struct parser *parser, struct bf_condition *condition,
			    struct bf_str word)
{
	for (size_t i = 0; i < condition->word_count; i++)
		if (bf_str_eq(condition->words[i], word))
			return i + 1;
	if (condition->word_count == BF_CONDITION_WORDS_MAX) {
		FAULT(parser, "query \"%s\" has over %d words of one condition",
		      parser->query->name, BF_CONDITION_WORDS_MAX);
		return 0;
	}
	condition->words[condition->word_count] = pooled(parser->pool, word);
	return ++condition->word_count;
}

static bool is_word(struct bf_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return s.len > 0;
}

/* One condition: `x`, `!x` or `x=word`. */
static struct guard parse_guard(struct parser *parser, struct bf_str s)
{
	struct guard guard = { .kind = GIVEN };
	struct bf_condition *condition;
	struct bf_str name, word;

	s = bf_str_trim(s);
	word = s;
	if (bf_str_starts(s, BF_STR("!"))) {
		guard.kind = NOT_GIVEN;
		name = after(s, 1);
	} else {
		bf_str_cut(&word, '=', &name);
		if (word.p)
			guard.kind = IS_WORD;
	}
	if (!bf_str_is_name(name) || (guard.kind == IS_WORD && !is_word(word))) {
		FAULT(parser, "condition \"%.*s\" is none of x, !x, x=word", BF_STR_ARG(s));
		return guard;
	}
	condition = condition_named(parser, name);
	if (!condition)
		return guard;
	guard.condition = (size_t)(condition - parser->conditions->items);
	if (guard.kind == IS_WORD)
		guard.state = state_of_word(parser, condition, word);
	else if (guard.kind == GIVEN)
		condition->plain = true;
	return guard;
}

/* What stands behind "--?": conditions with commas between, all of which must hold. */
static void parse_guards(struct parser *parser, struct bf_str s, struct guards *guards)
{
	struct bf_str part;

	while (bf_str_cut(&s, ',', &part)) {
		if (guards->count == GUARDS_MAX) {
			FAULT(parser, "over %d conditions on one line", GUARDS_MAX);
			return;
		}
		guards->items[guards->count++] = parse_guard(parser, part);
	}
}

/* Copies a quoted text or name as it is; returns its bytes, or all where it does not end. */
static size_t take_quoted(struct parser *parser, struct bf_str s)
{
	char quote = s.p[0];
	size_t i = 1;

	while (i < s.len) {
		if (s.p[i] == '\\' && quote != '`' && i + 1 < s.len) {
			i += 2;
		} else if (s.p[i] != quote) {
			i++;
		} else if (i + 1 < s.len && s.p[i + 1] == quote) {
			i += 2;
		} else {
			bf_buf_add(&parser->text, s.p, i + 1);
			return i + 1;
		}
	}
	FAULT(parser, "a quoted text does not end on its line");
	return s.len;
}

/* "--" and the white space that stands for a comment or a line's end would begin another one. */
static void check_dashes(struct parser *parser)
{
	if (bf_str_ends(bf_buf_str(&parser->text), BF_STR("--")))
		FAULT(parser, "\"--\" before a comment or a line's end. Put a space between.");
}

/* Drops a comment in slashes; returns its bytes. */
static size_t take_block_comment(struct parser *parser, struct bf_str s)
{
	const char *end = memmem(s.p + 2, s.len - 2, "*/", 2);

	if (!end) {
		FAULT(parser, "a comment does not end on its line");
		return s.len;
	}
	if (bf_str_starts(s, BF_STR("/*!")) || bf_str_starts(s, BF_STR("/*M!")))
		FAULT(parser, "a comment that the server would execute is not allowed");
	check_dashes(parser);
	bf_buf_add_char(&parser->text, ' ');
	return (size_t)(end - s.p) + 2;
}

static size_t take_param(struct parser *parser, struct bf_str s)
{
	struct bf_str name = after(s, 1);

	if (bf_str_starts(name, BF_STR(":")) || bf_str_starts(name, BF_STR("="))) {
		bf_buf_add(&parser->text, s.p, 2);
		return 2;
	}
	name.len = 0;
	while (name.len + 1 < s.len && is_word((struct bf_str){ name.p + name.len, 1 }))
		name.len++;
	if (!bf_str_is_name(name)) {
		FAULT(parser, "\":%.*s\" is no parameter. Its name is [a-z][a-z0-9_]{0,31}.",
		      BF_STR_ARG(name));
	} else if (parser->param_count == BF_QUERY_PARAMS_MAX) {
		FAULT(parser, "a line has over %d parameters", BF_QUERY_PARAMS_MAX);
	} else {
		parser->params[parser->param_count++] = name;
		bf_buf_add_char(&parser->text, '?');
	}
	return name.len + 1;
}

/* "--" is a comment only where white space or the end follows: 5--3 is 8. */
static bool is_line_comment(struct bf_str s)
{
	return s.p[0] == '#' || (bf_str_starts(s, BF_STR("--")) &&
				 (s.len == 2 || (unsigned char)s.p[2] <= ' ' || s.p[2] == '?'));
}

/*
 * Reads a line of a statement into parser->text and ->params and its conditions into *guards.
 * Returns whether the statement ends on it.
 */
static bool scan_line(struct parser *parser, struct bf_str s, struct guards *guards)
{
	bool ended = false;

	bf_buf_clear(&parser->text);
	parser->param_count = 0;
	while (s.len && !is_line_comment(s)) {
		size_t bytes = 1;
		char c = s.p[0];

		if (ended && (unsigned char)c > ' ') {
			FAULT(parser, "text behind the \";\". One query has one statement.");
			return true;
		}
		if (c == '\'' || c == '"' || c == '`')
			bytes = take_quoted(parser, s);
		else if (bf_str_starts(s, BF_STR("/*")))
			bytes = take_block_comment(parser, s);
		else if (c == ':')
			bytes = take_param(parser, s);
		else if (c == ';')
			ended = true;
		else if (c == '?')
			FAULT(parser, "\"?\" in a statement. Parameters are :names.");
		else if (!ended)
			bf_buf_add_char(&parser->text, c);
		s = after(s, bytes);
	}
	check_dashes(parser);
	if (bf_str_starts(s, BF_STR("--?")))
		parse_guards(parser, after(s, 3), guards);
	return ended;
}

static void add_line(struct parser *parser, const struct guards *guards)
{
	struct bf_str sql = bf_str_trim(bf_buf_str(&parser->text));
	struct line *line;
	struct bf_str *params;

	if (!sql.len)
		return;
	line = bf_pool_zalloc(parser->pool, sizeof(*line));
	params = bf_pool_alloc(parser->pool, sizeof(*params) * parser->param_count + 1);
	for (size_t i = 0; i < parser->param_count; i++)
		params[i] = pooled(parser->pool, parser->params[i]);
	*line = (struct line){ .sql = pooled(parser->pool, sql),
			       .params = params,
			       .param_count = parser->param_count,
			       .guards = *guards };
	*parser->last_line = line;
	parser->last_line = &line->next;
}

/* ---- the header of a query -------------------------------------------------------- */

/* "-- example: city=430500, need=medical" */
static void parse_examples(struct parser *parser, struct bf_str rest)
{
	struct bf_str part, name;
	int64_t n;

	while (bf_str_cut(&rest, ',', &part)) {
		bf_str_cut(&part, '=', &name);
		name = bf_str_trim(name);
		part = bf_str_trim(part);
		if (!bf_str_is_name(name) || !part.len) {
			FAULT(parser, "an example is name=value, separated by commas");
			return;
		}
		bf_value_set(&parser->query->examples, bf_pool_copy(parser->pool, name),
			     bf_str_int(part, &n) ? bf_value_number(n)
						  : bf_value_string(pooled(parser->pool, part)));
	}
}

/* "-- page: sort_key, id" */
static void parse_page(struct parser *parser, struct bf_str rest)
{
	struct bf_query *query = parser->query;
	struct bf_str key;

	bf_str_cut(&rest, ',', &key);
	key = bf_str_trim(key);
	rest = bf_str_trim(rest);
	if (!bf_str_is_name(key) || !bf_str_is_name(rest)) {
		FAULT(parser, "\"page:\" names two columns, such as \"-- page: sort_key, id\"");
		return;
	}
	query->paged = true;
	query->page_key = pooled(parser->pool, key);
	query->page_id = pooled(parser->pool, rest);
}

static void parse_scans(struct parser *parser, struct bf_str reason)
{
	if (!reason.len)
		FAULT(parser, "\"scans:\" says why the query may read a whole table");
	parser->query->scans = bf_pool_copy(parser->pool, reason);
}

static void add_comment(struct parser *parser, struct bf_str text)
{
	const char *so_far = parser->query->comment;

	parser->query->comment =
		so_far ? bf_pool_printf(parser->pool, "%s %.*s", so_far, BF_STR_ARG(text))
		       : bf_pool_copy(parser->pool, text);
}

/* A comment line between the name and the statement: a directive, or the query's comment. */
static void parse_header(struct parser *parser, struct bf_str text)
{
	struct bf_str rest = text, word = BF_STR("");
	bool has_colon;

	bf_str_cut(&rest, ':', &word);
	has_colon = rest.p;
	rest = has_colon ? bf_str_trim(rest) : BF_STR("");
	if (bf_str_is(text, "writes"))
		parser->query->writes = true;
	else if (bf_str_is(word, "page"))
		parse_page(parser, rest);
	else if (bf_str_is(word, "example"))
		parse_examples(parser, rest);
	else if (bf_str_is(word, "scans"))
		parse_scans(parser, rest);
	else if (has_colon && bf_str_is_name(word))
		FAULT(parser,
		      "unknown word \"%.*s:\". There are name, page, writes, example, scans.",
		      BF_STR_ARG(word));
	else if (text.len)
		add_comment(parser, text);
}

static void start_query(struct parser *parser, struct bf_str name)
{
	struct bf_query *query = bf_pool_zalloc(parser->pool, sizeof(*query));

	parser->query = query;
	parser->in_statement = false;
	parser->failed = false;
	parser->first_line = NULL;
	parser->last_line = &parser->first_line;
	parser->conditions = bf_pool_zalloc(parser->pool, sizeof(*parser->conditions));
	*query = (struct bf_query){ .scope = parser->scope,
				    .name = bf_pool_copy(parser->pool, name),
				    .file = parser->file,
				    .line = parser->line_number,
				    .examples = bf_value_map(parser->pool),
				    .conditions = parser->conditions };
	if (!bf_str_is_name(name))
		FAULT(parser, "\"%.*s\" is no query name. It is [a-z][a-z0-9_]{0,31}.",
		      BF_STR_ARG(name));
}

/* ---- a whole query ---------------------------------------------------------------- */

static bool holds(const struct guard *guard, const struct bf_query_conditions *conditions,
		  size_t variant)
{
	size_t state = bf_condition_state(conditions, variant, guard->condition);

	switch (guard->kind) {
	case GIVEN:
		return state != 0;
	case NOT_GIVEN:
		return state == 0;
	default:
		return state == guard->state;
	}
}

static bool is_there(const struct line *line, const struct bf_query_conditions *conditions,
		     size_t variant)
{
	for (size_t i = 0; i < line->guards.count; i++)
		if (!holds(&line->guards.items[i], conditions, variant))
			return false;
	return true;
}

static size_t variant_count(const struct bf_query_conditions *conditions)
{
	size_t count = 1;

	for (size_t i = 0; i < conditions->count; i++)
		count *= bf_condition_states(&conditions->items[i]);
	return count;
}

/* Puts together the lines that hold in a variant. */
static void make_variant(struct parser *parser, size_t i, struct bf_query_variant *variant)
{
	struct bf_str params[BF_QUERY_PARAMS_MAX];
	size_t count = 0;

	bf_buf_clear(&parser->text);
	for (struct line *line = parser->first_line; line; line = line->next) {
		if (!is_there(line, parser->conditions, i))
			continue;
		if (count + line->param_count > BF_QUERY_PARAMS_MAX) {
			FAULT(parser, "query \"%s\" has over %d parameters", parser->query->name,
			      BF_QUERY_PARAMS_MAX);
			return;
		}
		if (parser->text.len)
			bf_buf_add_char(&parser->text, '\n');
		bf_buf_add_str(&parser->text, line->sql);
		for (size_t n = 0; n < line->param_count; n++)
			params[count++] = line->params[n];
	}
	variant->sql = pooled(parser->pool, bf_buf_str(&parser->text));
	variant->param_count = count;
	variant->params = memcpy(bf_pool_alloc(parser->pool, sizeof(params[0]) * count + 1), params,
				 sizeof(params[0]) * count);
	variant->id = ++last_variant_id;
}

static bool ends_word(char c)
{
	return !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
	       c != '_';
}

static bool only_reads(struct bf_str sql)
{
	while (sql.len && (sql.p[0] == '(' || (unsigned char)sql.p[0] <= ' '))
		sql = after(sql, 1);
	for (size_t i = 0; i < sizeof(reading_words) / sizeof(reading_words[0]); i++) {
		size_t len = strlen(reading_words[i]);

		if (sql.len >= len && strncasecmp(sql.p, reading_words[i], len) == 0 &&
		    (sql.len == len || ends_word(sql.p[len])))
			return true;
	}
	return false;
}

static void check_query(struct parser *parser)
{
	struct bf_query *query = parser->query;
	const struct bf_query *same = bf_queries_find(parser->queries, query->scope, query->name);

	if (same)
		FAULT(parser, "query \"%s\" stands in %s:%d already", query->name, same->file,
		      same->line);
	if (!query->comment)
		FAULT(parser, "query \"%s\" has no comment. Say below its name what it answers.",
		      query->name);
	if (!parser->first_line || parser->first_line->guards.count)
		FAULT(parser, "query \"%s\" has no first line that always holds", query->name);
	else if (!query->writes && !only_reads(parser->first_line->sql))
		FAULT(parser, "query \"%s\" changes rows. Say \"-- writes\" below its name.",
		      query->name);
	if (variant_count(parser->conditions) > BF_QUERY_VARIANTS_MAX)
		FAULT(parser, "query \"%s\" has %zu variants, the most is %d", query->name,
		      variant_count(parser->conditions), BF_QUERY_VARIANTS_MAX);
}

static void end_query(struct parser *parser)
{
	struct bf_query *query = parser->query;
	struct bf_query_variant *variants;

	parser->line_number = query->line;
	if (!parser->failed)
		check_query(parser);
	if (parser->failed)
		return;
	query->variant_count = variant_count(parser->conditions);
	variants = bf_pool_zalloc(parser->pool, sizeof(*variants) * query->variant_count);
	for (size_t i = 0; i < query->variant_count && !parser->failed; i++)
		make_variant(parser, i, &variants[i]);
	query->variants = variants;
	if (!parser->failed)
		bf_queries_insert(parser->queries, query);
}

static void parse_statement_line(struct parser *parser, struct bf_str text)
{
	struct guards guards = { 0 };
	int line_number = parser->line_number;
	bool ended;

	parser->in_statement = true;
	ended = scan_line(parser, text, &guards);
	add_line(parser, &guards);
	if (!ended)
		return;
	end_query(parser);
	parser->line_number = line_number;
	parser->query = NULL;
}

static void fault_unended(struct parser *parser)
{
	if (parser->query)
		bf_faults_add(parser->faults, parser->file, parser->query->line,
			      "query \"%s\" does not end. Its last line ends in \";\".",
			      parser->query->name);
	parser->query = NULL;
}

static void parse_line(struct parser *parser, struct bf_str text)
{
	struct bf_str trimmed = bf_str_trim(text);
	bool comment =
		bf_str_starts(trimmed, BF_STR("--")) && !bf_str_starts(trimmed, BF_STR("--?"));
	struct bf_str words = comment ? bf_str_trim(after(trimmed, 2)) : trimmed;

	if (comment && bf_str_starts(words, BF_STR("name:"))) {
		fault_unended(parser);
		start_query(parser, bf_str_trim(after(words, 5)));
	} else if (parser->query && !parser->in_statement && comment) {
		parse_header(parser, words);
	} else if (parser->query && trimmed.len) {
		parse_statement_line(parser, text);
	} else if (trimmed.len && !comment) {
		FAULT(parser, "a statement without a name. Put \"-- name: ...\" above it.");
	}
}

void bf_queries_parse(struct bf_queries *queries, const char *scope, const char *file,
		      struct bf_str text, struct bf_faults *faults)
{
	struct parser parser = { .queries = queries, .pool = queries->pool, .faults = faults };
	struct bf_str rest = text, line;

	parser.scope = bf_pool_copy(queries->pool, bf_str(scope));
	parser.file = bf_pool_copy(queries->pool, bf_str(file));
	if (!bf_utf8_valid(text) || (text.len && memchr(text.p, '\0', text.len))) {
		bf_faults_add(faults, file, 0, "is not UTF-8 text");
		return;
	}
	bf_buf_init(&parser.text);
	while (bf_str_cut(&rest, '\n', &line)) {
		parser.line_number++;
		parse_line(&parser, line);
	}
	fault_unended(&parser);
	bf_buf_release(&parser.text);
}
