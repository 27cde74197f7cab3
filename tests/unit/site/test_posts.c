/*
 * posts: pages for those who write and check, through routes, guards, forms and templates, by
 * people who are signed in. The acts of bangfu.h, chapter 8, are called as a plugin's handler
 * calls them.
 */
#include "site/dispatch.c"

#include "../domain/kernel.h"

static char folder[] = "/tmp/bangfu_test_posts_XXXXXX";
static struct bf_app *app;
static struct bf_worker *worker;

/* ---- a site over the scratch database ---------------------------------------------------- */

static void write_config(const char *path)
{
	FILE *file = fopen(path, "w");
	char here[4096];

	assert_non_null(file);
	assert_non_null(getcwd(here, sizeof(here)));
	fprintf(file,
		"[site]\nprofile = demo\nform_key_file = %s/form.key\n"
		"[paths]\ntemplates = %s/templates\nsql = %s/sql\nplugins = %s\n"
		"plugin_files = %s\nassets = %s/assets\n"
		"[database]\nsocket = %s\nuser = root\nname = %s\n",
		folder, here, here, folder, folder, folder, getenv("BANGFU_TEST_DB_SOCKET"),
		scratch_name);
	fclose(file);
}

static int set_up(void **state)
{
	struct bf_config *config;
	struct bf_faults faults, refused;
	const char *path;
	bool away;

	kernel_set_up(state);
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(system(bf_pool_printf(pool,
					       "conf/build-assets.sh templates/assets %s/assets "
					       ">/dev/null && head -c 32 /dev/urandom >%s/form.key",
					       folder, folder)),
			 0);
	path = bf_pool_printf(pool, "%s/bangfu.conf", folder);
	write_config(path);
	bf_faults_init(&faults, pool);
	bf_faults_init(&refused, pool);
	config = bf_pool_zalloc(pool, sizeof(*config));
	bf_config_read(config, pool, path, &faults);
	app = bf_app_load(pool, config, &faults, &refused, &away);
	if (!app)
		fail_msg("%s", faults.first ? faults.first->text : "no site");
	worker = bf_worker_new(pool, app);
	return 0;
}

static int tear_down(void **state)
{
	if (system(bf_pool_printf(pool, "rm -r '%s'", folder)) != 0)
		return -1;
	return kernel_tear_down(state);
}

/* ---- requests ---------------------------------------------------------------------------- */

static struct bf_person person_of(int64_t account)
{
	static const unsigned roles[] = {
		[WRITER] = BF_AT_VILLAGE,  [CHECKER] = BF_AT_VILLAGE, [TOWN_A] = BF_AT_TOWNSHIP,
		[TOWN_B] = BF_AT_TOWNSHIP, [COUNTY_A] = BF_AT_COUNTY, [COUNTY_B] = BF_AT_COUNTY,
		[CITY_A] = BF_AT_CITY,     [STRANGER] = BF_AT_COUNTY, [FATHER] = BF_FAMILY,
	};

	return (struct bf_person){ .account = account,
				   .roles = BF_SIGNED_IN | roles[account],
				   .household = account == FATHER ? FAMILY : 0,
				   .sid = BF_STR("session"),
				   .name = BF_STR("李**") };
}

struct field {
	const char *name, *value;
};

static struct bf_fields fields_of(const struct field *fields)
{
	size_t count = 0;
	struct bf_fields ret = { 0 };

	while (fields && fields[count].name)
		count++;
	ret.items = bf_pool_alloc(pool, (count + 2) * sizeof(*ret.items));
	for (; ret.count < count; ret.count++)
		ret.items[ret.count] =
			(struct bf_field){ .name = bf_str(fields[ret.count].name),
					   .value = bf_str(fields[ret.count].value) };
	return ret;
}

#define VISITOR "0123456789abcdef0123456789abcdef"

