#include "domain/enrol.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "domain/citizen.h"

enum text {
	TEXT_PLACE,
	TEXT_NOT_YOURS,
	TEXT_CLIENT,
	TEXT_COUNT,
	TEXT_HEAD,
	TEXT_NAME,
	TEXT_RELATION,
	TEXT_YEAR,
	TEXT_TWICE,
	TEXT_DEAD,
	TEXT_OTHER_NAME,
	TEXT_ELSEWHERE,
	TEXT_SENT_BEFORE,
	TEXT__MAX
};

const char *const bf_enrol_texts[] = {
	[TEXT_PLACE] = "There is no such village today.",
	[TEXT_NOT_YOURS] = "You can register families of your own village only.",
	[TEXT_CLIENT] = "This household needs a number of its own, of 1 to 80 plain characters.",
	[TEXT_COUNT] = "A household has 1 to 30 people.",
	[TEXT_HEAD] = "Exactly one person is the head of the household.",
	[TEXT_NAME] = "Please write the name as it stands on the ID card, without digits.",
	[TEXT_RELATION] = "Please say what this person is in the family: head, spouse, child, "
			  "parent or other.",
	[TEXT_YEAR] = "Please write the ID number or, where there is none yet, the year of birth.",
	[TEXT_TWICE] = "This ID number stands twice in this household.",
	[TEXT_DEAD] = "By the register, this person is not alive any more. Please ask the county.",
	[TEXT_OTHER_NAME] = "The register knows this ID number with another name. Please look at "
			    "the ID card again.",
	[TEXT_ELSEWHERE] = "This person already belongs to another household of the register.",
	[TEXT_SENT_BEFORE] = "This household was sent before, with other content. What is "
			     "registered was not changed.",
	[TEXT__MAX] = NULL,
};

/* A person as it is written. */
struct person {
	int64_t id; /* 0: it is new */
	const char *name, *relation;
	struct bf_citizen citizen; /* its number is empty where there is none */
	char hash[BF_SECRET_HEX_BYTES];
	int64_t birth_year;
};

struct enrolling {
	struct bf_act *act;
	const struct bf_enrolment *wish;
	struct bf_enrol_fault *fault;
	struct bf_value place;
	char body[BF_SECRET_HEX_BYTES];
	struct person people[BF_ENROL_PEOPLE_MAX];
	size_t head;
};

static enum bf_rc refuse_with(struct enrolling *enrolling, enum bf_rc rc, size_t person,
			      const char *field, const char *text, struct bf_err *err)
{
	enrolling->fault->text = text;
	enrolling->fault->field = field;
	enrolling->fault->person = person;
	return bf_act_refuse(enrolling->act, rc, text, err, "enrolment, person %zu, %s: %s",
			     person + 1, field ? field : "all", text);
}

static enum bf_rc refuse(struct enrolling *enrolling, enum bf_rc rc, size_t person,
			 const char *field, enum text text, struct bf_err *err)
{
	return refuse_with(enrolling, rc, person, field, bf_enrol_texts[text], err);
}

/* ---- what was sent --------------------------------------------------------------------- */

struct bf_str bf_enrol_sealed_as(struct bf_pool *pool, const char *column, int64_t person)
{
	return bf_str(bf_pool_printf(pool, "person.%s.%jd", column, (intmax_t)person));
}

void bf_enrol_hash(const struct bf_secrets *secrets, const char *number,
		   char ret_hex[BF_SECRET_HEX_BYTES])
{
	bf_secret_hash(secrets, BF_PURPOSE_PERSON, BF_STR("id"), bf_str(number), ret_hex);
}

