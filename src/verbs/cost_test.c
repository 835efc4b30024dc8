/* cost_test - twice the input takes about twice the work, whatever it is that there is more of */
#include "verbs/cost_fixture.h"

#include "base/test.h"

static void twice_the_input_takes_twice_the_work(void)
{
	for (size_t i = 0; TEST_ROW(cost_rows, i, cost_rows[i].name); i++) {
		struct cost_growth growth = cost_growth_of(&cost_rows[i], COST_COUNT);
		printf("# %s: %llu, %llu steps: %.2f%s%s\n", cost_rows[i].name,
		       (unsigned long long)growth.small, (unsigned long long)growth.large,
		       (double)growth.large / (double)growth.small, growth.status < 0 ? " " : "",
		       growth.status < 0 ? growth.err.text : "");
		CHECK_INT(growth.status, 0);
		CHECK(cost_is_linear(&growth));
	}
}

TESTS({ "twice the input takes twice the work", twice_the_input_takes_twice_the_work })
