/* layer_config_test - field specs of configurations and of OpenAPI definitions */
#include "build/kustomize/kustomize_fixture.h"

#define WIDGETS                                                                                    \
	"apiVersion: x.io/v1\nkind: Widget\nmetadata: {name: w}\nspec: {map: m, title: t}\n---\n"  \
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"

static struct str configured(struct arena *arena, const char *field, const char *config)
{
	struct str text =
		str_printf(arena, "resources: [w.yaml]\nnamePrefix: p-\n%s: [c.yaml]\n", field);

	return BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
		     { "top/w.yaml", WIDGETS }, { "top/c.yaml", config });
}

static void a_reference_follows(void)
{
	static const char want[] = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-m\n---\n"
				   "apiVersion: x.io/v1\nkind: Widget\nmetadata:\n  name: p-w\n"
				   "spec:\n  map: p-m\n  title: t\n";
	SCRATCH(arena);

	CHECK_STR(configured(arena, "configurations",
			     "nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{kind: "
			     "Widget, path: spec/map}]}]\n"),
		  str_from_cstr(want));
	CHECK_STR(configured(arena, "crds",
			     "io.x.Widget: {Schema: {properties: {kind: {}, apiVersion: {}, "
			     "metadata: {}, spec: {$ref: io.x.Spec}}}}\n"
			     "io.x.Spec: {Schema: {properties: {map: {}}}}\n"),
		  STR("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-m\n---\n"
		      "apiVersion: x.io/v1\nkind: Widget\nmetadata:\n  name: p-w\nspec:\n  map: m\n"
		      "  title: t\n"));
}

static void a_special_prefix_hides_the_general_one(void)
{
	SCRATCH(arena);
	CHECK_TEXT(configured(arena, "configurations",
			      "namePrefix: [{kind: Widget, path: metadata/name}]\n"),
		   "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n---\n"
		   "apiVersion: x.io/v1\nkind: Widget\nmetadata:\n  name: p-w\n"
		   "spec:\n  map: m\n  title: t\n");
}

static void what_is_refused(void)
{
	SCRATCH(arena);
	CHECK_TEXT(configured(arena, "configurations", "nameReferences: []\n"),
		   "unknown field \"nameReferences\"");
	CHECK_TEXT(configured(arena, "configurations",
			      "commonAnnotations: [{path: metadata/annotations}]\n"),
		   "conflicting fieldspecs");
}

TESTS({ "a reference of a configuration is followed", a_reference_follows },
      { "a special prefix hides the general one", a_special_prefix_hides_the_general_one },
      { "unknown keys and conflicting specs are refused", what_is_refused })
