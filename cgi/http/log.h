/* log: one JSON line a request. */
#ifndef BF_HTTP_LOG_H
#define BF_HTTP_LOG_H

#include "http/request.h"

/* What the request itself does not know. Texts may be NULL. */
struct bf_log_line {
	const char *plugin, *route;
	unsigned worker;
	int64_t duration_us;
};

/*
 * Builds the line in `room` and writes it with one write(2), so that lines of many workers do
 * not mix. It holds no query, no body and no cookie, for these may name people. Returns false
 * where the line was not written whole.
 */
bool bf_log_request(int fd, struct bf_buf *room, const struct bf_request *request,
		    const struct bf_log_line *line);

#endif
