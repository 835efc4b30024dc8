/* layer_patch_test - which patch changes what */
#include "build/kustomize/kustomize_fixture.h"
#include "kube/object.h"

#define POD                                                                                        \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {l: x}}\n"                         \
	"spec: {containers: [{name: m, image: i}]}\n"

/* Patches over one pod. */
static struct str patched(struct arena *arena, const char *patches)
{
	struct str text = str_printf(arena, "resources: [a.yaml]\npatches:\n%s", patches);

	return BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
		     { "top/a.yaml", POD });
}

#define HEAD	   "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    l: x\n  name: a\n"
#define CONTAINERS "spec:\n  containers:\n  - image: i\n    name: m\n"

static void what_patches_do(void)
{
	static const struct {
		const char *patches, *want;
	} rows[] = {
		{ "- patch: '{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {x: 1}}'\n",
		  HEAD CONTAINERS "  x: 1\n" },
		{ "- patch: '{apiVersion: v1, kind: Pod, metadata: {name: a, labels: null}}'\n",
		  "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n" CONTAINERS },
		{ "- patch: '{apiVersion: v1, kind: Pod, metadata: {name: a}, $patch: delete}'\n",
		  "" },
		{ "- patch: '[{\"op\": \"add\", \"path\": \"/spec/x\", \"value\": 1}]'\n"
		  "  target: {kind: Pod}\n",
		  HEAD CONTAINERS "  x: 1\n" },
		{ "- patch: |\n    - {op: add, path: /spec/x, value: 1}\n    ---\n"
		  "    - {op: add, path: /spec/y, value: 2}\n  target: {name: a}\n",
		  HEAD CONTAINERS "  x: 1\n" },
		{ "- patch: '{apiVersion: v9, kind: Any, metadata: {name: z}, spec: {x: 1}}'\n"
		  "  target: {labelSelector: l=x, namespace: default}\n",
		  HEAD CONTAINERS "  x: 1\n" },
		{ "- patch: '{apiVersion: v1, kind: Any, metadata: {name: z}}'\n"
		  "  target: {kind: Pod}\n"
		  "  options: {allowNameChange: true, allowKindChange: true}\n",
		  "apiVersion: v1\nkind: Any\nmetadata:\n  labels:\n    l: x\n  name: "
		  "z\n" CONTAINERS },
		{ "- patch: '{apiVersion: v1, kind: Pod, metadata: {name: z, labels: {l: null}}}'\n"
		  "  target: {kind: Pod}\n",
		  "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    l: \"null\"\n  name: "
		  "a\n" CONTAINERS },
		{ "- patch: '{apiVersion: v1, kind: Pod, metadata: {name: z}, spec: {x: 1}}'\n"
		  "  target: {kind: Other}\n",
		  HEAD CONTAINERS },
		{ "- patch: '# nothing'\n  target: {kind: Pod}\n", HEAD CONTAINERS },
		{ "- patch: '[]'\n  target: {kind: Pod}\n", HEAD CONTAINERS },
		{ "- patch: \"{\\n}    \"\n  target: {kind: Pod}\n",
		  "json: cannot unmarshal object into Go value of type jsonpatch.Patch" },
		{ "- patch: \"{}\"\n  target: {kind: Other}\n", HEAD CONTAINERS },
		{ "- patch: \"\\t[{\\\"op\\\": \\\"add\\\", \\\"path\\\": \\\"/spec/x\\\", "
		  "\\\"value\\\": 1}] \\n  \"\n  target: {kind: Pod}\n",
		  HEAD CONTAINERS "  x: 1\n" },
		{ "- patch: |2\n\n    - {op: add, path: /spec/x, value: 1}\n  target: {kind: "
		  "Pod}\n",
		  HEAD CONTAINERS "  x: 1\n" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].patches); i++)
		CHECK_STR(patched(arena, rows[i].patches), str_from_cstr(rows[i].want));
}

