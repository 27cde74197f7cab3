#include "domain/region_file.h"

#include <stdlib.h>

#include "base/file.h"

enum { LEVELS = 5, DATE_CHARS = 10 };

static const char columns[] = "code,parent,level,name,name_en,valid_from";

static bool parse_line(struct bf_str text, struct bf_region_line *line)
{
	struct bf_str code, parent, level;

	return bf_str_cut(&text, ',', &code) && bf_str_int(code, &line->code) && line->code > 0 &&
	       bf_str_cut(&text, ',', &parent) && bf_str_int(parent, &line->parent) &&
	       bf_str_cut(&text, ',', &level) && bf_str_int(level, &line->level) &&
	       line->level >= 1 && line->level <= LEVELS && bf_str_cut(&text, ',', &line->name) &&
	       line->name.len && bf_str_cut(&text, ',', &line->name_en) && line->name_en.len &&
	       bf_str_cut(&text, ',', &line->valid_from) && line->valid_from.len == DATE_CHARS &&
	       !text.p;
}

static int by_code(const void *a, const void *b)
{
	const struct bf_region_line *left = a, *right = b;

	return (left->code > right->code) - (left->code < right->code);
}

const struct bf_region_line *bf_region_file_find(const struct bf_region_file *file, int64_t code)
{
	struct bf_region_line wanted = { .code = code };

	return file->count ? bsearch(&wanted, file->lines, file->count, sizeof(wanted), by_code)
			   : NULL;
}

/* Each parent is there and above its child; no code stands twice. */
static enum bf_rc check_tree(const struct bf_region_file *file, const char *name,
			     struct bf_err *err)
{
	for (size_t i = 0; i < file->count; i++) {
		const struct bf_region_line *line = &file->lines[i];
		const struct bf_region_line *parent = bf_region_file_find(file, line->parent);

		if (i && line[-1].code == line->code)
			return bf_err_set(err, BF_FAULT, "%s: region %lld stands twice", name,
					  (long long)line->code);
		if (line->level == 1 ? line->parent != 0 : !parent || parent->level >= line->level)
			return bf_err_set(err, BF_FAULT, "%s: region %lld has no parent above it",
					  name, (long long)line->code);
	}
	return BF_OK;
}

static size_t count_lines(struct bf_str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.p[i] == '\n';
	return count + 1;
}

enum bf_rc bf_region_file_parse(struct bf_region_file *file, struct bf_pool *pool, const char *name,
				struct bf_str text, struct bf_err *err)
{
	bool named = false;
	struct bf_str line;

	file->count = 0;
	file->lines = bf_pool_zalloc(pool, sizeof(*file->lines) * count_lines(text));
	for (int number = 1; bf_str_cut(&text, '\n', &line); number++) {
		if (!line.len || line.p[0] == '#')
			continue;
		if (!named && !bf_str_is(line, columns))
			return bf_err_set(err, BF_FAULT, "%s:%d: the first line must be \"%s\"",
					  name, number, columns);
		if (named && !parse_line(line, &file->lines[file->count]))
			return bf_err_set(err, BF_FAULT, "%s:%d: malformed region \"%.*s\"", name,
					  number, BF_STR_ARG(line));
		file->count += named;
		named = true;
	}
	if (file->count)
		qsort(file->lines, file->count, sizeof(*file->lines), by_code);
	return check_tree(file, name, err);
}

enum bf_rc bf_region_file_read(struct bf_region_file *file, struct bf_pool *pool, const char *path,
			       struct bf_err *err)
{
	struct bf_str text;
	enum bf_rc rc = bf_file_read(pool, path, &text, err);

	return rc == BF_OK ? bf_region_file_parse(file, pool, path, text, err) : rc;
}
