/* target_deployment - Deployments as targets: the primary copy, readiness, scale */
#include "base/arena.h"
#include "base/timestamp.h"
#include "doc/make.h"
#include "kube/health.h"
#include "rollout/tick.h"

enum { DEADLINE_DEFAULT_S = 600 };

/* Selectors of the pod spec that mean the target's own pods must mean the primary's. */

static bool is_selector_label(struct str key)
{
	return str_equal(key, STR("app")) || str_equal(key, STR("name")) ||
	       str_equal(key, STR("app.kubernetes.io/name"));
}

static const struct node *suffix_labels(struct tick *t, const struct node *labels)
{
	for (uint32_t i = 0; i < node_entry_count(labels); i++) {
		struct str key = node_text(node_entry(labels, i)->key);
		struct str value = node_text(node_entry(labels, i)->value);
		if (is_selector_label(key) && str_equal(value, t->target_name))
			labels = node_with(t->arena, labels, key,
					   node_str(t->arena, t->primary_name));
	}
	return labels;
}

/* The first value that is the target's name. */
static const struct node *suffix_values(struct tick *t, const struct node *values)
{
	for (uint32_t i = 0; i < node_item_count(values); i++)
		if (str_equal(node_text(node_item(values, i)), t->target_name))
			return node_list_with(t->arena, values, i,
					      node_str(t->arena, t->primary_name));
	return values;
}

static const struct node *suffix_selector(struct tick *t, const struct node *selector)
{
	const struct node *labels = node_get(selector, STR("matchLabels"));
	const struct node *list = node_get(selector, STR("matchExpressions"));

	if (labels)
		selector =
			node_with(t->arena, selector, STR("matchLabels"), suffix_labels(t, labels));
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *e = node_item(list, i), *values = node_get(e, STR("values"));
		if (!values || !is_selector_label(node_str_at(e, "key")))
			continue;
		e = node_with(t->arena, e, STR("values"), suffix_values(t, values));
		list = node_list_with(t->arena, list, i, e);
	}
	return list ? node_with(t->arena, selector, STR("matchExpressions"), list) : selector;
}

/* Each item of the list at `path` has a label selector at `inside`. */
static const struct node *suffix_list(struct tick *t, const struct node *spec,
				      struct trusted_path path, struct trusted_path inside)
{
	const struct node *list = node_find(spec, path);

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = node_item(list, i), *selector = node_find(item, inside);
		if (!selector)
			continue;
		item = node_put(t->arena, item, inside, suffix_selector(t, selector));
		list = node_list_with(t->arena, list, i, item);
	}
	return list ? node_put(t->arena, spec, path, list) : spec;
}

static const struct node *primary_pod_spec(struct tick *t, const struct configs *configs)
{
	const struct node *spec = node_at(t->target->root, "spec.template.spec");

	spec = configs_rewrite(t, spec, configs);
	spec = suffix_list(t, spec, TRUSTED_PATH("topologySpreadConstraints"),
			   TRUSTED_PATH("labelSelector"));
	spec = suffix_list(
		t, spec,
		TRUSTED_PATH(
			"affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution"),
		TRUSTED_PATH("podAffinityTerm.labelSelector"));
	return suffix_list(
		t, spec,
		TRUSTED_PATH(
			"affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"),
		TRUSTED_PATH("labelSelector"));
}

static const struct node *primary_template(struct tick *t, const struct configs *configs)
{
	const struct node *template = node_at(t->target->root, "spec.template");

	return node_make(t->arena, "{metadata: {labels: %n, annotations: %n}, spec: %n}",
			 target_primary_labels(t, node_at(template, "metadata.labels")),
			 target_pod_annotations(t, node_at(template, "metadata.annotations")),
			 primary_pod_spec(t, configs));
}

static struct str create_primary(struct tick *t)
{
	const struct node *spec = node_get(t->target->root, STR("spec"));
	struct configs configs;

