/* post: one help post with its texts, review, claims and gifts, as its drawn life says. */
#include <sodium.h>

#include "base/clock.h"
#include "demo/words.h"
#include "demo/world.h"
#include "domain/search.h"

#define DAY BF_DEMO_DAY_MS
#define HOUR BF_DEMO_HOUR_MS

enum {
	FEN_A_YUAN = 100,
	HOLD_MONEY_MS = 15 * 60000,
	HOLD_GOODS_HOURS = 72,
	REF_CHARS = 10,
	REF_HALF_BITS = 25,
	FINGERPRINT_BYTES = 32,
};
/* Above every newest_key, so that urgency and openness come before it. */
#define NEWEST_KEYS INT64_C(100000000000000)

/* What all rows of a post are made from. */
struct draft {
	int64_t id;
	const struct bf_demo_city *city;
	struct bf_demo_household household;
	const struct bf_demo_need *need;
	const char *plugin, *title;
	bool goods, listed;
	int64_t asked; /* fen or pieces */
	int64_t urgency, seen;
	struct bf_random random;
};

static const char *const level_names[BF_DEMO_STEPS] = { "village", "township", "county" };
static const char *const checked_states[BF_DEMO_STEPS] = { "village_checked", "township_verified",
							   "open" };
static const char *const ends[][2] = {
	/* state, phase */
	[BF_DEMO_IS_OPEN] = { "open", "open" },
	[BF_DEMO_IS_FULL] = { "full", "full" },
	[BF_DEMO_IS_MET] = { "met", "met" },
	[BF_DEMO_IS_EXPIRED] = { "expired", "ended" },
	[BF_DEMO_IS_CLOSED] = { "closed", "ended" },
	[BF_DEMO_IS_WITHDRAWN] = { "withdrawn", "ended" },
	[BF_DEMO_IS_SUSPENDED] = { "suspended", "suspended" },
};

/* ---- trail ----------------------------------------------------------------------------- */

void bf_demo_move(struct bf_demo_world *world, const char *machine, int64_t object,
		  const char *from, const char *to, int64_t actor, int64_t behalf_of, int64_t at_ms)
{
	if (!world->moved_machine || strcmp(machine, world->moved_machine) != 0 ||
	    object != world->moved_object)
		world->moves = 0;
	world->moved_machine = machine;
	world->moved_object = object;
	BF_DEMO_ROW(world, BF_DEMO_STATE_HISTORY, bf_demo_text(machine), bf_demo_number(object),
		    bf_demo_number(++world->moves), bf_demo_text(from), bf_demo_text(to),
		    bf_demo_optional(actor), bf_demo_optional(behalf_of), bf_demo_time(at_ms));
}

void bf_demo_event(struct bf_demo_world *world, const char *type, int64_t subject, int64_t actor,
		   const struct bf_demo_household *household, int64_t at_ms)
{
	const struct bf_region_line *county = household->village->county;

	BF_DEMO_ROW(world, BF_DEMO_EVENT, bf_demo_text(type), bf_demo_number(subject),
		    bf_demo_optional(actor), bf_demo_number(county->parent),
		    bf_demo_number(household->village->township->code), bf_demo_time(at_ms));
}

/* A move that the manager made for the family. */
static void move_for(struct bf_demo_world *world, const struct draft *draft, const char *from,
		     const char *to, int64_t at_ms)
{
	bf_demo_move(world, "post", draft->id, from, to, draft->household.village->writer,
		     draft->household.id, at_ms);
}

/* ---- what is asked --------------------------------------------------------------------- */

static bool fits_kind(const struct bf_demo_need *need, enum bf_demo_kind kind)
{
	switch (kind) {
	case BF_DEMO_MONEY:
		return !need->unit;
	case BF_DEMO_GOODS:
		return need->unit != NULL;
	case BF_DEMO_CROWDFUNDING:
		return !need->unit && strcmp(need->kind, "production") == 0;
	case BF_DEMO_MEDICAL:
		return !need->unit && strcmp(need->kind, "medical") == 0;
	default:
		return !need->unit && strcmp(need->kind, "education") == 0;
	}
}

