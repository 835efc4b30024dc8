/* smp_test - strategic merge patches, as the API server and as kustomize apply them */
#include "kube/smp/smp.h"

#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "doc/origin.h"
#include "doc/yaml.h"
#include "kube/secret.h"

#define POD	"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
#define SERVICE "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"

static const struct node *parse(struct docset *set, const char *path, const char *yaml)
{
	struct error err;
	const struct node *n =
		yaml_read_one(set, str_from_cstr(path), str_from_cstr(yaml), DIALECT_GO_V3, &err);
	if (!n)
		BUG("%s", err.text);
	return n;
}

/* The spec after the patch as JSON; the error's text; or "deleted". */
static struct str written(struct arena *arena, unsigned flags, unsigned json_flags,
			  const char *target, const char *patch)
{
	struct docset *set = docset_new(arena);
	struct schemas *schemas = schemas_new(arena);
	const struct node *object = parse(set, "base", target), *ret;
	const struct kind_version *version = NULL;
	const struct kind *kind = schemas_kind(schemas, object_gvk(object), &version);
	struct smp_options options = { .schema = schema_root(schemas, kind, version),
				       .flags = flags };
	struct error err;

	if (smp_apply(arena, object, parse(set, "patch", patch), &options, &ret, &err) < 0)
		return str_copy(arena, str_from_cstr(err.text));
	return ret ? json_text(arena, node_get(ret, STR("spec")), json_flags) : STR("deleted");
}

static struct str patched(struct arena *arena, unsigned flags, const char *target,
			  const char *patch)
{
	return written(arena, flags, 0, target, patch);
}

#define SERVER(target, patch)	 patched(arena, 0, target, patch)
#define KUSTOMIZE(target, patch) patched(arena, SMP_KUSTOMIZE, target, patch)

static void maps_merge_and_null_deletes(void)
{
	SCRATCH(arena);

	CHECK_TEXT(SERVER(POD "spec: {nodeName: a, nodeSelector: {x: y, z: w}, dnsPolicy: D}",
			  "spec: {nodeName: b, nodeSelector: {z: null, n: {m: null}}, dnsPolicy: "
			  "null}"),
		   "{\"nodeName\":\"b\",\"nodeSelector\":{\"x\":\"y\",\"n\":{}}}");
}

static void lists_merge_by_key_and_keep_the_servers_order(void)
{
	SCRATCH(arena);

	CHECK_TEXT(SERVER(POD "spec: {containers: [{name: a, image: i}, {name: b}]}",
			  "spec: {containers: [{name: c}, {name: b, image: j}]}"),
		   "{\"containers\":[{\"name\":\"c\"},{\"name\":\"a\",\"image\":\"i\"},"
		   "{\"name\":\"b\",\"image\":\"j\"}]}");
}

static void lists_without_a_merge_key_are_replaced(void)
{
	SCRATCH(arena);

	CHECK_TEXT(SERVER(POD "spec: {tolerations: [{key: a}], containers: [{name: a, args: [x]}]}",
			  "spec: {tolerations: [{key: b}], containers: [{name: a, args: [y]}]}"),
		   "{\"tolerations\":[{\"key\":\"b\"}],\"containers\":[{\"name\":\"a\",\"args\":"
		   "[\"y\"]}]}");
}

static void directives_delete_and_replace_items(void)
{
	SCRATCH(arena);
	const char *pod = POD "spec: {containers: [{name: a, image: i}, {name: b}]}";

	CHECK_TEXT(SERVER(pod, "spec: {containers: [{name: a, $patch: delete}]}"),
		   "{\"containers\":[{\"name\":\"b\"}]}");
	CHECK_TEXT(SERVER(pod, "spec: {containers: [{$patch: replace}, {name: c}]}"),
		   "{\"containers\":[{\"name\":\"c\"}]}");
	CHECK_TEXT(SERVER(pod, "spec: {containers: [{$patch: delete}]}"),
		   "map: map[$patch:delete] does not contain declared merge key: name");
	CHECK_TEXT(SERVER(pod, "spec: {containers: [{name: a, $patch: swap}]}"),
		   "unknown patch type: swap in map: map[$patch:swap name:a]");
}

