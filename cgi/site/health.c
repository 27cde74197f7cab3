#include "site/health.h"

#include "plugin/req.h"

/* Their one address each: the web server closes /metrics to strangers, and /en/metrics must be no
 * way around it. */
static bool is_asked_by_its_name(const struct bf_req *req)
{
	return !*req->root;
}

static enum bf_rc plain(struct bf_req *req, const char *type)
{
	bf_request_header(req->http, "Content-Type", type);
	bf_request_header(req->http, "Cache-Control", "no-store");
	req->http->status = 200;
	return BF_OK;
}

enum bf_rc bf_site_healthz(struct bf_req *req)
{
	if (!is_asked_by_its_name(req))
		return BF_NOT_FOUND;
	bf_buf_add_text(&req->http->out, "ok\n");
	return plain(req, "text/plain; charset=utf-8");
}

enum bf_rc bf_site_readyz(struct bf_req *req)
{
	struct bf_value rows;
	enum bf_rc rc;

	if (!is_asked_by_its_name(req))
		return BF_NOT_FOUND;
	rc = bf_req_query(req, BF_CORE_SCOPE, "city_plugins", &rows);
	if (rc != BF_OK)
		return rc;
	bf_buf_add_text(&req->http->out, "ready\n");
	return plain(req, "text/plain; charset=utf-8");
}

enum bf_rc bf_site_metrics(struct bf_req *req)
{
	if (!is_asked_by_its_name(req))
		return BF_NOT_FOUND;
	if (req->worker->metrics)
		req->worker->metrics(req->worker->metrics_arg, &req->http->out);
	return plain(req, "text/plain; version=0.0.4; charset=utf-8");
}
