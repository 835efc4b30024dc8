/* layer_replace_test - a value of one resource in fields of others */
#include "build/kustomize/kustomize_fixture.h"
#include "doc/json.h"
#include "kube/object.h"

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

#define ANY(name, more)                                                                            \
	"---\napiVersion: x.io/v1\nkind: Any\nmetadata: {name: " name more                         \
	"}\ndata: {a: o, b: o, l: "                                                                \
	"[{name: a}, {name: ab}], w: [v]}\n"

/* What two objects hold after replacements, without what did not change; or the error. */
static struct str data_after(struct arena *arena, struct str replacements)
{
	static const char objects[] =
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {d: "
		"'x:y:z', e: ''}\n" ANY("t", "")
			ANY("u", ", namespace: two, labels: {l: x}, annotations: {n: y}");
	struct str text = str_printf(arena, "resources: [all.yaml]\nreplacements:\n%.*s",
				     STR_FMT(replacements));
	const struct fixture_file files[] = {
		{ "top/kustomization.yaml", str_cstr(arena, text) },
		{ "top/all.yaml", objects },
		{ "top/r.yaml",
		  "{sourceValue: r, targets: [{select: {name: t}, fieldPaths: [data.a]}]}\n" },
		{ "top/list.yaml",
		  "- {sourceValue: r, targets: [{select: {name: t}, fieldPaths: [data.a]}]}\n"
		  "- {sourceValue: q, targets: [{select: {name: t}, fieldPaths: [data.b]}]}\n" },
	};
	struct error err;
	struct render render = fixture_render(arena, files, ARRAY_COUNT(files), &err);
	struct buf out;

	if (!render.set)
		return str_copy(arena, str_from_cstr(err.text));
	buf_init(&out, arena);
	for (uint32_t i = 1; i < render.count; i++) {
		buf_printf(&out, "%s%.*s ", i > 1 ? ", " : "",
			   STR_FMT(object_name(render.objects[i])));
		json_write(&out, node_get_lit(render.objects[i], "data"), JSON_SORT_KEYS);
	}
	return str_replace(arena,
			   str_replace(arena, buf_str(&out),
				       STR(",\"l\":[{\"name\":\"a\"},{\"name\":\"ab\"}]"), STR("")),
			   STR(",\"w\":[\"v\"]"), STR(""));
}

static const struct {
	const char *targets, *want;
} targets[] = {
	{ "[{select: {kind: Any}}]", "s {\"a\":\"o\",\"b\":\"o\"}, s {\"a\":\"o\",\"b\":\"o\"}" },
	{ "[{select: {kind: Any, name: u}}]",
	  "s {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\"}" },
	{ "[{select: {name: t}, fieldPaths: [data.a]}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"s\",\"b\":\"o\"}" },
	{ "[{select: {group: x.io}, fieldPaths: [data.a]}]",
	  "u {\"a\":\"s\",\"b\":\"o\"}, t {\"a\":\"s\",\"b\":\"o\"}" },
	{ "[{select: {version: v2}, fieldPaths: [data.a]}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\"}" },
	{ "[{select: {namespace: default}, fieldPaths: [data.a]}]",
	  "unable to find field \"data.a\" in replacement target" },
	{ "[{select: {namespace: two, kind: Any}, fieldPaths: [data.a]}]",
	  "u {\"a\":\"s\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\"}" },
	{ "[{select: {kind: Any, labelSelector: l=x}, fieldPaths: [data.a]}]",
	  "u {\"a\":\"s\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\"}" },
	{ "[{select: {kind: Any, annotationSelector: n=y}, fieldPaths: [data.a]}]",
	  "u {\"a\":\"s\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\"}" },
	{ "[{select: {kind: Any}, reject: [{name: u}], fieldPaths: [data.a]}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"s\",\"b\":\"o\"}" },
	{ "[{select: {kind: Any}, reject: [{labelSelector: l=x}], fieldPaths: [data.a]}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"s\",\"b\":\"o\"}" },
	{ "[{select: {kind: Any}, reject: [{}], fieldPaths: [data.a]}]",
	  "u {\"a\":\"s\",\"b\":\"o\"}, t {\"a\":\"s\",\"b\":\"o\"}" },
	{ "[{select: {kind: Any}, reject: [{name: z}, {namespace: two}], fieldPaths: "
	  "[data.a]}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"s\",\"b\":\"o\"}" },
	{ "[{fieldPaths: [data.a]}]", "target must specify resources to select" },
	{ "[]", "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\"}" },
	{ "[{select: {name: t}, fieldPaths: [data.new.deep], options: {create: true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t "
	  "{\"a\":\"o\",\"b\":\"o\",\"new\":{\"deep\":\"s\"}}" },
	{ "[{select: {name: t}, fieldPaths: [data.new.0.k], options: {create: true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t "
	  "{\"a\":\"o\",\"b\":\"o\",\"new\":[{\"k\":\"s\"}]}" },
	{ "[{select: {name: t}, fieldPaths: ['data.new.[name=a].k'], options: {create: "
	  "true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t "
	  "{\"a\":\"o\",\"b\":\"o\",\"new\":[{\"k\":\"s\",\"name\":\"a\"}]}" },
	{ "[{select: {name: t}, fieldPaths: ['data.l.[name=c].k'], options: {create: "
	  "true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t "
	  "{\"a\":\"o\",\"b\":\"o\",\"l\":[{\"name\":\"a\"},{\"name\":\"ab\"},{\"k\":\"s\","
	  "\"name\":\"c\"}]}" },
	{ "[{select: {name: t}, fieldPaths: ['data.l.[name=a].k'], options: {create: "
	  "true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t "
	  "{\"a\":\"o\",\"b\":\"o\",\"l\":[{\"k\":\"s\",\"name\":\"a\"},{\"k\":\"s\","
	  "\"name\":\"ab\"}]}" },
	{ "[{select: {name: t}, fieldPaths: [data.l.1.k], options: {create: true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t "
	  "{\"a\":\"o\",\"b\":\"o\",\"l\":[{\"name\":\"a\"},{\"k\":\"s\",\"name\":\"ab\"}]"
	  "}" },
	{ "[{select: {name: t}, fieldPaths: [data.l.2.k], options: {create: true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t "
	  "{\"a\":\"o\",\"b\":\"o\",\"l\":[{\"name\":\"a\"},{\"name\":\"ab\"},{\"k\":\"s\"}"
	  "]}" },
	{ "[{select: {name: t}, fieldPaths: [data.l.k], options: {create: true}}]",
	  "field \"data.l.k\": unable to find field in replacement target" },
	{ "[{select: {name: t}, fieldPaths: [data.l.1.k]}]",
	  "unable to find field \"data.l.1.k\" in replacement target" },
	{ "[{select: {name: t}, fieldPaths: [data.l.0.name]}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t "
	  "{\"a\":\"o\",\"b\":\"o\",\"l\":[{\"name\":\"s\"},{\"name\":\"ab\"}]}" },
	{ "[{select: {name: t}, fieldPaths: ['data.w.[=v]']}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\",\"w\":[\"s\"]}" },
	{ "[{select: {name: t}, fieldPaths: ['data.w.[=z]'], options: {create: true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\",\"w\":[\"v\",\"s\"]}" },
	{ "[{select: {name: t}, fieldPaths: ['']}]",
	  "unable to find field \"\" in replacement target" },
	{ "[{select: {name: t}, fieldPaths: [.]}]",
	  "unable to find field \".\" in replacement target" },
	{ "[{select: {name: t}, fieldPaths: [metadata.], options: {create: true}}]",
	  "unable to find or create field \"metadata.\" in replacement target" },
	{ "[{select: {name: t}, fieldPaths: [data.a.], options: {create: true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"\",\"b\":\"o\"}" },
	{ "[{select: {name: t}, fieldPaths: [data.new..], options: {create: true}}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\",\"new\":\"s\"}" },
	{ "[{select: {name: t}, fieldPaths: [data.a.]}]",
	  "unable to find field \"data.a.\" in replacement target" },
	{ "[{select: {name: t}, fieldPaths: ['data.w.[=v].']}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"o\",\"b\":\"o\",\"w\":[\"s\"]}" },
	{ "[{select: {name: t}, fieldPaths: [data..a]}]",
	  "unable to find field \"data..a\" in replacement target" },
	{ "[{select: {name: t}, fieldPaths: [.data.a]}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"s\",\"b\":\"o\"}" },
	{ "[{select: {name: t}, fieldPaths: [metadata]}]",
	  "field \"metadata\": missing metadata.name in object {Any}" },
	{ "[{select: {name: t}, fieldPaths: [data.a.b]}]",
	  "field \"data.a.b\": unable to find field in replacement target" },
	{ "[{select: {name: t}, fieldPaths: [data.a, data.b]}]",
	  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"s\",\"b\":\"s\"}" },
	{ "[{select: {name: t}, fieldPaths: ['data.l.[name=(]']}]",
	  "field \"data.l.[name=(]\": '(' is not a regular expression: missing ): (" },
	{ "[{select: {name: t}, fieldPaths: [data.l], options: {delimiter: x}}]",
	  "field \"data.l\": delimiter option can only be used with scalar nodes" },
};

static void targets_are_selected_and_written(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(targets, i, targets[i].targets); i++)
		CHECK_STR(
			data_after(
				arena,
				str_printf(arena,
					   "- source: {kind: ConfigMap, name: s}\n  targets: %s\n",
					   targets[i].targets)),
			str_from_cstr(targets[i].want));
}

