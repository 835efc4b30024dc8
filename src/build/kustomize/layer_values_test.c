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
		{ "newTag: v2", "nginx:1", "nginx:1" },
		{ "newTag: v2", "", ":v2" },
		{ "name: null, newName: x", "", "x" },
		{ "name: (, newTag: v2", "nginx:1",
		  "image name '(': '((:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?' is not a "
		  "regular expression: missing ): "
		  "((:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?" },
		{ "name: 'a:1/b', newTag: v2", "a:1/b", "a:1/b:v2" },
		/* Once by the walk over containers, once by the spec, as in kustomize. */
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

#define WORKLOAD                                                                                   \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: "     \
	"{containers: [{name: m, image: i}]}}}\n"
/* Measured with kubectl kustomize; errors say what it says. */
static const struct fixture_case valued[] = {
	{ "labels with selectors",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nlabels: [{pairs: {x: v}, includeSelectors: true}]\n" },
	    { "top/a.yaml",
	      WORKLOAD "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: "
		       "{b: c}}\n---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: "
		       "c}\nspec: {jobTemplate: {spec: {template: {spec: {}}}}}\n" } },
	  "apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    x: v\n  name: s\nspec:\n  "
	  "selector:\n    b: c\n    x: v\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  "
	  "labels:\n    x: v\n  name: d\nspec:\n  selector:\n    matchLabels:\n      x: v\n  "
	  "template:\n    metadata:\n      labels:\n        x: v\n    spec:\n      containers:\n   "
	  "   - image: i\n        name: m\n---\napiVersion: batch/v1\nkind: CronJob\nmetadata:\n  "
	  "labels:\n    x: v\n  name: c\nspec:\n  jobTemplate:\n    metadata:\n      labels:\n     "
	  "   x: v\n    spec:\n      template:\n        metadata:\n          labels:\n            "
	  "x: v\n        spec: {}\n" },
	{ "labels with templates",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nlabels: [{pairs: {x: v}, includeTemplates: true}]\n" },
	    { "top/a.yaml",
	      WORKLOAD "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: "
		       "{b: c}}\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: "
		       "t}\nspec: {volumeClaimTemplates: [{metadata: {name: c}}]}\n" } },
	  "apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    x: v\n  name: s\nspec:\n  "
	  "selector:\n    b: c\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n "
	  "   x: v\n  name: d\nspec:\n  template:\n    metadata:\n      labels:\n        x: v\n    "
	  "spec:\n      containers:\n      - image: i\n        name: m\n---\napiVersion: "
	  "apps/v1\nkind: StatefulSet\nmetadata:\n  labels:\n    x: v\n  name: t\nspec:\n  "
	  "template:\n    metadata:\n      labels:\n        x: v\n  volumeClaimTemplates:\n  - "
	  "metadata:\n      labels:\n        x: v\n      name: c\n" },
	{ "labels with fields",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nlabels: [{pairs: {x: v}, fields: [{path: spec/more, create: "
	      "true, kind: Deployment}, {path: spec/none}]}]\n" },
	    { "top/a.yaml", WORKLOAD } },
	  "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    x: v\n  name: "
	  "d\nspec:\n  more:\n    x: v\n  template:\n    spec:\n      containers:\n      - image: "
	  "i\n        name: m\n" },
	{ "two entries of labels",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nlabels: [{pairs: {x: v}}, {pairs: {x: w, u: t}}]\n" },
	    { "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" } },
	  "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels:\n    u: t\n    x: w\n  name: "
	  "a\n" },
	{ "common labels",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ncommonLabels: {x: v}\n" },
	    { "top/a.yaml",
	      WORKLOAD "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: "
		       "{name: n}\nspec: {podSelector: {matchLabels: {a: b}}, ingress: [{from: "
		       "[{podSelector: {matchLabels: {a: b}}}]}]}\n---\napiVersion: "
		       "policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p}\nspec: {}\n" } },
	  "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    x: v\n  name: "
	  "d\nspec:\n  selector:\n    matchLabels:\n      x: v\n  template:\n    metadata:\n      "
	  "labels:\n        x: v\n    spec:\n      containers:\n      - image: i\n        name: "
	  "m\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  labels:\n    x: "
	  "v\n  name: p\nspec: {}\n---\napiVersion: networking.k8s.io/v1\nkind: "
	  "NetworkPolicy\nmetadata:\n  labels:\n    x: v\n  name: \"n\"\nspec:\n  ingress:\n  - "
	  "from:\n    - podSelector:\n        matchLabels:\n          a: b\n          x: v\n  "
	  "podSelector:\n    matchLabels:\n      a: b\n      x: v\n" },
	{ "common annotations",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\ncommonAnnotations: {x: v}\n" },
	    { "top/a.yaml",
	      WORKLOAD "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\n" } },
	  "apiVersion: v1\nkind: Service\nmetadata:\n  annotations:\n    x: v\n  name: "
	  "s\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  annotations:\n    x: v\n  "
	  "name: d\nspec:\n  template:\n    metadata:\n      annotations:\n        x: v\n    "
	  "spec:\n      containers:\n      - image: i\n        name: m\n" },
	{ "replicas by kind",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nreplicas: [{name: d, count: 3}, {name: s, count: 0}]\n" },
	    { "top/a.yaml", WORKLOAD
	      "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {replicas: "
	      "2}\n---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: x}\nspec: "
	      "{}\n---\napiVersion: v1\nkind: ReplicationController\nmetadata: {name: d}\n" } },
	  "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  replicas: 3\n  "
	  "template:\n    spec:\n      containers:\n      - image: i\n        name: "
	  "m\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: s\nspec:\n  "
	  "replicas: 0\n---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: x\nspec: "
	  "{}\n---\napiVersion: v1\nkind: ReplicationController\nmetadata:\n  name: d\nspec:\n  "
	  "replicas: 3\n" },
	{ "replicas of nobody",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nreplicas: [{name: none, count: 3}]\n" },
	    { "top/a.yaml", WORKLOAD } },
	  "resource with name none does not match a config with the following GVK "
	  "[Deployment.[noVer].[noGrp] ReplicationController.[noVer].[noGrp] "
	  "ReplicaSet.[noVer].[noGrp] StatefulSet.[noVer].[noGrp]]",
	  "top/kustomization.yaml:2:12" },
	{ "replicas by an old name",
	  { { "top/kustomization.yaml", "resources: [../base]\nreplicas: [{name: d, count: 3}]\n" },
	    { "base/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: p-\n" },
	    { "base/a.yaml", WORKLOAD } },
	  "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: p-d\nspec:\n  replicas: 3\n  "
	  "template:\n    spec:\n      containers:\n      - image: i\n        name: m\n" },
	{ "images everywhere",
	  { { "top/kustomization.yaml", "resources: [a.yaml]\nimages: [{name: i, newTag: v2}]\n" },
	    { "top/a.yaml",
	      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: "
	      "{containers: [{name: m, image: i}, {name: n}], initContainers: [{image: i}], "
	      "ephemeralContainers: [{image: i}]}}}\n---\napiVersion: x.io/v1\nkind: "
	      "Any\nmetadata: {name: a}\nspec: {containers: [{image: i}], image: i, deep: "
	      "{initContainers: [{image: i}]}}\n" } },
	  "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  template:\n    "
	  "spec:\n      containers:\n      - image: i:v2\n        name: m\n      - name: \"n\"\n   "
	  "   ephemeralContainers:\n      - image: i\n      initContainers:\n      - image: "
	  "i:v2\n---\napiVersion: x.io/v1\nkind: Any\nmetadata:\n  name: a\nspec:\n  containers:\n "
	  " - image: i:v2\n  deep:\n    initContainers:\n    - image: i:v2\n  image: i\n" },
	{ "names and namespaces",
	  { { "top/kustomization.yaml",
	      "resources: [a.yaml]\nnamePrefix: p-\nnameSuffix: -s\nnamespace: q\n" },
	    { "top/a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: "
	      "Namespace\nmetadata: {name: z}\n---\napiVersion: "
	      "rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "
	      "r}\n---\napiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: {name: "
	      "v1.x.io}\nspec: {service: {name: a, namespace: old}}\n" } },
	  "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: q\n---\napiVersion: "
	  "rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: "
	  "p-r-s\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p-a-s\n  namespace: "
	  "q\n---\napiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata:\n  name: "
	  "v1.x.io\nspec:\n  service:\n    name: a\n    namespace: q\n" },
};