static void what_is_refused(void)
{
	static const struct {
		const char *patches, *want;
	} rows[] = {
		{ "- patch: '{apiVersion: v1, kind: Pod, metadata: {name: z}}'\n",
		  "no resource matches strategic merge patch \"Pod.v1.[noGrp]/z.[noNs]\"" },
		{ "- patch: '[{\"op\": \"remove\", \"path\": \"/spec/none\"}]'\n"
		  "  target: {kind: Pod}\n",
		  "Unable to remove nonexistent key: none" },
		{ "- patch: '[{\"op\": \"remove\", \"path\": \"/spec\"}]'\n",
		  "must specify a target for JSON patch" },
		{ "- patch: '# nothing'\n", "must specify a target for JSON patch" },
		{ "- {path: p.yaml, patch: x}\n", "patch and path can't be set at the same time" },
		{ "- target: {kind: Pod}\n", "must specify one of patch and path" },
		{ "- patch: 'no object'\n", "unable to parse SM or JSON patch" },
		{ "- patch: \"kind: A\\nmetadata: {name: a}\\n---\\nkind: A\\n"
		  "metadata: {name: b}\"\n"
		  "  target: {kind: Pod}\n",
		  "Multiple Strategic-Merge Patches in one `patches` entry" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].patches); i++)
		CHECK(str_contains(patched(arena, rows[i].patches), str_from_cstr(rows[i].want)));
}

/* What three objects are after patches: kind, name and the member that patches add; or the message
 * of the error. */
static struct str objects_after(struct arena *arena, const char *patches)
{
	struct str text = str_printf(arena, "resources: [all.yaml]\n%s", patches);
	const struct fixture_file files[] = {
		{ "top/kustomization.yaml", str_cstr(arena, text) },
		{ "top/all.yaml",
		  "apiVersion: v1\nkind: A\nmetadata: {name: a, labels: {l: x}}\n---\n"
		  "apiVersion: v1\nkind: A\nmetadata: {name: ab, namespace: ns, annotations: {m: "
		  "y}}\n---\n"
		  "apiVersion: x.io/v2\nkind: B\nmetadata: {name: b, labels: {l: z}}\n" },
		{ "top/p.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\na: 1\n" },
		{ "top/ops.json", "[{\"op\": \"add\", \"path\": \"/a\", \"value\": 1}]" },
		{ "top/empty.yaml", "" },
	};
	struct error err;
	struct render render = fixture_render(arena, files, ARRAY_COUNT(files), &err);
	struct buf out;

	if (!render.set)
		return str_copy(arena, str_from_cstr(err.text));
	buf_init(&out, arena);
	for (uint32_t i = 0; i < render.count; i++)
		buf_printf(&out, "%s%.*s/%.*s%s", i ? " " : "",
			   STR_FMT(object_kind(render.objects[i])),
			   STR_FMT(object_name(render.objects[i])),
			   node_get_lit(render.objects[i], "a") ? "+" : "");
	return buf_str(&out);
}

