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

/* What file a.yaml and a spec give: the data of its ConfigMap, or reason, message and place. */
struct trial {
	const char *what;
	const char *file, *spec;
	const char *missing; /* why a source of variables cannot be read; NULL: all can */
	const char *want;
};

static struct str tried(struct arena *arena, const struct trial *t)
{
	struct snapshot snapshot;
	struct files files = { .snapshot = &snapshot };
	struct docset *set = docset_new(arena);
	struct flux_fault fault = {};
	struct render render;
	struct error err = {};

	snapshot_init(&snapshot, arena);
	put(&snapshot, "top/a.yaml", str_from_cstr(t->file));
	put(&snapshot, "part/kustomization.yaml",
	    STR("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
		"commonAnnotations: {x: part}\n"));
	put(&snapshot, "part/patch.txt", STR(""));
	struct flux_input input = {
		.files = &files,
		.kustomization = node_make(arena,
					   "{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: "
					   "Kustomization, metadata: {name: k, namespace: n}, "
					   "spec: %n}",
					   node_make(arena, t->spec)),
		.variables =
			node_make(arena, t->missing ? "{}" : "{V: v, LINES: %s}", STR("a\nb\n")),
		.missing = str_from_cstr(t->missing),
	};
	if (flux_build(&input, set, &render, &fault, &err) == 0)
		return STR_CAT(arena, node_str_at(render.objects[0], "data.k"), STR(" "),
			       node_str_at(render.objects[0], "metadata.annotations.x"));
	struct place place = docset_place(set, err.position);
	return str_printf(arena, "%.*s %.*s @%u", STR_FMT(flux_reason_text(fault.reason)),
			  STR_FMT(fault.message), place.line);
}

#define HEAD	  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
#define FAILED(t) "BuildFailed failed to decode Kubernetes YAML from top/a.yaml: " t

static void what_a_spec_makes_of_a_file(void)
{
	static const struct trial rows[] = {
		{ "without variables", HEAD "data: {k: \"${V}\"}\n", "{path: ./top}", NULL,
		  "${V} " },
		{ "with one", HEAD "data: {k: \"${V}\"}\n", "{path: ./top, postBuild: {}}", NULL,
		  "v " },
		{ "a source that is missing", HEAD "data: {k: \"${V}\"}\n",
		  "{path: ./top, postBuild: {}}", "no ConfigMap",
		  "BuildFailed post build failed for 'ConfigMap.v1.[noGrp]/a': no ConfigMap @0" },
		{ "nothing to substitute in", HEAD "data: {k: \"${V}\"}\n", "{path: ./top}",
		  "no ConfigMap", "${V} " },
		/* go-yaml's parser counts lines from 0, its scanner from 1. */
		{ "a fault of the parser", HEAD "data:\n  a: [? ]\n", "{path: ./top}", NULL,
		  FAILED("MalformedYAMLError: yaml: line 4: did not find expected ',' or ']' @5") },
		{ "a fault of the scanner", HEAD "data:\n  a: 'x\n", "{path: ./top}", NULL,
		  FAILED("MalformedYAMLError: yaml: line 5: found unexpected end of stream @5") },
		{ "no kind", "apiVersion: v1\nmetadata: {name: a}\n", "{path: ./top}", NULL,
		  FAILED("missing kind in object {{v1 } {{a } map[] map[]}} @1") },
		{ "neither of them", HEAD "---\ndata: {a: b}\n", "{path: ./top}", NULL,
		  FAILED("missing Resource metadata @5") },
		{ "no name",
		  "kind: ConfigMap\nmetadata: {namespace: n, labels: {b: x, a: y}, annotations: "
		  "{c: d}}\n",
		  "{path: ./top}", NULL,
		  FAILED("missing metadata.name in object {{ ConfigMap} {{ n} map[a:y b:x] "
			 "map[c:d]}} @1") },
		{ "a list needs none",
		  "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, "
		  "metadata: {name: a}, data: {k: v}}\n",
		  "{path: ./top}", NULL, "v " },
		{ "a number that JSON has not", HEAD "data: {k: .inf}\n", "{path: ./top}", NULL,
		  "BuildFailed kustomize build failed: json: unsupported value: +Inf @4" },
		{ "the same before variables are set", HEAD "data: {k: -.inf}\n",
		  "{path: ./top, postBuild: {}}", NULL,
		  "BuildFailed post build failed for 'ConfigMap.v1.[noGrp]/a': json: unsupported "
		  "value: -Inf @4" },
		{ "a number of another base", HEAD "data: {k: 0123}\n", "{path: ./top}", NULL,
		  "83 " },
		{ "a text of digits", HEAD "data: {k: \"0123\"}\n", "{path: ./top}", NULL,
		  "0123 " },
		{ "line breaks of a variable", HEAD "data: {k: \"[${LINES}]\"}\n",
		  "{path: ./top, postBuild: {}}", NULL, "[ab] " },
		{ "in a block", HEAD "data:\n  k: |\n    [${LINES}]\n    c\n",
		  "{path: ./top, postBuild: {}}", NULL, "[ab]\nc\n " },
		{ "a name that begins with a digit", HEAD "data: {k: \"${1:-x}\"}\n",
		  "{path: ./top, postBuild: {}}", NULL, "x " },
		{ "an empty document", "---\n---\n" HEAD "data: {k: v}\n", "{path: ./top}", NULL,
		  "v " },
		{ "components", HEAD "data: {k: v}\n", "{path: ./top, components: [../part]}", NULL,
		  "v part" },
		{ "components that are missing", HEAD "data: {k: v}\n",
		  "{path: ./top, components: [parts/none, ../part]}", NULL,
		  "BuildFailed kustomize build failed: accumulating components: loader.New \"must "
		  "build at directory: not a valid directory: evalsymlink failure on "
		  "'top/parts/none' : lstat top/parts: no such file or directory\" @0" },
		{ "a component that is a file", HEAD "data: {k: v}\n",
		  "{path: ./top, components: [a.yaml]}", NULL,
		  "BuildFailed kustomize build failed: accumulating components: loader.New \"must "
		  "build at directory: 'top/a.yaml': file is not directory\" @0" },
		{ "components that may be missing", HEAD "data: {k: v}\n",
		  "{path: ./top, ignoreMissingComponents: true, components: [../none, ../part]}",
		  NULL, "v part" },
		{ "components that are all missing", HEAD "data: {k: v}\n",
		  "{path: ./top, ignoreMissingComponents: true, components: [../none]}", NULL,
		  "v " },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].what); i++) {
		SCRATCH(arena);
		CHECK_STR(tried(arena, &rows[i]), str_from_cstr(rows[i].want));
	}
}

TESTS({ "fields of the spec change the generated kustomization", what_a_spec_makes_of_a_file },
      { "images of both lists are merged by name", images_are_merged_by_name })
