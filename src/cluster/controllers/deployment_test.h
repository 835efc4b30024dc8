/*
 * deployment_test - Deployment default/web of ten replicas and its ReplicaSets, for the tests of
 * its controller
 *
 * Layer: cluster/controllers, for its unit tests. Over the cluster of a controller's fixture.
 *
 *	struct fixture f = fixture_begin();
 *	deployment_put(&f, DEPLOYMENT_ROLLING, false);
 *	deployment_put_set(&f, "old", "web:1", "1", (struct deployment_sizes){ 10, 10 });
 *	deployment_run(&f);
 *	CHECK_INT(deployment_size(&f, "old"), 8);
 */
#ifndef FORGE_CLUSTER_CONTROLLERS_DEPLOYMENT_TEST_H
#define FORGE_CLUSTER_CONTROLLERS_DEPLOYMENT_TEST_H

#include "api/controller_test.h"
#include "cluster/controllers/controllers.h"
#include "doc/at_test.h"

enum { DEPLOYMENT_NONE = -1 };

/* Sizes of a ReplicaSet; replicas DEPLOYMENT_NONE: there is no such set. */
struct deployment_sizes {
	int replicas, available;
};

static inline void deployment_put_set(struct fixture *f, const char *name, const char *image,
				      const char *revision, struct deployment_sizes sizes)
{
	if (sizes.replicas == DEPLOYMENT_NONE)
		return;
	fixture_put(
		f,
		node_make(f->arena,
			  "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: %c, "
			  "generation: 1, labels: {app: web, pod-template-hash: %c}, annotations: {"
			  "deployment.kubernetes.io/desired-replicas: \"10\", "
			  "deployment.kubernetes.io/max-replicas: \"13\"}, ownerReferences: "
			  "[{apiVersion: apps/v1, kind: Deployment, name: web, uid: uid-web, "
			  "controller: true}]}, spec: {replicas: %d, selector: {matchLabels: {app: "
			  "web, pod-template-hash: %c}}, template: {metadata: {labels: {app: web, "
			  "pod-template-hash: %c}}, spec: {containers: [{name: a, image: %c}]}}}, "
			  "status: {observedGeneration: 1, replicas: %d, readyReplicas: %d, "
			  "availableReplicas: %d}}",
			  name, name, sizes.replicas, name, name, image, sizes.replicas,
			  sizes.available, sizes.available));
	const struct object *set = cache_get(f->cache, KIND_REPLICASET,
					     (struct key){ STR("default"), str_from_cstr(name) });
	fixture_put(f, node_set(f->arena, set->root,
				"metadata.annotations[deployment.kubernetes.io/revision]",
				node_cstr(f->arena, revision)));
}

/* Ten replicas of image web:2. */
static inline void deployment_put(struct fixture *f, const char *strategy, bool paused)
{
	fixture_put(f, node_make(f->arena,
				 "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, "
				 "generation: 2}, spec: {replicas: 10, paused: %b, "
				 "progressDeadlineSeconds: 600, revisionHistoryLimit: 10, "
				 "selector: {matchLabels: {app: web}}, strategy: %n, template: "
				 "{metadata: {labels: {app: web}}, spec: {containers: [{name: a, "
				 "image: \"web:2\"}]}}}}",
				 paused, node_make(f->arena, strategy)));
}

/* Changes what it has at the path. */
static inline void deployment_set_at(struct fixture *f, struct trusted_path path,
				     const struct node *value)
{
	const struct object *web =
		cache_get(f->cache, KIND_DEPLOYMENT, (struct key){ STR("default"), STR("web") });

	fixture_put(f, node_put(f->arena, web->root, path, value));
}
#define deployment_set(f, text, value) deployment_set_at(f, TRUSTED_PATH(text), value)

static inline void deployment_run(struct fixture *f)
{
	fixture_run(f, &deployment_reconciler, "default", "web");
}

/* The size that a set gets, or DEPLOYMENT_NONE: it is not touched. */
static inline int64_t deployment_size(const struct fixture *f, const char *name)
{
	int64_t size = DEPLOYMENT_NONE;

	node_int64(fixture_written(f, name, "spec.replicas"), &size);
	return size;
}

/* The size of the ReplicaSet that is created, or DEPLOYMENT_NONE. */
static inline int64_t deployment_created_size(const struct fixture *f)
{
	for (uint32_t i = 0; i < f->plan.writes.count; i++)
		if (f->plan.writes.items[i].request.verb == API_CREATE)
			return node_int_at(f->plan.writes.items[i].request.body, "spec.replicas",
					   DEPLOYMENT_NONE);
	return DEPLOYMENT_NONE;
}

static inline struct str deployment_condition(const struct fixture *f, const char *type,
					      const char *field)
{
	struct str path = str_printf(f->arena, "conditions[type=%s].%s", type, field);

	return node_text(test_at(f->arena, fixture_written(f, "web", "status"), path.ptr));
}

#define DEPLOYMENT_ROLLING                                                                         \
	"{type: RollingUpdate, rollingUpdate: {maxSurge: \"25%\", maxUnavailable: \"25%\"}}"

#endif
