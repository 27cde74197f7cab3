#include "view/catalog.h"

#include <stdlib.h>

#include "view/message.h"

enum { TEXT_MAX_BYTES = 4000, NESTING_MAX = 16 };

/* In the order in which they stand in an entry. */
enum field { CONTEXT, ID, PLURAL, ONE, MANY, FIELD__MAX };

struct bf_catalog {
	size_t count, capacity;
	struct bf_translation *items; /* sorted by context and id once all are read */
};

struct reader {
	struct bf_pool *pool;
	struct bf_catalog *catalog;
	enum bf_lang lang;
	const char *file;
	struct bf_faults *faults;
	int line;
	/* the entry being read */
	struct bf_buf text[FIELD__MAX];
	bool has[FIELD__MAX];
	enum field last;
	int entry_line;
	bool fuzzy;
	bool broken; /* a fault was found: what is left of the entry is passed over */
};

static int compare(const void *a, const void *b)
{
	const struct bf_translation *x = a, *y = b;
	int by_context = strcmp(x->context.p, y->context.p);

	return by_context ? by_context : strcmp(x->id.p, y->id.p);
}

/* ---- checking an entry ---- */

static bool same_piece(const struct bf_piece *a, const struct bf_piece *b)
{
	return a->kind == b->kind && bf_str_eq(a->text, b->text);
}

static size_t count_piece(struct bf_str text, const struct bf_piece *wanted)
{
	struct bf_piece piece;
	size_t count = 0;

	while (bf_message_next(&text, true, &piece))
		count += same_piece(&piece, wanted);
	return count;
}

/* Whether every value and tag of `of` stands in `in` as often; if not, which one. */
static bool has_pieces(struct bf_str in, struct bf_str of, struct bf_piece *ret_missing)
{
	struct bf_str rest = of;
	struct bf_piece piece;

	while (bf_message_next(&rest, true, &piece)) {
		if (piece.kind == BF_PIECE_TEXT ||
		    count_piece(in, &piece) >= count_piece(of, &piece))
			continue;
		*ret_missing = piece;
		return false;
	}
	return true;
}

static void fault(struct reader *r, const char *what, struct bf_str shown)
{
	bf_faults_add(r->faults, r->file, r->entry_line, "%s \"%.*s\"", what, BF_STR_ARG(shown));
	r->broken = true;
}

static void check_nesting(struct reader *r, struct bf_str text)
{
	struct bf_str open[NESTING_MAX], rest = text;
	struct bf_piece piece;
	size_t depth = 0;

	while (!r->broken && bf_message_next(&rest, true, &piece)) {
		if (piece.kind == BF_PIECE_BROKEN)
			fault(r, "a brace or a tag does not end in", text);
		else if (piece.kind == BF_PIECE_OPEN && depth == NESTING_MAX)
			fault(r, "tags are nested too deeply in", text);
		else if (piece.kind == BF_PIECE_OPEN)
			open[depth++] = piece.text;
		else if (piece.kind == BF_PIECE_CLOSE &&
			 (!depth || !bf_str_eq(open[--depth], piece.text)))
			fault(r, "tags are not closed in the order they were opened in", text);
	}
	if (!r->broken && depth)
		fault(r, "a tag is not closed in", text);
}

static void check_translation(struct reader *r, struct bf_str english, struct bf_str translation)
{
	struct bf_piece piece;

	check_nesting(r, english);
	check_nesting(r, translation);
	if (r->broken)
		return;
	if (!has_pieces(translation, english, &piece))
		fault(r, "the translation lacks", piece.whole);
	else if (!has_pieces(english, translation, &piece))
		fault(r, "the translation has what its text has not:", piece.whole);
}

static struct bf_str field_text(struct reader *r, enum field field)
{
	return bf_buf_str(&r->text[field]);
}

