/* layer_test - resources, bases and components come together */
#include "build/kustomize/kustomize_fixture.h"

#define CM(name)       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " name "}\n"
#define BUILT_CM(name) "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " name "\n"

static void a_base_is_finished_before_its_overlay(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [../base, b.yaml]\nnamePrefix: x-\n" },
			 { "top/b.yaml", CM("b") },
			 { "base/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: y-\n" },
			 { "base/a.yaml", CM("a") }),
		   BUILT_CM("x-b") "---\n" BUILT_CM("x-y-a"));
}

static void a_component_works_on_what_is_there(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [a.yaml]\ncomponents: [../part]\nnameSuffix: -z\n" },
			 { "top/a.yaml", CM("a") },
			 { "part/kustomization.yaml",
			   "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
			   "namePrefix: p-\nresources: [b.yaml]\n" },
			 { "part/b.yaml", CM("b") }),
		   BUILT_CM("p-a-z") "---\n" BUILT_CM("p-b-z"));
}

static void lists_are_opened_and_come_last(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [a.yaml]\nsortOptions: {order: fifo}\n" },
			 { "top/a.yaml", "kind: ConfigMapList\napiVersion: v1\nitems:\n"
					 "- {apiVersion: v1, kind: ConfigMap, metadata: "
					 "{name: l}}\n"
					 "---\n" CM("a") }),
		   BUILT_CM("a") "---\n" BUILT_CM("l"));
}

