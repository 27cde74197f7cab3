/*
 * guestbook: a form of every kind of field, posted, refused, kept and redirected. It keeps
 * nothing: what arrived shows in the address of the page that follows.
 */
#include <bangfu.h>

enum { NAME_MIN_CHARS = 2, NAME_MAX_CHARS = 20, GIFT_MIN_FEN = 100, GIFT_MAX_FEN = 1000000 };

static const struct bf_choice colours[] = { { "red", "Red" }, { "green", "Green" } };
static const struct bf_enum enums[] = { { "colour", BF_TABLE(colours) } };

static const struct bf_param note_params[] = {
	{ .name = "name",
	  .type = BF_TEXT,
	  .label = "Your name",
	  .required = true,
	  .min = NAME_MIN_CHARS,
	  .max = NAME_MAX_CHARS },
	{ .name = "gift_fen",
	  .type = BF_FEN,
	  .label = "Gift",
	  .required = true,
	  .min = GIFT_MIN_FEN,
	  .max = GIFT_MAX_FEN },
	{ .name = "day", .type = BF_DATE, .label = "Day" },
	{ .name = "colour", .type = BF_ONE_OF, .label = "Colour", .choices = &enums[0] },
	{ .name = "words", .type = BF_LINES, .label = "Words" },
	{ .name = "code", .type = BF_TEXT, .label = "Code", .pattern = "[A-Z]{2}[0-9]{3}" },
};
static const struct bf_param thanks_params[] = {
	{ .name = "gift_fen", .type = BF_INT, .required = true, .min = 1, .max = GIFT_MAX_FEN },
};

static enum bf_rc front(struct bf_req *req)
{
	return bf_page(req, "front.html");
}

static enum bf_rc take_note(struct bf_req *req)
{
	return bf_redirect(req, "thanks");
}

static enum bf_rc thanks(struct bf_req *req)
{
	return bf_page(req, "thanks.html");
}

static enum bf_rc fail(struct bf_req *req)
{
	return bf_fail(req, BF_CONFLICT, "Somebody was quicker.", "secret words of the log");
}

static const struct bf_route routes[] = {
	{ "front", BF_GET, "/", { 0 }, BF_ANYONE, front },
	{ "note", BF_POST, "/notes", BF_TABLE(note_params), BF_ANYONE, take_note, .form = "front" },
	{ "thanks", BF_GET, "/thanks/{gift_fen}", BF_TABLE(thanks_params), BF_ANYONE, thanks },
	{ "fail", BF_GET, "/fail", { 0 }, BF_ANYONE, fail },
};

BF_PLUGIN(
	.name = "guestbook", .version = "1.0.0", .title = "Guest book",
	.summary = "Leave a word.", .icon = "book-open", .enums = BF_TABLE(enums),
	.routes = BF_TABLE(routes),
);
