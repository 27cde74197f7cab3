/*
 * chart: where the bars of a drawing go. The drawing itself is in a template, with its title, its
 * description and the same figures as a table beside it.
 */
#ifndef BF_VIEW_CHART_H
#define BF_VIEW_CHART_H

#include <stddef.h>
#include <stdint.h>

/* A drawing is so wide, in its own units; a bar takes so much of its height, gaps included. */
enum { BF_CHART_WIDTH = 300, BF_CHART_ROW = 36 };

/* The widths of lying bars: the largest value takes all of it, and one that is not 0 is seen. Values
 * below 0 have none. */
void bf_chart_bars(const int64_t *values, size_t count, int64_t *ret_widths);

#endif
