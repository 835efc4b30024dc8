/* difference_test - which objects belong together, what becomes of them, and keys of lists */
#include "build/difference.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "build/difference_inside.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "kube/object.h"

/* Objects of a text, all of one part. */
static void add_objects(struct arena *arena, struct placed_objects *ret, const char *text,
			struct placed_object place)
{
	struct docset *set = docset_new(arena);
	struct documents documents;
	struct error err;

	CHECK_INT(
		yaml_read(set, STR("x.yaml"), str_from_cstr(text), DIALECT_GO_V3, &documents, &err),
		0);
	for (uint32_t i = 0; i < documents.count; i++) {
		place.object = documents.items[i].root;
		if (place.object && !node_is_null(place.object))
			VEC_PUSH(arena, &ret->items, place);
	}
}

static void add_line(struct buf *out, struct arena *arena, const struct object_difference *d)
{
	static const char *const prunes[] = { "", " pruned", " kept" };

	buf_printf(out, "%.*s", STR_FMT(difference_word(d->kind)));
	if (d->before && (!d->after || d->is_renamed))
		buf_printf(out, " %.*s", STR_FMT(object_label_text(arena, d->before->object)));
	if (d->is_renamed)
		buf_printf(out, " =>");
	if (d->after)
		buf_printf(out, " %.*s", STR_FMT(object_label_text(arena, d->after->object)));
	if (d->is_moved)
		buf_printf(out, " from %.*s to %.*s", STR_FMT(d->before->part),
			   STR_FMT(d->after->part));
	buf_printf(out, "%s", prunes[d->prune]);
	for (uint32_t i = 0; i < d->immutable_count; i++)
		buf_printf(out, " !%.*s", STR_FMT(d->immutable[i]));
	for (uint32_t i = 0; i < d->fields.count; i++)
		buf_printf(out, " %.*s", STR_FMT(d->fields.items[i].path));
	buf_printf(out, "\n");
}

static struct str lines_of(struct arena *arena, const struct placed_objects *before,
			   const struct placed_objects *after)
{
	struct object_differences found = {};
	struct buf out;

	difference_find(arena, before, after, &found);
	buf_init(&out, arena);
	for (uint32_t i = 0; i < found.items.count; i++)
		add_line(&out, arena, &found.items.items[i]);
	return buf_str(&out);
}

/* A line for each difference: what, which object, and its paths. */
static struct str lines(struct arena *arena, const char *before, const char *after)
{
	struct placed_objects a = {}, b = {};

	add_objects(arena, &a, before, (struct placed_object){});
	add_objects(arena, &b, after, (struct placed_object){});
	return lines_of(arena, &a, &b);
}

#define CM(name, more) "{apiVersion: v1, kind: ConfigMap, metadata: {" name "}" more "}\n---\n"
#define NAME(name)     "namespace: n, name: " name
#define SPEC(replicas) ", spec: {replicas: " replicas ", paused: true, minReadySeconds: 3}"
#define DEPLOY(name, more)                                                                         \
	"{apiVersion: apps/v1, kind: Deployment, metadata: {" name "}" more "}\n---\n"