static void valued_as_measured(void)
{
	fixture_check(valued, ARRAY_COUNT(valued));
}

static void paths_of_labels_cannot_nest_without_end(void)
{
	static const struct {
		int steps;
		const char *want;
	} rows[] = {
		{ NODE_DEPTH_MAX - 1, "q:" },
		{ NODE_DEPTH_MAX, "nested deeper than 1000 levels" },
		{ 100 * NODE_DEPTH_MAX, "nested deeper than 1000 levels" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].want); i++) {
		struct buf text;
		buf_init(&text, arena);
		buf_add(&text,
			STR("resources: [d.yaml]\nlabels: [{pairs: {a: b}, fields: [{create: "
			    "true, path: q"));
		for (int s = 1; s < rows[i].steps; s++)
			buf_add(&text, STR("/q"));
		buf_add(&text, STR("}]}]\n"));
		struct str file = buf_str(&text);
		CHECK(str_contains(BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, file) },
					 { "top/d.yaml", DEPLOYMENT }),
				   str_from_cstr(rows[i].want)));
	}
}

/* Measured with kubectl kustomize. */
static void null_is_an_empty_text(void)
{
	static const char *const fields[] = { "commonAnnotations: {a: null}",
					      "labels: [{pairs: {a: ~}}]" };

	for (size_t i = 0; TEST_ROW(fields, i, fields[i]); i++) {
		SCRATCH(arena);
		struct str text = str_printf(arena, "resources: [a.yaml]\n%s\n", fields[i]);
		struct str built = BUILT(
			arena, { "top/kustomization.yaml", str_cstr(arena, text) },
			{ "top/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n" });
		CHECK(str_contains(built, STR("    a: \"\"\n")));
	}
}

