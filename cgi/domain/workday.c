#include "domain/workday.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"

enum { DATE_CHARS = 10, NAME_BYTES = 32 };

/* ---- counting --------------------------------------------------------------------------- */

static bool is_workday(int64_t day, const struct bf_value *exceptions)
{
	enum { DAYS_A_WEEK = 7, THURSDAY = 4, SATURDAY = 6, SUNDAY = 0 };
	/* 1 January 1970 was a Thursday */
	int64_t weekday = (day + THURSDAY) % DAYS_A_WEEK;

	for (size_t i = 0; i < bf_value_count(exceptions); i++) {
		const struct bf_value *row = bf_value_at(exceptions, i);

		if (bf_row_int(row, "day") == day)
			return bf_row_int(row, "is_workday") != 0;
	}
	return weekday != SATURDAY && weekday != SUNDAY;
}

int64_t bf_workday_add(int64_t from_ms, int64_t working_days, const struct bf_value *exceptions)
{
	int64_t due_ms = from_ms;

	while (working_days > 0) {
		due_ms += BF_DAY_MS;
		if (is_workday((due_ms + BF_SHANGHAI_MS) / BF_DAY_MS, exceptions))
			working_days--;
	}
	return due_ms;
}

enum bf_rc bf_workday_due(const struct bf_ask *ask, int64_t from_ms, int64_t working_days,
			  int64_t *ret_due_ms, struct bf_err *err)
{
	struct bf_value args = bf_value_map(ask->pool), rows;
	enum bf_rc rc;

	bf_value_set(&args, "from_at", bf_value_time(from_ms));
	bf_arg_set_int(&args, "working_days", working_days);
	rc = bf_ask_select(ask, "workday_exceptions", &args, &rows, err);
	if (rc == BF_OK)
		*ret_due_ms = bf_workday_add(from_ms, working_days, &rows);
	return rc;
}

/* ---- the calendar ----------------------------------------------------------------------- */

static const char columns[] = "day,is_workday,name";

static bool parse_line(struct bf_pool *pool, struct bf_str text, struct bf_value *ret_row)
{
	struct bf_str day, is, name;
	int64_t flag;

	if (!bf_str_cut(&text, ',', &day) || day.len != DATE_CHARS ||
	    !bf_str_cut(&text, ',', &is) || !bf_str_int(is, &flag) || (flag != 0 && flag != 1) ||
	    !bf_str_cut(&text, ',', &name) || !name.len || name.len > NAME_BYTES || text.p)
		return false;
	*ret_row = bf_value_map(pool);
	bf_value_set(ret_row, "day", bf_value_string(day));
	bf_value_set(ret_row, "is_workday", bf_value_number(flag));
	bf_value_set(ret_row, "name", bf_value_string(name));
	return true;
}

enum bf_rc bf_workday_parse(struct bf_pool *pool, const char *name, struct bf_str text,
			    struct bf_value *ret_days, struct bf_err *err)
{
	struct bf_value days = bf_value_list(pool), row;
	struct bf_str line;
	bool named = false;

	for (int number = 1; bf_str_cut(&text, '\n', &line); number++) {
		if (!line.len || line.p[0] == '#')
			continue;
		if (!named ? !bf_str_is(line, columns) : !parse_line(pool, line, &row))
			return bf_err_set(err, BF_FAULT, "%s:%d: \"%.*s\" is not \"%s\"", name,
					  number, BF_STR_ARG(line), columns);
		if (named)
			bf_value_push(pool, &days, row);
		named = true;
	}
	*ret_days = days;
	return BF_OK;
}

static enum bf_rc write_days(struct bf_ask *ask, void *arg, struct bf_err *err)
{
	struct bf_value args = bf_value_map(ask->pool);
	const char *path = arg;
	struct bf_buf json;
	struct bf_value days;
	struct bf_str file;
	const char *text;
	enum bf_rc rc = bf_file_read(ask->pool, path, &file, err);

	if (rc == BF_OK)
		rc = bf_workday_parse(ask->pool, path, file, &days, err);
	if (rc != BF_OK)
		return rc;
	bf_buf_init(&json);
	bf_value_print_json(&days, &json);
	text = bf_pool_copy(ask->pool, bf_buf_str(&json));
	bf_buf_release(&json);
	bf_arg_set_text(&args, "days", text);
	return bf_ask_run_each(ask,
			       (const char *const[]){ "forget_workdays", "note_workdays", NULL },
			       &args, err);
}

enum bf_rc bf_workday_load(struct bf_db *db, struct bf_pool *pool, const char *sql_folder,
			   struct bf_err *err)
{
	struct bf_queries *queries = bf_queries_new(pool);
	struct bf_ask ask = { db, queries, pool };
	struct bf_faults faults;

	bf_faults_init(&faults, pool);
	bf_queries_load(queries, "core", bf_pool_printf(pool, "%s/calendar", sql_folder), &faults);
	bf_queries_prove(queries, db, &faults);
	if (faults.first)
		return bf_err_set(err, BF_FAULT, "%s", faults.first->text);
	return bf_ask_transaction(&ask, write_days,
				  bf_pool_printf(pool, "%s/holidays.csv", sql_folder), NULL, err);
}
