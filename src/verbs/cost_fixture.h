/*
 * cost_fixture - inputs that grow, and the work that a verb does for them
 *
 * Layer: verbs. A row names a verb and files with a part that is repeated n times. Work is what the
 * budget counts (base/budget.h), so it is the same in every run, and no clock is asked. Twice the
 * input may take some more than twice the work, never four times. Length: a table of inputs.
 *
 *	struct cost_growth growth = cost_growth_of(&cost_rows[0], COST_COUNT);
 *	if (!cost_is_linear(&growth))
 *		printf("%s: %.2f times the work for twice the input\n", …);
 */
#ifndef FORGE_VERBS_COST_FIXTURE_H
#define FORGE_VERBS_COST_FIXTURE_H

#include "base/arena.h"
#include "base/budget.h"
#include "base/buf.h"
#include "doc/set.h"
#include "verbs/verbs.h"
#include "world/simulated.h"
#include "world/snapshot.h"

enum {
	COST_FILES_MAX = 3,
	COST_COUNT = 400,      /* of parts in the smaller input */
	COST_WORK_MIN = 10000, /* less of it is the start of the verb, not the input */
};

/* Of it, for twice the input: n log n is 2.2. */
#define COST_GROWTH_MAX 2.5

/* head, part n times, tail; @ in a part is its number. */
struct cost_file {
	const char *path, *head, *part, *tail;
};

struct cost_row {
	const char *name;
	const struct verb *verb; /* a group stands for its first one */
	const char *target;	 /* the verb's first argument */
	struct cost_file files[COST_FILES_MAX];
	const char *other; /* the verb's second argument; NULL: none */
};

struct cost_growth {
	uint64_t small, large; /* steps for n and 2n parts */
	int status;	       /* of the larger one: -1 an error, and why */
	struct error err;
};

static inline void cost_put_part(struct buf *out, struct str part, uint32_t number)
{
	for (struct str rest = part; rest.ptr;) {
		buf_add(out, str_cut(&rest, '@'));
		if (rest.ptr)
			buf_printf(out, "%u", number);
	}
}

static inline struct str cost_text(struct arena *arena, const struct cost_file *file,
				   uint32_t count)
{
	struct buf out;

	buf_init(&out, arena);
	buf_add(&out, str_from_cstr(file->head));
	for (uint32_t i = 0; file->part && i < count; i++)
		cost_put_part(&out, str_from_cstr(file->part), i);
	if (file->tail)
		buf_add(&out, str_from_cstr(file->tail));
	return buf_str(&out);
}

static inline void cost_set(struct arena *arena, const struct argument *row, void *args,
			    const char *word)
{
	struct error err;

	if (word && argument_set(row, args, str_from_cstr(word), arena, "", &err) < 0)
		BUG("%s", err.text);
}

/* The verb's arguments with its positional ones: {dir: x}, {paths: [x]}, {old: x, new: y}. */
static inline void *cost_arguments(struct arena *arena, const struct verb *verb,
				   const struct cost_row *row)
{
	void *args = arena_alloc(arena, verb->size);

	arguments_init(verb->arguments, arena, args);
	cost_set(arena, &verb->arguments[0], args, row->target);
	cost_set(arena, &verb->arguments[1], args, row->other);
	return args;
}

/* Steps of a run over the row's files with that many parts. */
static inline uint64_t cost_of(const struct cost_row *row, uint32_t count, int *ret_status,
			       struct error *err)
{
	SCRATCH(arena);
	const struct verb *verb = row->verb;
	struct snapshot snapshot;
	struct outcome outcome;
	struct buf out;

	if (verb->verbs)
		verb = verb->verbs[0];
	snapshot_init(&snapshot, arena);
	for (size_t i = 0; i < COST_FILES_MAX && row->files[i].path; i++)
		snapshot_put(&snapshot, (struct snapshot_file){
						.path = str_from_cstr(row->files[i].path),
						.bytes = cost_text(arena, &row->files[i], count) });
	struct simulated_options options = { .seed = 1, .files = &snapshot };
	struct world *world = simulated_new(&options);
	struct verb_context context = { .world = world, .arena = arena, .set = docset_new(arena) };
	void *args = cost_arguments(arena, verb, row);
	uint64_t before = budget_steps();
	*ret_status = verb_run(verb, &context, args, &outcome, err);
	buf_init(&out, arena);
	if (*ret_status == 0)
		outcome_write_json(&outcome, &out);
	uint64_t steps = budget_steps() - before;
	budget_limit_memory(0);
	world_free(world);
	return steps;
}

