/* slowness - how many times slower than the reference machine this one is now; for scripts */
#include <stdio.h>

#include "bench/yardstick.h"

int main(void)
{
	yardstick_ms(); /* the first one warms up */
	printf("%.3f\n", yardstick_ms() / YARDSTICK_REFERENCE_MS);
	return 0;
}
