/*
 * goods: promising goods, from the form to the thanks. Read downwards: parameters, words, acts,
 * promising, a donor's promises, what arrives, routes.
 */
#include "site/goods.h"

#include <inttypes.h>

#include "domain/pledge.h"
#include "plugin/req.h"

/* ---- parameters ------------------------------------------------------------------------ */

enum {
	QUANTITY_MAX = 100000,
	WORDS_MAX_CHARS = 200,
	NOTE_MAX_CHARS = 200,
	THANKS_MAX_CHARS = 500,
};

static const struct bf_choice yes[] = { { "yes", "Yes" } };
static const struct bf_choice ways[] = {
	{ "courier", "By a courier" },
	{ "village_point", "I have handed it over at the village point" },
};
static const struct bf_enum yes_enum = { "yes", BF_TABLE(yes) };
static const struct bf_enum way_enum = { "goods_way", BF_TABLE(ways) };

#define PLEDGE                                                    \
	{                                                         \
		.name = "pledge", .type = BF_ID, .required = true \
	}
#define QUANTITY                                                                           \
	{                                                                                  \
		.name = "quantity", .type = BF_INT, .label = "How many", .required = true, \
		.min = 1, .max = QUANTITY_MAX                                              \
	}

static const struct bf_param list_params[] = { { .name = "after", .type = BF_CURSOR } };
static const struct bf_param pledge_params[] = { PLEDGE };
static const struct bf_param ref_params[] = {
	{ .name = "ref", .type = BF_REF, .required = true },
};
static const struct bf_param promise_params[] = {
	{ .name = "ref", .type = BF_REF, .required = true },
	QUANTITY,
	{ .name = "words", .type = BF_TEXT, .label = "Your words", .max = WORDS_MAX_CHARS },
	{ .name = "anonymous", .type = BF_ONE_OF, .label = "Anonymous", .choices = &yes_enum },
};
static const struct bf_param dispatch_params[] = {
	PLEDGE,
	{ .name = "way",
	  .type = BF_ONE_OF,
	  .label = "How you sent it",
	  .required = true,
	  .choices = &way_enum },
	{ .name = "courier_number",
	  .type = BF_TEXT,
	  .label = "The courier’s number",
	  .max = 40,
	  .pattern = "[0-9A-Za-z -]{6,40}" },
};
static const struct bf_param receive_params[] = {
	PLEDGE,
	QUANTITY,
	{ .name = "note", .type = BF_TEXT, .label = "To whom and where", .max = NOTE_MAX_CHARS },
};
static const struct bf_param dispute_params[] = {
	PLEDGE,
	{ .name = "concern",
	  .type = BF_TEXT,
	  .label = "What is wrong",
	  .required = true,
	  .max = NOTE_MAX_CHARS },
};
static const struct bf_param settle_params[] = {
	PLEDGE,
	{ .name = "arrived",
	  .type = BF_INT,
	  .label = "How many arrived",
	  .required = true,
	  .min = 0,
	  .max = QUANTITY_MAX },
	{ .name = "reason",
	  .type = BF_TEXT,
	  .label = "How the county knows",
	  .required = true,
	  .max = NOTE_MAX_CHARS },
};
static const struct bf_param thank_params[] = {
	PLEDGE,
	{ .name = "thanks",
	  .type = BF_LINES,
	  .label = "Your thanks",
	  .required = true,
	  .max = THANKS_MAX_CHARS },
};

/* ---- words ------------------------------------------------------------------------------ */

static const char text_number_missing[] = "Please write the courier’s number.";

void bf_goods_each_text(void (*tell)(void *arg, const char *english), void *arg)
{
	tell(arg, text_number_missing);
	for (size_t i = 0; bf_pledge_texts[i]; i++)
		tell(arg, bf_pledge_texts[i]);
}

/* ---- acts ------------------------------------------------------------------------------- */

/* An act under way: what it does, and what it told. */
struct doing {
	struct bf_req *req;
	enum bf_rc (*fn)(struct bf_act *act, struct doing *doing, struct bf_err *err);
	int64_t pledge;
	int64_t left; /* of a promise that was too much */
};

/* What was typed into a field; NULL: nothing. */
static const char *filled(const struct bf_req *req, const char *field)
{
	const char *text = bf_text(req, field);

	return *text ? text : NULL;
}

static struct bf_act act_of(const struct bf_req *req, const struct bf_ask *ask)
{
	return (struct bf_act){ .ask = *ask,
				.actor = req->person->account,
				.household = req->person->household };
}

/* The result that is kept is the number of the promise: its page is where each act leads. */
static enum bf_rc run_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct doing *doing = arg;
	enum bf_rc rc = doing->fn(act, doing, err);

	snprintf(act->result, sizeof(act->result), "%" PRId64, doing->pledge);
	return rc;
}

/* Does it once, however often the form is sent, and leads to a page. A refusal stands beside the
 * field, or above the page where there is none. */