static void values_come_from_one_source(void)
{
	static const struct {
		const char *replacements, *want;
	} rows[] = {
		{ "- targets: [{select: {kind: Any}}]\n",
		  "replacements must specify a source and at least one target" },
		{ "- source: {kind: ConfigMap, name: s}\n",
		  "replacements must specify a source and at least one target" },
		{ "- {sourceValue: c, source: {name: s}, targets: [{select: {name: t}}]}\n",
		  "value and resource selectors are mutually exclusive" },
		{ "- {sourceValue: c, targets: [{select: {name: t}, fieldPaths: [data.a]}]}\n",
		  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"c\",\"b\":\"o\"}" },
		{ "- {source: {kind: Any}, targets: [{select: {name: t}}]}\n",
		  "multiple matches for selector Any.[noVer].[noGrp]/[noName].[noNs]" },
		{ "- {source: {kind: None}, targets: [{select: {name: t}}]}\n",
		  "nothing selected by None.[noVer].[noGrp]/[noName].[noNs]" },
		{ "- {source: {kind: Any, namespace: two}, targets: [{select: {name: t}, "
		  "fieldPaths: [data.a]}]}\n",
		  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"u\",\"b\":\"o\"}" },
		{ "- {path: r.yaml}\n",
		  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"r\",\"b\":\"o\"}" },
		{ "- {path: list.yaml}\n",
		  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"r\",\"b\":\"q\"}" },
		{ "- {path: r.yaml, targets: []}\n",
		  "cannot specify both path and inline replacement" },
		{ "- {path: none.yaml}\n", "open top/none.yaml: no such file or directory" },
		{ "- {source: {kind: ConfigMap, fieldPath: data.d, options: {delimiter: ':'}}, "
		  "targets: [{select: {name: t}, fieldPaths: [data.a]}]}\n",
		  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"x\",\"b\":\"o\"}" },
		{ "- {source: {kind: ConfigMap, fieldPath: data.d, options: {delimiter: ':', "
		  "index: 2}}, targets: [{select: {name: t}, fieldPaths: [data.a]}]}\n",
		  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"z\",\"b\":\"o\"}" },
		{ "- {source: {kind: ConfigMap, fieldPath: data.d, options: {delimiter: ':', "
		  "index: -1}}, targets: [{select: {name: t}, fieldPaths: [data.a]}]}\n",
		  "options.index -1 is out of bounds for value x:y:z" },
		{ "- {source: {kind: ConfigMap, fieldPath: data.e}, targets: [{select: {name: t}, "
		  "fieldPaths: [data.a]}]}\n",
		  "u {\"a\":\"o\",\"b\":\"o\"}, t {\"a\":\"\",\"b\":\"o\"}" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].replacements); i++)
		CHECK_STR(data_after(arena, str_from_cstr(rows[i].replacements)),
			  str_from_cstr(rows[i].want));
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case replaced_as[] = {
	{ "a quoted number into a new field",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nreplacements: [{source: {kind: ConfigMap, fieldPath: data.n}, "
	      "targets: [{select: {kind: Any}, fieldPaths: [spec.n], options: {create: "
	      "true}}]}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {n: "
			    "\"8080\"}\n---\napiVersion: x.io/v1\nkind: Any\nmetadata: {name: "
			    "t}\nspec: {a: o}\n" } },
	  "apiVersion: v1\ndata:\n  \"n\": \"8080\"\nkind: ConfigMap\nmetadata:\n  name: "
	  "s\n---\napiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: t\nspec:\n  a: o\n  \"n\": "
	  "8080\n" },
	{ "a tagged text into a new field",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nreplacements: [{source: {kind: ConfigMap, fieldPath: data.n}, "
	      "targets: [{select: {kind: Any}, fieldPaths: [spec.n], options: {create: "
	      "true}}]}]\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {n: !!str "
	      "8080}\n---\napiVersion: x.io/v1\nkind: Any\nmetadata: {name: t}\nspec: {a: o}\n" } },
	  "apiVersion: v1\ndata:\n  \"n\": \"8080\"\nkind: ConfigMap\nmetadata:\n  name: "
	  "s\n---\napiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: t\nspec:\n  a: o\n  \"n\": "
	  "8080\n" },
	{ "a map and a list",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nreplacements: [{source: {kind: ConfigMap, fieldPath: data}, "
	      "targets: [{select: {kind: Any}, fieldPaths: [spec.a]}]}, {source: {kind: Any, "
	      "fieldPath: spec.a.n}, targets: [{select: {kind: Any}, fieldPaths: "
	      "[metadata.annotations.z], options: {create: true}}]}]\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {n: "
	      "x}\n---\napiVersion: x.io/v1\nkind: Any\nmetadata: {name: t}\nspec: {a: o}\n" } },
	  "fieldPath `spec.a.n` is missing for replacement source "
	  "Any.[noVer].[noGrp]/[noName].[noNs]",
	  "top/kustomization.yaml:2:127" },
	{ "dots in a key",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nreplacements: [{source: {kind: ConfigMap, fieldPath: "
	      "'data.[a.b/c]'}, targets: [{select: {kind: Any}, fieldPaths: "
	      "['metadata.annotations.[x.io/z]'], options: {create: true}}]}]\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {a.b/c: "
	      "v}\n---\napiVersion: x.io/v1\nkind: Any\nmetadata: {name: t}\nspec: {a: o}\n" } },
	  "apiVersion: v1\ndata:\n  a.b/c: v\nkind: ConfigMap\nmetadata:\n  name: "
	  "s\n---\napiVersion: x.io/v1\nkind: Any\nmetadata:\n  annotations:\n    x.io/z: v\n  "
	  "name: t\nspec:\n  a: o\n" },
	{ "two sources",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nreplacements: [{source: {kind: ConfigMap, fieldPath: data.n}, "
	      "targets: [{select: {kind: Any}, fieldPaths: [spec.a]}]}]\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {n: "
	      "x}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: t}\n---\napiVersion: "
	      "x.io/v1\nkind: Any\nmetadata: {name: t}\nspec: {a: o}\n" } },
	  "multiple matches for selector ConfigMap.[noVer].[noGrp]/[noName].[noNs]",
	  "top/kustomization.yaml:2:25" },
	{ "no source",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nreplacements: [{source: {kind: Secret, fieldPath: data.n}, "
	      "targets: [{select: {kind: Any}, fieldPaths: [spec.a]}]}]\n" },
	    { "top/a.yaml",
	      "apiVersion: x.io/v1\nkind: Any\nmetadata: {name: t}\nspec: {a: o}\n" } },
	  "nothing selected by Secret.[noVer].[noGrp]/[noName].[noNs]",
	  "top/kustomization.yaml:2:25" },
};

static void replaced_as_as_measured(void)
{
	fixture_check(replaced_as, ARRAY_COUNT(replaced_as));
}

/* " fieldPaths: [data.q.q…], options: …" */
static struct str long_path(struct arena *arena, int steps)
{
	struct buf path;

	buf_init(&path, arena);
	buf_add(&path, STR("fieldPaths: [data"));
	for (int i = 0; i < steps; i++)
		buf_add(&path, STR(".q"));
	buf_add(&path, STR("], options: {create: true}"));
	return buf_str(&path);
}

static void paths_cannot_nest_without_end(void)
{
	static const struct {
		int steps;
		const char *want;
	} rows[] = {
		{ NODE_DEPTH_MAX - 1, "q: 8080" }, /* `data` is a step, too */
		{ NODE_DEPTH_MAX, "a field path has more than 1000 steps" },
		{ 50 * NODE_DEPTH_MAX, "a field path has more than 1000 steps" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].want); i++) {
		struct str target = long_path(arena, rows[i].steps);
		CHECK(str_contains(replaced(arena, "fieldPath: data.n", str_cstr(arena, target)),
				   str_from_cstr(rows[i].want)));
	}
}

