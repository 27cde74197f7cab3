/* board: pages that processes share, and the metrics that are read from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/board.h"

static struct bf_board board;
static int fd;

static int make(void **state)
{
	(void)state;
	fd = bf_board_make(&board);
	return fd >= 0 ? 0 : -1;
}

static int unmake(void **state)
{
	(void)state;
	close(fd);
	return 0;
}

static void shares_a_slot(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		struct bf_slot *own = bf_board_map_slot(fd, 5);

		own->start_us = 77;
		memcpy(own->plugin, "fake", 5);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_true(bf_board_slot(&board, 5)->start_us == 77);
	assert_string_equal(bf_board_slot(&board, 5)->plugin, "fake");
	assert_true(bf_board_slot(&board, 4)->start_us == 0);
	assert_true(bf_board_slot(&board, 6)->start_us == 0);
}

static void is_read_only_for_others(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		struct bf_board theirs;

		signal(SIGSEGV, SIG_DFL); /* cmocka's handler would go on with the tests */
		if (!bf_board_map(fd, &theirs))
			_exit(0);
		bf_board_slot(&theirs, 0)->start_us = 1;
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(bf_board_slot(&board, 0)->start_us == 0);
}

static void refuses_what_is_not_there(void **state)
{
	struct bf_board theirs;

	(void)state;
	assert_null(bf_board_map_slot(fd, BF_SLOTS_MAX));
	assert_null(bf_board_map_slot(-1, 0));
	board.master->version = BF_BOARD_VERSION + 1;
	assert_false(bf_board_map(fd, &theirs));
}

static void cleans_texts_of_slots(void **state)
{
	char text[BF_SLOT_NAME_BYTES], hostile[64];

	(void)state;
	bf_slot_text("winter_clothes", text);
	assert_string_equal(text, "winter_clothes");
	bf_slot_text("a\n\"\x1b[", text);
	assert_string_equal(text, "a????");
	memset(hostile, 'a', sizeof(hostile)); /* without an end */
	bf_slot_text(hostile, text);
	assert_int_equal(strlen(text), BF_SLOT_NAME_BYTES - 1);
}

static void vacates_a_slot_and_keeps_its_counts(void **state)
{
	struct bf_slot *slot = bf_board_slot(&board, 1);

	(void)state;
	slot->phase = BF_PHASE_ANSWERING;
	slot->start_us = 1;
	slot->answers[1] = 3;
	memcpy(slot->route, "list", 5);
	bf_slot_vacate(slot);
	assert_int_equal(slot->phase, BF_PHASE_NONE);
	assert_true(slot->start_us == 0);
	assert_string_equal(slot->route, "");
	assert_true(slot->answers[1] == 3);
}

static void expect_line(const char *metrics, const char *line)
{
	const char *at = strstr(metrics, line);

	assert_non_null(at);
	assert_true(at == metrics || at[-1] == '\n');
	assert_int_equal(at[strlen(line)], '\n');
}

static void prints_metrics(void **state)
{
	struct bf_slot *first = bf_board_slot(&board, 0), *second = bf_board_slot(&board, 2);
	struct bf_buf out;

	(void)state;
	board.master->slots_used = 3;
	board.master->generation = 4;
	board.master->deaths = 5;
	first->phase = BF_PHASE_IDLE;
	first->answers[1] = 10;
	first->answer_us = 1500000;
	second->phase = BF_PHASE_ANSWERING;
	second->answers[1] = 20;
	second->answers[4] = 1;
	second->refused = 7;
	bf_buf_init(&out);
	bf_board_print_metrics(&board, &out);
	expect_line(out.data, "bangfu_requests_total{class=\"2xx\"} 30");
	expect_line(out.data, "bangfu_requests_total{class=\"5xx\"} 1");
	expect_line(out.data, "bangfu_request_seconds_total 1.500000");
	expect_line(out.data, "bangfu_workers{state=\"idle\"} 1");
	expect_line(out.data, "bangfu_workers{state=\"busy\"} 1");
	expect_line(out.data, "bangfu_worker_deaths_total 5");
	expect_line(out.data, "bangfu_generation 4");
	expect_line(out.data, "bangfu_connections_refused_total{reason=\"peer\"} 7");
	bf_buf_release(&out);
}

static void is_not_misled_by_hostile_pages(void **state)
{
	struct bf_buf out;

	(void)state;
	board.master->slots_used = UINT32_MAX;
	memset(bf_board_slot(&board, 0), 0xff, sizeof(struct bf_slot));
	bf_buf_init(&out);
	bf_board_print_metrics(&board, &out);
	expect_line(out.data, "bangfu_workers{state=\"busy\"} 0");
	bf_buf_release(&out);
}

#define WITH_BOARD(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BOARD(shares_a_slot),
		WITH_BOARD(is_read_only_for_others),
		WITH_BOARD(refuses_what_is_not_there),
		WITH_BOARD(cleans_texts_of_slots),
		WITH_BOARD(vacates_a_slot_and_keeps_its_counts),
		WITH_BOARD(prints_metrics),
		WITH_BOARD(is_not_misled_by_hostile_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
