/*
 * fuzz_cookie: the Cookie header. What is taken, written again, is read as the same; no name is
 * there twice; and a value that passes for an idempotency key or a form's token is of its
 * alphabet.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/cookie.h"
#include "http/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_as_key(struct bf_str value)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const struct bf_token_key key = { 1, "no input knows this" };

	if (bf_form_key_valid(value))
		for (size_t i = 0; i < value.len; i++)
			must(value.p[i] && strchr(alphabet, value.p[i]));
	/* nobody guesses 256 bits */
	must(!bf_token_check(&key, BF_STR("sid"), value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bf_str header = { (const char *)data, size };
	struct bf_fields cookies, again;
	struct bf_pool *pool;
	struct bf_buf text;

	if (size > 8192)
		return 0;
	pool = bf_pool_new(NULL);
	bf_buf_init(&text);
	bf_cookies_read(pool, header, &cookies);
	must(cookies.count <= BF_COOKIES_MAX);
	for (size_t i = 0; i < cookies.count; i++) {
		for (size_t j = 0; j < i; j++)
			must(!bf_str_eq(cookies.items[i].name, cookies.items[j].name));
		check_as_key(cookies.items[i].value);
		if (i)
			bf_buf_add_text(&text, "; ");
		bf_buf_add_str(&text, cookies.items[i].name);
		bf_buf_add_char(&text, '=');
		bf_buf_add_str(&text, cookies.items[i].value);
	}
	bf_cookies_read(pool, bf_buf_str(&text), &again);
	must(again.count == cookies.count);
	for (size_t i = 0; i < cookies.count; i++) {
		must(bf_str_eq(cookies.items[i].name, again.items[i].name));
		must(bf_str_eq(cookies.items[i].value, again.items[i].value));
	}
	bf_buf_release(&text);
	bf_pool_free(pool);
	return 0;
}
