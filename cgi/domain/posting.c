#include "domain/posting.h"

#include <sodium.h>
#include <utf8proc.h>

#include "domain/city_plugin.h"
#include "domain/search.h"

enum {
	TITLE_MIN = 4,
	STORY_MIN = 10,
	FINGERPRINT_BYTES = 32,
};

enum text {
	TEXT_HOUSEHOLD,
	TEXT_PROMISE,
	TEXT_PAYEE,
	TEXT_CAP,
	TEXT_OPEN_POSTS,
	TEXT_LIVE_NEED,
	TEXT_LACKS,
	TEXT_TAKEN,
	TEXT_LEFT,
	TEXT_NOTHING_LEFT,
	TEXT_UNCONFIRMED,
	TEXT_UNRESOLVED,
	TEXT_NOT_YET,
	TEXT_SECOND_PERSON,
	LACK_TITLE,
	LACK_STORY,
	LACK_ITEM,
	LACK_TARGET,
	LACK_QUANTITY,
	LACK_UNIT,
	LACK_REASON,
	LACK_PRICE_SOURCE,
	TEXT__MAX
};

const char *const bf_post_texts[] = {
	[TEXT_HOUSEHOLD] = "This household is not active in the register, so nothing new can be "
			   "asked for it.",
	[TEXT_PROMISE] = "Please promise that everything is true before you send it.",
	[TEXT_PAYEE] = "The family has no verified bank account yet. The county has to verify one "
		       "before money can be asked for in public.",
	[TEXT_CAP] = "This is more than may be asked for such a need here. Please ask for less, or "
		     "talk to your township.",
	[TEXT_OPEN_POSTS] = "This household has as many posts under way as are allowed at a time. "
			    "Please wait until one has ended.",
	[TEXT_LIVE_NEED] = "This household is already asking for the same thing. One post for a "
			   "need is enough.",
	[TEXT_LACKS] = "Something is still missing before this can be sent.",
	[TEXT_TAKEN] =
		"Something was already given to this post, so it cannot be taken back before "
		"it is returned.",
	[TEXT_LEFT] = "Something is still left to give.",
	[TEXT_NOTHING_LEFT] = "Nothing is left to give.",
	[TEXT_UNCONFIRMED] = "Not everything has arrived and been confirmed yet.",
	[TEXT_UNRESOLVED] = "Something is still being paid or on its way.",
	[TEXT_NOT_YET] = "Its time is not over yet.",
	[TEXT_SECOND_PERSON] = "This needs a second person.",
	[LACK_TITLE] = "The title needs at least 4 characters.",
	[LACK_STORY] = "Please tell in at least 10 characters what happened.",
	[LACK_ITEM] = "Please say what is needed, or what the money buys.",
	[LACK_TARGET] = "Please say how much money is needed.",
	[LACK_QUANTITY] = "Please say how many are needed.",
	[LACK_UNIT] = "Please say in which unit it is counted.",
	[LACK_REASON] = "Please say why it cannot be had otherwise.",
	[LACK_PRICE_SOURCE] = "Please say where the price comes from.",
	[TEXT__MAX] = NULL,
};

static enum bf_rc refuse(struct bf_act *act, const struct bf_move *move, enum text text,
			 struct bf_err *err)
{
	return bf_act_refuse(act, BF_CONFLICT, bf_post_texts[text], err,
			     "post %jd cannot go to \"%s\": %s", (intmax_t)move->object, move->to,
			     bf_post_texts[text]);
}

/* ---- what a post has to say ------------------------------------------------------------ */

static size_t characters(const struct bf_value *row, const char *column)
{
	return bf_utf8_count(bf_str_trim(bf_value_str(bf_value_get(row, column))));
}

size_t bf_post_lacks(const struct bf_value *row, struct bf_post_lack ret_lacks[BF_POST_LACKS_MAX])
{
	bool goods = strcmp(bf_row_text(row, "form"), "goods") == 0;
	const struct {
		const char *field;
		bool lacks;
		enum text text;
	} checks[] = {
		{ "title", characters(row, "title") < TITLE_MIN, LACK_TITLE },
		{ "story", characters(row, "story") < STORY_MIN, LACK_STORY },
		{ "item", !characters(row, "item"), LACK_ITEM },
		{ "target_fen", !goods && bf_row_int(row, "target_fen") <= 0, LACK_TARGET },
		{ "quantity", goods && bf_row_int(row, "quantity") <= 0, LACK_QUANTITY },
		{ "unit", goods && !characters(row, "unit"), LACK_UNIT },
		{ "reason", !characters(row, "reason"), LACK_REASON },
		{ "price_source", !goods && !characters(row, "price_source"), LACK_PRICE_SOURCE },
	};
	size_t count = 0;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i].lacks)
			ret_lacks[count++] = (struct bf_post_lack){ checks[i].field,
								    bf_post_texts[checks[i].text] };
	return count;
}

