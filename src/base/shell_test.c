/* shell_test - a word stays one word */
#include "base/shell.h"

#include "base/arena.h"
#include "base/test.h"

static void words_stay_words(void)
{
	static const struct {
		struct str word, want;
	} rows[] = {
		{ STR_INIT("clusters/a-b_c.d"), STR_INIT("clusters/a-b_c.d") },
		{ STR_INIT("HEAD~1"), STR_INIT("'HEAD~1'") },
		{ STR_INIT(""), STR_INIT("''") },
		{ STR_INIT("a;touch pwned"), STR_INIT("'a;touch pwned'") },
		{ STR_INIT("a b"), STR_INIT("'a b'") },
		{ STR_INIT("$(id)`id`"), STR_INIT("'$(id)`id`'") },
		{ STR_INIT("it's"), STR_INIT("'it'\\''s'") },
		{ STR_INIT("'"), STR_INIT("''\\'''") },
		{ STR_INIT("-rf"), STR_INIT("./-rf") },
		{ STR_INIT("- x"), STR_INIT("'./- x'") },
		{ STR_INIT("a\nb"), STR_INIT("'a\nb'") },
		{ STR_INIT("é"), STR_INIT("'é'") },
	};

	for (size_t i = 0; TEST_ROW(rows, i); i++) {
		SCRATCH(arena);
		CHECK_STR(shell_word(arena, rows[i].word), rows[i].want);
	}
}

TESTS({ "a shell reads any quoted text as one word", words_stay_words })
