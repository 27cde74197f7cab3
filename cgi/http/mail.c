#include "http/mail.h"

#include <ctype.h>
#include <curl/curl.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/clock.h"

enum {
	CONNECT_MS = 5000,
	LINE_BYTES = 57, /* 76 characters of base64 */
	BASE64_BYTES = sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL),
	SUBJECT_BYTES_MAX = 45, /* of one encoded word */
	DAY_MS = 24 * 60 * 60 * 1000,
	THURSDAY = 4, /* 1970-01-01 */
	DAYS_A_WEEK = 7,
};

/* ---- addresses -------------------------------------------------------------------------- */

bool bf_mail_is_address(const char *address)
{
	const char *at = strchr(address, '@');

	for (const char *c = address; *c; c++)
		if (!isgraph((unsigned char)*c) || strchr("<>\"\\,;:()[]", *c))
			return false;
	return at && at != address && at[1] && !strchr(at + 1, '@');
}

bool bf_mail_is_near(const char *server)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
	CURLU *url = curl_url();
	char *host = NULL;
	bool near = false;

	if (!url)
		bf_pool_no_memory();
	if (curl_url_set(url, CURLUPART_URL, server, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			near = near || strcmp(host, names[i]) == 0;
	curl_free(host);
	curl_url_cleanup(url);
	return near;
}

/* ---- the letter ------------------------------------------------------------------------- */

static void add_base64(struct bf_buf *out, struct bf_str text)
{
	char line[BASE64_BYTES];

	while (text.len) {
		size_t len = text.len < LINE_BYTES ? text.len : LINE_BYTES;

		sodium_bin2base64(line, sizeof(line), (const unsigned char *)text.p, len,
				  sodium_base64_VARIANT_ORIGINAL);
		bf_buf_printf(out, "%s\r\n", line);
		text.p += len;
		text.len -= len;
	}
}

static void add_subject(struct bf_buf *out, struct bf_str subject)
{
	char word[BASE64_BYTES];

	if (subject.len > SUBJECT_BYTES_MAX)
		BF_BUG("a subject of %zu bytes is no one word", subject.len);
	sodium_bin2base64(word, sizeof(word), (const unsigned char *)subject.p, subject.len,
			  sodium_base64_VARIANT_ORIGINAL);
	bf_buf_printf(out, "Subject: =?UTF-8?B?%s?=\r\n", word);
}

/* In English whatever the locale is, and by the clock of Greenwich. */
static void add_date(struct bf_buf *out, int64_t at_ms)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct bf_date date = bf_clock_date(at_ms);

	bf_buf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n",
		      days[(at_ms / DAY_MS + THURSDAY) % DAYS_A_WEEK], (int)date.day,
		      months[date.month - 1], (int)date.year, (int)date.hour, (int)date.minute,
		      (int)date.second);
}

static void write_letter(struct bf_buf *out, const struct bf_mail *mail)
{
	bf_buf_printf(out, "From: <%s>\r\nTo: <%s>\r\n", mail->from, mail->to);
	add_subject(out, bf_str(mail->subject));
	add_date(out, mail->at_ms);
	bf_buf_printf(out,
		      "Message-ID: <%s@%s>\r\nAuto-Submitted: auto-generated\r\n"
		      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		      "Content-Transfer-Encoding: base64\r\n\r\n",
		      mail->id, strchr(mail->from, '@') + 1);
	add_base64(out, mail->text);
}

/* ---- sending ---------------------------------------------------------------------------- */

static size_t give_bytes(char *room, size_t size, size_t count, void *arg)
{
	struct bf_str *rest = arg;
	size_t len = rest->len < size * count ? rest->len : size * count;

	memcpy(room, rest->p, len);
	rest->p += len;
	rest->len -= len;
	return len;
}

static void set_options(CURL *curl, const struct bf_mail *mail, const char *from,
			struct curl_slist *to, struct bf_str *rest)
{
	curl_easy_setopt(curl, CURLOPT_URL, mail->server);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)mail->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_USE_SSL,
			 (long)(bf_mail_is_near(mail->server) ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_bytes);
	curl_easy_setopt(curl, CURLOPT_READDATA, rest);
}

enum bf_rc bf_mail_send(struct bf_pool *pool, const struct bf_mail *mail, struct bf_err *err)
{
	struct curl_slist *to;
	struct bf_buf letter;
	struct bf_str rest;
	CURLcode code;
	CURL *curl;

	/* whose address it is stays out of the log */
	if (!bf_mail_is_address(mail->from) || !bf_mail_is_address(mail->to))
		return bf_err_set(err, BF_INVALID, "letter %s has an address that is none",
				  mail->id);
	curl = curl_easy_init();
	to = curl_slist_append(NULL, bf_pool_printf(pool, "<%s>", mail->to));
	if (!curl || !to)
		bf_pool_no_memory();
	bf_buf_init(&letter);
	write_letter(&letter, mail);
	rest = bf_buf_str(&letter);
	set_options(curl, mail, bf_pool_printf(pool, "<%s>", mail->from), to, &rest);
	code = curl_easy_perform(curl);
	bf_buf_release(&letter);
	curl_slist_free_all(to);
	curl_easy_cleanup(curl);
	return code == CURLE_OK ? BF_OK
				: bf_err_set(err, BF_BUSY, "could not hand a letter to \"%s\": %s",
					     mail->server, curl_easy_strerror(code));
}