/* Each path is short enough, but what is put there is deep already. */
static void values_cannot_nest_without_end(void)
{
	SCRATCH(arena);
	struct str replacement = str_printf(arena,
					    "source: {kind: ConfigMap, name: s, fieldPath: data}\n"
					    "targets: [{select: {name: s}, %.*s}]\n",
					    STR_FMT(long_path(arena, 400)));
	struct fixture_file r = { "top/r.yaml", str_cstr(arena, replacement) };
	struct fixture_file source = { "top/a.yaml", SOURCE };

	CHECK(str_contains(BUILT(arena,
				 { "top/kustomization.yaml",
				   "resources: [a.yaml]\nreplacements: [{path: r.yaml}, {path: "
				   "r.yaml}]\n" },
				 source, r),
			   STR("kind: ConfigMap")));
	CHECK(str_contains(BUILT(arena,
				 { "top/kustomization.yaml",
				   "resources: [a.yaml]\nreplacements: [{path: r.yaml}, {path: "
				   "r.yaml}, {path: r.yaml}]\n" },
				 source, r),
			   STR("nested deeper than 1000 levels")));
}

/* In flow style an empty scalar without a type is written in quotes. Measured with kubectl
 * kustomize. */
static void an_empty_value_is_null_in_block_style(void)
{
	static const struct {
		const char *source, *want;
	} rows[] = {
		{ "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  e: ''\n",
		  "null" },
		{ "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {e: ''}}\n",
		  "\"\"" },
		{ "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {e: ''}\n", "\"\"" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].source); i++) {
		SCRATCH(arena);
		struct str want = str_printf(arena,
					     "apiVersion: v1\ndata:\n  e: \"\"\n  f: %s\n"
					     "kind: ConfigMap\nmetadata:\n  name: a\n",
					     rows[i].want);
		CHECK_STR(BUILT(arena,
				{ "top/kustomization.yaml",
				  "resources: [a.yaml]\n"
				  "replacements: [{source: {name: a, fieldPath: data.e}, targets: "
				  "[{select: {name: a}, fieldPaths: [data.f], options: {create: "
				  "true}}]}]\n" },
				{ "top/a.yaml", rows[i].source }),
			  want);
	}
}

