#include "domain/contact.h"

#include "base/buf.h"

enum {
	NUMBER_DIGITS = 7, /* the shortest telephone number */
	GAP_MAX = 3,       /* signs between two digits of one number */
	NAME_MIN = 5,      /* the shortest name in a chat program */
	NAME_WINDOW = 24,  /* bytes behind "WeChat" in which its name begins */
	FULL_WIDTH_FIRST = 0xFF01,
	FULL_WIDTH_LAST = 0xFF5E,
	FULL_WIDTH_SHIFT = 0xFEE0,
};

/* ---- folding --------------------------------------------------------------------------- */

static const struct {
	const char *text;
	char sign;
} same_as[] = {
	{ "〇", '0' }, { "零", '0' }, { "一", '1' }, { "二", '2' }, { "三", '3' }, { "四", '4' },
	{ "五", '5' }, { "六", '6' }, { "七", '7' }, { "八", '8' }, { "九", '9' }, { "壹", '1' },
	{ "贰", '2' }, { "叁", '3' }, { "肆", '4' }, { "伍", '5' }, { "陆", '6' }, { "柒", '7' },
	{ "捌", '8' }, { "玖", '9' }, { "幺", '1' }, { "①", '1' },  { "②", '2' },  { "③", '3' },
	{ "④", '4' },  { "⑤", '5' },  { "⑥", '6' },  { "⑦", '7' },  { "⑧", '8' },  { "⑨", '9' },
	{ "。", '.' }, { "、", ',' }, { "·", '.' },  { "　", ' ' }, { "—", '-' },  { "–", '-' },
};

/* Signs that are not seen: zero widths, and what makes a digit a picture of it. */
static bool is_unseen(uint32_t code)
{
	return (code >= 0x200B && code <= 0x200F) || (code >= 0xFE00 && code <= 0xFE0F) ||
	       code == 0x2060 || code == 0x20E3 || code == 0xFEFF;
}

static char sign_of(struct bf_str letter, uint32_t code)
{
	if (code >= FULL_WIDTH_FIRST && code <= FULL_WIDTH_LAST)
		code -= FULL_WIDTH_SHIFT;
	if (code >= 'A' && code <= 'Z')
		return (char)(code - 'A' + 'a');
	if (code < 0x80)
		return (char)code;
	for (size_t i = 0; i < sizeof(same_as) / sizeof(same_as[0]); i++)
		if (bf_str_is(letter, same_as[i].text))
			return same_as[i].sign;
	return '\0';
}

/* Small letters and plain digits, whatever they were written with. */
static void fold(struct bf_str words, struct bf_buf *out)
{
	while (words.len) {
		uint32_t code;
		size_t bytes = bf_utf8_next(words, &code);
		struct bf_str letter = { words.p, bytes };
		char sign;

		if (!bytes)
			return;
		words.p += bytes;
		words.len -= bytes;
		if (is_unseen(code))
			continue;
		sign = sign_of(letter, code);
		if (sign)
			letter = (struct bf_str){ &sign, 1 };
		bf_buf_add_str(out, letter);
	}
}

/* ---- numbers --------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_gap(char c)
{
	return c && strchr(" \n\r\t-._()[],/*+~#:", c) != NULL;
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

/* A number that goes on over short gaps, as the groups of digits between them. */
struct number {
	size_t digits, groups;
	int64_t first[3]; /* of its groups */
	size_t width;     /* digits of the first group */
};

static size_t read_number(struct bf_str text, size_t at, struct number *ret_number)
{
	size_t gap = 1;
	struct number number = { 0 };

	for (; at < text.len && gap <= GAP_MAX; at++) {
		if (is_gap(text.p[at])) {
			gap++;
			continue;
		}
		if (!is_digit(text.p[at]))
			break;
		number.groups += gap > 0;
		gap = 0;
		number.digits++;
		number.width += number.groups == 1;
		if (number.groups <= 3 && number.digits <= 2 * NUMBER_DIGITS)
			number.first[number.groups - 1] =
				10 * number.first[number.groups - 1] + (text.p[at] - '0');
	}
	*ret_number = number;
	return at;
}

