/* people: the divisions and their offices, donors, households and who lives in them. */
#include "demo/words.h"
#include "demo/world.h"

#define DAY BF_DEMO_DAY_MS

enum {
	CITY_STAFF = 2,
	COUNTY_STAFF = 3,
	VILLAGE_STAFF = 2,
	REGISTERED_DAYS = 900, /* before as_of: the trial began with families it knew */
	PHONE_SUFFIXES = 10000,
	OPENED_DAYS = 60, /* after the trial began: sub-platforms were switched on */
};

/* ---- accounts -------------------------------------------------------------------------- */

/* Phones that begin with 100 are in no mobile range. */
static const char *phone(struct bf_demo_world *world, struct bf_random *random)
{
	return bf_pool_printf(world->chunk, "100****%04d",
			      (int)bf_random_below(random, PHONE_SUFFIXES));
}

static void add_role(struct bf_demo_world *world, int64_t account, const char *role, int64_t region,
		     int64_t from_ms)
{
	BF_DEMO_ROW(world, BF_DEMO_ROLE_GRANT, bf_demo_number(account), bf_demo_text(role),
		    bf_demo_optional(region), bf_demo_time(from_ms));
}

static int64_t add_staff(struct bf_demo_world *world, const char *role, int64_t region)
{
	int64_t from_ms = world->demo.as_of_ms - BF_DEMO_DAYS * DAY, id = ++world->accounts;
	struct bf_random random;

	bf_demo_stream(world, &random, BF_DEMO_STREAM_STAFF, id);
	BF_DEMO_ROW(world, BF_DEMO_ACCOUNT, bf_demo_number(id), bf_demo_text("person"),
		    bf_demo_text(bf_demo_masked_name(world->chunk, &random)),
		    bf_demo_text(phone(world, &random)), bf_demo_time(from_ms),
		    bf_demo_time(from_ms));
	add_role(world, id, role, region, from_ms);
	return id;
}

/* ---- places ---------------------------------------------------------------------------- */

static void add_ancestors(struct bf_demo_world *world, const struct bf_region_line *line)
{
	for (const struct bf_region_line *above = line; above;
	     above = bf_region_file_find(&world->regions, above->parent))
		BF_DEMO_ROW(world, BF_DEMO_REGION_ANCESTOR, bf_demo_number(line->code),
			    bf_demo_number(above->code));
}

static void add_regions(struct bf_demo_world *world)
{
	for (size_t i = 0; i < world->regions.count; i++) {
		const struct bf_region_line *line = &world->regions.lines[i];

		BF_DEMO_ROW(world, BF_DEMO_REGION, bf_demo_number(line->code),
			    bf_demo_number(line->parent), bf_demo_number(line->level),
			    bf_value_string(line->name), bf_value_string(line->name_en),
			    bf_value_string(line->valid_from));
		add_ancestors(world, line);
	}
}

/* The offices of a county, and of its townships and villages. */
static void add_county(struct bf_demo_world *world, struct bf_demo_city *city,
		       const struct bf_region_line *county)
{
	struct bf_demo_village offices = {
		.county = county,
		.county_checker = add_staff(world, "county", county->code),
		.preparer = add_staff(world, "pay.prepare", county->code),
		.approver = add_staff(world, "pay.approve", county->code),
	};

	for (size_t t = 0; t < world->regions.count; t++) {
		const struct bf_region_line *township = &world->regions.lines[t];

		if (township->parent != county->code)
			continue;
		offices.township = township;
		offices.township_checker = add_staff(world, "township", township->code);
		for (size_t v = t + 1; v < world->regions.count; v++) {
			if (world->regions.lines[v].parent != township->code)
				continue;
			offices.village = &world->regions.lines[v];
			offices.writer = add_staff(world, "village", offices.village->code);
			offices.checker = add_staff(world, "village", offices.village->code);
			city->villages[city->village_count++] = offices;
		}
	}
}

static const char *const state_names[] = {
	[BF_DEMO_OFF] = "off",
	[BF_DEMO_SCHEDULED] = "scheduled",
	[BF_DEMO_ON] = "on",
	[BF_DEMO_DRAINING] = "draining",
};

