#include "db/script.h"

#include <sodium.h>

#include "base/buf.h"

enum piece { SPACE, COMMENT, QUOTED, SEMICOLON, CHARACTER, UNENDED };

/* One file being cut. */
struct cutter {
	struct bf_pool *pool;
	struct bf_faults *faults;
	const char *file;
	int line;

	struct bf_buf sql; /* of the statement so far */
	int start_line;
	bool in_compound; /* between "-- begin" and "-- end" */
	int count;
	struct bf_step *first, **last;
};

static struct bf_str after(struct bf_str s, size_t bytes)
{
	return (struct bf_str){ s.p + bytes, s.len - bytes };
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t line_length(struct bf_str s)
{
	const char *end = memchr(s.p, '\n', s.len);

	return end ? (size_t)(end - s.p) : s.len;
}

static size_t quoted_length(struct bf_str s, enum piece *ret_piece)
{
	for (size_t i = 1; i < s.len; i++) {
		if (s.p[i] == '\\' && s.p[0] != '`')
			i++;
		else if (s.p[i] == s.p[0] && i + 1 < s.len && s.p[i + 1] == s.p[0])
			i++;
		else if (s.p[i] == s.p[0])
			return i + 1;
	}
	*ret_piece = UNENDED;
	return s.len;
}

/* The next piece of a text and its bytes. A comment that the server would execute counts as
 * part of the statement. */
static size_t next_piece(struct bf_str s, enum piece *ret_piece)
{
	const char *end;

	*ret_piece = COMMENT;
	if (s.p[0] == '#' || (bf_str_starts(s, BF_STR("--")) && (s.len == 2 || is_space(s.p[2]))))
		return line_length(s);
	if (bf_str_starts(s, BF_STR("/*"))) {
		if (s.len > 2 && (s.p[2] == '!' || s.p[2] == 'M'))
			*ret_piece = QUOTED;
		end = memmem(s.p + 2, s.len - 2, "*/", 2);
		if (!end)
			*ret_piece = UNENDED;
		return end ? (size_t)(end - s.p) + 2 : s.len;
	}
	*ret_piece = QUOTED;
	if (s.p[0] == '\'' || s.p[0] == '"' || s.p[0] == '`')
		return quoted_length(s, ret_piece);
	*ret_piece = is_space(s.p[0]) ? SPACE : s.p[0] == ';' ? SEMICOLON : CHARACTER;
	return 1;
}

/* ---- cutting ---------------------------------------------------------------------- */

static void seal(struct bf_step *step)
{
	unsigned char hash[crypto_generichash_BYTES];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)step->sql.p, step->sql.len,
			   NULL, 0);
	sodium_bin2hex(step->checksum, sizeof(step->checksum), hash, sizeof(hash));
}

static void end_statement(struct cutter *cutter)
{
	struct bf_str sql = bf_str_trim(bf_buf_str(&cutter->sql));
	struct bf_step *step = bf_pool_zalloc(cutter->pool, sizeof(*step));

	if (bf_str_ends(sql, BF_STR(";"))) /* the last one of a compound statement */
		sql = bf_str_trim((struct bf_str){ sql.p, sql.len - 1 });
	if (sql.len) {
		*step = (struct bf_step){ .number = ++cutter->count, .line = cutter->start_line };
		step->sql = (struct bf_str){ bf_pool_copy(cutter->pool, sql), sql.len };
		seal(step);
		*cutter->last = step;
		cutter->last = &step->next;
	}
	bf_buf_clear(&cutter->sql);
	cutter->in_compound = false;
}

static void fault_unended(struct cutter *cutter, int line, const char *what)
{
	bf_faults_add(cutter->faults, cutter->file, line, "%s does not end", what);
	bf_buf_clear(&cutter->sql);
}

static void take_space(struct cutter *cutter)
{
	if (cutter->sql.len && cutter->sql.data[cutter->sql.len - 1] != ' ')
		bf_buf_add_char(&cutter->sql, ' ');
}

static void take_text(struct cutter *cutter, struct bf_str s)
{
	if (!cutter->sql.len)
		cutter->start_line = cutter->line;
	bf_buf_add_str(&cutter->sql, s);
}

static void take_comment(struct cutter *cutter, struct bf_str comment)
{
	comment = bf_str_trim(comment);
	if (bf_str_is(comment, "-- begin")) {
		if (cutter->sql.len || cutter->in_compound)
			fault_unended(cutter, cutter->start_line, "the statement before \"begin\"");
		cutter->in_compound = true;
	} else if (bf_str_is(comment, "-- end") && cutter->in_compound) {
		end_statement(cutter);
	} else {
		/* "--" and the space that stands for the comment would begin another one */
		if (bf_str_ends(bf_buf_str(&cutter->sql), BF_STR("--")))
			bf_faults_add(cutter->faults, cutter->file, cutter->line,
				      "\"--\" before a comment. Put a space between.");
		take_space(cutter);
	}
}

