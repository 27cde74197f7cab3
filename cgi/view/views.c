#include "view/compile.h"

#include "base/file.h"

const char *const bf_lang_code[BF_LANG__MAX] = { [BF_ZH] = "zh", [BF_EN] = "en" };
const char *const bf_lang_tag[BF_LANG__MAX] = { [BF_ZH] = "zh-Hans-CN", [BF_EN] = "en" };

struct bf_views *bf_views_new(struct bf_pool *pool, const struct bf_view_env *env)
{
	struct bf_views *views = bf_pool_zalloc(pool, sizeof(*views));

	views->pool = pool;
	views->scratch = bf_pool_new(pool);
	views->env = *env;
	views->last_wanted = &views->wanted;
	return views;
}

/* ---- templates ---- */

static int compare(const struct bf_template *template, const char *scope, const char *name)
{
	int by_scope = strcmp(template->scope, scope);

	return by_scope ? by_scope : strcmp(template->name, name);
}

/* Where a template stands, or would. */
static size_t place_of(const struct bf_views *views, const char *scope, const char *name)
{
	size_t low = 0, high = views->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(views->templates[middle], scope, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct bf_template *find(const struct bf_views *views, const char *scope, const char *name)
{
	size_t at = place_of(views, scope, name);

	return at < views->count && compare(views->templates[at], scope, name) == 0
		       ? views->templates[at]
		       : NULL;
}

const struct bf_template *bf_views_template(const struct bf_views *views, const char *scope,
					    const char *name)
{
	const struct bf_template *own = find(views, scope, name);

	return own ? own : find(views, BF_VIEWS_CORE, name);
}

static void insert(struct bf_views *views, struct bf_template *template)
{
	size_t at = place_of(views, template->scope, template->name);

	if (views->count == views->capacity) {
		struct bf_template **templates = views->templates;

		views->capacity = views->capacity ? views->capacity * 2 : 32;
		views->templates = bf_pool_alloc(views->pool, views->capacity * sizeof(*templates));
		if (views->count)
			memcpy(views->templates, templates, views->count * sizeof(*templates));
	}
	memmove(views->templates + at + 1, views->templates + at,
		(views->count - at) * sizeof(*views->templates));
	views->templates[at] = template;
	views->count++;
}

static const char *keep(struct bf_views *views, const char *text)
{
	return bf_pool_copy(views->pool, bf_str(text));
}

void bf_views_parse(struct bf_views *views, const char *scope, const char *name, const char *file,
		    struct bf_str text, struct bf_faults *faults)
{
	struct bf_template *template = bf_pool_zalloc(views->pool, sizeof(*template));

	if (find(views, scope, name)) {
		bf_faults_add(faults, file, 0, "there is a template \"%s\" of \"%s\" already", name,
			      scope);
		return;
	}
	template->scope = keep(views, scope);
	template->name = keep(views, name);
	template->file = keep(views, file);
	template->doc = bf_xml_read(views->scratch, template->file, text, faults);
	insert(views, template);
}

void bf_views_add(struct bf_views *views, const char *scope, const char *folder,
		  struct bf_faults *faults)
{
	struct bf_err err = { 0 };
	struct bf_str text;
	const char **names;
	size_t count;

	if (bf_file_list(views->scratch, folder, ".html", &names, &count, &err) != BF_OK) {
		bf_faults_add(faults, folder, 0, "%s", err.text);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const char *file = bf_pool_printf(views->scratch, "%s/%s", folder, names[i]);

		if (bf_file_read(views->scratch, file, &text, &err) == BF_OK)
			bf_views_parse(views, scope, names[i], file, text, faults);
		else
			bf_faults_add(faults, file, 0, "%s", err.text);
	}
}

/* ---- catalogues ---- */

void bf_views_parse_catalog(struct bf_views *views, const char *scope, enum bf_lang lang,
			    const char *file, struct bf_str text, struct bf_faults *faults)
{
	struct bf_scope_catalog *made = bf_pool_zalloc(views->pool, sizeof(*made));

	made->scope = keep(views, scope);
	made->lang = lang;
	made->catalog = bf_catalog_parse(views->pool, lang, keep(views, file), text, faults);
	made->next = views->catalogs;
	views->catalogs = made;
}

void bf_views_add_catalog(struct bf_views *views, const char *scope, const char *folder,
			  struct bf_faults *faults)
{
	for (enum bf_lang lang = 0; lang < BF_LANG__MAX; lang++) {
		const char *file =
			bf_pool_printf(views->scratch, "%s/%s.po", folder, bf_lang_code[lang]);
		struct bf_err err = { 0 };
		struct bf_str text;
		enum bf_rc rc = bf_file_read(views->scratch, file, &text, &err);

		if (rc == BF_OK)
			bf_views_parse_catalog(views, scope, lang, file, text, faults);
		else if (rc != BF_NOT_FOUND)
			bf_faults_add(faults, file, 0, "%s", err.text);
	}
}

static const struct bf_translation *translation_in(const struct bf_views *views, const char *scope,
						   enum bf_lang lang, struct bf_str context,
						   struct bf_str id)
{
	const struct bf_translation *found = NULL;

	for (const struct bf_scope_catalog *at = views->catalogs; at && !found; at = at->next)
		if (at->lang == lang && strcmp(at->scope, scope) == 0)
			found = bf_catalog_find(at->catalog, context, id);
	return found;
}

const struct bf_translation *bf_views_translation(const struct bf_views *views, const char *scope,
						  enum bf_lang lang, struct bf_str context,
						  struct bf_str id)
{
	const struct bf_translation *own = translation_in(views, scope, lang, context, id);

	return own ? own : translation_in(views, BF_VIEWS_CORE, lang, context, id);
}

const char *bf_views_text(const struct bf_views *views, const char *scope, enum bf_lang lang,
			  const char *english)
{
	const struct bf_translation *found =
		bf_views_translation(views, scope, lang, BF_STR(""), bf_str(english));

	return found ? found->one.p : english;
}

void bf_views_require(const struct bf_views *views, const char *scope, const char *english,
		      const char *file, struct bf_faults *faults)
{
	if (english && !bf_views_translation(views, scope, BF_ZH, BF_STR(""), bf_str(english)))
		bf_faults_add(faults, file, 0, "the text \"%s\" has no translation in zh.po",
			      english);
}

/* ---- compiling ---- */

void bf_views_compile(struct bf_views *views, struct bf_faults *faults)
{
	for (size_t i = 0; i < views->count; i++) {
		struct bf_template *template = views->templates[i];

		for (enum bf_lang lang = 0; template->doc && lang < BF_LANG__MAX; lang++)
			template->views[lang] = bf_compile(views, template, lang, faults);
	}
	for (size_t i = 0; i < views->count; i++)
		views->templates[i]->doc = NULL;
	bf_pool_free(views->scratch);
	views->scratch = NULL;
}

const struct bf_view *bf_views_find(const struct bf_views *views, const char *scope,
				    const char *name, enum bf_lang lang)
{
	const struct bf_template *template = find(views, scope, name);

	return template ? template->views[lang] : NULL;
}

/* ---- collecting texts ---- */

static void print_string(FILE *out, const char *keyword, struct bf_str s)
{
	fprintf(out, "%s \"", keyword);
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			fputc('\\', out);
		if (s.p[i] == '\n')
			fputs("\\n", out);
		else
			fputc(s.p[i], out);
	}
	fputs("\"\n", out);
}

static bool same_text(const struct bf_wanted_text *a, const struct bf_wanted_text *b)
{
	return strcmp(a->scope, b->scope) == 0 && bf_str_eq(a->context, b->context) &&
	       bf_str_eq(a->id, b->id);
}

static bool stands_before(const struct bf_views *views, const struct bf_wanted_text *text)
{
	const struct bf_wanted_text *at = views->wanted;

	while (at != text && !same_text(at, text))
		at = at->next;
	return at != text;
}

static void print_wanted(FILE *out, const struct bf_wanted_text *text)
{
	for (const struct bf_wanted_text *at = text; at; at = at->next)
		if (same_text(at, text))
			fprintf(out, "#: %s:%d\n", at->file, at->line);
	if (text->context.len)
		print_string(out, "msgctxt", text->context);
	print_string(out, "msgid", text->id);
	if (text->plural.len)
		print_string(out, "msgid_plural", text->plural);
	fputs(text->plural.len ? "msgstr[0] \"\"\n\n" : "msgstr \"\"\n\n", out);
}

void bf_views_collect(const struct bf_views *views, const char *scope, FILE *out)
{
	fputs("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n", out);
	for (const struct bf_wanted_text *at = views->wanted; at; at = at->next)
		if (strcmp(at->scope, scope) == 0 && !stands_before(views, at))
			print_wanted(out, at);
}
