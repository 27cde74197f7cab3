/* clock: the two clocks, and days. Wall times are milliseconds since 1970 in UTC. */
#ifndef BF_BASE_CLOCK_H
#define BF_BASE_CLOCK_H

#include <stdint.h>

enum { BF_ISO_BYTES = 32, BF_DAY_MS = 86400000, BF_SHANGHAI_MS = 8 * 3600000 };

/* Microseconds that only rise: for deadlines and durations inside one process. */
int64_t bf_clock_monotonic_us(void);
/* The wall clock of this host: for logs. Business deadlines use the database's clock. */
int64_t bf_clock_wall_ms(void);

struct bf_date {
	int year, month, day; /* 1-based */
	int hour, minute, second;
	int ms;
};

/* The civil date of a wall time, in UTC: add BF_SHANGHAI_MS for what people read. */
struct bf_date bf_clock_date(int64_t wall_ms);
/* The wall time of a civil date in UTC. */
int64_t bf_clock_from_date(struct bf_date date);
/* "2026-11-24T02:40:47.000Z" into ret; returns ret. */
char *bf_clock_iso(int64_t wall_ms, char ret[BF_ISO_BYTES]);

#endif
