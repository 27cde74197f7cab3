#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t now_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t bf_clock_monotonic_us(void)
{
	return now_ns(CLOCK_MONOTONIC) / 1000;
}

int64_t bf_clock_wall_ms(void)
{
	return now_ns(CLOCK_REALTIME) / 1000000;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar; years are taken to
 * begin in March, so that the leap day is the last of its year. */
static int64_t days_from_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

struct bf_date bf_clock_date(int64_t wall_ms)
{
	int64_t days = wall_ms / BF_DAY_MS - (wall_ms % BF_DAY_MS < 0);
	int64_t ms = wall_ms - days * BF_DAY_MS;
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t day_of_era = z - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t from_march = (5 * day_of_year + 2) / 153;
	struct bf_date date;

	date.day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
	date.month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
	date.year = (int)(year_of_era + era * 400 + (date.month <= 2));
	date.hour = (int)(ms / 3600000);
	date.minute = (int)(ms / 60000 % 60);
	date.second = (int)(ms / 1000 % 60);
	date.ms = (int)(ms % 1000);
	return date;
}

int64_t bf_clock_from_date(struct bf_date date)
{
	int64_t days = days_from_date(date.year, date.month, date.day);

	return days * BF_DAY_MS +
	       ((date.hour * 60 + date.minute) * INT64_C(60) + date.second) * 1000 + date.ms;
}

char *bf_clock_iso(int64_t wall_ms, char ret[BF_ISO_BYTES])
{
	struct bf_date d = bf_clock_date(wall_ms);

	snprintf(ret, BF_ISO_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.year, d.month, d.day,
		 d.hour, d.minute, d.second, d.ms);
	return ret;
}
