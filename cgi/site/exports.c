/* exports: read downwards: parameters, columns, pages, the file. */
#include "site/exports.h"

#include "base/clock.h"
#include "domain/list_export.h"
#include "domain/post.h"
#include "plugin/req.h"
#include "view/format.h"
#include "view/sheet.h"

enum { PURPOSE_CHARS_MIN = 4, PURPOSE_CHARS_MAX = 200 };

/* ---- parameters ------------------------------------------------------------------------ */

static const struct bf_choice file_kinds[] = { { "csv", "CSV" }, { "xlsx", "XLSX" } };
static const struct bf_enum file_kind = { "file_kind", BF_TABLE(file_kinds) };

#define EXPORT                                                    \
	{                                                         \
		.name = "export", .type = BF_ID, .required = true \
	}

const struct bf_param bf_exports_list_params[1] = { { .name = "after", .type = BF_CURSOR } };
const struct bf_param bf_exports_ask_params[6] = {
	{ .name = "list",
	  .type = BF_ONE_OF,
	  .label = "List",
	  .required = true,
	  .choices = &bf_export_list },
	{ .name = "of_region", .type = BF_ID, .label = "Region", .required = true },
	{ .name = "phase", .type = BF_ONE_OF, .label = "State", .choices = &bf_phase },
	{ .name = "need", .type = BF_ONE_OF, .label = "Need", .choices = &bf_need_kind },
	{ .name = "since", .type = BF_DATE, .label = "From which day" },
	{ .name = "purpose",
	  .type = BF_TEXT,
	  .label = "What it is for",
	  .required = true,
	  .min = PURPOSE_CHARS_MIN,
	  .max = PURPOSE_CHARS_MAX },
};
const struct bf_param bf_exports_one_params[1] = { EXPORT };
const struct bf_param bf_exports_file_params[2] = {
	EXPORT,
	{ .name = "kind", .type = BF_ONE_OF, .required = true, .choices = &file_kind },
};

/* ---- columns --------------------------------------------------------------------------- */

enum cell { CELL_TEXT, CELL_NUMBER, CELL_MONEY, CELL_TIME };

struct column {
	const char *name; /* of the query */
	int head;         /* of bf_exports_texts */
	enum cell cell;
	const struct bf_enum *labels; /* of CELL_TEXT: what codes are called, or NULL */
};

enum {
	HEAD_NUMBER,
	HEAD_POST,
	HEAD_TITLE,
	HEAD_NEED,
	HEAD_FORM,
	HEAD_STATE,
	HEAD_FAMILY,
	HEAD_PEOPLE,
	HEAD_COUNTY,
	HEAD_TOWNSHIP,
	HEAD_VILLAGE,
	HEAD_ASKED,
	HEAD_PIECES,
	HEAD_GIVEN,
	HEAD_SENT,
	HEAD_CONFIRMED,
	HEAD_GIFTS,
	HEAD_OPENED,
	HEAD_REGISTERED,
	HEAD_CONNECTED,
	HEAD_SUM,
	HEAD_PREPARER,
	HEAD_APPROVER,
	HEAD_REQUESTED,
	HEAD_SENT_AT,
	HEAD_CONFIRMED_AT,
	WORD_TAKEN_BY,
	WORD_PURPOSE,
};

const char *const bf_exports_texts[] = {
	[HEAD_NUMBER] = "Number",
	[HEAD_POST] = "Number of the post",
	[HEAD_TITLE] = "Title",
	[HEAD_NEED] = "Need",
	[HEAD_FORM] = "Money or goods",
	[HEAD_STATE] = "State",
	[HEAD_FAMILY] = "Family",
	[HEAD_PEOPLE] = "People in it",
	[HEAD_COUNTY] = "County",
	[HEAD_TOWNSHIP] = "Township",
	[HEAD_VILLAGE] = "Village",
	[HEAD_ASKED] = "Asked for, yuan",
	[HEAD_PIECES] = "Asked for, pieces",
	[HEAD_GIVEN] = "Given, yuan",
	[HEAD_SENT] = "Paid out, yuan",
	[HEAD_CONFIRMED] = "Confirmed by the family, yuan",
	[HEAD_GIFTS] = "Gifts",
	[HEAD_OPENED] = "Published",
	[HEAD_REGISTERED] = "Registered",
	[HEAD_CONNECTED] = "First help",
	[HEAD_SUM] = "Sum, yuan",
	[HEAD_PREPARER] = "Prepared by",
	[HEAD_APPROVER] = "Approved by",
	[HEAD_REQUESTED] = "Asked for on",
	[HEAD_SENT_AT] = "Sent on",
	[HEAD_CONFIRMED_AT] = "Confirmed by the bank on",
	[WORD_TAKEN_BY] = "Taken by",
	[WORD_PURPOSE] = "What it is for",
	NULL,
};

