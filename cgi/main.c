/* main: the subcommands. Exit codes: 0 well, 1 not well, 2 could not be run or found out. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "demo/demo.h"
#include "domain/verify.h"
#include "http/cgi.h"
#include "server/jobs.h"
#include "server/press.h"
#include "server/server.h"
#include "site/app.h"
#include "site/import_command.h"

enum { EXIT_WELL = 0, EXIT_NOT_WELL = 1, EXIT_CANNOT = 2 };

struct options {
	const char *config;
	const char *path; /* of get and import */
	const char *undo; /* of import */
	const char *scale, *seed, *as_of;
	bool explain, json, preview;
};

struct progress {
	bool terminal;
	const char *stage; /* the last one told */
};

struct verb {
	const char *name, *arguments, *summary;
	int (*run)(struct bf_pool *pool, const struct options *options);
	const char *path; /* what it wants one for; NULL: it takes none */
};

static void print_faults(const struct bf_faults *faults)
{
	for (const struct bf_fault *fault = faults->first; fault; fault = fault->next)
		fprintf(stderr, "bangfu: %s\n", fault->text);
}

/* The configuration, or what is wrong with it on stderr. */
static bool read_config(struct bf_pool *pool, const struct options *options,
			struct bf_config *ret_config)
{
	struct bf_faults faults;

	bf_faults_init(&faults, pool);
	bf_config_read(ret_config, pool, options->config, &faults);
	print_faults(&faults);
	return faults.count == 0;
}

static struct bf_db *open_db(struct bf_pool *pool, const struct bf_config *config, const char *user)
{
	struct bf_err err = { 0 };
	struct bf_db *db = bf_app_job_db(pool, config, user, &err);

	if (db && bf_db_open(db, &err) == BF_OK)
		return db;
	fprintf(stderr, "bangfu: %s\n", err.text);
	return NULL;
}

/* ---- serve, check, routes ------------------------------------------------------------- */

static int serve(struct bf_pool *pool, const struct options *options)
{
	(void)pool;
	return bf_server_run(options->config);
}

static int jobs(struct bf_pool *pool, const struct options *options)
{
	(void)pool;
	return bf_server_jobs(options->config);
}

/* A generation for one command, with every fault and refusal on stderr. NULL: the core itself
 * has faults. */
static struct bf_app *load_app(struct bf_pool *pool, const struct options *options,
			       struct bf_config *config, bool *ret_clean)
{
	struct bf_faults faults, refused;
	struct bf_app *app;
	bool db_away;

	if (!read_config(pool, options, config))
		return NULL;
	bf_faults_init(&faults, pool);
	bf_faults_init(&refused, pool);
	app = bf_app_load(pool, config, &faults, &refused, &db_away);
	print_faults(&faults);
	print_faults(&refused);
	*ret_clean = faults.count == 0 && refused.count == 0;
	return app;
}

static bool explain(struct bf_pool *pool, const struct bf_config *config, const struct bf_app *app)
{
	struct bf_db *db = open_db(pool, config, config->db_user);
	struct bf_faults faults;

	if (!db)
		return false;
	bf_faults_init(&faults, pool);
	bf_app_explain(app, db, &faults);
	print_faults(&faults);
	return faults.count == 0;
}

static int check(struct bf_pool *pool, const struct options *options)
{
	struct bf_config config;
	bool clean;
	struct bf_app *app = load_app(pool, options, &config, &clean);

	if (!app || !clean || (options->explain && !explain(pool, &config, app)))
		return EXIT_NOT_WELL;
	printf("bangfu: \"%s\" and all it names are well\n", options->config);
	return EXIT_WELL;
}

static int routes(struct bf_pool *pool, const struct options *options)
{
	struct bf_config config;
	bool clean;
	struct bf_app *app = load_app(pool, options, &config, &clean);

	if (!app)
		return EXIT_NOT_WELL;
	if (options->json)
		bf_app_print_routes_json(app, stdout);
	else
		bf_app_print_routes(app, stdout);
	return clean ? EXIT_WELL : EXIT_NOT_WELL;
}

/* ---- one request ----------------------------------------------------------------------- */

/* Answers the request that a CGI environment describes; returns its status. */
static int answer_one(struct bf_pool *pool, const struct bf_config *config,
		      const struct bf_app *app, struct bf_cgi *cgi)
{
	struct bf_transport transport = bf_cgi_transport(cgi);
	struct bf_request_limits limits = bf_request_limits(config);
	struct bf_request request = { 0 };
	const char *plugin, *route;
	enum bf_rc rc = bf_request_read(&request, pool, &transport, &limits, &request.err);

	bf_worker_answer(bf_worker_new(pool, app), &request, rc, &plugin, &route);
	if (!bf_request_send(&request, &transport))
		fprintf(stderr, "bangfu: could not write the answer: %s\n", strerror(errno));
	if (request.err.text[0])
		fprintf(stderr, "bangfu: %s: %s\n", request.id, request.err.text);
	return request.status;
}