/* One form of a name, so that the same name is the same text. NULL: it is none. */
static const char *read_name(struct bf_pool *pool, struct bf_str text)
{
	utf8proc_uint8_t *composed = NULL;
	const char *name = NULL;
	struct bf_str rest;
	uint32_t code;

	text = bf_str_trim(text);
	if (!text.len || !bf_utf8_valid(text) || bf_utf8_count(text) > BF_ENROL_NAME_MAX)
		return NULL;
	for (rest = text; rest.len;) {
		size_t bytes = bf_utf8_next(rest, &code);

		if (code < ' ' || code == 0x7f || (code >= '0' && code <= '9'))
			return NULL;
		rest = (struct bf_str){ rest.p + bytes, rest.len - bytes };
	}
	if (utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.len, &composed,
			 UTF8PROC_STABLE | UTF8PROC_COMPOSE) > 0)
		name = bf_pool_copy(pool, bf_str((const char *)composed));
	free(composed);
	return name;
}

static bool is_relation(const char *text)
{
	static const char *const relations[] = { "head", "spouse", "child", "parent", "other" };

	for (size_t i = 0; text && i < sizeof(relations) / sizeof(relations[0]); i++)
		if (strcmp(relations[i], text) == 0)
			return true;
	return false;
}

static enum bf_rc read_number(struct enrolling *enrolling, size_t place, struct bf_err *err)
{
	const struct bf_newcomer *sent = &enrolling->wish->people[place];
	struct person *person = &enrolling->people[place];
	int64_t today = bf_row_int(&enrolling->place, "today");
	enum bf_citizen_fault fault;

	person->birth_year = sent->birth_year;
	if (!bf_str_trim(sent->number).len)
		return sent->birth_year >= 1850 && sent->birth_year <= today / 10000
			       ? BF_OK
			       : refuse(enrolling, BF_INVALID, place, "birth_year", TEXT_YEAR, err);
	fault = bf_citizen_read(sent->number, enrolling->wish->demo, today, &person->citizen);
	if (fault)
		return refuse_with(enrolling, BF_INVALID, place, "number",
				   bf_citizen_fault_text(fault), err);
	person->birth_year = person->citizen.born / 10000;
	bf_enrol_hash(enrolling->wish->secrets, person->citizen.number, person->hash);
	for (size_t i = 0; i < place; i++)
		if (strcmp(enrolling->people[i].hash, person->hash) == 0)
			return refuse(enrolling, BF_INVALID, place, "number", TEXT_TWICE, err);
	return BF_OK;
}

static enum bf_rc read_person(struct enrolling *enrolling, size_t place, struct bf_err *err)
{
	const struct bf_newcomer *sent = &enrolling->wish->people[place];
	struct person *person = &enrolling->people[place];

	*person = (struct person){ .name = read_name(enrolling->act->ask.pool, sent->name),
				   .relation = sent->relation };
	if (!person->name)
		return refuse(enrolling, BF_INVALID, place, "name", TEXT_NAME, err);
	if (!is_relation(person->relation))
		return refuse(enrolling, BF_INVALID, place, "relation", TEXT_RELATION, err);
	return read_number(enrolling, place, err);
}

static enum bf_rc read_people(struct enrolling *enrolling, struct bf_err *err)
{
	size_t count = enrolling->wish->count, heads = 0;
	enum bf_rc rc = BF_OK;

	if (!count || count > BF_ENROL_PEOPLE_MAX)
		return refuse(enrolling, BF_INVALID, 0, NULL, TEXT_COUNT, err);
	for (size_t i = 0; i < count && rc == BF_OK; i++) {
		rc = read_person(enrolling, i, err);
		if (rc != BF_OK || strcmp(enrolling->people[i].relation, "head") != 0)
			continue;
		enrolling->head = i;
		heads++;
	}
	if (rc == BF_OK && heads != 1)
		return refuse(enrolling, BF_INVALID, 0, "relation", TEXT_HEAD, err);
	return rc;
}

static bool is_client_id(const char *text)
{
	size_t len = text ? strlen(text) : 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return len > 0 && len <= BF_ENROL_CLIENT_MAX;
}