static enum bf_rc do_once(struct bf_req *req, struct doing *doing, const char *field,
			  const char *then)
{
	const char *result;
	int64_t pledge;
	enum bf_rc rc = bf_req_act_once(req, run_act, doing, field, &result);

	if (rc != BF_OK)
		return rc;
	if (!bf_str_int(bf_str(result), &pledge))
		BF_BUG("an answer was kept as \"%s\"", result);
	bf_bind_int(req, "pledge", pledge);
	return bf_redirect(req, then);
}

/* ---- promising -------------------------------------------------------------------------- */

static enum bf_rc promise_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "goods_post", "post");

	return rc == BF_OK ? bf_page(req, "promise.html") : rc;
}

static enum bf_rc claim(struct bf_act *act, struct doing *doing, struct bf_err *err)
{
	const struct bf_req *req = doing->req;
	const struct bf_pledge_wish wish = {
		.post = bf_row_int(bf_model(req, "post"), "id"),
		.quantity = bf_int(req, "quantity"),
		.anonymous = bf_has(req, "anonymous"),
		.words = filled(req, "words"),
	};

	return bf_pledge_claim(act, &wish, &doing->pledge, &doing->left, err);
}

static enum bf_rc promise(struct bf_req *req)
{
	struct doing doing = { .req = req, .fn = claim };
	enum bf_rc rc = bf_query_one(req, "goods_post", "post");

	return rc == BF_OK ? do_once(req, &doing, "quantity", "pledge") : rc;
}

/* ---- a donor's promises ----------------------------------------------------------------- */

static enum bf_rc pledges_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "my_pledges", "pledges");

	return rc == BF_OK ? bf_page(req, "pledges.html") : rc;
}

static enum bf_rc pledge_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "my_pledge", "pledge");

	return rc == BF_OK ? bf_page(req, "pledge.html") : rc;
}

struct looking {
	const struct bf_req *req;
	const struct bf_value *address;
};

static enum bf_rc look(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct looking *looking = arg;
	struct bf_act act = act_of(looking->req, ask);

	return bf_pledge_look(&act, bf_int(looking->req, "pledge"), &looking->address, err);
}

/* The address is on this one answer alone: a look is an act, for it is noted. */
static enum bf_rc show_address(struct bf_req *req)
{
	struct bf_ask ask = { req->worker->db, req->app->queries, req->pool };
	struct looking looking = { .req = req };
	enum bf_rc rc = bf_ask_transaction(&ask, look, &looking, NULL, &req->http->err);

	if (rc != BF_OK)
		return rc;
	bf_value_set(&req->model, "place", *looking.address);
	/* links of the answer lead to where it can be read */
	req->rest = bf_str(
		bf_pool_printf(req->pool, "/pay/goods/pledges/%" PRId64, bf_int(req, "pledge")));
	return pledge_page(req);
}

static enum bf_rc send(struct bf_act *act, struct doing *doing, struct bf_err *err)
{
	const char *way = bf_text(doing->req, "way");

	return bf_pledge_dispatch(act, doing->pledge,
				  strcmp(way, "courier") == 0
					  ? bf_text(doing->req, "courier_number")
					  : NULL,
				  err);
}

static enum bf_rc dispatch(struct bf_req *req)
{
	struct doing doing = { .req = req, .fn = send, .pledge = bf_int(req, "pledge") };

	if (strcmp(bf_text(req, "way"), "courier") == 0 && !filled(req, "courier_number"))
		return bf_req_refuse(req, "courier_number", text_number_missing);
	return do_once(req, &doing, "way", "pledge");
}

static enum bf_rc take_back(struct bf_act *act, struct doing *doing, struct bf_err *err)
{
	return bf_pledge_cancel(act, doing->pledge, err);
}

static enum bf_rc cancel(struct bf_req *req)
{
	struct doing doing = { .req = req, .fn = take_back, .pledge = bf_int(req, "pledge") };

	return do_once(req, &doing, NULL, "pledge");
}

/* ---- what arrives ----------------------------------------------------------------------- */

static enum bf_rc arrivals_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "arrivals", "arrivals");

	return rc == BF_OK ? bf_page(req, "arrivals.html") : rc;
}

static enum bf_rc arrival_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "arrival", "arrival");

	return rc == BF_OK ? bf_page(req, "arrival.html") : rc;
}

static enum bf_rc count(struct bf_act *act, struct doing *doing, struct bf_err *err)
{
	const struct bf_req *req = doing->req;

	return bf_pledge_receive(act, doing->pledge, bf_int(req, "quantity"), filled(req, "note"),
				 err);
}

static enum bf_rc receive(struct bf_req *req)
{
	struct doing doing = { .req = req, .fn = count, .pledge = bf_int(req, "pledge") };

	return do_once(req, &doing, "quantity", "arrival");
}

