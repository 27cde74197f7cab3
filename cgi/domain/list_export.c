#include "domain/list_export.h"

enum { TEXT_NONE, TEXT_MANY, TEXT_NOT_YOURS, TEXT_SECOND, TEXT_OVER };

const char *const bf_list_texts[] = {
	[TEXT_NONE] = "There is nothing in this list.",
	[TEXT_MANY] = "This list is too long for one file. Please choose a smaller region or a "
		      "later day.",
	[TEXT_NOT_YOURS] = "Somebody else has to agree, once.",
	[TEXT_SECOND] = "So many rows need the agreement of a second person first.",
	[TEXT_OVER] = "The time of this list is over. Please ask for it anew.",
	NULL,
};

static enum bf_rc refuse(struct bf_act *act, int text, struct bf_err *err)
{
	return bf_act_refuse(act, BF_CONFLICT, bf_list_texts[text], err, "list: %s",
			     bf_list_texts[text]);
}

static enum bf_rc rows_of(struct bf_act *act, const struct bf_list_wish *wish,
			  const struct bf_value **ret_rows, struct bf_err *err)
{
	return bf_ask_rows(&act->ask, bf_pool_printf(act->ask.pool, "export_%s", wish->list),
			   BF_ARGS(bf_arg_int("account", act->actor),
				   bf_arg_int("of_region", wish->region),
				   bf_arg_text("phase", wish->phase),
				   bf_arg_text("need", wish->need),
				   bf_arg_text("since", wish->since),
				   bf_arg_int("most", BF_EXPORT_ROWS_MAX + 1)),
			   ret_rows, err);
}

static enum bf_rc note(struct bf_act *act, const char *type, int64_t id, struct bf_err *err)
{
	return bf_ask_exec(&act->ask, "export_event",
			   BF_ARGS(bf_arg_text("type", type), bf_arg_int("export", id),
				   bf_arg_int("account", act->actor)),
			   err);
}

enum bf_rc bf_list_ask(struct bf_act *act, const struct bf_list_wish *wish, struct bf_err *err)
{
	const struct bf_value *rows, *place;
	size_t count = 0;
	int64_t id;
	enum bf_rc rc = bf_ask_row(&act->ask, "export_region",
				   BF_ARGS(bf_arg_int("account", act->actor),
					   bf_arg_int("of_region", wish->region)),
				   &place, err);

	if (rc == BF_OK)
		rc = rows_of(act, wish, &rows, err);
	if (rc != BF_OK)
		return rc;
	count = bf_value_count(rows);
	if (!count || count > BF_EXPORT_ROWS_MAX)
		return refuse(act, count ? TEXT_MANY : TEXT_NONE, err);
	rc = bf_ask_add(&act->ask, "export_add",
			BF_ARGS(bf_arg_int("account", act->actor), bf_arg_text("list", wish->list),
				bf_arg_int("of_region", wish->region),
				bf_arg_text("phase", wish->phase), bf_arg_text("need", wish->need),
				bf_arg_text("since", wish->since),
				bf_arg_text("purpose", wish->purpose),
				bf_arg_int("row_count", (int64_t)count),
				bf_arg_int("needs_second",
					   (int64_t)count + bf_row_int(place, "rows_today") >
						   bf_row_int(place, "rows_alone")),
				bf_arg_int("hours", bf_row_int(place, "hours"))),
			&id, err);
	return rc == BF_OK ? note(act, "list.asked", id, err) : rc;
}

static enum bf_rc look(struct bf_act *act, int64_t id, const struct bf_value **ret_row,
		       struct bf_err *err)
{
	return bf_ask_row(&act->ask, "export_here",
			  BF_ARGS(bf_arg_int("account", act->actor), bf_arg_int("export", id)),
			  ret_row, err);
}

enum bf_rc bf_list_agree(struct bf_act *act, int64_t id, struct bf_err *err)
{
	const struct bf_value *row;
	int64_t matched = 0;
	enum bf_rc rc = look(act, id, &row, err);

	if (rc == BF_OK && bf_row_int(row, "is_over"))
		return refuse(act, TEXT_OVER, err);
	if (rc == BF_OK)
		rc = bf_ask_change(&act->ask, "export_agree",
				   BF_ARGS(bf_arg_int("account", act->actor),
					   bf_arg_int("export", id)),
				   &matched, err);
	if (rc == BF_OK && !matched)
		return refuse(act, TEXT_NOT_YOURS, err);
	return rc == BF_OK ? note(act, "list.agreed", id, err) : rc;
}

static const char *filter(const struct bf_value *row, const char *name)
{
	return bf_value_is_null(bf_value_get(row, name)) ? NULL : bf_row_text(row, name);
}

/* Rows that came meanwhile count as well. */
static enum bf_rc check(struct bf_act *act, const struct bf_value *row, size_t count,
			struct bf_err *err)
{
	const struct bf_value *place;
	enum bf_rc rc = bf_ask_row(&act->ask, "export_region",
				   BF_ARGS(bf_arg_int("account", act->actor),
					   bf_arg_int("of_region", bf_row_int(row, "region"))),
				   &place, err);

	if (rc != BF_OK)
		return rc;
	if (count > BF_EXPORT_ROWS_MAX)
		return refuse(act, TEXT_MANY, err);
	if (bf_row_int(row, "agreed_by") ||
	    (!bf_row_int(row, "needs_second") && (int64_t)count <= bf_row_int(place, "rows_alone")))
		return BF_OK;
	return refuse(act, TEXT_SECOND, err);
}

enum bf_rc bf_list_take(struct bf_act *act, int64_t id, const char *kind,
			const struct bf_value **ret_row, const struct bf_value **ret_rows,
			struct bf_err *err)
{
	struct bf_list_wish wish;
	int64_t matched = 0;
	enum bf_rc rc = look(act, id, ret_row, err);

	if (rc == BF_OK && !bf_row_int(*ret_row, "is_own"))
		return bf_err_set(err, BF_NOT_FOUND, "list %lld is somebody else's", (long long)id);
	if (rc != BF_OK)
		return rc;
	if (bf_row_int(*ret_row, "is_over"))
		return refuse(act, TEXT_OVER, err);
	wish = (struct bf_list_wish){ .list = bf_row_text(*ret_row, "list"),
				      .region = bf_row_int(*ret_row, "region"),
				      .phase = filter(*ret_row, "phase"),
				      .need = filter(*ret_row, "need_kind"),
				      .since = filter(*ret_row, "since") };
	rc = rows_of(act, &wish, ret_rows, err);
	if (rc == BF_OK)
		rc = check(act, *ret_row, bf_value_count(*ret_rows), err);
	if (rc == BF_OK)
		rc = bf_ask_change(&act->ask, "export_file_add",
				   BF_ARGS(bf_arg_int("account", act->actor),
					   bf_arg_int("export", id), bf_arg_text("kind", kind),
					   bf_arg_int("row_count",
						      (int64_t)bf_value_count(*ret_rows))),
				   &matched, err);
	if (rc == BF_OK && !matched)
		return refuse(act, TEXT_OVER, err);
	return rc == BF_OK ? note(act, "list.taken", id, err) : rc;
}
