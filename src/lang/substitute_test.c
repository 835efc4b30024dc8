/* substitute_test - each form of a variable and its result */
#include "lang/substitute.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

static struct str result(struct arena *arena, const char *text, bool strict)
{
	const struct node *variables =
		node_make(arena, "{v: value, e: \"\", p: \"/a/b.txt\", n: abcabc}");
	struct str ret;
	struct error err;

	if (substitute(arena, str_from_cstr(text), variables, strict, &ret, &err) < 0)
		return str_copy(arena, str_printf(arena, "error: %s", err.text));
	return ret;
}

static void forms_give_their_values(void)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "a ${v} b", "a value b" },
		{ "${u:-d} ${e:-d} ${v:-d}", "d d value" },
		{ "${u:=d}${u=d}", "dd" },
		{ "${u:=a${v}b}", "avalueb" },
		{ "${#v}", "5" },
		{ "${v^} ${v^^} ${v,,}", "Value VALUE value" },
		{ "${v:1} ${v:1:2} ${v:x}", "alue al value" },
		{ "${p#*/} ${p##*/} ${p%.*} ${p%%/*}", "a/b.txt b.txt /a/b " },
		{ "${n/b/X} ${n//b/X} ${n/#a/X} ${n/%c/X}", "aXcabc aXcaXc Xbcabc abcabX" },
		{ "$${v} $$", "${v} $" },
		{ "$v $(v)", "$v $(v)" },
		{ "${}", "error: unable to parse variable name" },
		{ "${v", "error: missing closing brace" },
		{ "${v-d}", "error: missing closing brace" },
		{ "${n/b}", "error: bad substitution" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		SCRATCH(arena);
		CHECK_STR(result(arena, cases[i].text, /* strict= */ true),
			  str_from_cstr(cases[i].want));
	}
}

static void strict_mode_refuses_what_is_not_set(void)
{
	SCRATCH(arena);

	CHECK_TEXT(result(arena, "${zone}", true),
		   "error: variable not set (strict mode): \"zone\"");
	CHECK_TEXT(result(arena, "x${zone}y", false), "xy");
}

TESTS({ "each form gives its value", forms_give_their_values },
      { "strict mode refuses what is not set", strict_mode_refuses_what_is_not_set })
