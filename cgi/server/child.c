/* child: the master's view of its workers. */
#include "server/master.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"

#define SECONDS(n) ((n)*INT64_C(1000000))

static const int64_t first_pause_us = 10000, longest_pause_us = SECONDS(1);
static const int64_t asked_limit_us = SECONDS(5), started_limit_us = SECONDS(15);
static const int64_t drain_reserve_us = SECONDS(5), suspect_window_us = SECONDS(60);

/* The slots that were ever used; the others need no look. */
static uint32_t slots_used(const struct bf_master *master)
{
	return master->board.master->slots_used;
}

static uint32_t slot_of(const struct bf_master *master, const struct bf_child *child)
{
	return (uint32_t)(child - master->children);
}

static void enter(struct bf_child *child, enum bf_child_state state)
{
	child->state = state;
	child->since_us = bf_clock_monotonic_us();
}

static void forget(struct bf_master *master, struct bf_child *child)
{
	bf_slot_vacate(bf_board_slot(&master->board, slot_of(master, child)));
	*child = (struct bf_child){ 0 };
}

static uint64_t answers_of(const struct bf_master *master, const struct bf_child *child)
{
	const struct bf_slot *slot = bf_board_slot(&master->board, slot_of(master, child));
	uint64_t count = 0;

	for (unsigned i = 0; i < BF_STATUS_CLASSES; i++)
		count += slot->answers[i];
	return count;
}

/* ---- counting -------------------------------------------------------------------------- */

unsigned bf_children_count(const struct bf_master *master, const struct bf_generation *generation)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < slots_used(master); i++)
		count += master->children[i].generation == generation;
	return count;
}

static unsigned count_state(const struct bf_master *master, const struct bf_generation *generation,
			    enum bf_child_state state)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < slots_used(master); i++)
		count += master->children[i].generation == generation &&
			 master->children[i].state == state;
	return count;
}

unsigned bf_children_ready(const struct bf_master *master, const struct bf_generation *generation)
{
	return count_state(master, generation, BF_CHILD_READY);
}

/* ---- making ---------------------------------------------------------------------------- */

/* The lowest free slot, so that counts stay on few pages. NULL: all are in use. */
static struct bf_child *free_slot(struct bf_master *master)
{
	for (uint32_t i = 0; i < BF_SLOTS_MAX; i++) {
		if (master->children[i].state != BF_CHILD_NONE)
			continue;
		if (i >= slots_used(master))
			master->board.master->slots_used = i + 1;
		return &master->children[i];
	}
	return NULL;
}

void bf_children_fill(struct bf_master *master, struct bf_generation *generation)
{
	unsigned count = count_state(master, generation, BF_CHILD_ASKED) +
			 count_state(master, generation, BF_CHILD_STARTED) +
			 count_state(master, generation, BF_CHILD_READY);

	if (generation->channel < 0 || bf_clock_monotonic_us() < generation->paused_until_us)
		return;
	for (; count < generation->workers; count++) {
		struct bf_child *child = free_slot(master);
		struct bf_message ask = { .kind = BF_MESSAGE_FORK };

		if (!child)
			return;
		ask.slot = slot_of(master, child);
		if (!bf_channel_send(generation->channel, &ask))
			return; /* its queue is full: the next tick tries again */
		child->generation = generation;
		enter(child, BF_CHILD_ASKED);
	}
}

void bf_child_started(struct bf_master *master, struct bf_generation *generation, uint32_t slot,
		      pid_t pid)
{
	struct bf_child *child = slot < BF_SLOTS_MAX ? &master->children[slot] : NULL;

	if (!child || child->state != BF_CHILD_ASKED || child->generation != generation) {
		/* It comes too late: its slot was given up, or is another's. */
		kill(pid, SIGKILL);
		return;
	}
	child->pid = pid;
	enter(child, BF_CHILD_STARTED);
	master->board.master->starts++;
	if (generation->state == BF_GENERATION_ENDING)
		bf_children_drain(master, generation);
}

