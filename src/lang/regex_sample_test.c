/* regex_sample_test - texts for patterns of header matches */
#include "lang/regex_sample.h"

#include "base/arena.h"
#include "base/test.h"

static const struct {
	const char *pattern, *sample; /* NULL: none */
} cases[] = {
	{ "insider", "insider" },
	{ ".*Firefox.*", "Firefox" },
	{ "^(.*?;)?(type=insider)(;.*)?$", "type=insider" },
	{ "^(.*?;)?(canary=always)(;.*)?$", "canary=always" },
	{ "v[0-9]+\\.[a-f]{2}", "v0.aa" },
	{ "(?:beta|alpha)-\\d{3}", "beta-000" },
	{ "(?P<kind>[^;]+);?", "x" },
	{ "", "" },
	{ "a{0}", "" },
	{ "(a|b", NULL },	  /* no pattern */
	{ "^(?i)$x", NULL },	  /* nothing matches */
	{ "[[:alpha:]]z", NULL }, /* a class that is not followed */
};

static void samples_match(void)
{
	struct arena *arena = arena_new("regex_sample_test");

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].pattern); i++) {
		struct str text = STR_NONE;
		bool found = regex_sample(arena, str_from_cstr(cases[i].pattern), &text);
		CHECK(found == (cases[i].sample != NULL));
		if (cases[i].sample)
			CHECK(str_equal(text, str_from_cstr(cases[i].sample)));
	}
	arena_free(arena);
}

TESTS({ "a sample is matched by its pattern", samples_match })
