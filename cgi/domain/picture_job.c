/* picture_job: what the job does with pictures; see picture.h. */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "domain/picture.h"
#include "domain/spool.h"
#include "press/picture.h"

/* An upload is written before its row: that long nobody takes it for one without. */
enum { SWEPT_AFTER_S = 600, SERVED_MODE = 0644 };

/* ---- one picture ----------------------------------------------------------------------- */

/* Taken off the front of the answer. */
static bool take_part(struct bf_str *rest, uint32_t box, struct bf_str *ret_jpeg)
{
	struct bf_picture_part part;

	if (rest->len < sizeof(part))
		return false;
	memcpy(&part, rest->p, sizeof(part));
	if (part.box != box || part.size > rest->len - sizeof(part))
		return false;
	*ret_jpeg = (struct bf_str){ rest->p + sizeof(part), part.size };
	rest->p += sizeof(part) + part.size;
	rest->len -= sizeof(part) + part.size;
	return true;
}

/* For the web server, which may be another user. */
static enum bf_rc put_served(struct bf_pool *pool, const char *folder, const char *file,
			     struct bf_str jpeg, struct bf_err *err)
{
	enum bf_rc rc = bf_spool_put(pool, folder, file, jpeg, err);
	const char *path = bf_pool_printf(pool, "%s/%s", folder, file);

	if (rc == BF_OK && chmod(path, SERVED_MODE) != 0)
		rc = bf_err_set(err, BF_BUSY, "cannot open %s to the web server: %s", path,
				strerror(errno));
	return rc;
}

static enum bf_rc put_parts(struct bf_pool *pool, const char *folder, const char *name,
			    struct bf_str answer, struct bf_err *err)
{
	struct bf_str small, large;
	enum bf_rc rc;

	if (!take_part(&answer, BF_PICTURE_THUMB, &small) ||
	    !take_part(&answer, BF_PICTURE_FULL, &large) || answer.len)
		return bf_err_set(err, BF_FAULT, "the press made no two pictures of %s", name);
	rc = put_served(pool, folder, bf_pool_printf(pool, "%s-s.jpg", name), small, err);
	return rc == BF_OK ? put_served(pool, folder, bf_pool_printf(pool, "%s-l.jpg", name), large,
					err)
			   : rc;
}

/* A code that the page has a sentence for; what the press has beside them is broken to people. */
static const char *known_refusal(const struct bf_pressed *pressed)
{
	const struct bf_choice *choices = bf_picture_refusal.choices.rows;

	for (uint32_t i = 0; i < bf_picture_refusal.choices.count; i++)
		if (pressed->end == BF_PRESS_REFUSED && bf_str_is(pressed->bytes, choices[i].code))
			return choices[i].code;
	return "broken";
}

/* Why it is refused (NULL: it is not), with its files made. */
static enum bf_rc press_one(struct bf_pool *pool, struct bf_press *press, const char *folder,
			    const char *name, const char **ret_reason, struct bf_err *err)
{
	struct bf_pressed pressed;
	struct bf_str bytes;
	enum bf_rc rc =
		bf_file_read(pool, bf_pool_printf(pool, "%s/%s.in", folder, name), &bytes, err);

	*ret_reason = "lost";
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	rc = bf_press_ask(press, "picture", bytes, pool, &pressed, err);
	*ret_reason = "too_many_pixels";
	if (rc != BF_OK)
		return rc == BF_TOO_LARGE ? BF_OK : rc;
	*ret_reason = pressed.end == BF_PRESS_DONE ? NULL : known_refusal(&pressed);
	return *ret_reason ? BF_OK : put_parts(pool, folder, name, pressed.bytes, err);
}

enum bf_rc bf_picture_press_once(struct bf_ask *ask, struct bf_press *press, const char *folder,
				 bool *ret_did, struct bf_err *err)
{
	const struct bf_value *row;
	const char *name, *reason;
	int64_t still_there;
	enum bf_rc rc = bf_ask_row(ask, "picture_next", BF_NO_ARGS, &row, err);

	*ret_did = rc == BF_OK;
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	name = bf_row_text(row, "name");
	rc = press_one(ask->pool, press, folder, name, &reason, err);
	if (rc == BF_OK)
		rc = bf_ask_change(ask, "picture_set",
				   BF_ARGS(bf_arg_int("id", bf_row_int(row, "id")),
					   bf_arg_text("to", reason ? "refused" : "ready"),
					   bf_arg_text("reason", reason)),
				   &still_there, err);
	if (rc != BF_OK)
		return rc;
	if (!still_there || reason)
		bf_picture_delete(ask->pool, folder, name);
	else
		unlink(bf_pool_printf(ask->pool, "%s/%s.in", folder, name));
	return BF_OK;
}