static bool is_date(const struct number *number)
{
	return number->groups == 3 && number->width == 4 && number->digits <= 8 &&
	       number->first[0] >= 1900 && number->first[0] < 2100 && number->first[1] >= 1 &&
	       number->first[1] <= 12 && number->first[2] >= 1 && number->first[2] <= 31;
}

static bool has_number(struct bf_str text)
{
	struct number number;
	size_t at = 0;

	while (at < text.len) {
		if (!is_digit(text.p[at])) {
			at++;
			continue;
		}
		at = read_number(text, at, &number);
		if (number.digits >= NUMBER_DIGITS && !is_date(&number))
			return true;
	}
	return false;
}

/* ---- names in chat programs ------------------------------------------------------------ */

/* plain: in Chinese, so that any name behind it is one; the others are parts of words as well */
static const struct {
	const char *text;
	bool plain;
} programs[] = {
	{ "微信", true }, { "威信", true },    { "薇信", true },    { "v信", true },
	{ "扣扣", true }, { "wechat", false }, { "weixin", false }, { "vx", false },
	{ "wx", false },  { "qq", false },
};

static bool starts_at(struct bf_str text, size_t at, const char *what)
{
	return bf_str_starts((struct bf_str){ text.p + at, text.len - at }, bf_str(what));
}

/* Something that looks like a name, begun in the bytes behind a program's. */
static bool has_name(struct bf_str text, size_t at, bool plain)
{
	size_t end = at + NAME_WINDOW < text.len ? at + NAME_WINDOW : text.len;
	size_t from = at;

	while (at < end) {
		size_t since = at, marks = 0;

		while (at < text.len && is_word(text.p[at])) {
			marks += is_digit(text.p[at]) || text.p[at] == '_';
			at++;
		}
		/* "wechat because" is no name, "wechat: because" and "because1" may be */
		if (at - since >= NAME_MIN &&
		    (plain || marks || memchr(text.p + from, ':', since - from)))
			return true;
		at += at == since;
	}
	return false;
}

static bool has_chat(struct bf_str text)
{
	for (size_t at = 0; at < text.len; at++)
		for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
			if (starts_at(text, at, programs[i].text) &&
			    (programs[i].plain || at == 0 || !is_word(text.p[at - 1])) &&
			    has_name(text, at + strlen(programs[i].text), programs[i].plain))
				return true;
	return false;
}

/* ---- addresses ------------------------------------------------------------------------- */

static bool has_mail(struct bf_str text)
{
	for (size_t at = 1; at + 1 < text.len; at++) {
		size_t before = at - 1, behind = at + 1;

		if (text.p[at] != '@')
			continue;
		while (before > 0 && text.p[before] == ' ')
			before--;
		while (behind + 1 < text.len && text.p[behind] == ' ')
			behind++;
		if (is_word(text.p[before]) && is_word(text.p[behind]))
			return true;
	}
	return false;
}

static bool has_web(struct bf_str text)
{
	static const char *const ends[] = { ".com",  ".cn",   ".net", ".org",  ".top", ".xyz",
					    ".info", ".io",   ".me",  ".cc",   ".vip", ".shop",
					    ".site", ".link", ".app", ".club", ".tv",  ".ink" };

	for (size_t at = 0; at < text.len; at++) {
		if (starts_at(text, at, "://") || starts_at(text, at, "www."))
			return true;
		for (size_t i = 0; at && i < sizeof(ends) / sizeof(ends[0]); i++) {
			size_t behind = at + strlen(ends[i]);

			if (starts_at(text, at, ends[i]) && is_word(text.p[at - 1]) &&
			    (behind == text.len || !is_word(text.p[behind])))
				return true;
		}
	}
	return false;
}

enum bf_contact bf_contact_find(struct bf_str words)
{
	enum bf_contact found = BF_CONTACT_NONE;
	struct bf_buf folded;
	struct bf_str text;

	bf_buf_init(&folded);
	fold(words, &folded);
	text = bf_buf_str(&folded);
	if (has_mail(text))
		found = BF_CONTACT_MAIL;
	else if (has_web(text))
		found = BF_CONTACT_WEB;
	else if (has_chat(text))
		found = BF_CONTACT_CHAT;
	else if (has_number(text))
		found = BF_CONTACT_NUMBER;
	bf_buf_release(&folded);
	return found;
}
