#include "base/config.h"

#include <ini.h>

#include "base/buf.h"
#include "base/file.h"

enum setting_type { SETTING_TEXT, SETTING_PATH, SETTING_NUMBER, SETTING_WORD };

struct setting {
	const char *section, *name;
	enum setting_type type;
	size_t offset;
	const char *preset;
	int64_t min, max;         /* of a number */
	const char *const *words; /* of a word, in the order of its enum, ended by NULL */
};

#define AT(member) offsetof(struct bf_config, member)

static const char *const profiles[] = {
	[BF_PROFILE_DEMO] = "demo",
	[BF_PROFILE_PRODUCTION] = "production",
	NULL,
};
static const char *const worker_pools[] = {
	[BF_WORKERS_WEB] = "web",
	[BF_WORKERS_MONEY] = "money",
	[BF_WORKERS_SANDBOX] = "sandbox",
	NULL,
};
static const char *const seal_wishes[] = {
	[BF_SEAL_REQUIRE] = "require",
	[BF_SEAL_DEGRADE] = "degrade",
	NULL,
};

static const struct setting settings[] = {
	{ "site", "profile", SETTING_WORD, AT(profile), "production", 0, 0, profiles },
	{ "site", "hosts", SETTING_TEXT, AT(hosts), "", 0, 0 },
	{ "site", "page_rows", SETTING_NUMBER, AT(page_rows), "20", 5, 100 },
	{ "site", "cache_s", SETTING_NUMBER, AT(cache_s), "5", 0, 3600 },
	{ "site", "form_key_file", SETTING_PATH, AT(form_key_file), "form.key", 0, 0 },

	{ "paths", "templates", SETTING_PATH, AT(templates), "../templates", 0, 0 },
	{ "paths", "sql", SETTING_PATH, AT(sql), "../sql", 0, 0 },
	{ "paths", "plugins", SETTING_PATH, AT(plugins), "../var/build/plugins", 0, 0 },
	{ "paths", "plugin_files", SETTING_PATH, AT(plugin_files), "../plugins", 0, 0 },
	{ "paths", "assets", SETTING_PATH, AT(assets), "../var/build/assets", 0, 0 },
	{ "paths", "press", SETTING_PATH, AT(press), "../var/build/press", 0, 0 },

	{ "database", "socket", SETTING_PATH, AT(db_socket), "", 0, 0 },
	{ "database", "host", SETTING_TEXT, AT(db_host), "127.0.0.1", 0, 0 },
	{ "database", "port", SETTING_NUMBER, AT(db_port), "3306", 1, 65535 },
	{ "database", "name", SETTING_TEXT, AT(db_name), "bangfu", 0, 0 },
	{ "database", "user", SETTING_TEXT, AT(db_user), "bangfu_web", 0, 0 },
	{ "database", "migrate_user", SETTING_TEXT, AT(db_migrate_user), "bangfu_migrate", 0, 0 },
	{ "database", "verify_user", SETTING_TEXT, AT(db_verify_user), "bangfu_verify", 0, 0 },
	{ "database", "password_file", SETTING_PATH, AT(db_password_file), "", 0, 0 },
	{ "database", "connect_timeout_s", SETTING_NUMBER, AT(db_connect_timeout_s), "3", 1, 60 },
	{ "database", "read_timeout_s", SETTING_NUMBER, AT(db_read_timeout_s), "10", 1, 600 },
	{ "database", "write_timeout_s", SETTING_NUMBER, AT(db_write_timeout_s), "10", 1, 600 },
	{ "database", "statement_timeout_s", SETTING_NUMBER, AT(db_statement_timeout_s), "8", 1,
	  600 },
	{ "database", "lock_wait_s", SETTING_NUMBER, AT(db_lock_wait_s), "5", 1, 60 },
	{ "database", "statement_cache", SETTING_NUMBER, AT(db_statement_cache), "128", 8, 4096 },

	{ "money", "key_file", SETTING_PATH, AT(key_file), "secret.key", 0, 0 },

	{ "server", "pool", SETTING_WORD, AT(worker_pool), "web", 0, 0, worker_pools },
	{ "server", "socket", SETTING_PATH, AT(socket), "../var/demo/run/bangfu.sock", 0, 0 },
	{ "server", "web_user", SETTING_TEXT, AT(web_user), "www-data", 0, 0 },
	{ "server", "workers", SETTING_NUMBER, AT(workers), "24", 1, 1024 },
	{ "server", "web_server_processes", SETTING_NUMBER, AT(web_server_processes), "2", 1, 256 },
	{ "server", "web_server_keepalive", SETTING_NUMBER, AT(web_server_keepalive), "0", 0, 256 },
	{ "server", "soft_deadline_ms", SETTING_NUMBER, AT(soft_deadline_ms), "12000", 100,
	  600000 },
	{ "server", "hard_deadline_ms", SETTING_NUMBER, AT(hard_deadline_ms), "15000", 100,
	  600000 },
	{ "server", "requests_a_worker", SETTING_NUMBER, AT(requests_a_worker), "10000", 10,
	  100000000 },
	{ "server", "growth_mib", SETTING_NUMBER, AT(growth_mib), "64", 1, 4096 },
	{ "server", "address_space_mib", SETTING_NUMBER, AT(address_space_mib), "512", 64, 65536 },
	{ "server", "body_max_kib", SETTING_NUMBER, AT(body_max_kib), "64", 1, 1048576 },
	{ "server", "seal", SETTING_WORD, AT(seal), "require", 0, 0, seal_wishes },
	{ "server", "log", SETTING_PATH, AT(log), "", 0, 0 },

	{ "files", "folder", SETTING_PATH, AT(files_folder), "", 0, 0 },
	{ "files", "upload_max_kib", SETTING_NUMBER, AT(files_upload_max_kib), "8192", 64, 10240 },

	{ "notices", "spool", SETTING_PATH, AT(notices_spool), "", 0, 0 },
	{ "notices", "smtp", SETTING_TEXT, AT(notices_smtp), "", 0, 0 },
	{ "notices", "from", SETTING_TEXT, AT(notices_from), "", 0, 0 },
	{ "notices", "site", SETTING_TEXT, AT(notices_site), "", 0, 0 },

	{ "gateway", "url", SETTING_TEXT, AT(gateway_url), "", 0, 0 },
	{ "gateway", "merchant", SETTING_TEXT, AT(gateway_merchant), "bangfu", 0, 0 },
	{ "gateway", "key_file", SETTING_PATH, AT(gateway_key_file), "", 0, 0 },
	{ "gateway", "peer_key_file", SETTING_PATH, AT(gateway_peer_key_file), "", 0, 0 },
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

struct reading {
	struct bf_config *config;
	struct bf_pool *pool;
	struct bf_faults *faults;
	struct bf_str folder; /* of the file, with its "/" */
	struct bf_str rest;   /* of the text, behind the line that is being read */
	int line;
	int lines[SETTINGS]; /* where each was set; 0: not yet */
};

static const char *path_from(struct reading *reading, const char *value)
{
	if (!*value || *value == '/')
		return bf_pool_copy(reading->pool, bf_str(value));
	return bf_pool_printf(reading->pool, "%.*s%s", BF_STR_ARG(reading->folder), value);
}

static void set_number(struct reading *reading, const struct setting *setting, const char *value,
		       int line, int64_t *ret_n)
{
	int64_t n;

	if (!bf_str_int(bf_str(value), &n) || n < setting->min || n > setting->max)
		bf_faults_add(reading->faults, reading->config->file, line,
			      "%s is \"%s\": it must be a whole number from %jd to %jd",
			      setting->name, value, (intmax_t)setting->min, (intmax_t)setting->max);
	else
		*ret_n = n;
}

static void set_word(struct reading *reading, const struct setting *setting, const char *value,
		     int line, int64_t *ret_word)
{
	struct bf_buf known;

	for (int64_t i = 0; setting->words[i]; i++)
		if (strcmp(value, setting->words[i]) == 0) {
			*ret_word = i;
			return;
		}
	bf_buf_init(&known);
	for (size_t i = 0; setting->words[i]; i++)
		bf_buf_printf(&known, "%s%s", i ? " or " : "", setting->words[i]);
	bf_faults_add(reading->faults, reading->config->file, line, "%s is \"%s\": it must be %s",
		      setting->name, value, known.data);
	bf_buf_release(&known);
}

static void set(struct reading *reading, const struct setting *setting, const char *value, int line)
{
	void *member = (char *)reading->config + setting->offset;

	switch (setting->type) {
	case SETTING_TEXT:
		*(const char **)member = bf_pool_copy(reading->pool, bf_str(value));
		break;
	case SETTING_PATH:
		*(const char **)member = path_from(reading, value);
		break;
	case SETTING_NUMBER:
		set_number(reading, setting, value, line, member);
		break;
	case SETTING_WORD:
		set_word(reading, setting, value, line, member);
		break;
	}
}

/* Called by inih for each line, as fgets: Debian's build does not tell the handler the line. */
static char *next_line(char *room, int size, void *arg)
{
	struct reading *reading = arg;
	struct bf_str line;

	if (!reading->rest.len || !bf_str_cut(&reading->rest, '\n', &line))
		return NULL;
	reading->line++;
	if (line.len > (size_t)size - 2) {
		bf_faults_add(reading->faults, reading->config->file, reading->line,
			      "this line has more than %d characters", size - 2);
		line.len = 0;
	}
	memcpy(room, line.p, line.len);
	memcpy(room + line.len, "\n", 2);
	return room;
}

/* Called by inih for each line with a name. */
static int on_setting(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *reading = arg;
	int line = reading->line;

	for (size_t i = 0; i < SETTINGS; i++) {
		if (strcmp(settings[i].section, section) != 0 ||
		    strcmp(settings[i].name, name) != 0)
			continue;
		if (reading->lines[i])
			bf_faults_add(reading->faults, reading->config->file, line,
				      "%s is set twice: first in line %d", name, reading->lines[i]);
		reading->lines[i] = line;
		set(reading, &settings[i], value, line);
		return 1;
	}
	bf_faults_add(reading->faults, reading->config->file, line,
		      "there is no setting \"%s\" in [%s]", name, section);
	return 1;
}

/* Settings that must fit each other. The ladder of deadlines: each step is shorter than the one
 * outside it, or the outer one abandons work that still runs. */
static void check_together(const struct bf_config *config, struct bf_faults *faults)
{
	int64_t reserve = config->workers / 4 > 4 ? config->workers / 4 : 4;
	int64_t kept = config->web_server_processes * config->web_server_keepalive;

	if (kept && config->workers < kept + reserve)
		bf_faults_add(faults, config->file, 0,
			      "workers is %jd: %jd kept connections and a reserve of %jd need at "
			      "least %jd, or idle connections starve new ones",
			      (intmax_t)config->workers, (intmax_t)kept, (intmax_t)reserve,
			      (intmax_t)(kept + reserve));
	if (config->db_lock_wait_s >= config->db_statement_timeout_s ||
	    config->db_statement_timeout_s >= config->db_read_timeout_s ||
	    config->db_read_timeout_s * 1000 >= config->soft_deadline_ms ||
	    config->soft_deadline_ms >= config->hard_deadline_ms)
		bf_faults_add(faults, config->file, 0,
			      "the deadlines must rise: lock_wait_s %jd, statement_timeout_s %jd, "
			      "read_timeout_s %jd, soft_deadline_ms %jd, hard_deadline_ms %jd",
			      (intmax_t)config->db_lock_wait_s,
			      (intmax_t)config->db_statement_timeout_s,
			      (intmax_t)config->db_read_timeout_s,
			      (intmax_t)config->soft_deadline_ms,
			      (intmax_t)config->hard_deadline_ms);
}

static bool begins_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void check_mail(const struct bf_config *config, struct bf_faults *faults)
{
	const char *smtp = config->notices_smtp;

	if (!*smtp)
		return;
	if (!begins_with(smtp, "smtp://") && !begins_with(smtp, "smtps://"))
		bf_faults_add(faults, config->file, 0,
			      "smtp is \"%s\": it must begin with smtp:// or smtps://", smtp);
	if (!strchr(config->notices_from, '@'))
		bf_faults_add(faults, config->file, 0,
			      "from is \"%s\": a mail server takes nothing without the address "
			      "that it comes from",
			      config->notices_from);
}

void bf_config_read(struct bf_config *config, struct bf_pool *pool, const char *file,
		    struct bf_faults *faults)
{
	const char *slash = strrchr(file, '/');
	struct reading reading = {
		.config = config,
		.pool = pool,
		.faults = faults,
		.folder = { file, slash ? (size_t)(slash - file) + 1 : 0 },
	};
	struct bf_err err = { 0 };
	struct bf_str text;
	int bad_line;

	*config = (struct bf_config){
		.file = bf_pool_copy(pool, bf_str(file)),
		.quarantine = "",
	};
	for (size_t i = 0; i < SETTINGS; i++)
		set(&reading, &settings[i], settings[i].preset, 0);
	if (bf_file_read(pool, file, &text, &err) != BF_OK) {
		bf_faults_add(faults, NULL, 0, "%s", err.text);
		return;
	}
	reading.rest = text;
	bad_line = ini_parse_stream(next_line, &reading, on_setting, &reading);
	if (bad_line)
		bf_faults_add(faults, config->file, bad_line,
			      "this is neither [section] nor name = value");
	check_together(config, faults);
	check_mail(config, faults);
}