/* A need of the kind; one piece cannot be met in part. */
static const struct bf_demo_need *draw_need(struct bf_random *random, enum bf_demo_kind kind,
					    bool in_parts)
{
	const struct bf_demo_need *need;

	do
		need = &bf_demo_needs[bf_random_below(random, (int64_t)bf_demo_need_count)];
	while (!fits_kind(need, kind) || (in_parts && need->unit && need->high < 2));
	return need;
}

static int64_t draw_asked(struct bf_random *random, const struct bf_demo_need *need, bool in_parts)
{
	int64_t asked =
		need->low +
		need->step * bf_random_below(random, (need->high - need->low) / need->step + 1);

	if (!need->unit)
		return asked * FEN_A_YUAN;
	return in_parts && asked < 2 ? 2 : asked;
}

static void draw_need_and_title(struct bf_demo_world *world, struct draft *draft,
				enum bf_demo_kind kind, bool in_parts)
{
	static const char *const plugins[BF_DEMO_KIND__MAX] = {
		[BF_DEMO_MONEY] = "donations",           [BF_DEMO_GOODS] = "donations",
		[BF_DEMO_CROWDFUNDING] = "crowdfunding", [BF_DEMO_MEDICAL] = "medical",
		[BF_DEMO_EDUCATION] = "education",
	};
	const struct bf_demo_need *need = draw_need(&draft->random, kind, in_parts);
	bool pressing = strcmp(need->kind, "medical") == 0 || strcmp(need->kind, "disaster") == 0;
	struct bf_demo_fill fill;

	draft->need = need;
	draft->plugin = plugins[kind];
	draft->goods = need->unit != NULL;
	draft->asked = draw_asked(&draft->random, need, in_parts);
	draft->urgency = bf_random_between(&draft->random, pressing ? 1 : 0, pressing ? 3 : 2);
	fill = (struct bf_demo_fill){ .township = "",
				      .people = draft->household.people,
				      .quantity = draft->asked };
	draft->title = bf_demo_expand(
		world->chunk,
		need->titles[bf_random_below(&draft->random, need->titles[2] ? 3 : 2)], &fill);
}

/* ---- the post itself ------------------------------------------------------------------- */

/* Mixes half of a number, differently for each seed and round. */
static uint64_t mixed_half(const struct bf_demo_world *world, uint64_t half, int round)
{
	struct bf_random random;

	bf_demo_stream(world, &random, BF_DEMO_STREAM_REF, round);
	random.words[1] ^= half * UINT64_C(0x9e3779b97f4a7c15);
	bf_random_next(&random);
	return bf_random_next(&random) & ((UINT64_C(1) << REF_HALF_BITS) - 1);
}

/* A reference for each number, no two alike: the number's halves go round a Feistel network. */
static const char *ref_of(struct bf_demo_world *world, int64_t id)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t left = (uint64_t)id >> REF_HALF_BITS;
	uint64_t right = (uint64_t)id & ((UINT64_C(1) << REF_HALF_BITS) - 1);
	char ref[REF_CHARS + 1] = "";

	for (int round = 0; round < 4; round++) {
		uint64_t next = left ^ mixed_half(world, right, round);

		left = right;
		right = next;
	}
	left = left << REF_HALF_BITS | right;
	for (int i = 0; i < REF_CHARS; i++, left >>= 5)
		ref[i] = digits[left & 31];
	return bf_pool_copy(world->chunk, bf_str(ref));
}

/* Household, need and episode; the episode is the item and when it was asked for. */
static const char *fingerprint(struct bf_demo_world *world, const struct draft *draft,
			       int64_t created_ms)
{
	const char *text =
		bf_pool_printf(world->chunk, "%lld:%s:%s:%lld", (long long)draft->household.id,
			       draft->need->kind, draft->need->item, (long long)created_ms);
	unsigned char hash[FINGERPRINT_BYTES];
	char hex[2 * FINGERPRINT_BYTES + 1];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)text, strlen(text), NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return bf_pool_copy(world->chunk, bf_str(hex));
}