/* All that was sent, as a hash: two that are equal are the same household. */
static void hash_body(struct enrolling *enrolling)
{
	const struct bf_enrolment *wish = enrolling->wish;
	struct bf_buf text;

	bf_buf_init(&text);
	bf_buf_printf(&text, "%jd\n", (intmax_t)wish->village);
	for (size_t i = 0; i < wish->count; i++)
		bf_buf_printf(&text, "%s\t%s\t%s\t%jd\n", enrolling->people[i].name,
			      enrolling->people[i].relation, enrolling->people[i].citizen.number,
			      (intmax_t)enrolling->people[i].birth_year);
	bf_secret_hash(wish->secrets, BF_PURPOSE_PERSON, BF_STR("household"), bf_buf_str(&text),
		       enrolling->body);
	sodium_memzero(text.data, text.len);
	bf_buf_release(&text);
}

/* ---- what is there already ------------------------------------------------------------- */

static enum bf_rc find_place(struct enrolling *enrolling, struct bf_err *err)
{
	struct bf_value args = bf_act_args(enrolling->act);
	const struct bf_value *place = NULL;
	enum bf_rc rc;

	bf_arg_set_int(&args, "village", enrolling->wish->village);
	rc = bf_ask_first(&enrolling->act->ask, "enrol_place", &args, &place, err);
	if (rc != BF_OK)
		return rc;
	if (!place)
		return refuse(enrolling, BF_NOT_FOUND, 0, "village", TEXT_PLACE, err);
	enrolling->place = *place;
	if (enrolling->act->actor && !bf_row_int(place, "is_village"))
		return refuse(enrolling, BF_DENIED, 0, "village", TEXT_NOT_YOURS, err);
	return is_client_id(enrolling->wish->client_id)
		       ? BF_OK
		       : refuse(enrolling, BF_INVALID, 0, NULL, TEXT_CLIENT, err);
}

static enum bf_rc find_sent_before(struct enrolling *enrolling, int64_t *ret_household,
				   struct bf_err *err)
{
	struct bf_value args = bf_act_args(enrolling->act);
	const struct bf_value *before = NULL;
	enum bf_rc rc;

	bf_arg_set_text(&args, "client_id", enrolling->wish->client_id);
	bf_arg_set_text(&args, "body", enrolling->body);
	rc = bf_ask_first(&enrolling->act->ask, "enrol_sent_before", &args, &before, err);
	*ret_household = rc == BF_OK && before ? bf_row_int(before, "id") : 0;
	if (*ret_household && !bf_row_int(before, "is_same"))
		return refuse(enrolling, BF_CONFLICT, 0, NULL, TEXT_SENT_BEFORE, err);
	return rc;
}

static enum bf_likeness like(bool known, bool same)
{
	if (!known)
		return BF_LIKE_BLANK;
	return same ? BF_LIKE_SAME : BF_LIKE_OTHER;
}

static enum bf_likeness like_name(const struct enrolling *enrolling, const struct person *person,
				  const struct bf_value *known)
{
	struct bf_pool *pool = enrolling->act->ask.pool;
	struct bf_str sealed = bf_str(bf_row_text(known, "name_sealed")), name;
	bool opened = sealed.len &&
		      bf_secret_open(enrolling->wish->secrets, pool,
				     bf_enrol_sealed_as(pool, "name", bf_row_int(known, "id")),
				     sealed, &name);

	return like(opened, opened && bf_str_is(name, person->name));
}

/* A number that the register knows: the same person, who is nowhere else, or a question. */
static enum bf_rc compare(struct enrolling *enrolling, size_t place, const struct bf_value *known,
			  struct bf_err *err)
{
	struct person *person = &enrolling->people[place];
	struct bf_enrol_fault *fault = enrolling->fault;

	fault->name = like_name(enrolling, person, known);
	if (bf_row_int(known, "household_id")) {
		fault->household = bf_row_int(known, "household_id");
		fault->birth_year =
			like(true, bf_row_int(known, "birth_year") == person->birth_year);
		fault->village =
			like(true, bf_row_int(known, "village") == enrolling->wish->village);
		return refuse(enrolling, BF_CONFLICT, place, "number", TEXT_ELSEWHERE, err);
	}
	if (!bf_row_is(known, "state", "current"))
		return refuse(enrolling, BF_CONFLICT, place, "number", TEXT_DEAD, err);
	if (fault->name == BF_LIKE_OTHER)
		return refuse(enrolling, BF_CONFLICT, place, "name", TEXT_OTHER_NAME, err);
	person->id = bf_row_int(known, "id");
	return BF_OK;
}