static const struct {
	const char *patches, *want;
} selections[] = {
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {kind: A}}]\n",
	  "B/b A/ab+ A/a+" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {group: x.io}}]\n",
	  "B/b+ A/ab A/a" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {version: v2}}]\n",
	  "B/b+ A/ab A/a" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {name: 'a|b'}}]\n",
	  "B/b+ A/ab A/a+" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {name: a.}}]\n",
	  "B/b A/ab+ A/a" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {name: (}}]\n",
	  "'(' is not a regular expression: missing ): (" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {namespace: "
	  "ns}}]\n",
	  "B/b A/ab+ A/a" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {labelSelector: 'l "
	  "in (x)'}}]\n",
	  "B/b A/ab A/a+" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {labelSelector: 'l "
	  "in x'}}]\n",
	  "unable to parse requirement: found 'x' expected: '('" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: "
	  "{annotationSelector: m=y}}]\n",
	  "B/b A/ab+ A/a" },
	{ "patches: [{patch: '- {op: add, path: /a, value: 1}', target: {}}]\n",
	  "B/b+ A/ab+ A/a+" },
	{ "patches: [{patch: '{apiVersion: v1, kind: A, metadata: {name: a}, a: 1}'}]\n",
	  "B/b A/ab A/a+" },
	{ "patches: [{patch: '{apiVersion: v1, kind: A, metadata: {name: a, namespace: "
	  "ns}, a: 1}'}]\n",
	  "no resource matches strategic merge patch \"A.v1.[noGrp]/a.ns\": no matches for "
	  "Id A.v1.[noGrp]/a.ns; failed to find unique target for patch "
	  "A.v1.[noGrp]/a.ns" },
	{ "patches: [{patch: '{apiVersion: v1, kind: A, metadata: {name: q}, a: 1}'}]\n",
	  "no resource matches strategic merge patch \"A.v1.[noGrp]/q.[noNs]\": no matches "
	  "for Id A.v1.[noGrp]/q.[noNs]; failed to find unique target for patch "
	  "A.v1.[noGrp]/q.[noNs]" },
	{ "patches: [{path: p.yaml}]\n", "B/b A/ab A/a+" },
	{ "patches: [{path: p.yaml, target: {kind: A}}]\n", "B/b A/ab+ A/a+" },
	{ "patches: [{path: none.yaml}]\n",
	  "failed to get the patch file from path(none.yaml): open top/none.yaml: no such "
	  "file or directory" },
	{ "patches: [{path: empty.yaml}]\n", "must specify a target for JSON patch" },
	{ "patches: [{patch: '{apiVersion: v1, kind: A, metadata: {name: z}}', target: "
	  "{kind: A}, options: {allowNameChange: true}}]\n",
	  "B/b A/z A/z" },
	{ "patches: [{patch: '{apiVersion: v1, kind: Z, metadata: {name: z}}', target: "
	  "{name: a, kind: A}, options: {allowKindChange: true}}]\n",
	  "B/b A/ab Z/a" },
	{ "patches: [{patch: '{apiVersion: v1, kind: A, metadata: {name: a}, $patch: "
	  "delete}'}]\n",
	  "B/b A/ab" },
	{ "patchesJson6902: [{patch: '- {op: add, path: /a, value: 1}', target: {kind: A, "
	  "name: a, version: v1}}]\n",
	  "B/b A/ab A/a+" },
	{ "patchesJson6902: [{patch: '- {op: add, path: /a, value: 1}', target: {kind: A, "
	  "version: v1}}]\n",
	  "must specify the target name" },
	{ "patchesJson6902: [{path: ops.json, target: {kind: A, name: a, version: v1}}]\n",
	  "B/b A/ab A/a+" },
	{ "patchesStrategicMerge: [p.yaml]\n", "B/b A/ab A/a+" },
	{ "patchesStrategicMerge: ['{apiVersion: v1, kind: A, metadata: {name: a}, a: "
	  "1}']\n",
	  "B/b A/ab A/a+" },
	{ "patchesStrategicMerge: [none.yaml]\n", "open top/none.yaml: no such file or directory" },
	{ "patchesStrategicMerge: [empty.yaml]\n", "patch appears to be empty" },
	{ "patchesStrategicMerge: ['{apiVersion: v1, kind: A, metadata: {name: q}, a: "
	  "1}']\n",
	  "no resource matches strategic merge patch \"A.v1.[noGrp]/q.[noNs]\": no matches "
	  "for Id A.v1.[noGrp]/q.[noNs]; failed to find unique target for patch "
	  "A.v1.[noGrp]/q.[noNs]" },
};

static void which_objects_are_patched(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(selections, i, selections[i].patches); i++)
		CHECK_STR(objects_after(arena, selections[i].patches),
			  str_from_cstr(selections[i].want));
}

#define MEASURED_POD                                                                               \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {l: x}, annotations: {m: "         \
	"z}}\nspec: {containers: [{name: m, image: i}], volumes: [{name: v}]}\n"
