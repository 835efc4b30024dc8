/* tree_test - looking, making and changing trees; document sets and origins */
#include "doc/tree.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/origin.h"
#include "doc/scalar.h"
#include "doc/set.h"

static struct str text_of(struct arena *arena, const struct node *n)
{
	return json_text(arena, n, 0);
}

static void make_fills_placeholders(void)
{
	SCRATCH(arena);
	const struct node *n = node_make(
		arena,
		"{metadata: {name: %s, labels: %?n, %s: y}, spec: {n: %d, on: %b, x: [a, %?s, 3]}}",
		STR("api"), NULL, STR("a.b/c"), 3, true, STR_NONE);

	CHECK_TEXT(text_of(arena, n), "{\"metadata\":{\"name\":\"api\",\"a.b/c\":\"y\"},"
				      "\"spec\":{\"n\":3,\"on\":true,\"x\":[\"a\",3]}}");
}

static void nothing_is_null_where_it_is_not_optional(void)
{
	SCRATCH(arena);

	CHECK_TEXT(text_of(arena, node_make(arena, "{a: %n, b: %?n, c: [%n]}", NULL, NULL, NULL)),
		   "{\"a\":null,\"c\":[null]}");
}

static void at_finds_keys_indices_and_selected_items(void)
{
	SCRATCH(arena);
	const struct node *n =
		node_make(arena, "{a: {\"b.c\": 7}, list: [{name: x, v: 1}, {name: y, v: 2}]}");

	CHECK_INT(node_int_at(n, "a[b.c]", 0), 7);
	CHECK_INT(node_int_at(n, "list[1].v", 0), 2);
	CHECK_INT(node_int_at(n, "list[name=x].v", 0), 1);
	CHECK(node_at(n, "list[name=z].v") == NULL);
	CHECK(node_at(n, "a.b.c.d") == NULL);
	CHECK(node_at(NULL, "a") == NULL);
}

static void set_copies_the_path_and_shares_the_rest(void)
{
	SCRATCH(arena);
	const struct node *n = node_make(arena, "{a: {b: 1, c: 2}, d: {e: 3}}");
	const struct node *changed = node_set(arena, n, "a.b", node_int(arena, 5));

	CHECK_TEXT(text_of(arena, n), "{\"a\":{\"b\":1,\"c\":2},\"d\":{\"e\":3}}");
	CHECK_TEXT(text_of(arena, changed), "{\"a\":{\"b\":5,\"c\":2},\"d\":{\"e\":3}}");
	CHECK(node_at(n, "d") == node_at(changed, "d"));
	CHECK_TEXT(text_of(arena, node_set(arena, changed, "a", NULL)), "{\"d\":{\"e\":3}}");
	CHECK_TEXT(text_of(arena, node_set(arena, NULL, "x.y[k=v].z", node_int(arena, 1))),
		   "{\"x\":{\"y\":[{\"k\":\"v\",\"z\":1}]}}");
	CHECK(node_set(arena, n, "q.r", NULL) == n);
}

static void equality_is_by_meaning(void)
{
	SCRATCH(arena);

	CHECK(node_equal(node_make(arena, "{a: 1, b: x}"), node_make(arena, "{b: \"x\", a: 1.0}")));
	CHECK(!node_equal(node_make(arena, "{a: 1}"), node_make(arena, "{a: \"1\"}")));
	CHECK(!node_equal(node_make(arena, "[1, 2]"), node_make(arena, "[2, 1]")));
	CHECK(!node_equal(node_make(arena, "{a: null}"), node_make(arena, "{b: null}")));
}

static void empty_is_null_or_without_members(void)
{
	static const struct {
		const char *text;
		bool null, empty;
	} rows[] = {
		{ "{}", false, true },	    { "[]", false, true },    { "null", true, true },
		{ "~", true, true },	    { "\"\"", false, false }, { "\"null\"", false, false },
		{ "x", false, false },	    { "0", false, false },    { "{a: null}", false, false },
		{ "[null]", false, false },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].text); i++) {
		CHECK_INT(node_is_null(node_make(arena, rows[i].text)), rows[i].null);
		CHECK_INT(node_is_empty(node_make(arena, rows[i].text)), rows[i].empty);
	}
	CHECK(node_is_null(NULL));
	CHECK(node_is_empty(NULL));
}