static const struct column post_columns[] = {
	{ "ref", HEAD_NUMBER, CELL_TEXT, NULL },
	{ "title", HEAD_TITLE, CELL_TEXT, NULL },
	{ "need_kind", HEAD_NEED, CELL_TEXT, &bf_need_kind },
	{ "form", HEAD_FORM, CELL_TEXT, &bf_post_form },
	{ "phase", HEAD_STATE, CELL_TEXT, &bf_phase },
	{ "family_name", HEAD_FAMILY, CELL_TEXT, NULL },
	{ "county_name", HEAD_COUNTY, CELL_TEXT, NULL },
	{ "township_name", HEAD_TOWNSHIP, CELL_TEXT, NULL },
	{ "village_name", HEAD_VILLAGE, CELL_TEXT, NULL },
	{ "target_fen", HEAD_ASKED, CELL_MONEY, NULL },
	{ "quantity", HEAD_PIECES, CELL_NUMBER, NULL },
	{ "taken_fen", HEAD_GIVEN, CELL_MONEY, NULL },
	{ "sent_fen", HEAD_SENT, CELL_MONEY, NULL },
	{ "confirmed_fen", HEAD_CONFIRMED, CELL_MONEY, NULL },
	{ "gift_count", HEAD_GIFTS, CELL_NUMBER, NULL },
	{ "opened_at", HEAD_OPENED, CELL_TIME, NULL },
	{ 0 },
};
static const struct column household_columns[] = {
	{ "id", HEAD_NUMBER, CELL_NUMBER, NULL },
	{ "family_name", HEAD_FAMILY, CELL_TEXT, NULL },
	{ "people", HEAD_PEOPLE, CELL_NUMBER, NULL },
	{ "county_name", HEAD_COUNTY, CELL_TEXT, NULL },
	{ "township_name", HEAD_TOWNSHIP, CELL_TEXT, NULL },
	{ "village_name", HEAD_VILLAGE, CELL_TEXT, NULL },
	{ "registered_at", HEAD_REGISTERED, CELL_TIME, NULL },
	{ "connected_at", HEAD_CONNECTED, CELL_TIME, NULL },
	{ 0 },
};
static const struct column payout_columns[] = {
	{ "id", HEAD_NUMBER, CELL_NUMBER, NULL },
	{ "ref", HEAD_POST, CELL_TEXT, NULL },
	{ "state", HEAD_STATE, CELL_TEXT, &bf_payout_state },
	{ "fen", HEAD_SUM, CELL_MONEY, NULL },
	{ "family_name", HEAD_FAMILY, CELL_TEXT, NULL },
	{ "county_name", HEAD_COUNTY, CELL_TEXT, NULL },
	{ "village_name", HEAD_VILLAGE, CELL_TEXT, NULL },
	{ "preparer", HEAD_PREPARER, CELL_TEXT, NULL },
	{ "approver", HEAD_APPROVER, CELL_TEXT, NULL },
	{ "requested_at", HEAD_REQUESTED, CELL_TIME, NULL },
	{ "sent_at", HEAD_SENT_AT, CELL_TIME, NULL },
	{ "confirmed_at", HEAD_CONFIRMED_AT, CELL_TIME, NULL },
	{ 0 },
};

static const struct {
	const char *list;
	const struct column *columns;
} lists[] = {
	{ "posts", post_columns },
	{ "households", household_columns },
	{ "payouts", payout_columns },
};

/* ---- pages ----------------------------------------------------------------------------- */

enum bf_rc bf_exports_list(struct bf_req *req)
{
	enum bf_rc rc = bf_query(req, "export_regions", "regions");

	if (rc == BF_OK)
		rc = bf_query(req, "exports_seen", "exports");
	bf_set_int(req, "may_take", (req->person->roles & BF_EXPORT) != 0);
	return rc == BF_OK ? bf_page(req, "console_exports.html") : rc;
}

static const char *given(const struct bf_req *req, const char *param)
{
	return bf_has(req, param) && *bf_text(req, param) ? bf_text(req, param) : NULL;
}

static enum bf_rc ask_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_list_ask(act, arg, err);
}

/* Filters that a list does not have are not put down as if they had counted. */
enum bf_rc bf_exports_ask(struct bf_req *req)
{
	bool of_posts = strcmp(bf_text(req, "list"), "posts") == 0;
	struct bf_list_wish wish = { .list = bf_text(req, "list"),
				     .region = bf_int(req, "of_region"),
				     .phase = of_posts ? given(req, "phase") : NULL,
				     .need = of_posts ? given(req, "need") : NULL,
				     .since = given(req, "since"),
				     .purpose = bf_text(req, "purpose") };
	enum bf_rc rc = bf_req_act(req, ask_act, &wish);

	return rc == BF_OK ? bf_redirect(req, "console_exports") : rc;
}

static enum bf_rc agree_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	return bf_list_agree(act, bf_int(arg, "export"), err);
}

enum bf_rc bf_exports_agree(struct bf_req *req)
{
	enum bf_rc rc = bf_req_act(req, agree_act, req);

	return rc == BF_OK ? bf_redirect(req, "console_exports") : rc;
}

/* ---- the file -------------------------------------------------------------------------- */

static const char *word(const struct bf_req *req, const char *english)
{
	return bf_req_text(req, english);
}

