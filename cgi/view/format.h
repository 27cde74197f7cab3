/*
 * format: numbers, money and times as people read them. All take what is safe in text and
 * attributes alike: none of what they print needs escaping.
 */
#ifndef BF_VIEW_FORMAT_H
#define BF_VIEW_FORMAT_H

#include "base/buf.h"
#include "view/view.h"

void bf_format_number(struct bf_buf *out, int64_t n);          /* 12,345 */
void bf_format_money(struct bf_buf *out, int64_t fen);         /* 1,234.50 and 1,234 */
void bf_format_percent(struct bf_buf *out, int64_t per_mille); /* 685 is 68%, never rounded up */
/* In Shanghai: 2026年11月24日, 24 November 2026; with_clock adds hours and minutes. */
void bf_format_date(struct bf_buf *out, int64_t ms, enum bf_lang lang, bool with_clock);
void bf_format_json_date(struct bf_buf *out, int64_t ms); /* 2026-11-24T02:40:47Z */

/* Whole days from now until a time; 0 when it has passed. */
int64_t bf_format_days_left(int64_t ms, int64_t now_ms);

#endif
