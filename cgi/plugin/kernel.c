/* kernel: what bangfu.h promises of help posts, and how a request runs an act. */
#include "domain/draft.h"
#include "plugin/req.h"

enum { TEXT_DRAINING, TEXT_WHICH_HOUSEHOLD };

const char *const bf_kernel_texts[] = {
	[TEXT_DRAINING] = "No new posts are taken here at the moment. What is under way goes on.",
	[TEXT_WHICH_HOUSEHOLD] = "Please choose the household that you write for.",
	NULL,
};

/* ---- acts ------------------------------------------------------------------------------ */

/* The form is shown again, with the reason beside its field, or above it. */
static enum bf_rc refused(struct bf_req *req, enum bf_rc rc, const char *public_text,
			  const char *field)
{
	if (public_text)
		req->public_text = bf_req_text(req, public_text);
	if (public_text == bf_act_texts[BF_ACT_SENT_BEFORE])
		field = NULL; /* it is about the whole form */
	if (!public_text || (rc != BF_CONFLICT && rc != BF_INVALID))
		return rc;
	if (field)
		return bf_req_refuse(req, field, public_text);
	req->refusal = rc;
	req->notice = req->public_text;
	return rc;
}

static enum bf_rc check_act(struct bf_req *req)
{
	if (req->route && req->route->method == BF_POST && !bf_refused(req) && req->person)
		return BF_OK;
	return bf_err_set(&req->http->err, BF_FAULT,
			  "an act on route \"%s\", which is a GET, was refused or is for anyone",
			  req->route ? req->route->name : "");
}

enum bf_rc bf_req_act_once(struct bf_req *req, bf_act_fn *fn, void *arg, const char *field,
			   const char **ret_result)
{
	uint64_t before, after;
	int64_t before_us, after_us;
	struct bf_once_request once;
	struct bf_act act;
	enum bf_rc rc = check_act(req);

	if (rc != BF_OK)
		return rc;
	once = bf_req_once(req);
	act = (struct bf_act){ .ask = { req->worker->db, req->app->queries, req->pool },
			       .actor = req->person->account,
			       .household = req->person->household,
			       .once = &once };
	bf_db_stats(act.ask.db, &before, &before_us);
	rc = bf_act_run(&act, fn, arg, &req->http->err);
	bf_db_stats(act.ask.db, &after, &after_us);
	req->http->queries += (unsigned)(after - before);
	req->http->query_us += after_us - before_us;
	*ret_result = bf_pool_copy(req->pool, bf_str(act.result));
	return rc == BF_OK ? BF_OK : refused(req, rc, act.public_text, field);
}

enum bf_rc bf_req_act(struct bf_req *req, bf_act_fn *fn, void *arg)
{
	const char *result;

	return bf_req_act_once(req, fn, arg, NULL, &result);
}

/* ---- begin ----------------------------------------------------------------------------- */

static const struct bf_value *given(const struct bf_req *req, const char *name)
{
	return bf_value_get(&req->args, name);
}

enum bf_rc bf_post_households(struct bf_req *req, const char *as)
{
	struct bf_value rows;
	enum bf_rc rc = bf_req_query(req, BF_CORE_SCOPE, "households_to_write_for", &rows);

	if (rc == BF_OK)
		bf_value_set(&req->model, as, rows);
	return rc;
}

static enum bf_rc create(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_draft_create(act, arg, act->result, err);
}

enum bf_rc bf_post_create(struct bf_req *req)
{
	struct bf_draft draft = { .plugin = req->scope->name,
				  .city = req->city ? req->city->code : 0,
				  .for_household = bf_value_int(given(req, "of_household")),
				  .need_kind = bf_value_text(given(req, "need_kind")),
				  .form = bf_value_text(given(req, "form")),
				  .relation = bf_value_text(given(req, "relation")) };
	const char *ref;
	enum bf_rc rc = check_act(req);

	if (rc != BF_OK)
		return rc;
	if (req->city &&
	    bf_worker_city_state(req->worker, req->city->code, req->scope->name) != BF_CITY_ON)
		return refused(req, BF_CONFLICT, bf_kernel_texts[TEXT_DRAINING], NULL);
	if (!draft.for_household && !req->person->household)
		return refused(req, BF_INVALID, bf_kernel_texts[TEXT_WHICH_HOUSEHOLD], NULL);
	if (!*draft.relation)
		draft.relation = "village_manager";
	rc = bf_req_act_once(req, create, &draft, NULL, &ref);
	if (rc == BF_OK)
		bf_bind_text(req, "ref", ref);
	return rc;
}

/* ---- an own post ----------------------------------------------------------------------- */

static void add_lacks(struct bf_req *req, const struct bf_value *row)
{
	struct bf_post_lack lacks[BF_POST_LACKS_MAX];
	size_t count = bf_post_lacks(row, lacks);
	struct bf_value list = bf_value_list(req->pool);

	for (size_t i = 0; i < count; i++) {
		struct bf_value lack = bf_value_map(req->pool);

		bf_value_set(&lack, "field", bf_value_string(bf_str(lacks[i].field)));
		bf_value_set(&lack, "text",
			     bf_value_string(bf_str(bf_req_text(req, lacks[i].text))));
		bf_value_push(req->pool, &list, lack);
	}
	bf_value_set(&req->model, "lacks", list);
}

/* A plugin shows its own posts of the address's city; the core shows all of them. */
static bool is_here(const struct bf_req *req, const struct bf_value *row)
{
	if (!req->scope->plugin)
		return true;
	return strcmp(bf_row_text(row, "plugin"), req->scope->name) == 0 && req->city &&
	       bf_row_int(row, "city") == req->city->code;
}

enum bf_rc bf_post_own(struct bf_req *req, const char *as)
{
	struct bf_value rows;
	enum bf_rc rc = bf_req_query(req, BF_CORE_SCOPE, "own_post", &rows);

	if (rc != BF_OK)
		return rc;
	if (bf_value_count(&rows) != 1 || !is_here(req, bf_value_at(&rows, 0)))
		return BF_NOT_FOUND;
	bf_value_set(&req->model, as, *bf_value_at(&rows, 0));
	bf_value_set(&req->model, "stale", bf_value_bool(req->refusal == BF_CONFLICT));
	add_lacks(req, bf_value_at(&rows, 0));
	return BF_OK;
}

static enum bf_rc save(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_draft_save(act, bf_value_text(given(req, "ref")),
			     bf_value_int(given(req, "version")), &req->args, err);
}

enum bf_rc bf_post_save(struct bf_req *req)
{
	return bf_req_act(req, save, req);
}

static enum bf_rc submit(struct bf_act *act, void *arg, struct bf_err *err)
{
	const struct bf_req *req = arg;

	return bf_draft_submit(act, bf_value_text(given(req, "ref")),
			       bf_value_int(given(req, "version")),
			       bf_value_int(given(req, "promise")) != 0, err);
}

enum bf_rc bf_post_submit(struct bf_req *req)
{
	return bf_req_act(req, submit, req);
}

enum bf_rc bf_post_pictures(struct bf_req *req, const char *as)
{
	struct bf_value rows;
	enum bf_rc rc = bf_req_query(req, BF_CORE_SCOPE, "post_pictures", &rows);

	if (rc == BF_OK)
		bf_value_set(&req->model, as, rows);
	return rc;
}
