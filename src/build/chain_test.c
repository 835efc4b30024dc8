/* chain_test - the links of a value's chain, for each step of a build */
#include "build/chain.h"

#include "build/kustomize/kustomize_fixture.h"
#include "build/pick.h"

#define KUSTOMIZATION(text) "top/kustomization.yaml", text
#define BASE		    "base/kustomization.yaml", "resources: [a.yaml]\n"
#define DEPLOYMENT                                                                                 \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n"     \
	"  template:\n    spec:\n      containers:\n      - {name: c, image: x:1}\n"               \
	"      volumes:\n      - {name: v, configMap: {name: app}}\n"
#define CONFIG "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {host: db}\n"

static void add_place(struct buf *out, struct origins_place place, struct str path)
{
	if (!place.path.len)
		buf_add(out, STR("nowhere"));
	else
		buf_printf(out, "%.*s:%u:%u", STR_FMT(place.path), place.line, place.column);
	if (path.len)
		buf_printf(out, " %.*s", STR_FMT(path));
}

/* A line for each link: "value at place, kind at place, …", indented by its depth. */
static struct str chain_text(struct arena *arena, const struct fixture_file *files, size_t count,
			     const char *object_name, const char *field)
{
	struct error err;
	struct render render = fixture_render(arena, files, count, &err);
	struct origins origins;
	struct path path;
	struct buf out;

	buf_init(&out, arena);
	const struct node *object =
		render.set ? pick_object(&render, str_from_cstr(object_name), &err) : NULL;
	if (!object || pick_field(&render, object, str_from_cstr(field), &path, &err) < 0) {
		buf_printf(&out, "%s; %s", err.text, err.hint);
		return buf_str(&out);
	}
	origins_init(&origins, arena, render.set, STR("/"));
	struct chain chain = chain_of(&origins, object, &path);
	for (uint32_t i = 0; i < chain.count; i++) {
		const struct chain_link *link = &chain.items[i];
		buf_add_repeat(&out, ' ', link->depth);
		buf_printf(&out, "%.*s at ", STR_FMT(node_text(link->value)));
		add_place(&out, link->place, STR_NONE);
		for (uint32_t b = 0; b < link->by_count; b++) {
			buf_printf(&out, ", %.*s at ", STR_FMT(origin_word(link->by[b].kind)));
			add_place(&out, link->by[b].place, link->by[b].path);
		}
		buf_add_char(&out, '\n');
	}
	return buf_str(&out);
}

#define BY_BASE                                                                                    \
	", resource at base/kustomization.yaml:1:13 resources[0], base at "                        \
	"top/kustomization.yaml:1:13 resources[0]\n"