/* A form of ours, as a browser sends it. */
static void add_secrets_to(struct bf_fields *form, struct bf_str owner)
{
	char *token = bf_pool_alloc(pool, BF_TOKEN_TEXT_BYTES);
	char *key = bf_pool_alloc(pool, BF_FORM_KEY_TEXT_BYTES);

	bf_token_make(&app->form_key, owner, token);
	bf_form_key_make(key);
	form->items[form->count++] =
		(struct bf_field){ .name = BF_STR("_token"), .value = bf_str(token) };
	form->items[form->count++] =
		(struct bf_field){ .name = BF_STR("_key"), .value = bf_str(key) };
}

static const char *asked_query; /* ?number= of the next requests, or NULL */

static void release(void *request)
{
	bf_request_release(request);
}

/* As bf_worker_answer does, for a person. The answer is in the request. */
static struct bf_request *ask(const struct bf_person *person, const char *method, const char *path,
			      const struct field *fields)
{
	struct bf_request *http = bf_pool_zalloc(pool, sizeof(*http));
	struct bf_req req;
	enum bf_rc rc;

	*http = (struct bf_request){ .pool = pool,
				     .method_name = bf_str(method),
				     .path = bf_str(path),
				     .scheme = BF_STR("http"),
				     .host = BF_STR("localhost"),
				     .form = fields_of(fields),
				     .cookies = fields_of((const struct field[]){
					     { "form", VISITOR }, { NULL, NULL } }) };
	if (asked_query)
		http->query = fields_of(
			(const struct field[]){ { "number", asked_query }, { NULL, NULL } });
	bf_buf_init(&http->out);
	bf_buf_init(&http->headers_out);
	bf_pool_defer(pool, release, http);
	add_secrets_to(&http->form, person ? person->sid : BF_STR(VISITOR));
	req = (struct bf_req){ .http = http,
			       .worker = worker,
			       .app = app,
			       .pool = pool,
			       .scope = &app->root,
			       .params = bf_value_map(pool),
			       .args = bf_value_map(pool),
			       .typed = bf_value_map(pool),
			       .messages = bf_value_map(pool),
			       .model = bf_value_map(pool),
			       .person = person };
	read_language(&req);
	rc = answer(&req);
	if (rc == BF_FAULT || rc == BF_BUSY)
		fail_msg("%s", http->err.text);
	if (rc != BF_OK)
		bf_answer_error(&req, rc);
	return http;
}

static const char *page(int64_t account, const char *path, int status)
{
	struct bf_person person = person_of(account);
	struct bf_request *http = ask(&person, "GET", path, NULL);
	const char *text = bf_pool_copy(pool, bf_buf_str(&http->out));

	if (http->status != status)
		fail_msg("%s answered %d, not %d", path, http->status, status);
	return text;
}

static const char *post(int64_t account, const char *path, const struct field *fields, int status)
{
	struct bf_person person = person_of(account);
	struct bf_request *http = ask(&person, "POST", path, fields);
	const char *text = bf_pool_copy(pool, bf_buf_str(&http->out));

	if (http->status != status)
		fail_msg("%s answered %d, not %d: %s", path, http->status, status, http->err.text);
	return text;
}

static void assert_says(const char *page_text, const char *wanted)
{
	if (!strstr(page_text, wanted))
		fail_msg("the page does not say \"%s\"", wanted);
}

/* ---- the acts of a plugin's form --------------------------------------------------------- */

static const struct bf_route form_route = { "save", BF_POST, "/save", { 0 }, BF_SIGNED_IN, NULL };
static const struct bf_scope form_scope = { .name = "donations" };

/* A plugin's handler at work; numbers are bound as numbers. */
static struct bf_req plugin_req(const struct bf_person *person, struct bf_request *http)
{
	struct bf_req req;