static void directives_in_maps(void)
{
	SCRATCH(arena);
	const char *pod = POD "spec: {securityContext: {runAsUser: 1, runAsGroup: 2}}";

	CHECK_TEXT(SERVER(pod, "spec: {securityContext: {$patch: replace, fsGroup: 3}}"),
		   "{\"securityContext\":{\"fsGroup\":3}}");
	CHECK_TEXT(SERVER(pod, "spec: {securityContext: {$patch: delete}}"),
		   "{\"securityContext\":{}}");
}

static void retain_keys_drops_the_rest(void)
{
	SCRATCH(arena);
	const char *pod = POD "spec: {volumes: [{name: v, emptyDir: {}}]}";

	CHECK_TEXT(SERVER(pod, "spec: {volumes: [{name: v, $retainKeys: [name, configMap], "
			       "configMap: {name: c}}]}"),
		   "{\"volumes\":[{\"name\":\"v\",\"configMap\":{\"name\":\"c\"}}]}");
	CHECK_TEXT(SERVER(pod, "spec: {volumes: [{name: v, $retainKeys: [name], hostPath: {}}]}"),
		   "invalid patch format of retainKeys");
}

static void set_element_order_orders(void)
{
	SCRATCH(arena);
	const char *pod = POD "spec: {containers: [{name: a}, {name: x}, {name: b}]}";

	CHECK_TEXT(SERVER(pod, "spec: {$setElementOrder/containers: [{name: b}, {name: a}]}"),
		   "{\"containers\":[{\"name\":\"x\"},{\"name\":\"b\"},{\"name\":\"a\"}]}");
	CHECK_TEXT(SERVER(pod, "spec: {$setElementOrder/containers: [{name: n}, {name: a}, {name: "
			       "b}], containers: [{name: n}, {name: x, $patch: delete}]}"),
		   "{\"containers\":[{\"name\":\"n\"},{\"name\":\"a\"},{\"name\":\"b\"}]}");
}

static void scalars_are_united_and_deleted_by_name(void)
{
	SCRATCH(arena);
	const char *pod = POD "spec: {finalizers: [a, b]}";
	const char *namespace =
		"apiVersion: v1\nkind: Namespace\nmetadata: {finalizers: [a, b, c]}\n";
	struct docset *set = docset_new(arena);
	struct schemas *schemas = schemas_new(arena);
	const struct kind *kind = schemas_kind_any_version(schemas, STR(""), STR("Namespace"));
	struct smp_options options = { .schema = schema_root(schemas, kind, NULL) };
	const struct node *ret;
	struct error err;

	(void)pod;
	CHECK(smp_apply(arena, parse(set, "n", namespace),
			parse(set, "p",
			      "metadata: {finalizers: [d, a], $deleteFromPrimitiveList/finalizers: "
			      "[b]}"),
			&options, &ret, &err) == 0);
	CHECK_TEXT(json_text(arena, node_at(ret, "metadata.finalizers"), 0), "[\"d\",\"a\",\"c\"]");
}

static void added_parts_lose_nulls_and_directives(void)
{
	SCRATCH(arena);

	CHECK_TEXT(SERVER(POD, "spec: {nodeSelector: {a: null, b: c}, containers: [{name: a, "
			       "$patch: delete}, {name: b, image: null}]}"),
		   "{\"nodeSelector\":{\"b\":\"c\"},\"containers\":[{\"name\":\"b\"}]}");
}

static void wrong_lists_are_refused(void)
{
	SCRATCH(arena);
	const char *pod = POD "spec: {containers: [{name: a}]}";

	CHECK_TEXT(SERVER(pod, "spec: {containers: [x]}"),
		   "list element types are not identical: [[map[name:a]] [x]]");
	CHECK_TEXT(SERVER(pod, "spec: {containers: [[x]]}"), "lists of lists are not supported");
	CHECK_TEXT(SERVER(pod, "spec: {containers: [{image: i}]}"),
		   "map: map[image:i] does not contain declared merge key: name");
}

