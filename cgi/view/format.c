#include "view/format.h"

#include "base/clock.h"

enum { GROUP_DIGITS = 3, FEN_A_YUAN = 100 };

static void add_grouped(struct bf_buf *out, uint64_t n)
{
	char digits[28];
	size_t at = sizeof(digits);
	unsigned count = 0;

	do {
		if (count && count % GROUP_DIGITS == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
		count++;
	} while (n);
	bf_buf_add(out, digits + at, sizeof(digits) - at);
}

/* The sign goes out, what is left comes back; safe for the smallest number too. */
static uint64_t add_sign(struct bf_buf *out, int64_t n)
{
	if (n >= 0)
		return (uint64_t)n;
	bf_buf_add_char(out, '-');
	return 0 - (uint64_t)n;
}

static void add_two_digits(struct bf_buf *out, unsigned n)
{
	char digits[2] = { (char)('0' + n / 10 % 10), (char)('0' + n % 10) };

	bf_buf_add(out, digits, sizeof(digits));
}

void bf_format_number(struct bf_buf *out, int64_t n)
{
	add_grouped(out, add_sign(out, n));
}

void bf_format_money(struct bf_buf *out, int64_t fen)
{
	uint64_t rest = add_sign(out, fen);

	add_grouped(out, rest / FEN_A_YUAN);
	if (rest % FEN_A_YUAN) {
		bf_buf_add_char(out, '.');
		add_two_digits(out, (unsigned)(rest % FEN_A_YUAN));
	}
}

void bf_format_percent(struct bf_buf *out, int64_t per_mille)
{
	bf_buf_add_int(out, per_mille / 10);
	bf_buf_add_char(out, '%');
}

static void add_clock(struct bf_buf *out, const struct bf_date *date)
{
	add_two_digits(out, (unsigned)date->hour);
	bf_buf_add_char(out, ':');
	add_two_digits(out, (unsigned)date->minute);
}

static void add_chinese_date(struct bf_buf *out, const struct bf_date *date)
{
	bf_buf_add_int(out, date->year);
	bf_buf_add_str(out, BF_STR("年"));
	bf_buf_add_int(out, date->month);
	bf_buf_add_str(out, BF_STR("月"));
	bf_buf_add_int(out, date->day);
	bf_buf_add_str(out, BF_STR("日"));
}

static void add_english_date(struct bf_buf *out, const struct bf_date *date)
{
	static const char *const months[] = {
		"January", "February", "March",     "April",   "May",      "June",
		"July",    "August",   "September", "October", "November", "December",
	};

	bf_buf_add_int(out, date->day);
	bf_buf_add_char(out, ' ');
	bf_buf_add_text(out, months[date->month - 1]);
	bf_buf_add_char(out, ' ');
	bf_buf_add_int(out, date->year);
}

void bf_format_date(struct bf_buf *out, int64_t ms, enum bf_lang lang, bool with_clock)
{
	struct bf_date date;

	if (__builtin_add_overflow(ms, BF_SHANGHAI_MS, &ms))
		return;
	date = bf_clock_date(ms);
	if (lang == BF_ZH)
		add_chinese_date(out, &date);
	else
		add_english_date(out, &date);
	if (with_clock) {
		bf_buf_add_text(out, lang == BF_ZH ? " " : ", ");
		add_clock(out, &date);
	}
}

void bf_format_json_date(struct bf_buf *out, int64_t ms)
{
	struct bf_date date = bf_clock_date(ms);

	add_two_digits(out, (unsigned)(date.year / 100));
	add_two_digits(out, (unsigned)(date.year % 100));
	bf_buf_add_char(out, '-');
	add_two_digits(out, (unsigned)date.month);
	bf_buf_add_char(out, '-');
	add_two_digits(out, (unsigned)date.day);
	bf_buf_add_char(out, 'T');
	add_clock(out, &date);
	bf_buf_add_char(out, ':');
	add_two_digits(out, (unsigned)date.second);
	bf_buf_add_char(out, 'Z');
}

int64_t bf_format_days_left(int64_t ms, int64_t now_ms)
{
	int64_t left;

	if (__builtin_sub_overflow(ms, now_ms, &left) || left <= 0)
		return 0;
	return left / BF_DAY_MS;
}
