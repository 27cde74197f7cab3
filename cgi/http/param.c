#include "http/param.h"

#include <inttypes.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/clock.h"

enum {
	TEXT_CHARS_MAX = 200, /* preset bound of BF_TEXT and BF_LINES */
	REF_CHARS = 10,
	DATE_CHARS = 10,
	YEAR_MIN = 1900,
	YEAR_MAX = 2200,
	CODE_CHARS_MAX = 32, /* of a choice */
};

/* Integers that every JSON reader holds exactly; and a thousand million yuan. */
static const int64_t int_max = INT64_C(9007199254740991), fen_max = INT64_C(100000000000);

const char *const bf_param_reason_text[BF_PARAM_REASON__MAX] = {
	[BF_PARAM_MISSING] = "{label}: please fill this in.",
	[BF_PARAM_TWICE] = "{label}: this was sent twice. Please send one value.",
	[BF_PARAM_CHARACTERS] = "{label}: this holds characters that cannot be used.",
	[BF_PARAM_TOO_SHORT] = "{label}: at least {bound} characters.",
	[BF_PARAM_TOO_LONG] = "{label}: at most {bound} characters.",
	[BF_PARAM_NOT_INT] = "{label}: please write a whole number, such as 12.",
	[BF_PARAM_NOT_MONEY] = "{label}: please write an amount in yuan, such as 12.50.",
	[BF_PARAM_NOT_DATE] = "{label}: please write a date, such as 2026-11-24.",
	[BF_PARAM_TOO_SMALL] = "{label}: at least {bound}.",
	[BF_PARAM_TOO_LARGE] = "{label}: at most {bound}.",
	[BF_PARAM_NOT_REF] = "{label}: a reference has 10 letters and digits.",
	[BF_PARAM_NOT_CHOICE] = "{label}: please choose one of the list.",
	[BF_PARAM_NOT_COUNTY] = "{label}: please choose a county of this city.",
	[BF_PARAM_NOT_CURSOR] = "{label}: this page is no longer there. Please start at the first.",
	[BF_PARAM_PATTERN] = "{label}: this is not in the expected form.",
};

static const struct bf_param *param_at(const struct bf_table *params, size_t i)
{
	return (const struct bf_param *)params->rows + i;
}

/* ---- bounds -------------------------------------------------------------------------- */

struct bounds {
	int64_t min, max;
};

static struct bounds bounds_of(const struct bf_param *param)
{
	if (param->min || param->max)
		return (struct bounds){ param->min, param->max };
	switch (param->type) {
	case BF_TEXT:
	case BF_LINES:
		return (struct bounds){ 0, TEXT_CHARS_MAX };
	case BF_ID:
		return (struct bounds){ 1, INT64_MAX };
	case BF_FEN:
		return (struct bounds){ 0, fen_max };
	default:
		return (struct bounds){ -int_max, int_max };
	}
}

/* ---- one value ----------------------------------------------------------------------- */

struct reading {
	struct bf_pool *pool;
	const struct bf_param *param;
	const struct bf_param_source *source;
	struct bf_str text;    /* as sent, trimmed, in normal form */
	struct bf_value value; /* what it became */
	int64_t id;            /* the second half of a cursor */
	int64_t bound;         /* that was broken */
};

static enum bf_param_reason within(struct reading *reading, int64_t n, enum bf_param_reason below,
				   enum bf_param_reason above)
{
	struct bounds bounds = bounds_of(reading->param);

	if (n < bounds.min) {
		reading->bound = bounds.min;
		return below;
	}
	if (n > bounds.max) {
		reading->bound = bounds.max;
		return above;
	}
	return BF_PARAM_FINE;
}

/* Characters that no text of a person holds: controls (line breaks and tabs apart), those that
 * turn the direction of writing for all that follows, and what is no character. */