static const struct {
	const char *name, *kustomization, *object, *field, *want;
} steps[] = {
	{ "a value of a base", "resources: [../base]\n", "Deployment/web", "spec.replicas",
	  "1 at base/a.yaml:5:13" BY_BASE },
	{ "a strategic merge",
	  "resources: [../base]\npatches:\n- patch: |\n    apiVersion: apps/v1\n    kind: "
	  "Deployment\n    metadata: {name: web}\n    spec: {replicas: 2}\n",
	  "Deployment/web", "spec.replicas",
	  "2 at top/kustomization.yaml:7:22, patch at top/kustomization.yaml:3:3 patches[0]\n"
	  "1 at base/a.yaml:5:13" BY_BASE },
	{ "what a strategic merge adds",
	  "resources: [../base]\npatches:\n- patch: |\n    apiVersion: apps/v1\n    kind: "
	  "Deployment\n    metadata: {name: web}\n    spec: {strategy: {type: Recreate}}\n",
	  "Deployment/web", "spec.strategy.type",
	  "Recreate at top/kustomization.yaml:7:29, patch at top/kustomization.yaml:3:3 "
	  "patches[0]\n" },
	{ "the second operation of a JSON patch",
	  "resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |\n    - {op: "
	  "test, path: /spec/replicas, value: 1}\n    - {op: replace, path: /spec/replicas, value: "
	  "3}\n",
	  "Deployment/web", "spec.replicas",
	  "3 at top/kustomization.yaml:6:50, patch at top/kustomization.yaml:3:3 patches[0]\n"
	  "1 at base/a.yaml:5:13" BY_BASE },
	{ "a prefix and a suffix", "resources: [../base]\nnamePrefix: p-\nnameSuffix: -s\n",
	  "Deployment/web", "metadata.name",
	  "p-web-s at base/a.yaml:3:18, name prefix or suffix at top/kustomization.yaml:3:13 "
	  "nameSuffix\n"
	  "p-web at base/a.yaml:3:18, name prefix or suffix at top/kustomization.yaml:2:13 "
	  "namePrefix\n"
	  "web at base/a.yaml:3:18" BY_BASE },
	{ "a namespace", "resources: [../base]\nnamespace: ns\n", "Deployment/web",
	  "metadata.namespace",
	  "ns at top/kustomization.yaml:2:12, namespace at top/kustomization.yaml:2:12 "
	  "namespace\n" },
	{ "a label", "resources: [../base]\nlabels:\n- pairs: {a: b}\n", "Deployment/web",
	  "metadata.labels.a",
	  "b at top/kustomization.yaml:3:14, label at top/kustomization.yaml:3:14 "
	  "labels[0].pairs.a\n" },
	{ "an annotation", "resources: [../base]\ncommonAnnotations: {a: b}\n", "Deployment/web",
	  "metadata.annotations.a",
	  "b at top/kustomization.yaml:2:24, annotation at top/kustomization.yaml:2:24 "
	  "commonAnnotations.a\n" },
	{ "an image", "resources: [../base]\nimages:\n- {name: x, newTag: '2'}\n", "Deployment/web",
	  "spec.template.spec.containers[0].image",
	  "x:2 at top/kustomization.yaml:3:21, image at top/kustomization.yaml:3:21 "
	  "images[0].newTag\n"
	  "x:1 at base/a.yaml:9:26" BY_BASE },
	{ "an image that has the tag already",
	  "resources: [../base]\nimages:\n- {name: x, newTag: '1'}\n", "Deployment/web",
	  "spec.template.spec.containers[0].image",
	  "x:1 at top/kustomization.yaml:3:21, image at top/kustomization.yaml:3:21 "
	  "images[0].newTag\n"
	  "x:1 at base/a.yaml:9:26" BY_BASE },
	{ "replicas", "resources: [../base]\nreplicas: [{name: web, count: 4}]\n", "Deployment/web",
	  "spec.replicas",
	  "4 at top/kustomization.yaml:2:31, replicas at top/kustomization.yaml:2:31 "
	  "replicas[0].count\n"
	  "1 at base/a.yaml:5:13" BY_BASE },
	{ "a literal of a generator",
	  "configMapGenerator:\n- name: g\n  literals: [k=v]\n  options: {disableNameSuffixHash: "
	  "true}\n",
	  "ConfigMap/g", "data.k",
	  "v at top/kustomization.yaml:3:14, generator at top/kustomization.yaml:2:3 "
	  "configMapGenerator[0]\n" },
	{ "a line of an env file", "configMapGenerator: [{name: g, envs: [e.env]}]\n",
	  "ConfigMap/g", "data.B",
	  "2 at top/e.env:3:3, generator at top/kustomization.yaml:1:22 configMapGenerator[0]\n" },
	{ "a file", "configMapGenerator: [{name: g, files: [e.env]}]\n", "ConfigMap/g",
	  "data[e.env]",
	  "# x\nA=1\nB=2\n at top/e.env:1:1, generator at top/kustomization.yaml:1:22 "
	  "configMapGenerator[0]\n" },
	{ "what a generator always says", "configMapGenerator: [{name: g, files: [e.env]}]\n",
	  "ConfigMap/g", "kind",
	  "ConfigMap at nowhere, generator at top/kustomization.yaml:1:22 "
	  "configMapGenerator[0]\n" },
	{ "a name with a hash", "configMapGenerator: [{name: g, literals: [k=v]}]\n", "ConfigMap/g",
	  "metadata.name",
	  "g-bdg947hgcc at top/kustomization.yaml:1:29, hash of the content at "
	  "top/kustomization.yaml:1:22 configMapGenerator[0]\n"
	  "g at top/kustomization.yaml:1:29, generator at top/kustomization.yaml:1:22 "
	  "configMapGenerator[0]\n" },
	{ "a name reference", "resources: [../base, c.yaml]\nnamePrefix: p-\n", "Deployment/web",
	  "spec.template.spec.volumes[0].configMap.name",
	  "p-app at base/a.yaml:11:37, name reference at top/c.yaml:3:18 metadata.name\n"
	  " p-app at top/c.yaml:3:18, name prefix or suffix at top/kustomization.yaml:2:13 "
	  "namePrefix\n"
	  " app at top/c.yaml:3:18\n"
	  "app at base/a.yaml:11:37" BY_BASE },
	{ "a replacement",
	  "resources: [../base, c.yaml]\nreplacements:\n- source: {kind: ConfigMap, fieldPath: "
	  "data.host}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: "
	  "[spec.template.spec.containers.0.image]\n",
	  "Deployment/web", "spec.template.spec.containers[0].image",
	  "db at top/c.yaml:4:14, replacement at top/kustomization.yaml:5:5 "
	  "replacements[0].targets[0]\n"
	  "x:1 at base/a.yaml:9:26" BY_BASE },
	{ "a variable",
	  "resources: [v.yaml]\nvars:\n- name: V\n  objref: {apiVersion: v1, kind: ConfigMap, "
	  "name: app}\n  fieldref: {fieldPath: data.host}\nconfigurations: [k.yaml]\n",
	  "ConfigMap/app", "data.use",
	  "db at top/v.yaml:4:14, variable at top/kustomization.yaml:3:3 vars[0]\n"
	  "$(V) at top/v.yaml:4:23, resource at top/kustomization.yaml:1:13 resources[0]\n" },
	{ "a component", "resources: [../base]\ncomponents: [../component]\n", "Deployment/web",
	  "spec.replicas",
	  "7 at component/kustomization.yaml:3:22, replicas at component/kustomization.yaml:3:22 "
	  "replicas[0].count, component at top/kustomization.yaml:2:14 components[0]\n"
	  "1 at base/a.yaml:5:13" BY_BASE },
	{ "build metadata", "resources: [../base]\nbuildMetadata: [managedByLabel]\n",
	  "Deployment/web", "metadata.labels[app.kubernetes.io/managed-by]",
	  "kustomize-v5.7.1 at top/kustomization.yaml:2:17, label at top/kustomization.yaml:2:17 "
	  "buildMetadata[0]\n" },
};