static void a_text_taken_out_keeps_its_quotes(void)
{
	static const struct {
		const char *source, *want;
	} rows[] = {
		{ "v", "null" },      { "8080", "null" },     { "\"v\"", "\"\"" },
		{ "'true'", "\"\"" }, { "\"8080\"", "\"\"" }, { "|-\n    v", "\"\"" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].source); i++) {
		SCRATCH(arena);
		struct str file = str_printf(arena,
					     "apiVersion: v1\nkind: ConfigMap\n"
					     "metadata:\n  name: a\ndata:\n  k: %s\n",
					     rows[i].source);
		struct str want = str_printf(arena,
					     "apiVersion: v1\ndata:\n  k: %s\n"
					     "kind: ConfigMap\nmetadata:\n  name: a\n",
					     rows[i].want);
		CHECK_STR(BUILT(arena,
				{ "top/kustomization.yaml",
				  "resources: [a.yaml]\n"
				  "replacements: [{source: {name: a}, targets: [{select: {name: a},"
				  " fieldPaths: [data.k.], options: {create: true}}]}]\n" },
				{ "top/a.yaml", str_cstr(arena, file) }),
			  want);
	}
}

static void a_generated_text_taken_out_keeps_its_quotes(void)
{
	SCRATCH(arena);

	CHECK_STR(BUILT(arena, { "top/kustomization.yaml",
				 "configMapGenerator: [{name: a, literals: [k=8080, l=v], options: "
				 "{disableNameSuffixHash: true}}]\n"
				 "replacements: [{source: {name: a}, targets: [{select: {name: a}, "
				 "fieldPaths: [data.k., data.l.], options: {create: true}}]}]\n" }),
		  STR("apiVersion: v1\ndata:\n  k: \"\"\n  l: null\n"
		      "kind: ConfigMap\nmetadata:\n  name: a\n"));
}

