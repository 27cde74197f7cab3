#include "http/client.h"

#include <curl/curl.h>

#include "base/buf.h"

enum { CONNECT_MS = 2000, HEADERS_MAX = 64 };

struct answer {
	struct bf_pool *pool;
	size_t limit_bytes;
	struct bf_buf body;
	struct bf_fields headers;
};

static size_t take_bytes(char *bytes, size_t size, size_t count, void *arg)
{
	struct answer *answer = arg;

	if (answer->body.len + size * count > answer->limit_bytes)
		return 0; /* the library gives up */
	bf_buf_add(&answer->body, bytes, size * count);
	return size * count;
}

/* "Name: value" with its line end; the status line has no colon that counts. */
static size_t take_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct answer *answer = arg;
	struct bf_str line = { bytes, size * count }, name;
	char *lower;

	if (!bf_str_cut(&line, ':', &name) || !line.p || answer->headers.count == HEADERS_MAX)
		return size * count;
	lower = bf_pool_copy(answer->pool, name);
	for (char *c = lower; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	line = bf_str_trim(line);
	answer->headers.items[answer->headers.count++] = (struct bf_field){
		.name = { lower, name.len },
		.value = { bf_pool_copy(answer->pool, line), line.len },
	};
	return size * count;
}

static struct curl_slist *header_list(const struct bf_http_ask *ask)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	if (ask->body.p)
		list = curl_slist_append(list, "Content-Type: application/json");
	for (size_t i = 0; ask->headers && ask->headers[i]; i++)
		list = curl_slist_append(list, ask->headers[i]);
	return list;
}

static void set_options(CURL *curl, const struct bf_http_ask *ask, struct curl_slist *headers,
			struct answer *answer)
{
	curl_easy_setopt(curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ask->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
	if (ask->body.p) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body.p);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len);
	}
}

enum bf_rc bf_http_ask(struct bf_pool *pool, const struct bf_http_ask *ask,
		       struct bf_http_told *ret_told, struct bf_err *err)
{
	struct curl_slist *headers = header_list(ask);
	struct answer answer = { .pool = pool, .limit_bytes = ask->limit_bytes };
	CURL *curl = curl_easy_init();
	enum bf_rc rc = BF_OK;
	CURLcode code;

	if (!curl)
		bf_pool_no_memory();
	answer.headers.items = bf_pool_alloc(pool, HEADERS_MAX * sizeof(struct bf_field));
	bf_buf_init(&answer.body);
	set_options(curl, ask, headers, &answer);
	code = curl_easy_perform(curl);
	if (code == CURLE_OK) {
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &ret_told->status);
		ret_told->headers = answer.headers;
		ret_told->body = (struct bf_str){ bf_pool_copy(pool, bf_buf_str(&answer.body)),
						  answer.body.len };
	} else {
		rc = bf_err_set(err, BF_BUSY, "could not ask \"%s\": %s", ask->url,
				curl_easy_strerror(code));
	}
	bf_buf_release(&answer.body);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	return rc;
}
