#include "site/pictures.h"

#include "domain/picture.h"
#include "plugin/req.h"

enum { TEXT_NO_FILE, TEXT_NONE_TAKEN };

const char *const bf_pictures_texts[] = {
	[TEXT_NO_FILE] = "Please choose a picture.",
	[TEXT_NONE_TAKEN] = "No pictures are taken here at the moment.",
	NULL,
};

enum { ALT_MAX = 60 };

#define REF                                                     \
	{                                                       \
		.name = "ref", .type = BF_REF, .required = true \
	}

const struct bf_param bf_pictures_params[1] = { REF };
const struct bf_param bf_pictures_add_params[4] = {
	REF,
	{ .name = "picture",
	  .type = BF_TEXT,
	  .label = "Picture" }, /* an upload, beside the fields */
	{ .name = "alt",
	  .type = BF_TEXT,
	  .label = "What is on it",
	  .required = true,
	  .min = 2,
	  .max = ALT_MAX },
	{ .name = "consent",
	  .type = BF_INT,
	  .label = "The consent of the family",
	  .required = true,
	  .min = 1,
	  .max = 1 },
};
const struct bf_param bf_pictures_remove_params[2] = {
	REF,
	{ .name = "picture_id", .type = BF_ID, .required = true },
};

enum bf_rc bf_pictures_page(struct bf_req *req)
{
	enum bf_rc rc = bf_post_own(req, "post");

	if (rc != BF_OK)
		return rc;
	bf_bind_int(req, "post", bf_value_int(bf_value_get(bf_model(req, "post"), "id")));
	rc = bf_query(req, "own_pictures", "pictures");
	return rc == BF_OK ? bf_page(req, "mine_pictures.html") : rc;
}

/* ---- adding ------------------------------------------------------------------------------ */

static const struct bf_upload *sent_picture(const struct bf_req *req)
{
	for (size_t i = 0; i < req->http->upload_count; i++)
		if (bf_str_is(req->http->uploads[i].field, "picture") &&
		    req->http->uploads[i].bytes.len)
			return &req->http->uploads[i];
	return NULL;
}

struct adding {
	const char *ref, *alt;
	char name[BF_PICTURE_NAME_BYTES];
};

static enum bf_rc add_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct adding *adding = arg;

	return bf_picture_add(act, adding->ref, adding->name, adding->alt, err);
}

enum bf_rc bf_pictures_add(struct bf_req *req)
{
	struct adding adding = { .ref = bf_text(req, "ref"), .alt = bf_text(req, "alt") };
	const char *folder = req->app->config->files_folder, *result = "";
	const struct bf_upload *upload = sent_picture(req);
	enum bf_rc rc = bf_post_own(req, "post"); /* a stranger writes no file */

	if (rc != BF_OK)
		return rc;
	if (!*folder)
		return bf_req_refuse(req, "picture", bf_pictures_texts[TEXT_NONE_TAKEN]);
	if (!upload)
		return bf_req_refuse(req, "picture", bf_pictures_texts[TEXT_NO_FILE]);
	rc = bf_picture_keep(req->pool, folder, upload->bytes, adding.name, &req->http->err);
	if (rc != BF_OK)
		return rc;
	rc = bf_req_act_once(req, add_act, &adding, "picture", &result);
	/* BF_BUSY may hide that it was done: the sweep looks whether there is a row */
	if (rc != BF_BUSY && (rc != BF_OK || strcmp(result, adding.name) != 0))
		bf_picture_delete(req->pool, folder, adding.name);
	return rc == BF_OK ? bf_redirect(req, "mine_pictures") : rc;
}

/* ---- taking away ------------------------------------------------------------------------- */

struct removing {
	const char *ref;
	int64_t picture; /* 0: all */
	struct bf_value names;
};

static enum bf_rc remove_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct removing *removing = arg;

	return bf_picture_remove(act, removing->ref, removing->picture, &removing->names, err);
}

/* The files go when the rows are gone; what a crash between the two leaves, the sweep deletes. */
static enum bf_rc remove_pictures(struct bf_req *req, int64_t picture)
{
	struct removing removing = { .ref = bf_text(req, "ref"), .picture = picture };
	enum bf_rc rc = bf_req_act(req, remove_act, &removing);

	if (rc != BF_OK)
		return rc;
	for (size_t i = 0; i < bf_value_count(&removing.names); i++)
		bf_picture_delete(req->pool, req->app->config->files_folder,
				  bf_row_text(bf_value_at(&removing.names, i), "name"));
	return bf_redirect(req, "mine_pictures");
}

enum bf_rc bf_pictures_remove(struct bf_req *req)
{
	return remove_pictures(req, bf_int(req, "picture_id"));
}

enum bf_rc bf_pictures_withdraw(struct bf_req *req)
{
	return remove_pictures(req, 0);
}