/* One tired worker may go for each that came. */
static void relieve_one(struct bf_master *master, const struct bf_generation *generation)
{
	for (uint32_t i = 0; i < slots_used(master); i++) {
		struct bf_child *child = &master->children[i];

		if (child->generation == generation && child->state == BF_CHILD_TIRED) {
			kill(child->pid, SIGTERM);
			enter(child, BF_CHILD_DRAINING);
			return;
		}
	}
}

bool bf_child_ready(struct bf_master *master, struct bf_generation *generation, uint32_t slot,
		    pid_t pid)
{
	struct bf_child *child = slot < BF_SLOTS_MAX ? &master->children[slot] : NULL;

	if (!child || child->state != BF_CHILD_STARTED || child->pid != pid)
		return false;
	child->answers_then = answers_of(master, child);
	enter(child, BF_CHILD_READY);
	relieve_one(master, generation);
	return true;
}

/* ---- ending ---------------------------------------------------------------------------- */

void bf_children_drain(struct bf_master *master, const struct bf_generation *generation)
{
	for (uint32_t i = 0; i < slots_used(master); i++) {
		struct bf_child *child = &master->children[i];

		if (child->generation != generation || !child->pid ||
		    child->state == BF_CHILD_DRAINING)
			continue;
		kill(child->pid, SIGTERM);
		enter(child, BF_CHILD_DRAINING);
	}
}

void bf_children_kill(struct bf_master *master)
{
	for (uint32_t i = 0; i < slots_used(master); i++)
		if (master->children[i].pid)
			kill(master->children[i].pid, SIGKILL);
}

/* After a death among the young each new try waits twice as long; a worker that had served is
 * replaced at once. */
static void pause_after_death(const struct bf_master *master, const struct bf_child *child)
{
	struct bf_generation *generation = child->generation;
	int64_t now_us = bf_clock_monotonic_us();
	bool young = child->state == BF_CHILD_STARTED ||
		     answers_of(master, child) == child->answers_then;

	if (!young) {
		generation->pause_us = 0;
		return;
	}
	generation->young_deaths++;
	generation->pause_us = generation->pause_us ? generation->pause_us * 2 : first_pause_us;
	if (generation->pause_us > longest_pause_us)
		generation->pause_us = longest_pause_us;
	generation->paused_until_us = now_us + generation->pause_us;
}

static struct bf_suspect *suspect(struct bf_master *master, const char *plugin)
{
	for (unsigned i = 0; i < BF_SUSPECTS_MAX; i++) {
		struct bf_suspect *at = &master->suspects[i];

		if (!at->plugin[0])
			memcpy(at->plugin, plugin, sizeof(at->plugin));
		if (strcmp(at->plugin, plugin) == 0)
			return at;
	}
	return NULL;
}

/* A plugin in whose hands workers keep dying gets a generation without it. */
static void note_death(struct bf_master *master, const char *plugin)
{
	int64_t now_us = bf_clock_monotonic_us(), oldest_us;
	struct bf_suspect *at;

	if (!*plugin || strcmp(plugin, "core") == 0)
		return;
	at = suspect(master, plugin);
	if (!at || at->quarantined)
		return;
	at->deaths_us[at->next] = now_us;
	at->next = (at->next + 1) % BF_SUSPECT_DEATHS;
	oldest_us = at->deaths_us[at->next];
	at->quarantined = oldest_us && now_us - oldest_us < suspect_window_us;
	if (!at->quarantined)
		return;
	bf_master_say(
		"plugin \"%s\" goes into quarantine: %d workers died in it within %d s. A new "
		"generation starts without it; restart bangfu to let it in again.",
		plugin, BF_SUSPECT_DEATHS, (int)(suspect_window_us / SECONDS(1)));
	master->load_asked = true;
}

void bf_children_quarantine(const struct bf_master *master, struct bf_buf *out)
{
	for (unsigned i = 0; i < BF_SUSPECTS_MAX; i++) {
		if (!master->suspects[i].quarantined)
			continue;
		if (out->len)
			bf_buf_add_char(out, ' ');
		bf_buf_add_text(out, master->suspects[i].plugin);
	}
}

