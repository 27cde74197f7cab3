/* config: defaults, paths, and each refusal by its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/config.h"

static struct bf_pool *pool;
static struct bf_faults faults;
static struct bf_config config;
static char path[] = "/tmp/bangfu-config-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	close(mkstemp(path));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	bf_pool_free(pool);
	return 0;
}

static void read_text(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	bf_pool_free(pool);
	pool = bf_pool_new(NULL);
	bf_faults_init(&faults, pool);
	bf_config_read(&config, pool, path, &faults);
}

static void assert_fault(const char *text, const char *wanted)
{
	read_text(text);
	assert_int_equal(faults.count, 1);
	if (!strstr(faults.first->text, wanted))
		fail_msg("\"%s\" does not say \"%s\"", faults.first->text, wanted);
}

static void has_defaults(void **state)
{
	(void)state;
	read_text("");
	assert_int_equal(faults.count, 0);
	assert_int_equal(config.profile, BF_PROFILE_PRODUCTION);
	assert_int_equal(config.worker_pool, BF_WORKERS_WEB);
	assert_int_equal(config.page_rows, 20);
	assert_true(bf_str_ends(bf_str(config.key_file), BF_STR("secret.key")));
	assert_int_equal(config.workers, 24);
	assert_int_equal(config.web_server_keepalive, 0);
	assert_string_equal(config.templates, "/tmp/../templates");
}

static void reads_settings_and_paths(void **state)
{
	(void)state;
	read_text("# a comment\n[site]\nprofile = demo\n[paths]\nsql = /srv/sql\ntemplates = t\n");
	assert_int_equal(faults.count, 0);
	assert_int_equal(config.profile, BF_PROFILE_DEMO);
	assert_string_equal(config.sql, "/srv/sql");
	assert_string_equal(config.templates, "/tmp/t");
}

static void refuses_with_file_and_line(void **state)
{
	(void)state;
	assert_fault("[site]\n\ncolour = red\n", ":3: there is no setting \"colour\" in [site]");
	assert_fault("[site]\npage_rows = 1000\n",
		     ":2: page_rows is \"1000\": it must be a whole number from 5 to 100");
	assert_fault("[site]\nprofile = test\n", ":2: profile is \"test\"");
	assert_fault("[site]\ncache_s = 1\ncache_s = 2\n",
		     ":3: cache_s is set twice: first in line 2");
	assert_fault("[site]\nnonsense\n", ":2: this is neither [section] nor name = value");
}

static void refuses_a_word_that_is_none(void **state)
{
	(void)state;
	assert_fault("[site]\nprofile = test\n",
		     "profile is \"test\": it must be demo or production");
	assert_fault("[server]\npool = jobs\n",
		     "pool is \"jobs\": it must be web or money or sandbox");
}

static void refuses_settings_that_do_not_fit(void **state)
{
	(void)state;
	assert_fault("[server]\nworkers = 16\nweb_server_keepalive = 8\n",
		     "workers is 16: 16 kept connections and a reserve of 4 need at least 20");
	assert_fault("[database]\nlock_wait_s = 9\n", "the deadlines must rise: lock_wait_s 9");
	assert_fault("[notices]\nsmtp = mail.example\nfrom = a@b.example\n",
		     "smtp is \"mail.example\": it must begin with smtp:// or smtps://");
	assert_fault("[notices]\nsmtp = smtp://mail.example\n",
		     "from is \"\": a mail server takes nothing without the address");
}

static void names_a_missing_file(void **state)
{
	(void)state;
	bf_pool_free(pool);
	pool = bf_pool_new(NULL);
	bf_faults_init(&faults, pool);
	bf_config_read(&config, pool, "/nowhere/bangfu.conf", &faults);
	assert_int_equal(faults.count, 1);
	assert_string_equal(faults.first->text,
			    "could not open \"/nowhere/bangfu.conf\": No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_defaults),
		cmocka_unit_test(reads_settings_and_paths),
		cmocka_unit_test(refuses_with_file_and_line),
		cmocka_unit_test(refuses_a_word_that_is_none),
		cmocka_unit_test(refuses_settings_that_do_not_fit),
		cmocka_unit_test(names_a_missing_file),
	};

	return cmocka_run_group_tests_name("base/config", tests, set_up, tear_down);
}