static const char *time_text(const struct bf_req *req, int64_t ms)
{
	struct bf_buf text;
	const char *copy;

	bf_buf_init(&text);
	bf_format_date(&text, ms, req->lang, true);
	copy = bf_pool_copy(req->pool, bf_buf_str(&text));
	bf_buf_release(&text);
	return copy;
}

static const char *label_of(const struct bf_req *req, const struct bf_enum *labels,
			    const char *code)
{
	const struct bf_choice *choices = labels ? labels->choices.rows : NULL;

	for (size_t i = 0; labels && i < labels->choices.count; i++)
		if (strcmp(choices[i].code, code) == 0)
			return word(req, choices[i].label);
	return code;
}

static void add_cell(const struct bf_req *req, struct bf_sheet *sheet, const struct column *column,
		     const struct bf_value *value)
{
	if (bf_value_is_null(value))
		bf_sheet_text(sheet, "");
	else if (column->cell == CELL_NUMBER)
		bf_sheet_number(sheet, bf_value_int(value));
	else if (column->cell == CELL_MONEY)
		bf_sheet_money(sheet, bf_value_int(value));
	else if (column->cell == CELL_TIME)
		bf_sheet_text(sheet, time_text(req, bf_value_int(value)));
	else
		bf_sheet_text(sheet, label_of(req, column->labels, bf_value_text(value)));
}

/* Who took it, when, what for: the first line of every file. */
static void add_mark(const struct bf_req *req, struct bf_sheet *sheet, const struct bf_value *row)
{
	bf_sheet_text(sheet, word(req, bf_exports_texts[WORD_TAKEN_BY]));
	bf_sheet_text(sheet, bf_row_text(row, "name"));
	bf_sheet_text(sheet, time_text(req, bf_clock_wall_ms()));
	bf_sheet_text(sheet, word(req, bf_exports_texts[WORD_PURPOSE]));
	bf_sheet_text(sheet, bf_row_text(row, "purpose"));
	bf_sheet_number(sheet, bf_row_int(row, "id"));
	bf_sheet_end_row(sheet);
}

static void add_rows(const struct bf_req *req, struct bf_sheet *sheet, const struct column *columns,
		     const struct bf_value *rows)
{
	for (const struct column *column = columns; column->name; column++)
		bf_sheet_text(sheet, word(req, bf_exports_texts[column->head]));
	bf_sheet_end_row(sheet);
	for (size_t i = 0; i < bf_value_count(rows); i++) {
		for (const struct column *column = columns; column->name; column++)
			add_cell(req, sheet, column,
				 bf_value_get(bf_value_at(rows, i), column->name));
		bf_sheet_end_row(sheet);
	}
}

static enum bf_rc send(struct bf_req *req, const struct bf_value *row, const struct bf_value *rows)
{
	bool is_csv = strcmp(bf_text(req, "kind"), "csv") == 0;
	const struct column *columns = NULL;
	struct bf_sheet sheet;
	enum bf_rc rc;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (bf_row_is(row, "list", lists[i].list))
			columns = lists[i].columns;
	if (!columns)
		return bf_err_set(&req->http->err, BF_FAULT, "there is no list \"%s\"",
				  bf_row_text(row, "list"));
	bf_sheet_begin(&sheet, is_csv ? BF_SHEET_CSV : BF_SHEET_XLSX, &req->http->out);
	add_mark(req, &sheet, row);
	add_rows(req, &sheet, columns, rows);
	rc = bf_sheet_end(&sheet, &req->http->err);
	if (rc != BF_OK)
		return rc;
	bf_request_header(req->http, "Content-Type",
			  is_csv ? "text/csv; charset=utf-8"
				 : "application/vnd.openxmlformats-officedocument.spreadsheetml."
				   "sheet");
	bf_request_header(req->http, "Content-Disposition",
			  bf_pool_printf(req->pool, "attachment; filename=%s-%jd.%s",
					 bf_row_text(row, "list"), (intmax_t)bf_row_int(row, "id"),
					 bf_text(req, "kind")));
	req->no_store = true;
	req->http->status = 200;
	return BF_OK;
}

struct taking {
	const struct bf_req *req;
	const struct bf_value *row, *rows;
};

static enum bf_rc take_act(struct bf_act *act, void *arg, struct bf_err *err)
{
	struct taking *taking = arg;

	return bf_list_take(act, bf_int(taking->req, "export"), bf_text(taking->req, "kind"),
			    &taking->row, &taking->rows, err);
}

/* Each file is put down, also where the same form is sent twice: it is no act that is done once. */
enum bf_rc bf_exports_file(struct bf_req *req)
{
	struct taking taking = { .req = req };
	struct bf_act act = { .ask = { req->worker->db, req->app->queries, req->pool },
			      .actor = req->person->account };
	enum bf_rc rc = bf_act_run(&act, take_act, &taking, &req->http->err);

	if (rc == BF_OK)
		return send(req, taking.row, taking.rows);
	return act.public_text ? bf_fail(req, rc, act.public_text, "a file of list %jd was refused",
					 (intmax_t)bf_int(req, "export"))
			       : rc;
}
