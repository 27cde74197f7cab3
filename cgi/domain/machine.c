#include "domain/machine.h"

enum { TEXT_CHANGED, TEXT_NOT_NOW, TEXT_NOT_YOU };

const char *const bf_machine_texts[] = {
	[TEXT_CHANGED] = "Somebody has changed this meanwhile. Please look at it again before you "
			 "go on.",
	[TEXT_NOT_NOW] = "This cannot be done now: it stands elsewhere on its way.",
	[TEXT_NOT_YOU] = "This step belongs to somebody else.",
	NULL,
};

const struct bf_state *bf_machine_state(const struct bf_machine *machine, const char *name)
{
	for (size_t i = 0; i < machine->state_count; i++)
		if (strcmp(machine->states[i].name, name) == 0)
			return &machine->states[i];
	return NULL;
}

const struct bf_rule *bf_machine_rule(const struct bf_machine *machine, const char *from,
				      const char *to)
{
	for (size_t i = 0; i < machine->rule_count; i++)
		if (strcmp(machine->rules[i].from, from) == 0 &&
		    strcmp(machine->rules[i].to, to) == 0)
			return &machine->rules[i];
	return NULL;
}

enum bf_rc bf_machine_lock(struct bf_act *act, const struct bf_machine *machine, int64_t object,
			   int64_t version, struct bf_value *ret_row, struct bf_err *err)
{
	struct bf_value args = bf_act_args(act), row;
	enum bf_rc rc;

	bf_arg_set_int(&args, "id", object);
	rc = bf_ask_one(&act->ask, machine->lock, &args, &row, err);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, machine->row, &args, &row, err);
	if (rc != BF_OK)
		return rc;
	act->refused = (struct bf_refused_move){ machine->name, object, bf_row_text(&row, "state"),
						 act->refused.to };
	if (version && version != bf_row_int(&row, "version"))
		return bf_act_refuse(act, BF_CONFLICT, bf_machine_texts[TEXT_CHANGED], err,
				     "%s %jd has version %jd, the form had %jd", machine->name,
				     (intmax_t)object, (intmax_t)bf_row_int(&row, "version"),
				     (intmax_t)version);
	*ret_row = row;
	return BF_OK;
}

static enum bf_rc check_rule(struct bf_act *act, const struct bf_machine *machine,
			     const struct bf_move *move, const struct bf_value *before,
			     const struct bf_rule **ret_rule, struct bf_err *err)
{
	const char *from = bf_row_text(before, "state");
	const struct bf_rule *rule = bf_machine_rule(machine, from, move->to);

	if (!rule)
		return bf_act_refuse(act, BF_CONFLICT, bf_machine_texts[TEXT_NOT_NOW], err,
				     "%s %jd cannot go from \"%s\" to \"%s\"", machine->name,
				     (intmax_t)move->object, from, move->to);
	if (!(rule->who & move->as))
		return bf_act_refuse(act, BF_DENIED, bf_machine_texts[TEXT_NOT_YOU], err,
				     "%s %jd from \"%s\" to \"%s\" is not for mover %u",
				     machine->name, (intmax_t)move->object, from, move->to,
				     (unsigned)move->as);
	*ret_rule = rule;
	return rule->guard ? rule->guard(act, move, before, err) : BF_OK;
}

static void bind_all(struct bf_value *args, const struct bf_value *more)
{
	if (!more)
		return;
	for (size_t i = 0; i < more->map->count; i++)
		bf_value_set(args, more->map->members[i].name.p, more->map->members[i].value);
}

static struct bf_value move_args(struct bf_act *act, const struct bf_machine *machine,
				 const struct bf_move *move, const struct bf_value *before,
				 const struct bf_value *next)
{
	const struct bf_state *to = bf_machine_state(machine, move->to);
	struct bf_value args = bf_act_args(act);

	bind_all(&args, move->args);
	bf_arg_set_text(&args, "machine", machine->name);
	bf_arg_set_int(&args, "id", move->object);
	bf_arg_set_int(&args, "rules", machine->version);
	bf_arg_set_text(&args, "from", bf_row_text(before, "state"));
	bf_arg_set_text(&args, "to", move->to);
	bf_arg_set_text(&args, "phase", to->phase);
	bf_arg_set_int(&args, "shown", to->shown);
	bf_arg_set_int(&args, "step", bf_row_int(next, "step"));
	bf_value_set(&args, "now", *bf_value_get(next, "now"));
	bf_value_set(&args, "behalf_of",
		     move->behalf_of ? bf_value_number(move->behalf_of) : (struct bf_value){ 0 });
	bf_arg_set_text(&args, "reason", move->reason);
	bf_arg_set_int(&args, "city", bf_row_int(before, "city"));
	bf_arg_set_int(&args, "township", bf_row_int(before, "township"));
	return args;
}

enum bf_rc bf_machine_move(struct bf_act *act, const struct bf_machine *machine,
			   const struct bf_move *move, struct bf_err *err)
{
	struct bf_value before, next, args = bf_act_args(act);
	const struct bf_rule *rule = NULL;
	enum bf_rc rc;

	if (!bf_machine_state(machine, move->to))
		BF_BUG("machine \"%s\" has no state \"%s\"", machine->name, move->to);
	act->refused.to = move->to;
	rc = bf_machine_lock(act, machine, move->object, move->version, &before, err);
	if (rc == BF_OK)
		rc = check_rule(act, machine, move, &before, &rule, err);
	/* what happens now is later than the move before it, whatever the clock did */
	bf_arg_set_text(&args, "machine", machine->name);
	bf_arg_set_int(&args, "id", move->object);
	if (rc == BF_OK)
		rc = bf_ask_one(&act->ask, "next_move", &args, &next, err);
	if (rc != BF_OK)
		return rc;
	args = move_args(act, machine, move, &before, &next);
	rc = bf_ask_run(&act->ask, machine->set, &args, NULL, NULL, err);
	if (rc == BF_OK && machine->follow)
		rc = machine->follow(act, move, &before, err);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "write_move", &args, NULL, NULL, err);
	bf_arg_set_text(&args, "type", rule->event);
	if (rc == BF_OK)
		rc = bf_ask_run(&act->ask, "write_event", &args, NULL, NULL, err);
	return rc;
}
