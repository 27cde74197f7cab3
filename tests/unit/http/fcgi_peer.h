/* The web server's side of FastCGI, for tests: a request as bytes, and an answer from bytes. */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"

enum {
	RECORD_BEGIN = 1,
	RECORD_PARAMS = 4,
	RECORD_STDIN = 5,
	RECORD_STDOUT = 6,
	RECORD_END = 3,
	RECORD_HEADER_BYTES = 8,
	PEER_TIMEOUT_S = 30,
};

static void add_record(struct bf_buf *out, char type, const char *content, size_t len)
{
	const char header[RECORD_HEADER_BYTES] = {
		1, type, 0, 1, (char)(len >> 8), (char)(len & 0xff)
	};

	bf_buf_add(out, header, sizeof(header));
	bf_buf_add(out, content, len);
}

static void add_pair(struct bf_buf *params, const char *name, const char *value)
{
	const char lengths[] = { (char)strlen(name), (char)strlen(value) };

	bf_buf_add(params, lengths, sizeof(lengths));
	bf_buf_add_text(params, name);
	bf_buf_add_text(params, value);
}

/* A whole request; length NULL: that of the body. */
static void add_request(struct bf_buf *out, bool keep, const char *method, const char *uri,
			const char *body, const char *length)
{
	const char begin[8] = { 0, 1, keep };
	struct bf_buf params, digits;

	bf_buf_init(&params);
	bf_buf_init(&digits);
	bf_buf_add_int(&digits, (int64_t)strlen(body));
	add_pair(&params, "REQUEST_METHOD", method);
	add_pair(&params, "REQUEST_URI", uri);
	add_pair(&params, "CONTENT_TYPE", "application/x-www-form-urlencoded");
	add_pair(&params, "CONTENT_LENGTH", length ? length : *body ? digits.data : "");
	add_record(out, RECORD_BEGIN, begin, sizeof(begin));
	add_record(out, RECORD_PARAMS, params.data, params.len);
	add_record(out, RECORD_PARAMS, "", 0);
	if (*body)
		add_record(out, RECORD_STDIN, body, strlen(body));
	add_record(out, RECORD_STDIN, "", 0);
	bf_buf_release(&params);
	bf_buf_release(&digits);
}

static bool read_all(int fd, unsigned char *bytes, size_t size)
{
	while (size) {
		ssize_t n = read(fd, bytes, size);

		if (n <= 0)
			return false;
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

/* What stands in the records of standard output up to the end of the request; false: the
 * connection ended before. */
static bool read_answer(int fd, struct bf_buf *out)
{
	unsigned char header[RECORD_HEADER_BYTES], content[65536 + 256];

	while (read_all(fd, header, sizeof(header))) {
		size_t len = (size_t)header[4] << 8 | header[5];

		if (!read_all(fd, content, len + header[6]))
			return false;
		if (header[1] == RECORD_END)
			return true;
		if (header[1] == RECORD_STDOUT && len)
			bf_buf_add(out, (const char *)content, len);
	}
	return false;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval timeout = { .tv_sec = PEER_TIMEOUT_S };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool send_bytes(int fd, const char *bytes, size_t size)
{
	return send(fd, bytes, size, MSG_NOSIGNAL) == (ssize_t)size;
}
