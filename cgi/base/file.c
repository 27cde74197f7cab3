#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 16 * 1024 * 1024 };

static enum bf_rc open_failed(struct bf_err *err, const char *path)
{
	return bf_err_set(err, errno == ENOENT ? BF_NOT_FOUND : BF_FAULT,
			  "could not open \"%s\": %s", path, strerror(errno));
}

static enum bf_rc read_all(int fd, const char *path, char *bytes, size_t size, struct bf_err *err)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(fd, bytes + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return bf_err_set(err, BF_FAULT, "could not read \"%s\": %s", path,
					  strerror(errno));
		if (got == 0)
			return bf_err_set(err, BF_FAULT, "could not read \"%s\": it became shorter",
					  path);
		done += (size_t)got;
	}
	bytes[size] = '\0';
	return BF_OK;
}

enum bf_rc bf_file_read(struct bf_pool *pool, const char *path, struct bf_str *ret_text,
			struct bf_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum bf_rc rc;
	struct stat st;
	char *bytes;

	if (fd < 0)
		return open_failed(err, path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		rc = bf_err_set(err, BF_FAULT, "could not read \"%s\": it is no plain file", path);
		goto out;
	}
	if (st.st_size > FILE_MAX_BYTES) {
		rc = bf_err_set(err, BF_FAULT, "could not read \"%s\": it is over 16 MiB", path);
		goto out;
	}
	bytes = bf_pool_alloc(pool, (size_t)st.st_size + 1);
	rc = read_all(fd, path, bytes, (size_t)st.st_size, err);
	if (rc == BF_OK)
		*ret_text = (struct bf_str){ bytes, (size_t)st.st_size };
out:
	close(fd);
	return rc;
}

static int by_byte(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum bf_rc bf_file_list(struct bf_pool *pool, const char *folder, const char *suffix,
			const char ***ret_names, size_t *ret_count, struct bf_err *err)
{
	DIR *dir = opendir(folder);
	const char **names = NULL;
	size_t count = 0, capacity = 0;
	struct dirent *entry;

	if (!dir)
		return open_failed(err, folder);
	while ((entry = readdir(dir))) {
		struct bf_str name = bf_str(entry->d_name);

		if (name.p[0] == '.' || !bf_str_ends(name, bf_str(suffix)))
			continue;
		if (count == capacity) {
			const char **more =
				bf_pool_alloc(pool, (capacity + 16) * 2 * sizeof(*more));

			if (count)
				memcpy(more, names, count * sizeof(*more));
			names = more;
			capacity = (capacity + 16) * 2;
		}
		names[count++] = bf_pool_copy(pool, name);
	}
	closedir(dir);
	if (count)
		qsort(names, count, sizeof(*names), by_byte);
	*ret_names = names;
	*ret_count = count;
	return BF_OK;
}
