/* field_spec_test - where specs lead, and how sets of them are merged */
#include "build/kustomize/field_spec.h"

#include "base/test.h"
#include "doc/json.h"
#include "doc/set.h"
#include "doc/yaml.h"

static const struct node *shout(void *context, const struct node *old)
{
	return old && !node_is_scalar(old) ? &field_refused : node_str(context, STR("X"));
}

/* The object after the spec wrote X wherever it leads. */
static struct str applied(struct arena *arena, const char *object, const char *path, bool create)
{
	struct error err;
	const struct node *n = yaml_read_one(docset_new(arena), STR("t"), str_from_cstr(object),
					     DIALECT_GO_V3, &err);
	struct field_spec spec = { STR(""), STR(""), STR(""), str_from_cstr(path), create };

	n = field_apply(arena, n, &spec, shout, arena);
	return n ? json_text(arena, n, 0) : STR("refused");
}

static void paths(void)
{
	static const struct {
		const char *object, *path;
		bool create;
		const char *want;
	} rows[] = {
		{ "{a: {b: 1}}", "a/b", false, "{\"a\":{\"b\":\"X\"}}" },
		{ "{a: {}}", "a/b", false, "{\"a\":{}}" },
		{ "{}", "a/b", true, "{\"a\":{\"b\":\"X\"}}" },
		{ "{a: null}", "a/b", true, "{\"a\":{\"b\":\"X\"}}" },
		{ "{a: [{b: 1}, {c: 2}]}", "a/b", false, "{\"a\":[{\"b\":\"X\"},{\"c\":2}]}" },
		{ "{a: [{b: 1}, {c: 2}]}", "a/b", true,
		  "{\"a\":[{\"b\":\"X\"},{\"c\":2,\"b\":\"X\"}]}" },
		{ "{a: [1, 2]}", "a", false, "{\"a\":[\"X\",\"X\"]}" },
		{ "{}", "a[]/b", true, "{}" },
		{ "{a: {b: 1}}", "a[]/b", true, "{\"a\":{\"b\":\"X\"}}" },
		{ "{a: null}", "a[]/b", true, "{\"a\":[]}" },
		{ "{a: 1}", "a/b", true, "refused" },
		{ "{a: {b: {}}}", "a/b", true, "refused" },
		{ "{a: {x/y: 1}}", "a/x\\/y", false, "{\"a\":{\"x/y\":\"X\"}}" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++)
		CHECK_STR(applied(arena, rows[i].object, rows[i].path, rows[i].create),
			  str_from_cstr(rows[i].want));
}

static struct field_spec of_kind(const char *kind, const char *path, bool create)
{
	return (struct field_spec){ STR(""), STR(""), str_from_cstr(kind), str_from_cstr(path),
				    create };
}

static void a_general_spec_after_a_special_one_of_its_path_is_left_out(void)
{
	SCRATCH(arena);
	struct field_specs specs = {};

	CHECK(field_specs_merge(arena, &specs, of_kind("Pod", "a", false)));
	CHECK(field_specs_merge(arena, &specs, of_kind("", "a", false)));
	CHECK(field_specs_merge(arena, &specs, of_kind("", "b", false)));
	CHECK_INT(specs.items.count, 2);
}

static void a_special_spec_after_a_general_one_is_kept(void)
{
	SCRATCH(arena);
	struct field_specs specs = {};

	CHECK(field_specs_merge(arena, &specs, of_kind("", "a", false)));
	CHECK(field_specs_merge(arena, &specs, of_kind("Pod", "a", false)));
	CHECK_INT(specs.items.count, 2);
}

static void specs_that_differ_in_create_conflict(void)
{
	SCRATCH(arena);
	struct field_specs specs = {};

	CHECK(field_specs_merge(arena, &specs, of_kind("Pod", "a", false)));
	CHECK(!field_specs_merge(arena, &specs, of_kind("Pod", "a", true)));
}

static void the_defaults_are_shared_until_something_is_added(void)
{
	SCRATCH(arena);
	struct specs defaults, layer = { .arena = arena }, more = { .arena = arena };

	specs_init(&defaults, arena);
	CHECK(specs_merge(&layer, &defaults));
	CHECK(layer.is_default);
	CHECK(layer.images.items.items == defaults.images.items.items);
	VEC_PUSH(arena, &more.images.items, of_kind("Widget", "spec/image", false));
	CHECK(specs_merge(&layer, &more));
	CHECK(!layer.is_default);
	CHECK_INT(layer.images.items.count, defaults.images.items.count + 1);
}

static void merged_specs_come_by_kind(void)
{
	SCRATCH(arena);
	struct specs specs = { .arena = arena };

	VEC_PUSH(arena, &specs.images.items, of_kind("", "a", false));
	VEC_PUSH(arena, &specs.images.items, of_kind("Widget", "a", false));
	VEC_PUSH(arena, &specs.images.items, of_kind("Namespace", "a", false));
	specs_sort(&specs);
	CHECK_TEXT(specs.images.items.items[0].kind, "Namespace");
	CHECK_TEXT(specs.images.items.items[1].kind, "Widget");
	CHECK_TEXT(specs.images.items.items[2].kind, "");
}

/* One list for each kind that is renamed, however often it is pushed to. */
static void referrers_of_a_kind_stand_together(void)
{
	static const struct gvk kinds[] = {
		{ STR_INIT(""), STR_INIT("v1"), STR_INIT("Secret") },
		{ STR_INIT(""), STR_INIT("v1"), STR_INIT("Secret") },
		{ STR_INIT("x.io"), STR_INIT("v1"), STR_INIT("Secret") },
		{ STR_INIT(""), STR_INIT("v2"), STR_INIT("Secret") },
		{ STR_INIT(""), STR_INIT("v1"), STR_INIT("Other") },
	};
	SCRATCH(arena);
	struct specs specs = { .arena = arena };

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		specs_push_reference(&specs, kinds[i], of_kind("Pod", "a", false));
	CHECK_INT(specs.references.count, 4);
	CHECK_INT(specs.references.items[0].referrers.items.count, 2);
	CHECK_INT(specs.references.items[3].referrers.items.count, 1);
}

TESTS({ "referrers of a kind stand together", referrers_of_a_kind_stand_together },
      { "paths lead through maps and lists and make what is missing", paths },
      { "a general spec after a special one of its path is left out",
	a_general_spec_after_a_special_one_of_its_path_is_left_out },
      { "a special spec after a general one is kept", a_special_spec_after_a_general_one_is_kept },
      { "specs that differ in create conflict", specs_that_differ_in_create_conflict },
      { "the defaults are shared until something is added",
	the_defaults_are_shared_until_something_is_added },
      { "sorted specs come by kind, a general one last", merged_specs_come_by_kind })