	*http = (struct bf_request){ .pool = pool, .form = fields_of(NULL) };
	add_secrets_to(&http->form, person->sid);
	req = (struct bf_req){ .http = http,
			       .worker = worker,
			       .app = app,
			       .pool = pool,
			       .scope = &form_scope,
			       .route = &form_route,
			       .params = bf_value_map(pool),
			       .args = bf_value_map(pool),
			       .typed = bf_value_map(pool),
			       .messages = bf_value_map(pool),
			       .model = bf_value_map(pool),
			       .person = person };
	add_core_args(&req);
	return req;
}

static const char *written(int64_t account, int64_t household)
{
	struct bf_person person = person_of(account);
	struct bf_request http;
	struct bf_req req = plugin_req(&person, &http);

	bf_bind_int(&req, "of_household", household);
	bf_bind_text(&req, "need_kind", "necessities");
	bf_bind_text(&req, "form", "money");
	bf_bind_text(&req, "relation", "neighbour");
	assert_int_equal(bf_post_create(&req), BF_OK);
	return bf_value_text(bf_value_get(&req.args, "ref"));
}

static int64_t version_of(const char *ref)
{
	return asked_number(bf_pool_printf(pool, "SELECT version FROM post WHERE ref = '%s'", ref));
}

static enum bf_rc saved(int64_t account, const char *ref, int64_t version, const char *title)
{
	struct bf_person person = person_of(account);
	struct bf_request http;
	struct bf_req req = plugin_req(&person, &http);

	bf_bind_text(&req, "ref", ref);
	bf_bind_int(&req, "version", version);
	bf_bind_text(&req, "title", title);
	bf_bind_text(&req, "item", "棉被");
	bf_bind_int(&req, "target_fen", 60050);
	bf_bind_text(&req, "story", "去年屋顶漏雨，旧棉被全湿了。");
	bf_bind_text(&req, "reason", "两人生病");
	bf_bind_text(&req, "price_source", "县城集市");
	return bf_post_save(&req);
}

static enum bf_rc sent(int64_t account, const char *ref, struct bf_req *ret_req)
{
	static struct bf_request http;
	static struct bf_person person;

	person = person_of(account);
	*ret_req = plugin_req(&person, &http);
	bf_bind_text(ret_req, "ref", ref);
	bf_bind_int(ret_req, "version", version_of(ref));
	bf_bind_int(ret_req, "promise", 1);
	return bf_post_submit(ret_req);
}

static const char *submitted(void)
{
	const char *ref = written(WRITER, FAMILY);
	struct bf_req req;

	assert_int_equal(saved(WRITER, ref, version_of(ref), "入冬的两床棉被"), BF_OK);
	assert_int_equal(sent(WRITER, ref, &req), BF_OK);
	return ref;
}

static const char *at(const char *format, const char *ref)
{
	struct bf_str rest = bf_str(format), before;

	assert_true(bf_str_cut(&rest, '*', &before));
	return bf_pool_printf(pool, "%.*s%s%.*s", BF_STR_ARG(before), ref, BF_STR_ARG(rest));
}

static const char *step_of(const char *ref, int place)
{
	return asked_text(bf_pool_printf(pool,
					 "SELECT s.id FROM review_step s JOIN post p ON p.id = "
					 "s.post_id WHERE p.ref = '%s' AND s.step = %d ORDER BY "
					 "s.round DESC LIMIT 1",
					 ref, place));
}

static const char *number_text(int64_t n)
{
	return bf_pool_printf(pool, "%jd", (intmax_t)n);
}

static const char *state_of(const char *ref)
{
	return asked_text(bf_pool_printf(pool, "SELECT state FROM post WHERE ref = '%s'", ref));
}

/* What the form of an approval carries, all of its list ticked. */
#define TICKED(ref)                                                                     \
	{ "version", number_text(version_of(ref)) }, { "checklist", "1" },              \
		{ "evidence", evidence_of(ref) }, { "item_1", "1" }, { "item_2", "1" }, \
		{ "item_3", "1" }, { "item_4", "1" },                                   \
	{                                                                               \
		"item_5", "1"                                                           \
	}