static int get(struct bf_pool *pool, const struct options *options)
{
	struct bf_str query = bf_str(options->path), path, hosts, host;
	struct bf_config config;
	bool clean;
	struct bf_app *app = load_app(pool, options, &config, &clean);
	char *variables[] = {
		"REQUEST_METHOD=GET",
		bf_pool_printf(pool, "REQUEST_URI=%s", options->path),
		"",
		"SERVER_PROTOCOL=HTTP/1.1",
		"REMOTE_ADDR=127.0.0.1",
		"REQUEST_SCHEME=http",
		"HTTP_HOST=localhost",
		NULL,
	};
	struct bf_cgi cgi = { .variables = variables, .input = -1, .output = 1 };

	if (!app)
		return EXIT_NOT_WELL;
	hosts = bf_str_trim(bf_str(config.hosts));
	if (hosts.len && bf_str_cut(&hosts, ' ', &host))
		variables[6] = bf_pool_printf(pool, "HTTP_HOST=%.*s", BF_STR_ARG(host));
	(void)bf_str_cut(&query, '?', &path);
	variables[2] = bf_pool_printf(pool, "QUERY_STRING=%s", query.p ? query.p : "");
	return answer_one(pool, &config, app, &cgi) < 400 ? EXIT_WELL : EXIT_NOT_WELL;
}

/* As a CGI script, for hosts without FastCGI. The answer tells how it went, the exit code is
 * for the web server's log. */
static int cgi(struct bf_pool *pool, const struct options *options)
{
	struct bf_config config;
	bool clean;
	struct bf_app *app = load_app(pool, options, &config, &clean);
	struct bf_cgi self = { .variables = environ, .input = 0, .output = 1 };

	if (!app) {
		printf("Status: 503 Service Unavailable\r\nRetry-After: 2\r\n"
		       "Content-Type: text/plain; charset=utf-8\r\n\r\n"
		       "The service is being restarted. Please try again in a few seconds.\n");
		return EXIT_NOT_WELL;
	}
	answer_one(pool, &config, app, &self);
	return EXIT_WELL;
}

/* ---- the database --------------------------------------------------------------------- */

static void say_step(void *arg, const char *line)
{
	(void)arg;
	printf("bangfu: %s\n", line);
}

static int migrate(struct bf_pool *pool, const struct options *options)
{
	struct bf_err err = { 0 };
	struct bf_config config;
	struct bf_db *db;

	if (!read_config(pool, options, &config))
		return EXIT_NOT_WELL;
	db = open_db(pool, &config, config.db_migrate_user);
	if (!db)
		return EXIT_CANNOT;
	if (bf_app_migrate(pool, &config, db, say_step, NULL, &err) == BF_OK)
		return EXIT_WELL;
	fprintf(stderr, "bangfu: %s\n", err.text);
	return EXIT_NOT_WELL;
}

/* A bar on a terminal, a line a stage elsewhere. */
static void show_progress(void *arg, const char *stage, int64_t done)
{
	static const char bar[] = "########################################";
	struct progress *progress = arg;
	int width = (int)(done * (int)(sizeof(bar) - 1) / 1000);

	if (progress->terminal)
		fprintf(stderr, "\r[%-40.*s] %3d %%  %-24s", width, bar, (int)(done / 10), stage);
	else if (!progress->stage || strcmp(progress->stage, stage) != 0)
		fprintf(stderr, "bangfu: %s\n", stage);
	progress->stage = stage;
}

/* "2026-11-24", a day that the calendar has. */
static bool read_day(const char *text, struct bf_date *ret_date)
{
	struct bf_date date = { 0 }, civil;
	int end = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &date.year, &date.month, &date.day, &end) != 3 ||
	    text[end])
		return false;
	civil = bf_clock_date(bf_clock_from_date(date));
	*ret_date = date;
	return civil.year == date.year && civil.month == date.month && civil.day == date.day;
}

/* What --scale, --seed and --as-of say, checked. */
static bool read_demo(const struct options *options, struct bf_demo *ret_demo)
{
	struct bf_date date;

	*ret_demo = (struct bf_demo){
		.percent = bf_demo_percent(options->scale ? options->scale : "1"),
		.seed = BF_DEMO_SEED,
		.as_of_ms = bf_demo_today(bf_clock_wall_ms()),
	};
	if (!ret_demo->percent) {
		fprintf(stderr, "bangfu: --scale is \"%s\": it must be 0.01, 1, 10 or 100\n",
			options->scale);
		return false;
	}
	if (options->seed && !bf_str_int(bf_str(options->seed), &ret_demo->seed)) {
		fprintf(stderr, "bangfu: --seed is \"%s\": it must be a whole number\n",
			options->seed);
		return false;
	}
	if (!options->as_of)
		return true;
	if (!read_day(options->as_of, &date)) {
		fprintf(stderr, "bangfu: --as-of is \"%s\": it must be a date such as 2026-11-24\n",
			options->as_of);
		return false;
	}
	ret_demo->as_of_ms = bf_clock_from_date(date) - BF_SHANGHAI_MS;
	return true;
}

