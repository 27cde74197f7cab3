#include "http/request.h"

#include <sodium.h>

#include "base/clock.h"
#include "http/address.h"
#include "http/cookie.h"
#include "http/form.h"

enum { HEADERS_FIRST = 32, HEADER_BYTES_MAX = 64 * 1024, FIELDS_MAX = 200 };

/* ---- variables ----------------------------------------------------------------------- */

/* Variables that decide who asks and for what: one value each, or the request is refused.
 * Sorted. */
static const char *const single[] = {
	"CONTENT_LENGTH",         "CONTENT_TYPE", "HTTP_AUTHORIZATION",
	"HTTP_CONTENT_LENGTH",    "HTTP_COOKIE",  "HTTP_HOST",
	"HTTP_IDEMPOTENCY_KEY",   "HTTP_ORIGIN",  "HTTP_SEC_FETCH_SITE",
	"HTTP_TRANSFER_ENCODING", "REMOTE_ADDR",  "REQUEST_METHOD",
	"REQUEST_SCHEME",         "REQUEST_URI",
};

static int compare_name(const void *key, const void *row)
{
	const struct bf_str *name = key;
	const char *const *other = row;
	size_t len = strlen(*other);
	int order = memcmp(name->p, *other, name->len < len ? name->len : len);

	return order ? order : (name->len > len) - (name->len < len);
}

/* Marks a variable in the set of those seen. False: it is a single one and was seen before. */
static bool first_of_its_name(struct bf_str name, uint32_t *seen)
{
	const char *const *row = bsearch(&name, single, sizeof(single) / sizeof(single[0]),
					 sizeof(single[0]), compare_name);
	uint32_t bit = row ? UINT32_C(1) << (row - single) : 0;
	bool first = !(*seen & bit);

	*seen |= bit;
	return first;
}

/* "HTTP_ACCEPT_LANGUAGE" -> "accept-language" */
static struct bf_str header_name(struct bf_pool *pool, struct bf_str variable)
{
	char *name = bf_pool_copy(pool, variable);

	for (size_t i = 0; i < variable.len; i++) {
		if (name[i] == '_')
			name[i] = '-';
		else if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] | ' ');
	}
	return (struct bf_str){ name, variable.len };
}

/* A header that is no clean text is left out: browsers' and bots' own may hold any byte. */
static void add_header(struct bf_request *req, size_t *capacity, struct bf_str name,
		       struct bf_str value)
{
	struct bf_fields *headers = &req->headers;

	if (!bf_text_clean(value))
		return;
	if (headers->count == *capacity) {
		struct bf_field *more;

		*capacity *= 2;
		more = bf_pool_alloc(req->pool, *capacity * sizeof(*more));
		memcpy(more, headers->items, headers->count * sizeof(*more));
		headers->items = more;
	}
	headers->items[headers->count++] = (struct bf_field){
		header_name(req->pool, name),
		{ bf_pool_copy(req->pool, value), value.len },
	};
}

/* Variables that are not ours to know, such as the environment's own in CGI, are left. */
static enum bf_rc read_variables(struct bf_request *req, char **variables, size_t bytes_max,
				 struct bf_err *err)
{
	size_t bytes = 0, capacity = HEADERS_FIRST;
	uint32_t seen = 0;

	req->headers.items = bf_pool_alloc(req->pool, capacity * sizeof(req->headers.items[0]));
	for (char **at = variables; *at; at++) {
		struct bf_str value = bf_str(*at), name;

		bytes += value.len;
		if (bytes > bytes_max)
			return bf_err_set(err, BF_BAD_REQUEST, "headers have more than %zu bytes",
					  bytes_max);
		bf_str_cut(&value, '=', &name);
		if (!first_of_its_name(name, &seen))
			return bf_err_set(err, BF_BAD_REQUEST, "%.*s was sent twice",
					  BF_STR_ARG(name));
		if (!bf_str_starts(name, BF_STR("HTTP_")) || !value.p)
			continue;
		name.p += strlen("HTTP_");
		name.len -= strlen("HTTP_");
		add_header(req, &capacity, name, value);
	}
	return BF_OK;
}

/* A copy: the log line is written when the transport has let its variables go. */
static struct bf_str variable(const struct bf_request *req, const struct bf_transport *transport,
			      const char *name)
{
	const char *found = transport->variable(transport->arg, name);
	struct bf_str value = bf_str(found ? found : "");

	return (struct bf_str){ bf_pool_copy(req->pool, value), value.len };
}

/* ---- the request line ---------------------------------------------------------------- */