/* A statement ends here, and with it the line. */
static void take_semicolon(struct cutter *cutter, struct bf_str rest)
{
	struct bf_str line = bf_str_trim((struct bf_str){ rest.p, line_length(rest) });
	enum piece piece;

	if (cutter->in_compound) {
		take_text(cutter, BF_STR(";"));
		return;
	}
	if (line.len && (next_piece(line, &piece), piece != COMMENT))
		bf_faults_add(cutter->faults, cutter->file, cutter->line,
			      "text behind \";\". A statement ends with its line; one that holds "
			      "others stands between \"-- begin\" and \"-- end\".");
	end_statement(cutter);
}

static void take(struct cutter *cutter, enum piece piece, struct bf_str s, struct bf_str rest)
{
	switch (piece) {
	case SPACE:
		take_space(cutter);
		break;
	case COMMENT:
		take_comment(cutter, s);
		break;
	case SEMICOLON:
		take_semicolon(cutter, rest);
		break;
	case UNENDED:
		fault_unended(cutter, cutter->line, "a quoted text or a comment");
		break;
	default:
		take_text(cutter, s);
	}
}

struct bf_step *bf_script_split(struct bf_pool *pool, const char *file, struct bf_str text,
				struct bf_faults *faults)
{
	struct cutter cutter = { .pool = pool, .faults = faults, .file = file, .line = 1 };

	if (!bf_utf8_valid(text) || (text.len && memchr(text.p, '\0', text.len))) {
		bf_faults_add(faults, file, 0, "is not UTF-8 text");
		return NULL;
	}
	cutter.last = &cutter.first;
	bf_buf_init(&cutter.sql);
	while (text.len) {
		enum piece piece;
		size_t bytes = next_piece(text, &piece);
		struct bf_str s = { text.p, bytes };

		text = after(text, bytes);
		take(&cutter, piece, s, text);
		for (size_t i = 0; i < bytes; i++)
			cutter.line += s.p[i] == '\n';
	}
	if (bf_str_trim(bf_buf_str(&cutter.sql)).len || cutter.in_compound)
		fault_unended(&cutter, cutter.start_line, "a statement");
	bf_buf_release(&cutter.sql);
	return cutter.first;
}

/* ---- whose tables ----------------------------------------------------------------- */

/* A statement read word by word. Words keep the form they have; quoted names lose their quotes
 * and are never taken for keywords. */
struct words {
	struct bf_pool *pool;
	struct bf_str rest, prefix;
	struct bf_str now; /* the word; empty at the end */
	bool quoted;       /* it is a quoted name or text */
	bool ended;
	const char *wrong;
};

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static void refuse(struct words *words, const char *why)
{
	if (!words->wrong)
		words->wrong = why;
}

static void advance(struct words *words)
{
	struct bf_str s = bf_str_trim(words->rest);
	enum piece piece = CHARACTER;
	size_t bytes = 0;

	words->ended = !s.len;
	if (s.len)
		bytes = next_piece(s, &piece);
	words->quoted = piece == QUOTED;
	if (piece == QUOTED && s.p[0] == '/')
		refuse(words, "holds a comment that the server would execute");
	if (piece == QUOTED) {
		words->now = (struct bf_str){ s.p + 1, bytes - 2 };
	} else {
		while (bytes && bytes < s.len && is_name_byte(s.p[0]) && is_name_byte(s.p[bytes]))
			bytes++;
		words->now = (struct bf_str){ s.p, bytes };
	}
	words->rest = after(s, bytes);
}

static bool at(const struct words *words, const char *keyword)
{
	return !words->quoted && words->now.len == strlen(keyword) &&
	       strncasecmp(words->now.p, keyword, words->now.len) == 0;
}

static bool accept(struct words *words, const char *keyword)
{
	bool there = at(words, keyword);

	if (there)
		advance(words);
	return there;
}

static void accept_all(struct words *words, const char *const *keywords)
{
	for (size_t i = 0; keywords[i]; i++)
		accept(words, keywords[i]);
}

/* The name of a table that is changed. */
static void own_table(struct words *words)
{
	struct bf_str name = words->now;

	advance(words);
	if (!name.len || !bf_str_starts(name, words->prefix) || at(words, "."))
		refuse(words, bf_pool_printf(words->pool,
					     "changes table \"%.*s%s\". A plugin changes tables "
					     "that begin with \"%.*s\" only.",
					     BF_STR_ARG(name), at(words, ".") ? "." : "",
					     BF_STR_ARG(words->prefix)));
}

