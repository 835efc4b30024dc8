/* layer_patch_test - which patch changes what */
#include "build/kustomize/kustomize_fixture.h"

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

TESTS({ "patches merge, delete, rename and select", what_patches_do },
      { "patches without a target, a text or a path are refused", what_is_refused })