static enum bf_rc read_address(struct bf_request *req, const struct bf_transport *transport,
			       size_t fields_max, struct bf_err *err)
{
	struct bf_str rest = variable(req, transport, "REQUEST_URI"), path;
	enum bf_rc rc;

	bf_str_cut(&rest, '?', &path);
	if (rest.p)
		req->query_string = rest;
	rc = bf_path_decode(req->pool, path, &req->path, err);
	if (rc == BF_OK)
		rc = bf_form_query(req->pool, req->query_string, fields_max, &req->query, err);
	return rc;
}

static enum bf_rc read_method(struct bf_request *req, struct bf_err *err)
{
	if (!req->method_name.len || req->method_name.len > 16 ||
	    !bf_only_has(req->method_name, "-"))
		return bf_err_set(err, BF_BAD_REQUEST, "method is missing or malformed");
	req->head = bf_str_is(req->method_name, "HEAD");
	return BF_OK;
}

static void read_rest_of_head(struct bf_request *req, const struct bf_transport *transport)
{
	const struct bf_field *cookie = bf_fields_find(&req->headers, "cookie");
	const struct bf_field *host = bf_fields_find(&req->headers, "host");

	if (cookie)
		bf_cookies_read(req->pool, cookie->value, &req->cookies);
	if (host)
		req->host = host->value;
	req->client = variable(req, transport, "REMOTE_ADDR");
	req->scheme = variable(req, transport, "REQUEST_SCHEME");
}

/* ---- the body ------------------------------------------------------------------------ */

static bool method_has_body(struct bf_str method)
{
	return bf_str_is(method, "POST") || bf_str_is(method, "PUT") || bf_str_is(method, "PATCH");
}

/* The length that the web server announces; without one there is no body, unless the method
 * has one by its nature. */
static enum bf_rc body_length(const struct bf_request *req, const struct bf_transport *transport,
			      size_t bytes_max, size_t *ret_bytes, struct bf_err *err)
{
	struct bf_str text = variable(req, transport, "CONTENT_LENGTH");
	int64_t bytes;

	if (!text.len) {
		if (method_has_body(req->method_name) ||
		    bf_fields_find(&req->headers, "transfer-encoding"))
			return bf_err_set(err, BF_NO_LENGTH, "a body without CONTENT_LENGTH");
		*ret_bytes = 0;
		return BF_OK;
	}
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return bf_err_set(err, BF_BAD_REQUEST, "CONTENT_LENGTH is no number");
	if (!bf_str_int(text, &bytes) || bytes > (int64_t)bytes_max)
		return bf_err_set(err, BF_TOO_LARGE, "body has %.*s bytes, %zu are allowed",
				  text.len < 32 ? (int)text.len : 32, text.p, bytes_max);
	if (bytes && !method_has_body(req->method_name))
		return bf_err_set(err, BF_BAD_REQUEST, "%.*s with a body",
				  BF_STR_ARG(req->method_name));
	*ret_bytes = (size_t)bytes;
	return BF_OK;
}

static enum bf_rc read_bytes(struct bf_request *req, const struct bf_transport *transport,
			     size_t bytes, size_t bytes_max, struct bf_err *err)
{
	char *body = bf_pool_try(req->pool, bytes + 1, bytes_max + 1);
	size_t got = 0;

	if (!body)
		return bf_err_set(err, BF_BUSY, "no memory for a body of %zu bytes", bytes);
	while (got < bytes) {
		long n = transport->read(transport->arg, body + got, bytes - got);

		if (n <= 0)
			return bf_err_set(err, BF_BAD_REQUEST, "body ended after %zu of %zu bytes",
					  got, bytes);
		got += (size_t)n;
	}
	body[bytes] = '\0';
	req->body = (struct bf_str){ body, bytes };
	return BF_OK;
}

static enum bf_rc read_form(struct bf_request *req, struct bf_str type, size_t fields_max,
			    struct bf_err *err)
{
	struct bf_form *form;
	enum bf_rc rc;

	if (!bf_form_is(type))
		return BF_OK;
	rc = bf_form_new(req->pool, type, fields_max, &form, err);
	if (rc == BF_OK)
		rc = bf_form_feed(form, req->body, err);
	if (rc == BF_OK)
		rc = bf_form_end(form, &req->form, &req->uploads, &req->upload_count, err);
	return rc;
}

/* The one address that takes files: no other one has a worker hold so many bytes. */
static size_t longest_body(const struct bf_request *req, const struct bf_request_limits *limits)
{
	static const char tail[] = "/pictures/add";
	const size_t tail_len = sizeof(tail) - 1;

	return req->path.len > tail_len &&
			       memcmp(req->path.p + req->path.len - tail_len, tail, tail_len) == 0
		       ? limits->upload_bytes
		       : limits->body_bytes;
}

