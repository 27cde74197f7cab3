#include "domain/register_file.h"

#include <errno.h>
#include <iconv.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

enum {
	BLOCK_BYTES = 65536,
	LINE_BYTES = 4096,
	TEXT_BYTES = 2 * LINE_BYTES, /* a line of GB18030 in UTF-8 */
	KEY_BYTES = 60,
	UTF8_BYTES = 4,
};

enum column {
	COLUMN_HOUSEHOLD,
	COLUMN_VILLAGE,
	COLUMN_RELATION,
	COLUMN_NAME,
	COLUMN_NUMBER,
	COLUMN_YEAR,
	COLUMN__MAX
};

static const char header[] = "household,village,relation,name,id_number,birth_year";
static const char header_zh[] = "户编号,村,身份,姓名,身份证号码,出生年份";

struct line {
	int64_t number;
	const char *fault;
	struct bf_str fields[COLUMN__MAX];
	char bytes[TEXT_BYTES + 1];
};

struct bf_register_file {
	FILE *in;
	const char *path;
	char hash[BF_SECRET_HEX_BYTES];
	iconv_t decoder; /* of GB18030; (iconv_t)-1: the file is UTF-8 */
	int64_t number;  /* of the line that was read last */
	struct line line;
	bool has_line;          /* it belongs to the next household */
	bool is_behind_unknown; /* whose the line before was, nobody knows */
};

/* ---- lines ----------------------------------------------------------------------------- */

static void close_file(void *arg)
{
	struct bf_register_file *file = arg;

	fclose(file->in);
	if (file->decoder != (iconv_t)-1)
		iconv_close(file->decoder);
}

static bool decode(struct bf_register_file *file, char *raw, size_t len, struct line *line)
{
	char *from = raw, *to = line->bytes;
	size_t room = TEXT_BYTES;

	if (file->decoder == (iconv_t)-1) {
		memcpy(line->bytes, raw, len);
		line->bytes[len] = '\0';
		return bf_utf8_valid((struct bf_str){ raw, len });
	}
	iconv(file->decoder, NULL, NULL, NULL, NULL);
	if (iconv(file->decoder, &from, &len, &to, &room) == (size_t)-1)
		return false;
	*to = '\0';
	return true;
}

/* One field from *rest on, unquoted in its place. False: its quotes do not fit. */
static bool cut_field(char **rest, struct bf_str *ret_field)
{
	char *from = *rest, *to = *rest;

	if (*from != '"') {
		from += strcspn(from, ",");
		*ret_field = bf_str_trim((struct bf_str){ *rest, (size_t)(from - *rest) });
		*rest = *from ? from + 1 : NULL;
		return true;
	}
	for (from++; *from && (*from != '"' || from[1] == '"'); from++) {
		from += *from == '"';
		*to++ = *from;
	}
	if (*from != '"' || (from[1] && from[1] != ','))
		return false;
	*ret_field = bf_str_trim((struct bf_str){ *rest, (size_t)(to - *rest) });
	*rest = from[1] ? from + 2 : NULL;
	return true;
}

static void split(struct line *line)
{
	char *rest = line->bytes;

	for (size_t i = 0; i < COLUMN__MAX; i++)
		if (!rest || !cut_field(&rest, &line->fields[i])) {
			line->fault = "the line does not have six fields";
			return;
		}
	if (rest)
		line->fault = "the line has more than six fields";
}

/* The next line's bytes without its end; a longer one than fits is cut, and has a fault. False:
 * there is none. */
static bool read_raw(struct bf_register_file *file, char raw[LINE_BYTES], size_t *ret_len,
		     const char **ret_fault)
{
	size_t len = 0;
	int c = getc_unlocked(file->in);

	if (c == EOF)
		return false;
	for (; c != EOF && c != '\n'; c = getc_unlocked(file->in)) {
		if (c == '\0')
			*ret_fault = "the line has bytes that are no text";
		if (len < LINE_BYTES)
			raw[len++] = (char)c;
		else
			*ret_fault = "the line is too long";
	}
	if (len && raw[len - 1] == '\r')
		len--;
	file->number++;
	*ret_len = len;
	return true;
}

