/* shared_test - values that stand in several fields change in all of them */
#include "build/shared.h"

#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

static void a_value_written_in_one_field_changes_in_the_others(void)
{
	SCRATCH(arena);
	const struct node *label = node_str(arena, STR("old"));
	const struct node *before =
		node_make(arena, "{a: {x: %n}, b: [{x: %n}], c: old}", label, label);
	const struct node *after = node_set(arena, before, "a.x", node_str(arena, STR("new")));
	struct shared shared = {};

	VEC_PUSH(arena, &shared.values, label);
	const struct node *settled = shared_settle(arena, &shared, before, after);
	CHECK_TEXT(json_text(arena, settled, 0),
		   "{\"a\":{\"x\":\"new\"},\"b\":[{\"x\":\"new\"}],\"c\":\"old\"}");
	CHECK(shared.values.items[0] == node_at(settled, "a.x"));
}

static void each_of_several_values_is_known(void)
{
	SCRATCH(arena);
	const struct node *first = node_str(arena, STR("1")), *second = node_str(arena, STR("2"));
	const struct node *before = node_make(arena, "{a: {x: %n, y: %n}, b: {x: %n, y: %n}}",
					      first, second, first, second);
	const struct node *after = node_set(arena, before, "a.y", node_str(arena, STR("new")));
	struct shared shared = {};

	VEC_PUSH(arena, &shared.values, first);
	VEC_PUSH(arena, &shared.values, second);
	CHECK_TEXT(json_text(arena, shared_settle(arena, &shared, before, after), 0),
		   "{\"a\":{\"x\":\"1\",\"y\":\"new\"},\"b\":{\"x\":\"1\",\"y\":\"new\"}}");
}

static void other_values_stay(void)
{
	SCRATCH(arena);
	const struct node *label = node_str(arena, STR("old"));
	const struct node *before = node_make(arena, "{a: %n, b: %n, c: 1}", label, label);
	const struct node *after = node_set(arena, before, "c", node_int(arena, 2));
	struct shared shared = {};

	CHECK(shared_settle(arena, &shared, before, after) == after);
	VEC_PUSH(arena, &shared.values, label);
	CHECK(shared_settle(arena, &shared, before, after) == after);
}

TESTS({ "a value that is written in one field changes in the others",
	a_value_written_in_one_field_changes_in_the_others },
      { "each of several values is known", each_of_several_values_is_known },
      { "without a change of a shared value nothing happens", other_values_stay })