static void unknown_form(struct words *words)
{
	refuse(words, "is of no form that a plugin's migration may have. There are CREATE, ALTER, "
		      "DROP and RENAME TABLE, CREATE and DROP INDEX, INSERT, REPLACE, and UPDATE "
		      "and DELETE of one table.");
}

static void index_on_table(struct words *words)
{
	static const char *const exists[] = { "IF", "NOT", "EXISTS", NULL };

	accept_all(words, exists);
	advance(words); /* the index's name */
	if (accept(words, "USING"))
		advance(words);
	if (accept(words, "ON"))
		own_table(words);
	else
		unknown_form(words);
}

static void after_create(struct words *words)
{
	static const char *const exists[] = { "IF", "NOT", "EXISTS", NULL };
	static const char *const kinds[] = {
		"OR", "REPLACE", "UNIQUE", "FULLTEXT", "SPATIAL", NULL
	};

	accept_all(words, kinds);
	if (accept(words, "TABLE")) {
		accept_all(words, exists);
		own_table(words);
	} else if (accept(words, "INDEX")) {
		index_on_table(words);
	} else {
		unknown_form(words);
	}
}

/* ALTER TABLE names other tables behind RENAME and, for partitions, behind TABLE. */
static void after_alter(struct words *words)
{
	static const char *const kinds[] = { "ONLINE", "IGNORE", NULL };
	static const char *const exists[] = { "IF", "EXISTS", NULL };

	accept_all(words, kinds);
	if (!accept(words, "TABLE")) {
		unknown_form(words);
		return;
	}
	accept_all(words, exists);
	own_table(words);
	while (!words->ended) {
		if (accept(words, "TABLE")) {
			own_table(words);
		} else if (!accept(words, "RENAME")) {
			advance(words);
		} else if (!at(words, "COLUMN") && !at(words, "INDEX") && !at(words, "KEY")) {
			static const char *const to[] = { "TO", "AS", "=", NULL };

			accept_all(words, to);
			own_table(words);
		}
	}
}

static void after_drop(struct words *words)
{
	static const char *const exists[] = { "IF", "EXISTS", NULL };

	if (accept(words, "INDEX")) {
		index_on_table(words);
		return;
	}
	if (!accept(words, "TABLE")) {
		unknown_form(words);
		return;
	}
	accept_all(words, exists);
	do
		own_table(words);
	while (accept(words, ","));
}

static void after_rename(struct words *words)
{
	static const char *const exists[] = { "TABLE", "IF", "EXISTS", NULL };

	accept_all(words, exists);
	do {
		own_table(words);
		if (!accept(words, "TO"))
			unknown_form(words);
		own_table(words);
	} while (accept(words, ","));
}

static void after_insert(struct words *words)
{
	static const char *const kinds[] = { "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY",
					     "IGNORE",       "INTO",    NULL };

	accept_all(words, kinds);
	own_table(words);
}

static void after_update(struct words *words)
{
	static const char *const kinds[] = { "LOW_PRIORITY", "IGNORE", NULL };

	accept_all(words, kinds);
	own_table(words);
	if (!at(words, "SET"))
		unknown_form(words);
}

static void after_delete(struct words *words)
{
	static const char *const kinds[] = { "LOW_PRIORITY", "QUICK", "IGNORE", "FROM", NULL };

	accept_all(words, kinds);
	own_table(words);
	if (!words->ended && !at(words, "WHERE") && !at(words, "ORDER") && !at(words, "LIMIT"))
		unknown_form(words);
}

const char *bf_script_check_tables(struct bf_pool *pool, struct bf_str sql, struct bf_str prefix)
{
	static const struct {
		const char *verb;
		void (*check)(struct words *words);
	} forms[] = {
		{ "CREATE", after_create }, { "ALTER", after_alter },   { "DROP", after_drop },
		{ "RENAME", after_rename }, { "INSERT", after_insert }, { "REPLACE", after_insert },
		{ "UPDATE", after_update }, { "DELETE", after_delete },
	};
	struct words words = { .pool = pool, .rest = sql, .prefix = prefix };

	size_t i = 0;

	advance(&words);
	while (i < sizeof(forms) / sizeof(forms[0]) && !accept(&words, forms[i].verb))
		i++;
	if (i < sizeof(forms) / sizeof(forms[0]))
		forms[i].check(&words);
	else
		unknown_form(&words);
	while (!words.ended)
		advance(&words);
	return words.wrong;
}
