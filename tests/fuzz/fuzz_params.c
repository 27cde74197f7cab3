/*
 * fuzz_params: from the records of a FastCGI request to its table of headers. A name and a value
 * that are taken arrive as they were sent: none is forged by a "=", cut off by a NUL, or comes a
 * second time where one is to decide. What is sent well is taken, in records of whatever size.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/record.h"
#include "http/request.h"

enum { PARAMS_MAX = 4096, PAIRS_MAX = 64, HEADER_BYTES = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

struct pairs {
	size_t count;
	struct bf_str names[PAIRS_MAX], values[PAIRS_MAX];
};

/* ---- the other way: what the records say, read plainly --------------------------------- */

static size_t take_length(struct bf_str *rest)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t bytes = p[0] & 0x80 ? 4 : 1;
	size_t length = p[0];

	if (bytes == 4)
		length =
			(size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	rest->p += bytes;
	rest->len -= bytes;
	return length;
}

static struct bf_str take_bytes(struct bf_str *rest, size_t len)
{
	struct bf_str bytes = { rest->p, len };

	must(len <= rest->len);
	rest->p += len;
	rest->len -= len;
	return bytes;
}

/* The contents of all parameter records of a good head, in one piece. */
static void join_params(struct bf_str head, struct bf_buf *out)
{
	while (head.len) {
		const unsigned char *p = (const unsigned char *)head.p;
		size_t content = (size_t)p[4] << 8 | p[5], padding = p[6];
		bool params = p[1] == 4;

		take_bytes(&head, HEADER_BYTES);
		bf_buf_add_str(out, take_bytes(&head, content));
		if (!params)
			bf_buf_clear(out);
		else if (!content)
			return;
		take_bytes(&head, padding);
	}
	must(false);
}

/* False: more pairs than this test holds. */
static bool split_params(struct bf_str params, struct pairs *ret)
{
	ret->count = 0;
	while (params.len) {
		size_t name = take_length(&params), value = take_length(&params);

		if (ret->count == PAIRS_MAX)
			return false;
		ret->names[ret->count] = take_bytes(&params, name);
		ret->values[ret->count] = take_bytes(&params, value);
		ret->count++;
	}
	return true;
}

/* ---- the request table ------------------------------------------------------------------ */

static const char *get_variable(void *arg, const char *name)
{
	size_t len = strlen(name);

	for (char **at = arg; *at; at++)
		if (strncmp(*at, name, len) == 0 && (*at)[len] == '=')
			return *at + len + 1;
	return NULL;
}

static long read_nothing(void *arg, char *bytes, size_t size)
{
	(void)arg;
	(void)bytes;
	(void)size;
	return 0;
}

static bool is_header_of(const struct bf_field *header, struct bf_str name, struct bf_str value)
{
	if (!bf_str_starts(name, BF_STR("HTTP_")) || !bf_str_eq(header->value, value) ||
	    header->name.len != name.len - 5)
		return false;
	for (size_t i = 0; i < header->name.len; i++) {
		char c = name.p[i + 5];

		if (c == '_')
			c = '-';
		else if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != header->name.p[i])
			return false;
	}
	return true;
}

static void check_headers(const struct bf_request *request, const struct pairs *pairs)
{
	for (size_t i = 0; i < request->headers.count; i++) {
		bool sent = false;

		for (size_t j = 0; j < pairs->count && !sent; j++)
			sent = is_header_of(&request->headers.items[i], pairs->names[j],
					    pairs->values[j]);
		must(sent);
	}
}

static void check_single(const struct pairs *pairs, const char *name)
{
	unsigned count = 0;

	for (size_t i = 0; i < pairs->count; i++)
		count += bf_str_is(pairs->names[i], name);
	must(count <= 1);
}

/* As libfcgi hands them on: "NAME=value", ended by NUL, lengths forgotten. */
static void read_request(struct bf_pool *pool, const struct pairs *pairs)
{
	static const struct bf_request_limits limits = { PARAMS_MAX, 20, 100, 100 };
	char *variables[PAIRS_MAX + 1] = { NULL };
	struct bf_transport transport = { .arg = variables,
					  .variable = get_variable,
					  .variables = variables,
					  .read = read_nothing };
	struct bf_request request = { 0 };
	struct bf_err err = { 0 };

	for (size_t i = 0; i < pairs->count; i++) {
		struct bf_str name, value;

		variables[i] = bf_pool_printf(pool, "%.*s=%.*s", BF_STR_ARG(pairs->names[i]),
					      BF_STR_ARG(pairs->values[i]));
		value = bf_str(variables[i]);
		bf_str_cut(&value, '=', &name);
		must(bf_str_eq(name, pairs->names[i]) && bf_str_eq(value, pairs->values[i]));
	}
	if (bf_request_read(&request, pool, &transport, &limits, &err) == BF_OK) {
		check_single(pairs, "REMOTE_ADDR");
		check_single(pairs, "HTTP_HOST");
		check_single(pairs, "REQUEST_URI");
		check_single(pairs, "CONTENT_LENGTH");
	} else {
		must(err.text[0] != '\0');
	}
	must(request.id[BF_REQUEST_ID_BYTES - 1] == '\0' && request.path.len > 0);
	check_headers(&request, pairs);
	bf_request_release(&request);
}

