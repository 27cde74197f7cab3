#include "domain/payee.h"

#include <sodium.h>

#include "domain/trail.h"

enum {
	NUMBER_MIN = 12,
	NUMBER_MAX = 19,
	SHOWN_DIGITS = 4,
};

#define SEALED_HOLDER BF_STR("payee holder")
#define SEALED_NUMBER BF_STR("payee number")
#define DEMO_NUMBERS BF_STR("9999")
static const char other_name_digit = '7'; /* of the demo's bank */

enum {
	TEXT_NUMBER,
	TEXT_DEMO_ONLY,
	TEXT_NO_DEMO,
	TEXT_OWN_CARD,
	TEXT_SAME,
	TEXT_DECIDED,
	TEXT_ENTERED_BY_YOU,
};

const char *const bf_payee_texts[] = {
	[TEXT_NUMBER] = "This cannot be a card number: a digit is wrong or missing. Please compare "
			"it with the card.",
	[TEXT_DEMO_ONLY] = "This is a demonstration: please use a number that begins with 9999, "
			   "never a real card.",
	[TEXT_NO_DEMO] = "Numbers that begin with 9999 belong to no bank.",
	[TEXT_OWN_CARD] = "This is a card of your own. Help goes to an account of the family.",
	[TEXT_SAME] = "This is the account that the family has already.",
	[TEXT_DECIDED] = "Somebody has decided about this account meanwhile.",
	[TEXT_ENTERED_BY_YOU] = "You entered this account: another person has to verify it.",
	NULL,
};

static enum bf_rc refuse(struct bf_act *act, enum bf_rc rc, int text, struct bf_err *err,
			 int64_t household)
{
	return bf_act_refuse(act, rc, bf_payee_texts[text], err, "payee of household %lld: %s",
			     (long long)household, bf_payee_texts[text]);
}

/* ---- numbers ----------------------------------------------------------------------------- */

/* The digits without spaces and hyphens; an empty text where there is anything else. */
static struct bf_str digits_of(struct bf_pool *pool, const char *typed)
{
	char *digits = bf_pool_zalloc(pool, NUMBER_MAX + 1);
	size_t len = 0;

	for (; *typed; typed++) {
		if (*typed == ' ' || *typed == '-')
			continue;
		if (*typed < '0' || *typed > '9' || len == NUMBER_MAX)
			return (struct bf_str){ digits, 0 };
		digits[len++] = *typed;
	}
	return (struct bf_str){ digits, len };
}

/* The check digit of cards: every second digit from the right counts double. */
static bool is_sound(struct bf_str digits)
{
	int sum = 0;

	if (digits.len < NUMBER_MIN)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		int digit = digits.p[digits.len - 1 - i] - '0';

		if (i % 2)
			digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
		sum += digit;
	}
	return sum % 10 == 0;
}

/* ---- rows -------------------------------------------------------------------------------- */

struct payee {
	int64_t id, household, entered_by;
	const char *state, *last_digits;
};

static enum bf_rc lock(struct bf_act *act, int64_t id, struct payee *ret_payee, struct bf_err *err)
{
	const struct bf_arg *args = BF_ARGS(bf_arg_int("payee", id));
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(&act->ask, "payee_look", args, &row, err);

	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "household_lock",
				BF_ARGS(bf_arg_int("of_household",
						   bf_row_int(row, "household_id"))),
				&row, err);
	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "payee_lock", args, &row, err);
	if (rc == BF_OK)
		*ret_payee = (struct payee){ .id = id,
					     .household = bf_row_int(row, "household_id"),
					     .entered_by = bf_row_int(row, "entered_by"),
					     .state = bf_row_text(row, "state"),
					     .last_digits = bf_row_text(row, "last_digits") };
	return rc;
}

static enum bf_rc note(struct bf_act *act, int64_t payee, const char *from, const char *to,
		       const char *reason, struct bf_err *err)
{
	const char *event = bf_pool_printf(act->ask.pool, "payee.%s", to);
	enum bf_rc rc = bf_trail_move(&act->ask,
				      &(struct bf_trail_step){ .machine = "payee",
							       .object = payee,
							       .from = from,
							       .to = to,
							       .actor = act->actor,
							       .reason = reason },
				      err);

	return rc == BF_OK
		       ? bf_ask_exec(&act->ask, "payee_event",
				     BF_ARGS(bf_arg_text("type", event), bf_arg_int("payee", payee),
					     bf_arg_id("actor", act->actor)),
				     err)
		       : rc;
}

