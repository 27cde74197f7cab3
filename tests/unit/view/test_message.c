#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/message.h"

/* Takes the next piece and compares it. */
static void expect(struct bf_str *rest, bool tags, enum bf_piece_kind kind, const char *text)
{
	struct bf_piece piece;

	assert_true(bf_message_next(rest, tags, &piece));
	assert_int_equal(piece.kind, kind);
	assert_int_equal(piece.text.len, strlen(text));
	assert_memory_equal(piece.text.p, text, piece.text.len);
}

static void expect_end(struct bf_str *rest, bool tags)
{
	struct bf_piece piece;

	assert_false(bf_message_next(rest, tags, &piece));
}

static void a_message_falls_into_pieces(void **state)
{
	struct bf_str rest = BF_STR("Hello { name | date },<a1>look</a1><br/>");

	(void)state;
	expect(&rest, true, BF_PIECE_TEXT, "Hello ");
	expect(&rest, true, BF_PIECE_VALUE, "name | date");
	expect(&rest, true, BF_PIECE_TEXT, ",");
	expect(&rest, true, BF_PIECE_OPEN, "a1");
	expect(&rest, true, BF_PIECE_TEXT, "look");
	expect(&rest, true, BF_PIECE_CLOSE, "a1");
	expect(&rest, true, BF_PIECE_EMPTY, "br");
	expect_end(&rest, true);
}

static void a_brace_in_quotes_ends_no_value(void **state)
{
	struct bf_str rest = BF_STR("{'{'}{a == '}'}");

	(void)state;
	expect(&rest, true, BF_PIECE_VALUE, "'{'");
	expect(&rest, true, BF_PIECE_VALUE, "a == '}'");
	expect_end(&rest, true);
}

static void tags_are_text_where_there_are_none(void **state)
{
	struct bf_str rest = BF_STR("a < b {c}");

	(void)state;
	expect(&rest, false, BF_PIECE_TEXT, "a < b ");
	expect(&rest, false, BF_PIECE_VALUE, "c");
	expect_end(&rest, false);
}

static void what_does_not_end_is_broken(void **state)
{
	struct bf_str brace = BF_STR("{a"), angle = BF_STR("<a"), name = BF_STR("<a b>"),
		      none = BF_STR("<>");

	(void)state;
	expect(&brace, true, BF_PIECE_BROKEN, "{a");
	expect_end(&brace, true);
	expect(&angle, true, BF_PIECE_BROKEN, "<a");
	expect(&name, true, BF_PIECE_BROKEN, "a b");
	expect(&none, true, BF_PIECE_BROKEN, "");
}

static void encoding_is_undone_by_decoding(void **state)
{
	const char *const texts[] = { "a < b & c", "&lt; &amp; &", "&amp;lt;", "<b>bold</b>", "" };
	struct bf_buf there, back;

	(void)state;
	bf_buf_init(&there);
	bf_buf_init(&back);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		bf_buf_clear(&there);
		bf_buf_clear(&back);
		bf_message_encode(&there, bf_str(texts[i]));
		assert_null(strchr(there.data, '<'));
		bf_message_decode(&back, bf_buf_str(&there));
		assert_string_equal(back.data, texts[i]);
	}
	bf_buf_clear(&there);
	bf_message_encode(&there, BF_STR("R & D {a < b}"));
	assert_string_equal(there.data, "R & D {a < b}");
	bf_buf_release(&there);
	bf_buf_release(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_falls_into_pieces),
		cmocka_unit_test(a_brace_in_quotes_ends_no_value),
		cmocka_unit_test(tags_are_text_where_there_are_none),
		cmocka_unit_test(what_does_not_end_is_broken),
		cmocka_unit_test(encoding_is_undone_by_decoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