static void say_death(const struct bf_master *master, const struct bf_child *child, int status,
		      const char *plugin)
{
	const struct bf_slot *slot = bf_board_slot(&master->board, slot_of(master, child));
	char route[BF_SLOT_NAME_BYTES], request[BF_SLOT_NAME_BYTES];

	bf_slot_text(slot->route, route);
	bf_slot_text(slot->request_id, request);
	bf_master_say("worker %u of generation %u (process %d) ended by %s %d, in plugin \"%s\", "
		      "route \"%s\", request %s",
		      slot_of(master, child), child->generation->number, (int)child->pid,
		      WIFSIGNALED(status) ? "signal" : "exit code",
		      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), plugin, route,
		      *request ? request : "none");
}

/* A worker that was asked to go, and went: also one that was too young to know the signal. */
static bool went_as_asked(const struct bf_child *child, int status)
{
	return child->state == BF_CHILD_DRAINING &&
	       ((WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
		(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM));
}

bool bf_child_ended(struct bf_master *master, pid_t pid, int status)
{
	char plugin[BF_SLOT_NAME_BYTES];
	struct bf_child *child = NULL;

	for (uint32_t i = 0; i < slots_used(master) && !child; i++)
		if (master->children[i].pid == pid)
			child = &master->children[i];
	if (!child)
		return false;
	if (!went_as_asked(child, status)) {
		bf_slot_text(bf_board_slot(&master->board, slot_of(master, child))->plugin, plugin);
		master->board.master->deaths++;
		say_death(master, child, status, plugin);
		pause_after_death(master, child);
		note_death(master, plugin);
	}
	forget(master, child);
	return true;
}

/* ---- watching -------------------------------------------------------------------------- */

/* The worker's own word counts where it is the stricter. */
static int64_t deadline(int64_t told_us, int64_t start_us, int64_t limit_us)
{
	return told_us > start_us && told_us < start_us + limit_us ? told_us : start_us + limit_us;
}

static void kill_overdue(struct bf_master *master, struct bf_child *child, const char *why)
{
	if (child->killed)
		return;
	child->killed = true;
	bf_master_say("worker %u of generation %u is killed: %s", slot_of(master, child),
		      child->generation->number, why);
	master->board.master->overdue++;
	kill(child->pid, SIGKILL);
}

/* A request past its soft deadline makes its worker say where it is; past the hard one the
 * worker goes. */
static void watch_request(struct bf_master *master, struct bf_child *child, int64_t now_us)
{
	const struct bf_slot *slot = bf_board_slot(&master->board, slot_of(master, child));
	int64_t start_us = slot->start_us;

	if (start_us <= 0 || start_us > now_us)
		return;
	if (now_us > deadline(slot->hard_us, start_us, child->generation->hard_us)) {
		kill_overdue(master, child, "its request has passed the hard deadline");
	} else if (now_us > deadline(slot->soft_us, start_us, child->generation->soft_us) &&
		   child->told_us != start_us) {
		child->told_us = start_us;
		kill(child->pid, SIGUSR2);
	}
}

static void watch_child(struct bf_master *master, struct bf_child *child, int64_t now_us)
{
	int64_t age_us = now_us - child->since_us;

	switch (child->state) {
	case BF_CHILD_NONE:
		break;
	case BF_CHILD_ASKED:
		if (age_us > asked_limit_us)
			forget(master, child);
		break;
	case BF_CHILD_STARTED:
		if (age_us > started_limit_us)
			kill_overdue(master, child, "it does not get ready");
		break;
	case BF_CHILD_READY:
		if (bf_board_slot(&master->board, slot_of(master, child))->wants_rest &&
		    child->generation->state == BF_GENERATION_SERVING)
			enter(child, BF_CHILD_TIRED);
		watch_request(master, child, now_us);
		break;
	case BF_CHILD_TIRED:
		watch_request(master, child, now_us);
		break;
	case BF_CHILD_DRAINING:
		if (age_us > child->generation->hard_us + drain_reserve_us)
			kill_overdue(master, child, "it does not drain");
		else
			watch_request(master, child, now_us);
		break;
	}
}

void bf_children_tick(struct bf_master *master, int64_t now_us)
{
	for (uint32_t i = 0; i < slots_used(master); i++)
		watch_child(master, &master->children[i], now_us);
}