static enum bf_rc move(struct bf_act *act, int64_t payee, const char *from, const char *to,
		       const char *reason, struct bf_err *err)
{
	int64_t matched = 0;
	enum bf_rc rc = bf_ask_change(&act->ask, "payee_move",
				      BF_ARGS(bf_arg_int("payee", payee), bf_arg_text("from", from),
					      bf_arg_text("to", to), bf_arg_id("actor", act->actor),
					      bf_arg_text("reason", reason)),
				      &matched, err);

	if (rc == BF_OK && !matched)
		return bf_err_set(err, BF_CONFLICT, "payee %lld is not %s", (long long)payee, from);
	return rc == BF_OK ? note(act, payee, from, to, reason, err) : rc;
}

/* ---- entering ---------------------------------------------------------------------------- */

static enum bf_rc check_number(struct bf_act *act, const struct bf_payee_entry *entry,
			       struct bf_str digits, struct bf_err *err)
{
	bool demo = bf_str_starts(digits, DEMO_NUMBERS);

	if (!is_sound(digits))
		return refuse(act, BF_INVALID, TEXT_NUMBER, err, entry->household);
	if (demo != entry->demo)
		return refuse(act, BF_INVALID, entry->demo ? TEXT_DEMO_ONLY : TEXT_NO_DEMO, err,
			      entry->household);
	return BF_OK;
}

/* A version that nobody decided about makes way for the next one. */
static enum bf_rc supersede(struct bf_act *act, const struct bf_value *known, struct bf_err *err)
{
	int64_t waiting = bf_row_int(known, "waiting_id");

	return waiting ? move(act, waiting, bf_row_text(known, "waiting_state"), "superseded", NULL,
			      err)
		       : BF_OK;
}

static enum bf_rc add(struct bf_act *act, const struct bf_secrets *secrets,
		      const struct bf_payee_entry *entry, struct bf_str digits, const char *hash,
		      const char *relation, int64_t *ret_payee, struct bf_err *err)
{
	struct bf_pool *pool = act->ask.pool;

	return bf_ask_add(
		&act->ask, "payee_add",
		BF_ARGS(bf_arg_int("of_household", entry->household),
			bf_arg_text("holder_sealed", bf_secret_seal(secrets, pool, SEALED_HOLDER,
								    bf_str(entry->holder))),
			bf_arg_text("number_sealed",
				    bf_secret_seal(secrets, pool, SEALED_NUMBER, digits)),
			bf_arg_text("number_hash", hash),
			bf_arg_text("last_digits", digits.p + digits.len - SHOWN_DIGITS),
			bf_arg_text("relation", relation), bf_arg_int("actor", act->actor)),
		ret_payee, err);
}

enum bf_rc bf_payee_enter(struct bf_act *act, const struct bf_secrets *secrets,
			  const struct bf_payee_entry *entry, int64_t *ret_payee,
			  struct bf_err *err)
{
	struct bf_str digits = digits_of(act->ask.pool, entry->number);
	const char *relation =
		act->household && act->household == entry->household ? "family" : "village_manager";
	const struct bf_arg *of = BF_ARGS(bf_arg_int("of_household", entry->household));
	char hash[BF_SECRET_HEX_BYTES];
	const struct bf_value *row;
	enum bf_rc rc = bf_ask_row(&act->ask, "payee_household",
				   BF_ARGS(bf_arg_int("of_household", entry->household),
					   bf_arg_id("household", act->household),
					   bf_arg_int("account", act->actor)),
				   &row, err);