/* A post's row; life is drawn or, for what was never published, has its first dates alone. */
static void add_post(struct bf_demo_world *world, const struct draft *draft,
		     const struct bf_demo_life *life, const char *state, const char *phase)
{
	struct bf_demo_progress progress = bf_demo_life_progress(life);
	const struct bf_demo_village *village = draft->household.village;
	int64_t money = draft->goods ? 0 : 1, pieces = draft->goods ? 1 : 0;
	bool live = strcmp(phase, "met") != 0 && strcmp(phase, "ended") != 0;

	BF_DEMO_ROW(world, BF_DEMO_POST, bf_demo_number(draft->id),
		    bf_demo_text(ref_of(world, draft->id)), bf_demo_text(draft->plugin),
		    bf_demo_number(draft->household.id), bf_demo_number(village->writer),
		    bf_demo_number(draft->city->pilot->region),
		    bf_demo_number(village->county->code), bf_demo_number(village->township->code),
		    bf_demo_number(village->village->code), bf_demo_text(draft->need->kind),
		    bf_demo_text(draft->goods ? "goods" : "money"), bf_demo_text(draft->title),
		    bf_demo_text(draft->need->item), bf_demo_text(draft->need->unit),
		    bf_demo_optional(pieces * draft->asked), bf_demo_optional(money * draft->asked),
		    bf_demo_number(draft->urgency), bf_demo_text(state), bf_demo_text(phase),
		    bf_demo_text(draft->listed ? phase : NULL),
		    bf_demo_text(live ? fingerprint(world, draft, life->created_ms) : NULL),
		    bf_demo_time(life->created_ms), bf_demo_time(life->submitted_ms),
		    bf_demo_time(life->opened_ms), bf_demo_time(life->deadline_ms),
		    bf_demo_time(life->closed_ms ? life->closed_ms : life->ended_ms),
		    bf_demo_number(life->opened_ms),
		    bf_demo_number((draft->urgency + 1) * NEWEST_KEYS - life->deadline_ms),
		    bf_demo_number(draft->seen), bf_demo_number(pieces * progress.pending),
		    bf_demo_number(money * progress.taken), bf_demo_number(money * progress.sent),
		    bf_demo_number(money * progress.confirmed),
		    bf_demo_number(pieces * progress.taken), bf_demo_number(pieces * progress.sent),
		    bf_demo_number(pieces * progress.confirmed), bf_demo_number(progress.gifts));
}

static void add_text(struct bf_demo_world *world, struct draft *draft,
		     const struct bf_demo_life *life)
{
	struct bf_demo_fill fill = {
		.township = bf_pool_copy(world->chunk, draft->household.village->township->name),
		.people = draft->household.people,
		.quantity = draft->asked,
	};
	const char *story = bf_demo_story(world->chunk, &draft->random, draft->need, &fill);
	bool consent = bf_random_chance(&draft->random, 920);

	BF_DEMO_ROW(world, BF_DEMO_POST_TEXT, bf_demo_number(draft->id), bf_demo_text(story),
		    bf_demo_text(draft->need->reason),
		    bf_demo_text(bf_demo_expand(world->chunk, draft->need->price_source, &fill)),
		    bf_demo_time(consent ? life->created_ms : 0));
}

static void add_grams(struct bf_demo_world *world, const struct draft *draft,
		      const struct bf_demo_life *life)
{
	const struct bf_demo_village *village = draft->household.village;
	struct bf_str text =
		bf_search_text(world->chunk,
			       &(struct bf_search_post){
				       .title = bf_str(draft->title),
				       .item = bf_str(draft->need->item),
				       .places = { draft->city->region->name, village->county->name,
						   village->township->name },
				       .places_en = { draft->city->region->name_en,
						      village->county->name_en,
						      village->township->name_en },
			       });
	int64_t sort_key = life->opened_ms + (life->end == BF_DEMO_IS_OPEN ? NEWEST_KEYS : 0);
	struct bf_str *grams;
	size_t count = bf_search_index(world->chunk, text, &grams);

	for (size_t i = 0; i < count; i++)
		BF_DEMO_ROW(world, BF_DEMO_POST_GRAM, bf_value_string(grams[i]),
			    bf_demo_number(sort_key), bf_demo_number(draft->id));
}