static void positions_become_places(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;
	uint32_t first, second;

	CHECK_INT(docset_add(set, STR("a.yaml"), STR("one\ntwo\n"), &first, &err), 0);
	CHECK_INT(docset_add(set, STR("b.yaml"), STR("x: y\r\nz"), &second, &err), 0);
	struct place place = docset_place(set, first + 5);
	CHECK_TEXT(place.path, "a.yaml");
	CHECK_INT(place.line, 2);
	CHECK_INT(place.column, 2);
	place = docset_place(set, second + 3);
	CHECK_TEXT(place.path, "b.yaml");
	CHECK_INT(place.column, 4);
	CHECK_TEXT(place.line_text, "x: y");
	CHECK_INT(docset_place(set, second + 7).line, 2);
	CHECK_INT(docset_place(set, 0).line, 0);
}

static void a_chain_leads_back_to_where_a_value_was_written(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	struct error err;
	struct origin_place chain[8];
	uint32_t base;

	CHECK_INT(docset_add(set, STR("a.yaml"), STR("a: 1\nb: 2\nc: 3\n"), &base, &err), 0);
	struct node written = { .raw_count = 1, .raw_text = "1", .position = base + 3 };
	uint32_t step = origin_add(set, (struct origin_step){ .kind = ORIGIN_PATCH,
							      .instruction = base + 5,
							      .before = &written });
	struct node patched = {
		.raw_count = 1, .raw_text = "2", .position = base + 8, .step = step
	};
	struct node moved = patched;
	moved.step = origin_add(set, (struct origin_step){ .kind = ORIGIN_REPLACEMENT,
							   .instruction = base + 10,
							   .before = &patched });

	CHECK_INT(origin_chain(set, &moved, chain, 8), 3);
	CHECK_INT(chain[0].kind, ORIGIN_REPLACEMENT);
	CHECK_INT(chain[0].place.line, 3);
	CHECK_INT(chain[1].kind, ORIGIN_PATCH);
	CHECK_INT(chain[2].kind, ORIGIN_NONE);
	CHECK_INT(chain[2].place.line, 2);
}

static void changed_lists(void)
{
	SCRATCH(arena);
	const struct node *items[] = { node_int(arena, 1), node_int(arena, 2), node_int(arena, 3) };
	const struct node *list = node_list_of(arena, items, 3), *changed = list;

	changed = node_list_put(arena, list, changed, 0, node_int(arena, 10));
	const struct node *copy = changed;
	changed = node_list_put(arena, list, changed, 2, node_int(arena, 30));
	CHECK(changed == copy);
	CHECK_TEXT(json_text(arena, changed, 0), "[10,2,30]");
	CHECK_TEXT(json_text(arena, list, 0), "[1,2,3]");
}

/* Whatever stands in a document, each function finds or changes what there is. */
static void nodes_of_another_kind_have_nothing(void)
{
	SCRATCH(arena);
	const struct node *map = node_make(arena, "{a: 1, b: 2}"), *list = node_make(arena, "[1]");
	const struct node *others_of_maps[] = { NULL, list, node_cstr(arena, "text"), node_null() };
	const struct node *others_of_lists[] = { NULL, map, node_cstr(arena, "text"), node_null() };

	for (size_t i = 0; TEST_ROW(others_of_maps, i, ""); i++) {
		const struct node *n = others_of_maps[i];
		CHECK_INT(node_entry_count(n), 0);
		CHECK(!node_entry(n, 0)->key && !node_entry(n, 0)->value);
		CHECK(!node_get_lit(n, "a"));
		CHECK_TEXT(text_of(arena, node_with(arena, n, STR("k"), map)),
			   "{\"k\":{\"a\":1,\"b\":2}}");
	}
	for (size_t i = 0; TEST_ROW(others_of_lists, i, ""); i++) {
		const struct node *n = others_of_lists[i];
		CHECK_INT(node_item_count(n), 0);
		CHECK(!node_item(n, 0));
		CHECK(node_list_with(arena, n, 0, map) == n);
		CHECK(node_list_put(arena, n, n, 0, map) == n);
		CHECK(node_list_without(arena, n, 0) == n);
		CHECK_TEXT(text_of(arena, node_list_append(arena, n, node_null())), "[null]");
	}
	CHECK(!node_text(map).ptr);
	CHECK_INT(scalar_of(list).type, SCALAR_NONE);
	CHECK(!node_entry(map, 2)->key);
	CHECK(!node_item(list, 1));
}