	if (rc == BF_OK)
		rc = check_number(act, entry, digits, err);
	if (rc == BF_OK)
		rc = bf_ask_row(&act->ask, "household_lock", of, &row, err);
	if (rc != BF_OK)
		return rc;
	bf_secret_hash(secrets, BF_PURPOSE_PAYEE, BF_STR(""), digits, hash);
	rc = bf_ask_row(&act->ask, "payee_known",
			BF_ARGS(bf_arg_int("of_household", entry->household),
				bf_arg_id("own_household", act->household),
				bf_arg_text("number_hash", hash)),
			&row, err);
	if (rc != BF_OK)
		return rc;
	if (strcmp(relation, "family") != 0 && bf_row_int(row, "is_own"))
		return refuse(act, BF_DENIED, TEXT_OWN_CARD, err, entry->household);
	if (bf_row_int(row, "is_same"))
		return refuse(act, BF_CONFLICT, TEXT_SAME, err, entry->household);
	rc = supersede(act, row, err);
	if (rc == BF_OK)
		rc = add(act, secrets, entry, digits, hash, relation, ret_payee, err);
	return rc == BF_OK ? note(act, *ret_payee, "", "entered", NULL, err) : rc;
}

/* ---- deciding ---------------------------------------------------------------------------- */

enum bf_rc bf_payee_bank_checked(struct bf_act *act, int64_t id, bool matches, struct bf_err *err)
{
	struct payee payee;
	enum bf_rc rc = lock(act, id, &payee, err);

	if (rc == BF_OK && strcmp(payee.state, "entered") != 0)
		rc = refuse(act, BF_CONFLICT, TEXT_DECIDED, err, payee.household);
	if (rc != BF_OK)
		return rc;
	return matches ? move(act, id, "entered", "bank_checked", NULL, err)
		       : move(act, id, "entered", "refused", NULL, err);
}

/* The version that was verified until now makes way. */
static enum bf_rc verify(struct bf_act *act, const struct payee *payee, struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(&act->ask, "payee_known",
			   BF_ARGS(bf_arg_int("of_household", payee->household),
				   bf_arg_id("own_household", 0), bf_arg_text("number_hash", "")),
			   &row, err);

	if (rc == BF_OK && bf_row_int(row, "verified_id"))
		rc = move(act, bf_row_int(row, "verified_id"), "verified", "superseded", NULL, err);
	return rc == BF_OK ? move(act, payee->id, "bank_checked", "verified", NULL, err) : rc;
}

enum bf_rc bf_payee_decide(struct bf_act *act, int64_t id, const char *reason, struct bf_err *err)
{
	const struct bf_value *row;
	struct payee payee = { 0 };
	enum bf_rc rc =
		bf_ask_row(&act->ask, "payee_here",
			   BF_ARGS(bf_arg_int("payee", id), bf_arg_int("account", act->actor)),
			   &row, err);

	if (rc == BF_OK)
		rc = lock(act, id, &payee, err);
	if (rc != BF_OK)
		return rc;
	if (payee.entered_by == act->actor)
		return refuse(act, BF_DENIED, TEXT_ENTERED_BY_YOU, err, payee.household);
	if (strcmp(payee.state, "bank_checked") != 0)
		return refuse(act, BF_CONFLICT, TEXT_DECIDED, err, payee.household);
	return reason ? move(act, id, "bank_checked", "refused", reason, err)
		      : verify(act, &payee, err);
}

/* ---- the demo's bank --------------------------------------------------------------------- */

static enum bf_rc answer(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct bf_act act = { .ask = *ask };
	const struct bf_value *row;
	bool *found = arg;
	const char *digits;
	enum bf_rc rc = bf_ask_row(ask, "payee_due", BF_NO_ARGS, &row, err);

	*found = rc == BF_OK;
	if (rc != BF_OK)
		return rc == BF_NOT_FOUND ? BF_OK : rc;
	digits = bf_row_text(row, "last_digits");
	return bf_payee_bank_checked(&act, bf_row_int(row, "id"),
				     digits[strlen(digits) - 1] != other_name_digit, err);
}

enum bf_rc bf_payee_simulate(struct bf_ask *ask, bool *ret_worked, struct bf_err *err)
{
	bool found = false;
	enum bf_rc rc = bf_ask_transaction(ask, answer, &found, NULL, err);

	*ret_worked = found && rc == BF_OK;
	return rc;
}