static void each_step_is_a_link(void)
{
	for (size_t i = 0; TEST_ROW(steps, i, steps[i].name); i++) {
		SCRATCH(arena);
		const struct fixture_file files[] = {
			{ KUSTOMIZATION(steps[i].kustomization) },
			{ BASE },
			{ "base/a.yaml", DEPLOYMENT },
			{ "component/kustomization.yaml",
			  "kind: Component\nreplicas:\n- {name: web, count: 7}\n" },
			{ "top/c.yaml", CONFIG },
			{ "top/v.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
					"app}\ndata: {host: db, "
					"use: $(V)}\n" },
			{ "top/k.yaml", "varReference: [{path: data, kind: ConfigMap}]\n" },
			{ "top/e.env", "# x\nA=1\nB=2\n" },
		};
		CHECK_STR(chain_text(arena, files, ARRAY_COUNT(files), steps[i].object,
				     steps[i].field),
			  str_from_cstr(steps[i].want));
	}
}

static void objects_and_fields_are_picked_or_suggested(void)
{
	static const struct fixture_file files[] = {
		{ "top/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
		{ "top/a.yaml",
		  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: n}\ndata: {x: "
		  "y}\n"
		  "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: m}\n"
		  "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nlist: [{k: v}]\n" },
	};
	static const struct {
		const char *object, *field, *want;
	} rows[] = {
		{ "ConfigMap/n/p-a", "data.x", "y at " },
		{ "configmap/n/a", "/data/x", "y at " },
		{ "ConfigMap/a", "data.x",
		  "'ConfigMap/a' is the name of several objects; there are ConfigMap/m/p-a and "
		  "ConfigMap/n/p-a; write KIND/NAMESPACE/NAME" },
		{ "ConfigMap/n/q-a", "data.x",
		  "there is no object 'ConfigMap/n/q-a'; did you mean 'ConfigMap/n/p-a'?" },
		{ "ConfigMap", "data.x",
		  "'ConfigMap' names no object; write KIND/NAME or KIND/NAMESPACE/NAME, like "
		  "Deployment/web" },
		{ "a/b/c/d", "data.x", "'a/b/c/d' names no object; " },
		{ "ConfigMap/n/a", "dat.x",
		  "ConfigMap/n/p-a has no field 'dat'; did you mean 'data'?" },
		{ "ConfigMap/n/a", "data.x.z",
		  "ConfigMap/n/p-a has no field 'data.x.z'; what is " },
		{ "Secret/s", "list.k",
		  "Secret/p-s has no field 'list.k'; there is a list of 1 item: write [0] or " },
		{ "Secret/s", "", "" },
	};
	for (size_t i = 0; TEST_ROW(rows, i, rows[i].want); i++) {
		SCRATCH(arena);
		CHECK(str_starts(
			chain_text(arena, files, ARRAY_COUNT(files), rows[i].object, rows[i].field),
			str_from_cstr(rows[i].want)));
	}
}

TESTS({ "each step of a build is a link", each_step_is_a_link },
      { "objects and fields are picked or suggested",
	objects_and_fields_are_picked_or_suggested }, )
