/* value_path_test - paths that users write to one value */
#include "build/kustomize/value_path.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/set.h"
#include "doc/yaml.h"

static struct str value_at(struct arena *arena, const char *text, bool indexed)
{
	static const char object[] = "{a: {b: 1, x.y: 2, p.q/r: 3}, list: [{name: m, v: 4}, {name: "
				     "n, v: 5}], plain: [u, w]}";
	struct error err;
	const struct node *root = yaml_read_one(docset_new(arena), STR("t"), str_from_cstr(object),
						DIALECT_GO_V3, &err);
	struct str path_text = str_from_cstr(text);
	struct value_path path = indexed ? value_path_parse_indexed(arena, path_text)
					 : value_path_parse(arena, path_text);
	const struct node *n = value_path_get(&path, root);

	return n ? json_text(arena, n, 0) : STR("nothing");
}

static void steps(void)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "a.b", "1" },
		{ ".a.b", "1" },
		{ "a.x\\.y", "2" },
		{ "a.[p.q/r]", "3" },
		{ "list.1.v", "5" },
		{ "list.[name=m].v", "4" },
		{ "list.[name=none].v", "nothing" },
		{ "list.-.v", "5" },
		{ "plain.[=w]", "\"w\"" },
		{ "plain.0", "\"u\"" },
		{ "plain.2", "nothing" },
		{ "a.0", "nothing" },
		{ "list.*.v", "nothing" },
		{ "a.b.c", "nothing" },
		{ "list[0].v", "nothing" },
		{ "a.[b", "1" },
		{ "a.b]", "nothing" },
		{ "list.[name=m]", "{\"name\":\"m\",\"v\":4}" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++)
		CHECK_STR(value_at(arena, rows[i].path, /* indexed= */ false),
			  str_from_cstr(rows[i].want));
}

static void vars_have_indices_in_brackets(void)
{
	SCRATCH(arena);
	CHECK_TEXT(value_at(arena, "list[0].v", /* indexed= */ true), "4");
	CHECK_TEXT(value_at(arena, "plain[1]", /* indexed= */ true), "\"w\"");
	CHECK_TEXT(value_at(arena, "plain[9]", /* indexed= */ true), "nothing");
	CHECK_TEXT(value_at(arena, "plain[x]", /* indexed= */ true), "nothing");
}

TESTS({ "keys, indices and selections lead to one value", steps },
      { "vars have indices in brackets", vars_have_indices_in_brackets })