/* Kustomize: expected values are the output of `kubectl kustomize` 1.35 (kustomize 5.7.1). */

static void kustomize_puts_items_of_the_patch_first(void)
{
	SCRATCH(arena);

	CHECK_TEXT(KUSTOMIZE(POD "spec: {containers: [{name: a, image: i}, {name: b}]}",
			     "spec: {containers: [{name: c}, {name: b, image: j}]}"),
		   "{\"containers\":[{\"name\":\"c\"},{\"name\":\"b\",\"image\":\"j\"},{\"name\":"
		   "\"a\",\"image\":\"i\"}]}");
}

static void kustomize_deletes_objects_and_items(void)
{
	SCRATCH(arena);
	const char *pod = POD "spec: {containers: [{name: a}, {name: b}], nodeSelector: {x: y}}";

	CHECK_TEXT(KUSTOMIZE(pod, "$patch: delete"), "deleted");
	CHECK_TEXT(KUSTOMIZE(pod, "spec: {containers: [{name: a, $patch: delete}], nodeSelector: "
				  "{$patch: delete}}"),
		   "{\"containers\":[{\"name\":\"b\"}]}");
	CHECK_TEXT(KUSTOMIZE(pod, "spec: {containers: [{$patch: delete}]}"),
		   "{\"nodeSelector\":{\"x\":\"y\"}}");
	CHECK_TEXT(KUSTOMIZE(pod, "spec: {containers: [{$patch: replace}, {name: c}], "
				  "nodeSelector: null}"),
		   "{\"containers\":[{\"name\":\"c\"}]}");
	CHECK_TEXT(KUSTOMIZE(pod, "spec: {nodeSelector: {$patch: swap}}"),
		   "unknown patch strategy 'swap'");
}

static void kustomize_keeps_the_item_that_was_to_be_replaced(void)
{
	SCRATCH(arena);

	CHECK_TEXT(KUSTOMIZE(POD "spec: {containers: [{name: a, image: i}]}",
			     "spec: {containers: [{name: a, $patch: replace, tty: true}]}"),
		   "{\"containers\":[{\"name\":\"a\",\"image\":\"i\"}]}");
}

static void kustomize_loses_two_key_patches_that_name_other_keys(void)
{
	SCRATCH(arena);

	CHECK_TEXT(KUSTOMIZE(SERVICE "spec: {ports: [{port: 80}]}",
			     "spec: {ports: [{port: 80, protocol: TCP, targetPort: 8080}]}"),
		   "{\"ports\":[{\"port\":80}]}");
	CHECK_TEXT(KUSTOMIZE(SERVICE "spec: {ports: [{port: 80}]}",
			     "spec: {ports: [{port: 80, targetPort: 8080}]}"),
		   "{\"ports\":[{\"port\":80,\"targetPort\":8080}]}");
	CHECK_TEXT(KUSTOMIZE(SERVICE "spec: {ports: [{port: 80, protocol: TCP}, {port: 443, "
				     "protocol: TCP}]}",
			     "spec: {ports: [{port: 443, protocol: TCP, name: t}, {port: 1, "
			     "protocol: TCP}]}"),
		   "{\"ports\":[{\"port\":1,\"protocol\":\"TCP\"},{\"port\":80,\"protocol\":"
		   "\"TCP\"},{\"port\":443,\"protocol\":\"TCP\",\"name\":\"t\"}]}");
}

static void kustomize_copies_what_it_does_not_understand(void)
{
	SCRATCH(arena);

	CHECK_TEXT(KUSTOMIZE(POD "spec: {volumes: [{name: v, emptyDir: {}}]}",
			     "spec: {volumes: [{name: v, $retainKeys: [name, hostPath], hostPath: "
			     "{path: /}}]}"),
		   "{\"volumes\":[{\"name\":\"v\",\"emptyDir\":{},\"$retainKeys\":[\"name\","
		   "\"hostPath\"],\"hostPath\":{\"path\":\"/\"}}]}");
}

