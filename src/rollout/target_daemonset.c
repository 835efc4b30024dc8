/* target_daemonset - DaemonSets as targets: scaled to zero by a node selector that no node has */
#include "base/arena.h"
#include "base/timestamp.h"
#include "doc/make.h"
#include "rollout/tick.h"

enum { DEADLINE_DEFAULT_S = 600 };

#define SCALE_TO_ZERO STR("flagger.app/scale-to-zero")

/* Flagger's own selector is no part of a revision, nor of the primary. */
static const struct node *without_own_selector(struct tick *t, const struct node *pod_spec)
{
	const struct node *selector = node_get(pod_spec, STR("nodeSelector"));

	if (!selector)
		return pod_spec;
	selector = node_without(t->arena, selector, SCALE_TO_ZERO);
	return node_set(t->arena, pod_spec, "nodeSelector",
			node_entry_count(selector) ? selector : NULL);
}

static const struct node *revision(struct tick *t)
{
	const struct node *template = node_at(t->target->root, "spec.template");
	const struct node *spec = without_own_selector(t, node_get(template, STR("spec")));

	return node_with(t->arena, template, STR("spec"), spec);
}

static const struct node *primary_template(struct tick *t, const struct configs *configs)
{
	const struct node *template = node_at(t->target->root, "spec.template");
	const struct node *spec = configs_rewrite(t, node_get(template, STR("spec")), configs);

	return node_make(t->arena, "{metadata: {labels: %n, annotations: %n}, spec: %n}",
			 target_primary_labels(t, node_at(template, "metadata.labels")),
			 target_pod_annotations(t, node_at(template, "metadata.annotations")),
			 without_own_selector(t, spec));
}

static struct str wrong_strategy(struct tick *t)
{
	struct str type = node_str_at(t->target->root, "spec.updateStrategy.type");

	if (!type.len || str_equal(type, STR("RollingUpdate")))
		return STR_NONE;
	return tick_fault(t,
			  "createPrimaryDaemonSet failed: daemonset %.*s.%.*s must have "
			  "RollingUpdate strategy but have %.*s",
			  STR_FMT(t->target_name), STR_FMT(t->key.namespace), STR_FMT(type));
}

static struct str create_primary(struct tick *t)
{
	const struct node *spec = node_get(t->target->root, STR("spec"));
	struct str fault = wrong_strategy(t);
	struct configs configs;

	if (fault.ptr || t->primary)
		return fault;
	fault = configs_read(t, &configs);
	if (fault.ptr)
		return tick_wrap(t, "createPrimaryDaemonSet failed", fault);
	configs_copy(t, &configs);
	plan_create(t->plan,
		    node_make(t->arena,
			      "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: %s, "
			      "namespace: %s, labels: %n, annotations: %?n, ownerReferences: "
			      "[%n]}, spec: {minReadySeconds: %?n, revisionHistoryLimit: %?n, "
			      "updateStrategy: %?n, selector: {matchLabels: {%s: %s}}, template: "
			      "%n}}",
			      t->primary_name, t->key.namespace, target_primary_labels(t, NULL),
			      target_without_toolkit(t, object_annotations(t->target->root)),
			      target_owner(t), node_get(spec, STR("minReadySeconds")),
			      node_get(spec, STR("revisionHistoryLimit")),
			      node_get(spec, STR("updateStrategy")), t->label, t->primary_value,
			      primary_template(t, &configs)));
	return STR_NONE;
}

static struct str promote(struct tick *t)
{
	static const struct str fields[] = { STR_INIT("minReadySeconds"),
					     STR_INIT("revisionHistoryLimit"),
					     STR_INIT("updateStrategy"),
					     {} };
	const struct promotion promotion = { fields, primary_template };

	return target_promote(t, &promotion);
}

/* Readiness */

/* Since the Canary's last change of state. */
static bool is_late(struct tick *t, int64_t deadline_s)
{
	int64_t since_s;

	return timestamp_seconds(t->was.changed, &since_s) &&
	       (since_s + MIN(deadline_s, (int64_t)INT32_MAX)) * 1000 < t->view->now_ms;
}