/* Compatible forms, small letters, no spaces; bytes as they are where it is no UTF-8. */
static struct bf_str plainly(struct bf_pool *pool, struct bf_str text)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t len =
		utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.len, &folded,
			     UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
				     UTF8PROC_STABLE);
	struct bf_buf plain;
	struct bf_str ret;

	if (len >= 0)
		text = (struct bf_str){ (const char *)folded, (size_t)len };
	bf_buf_init(&plain);
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != ' ')
			bf_buf_add_char(&plain, text.p[i]);
	ret = (struct bf_str){ bf_pool_copy(pool, bf_buf_str(&plain)), plain.len };
	bf_buf_release(&plain);
	free(folded);
	return ret;
}

const char *bf_post_fingerprint(struct bf_pool *pool, int64_t household, const char *need_kind,
				const char *item)
{
	struct bf_str episode = plainly(pool, bf_str(item));
	const char *text = bf_pool_printf(pool, "%jd:%s:%.*s", (intmax_t)household, need_kind,
					  BF_STR_ARG(episode));
	unsigned char hash[FINGERPRINT_BYTES];
	char hex[2 * FINGERPRINT_BYTES + 1];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)text, strlen(text), NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return bf_pool_copy(pool, bf_str(hex));
}

/* ---- guards ---------------------------------------------------------------------------- */

enum bf_rc bf_post_setting(struct bf_act *act, const struct bf_value *row, const char *name,
			   int64_t *ret_value, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), setting;
	enum bf_rc rc;

	bf_arg_set_text(&args, "name", name);
	bf_arg_set_int(&args, "county", bf_row_int(row, "county"));
	bf_arg_set_text(&args, "plugin", bf_row_text(row, "plugin"));
	rc = bf_ask_one(&act->ask, "setting_value", &args, &setting, err);
	if (rc == BF_OK && bf_value_is_null(bf_value_get(&setting, "value")))
		rc = bf_err_set(err, BF_FAULT, "there is no setting \"%s\"", name);
	if (rc == BF_OK)
		*ret_value = bf_row_int(&setting, "value");
	return rc;
}

static enum bf_rc household_is_active(struct bf_act *act, const struct bf_move *move,
				      const struct bf_value *before, struct bf_err *err)
{
	const char *state = bf_row_text(before, "household_state");

	return strcmp(state, "active") == 0 || strcmp(state, "due_for_review") == 0
		       ? BF_OK
		       : refuse(act, move, TEXT_HOUSEHOLD, err);
}

static enum bf_rc is_under_cap(struct bf_act *act, const struct bf_move *move,
			       const struct bf_value *before, struct bf_err *err)
{
	int64_t cap;
	enum bf_rc rc = bf_post_setting(act, before,
					bf_pool_printf(act->ask.pool, "cap_%s_fen",
						       bf_row_text(before, "need_kind")),
					&cap, err);

	if (rc != BF_OK)
		return rc;
	return bf_row_int(before, "target_fen") <= cap ? BF_OK : refuse(act, move, TEXT_CAP, err);
}

/* Two posts of a household that are sent at once wait for each other at its row. */
static enum bf_rc has_room(struct bf_act *act, const struct bf_move *move,
			   const struct bf_value *before, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row;
	int64_t allowed;
	enum bf_rc rc;

	bf_arg_set_int(&args, "id", move->object);
	bf_arg_set_int(&args, "of_household", bf_row_int(before, "household_id"));
	bf_arg_set_text(&args, "fingerprint",
			bf_value_text(bf_value_get(move->args, "fingerprint")));
	rc = bf_ask_one(&act->ask, "household_lock", &args, &row, err);
	if (rc == BF_OK)
		rc = bf_post_setting(act, before, "household_open_posts", &allowed, err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "household_posts", &args, &row, err);
	if (rc != BF_OK)
		return rc;
	if (bf_row_int(&row, "same_need"))
		return refuse(act, move, TEXT_LIVE_NEED, err);
	return bf_row_int(&row, "under_way") < allowed ? BF_OK
						       : refuse(act, move, TEXT_OPEN_POSTS, err);
}