/* ---- review ---------------------------------------------------------------------------- */

static void add_step(struct bf_demo_world *world, const struct draft *draft, size_t step,
		     const char *state, int64_t opened_ms, int64_t decided_ms, const char *reason)
{
	const struct bf_demo_village *village = draft->household.village;
	const int64_t offices[] = { village->village->code, village->township->code,
				    village->county->code };
	const int64_t checkers[] = { village->checker, village->township_checker,
				     village->county_checker };

	BF_DEMO_ROW(world, BF_DEMO_REVIEW_STEP, bf_demo_number(draft->id),
		    bf_demo_number((int64_t)step + 1), bf_demo_text(level_names[step]),
		    bf_demo_number(offices[step]), bf_demo_text(state),
		    bf_demo_optional(decided_ms ? checkers[step] : 0), bf_demo_time(opened_ms),
		    bf_demo_time(decided_ms), bf_demo_text(reason));
}

/* Draft, submission and the steps that approved it: as many as were decided. */
static void add_review(struct bf_demo_world *world, const struct draft *draft,
		       const struct bf_demo_life *life)
{
	const struct bf_demo_village *village = draft->household.village;
	const int64_t checkers[] = { village->checker, village->township_checker,
				     village->county_checker };
	const char *from = "submitted";
	int64_t since_ms = life->submitted_ms;

	move_for(world, draft, "", "draft", life->created_ms);
	if (!life->submitted_ms)
		return;
	move_for(world, draft, "draft", "submitted", life->submitted_ms);
	for (size_t i = 0; i < BF_DEMO_STEPS && life->decided_ms[i]; i++) {
		add_step(world, draft, i, "approved", since_ms, life->decided_ms[i], NULL);
		bf_demo_move(world, "post", draft->id, from, checked_states[i], checkers[i], 0,
			     life->decided_ms[i]);
		from = checked_states[i];
		since_ms = life->decided_ms[i];
	}
}

/* ---- claims and gifts ------------------------------------------------------------------ */

/* Who gave it. Claims that wait and gifts that went back come from donors who gave elsewhere. */
static int64_t giver_of(struct bf_demo_world *world, struct bf_random *random,
			const struct bf_demo_gift *gift)
{
	if (gift->taken_ms && !gift->refunded_ms)
		return bf_demo_giver(world, world->gifts_taken++);
	return bf_demo_giver(world, bf_random_below(random, world->gifts_taken + 1));
}

static int64_t add_hold(struct bf_demo_world *world, const struct draft *draft,
			const struct bf_demo_gift *gift, int64_t giver)
{
	int64_t ttl_ms = draft->goods ? HOLD_GOODS_HOURS * HOUR : HOLD_MONEY_MS;

	BF_DEMO_ROW(world, BF_DEMO_HOLD, bf_demo_number(++world->holds),
		    bf_demo_number(world->capacities), bf_demo_number(giver),
		    bf_demo_number(gift->amount), bf_demo_text(gift->taken_ms ? "taken" : "open"),
		    bf_demo_time(gift->at_ms), bf_demo_time(gift->at_ms + ttl_ms),
		    bf_demo_time(gift->taken_ms));
	return world->holds;
}

static int64_t add_gift(struct bf_demo_world *world, struct draft *draft,
			const struct bf_demo_gift *gift, int64_t hold, int64_t giver,
			bool *ret_anonymous)
{
	bool anonymous = bf_random_chance(&draft->random, 220);
	const char *words =
		bf_random_chance(&draft->random, 450) ? bf_demo_gift_words(&draft->random) : NULL;

	BF_DEMO_ROW(world, BF_DEMO_GIFT, bf_demo_number(++world->gifts), bf_demo_number(hold),
		    bf_demo_number(draft->id), bf_demo_number(giver), bf_demo_number(anonymous),
		    bf_demo_optional(draft->goods ? 0 : gift->amount),
		    bf_demo_optional(draft->goods ? gift->amount : 0), bf_demo_text(words),
		    bf_demo_number(words != NULL), bf_demo_time(gift->taken_ms),
		    bf_demo_number(gift->refunded_ms != 0));
	bf_demo_event(world, "gift.taken", world->gifts, giver, &draft->household, gift->taken_ms);
	*ret_anonymous = anonymous;
	return world->gifts;
}