static const char *evidence_of(const char *ref)
{
	return asked_text(bf_pool_printf(pool,
					 "SELECT e.evidence_hash FROM post_evidence e JOIN post p "
					 "ON p.id = e.post_id WHERE p.ref = '%s'",
					 ref));
}

/* ---- tests ------------------------------------------------------------------------------- */

static void who_may_not_is_told(void **state)
{
	struct bf_request *http;

	(void)state;
	http = ask(NULL, "GET", "/mine", NULL);
	assert_int_equal(http->status, 401);
	page(TOWN_A, "/mine", 403);
	page(FATHER, "/review", 403);
	page(WRITER, "/mine/AAAAAAAAAA", 404);
	page(WRITER, "/review/AAAAAAAAAA", 404);
}

static void empty_pages_have_a_way_on(void **state)
{
	(void)state;
	assert_says(page(FATHER, "/mine", 200), "还没有求助");
	assert_says(page(FATHER, "/en/mine", 200), "No post yet");
	assert_says(page(TOWN_A, "/en/review", 200), "Nothing waits for you");
}

static void a_form_that_lacks_something_says_what(void **state)
{
	const char *ref = written(WRITER, FAMILY);
	struct bf_person person = person_of(WRITER);
	struct bf_request http;
	struct bf_req req = plugin_req(&person, &http);

	(void)state;
	assert_int_equal(saved(WRITER, ref, version_of(ref), "短"), BF_OK);
	bf_bind_text(&req, "ref", ref);
	assert_int_equal(bf_post_own(&req, "post"), BF_OK);
	assert_string_equal(bf_value_text(bf_value_get(bf_model(&req, "post"), "target_yuan")),
			    "600.50");
	assert_int_equal(bf_value_count(bf_model(&req, "lacks")), 1);
	assert_string_equal(bf_value_text(
				    bf_value_get(bf_value_at(bf_model(&req, "lacks"), 0), "field")),
			    "title");
	assert_int_equal(sent(WRITER, ref, &req), BF_INVALID);
	assert_int_equal(req.refusal, BF_INVALID);
	assert_string_equal(req.notice, "还缺少内容，暂不能提交。");
	/* another one's is not there */
	assert_int_equal(saved(CHECKER, ref, 0, "x"), BF_NOT_FOUND);
	/* K3 */
	assert_int_equal(saved(WRITER, ref, version_of(ref) - 1, "入冬的棉被"), BF_CONFLICT);
}

static void a_get_writes_nothing(void **state)
{
	struct bf_person person = person_of(WRITER);
	struct bf_route route = form_route;
	struct bf_request http;
	struct bf_req req = plugin_req(&person, &http);

	(void)state;
	route.method = BF_GET;
	req.route = &route;
	bf_bind_int(&req, "of_household", FAMILY);
	assert_int_equal(bf_post_create(&req), BF_FAULT);
	assert_int_equal(asked_number("SELECT COUNT(*) FROM post"), 0);
}

