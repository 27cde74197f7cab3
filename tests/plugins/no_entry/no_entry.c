/* no_entry: exports no descriptor at all. */
#include <bangfu.h>

__attribute__((visibility("default"))) int bf_other_entry(void);

int bf_other_entry(void)
{
	return 0;
}