static int demo_data(struct bf_pool *pool, const struct options *options)
{
	struct progress progress = { .terminal = isatty(STDERR_FILENO) };
	struct bf_err err = { 0 };
	struct bf_config config;
	struct bf_demo demo;
	struct bf_db *db;
	bool already;

	if (!read_demo(options, &demo))
		return EXIT_CANNOT;
	if (!read_config(pool, options, &config))
		return EXIT_NOT_WELL;
	if (config.profile != BF_PROFILE_DEMO) {
		fprintf(stderr,
			"bangfu: \"%s\" is no demo: invented people have no place beside real "
			"ones. Set profile = demo for a database of their own.\n",
			options->config);
		return EXIT_NOT_WELL;
	}
	demo.key_file = config.key_file;
	db = open_db(pool, &config, config.db_migrate_user);
	if (!db)
		return EXIT_CANNOT;
	if (bf_demo_load(db, config.sql, &demo, show_progress, &progress, &already, &err) !=
	    BF_OK) {
		fprintf(stderr, "%sbangfu: %s\n", progress.terminal ? "\n" : "", err.text);
		return EXIT_NOT_WELL;
	}
	if (progress.terminal && !already)
		fputc('\n', stderr);
	if (already)
		puts("bangfu: the demo data are there already");
	return EXIT_WELL;
}

/* Two at once: the smallest server has two cores, and visitors want theirs. */
static int verify(struct bf_pool *pool, const struct options *options)
{
	enum { PROCESSES = 2 };
	struct bf_err err = { 0 };
	struct bf_config config;
	struct bf_db *db;

	if (!read_config(pool, options, &config))
		return EXIT_CANNOT;
	db = bf_app_job_db(pool, &config, config.db_verify_user, &err);
	if (!db) {
		fprintf(stderr, "bangfu: %s\n", err.text);
		return EXIT_CANNOT;
	}
	switch (bf_verify_run_by(db, pool, bf_pool_printf(pool, "%s/verify", config.sql), PROCESSES,
				 stdout)) {
	case BF_VERIFY_HOLDS:
		return EXIT_WELL;
	case BF_VERIFY_BROKEN:
		return EXIT_NOT_WELL;
	default:
		return EXIT_CANNOT;
	}
}

static int import(struct bf_pool *pool, const struct options *options)
{
	struct bf_import_command command = { .path = options->path, .preview = options->preview };
	struct bf_err err = { 0 };
	struct bf_config config;
	bool clean;

	if (options->undo &&
	    (!bf_str_int(bf_str(options->undo), &command.undo) || command.undo < 1)) {
		fprintf(stderr, "bangfu: --undo is \"%s\": it must be the number of a run\n",
			options->undo);
		return EXIT_CANNOT;
	}
	command.app = load_app(pool, options, &config, &clean);
	if (!command.app)
		return EXIT_NOT_WELL;
	command.db = open_db(pool, &config, config.db_user);
	if (!command.db)
		return EXIT_CANNOT;
	if (bf_import_command_run(pool, &command, stdout, &err))
		return EXIT_WELL;
	if (err.text[0])
		fprintf(stderr, "bangfu: %s\n", err.text);
	return EXIT_NOT_WELL;
}

/* ---- keys ------------------------------------------------------------------------------ */

static int public_key(struct bf_pool *pool, const struct options *options)
{
	struct bf_err err = { 0 };
	struct bf_config config;
	struct bf_buf text;
	bool read;

	if (!read_config(pool, options, &config))
		return EXIT_NOT_WELL;
	bf_buf_init(&text);
	read = bf_app_public_key(pool, &config, &text, &err) == BF_OK;
	if (read)
		fputs(text.data, stdout);
	else
		fprintf(stderr, "bangfu: %s\n", err.text);
	bf_buf_release(&text);
	return read ? EXIT_WELL : EXIT_CANNOT;
}

/* ---- the command line ------------------------------------------------------------------ */

