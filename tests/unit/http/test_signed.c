#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "http/signed.h"

enum { FIELDS = 4, NOW_S = 1763000000 };

static struct bf_pool *pool;
static struct bf_signer signer;
static struct bf_signee signee;

static const char *file_of(const char *name, const char *text)
{
	const char *path = bf_pool_printf(pool, "/tmp/bangfu-signed-%d-%s", (int)getpid(), name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static int set_up(void **state)
{
	struct bf_err err = { 0 };
	struct bf_buf text;
	const char *path;

	(void)state;
	pool = bf_pool_new(NULL);
	path = file_of("key", "0123456789abcdef0123456789abcdef");
	assert_int_equal(bf_signer_read(&signer, pool, path, "money", &err), BF_OK);
	unlink(path);
	bf_buf_init(&text);
	bf_signer_print_public(&signer, &text);
	path = file_of("pub", text.data);
	bf_buf_release(&text);
	assert_int_equal(bf_signee_read(&signee, pool, path, &err), BF_OK);
	unlink(path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

/* The headers of a message as a request brings them. */
static struct bf_signed_head head_of(const char *request, struct bf_str body, const char *nonce,
				     int64_t at_ms)
{
	const char *const *lines = bf_signed_headers(pool, &signer, request, body, nonce, at_ms);
	struct bf_fields fields = { .items =
					    bf_pool_alloc(pool, FIELDS * sizeof(struct bf_field)) };

	for (; lines[fields.count]; fields.count++) {
		const char *line = lines[fields.count], *space = strchr(line, ' ');
		char *name =
			bf_pool_copy(pool, (struct bf_str){ line, (size_t)(space - line) - 1 });

		for (char *c = name; *c; c++)
			*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
		fields.items[fields.count] = (struct bf_field){ bf_str(name), bf_str(space + 1) };
	}
	assert_int_equal(fields.count, FIELDS);
	return bf_signed_head_of(pool, &fields);
}

static void assert_refused(const struct bf_signed_head *head, const char *request,
			   struct bf_str body, const char *why)
{
	struct bf_err err = { 0 };

	assert_int_equal(bf_signed_verify(&signee, 1, head, request, body, NOW_S, &err), BF_DENIED);
	if (!strstr(err.text, why))
		fail_msg("\"%s\", wanted \"%s\"", err.text, why);
}

static void believes_what_was_signed(void **state)
{
	struct bf_signed_head head = head_of("POST /orders", BF_STR("{}"), "0123456789abcdef",
					     (NOW_S - 299) * INT64_C(1000));
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(bf_signed_verify(&signee, 1, &head, "POST /orders", BF_STR("{}"), NOW_S,
					  &err),
			 BF_OK);
	assert_string_equal(head.nonce, "0123456789abcdef");
}

static void any_changed_byte_is_refused(void **state)
{
	static const char body[] = "{\"fen\":100}";
	struct bf_signed_head head =
		head_of(NULL, bf_str(body), "0123456789abcdef", NOW_S * INT64_C(1000));

	(void)state;
	for (size_t i = 0; i < sizeof(body) - 1; i++) {
		char *changed = bf_pool_copy(pool, bf_str(body));

		changed[i] ^= 1;
		assert_refused(&head, NULL, bf_str(changed), "the signature is wrong");
	}
	assert_refused(&head, "POST /refunds", bf_str(body), "the signature is wrong");
}

static void refuses_each_bad_header_and_says_why(void **state)
{
	const struct {
		size_t at; /* in the head */
		const char *value, *why;
	} cases[] = {
		{ offsetof(struct bf_signed_head, timestamp), "1763000301", "300 s off" },
		{ offsetof(struct bf_signed_head, timestamp), "1762999699", "300 s off" },
		{ offsetof(struct bf_signed_head, timestamp), "now", "300 s off" },
		{ offsetof(struct bf_signed_head, timestamp), "1763000001", "signature is wrong" },
		{ offsetof(struct bf_signed_head, timestamp), NULL,
		  "header of the signature is missing" },
		{ offsetof(struct bf_signed_head, nonce), "short", "is malformed" },
		{ offsetof(struct bf_signed_head, nonce), "0123456789abcde/", "is malformed" },
		{ offsetof(struct bf_signed_head, nonce), "0123456789abcdeg",
		  "signature is wrong" },
		{ offsetof(struct bf_signed_head, nonce), NULL,
		  "header of the signature is missing" },
		{ offsetof(struct bf_signed_head, key_id), "other", "there is no key \"other\"" },
		{ offsetof(struct bf_signed_head, key_id), NULL,
		  "header of the signature is missing" },
		{ offsetof(struct bf_signed_head, signature), "", "signature is wrong" },
		{ offsetof(struct bf_signed_head, signature), "AAAA", "signature is wrong" },
		{ offsetof(struct bf_signed_head, signature), NULL,
		  "header of the signature is missing" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bf_signed_head head =
			head_of(NULL, BF_STR("{}"), "0123456789abcdef", NOW_S * INT64_C(1000));

		*(const char **)((char *)&head + cases[i].at) = cases[i].value;
		assert_refused(&head, NULL, BF_STR("{}"), cases[i].why);
	}
}

static void nonces_are_each_another(void **state)
{
	char one[BF_SIGNED_NONCE_BYTES], other[BF_SIGNED_NONCE_BYTES];

	(void)state;
	bf_signed_draw_nonce(one);
	bf_signed_draw_nonce(other);
	assert_int_equal(strlen(one), BF_SIGNED_NONCE_BYTES - 1);
	assert_string_not_equal(one, other);
}

static void refuses_keys_that_are_none(void **state)
{
	struct bf_signer no_signer;
	struct bf_signee no_signee;
	struct bf_err err = { 0 };
	const char *path = file_of("bad", "short\n");

	(void)state;
	assert_int_equal(bf_signer_read(&no_signer, pool, path, "money", &err), BF_FAULT);
	assert_non_null(strstr(err.text, "has 6 bytes, a secret at least 32"));
	assert_int_equal(bf_signee_read(&no_signee, pool, path, &err), BF_FAULT);
	assert_non_null(strstr(err.text, "is no public key. It is one line, \"KEY_ID BASE64\"."));
	unlink(path);
	assert_int_equal(bf_signee_read(&no_signee, pool, path, &err), BF_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believes_what_was_signed),
		cmocka_unit_test(any_changed_byte_is_refused),
		cmocka_unit_test(refuses_each_bad_header_and_says_why),
		cmocka_unit_test(nonces_are_each_another),
		cmocka_unit_test(refuses_keys_that_are_none),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("http/signed", tests, set_up, tear_down);
}
