#include "http/form.h"

#include <strings.h>

#include "http/address.h"

enum {
	BOUNDARY_BYTES_MAX = 70, /* RFC 2046 */
	PART_HEADER_BYTES_MAX = 4096,
	FIELDS_FIRST = 8,
};

enum kind { URLENCODED, MULTIPART };

enum state {
	IN_NAME,
	IN_VALUE, /* urlencoded */
	BEFORE_PARTS,
	AFTER_BOUNDARY,
	IN_HEADERS,
	IN_PART,
	BEHIND_PARTS, /* multipart */
};

struct bf_form {
	struct bf_pool *pool;
	size_t fields_max;
	enum kind kind;
	enum state state;
	struct bf_buf piece; /* of the name, value, headers or part that is being read */

	size_t count, capacity; /* of fields */
	struct bf_field *fields;
	size_t upload_count, upload_capacity;
	struct bf_upload *uploads;

	/* urlencoded */
	struct bf_str name;     /* of the value that is being read */
	unsigned escape_digits; /* still to come behind a percent sign */
	int escape;             /* of the digits so far */

	/* multipart */
	char delimiter[4 + BOUNDARY_BYTES_MAX + 1]; /* CR LF "--" and the boundary */
	size_t delimiter_len, matched;
	char after[2]; /* the bytes behind a boundary */
	size_t after_len;
	struct bf_upload part; /* headers of the part that is being read */
	bool is_file;
};

static enum bf_rc refuse(struct bf_err *err, const char *why)
{
	return bf_err_set(err, BF_BAD_REQUEST, "form: %s", why);
}

/* ---- what comes out ------------------------------------------------------------------ */

/* Room for one more of count items: the array is moved to twice its size when it is full. */
static void *grown(struct bf_pool *pool, void *items, size_t count, size_t *capacity, size_t size)
{
	void *more;

	if (count < *capacity)
		return items;
	*capacity = count ? count * 2 : FIELDS_FIRST;
	more = bf_pool_alloc(pool, *capacity * size);
	if (count)
		memcpy(more, items, count * size);
	return more;
}

static struct bf_str take_piece(struct bf_form *form)
{
	struct bf_str text = { bf_pool_copy(form->pool, bf_buf_str(&form->piece)),
			       form->piece.len };

	bf_buf_clear(&form->piece);
	return text;
}

static enum bf_rc add_field(struct bf_form *form, struct bf_str name, struct bf_str value,
			    struct bf_err *err)
{
	if (!bf_text_clean(name) || !bf_text_clean(value))
		return refuse(err, "a field is not UTF-8 or holds control characters");
	if (form->count + form->upload_count == form->fields_max)
		return bf_err_set(err, BF_BAD_REQUEST, "form: more than %zu fields",
				  form->fields_max);
	form->fields = grown(form->pool, form->fields, form->count, &form->capacity,
			     sizeof(form->fields[0]));
	form->fields[form->count++] = (struct bf_field){ name, value };
	return BF_OK;
}

/* ---- urlencoded ---------------------------------------------------------------------- */

static enum bf_rc end_pair(struct bf_form *form, struct bf_err *err)
{
	struct bf_str name = form->name, value = BF_STR("");
	bool named = form->state == IN_NAME;

	if (form->escape_digits)
		return refuse(err, "a percent sign without its two digits");
	if (named)
		name = take_piece(form);
	else
		value = take_piece(form);
	form->state = IN_NAME;
	return name.len || !named ? add_field(form, name, value, err) : BF_OK;
}

static enum bf_rc add_escape(struct bf_form *form, char c, struct bf_err *err)
{
	int digit = bf_hex_digit(c);

	if (digit < 0)
		return refuse(err, "a percent sign without its two digits");
	form->escape = form->escape << 4 | digit;
	if (--form->escape_digits == 0)
		bf_buf_add_char(&form->piece, (char)form->escape);
	return BF_OK;
}

static enum bf_rc feed_pairs(struct bf_form *form, struct bf_str bytes, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; rc == BF_OK && i < bytes.len; i++) {
		char c = bytes.p[i];

