/*
 * canary_test - Canary default/web, its target and its routes, for the tests of whole ticks
 *
 * Layer: rollout, for its unit tests. Over the cluster of a controller's fixture. A tick is several
 * runs: each asks for one answer more, and only the one that asks for nothing writes.
 *
 *	struct fixture f = canary_under_way(CANARY_WEIGHTED, "{phase: Progressing}", 80, 20);
 *	canary_tick(&f);
 *	CHECK_TEXT(canary_asked(&f), "query/0");
 */
#ifndef FORGE_ROLLOUT_CANARY_TEST_H
#define FORGE_ROLLOUT_CANARY_TEST_H

#include "api/controller_test.h"
#include "rollout/rollout.h"

static inline const struct object *canary_find(const struct fixture *f, kind_id kind,
					       const char *name)
{
	return cache_get(f->cache, kind, (struct key){ STR("default"), str_from_cstr(name) });
}

static inline void canary_put_at(struct fixture *f, kind_id kind, const char *name,
				 struct trusted_path path, const struct node *value)
{
	fixture_put(f, node_put(f->arena, canary_find(f, kind, name)->root, path, value));
}
#define canary_set(f, kind, name, text, value)                                                     \
	canary_put_at(f, kind, name, TRUSTED_PATH(text), value)

static inline void canary_put(struct fixture *f, const char *analysis, const char *status)
{
	fixture_put(
		f,
		node_make(f->arena,
			  "{apiVersion: flagger.app/v1beta1, kind: Canary, metadata: {name: web}, "
			  "spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, "
			  "service: {port: 80, targetPort: 8080}, analysis: %n}, status: %?n}",
			  node_make(f->arena, analysis),
			  status ? node_make(f->arena, status) : NULL));
}

static inline void canary_put_deployment(struct fixture *f, const char *name, const char *image,
					 int replicas)
{
	fixture_put(
		f,
		node_make(
			f->arena,
			"{apiVersion: apps/v1, kind: Deployment, metadata: {name: %c, generation: "
			"1}, spec: {replicas: %d, selector: {matchLabels: {app: %c}}, template: "
			"{metadata: {labels: {app: %c, tier: front}}, spec: {containers: [{name: "
			"app, image: %c, envFrom: [{configMapRef: {name: settings, optional: "
			"true}}]}]}}}, status: {observedGeneration: 1, replicas: %d, "
			"updatedReplicas: %d, availableReplicas: %d}}",
			name, replicas, name, name, image, replicas, replicas, replicas));
}

static inline void canary_put_routes(struct fixture *f, int primary, int canary)
{
	fixture_put(
		f,
		node_make(
			f->arena,
			"{apiVersion: networking.istio.io/v1beta1, kind: VirtualService, metadata: "
			"{name: web, annotations: {kustomize.toolkit.fluxcd.io/reconcile: "
			"disabled, helm.toolkit.fluxcd.io/driftDetection: disabled}}, spec: "
			"{hosts: [web], gateways: [mesh], http: [{route: [{destination: {host: "
			"web-primary}, weight: %d}, {destination: {host: web-canary}, weight: "
			"%d}]}]}}",
			primary, canary));
}

static inline void canary_answer(struct fixture *f, const char *name, int code, const char *text)
{
	fixture_answer(f, (struct answer){ .name = str_from_cstr(name),
					   .code = code,
					   .text = str_from_cstr(text) });
}

static inline void canary_answer_value(struct fixture *f, const char *name, int64_t value_micro)
{
	fixture_answer(f, (struct answer){ .name = str_from_cstr(name),
					   .code = 200,
					   .has_value = true,
					   .value_micro = value_micro });
}

static inline void canary_run(struct fixture *f)
{
	fixture_run(f, &canary_reconciler, "default", "web");
}

/* Runs the next tick: the first run of the reconciler only computes its time. */
static inline void canary_tick(struct fixture *f)
{
	if (!f->answers.count) {
		canary_run(f);
		f->now_ms += MAX(f->plan.requeue_after_ms, 0);
	}
	canary_run(f);
}

static inline const struct api_request *canary_write(const struct fixture *f, kind_id kind,
						     const char *name)
{
	for (uint32_t i = f->plan.writes.count; i-- > 0;) {
		const struct api_request *w = &f->plan.writes.items[i].request;
		struct str own = w->key.name.len ? w->key.name : object_name(w->body);
		const struct kind *k =
			w->kind ? w->kind : schemas_kind(f->schemas, object_gvk(w->body), NULL);
		if (k->id == kind && str_equal(own, str_from_cstr(name)))
			return w;
	}
	return NULL;
}

static inline const struct node *canary_status(const struct fixture *f)
{
	const struct api_request *w = canary_write(f, KIND_CANARY, "web");

	return w ? node_get(w->body, STR("status")) : NULL;
}

static inline struct str canary_asked(const struct fixture *f)
{
	return f->plan.requests.count == 1 ? f->plan.requests.items[0].name : STR_NONE;
}

static inline void canary_check_weights(const struct fixture *f, int primary, int canary)
{
	const struct api_request *w = canary_write(f, KIND_VIRTUALSERVICE, "web");
	const struct node *root = w ? w->body : NULL;

	CHECK_INT(node_int_at(root, "spec.http[0].route[0].weight", -1), primary);
	CHECK_INT(node_int_at(root, "spec.http[0].route[1].weight", -1), canary);
}

/* Of a Canary whose target has just been seen. */
#define CANARY_INITIALIZING                                                                        \
	"{phase: Initializing, conditions: [{type: Promoted, status: Unknown, reason: "            \
	"Initializing}]}"

/* An analysis in two steps of 20 that looks at one metric. */
#define CANARY_WEIGHTED                                                                            \
	"{interval: 60s, threshold: 2, maxWeight: 40, stepWeight: 20, metrics: [{name: "           \
	"request-success-rate, thresholdRange: {min: 99}}]}"

/* Under analysis: the template of web is recorded as applied, and another one as promoted. */
static inline struct fixture canary_under_way(const char *analysis, const char *status, int primary,
					      int canary)
{
	struct fixture f = fixture_begin();

	canary_put(&f, analysis, CANARY_INITIALIZING);
	canary_put_deployment(&f, "web", "web:2", 2);
	canary_put_deployment(&f, "web-primary", "web:1", 2);
	canary_answer_value(&f, "online/0", 1000000);
	canary_tick(&f);
	f.answers = (struct answers){};
	const struct node *applied = node_get(canary_status(&f), STR("lastAppliedSpec"));
	canary_put(&f, analysis, status);
	canary_set(&f, KIND_CANARY, "web", "status.lastAppliedSpec", applied);
	canary_set(&f, KIND_CANARY, "web", "status.trackedConfigs", node_empty_map());
	canary_set(&f, KIND_CANARY, "web", "status.conditions",
		   node_make(f.arena, "[{type: Promoted, status: Unknown, reason: Progressing}]"));
	canary_put_routes(&f, primary, canary);
	return f;
}

#endif