static void add_city_plugins(struct bf_demo_world *world, const struct bf_demo_city *city,
			     int64_t operator)
{
	static const struct {
		int64_t days;
		const char *reason;
	} notes[] = {
		[BF_DEMO_OFF] = { -BF_DEMO_DAYS, "not planned here" },
		[BF_DEMO_SCHEDULED] = { 30, "reviewers and caps are in place" },
		[BF_DEMO_ON] = { -BF_DEMO_DAYS + OPENED_DAYS, "start of the trial" },
		[BF_DEMO_DRAINING] = { -12, "the projects of the trial are to end" },
	};

	/* a plugin that is on was scheduled before, one that closes was on */
	static const char *const ways[][BF_DEMO_DRAINING + 2] = {
		[BF_DEMO_OFF] = { "off" },
		[BF_DEMO_SCHEDULED] = { "off", "scheduled" },
		[BF_DEMO_ON] = { "off", "scheduled", "on" },
		[BF_DEMO_DRAINING] = { "off", "scheduled", "on", "draining" },
	};
	int64_t began_ms = world->demo.as_of_ms - BF_DEMO_DAYS * DAY;

	for (size_t i = 0; i < sizeof(bf_demo_plugins) / sizeof(bf_demo_plugins[0]); i++) {
		enum bf_demo_running state = city->pilot->plugins[i];
		int64_t id = ++world->city_plugins;
		const char *before = "";

		for (int64_t step = 0; step < BF_DEMO_DRAINING + 2 && ways[state][step]; step++) {
			bool closes = strcmp(ways[state][step], "draining") == 0;
			bool opens = strcmp(ways[state][step], "on") == 0;

			bf_demo_move(world, "city_plugin", id, before, ways[state][step],
				     opens ? 0 : operator, 0,
				     closes  ? world->demo.as_of_ms + notes[state].days * DAY
				     : opens ? began_ms + OPENED_DAYS * DAY
					     : began_ms + step * DAY);
			before = ways[state][step];
		}
		BF_DEMO_ROW(world, BF_DEMO_CITY_PLUGIN, bf_demo_number(id),
			    bf_demo_number(city->pilot->region), bf_demo_text(bf_demo_plugins[i]),
			    bf_demo_text(state_names[state]),
			    bf_demo_time(world->demo.as_of_ms + notes[state].days * DAY),
			    bf_demo_number(operator), bf_demo_text(notes[state].reason));
	}
}

static enum bf_rc add_city(struct bf_demo_world *world, size_t place, struct bf_err *err)
{
	struct bf_demo_city *city = &world->cities[place];
	int64_t operator;

	city->pilot = &bf_demo_pilots[place];
	city->plan = &world->plan.cities[place];
	city->region = bf_region_file_find(&world->regions, city->pilot->region);
	city->villages =
		bf_pool_zalloc(world->pool, sizeof(*city->villages) * world->regions.count);
	operator= add_staff(world, "city", city->pilot->region);
	add_role(world, operator, "config", city->pilot->region,
		 world->demo.as_of_ms - BF_DEMO_DAYS * DAY);
	city->official = operator;
	add_staff(world, "config", city->pilot->region);
	city->inspector = add_staff(world, "inspector", city->pilot->region);
	BF_DEMO_ROW(world, BF_DEMO_CITY, bf_demo_number(city->pilot->region),
		    bf_demo_number(city->pilot->province), bf_demo_text(city->pilot->slug),
		    bf_demo_number((int64_t)place + 1),
		    bf_demo_time(world->demo.as_of_ms - BF_DEMO_DAYS * DAY));
	add_city_plugins(world, city, operator);
	for (size_t i = 0; i < world->regions.count; i++)
		if (world->regions.lines[i].parent == city->pilot->region)
			add_county(world, city, &world->regions.lines[i]);
	if (!city->region || !city->village_count)
		return bf_err_set(err, BF_FAULT, "regions.csv has no villages in %lld",
				  (long long)city->pilot->region);
	return BF_OK;
}

/* The second of the two who turn payments of a city back on. */
static void add_province(struct bf_demo_world *world, int64_t province)
{
	int64_t official = add_staff(world, "province", province);

	add_role(world, official, "config", province, world->demo.as_of_ms - BF_DEMO_DAYS * DAY);
	if (!world->province_official)
		world->province_official = official;
}

enum bf_rc bf_demo_make_places(struct bf_demo_world *world, struct bf_err *err)
{
	int64_t first = 1, last_province = 0;
	enum bf_rc rc = BF_OK;

