#include "http/cgi.h"

#include <errno.h>
#include <unistd.h>

static const char *cgi_variable(void *arg, const char *name)
{
	const struct bf_cgi *cgi = arg;
	size_t len = strlen(name);

	for (char **at = cgi->variables; *at; at++)
		if (strncmp(*at, name, len) == 0 && (*at)[len] == '=')
			return *at + len + 1;
	return NULL;
}

static long cgi_read(void *arg, char *bytes, size_t size)
{
	const struct bf_cgi *cgi = arg;
	ssize_t n;

	if (cgi->input < 0)
		return 0;
	do
		n = read(cgi->input, bytes, size);
	while (n < 0 && errno == EINTR);
	return n;
}

static bool cgi_write(void *arg, const char *bytes, size_t size)
{
	const struct bf_cgi *cgi = arg;

	while (size) {
		ssize_t n = write(cgi->output, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

struct bf_transport bf_cgi_transport(struct bf_cgi *cgi)
{
	return (struct bf_transport){
		.arg = cgi,
		.variable = cgi_variable,
		.variables = cgi->variables,
		.read = cgi_read,
		.write = cgi_write,
	};
}
