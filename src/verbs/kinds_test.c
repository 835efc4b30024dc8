/* kinds_test - a seeded share of all objects that have one node of another kind */
#include "verbs/kinds_fixture.h"

#include "base/test.h"
#include "world/random.h"

enum { CASES = 1500, SEED = 1 };

/* make fuzz runs them without end; a failure names the case. */
static void no_node_of_another_kind_ends_the_program(void)
{
	struct arena *arena = arena_new("kinds_test");
	struct random r = random_stream(SEED, STR("kinds"), STR("case"));
	struct kinds k;

	printf("# seed %d\n", SEED);
	kinds_init(&k, arena);
	for (int i = 0; i < CASES; i++) {
		uint32_t subject = (uint32_t)random_below(&r, k.subjects.count);
		uint64_t number = random_below(&r, kinds_case_count(&k, subject));
		printf("# %.*s %llu\n", STR_FMT(k.subjects.items[subject].name),
		       (unsigned long long)number);
		fflush(stdout);
		kinds_run(&k, subject, number);
	}
	CHECK(k.subjects.count > 100);
	arena_free(arena);
}

TESTS({ "no node of another kind ends the program", no_node_of_another_kind_ends_the_program })