/* The next line that is not empty, into file->line. */
static bool next_line(struct bf_register_file *file)
{
	char raw[LINE_BYTES];
	struct line *line = &file->line;
	size_t len = 0;

	do {
		line->fault = NULL;
		if (!read_raw(file, raw, &len, &line->fault))
			return false;
	} while (!len && !line->fault);
	line->number = file->number;
	memset(line->fields, 0, sizeof(line->fields));
	if (!line->fault && !decode(file, raw, len, line))
		line->fault = "the line has bytes that are no text";
	if (!line->fault)
		split(line);
	return true;
}

/* ---- opening --------------------------------------------------------------------------- */

/* Bytes at the end of a block that may be the beginning of a character. */
static size_t cut_off(const char *block, size_t len)
{
	for (size_t back = 1; back < UTF8_BYTES && back <= len; back++)
		if (((unsigned char)block[len - back] & 0xc0) == 0xc0)
			return back;
	return 0;
}

/* Reads all of it once: its hash, and whether it is UTF-8. */
static bool look_through(struct bf_register_file *file)
{
	unsigned char digest[BF_SECRET_HASH_BYTES];
	crypto_generichash_state state;
	char block[BLOCK_BYTES];
	bool is_utf8 = true;
	size_t kept = 0, len;

	crypto_generichash_init(&state, NULL, 0, sizeof(digest));
	while ((len = fread(block + kept, 1, sizeof(block) - kept, file->in)) > 0) {
		crypto_generichash_update(&state, (unsigned char *)block + kept, len);
		len += kept;
		kept = cut_off(block, len);
		is_utf8 = is_utf8 && bf_utf8_valid((struct bf_str){ block, len - kept });
		memmove(block, block + len - kept, kept);
	}
	is_utf8 = is_utf8 && bf_utf8_valid((struct bf_str){ block, kept });
	crypto_generichash_final(&state, digest, sizeof(digest));
	sodium_bin2hex(file->hash, sizeof(file->hash), digest, sizeof(digest));
	return is_utf8;
}

static enum bf_rc check_header(struct bf_register_file *file, struct bf_err *err)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct line line = { 0 };
	char raw[LINE_BYTES];
	struct bf_str text;
	size_t len = 0;

	if (read_raw(file, raw, &len, &line.fault) && !line.fault &&
	    decode(file, raw, len, &line)) {
		text = bf_str(line.bytes);
		if (bf_str_starts(text, BF_STR("\xef\xbb\xbf")))
			text = (struct bf_str){ text.p + sizeof(mark) - 1,
						text.len - (sizeof(mark) - 1) };
		text = bf_str_trim(text);
		if (bf_str_is(text, header) || bf_str_is(text, header_zh))
			return BF_OK;
	}
	return bf_err_set(err, BF_INVALID, "%s: the first line must be \"%s\" or \"%s\"",
			  file->path, header, header_zh);
}

enum bf_rc bf_register_file_open(struct bf_pool *pool, const char *path,
				 struct bf_register_file **ret_file, struct bf_err *err)
{
	struct bf_register_file *file = bf_pool_zalloc(pool, sizeof(*file));

	file->path = path;
	file->decoder = (iconv_t)-1;
	file->in = fopen(path, "rbe");
	if (!file->in)
		return bf_err_set(err, BF_NOT_FOUND, "%s: %s", path, strerror(errno));
	bf_pool_defer(pool, close_file, file);
	if (!look_through(file))
		file->decoder = iconv_open("UTF-8", "GB18030");
	if (ferror(file->in) || fseeko(file->in, 0, SEEK_SET) != 0)
		return bf_err_set(err, BF_FAULT, "%s: %s", path, strerror(errno));
	*ret_file = file;
	return check_header(file, err);
}