static enum bf_rc may_be_submitted(struct bf_act *act, const struct bf_move *move,
				   const struct bf_value *before, struct bf_err *err)
{
	struct bf_post_lack lacks[BF_POST_LACKS_MAX];
	enum bf_rc rc = household_is_active(act, move, before, err);

	if (rc == BF_OK && bf_post_lacks(before, lacks))
		rc = bf_act_refuse(act, BF_INVALID, bf_post_texts[TEXT_LACKS], err,
				   "post %jd lacks \"%s\"", (intmax_t)move->object, lacks[0].field);
	if (rc == BF_OK && !bf_value_int(bf_value_get(move->args, "promise")))
		rc = bf_act_refuse(act, BF_INVALID, bf_post_texts[TEXT_PROMISE], err,
				   "post %jd was sent without the promise", (intmax_t)move->object);
	if (rc == BF_OK)
		rc = is_under_cap(act, move, before, err);
	return rc == BF_OK ? has_room(act, move, before, err) : rc;
}

/* What was sent back has begun to run before; a draft is new. */
static enum bf_rc draft_may_be_submitted(struct bf_act *act, const struct bf_move *move,
					 const struct bf_value *before, struct bf_err *err)
{
	enum bf_rc rc = bf_city_plugin_takes_new(act, bf_row_int(before, "city"),
						 bf_row_text(before, "plugin"), err);

	return rc == BF_OK ? may_be_submitted(act, move, before, err) : rc;
}

static enum bf_rc may_be_opened(struct bf_act *act, const struct bf_move *move,
				const struct bf_value *before, struct bf_err *err)
{
	enum bf_rc rc = household_is_active(act, move, before, err);

	if (rc == BF_OK && bf_row_is(before, "form", "money") && !bf_row_int(before, "has_payee"))
		rc = refuse(act, move, TEXT_PAYEE, err);
	return rc == BF_OK ? is_under_cap(act, move, before, err) : rc;
}

static enum bf_rc nothing_is_left(struct bf_act *act, const struct bf_move *move,
				  const struct bf_value *before, struct bf_err *err)
{
	return bf_row_int(before, "taken") >= bf_row_int(before, "asked")
		       ? BF_OK
		       : refuse(act, move, TEXT_LEFT, err);
}

static enum bf_rc something_is_left(struct bf_act *act, const struct bf_move *move,
				    const struct bf_value *before, struct bf_err *err)
{
	return bf_row_int(before, "taken") < bf_row_int(before, "asked")
		       ? BF_OK
		       : refuse(act, move, TEXT_NOTHING_LEFT, err);
}

static enum bf_rc all_is_confirmed(struct bf_act *act, const struct bf_move *move,
				   const struct bf_value *before, struct bf_err *err)
{
	return bf_row_int(before, "confirmed") >= bf_row_int(before, "asked")
		       ? BF_OK
		       : refuse(act, move, TEXT_UNCONFIRMED, err);
}

static enum bf_rc nothing_is_taken(struct bf_act *act, const struct bf_move *move,
				   const struct bf_value *before, struct bf_err *err)
{
	return bf_row_int(before, "taken") + bf_row_int(before, "pending") == 0
		       ? BF_OK
		       : refuse(act, move, TEXT_TAKEN, err);
}

/* A job may only at the deadline, the family earlier. */
static enum bf_rc may_expire(struct bf_act *act, const struct bf_move *move,
			     const struct bf_value *before, struct bf_err *err)
{
	if (bf_row_int(before, "pending"))
		return refuse(act, move, TEXT_UNRESOLVED, err);
	if (move->as == BF_BY_JOB && !bf_row_int(before, "is_over"))
		return refuse(act, move, TEXT_NOT_YET, err);
	return BF_OK;
}

static enum bf_rc nothing_runs(struct bf_act *act, const struct bf_move *move,
			       const struct bf_value *before, struct bf_err *err)
{
	bool runs = bf_row_int(before, "pending") ||
		    bf_row_int(before, "taken") != bf_row_int(before, "confirmed");

	return runs ? refuse(act, move, TEXT_UNRESOLVED, err) : BF_OK;
}