static inline struct cost_growth cost_growth_of(const struct cost_row *row, uint32_t count)
{
	struct cost_growth growth = {};
	int ignored;

	growth.small = cost_of(row, count, &ignored, &growth.err);
	growth.large = cost_of(row, 2 * count, &growth.status, &growth.err);
	return growth;
}

static inline bool cost_is_linear(const struct cost_growth *growth)
{
	return growth->large < COST_WORK_MIN ||
	       (double)growth->large <= COST_GROWTH_MAX * (double)growth->small;
}

#define COST_CM	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c@}\n---\n"
#define COST_ONE_CM   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: y}\n"
#define COST_POD_HEAD "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: default}\nspec: "
#define COST_CM_OF(name, value)                                                                    \
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " name "}\ndata: {x: " value "}\n---\n"
#define COST_DATA "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {"
#define COST_TEXT "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n"
#define COST_LIST "apiVersion: v1\nkind: X\nmetadata: {name: a}\nl: ["
#define COST_DEPLOYMENT                                                                            \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w, namespace: default}\nspec: "   \
	"{selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: "          \
	"{containers: [{name: c, image: x}]}}}\n"
#define COST_SERVICE                                                                               \
	"apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: default}\nspec: "

/* Regressions: each of these inputs once took quadratic work, or could. */
static const struct cost_row cost_rows[] = {
	{ "objects",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\n" }, { "a.yaml", "", COST_CM } } },
	{ "files", &verb_check, "/", { { "a.yaml", "", COST_CM } } },
	{ "lines of an env file",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "configMapGenerator: [{name: a, envs: [e]}]\n" },
	    { "e", "", "K@=v\n" } } },
	{ "literals",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "secretGenerator: [{name: a, literals: [", "k@=v, ",
	      "]}]\n" } } },
	{ "generators",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "configMapGenerator:\n",
	      "- {name: a@, literals: [a=b]}\n" } } },
	{ "keys that are merged",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "configMapGenerator:\n- {name: a, envs: [e]}\n- {name: a, "
				    "behavior: merge, envs: [f]}\n" },
	    { "e", "", "K@=v\n" },
	    { "f", "", "K@=w\n" } } },
	{ "label pairs",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml",
	      "resources: [a.yaml]\nlabels: [{includeSelectors: true, pairs: {", "l@: v, ",
	      "}}]\n" },
	    { "a.yaml", COST_DEPLOYMENT } } },
	{ "annotations",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\ncommonAnnotations: {", "l@: v, ", "}\n" },
	    { "a.yaml", COST_DEPLOYMENT } } },
	{ "patches of one object each",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\npatches: [{path: p.yaml}]\n" },
	    { "a.yaml", "", COST_CM },
	    { "p.yaml", "",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c@}\ndata: {x: y}\n---\n" } } },
	{ "patches of one object",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\npatches:\n",
	      "- {target: {name: a}, patch: '[{\"op\": \"add\", \"path\": \"/data/x\", \"value\": "
	      "\"v@\"}]'}\n" },
	    { "a.yaml", COST_ONE_CM } } },
	{ "operations of a patch",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml",
	      "resources: [a.yaml]\npatches: [{target: {name: a}, path: p.yaml}]\n" },
	    { "a.yaml", COST_ONE_CM },
	    { "p.yaml", "", "- {op: replace, path: /data/x, value: v@}\n" } } },
	{ "members of a strategic merge",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\npatches: [{path: p.yaml}]\n" },
	    { "a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {", "k@: v, ",
	      "}\n" },
	    { "p.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {", "k@: w, ",
	      "}\n" } } },
	{ "items of a strategic merge",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\npatches: [{path: p.yaml}]\n" },
	    { "a.yaml", COST_POD_HEAD "{containers: [", "{name: c@, image: x}, ", "]}\n" },
	    { "p.yaml", COST_POD_HEAD "{containers: [", "{name: c@, image: y}, ", "]}\n" } } },
	{ "paths of a replacement",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml",
	      "resources: [a.yaml]\nreplacements: [{source: {name: a, fieldPath: data.x}, targets: "
	      "[{select: {name: a}, options: {create: true}, fieldPaths: [",
	      "data.k@, ", "]}]}]\n" },
	    { "a.yaml", COST_ONE_CM } } },
	{ "paths of a replacement into a list",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml",
	      "resources: [a.yaml, b.yaml]\nreplacements: [{source: {name: a, fieldPath: data.x}, "
	      "targets: [{select: {name: b}, fieldPaths: [",
	      "l.@, ", "]}]}]\n" },
	    { "a.yaml", COST_ONE_CM },
	    { "b.yaml", "apiVersion: v1\nkind: X\nmetadata: {name: b}\nl: [", "a@, ", "]\n" } } },
	{ "replacements of one object each",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\nreplacements:\n",
	      "- {source: {name: c0, fieldPath: kind}, targets: [{select: {name: c@}, options: "
	      "{create: true}, fieldPaths: [x]}]}\n" },
	    { "a.yaml", "", COST_CM } } },
	{ "specs of a configuration",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\nconfigurations: [c.yaml]\n" },
	    { "a.yaml", COST_ONE_CM },
	    { "c.yaml", "commonLabels:\n", "- {path: a/b@, kind: K}\n" } } },
	{ "name references of a configuration",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\nconfigurations: [c.yaml]\n" },
	    { "a.yaml", COST_ONE_CM },
	    { "c.yaml", "nameReference:\n",
	      "- {kind: K@, fieldSpecs: [{path: a/b, kind: K}]}\n" } } },
	{ "images",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\nimages:\n", "- {name: i@, newTag: b}\n" },
	    { "a.yaml", COST_DEPLOYMENT } } },
	{ "references to configurations",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "namePrefix: p-\nresources: [a.yaml, b.yaml]\n" },
	    { "a.yaml", "", COST_CM },
	    { "b.yaml", COST_POD_HEAD "{containers: [{name: a, image: x}], volumes: [",
	      "{name: v@, configMap: {name: c@}}, ", "]}\n" } } },
	{ "aliases and merge keys",
	  &verb_build,
	  "/",
	  { { "kustomization.yaml", "resources: [a.yaml]\n" },
	    { "a.yaml", "apiVersion: v1\nkind: X\nmetadata: {name: a}\nb: &b {x: y}\nl:\n",
	      "- {<<: *b, k@: v}\n" } } },
	{ "properties of a CRD, and of an object",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml",
	      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: "
	      "{name: "
	      "foos.a.b}\nspec: {group: a.b, names: {kind: Foo, plural: foos}, scope: Namespaced, "
	      "versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: "
	      "object, properties: {spec: {type: object, properties: {",
	      "p@: {type: string, default: x}, ",
	      "}}}}}}]}\n---\napiVersion: a.b/v1\nkind: Foo\nmetadata: {name: x, namespace: "
	      "default}\n"
	      "spec: {}\n" } } },
	{ "containers",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml", COST_POD_HEAD "{containers: [", "{name: c@, image: x}, ", "]}\n" } } },
	{ "environment variables",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml", COST_POD_HEAD "{containers: [{name: c, image: x, env: [",
	      "{name: E@, value: $(E@)}, ", "]}]}\n" } } },
	{ "volumes",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml", COST_POD_HEAD "{containers: [{name: c, image: x}], volumes: [",
	      "{name: v@, emptyDir: {}}, ", "]}\n" } } },
	{ "ports of a pod",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml", COST_POD_HEAD "{containers: [{name: c, image: x, ports: [",
	      "{name: p@, containerPort: 1@, hostPort: 1@}, ", "]}]}\n" } } },
	{ "ports of a Service",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml", COST_SERVICE "{selector: {a: b}, ports: [", "{name: p@, port: 1@}, ",
	      "]}\n" } } },
	{ "rules of a role",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml",
	      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n"
	      "rules: [",
	      "{apiGroups: [''], resources: [r@], verbs: [get]}, ", "]\n" } } },
	{ "hosts of an Ingress",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml",
	      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: "
	      "[",
	      "{host: h@.example.com, http: {paths: [{path: /, pathType: Prefix, backend: "
	      "{service: "
	      "{name: s, port: {number: 80}}}}]}}, ",
	      "]}\n" } } },
	{ "Services and their Deployments",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml", "",
	      "apiVersion: v1\nkind: Service\nmetadata: {name: s@, namespace: d}\nspec: {selector: "
	      "{app: "
	      "a@}, ports: [{port: 80}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: "
	      "{name: a@, "
	      "namespace: d}\nspec: {selector: {matchLabels: {app: a@}}, template: {metadata: "
	      "{labels: "
	      "{app: a@}}, spec: {containers: [{name: c, image: x}]}}}\n---\n" } } },
	{ "network policies",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml", "",
	      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n@, "
	      "namespace: d}\n"
	      "spec: {podSelector: {matchLabels: {a: a@}}}\n---\n" } } },
	{ "unknown fields",
	  &verb_check,
	  "/a.yaml",
	  { { "a.yaml", COST_POD_HEAD "{containers: [{name: c, image: x}], ", "f@: v, ",
	      "}\n" } } },
	{ "objects in a cluster",
	  &verb_sandbox,
	  "/a.yaml",
	  { { "a.yaml", "",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c@, namespace: "
	      "default}\n---\n" } } },
	{ "members of an object in a cluster",
	  &verb_sandbox,
	  "/a.yaml",
	  { { "a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: default}\ndata: {",
	      "k@: v, ", "}\n" } } },
	{ "node ports in a cluster",
	  &verb_sandbox,
	  "/a.yaml",
	  { { "a.yaml", COST_SERVICE "{type: NodePort, selector: {a: b}, ports: [",
	      "{name: p@, port: 1@}, ", "]}\n" } } },
	{ "containers in a cluster",
	  &verb_sandbox,
	  "/a.yaml",
	  { { "a.yaml", COST_POD_HEAD "{containers: [", "{name: c@, image: x}, ", "]}\n" } } },
	{ "volumes in a cluster",
	  &verb_sandbox,
	  "/a.yaml",
	  { { "a.yaml",
	      COST_POD_HEAD "{containers: [{name: c, image: x, volumeMounts: [{name: v0, "
			    "mountPath: /a}]}], volumes: [",
	      "{name: v@, emptyDir: {}}, ", "]}\n" } } },
	{ "environment variables in a cluster",
	  &verb_sandbox,
	  "/a.yaml",
	  { { "a.yaml", COST_POD_HEAD "{containers: [{name: c, image: x, env: [",
	      "{name: E@, value: x}, ", "]}]}\n" } } },
	{ "labels in a cluster",
	  &verb_sandbox,
	  "/a.yaml",
	  { { "a.yaml",
	      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: default, labels: {",
	      "k@: v, ", "}}\n" } } },
	{ "labels that a long selector names, in a check",
	  &verb_check,
	  "/",
	  { { "kustomization.yaml",
	      "resources: [a.yaml]\nlabels: [{includeSelectors: true, pairs: {", "l@: v, ",
	      "}}]\n" },
	    { "a.yaml", COST_DEPLOYMENT "---\n" COST_SERVICE
					"{selector: {a: b}, ports: [{port: 80}]}\n" } } },
	{ "Kustomizations that wait for themselves",
	  &verb_check,
	  "/clusters/x",
	  { { "clusters/x/a.yaml", "",
	      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: "
	      "k@, "
	      "namespace: n}\nspec: {interval: 10m, path: ./none, dependsOn: [{name: k@}], prune: "
	      "true, sourceRef: {kind: GitRepository, name: flux-system}}\n---\n" } } },
	{ "hard limits of a quota in a cluster",
	  &verb_sandbox,
	  "/a.yaml",
	  { { "a.yaml",
	      "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: default}\nspec: "
	      "{hard: {",
	      "count/k@.x: 1, ", "}}\n" } } },
	{ "objects that changed",
	  &verb_diff,
	  "/a",
	  { { "a/a.yaml", "", COST_CM_OF("c@", "x") }, { "b/a.yaml", "", COST_CM_OF("c@", "y") } },
	  "/b" },
	{ "objects with another hash",
	  &verb_diff,
	  "/a",
	  { { "a/a.yaml", "", COST_CM_OF("c@-2tfb2h28mb", "x") },
	    { "b/a.yaml", "", COST_CM_OF("c@-bcbt9c6m7m", "y") } },
	  "/b" },
	{ "objects that nothing matches",
	  &verb_diff,
	  "/a",
	  { { "a/a.yaml", "", COST_CM_OF("a-@-b", "x") },
	    { "b/a.yaml", "", COST_CM_OF("@-b-c", "y") } },
	  "/b" },
	{ "members in another order",
	  &verb_diff,
	  "/a",
	  { { "a/a.yaml", COST_DATA, "k@: x, ", "z: z}\n" },
	    { "b/a.yaml", COST_DATA "z: z, ", "k@: y, ", "}\n" } },
	  "/b" },
	{ "items with a key",
	  &verb_diff,
	  "/a",
	  { { "a/a.yaml", COST_POD_HEAD "{containers: [", "{name: c@, image: x}, ", "]}\n" },
	    { "b/a.yaml", COST_POD_HEAD "{containers: [{name: z}, ", "{name: c@, image: y}, ",
	      "]}\n" } },
	  "/b" },
	{ "items without a key",
	  &verb_diff,
	  "/a",
	  { { "a/a.yaml", COST_LIST, "a@, ", "]\n" },
	    { "b/a.yaml", COST_LIST "x, ", "a@, ", "y]\n" } },
	  "/b" },
	{ "lines of a text",
	  &verb_diff,
	  "/a",
	  { { "a/a.yaml", COST_TEXT "    a\n", "    line @\n" },
	    { "b/a.yaml", COST_TEXT "    b\n", "    line @\n", "    c\n" } },
	  "/b" },
};

#endif