	if (t->primary)
		return STR_NONE;
	struct str fault = configs_read(t, &configs);
	if (fault.ptr)
		return tick_wrap(t, "createPrimaryDeployment failed", fault);
	configs_copy(t, &configs);
	plan_create(
		t->plan,
		node_make(t->arena,
			  "{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, namespace: "
			  "%s, labels: %n, annotations: %?n, ownerReferences: [%n]}, spec: "
			  "{progressDeadlineSeconds: %?n, minReadySeconds: %?n, "
			  "revisionHistoryLimit: %?n, replicas: %l, strategy: %?n, selector: "
			  "{matchLabels: {%s: %s}}, template: %n}}",
			  t->primary_name, t->key.namespace, target_primary_labels(t, NULL),
			  target_without_toolkit(t, object_annotations(t->target->root)),
			  target_owner(t), node_get(spec, STR("progressDeadlineSeconds")),
			  node_get(spec, STR("minReadySeconds")),
			  node_get(spec, STR("revisionHistoryLimit")),
			  MAX(node_int_at(spec, "replicas", 1), 1), node_get(spec, STR("strategy")),
			  t->label, t->primary_value, primary_template(t, &configs)));
	return STR_NONE;
}

/* Replicas are the autoscaler's where there is one. */
static struct str promote(struct tick *t)
{
	static const struct str fields[] = {
		STR_INIT("replicas"),	     STR_INIT("progressDeadlineSeconds"),
		STR_INIT("minReadySeconds"), STR_INIT("revisionHistoryLimit"),
		STR_INIT("strategy"),	     {}
	};
	const struct promotion promotion = { scaler_is_wanted(t) ? fields + 1 : fields,
					     primary_template };

	return target_promote(t, &promotion);
}

/* Readiness */

/* Stuck: no pod has been available for longer than the Canary's deadline. */
static bool is_retriable(struct tick *t, const struct object *d)
{
	const struct node *available = condition_get(d->root, "Available");
	int64_t deadline_s =
		node_int_at(t->root, "spec.progressDeadlineSeconds", DEADLINE_DEFAULT_S);
	int64_t since_s;

	if (!condition_get(d->root, "Progressing") || !available)
		return true;
	if (!str_equal(node_str_at(available, "status"), STR("False")) ||
	    !str_equal(node_str_at(available, "reason"), STR("MinimumReplicasUnavailable")) ||
	    !timestamp_seconds(node_str_at(available, "lastUpdateTime"), &since_s))
		return true;
	return (since_s + MIN(deadline_s, (int64_t)INT32_MAX)) * 1000 >= t->view->now_ms;
}

static struct readiness ready(struct tick *t, const struct object *d, int64_t threshold_percent)
{
	const struct node *status = node_get(d->root, STR("status"));
	int64_t wanted = node_int_at(d->root, "spec.replicas", 1);
	int64_t updated = node_int_at(status, "updatedReplicas", 0);
	int64_t replicas = node_int_at(status, "replicas", 0);
	int64_t available = node_int_at(status, "availableReplicas", 0);
	/* As in Flagger: single precision, cut. */
	int64_t enough = (int64_t)((float)updated * ((float)threshold_percent / 100.0f));
	struct str reason = node_str_at(condition_get(d->root, "Progressing"), "reason");
	struct readiness r = { .retriable = true };

	if (d->facts.generation > node_int_at(status, "observedGeneration", 0)) {
		r.message = STR("waiting for rollout to finish: observed deployment generation "
				"less than desired generation");
		return r;
	}
	r.retriable = is_retriable(t, d);
	if (str_equal(reason, STR("ProgressDeadlineExceeded"))) {
		r.retriable = false;
		r.message = tick_fault(t, "deployment \"%.*s\" exceeded its progress deadline",
				       STR_FMT(d->key.name));
	} else if (updated < wanted) {
		r.message = tick_fault(t,
				       "waiting for rollout to finish: %lld out of %lld new "
				       "replicas have been updated",
				       (long long)updated, (long long)wanted);
	} else if (replicas > updated) {
		r.message = tick_fault(t,
				       "waiting for rollout to finish: %lld old replicas are "
				       "pending termination",
				       (long long)(replicas - updated));
	} else if (available < enough) {
		r.message = tick_fault(t,
				       "waiting for rollout to finish: %lld of %lld "
				       "(readyThreshold %lld%%) updated replicas are available",
				       (long long)available, (long long)enough,
				       (long long)threshold_percent);
	} else {
		r = (struct readiness){ .ready = true, .retriable = true };
	}
	return r;
}