static void a_post_goes_over_the_desks(void **state)
{
	const char *ref = submitted(), *text;

	(void)state;
	assert_says(page(WRITER, "/mine", 200), "村级核实中");
	assert_says(page(WRITER, "/review", 200), "由村里的另一个账号核实");
	assert_says(page(WRITER, at("/review/*", ref), 200), "须由他人核实");
	text = page(CHECKER, at("/en/review/*", ref), 200);
	assert_says(text, "Written for the family by account 1: Neighbour");
	assert_says(text, "Approve and pass on");
	page(STRANGER, at("/review/*", ref), 404);
	/* acceptance 11: the writer is refused, whatever the page shows */
	post(WRITER, at("/review/*/approve", ref),
	     (const struct field[]){ { "step", step_of(ref, 1) }, TICKED(ref), { NULL, NULL } },
	     403);
	post(CHECKER, at("/review/*/take", ref),
	     (const struct field[]){ { "step", step_of(ref, 1) }, { NULL, NULL } }, 303);
	text = post(CHECKER, at("/review/*/approve", ref),
		    (const struct field[]){ { "step", step_of(ref, 1) },
					    { "version", number_text(version_of(ref)) },
					    { "checklist", "1" },
					    { "evidence", evidence_of(ref) },
					    { "item_1", "1" },
					    { "item_3", "1" },
					    { NULL, NULL } },
		    422);
	assert_says(text, "id=\"approve-item_2-message\"");
	assert_says(text, "id=\"approve-item_4-message\"");
	if (strstr(text, "id=\"approve-item_3-message\""))
		fail_msg("what was answered has a message");
	assert_says(text, "name=\"item_3\" type=\"checkbox\" value=\"1\" checked");
	post(CHECKER, at("/review/*/approve", ref),
	     (const struct field[]){ { "step", step_of(ref, 1) }, TICKED(ref), { NULL, NULL } },
	     303);
	text = post(CHECKER, at("/review/*/approve", ref),
		    (const struct field[]){
			    { "step", step_of(ref, 1) }, TICKED(ref), { NULL, NULL } },
		    409);
	assert_says(text, "这一步已经有了决定。");
	post(TOWN_A, at("/review/*/approve", ref),
	     (const struct field[]){ { "step", step_of(ref, 2) }, TICKED(ref), { NULL, NULL } },
	     303);
	post(COUNTY_A, at("/review/*/approve", ref),
	     (const struct field[]){
		     { "step", step_of(ref, 3) }, TICKED(ref), { "urgency", "3" }, { NULL, NULL } },
	     303);
	assert_string_equal(state_of(ref), "open");
	assert_says(page(WRITER, at("/mine/*", ref), 200), "查看公开页面");
	assert_says(page(WRITER, at("/mine/*", ref), 200), "价格符合本地行情。");
	assert_says(page(TOWN_A, "/review", 200), "没有待核实的求助");
}

static void a_decision_without_a_reason_is_asked_for_it(void **state)
{
	const char *ref = submitted(), *text;

	(void)state;
	text = post(CHECKER, at("/en/review/*/reject", ref),
		    (const struct field[]){ { "step", step_of(ref, 1) },
					    { "version", number_text(version_of(ref)) },
					    { "reason_code", "covered" },
					    { NULL, NULL } },
		    422);
	assert_says(text, "The reason in words that the family reads");
	assert_says(text, "<option value=\"covered\" selected");
	assert_string_equal(state_of(ref), "submitted");
	post(CHECKER, at("/review/*/return", ref),
	     (const struct field[]){ { "step", step_of(ref, 1) },
				     { "version", number_text(version_of(ref)) },
				     { "field", "amount" },
				     { "return_reason", "价格太高" },
				     { NULL, NULL } },
	     303);
	text = page(WRITER, at("/en/mine/*", ref), 200);
	assert_says(text, "Please correct");
	assert_says(text, "Amount");
	assert_says(text, "价格太高");
	assert_says(text, at("/en/shaoyang/donations/posts/*/edit", ref));
}

static void a_rejection_is_appealed_and_a_post_withdrawn(void **state)
{
	const char *ref = submitted();

	(void)state;
	post(CHECKER, at("/review/*/reject", ref),
	     (const struct field[]){ { "step", step_of(ref, 1) },
				     { "version", number_text(version_of(ref)) },
				     { "reason_code", "untrue" },
				     { "reject_reason", "没有这回事" },
				     { NULL, NULL } },
	     303);
	assert_says(page(WRITER, at("/mine/*", ref), 200), "如果您认为这个决定不对");
	post(WRITER, at("/mine/*/appeal", ref),
	     (const struct field[]){ { "version", number_text(version_of(ref)) },
				     { "appeal_text", "请再来看一看" },
				     { NULL, NULL } },
	     303);
	assert_says(page(TOWN_A, "/review", 200), "入冬的两床棉被");
	assert_says(page(TOWN_A, at("/review/*", ref), 200), "请再来看一看");
	post(TOWN_A, at("/review/*/appeal", ref),
	     (const struct field[]){ { "appeal", asked_text("SELECT id FROM appeal") },
				     { "outcome", "overturned" },
				     { "outcome_reason", "属实" },
				     { NULL, NULL } },
	     303);
	assert_string_equal(state_of(ref), "submitted");
	post(WRITER, at("/mine/*/withdraw", ref),
	     (const struct field[]){ { "version", number_text(version_of(ref)) }, { NULL, NULL } },
	     303);
	assert_string_equal(state_of(ref), "withdrawn");
	assert_says(post(WRITER, at("/mine/*/withdraw", ref),
			 (const struct field[]){ { "version", number_text(version_of(ref)) },
						 { NULL, NULL } },
			 409),
		    "现在不能这样办理");
}