static enum bf_rc find_people(struct enrolling *enrolling, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; i < enrolling->wish->count && rc == BF_OK; i++) {
		struct bf_value args = bf_act_args(enrolling->act);
		const struct bf_value *known = NULL;

		if (!*enrolling->people[i].hash)
			continue;
		bf_arg_set_text(&args, "hash", enrolling->people[i].hash);
		rc = bf_ask_first(&enrolling->act->ask, "enrol_known", &args, &known, err);
		if (rc == BF_OK && known)
			rc = compare(enrolling, i, known, err);
	}
	return rc;
}

/* ---- writing --------------------------------------------------------------------------- */

/* "王**": the first character, as everywhere. */
static const char *mask_name(struct bf_pool *pool, const char *name)
{
	uint32_t code;
	size_t first = bf_utf8_next(bf_str(name), &code);

	return bf_pool_printf(pool, "%.*s**", (int)first, name);
}

static enum bf_rc seal(struct enrolling *enrolling, struct person *person, struct bf_value *args,
		       struct bf_err *err)
{
	const struct bf_secrets *secrets = enrolling->wish->secrets;
	struct bf_ask *ask = &enrolling->act->ask;

	bf_arg_set_int(args, "person", person->id);
	bf_arg_set_text(args, "name_sealed",
			bf_secret_seal(secrets, ask->pool,
				       bf_enrol_sealed_as(ask->pool, "name", person->id),
				       bf_str(person->name)));
	bf_arg_set_text(args, "id_sealed",
			*person->hash
				? bf_secret_seal(secrets, ask->pool,
						 bf_enrol_sealed_as(ask->pool, "id", person->id),
						 bf_str(person->citizen.number))
				: NULL);
	return bf_ask_run(ask, "enrol_seal_person", args, NULL, NULL, err);
}

static enum bf_rc add_person(struct enrolling *enrolling, struct person *person, struct bf_err *err)
{
	struct bf_ask *ask = &enrolling->act->ask;
	struct bf_value args = bf_act_args(enrolling->act);
	char masked[BF_CITIZEN_BYTES] = "";
	enum bf_rc rc;

	if (*person->hash)
		bf_citizen_mask(&person->citizen, masked);
	bf_arg_set_text(&args, "shown_name", mask_name(ask->pool, person->name));
	bf_arg_set_text(&args, "id_masked", *masked ? masked : NULL);
	bf_arg_set_text(&args, "hash", *person->hash ? person->hash : NULL);
	bf_arg_set_int(&args, "birth_year", person->birth_year);
	rc = bf_ask_run(ask, "enrol_add_person", &args, NULL, &person->id, err);
	return rc == BF_OK ? seal(enrolling, person, &args, err) : rc;
}

static enum bf_rc add_household(struct enrolling *enrolling, int64_t *ret_household,
				struct bf_err *err)
{
	static const char *const places[] = { "city", "county", "township" };
	const struct bf_enrolment *wish = enrolling->wish;
	struct bf_value args = bf_act_args(enrolling->act);

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		bf_arg_set_int(&args, places[i], bf_row_int(&enrolling->place, places[i]));
	bf_arg_set_int(&args, "village", wish->village);
	bf_arg_set_text(&args, "shown_name",
			mask_name(enrolling->act->ask.pool,
				  enrolling->people[enrolling->head].name));
	bf_arg_set_int(&args, "people", (int64_t)wish->count);
	bf_arg_set_text(&args, "client_id", wish->client_id);
	bf_arg_set_text(&args, "body", enrolling->body);
	bf_value_set(&args, "run", wish->run ? bf_value_number(wish->run) : (struct bf_value){ 0 });
	return bf_ask_run(&enrolling->act->ask, "enrol_add_household", &args, NULL, ret_household,
			  err);
}