static enum bf_rc are_two_people(struct bf_act *act, const struct bf_move *move,
				 const struct bf_value *before, struct bf_err *err)
{
	int64_t first = bf_value_int(bf_value_get(move->args, "asked_by"));

	(void)before;
	return first && first != act->actor ? BF_OK : refuse(act, move, TEXT_SECOND_PERSON, err);
}

/* What was not delivered goes back to those who gave it, as rest.h says. */
static enum bf_rc may_be_cancelled(struct bf_act *act, const struct bf_move *move,
				   const struct bf_value *before, struct bf_err *err)
{
	enum bf_rc rc = are_two_people(act, move, before, err);

	if (rc == BF_OK && bf_row_int(before, "pending"))
		return refuse(act, move, TEXT_UNRESOLVED, err);
	return rc;
}

static enum bf_rc may_be_opened_again(struct bf_act *act, const struct bf_move *move,
				      const struct bf_value *before, struct bf_err *err)
{
	enum bf_rc rc = are_two_people(act, move, before, err);

	return rc == BF_OK ? something_is_left(act, move, before, err) : rc;
}

static enum bf_rc may_be_full_again(struct bf_act *act, const struct bf_move *move,
				    const struct bf_value *before, struct bf_err *err)
{
	enum bf_rc rc = are_two_people(act, move, before, err);

	return rc == BF_OK ? nothing_is_left(act, move, before, err) : rc;
}

/* ---- what follows from a move ---------------------------------------------------------- */

/* The grams are made anew from the same words, so that no index by post is needed. */
static enum bf_rc change_grams(struct bf_act *act, const struct bf_value *row, const char *query,
			       struct bf_err *err)
{
	static const char *const names[BF_SEARCH_PLACES] = { "city_name", "county_name",
							     "township_name" };
	static const char *const names_en[BF_SEARCH_PLACES] = { "city_name_en", "county_name_en",
								"township_name_en" };
	struct bf_search_post post = { bf_value_str(bf_value_get(row, "title")),
				       bf_value_str(bf_value_get(row, "item")),
				       { { 0 } },
				       { { 0 } } };
	struct bf_value args = bf_act_args(act), grams = bf_value_list(act->ask.pool);
	struct bf_str *found;
	struct bf_buf json;
	size_t count;

	for (size_t i = 0; i < BF_SEARCH_PLACES; i++) {
		post.places[i] = bf_value_str(bf_value_get(row, names[i]));
		post.places_en[i] = bf_value_str(bf_value_get(row, names_en[i]));
	}
	count = bf_search_index(act->ask.pool, bf_search_text(act->ask.pool, &post), &found);
	for (size_t i = 0; i < count; i++)
		bf_value_push(act->ask.pool, &grams, bf_value_string(found[i]));
	bf_buf_init(&json);
	bf_value_print_json(&grams, &json);
	bf_arg_set_text(&args, "grams", bf_pool_copy(act->ask.pool, bf_buf_str(&json)));
	bf_buf_release(&json);
	bf_arg_set_int(&args, "post", bf_row_int(row, "id"));
	bf_arg_set_int(&args, "sort_key", bf_row_int(row, "sort_key"));
	return bf_ask_run(&act->ask, query, &args, NULL, NULL, err);
}

static enum bf_rc change_lists(struct bf_act *act, const struct bf_value *row, int64_t by,
			       struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);

	bf_arg_set_text(&args, "plugin", bf_row_text(row, "plugin"));
	bf_arg_set_text(&args, "listed", bf_row_text(row, "listed"));
	bf_arg_set_text(&args, "need", bf_row_text(row, "need_kind"));
	bf_arg_set_int(&args, "city", bf_row_int(row, "city"));
	bf_arg_set_int(&args, "county", bf_row_int(row, "county"));
	bf_arg_set_int(&args, "by", by);
	return bf_ask_run(&act->ask, "change_post_count", &args, NULL, NULL, err);
}

static enum bf_rc change_figures(struct bf_act *act, const struct bf_value *before,
				 const struct bf_value *after, struct bf_err *err)
{
	static const char *const figures[] = { "published", "is_open", "is_met", "is_partly_met" };
	struct bf_value args = bf_act_args(act);
	bool changes = false;

	bf_arg_set_int(&args, "city", bf_row_int(after, "city"));
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		int64_t by = bf_row_int(after, figures[i]) - bf_row_int(before, figures[i]);

		bf_arg_set_int(&args, figures[i], by);
		changes = changes || by;
	}
	return changes ? bf_ask_run(&act->ask, "change_figures", &args, NULL, NULL, err) : BF_OK;
}

