/* align_test - longest common subsequences, same ends, and the limit of edits */
#include "doc/align.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"

static struct align_items items(struct arena *arena, struct str text)
{
	struct align_items all = { arena_array(arena, uint64_t, text.len), (uint32_t)text.len };

	for (size_t i = 0; i < text.len; i++)
		all.items[i] = (unsigned char)text.ptr[i];
	return all;
}

/* Letters that both have; each partner is checked to be the same letter, and behind the one
 * before. */
static struct str common(struct arena *arena, struct str before, struct str after, bool *ret_all)
{
	struct align_items a = items(arena, before), b = items(arena, after);
	uint32_t *partner = arena_array(arena, uint32_t, a.count), next = 0;
	struct buf out;

	buf_init(&out, arena);
	*ret_all = align(&a, &b, partner);
	for (uint32_t i = 0; i < a.count; i++) {
		if (partner[i] == ALIGN_ALONE)
			continue;
		CHECK(partner[i] >= next && partner[i] < b.count);
		CHECK_INT(before.ptr[i], after.ptr[partner[i]]);
		next = partner[i] + 1;
		buf_add_char(&out, before.ptr[i]);
	}
	return buf_str(&out);
}

static void longest(void)
{
	static const struct {
		const char *before, *after, *common;
	} cases[] = {
		{ "", "", "" },
		{ "", "abc", "" },
		{ "abc", "", "" },
		{ "abc", "abc", "abc" },
		{ "abc", "xyz", "" },
		{ "a", "ab", "a" },
		{ "abcabba", "cbabac", "babc" },
		{ "axbxc", "aybyc", "abc" },
		{ "aaab", "ab", "ab" },
		{ "abxcd", "cdxab", "ab" },
		{ "the quick fox", "a quick brown fox", " quick fox" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].before); i++) {
		SCRATCH(arena);
		bool all;
		struct str got = common(arena, str_from_cstr(cases[i].before),
					str_from_cstr(cases[i].after), &all);
		CHECK(all);
		CHECK_INT(got.len, strlen(cases[i].common));
	}
}

/* The length of the longest one by the table of all prefixes. */
static uint32_t longest_by_table(struct str a, struct str b)
{
	uint32_t best[13][13] = {};

	for (size_t i = a.len; i-- > 0;)
		for (size_t j = b.len; j-- > 0;)
			best[i][j] = a.ptr[i] == b.ptr[j] ? best[i + 1][j + 1] + 1
							  : MAX(best[i + 1][j], best[i][j + 1]);
	return best[0][0];
}

static void as_long_as_by_the_table(void)
{
	uint64_t state = 1;

	for (int round = 0; round < 2000; round++) {
		SCRATCH(arena);
		char text[2][12];
		size_t len[2];
		bool all;
		for (int side = 0; side < 2; side++) {
			len[side] = (state = state * 6364136223846793005ull + 1) >> 33;
			len[side] %= 13;
			for (size_t i = 0; i < len[side]; i++) {
				state = state * 6364136223846793005ull + 1442695040888963407ull;
				text[side][i] = (char)('a' + (state >> 33) % 4);
			}
		}
		struct str a = { text[0], len[0] }, b = { text[1], len[1] };
		CHECK_INT(common(arena, a, b, &all).len, longest_by_table(a, b));
		CHECK(all);
	}
}

static void too_many_edits(void)
{
	SCRATCH(arena);
	struct buf before, after;
	bool all;

	buf_init(&before, arena);
	buf_init(&after, arena);
	buf_add_char(&before, 'h');
	buf_add_char(&after, 'h');
	buf_add_repeat(&before, 'a', ALIGN_EDITS_MAX);
	buf_add_repeat(&after, 'b', ALIGN_EDITS_MAX);
	buf_add_char(&before, 't');
	buf_add_char(&after, 't');
	CHECK_TEXT(common(arena, buf_str(&before), buf_str(&after), &all), "ht");
	CHECK(!all);
}

static void lines_of_texts(void)
{
	SCRATCH(arena);
	struct align_lines lines = align_lines(arena, STR("a\n\nb\n"));

	CHECK_INT(lines.hashes.count, 3);
	CHECK_TEXT(lines.lines[0], "a");
	CHECK_TEXT(lines.lines[1], "");
	CHECK_TEXT(lines.lines[2], "b");
	CHECK_INT(align_lines(arena, STR("a\nb")).hashes.count, 2);
	CHECK_INT(align_lines(arena, STR("")).hashes.count, 0);
	CHECK_INT(align_lines(arena, STR("\n")).hashes.count, 1);
}

TESTS({ "the longest common subsequence", longest },
      { "as long as by the table of all prefixes", as_long_as_by_the_table },
      { "too many edits", too_many_edits }, { "lines of texts", lines_of_texts })