/* Keys that are added are read back without quotes; measured with kubectl kustomize. */
static void keys_that_are_no_texts_are_refused(void)
{
	static const struct {
		const char *field;
		bool refused;
	} rows[] = {
		{ "labels: [{pairs: {\"404\": x}}]", true },
		{ "labels: [{pairs: {\"true\": x}}]", true },
		{ "labels: [{pairs: {\"2001-01-01\": x}}]", true },
		{ "labels: [{pairs: {\"n\": x}}]", false },
		{ "commonAnnotations: {n: x}", true },
		{ "commonAnnotations: {a.b: x, \"12:30\": y}", false },
		{ "commonAnnotations: {\"1\": x}", false }, /* the key is there, in quotes */
		{ "configMapGenerator: [{name: q, literals: [404=x]}]", true },
		{ "configMapGenerator: [{name: q, literals: [on=x]}]", false },
		{ "secretGenerator: [{name: q, literals: [null=x]}]", true },
		{ "configMapGenerator: [{name: q, options: {labels: {\"404\": x}}}]", true },
		{ "configMapGenerator: [{name: q, options: {annotations: {a: x}}}]", false },
		{ "generatorOptions: {annotations: {\"true\": x}}\n"
		  "configMapGenerator: [{name: q}]",
		  true },
	};

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].field); i++) {
		SCRATCH(arena);
		struct str text = str_printf(arena, "resources: [a.yaml]\n%s\n", rows[i].field);
		struct str built = BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
					 { "top/a.yaml",
					   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, "
					   "annotations: {\"1\": z}}\n" });
		CHECK(str_contains(built, STR("json: unsupported type")) == rows[i].refused);
	}
}

TESTS({ "keys that are no texts are refused", keys_that_are_no_texts_are_refused },
      { "null in a pair is an empty text", null_is_an_empty_text },
      { "paths of labels cannot nest without end", paths_of_labels_cannot_nest_without_end },
      { "labels, replicas, images and names", valued_as_measured },
      { "an image keeps what the entry does not change", images },
      { "labels go where the entry says", labels_go_where_the_entry_says },
      { "a label of a base changes wherever the base added it",
	a_label_of_a_base_changes_wherever_the_base_added_it },
      { "replicas follow earlier names; none of that name is an error",
	replicas_follow_earlier_names })
