/* glob_test - what matches, as Go's path.Match has it, and the extensions */
#include "base/glob.h"

#include <string.h>

#include "base/test.h"

#define TEN "{,,,,,,,,,z}"

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
	/* A hundred million choices end at the limit of steps. */
	{ STR_INIT(TEN TEN TEN TEN TEN TEN TEN TEN), STR_INIT("zzzzzzzz"), GLOB_BRACES, false },
	{ STR_INIT("{a"), STR_INIT("a"), GLOB_BRACES, false },
	{ STR_INIT("{a}"), STR_INIT("{a}"), 0, true },
	{ STR_INIT(""), STR_INIT(""), 0, true },
	{ STR_INIT(""), STR_INIT("a"), 0, false },
	{ STR_INIT("a"), STR_INIT(""), 0, false },
	{ STR_INIT("?"), STR_INIT(""), 0, false },
	{ STR_INIT("[ab]"), STR_INIT("a"), 0, true },
	{ STR_INIT("[ab]"), STR_INIT("b"), 0, true },
	{ STR_INIT("[ab]"), STR_INIT("c"), 0, false },
	{ STR_INIT("[b-d]"), STR_INIT("a"), 0, false },
	{ STR_INIT("[b-d]"), STR_INIT("b"), 0, true },
	{ STR_INIT("[b-d]"), STR_INIT("d"), 0, true },
	{ STR_INIT("[b-d]"), STR_INIT("e"), 0, false },
	{ STR_INIT("[b-]"), STR_INIT("-"), 0, true },
	{ STR_INIT("[b-]"), STR_INIT("c"), 0, false },
	{ STR_INIT("[\\]a]x"), STR_INIT("]x"), 0, true },
	{ STR_INIT("[a-\\c]"), STR_INIT("b"), 0, true },
	{ STR_INIT("[^b-d]"), STR_INIT("b"), 0, false },
	{ STR_INIT("[^b-d]"), STR_INIT("e"), 0, true },
	{ STR_INIT("[^/]"), STR_INIT("/"), 0, false },
	{ STR_INIT("[/]"), STR_INIT("/"), 0, false },
	{ STR_INIT("[/]"), STR_INIT("/"), GLOB_CROSS_SLASH, true },
	{ STR_INIT("["), STR_INIT("["), 0, false },
	{ STR_INIT("[^"), STR_INIT("a"), 0, false },
	{ STR_INIT("[a-"), STR_INIT("a"), 0, false },
	{ STR_INIT("[\\"), STR_INIT("a"), 0, false },
	{ STR_INIT("a\\"), STR_INIT("a\\"), 0, false },
	{ STR_INIT("b[x"), STR_INIT("a"), 0, false },
	{ STR_INIT("*b"), STR_INIT("/b"), 0, false },
	{ STR_INIT("a**b"), STR_INIT("axxb"), 0, true },
	{ STR_INIT("a**b"), STR_INIT("ax/xb"), 0, false },
	{ STR_INIT("a**b"), STR_INIT("ax/xb"), GLOB_DOUBLE_STAR, true },
	{ STR_INIT("a*b"), STR_INIT("ax/xb"), GLOB_DOUBLE_STAR, false },
	{ STR_INIT("**/x*y"), STR_INIT("a/x1/x2y"), GLOB_DOUBLE_STAR, true },
	{ STR_INIT("**/*.c"), STR_INIT("a/b.h"), GLOB_DOUBLE_STAR, false },
	{ STR_INIT("a/**/x"), STR_INIT("a/bx"), GLOB_DOUBLE_STAR, false },
	{ STR_INIT("{a,b}{c,d}"), STR_INIT("bc"), GLOB_BRACES, true },
	{ STR_INIT("{a,b}{c,d}"), STR_INIT("cd"), GLOB_BRACES, false },
	{ STR_INIT("{{a,b},c}x"), STR_INIT("cx"), GLOB_BRACES, true },
	{ STR_INIT("{{a,b},c}x"), STR_INIT("ax"), GLOB_BRACES, true },
	{ STR_INIT("{a\\,b}"), STR_INIT("a,b"), GLOB_BRACES, true },
	{ STR_INIT("{a\\}b}"), STR_INIT("a}b"), GLOB_BRACES, true },
	{ STR_INIT("\\{a,b\\}"), STR_INIT("{a,b}"), GLOB_BRACES, true },
	{ STR_INIT("{a,b"), STR_INIT("{a,b"), GLOB_BRACES, false },
	{ STR_INIT("a}"), STR_INIT("a}"), GLOB_BRACES, false },
	{ STR_INIT("a}{"), STR_INIT("a}{"), GLOB_BRACES, false },
	{ STR_INIT("a}"), STR_INIT("a}"), 0, true },
	{ STR_INIT("[a]}"), STR_INIT("a}"), GLOB_BRACES, false },
	{ STR_INIT("[a]["), STR_INIT("a["), 0, false },
	{ STR_INIT("[a]b"), STR_INIT("ab"), 0, true },
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

/* Each pair is one level, whether it stands inside another or behind it. */
static void braces_have_a_depth(void)
{
	char pattern[3 * (GLOB_BRACES_DEPTH_MAX + 1)], name[GLOB_BRACES_DEPTH_MAX + 1];

	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = "{a}"[i % 3];
	memset(name, 'a', sizeof(name));
	CHECK(glob_match((struct str){ pattern, sizeof(pattern) - 3 },
			 (struct str){ name, sizeof(name) - 1 }, GLOB_BRACES));
	CHECK(!glob_match((struct str){ pattern, sizeof(pattern) },
			  (struct str){ name, sizeof(name) }, GLOB_BRACES));
}

static void recognises(void)
{
	CHECK(glob_is_pattern(STR("a*")));
	CHECK(!glob_is_pattern(STR("a/b.yaml")));
	CHECK(glob_is_pattern(STR("a?")));
	CHECK(glob_is_pattern(STR("[a")));
	CHECK(glob_is_pattern(STR("\\a")));
	CHECK(glob_is_pattern(STR("{a")));
	CHECK(!glob_is_pattern(STR("a]}")));
	CHECK(!glob_is_pattern(STR("")));
}

TESTS({ "patterns match what they should", matches }, { "hostile patterns end", is_bounded },
      { "braces have a depth", braces_have_a_depth }, { "a name is no pattern", recognises })
