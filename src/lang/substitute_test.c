/* substitute_test - each form of a variable and its result */
#include "lang/substitute.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"
#include "doc/secret.h"

static struct str result(struct arena *arena, const char *text, bool strict)
{
	const struct node *variables =
		node_make(arena, "{v: value, e: \"\", p: \"/a/b.txt\", n: abcabc}");
	struct substitution input = { str_from_cstr(text), 0, variables, strict };
	struct buf out;
	struct error err;

	buf_init(&out, arena);
	if (substitute(&input, &out, NULL, &err) < 0)
		return str_copy(arena, str_printf(arena, "error: %s", err.text));
	return buf_str(&out);
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
		/* In a default no dollar is escaped: both stay. */
		{ "${u:=a$$b}", "a$$b" },
		{ "${u:-$$} $$", "$$ $" },
		{ "${v:=a$$b}", "value" },
		{ "$v $(v)", "$v $(v)" },
		{ "${1:-x} ${2x:=y}", "x y" },
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

static void the_names_of_a_text_are_found(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "a $b $(c)", "" },
		{ "${a} x ${b:-y}", "a b " },
		{ "${a:-${b}} ${#c} ${d//x/y}", "a b c d " },
		{ "$${a} ${", "" },
		{ "${} ${a", "a " },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		SCRATCH(arena);
		struct str name, all = STR("");
		for (size_t at = 0; substitute_next(str_from_cstr(cases[i].text), &at, &name);)
			all = STR_CAT(arena, all, name, STR(" "));
		CHECK_STR(all, str_from_cstr(cases[i].want));
	}
}

static void strict_mode_refuses_what_is_not_set(void)
{
	SCRATCH(arena);

	CHECK_TEXT(result(arena, "${zone}", true),
		   "error: variable not set (strict mode): \"zone\"");
	CHECK_TEXT(result(arena, "x${zone}y", false), "xy");
}

/* Text from position 100 on; a source of 0 has none. */
static void what_is_substituted_keeps_its_place(void)
{
	static const struct {
		const char *text;
		uint32_t offset; /* in the result */
		uint32_t want;
	} cases[] = {
		{ "a ${v} b", 0, 100 },	      { "a ${v} b", 2, 102 }, /* the form's */
		{ "a ${v} b", 6, 102 },	      { "a ${v} b", 7, 106 }, { "$$ c", 0, 100 },
		{ "$$ c", 1, 102 },	      { "${e}x", 0, 104 },    { "${u:-a${v}b} c", 3, 100 },
		{ "${u:-a${v}b} c", 8, 113 },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		SCRATCH(arena);
		const struct node *variables = node_make(arena, "{v: value, e: \"\"}");
		struct substitution input = { str_from_cstr(cases[i].text), 100, variables, true };
		struct segments segments;
		struct buf out;
		struct error err;
		buf_init(&out, arena);
		segments_init(&segments, arena);
		CHECK_INT(substitute(&input, &out, &segments, &err), 0);
		CHECK_INT(segments_source(&segments, cases[i].offset), cases[i].want);
	}
}

static void what_a_secret_has_a_part_in_is_secret(void)
{
	static const struct {
		const char *text;
		bool is_secret; /* of what stands before " open" */
	} cases[] = {
		{ "${s} open", true },	     { "${v} open", false },
		{ "${s:0:2} open", true },   { "${#s} open", true },
		{ "${u:-${s}} open", true }, { "${v:-${s}} open", false },
		{ "${e:-x} open", false },   { "x${s} open", true },
		{ "${s}${v} open", true },   { "$${s} open", false },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		SCRATCH(arena);
		const struct node *secret =
			node_marked_secret(arena, node_make(arena, "{s: hunter2, e: \"\"}"));
		const struct node *variables =
			node_make(arena, "{v: value, s: %n, e: %n}", node_get_lit(secret, "s"),
				  node_get_lit(secret, "e"));
		struct substitution input = { str_from_cstr(cases[i].text), 100, variables, true };
		struct segments segments;
		struct buf out;
		struct error err;
		bool is_secret = false;
		buf_init(&out, arena);
		segments_init(&segments, arena);
		CHECK_INT(substitute(&input, &out, &segments, &err), 0);
		for (uint32_t s = 0; s < segments.count; s++)
			is_secret |= segments.items[s].secrecy != SECRECY_NONE;
		CHECK_INT(is_secret, cases[i].is_secret);
		CHECK(!segments.items[segments.count - 1].secrecy);
	}
}

static void errors_have_the_place_of_the_outer_form(void)
{
	static const struct {
		const char *text;
		uint32_t position;
		uint32_t want;
	} cases[] = {
		{ "ab ${zone}", 100, 103 },
		{ "ab ${zone}", 0, ERROR_NO_POSITION },
		{ "a ${u:-${zone}}", 100, 102 },
		{ "a ${v", 100, 102 },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].text); i++) {
		SCRATCH(arena);
		struct substitution input = { str_from_cstr(cases[i].text), cases[i].position,
					      node_make(arena, "{v: value}"), .strict = true };
		struct buf out;
		struct error err;
		buf_init(&out, arena);
		CHECK_INT(substitute(&input, &out, NULL, &err), -1);
		CHECK_INT(err.position, cases[i].want);
	}
}

TESTS({ "the names of a text are found", the_names_of_a_text_are_found },
      { "each form gives its value", forms_give_their_values },
      { "strict mode refuses unset variables", strict_mode_refuses_what_is_not_set },
      { "substituted values keep their place", what_is_substituted_keeps_its_place },
      { "values with a part of a secret are secret", what_a_secret_has_a_part_in_is_secret },
      { "errors have the place of the outer form", errors_have_the_place_of_the_outer_form })
