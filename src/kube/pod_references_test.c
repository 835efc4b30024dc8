/* pod_references_test - what a pod names, in the order in which it is needed */
#include "kube/pod_references.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"
#include "doc/make.h"

static struct str text_of(struct arena *arena, const struct pod_references *references)
{
	static const char *const places[] = { "volume", "init", "container" };
	struct buf buf;

	buf_init(&buf, arena);
	for (uint32_t i = 0; i < references->items.count; i++) {
		const struct pod_reference *r = &references->items.items[i];
		buf_printf(&buf, "%s%s %.*s: %s %.*s%s%.*s%s", i ? "; " : "", places[r->place],
			   STR_FMT(r->holder), r->is_secret ? "Secret" : "ConfigMap",
			   STR_FMT(r->name), r->key.len ? "." : "", STR_FMT(r->key),
			   r->is_optional ? " (optional)" : "");
	}
	return buf_str(&buf);
}

static const struct {
	const char *spec, *expected;
} rows[] = {
	{ "{containers: [{name: a}]}", "" },
	{ "{containers: [{name: a, envFrom: [{configMapRef: {name: c}}, {secretRef: {name: s, "
	  "optional: true}}]}]}",
	  "container a: ConfigMap c; container a: Secret s (optional)" },
	{ "{containers: [{name: a, env: [{name: X, value: y}, {name: Y, valueFrom: "
	  "{secretKeyRef: {name: s, key: k}}}]}]}",
	  "container a: Secret s.k" },
	{ "{initContainers: [{name: i, env: [{name: X, valueFrom: {configMapKeyRef: {name: c, key: "
	  "k}}}]}], containers: [{name: a}], volumes: [{name: v, secret: {secretName: s}}, {name: "
	  "w, configMap: {name: c, items: [{key: one, path: x}, {key: two, path: y}]}}]}",
	  "volume v: Secret s; volume w: ConfigMap c.one; volume w: ConfigMap c.two; init i: "
	  "ConfigMap c.k" },
	{ "{volumes: [{name: p, projected: {sources: [{secret: {name: s, items: [{key: k, path: "
	  "k}]}}, {serviceAccountToken: {path: t}}, {configMap: {name: c}}]}}]}",
	  "volume p: Secret s.k; volume p: ConfigMap c" },
	{ "{containers: 5, volumes: {name: v}}", "" },
	{ "[a]", "" },
};

static void references_are_found(void)
{
	struct arena *arena = arena_new("pod_references_test");

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].spec); i++) {
		struct pod_references found = pod_references(arena, node_make(arena, rows[i].spec));
		CHECK_STR(text_of(arena, &found), str_from_cstr(rows[i].expected));
	}
	arena_free(arena);
}

static void keys_are_found(void)
{
	struct arena *arena = arena_new("pod_references_test");
	const struct node *map = node_make(arena, "{data: {a: x}, binaryData: {b: eA==}}");
	const struct node *any =
		node_make(arena, "{metadata: {annotations: {forge.dev/keys: any}}, data: {a: x}}");

	CHECK(pod_reference_has_key(map, STR("a")));
	CHECK(pod_reference_has_key(map, STR("b")));
	CHECK(!pod_reference_has_key(map, STR("c")));
	CHECK(pod_reference_has_key(any, STR("c")));
	arena_free(arena);
}

TESTS({ "references are found in the order in which they are needed", references_are_found },
      { "a key may be in data, in binaryData, or not be known", keys_are_found })