const char *bf_register_file_hash(const struct bf_register_file *file)
{
	return file->hash;
}

/* ---- households ------------------------------------------------------------------------ */

static const char *relation(struct bf_pool *pool, struct bf_str text)
{
	static const struct {
		const char *chinese, *name;
	} words[] = { { "户主", "head" },
		      { "配偶", "spouse" },
		      { "子女", "child" },
		      { "父母", "parent" },
		      { "其他", "other" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bf_str_is(text, words[i].chinese))
			return words[i].name;
	return bf_pool_copy(pool, text);
}

static void add_person(struct bf_pool *pool, const struct line *line,
		       struct bf_register_household *household)
{
	struct bf_newcomer *person = &household->people[household->count];

	if (household->count > BF_ENROL_PEOPLE_MAX)
		return;
	household->lines[household->count++] = line->number;
	person->relation = relation(pool, line->fields[COLUMN_RELATION]);
	person->name = bf_str(bf_pool_copy(pool, line->fields[COLUMN_NAME]));
	person->number = bf_str(bf_pool_copy(pool, line->fields[COLUMN_NUMBER]));
	if (line->fields[COLUMN_YEAR].len &&
	    !bf_str_int(line->fields[COLUMN_YEAR], &person->birth_year))
		person->birth_year = 0;
}

/* The village and the household's number there; NULL: the line does not say whose it is. */
static const char *client_of(struct bf_pool *pool, const struct line *line)
{
	struct bf_str key = line->fields[COLUMN_HOUSEHOLD], village = line->fields[COLUMN_VILLAGE];
	int64_t code;

	if (!key.len || key.len > KEY_BYTES || !bf_str_int(village, &code) || code <= 0)
		return NULL;
	return bf_pool_printf(pool, "%jd/%.*s", (intmax_t)code, BF_STR_ARG(key));
}

static void take(struct bf_pool *pool, const struct line *line,
		 struct bf_register_household *household)
{
	if (!line->fault)
		add_person(pool, line, household);
	else if (!household->fault) {
		household->fault = line->fault;
		household->line = line->number;
	}
}

static void begin(struct bf_register_file *file, struct bf_pool *pool,
		  struct bf_register_household *household)
{
	struct line *line = &file->line;

	household->line = line->number;
	household->client_id = client_of(pool, line);
	if (!household->client_id && !line->fault)
		line->fault = "the line lacks a household of up to 60 characters or a village";
	else if (household->client_id && file->is_behind_unknown)
		household->fault =
			"the line before it cannot be read, and may be of this household";
	(void)bf_str_int(line->fields[COLUMN_VILLAGE], &household->village);
	take(pool, line, household);
	file->is_behind_unknown = !household->client_id;
}

/* The other lines of a household. One that does not say whose it is may be of it, or of the next
 * one: neither is taken without it. */
static void go_on(struct bf_register_file *file, struct bf_pool *pool,
		  struct bf_register_household *household)
{
	while (next_line(file)) {
		const char *client = client_of(pool, &file->line);

		file->has_line = !client || strcmp(client, household->client_id) != 0;
		if (!client && !household->fault)
			household->fault =
				"a line behind it cannot be read, and may be of this household";
		if (file->has_line)
			return;
		take(pool, &file->line, household);
	}
}

enum bf_rc bf_register_file_next(struct bf_register_file *file, struct bf_pool *pool,
				 struct bf_register_household *ret_household, bool *ret_more,
				 struct bf_err *err)
{
	memset(ret_household, 0, sizeof(*ret_household));
	*ret_more = file->has_line || next_line(file);
	file->has_line = false;
	if (*ret_more)
		begin(file, pool, ret_household);
	if (ret_household->client_id)
		go_on(file, pool, ret_household);
	return ferror(file->in) ? bf_err_set(err, BF_FAULT, "%s: %s", file->path, strerror(errno))
				: BF_OK;
}