		if (form->escape_digits) {
			rc = add_escape(form, c, err);
		} else if (c == '%') {
			form->escape = 0;
			form->escape_digits = 2;
		} else if (c == '&') {
			rc = end_pair(form, err);
		} else if (c == '=' && form->state == IN_NAME) {
			form->name = take_piece(form);
			form->state = IN_VALUE;
		} else {
			bf_buf_add_char(&form->piece, c == '+' ? ' ' : c);
		}
	}
	return rc;
}

/* ---- multipart: the headers of a part ------------------------------------------------- */

static bool starts_without_case(struct bf_str s, struct bf_str prefix)
{
	return s.len >= prefix.len && strncasecmp(s.p, prefix.p, prefix.len) == 0;
}

/* A parameter of a header, `; name="value"` or `; name=value`. Takes it off *rest. */
static bool cut_parameter(struct bf_str *rest, struct bf_str *ret_name, struct bf_str *ret_value)
{
	struct bf_str name, value;

	*rest = bf_str_trim(*rest);
	if (!rest->len || rest->p[0] != ';')
		return false;
	rest->p++;
	rest->len--;
	if (!memchr(rest->p, '=', rest->len) || !bf_str_cut(rest, '=', &name))
		return false;
	*rest = bf_str_trim(*rest);
	if (rest->len && rest->p[0] == '"') {
		rest->p++;
		rest->len--;
		if (!memchr(rest->p, '"', rest->len) || !bf_str_cut(rest, '"', &value))
			return false;
	} else {
		size_t len = 0;

		while (len < rest->len && rest->p[len] != ';')
			len++;
		value = bf_str_trim((struct bf_str){ rest->p, len });
		rest->p += len;
		rest->len -= len;
	}
	*ret_name = bf_str_trim(name);
	*ret_value = value;
	return true;
}

static enum bf_rc read_disposition(struct bf_form *form, struct bf_str value, struct bf_err *err)
{
	struct bf_str kind = BF_STR("form-data"), name, text;

	if (!starts_without_case(value, kind))
		return refuse(err, "a part is not form-data");
	value.p += kind.len;
	value.len -= kind.len;
	while (cut_parameter(&value, &name, &text)) {
		struct bf_str *to = bf_str_is(name, "name")       ? &form->part.field
				    : bf_str_is(name, "filename") ? &form->part.file_name
								  : NULL;

		if (to && to->p)
			return refuse(err, "a part has two names");
		if (to)
			*to = (struct bf_str){ bf_pool_copy(form->pool, text), text.len };
	}
	if (bf_str_trim(value).len)
		return refuse(err, "a part's disposition is malformed");
	return BF_OK;
}

static enum bf_rc read_part_headers(struct bf_form *form, struct bf_err *err)
{
	struct bf_str rest = bf_buf_str(&form->piece), line, name;
	enum bf_rc rc = BF_OK;

	form->part = (struct bf_upload){ .content_type = BF_STR("text/plain") };
	while (rc == BF_OK && bf_str_cut(&rest, '\n', &line)) {
		line = bf_str_trim(line);
		if (!line.len)
			continue;
		if (!memchr(line.p, ':', line.len) || !bf_str_cut(&line, ':', &name))
			return refuse(err, "a part has a malformed header");
		line = bf_str_trim(line);
		if (name.len == strlen("content-disposition") &&
		    starts_without_case(name, BF_STR("content-disposition")))
			rc = read_disposition(form, line, err);
		else if (name.len == strlen("content-type") &&
			 starts_without_case(name, BF_STR("content-type")))
			form->part.content_type =
				(struct bf_str){ bf_pool_copy(form->pool, line), line.len };
	}
	if (rc != BF_OK)
		return rc;
	if (!form->part.field.len)
		return refuse(err, "a part has no name");
	if (!bf_text_clean(form->part.field) || !bf_text_clean(form->part.file_name) ||
	    !bf_text_clean(form->part.content_type))
		return refuse(err, "a part's headers are not UTF-8 or hold control characters");
	bf_buf_clear(&form->piece);
	form->is_file = form->part.file_name.p != NULL;
	form->state = IN_PART;
	return BF_OK;
}

