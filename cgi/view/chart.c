#include "view/chart.h"

void bf_chart_bars(const int64_t *values, size_t count, int64_t *ret_widths)
{
	int64_t largest = 0;

	for (size_t i = 0; i < count; i++)
		if (values[i] > largest)
			largest = values[i];
	for (size_t i = 0; i < count; i++) {
		ret_widths[i] = 0;
		if (values[i] <= 0)
			continue;
		/* by the quotient, so that no product overflows */
		ret_widths[i] = largest <= INT64_MAX / BF_CHART_WIDTH
					? values[i] * BF_CHART_WIDTH / largest
					: values[i] / (largest / BF_CHART_WIDTH);
		if (ret_widths[i] > BF_CHART_WIDTH)
			ret_widths[i] = BF_CHART_WIDTH;
		if (!ret_widths[i])
			ret_widths[i] = 1;
	}
}