static void a_source_is_followed_when_it_is_written(void)
{
	static const struct {
		const char *source, *target, *want;
	} rows[] = {
		{ "fieldPath: data.x", "fieldPaths: [data.x, data.y]",
		  "  x: v:v\n  \"y\": w:v:v\n" },
		{ "fieldPath: data.x", "fieldPaths: [data.y, data.x]", "  x: v:v\n  \"y\": w:v\n" },
		{ "fieldPath: data.x, options: {delimiter: '-'}", "fieldPaths: [data.x, data.y]",
		  "  x: v:v\n  \"y\": w:v\n" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].target); i++) {
		SCRATCH(arena);
		struct str top = str_printf(arena,
					    "resources: [a.yaml]\n"
					    "replacements: [{source: {name: a, %s}, targets: "
					    "[{select: {name: a}, %s, "
					    "options: {delimiter: ':', index: 1}}]}]\n",
					    rows[i].source, rows[i].target);
		struct str want = str_printf(arena,
					     "apiVersion: v1\ndata:\n%s"
					     "kind: ConfigMap\nmetadata:\n  name: a\n",
					     rows[i].want);
		CHECK_STR(BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, top) },
				{ "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\n"
						"metadata: {name: a}\ndata: {x: v, y: w}\n" }),
			  want);
	}
}