static struct readiness ready(struct tick *t, const struct object *d, int64_t threshold_percent)
{
	const struct node *status = node_get(d->root, STR("status"));
	int64_t desired = node_int_at(status, "desiredNumberScheduled", 0);
	int64_t updated = node_int_at(status, "updatedNumberScheduled", 0);
	int64_t available = node_int_at(status, "numberAvailable", 0);
	int64_t deadline_s =
		node_int_at(t->root, "spec.progressDeadlineSeconds", DEADLINE_DEFAULT_S);
	int64_t enough = (int64_t)((float)desired * ((float)threshold_percent / 100.0f));
	struct readiness r = { .retriable = true };

	if (d->facts.generation > node_int_at(status, "observedGeneration", 0)) {
		r.message = STR("waiting for rollout to finish: observed daemonset generation "
				"less than desired generation");
	} else if (updated >= desired && available >= enough) {
		r.ready = true;
	} else if (is_late(t, deadline_s)) {
		r.retriable = false;
		r.message = tick_fault(t, "exceeded its progressDeadlineSeconds: %lld",
				       (long long)deadline_s);
	} else if (updated < desired) {
		r.message = tick_fault(t,
				       "waiting for rollout to finish: %lld out of %lld new pods "
				       "have been updated",
				       (long long)updated, (long long)desired);
	} else {
		r.message = tick_fault(t,
				       "waiting for rollout to finish: %lld of %lld "
				       "(readyThreshold %lld%%) updated pods are available",
				       (long long)available, (long long)enough,
				       (long long)threshold_percent);
	}
	return r;
}

static struct readiness primary_ready(struct tick *t)
{
	struct readiness r = { false, true,
			       STR("waiting for rollout to finish: observed daemonset generation "
				   "less than desired generation") };

	if (t->primary)
		r = ready(t, t->primary, node_int_at(t->analysis, "primaryReadyThreshold", 100));
	if (!r.ready)
		r.message = tick_fault(t, "primary daemonset %.*s.%.*s not ready: %.*s",
				       STR_FMT(t->primary_name), STR_FMT(t->key.namespace),
				       STR_FMT(r.message));
	return r;
}

/* "damonset" is how Flagger spells it. */
static struct readiness canary_ready(struct tick *t)
{
	struct readiness r =
		ready(t, t->target, node_int_at(t->analysis, "canaryReadyThreshold", 100));

	if (!r.ready)
		r.message =
			tick_fault(t, "canary damonset %.*s.%.*s not ready with retryable %s: %.*s",
				   STR_FMT(t->target_name), STR_FMT(t->key.namespace),
				   r.retriable ? "true" : "false", STR_FMT(r.message));
	return r;
}

/* Scale */

static bool is_scaled_to_zero(struct tick *t)
{
	const struct node *selector = node_at(t->target->root, "spec.template.spec.nodeSelector");

	return node_get(selector, SCALE_TO_ZERO);
}

static void patch_selector(struct tick *t, const struct node *value)
{
	plan_patch(t->plan, t->target,
		   node_make(t->arena, "{spec: {template: {spec: {nodeSelector: {%s: %n}}}}}",
			     SCALE_TO_ZERO, value));
}

static struct str scale_to_zero(struct tick *t)
{
	if (!is_scaled_to_zero(t))
		patch_selector(t, node_cstr(t->arena, "true"));
	return STR_NONE;
}

static struct str scale_from_zero(struct tick *t)
{
	if (is_scaled_to_zero(t))
		patch_selector(t, node_null());
	return STR_NONE;
}

const struct target_kind target_daemonset = {
	.name = STR_INIT("DaemonSet"),
	.id = KIND_DAEMONSET,
	.word = STR_INIT("daemonset"),
	.resource = STR_INIT("daemonsets.apps"),
	.create_primary = create_primary,
	.promote = promote,
	.ready = ready,
	.primary_ready = primary_ready,
	.canary_ready = canary_ready,
	.scale_to_zero = scale_to_zero,
	.scale_from_zero = scale_from_zero,
	.finalize = scale_from_zero,
	.revision = revision,
	.has_services = true,
};
