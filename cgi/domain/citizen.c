#include "domain/citizen.h"

enum {
	BODY_CHARS = BF_CITIZEN_CHARS - 1,
	PROVINCE_CHARS = 2,
	REGION_CHARS = 6,
	DATE_CHARS = 8,
	SHOWN_FIRST = 3,
	SHOWN_LAST = 2,
	OLDEST_YEAR = 1850,
};

const char *const bf_citizen_texts[] = {
	"An ID number has 18 characters.",
	"An ID number has 17 digits, and a digit or an X at its end.",
	"The first two digits of this ID number are those of no province.",
	"This ID number is one of the demo. Here only real ones are taken.",
	"This is the demo: please use only ID numbers that begin with 99.",
	"Digits 7 to 14 of this ID number are not a date of birth.",
	"The last character of this ID number does not fit the others. Please compare it with the "
	"card.",
	NULL,
};

const char *bf_citizen_fault_text(enum bf_citizen_fault fault)
{
	return fault == BF_CITIZEN_OK ? NULL : bf_citizen_texts[fault - 1];
}

/* GB/T 2260, and 83, which is given to residents from Taiwan. */
static const unsigned char provinces[] = {
	11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43,
	44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
};

static bool is_province(int64_t code)
{
	for (size_t i = 0; i < sizeof(provinces); i++)
		if (provinces[i] == code)
			return true;
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits that were looked at before. */
static int64_t number_at(const char *digits, size_t count)
{
	int64_t n = 0;

	for (size_t i = 0; i < count; i++)
		n = n * 10 + (digits[i] - '0');
	return n;
}

static bool is_date(int64_t date)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t year = date / 10000, month = date / 100 % 100, day = date % 100;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < OLDEST_YEAR || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && leap);
}

char bf_citizen_check(const char *digits)
{
	static const char characters[] = "0123456789X";
	int rest = 0;

	for (size_t i = 0; i < BODY_CHARS; i++)
		rest = (rest + (digits[i] - '0')) * 2 % 11;
	return characters[(12 - rest) % 11];
}

/* The characters as they are written everywhere. */
static enum bf_citizen_fault read_characters(struct bf_str text, char ret_number[BF_CITIZEN_BYTES])
{
	if (text.len != BF_CITIZEN_CHARS)
		return BF_CITIZEN_LENGTH;
	memcpy(ret_number, text.p, BF_CITIZEN_CHARS);
	ret_number[BF_CITIZEN_CHARS] = '\0';
	if (ret_number[BODY_CHARS] == 'x')
		ret_number[BODY_CHARS] = 'X';
	for (size_t i = 0; i < BODY_CHARS; i++)
		if (!is_digit(ret_number[i]))
			return BF_CITIZEN_CHARACTER;
	return is_digit(ret_number[BODY_CHARS]) || ret_number[BODY_CHARS] == 'X'
		       ? BF_CITIZEN_OK
		       : BF_CITIZEN_CHARACTER;
}

static enum bf_citizen_fault check_province(const char *number, bool demo)
{
	int64_t province = number_at(number, PROVINCE_CHARS);

	if (province == BF_CITIZEN_DEMO_PROVINCE)
		return demo ? BF_CITIZEN_OK : BF_CITIZEN_DEMO;
	if (!is_province(province))
		return BF_CITIZEN_PROVINCE;
	return demo ? BF_CITIZEN_REAL : BF_CITIZEN_OK;
}

enum bf_citizen_fault bf_citizen_read(struct bf_str text, bool demo, int64_t today,
				      struct bf_citizen *ret_citizen)
{
	struct bf_citizen citizen;
	enum bf_citizen_fault fault = read_characters(bf_str_trim(text), citizen.number);

	if (fault == BF_CITIZEN_OK)
		fault = check_province(citizen.number, demo);
	if (fault != BF_CITIZEN_OK)
		return fault;
	citizen.region = number_at(citizen.number, REGION_CHARS);
	citizen.born = number_at(citizen.number + REGION_CHARS, DATE_CHARS);
	if (!is_date(citizen.born) || citizen.born > today)
		return BF_CITIZEN_DATE;
	if (bf_citizen_check(citizen.number) != citizen.number[BODY_CHARS])
		return BF_CITIZEN_CHECK;
	*ret_citizen = citizen;
	return BF_CITIZEN_OK;
}

bool bf_citizen_region_known(const struct bf_citizen *citizen, const struct bf_regions *regions)
{
	return bf_regions_find(regions, citizen->region) != NULL;
}

void bf_citizen_mask(const struct bf_citizen *citizen, char ret_masked[BF_CITIZEN_BYTES])
{
	memcpy(ret_masked, citizen->number, BF_CITIZEN_BYTES);
	memset(ret_masked + SHOWN_FIRST, '*', BF_CITIZEN_CHARS - SHOWN_FIRST - SHOWN_LAST);
}