static void a_map_may_be_put_into_itself(void)
{
	SCRATCH(arena);

	CHECK_STR(BUILT(arena,
			{ "top/kustomization.yaml",
			  "resources: [a.yaml]\n"
			  "replacements: [{source: {name: a, fieldPath: m}, targets: [{select: "
			  "{name: a}, fieldPaths: [m.a, m.b]}]}]\n" },
			{ "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\n"
					"metadata: {name: a}\nm: {a: {}, b: {}, k: v}\n" }),
		  STR("apiVersion: v1\nkind: ConfigMap\nm:\n"
		      "  a:\n    a: {}\n    b: {}\n    k: v\n"
		      "  b:\n    a:\n      a: {}\n      b: {}\n      k: v\n"
		      "    b: {}\n    k: v\n  k: v\n"
		      "metadata:\n  name: a\n"));
}

static void what_doubles_is_refused(void)
{
	static const struct {
		const char *field, *target;
	} rows[] = {
		{ "data.x", "{select: {name: a}, options: {delimiter: '-', index: 1}, fieldPaths: "
			    "[data.x]}" },
		{ "m", "{select: {name: a}, options: {create: true}, fieldPaths: [m.a, m.b]}" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].field); i++) {
		struct buf text;
		buf_init(&text, arena);
		buf_add(&text, STR("resources: [a.yaml]\nreplacements:\n"));
		for (int n = 0; n < 40; n++)
			buf_printf(&text,
				   "- source: {kind: ConfigMap, name: a, fieldPath: %s}\n"
				   "  targets: [%s]\n",
				   rows[i].field, rows[i].target);
		struct str built = BUILT(
			arena, { "top/kustomization.yaml", str_cstr(arena, buf_str(&text)) },
			{ "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
					"data: {x: a-b}\nm: {k: v}\n" });
		CHECK(str_contains(built, STR(" MiB")));
	}
}