/* Returns whether the family thanked for it. */
static bool add_goods_delivery(struct bf_demo_world *world, struct draft *draft,
			       const struct bf_demo_gift *gift, int64_t id)
{
	const char *thanks = gift->confirmed_ms && bf_random_chance(&draft->random, 650)
				     ? bf_demo_thanks(&draft->random)
				     : NULL;
	struct bf_demo_family *family = &world->families[draft->household.id - 1];
	int64_t writer = draft->household.village->writer;

	BF_DEMO_ROW(world, BF_DEMO_DELIVERY, bf_demo_text("goods"), bf_demo_number(draft->id),
		    bf_demo_number(draft->household.id), bf_demo_optional(0), bf_demo_number(id),
		    bf_demo_optional(0), bf_demo_number(gift->amount), bf_demo_time(gift->taken_ms),
		    bf_demo_time(gift->received_ms), bf_demo_time(gift->confirmed_ms),
		    bf_demo_optional(gift->confirmed_ms ? writer : 0), bf_demo_text(thanks),
		    bf_demo_number(thanks != NULL),
		    bf_demo_optional(gift->confirmed_ms ? gift->amount : 0));
	if (!gift->received_ms)
		return false;
	bf_demo_event(world, "delivery.received", id, 0, &draft->household, gift->received_ms);
	if (!family->connected_ms || gift->received_ms < family->connected_ms)
		family->connected_ms = gift->received_ms;
	return thanks != NULL;
}

/* The promise that a claim on goods is, as far as it has come. */
static void add_pledge(struct bf_demo_world *world, const struct draft *draft,
		       const struct bf_demo_gift *gift, int64_t hold, int64_t giver, bool anonymous,
		       bool thanked)
{
	int64_t id = ++world->pledges, writer = draft->household.village->writer;
	const char *counted = thanked ? "thanked" : "received";
	const char *sent = gift->confirmed_ms ? counted : "dispatched";

	BF_DEMO_ROW(world, BF_DEMO_PLEDGE, bf_demo_number(id), bf_demo_number(hold),
		    bf_demo_number(draft->id), bf_demo_number(draft->household.id),
		    bf_demo_number(giver), bf_demo_number(draft->city->pilot->region),
		    bf_demo_number(draft->household.village->county->code),
		    bf_demo_number(draft->household.village->village->code),
		    bf_demo_number(gift->amount), bf_demo_number(anonymous),
		    bf_demo_text(gift->taken_ms ? sent : "claimed"),
		    bf_demo_text(gift->taken_ms ? "courier" : NULL),
		    bf_demo_text(gift->taken_ms
					 ? bf_pool_printf(world->chunk, "SF%010lld", (long long)id)
					 : NULL),
		    bf_demo_time(gift->at_ms), bf_demo_time(gift->taken_ms),
		    bf_demo_time(gift->confirmed_ms),
		    bf_demo_optional(gift->confirmed_ms ? gift->amount : 0));
	bf_demo_move(world, "pledge", id, "", "claimed", giver, 0, gift->at_ms);
	if (gift->taken_ms)
		bf_demo_move(world, "pledge", id, "claimed", "dispatched", giver, 0,
			     gift->taken_ms);
	if (gift->confirmed_ms)
		bf_demo_move(world, "pledge", id, "dispatched", "received", writer,
			     draft->household.id, gift->confirmed_ms);
	if (thanked)
		bf_demo_move(world, "pledge", id, "received", "thanked", writer,
			     draft->household.id, gift->confirmed_ms);
}