static void kustomize_replaces_lists_it_has_no_types_for(void)
{
	SCRATCH(arena);
	const char *object = "apiVersion: x.io/v1\nkind: X\nmetadata: {name: x}\n"
			     "spec: {containers: [{name: a}]}\n";

	CHECK_TEXT(KUSTOMIZE(object, "spec: {containers: [{name: b}]}"),
		   "{\"containers\":[{\"name\":\"b\"}]}");
	CHECK_TEXT(KUSTOMIZE(POD "spec: {schedulingGates: [{name: a}]}",
			     "spec: {schedulingGates: [{name: b}]}"),
		   "{\"schedulingGates\":[{\"name\":\"b\"}]}");
	CHECK_TEXT(patched(arena, SMP_KUSTOMIZE | SMP_NEW_LISTS,
			   POD "spec: {schedulingGates: [{name: a}]}",
			   "spec: {schedulingGates: [{name: b}]}"),
		   "{\"schedulingGates\":[{\"name\":\"b\"},{\"name\":\"a\"}]}");
}

static void kustomize_keeps_the_style_of_a_replaced_scalar(void)
{
	SCRATCH(arena);

	CHECK_TEXT(KUSTOMIZE(SERVICE "spec: {a: \"x\", b: 5, c: ~, d: , e: f}",
			     "spec: {a: 1, b: \"6\", e: 7, n: null}"),
		   "{\"a\":\"1\",\"b\":\"6\",\"c\":null,\"e\":7}");
}

static void kustomize_refuses_values_of_another_kind(void)
{
	SCRATCH(arena);

	CHECK_TEXT(KUSTOMIZE(POD "spec: {nodeSelector: {a: b}}", "spec: {nodeSelector: [a]}"),
		   "wrong node kind: expected MappingNode but got SequenceNode: node contents:\n"
		   "- a\n");
}

static void brought_nodes_have_the_step(void)
{
	SCRATCH(arena);
	struct docset *set = docset_new(arena);
	const struct node *base = parse(set, "base.yaml", "spec:\n  replicas: 1\n  paused: true\n");
	const struct node *patch =
		parse(set, "patch.yaml", "spec:\n  replicas: 2\n  strategy:\n    type: Recreate\n");
	uint32_t step = origin_add(
		set, (struct origin_step){ .kind = ORIGIN_PATCH, .instruction = patch->position });
	struct smp_options options = { .flags = SMP_KUSTOMIZE, .set = set, .step = step };
	const struct node *ret;
	struct error err;

	CHECK(smp_apply(arena, base, patch, &options, &ret, &err) == 0);
	const struct node *replicas = node_at(ret, "spec.replicas");
	CHECK_INT(origin_get(set, replicas->step).kind, ORIGIN_PATCH);
	CHECK(origin_before(set, replicas) == node_at(base, "spec.replicas"));
	CHECK_INT(docset_place(set, replicas->position).line, 2);
	CHECK_INT(node_at(ret, "spec.strategy")->step, step);
	CHECK_INT(node_at(ret, "spec.paused")->step, 0);
	CHECK(node_at(ret, "spec.paused") == node_at(base, "spec.paused"));
}

static void strategic_merges_keep_marks(void)
{
	static const unsigned flags[] = { 0, SMP_KUSTOMIZE };

	for (size_t i = 0; i < ARRAY_COUNT(flags); i++) {
		SCRATCH(arena);
		struct docset *set = docset_new(arena);
		struct schemas *schemas = schemas_new(arena);
		const struct kind_version *version = NULL;
		const struct node *pod =
			parse(set, "base",
			      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: "
			      "[{name: a, image: i}, {name: b, image: hunter2}]}\n");
		const struct node *value = node_at(pod, "spec.containers[1].image"), *ret = NULL;
		pod = node_set(arena, pod, "spec.containers[1].image",
			       node_marked_secret(arena, value));
		const struct node *patch = node_make(
			arena, "{spec: {containers: [{name: a, image: %n}, {name: c, image: %n}]}}",
			node_marked_secret(arena, value), node_cstr(arena, "open"));
		const struct kind *kind = schemas_kind(schemas, object_gvk(pod), &version);
		struct smp_options options = { .schema = schema_root(schemas, kind, version),
					       .flags = flags[i] };
		struct error err;
		CHECK_INT(smp_apply(arena, pod, patch, &options, &ret, &err), 0);
		CHECK(node_is_secret(node_at(ret, "spec.containers[name=a].image")));
		CHECK(node_is_secret(node_at(ret, "spec.containers[name=b].image")));
		CHECK(!node_is_secret(node_at(ret, "spec.containers[name=c].image")));
	}
}