enum bf_rc bf_post_relist(struct bf_act *act, int64_t post, const struct bf_value *before,
			  struct bf_err *err)
{
	bool was = !bf_value_is_null(bf_value_get(before, "listed")), is, moves;
	struct bf_value args = bf_act_args(act), after;
	enum bf_rc rc;

	bf_arg_set_int(&args, "id", post);
	rc = bf_ask_one(&act->ask, "post_row", &args, &after, err);
	if (rc != BF_OK)
		return rc;
	is = !bf_value_is_null(bf_value_get(&after, "listed"));
	moves = was != is ||
		strcmp(bf_row_text(before, "listed"), bf_row_text(&after, "listed")) != 0;
	if (was && moves)
		rc = change_lists(act, before, -1, err);
	if (rc == BF_OK && is && moves)
		rc = change_lists(act, &after, 1, err);
	moves = was != is || bf_row_int(before, "sort_key") != bf_row_int(&after, "sort_key");
	if (rc == BF_OK && was && moves)
		rc = change_grams(act, before, "remove_grams", err);
	if (rc == BF_OK && is && moves)
		rc = change_grams(act, &after, "add_grams", err);
	return rc == BF_OK ? change_figures(act, before, &after, err) : rc;
}

static enum bf_rc publish(struct bf_act *act, const struct bf_move *move,
			  const struct bf_value *before, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	int64_t days;
	enum bf_rc rc = bf_post_setting(act, before, "post_deadline_days", &days, err);

	if (rc != BF_OK)
		return rc;
	bf_arg_set_int(&args, "id", move->object);
	bf_arg_set_int(&args, "deadline_days", days);
	if (move->args && !bf_value_is_null(bf_value_get(move->args, "urgency")))
		bf_arg_set_int(&args, "urgency", bf_value_int(bf_value_get(move->args, "urgency")));
	rc = bf_ask_run(&act->ask, "post_publish", &args, NULL, NULL, err);
	return rc == BF_OK ? bf_ask_run(&act->ask, "add_capacity", &args, NULL, NULL, err) : rc;
}

/* Whether money is left that somebody has to decide about. The family is asked first where the
 * time of its post is over, and not where the county ended it. */
static enum bf_rc begin_rest(struct bf_act *act, const struct bf_move *move,
			     const struct bf_value *before, bool ask_family, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act);
	int64_t days = 0;
	enum bf_rc rc =
		ask_family ? bf_post_setting(act, before, "rest_family_days", &days, err) : BF_OK;

	bf_arg_set_int(&args, "id", move->object);
	bf_arg_set_int(&args, "days", days);
	return rc == BF_OK ? bf_ask_run(&act->ask, "rest_begin", &args, NULL, NULL, err) : rc;
}

static enum bf_rc follow(struct bf_act *act, const struct bf_move *move,
			 const struct bf_value *before, struct bf_err *err)
{
	bool opens = strcmp(bf_row_text(before, "state"), "township_verified") == 0 &&
		     strcmp(move->to, "open") == 0;
	bool expires = strcmp(move->to, "expired") == 0;
	bool ends = expires || strcmp(move->to, "cancelled") == 0;
	enum bf_rc rc = opens ? publish(act, move, before, err) : BF_OK;

	if (rc == BF_OK && ends)
		rc = begin_rest(act, move, before, expires, err);

	return rc == BF_OK ? bf_post_relist(act, move->object, before, err) : rc;
}

/* ---- the tables ------------------------------------------------------------------------ */

static const struct bf_state states[] = {
	{ "draft", "draft", false },
	{ "submitted", "review", false },
	{ "village_checked", "review", false },
	{ "township_verified", "review", false },
	{ "returned", "draft", false },
	{ "rejected", "ended", false },
	{ "open", "open", true },
	{ "full", "full", true },
	{ "met", "met", true },
	{ "expired", "ended", true },
	{ "withdrawn", "ended", false },
	{ "suspended", "suspended", false },
	{ "cancelled", "ended", false },
	{ "duplicate", "ended", false },
	{ "closed", "ended", true },
};

