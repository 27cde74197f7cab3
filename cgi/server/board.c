#include "server/board.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "http/address.h"

_Static_assert(sizeof(struct bf_slot) <= BF_BOARD_PAGE_BYTES, "a slot is one page");
_Static_assert(sizeof(struct bf_master_page) <= BF_BOARD_PAGE_BYTES, "the master has one page");

enum { BOARD_BYTES = (1 + BF_SLOTS_MAX) * BF_BOARD_PAGE_BYTES };

static void *map(int fd, size_t bytes, int protection, off_t offset)
{
	void *memory = mmap(NULL, bytes, protection, MAP_SHARED, fd, offset);

	return memory == MAP_FAILED ? NULL : memory;
}

static bool map_all(int fd, int protection, struct bf_board *ret_board)
{
	char *all = map(fd, BOARD_BYTES, protection, 0);

	if (!all)
		return false;
	ret_board->master = (struct bf_master_page *)all;
	ret_board->pages = all + BF_BOARD_PAGE_BYTES;
	return true;
}

int bf_board_make(struct bf_board *ret_board)
{
	int fd = memfd_create("bangfu board", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (ftruncate(fd, BOARD_BYTES) < 0 || !map_all(fd, PROT_READ | PROT_WRITE, ret_board)) {
		close(fd);
		return -1;
	}
	ret_board->master->version = BF_BOARD_VERSION;
	return fd;
}

bool bf_board_map(int fd, struct bf_board *ret_board)
{
	return map_all(fd, PROT_READ, ret_board) && ret_board->master->version == BF_BOARD_VERSION;
}

struct bf_slot *bf_board_map_slot(int fd, uint32_t slot)
{
	if (slot >= BF_SLOTS_MAX) {
		errno = EINVAL;
		return NULL;
	}
	return map(fd, BF_BOARD_PAGE_BYTES, PROT_READ | PROT_WRITE,
		   (off_t)(1 + slot) * BF_BOARD_PAGE_BYTES);
}

struct bf_slot *bf_board_slot(const struct bf_board *board, uint32_t slot)
{
	return (struct bf_slot *)(board->pages + (size_t)slot * BF_BOARD_PAGE_BYTES);
}

void bf_slot_vacate(struct bf_slot *slot)
{
	slot->phase = BF_PHASE_NONE;
	slot->wants_rest = 0;
	slot->start_us = slot->soft_us = slot->hard_us = 0;
	slot->request_id[0] = slot->plugin[0] = slot->route[0] = '\0';
}

void bf_slot_text(const char *text, char ret[BF_SLOT_NAME_BYTES])
{
	size_t i;

	for (i = 0; i < BF_SLOT_NAME_BYTES - 1 && text[i]; i++) {
		char c = text[i];

		ret[i] = bf_only_has((struct bf_str){ &c, 1 }, "_-") ? c : '?';
	}
	ret[i] = '\0';
}

/* ---- metrics --------------------------------------------------------------------------- */

struct totals {
	uint64_t answers[BF_STATUS_CLASSES];
	uint64_t answer_us, queries, query_us, refused, malformed, starved, unlogged;
	unsigned idle, busy;
};

static void add_slot(struct totals *totals, const struct bf_slot *slot)
{
	uint32_t phase = slot->phase;

	for (unsigned i = 0; i < BF_STATUS_CLASSES; i++)
		totals->answers[i] += slot->answers[i];
	totals->answer_us += slot->answer_us;
	totals->queries += slot->queries;
	totals->query_us += slot->query_us;
	totals->refused += slot->refused;
	totals->malformed += slot->malformed;
	totals->starved += slot->starved;
	totals->unlogged += slot->unlogged;
	totals->idle += phase == BF_PHASE_IDLE;
	totals->busy += phase > BF_PHASE_IDLE && phase < BF_PHASE__MAX;
}

static void add_head(struct bf_buf *out, const char *name, const char *type, const char *help)
{
	bf_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_metric(struct bf_buf *out, const char *name, const char *type, const char *help,
		       uint64_t n)
{
	add_head(out, name, type, help);
	bf_buf_printf(out, "%s %" PRIu64 "\n", name, n);
}

static void add_seconds(struct bf_buf *out, const char *name, const char *help, uint64_t us)
{
	add_head(out, name, "counter", help);
	bf_buf_printf(out, "%s %" PRIu64 ".%06" PRIu64 "\n", name, us / 1000000, us % 1000000);
}

static void print_totals(const struct totals *totals, struct bf_buf *out)
{
	add_head(out, "bangfu_requests_total", "counter", "Answers sent, by class of status.");
	for (unsigned i = 0; i < BF_STATUS_CLASSES; i++)
		bf_buf_printf(out, "bangfu_requests_total{class=\"%uxx\"} %" PRIu64 "\n", i + 1,
			      totals->answers[i]);
	add_seconds(out, "bangfu_request_seconds_total", "Time from accept to the last byte.",
		    totals->answer_us);
	add_metric(out, "bangfu_queries_total", "counter", "Statements sent to the database.",
		   totals->queries);
	add_seconds(out, "bangfu_query_seconds_total", "Time waited for the database.",
		    totals->query_us);
	add_head(out, "bangfu_connections_refused_total", "counter",
		 "FastCGI connections closed unserved, by reason.");
	bf_buf_printf(out,
		      "bangfu_connections_refused_total{reason=\"peer\"} %" PRIu64 "\n"
		      "bangfu_connections_refused_total{reason=\"malformed\"} %" PRIu64 "\n"
		      "bangfu_connections_refused_total{reason=\"starved\"} %" PRIu64 "\n",
		      totals->refused, totals->malformed, totals->starved);
	add_metric(out, "bangfu_unlogged_requests_total", "counter",
		   "Requests whose log line could not be written.", totals->unlogged);
	add_head(out, "bangfu_workers", "gauge", "Worker processes, by what they do.");
	bf_buf_printf(out,
		      "bangfu_workers{state=\"idle\"} %u\n"
		      "bangfu_workers{state=\"busy\"} %u\n",
		      totals->idle, totals->busy);
}

void bf_board_print_metrics(void *arg, struct bf_buf *out)
{
	const struct bf_board *board = arg;
	const struct bf_master_page *master = board->master;
	uint32_t used = master->slots_used < BF_SLOTS_MAX ? master->slots_used : BF_SLOTS_MAX;
	struct totals totals = { 0 };

	for (uint32_t i = 0; i < used; i++)
		add_slot(&totals, bf_board_slot(board, i));
	print_totals(&totals, out);
	add_metric(out, "bangfu_worker_starts_total", "counter", "Workers started.",
		   master->starts);
	add_metric(out, "bangfu_worker_deaths_total", "counter",
		   "Workers that ended without being asked to.", master->deaths);
	add_metric(out, "bangfu_worker_overdue_total", "counter",
		   "Workers killed at their hard deadline, or when they did not drain.",
		   master->overdue);
	add_metric(out, "bangfu_generation", "gauge", "The generation that serves.",
		   master->generation);
	add_metric(out, "bangfu_reloads_total", "counter", "Generations that came to serve.",
		   master->reloads);
	add_metric(out, "bangfu_reload_faults_total", "counter",
		   "Generations refused for faults in their files.", master->reload_faults);
}
