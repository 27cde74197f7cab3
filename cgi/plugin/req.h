/*
 * req: one request as handlers see it, behind the opaque struct bf_req of bangfu.h.
 */
#ifndef BF_PLUGIN_REQ_H
#define BF_PLUGIN_REQ_H

#include "domain/act.h"
#include "domain/idempotency.h"
#include "http/request.h"
#include "plugin/app.h"

/* Roles that have a console. */
#define BF_OPERATORS                                                                    \
	(BF_AT_TOWNSHIP | BF_AT_COUNTY | BF_AT_CITY | BF_AT_PROVINCE | BF_AT_NATIONAL | \
	 BF_INSPECTOR | BF_CONFIG | BF_EXPORT)

/* Who is signed in, as read from the database for this request. */
struct bf_person {
	int64_t account;
	struct bf_str name; /* as it may be shown to the person */
	unsigned roles;     /* of enum bf_who, BF_SIGNED_IN among them */
	int64_t household;  /* where the person is an adult of one; 0: none */
	struct bf_str sid;  /* of the session; form tokens belong to it */
	int64_t session;
	int64_t notices;         /* not yet read */
	unsigned behind_factor;  /* roles that wait for the second factor, and are not in `roles` */
	int64_t second_factor_s; /* since it was proven in this session; -1: it was not */
};

struct bf_req {
	struct bf_request *http;
	struct bf_worker *worker;
	const struct bf_app *app;
	struct bf_pool *pool; /* the request's */

	/* the address, taken apart */
	enum bf_lang lang;
	bool json;
	struct bf_str rest;           /* the path behind the language */
	const struct bf_region *city; /* NULL outside of one */
	const struct bf_scope *scope;
	const struct bf_route *route;
	const char *root; /* what the addresses in a page begin with: "" or "/en" */

	/* what was sent */
	struct bf_value params; /* map: declared parameters, typed */
	struct bf_value args;   /* map: what queries may bind: params, the core's, the handler's */
	struct bf_value typed;  /* map: as the person typed them */
	struct bf_value messages;       /* map: what is wrong, translated */
	enum bf_rc refusal;             /* why the form is shown again; BF_OK: it is not */
	const struct bf_person *person; /* NULL: signed out */
	struct bf_str visitor;          /* the cookie that form tokens belong to; empty: none yet */

	/* the answer */
	struct bf_value model;
	const char *public_text; /* translated; NULL: the sentence of the rc */
	const char *notice;      /* translated; said above the page. NULL: nothing */
	bool wants_factor;       /* refused for want of the second factor alone */
	bool no_store;           /* the page is this visitor's alone */
};

/* A text of the request's scope in the request's language. */
const char *bf_req_text(const struct bf_req *req, const char *english);
/* What makes a posted form one act: who sends it, its key, its address and bytes. For forms of
 * people who are signed in. */
struct bf_once_request bf_req_once(const struct bf_req *req);
/* Whether a posted form carries a token that was made for this visitor, and a key. */
bool bf_req_form_is_ours(const struct bf_req *req);
/* What a handler of ours returns where it refuses a field itself: the form is shown again with the
 * sentence, in English, translated, beside it. */
BF_MUST_CHECK enum bf_rc bf_req_refuse(struct bf_req *req, const char *field, const char *english);
/* Where relative addresses begin: the city's, or a plugin's in it (NULL: none's). */
const char *bf_req_mount(const struct bf_req *req, const struct bf_plugin *plugin);
/* The whole address of a route of the request's scope, encoded; {parts} of its path come from what
 * queries may bind. Fails with BF_FAULT where one is absent. */
BF_MUST_CHECK enum bf_rc bf_req_route_address(const struct bf_req *req,
					      const struct bf_route *route,
					      const char **ret_address, struct bf_err *err);
/* "?a=b&c=d" of the request, encoded anew from what was decoded; nothing where it had none. */
void bf_req_add_query(const struct bf_req *req, struct bf_buf *out);
/* Queries of another scope than the request's own: the core's, a plugin's card. */
BF_MUST_CHECK enum bf_rc bf_req_query(struct bf_req *req, const char *scope, const char *query,
				      struct bf_value *ret_rows);
/* Runs an act of the person who is signed in, in a transaction that is tried again. Where it is
 * refused, the page of the route's form is shown again with the reason. BF_FAULT on a GET. */
BF_MUST_CHECK enum bf_rc bf_req_act(struct bf_req *req, bf_act_fn *fn, void *arg);
/* The same, and what act->result was, now or when the form was sent the first time. A refusal stands
 * beside a field (NULL: above the page). */
BF_MUST_CHECK enum bf_rc bf_req_act_once(struct bf_req *req, bf_act_fn *fn, void *arg,
					 const char *field, const char **ret_result);
/* Sentences of plugin/kernel.c for people, ended by NULL. */
extern const char *const bf_kernel_texts[];
/* Renders a page of a scope with the request's model and globals. */
BF_MUST_CHECK enum bf_rc bf_req_render(struct bf_req *req, const char *scope,
				       const char *template_name, const struct bf_value *model,
				       struct bf_buf *out);

#endif
