/*
 * request: one HTTP request and its answer, however it came (FastCGI, CGI, a test).
 */
#ifndef BF_HTTP_REQUEST_H
#define BF_HTTP_REQUEST_H

#include "base/buf.h"
#include "base/config.h"
#include "base/err.h"
#include "base/value.h"

enum { BF_REQUEST_ID_BYTES = 17 };

/* A name and its value as they were sent, decoded once, valid UTF-8, no control characters
 * but tab and line breaks. */
struct bf_field {
	struct bf_str name, value;
};

struct bf_fields {
	size_t count;
	struct bf_field *items;
};

/* An uploaded file of a multipart form. */
struct bf_upload {
	struct bf_str field, file_name, content_type, bytes;
};

struct bf_request {
	struct bf_pool *pool;
	char id[BF_REQUEST_ID_BYTES]; /* 16 hex digits, on every log line and error page */

	/* as sent */
	struct bf_str method_name; /* "GET", "HEAD", "POST", ... */
	bool head;                 /* HEAD: as GET, the body is not sent */
	struct bf_str path;        /* decoded, canonical: no "//", "." or ".." */
	struct bf_str query_string;
	struct bf_fields headers; /* lower-case names without "http_" */
	struct bf_fields cookies;
	struct bf_fields query; /* of the address */
	struct bf_fields form;  /* of the body */
	struct bf_upload *uploads;
	size_t upload_count;
	struct bf_str client; /* the web server's REMOTE_ADDR */
	struct bf_str scheme, host;
	struct bf_str body;

	/* the answer */
	int status;
	struct bf_buf out;         /* the body */
	struct bf_buf headers_out; /* "Name: value\r\n" lines */
	struct bf_err err;         /* the log side of what went wrong */

	int64_t started_us;
	unsigned queries; /* sent to the database */
	int64_t query_us;
};

/* Where the bytes of a request come from and go to. */
struct bf_transport {
	void *arg;
	/* CGI variables; NULL where one is absent. */
	const char *(*variable)(void *arg, const char *name);
	/* All of them, "NAME=value", ended by NULL. */
	char **variables;
	/* Up to size bytes of the body: fewer only at its end, -1 on an error. */
	long (*read)(void *arg, char *bytes, size_t size);
	/* The whole answer at once. False: the client has gone. */
	bool (*write)(void *arg, const char *bytes, size_t size);
	/* Whether the body ends here, without an error; asked once, behind its last byte. NULL
	 * where asking could wait for ever (CGI). */
	bool (*ended)(void *arg);
};

struct bf_request_limits {
	size_t header_bytes; /* all variables together: 64 KiB */
	size_t fields;       /* of query or form: 200 */
	size_t body_bytes;   /* forms: 64 KiB */
	size_t upload_bytes; /* of the form that takes a picture */
};

/* The limits that the configuration sets. */
struct bf_request_limits bf_request_limits(const struct bf_config *config);

/*
 * Reads a request up to and including its body, which must have exactly CONTENT_LENGTH bytes.
 * req is zeroed before its first request and keeps its buffers for the next ones. All
 * that it holds lives in the pool. Fails with BF_BAD_REQUEST, BF_NO_LENGTH or BF_TOO_LARGE; req
 * is good enough to answer on.
 */
BF_MUST_CHECK enum bf_rc bf_request_read(struct bf_request *req, struct bf_pool *pool,
					 const struct bf_transport *transport,
					 const struct bf_request_limits *limits,
					 struct bf_err *err);

const struct bf_field *bf_fields_find(const struct bf_fields *fields, const char *name);

/* A response header. The value must hold no CR, LF or NUL: such a header is BF_BUG. */
void bf_request_header(struct bf_request *req, const char *name, const char *value);

/* Status line, headers, Content-Length, body (unless HEAD), in one write. False: the client has
 * gone, which undoes nothing. */
bool bf_request_send(struct bf_request *req, const struct bf_transport *transport);

/* Gives the buffers back; takes a zeroed req. */
void bf_request_release(struct bf_request *req);

#endif