static void check_entry(struct reader *r)
{
	enum field english = r->has[PLURAL] && r->lang == BF_ZH ? PLURAL : ID;

	for (enum field i = CONTEXT; i < FIELD__MAX; i++)
		if (r->text[i].len > TEXT_MAX_BYTES) {
			fault(r, "an entry is too long:", (struct bf_str){ r->text[i].data, 40 });
			return;
		}
	if (r->fuzzy)
		fault(r,
		      "look over this translation and take away its \"fuzzy\":", field_text(r, ID));
	else if (r->has[MANY] && (r->lang == BF_ZH || !r->has[PLURAL]))
		fault(r, "there is one form too many of", field_text(r, ID));
	else if (r->has[PLURAL] && r->lang == BF_EN && !r->has[MANY])
		fault(r, "msgstr[1] is missing of", field_text(r, ID));
	else
		check_translation(r, field_text(r, english), field_text(r, ONE));
	if (!r->broken && r->has[MANY])
		check_translation(r, field_text(r, PLURAL), field_text(r, MANY));
}

static void check_header(struct reader *r)
{
	if (r->text[ONE].len && !strstr(r->text[ONE].data, "charset=UTF-8"))
		fault(r, "the header should say charset=UTF-8 in", field_text(r, ONE));
}

/* ---- keeping an entry ---- */

static struct bf_str kept(struct reader *r, enum field field)
{
	struct bf_str text = field_text(r, field);

	return (struct bf_str){ bf_pool_copy(r->pool, text), text.len };
}

static struct bf_translation *new_translation(struct bf_pool *pool, struct bf_catalog *catalog)
{
	if (catalog->count == catalog->capacity) {
		struct bf_translation *items = catalog->items;

		catalog->capacity = catalog->capacity ? catalog->capacity * 2 : 64;
		catalog->items = bf_pool_alloc(pool, catalog->capacity * sizeof(*items));
		if (catalog->count)
			memcpy(catalog->items, items, catalog->count * sizeof(*items));
	}
	return &catalog->items[catalog->count++];
}

static void keep_entry(struct reader *r)
{
	struct bf_translation *entry = new_translation(r->pool, r->catalog);

	*entry = (struct bf_translation){ .context = kept(r, CONTEXT),
					  .id = kept(r, ID),
					  .plural = kept(r, PLURAL),
					  .one = kept(r, ONE),
					  .line = r->entry_line };
	entry->many = r->has[MANY] ? kept(r, MANY) : entry->one;
}

static void end_entry(struct reader *r)
{
	if (r->has[ID] && !r->has[ONE] && !r->broken)
		fault(r, "msgstr is missing of", field_text(r, ID));
	if (r->has[ONE] && !r->broken) {
		bool header = !r->text[ID].len && !r->has[CONTEXT];

		if (header)
			check_header(r);
		else if (r->text[ONE].len)
			check_entry(r);
		if (!header && !r->broken && r->text[ONE].len)
			keep_entry(r);
	}
	for (enum field i = CONTEXT; i < FIELD__MAX; i++) {
		bf_buf_clear(&r->text[i]);
		r->has[i] = false;
	}
	r->fuzzy = r->broken = false;
}

/* ---- reading lines ---- */

static bool unescaped(char c, char *ret)
{
	static const char from[] = "nt\"\\", to[] = "\n\t\"\\";
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		*ret = to[at - from];
	return at != NULL;
}

/* Adds a "text" in quotes to a field. */
static void read_string(struct reader *r, enum field field, struct bf_str s)
{
	if (s.len < 2 || s.p[0] != '"' || s.p[s.len - 1] != '"') {
		fault(r, "a text in double quotes should stand in place of", s);
		return;
	}
	for (size_t i = 1; i < s.len - 1 && !r->broken; i++) {
		char c = s.p[i];

		if (c == '"' || (c == '\\' && (++i == s.len - 1 || !unescaped(s.p[i], &c))))
			fault(r, "a quote or backslash is wrong in", s);
		else
			bf_buf_add_char(&r->text[field], c);
	}
}