static void a_relative_says_so(void **state)
{
	const char *ref = submitted();

	(void)state;
	post(CHECKER, at("/review/*/relative", ref),
	     (const struct field[]){ { "step", step_of(ref, 1) }, { NULL, NULL } }, 303);
	assert_says(page(CHECKER, at("/review/*", ref), 200), "须由他人核实");
}

static void approve_all(const char *ref)
{
	static const int64_t people[] = { CHECKER, TOWN_A, COUNTY_A };

	for (int place = 1; place <= 3; place++)
		post(people[place - 1], at("/review/*/approve", ref),
		     (const struct field[]){
			     { "step", step_of(ref, place) }, TICKED(ref), { NULL, NULL } },
		     303);
}

static void the_county_suspends_and_two_lift(void **state)
{
	const char *ref = submitted(), *text;
	const struct field lifts[] = { { "wish", "lift" },
				       { "end_reason", "属实" },
				       { NULL, NULL } };
	const struct field suspends[] = { { "case_number", "2026-17" },
					  { "public_text", "正在核查" },
					  { NULL, NULL } };

	(void)state;
	approve_all(ref);
	assert_says(page(COUNTY_A, at("/en/review/*", ref), 200), "Number of the case");
	if (strstr(page(TOWN_A, at("/en/review/*", ref), 200), "Number of the case"))
		fail_msg("a township is shown how to suspend");
	post(TOWN_A, at("/review/*/suspend", ref), suspends, 403);
	post(COUNTY_A, at("/review/*/suspend", ref), suspends, 303);
	post(COUNTY_A, at("/review/*/end", ref), lifts, 303);
	text = page(COUNTY_A, at("/en/review/*", ref), 200);
	assert_says(text, "A second person of the county has to want the same.");
	assert_says(post(COUNTY_A, at("/review/*/end", ref), lifts, 409), "须由第二人同意");
	post(COUNTY_B, at("/review/*/end", ref), lifts, 303);
	assert_string_equal(state_of(ref), "open");
}

static void a_post_is_opened_by_its_number(void **state)
{
	const char *ref = submitted();

	(void)state;
	assert_says(page(CHECKER, "/en/review/find", 422), "Open a post by its number");
	asked_query = bf_pool_printf(pool, "%.5s-%s", ref, ref + 5);
	page(CHECKER, "/review/find", 303);
	asked_query = "zz";
	page(CHECKER, "/review/find", 404);
	asked_query = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_may_not_is_told),
		TEST(empty_pages_have_a_way_on),
		TEST(a_form_that_lacks_something_says_what),
		TEST(a_get_writes_nothing),
		TEST(a_post_goes_over_the_desks),
		TEST(a_decision_without_a_reason_is_asked_for_it),
		TEST(a_rejection_is_appealed_and_a_post_withdrawn),
		TEST(a_relative_says_so),
		TEST(the_county_suspends_and_two_lift),
		TEST(a_post_is_opened_by_its_number),
	};

	return cmocka_run_group_tests_name("site/posts", tests, NULL, NULL);
}
