/* ink_test - colours are ours, and no argument makes a line or steers a terminal */
#include "base/ink.h"

#include "base/arena.h"
#include "base/test.h"

static struct ink ink_new(struct arena *arena, bool color)
{
	struct buf *buf = arena_one(arena, struct buf);

	buf_init(buf, arena);
	return (struct ink){ .out = buf, .color = color };
}

static void colours_are_ours_alone(void)
{
	SCRATCH(arena);
	struct ink colored = ink_new(arena, true), plain = ink_new(arena, false);

	ink_paint(&colored, INK_RED, "%s", "a\033[1m");
	ink_printf(&colored, " %s\n", "\033[0m");
	CHECK_TEXT(buf_str(colored.out), "\033[31ma\\x1b[1m\033[0m \\x1b[0m\n");
	ink_paint(&plain, INK_RED, "%s", "a");
	CHECK_TEXT(buf_str(plain.out), "a");
}

static void only_the_format_makes_lines(void)
{
	SCRATCH(arena);
	struct ink ink = ink_new(arena, false);

	ink_printf(&ink, "\n%s\n", "a\nb\n");
	ink_printf(&ink, "\n");
	ink_printf(&ink, "%s", "\nc");
	CHECK_TEXT(buf_str(ink.out), "\na\\nb\\n\n\n\\nc");
}

static void a_name_is_no_command_of_ci(void)
{
	SCRATCH(arena);
	struct ink ink = ink_new(arena, false);

	ink_printf(&ink, "  %s", "\xc2\xa0");
	ink_printf(&ink, "%s\n", "::error::a");
	ink_printf(&ink, "in: ");
	ink_printf(&ink, "%s\n", "::error::b");
	CHECK_TEXT(buf_str(ink.out), "  \xc2\xa0\\x3a:error::a\nin: ::error::b\n");
}

static void lines_are_indented(void)
{
	SCRATCH(arena);
	struct ink ink = ink_new(arena, false);

	ink_printf(&ink, "x: ");
	ink_lines(&ink, STR("a\n::set::b\n"), "  ");
	CHECK_TEXT(buf_str(ink.out), "x: a\n  \\x3a:set::b\n  ");
}

TESTS({ "escape sequences in texts are escaped", colours_are_ours_alone },
      { "line feeds in texts are escaped", only_the_format_makes_lines },
      { "a name is no command of a CI system", a_name_is_no_command_of_ci },
      { "lines behind the first are indented", lines_are_indented })
