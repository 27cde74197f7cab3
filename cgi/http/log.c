#include "http/log.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/value.h"

static void add_text(struct bf_buf *out, const char *name, struct bf_str text)
{
	bf_buf_printf(out, ",\"%s\":", name);
	bf_json_add_string(out, text);
}

static void add_number(struct bf_buf *out, const char *name, int64_t n)
{
	bf_buf_printf(out, ",\"%s\":%" PRId64, name, n);
}

bool bf_log_request(int fd, struct bf_buf *room, const struct bf_request *request,
		    const struct bf_log_line *line)
{
	char time[BF_ISO_BYTES];

	bf_buf_clear(room);
	bf_buf_printf(room, "{\"time\":\"%s\"", bf_clock_iso(bf_clock_wall_ms(), time));
	add_text(room, "id", bf_str(request->id));
	add_text(room, "method", request->method_name);
	add_text(room, "path", request->path);
	add_number(room, "status", request->status);
	add_number(room, "bytes", (int64_t)request->out.len);
	add_number(room, "us", line->duration_us);
	add_number(room, "queries", request->queries);
	add_number(room, "query_us", request->query_us);
	if (line->plugin)
		add_text(room, "plugin", bf_str(line->plugin));
	if (line->route)
		add_text(room, "route", bf_str(line->route));
	add_number(room, "worker", line->worker);
	if (request->err.text[0])
		add_text(room, "error", bf_str(request->err.text));
	bf_buf_add_text(room, "}\n");
	return write(fd, room->data, room->len) == (ssize_t)room->len;
}
