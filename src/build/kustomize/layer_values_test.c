/* layer_values_test - labels, replicas and images */
#include "build/kustomize/kustomize_fixture.h"

/* The image of a pod after one entry of images. */
static struct str imaged(struct arena *arena, const char *entry, const char *image)
{
	struct str file = str_printf(arena, "resources: [p.yaml]\nimages: [{%s}]\n", entry);
	struct str pod = str_printf(arena,
				    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
				    "spec: {containers: [{image: \"%s\"}]}\n",
				    image);
	struct str out = BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, file) },
			       { "top/p.yaml", str_cstr(arena, pod) });
	ptrdiff_t at = str_find(out, STR("image: "));

	return at < 0 ? out : str_trim(str_from(out, (size_t)at + 7));
}

static void images(void)
{
	static const struct {
		const char *entry, *image, *want;
	} rows[] = {
		{ "name: nginx, newTag: v2", "nginx", "nginx:v2" },
		{ "name: nginx, newTag: v2", "nginx:1@sha256:aa", "nginx:v2" },
		{ "name: nginx, digest: 'sha256:b'", "nginx:1", "nginx@sha256:b" },
		{ "name: nginx, newTag: v2, digest: 'sha256:b'", "nginx:1", "nginx:v2@sha256:b" },
		{ "name: nginx, newName: x.io/n", "nginx:1", "x.io/n:1" },
		{ "name: nginx, newTag: v2", "docker.io/nginx:1", "docker.io/nginx:1" },
		{ "name: 'n.*x', newTag: v2", "nginx:1", "nginx:v2" },
		{ "name: 'l:5000/a', newTag: v2", "l:5000/a:1", "l:5000/a:v2" },
		{ "name: nginx, newTag: v2", "nginx:1-a_b.c", "nginx:v2" },
		{ "name: nginx, newTag: v2", "nginx@sha256:aa", "nginx:v2" },
		{ "name: nginx, newTag: v2", "xnginx:1", "xnginx:1" },
		{ "name: nginx, newTag: v2", "nginxx:1", "nginxx:1" },
		{ "name: nginx, newTag: v2", "nginx:1@md5:aa", "nginx:1@md5:aa" },
		{ "name: nginx", "nginx:1", "nginx:1" },
		{ "name: nginx, newName: a, newTag: v2", "nginx", "a:v2" },
		{ "name: nginx, newName: a", "nginx:1@sha256:aa", "a:1@sha256:aa" },
		{ "name: nginx, tagSuffix: -x", "nginx:1@sha256:aa", "nginx:1-x-x" },
		{ "name: nginx, tagSuffix: -x, newTag: v2", "nginx:1", "nginx:v2" },
		{ "newTag: v2", "nginx:1", "an image needs a name" },
		{ "name: (, newTag: v2", "nginx:1",
		  "image name '(': '((:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?' is not a "
		  "regular expression: missing ): "
		  "((:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?" },
		{ "name: 'a:1/b', newTag: v2", "a:1/b", "a:1/b:v2" },
		/* Once by the walk over containers, once by the spec, as the peer does. */
		{ "name: nginx, tagSuffix: -x", "nginx:1", "nginx:1-x-x" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].entry); i++)
		CHECK_STR(imaged(arena, rows[i].entry, rows[i].image), str_from_cstr(rows[i].want));
}

#define DEPLOYMENT                                                                                 \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n"                             \
	"spec: {template: {metadata: {labels: {a: b}}}}\n"

static void labels_go_where_the_entry_says(void)
{
	static const struct {
		const char *entry, *want;
	} rows[] = {
		{ "{pairs: {t: w}}", "  labels:\n    t: w\n  name: d\nspec:\n  template:\n"
				     "    metadata:\n      labels:\n        a: b\n" },
		{ "{pairs: {t: w}, includeTemplates: true}",
		  "  labels:\n    t: w\n  name: d\nspec:\n  template:\n    metadata:\n"
		  "      labels:\n        a: b\n        t: w\n" },
		{ "{pairs: {t: w}, includeSelectors: true}",
		  "  labels:\n    t: w\n  name: d\nspec:\n  selector:\n    matchLabels:\n"
		  "      t: w\n  template:\n    metadata:\n      labels:\n        a: b\n"
		  "        t: w\n" },
		{ "{pairs: {t: w}, fields: [{path: spec/x, create: true}]}",
		  "  labels:\n    t: w\n  name: d\nspec:\n  template:\n    metadata:\n"
		  "      labels:\n        a: b\n  x:\n    t: w\n" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].entry); i++) {
		struct str text =
			str_printf(arena, "resources: [d.yaml]\nlabels: [%s]\n", rows[i].entry);
		struct str want =
			str_concat(arena, STR("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n"),
				   str_from_cstr(rows[i].want));
		CHECK_STR(BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
				{ "top/d.yaml", DEPLOYMENT }),
			  want);
	}
}

static void a_label_of_a_base_changes_wherever_the_base_added_it(void)
{
	SCRATCH(arena);
	CHECK_TEXT(BUILT(arena,
			 { "top/kustomization.yaml",
			   "resources: [../base]\nlabels: [{pairs: {t: new}}]\n" },
			 { "base/kustomization.yaml",
			   "resources: [d.yaml]\ncommonLabels: {t: old}\n" },
			 { "base/d.yaml", DEPLOYMENT }),
		   "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    t: new\n"
		   "  name: d\nspec:\n  selector:\n    matchLabels:\n      t: new\n  template:\n"
		   "    metadata:\n      labels:\n        a: b\n        t: new\n");
}

static void replicas_follow_earlier_names(void)
{
	SCRATCH(arena);
	CHECK(str_contains(
		BUILT(arena,
		      { "top/kustomization.yaml",
			"resources: [../base]\nreplicas: [{name: d, count: 3}]\n" },
		      { "base/kustomization.yaml", "resources: [d.yaml]\nnamePrefix: x-\n" },
		      { "base/d.yaml", DEPLOYMENT }),
		STR("name: x-d\nspec:\n  replicas: 3\n")));
	CHECK(str_contains(BUILT(arena,
				 { "top/kustomization.yaml",
				   "resources: [d.yaml]\nreplicas: [{name: e, count: 3}]\n" },
				 { "top/d.yaml", DEPLOYMENT }),
			   STR("resource with name e does not match a config with the following "
			       "GVK")));
}

TESTS({ "an image keeps what the entry does not change", images },
      { "labels go where the entry says", labels_go_where_the_entry_says },
      { "a label of a base changes wherever the base added it",
	a_label_of_a_base_changes_wherever_the_base_added_it },
      { "replicas follow earlier names; none of that name is an error",
	replicas_follow_earlier_names })