static enum bf_rc say_thanks(struct bf_act *act, struct doing *doing, struct bf_err *err)
{
	return bf_pledge_thank(act, doing->pledge, bf_text(doing->req, "thanks"), err);
}

static enum bf_rc thank(struct bf_req *req)
{
	struct doing doing = { .req = req, .fn = say_thanks, .pledge = bf_int(req, "pledge") };

	return do_once(req, &doing, "thanks", "arrival");
}

/* ---- what is disputed ------------------------------------------------------------------- */

static enum bf_rc raise(struct bf_act *act, struct doing *doing, struct bf_err *err)
{
	return bf_pledge_dispute(act, doing->pledge, bf_text(doing->req, "concern"), err);
}

static enum bf_rc dispute_sent(struct bf_req *req)
{
	struct doing doing = { .req = req, .fn = raise, .pledge = bf_int(req, "pledge") };

	return do_once(req, &doing, "concern", "pledge");
}

static enum bf_rc dispute_arrival(struct bf_req *req)
{
	struct doing doing = { .req = req, .fn = raise, .pledge = bf_int(req, "pledge") };

	return do_once(req, &doing, "concern", "arrival");
}

static enum bf_rc disputes_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "disputes", "disputes");

	return rc == BF_OK ? bf_page(req, "disputes.html") : rc;
}

static enum bf_rc dispute_page(struct bf_req *req)
{
	enum bf_rc rc = bf_query_one(req, "dispute", "dispute");

	return rc == BF_OK ? bf_page(req, "dispute.html") : rc;
}

static enum bf_rc decide(struct bf_act *act, struct doing *doing, struct bf_err *err)
{
	const struct bf_req *req = doing->req;

	return bf_pledge_settle(act, doing->pledge, bf_int(req, "arrived"), bf_text(req, "reason"),
				err);
}

static enum bf_rc settle(struct bf_req *req)
{
	struct doing doing = { .req = req, .fn = decide, .pledge = bf_int(req, "pledge") };

	return do_once(req, &doing, "arrived", "dispute");
}

/* ---- routes ------------------------------------------------------------------------------ */

#define COUNTS (BF_FAMILY | BF_AT_VILLAGE)

static const struct bf_route routes[] = {
	{ "pledges", BF_GET, "/", BF_TABLE(list_params), BF_SIGNED_IN, pledges_page,
	  .form = "pledges" },
	{ "promise", BF_GET, "/give/{ref}", BF_TABLE(ref_params), BF_SIGNED_IN, promise_page },
	{ "promise_send", BF_POST, "/give/{ref}", BF_TABLE(promise_params), BF_SIGNED_IN, promise,
	  .form = "promise" },
	{ "pledge", BF_GET, "/pledges/{pledge}", BF_TABLE(pledge_params), BF_SIGNED_IN,
	  pledge_page },
	{ "pledge_address", BF_POST, "/pledges/{pledge}/address", BF_TABLE(pledge_params),
	  BF_SIGNED_IN, show_address, .form = "pledge" },
	{ "pledge_dispatch", BF_POST, "/pledges/{pledge}/dispatch", BF_TABLE(dispatch_params),
	  BF_SIGNED_IN, dispatch, .form = "pledge" },
	{ "pledge_cancel", BF_POST, "/pledges/{pledge}/cancel", BF_TABLE(pledge_params),
	  BF_SIGNED_IN, cancel, .form = "pledge" },
	{ "arrivals", BF_GET, "/arrivals", BF_TABLE(list_params), COUNTS, arrivals_page,
	  .form = "arrivals" },
	{ "arrival", BF_GET, "/arrivals/{pledge}", BF_TABLE(pledge_params), COUNTS, arrival_page },
	{ "arrival_receive", BF_POST, "/arrivals/{pledge}", BF_TABLE(receive_params), COUNTS,
	  receive, .form = "arrival" },
	{ "pledge_dispute", BF_POST, "/pledges/{pledge}/dispute", BF_TABLE(dispute_params),
	  BF_SIGNED_IN, dispute_sent, .form = "pledge" },
	{ "arrival_dispute", BF_POST, "/arrivals/{pledge}/dispute", BF_TABLE(dispute_params),
	  COUNTS, dispute_arrival, .form = "arrival" },
	{ "disputes", BF_GET, "/disputes", { 0 }, BF_AT_COUNTY, disputes_page },
	{ "dispute", BF_GET, "/disputes/{pledge}", BF_TABLE(pledge_params), BF_AT_COUNTY,
	  dispute_page },
	{ "dispute_settle", BF_POST, "/disputes/{pledge}", BF_TABLE(settle_params), BF_AT_COUNTY,
	  settle, .form = "dispute" },
	{ "arrival_thank", BF_POST, "/arrivals/{pledge}/thanks", BF_TABLE(thank_params), COUNTS,
	  thank, .form = "arrival" },
};

const struct bf_table bf_site_goods_routes = BF_TABLE(routes);