/* ---- sweeping -------------------------------------------------------------------------- */

static bool is_old(const char *path)
{
	struct stat at;

	return stat(path, &at) == 0 && at.st_mtime < bf_clock_wall_ms() / 1000 - SWEPT_AFTER_S;
}

/* What a crash left half-written begins with ".", and is no row's. */
static enum bf_rc is_needed(struct bf_ask *ask, const char *file, bool *ret_needed,
			    struct bf_err *err)
{
	size_t length = strcspn(file, ".-");
	struct bf_str name = { file, length };
	const struct bf_value *row;
	bool original = strcmp(file + length, ".in") == 0;
	enum bf_rc rc =
		bf_ask_row(ask, "picture_of_file",
			   BF_ARGS(bf_arg_text("name", bf_pool_copy(ask->pool, name))), &row, err);

	*ret_needed = rc == BF_OK && (bf_row_is(row, "state", "uploaded") ||
				      (bf_row_is(row, "state", "ready") && !original));
	return rc == BF_NOT_FOUND ? BF_OK : rc;
}

static enum bf_rc delete_unneeded(struct bf_ask *ask, const char *folder, struct bf_err *err)
{
	DIR *dir = opendir(folder);
	enum bf_rc rc = BF_OK;
	struct dirent *entry;

	if (!dir)
		return bf_err_set(err, BF_FAULT, "cannot read %s: %s", folder, strerror(errno));
	while (rc == BF_OK && (entry = readdir(dir))) {
		const char *path = bf_pool_printf(ask->pool, "%s/%s", folder, entry->d_name);
		bool needed = true;

		if (entry->d_type != DT_REG || !is_old(path))
			continue;
		rc = is_needed(ask, entry->d_name, &needed, err);
		if (rc == BF_OK && !needed)
			unlink(path);
	}
	closedir(dir);
	return rc;
}

static bool has_files(struct bf_pool *pool, const char *folder, const char *name)
{
	return access(bf_pool_printf(pool, "%s/%s-s.jpg", folder, name), F_OK) == 0 &&
	       access(bf_pool_printf(pool, "%s/%s-l.jpg", folder, name), F_OK) == 0;
}

/* The row of one that was taken away while we looked is gone, too. */
static bool is_still_ready(struct bf_ask *ask, const char *name)
{
	const struct bf_value *row;
	struct bf_err err = { 0 };

	return bf_ask_row(ask, "picture_of_file", BF_ARGS(bf_arg_text("name", name)), &row, &err) ==
		       BF_OK &&
	       bf_row_is(row, "state", "ready");
}

static enum bf_rc count_without_files(struct bf_ask *ask, const char *folder, struct bf_err *err)
{
	const struct bf_value *rows;
	int64_t after = 0, without = 0;
	enum bf_rc rc;

	do {
		rc = bf_ask_rows(ask, "pictures_ready", BF_ARGS(bf_arg_int("after", after)), &rows,
				 err);
		for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++) {
			const char *name = bf_row_text(bf_value_at(rows, i), "name");

			after = bf_row_int(bf_value_at(rows, i), "id");
			without += !has_files(ask->pool, folder, name) && is_still_ready(ask, name);
		}
	} while (rc == BF_OK && bf_value_count(rows));
	return rc == BF_OK && without
		       ? bf_err_set(err, BF_FAULT, "%jd pictures have lost their files",
				    (intmax_t)without)
		       : rc;
}

enum bf_rc bf_picture_sweep(struct bf_ask *ask, const char *folder, struct bf_err *err)
{
	enum bf_rc rc = delete_unneeded(ask, folder, err);

	return rc == BF_OK ? count_without_files(ask, folder, err) : rc;
}