/* Measured with kubectl kustomize. */
static const struct {
	const char *target, *patch, *want; /* keys in order */
} measured[] = {
	{ SERVICE "spec: {ports: [{port: 80, protocol: TCP}]}",
	  "spec: {ports: [{port: 80, protocol: UDP}]}",
	  "{\"ports\":[{\"port\":80,\"protocol\":\"UDP\"},{\"port\":80,\"protocol\":\"TCP\"}]}" },
	{ SERVICE
	  "spec: {ports: [{port: 80, protocol: TCP, name: a}, {port: 80, protocol: UDP, name: b}]}",
	  "spec: {ports: [{port: 80, protocol: UDP, name: c}]}",
	  "{\"ports\":[{\"name\":\"a\",\"port\":80,\"protocol\":\"TCP\"},{\"name\":\"c\",\"port\":"
	  "80,\"protocol\":\"UDP\"}]}" },
	{ SERVICE
	  "spec: {ports: [{port: 80, protocol: TCP, name: a}, {port: 80, protocol: UDP, name: b}]}",
	  "spec: {ports: [{port: 80, name: c}]}",
	  "{\"ports\":[{\"name\":\"a\",\"port\":80,\"protocol\":\"TCP\"},{\"name\":\"b\",\"port\":"
	  "80,\"protocol\":\"UDP\"}]}" },
	{ SERVICE "spec: {ports: [{port: 80, name: a}, {port: 81, name: b}]}",
	  "spec: {ports: [{port: 81, name: c}, {port: 82}]}",
	  "{\"ports\":[{\"name\":\"c\",\"port\":81},{\"port\":82},{\"name\":\"a\",\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80, name: a}, {port: 81, protocol: UDP, name: b}]}",
	  "spec: {ports: [{port: 80, name: c}, {port: 81, protocol: UDP, name: d}]}",
	  "{\"ports\":[{\"name\":\"c\",\"port\":80},{\"name\":\"d\",\"port\":81,\"protocol\":"
	  "\"UDP\"}]}" },
	{ SERVICE "spec: {ports: [{port: 80, name: a}]}",
	  "spec: {ports: [{protocol: TCP, name: c}]}",
	  "{\"ports\":[{\"name\":\"c\",\"protocol\":\"TCP\"},{\"name\":\"a\",\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{protocol: TCP, name: a}]}",
	  "spec: {ports: [{protocol: TCP, name: c}]}",
	  "{\"ports\":[{\"name\":\"c\",\"protocol\":\"TCP\"}]}" },
	{ SERVICE "spec: {ports: [{name: a}]}", "spec: {ports: [{name: b}]}",
	  "{\"ports\":[{\"name\":\"a\"}]}" },
	{ SERVICE "spec: {ports: [{name: a}, {port: 80}]}", "spec: {ports: [{name: b}]}",
	  "{\"ports\":[{\"name\":\"a\"},{\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80, name: a}, {port: 80, name: b}]}",
	  "spec: {ports: [{port: 80, name: c}]}", "{\"ports\":[{\"name\":\"b\",\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80, name: a}]}",
	  "spec: {ports: [{port: 80, name: c}, {port: 80, name: d}]}",
	  "{\"ports\":[{\"name\":\"c\",\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80, protocol: TCP}, {port: 443, protocol: TCP}]}",
	  "spec: {ports: [{port: 80, protocol: TCP, $patch: delete}]}",
	  "{\"ports\":[{\"port\":443,\"protocol\":\"TCP\"}]}" },
	{ SERVICE "spec: {ports: [{port: 80}, {port: 443}]}",
	  "spec: {ports: [{port: 443, $patch: delete}]}", "{\"ports\":[{\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80}, {port: 443}]}",
	  "spec: {ports: [{$patch: replace}, {port: 1}]}", "{\"ports\":[{\"port\":1}]}" },
	{ SERVICE "spec: {ports: [{port: 80}, {port: 443}]}", "spec: {ports: [{$patch: delete}]}",
	  "{}" },
	{ SERVICE "spec: {ports: [{port: 80}, {port: 443}]}",
	  "spec: {ports: [{port: 80, $patch: merge, name: a}]}",
	  "{\"ports\":[{\"name\":\"a\",\"port\":80},{\"port\":443}]}" },
	{ SERVICE "spec: {ports: [{port: 80}, {port: 443}]}",
	  "spec: {ports: [{port: 80, $patch: replace, name: a}]}",
	  "{\"ports\":[{\"port\":80},{\"port\":443}]}" },
	{ SERVICE "spec: {ports: [{port: 80}]}", "spec: {ports: null}", "{}" },
	{ SERVICE "spec: {ports: [{port: 80}]}", "spec: {ports: []}",
	  "{\"ports\":[{\"port\":80}]}" },
	{ SERVICE "spec: {ports: []}", "spec: {ports: [{port: 80}]}",
	  "{\"ports\":[{\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80}, {port: 443}]}", "spec: {ports: [null]}",
	  "{\"ports\":[{\"port\":443},{\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80}]}", "spec: {ports: [x]}",
	  "{\"ports\":[{\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: [1]}]}", "spec: {ports: [{port: 80}]}",
	  "{\"ports\":[{\"port\":[1]}]}" },
	{ SERVICE "spec: {ports: [{port: \"80\", name: a}]}",
	  "spec: {ports: [{port: 80, name: b}]}",
	  "{\"ports\":[{\"name\":\"b\",\"port\":\"80\"}]}" },
	{ SERVICE "spec: {ports: [{port: 80, protocol: TCP, name: a}, {port: 80, name: b}]}",
	  "spec: {ports: [{port: 80, protocol: TCP, name: c}]}",
	  "{\"ports\":[{\"name\":\"b\",\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80, protocol: TCP, name: a}]}",
	  "spec: {ports: [{port: 443, protocol: TCP, name: t}, {port: 80, protocol: TCP, name: u}, "
	  "{port: 1, protocol: UDP}]}",
	  "{\"ports\":[{\"name\":\"t\",\"port\":443,\"protocol\":\"TCP\"},{\"port\":1,\"protocol\":"
	  "\"UDP\"},{\"name\":\"u\",\"port\":80,\"protocol\":\"TCP\"}]}" },
	{ SERVICE "spec: {ports: [{port: 3, protocol: TCP}, {port: 1, protocol: TCP}, {port: 2, "
		  "protocol: TCP}]}",
	  "spec: {ports: [{port: 2, protocol: TCP, name: b}, {port: 3, protocol: TCP, name: c}]}",
	  "{\"ports\":[{\"name\":\"c\",\"port\":3,\"protocol\":\"TCP\"},{\"port\":1,\"protocol\":"
	  "\"TCP\"},{\"name\":\"b\",\"port\":2,\"protocol\":\"TCP\"}]}" },
	{ SERVICE "spec: {ports: [{port: 80, name: null}]}", "spec: {ports: [{port: 80, name: a}]}",
	  "{\"ports\":[{\"name\":\"a\",\"port\":80}]}" },
	{ SERVICE "spec: {ports: [{port: 80, name: a}]}", "spec: {ports: [{port: 80, name: null}]}",
	  "{\"ports\":[{\"port\":80}]}" },
	{ POD "spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: TCP}], env: "
	      "[{name: X, value: y}]}]}",
	  "spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: TCP, name: h}], "
	  "env: [{name: Z, value: w}, {name: X, $patch: delete}]}]}",
	  "{\"containers\":[{\"env\":[{\"name\":\"Z\",\"value\":\"w\"}],\"name\":\"a\",\"ports\":[{"
	  "\"containerPort\":80,\"name\":\"h\",\"protocol\":\"TCP\"}]}]}" },
	{ POD "spec: {containers: [{name: a}, {name: b}, {name: c}]}",
	  "spec: {containers: [{name: b, image: i}, {name: d}]}",
	  "{\"containers\":[{\"image\":\"i\",\"name\":\"b\"},{\"name\":\"d\"},{\"name\":\"a\"},{"
	  "\"name\":\"c\"}]}" },
	{ POD "spec: {containers: [{name: a}, {name: a, image: x}]}",
	  "spec: {containers: [{name: a, image: i}]}",
	  "{\"containers\":[{\"image\":\"x\",\"name\":\"a\"}]}" },
	{ POD "spec: {containers: [{image: x}, {name: a}]}",
	  "spec: {containers: [{name: a, image: i}]}", "{\"containers\":[{\"image\":\"x\"}]}" },
	{ POD "spec: {containers: [{name: a}]}", "spec: {containers: [{image: i}]}",
	  "{\"containers\":[]}" },
	{ POD "spec: {containers: [{name: a, command: [x, y]}]}",
	  "spec: {containers: [{name: a, command: [z]}]}",
	  "{\"containers\":[{\"command\":[\"z\"],\"name\":\"a\"}]}" },
	{ POD "spec: {containers: [{name: a, command: [x, y]}]}",
	  "spec: {containers: [{name: a, command: null}]}", "{\"containers\":[{\"name\":\"a\"}]}" },
	{ POD "spec: {tolerations: [{key: a}]}", "spec: {tolerations: [{key: b}]}",
	  "{\"tolerations\":[{\"key\":\"b\"}]}" },
	{ POD "spec: {imagePullSecrets: [{name: a}]}",
	  "spec: {imagePullSecrets: [{name: b}, {name: a}]}",
	  "{\"imagePullSecrets\":[{\"name\":\"b\"},{\"name\":\"a\"}]}" },
	{ POD "spec: {volumes: [{name: v, emptyDir: {}}]}",
	  "spec: {volumes: [{name: v, configMap: {name: c}}]}",
	  "{\"volumes\":[{\"configMap\":{\"name\":\"c\"},\"emptyDir\":{},\"name\":\"v\"}]}" },
	{ POD "spec: {volumes: [{name: v, emptyDir: {}}]}",
	  "spec: {volumes: [{name: v, $patch: replace, configMap: {name: c}}]}",
	  "{\"volumes\":[{\"emptyDir\":{},\"name\":\"v\"}]}" },
	{ POD "spec: {hostAliases: [{ip: a, hostnames: [x]}]}",
	  "spec: {hostAliases: [{ip: a, hostnames: [y]}, {ip: b}]}",
	  "{\"hostAliases\":[{\"hostnames\":[\"y\"],\"ip\":\"a\"},{\"ip\":\"b\"}]}" },
	{ POD "spec: {topologySpreadConstraints: [{topologyKey: a, whenUnsatisfiable: X}]}",
	  "spec: {topologySpreadConstraints: [{topologyKey: a, whenUnsatisfiable: Y}, "
	  "{topologyKey: a, whenUnsatisfiable: X, maxSkew: 2}]}",
	  "{\"topologySpreadConstraints\":[{\"topologyKey\":\"a\",\"whenUnsatisfiable\":\"Y\"},{"
	  "\"maxSkew\":2,\"topologyKey\":\"a\",\"whenUnsatisfiable\":\"X\"}]}" },
	{ POD "spec: {nodeSelector: {a: b}}", "spec: {nodeSelector: {$patch: delete}}", "{}" },
	{ POD "spec: {nodeSelector: {a: b}}", "spec: {nodeSelector: {$patch: replace, c: d}}",
	  "{\"nodeSelector\":{\"c\":\"d\"}}" },
	{ POD "spec: {nodeSelector: {a: b}}", "spec: {nodeSelector: {$patch: merge, c: d}}",
	  "{\"nodeSelector\":{\"a\":\"b\",\"c\":\"d\"}}" },
	{ POD "spec: {nodeSelector: {a: b}}", "spec: {nodeSelector: null, hostNetwork: true}",
	  "{\"hostNetwork\":true}" },
	{ POD "spec: {a: [1, 2]}", "spec: {a: [3]}", "{\"a\":[3]}" },
	{ POD "spec: {containers: [{name: a, volumeMounts: [{mountPath: /a, name: x}, {mountPath: "
	      "/b, name: x}], volumeDevices: [{devicePath: /d, name: x}]}]}",
	  "spec: {containers: [{name: a, volumeMounts: [{mountPath: /b, name: y}], volumeDevices: "
	  "[{devicePath: /d, name: y}]}]}",
	  "{\"containers\":[{\"name\":\"a\",\"volumeDevices\":[{\"devicePath\":\"/"
	  "d\",\"name\":\"y\"}],\"volumeMounts\":[{\"mountPath\":\"/"
	  "b\",\"name\":\"y\"},{\"mountPath\":\"/a\",\"name\":\"x\"}]}]}" },
	{ POD "spec: {initContainers: [{name: a}], ephemeralContainers: [{name: a}]}",
	  "spec: {initContainers: [{name: b}], ephemeralContainers: [{name: b}]}",
	  "{\"ephemeralContainers\":[{\"name\":\"b\"},{\"name\":\"a\"}],\"initContainers\":[{"
	  "\"name\":\"b\"},{\"name\":\"a\"}]}" },
};

