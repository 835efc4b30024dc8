/* layer_replace_test - a value of one resource in fields of others */
#include "build/kustomize/kustomize_fixture.h"

#define SOURCE                                                                                     \
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {n: \"8080\", t: a:b:c, "     \
	"m: {k: v}}\n---\n"

/* The target's data after one replacement; both halves are the text of a flow map. */
static struct str replaced(struct arena *arena, const char *source, const char *target)
{
	struct str text = str_printf(arena,
				     "resources: [a.yaml]\nreplacements:\n"
				     "- source: {kind: ConfigMap, name: s, %s}\n"
				     "  targets: [{select: {kind: Any}, %s}]\n",
				     source, target);
	struct str out = BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
			       { "top/a.yaml",
				 SOURCE "apiVersion: x.io/v1\nkind: Any\nmetadata: {name: t}\n"
					"data: {i: 1, p: x-y, l: [{name: a}, {name: ab}]}\n" });
	ptrdiff_t at = str_find(out, STR("apiVersion: x.io/v1\ndata:\n"));

	return at < 0 ? out : str_from(out, (size_t)at + 26);
}

#define TAIL "kind: Any\nmetadata:\n  name: t\n"
#define LIST "  l:\n  - name: a\n  - name: ab\n"

static void what_is_written(void)
{
	static const struct {
		const char *source, *target, *want;
	} rows[] = {
		/* A number stays one, a text becomes one where a text was. */
		{ "fieldPath: data.n", "fieldPaths: [data.i]",
		  "  i: 8080\n" LIST "  p: x-y\n" TAIL },
		{ "fieldPath: data.n", "fieldPaths: [data.p]",
		  "  i: 1\n" LIST "  p: \"8080\"\n" TAIL },
		{ "fieldPath: data.n", "fieldPaths: [data.new], options: {create: true}",
		  "  i: 1\n" LIST "  new: 8080\n  p: x-y\n" TAIL },
		{ "fieldPath: data.t, options: {delimiter: ':', index: 1}", "fieldPaths: [data.p]",
		  "  i: 1\n" LIST "  p: b\n" TAIL },
		{ "fieldPath: metadata.name",
		  "fieldPaths: [data.p], options: {delimiter: '-', index: 1}",
		  "  i: 1\n" LIST "  p: x-s\n" TAIL },
		{ "fieldPath: metadata.name",
		  "fieldPaths: [data.p], options: {delimiter: '-', index: -1}",
		  "  i: 1\n" LIST "  p: s-x-y\n" TAIL },
		{ "fieldPath: metadata.name",
		  "fieldPaths: [data.p], options: {delimiter: '-', index: 9}",
		  "  i: 1\n" LIST "  p: x-y-s\n" TAIL },
		/* One behind the last part is past the end, too. */
		{ "fieldPath: metadata.name",
		  "fieldPaths: [data.p], options: {delimiter: '-', index: 2}",
		  "  i: 1\n" LIST "  p: x-y-s\n" TAIL },
		{ "fieldPath: data.t, options: {delimiter: ':', index: 2}", "fieldPaths: [data.p]",
		  "  i: 1\n" LIST "  p: c\n" TAIL },
		/* The value in brackets is a pattern, found anywhere. */
		{ "fieldPath: metadata.name", "fieldPaths: ['data.l.[name=b].name']",
		  "  i: 1\n  l:\n  - name: a\n  - name: s\n  p: x-y\n" TAIL },
		{ "fieldPath: metadata.name", "fieldPaths: ['data.l.*.name']",
		  "  i: 1\n  l:\n  - name: s\n  - name: s\n  p: x-y\n" TAIL },
		{ "fieldPath: data.m", "fieldPaths: [data.l]",
		  "  i: 1\n  l:\n    k: v\n  p: x-y\n" TAIL },
		{ "fieldPath: data.m", "fieldPaths: [data.p]", "  i: 1\n" LIST "  p: \"\"\n" TAIL },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].source); i++)
		CHECK_STR(replaced(arena, rows[i].source, rows[i].target),
			  str_from_cstr(rows[i].want));
}

static void what_is_refused(void)
{
	static const struct {
		const char *source, *target, *want;
	} rows[] = {
		{ "fieldPath: data.none", "fieldPaths: [data.p]",
		  "fieldPath `data.none` is missing for replacement source" },
		{ "fieldPath: data.n", "fieldPaths: [data.none]",
		  "unable to find field \"data.none\" in replacement target" },
		{ "fieldPath: data.t, options: {delimiter: ':', index: 3}", "fieldPaths: [data.p]",
		  "options.index 3 is out of bounds for value a:b:c" },
		{ "fieldPath: data.m, options: {delimiter: ':'}", "fieldPaths: [data.p]",
		  "delimiter option can only be used with scalar nodes" },
		{ "fieldPath: data.t", "fieldPaths: [data.i]",
		  "the value is not of the type that its tag says" },
		{ "fieldPath: data.t", "fieldPaths: ['data.l.[name=(].name']", "missing" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].source); i++)
		CHECK(str_contains(replaced(arena, rows[i].source, rows[i].target),
				   str_from_cstr(rows[i].want)));
}

TESTS({ "a value takes the type of what it replaces, whole or in part", what_is_written },
      { "missing fields, parts out of bounds and wrong types are refused", what_is_refused })
