#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>

enum bf_rc bf_err_set(struct bf_err *err, enum bf_rc rc, const char *format, ...)
{
	va_list args;

	if (err) {
		err->rc = rc;
		va_start(args, format);
		vsnprintf(err->text, sizeof(err->text), format, args);
		va_end(args);
	}
	return rc;
}

int bf_rc_status(enum bf_rc rc)
{
	static const int status[BF_RC__MAX] = {
		[BF_OK] = 200,       [BF_BAD_REQUEST] = 400, [BF_SIGN_IN] = 401,
		[BF_DENIED] = 403,   [BF_NOT_FOUND] = 404,   [BF_NO_METHOD] = 405,
		[BF_CONFLICT] = 409, [BF_NO_LENGTH] = 411,   [BF_TOO_LARGE] = 413,
		[BF_INVALID] = 422,  [BF_FAULT] = 500,       [BF_BUSY] = 503,
	};

	return rc < BF_RC__MAX ? status[rc] : 500;
}

void bf_faults_init(struct bf_faults *faults, struct bf_pool *pool)
{
	*faults = (struct bf_faults){ .pool = pool };
	faults->last = &faults->first;
}

void bf_faults_add(struct bf_faults *faults, const char *file, int line, const char *format, ...)
{
	struct bf_fault *fault = bf_pool_alloc(faults->pool, sizeof(*fault));
	va_list args;
	char *text;

	va_start(args, format);
	text = bf_pool_vprintf(faults->pool, format, args);
	va_end(args);
	if (file && line)
		text = bf_pool_printf(faults->pool, "%s:%d: %s", file, line, text);
	else if (file)
		text = bf_pool_printf(faults->pool, "%s: %s", file, text);
	*fault = (struct bf_fault){
		.file = file ? bf_pool_copy(faults->pool, bf_str(file)) : "",
		.text = text,
	};
	*faults->last = fault;
	faults->last = &fault->next;
	faults->count++;
}

void bf_bug(const char *file, int line, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "bangfu: bug at %s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}
