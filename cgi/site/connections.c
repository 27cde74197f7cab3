/* connections: read downwards: parameters, pages, acts. */
#include "site/connections.h"

#include "domain/pairing.h"
#include "domain/post.h"
#include "plugin/req.h"

enum { WORDS_MAX = 500 };

#define REF                                                     \
	{                                                       \
		.name = "ref", .type = BF_REF, .required = true \
	}

static const struct bf_choice wish_choices[] = {
	{ "active", "Yes" },
	{ "declined", "No" },
	{ "withdrawn", "Take it back" },
	{ "ended", "End it" },
};
static const struct bf_enum wishes = { "connection_wish", BF_TABLE(wish_choices) };

const struct bf_param bf_connections_ref_params[1] = { REF };
const struct bf_param bf_connections_move_params[2] = {
	REF,
	{ .name = "connection_wish", .type = BF_ONE_OF, .required = true, .choices = &wishes },
};
const struct bf_param bf_connections_write_params[2] = {
	REF,
	{ .name = "update_words",
	  .type = BF_LINES,
	  .label = "Your words",
	  .required = true,
	  .max = WORDS_MAX },
};
const struct bf_param bf_connections_pass_params[2] = {
	{ .name = "update", .type = BF_ID, .required = true },
	{ .name = "thanks_outcome",
	  .type = BF_ONE_OF,
	  .label = "Decision",
	  .required = true,
	  .choices = &bf_thanks_outcome },
};

/* ---- pages ----------------------------------------------------------------------------- */

enum bf_rc bf_connections_list(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "own_pairings", "connections");

	return rc == BF_OK ? bf_page(req, "connections.html") : rc;
}

enum bf_rc bf_connections_one(struct bf_req *req)
{
	const struct bf_value *own;
	enum bf_rc rc = bf_query_one(req, "own_pairing", "connection");

	if (rc != BF_OK)
		return rc;
	own = bf_model(req, "connection");
	bf_bind_int(req, "pairing", bf_row_int(own, "id"));
	bf_bind_text(req, "side", bf_row_int(own, "is_donor") ? "donor" : "family");
	rc = bf_query(req, "pairing_updates", "updates");
	return rc == BF_OK ? bf_page(req, "connection.html") : rc;
}

enum bf_rc bf_connections_asking(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "pairing_asked", "asked");

	return rc == BF_OK ? bf_page(req, "connect.html") : rc;
}

/* ---- acts ------------------------------------------------------------------------------ */

static enum bf_rc ask_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_pairing_propose(act, bf_text(arg, "ref"), err);
}

enum bf_rc bf_connections_ask(struct bf_req *req)
{
	const char *result;
	enum bf_rc rc = bf_req_act_once(req, ask_act, req, NULL, &result);

	if (rc != BF_OK)
		return rc;
	bf_bind_text(req, "ref", result);
	return bf_redirect(req, "connection");
}

static enum bf_rc move_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_pairing_move(act, bf_text(arg, "ref"), bf_text(arg, "connection_wish"), err);
}

enum bf_rc bf_connections_move(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, move_act, req);

	return rc == BF_OK ? bf_redirect(req, "connection") : rc;
}

static enum bf_rc write_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_pairing_write(act, bf_text(arg, "ref"), bf_text(arg, "update_words"), err);
}

enum bf_rc bf_connections_write(struct bf_req *req)
{
	const char *result;
	enum bf_rc rc = bf_req_act_once(req, write_act, req, "update_words", &result);

	return rc == BF_OK ? bf_redirect(req, "connection") : rc;
}

static enum bf_rc pass_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_pairing_pass(act, bf_int(arg, "update"),
			       strcmp(bf_text(arg, "thanks_outcome"), "show") == 0, err);
}

enum bf_rc bf_connections_pass(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, pass_act, req);

	return rc == BF_OK ? bf_redirect(req, "review_thanks") : rc;
}
