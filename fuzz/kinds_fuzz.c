/* kinds_fuzz - objects of every kind with one node of another kind, through all that reads them */
#include "fuzz/fuzz.h"
#include "verbs/kinds_fixture.h"

enum { CASES_PER_INPUT = 4 };

/* All kinds and their cases, made once for the whole run. */
static const struct kinds *all_kinds(void)
{
	static struct kinds k;

	if (!k.arena)
		kinds_init(&k, arena_new("kinds_fuzz"));
	return &k;
}

/* The input is a number: of a subject, and of the first of some cases in a row. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	const struct kinds *k = all_kinds();
	uint64_t number = hash64(HASH64_START, (struct str){ (const char *)bytes, size_bytes });
	uint32_t subject = (uint32_t)(number % k->subjects.count);

	for (uint64_t i = 0; i < CASES_PER_INPUT; i++)
		kinds_run(k, subject,
			  (number / k->subjects.count + i) % kinds_case_count(k, subject));
	return 0;
}
