/* literal_test - what is kept of a literal, and who shares it */
#include "doc/literal.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/test.h"
#include "doc/make.h"

static void what_has_no_placeholder_is_kept(void)
{
	struct arena *arena = arena_new("literal_test");
	const struct node *made[2];

	for (int i = 0; i < 2; i++)
		made[i] = node_make(arena, "{a: {b: [1, \"x\"]}, c: %d}", i);
	CHECK(made[0] != made[1]);
	CHECK(!node_is_kept(made[0]));
	CHECK(!node_is_kept(node_at(made[0], "c")));
	CHECK(node_is_kept(made[0]->raw_entries[1].key));
	CHECK(node_is_kept(node_at(made[0], "a")));
	CHECK(node_is_kept(node_at(made[0], "a.b[1]")));
	CHECK(node_at(made[0], "a") == node_at(made[1], "a"));
	CHECK_INT(node_int_at(made[1], "c", -1), 1);
	arena_free(arena);
}

static void a_kept_node_has_the_hash_of_its_copy(void)
{
	struct arena *arena = arena_new("literal_test");
	const struct node *kept = node_make(arena, "{a: {b: [1, \"x\"]}, c: null}");
	const struct node *copy = node_copy(arena, kept, /* bare= */ false);

	CHECK(node_is_kept(kept));
	CHECK(!node_is_kept(copy));
	CHECK(node_kept_hash(kept) == node_hash(copy));
	CHECK(node_kept_hash(kept) != node_hash(node_make(arena, "{a: {b: [2, \"x\"]}, c: null}")));
	arena_free(arena);
}

static void optional_members_leave_no_gap(void)
{
	static const struct {
		const char *first, *second;
		uint32_t count;
	} rows[] = { { "a", "b", 4 }, { NULL, "b", 3 }, { NULL, NULL, 2 } };
	struct arena *arena = arena_new("literal_test");

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].first); i++) {
		const struct node *made =
			node_make(arena, "{x: %?c, y: 1, %?c: z, list: [%?c, %?n, 2]}",
				  rows[i].first, rows[i].second, rows[i].second, NULL);
		CHECK_INT(node_member_count(made), rows[i].count);
		CHECK_INT(node_item_count(node_at(made, "list")), rows[i].second ? 2 : 1);
		CHECK_TEXT(node_str_at(made, "y"), "1");
	}
	arena_free(arena);
}

enum { THREADS = 4, TURNS = 2000 };

static void *read_often(void *data)
{
	static const char *const literals[] = {
		"{one: 1}",	 "{two: [2]}",		"{three: {x: 3}}",
		"{four: \"4\"}", "{five: [5, {a: b}]}", "{six: %d}",
		"[seven]",	 "{eight: {eight: 8}}",
	};
	const struct literal **first = data;

	for (int turn = 0; turn < TURNS; turn++)
		for (size_t i = 0; i < ARRAY_COUNT(literals); i++) {
			const struct literal *got = literal_get(literals[i]);
			if (turn == 0)
				first[i] = got;
			else if (first[i] != got)
				first[i] = NULL;
		}
	return NULL;
}

static void threads_find_the_same(void)
{
	const struct literal *found[THREADS][8];
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, read_often, found[i]), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < THREADS; i++)
		for (size_t k = 0; k < 8; k++)
			CHECK(found[i][k] && found[i][k] == found[0][k]);
}

TESTS({ "nodes without placeholders are kept and shared", what_has_no_placeholder_is_kept },
      { "a kept node has the hash of its copy", a_kept_node_has_the_hash_of_its_copy },
      { "optional members leave no gap", optional_members_leave_no_gap },
      { "all threads get the same kept literal", threads_find_the_same })
