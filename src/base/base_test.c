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
	for (int i = 0; i < 5000; i++) {
		map_put(&map, str_printf(arena, "k%d", i), &value);
		if (i >= 10)
			map_remove(&map, str_printf(arena, "k%d", i - 10));
	}
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
	CHECK(!num_int64(STR("9223372036854775808"), &i));
	CHECK(!num_int64(STR("12 "), &i));
	CHECK(!num_int64(STR(""), &i));
	CHECK(num_double(STR("1e3"), &d) && d == 1000);
	CHECK(!num_double(STR("1e"), &d));
	CHECK(!num_double(STR("."), &d));
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
}

static void integers_are_formatted(void)
{
	SCRATCH(arena);

	CHECK_TEXT(num_format_int64(arena, 0), "0");
	CHECK_TEXT(num_format_int64(arena, -42), "-42");
	CHECK_TEXT(num_format_int64(arena, INT64_MIN), "-9223372036854775808");
	CHECK_TEXT(num_format_uint64(arena, UINT64_MAX, 10, 1), "18446744073709551615");
	CHECK_TEXT(num_format_uint64(arena, 0xbeef, 16, 8), "0000beef");
}

static void texts_are_joined(void)
{
	SCRATCH(arena);

	CHECK_TEXT(STR_CAT(arena, STR("a"), STR_NONE, STR("bc")), "abc");
	CHECK_TEXT(STR_CAT(arena, STR("")), "");
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
	for (size_t at = 0; at < sizeof(text); at++) {
		text[at] = 1;
		struct str id = num_format_uint64(
			arena, hash64(HASH64_START, (struct str){ text, sizeof(text) }), 16, 1);
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

	for (int i = 0; i < 101; i++)
		pairs[i] = (struct pair){ .key = (i * 7) % 5, .order = i };
	sort_stable(pairs, 101, sizeof(pairs[0]), compare_keys, NULL);
	for (int i = 1; i < 101; i++) {
		CHECK(pairs[i - 1].key <= pairs[i].key);
		if (pairs[i - 1].key == pairs[i].key)
			CHECK(pairs[i - 1].order < pairs[i].order);
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
      { "texts are joined", texts_are_joined },
      { "texts of all lengths compare", texts_of_all_lengths_compare },
      { "hashes differ", hashes_differ },
      { "str_cut ends after the last part", str_cut_ends_after_last_part },
      { "the last allocation grows in place", arena_grows_in_place },
      { "a reset returns to its mark", arena_reset_returns_to_mark },
      { "maps iterate in insertion order", map_keeps_insertion_order },
      { "maps with churn stay small", map_survives_churn },
      { "a map never looks at a removed key again", map_forgets_removed_keys },
      { "numbers are read whole or not at all", numbers_are_read_whole },
      { "doubles print as Go prints them", doubles_print_as_in_go },
      { "sorting keeps the order of equals", sort_is_stable },
      { "SHA-256 of abc", sha256_matches_known_digest },
      { "vectors grow and shrink", vec_keeps_items })