static void add_claims(struct bf_demo_world *world, struct draft *draft,
		       const struct bf_demo_life *life)
{
	struct bf_demo_progress progress = bf_demo_life_progress(life);
	int64_t holds[BF_DEMO_GIFTS_MAX], givers[BF_DEMO_GIFTS_MAX];

	BF_DEMO_ROW(world, BF_DEMO_CAPACITY, bf_demo_number(++world->capacities),
		    bf_demo_text(draft->goods ? "goods_line" : "money_gap"),
		    bf_demo_number(draft->id), bf_demo_number(draft->asked),
		    bf_demo_number(progress.pending), bf_demo_number(progress.taken));
	for (size_t i = 0; i < life->gift_count; i++) {
		const struct bf_demo_gift *gift = &life->gifts[i];
		bool anonymous = false, thanked = false;
		int64_t id = 0;

		givers[i] = giver_of(world, &draft->random, gift);
		holds[i] = add_hold(world, draft, gift, givers[i]);
		if (gift->taken_ms)
			id = add_gift(world, draft, gift, holds[i], givers[i], &anonymous);
		if (id && draft->goods)
			thanked = add_goods_delivery(world, draft, gift, id);
		if (draft->goods)
			add_pledge(world, draft, gift, holds[i], givers[i], anonymous, thanked);
	}
	if (!draft->goods)
		bf_demo_money(world, life, draft->id, &draft->household, holds, givers);
}

/* ---- how it went on -------------------------------------------------------------------- */

static void add_ending(struct bf_demo_world *world, const struct draft *draft,
		       const struct bf_demo_life *life)
{
	const char *state = "open";
	int64_t county = draft->household.village->county_checker;

	if (life->full_ms) {
		bf_demo_move(world, "post", draft->id, "open", "full", 0, 0, life->full_ms);
		state = "full";
	}
	if (life->end == BF_DEMO_IS_MET) {
		move_for(world, draft, state, "met", life->ended_ms);
		bf_demo_event(world, "post.met", draft->id, 0, &draft->household, life->ended_ms);
	} else if (life->end == BF_DEMO_IS_EXPIRED || life->end == BF_DEMO_IS_CLOSED) {
		bf_demo_move(world, "post", draft->id, state, "expired", 0, 0, life->ended_ms);
	} else if (life->end == BF_DEMO_IS_WITHDRAWN) {
		move_for(world, draft, state, "withdrawn", life->ended_ms);
	} else if (life->end == BF_DEMO_IS_SUSPENDED) {
		bf_demo_move(world, "post", draft->id, state, "suspended", county, 0,
			     life->ended_ms);
	}
	if (life->closed_ms)
		bf_demo_move(world, "post", draft->id, "expired", "closed", 0, 0, life->closed_ms);
}

static void begin_draft(struct bf_demo_world *world, struct draft *draft,
			const struct bf_demo_city *city, int64_t household)
{
	*draft = (struct draft){ .id = ++world->posts, .city = city };
	draft->household = bf_demo_household(world, city, household);
	bf_demo_stream(world, &draft->random, BF_DEMO_STREAM_POST, draft->id);
}

/* Whether visitors find it: the sub-platform has pages, and the post was not taken back. */
static bool is_listed(const struct bf_demo_place *place, const struct bf_demo_life *life)
{
	return place->kind <= BF_DEMO_GOODS && life->end != BF_DEMO_IS_WITHDRAWN &&
	       life->end != BF_DEMO_IS_SUSPENDED;
}

void bf_demo_make_post(struct bf_demo_world *world, const struct bf_demo_place *place)
{
	bool in_parts = place->outcome == BF_DEMO_PARTLY;
	struct bf_demo_life life;
	struct draft draft;

	begin_draft(world, &draft, place->city, place->household);
	draw_need_and_title(world, &draft, place->kind, in_parts);
	bf_demo_life_draw(&life, &draft.random, draft.goods, place->outcome, draft.asked,
			  world->demo.as_of_ms);
	draft.listed = is_listed(place, &life);
	draft.seen = (world->demo.as_of_ms - life.opened_ms) / DAY *
			     bf_random_between(&draft.random, 2, 12) +
		     bf_random_below(&draft.random, 40);
	add_post(world, &draft, &life, ends[life.end][0], ends[life.end][1]);
	add_text(world, &draft, &life);
	if (draft.listed)
		add_grams(world, &draft, &life);
	add_review(world, &draft, &life);
	add_ending(world, &draft, &life);
	bf_demo_event(world, "post.opened", draft.id, draft.household.village->county_checker,
		      &draft.household, life.opened_ms);
	add_claims(world, &draft, &life);
	world->published_posts++;
	world->met_posts += place->outcome == BF_DEMO_MET;
	world->helped_posts += place->outcome == BF_DEMO_MET || in_parts;
}