static void a_text_takes_the_place_of_any_node(void)
{
	SCRATCH(arena);
	struct node list = { .kind = NODE_LIST, .position = 7, .step = 3 };
	const struct node *made = node_with_text(arena, &list, STR("x"));

	CHECK_TEXT(text_of(arena, made), "\"x\"");
	CHECK_INT(made->position, 7);
	CHECK_INT(made->step, 3);
	CHECK_TEXT(text_of(arena, node_with_text(arena, NULL, STR("1"))), "\"1\"");
}

static void changes_by_nothing(void)
{
	SCRATCH(arena);
	const struct node *map = node_make(arena, "{a: 1, b: 2}"), *list = node_make(arena, "[1]");

	CHECK_TEXT(text_of(arena, node_with(arena, map, STR("a"), NULL)), "{\"b\":2}");
	CHECK(node_with(arena, map, STR("c"), NULL) == map);
	CHECK(node_list_append(arena, list, NULL) == list);
	CHECK(node_list_with(arena, list, 0, NULL) == list);
	CHECK(!node_copy(arena, NULL, true));
	CHECK_INT(node_count_all(NULL), 0);
}

/* However a tree was made, it knows at least as many levels as it has. */
static void trees_know_their_depth(void)
{
	SCRATCH(arena);
	struct error err;
	struct docset *set = docset_new(arena);
	const struct node *flat = node_make(arena, "{a: 1, b: [x]}"), *n = node_int(arena, 1);
	const struct node *deep = json_read(set, STR("f"), STR("{\"a\":[[{\"b\":[]}]]}"), &err);

	CHECK_INT(node_depth(NULL), 0);
	CHECK_INT(node_depth(n), 0);
	CHECK_INT(node_depth(node_empty_map()), 1);
	CHECK_INT(node_depth(node_empty_list()), 1);
	CHECK_INT(node_depth(flat), 2);
	CHECK_INT(node_depth(deep), 5);
	CHECK_INT(node_depth(node_make(arena, "{x: [%n]}", deep)), 7);
	CHECK_INT(node_depth(node_with(arena, flat, STR("c"), deep)), 6);
	CHECK_INT(node_depth(node_with(arena, NULL, STR("c"), n)), 1);
	CHECK_INT(node_depth(node_set(arena, NULL, "x.y.z", deep)), 8);
	CHECK_INT(node_depth(node_list_append(arena, NULL, deep)), 6);
	const struct node *list = node_make(arena, "[1, 2]");
	CHECK_INT(node_depth(node_list_with(arena, list, 1, deep)), 6);
	const struct node *changed = node_list_put(arena, list, list, 0, n);
	CHECK_INT(node_depth(node_list_put(arena, list, changed, 1, deep)), 6);
	CHECK_INT(node_depth(node_copy(arena, deep, true)), 5);
	for (int i = 0; i < RAW_DEPTH_MAX; i++)
		n = node_list_append(arena, NULL, n);
	CHECK_INT(node_depth(n), RAW_DEPTH_MAX);
	CHECK_INT(node_depth(node_list_append(arena, NULL, n)), RAW_DEPTH_MAX);
	CHECK(node_is_too_deep(n));
}

static void members_are_items_and_values(void)
{
	SCRATCH(arena);
	const struct node *map = node_make(arena, "{a: 1, b: 2}"), *list = node_make(arena, "[3]");

	CHECK_INT(node_member_count(map), 2);
	CHECK_TEXT(node_text(node_member(map, 1)), "2");
	CHECK_INT(node_member_count(list), 1);
	CHECK_TEXT(node_text(node_member(list, 0)), "3");
	CHECK_INT(node_member_count(node_cstr(arena, "text")), 0);
	CHECK(!node_member(node_cstr(arena, "text"), 0));
}

TESTS({ "nodes of another kind have nothing", nodes_of_another_kind_have_nothing },
      { "a text takes the place of any node", a_text_takes_the_place_of_any_node },
      { "changes with NULL members", changes_by_nothing },
      { "trees know their depth", trees_know_their_depth },
      { "members are items and values", members_are_items_and_values },
      { "a walk that changes items copies the list once", changed_lists },
      { "node_make fills placeholders", make_fills_placeholders },
      { "a NULL node is written as null where it is not optional",
	nothing_is_null_where_it_is_not_optional },
      { "node_at finds keys, indices and selected items",
	at_finds_keys_indices_and_selected_items },
      { "node_set copies the path and shares the rest", set_copies_the_path_and_shares_the_rest },
      { "equality is by meaning", equality_is_by_meaning },
      { "empty is null, or without members", empty_is_null_or_without_members },
      { "positions become places", positions_become_places },
      { "a chain leads back to where a value was written",
	a_chain_leads_back_to_where_a_value_was_written })