/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case applied[] = {
	{ "null labels of a strategic patch",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatchesStrategicMerge: ['{apiVersion: v1, kind: Pod, metadata: "
	      "{name: a, labels: {l: null}, annotations: {m: null}}}']\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: \"null\"\n  labels:\n    "
	  "l: \"null\"\n  name: a\nspec:\n  containers:\n  - image: i\n    name: m\n  volumes:\n  "
	  "- name: v\n" },
	{ "null labels of a patch by name",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{patch: '{apiVersion: v1, kind: Pod, metadata: "
	      "{name: a, labels: {l: null}, annotations: {m: null}}}'}]\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}\n  name: a\nspec:\n  containers:\n  "
	  "- image: i\n    name: m\n  volumes:\n  - name: v\n" },
	{ "null labels of a patch that may rename",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{patch: '{apiVersion: v1, kind: Pod, metadata: "
	      "{name: a, labels: {l: null}, annotations: {m: null}}}', options: {allowNameChange: "
	      "true}}]\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: \"null\"\n  labels: {}\n  "
	  "name: a\nspec:\n  containers:\n  - image: i\n    name: m\n  volumes:\n  - name: v\n" },
	{ "null labels of a patch that may change the kind",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{patch: '{apiVersion: v1, kind: Pod, metadata: "
	      "{name: a, labels: {l: null}, annotations: {m: null}}}', options: {allowKindChange: "
	      "true}}]\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: \"null\"\n  labels: {}\n  "
	  "name: a\nspec:\n  containers:\n  - image: i\n    name: m\n  volumes:\n  - name: v\n" },
	{ "null labels of a selecting patch",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{target: {kind: Pod}, patch: '{apiVersion: v1, kind: "
	      "Pod, metadata: {name: a, labels: {l: null}, annotations: {m: null}}}'}]\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: \"null\"\n  labels:\n    "
	  "l: \"null\"\n  name: a\nspec:\n  containers:\n  - image: i\n    name: m\n  volumes:\n  "
	  "- name: v\n" },
	{ "two strategic patches in one text",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatchesStrategicMerge:\n- |-\n  {apiVersion: v1, kind: Pod, "
	      "metadata: {name: a}, spec: {x: 1}}\n  ---\n  {apiVersion: v1, kind: Pod, metadata: "
	      "{name: a}, spec: {y: 2}}\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: a\nspec:\n  containers:\n  - image: i\n    name: m\n  volumes:\n  - name: v\n  x: "
	  "1\n  \"y\": 2\n" },
	{ "a later patch over an earlier one",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches:\n- patch: '{apiVersion: v1, kind: Pod, metadata: "
	      "{name: a}, spec: {x: 1}}'\n- patch: '{apiVersion: v1, kind: Pod, metadata: {name: "
	      "a}, spec: {x: 2, containers: [{name: n}]}}'\n- patch: '[{\"op\": \"replace\", "
	      "\"path\": \"/spec/x\", \"value\": 3}, {\"op\": \"remove\", \"path\": "
	      "\"/spec/volumes/0\"}]'\n  target: {kind: Pod, name: a}\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: a\nspec:\n  containers:\n  - name: \"n\"\n  - image: i\n    name: m\n  volumes: "
	  "[]\n  x: 3\n" },
	{ "operations",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches:\n- target: {kind: Pod}\n  patch: |-\n    - {op: add, "
	      "path: /spec/containers/-, value: {name: n}}\n    - {op: copy, from: "
	      "/metadata/labels, path: /spec/c}\n    - {op: move, from: /spec/volumes, path: "
	      "/spec/w}\n    - {op: test, path: /spec/c/l, value: x}\n    - {op: add, path: "
	      "/metadata/annotations/a~1b~0c, value: d}\n    - {op: add, path: /spec/containers/0, "
	      "value: {name: first}}\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    a/b~c: d\n    m: z\n  "
	  "labels:\n    l: x\n  name: a\nspec:\n  c:\n    l: x\n  containers:\n  - name: first\n  "
	  "- image: i\n    name: m\n  - name: false\n  w:\n  - name: v\n" },
	{ "a test that fails",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\npatches:\n- target: {kind: Pod}\n  "
					"patch: '- {op: test, path: /metadata/name, value: b}'\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "testing value /metadata/name failed: test failed",
	  "top/kustomization.yaml:4:13" },
	{ "an index behind the list",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches:\n- target: {kind: Pod}\n  patch: '- {op: add, path: "
	      "/spec/containers/2, value: {}}'\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "error in add for path: '/spec/containers/2': Unable to access invalid index: 2: invalid "
	  "index referenced",
	  "top/kustomization.yaml:4:13" },
	{ "replace of what is not there",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\npatches:\n- target: {kind: Pod}\n  "
					"patch: '- {op: replace, path: /spec/none, value: 1}'\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: a\nspec:\n  containers:\n  - image: i\n    name: m\n  none: 1\n  volumes:\n  - "
	  "name: v\n" },
	{ "an operation that is none",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\npatches:\n- target: {kind: Pod}\n  "
					"patch: '- {op: set, path: /spec/none, value: 1}'\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "Unexpected kind: set",
	  "top/kustomization.yaml:4:13" },
	{ "after a prefix by the old name",
	  { { "top/kustomization.yaml", "resources: [../base]\npatches: [{patch: '{apiVersion: v1, "
					"kind: Pod, metadata: {name: a}, spec: {x: 1}}'}]\n" },
	    { "base/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "base/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: p-a\nspec:\n  containers:\n  - image: i\n    name: m\n  volumes:\n  - name: v\n  "
	  "x: 1\n" },
	{ "after a namespace by the new one",
	  { { "top/kustomization.yaml",
	      "resources: [../base]\npatches: [{patch: '{apiVersion: v1, kind: Pod, metadata: "
	      "{name: a, namespace: q}, spec: {x: 1}}'}]\n" },
	    { "base/kustomization.yaml", "resources: [a.yaml]\nnamespace: q\n" },
	    { "base/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: a\n  namespace: q\nspec:\n  containers:\n  - image: i\n    name: m\n  volumes:\n  "
	  "- name: v\n  x: 1\n" },
	{ "delete of one item",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{patch: '{apiVersion: v1, kind: Pod, metadata: "
	      "{name: a}, spec: {containers: [{name: m, $patch: delete}, {name: n}]}}'}]\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: a\nspec:\n  containers:\n  - name: \"n\"\n  volumes:\n  - name: v\n" },
	{ "replace of a map",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{patch: '{apiVersion: v1, kind: Pod, metadata: "
	      "{name: a}, spec: {$patch: replace, x: 1}}'}]\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: a\nspec:\n  x: 1\n" },
	{ "delete of selected objects",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{target: {kind: ConfigMap, name: a.*}, patch: "
	      "'{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, $patch: delete}'}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
			    "a1}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
			    "b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a2}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n" },
};

static void applied_as_measured(void)
{
	fixture_check(applied, ARRAY_COUNT(applied));
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case read_as[] = {
	{ "a list without items",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: FooList\nmetadata: {name: f}\n" } },
	  "apiVersion: v1\nkind: FooList\nmetadata:\n  name: f\n" },
	{ "a list without metadata",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: FooList\n" } },
	  "apiVersion: v1\nkind: FooList\nmetadata: {}\n" },
	{ "lists in lists",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nsortOptions: {order: fifo}\n" },
	    { "top/a.yaml",
	      "{apiVersion: v1, kind: FooList, items: [{apiVersion: v1, kind: FooList, items: "
	      "[{apiVersion: v1, kind: A, metadata: {name: last}}]}, {apiVersion: v1, kind: List, "
	      "items: [{apiVersion: v1, kind: A, metadata: {name: a}}, null, {}]}]}\n---\n"
	      "{apiVersion: v1, kind: A, metadata: {name: first}}\n" } },
	  "apiVersion: v1\nkind: A\nmetadata:\n  name: first\n---\napiVersion: v1\nkind: A\n"
	  "metadata:\n  name: a\n---\napiVersion: v1\nkind: A\nmetadata:\n  name: last\n" },
	{ "empty documents",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\n" },
	    { "top/a.yaml",
	      "{}\n---\n[]\n---\n{apiVersion: v1, kind: A, metadata: {name: a}}\n" } },
	  "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n" },
	{ "a list alone whose items are null",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "{apiVersion: v1, kind: List, items: null}\n" } },
	  "" },
	{ "a list whose items are a map",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "{apiVersion: v1, kind: FooList, items: {a: b}}\n" } },
	  "accumulating resources: accumulation err='merging resources from 'a.yaml': expected "
	  "array in FooList/items, but found map[string]interface {}': must build at directory: "
	  "'top/a.yaml': file is not directory",
	  "top/a.yaml:1:40" },
	{ "a list alone whose items are a map",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "{apiVersion: v1, kind: List, items: {a: b}}\n" } },
	  "accumulating resources: accumulation err='merging resources from 'a.yaml': missing "
	  "Resource metadata': must build at directory: 'top/a.yaml': file is not directory",
	  "top/a.yaml:1:37" },
	{ "items of what is no list",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: Foo\nmetadata: {name: f}\nitems: [{a: b}]\n" } },
	  "apiVersion: v1\nitems:\n- a: b\nkind: Foo\nmetadata:\n  name: f\n" },
	{ "an empty list",
	  { { "top/kustomization.yaml", "resources: [a.yaml, b.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: List\nitems: []\n" },
	    { "top/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n" },
	{ "a version of OpenAPI",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nopenapi: {version: v1.21.2}\npatches: [{patch: '{apiVersion: "
	      "v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: n}]}}'}]\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: a\nspec:\n  containers:\n  - name: \"n\"\n  - image: i\n    name: m\n  volumes:\n "
	  " - name: v\n" },
	{ "a patch file of operations",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{path: p.yaml, target: {kind: Pod}}]\n" },
	    { "top/a.yaml", MEASURED_POD },
	    { "top/p.yaml", "- op: add\n  path: /spec/x\n  value: 1\n" } },
	  "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    m: z\n  labels:\n    l: x\n  "
	  "name: a\nspec:\n  containers:\n  - image: i\n    name: m\n  volumes:\n  - name: v\n  x: "
	  "1\n" },
	{ "operations without op",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\npatches: [{patch: '- {path: /spec/x, "
					"value: 1}', target: {kind: Pod}}]\n" },
	    { "top/a.yaml", MEASURED_POD } },
	  "unable to parse SM or JSON patch from [patch: \"- {path: /spec/x, value: 1}\"]",
	  "top/kustomization.yaml:2:11" },
};

static void read_as_as_measured(void)
{
	fixture_check(read_as, ARRAY_COUNT(read_as));
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case recorded[] = {
	{ "an operation on annotations, and where it comes from",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nbuildMetadata: [originAnnotations, "
	      "transformerAnnotations]\npatches: [{patch: '- {op: add, path: "
	      "/metadata/annotations, value: {x: z}}', target: {name: a}}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
			    "a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "config.kubernetes.io/origin: |\n      configuredIn: kustomization.yaml\n      "
	  "configuredBy:\n        apiVersion: builtin\n        kind: PatchTransformer\n    x: z\n  "
	  "name: a\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "alpha.config.kubernetes.io/transformations: |\n      - configuredIn: "
	  "kustomization.yaml\n        configuredBy:\n          apiVersion: builtin\n          "
	  "kind: PatchTransformer\n    config.kubernetes.io/origin: |\n      path: a.yaml\n  name: "
	  "b\n" },
	{ "an operation on others, and where it comes from",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nbuildMetadata: [originAnnotations, "
					"transformerAnnotations]\npatches: [{patch: '- {op: add, "
					"path: /data, value: {x: z}}', target: {name: a}}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
			    "a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n" } },
	  "apiVersion: v1\ndata:\n  x: z\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "alpha.config.kubernetes.io/transformations: |\n      - configuredIn: "
	  "kustomization.yaml\n        configuredBy:\n          apiVersion: builtin\n          "
	  "kind: PatchTransformer\n    config.kubernetes.io/origin: |\n      path: a.yaml\n  name: "
	  "a\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "alpha.config.kubernetes.io/transformations: |\n      - configuredIn: "
	  "kustomization.yaml\n        configuredBy:\n          apiVersion: builtin\n          "
	  "kind: PatchTransformer\n    config.kubernetes.io/origin: |\n      path: a.yaml\n  name: "
	  "b\n" },
	{ "a patch, and where it comes from",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nbuildMetadata: [originAnnotations, "
	      "transformerAnnotations]\npatches: [{patch: '{apiVersion: v1, kind: ConfigMap, "
	      "metadata: {name: a, annotations: {x: z}}}'}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
			    "a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "alpha.config.kubernetes.io/transformations: |\n      - configuredIn: "
	  "kustomization.yaml\n        configuredBy:\n          apiVersion: builtin\n          "
	  "kind: PatchTransformer\n    config.kubernetes.io/origin: |\n      path: a.yaml\n    x: "
	  "z\n  name: a\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    "
	  "alpha.config.kubernetes.io/transformations: |\n      - configuredIn: "
	  "kustomization.yaml\n        configuredBy:\n          apiVersion: builtin\n          "
	  "kind: PatchTransformer\n    config.kubernetes.io/origin: |\n      path: a.yaml\n  name: "
	  "b\n" },
};

static void recorded_as_measured(void)
{
	fixture_check(recorded, ARRAY_COUNT(recorded));
}

static void a_new_name_must_be_free(void)
{
	static const char *const patches[] = {
		"patches: [{patch: '{apiVersion: v1, kind: A, metadata: {name: ab}}', target: "
		"{name: "
		"a}, options: {allowNameChange: true}}]\n",
		"patches: [{patch: '- {op: replace, path: /metadata/name, value: ab}', target: "
		"{name: "
		"a}}]\n",
	};

	for (size_t i = 0; TEST_ROW(patches, i, patches[i]); i++) {
		SCRATCH(arena);
		struct str text = str_printf(arena, "resources: [all.yaml]\n%s", patches[i]);
		CHECK(str_contains(BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
					 { "top/all.yaml",
					   "apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\n"
					   "apiVersion: v1\nkind: A\nmetadata: {name: ab}\n" }),
				   STR("may not add resource with an already registered id: "
				       "A.v1.[noGrp]/ab.")));
	}
}

TESTS({ "a new name must be free", a_new_name_must_be_free },
      { "records of patches", recorded_as_measured },
      { "lists, and patches of files", read_as_as_measured },
      { "patches of all forms", applied_as_measured },
      { "patches merge, delete, rename and select", what_patches_do },
      { "which objects are patched", which_objects_are_patched },
      { "patches without a target, a text or a path are refused", what_is_refused })