#define ABOVE_VILLAGE (BF_BY_TOWNSHIP | BF_BY_COUNTY | BF_BY_CITY)

static const struct bf_rule rules[] = {
	{ "", "draft", BF_BY_AUTHOR, household_is_active, "post.drafted" },
	{ "draft", "submitted", BF_BY_AUTHOR, draft_may_be_submitted, "post.submitted" },
	{ "submitted", "village_checked", BF_BY_VILLAGE, NULL, "post.village_checked" },
	{ "village_checked", "township_verified", BF_BY_TOWNSHIP, NULL, "post.township_verified" },
	{ "township_verified", "open", BF_BY_COUNTY, may_be_opened, "post.opened" },
	{ "submitted", "returned", BF_BY_VILLAGE, NULL, "post.returned" },
	{ "village_checked", "returned", BF_BY_TOWNSHIP, NULL, "post.returned" },
	{ "township_verified", "returned", BF_BY_COUNTY, NULL, "post.returned" },
	{ "returned", "submitted", BF_BY_AUTHOR, may_be_submitted, "post.submitted" },
	{ "submitted", "rejected", BF_BY_VILLAGE, NULL, "post.rejected" },
	{ "village_checked", "rejected", BF_BY_TOWNSHIP, NULL, "post.rejected" },
	{ "township_verified", "rejected", BF_BY_COUNTY, NULL, "post.rejected" },
	{ "returned", "rejected", ABOVE_VILLAGE | BF_BY_VILLAGE, NULL, "post.rejected" },
	{ "rejected", "submitted", ABOVE_VILLAGE, NULL, "post.appeal_won" },
	{ "rejected", "village_checked", ABOVE_VILLAGE, NULL, "post.appeal_won" },
	{ "rejected", "township_verified", ABOVE_VILLAGE, NULL, "post.appeal_won" },
	{ "open", "full", BF_BY_CORE, nothing_is_left, "post.full" },
	{ "full", "open", BF_BY_CORE, something_is_left, "post.reopened" },
	{ "full", "met", BF_BY_AUTHOR, all_is_confirmed, "post.met" },
	{ "open", "expired", BF_BY_JOB | BF_BY_AUTHOR, may_expire, "post.expired" },
	{ "draft", "withdrawn", BF_BY_AUTHOR, nothing_is_taken, "post.withdrawn" },
	{ "submitted", "withdrawn", BF_BY_AUTHOR, nothing_is_taken, "post.withdrawn" },
	{ "village_checked", "withdrawn", BF_BY_AUTHOR, nothing_is_taken, "post.withdrawn" },
	{ "township_verified", "withdrawn", BF_BY_AUTHOR, nothing_is_taken, "post.withdrawn" },
	{ "returned", "withdrawn", BF_BY_AUTHOR, nothing_is_taken, "post.withdrawn" },
	{ "open", "withdrawn", BF_BY_AUTHOR, nothing_is_taken, "post.withdrawn" },
	{ "open", "suspended", BF_BY_COUNTY, NULL, "post.suspended" },
	{ "full", "suspended", BF_BY_COUNTY, NULL, "post.suspended" },
	{ "suspended", "open", BF_BY_COUNTY, may_be_opened_again, "post.lifted" },
	{ "suspended", "full", BF_BY_COUNTY, may_be_full_again, "post.lifted" },
	{ "suspended", "cancelled", BF_BY_COUNTY, may_be_cancelled, "post.cancelled" },
	{ "open", "duplicate", BF_BY_COUNTY, nothing_is_taken, "post.duplicate" },
	{ "full", "duplicate", BF_BY_COUNTY, nothing_is_taken, "post.duplicate" },
	{ "met", "closed", BF_BY_JOB, nothing_runs, "post.closed" },
	{ "expired", "closed", BF_BY_JOB, nothing_runs, "post.closed" },
	{ "cancelled", "closed", BF_BY_JOB, nothing_runs, "post.closed" },
	{ "duplicate", "closed", BF_BY_JOB, nothing_runs, "post.closed" },
};

const struct bf_machine bf_post_machine = {
	.name = "post",
	.version = 1,
	.states = states,
	.state_count = sizeof(states) / sizeof(states[0]),
	.rules = rules,
	.rule_count = sizeof(rules) / sizeof(rules[0]),
	.lock = "post_lock",
	.row = "post_row",
	.set = "post_set",
	.follow = follow,
};