static void what_cannot_be_put_together(void)
{
	SCRATCH(arena);
	CHECK(str_contains(BUILT(arena, { "top/kustomization.yaml", "resources: [../base]\n" },
				 { "base/kustomization.yaml", "resources: [../top]\n" }),
			   STR("cycle detected: candidate root 'top' contains visited root "
			       "'top'")));
	CHECK(str_contains(BUILT(arena, { "top/kustomization.yaml", "resources: [../a.yaml]\n" },
				 { "a.yaml", CM("a") }),
			   STR("security; file 'a.yaml' is not in or below 'top'")));
	CHECK(str_contains(BUILT(arena, { "top/kustomization.yaml", "components: [../base]\n" },
				 { "base/kustomization.yaml", "resources: [a.yaml]\n" },
				 { "base/a.yaml", CM("a") }),
			   STR("expected kind 'Component' for path '../base' but got "
			       "'Kustomization'")));
	CHECK(str_contains(BUILT(arena, { "top/kustomization.yaml", "resources: [a.yaml]\n" },
				 { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\n" }),
			   STR("missing metadata.name in object {ConfigMap}")));
	CHECK(str_contains(BUILT(arena, { "top/kustomization.yaml", "resources: [a.yaml]\n" },
				 { "top/a.yaml", CM("a") "kind: Other\n" }),
			   STR("mapping key \"kind\" already defined")));
}

#define COMPONENT "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
#define IMAGES                                                                                     \
	"apiVersion: x.io/v1\nkind: Any\nmetadata: {name: a}\nspec: {image: nginx:1, path: /x/y, " \
	"list: [{image: nginx:1}]}\n"
/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case components_and_bases[] = {
	{ "a component has the configuration of its parent",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nconfigurations: [c.yaml]\ncomponents: [../part]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/c.yaml", "images: [{path: spec/image, kind: Any}]\n" },
	    { "part/kustomization.yaml", COMPONENT "images: [{name: nginx, newTag: \"2\"}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:2\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n" },
	{ "its own configuration holds above it, too",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ncomponents: [../part]\nimages: "
					"[{name: nginx, newTag: \"2\"}]\n" },
	    { "top/a.yaml", IMAGES },
	    { "part/kustomization.yaml", COMPONENT "configurations: [c.yaml]\n" },
	    { "part/c.yaml", "images: [{path: spec/image, kind: Any}]\n" } },
	  "apiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  image: nginx:2\n  "
	  "list:\n  - image: nginx:1\n  path: /x/y\n" },
	{ "a second component has what the first one brought",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ncomponents: [../one, ../two]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "one/kustomization.yaml", COMPONENT "resources: [b.yaml]\n" },
	    { "one/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n" },
	    { "two/kustomization.yaml", COMPONENT "namePrefix: x-\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x-a\n---\napiVersion: v1\nkind: "
	  "ConfigMap\nmetadata:\n  name: x-b\n" },
	{ "components that conflict",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nconfigurations: [c.yaml]\ncomponents: [../part]\n" },
	    { "top/a.yaml", IMAGES },
	    { "top/c.yaml", "images: [{path: spec/image, kind: Any, create: true}]\n" },
	    { "part/kustomization.yaml", COMPONENT "configurations: [c.yaml]\n" },
	    { "part/c.yaml", "images: [{path: spec/image, kind: Any}]\n" } },
	  "accumulating components from '../part': conflicting fieldspecs",
	  "part/kustomization.yaml:3:17" },
	{ "bases of the same name",
	  { { "top/kustomization.yaml",
	      "resources: [../one, ../two]\npatches: [{patch: '{apiVersion: v1, kind: ConfigMap, "
	      "metadata: {name: a}, data: {x: y}}'}]\n" },
	    { "one/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: one-\n" },
	    { "one/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "two/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: two-\n" },
	    { "two/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "multiple matches for Id ConfigMap.v1.[noGrp]/a.[noNs]; failed to find unique target for "
	  "patch ConfigMap.v1.[noGrp]/a.[noNs]",
	  "top/kustomization.yaml:2:20" },
	{ "a patch for one of them",
	  { { "top/kustomization.yaml",
	      "resources: [../one, ../two]\npatches: [{patch: '{apiVersion: v1, kind: ConfigMap, "
	      "metadata: {name: one-a}, data: {x: y}}'}]\n" },
	    { "one/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: one-\n" },
	    { "one/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "two/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: two-\n" },
	    { "two/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\ndata:\n  x: \"y\"\nkind: ConfigMap\nmetadata:\n  name: "
	  "one-a\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: two-a\n" },
	{ "the same object twice",
	  { { "top/kustomization.yaml", "resources: [a.yaml, b.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" },
	    { "top/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "accumulating resources: accumulation err='merging resources from 'b.yaml': may not add "
	  "resource with an already registered id: ConfigMap.v1.[noGrp]/a.[noNs]': must build at "
	  "directory: 'top/b.yaml': file is not directory",
	  "top/b.yaml:1:1" },
	{ "an empty file",
	  { { "top/kustomization.yaml", "resources: [a.yaml, b.yaml]\n" },
	    { "top/a.yaml", "# nothing\n" },
	    { "top/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "components only",
	  { { "top/kustomization.yaml", "components: [../part]\n" },
	    { "part/kustomization.yaml", COMPONENT "resources: [b.yaml]\n" },
	    { "part/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n" },
};

static void components_and_bases_as_measured(void)
{
	fixture_check(components_and_bases, ARRAY_COUNT(components_and_bases));
}

/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case found[] = {
	{ "a file named Kustomization",
	  { { "top/Kustomization", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "a file named .yml",
	  { { "top/kustomization.yml", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "two files",
	  { { "top/kustomization.yml", "resources: [a.yaml]\n" },
	    { "top/Kustomization", "resources: [a.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "Found multiple kustomization files under: top" },
	{ "no file",
	  { { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in "
	  "directory 'top'" },
	{ "old bases",
	  { { "top/kustomization.yaml", "bases: [../base]\n" },
	    { "base/kustomization.yaml", "resources: [a.yaml]\n" },
	    { "base/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "an entry of another type",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nimages: [x]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "invalid Kustomization: json: cannot unmarshal string into Go struct field "
	  "Kustomization.images of type string",
	  "top/kustomization.yaml:2:10" },
	{ "a resource that is no text",
	  { { "top/kustomization.yaml", "resources: [1]\n" } },
	  "invalid Kustomization: json: cannot unmarshal number into Go struct field "
	  "Kustomization.resources of type string",
	  "top/kustomization.yaml:1:13" },
	{ "a kind of another group",
	  { { "top/kustomization.yaml",
	      "apiVersion: v1\nkind: Kustomization\nresources: [a.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1",
	  "top/kustomization.yaml:1:13" },
	{ "a component on top",
	  { { "top/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: "
					"Component\nresources: [a.yaml]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n" },
	{ "a component as a resource",
	  { { "top/kustomization.yaml", "resources: [../part]\n" },
	    { "part/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: "
					 "Component\nresources: [a.yaml]\n" },
	    { "part/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "accumulating resources from '../part': expected kind != 'Component' for path '../part'",
	  "top/kustomization.yaml:1:13" },
};

static void found_as_measured(void)
{
	fixture_check(found, ARRAY_COUNT(found));
}

/* Levels of folders top, l1, l2 …; each names the next one twice. */
static struct str doubling(struct arena *arena, int levels, const char *format)
{
	struct fixture_file *files = arena_array(arena, struct fixture_file, levels + 2);

	for (int i = 0; i <= levels; i++) {
		struct str path =
			str_printf(arena, "%s%.0d/kustomization.yaml", i ? "l" : "top", i);
		struct str text = str_printf(arena, format, i + 1, i + 1);
		files[i] = (struct fixture_file){ str_cstr(arena, path), str_cstr(arena, text) };
	}
	struct str last = str_printf(arena, "l%d/kustomization.yaml", levels + 1);
	files[levels + 1] = (struct fixture_file){ str_cstr(arena, last),
						   strchr(format, 'C') ? COMPONENT "resources: []\n"
								       : "resources: []\n" };
	return fixture_built(arena, files, (size_t)levels + 2);
}

static void layers_that_multiply_are_refused(void)
{
	static const char resources[] = "resources: [../l%d, ../l%d]\n";
	static const char components[] = COMPONENT "components: [../l%d, ../l%d]\n";
	SCRATCH(arena);

	CHECK_TEXT(doubling(arena, 5, resources), "");
	CHECK(str_contains(doubling(arena, 16, resources),
			   STR("more than 10000 kustomizations are built")));
	CHECK(str_contains(doubling(arena, 16, components),
			   STR("more than 10000 kustomizations are built")));
}

/* Also where the layer behind it tells them apart again. */
static void a_component_leaves_no_id_twice(void)
{
	static const char *const objects =
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n"
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
	static const struct {
		const char *patch;
		bool is_refused;
	} rows[] = {
		{ "[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"b\"}]", true },
		{ "[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"c\"}]",
		  false },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].patch); i++) {
		SCRATCH(arena);
		struct str component = str_printf(
			arena, "kind: Component\npatches: [{target: {name: a}, patch: '%s'}]\n",
			rows[i].patch);
		struct str out =
			BUILT(arena,
			      { "top/kustomization.yaml",
				"resources: [a.yaml]\ncomponents: [../part]\npatches: [{target: "
				"{annotationSelector: none}, patch: '[]'}]\n" },
			      { "top/a.yaml", objects },
			      { "part/kustomization.yaml", str_cstr(arena, component) });
		CHECK_INT(str_contains(out, STR("may not add resource with an already registered "
						"id: ConfigMap.v1.[noGrp]/b.[noNs]")),
			  rows[i].is_refused);
	}
}

TESTS({ "kustomization files", found_as_measured },
      { "components and bases", components_and_bases_as_measured },
      { "a base is finished before its overlay", a_base_is_finished_before_its_overlay },
      { "a component works on what is there, and its parent on what it leaves",
	a_component_works_on_what_is_there },
      { "lists are opened, and come after the other objects of their file",
	lists_are_opened_and_come_last },
      { "cycles, files outside, wrong kinds and nameless objects are refused",
	what_cannot_be_put_together },
      { "kustomizations that are named twice on every level are refused",
	layers_that_multiply_are_refused },
      { "a component leaves no id twice", a_component_leaves_no_id_twice })