/* ---- multipart: parts and what stands between them ------------------------------------ */

static enum bf_rc add_upload(struct bf_form *form, struct bf_err *err)
{
	if (!form->part.file_name.len && !form->piece.len)
		return BF_OK; /* a file input that was left empty */
	if (form->count + form->upload_count == form->fields_max)
		return bf_err_set(err, BF_BAD_REQUEST, "form: more than %zu fields",
				  form->fields_max);
	form->uploads = grown(form->pool, form->uploads, form->upload_count, &form->upload_capacity,
			      sizeof(form->uploads[0]));
	form->part.bytes = take_piece(form);
	form->uploads[form->upload_count++] = form->part;
	return BF_OK;
}

static enum bf_rc end_part(struct bf_form *form, struct bf_err *err)
{
	if (form->state == BEFORE_PARTS)
		return BF_OK;
	return form->is_file ? add_upload(form, err)
			     : add_field(form, form->part.field, take_piece(form), err);
}

/*
 * One byte of a part, or of what stands before the first. A delimiter may be cut by the end of
 * what was fed, so its first bytes are held back as `matched`. CR stands at its start and
 * nowhere else, hence after a mismatch only the byte at hand can begin a new one.
 */
static enum bf_rc feed_part_byte(struct bf_form *form, char c, struct bf_err *err)
{
	enum bf_rc rc;

	if (c != form->delimiter[form->matched]) {
		if (form->state == IN_PART)
			bf_buf_add(&form->piece, form->delimiter, form->matched);
		form->matched = 0;
	}
	if (c != form->delimiter[form->matched]) {
		if (form->state == IN_PART)
			bf_buf_add_char(&form->piece, c);
		return BF_OK;
	}
	if (++form->matched < form->delimiter_len)
		return BF_OK;
	rc = end_part(form, err);
	bf_buf_clear(&form->piece);
	form->matched = 0;
	form->after_len = 0;
	form->state = AFTER_BOUNDARY;
	return rc;
}

static enum bf_rc feed_after_boundary(struct bf_form *form, char c, struct bf_err *err)
{
	form->after[form->after_len++] = c;
	if (form->after_len < sizeof(form->after))
		return BF_OK;
	if (memcmp(form->after, "--", 2) == 0)
		form->state = BEHIND_PARTS;
	else if (memcmp(form->after, "\r\n", 2) == 0)
		form->state = IN_HEADERS;
	else
		return refuse(err, "a boundary is followed by neither a line break nor \"--\"");
	return BF_OK;
}

static enum bf_rc feed_header_byte(struct bf_form *form, char c, struct bf_err *err)
{
	bf_buf_add_char(&form->piece, c);
	if (form->piece.len > PART_HEADER_BYTES_MAX)
		return bf_err_set(err, BF_BAD_REQUEST,
				  "form: a part has more than %d bytes of headers",
				  PART_HEADER_BYTES_MAX);
	if (bf_str_ends(bf_buf_str(&form->piece), BF_STR("\r\n\r\n")))
		return read_part_headers(form, err);
	return BF_OK;
}

static enum bf_rc feed_parts(struct bf_form *form, struct bf_str bytes, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; rc == BF_OK && i < bytes.len && form->state != BEHIND_PARTS; i++) {
		if (form->state == AFTER_BOUNDARY)
			rc = feed_after_boundary(form, bytes.p[i], err);
		else if (form->state == IN_HEADERS)
			rc = feed_header_byte(form, bytes.p[i], err);
		else
			rc = feed_part_byte(form, bytes.p[i], err);
	}
	return rc;
}

static enum bf_rc set_boundary(struct bf_form *form, struct bf_str boundary, struct bf_err *err)
{
	if (!boundary.len || boundary.len > BOUNDARY_BYTES_MAX)
		return refuse(err, "multipart needs a boundary of 1 to 70 characters");
	if (!bf_only_has(boundary, "'()+_,-./:=? "))
		return refuse(err, "the boundary holds a character that none may have");
	memcpy(form->delimiter, "\r\n--", 4);
	memcpy(form->delimiter + 4, boundary.p, boundary.len);
	form->delimiter_len = 4 + boundary.len;
	/* The first boundary may stand at the very start, without a line break before it. */
	form->matched = 2;
	form->state = BEFORE_PARTS;
	return BF_OK;
}