/* ---- the two kinds of input -------------------------------------------------------------- */

static enum bf_record_verdict judge(struct bf_str head)
{
	const char *why = NULL;
	enum bf_record_verdict verdict = bf_record_head(head, PARAMS_MAX, &why);

	must(verdict != BF_RECORD_BAD || why);
	return verdict;
}

/* What is said of the first bytes holds when more arrive. */
static void check_prefixes(struct bf_str head, enum bf_record_verdict whole)
{
	enum bf_record_verdict before = BF_RECORD_MORE;

	for (size_t len = 0; len < head.len; len += 1 + len / 64) {
		enum bf_record_verdict verdict = judge((struct bf_str){ head.p, len });

		must(before == BF_RECORD_MORE || verdict == before);
		before = verdict;
	}
	must(before == BF_RECORD_MORE || before == whole);
}

static void try_stream(struct bf_pool *pool, struct bf_str head)
{
	enum bf_record_verdict verdict = judge(head);
	struct bf_buf params;
	struct pairs pairs;

	check_prefixes(head, verdict);
	if (verdict != BF_RECORD_GOOD)
		return;
	bf_buf_init(&params);
	join_params(head, &params);
	must(params.len <= PARAMS_MAX + PARAMS_MAX * 8);
	if (split_params(bf_buf_str(&params), &pairs))
		read_request(pool, &pairs);
	bf_buf_release(&params);
}

static void add_record(struct bf_buf *out, unsigned char type, struct bf_str content)
{
	const unsigned char header[HEADER_BYTES] = { 1,
						     type,
						     0,
						     1,
						     (unsigned char)(content.len >> 8),
						     (unsigned char)(content.len & 0xff) };

	bf_buf_add(out, (const char *)header, sizeof(header));
	bf_buf_add_str(out, content);
}

static void add_length(struct bf_buf *out, size_t len)
{
	if (len >= 0x80) {
		bf_buf_add(out, "\x80\0", 2);
		bf_buf_add_char(out, (char)(len >> 8));
	}
	bf_buf_add_char(out, (char)(len & 0xff));
}

/* Lines "NAME=value" as a web server sends them, in records of `step` bytes. */
static void try_lines(struct bf_pool *pool, struct bf_str lines, size_t step)
{
	struct bf_str line, name, rest;
	struct bf_buf params, stream;
	bool good = true;
	size_t bytes = 0;

	bf_buf_init(&params);
	bf_buf_init(&stream);
	while (bf_str_cut(&lines, '\n', &line)) {
		bf_str_cut(&line, '=', &name);
		if (!line.p)
			line = BF_STR("");
		add_length(&params, name.len);
		add_length(&params, line.len);
		bf_buf_add_str(&params, name);
		bf_buf_add_str(&params, line);
		bytes += name.len + line.len;
		good = good && name.len && !memchr(name.p, '\0', name.len) &&
		       (!line.len || !memchr(line.p, '\0', line.len)) && bytes <= PARAMS_MAX;
	}
	add_record(&stream, 1, BF_STR("\0\1\0\0\0\0\0\0"));
	for (rest = bf_buf_str(&params); rest.len;)
		add_record(&stream, 4, take_bytes(&rest, rest.len < step ? rest.len : step));
	add_record(&stream, 4, BF_STR(""));
	must(judge(bf_buf_str(&stream)) == (good ? BF_RECORD_GOOD : BF_RECORD_BAD));
	try_stream(pool, bf_buf_str(&stream));
	bf_buf_release(&params);
	bf_buf_release(&stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_str text = { (const char *)data, size };
	struct bf_pool *pool;

	if (size < 2 || size > 16384)
		return 0;
	pool = bf_pool_new(NULL);
	if (data[0] == 1) /* the version of FastCGI: records as they are */
		try_stream(pool, text);
	else
		try_lines(pool, (struct bf_str){ text.p + 1, text.len - 1 }, data[0] ? data[0] : 1);
	bf_pool_free(pool);
	return 0;
}
