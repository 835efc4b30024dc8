/* prune_test - what decoding and encoding leave of an object */
#include "base/arena.h"
#include "base/test.h"
#include "doc/json.h"
#include "doc/make.h"
#include "kube/schema/prune.h"
#include "kube/schema/schemas.h"

/* Seen with kube-apiserver 1.35: built-in kinds are held by Go types. */
static void stored_is_what_types_hold(void)
{
	static const struct {
		const char *object, *left;
	} rows[] = {
		{ "{apiVersion: v1, kind: ConfigMap, data: {}, binaryData: null}",
		  "{apiVersion: v1, kind: ConfigMap}" },
		{ "{apiVersion: v1, kind: ConfigMap, data: {a: null, b: \"\"}, other: 1}",
		  "{apiVersion: v1, kind: ConfigMap, data: {a: \"\", b: \"\"}}" },
		{ "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {}}, spec: {containers: "
		  "[{name: a, args: [], env: [{name: E, value: null}], resources: {limits: {}}}], "
		  "volumes: [{name: v, emptyDir: {}}], securityContext: {}}}",
		  "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: "
		  "[{name: a, env: [{name: E}], resources: {}}], "
		  "volumes: [{name: v, emptyDir: {}}], securityContext: {}}}" },
		{ "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}}",
		  "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}}" },
		{ "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {podSelector: {}, "
		  "ingress: [{}], egress: []}}",
		  "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {podSelector: {}, "
		  "ingress: [{}]}}" },
		{ "{apiVersion: example.org/v1, kind: Unheard, spec: {a: null, b: {}}}",
		  "{apiVersion: example.org/v1, kind: Unheard, spec: {a: null, b: {}}}" },
	};
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].object); i++) {
		const struct node *object = node_make(arena, rows[i].object);
		const struct node *decoded = prune_object(schemas, arena, object);
		const struct node *left = prune_empty(schemas, arena, decoded);
		const struct node *want = node_make(arena, rows[i].left);
		CHECK_STR(json_text(arena, left, 0), json_text(arena, want, 0));
		CHECK(prune_object(schemas, arena, left) == left);
		CHECK(prune_empty(schemas, arena, left) == left);
	}
}

/* Defaults and validation tell an empty list from none. */
static void decoding_keeps_what_is_empty(void)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);
	const struct node *object =
		node_make(arena, "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, "
				 "spec: {behavior: {scaleDown: {policies: []}}, other: 1}}");
	const struct node *decoded = prune_object(schemas, arena, object);

	CHECK(node_at(decoded, "spec.behavior.scaleDown.policies") != NULL);
	CHECK(node_at(decoded, "spec.other") == NULL);
	CHECK(node_at(prune_empty(schemas, arena, decoded), "spec.behavior.scaleDown.policies") ==
	      NULL);
}

TESTS({ "stored is what types hold", stored_is_what_types_hold },
      { "decoding keeps what is empty", decoding_keeps_what_is_empty })