static void kustomize_merges_as_measured(void)
{
	for (size_t i = 0; TEST_ROW(measured, i, measured[i].patch); i++) {
		SCRATCH(arena);
		struct str got = written(arena, SMP_KUSTOMIZE, JSON_SORT_KEYS, measured[i].target,
					 measured[i].patch);
		CHECK_STR(got, str_from_cstr(measured[i].want));
	}
}

TESTS({ "kustomize merges as measured", kustomize_merges_as_measured },
      { "maps merge and null deletes", maps_merge_and_null_deletes },
      { "lists merge by key and keep the server's order",
	lists_merge_by_key_and_keep_the_servers_order },
      { "lists without a merge key are replaced", lists_without_a_merge_key_are_replaced },
      { "directives delete and replace items", directives_delete_and_replace_items },
      { "directives in maps", directives_in_maps },
      { "$retainKeys drops the rest", retain_keys_drops_the_rest },
      { "$setElementOrder orders", set_element_order_orders },
      { "scalars are united and deleted by name", scalars_are_united_and_deleted_by_name },
      { "added parts lose nulls and directives", added_parts_lose_nulls_and_directives },
      { "wrong lists are refused", wrong_lists_are_refused },
      { "kustomize puts items of the patch first", kustomize_puts_items_of_the_patch_first },
      { "kustomize deletes objects and items", kustomize_deletes_objects_and_items },
      { "kustomize keeps the item that was to be replaced",
	kustomize_keeps_the_item_that_was_to_be_replaced },
      { "kustomize loses two-key patches that name other keys",
	kustomize_loses_two_key_patches_that_name_other_keys },
      { "kustomize copies what it does not understand",
	kustomize_copies_what_it_does_not_understand },
      { "kustomize replaces lists it has no types for",
	kustomize_replaces_lists_it_has_no_types_for },
      { "kustomize keeps the style of a replaced scalar",
	kustomize_keeps_the_style_of_a_replaced_scalar },
      { "kustomize refuses values of another kind", kustomize_refuses_values_of_another_kind },
      { "brought nodes have the step", brought_nodes_have_the_step },
      { "strategic merges keep the marks of secrets", strategic_merges_keep_marks })
