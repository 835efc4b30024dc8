/* flux_test - what a Flux Kustomization changes of a kustomization before it is built */
#include "build/flux.h"

#include "base/test.h"
#include "doc/make.h"
#include "doc/set.h"
#include "world/snapshot.h"

static void put(struct snapshot *s, const char *path, struct str text)
{
	snapshot_put(s, (struct snapshot_file){ .path = str_from_cstr(path), .bytes = text });
}

/* The image of a pod with image "a:1" behind both lists of images. */
static struct str image_of(struct arena *arena, const char *own, const char *given)
{
	struct snapshot snapshot;
	struct files files = { .snapshot = &snapshot };
	struct flux_fault fault = {};
	struct render render;
	struct error err;

	snapshot_init(&snapshot, arena);
	put(&snapshot, "kustomization.yaml",
	    str_printf(arena, "resources: [pod.yaml]\nimages: %s\n", own));
	put(&snapshot, "pod.yaml",
	    STR("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
		"spec: {containers: [{name: c, image: \"a:1\"}]}\n"));
	struct flux_input input = {
		.files = &files,
		.kustomization = node_make(arena,
					   "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: "
					   "Kustomization, metadata: {name: k, namespace: n}, "
					   "spec: {path: ./, prune: true, images: %n}}",
					   node_make(arena, given)),
	};
	if (flux_build(&input, docset_new(arena), &render, &fault, &err) < 0)
		return fault.message;
	return node_str_at(node_item(node_at(render.objects[0], "spec.containers"), 0), "image");
}

/* kustomize_generator.go: an entry of the same name is updated, and a new tag or digest replaces
 * both of the old ones. */
static void images_are_merged_by_name(void)
{
	static const struct {
		const char *own, *given, *want;
	} rows[] = {
		{ "[]", "[{name: a, newTag: v2}]", "a:v2" },
		{ "[{name: a, newTag: v1}]", "[]", "a:v1" },
		{ "[{name: a, newTag: v1}]", "[{name: a, newTag: v2}]", "a:v2" },
		{ "[{name: a, newTag: v1}]", "[{name: a, newName: b}]", "b:v1" },
		{ "[{name: a, newName: b}]", "[{name: a, newTag: v2}]", "b:v2" },
		{ "[{name: a, digest: 'sha256:1'}]", "[{name: a, newName: b}]", "b@sha256:1" },
		{ "[{name: a, digest: 'sha256:1'}]", "[{name: a, newTag: v2}]", "a:v2" },
		{ "[{name: a, newTag: v1}]", "[{name: a, digest: \"sha256:2\"}]", "a@sha256:2" },
		{ "[{name: x, newTag: v1}]", "[{name: a, newTag: v2}]", "a:v2" },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].given); i++) {
		SCRATCH(arena);
		CHECK_STR(image_of(arena, rows[i].own, rows[i].given), str_from_cstr(rows[i].want));
	}
}

TESTS({ "images of both lists are merged by name", images_are_merged_by_name })
