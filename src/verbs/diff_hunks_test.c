/* diff_hunks_test - changed lines with lines around them, the rest folded */
#include "verbs/diff_hunks.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/align.h"

static struct str shown(struct arena *arena, struct str before, struct str after)
{
	static const char signs[] = { [HUNK_SAME] = ' ', [HUNK_ADDED] = '+', [HUNK_REMOVED] = '-' };
	struct hunk_lines lines = {};
	struct buf out;

	diff_hunks(arena, before, after, /* context= */ 2, &lines);
	buf_init(&out, arena);
	for (uint32_t i = 0; i < lines.items.count; i++) {
		const struct hunk_line *l = &lines.items.items[i];
		if (l->kind == HUNK_FOLDED)
			buf_printf(&out, "(%u)", l->folded_count);
		else
			buf_printf(&out, "%c%.*s", signs[l->kind], STR_FMT(l->text));
		buf_add_char(&out, '|');
	}
	return buf_str(&out);
}

static void rows(void)
{
	static const struct {
		const char *name, *before, *after, *want;
	} cases[] = {
		{ "the same", "a\nb\n", "a\nb\n", "(2)|" },
		{ "nothing", "", "", "" },
		{ "all new", "", "a\nb\n", "+a|+b|" },
		{ "all gone", "a\nb\n", "", "-a|-b|" },
		{ "a line", "a\nb\nc\n", "a\nx\nc\n", " a|-b|+x| c|" },
		{ "one at the end", "a\n", "a\nb\n", " a|+b|" },
		{ "folded at both ends", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
		  "1\n2\n3\n4\nx\n6\n7\n8\n9\n", "(2)| 3| 4|-5|+x| 6| 7|(2)|" },
		{ "one line is not folded", "1\n2\n3\n4\n", "1\n2\n3\nx\n", " 1| 2| 3|-4|+x|" },
		{ "folded between", "a\n1\n2\n3\n4\n5\n6\nb\n", "x\n1\n2\n3\n4\n5\n6\ny\n",
		  "-a|+x| 1| 2|(2)| 5| 6|-b|+y|" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].name); i++) {
		SCRATCH(arena);
		CHECK_STR(
			shown(arena, str_from_cstr(cases[i].before), str_from_cstr(cases[i].after)),
			str_from_cstr(cases[i].want));
	}
}

/* Then all is removed and added but for the same ends. */
static void texts_that_have_nothing_in_common(void)
{
	SCRATCH(arena);
	struct buf before, after;

	buf_init(&before, arena);
	buf_init(&after, arena);
	buf_add(&before, STR("same\n"));
	buf_add(&after, STR("same\n"));
	for (int i = 0; i < ALIGN_EDITS_MAX; i++) {
		buf_printf(&before, "a%d\n", i);
		buf_printf(&after, "b%d\n", i);
	}
	struct str got = shown(arena, buf_str(&before), buf_str(&after));
	CHECK(str_starts(got, STR(" same|-a0|-a1|")));
	CHECK(str_ends(got, STR("|+b998|+b999|")));
}

TESTS({ "rows", rows }, { "texts that have nothing in common", texts_that_have_nothing_in_common })