/* ---- never published ------------------------------------------------------------------- */

/* A post under review waits at one of the steps. */
static void date_review(struct bf_demo_world *world, struct draft *draft, struct bf_demo_life *life,
			size_t approved)
{
	int64_t as_of_ms = world->demo.as_of_ms;
	int64_t day =
		-bf_random_between(&draft->random, (int64_t)approved + 1, (int64_t)approved + 3);

	life->submitted_ms = bf_demo_office_time(&draft->random, as_of_ms, day);
	for (size_t i = 0; i < approved; i++)
		life->decided_ms[i] =
			bf_demo_office_time(&draft->random, as_of_ms, day + 1 + (int64_t)i);
	life->created_ms = life->submitted_ms - bf_random_between(&draft->random, HOUR, 2 * DAY);
}

/* The step at which a post waits, or was sent back or refused. */
static void add_last_step(struct bf_demo_world *world, const struct draft *draft,
			  const struct bf_demo_life *life, size_t step, const char *state,
			  const char *reason)
{
	int64_t since_ms = step ? life->decided_ms[step - 1] : life->submitted_ms;
	int64_t at_ms = since_ms + 5 * HOUR;
	const struct bf_demo_village *village = draft->household.village;

	if (!reason) {
		add_step(world, draft, step, "open", since_ms, 0, NULL);
		return;
	}
	add_step(world, draft, step, state, since_ms, at_ms, reason);
	bf_demo_move(world, "post", draft->id, step ? checked_states[step - 1] : "submitted", state,
		     step ? village->township_checker : village->checker, 0, at_ms);
}

void bf_demo_make_unpublished(struct bf_demo_world *world, const struct bf_demo_city *city,
			      enum bf_demo_unpublished state, int64_t household)
{
	static const struct {
		const char *state, *phase, *reason;
	} kinds[BF_DEMO_UNPUBLISHED__MAX] = {
		[BF_DEMO_DRAFT] = { "draft", "draft", NULL },
		[BF_DEMO_IN_REVIEW] = { "submitted", "review", NULL },
		[BF_DEMO_RETURNED] = { "returned", "draft", "请补一张报价单的照片。" },
		[BF_DEMO_REJECTED] = { "rejected", "ended", "同一项困难已经由民政救助解决。" },
	};
	struct bf_demo_life life = { 0 };
	const char *name = kinds[state].state;
	size_t approved = 0;
	struct draft draft;

	begin_draft(world, &draft, city, household);
	draw_need_and_title(world, &draft,
			    bf_random_chance(&draft.random, 630) ? BF_DEMO_MONEY : BF_DEMO_GOODS,
			    false);
	life.created_ms = bf_demo_office_time(&draft.random, world->demo.as_of_ms,
					      -bf_random_between(&draft.random, 1, 20));
	if (state == BF_DEMO_IN_REVIEW)
		approved = (size_t)bf_random_below(&draft.random, BF_DEMO_STEPS);
	if (state == BF_DEMO_REJECTED)
		approved = 1;
	if (state != BF_DEMO_DRAFT)
		date_review(world, &draft, &life, approved);
	if (state == BF_DEMO_IN_REVIEW && approved)
		name = checked_states[approved - 1];
	add_post(world, &draft, &life, name, kinds[state].phase);
	add_text(world, &draft, &life);
	add_review(world, &draft, &life);
	if (state != BF_DEMO_DRAFT)
		add_last_step(world, &draft, &life, approved, name, kinds[state].reason);
}
