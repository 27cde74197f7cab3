#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/escape.h"

typedef void escaper(struct bf_buf *out, struct bf_str s);

static void expect_bytes(escaper *escape, struct bf_str given, const char *wanted)
{
	struct bf_buf out;

	bf_buf_init(&out);
	escape(&out, given);
	assert_string_equal(out.data, wanted);
	bf_buf_release(&out);
}

static void expect(escaper *escape, const char *given, const char *wanted)
{
	expect_bytes(escape, bf_str(given), wanted);
}

static void text_loses_no_word_and_no_markup(void **state)
{
	(void)state;
	expect(bf_escape_text, "", "");
	expect(bf_escape_text, "plain", "plain");
	expect(bf_escape_text, "<b>\"a\" & 'b'</b>", "&lt;b&gt;\"a\" &amp; 'b'&lt;/b&gt;");
	expect(bf_escape_text, "两床棉被 <过冬> & 更多更多更多",
	       "两床棉被 &lt;过冬&gt; &amp; 更多更多更多");
	expect(bf_escape_text, "a plain run that is longer than a block & its end",
	       "a plain run that is longer than a block &amp; its end");
}

static void attribute_keeps_its_quotes(void **state)
{
	(void)state;
	expect(bf_escape_attribute, "a\" onclick=\"b", "a&#34; onclick=&#34;b");
	expect(bf_escape_attribute, "0123456789abcdef\"", "0123456789abcdef&#34;");
	expect(bf_escape_attribute, "\"0123456789abcdef", "&#34;0123456789abcdef");
}

static void controls_do_not_come_through(void **state)
{
	(void)state;
	expect(bf_escape_text, "a\tb\nc", "a\tb\nc");
	expect(bf_escape_text,
	       "a\rb\x01\x1f\x7f\x0b"
	       "c",
	       "abc");
	expect_bytes(bf_escape_text, BF_STR("a\0b"), "ab");
	expect(bf_escape_text,
	       "a\xc2\x85"
	       "b\xc2\xa0"
	       "c",
	       "ab\xc2\xa0"
	       "c");
	expect(bf_escape_text, "\xc2", "\xc2");
}

static void every_position_in_a_block_is_seen(void **state)
{
	char given[40], wanted[48];

	(void)state;
	for (size_t at = 0; at < 36; at++) {
		memset(given, 'x', 36);
		given[36] = '\0';
		given[at] = '<';
		memset(wanted, 'x', at);
		memcpy(wanted + at, "&lt;", 4);
		memset(wanted + at + 4, 'x', 35 - at);
		wanted[39] = '\0';
		expect(bf_escape_text, given, wanted);
	}
}

static void query_encodes_all_but_unreserved(void **state)
{
	(void)state;
	expect(bf_escape_query, "aZ09-._~", "aZ09-._~");
	expect(bf_escape_query, "a b&c=d/e?f#g+h%", "a%20b%26c%3Dd%2Fe%3Ff%23g%2Bh%25");
	expect(bf_escape_query, "冬\r\n", "%E5%86%AC%0D%0A");
}

static void path_cannot_leave_its_place(void **state)
{
	(void)state;
	expect(bf_escape_path, "shaoyang/", "shaoyang/");
	expect(bf_escape_path, "a b/c?d", "a%20b/c%3Fd");
	expect(bf_escape_path, "../../etc", "etc");
	expect(bf_escape_path, "a/./b/../c", "a/b/c");
	expect(bf_escape_path, "a//b", "a/b");
	expect(bf_escape_path, "javascript:x", "javascript%3Ax");
}

static void path_makes_no_second_slash(void **state)
{
	struct bf_buf out;

	(void)state;
	bf_buf_init(&out);
	bf_buf_add_text(&out, "/");
	bf_escape_path(&out, BF_STR("/evil.example/x"));
	assert_string_equal(out.data, "/evil.example/x");
	bf_buf_release(&out);
}

static void address_is_ours_or_https(void **state)
{
	(void)state;
	expect(bf_escape_address, "/en/x?a=b&c=%20#d", "/en/x?a=b&amp;c=%20#d");
	expect(bf_escape_address, "?after=1", "?after=1");
	expect(bf_escape_address, "https://example.org/a", "https://example.org/a");
	expect(bf_escape_address, "/", "/");
	expect(bf_escape_address, "/a\"><b>\r\n\\", "/a%22%3E%3Cb%3E%0D%0A%5C");
	expect(bf_escape_address, "//evil.example", "#");
	expect(bf_escape_address, "/\\evil.example", "#");
	expect(bf_escape_address, "javascript:alert(1)", "#");
	expect(bf_escape_address, "http://example.org", "#");
	expect(bf_escape_address, " /x", "#");
	expect(bf_escape_address, "", "#");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_loses_no_word_and_no_markup),
		cmocka_unit_test(attribute_keeps_its_quotes),
		cmocka_unit_test(controls_do_not_come_through),
		cmocka_unit_test(every_position_in_a_block_is_seen),
		cmocka_unit_test(query_encodes_all_but_unreserved),
		cmocka_unit_test(path_cannot_leave_its_place),
		cmocka_unit_test(path_makes_no_second_slash),
		cmocka_unit_test(address_is_ours_or_https),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
