#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/html.h"

static void elements_are_known(void **state)
{
	(void)state;
	assert_true(bf_html_is_void("br"));
	assert_true(bf_html_is_void("input"));
	assert_false(bf_html_is_void("div"));
	assert_true(bf_html_keeps_space("pre"));
	assert_false(bf_html_keeps_space("p"));
	assert_true(bf_html_holds_text_only("title"));
	assert_false(bf_html_holds_text_only("select"));
	assert_true(bf_html_ends_paragraph("ul"));
	assert_false(bf_html_ends_paragraph("span"));
}

static void what_could_run_is_refused(void **state)
{
	(void)state;
	assert_string_equal(bf_html_refusal("style"), "styles belong into templates/assets");
	assert_non_null(bf_html_refusal("foreignObject"));
	assert_non_null(bf_html_refusal("IFRAME"));
	assert_null(bf_html_refusal("svg"));
	assert_null(bf_html_refusal("script"));
}

static void attributes_are_known(void **state)
{
	(void)state;
	assert_true(bf_html_is_boolean("checked"));
	assert_false(bf_html_is_boolean("value"));
	assert_true(bf_html_is_address("formaction"));
	assert_false(bf_html_is_address("hreflang"));
	assert_true(bf_html_may_vary("aria-label"));
	assert_true(bf_html_may_vary("data-count"));
	assert_true(bf_html_may_vary("viewBox"));
	assert_false(bf_html_may_vary("style"));
	assert_false(bf_html_may_vary("srcdoc"));
	assert_false(bf_html_may_vary("onclick"));
	assert_string_equal(bf_html_attribute_refusal("ONLOAD"),
			    "scripts belong into templates/assets");
	assert_string_equal(bf_html_attribute_refusal("style"),
			    "styles belong into templates/assets");
	assert_string_equal(bf_html_attribute_refusal("http-equiv"),
			    "headers are the server's matter");
	assert_non_null(bf_html_attribute_refusal("srcdoc"));
	assert_null(bf_html_attribute_refusal("open"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_are_known),
		cmocka_unit_test(what_could_run_is_refused),
		cmocka_unit_test(attributes_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