static const struct {
	const char *name, *before, *after, *want;
} pairs[] = {
	{ "the same in another order", CM("name: a", "") CM("name: b", ""),
	  CM("name: b", "") CM("name: a", ""), "" },
	{ "added and removed", CM("name: a", "") CM("name: b", ""),
	  CM("name: b", "") CM("name: c", ""), "added ConfigMap/c\nremoved ConfigMap/a\n" },
	{ "another kind of that name", CM("name: a", ""),
	  "{apiVersion: v1, kind: Service, metadata: {name: a}}\n",
	  "added Service/a\nremoved ConfigMap/a\n" },
	{ "another version", "{apiVersion: x/v1, kind: K, metadata: {name: a}}\n",
	  "{apiVersion: x/v2, kind: K, metadata: {name: a}}\n", "changed K/a apiVersion\n" },
	{ "another group", "{apiVersion: x/v1, kind: K, metadata: {name: a}}\n",
	  "{apiVersion: y/v1, kind: K, metadata: {name: a}}\n", "added K/a\nremoved K/a\n" },
	{ "a hash", CM(NAME("s-2tfb2h28mb"), ""), CM(NAME("s-bcbt9c6m7m"), ""),
	  "changed ConfigMap/n/s-2tfb2h28mb => ConfigMap/n/s-bcbt9c6m7m metadata.name\n" },
	{ "a hash that is new", CM(NAME("s"), ""), CM(NAME("s-bcbt9c6m7m"), ""),
	  "changed ConfigMap/n/s => ConfigMap/n/s-bcbt9c6m7m metadata.name\n" },
	{ "no hash", CM(NAME("s-abcdefghij"), ""), CM(NAME("t-bcbt9c6m7m"), ""),
	  "added ConfigMap/n/t-bcbt9c6m7m\nremoved ConfigMap/n/s-abcdefghij\n" },
	{ "a hash of a kind that has none", DEPLOY(NAME("s-2tfb2h28mb"), SPEC("1")),
	  DEPLOY(NAME("t-bcbt9c6m7m"), SPEC("1")),
	  "added Deployment/n/t-bcbt9c6m7m\nremoved Deployment/n/s-2tfb2h28mb\n" },
	{ "two that a hash may be of", CM(NAME("s-2tfb2h28mb"), "") CM(NAME("s-2tfb2h28mc"), ""),
	  CM(NAME("s-bcbt9c6m7m"), ""),
	  "added ConfigMap/n/s-bcbt9c6m7m\nremoved ConfigMap/n/s-2tfb2h28mb\n"
	  "removed ConfigMap/n/s-2tfb2h28mc\n" },
	{ "a namespace", CM("namespace: n, name: a", ""), CM("namespace: m, name: a", ""),
	  "changed ConfigMap/n/a => ConfigMap/m/a metadata.namespace\n" },
	{ "two that a namespace may be of", CM("namespace: n, name: a", ""),
	  CM("namespace: m, name: a", "") CM("namespace: o, name: a", ""),
	  "added ConfigMap/m/a\nadded ConfigMap/o/a\nremoved ConfigMap/n/a\n" },
	{ "a prefix", DEPLOY("name: dev-api", SPEC("1")), DEPLOY("name: prod-api", SPEC("2")),
	  "changed Deployment/dev-api => Deployment/prod-api metadata.name spec.replicas\n" },
	{ "a prefix that is new", DEPLOY("name: api", SPEC("1")),
	  DEPLOY("name: prod-api", SPEC("1")),
	  "changed Deployment/api => Deployment/prod-api metadata.name\n" },
	{ "a prefix that is gone", DEPLOY("name: dev-api", SPEC("1")),
	  DEPLOY("name: api", SPEC("1")),
	  "changed Deployment/dev-api => Deployment/api metadata.name\n" },
	{ "a suffix", DEPLOY("name: api-dev", SPEC("1")), DEPLOY("name: api-prod", SPEC("1")),
	  "changed Deployment/api-dev => Deployment/api-prod metadata.name\n" },
	{ "a suffix that is new, or gone",
	  DEPLOY("name: api", SPEC("1")) DEPLOY("name: web-x", SPEC("1")),
	  DEPLOY("name: api-y", SPEC("1")) DEPLOY("name: web", SPEC("1")),
	  "changed Deployment/api => Deployment/api-y metadata.name\n"
	  "changed Deployment/web-x => Deployment/web metadata.name\n" },
	{ "a prefix of what is another object", DEPLOY("name: dev-api", ", spec: {a: 1, b: 2}"),
	  DEPLOY("name: prod-api", ", spec: {c: 1, d: 2, e: 3}"),
	  "added Deployment/prod-api\nremoved Deployment/dev-api\n" },
};

static void objects_that_belong_together(void)
{
	for (size_t i = 0; TEST_ROW(pairs, i, pairs[i].name); i++) {
		SCRATCH(arena);
		CHECK_STR(lines(arena, pairs[i].before, pairs[i].after),
			  str_from_cstr(pairs[i].want));
	}
}