/* Of what images, a prefix or a suffix wrote, and of what a replacement created. In fields that may
 * hold variables it is a text again. Measured with kustomize 5.7.1. */
static void scalars_that_have_lost_their_type_look_like_one(void)
{
	static const struct {
		const char *more, *path, *want;
	} rows[] = {
		{ "", "spec.image", "image: \"8080\"" },
		{ "images: [{name: x, newTag: t}]\n", "spec.image", "image: 8080" },
		{ "images: [{name: z, newTag: t}]\n", "spec.image", "image: \"8080\"" },
		{ "images: [{name: x, newTag: t}]\n", "spec.quoted", "quoted: \"8080\"" },
		{ "nameSuffix: -s\n", "metadata.name", "name: 8080" },
		{ "", "metadata.name", "name: \"8080\"" },
		{ "", "spec.new", "new: 8080" },
		{ "vars: [{name: V, objref: {apiVersion: x.io/v1, kind: Pod, name: a}}]\n",
		  "spec.containers.0.args.0", "- \"8080\"" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].path); i++) {
		SCRATCH(arena);
		struct str top = str_printf(
			arena,
			"resources: [a.yaml]\n%sreplacements: [{sourceValue: '8080', targets: "
			"[{select: {kind: Pod}, fieldPaths: [%s], options: {create: true}}]}]\n"
			"configurations: [c.yaml]\n",
			rows[i].more, rows[i].path);
		CHECK(str_contains(
			BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, top) },
			      { "top/c.yaml",
				"images: [{path: spec/image}, {path: spec/quoted}]\n"
				"varReference: [{path: spec/containers/args, kind: Pod}]\n" },
			      { "top/a.yaml",
				"apiVersion: x.io/v1\nkind: Pod\nmetadata: {name: a}\nspec: "
				"{image: x, quoted: 'x', containers: [{name: c}]}\n" }),
			str_from_cstr(rows[i].want)));
	}
}

TESTS({ "replacements", replaced_as_as_measured },
      { "a value takes the type of what it replaces, whole or in part", what_is_written },
      { "targets are selected and written", targets_are_selected_and_written },
      { "values come from one source", values_come_from_one_source },
      { "missing fields, parts out of bounds and wrong types are refused", what_is_refused },
      { "paths cannot nest without end", paths_cannot_nest_without_end },
      { "texts and maps that double are refused", what_doubles_is_refused },
      { "a text taken out keeps its quotes", a_text_taken_out_keeps_its_quotes },
      { "a generated text taken out keeps its quotes",
	a_generated_text_taken_out_keeps_its_quotes },
      { "a source is followed when it is written", a_source_is_followed_when_it_is_written },
      { "a map may be put into itself", a_map_may_be_put_into_itself },
      { "an empty value is null in block style", an_empty_value_is_null_in_block_style },
      { "values cannot nest without end", values_cannot_nest_without_end },
      { "scalars that have lost their type look like one",
	scalars_that_have_lost_their_type_look_like_one })