static enum bf_rc read_body(struct bf_request *req, const struct bf_transport *transport,
			    const struct bf_request_limits *limits, struct bf_err *err)
{
	size_t bytes = 0, longest = longest_body(req, limits);
	enum bf_rc rc = body_length(req, transport, longest, &bytes, err);

	if (rc == BF_OK && bytes)
		rc = read_bytes(req, transport, bytes, longest, err);
	if (rc != BF_OK)
		return rc;
	if (transport->ended && !transport->ended(transport->arg))
		return bf_err_set(err, BF_BAD_REQUEST, "body does not end after its %zu bytes",
				  bytes);
	return bytes ? read_form(req, variable(req, transport, "CONTENT_TYPE"), limits->fields, err)
		     : BF_OK;
}

/* ---- the whole ----------------------------------------------------------------------- */

struct bf_request_limits bf_request_limits(const struct bf_config *config)
{
	return (struct bf_request_limits){
		.header_bytes = HEADER_BYTES_MAX,
		.fields = FIELDS_MAX,
		.body_bytes = (size_t)config->body_max_kib * 1024,
		.upload_bytes = (size_t)config->files_upload_max_kib * 1024,
	};
}

static void clear(struct bf_request *req, struct bf_pool *pool)
{
	struct bf_buf out = req->out, headers_out = req->headers_out;

	if (!out.data)
		bf_buf_init(&out);
	if (!headers_out.data)
		bf_buf_init(&headers_out);
	*req = (struct bf_request){
		.pool = pool,
		.path = BF_STR("/"),
		.query_string = BF_STR(""),
		.out = out,
		.headers_out = headers_out,
		.started_us = bf_clock_monotonic_us(),
	};
	bf_buf_clear(&req->out);
	bf_buf_clear(&req->headers_out);
}

static void make_id(struct bf_request *req)
{
	unsigned char bytes[(BF_REQUEST_ID_BYTES - 1) / 2];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(req->id, sizeof(req->id), bytes, sizeof(bytes));
}

enum bf_rc bf_request_read(struct bf_request *req, struct bf_pool *pool,
			   const struct bf_transport *transport,
			   const struct bf_request_limits *limits, struct bf_err *err)
{
	enum bf_rc rc;

	clear(req, pool);
	make_id(req);
	req->method_name = variable(req, transport, "REQUEST_METHOD");
	rc = read_method(req, err);
	if (rc == BF_OK)
		rc = read_variables(req, transport->variables, limits->header_bytes, err);
	if (rc == BF_OK)
		rc = read_address(req, transport, limits->fields, err);
	if (rc != BF_OK)
		return rc;
	read_rest_of_head(req, transport);
	return read_body(req, transport, limits, err);
}

const struct bf_field *bf_fields_find(const struct bf_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++)
		if (bf_str_is(fields->items[i].name, name))
			return &fields->items[i];
	return NULL;
}

/* ---- the answer ---------------------------------------------------------------------- */

void bf_request_header(struct bf_request *req, const char *name, const char *value)
{
	if (strpbrk(value, "\r\n") || strpbrk(name, "\r\n: "))
		BF_BUG("header \"%s\" would break its line", name);
	bf_buf_add_text(&req->headers_out, name);
	bf_buf_add_text(&req->headers_out, ": ");
	bf_buf_add_text(&req->headers_out, value);
	bf_buf_add_text(&req->headers_out, "\r\n");
}

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} reasons[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 204, "No Content" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 308, "Permanent Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].phrase;
	return "Answer"; /* a phrase means nothing to clients; a status without one is malformed */
}

/* These have no body, and a length would be that of another answer. */
static bool status_has_body(int status)
{
	return status != 204 && status != 304;
}

bool bf_request_send(struct bf_request *req, const struct bf_transport *transport)
{
	struct bf_buf answer;
	bool sent;

	bf_buf_init(&answer);
	bf_buf_reserve(&answer, req->headers_out.len + req->out.len + 128);
	bf_buf_printf(&answer, "Status: %d %s\r\n", req->status, reason(req->status));
	bf_buf_add_str(&answer, bf_buf_str(&req->headers_out));
	if (status_has_body(req->status))
		bf_buf_printf(&answer, "Content-Length: %zu\r\n", req->out.len);
	bf_buf_add_text(&answer, "\r\n");
	if (!req->head && status_has_body(req->status))
		bf_buf_add_str(&answer, bf_buf_str(&req->out));
	sent = transport->write(transport->arg, answer.data, answer.len);
	bf_buf_release(&answer);
	return sent;
}

void bf_request_release(struct bf_request *req)
{
	if (req->out.data)
		bf_buf_release(&req->out);
	if (req->headers_out.data)
		bf_buf_release(&req->headers_out);
}