/* ---- the reader ---------------------------------------------------------------------- */

/* The type itself; its parameters go to *ret_rest. */
static struct bf_str media_type(struct bf_str content_type, struct bf_str *ret_rest)
{
	const char *at = content_type.len ? memchr(content_type.p, ';', content_type.len) : NULL;
	size_t len = at ? (size_t)(at - content_type.p) : content_type.len;

	*ret_rest = (struct bf_str){ content_type.p + len, content_type.len - len };
	return bf_str_trim((struct bf_str){ content_type.p, len });
}

static bool is_type(struct bf_str type, struct bf_str wanted)
{
	return type.len == wanted.len && starts_without_case(type, wanted);
}

bool bf_form_is(struct bf_str content_type)
{
	struct bf_str rest, type = media_type(content_type, &rest);

	return is_type(type, BF_STR("application/x-www-form-urlencoded")) ||
	       is_type(type, BF_STR("multipart/form-data"));
}

static void release_piece(void *arg)
{
	bf_buf_release(arg);
}

static struct bf_form *new_reader(struct bf_pool *pool, size_t fields_max)
{
	struct bf_form *form = bf_pool_zalloc(pool, sizeof(*form));

	form->pool = pool;
	form->fields_max = fields_max;
	bf_buf_init(&form->piece);
	bf_pool_defer(pool, release_piece, &form->piece);
	return form;
}

enum bf_rc bf_form_new(struct bf_pool *pool, struct bf_str content_type, size_t fields_max,
		       struct bf_form **ret_form, struct bf_err *err)
{
	struct bf_str rest, type = media_type(content_type, &rest);
	struct bf_str boundary = { NULL, 0 }, charset = BF_STR("utf-8"), name, value;
	struct bf_form *form;
	enum bf_rc rc = BF_OK;

	while (cut_parameter(&rest, &name, &value)) {
		if (is_type(name, BF_STR("boundary")))
			boundary = value;
		else if (is_type(name, BF_STR("charset")))
			charset = value;
	}
	if (!is_type(charset, BF_STR("utf-8")))
		return refuse(err, "its charset is not UTF-8");
	form = new_reader(pool, fields_max);
	if (is_type(type, BF_STR("multipart/form-data"))) {
		form->kind = MULTIPART;
		rc = set_boundary(form, boundary, err);
	}
	if (rc == BF_OK)
		*ret_form = form;
	return rc;
}

enum bf_rc bf_form_feed(struct bf_form *form, struct bf_str bytes, struct bf_err *err)
{
	return form->kind == MULTIPART ? feed_parts(form, bytes, err)
				       : feed_pairs(form, bytes, err);
}

enum bf_rc bf_form_end(struct bf_form *form, struct bf_fields *ret_fields,
		       struct bf_upload **ret_uploads, size_t *ret_upload_count, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	if (form->kind == URLENCODED)
		rc = end_pair(form, err);
	else if (form->state != BEHIND_PARTS)
		rc = refuse(err, "the last boundary is missing");
	if (rc != BF_OK)
		return rc;
	*ret_fields = (struct bf_fields){ form->count, form->fields };
	*ret_uploads = form->uploads;
	*ret_upload_count = form->upload_count;
	return BF_OK;
}

enum bf_rc bf_form_query(struct bf_pool *pool, struct bf_str text, size_t fields_max,
			 struct bf_fields *ret_fields, struct bf_err *err)
{
	struct bf_form *form = new_reader(pool, fields_max);
	struct bf_upload *uploads;
	size_t upload_count;
	enum bf_rc rc = bf_form_feed(form, text, err);

	return rc == BF_OK ? bf_form_end(form, ret_fields, &uploads, &upload_count, err) : rc;
}
