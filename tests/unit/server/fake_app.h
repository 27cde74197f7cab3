/*
 * A site of a few addresses that each do one thing, good or bad, in place of site/app.h's own:
 * the server floor is tested without database and templates. Files in the folder "templates" of
 * the configuration steer the loading: "faults" and "db_away".
 */
#include <unistd.h>

#include "site/app.h"

struct bf_app {
	const struct bf_config *config;
};

struct bf_worker {
	const struct bf_app *app;
	void (*metrics)(void *arg, struct bf_buf *out);
	void *metrics_arg;
};

static bool there_is(const struct bf_config *config, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", config->templates, name);
	return access(path, F_OK) == 0;
}

struct bf_app *bf_app_load(struct bf_pool *pool, const struct bf_config *config,
			   struct bf_faults *faults, struct bf_faults *refused, bool *ret_db_away)
{
	struct bf_app *app = bf_pool_alloc(pool, sizeof(*app));

	(void)refused;
	app->config = config;
	if (there_is(config, "db_away")) {
		*ret_db_away = true;
		bf_faults_add(faults, NULL, 0, "there is no database");
	} else if (there_is(config, "faults")) {
		bf_faults_add(faults, "page.html", 7, "this page is wrong");
	} else if (there_is(config, "loader_dies")) {
		abort();
	}
	return faults->count ? NULL : app;
}

struct bf_worker *bf_worker_new(struct bf_pool *pool, const struct bf_app *app)
{
	struct bf_worker *worker = bf_pool_zalloc(pool, sizeof(*worker));

	if (there_is(app->config, "workers_die"))
		abort();
	worker->app = app;
	return worker;
}

void bf_worker_set_metrics(struct bf_worker *worker, void (*print)(void *arg, struct bf_buf *out),
			   void *arg)
{
	worker->metrics = print;
	worker->metrics_arg = arg;
}

static void hang(struct bf_request *request)
{
	volatile bool on = true;

	(void)request;
	while (on)
		;
}

static void crash(struct bf_request *request)
{
	volatile int *volatile nowhere = NULL;

	(void)request;
	*nowhere = 1;
}

static void run_out_of_memory(struct bf_request *request)
{
	for (;;)
		memset(bf_pool_alloc(request->pool, 1 << 20), 1, 1 << 20);
}

static void leak(struct bf_request *request)
{
	char *memory = malloc(1 << 20);

	memset(memory, 1, 1 << 20);
	bf_buf_printf(&request->out, "%p", (void *)memory);
}

static void wait_a_little(struct bf_request *request)
{
	usleep(50000);
	bf_buf_add_text(&request->out, "waited");
}

static void tell_pid(struct bf_request *request)
{
	bf_buf_printf(&request->out, "%d", (int)getpid());
}

static void tell_length(struct bf_request *request)
{
	bf_buf_printf(&request->out, "%zu bytes, %zu fields", request->body.len,
		      request->form.count);
}

static void page(struct bf_request *request)
{
	while (request->out.len < 20000)
		bf_buf_add_text(&request->out, "A page of twenty thousand bytes.\n");
}

static const struct {
	const char *path;
	void (*answer)(struct bf_request *request);
} addresses[] = {
	{ "/hang", hang }, { "/crash", crash },        { "/memory", run_out_of_memory },
	{ "/leak", leak }, { "/slow", wait_a_little }, { "/pid", tell_pid },
	{ "/page", page }, { "/length", tell_length },
};

void bf_worker_answer(struct bf_worker *worker, struct bf_request *request, enum bf_rc read_rc,
		      const char **ret_plugin, const char **ret_route)
{
	*ret_plugin = "fake";
	*ret_route = "none";
	request->status = bf_rc_status(read_rc);
	bf_request_header(request, "Content-Type", "text/plain");
	if (read_rc != BF_OK) {
		bf_buf_add_text(&request->out, request->err.text);
		return;
	}
	if (bf_str_is(request->path, "/metrics"))
		worker->metrics(worker->metrics_arg, &request->out);
	if (bf_str_is(request->path, "/quarantine"))
		bf_buf_add_text(&request->out, worker->app->config->quarantine);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		if (bf_str_is(request->path, addresses[i].path)) {
			*ret_route = addresses[i].path + 1;
			addresses[i].answer(request);
			return;
		}
	}
	bf_buf_add_text(&request->out, "hello");
}
