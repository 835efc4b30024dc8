/* patch_warn_test - what patches say and kustomize takes without a word */
#include "build/kustomize/kustomize_fixture.h"
#include "doc/nodes.h"
#include "doc/yaml.h"

#define WEB                                                                                        \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n---\n" \
	"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\nspec: "     \
	"{listeners: [{name: a, port: 80}, {name: b, port: 81}]}\n---\n"                           \
	"apiVersion: x.io/v1\nkind: Unknown\nmetadata: {name: u}\nspec: {list: [{name: a}]}\n"
#define PATCH(version, kind, name, spec)                                                           \
	"{apiVersion: " version ", kind: " kind ", metadata: {name: " name "}, spec: " spec "}"

/* Messages and hints, a line each. */
static struct str warned(struct arena *arena, const char *patch)
{
	struct snapshot snapshot;
	struct findings findings;
	struct render render;
	struct error err;
	struct buf out;

	snapshot_init(&snapshot, arena);
	snapshot_put(&snapshot,
		     (struct snapshot_file){
			     .path = STR("top/kustomization.yaml"),
			     .bytes = str_printf(arena,
						 "resources: [a.yaml]\npatches:\n- patch: |-\n"
						 "    %s\n",
						 patch) });
	snapshot_put(&snapshot,
		     (struct snapshot_file){ .path = STR("top/a.yaml"), .bytes = STR(WEB) });
	struct files files = { .snapshot = &snapshot };
	findings_init(&findings, arena);
	struct kustomize_options options = { .warnings = &findings };
	struct docset *set = docset_new(arena);
	buf_init(&out, arena);
	if (kustomize_build(&files, STR("/top"), &options, set, &render, &err) < 0)
		buf_printf(&out, "error: %s", err.text);
	for (uint32_t i = 0; i < findings.count; i++) {
		struct place at = docset_place(set, findings.items[i].node->position);
		buf_printf(&out, "%u:%u %.*s; %.*s\n", at.line, at.column,
			   STR_FMT(findings.items[i].message), STR_FMT(findings.items[i].hint));
	}
	return buf_str(&out);
}

static void misspelt_fields_and_replaced_lists(void)
{
	static const struct {
		const char *name, *patch, *want;
	} rows[] = {
		{ "a field", PATCH("apps/v1", "Deployment", "web", "{replicas: 2}"), "" },
		{ "a misspelt one", PATCH("apps/v1", "Deployment", "web", "{replica: 2}"),
		  "4:75 Deployment has no field 'replica' here; did you mean 'replicas'?\n" },
		{ "one in a list",
		  PATCH("apps/v1", "Deployment", "web",
			"{template: {spec: {containers: [{name: c, imag: x}]}}}"),
		  "4:116 Deployment has no field 'imag' here; did you mean 'image'?\n" },
		{ "one that is near to none",
		  PATCH("apps/v1", "Deployment", "web", "{somethingElse: 2}"), "" },
		{ "a map of free keys",
		  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, labels: {nam: "
		  "x}}}",
		  "" },
		{ "a directive", PATCH("apps/v1", "Deployment", "web", "{$patch: replace}"), "" },
		{ "a list with keys of a custom resource",
		  PATCH("gateway.networking.k8s.io/v1", "Gateway", "g",
			"{listeners: [{name: a, port: 90}]}"),
		  "4:91 the patch replaces all 2 items of 'listeners': kustomize does not know "
		  "that they merge by 'name'; repeat the items that are to stay, or use a JSON "
		  "patch\n" },
		{ "a list that the resource does not have",
		  PATCH("gateway.networking.k8s.io/v1", "Gateway", "g",
			"{addresses: [{value: x}]}"),
		  "" },
		{ "a kind that nobody knows",
		  PATCH("x.io/v1", "Unknown", "u", "{lst: 1, list: [{name: b}]}"), "" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		SCRATCH(arena);
		CHECK_STR(warned(arena, rows[i].patch), str_from_cstr(rows[i].want));
	}
}

#define CRD                                                                                        \
	"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "   \
	"us.x.io}\nspec: {group: x.io, scope: Namespaced, names: {kind: Unknown, plural: us}, "    \
	"versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: "     \
	"object, properties: {spec: {type: object, properties: {list: {type: array, "              \
	"x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, "  \
	"required: [name], properties: {name: {type: string}}}}}}}}}}]}\n"

/* A CRD beside the object, in a base that is read later, or built elsewhere. */
static void crds_of_the_render_are_known(void)
{
	static const char want[] = "the patch replaces all 1 items of 'list'";
	static const struct {
		const char *name, *resources;
		bool is_elsewhere, is_told;
	} rows[] = {
		{ "none", "[u.yaml]", false, false },
		{ "beside", "[u.yaml, crd.yaml]", false, true },
		{ "in another base", "[base]", false, true },
		{ "elsewhere", "[u.yaml]", true, true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].name); i++) {
		SCRATCH(arena);
		struct str top =
			str_printf(arena,
				   "resources: %s\npatches: [{patch: '{apiVersion: x.io/v1, "
				   "kind: Unknown, metadata: {name: u}, spec: {list: [{name: "
				   "b}], lst: 1}}'}]\n",
				   rows[i].resources);
		const struct snapshot_file files[] = {
			{ .path = STR("top/kustomization.yaml"), .bytes = top },
			{ .path = STR("top/crd.yaml"), .bytes = STR(CRD) },
			{ .path = STR("top/u.yaml"),
			  .bytes = STR("apiVersion: x.io/v1\nkind: Unknown\nmetadata: {name: "
				       "u}\nspec: {list: [{name: a}]}\n") },
			{ .path = STR("top/base/kustomization.yaml"),
			  .bytes = STR("resources: [u.yaml, crd.yaml]\n") },
			{ .path = STR("top/base/crd.yaml"), .bytes = STR(CRD) },
			{ .path = STR("top/base/u.yaml"),
			  .bytes = STR("apiVersion: x.io/v1\nkind: Unknown\nmetadata: {name: "
				       "u}\nspec: {list: [{name: a}]}\n") },
		};
		struct snapshot snapshot;
		struct findings findings;
		struct render render;
		struct error err;
		struct nodes crds = {};
		snapshot_init(&snapshot, arena);
		for (size_t f = 0; f < ARRAY_COUNT(files); f++)
			snapshot_put(&snapshot, files[f]);
		findings_init(&findings, arena);
		struct docset *set = docset_new(arena);
		if (rows[i].is_elsewhere)
			nodes_add(arena, &crds,
				  yaml_read_one(set, STR("c"), STR(CRD), DIALECT_GO_V3, &err));
		const struct kustomize_options options = { .warnings = &findings, .crds = &crds };
		const struct files tree = { .snapshot = &snapshot };
		if (!CHECK_INT(kustomize_build(&tree, STR("/top"), &options, set, &render, &err),
			       0))
			continue;
		CHECK_INT(findings.count, rows[i].is_told ? 2 : 0);
		for (uint32_t f = 0; f + 1 < findings.count; f++)
			CHECK(str_contains(findings.items[f].message, str_from_cstr(want)));
	}
}

TESTS({ "misspelt fields and replaced lists are told", misspelt_fields_and_replaced_lists },
      { "CRDs of the render are known", crds_of_the_render_are_known })