static void parts(void)
{
	static const struct {
		const char *name, *kustomization, *before, *want;
	} cases[] = {
		{ "moved", "{spec: {prune: true}}", CM("name: a", ""),
		  "changed ConfigMap/a from one to two\n" },
		{ "pruned", "{spec: {prune: true}}", CM("name: a", "") CM("name: b", ""),
		  "changed ConfigMap/a from one to two\nremoved ConfigMap/b pruned\n" },
		{ "not pruned", "{spec: {prune: false}}", CM("name: a", "") CM("name: b", ""),
		  "changed ConfigMap/a from one to two\nremoved ConfigMap/b kept\n" },
		{ "kept by an annotation", "{spec: {prune: true}}",
		  CM("name: a", "")
			  CM("name: b, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}",
			     ""),
		  "changed ConfigMap/a from one to two\nremoved ConfigMap/b kept\n" },
		{ "renamed", "{spec: {prune: true}}", CM("namespace: x, name: a", ""),
		  "changed ConfigMap/x/a => ConfigMap/a from one to two pruned "
		  "metadata.namespace\n" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].name); i++) {
		SCRATCH(arena);
		struct placed_objects before = {}, after = {};
		struct error err;
		const struct node *kustomization =
			yaml_read_one(docset_new(arena), STR("k"),
				      str_from_cstr(cases[i].kustomization), DIALECT_GO_V3, &err);
		add_objects(arena, &before, cases[i].before,
			    (struct placed_object){ .part = STR("one"),
						    .kustomization = kustomization });
		add_objects(arena, &after, CM("name: a", ""),
			    (struct placed_object){ .part = STR("two"),
						    .kustomization = kustomization });
		CHECK_STR(lines_of(arena, &before, &after), str_from_cstr(cases[i].want));
	}
}

/* An object of one name in two parts: each is compared with the one of its part. */
static void one_name_in_two_parts(void)
{
	SCRATCH(arena);
	struct placed_objects before = {}, after = {};

	add_objects(arena, &before, CM("name: a", ", data: {x: dev}"),
		    (struct placed_object){ .part = STR("dev") });
	add_objects(arena, &before, CM("name: a", ", data: {x: prod}"),
		    (struct placed_object){ .part = STR("prod") });
	add_objects(arena, &after, CM("name: a", ", data: {x: new}"),
		    (struct placed_object){ .part = STR("prod") });
	add_objects(arena, &after, CM("name: a", ", data: {x: dev}"),
		    (struct placed_object){ .part = STR("dev") });
	CHECK_TEXT(lines_of(arena, &before, &after), "changed ConfigMap/a data.x\n");
}

/* Parts of one name in two clusters are two. */
static void one_part_in_two_folders(void)
{
	SCRATCH(arena);
	struct placed_objects before = {}, after = {};
	struct placed_object dev = { .folder = STR("dev"), .part = STR("apps") };
	struct placed_object prod = { .folder = STR("prod"), .part = STR("apps") };

	add_objects(arena, &before, CM("name: a", ", data: {x: dev}"), dev);
	add_objects(arena, &before, CM("name: a", ", data: {x: prod}") CM("name: b", ""), prod);
	add_objects(arena, &after, CM("name: a", ", data: {x: prod}"), prod);
	add_objects(arena, &after, CM("name: a", ", data: {x: new}") CM("name: b", ""), dev);
	CHECK_TEXT(lines_of(arena, &before, &after),
		   "changed ConfigMap/a data.x\nchanged ConfigMap/b from apps to apps\n");
}

#define TEMPLATE(label, image)                                                                     \
	"template: {metadata: {labels: {a: " label                                                 \
	"}}, spec: {containers: [{name: c, image: " image "}]}}"
#define JOB(image, more)                                                                           \
	"{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {" more TEMPLATE(            \
		"b", image) "}}\n"
#define WORKLOAD(kind, label, image, more)                                                         \
	"{apiVersion: apps/v1, kind: " kind                                                        \
	", metadata: {name: w, namespace: n}, spec: {selector: {matchLabels: {a: " label           \
	"}}, " more                                                                                \
	TEMPLATE(label, image) "}}\n"

