/* regex_test - matching, finding, replacing and what is refused */
#include "lang/regex.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/test.h"

static const struct regex *compile(struct arena *arena, const char *pattern, unsigned flags)
{
	struct error err = {};
	const struct regex *re = regex_compile(arena, str_from_cstr(pattern), flags, &err);
	if (!re)
		BUG("%s", err.text);
	return re;
}

static void matches_somewhere_or_whole(void)
{
	SCRATCH(arena);
	CHECK(regex_match(compile(arena, "b+", 0), STR("abbc")));
	CHECK(!regex_match(compile(arena, "b+", REGEX_WHOLE), STR("abbc")));
	CHECK(regex_match(compile(arena, "a|abbc", REGEX_WHOLE), STR("abbc")));
	CHECK(regex_match(compile(arena, "", REGEX_WHOLE), STR_NONE));
	CHECK(!regex_match(compile(arena, "a.c", 0), STR("a\nc")));
	CHECK(regex_match(compile(arena, "a.c", REGEX_DOT_NEWLINE), STR("a\nc")));
	CHECK(regex_match(compile(arena, "^(?i:PRO).*$", 0), STR("production")));
}

static void finds_groups(void)
{
	SCRATCH(arena);
	const struct regex *re = compile(arena, "(\\w+)=(?P<value>\\d+)(;)?", 0);
	struct str groups[4];
	CHECK_INT(regex_group_count(re), 4);
	CHECK_INT(regex_group_index(re, STR("value")), 2);
	CHECK_INT(regex_group_index(re, STR("other")), -1);
	CHECK(regex_find(re, STR("a=1 bc=22"), 3, groups, 4));
	CHECK_TEXT(groups[0], "bc=22");
	CHECK_TEXT(groups[1], "bc");
	CHECK_TEXT(groups[2], "22");
	CHECK(groups[3].ptr == NULL);
	CHECK(!regex_find(re, STR("a=1"), 9, groups, 4));
}

static void groups_may_be_named_as_in_go(void)
{
	SCRATCH(arena);
	CHECK_INT(regex_group_index(compile(arena, "(?<x>a)[(?<y>]", 0), STR("x")), 1);
	CHECK(regex_match(compile(arena, "\\(?<x>", 0), STR("<x>")));
}

static void steps_over_matches_as_go_does(void)
{
	SCRATCH(arena);
	const struct regex *re = compile(arena, "a*", 0);
	struct buf out;
	buf_init(&out, arena);
	struct str group;
	for (size_t at = 0; regex_next(re, STR("baac"), &at, &group, 1);)
		buf_printf(&out, "[%.*s]", STR_FMT(group));
	CHECK_TEXT(buf_str(&out), "[][aa][]");
}

static void replaces_with_templates(void)
{
	SCRATCH(arena);
	const struct regex *re = compile(arena, "(a+)(?P<end>b)?", 0);
	CHECK_TEXT(regex_replace(arena, re, STR("xaab-a"), STR("<$1|${end}|$$|$0x>"), false),
		   "x<aa|b|$|>-<a||$|>");
	CHECK_TEXT(regex_replace(arena, re, STR("xaab"), STR("$1"), true), "x$1");
	CHECK_TEXT(regex_replace(arena, re, STR("aab"), STR("${1"), false), "${1");
	CHECK_TEXT(regex_replace(arena, compile(arena, "", 0), STR("ab"), STR("-"), false),
		   "-a-b-");
	CHECK_TEXT(regex_replace(arena, compile(arena, "x*", 0), STR("\xc3\xa4"), STR("."), false),
		   ".\xc3\xa4.");
}

static void quotes(void)
{
	SCRATCH(arena);
	struct str quoted = regex_quote(arena, STR("a.b*[c]"));
	struct error err = {};
	const struct regex *re = regex_compile(arena, quoted, REGEX_WHOLE, &err);
	CHECK(re && regex_match(re, STR("a.b*[c]")));
	CHECK(re && !regex_match(re, STR("axb*[c]")));
}

static void wrong_patterns_are_errors(void)
{
	SCRATCH(arena);
	struct error err = {};
	CHECK(!regex_compile(arena, STR("(.*"), 0, &err));
	CHECK_INT(err.code, ERROR_INPUT);
	CHECK(strstr(err.text, "'(.*' is not a regular expression"));
	CHECK(!regex_compile(arena, STR("(a)\\1"), 0, &err));
	CHECK(!regex_compile(arena, STR("(((a{1000}){1000}){1000})"), 0, &err));
	struct str huge = { arena_alloc(arena, REGEX_PATTERN_MAX + 1), REGEX_PATTERN_MAX + 1 };
	CHECK(!regex_compile(arena, huge, 0, &err));
}

TESTS({ "matches somewhere or whole", matches_somewhere_or_whole },
      { "finds groups", finds_groups },
      { "groups may be named as in Go", groups_may_be_named_as_in_go },
      { "steps over matches as Go does", steps_over_matches_as_go_does },
      { "replaces with templates", replaces_with_templates }, { "quotes", quotes },
      { "wrong patterns are errors", wrong_patterns_are_errors })
