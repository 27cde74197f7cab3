#include "domain/picture.h"

#include <sodium.h>
#include <unistd.h>

#include "domain/draft.h"
#include "domain/spool.h"

enum { TEXT_NOT_NOW, TEXT_ENOUGH };

const char *const bf_picture_texts[] = {
	[TEXT_NOT_NOW] = "Pictures can be added while the post is being written or corrected.",
	[TEXT_ENOUGH] = "A post has at most 9 pictures. Please remove one first.",
	NULL,
};

static const struct bf_choice refusals[] = {
	{ "not_a_picture",
	  "This is no picture that can be read. Please take a photo as JPEG, PNG or WebP." },
	{ "too_many_pixels", "The picture is too large. Please send a smaller one." },
	{ "moves", "The picture moves. Please send a still one." },
	{ "broken", "The file is broken or ends too early. Please send it again." },
	{ "lost", "The file was lost on our side. Please send it again." },
};
const struct bf_enum bf_picture_refusal = { "picture_refusal", BF_TABLE(refusals) };

static const struct bf_choice states[] = {
	{ "uploaded", "Being looked at" },
	{ "ready", "Ready" },
	{ "refused", "Not taken" },
};
const struct bf_enum bf_picture_state = { "picture_state", BF_TABLE(states) };

/* ---- files ----------------------------------------------------------------------------- */

enum bf_rc bf_picture_keep(struct bf_pool *pool, const char *folder, struct bf_str bytes,
			   char ret_name[BF_PICTURE_NAME_BYTES], struct bf_err *err)
{
	unsigned char random[(BF_PICTURE_NAME_BYTES - 1) / 2];

	randombytes_buf(random, sizeof(random));
	sodium_bin2hex(ret_name, BF_PICTURE_NAME_BYTES, random, sizeof(random));
	return bf_spool_put(pool, folder, bf_pool_printf(pool, "%s.in", ret_name), bytes, err);
}

void bf_picture_delete(struct bf_pool *pool, const char *folder, const char *name)
{
	static const char *const ends[] = { ".in", "-s.jpg", "-l.jpg" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		unlink(bf_pool_printf(pool, "%s/%s%s", folder, name, ends[i]));
}

/* ---- rows ------------------------------------------------------------------------------ */

enum bf_rc bf_picture_add(struct bf_act *act, const char *ref, const char *name, const char *alt,
			  struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), post, count;
	enum bf_rc rc = bf_draft_lock_own(act, ref, 0, &post, err);

	if (rc != BF_OK)
		return rc;
	if (!bf_row_is(&post, "phase", "draft"))
		return bf_act_refuse(act, BF_CONFLICT, bf_picture_texts[TEXT_NOT_NOW], err,
				     "post %s is \"%s\" and takes no pictures", ref,
				     bf_row_text(&post, "state"));
	bf_arg_set_int(&args, "id", bf_row_int(&post, "id"));
	rc = bf_ask_one(&act->ask, "picture_count", &args, &count, err);
	if (rc == BF_OK && bf_row_int(&count, "pictures") >= BF_PICTURES_MAX)
		return bf_act_refuse(act, BF_CONFLICT, bf_picture_texts[TEXT_ENOUGH], err,
				     "post %s has enough pictures", ref);
	bf_arg_set_text(&args, "name", name);
	bf_arg_set_text(&args, "alt", alt);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "picture_add", &args, NULL, NULL, err);
	snprintf(act->result, sizeof(act->result), "%s", name);
	return rc;
}

enum bf_rc bf_picture_remove(struct bf_act *act, const char *ref, int64_t picture,
			     struct bf_value *ret_names, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), post;
	enum bf_rc rc = bf_draft_lock_own(act, ref, 0, &post, err);

	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "id", bf_row_int(&post, "id"));
	bf_value_set(&args, "picture", picture ? bf_value_number(picture) : (struct bf_value){ 0 });
	rc = bf_ask_select(&act->ask, "picture_names", &args, ret_names, err);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "picture_remove", &args, NULL, NULL, err);
	return rc == BF_OK ? bf_ask_run(&act->ask, "picture_removed", &args, NULL, NULL, err) : rc;
}
