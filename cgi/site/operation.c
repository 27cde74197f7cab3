#include "site/operation.h"

#include "domain/job_run.h"
#include "plugin/req.h"

const struct bf_param bf_operation_job_params[1] = {
	{ .name = "job", .type = BF_TEXT, .required = true, .pattern = "[a-z][a-z0-9_]{0,31}" },
};

static void push_text(struct bf_req *req, struct bf_value *list, const char *name,
		      struct bf_str text)
{
	struct bf_value item = bf_value_map(req->pool);

	bf_value_set(&item, name, bf_value_string(text));
	bf_value_push(req->pool, list, item);
}

/* What this generation knows: plugins that it runs, that it refused and why, that the master keeps
 * out because workers died in them. */
static void add_plugins(struct bf_req *req)
{
	struct bf_value loaded = bf_value_list(req->pool), refused = bf_value_list(req->pool),
			kept_out = bf_value_list(req->pool);
	struct bf_str rest = bf_str(req->app->config->quarantine), name;

	for (size_t i = 0; i < req->app->plugins.count; i++)
		push_text(req, &loaded, "name", bf_str(req->app->plugins.rows[i]->name));
	for (const struct bf_fault *fault = req->app->refused; fault; fault = fault->next)
		push_text(req, &refused, "why", bf_str(fault->text));
	while (bf_str_cut(&rest, ' ', &name))
		if (name.len)
			push_text(req, &kept_out, "name", name);
	bf_value_set(&req->model, "loaded", loaded);
	bf_value_set(&req->model, "refused", refused);
	bf_value_set(&req->model, "kept_out", kept_out);
}

enum bf_rc bf_operation_jobs(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "jobs_health", "health");

	if (rc == BF_OK)
		rc = bf_query(req, "jobs_seen", "jobs");
	if (rc != BF_OK)
		return rc;
	add_plugins(req);
	return bf_page(req, "console_jobs.html");
}

static enum bf_rc want(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_job_want(act, bf_text(arg, "job"), err);
}

enum bf_rc bf_operation_run(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, want, req);

	return rc == BF_OK ? bf_redirect(req, "console_jobs") : rc;
}
