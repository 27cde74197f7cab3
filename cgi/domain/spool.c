#include "domain/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FILE_MODE = 0600 };

static bool write_all(int file, struct bf_str text)
{
	while (text.len) {
		ssize_t n = write(file, text.p, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text.p += n;
		text.len -= (size_t)n;
	}
	return fsync(file) == 0;
}

/* Beside its place first, so that nobody ever finds half of it there. */
enum bf_rc bf_spool_put(struct bf_pool *pool, const char *folder, const char *name,
			struct bf_str text, struct bf_err *err)
{
	const char *beside = bf_pool_printf(pool, "%s/.%s", folder, name);
	const char *place = bf_pool_printf(pool, "%s/%s", folder, name);
	int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
	bool whole = file >= 0 && write_all(file, text);

	if (file >= 0 && close(file) != 0)
		whole = false;
	if (whole && rename(beside, place) == 0)
		return BF_OK;
	bf_err_set(err, BF_BUSY, "cannot write %s: %s", place, strerror(errno));
	if (file >= 0)
		unlink(beside);
	return BF_BUSY;
}
