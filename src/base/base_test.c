/* base_test - arenas, texts, buffers, maps, numbers, sorting */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/num.h"
#include "base/sort.h"
#include "base/test.h"
#include "base/vec.h"

static void str_cut_ends_after_last_part(void)
{
	struct str rest = STR("a/b/");

	CHECK_TEXT(str_cut(&rest, '/'), "a");
	CHECK_TEXT(str_cut(&rest, '/'), "b");
	CHECK(rest.ptr != NULL);
	CHECK_TEXT(str_cut(&rest, '/'), "");
	CHECK(rest.ptr == NULL);
}

static void arena_grows_in_place(void)
{
	SCRATCH(arena);
	char *first = arena_alloc_raw(arena, 10, 1);
	memcpy(first, "0123456789", 10);
	char *grown = arena_grow(arena, first, 10, 20);

	CHECK(grown == first);
	arena_alloc(arena, 1);
	char *moved = arena_grow(arena, grown, 20, 40);
	CHECK(moved != grown);
	CHECK(memcmp(moved, "0123456789", 10) == 0);
}

/* What was registered last runs first. */
static char cleaned[8];
static size_t cleaned_count;

static void note_cleanup(void *data)
{
	cleaned[cleaned_count++] = *(const char *)data;
}

static void arena_runs_its_cleanups(void)
{
	static char a = 'a', b = 'b', c = 'c';
	struct arena *arena = arena_new("cleanups");

	arena_cleanup(arena, note_cleanup, &a);
	arena_cleanup(arena, note_cleanup, &b);
	arena_clear(arena);
	CHECK_STR(((struct str){ cleaned, cleaned_count }), STR("ba"));
	arena_cleanup(arena, note_cleanup, &c);
	arena_free(arena);
	CHECK_STR(((struct str){ cleaned, cleaned_count }), STR("bac"));
	arena_free(NULL);
}

static void arena_reset_returns_to_mark(void)
{
	SCRATCH(arena);
	arena_alloc(arena, 100);
	struct arena_mark mark = arena_mark(arena);
	size_t used = arena_used_bytes(arena);

	arena_alloc(arena, 100000);
	arena_alloc(arena, 100000);
	arena_reset(arena, mark);
	CHECK_INT(arena_used_bytes(arena), used);
}

static void map_keeps_insertion_order(void)
{
	SCRATCH(arena);
	struct map map;
	int values[1000];

	map_init(&map, arena);
	for (int i = 0; i < 1000; i++)
		map_put(&map, str_printf(arena, "key-%d", i), &values[i]);
	for (int i = 0; i < 1000; i += 2)
		CHECK(map_remove(&map, str_printf(arena, "key-%d", i)) == &values[i]);
	CHECK_INT(map_size(&map), 500);
	CHECK(map_get(&map, STR("key-2")) == NULL);
	CHECK(map_get(&map, STR("key-3")) == &values[3]);
	map_put(&map, STR("key-2"), &values[2]);
	CHECK_INT(map_size(&map), 501);

	int last = -1;
	for (uint32_t i = 0; i < map.count; i++) {
		if (!map.entries[i].value || map.entries[i].value == &values[2])
			continue;
		int index = (int)((int *)map.entries[i].value - values);
		CHECK(index > last);
		last = index;
	}
}

static void map_survives_churn(void)
{
	SCRATCH(arena);
	struct map map;
	int value;

	map_init(&map, arena);
	CHECK(map_remove(&map, STR("k0")) == NULL);
	for (int i = 0; i < 5000; i++) {
		map_put(&map, str_printf(arena, "k%d", i), &value);
		if (i >= 10)
			CHECK(map_remove(&map, str_printf(arena, "k%d", i - 10)) == &value);
	}
	CHECK(map_remove(&map, STR("k0")) == NULL);
	CHECK_INT(map_size(&map), 10);
	CHECK(map.count < 64);
}

/* The key's memory belongs to what is removed: it may change or go afterwards. */
static void map_forgets_removed_keys(void)
{
	SCRATCH(arena);
	struct map map;
	char key[] = "key";
	int value;

	map_init(&map, arena);
	map_put(&map, str_from_cstr(key), &value);
	map_remove(&map, STR("key"));
	memcpy(key, "xyz", 3);
	map_put(&map, STR("key"), &value);
	memcpy(key, "key", 3);
	CHECK(map_get(&map, STR("key")) == &value);
	CHECK_INT(map_size(&map), 1);
	CHECK_INT(map.count, 2);
}

