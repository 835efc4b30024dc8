/* glob_test - what matches, as Go's path.Match has it, and the extensions */
#include "base/glob.h"

#include "base/test.h"

static const struct {
	struct str pattern, name;
	unsigned flags;
	bool matches;
} cases[] = {
	{ STR_INIT("abc"), STR_INIT("abc"), 0, true },
	{ STR_INIT("*"), STR_INIT("abc"), 0, true },
	{ STR_INIT("*c"), STR_INIT("abc"), 0, true },
	{ STR_INIT("a*"), STR_INIT("a"), 0, true },
	{ STR_INIT("a*"), STR_INIT("ab/c"), 0, false },
	{ STR_INIT("a*/b"), STR_INIT("abc/b"), 0, true },
	{ STR_INIT("a*/b"), STR_INIT("a/c/b"), 0, false },
	{ STR_INIT("a*b*c*d*e*/f"), STR_INIT("axbxcxdxe/f"), 0, true },
	{ STR_INIT("a*b?c*x"), STR_INIT("abxbbxdbxebxczzx"), 0, true },
	{ STR_INIT("a*b?c*x"), STR_INIT("abxbbxdbxebxczzy"), 0, false },
	{ STR_INIT("ab[c]"), STR_INIT("abc"), 0, true },
	{ STR_INIT("ab[b-d]"), STR_INIT("abc"), 0, true },
	{ STR_INIT("ab[^c]"), STR_INIT("abc"), 0, false },
	{ STR_INIT("ab[!c]"), STR_INIT("abd"), 0, true },
	{ STR_INIT("a[]]c"), STR_INIT("a]c"), 0, true },
	{ STR_INIT("a\\*b"), STR_INIT("a*b"), 0, true },
	{ STR_INIT("a\\*b"), STR_INIT("axb"), 0, false },
	{ STR_INIT("a?b"),
	  STR_INIT("a\xe2\x98\xba"
		   "b"),
	  0, true },
	{ STR_INIT("a[^a]b"),
	  STR_INIT("a\xe2\x98\xba"
		   "b"),
	  0, true },
	{ STR_INIT("[a-\xce\xb6]*"), STR_INIT("\xce\xb1"), 0, true },
	{ STR_INIT("a?b"), STR_INIT("a/b"), 0, false },
	{ STR_INIT("a?b"), STR_INIT("a/b"), GLOB_CROSS_SLASH, true },
	{ STR_INIT("*.yaml"), STR_INIT("x/y.yaml"), GLOB_CROSS_SLASH, true },
	{ STR_INIT("[x"), STR_INIT("x"), 0, false },
	{ STR_INIT("a\\"), STR_INIT("a"), 0, false },
	{ STR_INIT("**/x"), STR_INIT("x"), GLOB_DOUBLE_STAR, true },
	{ STR_INIT("**/x"), STR_INIT("a/b/x"), GLOB_DOUBLE_STAR, true },
	{ STR_INIT("a/**/x"), STR_INIT("a/x"), GLOB_DOUBLE_STAR, true },
	{ STR_INIT("a/**/x*/*.y"), STR_INIT("a/b/c/xx/z.y"), GLOB_DOUBLE_STAR, true },
	{ STR_INIT("a/**/b/**/c"), STR_INIT("a/x/b/y/b/z/c"), GLOB_DOUBLE_STAR, true },
	{ STR_INIT("**/x"), STR_INIT("ax"), GLOB_DOUBLE_STAR, false },
	{ STR_INIT("a/**"), STR_INIT("a/b/c"), GLOB_DOUBLE_STAR, true },
	{ STR_INIT("a/**/x"), STR_INIT("b/x"), GLOB_DOUBLE_STAR, false },
	{ STR_INIT("**/x"), STR_INIT("a/b"), 0, false },
	{ STR_INIT("{a,b}.c"), STR_INIT("b.c"), GLOB_BRACES, true },
	{ STR_INIT("{a,b}.c"), STR_INIT("c.c"), GLOB_BRACES, false },
	{ STR_INIT("x{a,b{c,d}}y"), STR_INIT("xbdy"), GLOB_BRACES, true },
	{ STR_INIT("x{,a}y"), STR_INIT("xy"), GLOB_BRACES, true },
	{ STR_INIT("{a"), STR_INIT("a"), GLOB_BRACES, false },
	{ STR_INIT("{a}"), STR_INIT("{a}"), 0, true },
	{ STR_INIT(""), STR_INIT(""), 0, true },
	{ STR_INIT(""), STR_INIT("a"), 0, false },
};

static void matches(void)
{
	for (size_t i = 0; TEST_ROW(cases, i, cases[i].pattern); i++)
		if (glob_match(cases[i].pattern, cases[i].name, cases[i].flags) !=
		    cases[i].matches) {
			CHECK_STR(cases[i].name, cases[i].pattern);
			CHECK_INT(!cases[i].matches, cases[i].matches);
		}
}

static void is_bounded(void)
{
	static char name[4000], pattern[4000];

	for (size_t i = 0; i < sizeof(name); i++) {
		name[i] = i % 2 ? '/' : 'a';
		pattern[i] = "**/"[i % 3];
	}
	name[sizeof(name) - 1] = 'x';
	CHECK(!glob_match((struct str){ pattern, 3999 }, (struct str){ name, sizeof(name) },
			  GLOB_DOUBLE_STAR));
}

static void recognises(void)
{
	CHECK(glob_is_pattern(STR("a*")));
	CHECK(!glob_is_pattern(STR("a/b.yaml")));
}

TESTS({ "patterns match what they should", matches }, { "hostile patterns end", is_bounded },
      { "a name is no pattern", recognises })