static void immutable_fields(void)
{
	static const struct {
		const char *name, *before, *after, *want;
	} cases[] = {
		{ "an image", WORKLOAD("Deployment", "b", "x", ""),
		  WORKLOAD("Deployment", "b", "y", ""),
		  "changed Deployment/n/w spec.template.spec.containers[name=c].image\n" },
		{ "a selector", WORKLOAD("Deployment", "b", "x", ""),
		  WORKLOAD("Deployment", "c", "x", ""),
		  "changed Deployment/n/w !spec.selector spec.selector.matchLabels.a "
		  "spec.template.metadata.labels.a\n" },
		{ "the service of a StatefulSet",
		  WORKLOAD("StatefulSet", "b", "x", "serviceName: s, "),
		  WORKLOAD("StatefulSet", "b", "x", "serviceName: t, "),
		  "changed StatefulSet/n/w !spec spec.serviceName\n" },
		{ "replicas of a StatefulSet",
		  WORKLOAD("StatefulSet", "b", "x", "serviceName: s, replicas: 1, "),
		  WORKLOAD("StatefulSet", "b", "x", "serviceName: s, replicas: 2, "),
		  "changed StatefulSet/n/w spec.replicas\n" },
		{ "the template of a Job", JOB("x", ""), JOB("y", ""),
		  "changed Job/j !spec.template spec.template.spec.containers[name=c].image\n" },
		{ "a claim",
		  "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: p, namespace: "
		  "n}, spec: {accessModes: "
		  "[ReadWriteOnce], storageClassName: a, resources: {requests: {storage: 1Gi}}}}",
		  "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: p, namespace: "
		  "n}, spec: {accessModes: "
		  "[ReadWriteOnce], storageClassName: b, resources: {requests: {storage: 1Gi}}}}",
		  "changed PersistentVolumeClaim/n/p !spec spec.storageClassName\n" },
		{ "roleRef",
		  "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: "
		  "{name: r}, roleRef: "
		  "{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}}",
		  "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: "
		  "{name: r}, roleRef: "
		  "{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: b}}",
		  "changed ClusterRoleBinding/r !roleRef roleRef.name\n" },
		{ "a ConfigMap that says so",
		  CM("name: a, namespace: n", ", immutable: true, data: {x: a}"),
		  CM("name: a, namespace: n", ", immutable: true, data: {x: b}"),
		  "changed ConfigMap/n/a !data data.x\n" },
		{ "what is wrong before and after",
		  WORKLOAD("Deployment", "b", "x", "replicas: -1, "),
		  WORKLOAD("Deployment", "b", "x", "replicas: -2, "),
		  "changed Deployment/n/w spec.replicas\n" },
		{ "what is wrong afterwards", WORKLOAD("Deployment", "b", "x", "replicas: 1, "),
		  WORKLOAD("Deployment", "b", "x", "replicas: -1, "),
		  "changed Deployment/n/w spec.replicas\n" },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].name); i++) {
		SCRATCH(arena);
		CHECK_STR(lines(arena, cases[i].before, cases[i].after),
			  str_from_cstr(cases[i].want));
	}
}

#define CRD                                                                                        \
	"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: "  \
	"ks.x}, spec: {group: "                                                                    \
	"x, names: {kind: K, plural: ks}, scope: Namespaced, versions: [{name: v1, served: true, " \
	"storage: true, schema: "                                                                  \
	"{openAPIV3Schema: {type: object, properties: {l: {type: array, x-kubernetes-list-type: "  \
	"map, "                                                                                    \
	"x-kubernetes-list-map-keys: [id], items: {type: object, properties: {id: {type: "         \
	"string}, v: {type: integer}}}}}}}}]}}\n---\n"

static void keys_of_lists(void)
{
	SCRATCH(arena);

	/* hostAliases have the key ip in the tables. */
	CHECK_TEXT(
		lines(arena,
		      "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostAliases: [{ip: "
		      "a, hostnames: [x]}, "
		      "{ip: b, hostnames: [y]}]}}",
		      "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostAliases: [{ip: "
		      "c, hostnames: [z]}, "
		      "{ip: a, hostnames: [x, w]}, {ip: b, hostnames: [y]}]}}"),
		"changed Pod/p !spec spec.hostAliases[ip=a].hostnames[1] spec.hostAliases[ip=c]\n");
	CHECK_TEXT(lines(arena,
			 CRD "{apiVersion: x/v1, kind: K, metadata: {name: a}, l: [{id: a, v: 1}, "
			     "{id: b, v: 2}]}",
			 CRD "{apiVersion: x/v1, kind: K, metadata: {name: a}, l: [{id: a, v: 3}, "
			     "{id: b, v: 4}]}"),
		   "changed K/a l[id=a].v l[id=b].v\n");
	/* Ports of one number and two protocols have no key. */
	CHECK_TEXT(lines(arena,
			 "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: n}, spec: "
			 "{ports: [{port: 53, "
			 "protocol: TCP}, {port: 53, protocol: UDP}]}}",
			 "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: n}, spec: "
			 "{ports: [{port: 53, "
			 "protocol: UDP}]}}"),
		   "changed Service/n/s spec.ports[0]\n");
}

TESTS({ "objects that belong together", objects_that_belong_together }, { "parts", parts },
      { "one name in two parts", one_name_in_two_parts },
      { "one part in two folders", one_part_in_two_folders },
      { "immutable fields", immutable_fields }, { "keys of lists", keys_of_lists })
