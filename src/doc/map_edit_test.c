/* map_edit_test - many changes of a map are those that node_with() makes one by one */
#include "doc/map_edit.h"

#include "base/budget.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"

/* A map k0 … of that many members. */
static const struct node *numbered(struct arena *arena, uint32_t count)
{
	struct map_edit edit = map_edit_begin(arena, NULL);

	for (uint32_t i = 0; i < count; i++)
		map_edit_set(&edit, str_printf(arena, "k%u", i), node_int(arena, i));
	return map_edit_end(&edit);
}

static void changes_are_those_of_node_with(void)
{
	static const uint32_t sizes[] = { 0, 1, 15, 16, 17, 40 };
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(sizes, i); i++) {
		const struct node *map = numbered(arena, sizes[i]), *one_by_one = map;
		struct map_edit edit = map_edit_begin(arena, map);
		for (uint32_t n = 0; n < 60; n += 3) {
			struct str key = str_printf(arena, "k%u", n);
			CHECK(map_edit_get(&edit, key) == node_get(one_by_one, key));
			one_by_one = node_with(arena, one_by_one, key, node_bool_of(true));
			map_edit_set(&edit, key, node_bool_of(true));
		}
		CHECK_STR(json_text(arena, map_edit_end(&edit), 0),
			  json_text(arena, one_by_one, 0));
		CHECK_INT(node_entry_count(map), sizes[i]);
	}
}

static void nothing_set_is_no_change(void)
{
	SCRATCH(arena);
	const struct node *map = numbered(arena, 3), *text = node_str(arena, STR("x"));
	struct map_edit edit = map_edit_begin(arena, map);

	CHECK(map_edit_end(&edit) == map);
	edit = map_edit_begin(arena, text);
	CHECK(map_edit_end(&edit) == NULL);
	CHECK(map_edit_merged(arena, map, text) == map);
	CHECK(map_edit_merged(arena, text, NULL) == text);
	CHECK(map_edit_completed(arena, map, map) == map);
}

static void merging_and_completing(void)
{
	SCRATCH(arena);
	const struct node *map = node_make(arena, "{a: 1, b: 2}");
	const struct node *more = node_make(arena, "{b: 3, c: 4}");

	CHECK_TEXT(json_text(arena, map_edit_merged(arena, map, more), 0),
		   "{\"a\":1,\"b\":3,\"c\":4}");
	CHECK_TEXT(json_text(arena, map_edit_completed(arena, map, more), 0),
		   "{\"a\":1,\"b\":2,\"c\":4}");
	CHECK_TEXT(json_text(arena, map_edit_merged(arena, NULL, more), 0), "{\"b\":3,\"c\":4}");
}

static void keeps_place_and_style(void)
{
	SCRATCH(arena);
	struct node map = { .kind = NODE_MAP, .style = STYLE_FLOW, .position = 7, .step = 3 };
	const struct node *made = map_edit_merged(arena, &map, node_make(arena, "{a: 1}"));

	CHECK_INT(made->position, 7);
	CHECK_INT(made->step, 3);
	CHECK_INT(made->style, STYLE_FLOW);
}

static uint64_t work_of(uint32_t count)
{
	SCRATCH(arena);
	uint64_t before = budget_steps();

	numbered(arena, count);
	return budget_steps() - before;
}

static void work_is_linear(void)
{
	CHECK(work_of(20000) < 5 * work_of(5000));
}

TESTS({ "changes are those of node_with()", changes_are_those_of_node_with },
      { "where nothing is set, the map stays", nothing_set_is_no_change },
      { "merging sets, completing adds", merging_and_completing },
      { "a changed map keeps its place and style", keeps_place_and_style },
      { "work is linear in the changes", work_is_linear })