static bool in_entry(const struct reader *r)
{
	return r->has[CONTEXT] || r->has[ID];
}

static void read_keyword(struct reader *r, enum field field, struct bf_str rest)
{
	if (field <= ID && r->has[ONE])
		end_entry(r);
	if (!in_entry(r))
		r->entry_line = r->line;
	if (r->has[field] || (in_entry(r) && field < r->last) || (field > ID && !r->has[ID]))
		fault(r, "this stands twice or in the wrong place:", rest);
	r->has[field] = true;
	r->last = field;
	if (!r->broken)
		read_string(r, field, bf_str_trim(rest));
}

static void read_line(struct reader *r, struct bf_str line)
{
	static const struct {
		const char *word;
		enum field field;
	} keywords[] = {
		{ "msgctxt ", CONTEXT }, { "msgid ", ID },      { "msgid_plural ", PLURAL },
		{ "msgstr ", ONE },      { "msgstr[0] ", ONE }, { "msgstr[1] ", MANY },
	};

	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		struct bf_str word = bf_str(keywords[i].word);

		if (!bf_str_starts(line, word))
			continue;
		read_keyword(r, keywords[i].field,
			     (struct bf_str){ line.p + word.len, line.len - word.len });
		return;
	}
	if (line.p[0] == '"' && in_entry(r)) {
		if (!r->broken)
			read_string(r, r->last, line);
		return;
	}
	r->entry_line = r->line;
	fault(r, "this is no line of a .po file:", line);
}

static void read_comment(struct reader *r, struct bf_str line)
{
	if (r->has[ONE])
		end_entry(r);
	if (bf_str_starts(line, BF_STR("#,")) && memmem(line.p, line.len, "fuzzy", 5))
		r->fuzzy = true;
}

static void read_lines(struct reader *r, struct bf_str text)
{
	struct bf_str line;

	while (bf_str_cut(&text, '\n', &line)) {
		r->line++;
		line = bf_str_trim(line);
		if (!line.len)
			end_entry(r);
		else if (line.p[0] == '#')
			read_comment(r, line);
		else
			read_line(r, line);
	}
	end_entry(r);
}

static void sort(struct reader *r)
{
	struct bf_catalog *catalog = r->catalog;

	if (catalog->count)
		qsort(catalog->items, catalog->count, sizeof(*catalog->items), compare);
	for (size_t i = 1; i < catalog->count; i++)
		if (compare(&catalog->items[i - 1], &catalog->items[i]) == 0)
			bf_faults_add(r->faults, r->file, catalog->items[i].line,
				      "\"%s\" is translated twice", catalog->items[i].id.p);
}

struct bf_catalog *bf_catalog_parse(struct bf_pool *pool, enum bf_lang lang, const char *file,
				    struct bf_str text, struct bf_faults *faults)
{
	struct reader r = { .pool = pool, .lang = lang, .file = file, .faults = faults };

	r.catalog = bf_pool_zalloc(pool, sizeof(*r.catalog));
	if (!bf_utf8_valid(text) || memchr(text.p, '\0', text.len)) {
		bf_faults_add(faults, file, 0, "the file is not UTF-8");
		return r.catalog;
	}
	for (enum field i = CONTEXT; i < FIELD__MAX; i++)
		bf_buf_init(&r.text[i]);
	read_lines(&r, text);
	for (enum field i = CONTEXT; i < FIELD__MAX; i++)
		bf_buf_release(&r.text[i]);
	sort(&r);
	return r.catalog;
}

const struct bf_translation *bf_catalog_find(const struct bf_catalog *catalog,
					     struct bf_str context, struct bf_str id)
{
	struct bf_translation wanted = { .context = context, .id = id };

	if (!catalog || !catalog->count)
		return NULL;
	return bsearch(&wanted, catalog->items, catalog->count, sizeof(wanted), compare);
}
