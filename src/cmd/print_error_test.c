/* print_error_test - an error with its place, the line and the caret under it */
#include "cmd/print_error.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/test.h"
#include "doc/set.h"

/* What print_error prints for an error at the offset of a file with this text. */
static struct str printed_via(struct arena *arena, struct str text, uint32_t offset, bool color,
			      uint32_t via_offset)
{
	struct docset *docs = docset_new(arena);
	char *bytes = NULL;
	size_t size_bytes = 0;
	uint32_t base;
	struct error err;

	CHECK_INT(docset_add(docs, STR("apps/api.yaml"), text, &base, &err), 0);
	error_set(&err, ERROR_INPUT, base + offset, "'99x' is not a quantity");
	error_hint(&err, "write 500m or 2Gi");
	if (via_offset)
		error_via(&err, base + via_offset);
	struct app app = {
		.arena = arena,
		.out = stdout,
		.err = open_memstream(&bytes, &size_bytes),
		.color_err = color,
		.docs = docs,
	};
	CHECK_INT(print_error(&app, &err), 2);
	fclose(app.err);
	struct str copy = str_copy(arena, (struct str){ bytes, size_bytes });
	free(bytes);
	return copy;
}

static struct str printed(struct arena *arena, struct str text, uint32_t offset, bool color)
{
	return printed_via(arena, text, offset, color, 0);
}

static void with_the_way(void)
{
	SCRATCH(arena);

	CHECK_TEXT(printed_via(arena, STR("a: 1\nspec:\n  cpu: 99x\n"), 18, false, 5),
		   "error: '99x' is not a quantity\n"
		   "  --> apps/api.yaml:3:8\n"
		   "   |   cpu: 99x\n"
		   "   |        ^\n"
		   "  from apps/api.yaml:2:1\n"
		   "hint: write 500m or 2Gi\n");
}

static void with_place(void)
{
	SCRATCH(arena);

	CHECK_TEXT(printed(arena, STR("a: 1\nspec:\n  cpu: 99x\n"), 18, false),
		   "error: '99x' is not a quantity\n"
		   "  --> apps/api.yaml:3:8\n"
		   "   |   cpu: 99x\n"
		   "   |        ^\n"
		   "hint: write 500m or 2Gi\n");
}

static void wide_and_control(void)
{
	SCRATCH(arena);

	/* A tab, an escape, an ideograph of two columns. */
	CHECK_TEXT(printed(arena, STR("\ta\033[31m\xe6\x97\xa5: 99x\n"), 12, false),
		   "error: '99x' is not a quantity\n"
		   "  --> apps/api.yaml:1:13\n"
		   "   | \\ta\\x1b[31m\xe6\x97\xa5: 99x\n"
		   "   |                ^\n"
		   "hint: write 500m or 2Gi\n");
}

static void long_line(void)
{
	SCRATCH(arena);
	char *text = arena_alloc_raw(arena, 3000, 1);

	for (size_t i = 0; i < 3000; i++)
		text[i] = 'x';
	struct str out = printed(arena, (struct str){ text, 3000 }, 1500, false);
	CHECK(out.len < 500);
	CHECK(str_contains(out, STR("api.yaml:1:1501\n")));
}

static void coloured(void)
{
	SCRATCH(arena);

	struct str out = printed(arena, STR("a: 99x\n"), 3, true);
	CHECK(str_starts(out, STR("\033[1;31merror:\033[0m '99x'")));
	CHECK(str_contains(out, STR("\033[1;31m^\033[0m\n")));
}

TESTS({ "place, line, caret and hint are shown", with_place },
      { "the way to the place is shown", with_the_way },
      { "control characters do not reach the terminal, the caret stands right", wide_and_control },
      { "of a long line the part around the place is shown", long_line },
      { "colour when it is wanted", coloured })