static void numbers_are_read_whole(void)
{
	int64_t i;
	double d;

	CHECK(num_int64(STR("-9223372036854775808"), &i) && i == INT64_MIN);
	CHECK(num_int64(STR("9223372036854775807"), &i) && i == INT64_MAX);
	CHECK(num_int64(STR("+5"), &i) && i == 5);
	CHECK(!num_int64(STR("9223372036854775808"), &i));
	CHECK(!num_int64(STR("-9223372036854775809"), &i));
	CHECK(!num_int64(STR("12 "), &i));
	CHECK(!num_int64(STR("-"), &i));
	CHECK(!num_int64(STR("--1"), &i));
	CHECK(!num_int64(STR(""), &i));
	CHECK_INT(i, 5);
	CHECK(num_double(STR("1e3"), &d) && d == 1000);
}

static void digits_have_a_base(void)
{
	static const struct {
		struct str text;
		unsigned base;
		uint64_t value; /* 0: refused */
	} rows[] = {
		{ STR_INIT("18446744073709551615"), 10, UINT64_MAX },
		{ STR_INIT("18446744073709551616"), 10, 0 },
		{ STR_INIT("18446744073709551620"), 10, 0 },
		{ STR_INIT("99999999999999999999"), 10, 0 },
		{ STR_INIT("0018"), 10, 18 },
		{ STR_INIT("a"), 10, 0 },
		{ STR_INIT("ffffffffffffffff"), 16, UINT64_MAX },
		{ STR_INIT("aAfF09"), 16, 0xaaff09 },
		{ STR_INIT("g"), 16, 0 },
		{ STR_INIT("G"), 16, 0 },
		{ STR_INIT("@"), 16, 0 },
		{ STR_INIT("`"), 16, 0 },
		{ STR_INIT("17"), 8, 15 },
		{ STR_INIT("18"), 8, 0 },
		{ STR_INIT("1/"), 10, 0 },
		{ STR_INIT("1:"), 16, 0 },
		{ STR_INIT("+1"), 10, 0 },
		{ STR_INIT(""), 10, 0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		uint64_t value = 42;
		bool is_refused = !rows[i].value;
		CHECK_INT(num_uint64(rows[i].text, rows[i].base, &value), !is_refused);
		CHECK(value == (is_refused ? 42 : rows[i].value));
	}
}

static void decimals_are_read_whole(void)
{
	static const struct {
		struct str text;
		double value; /* 0: refused */
	} rows[] = {
		{ STR_INIT("1.5"), 1.5 }, { STR_INIT("-1.5"), -1.5 },	{ STR_INIT("+.5"), 0.5 },
		{ STR_INIT("5."), 5 },	  { STR_INIT("1e+2"), 100 },	{ STR_INIT("1E-2"), 0.01 },
		{ STR_INIT("5.e1"), 50 }, { STR_INIT("1e308"), 1e308 }, { STR_INIT("1e309"), 0 },
		{ STR_INIT("1e"), 0 },	  { STR_INIT("1e+"), 0 },	{ STR_INIT("."), 0 },
		{ STR_INIT("-"), 0 },	  { STR_INIT("-."), 0 },	{ STR_INIT(""), 0 },
		{ STR_INIT("e1"), 0 },	  { STR_INIT("1f"), 0 },	{ STR_INIT("1.2.3"), 0 },
		{ STR_INIT("0x1p1"), 0 }, { STR_INIT("inf"), 0 },	{ STR_INIT("nan"), 0 },
		{ STR_INIT(" 1"), 0 },	  { STR_INIT("1 "), 0 },	{ STR_INIT("1e5x"), 0 },
		{ STR_INIT("1e--5"), 0 },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		double value = 42;
		bool is_refused = rows[i].value == 0;
		CHECK_INT(num_double(rows[i].text, &value), !is_refused);
		CHECK(value == (is_refused ? 42 : rows[i].value));
	}
	char digits[512];
	double value;
	memset(digits, '0', sizeof(digits));
	CHECK(num_double((struct str){ digits, sizeof(digits) - 1 }, &value));
	CHECK(!num_double((struct str){ digits, sizeof(digits) }, &value));
}

static void doubles_print_as_in_go(void)
{
	SCRATCH(arena);

	CHECK_TEXT(num_format_double(arena, 1.5, 'g'), "1.5");
	CHECK_TEXT(num_format_double(arena, 1e21, 'g'), "1e+21");
	CHECK_TEXT(num_format_double(arena, 123456.5, 'g'), "123456.5");
	CHECK_TEXT(num_format_double(arena, 1e6, 'g'), "1e+06");
	CHECK_TEXT(num_format_double(arena, 123456789.5, 'g'), "1.234567895e+08");
	CHECK_TEXT(num_format_double(arena, 1.2e-7, 'g'), "1.2e-07");
	CHECK_TEXT(num_format_double(arena, 0.0001, 'g'), "0.0001");
	CHECK_TEXT(num_format_double(arena, 0.1, 'f'), "0.1");
	CHECK_TEXT(num_format_double(arena, 1e20, 'f'), "100000000000000000000");
	CHECK_TEXT(num_format_double(arena, 1234.5678, 'e'), "1.2345678e+03");
	CHECK_TEXT(num_format_double(arena, 0.00001, 'g'), "1e-05");
	CHECK_TEXT(num_format_double(arena, 0.00012, 'f'), "0.00012");
	CHECK_TEXT(num_format_double(arena, 100000, 'g'), "100000");
	CHECK_TEXT(num_format_double(arena, 999999, 'g'), "999999");
	CHECK_TEXT(num_format_double(arena, 12, 'g'), "12");
	CHECK_TEXT(num_format_double(arena, 5, 'e'), "5e+00");
	CHECK_TEXT(num_format_double(arena, 1e100, 'e'), "1e+100");
	CHECK_TEXT(num_format_double(arena, -2.5, 'f'), "-2.5");
	CHECK_TEXT(num_format_double(arena, 0, 'g'), "0");
	CHECK_TEXT(num_format_double(arena, -0.0, 'g'), "-0");
	CHECK_TEXT(num_format_double(arena, 0, 'f'), "0");
	CHECK_TEXT(num_format_double(arena, 0, 'e'), "0e+00");
	CHECK_TEXT(num_format_double(arena, __builtin_nan(""), 'g'), "NaN");
	CHECK_TEXT(num_format_double(arena, __builtin_inf(), 'g'), "+Inf");
	CHECK_TEXT(num_format_double(arena, -__builtin_inf(), 'g'), "-Inf");
	CHECK_TEXT(num_format_double(arena, 0.1 + 0.2, 'g'), "0.30000000000000004");
}

static void integers_are_formatted(void)
{
	SCRATCH(arena);

	CHECK_TEXT(num_format_int64(arena, 0), "0");
	CHECK_TEXT(num_format_int64(arena, -42), "-42");
	CHECK_TEXT(num_format_int64(arena, INT64_MIN), "-9223372036854775808");
	CHECK_TEXT(num_format_uint64(arena, UINT64_MAX, 10, 1), "18446744073709551615");
	CHECK_TEXT(num_format_uint64(arena, 0xbeef, 16, 8), "0000beef");
	CHECK_TEXT(num_format_uint64(arena, 0xbeef, 16, 2), "beef");
	CHECK_TEXT(num_format_uint64(arena, 0, 16, 0), "0");
	CHECK_TEXT(num_format_uint64(arena, 7, 10, 2), "07");
}

static void texts_are_joined(void)
{
	SCRATCH(arena);

	CHECK_TEXT(STR_CAT(arena, STR("a"), STR_NONE, STR("bc")), "abc");
	CHECK_TEXT(STR_CAT(arena, STR("")), "");
}

static void texts_are_searched(void)
{
	SCRATCH(arena);
	struct str s = STR("abcabc");

	CHECK_INT(str_find(s, STR("ca")), 2);
	CHECK_INT(str_find(s, STR("")), 0);
	CHECK_INT(str_find(s, s), 0);
	CHECK_INT(str_find(s, STR("abcabcd")), -1);
	CHECK_INT(str_find(STR_NONE, STR("a")), -1);
	CHECK(str_contains(s, STR("abc")));
	CHECK(!str_contains(s, STR("cb")));
	CHECK_INT(str_find_char(s, 'a'), 0);
	CHECK_INT(str_find_char(s, 'x'), -1);
	CHECK_INT(str_find_char(STR_NONE, 'a'), -1);
	CHECK_INT(str_find_last_char(s, 'a'), 3);
	CHECK_INT(str_find_last_char(s, 'x'), -1);
	CHECK_INT(str_find_last_char(STR_NONE, 'a'), -1);
	CHECK(str_starts(s, STR("abca")) && str_starts(s, s) && str_starts(s, STR("")));
	CHECK(!str_starts(s, STR("b")) && !str_starts(STR("a"), s));
	CHECK(str_ends(s, STR("cabc")) && str_ends(s, s) && str_ends(s, STR("")));
	CHECK(!str_ends(s, STR("b")) && !str_ends(STR("c"), s));
	CHECK_TEXT(str_strip_prefix(s, STR("ab")), "cabc");
	CHECK_STR(str_strip_prefix(s, STR("b")), s);
	CHECK_TEXT(str_strip_suffix(s, STR("bc")), "abca");
	CHECK_STR(str_strip_suffix(s, STR("b")), s);
	CHECK_TEXT(str_trim(STR(" \t\r\na b\n\r\t ")), "a b");
	CHECK_TEXT(str_trim(STR(" \n")), "");
	CHECK_TEXT(str_replace(arena, s, STR("bc"), STR("x")), "axax");
	CHECK_TEXT(str_replace(arena, s, STR("a"), STR("")), "bcbc");
	CHECK_TEXT(str_replace(arena, STR("aa"), STR("a"), STR("aa")), "aaaa");
	CHECK_STR(str_replace(arena, s, STR("x"), STR("y")), s);
	CHECK_STR(str_replace(arena, s, STR(""), STR("y")), s);
	CHECK_TEXT(str_lower(arena, STR("@AZ[az")), "@az[az");
	CHECK(str_copy(arena, STR_NONE).ptr == NULL);
	CHECK(str_copy(arena, STR("")).ptr != NULL);
	CHECK_INT(strlen(str_cstr(arena, str_sub(s, 1, 3))), 2);
}

static void texts_have_an_order(void)
{
	static const struct str ascending[] = {
		STR_INIT(""),	STR_INIT("A"),	STR_INIT("a"),
		STR_INIT("aa"), STR_INIT("ab"), STR_INIT("b"),
	};

	for (size_t i = 0; TEST_ROW(ascending, i, ascending[i]); i++)
		for (size_t k = 0; TEST_ROW(ascending, k, ascending[k]); k++) {
			int order = str_compare(ascending[i], ascending[k]);
			CHECK_INT((order > 0) - (order < 0), (i > k) - (i < k));
		}
	CHECK(str_equal_nocase(STR("aZ@["), STR("Az@[")));
	CHECK(!str_equal_nocase(STR("@"), STR("`"))); /* 32 apart, as letters are */
	CHECK(!str_equal_nocase(STR("["), STR("{")));
	CHECK(!str_equal_nocase(STR("ab"), STR("abc")));
	CHECK(!str_equal_nocase(STR("ab"), STR("ac")));
}

/* The last word of a comparison overlaps the one before it. */
static void texts_of_all_lengths_compare(void)
{
	static const char a[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char b[sizeof(a)];

	for (size_t len = 1; len < sizeof(a); len++)
		for (size_t at = 0; at < len; at++) {
			memcpy(b, a, sizeof(a));
			CHECK(str_equal((struct str){ a, len }, (struct str){ b, len }));
			b[at] ^= 1;
			CHECK(!str_equal((struct str){ a, len }, (struct str){ b, len }));
		}
}

/* Every byte and every length counts, at each side of the lanes. */
static void hashes_differ(void)
{
	CHECK(hash64(HASH64_START, STR("")) == HASH64_START);
	CHECK(hash64(HASH64_START, STR("8 bytes.")) ==
	      hash64_word(HASH64_START, 0x2e73657479622038ull));
	char text[80] = {};
	SCRATCH(arena);
	struct map seen;
	int one = 1;

	map_init(&seen, arena);
	for (size_t len = 0; len < sizeof(text); len++) {
		struct str id = num_format_uint64(
			arena, hash64(HASH64_START, (struct str){ text, len }), 16, 1);
		CHECK(map_put(&seen, id, &one) == NULL);
	}
	for (size_t len = 1; len <= sizeof(text); len++)
		for (size_t at = 0; at < len; at++) {
			text[at] = 'x';
			struct str id = num_format_uint64(
				arena, hash64(HASH64_START, (struct str){ text, len }), 16, 1);
			CHECK(map_put(&seen, id, &one) == NULL);
			text[at] = 0;
		}
}

struct pair {
	int key;
	int order;
};

static int compare_keys(const void *a, const void *b, void *context)
{
	(void)context;
	return ((const struct pair *)a)->key - ((const struct pair *)b)->key;
}

static void sort_is_stable(void)
{
	struct pair pairs[101];

	for (int count = 0; count <= 101; count++) {
		for (int i = 0; i < 101; i++)
			pairs[i] = (struct pair){ .key = (i * 7) % 5, .order = i };
		sort_stable(pairs, (size_t)count, sizeof(pairs[0]), compare_keys, NULL);
		for (int i = 1; i < count; i++) {
			CHECK(pairs[i - 1].key <= pairs[i].key);
			if (pairs[i - 1].key == pairs[i].key)
				CHECK(pairs[i - 1].order < pairs[i].order);
		}
		for (int i = count; i < 101; i++) /* what stands behind them is left alone */
			CHECK_INT(pairs[i].order, i);
	}
}

static void hashes_of_pieces_are_those_of_the_whole(void)
{
	static const char *const want[] = {
		[HASHER_SHA1] = "a9993e364706816aba3e25717850c26c9cd0d89d",
		[HASHER_SHA256] =
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(want, i, want[i]); i++) {
		struct hasher h;
		hasher_init(&h, (enum hasher_kind)i);
		hasher_add(&h, STR("a"));
		hasher_add(&h, STR(""));
		hasher_add(&h, STR("bc"));
		CHECK_STR(hasher_hex(&h, arena), str_from_cstr(want[i]));
	}
}

static void sha256_matches_known_digest(void)
{
	SCRATCH(arena);

	CHECK_TEXT(sha256_hex(arena, STR("abc")),
		   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void vec_keeps_items(void)
{
	SCRATCH(arena);
	VEC(int) numbers = {};

	for (int i = 0; i < 100; i++)
		VEC_PUSH(arena, &numbers, i);
	VEC_REMOVE(&numbers, 50);
	CHECK_INT(numbers.count, 99);
	CHECK_INT(numbers.items[50], 51);
}

TESTS({ "integers are formatted", integers_are_formatted },
      { "digits have a base", digits_have_a_base },
      { "decimals are read whole", decimals_are_read_whole },
      { "texts are searched", texts_are_searched }, { "texts have an order", texts_have_an_order },
      { "texts are joined", texts_are_joined },
      { "texts of all lengths compare", texts_of_all_lengths_compare },
      { "hashes differ", hashes_differ },
      { "str_cut ends after the last part", str_cut_ends_after_last_part },
      { "the last allocation grows in place", arena_grows_in_place },
      { "an arena runs its cleanups", arena_runs_its_cleanups },
      { "a reset returns to its mark", arena_reset_returns_to_mark },
      { "maps iterate in insertion order", map_keeps_insertion_order },
      { "maps with churn stay small", map_survives_churn },
      { "a map never looks at a removed key again", map_forgets_removed_keys },
      { "numbers are read whole or not at all", numbers_are_read_whole },
      { "doubles print as Go prints them", doubles_print_as_in_go },
      { "sorting keeps the order of equals", sort_is_stable },
      { "hashes of pieces are those of the whole", hashes_of_pieces_are_those_of_the_whole },
      { "SHA-256 of abc", sha256_matches_known_digest },
      { "vectors grow and shrink", vec_keeps_items })
