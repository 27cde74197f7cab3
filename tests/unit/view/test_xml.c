#include "view_test.h"

#include "view/xml.h"

static void expect_fault(void **state, const char *text, const char *fault)
{
	struct site *site = *state;
	struct bf_faults faults;

	bf_faults_init(&faults, site->pool);
	assert_null(bf_xml_read(site->pool, "a.html", bf_str(text), &faults));
	assert_non_null(faults.first);
	assert_string_equal(faults.first->text, fault);
}

static void a_page_is_read(void **state)
{
	struct site *site = *state;
	xmlDoc *doc = bf_xml_read(site->pool, "a.html",
				  BF_STR("<!DOCTYPE html>\n<html " XMLNS
					 ">\n<p bf:text=\"a &amp; &#160;\" "
					 "title=\"t\"/><!-- c --> <b/></html>\n"),
				  &site->faults);
	const xmlNode *p;

	site_expect_no_fault(site);
	assert_non_null(doc);
	p = xmlDocGetRootElement(doc)->children->next;
	assert_int_equal(xmlGetLineNo(p), 3);
	assert_string_equal(bf_xml_value(site->pool, bf_xml_word(p, "text")), "a & \xc2\xa0");
	assert_null(bf_xml_attribute(p, "text"));
	assert_non_null(bf_xml_attribute(p, "title"));
	assert_string_equal((const char *)bf_xml_next_element(p)->name, "b");
	assert_true(bf_xml_is_empty(p));
	assert_false(bf_xml_is_empty(xmlDocGetRootElement(doc)));
}

static void declarations_are_refused(void **state)
{
	const char *declaration =
		"a.html:1: the only declaration is <!DOCTYPE html>, as the first line";

	expect_fault(state, "<!DOCTYPE html SYSTEM \"file:///etc/passwd\"><html/>", declaration);
	expect_fault(state, "<!DOCTYPE html PUBLIC \"a\" \"b\"><html/>", declaration);
	expect_fault(state, "<!DOCTYPE html [<!ENTITY a \"b\">]><html>&a;</html>", declaration);
	expect_fault(state, "<!doctype html><html/>", declaration);
	expect_fault(state, "<!DOCTYPE html>\n<html/>\n<!DOCTYPE html>",
		     "a.html:3: the only declaration is <!DOCTYPE html>, as the first line");
	expect_fault(state, "<?xml version=\"1.0\"?><html/>",
		     "a.html:1: a <? instruction cannot stand in a page");
}

static void a_named_entity_gets_a_hint(void **state)
{
	expect_fault(
		state, "<!DOCTYPE html>\n<p>\na&nbsp;b</p>",
		"a.html:3: Entity 'nbsp' not defined. Write the character itself or its number, "
		"such as &#160; for &nbsp;.");
}

static void what_is_not_well_formed_is_a_fault(void **state)
{
	expect_fault(state, "<p>\n<b>\n</p>",
		     "a.html:3: Opening and ending tag mismatch: b line 2 and p");
	expect_fault(
		state, "<p bf:text=\"a\"/>",
		"a.html:1: Namespace prefix bf for text on p is not defined. Give the first element "
		"xmlns:bf=\"urn:bangfu:template\".");
	expect_fault(state, "<p>\xff</p>", "a.html: the file is not UTF-8");
	expect_fault(state, "", "a.html:1: Document is empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_is_read),
		TEST(declarations_are_refused),
		TEST(a_named_entity_gets_a_hint),
		TEST(what_is_not_well_formed_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