	add_regions(world);
	world->national = add_staff(world, "national", 0);
	for (size_t i = 0; i < BF_DEMO_CITIES && rc == BF_OK; i++) {
		struct bf_demo_city *city = &world->cities[i];

		if (bf_demo_pilots[i].province != last_province)
			add_province(world, bf_demo_pilots[i].province);
		last_province = bf_demo_pilots[i].province;
		rc = add_city(world, i, err);
		city->first_household = first;
		city->households = world->plan.cities[i].connected_by_posts +
				   world->plan.cities[i].connected_by_store +
				   world->plan.cities[i].waiting +
				   world->plan.cities[i].in_verification;
		first += city->households;
	}
	world->staff = world->accounts;
	return rc;
}

/* ---- donors ---------------------------------------------------------------------------- */

void bf_demo_make_donors(struct bf_demo_world *world, int64_t first, int64_t count)
{
	for (int64_t i = first; i < first + count; i++) {
		int64_t id = world->staff + 1 + i, since_ms;
		bool person = i < world->plan.people;
		struct bf_random random;
		const char *name;

		bf_demo_stream(world, &random, BF_DEMO_STREAM_DONOR, i);
		since_ms = bf_demo_office_time(&random, world->demo.as_of_ms,
					       -bf_random_between(&random, 710, BF_DEMO_DAYS - 1));
		name = person ? bf_demo_masked_name(world->chunk, &random)
			      : bf_demo_organisation(world->chunk, &random);
		BF_DEMO_ROW(world, BF_DEMO_ACCOUNT, bf_demo_number(id),
			    bf_demo_text(person ? "person" : "organisation"), bf_demo_text(name),
			    bf_demo_text(phone(world, &random)), bf_demo_time(since_ms),
			    bf_demo_time(since_ms));
		add_role(world, id, "donor", 0, since_ms);
	}
}

int64_t bf_demo_giver(const struct bf_demo_world *world, int64_t n)
{
	/* The step is prime and divides no number of donors: each place is met once. */
	enum { STEP = 7919, START = 17 };
	int64_t donors = world->plan.people + world->plan.organisations;

	if (n >= world->plan.givers) {
		struct bf_random random;

		bf_demo_stream(world, &random, BF_DEMO_STREAM_GIFT, n);
		n = bf_random_below(&random, world->plan.givers);
	}
	return world->staff + 1 + (n * STEP + START) % donors;
}

/* ---- households ------------------------------------------------------------------------ */

struct bf_demo_household bf_demo_household(struct bf_demo_world *world,
					   const struct bf_demo_city *city, int64_t index)
{
	struct bf_demo_household household = {
		.id = city->first_household + index,
		.village = &city->villages[index % (int64_t)city->village_count],
	};
	struct bf_random random;

	bf_demo_stream(world, &random, BF_DEMO_STREAM_HOUSEHOLD, household.id);
	household.shown_name = bf_demo_masked_name(world->chunk, &random);
	household.people = bf_random_between(&random, 2, 3) + bf_random_between(&random, 0, 3);
	return household;
}

static void add_members(struct bf_demo_world *world, const struct bf_demo_household *household,
			int64_t from_ms)
{
	static const struct {
		const char *role;
		int oldest, youngest; /* year of birth */
	} members[] = {
		{ "head", 1955, 1988 },   { "spouse", 1957, 1990 }, { "child", 2005, 2018 },
		{ "parent", 1936, 1950 }, { "child", 2005, 2018 },  { "other", 1960, 2000 },
	};
	struct bf_random random;
	char number[19];

	bf_demo_stream(world, &random, BF_DEMO_STREAM_MEMBERS, household->id);
	for (int64_t i = 0; i < household->people; i++) {
		int64_t year = bf_random_between(&random, members[i].oldest, members[i].youngest);
		int64_t id = ++world->persons;

		bf_demo_id_number(&random, (int)year, number);
		BF_DEMO_ROW(world, BF_DEMO_PERSON, bf_demo_number(id),
			    bf_demo_text(i ? bf_demo_masked_name(world->chunk, &random)
					   : household->shown_name),
			    bf_demo_text(bf_demo_masked_id(world->chunk, number)),
			    bf_demo_number(year));
		BF_DEMO_ROW(world, BF_DEMO_MEMBERSHIP, bf_demo_number(household->id),
			    bf_demo_number(id), bf_demo_text(members[i].role),
			    bf_demo_time(from_ms));
	}
}

/* The way of a household through the register, and how far it came. */
static const struct {
	const char *state;
	int64_t days; /* after it was registered */
} register_way[] = {
	{ "registered", 0 },   { "identity_matched", 1 }, { "visited", 4 },
	{ "in_publicity", 5 }, { "village_passed", 13 },  { "township_checked", 15 },
	{ "active", 19 },
};
enum { WAY_STEPS = sizeof(register_way) / sizeof(register_way[0]) };