static bool is_refused_character(uint32_t code)
{
	return (code < ' ' && code != '\n' && code != '\t') || (code >= 0x7f && code <= 0x9f) ||
	       (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
	       (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
}

static bool has_refused_character(struct bf_str text)
{
	uint32_t code;

	while (text.len) {
		size_t bytes = bf_utf8_next(text, &code);

		if (!bytes || is_refused_character(code))
			return true;
		text.p += bytes;
		text.len -= bytes;
	}
	return false;
}

static enum bf_param_reason read_text(struct reading *reading)
{
	const struct bf_param *param = reading->param;
	struct bf_str text = reading->text;
	enum bf_param_reason reason;

	if (has_refused_character(text))
		return BF_PARAM_CHARACTERS;
	reason = within(reading, (int64_t)bf_utf8_count(text), BF_PARAM_TOO_SHORT,
			BF_PARAM_TOO_LONG);
	if (reason != BF_PARAM_FINE)
		return reason;
	if (param->pattern && !bf_patterns_match(reading->source->patterns, param->pattern, text))
		return BF_PARAM_PATTERN;
	reading->value = bf_value_string(text);
	return BF_PARAM_FINE;
}

static enum bf_param_reason read_int(struct reading *reading)
{
	int64_t n;

	if (!bf_str_int(reading->text, &n))
		return BF_PARAM_NOT_INT;
	reading->value = bf_value_number(n);
	return within(reading, n, BF_PARAM_TOO_SMALL, BF_PARAM_TOO_LARGE);
}

static bool all_digits(struct bf_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

/* "12", "12.5", "12.50": digits, and behind a point one or two more. */
static bool parse_fen(struct bf_str text, int64_t *ret_fen)
{
	struct bf_str rest = text, yuan;
	int64_t fen, part = 0;

	bf_str_cut(&rest, '.', &yuan);
	if (!all_digits(yuan) || !bf_str_int(yuan, &fen) || __builtin_mul_overflow(fen, 100, &fen))
		return false;
	if (rest.p) {
		if (!all_digits(rest) || rest.len > 2 || !bf_str_int(rest, &part))
			return false;
		if (rest.len == 1)
			part *= 10;
	}
	return !__builtin_add_overflow(fen, part, ret_fen);
}

static enum bf_param_reason read_fen(struct reading *reading)
{
	int64_t fen;

	if (!parse_fen(reading->text, &fen))
		return BF_PARAM_NOT_MONEY;
	reading->value = bf_value_number(fen);
	return within(reading, fen, BF_PARAM_TOO_SMALL, BF_PARAM_TOO_LARGE);
}

static bool parse_digits(struct bf_str text, size_t at, size_t len, int *ret_n)
{
	struct bf_str digits = { text.p + at, len };
	int64_t n;

	if (!all_digits(digits) || !bf_str_int(digits, &n))
		return false;
	*ret_n = (int)n;
	return true;
}

static enum bf_param_reason read_date(struct reading *reading)
{
	struct bf_str text = reading->text;
	struct bf_date date = { 0 }, civil;

	if (text.len != DATE_CHARS || text.p[4] != '-' || text.p[7] != '-' ||
	    !parse_digits(text, 0, 4, &date.year) || !parse_digits(text, 5, 2, &date.month) ||
	    !parse_digits(text, 8, 2, &date.day) || date.year < YEAR_MIN || date.year > YEAR_MAX ||
	    date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
		return BF_PARAM_NOT_DATE;
	/* A day that the month does not have becomes another on its way there and back. */
	civil = bf_clock_date(bf_clock_from_date(date));
	if (civil.month != date.month || civil.day != date.day)
		return BF_PARAM_NOT_DATE;
	reading->value = bf_value_string(text);
	return BF_PARAM_FINE;
}

/* Crockford's base 32, in capitals: the one spelling that addresses use. */
static enum bf_param_reason read_ref(struct reading *reading)
{
	struct bf_str text = reading->text;

	if (text.len != REF_CHARS)
		return BF_PARAM_NOT_REF;
	for (size_t i = 0; i < text.len; i++)
		if (!text.p[i] || !strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", text.p[i]))
			return BF_PARAM_NOT_REF;
	reading->value = bf_value_string(text);
	return BF_PARAM_FINE;
}

static enum bf_param_reason read_choice(struct reading *reading)
{
	const struct bf_table *choices = &reading->param->choices->choices;

	for (uint32_t i = 0; i < choices->count; i++) {
		const struct bf_choice *choice =
			(const void *)((const char *)choices->rows + i * (size_t)choices->row_size);

		if (bf_str_is(reading->text, choice->code)) {
			reading->value = bf_value_string(bf_str(choice->code));
			return BF_PARAM_FINE;
		}
	}
	return BF_PARAM_NOT_CHOICE;
}

static enum bf_param_reason read_county(struct reading *reading)
{
	const struct bf_param_source *source = reading->source;
	int64_t code;

	if (!all_digits(reading->text) || !bf_str_int(reading->text, &code) || !source->is_county ||
	    !source->is_county(source->arg, code))
		return BF_PARAM_NOT_COUNTY;
	reading->value = bf_value_number(code);
	return BF_PARAM_FINE;
}

static enum bf_param_reason read_cursor(struct reading *reading)
{
	struct bf_str id = reading->text, key;
	int64_t n;

	bf_str_cut(&id, '.', &key);
	if (!bf_str_int(key, &n) || !all_digits(id) || !bf_str_int(id, &reading->id))
		return BF_PARAM_NOT_CURSOR;
	reading->value = bf_value_number(n);
	return BF_PARAM_FINE;
}

typedef enum bf_param_reason read_fn(struct reading *reading);

static read_fn *const readers[BF_PARAM_TYPE__MAX] = {
	[BF_TEXT] = read_text,     [BF_LINES] = read_text,    [BF_INT] = read_int,
	[BF_ID] = read_int,        [BF_REF] = read_ref,       [BF_FEN] = read_fen,
	[BF_DATE] = read_date,     [BF_ONE_OF] = read_choice, [BF_COUNTY] = read_county,
	[BF_CURSOR] = read_cursor,
};

/* ---- what was sent ------------------------------------------------------------------- */

static bool is_ascii(struct bf_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return false;
	return true;
}

/* Normal form C for texts; for all else the compatible one, which makes the wide digits of a
 * Chinese keyboard plain. Invalid UTF-8 stays as it is and is refused later. */
static struct bf_str normal_form(struct bf_pool *pool, struct bf_str text, bool compatible)
{
	int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | (compatible ? UTF8PROC_COMPAT : 0);
	utf8proc_uint8_t *mapped;
	utf8proc_ssize_t len;
	struct bf_str ret;

	if (is_ascii(text))
		return text;
	len = utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.len, &mapped,
			   (utf8proc_option_t)options);
	if (len < 0)
		return text;
	ret = (struct bf_str){ bf_pool_copy(pool, (struct bf_str){ (char *)mapped, (size_t)len }),
			       (size_t)len };
	free(mapped);
	return ret;
}

/* Line breaks become "\n" in lines; in one line every white space is a blank. */
static struct bf_str plain_white_space(struct bf_pool *pool, struct bf_str text, bool lines)
{
	char *to = bf_pool_copy(pool, text);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '\r' && i + 1 < text.len && text.p[i + 1] == '\n')
			continue;
		if (c == '\r')
			c = '\n';
		to[len++] = !lines && (c == '\n' || c == '\t') ? ' ' : c;
	}
	to[len] = '\0';
	return (struct bf_str){ to, len };
}

/* Without white space at both ends, the wide blank of Chinese text included. Ends in NUL. */
static struct bf_str trimmed(struct bf_pool *pool, struct bf_str text)
{
	const struct bf_str wide = BF_STR("\xe3\x80\x80");
	size_t before;

	do {
		before = text.len;
		text = bf_str_trim(text);
		if (bf_str_starts(text, wide)) {
			text.p += wide.len;
			text.len -= wide.len;
		}
		if (bf_str_ends(text, wide))
			text.len -= wide.len;
	} while (text.len != before);
	return (struct bf_str){ bf_pool_copy(pool, text), text.len };
}

static struct bf_str prepared(struct bf_pool *pool, const struct bf_param *param,
			      struct bf_str text)
{
	bool is_text = param->type == BF_TEXT || param->type == BF_LINES;

	text = normal_form(pool, text, !is_text);
	if (is_text)
		text = plain_white_space(pool, text, param->type == BF_LINES);
	return trimmed(pool, text);
}

/* How often a parameter was sent; its last value. */
static unsigned sent(const struct bf_fields *fields, const char *name, struct bf_str *ret_value)
{
	unsigned count = 0;

	for (size_t i = 0; fields && i < fields->count; i++) {
		if (bf_str_is(fields->items[i].name, name)) {
			*ret_value = fields->items[i].value;
			count++;
		}
	}
	return count;
}

static void keep(struct reading *reading, struct bf_value *values)
{
	const char *name = reading->param->name;

	if (reading->param->type != BF_CURSOR) {
		bf_value_set(values, name, reading->value);
		return;
	}
	bf_value_set(values, bf_pool_printf(reading->pool, "%s_key", name), reading->value);
	bf_value_set(values, bf_pool_printf(reading->pool, "%s_id", name),
		     bf_value_number(reading->id));
}

/* Reads a text that was sent, or the preset. */
static enum bf_param_reason read_value(struct reading *reading, struct bf_str text)
{
	const struct bf_param *param = reading->param;
	bool is_text = param->type == BF_TEXT || param->type == BF_LINES;

	reading->text = prepared(reading->pool, param, text);
	if (!reading->text.len && param->required)
		return BF_PARAM_MISSING;
	if (!reading->text.len && is_text) {
		reading->value = bf_value_string(reading->text);
		return BF_PARAM_FINE;
	}
	return readers[param->type](reading);
}

/* One parameter: fills values and typed; returns why it was refused. */
static enum bf_param_reason read_param(struct reading *reading, struct bf_params *ret)
{
	const struct bf_param *param = reading->param;
	bool is_text = param->type == BF_TEXT || param->type == BF_LINES;
	struct bf_str text;
	unsigned count = sent(reading->source->parts, param->name, &text);
	enum bf_param_reason reason;

	if (!count)
		count = sent(reading->source->fields, param->name, &text);
	if (count)
		bf_value_set(&ret->typed, param->name,
			     bf_value_string((struct bf_str){ bf_pool_copy(reading->pool, text),
							      text.len }));
	if (count > 1)
		return BF_PARAM_TWICE;
	if (count && !text.len && !is_text)
		count = 0;
	if (!count && !param->preset)
		return param->required ? BF_PARAM_MISSING : BF_PARAM_FINE;
	reason = read_value(reading, count ? text : bf_str(param->preset));
	if (reason == BF_PARAM_FINE)
		keep(reading, &ret->values);
	return reason;
}

static bool is_part(const struct bf_param_source *source, const struct bf_param *param)
{
	struct bf_str value;

	return sent(source->parts, param->name, &value) > 0;
}

enum bf_rc bf_params_read(struct bf_pool *pool, const struct bf_table *params,
			  const struct bf_param_source *source, struct bf_params *ret_params)
{
	enum bf_rc rc = BF_OK;

	*ret_params = (struct bf_params){
		.values = bf_value_map(pool),
		.typed = bf_value_map(pool),
		.faults = bf_pool_alloc(pool, params->count * sizeof(struct bf_param_fault)),
	};
	for (uint32_t i = 0; i < params->count; i++) {
		struct reading reading = { .pool = pool,
					   .param = param_at(params, i),
					   .source = source };
		enum bf_param_reason reason = read_param(&reading, ret_params);

		if (reason == BF_PARAM_FINE)
			continue;
		ret_params->faults[ret_params->fault_count++] =
			(struct bf_param_fault){ reading.param, reason, reading.bound };
		if (is_part(source, reading.param))
			rc = BF_NOT_FOUND;
		else if (rc == BF_OK)
			rc = BF_INVALID;
	}
	return rc;
}

/* ---- the sentence -------------------------------------------------------------------- */

static void add_bound(const struct bf_param_fault *fault, struct bf_buf *out)
{
	bool money = fault->param->type == BF_FEN;

	bf_buf_add_int(out, money ? fault->bound / 100 : fault->bound);
	if (money && fault->bound % 100)
		bf_buf_printf(out, ".%02" PRId64, fault->bound % 100);
}

void bf_param_fault_print(const struct bf_param_fault *fault, struct bf_str text,
			  struct bf_str label, struct bf_buf *out)
{
	struct bf_str part;

	while (bf_str_cut(&text, '{', &part)) {
		bf_buf_add_str(out, part);
		if (!text.p)
			break;
		bf_str_cut(&text, '}', &part);
		if (bf_str_is(part, "label"))
			bf_buf_add_str(out, label);
		else
			add_bound(fault, out);
	}
}

/* ---- at load ------------------------------------------------------------------------- */

static bool choices_are_good(const struct bf_param *param)
{
	const struct bf_table *choices = param->choices ? &param->choices->choices : NULL;

	if (!choices || !choices->count || choices->row_size < sizeof(struct bf_choice))
		return false;
	for (uint32_t i = 0; i < choices->count; i++) {
		const struct bf_choice *choice =
			(const void *)((const char *)choices->rows + i * (size_t)choices->row_size);
		struct bf_str code = bf_str(choice->code);

		if (!code.len || code.len > CODE_CHARS_MAX || !choice->label)
			return false;
	}
	return true;
}

static bool preset_is_good(const struct bf_param *param, const struct bf_patterns *patterns,
			   struct bf_pool *pool)
{
	struct bf_param_source source = { .patterns = patterns };
	struct reading reading = { .pool = pool, .param = param, .source = &source };

	return read_value(&reading, bf_str(param->preset)) == BF_PARAM_FINE;
}

/* What is wrong with a row; NULL: nothing. */
static const char *wrong_with(const struct bf_table *params, uint32_t i)
{
	const struct bf_param *param = param_at(params, i);
	struct bounds bounds;

	if (!param->name || !bf_str_is_name(bf_str(param->name)))
		return "its name is missing or not [a-z][a-z0-9_]{0,31}";
	for (uint32_t j = 0; j < i; j++)
		if (strcmp(param_at(params, j)->name ? param_at(params, j)->name : "",
			   param->name) == 0)
			return "another parameter has the same name";
	if (param->type <= BF_PARAM__NONE || param->type >= BF_PARAM_TYPE__MAX)
		return "its type is missing or unknown";
	bounds = bounds_of(param);
	if (bounds.min > bounds.max)
		return "its min is above its max";
	if (param->type == BF_ONE_OF && !choices_are_good(param))
		return "its choices are missing or have no codes and labels";
	if (param->pattern && param->type != BF_TEXT && param->type != BF_LINES)
		return "only texts have a pattern";
	if (param->preset && param->type == BF_COUNTY)
		return "a county has no preset, for it depends on the city";
	return NULL;
}

void bf_params_check(const struct bf_table *params, const char *owner, struct bf_patterns *patterns,
		     struct bf_faults *faults)
{
	for (uint32_t i = 0; i < params->count; i++) {
		const struct bf_param *param = param_at(params, i);
		const char *wrong = wrong_with(params, i);
		struct bf_err err = { 0 };

		if (!wrong && param->pattern &&
		    bf_patterns_add(patterns, param->pattern, &err) != BF_OK)
			wrong = err.text;
		else if (!wrong && param->preset && !preset_is_good(param, patterns, faults->pool))
			wrong = "its preset is not a value of its type, bounds and pattern";
		if (wrong)
			bf_faults_add(faults, NULL, 0, "%s: parameter %u \"%s\": %s", owner, i,
				      param->name ? param->name : "", wrong);
	}
}