static const struct verb verbs[] = {
	{ "serve", "", "answer requests until stopped; SIGHUP loads everything anew", serve },
	{ "check", "[--explain]", "load everything, change nothing, name each fault", check },
	{ "migrate", "", "bring the database's schema up to date", migrate },
	{ "demo-data", "[--scale N] [--seed N] [--as-of DATE]", "fill a demo with invented people",
	  demo_data },
	{ "verify", "", "check the invariants of money and data", verify },
	{ "jobs", "", "do the work that waits for no visitor, until stopped", jobs },
	{ "routes", "[--json]", "print every address, its parameters and who may use it", routes },
	{ "public-key", "", "print what the other end of [gateway] checks us by", public_key },
	{ "import", "FILE [--preview] | --undo RUN",
	  "take in a register of households, or take it back", import, "a FILE, or --undo RUN" },
	{ "get", "PATH", "answer one request and print the response", get,
	  "one PATH, such as /about" },
	{ "cgi", "", "answer the one request of a CGI environment", cgi },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static void print_help(FILE *out)
{
	fputs("usage: bangfu VERB [--config FILE] ...\n\n", out);
	for (size_t i = 0; i < VERBS; i++)
		fprintf(out, "  %-10s %-38s %s\n", verbs[i].name, verbs[i].arguments,
			verbs[i].summary);
	fputs("\nThe configuration is --config, else $BANGFU_CONFIG, else /etc/bangfu/bangfu.conf.\n"
	      "Exit codes: 0 well, 1 not well, 2 could not be run.\n",
	      out);
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

enum {
	OPTION_CONFIG = 1,
	OPTION_EXPLAIN,
	OPTION_JSON,
	OPTION_PREVIEW,
	OPTION_UNDO,
	OPTION_SCALE,
	OPTION_SEED,
	OPTION_AS_OF,
	OPTION_HELP
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "explain", no_argument, NULL, OPTION_EXPLAIN },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "preview", no_argument, NULL, OPTION_PREVIEW },
	{ "undo", required_argument, NULL, OPTION_UNDO },
	{ "scale", required_argument, NULL, OPTION_SCALE },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "as-of", required_argument, NULL, OPTION_AS_OF },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ 0 },
};

/* Reads what stands behind the verb. Returns -1, or the exit code to end with. */
static int read_options(int argc, char **argv, struct options *options)
{
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (option) {
		case OPTION_CONFIG:
			options->config = optarg;
			break;
		case OPTION_EXPLAIN:
			options->explain = true;
			break;
		case OPTION_JSON:
			options->json = true;
			break;
		case OPTION_PREVIEW:
			options->preview = true;
			break;
		case OPTION_UNDO:
			options->undo = optarg;
			break;
		case OPTION_SCALE:
			options->scale = optarg;
			break;
		case OPTION_SEED:
			options->seed = optarg;
			break;
		case OPTION_AS_OF:
			options->as_of = optarg;
			break;
		case OPTION_HELP:
			print_help(stdout);
			return EXIT_WELL;
		default:
			print_help(stderr);
			return EXIT_CANNOT;
		}
	if (optind < argc)
		options->path = argv[optind++];
	if (optind < argc) {
		fprintf(stderr, "bangfu: \"%s\" is one argument too many\n", argv[optind]);
		return EXIT_CANNOT;
	}
	return -1;
}

static int run_verb(const struct verb *verb, const struct options *options)
{
	struct bf_pool *pool = bf_pool_new(NULL);
	int code;

	if ((verb->path != NULL) != (options->path || options->undo)) {
		if (verb->path)
			fprintf(stderr, "bangfu: %s wants %s\n", verb->name, verb->path);
		else
			fprintf(stderr, "bangfu: %s takes no \"%s\"\n", verb->name,
				options->path ? options->path : "--undo");
		return EXIT_CANNOT;
	}
	code = verb->run(pool, options);
	bf_pool_free(pool);
	return code;
}

int main(int argc, char **argv)
{
	const char *config = getenv("BANGFU_CONFIG");
	struct options options = { .config = config ? config : "/etc/bangfu/bangfu.conf" };
	const struct verb *verb;
	int code;

	if (argc > 1 && strcmp(argv[1], "press") == 0 && !getenv("GATEWAY_INTERFACE"))
		return bf_press_main(argc, argv);
	if (sodium_init() < 0) {
		fputs("bangfu: libsodium could not be started\n", stderr);
		return EXIT_CANNOT;
	}
	/* A web server hands a query without "=" to a CGI script as arguments: there they are a
	 * stranger's words and not looked at. */
	if (getenv("GATEWAY_INTERFACE"))
		return run_verb(find_verb("cgi"), &options);
	verb = argc > 1 ? find_verb(argv[1]) : NULL;
	if (!verb) {
		bool asked = argc > 1 && strcmp(argv[1], "--help") == 0;

		print_help(asked ? stdout : stderr);
		return asked ? EXIT_WELL : EXIT_CANNOT;
	}
	code = read_options(argc - 1, argv + 1, &options);
	return code >= 0 ? code : run_verb(verb, &options);
}
