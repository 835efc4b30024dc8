/* owned_test - what is owned changes in place, what is not stays as it was */
#include "doc/owned.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

static void a_map_is_copied_once(void)
{
	SCRATCH(arena);
	const struct node *before = node_make(arena, "{a: 1}");
	struct owned owned;

	owned_init(&owned, arena);
	CHECK(owned_get(&owned, before, STR("a")) == node_get(before, STR("a")));
	const struct node *once = owned_set(&owned, before, STR("b"), node_bool_of(true));
	const struct node *twice = owned_set(&owned, once, STR("a"), node_bool_of(false));
	CHECK(once != before);
	CHECK(twice == once);
	CHECK(owned_get(&owned, twice, STR("b")) == node_bool_of(true));
	CHECK_TEXT(json_text(arena, twice, 0), "{\"a\":false,\"b\":true}");
	CHECK_TEXT(json_text(arena, before, 0), "{\"a\":1}");
}

static void a_list_is_copied_once(void)
{
	SCRATCH(arena);
	const struct node *before = node_make(arena, "[1, 2]");
	struct owned owned;

	owned_init(&owned, arena);
	const struct node *once = owned_put(&owned, before, 0, node_bool_of(true));
	const struct node *twice = owned_put(&owned, once, 2, node_bool_of(false));
	CHECK(twice == once);
	CHECK_TEXT(json_text(arena, twice, 0), "[true,2,false]");
	CHECK_TEXT(json_text(arena, before, 0), "[1,2]");
}

TESTS({ "a map is copied once", a_map_is_copied_once },
      { "a list is copied once, and grows at its end", a_list_is_copied_once })