static struct readiness primary_ready(struct tick *t)
{
	int64_t threshold = node_int_at(t->analysis, "primaryReadyThreshold", 100);

	/* Created in this tick: nobody has observed it yet. */
	struct readiness r = { false, true,
			       STR("waiting for rollout to finish: observed deployment generation "
				   "less than desired generation") };
	if (t->primary)
		r = ready(t, t->primary, threshold);
	if (!r.ready)
		r.message = tick_fault(t, "%.*s.%.*s not ready: %.*s", STR_FMT(t->primary_name),
				       STR_FMT(t->key.namespace), STR_FMT(r.message));
	return r;
}

static struct readiness canary_ready(struct tick *t)
{
	int64_t threshold = node_int_at(t->analysis, "canaryReadyThreshold", 100);
	struct readiness r = ready(t, t->target, threshold);

	if (!r.ready)
		r.message = tick_fault(t, "canary deployment %.*s.%.*s not ready: %.*s",
				       STR_FMT(t->target_name), STR_FMT(t->key.namespace),
				       STR_FMT(r.message));
	return r;
}

/* Scale */

static void scale(struct tick *t, int64_t replicas)
{
	if (node_int_at(t->target->root, "spec.replicas", 1) != replicas)
		plan_patch(t->plan, t->target,
			   node_make(t->arena, "{spec: {replicas: %l}}", replicas));
}

static struct str scale_to_zero(struct tick *t)
{
	scale(t, 0);
	return STR_NONE;
}

static int64_t scaler_minimum(struct tick *t)
{
	struct str name = node_str_at(t->root, "spec.autoscalerRef.name");
	bool keda = str_equal(node_str_at(t->root, "spec.autoscalerRef.kind"), STR("ScaledObject"));
	const struct object *o =
		tick_get(t, keda ? KIND_SCALEDOBJECT : KIND_HORIZONTALPODAUTOSCALER, name);

	if (!o)
		return 1;
	return keda ? node_int_at(o->root, "spec.minReplicaCount", 1)
		    : node_int_at(o->root, "spec.minReplicas", 1);
}

/* spec.replicas of the target, else minReplicas of the autoscaler, else the primary's replicas. */
static struct str scale_from_zero(struct tick *t)
{
	int64_t replicas = node_int_at(t->target->root, "spec.replicas", 1);

	if (replicas <= 0 && scaler_is_wanted(t)) {
		replicas = scaler_minimum(t);
	} else if (replicas <= 0) {
		if (!t->primary)
			return target_not_found(t, t->kind, t->primary_name);
		replicas = node_int_at(t->primary->root, "spec.replicas", 1);
	}
	scale(t, MAX(replicas, 1));
	return STR_NONE;
}

static struct str finalize(struct tick *t)
{
	if (!t->primary)
		return scale_from_zero(t);
	scale(t, node_int_at(t->primary->root, "spec.replicas", 1));
	return STR_NONE;
}

static const struct node *revision(struct tick *t)
{
	return node_at(t->target->root, "spec.template");
}

const struct target_kind target_deployment = {
	.name = STR_INIT("Deployment"),
	.id = KIND_DEPLOYMENT,
	.word = STR_INIT("deployment"),
	.resource = STR_INIT("deployments.apps"),
	.create_primary = create_primary,
	.promote = promote,
	.ready = ready,
	.primary_ready = primary_ready,
	.canary_ready = canary_ready,
	.scale_to_zero = scale_to_zero,
	.scale_from_zero = scale_from_zero,
	.finalize = finalize,
	.revision = revision,
	.has_services = true,
};
