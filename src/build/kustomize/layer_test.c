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

TESTS({ "a base is finished before its overlay", a_base_is_finished_before_its_overlay },
      { "a component works on what is there, and its parent on what it leaves",
	a_component_works_on_what_is_there },
      { "lists are opened, and come after the other objects of their file",
	lists_are_opened_and_come_last },
      { "cycles, files outside, wrong kinds and nameless objects are refused",
	what_cannot_be_put_together })