static enum bf_rc add_members(struct enrolling *enrolling, int64_t household, struct bf_err *err)
{
	enum bf_rc rc = BF_OK;

	for (size_t i = 0; i < enrolling->wish->count && rc == BF_OK; i++) {
		struct person *person = &enrolling->people[i];
		struct bf_value args = bf_act_args(enrolling->act);

		if (!person->id)
			rc = add_person(enrolling, person, err);
		bf_arg_set_int(&args, "id", household);
		bf_arg_set_int(&args, "person", person->id);
		bf_arg_set_text(&args, "role", person->relation);
		if (rc == BF_OK)
			rc = bf_ask_run(&enrolling->act->ask, "enrol_add_member", &args, NULL, NULL,
					err);
	}
	return rc;
}

/* It comes into being and, as its head's number holds, goes on by itself. */
static enum bf_rc begin(struct enrolling *enrolling, int64_t household, struct bf_err *err)
{
	struct bf_act *act = enrolling->act, job = { .ask = act->ask };
	struct bf_move move = { .object = household,
				.to = "registered",
				.as = act->actor ? BF_BY_VILLAGE : BF_BY_JOB };
	enum bf_rc rc = bf_machine_move(act, &bf_household_machine, &move, err);

	if (rc != BF_OK || !*enrolling->people[enrolling->head].hash)
		return rc;
	move.to = "identity_matched";
	move.as = BF_BY_JOB;
	return bf_machine_move(&job, &bf_household_machine, &move, err);
}

enum bf_rc bf_enrol_household(struct bf_act *act, const struct bf_enrolment *wish,
			      int64_t *ret_household, enum bf_enrolled *ret_enrolled,
			      struct bf_enrol_fault *ret_fault, struct bf_err *err)
{
	struct enrolling enrolling = { .act = act, .wish = wish, .fault = ret_fault };
	int64_t household = 0;
	enum bf_rc rc;

	*ret_fault = (struct bf_enrol_fault){ 0 };
	rc = find_place(&enrolling, err);
	if (rc == BF_OK)
		rc = read_people(&enrolling, err);
	if (rc == BF_OK) {
		hash_body(&enrolling);
		rc = find_sent_before(&enrolling, &household, err);
	}
	*ret_enrolled = household ? BF_ENROLLED_AGAIN : BF_ENROLLED_NEW;
	if (rc == BF_OK && !household) {
		rc = find_people(&enrolling, err);
		if (rc == BF_OK)
			rc = add_household(&enrolling, &household, err);
		if (rc == BF_OK)
			rc = add_members(&enrolling, household, err);
		if (rc == BF_OK)
			rc = begin(&enrolling, household, err);
	}
	if (rc == BF_OK)
		*ret_household = household;
	sodium_memzero(enrolling.people, sizeof(enrolling.people));
	return rc;
}

/* ---- the job --------------------------------------------------------------------------- */

static enum bf_rc pass_village(struct bf_act *act, void *arg, struct bf_err *err)
{
	const int64_t *household = arg;
	struct bf_household_step step = { .household = *household, .to = "village_passed" };

	return bf_household_step(act, &step, err);
}

enum bf_rc bf_enrol_end_publicity(struct bf_ask *ask, bool *ret_did, struct bf_err *err)
{
	const struct bf_value *rows;
	enum bf_rc rc = bf_ask_rows(ask, "registry_publicity_due", BF_NO_ARGS, &rows, err);

	*ret_did = false;
	for (size_t i = 0; rc == BF_OK && i < bf_value_count(rows); i++) {
		struct bf_act act = { .ask = *ask };
		int64_t household = bf_row_int(bf_value_at(rows, i), "id");

		rc = bf_act_run(&act, pass_village, &household, err);
		/* who objects or rejects at this moment is faster, and nothing is wrong then */
		if (rc == BF_CONFLICT)
			rc = BF_OK;
		else if (rc == BF_OK)
			*ret_did = true;
	}
	return rc;
}
