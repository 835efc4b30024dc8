/*
 * kustomization_test - Kustomization default/apps and its source, for the tests of its reconciler
 *
 * Layer: deliver, for its unit tests. Over the cluster of a controller's fixture. A reconcile is
 * several runs: each asks for one step more, and only the one that asks for nothing writes.
 *
 *	struct fixture f = fixture_begin();
 *	kustomization_put_source(&f);
 *	kustomization_put(&f, "{prune: false}", "{}", "{}");
 *	kustomization_run(&f);
 *	CHECK_TEXT(kustomization_ready_says(&f, "reason"), "ArtifactFailed");
 */
#ifndef FORGE_DELIVER_KUSTOMIZATION_TEST_H
#define FORGE_DELIVER_KUSTOMIZATION_TEST_H

#include "api/controller_test.h"
#include "build/render.h"
#include "deliver/deliver.h"
#include "kube/health.h"

/* With more members in the map at the key. */
static inline const struct node *kustomization_with(struct arena *arena, const struct node *o,
						    struct str key, const char *more)
{
	const struct node *map = node_get(o, key), *added = node_make(arena, more);

	for (uint32_t i = 0; i < node_entry_count(added); i++)
		map = node_with(arena, map, node_text(node_entry(added, i)->key),
				node_entry(added, i)->value);
	return node_with(arena, o, key, map);
}

/* A Kustomization that is there already, with more of its spec and metadata, and a status. */
static inline void kustomization_put(struct fixture *f, const char *spec, const char *status,
				     const char *metadata)
{
	const struct node *k = node_make(
		f->arena,
		"{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: "
		"{name: apps, generation: 1, finalizers: [finalizers.fluxcd.io]}, spec: {interval: "
		"10m, prune: true, sourceRef: {kind: GitRepository, name: repository}}}");

	k = kustomization_with(f->arena, k, STR("spec"), spec);
	k = kustomization_with(f->arena, k, STR("metadata"), metadata);
	fixture_put(f, node_with(f->arena, k, STR("status"), node_make(f->arena, status)));
}

static inline void kustomization_put_source(struct fixture *f)
{
	fixture_put(f,
		    node_make(f->arena,
			      "{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, "
			      "metadata: {name: repository}, status: {artifact: {revision: %c}}}",
			      "main@sha1:1"));
}

static inline void kustomization_put_config(struct fixture *f, const char *name,
					    const char *metadata)
{
	const struct node *o = node_make(
		f->arena, "{apiVersion: v1, kind: ConfigMap, metadata: {name: %c}}", name);

	fixture_put(f, kustomization_with(f->arena, o, STR("metadata"), metadata));
}

static inline void kustomization_run(struct fixture *f)
{
	fixture_run(f, &kustomization_reconciler, "default", "apps");
}

/* What the last run wrote as its status: a member of the condition of that type. */
static inline struct str kustomization_condition_at(const struct fixture *f, const char *type,
						    struct trusted_path field)
{
	const struct node *status = fixture_written(f, "apps", "status");
	const struct node *o = node_make(f->arena, "{status: %?n}", status);

	return node_find_str(condition_get(o, type), field);
}

#define kustomization_condition(f, type, field)                                                    \
	kustomization_condition_at(f, type, TRUSTED_PATH(field))
#define kustomization_ready_says(f, field) kustomization_condition(f, "Ready", field)

/* The build has made that; the render must live as long as the fixture. */
static inline void kustomization_answer_build(struct fixture *f, const struct render *render)
{
	fixture_answer(f, (struct answer){ .name = STR("build"), .code = 200, .data = render });
}

/* "dry Namespace/shop, apply ConfigMap/default/a": what the last run asks for. */
static inline struct str kustomization_asks(const struct fixture *f)
{
	struct str text = STR("");

	for (uint32_t i = 0; i < f->plan.requests.count; i++) {
		const struct plan_request *r = &f->plan.requests.items[i];
		const struct api_request *write = r->write ? &r->write->request : NULL;
		struct str kind = write ? write->kind ? write->kind->name : object_kind(write->body)
					: STR("");
		struct key key = write ? write->key : (struct key){};
		text = str_printf(f->arena, "%.*s%s%.*s %.*s%s%.*s%s%.*s", STR_FMT(text),
				  i ? ", " : "", STR_FMT(r->name), STR_FMT(kind),
				  key.namespace.len ? "/" : "", STR_FMT(key.namespace),
				  key.name.len ? "/" : "", STR_FMT(key.name));
	}
	return text;
}

/* Each write that the last run asks for is answered so; node: its body. */
static inline void kustomization_answer_all(struct fixture *f, int code, enum api_outcome outcome,
					    const char *text)
{
	for (uint32_t i = 0; i < f->plan.requests.count; i++) {
		const struct plan_request *r = &f->plan.requests.items[i];
		fixture_answer(f, (struct answer){ .name = r->name,
						   .number = r->number,
						   .code = code,
						   .outcome = outcome,
						   .text = str_from_cstr(text),
						   .node = r->write->request.body });
	}
}

#endif
