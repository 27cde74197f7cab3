/* bare: the page as it grows, and how values look on it. */
#include "bare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	PAGE_BYTES = 256 * 1024,
	PARTS_MAX = 16,
	NAME_BYTES = 16,
	DAY_S = 86400,
	CHINA_S = 8 * 3600,
};

static char page[PAGE_BYTES];
static size_t page_len;

static const char *headers, *icons;
static const char *parts[PARTS_MAX];
static size_t part_count, next_part;

/* ---- the bytes ------------------------------------------------------------------------- */

void read_parts(void)
{
	headers = read_file("headers");
	icons = read_file("icons");
	for (;;) {
		char name[NAME_BYTES];

		snprintf(name, sizeof(name), "%zu.html", part_count);
		if (access(name, F_OK) < 0)
			return;
		if (part_count == PARTS_MAX)
			give_up(name, "is one too many");
		parts[part_count++] = read_file(name);
	}
}

void begin_page(void)
{
	page_len = 0;
	next_part = 0;
	add(headers);
	add_part();
}

void add_part(void)
{
	if (next_part == part_count)
		give_up("the page", "has no such part");
	add(parts[next_part++]);
}

void add(const char *text)
{
	size_t len = strlen(text);

	if (len > PAGE_BYTES - page_len)
		give_up("the page", "has no room");
	memcpy(page + page_len, text, len);
	page_len += len;
}

void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	page_len += (size_t)vsnprintf(page + page_len, PAGE_BYTES - page_len, format, args);
	va_end(args);
	if (page_len >= PAGE_BYTES)
		give_up("the page", "has no room");
}

void send_page(FCGX_Stream *out)
{
	FCGX_PutStr(page, (int)page_len, out);
}

/* ---- values ---------------------------------------------------------------------------- */

const char *grouped(long long n, char out[SHOWN_BYTES])
{
	char digits[SHOWN_BYTES];
	int len = snprintf(digits, sizeof(digits), "%lld", n), at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

const char *money(long long fen, char out[SHOWN_BYTES])
{
	size_t len = strlen(grouped(fen / 100, out));

	if (fen % 100)
		snprintf(out + len, SHOWN_BYTES - len, ".%02lld", fen % 100);
	return out;
}

static time_t seconds_of(const MYSQL_TIME *utc)
{
	struct tm parts_of_time = {
		.tm_year = (int)utc->year - 1900,
		.tm_mon = (int)utc->month - 1,
		.tm_mday = (int)utc->day,
		.tm_hour = (int)utc->hour,
		.tm_min = (int)utc->minute,
		.tm_sec = (int)utc->second,
	};

	return timegm(&parts_of_time);
}

long long days_left(const MYSQL_TIME *until)
{
	time_t seconds = seconds_of(until) - time(NULL);

	return seconds > 0 ? seconds / DAY_S : 0;
}

static struct tm china_day(const MYSQL_TIME *utc)
{
	time_t seconds = seconds_of(utc) + CHINA_S;
	struct tm day;

	gmtime_r(&seconds, &day);
	return day;
}

const char *date(const MYSQL_TIME *utc, char out[SHOWN_BYTES])
{
	struct tm day = china_day(utc);

	snprintf(out, SHOWN_BYTES, "%d年%d月%d日", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
	return out;
}

void add_date(const MYSQL_TIME *utc)
{
	struct tm day = china_day(utc);

	print("<time datetime=\"%04u-%02u-%02uT%02u:%02u:%02uZ\">%d年%d月%d日</time>", utc->year,
	      utc->month, utc->day, utc->hour, utc->minute, utc->second, day.tm_year + 1900,
	      day.tm_mon + 1, day.tm_mday);
}

void add_need(const char *need)
{
	print("<p class=\"bf-card__kind\">\n"
	      "<svg class=\"bf-icon\" aria-hidden=\"true\"><use href=\"%s#need-%s\"/></svg>\n"
	      "<span>%s</span>\n",
	      icons, need, name_of(need));
}

void add_money_progress(const char *phase, long long target_fen, long long taken_fen)
{
	char taken[SHOWN_BYTES], asked[SHOWN_BYTES];

	print("<div class=\"bf-progress bf-progress--%s\">\n\n"
	      "<progress aria-label=\"已筹进度\" max=\"%lld\" value=\"%lld\"></progress>\n"
	      "<p class=\"bf-progress__line\">已筹 <b>%s</b> 元，共需 %s 元</p>\n\n</div>\n",
	      phase, target_fen, taken_fen, money(taken_fen, taken), money(target_fen, asked));
}