static int64_t actor_of(const struct bf_demo_village *village, size_t step)
{
	switch (step) {
	case 1:
	case 4:
		return 0; /* jobs: the identity match, the end of the publicity */
	case 5:
		return village->township_checker;
	case 6:
		return village->county_checker;
	default:
		return village->writer;
	}
}

static void add_way(struct bf_demo_world *world, const struct bf_demo_household *household,
		    size_t steps, int64_t from_ms)
{
	for (size_t i = 0; i < steps; i++)
		bf_demo_move(world, "household", household->id, i ? register_way[i - 1].state : "",
			     register_way[i].state, actor_of(household->village, i), household->id,
			     from_ms + register_way[i].days * DAY + (int64_t)i * BF_DEMO_HOUR_MS);
}

/*
 * Its bank account, numbered as the household, so that payouts name it before it is made. Its last
 * digit is one at which the demo's bank plays no trick.
 */
static void add_payee(struct bf_demo_world *world, const struct bf_demo_household *household,
		      int64_t active_ms)
{
	const struct bf_demo_village *village = household->village;
	int64_t entered_ms = active_ms + BF_DEMO_HOUR_MS, checked_ms = entered_ms + BF_DEMO_HOUR_MS;
	int64_t verified_ms = entered_ms + DAY;

	BF_DEMO_ROW(world, BF_DEMO_PAYEE_ACCOUNT, bf_demo_number(household->id),
		    bf_demo_number(household->id),
		    bf_demo_text(
			    bf_pool_printf(world->chunk, "%03d1", (int)(household->id % 1000))),
		    bf_demo_number(village->writer), bf_demo_time(entered_ms),
		    bf_demo_time(checked_ms), bf_demo_number(village->county_checker),
		    bf_demo_time(verified_ms));
	bf_demo_move(world, "payee", household->id, "", "entered", village->writer, household->id,
		     entered_ms);
	bf_demo_move(world, "payee", household->id, "entered", "bank_checked", 0, household->id,
		     checked_ms);
	bf_demo_move(world, "payee", household->id, "bank_checked", "verified",
		     village->county_checker, household->id, verified_ms);
}

void bf_demo_make_household(struct bf_demo_world *world, const struct bf_demo_city *city,
			    int64_t index)
{
	struct bf_demo_household household = bf_demo_household(world, city, index);
	const struct bf_demo_village *village = household.village;
	struct bf_demo_family *family = &world->families[household.id - 1];
	bool verified = index < city->households - city->plan->in_verification;
	struct bf_random random;
	int64_t from_ms;
	size_t steps = WAY_STEPS;

	bf_demo_stream(world, &random, BF_DEMO_STREAM_MEMBERS, -household.id);
	if (!verified)
		steps = (size_t)bf_random_between(&random, 1, WAY_STEPS - 1);
	from_ms = bf_demo_office_time(&random, world->demo.as_of_ms,
				      verified ? -bf_random_between(&random, 760, REGISTERED_DAYS)
					       : -register_way[steps - 1].days -
							 bf_random_between(&random, 2, 3));
	BF_DEMO_ROW(world, BF_DEMO_HOUSEHOLD, bf_demo_number(household.id),
		    bf_demo_number(city->pilot->region), bf_demo_number(village->county->code),
		    bf_demo_number(village->township->code), bf_demo_number(village->village->code),
		    bf_demo_text(household.shown_name), bf_demo_number(household.people),
		    bf_demo_text(register_way[steps - 1].state), bf_demo_time(from_ms),
		    bf_demo_time(family->connected_ms));
	add_members(world, &household, from_ms);
	add_way(world, &household, steps, from_ms);
	if (verified)
		add_payee(world, &household,
			  from_ms + register_way[WAY_STEPS - 1].days * DAY +
				  WAY_STEPS * BF_DEMO_HOUR_MS);
	if (family->has_payable)
		BF_DEMO_ROW(world, BF_DEMO_LEDGER_ACCOUNT,
			    bf_demo_number(bf_demo_payable_account(world, household.id)),
			    bf_demo_text(bf_pool_printf(world->chunk, "payable:household:%lld",
							(long long)household.id)),
			    bf_demo_text("liability"), bf_demo_number(-family->payable_fen));
	if (family->connected_ms)
		world->connected++;
}
