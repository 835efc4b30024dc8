/* hpa - the size of a workload: within its bounds, by its metrics */
#include "base/arena.h"
#include "cluster/controllers.h"
#include "doc/make.h"
#include "kube/health.h"

enum { SYNC_MS = 15000 };

struct autoscaler {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *hpa;
	const struct object *target;
	const struct node *status;     /* being made */
	const struct node *conditions; /* likewise */
};

static void set(struct autoscaler *a, const char *type, bool holds, const char *reason,
		struct str message)
{
	struct condition c = { .type = str_from_cstr(type),
			       .status = holds ? STR("True") : STR("False"),
			       .reason = str_from_cstr(reason),
			       .message = message,
			       .observed_generation = -1 };

	a->conditions = condition_set(a->arena, a->conditions, &c, view_now(a->view));
}

static void set_count(struct autoscaler *a, const char *field, int64_t count)
{
	a->status = node_with(a->arena, a->status, str_from_cstr(field), node_int(a->arena, count));
}

static void write_status(struct autoscaler *a)
{
	if (!node_get(a->status, STR("desiredReplicas")))
		set_count(a, "desiredReplicas", 0);
	a->status = node_with(a->arena, a->status, STR("conditions"), a->conditions);
	plan_status(a->plan, a->hpa, a->status);
}

/* The target */

static const struct kind *target_kind(const struct autoscaler *a)
{
	const struct node *ref = node_at(a->hpa->root, "spec.scaleTargetRef");
	struct gvk gvk = gvk_parse(node_str_at(ref, "apiVersion"), node_str_at(ref, "kind"));

	return schemas_kind_any_version(a->view->schemas, gvk.group, gvk.kind);
}

static bool find_target(struct autoscaler *a)
{
	const struct kind *kind = target_kind(a);
	struct key key = { a->hpa->key.namespace,
			   node_str_at(a->hpa->root, "spec.scaleTargetRef.name") };
	struct str plural = kind ? kind->plural : STR("");
	struct str fault = str_printf(a->arena, "%.*s%s%.*s \"%.*s\" not found", STR_FMT(plural),
				      kind && kind->group.len ? "." : "",
				      STR_FMT(kind ? kind->group : STR("")), STR_FMT(key.name));

	a->target = kind ? view_get(a->view, kind->id, key) : NULL;
	if (a->target)
		return true;
	set(a, "AbleToScale", false, "FailedGetScale",
	    str_concat(a->arena,
		       STR("the HPA controller was unable to get the target's current scale: "),
		       fault));
	plan_event(a->plan, a->hpa, /* warning= */ true, STR("FailedGetScale"), "%.*s",
		   STR_FMT(fault));
	return false;
}

static void rescale(struct autoscaler *a, int64_t size, struct str reason)
{
	struct api_request *write = plan_write(a->plan, API_PATCH);

	write->kind = a->target->kind;
	write->key = a->target->key;
	write->subresource = STR("scale");
	write->patch_type = API_PATCH_MERGE;
	write->body = node_make(a->arena, "{spec: {replicas: %l}}", size);
	set(a, "AbleToScale", true, "SucceededRescale",
	    str_printf(a->arena, "the HPA controller was able to update the target scale to %lld",
		       (long long)size));
	plan_event(a->plan, a->hpa, /* warning= */ false, STR("SuccessfulRescale"),
		   "New size: %lld; reason: %.*s", (long long)size, STR_FMT(reason));
	set_count(a, "desiredReplicas", size);
	a->status = node_with(a->arena, a->status, STR("lastScaleTime"),
			      node_str(a->arena, view_now(a->view)));
}

/* Metrics: this cluster serves none, as one without metrics-server. */

/* What a metric asks for, and how its failure reads. */
static struct str metric_fault(const struct autoscaler *a, const struct node *metric,
			       const char **ret_reason, struct str *ret_what)
{
	static const struct {
		struct str type;
		const char *field, *reason;
	} custom[] = { { STR_INIT("Pods"), "pods", "FailedGetPodsMetric" },
		       { STR_INIT("Object"), "object", "FailedGetObjectMetric" },
		       { STR_INIT("External"), "external", "FailedGetExternalMetric" } };
	struct str type = node_str_at(metric, "type");

	for (size_t i = 0; i < ARRAY_COUNT(custom); i++) {
		if (!str_equal(type, custom[i].type))
			continue;
		const struct node *source = node_get(metric, str_from_cstr(custom[i].field));
		*ret_reason = custom[i].reason;
		*ret_what = str_printf(a->arena, "failed to get %s metric value", custom[i].field);
		return str_printf(a->arena,
				  "unable to get metric %.*s: unable to fetch metrics from custom "
				  "metrics API: no custom metrics API (custom.metrics.k8s.io) "
				  "registered",
				  STR_FMT(node_str_at(source, "metric.name")));
	}
	bool whole = str_equal(type, STR("Resource"));
	const struct node *source =
		node_get(metric, whole ? STR("resource") : STR("containerResource"));
	struct str name = node_str_at(source, "name");
	bool share = node_at(source, "target.averageUtilization") != NULL;
	*ret_reason = whole ? "FailedGetResourceMetric" : "FailedGetContainerResourceMetric";
	*ret_what = str_printf(a->arena, "failed to get %.*s %s metric value", STR_FMT(name),
			       whole ? "resource" : "container resource");
	return str_printf(a->arena,
			  "failed to get %.*s %s: unable to get metrics for resource %.*s: unable "
			  "to fetch metrics from resource metrics API: the server could not find "
			  "the requested resource (get pods.metrics.k8s.io)",
			  STR_FMT(name), share ? "utilization" : "usage", STR_FMT(name));
}

static void compute(struct autoscaler *a)
{
	const struct node *metrics = node_at(a->hpa->root, "spec.metrics");
	struct str first = STR_NONE, first_what = STR_NONE;
	const char *first_reason = NULL;

	for (uint32_t i = 0; i < node_count(metrics); i++) {
		struct str what;
		const char *reason;
		struct str fault = metric_fault(a, node_item(metrics, i), &reason, &what);
		plan_event(a->plan, a->hpa, /* warning= */ true, str_from_cstr(reason), "%.*s",
			   STR_FMT(fault));
		if (first_reason)
			continue;
		first = fault;
		first_what = what;
		first_reason = reason;
	}
	if (!first_reason)
		return;
	set(a, "ScalingActive", false, first_reason,
	    str_concat(a->arena, STR("the HPA was unable to compute the replica count: "), first));
	plan_event(a->plan, a->hpa, /* warning= */ true, STR("FailedComputeMetricsReplicas"),
		   "invalid metrics (%u invalid out of %u), first error is: %.*s: %.*s",
		   node_count(metrics), node_count(metrics), STR_FMT(first_what), STR_FMT(first));
	a->status = node_with(a->arena, a->status, STR("currentMetrics"),
			      node_make(a->arena, "[{type: %s}]", STR("")));
}

static void size(struct autoscaler *a)
{
	int64_t now = MAX(a->target->facts.replicas_wanted, (int64_t)0);
	int64_t least = node_int_at(a->hpa->root, "spec.minReplicas", 1);
	int64_t most = node_int_at(a->hpa->root, "spec.maxReplicas", 1);

	set(a, "AbleToScale", true, "SucceededGetScale",
	    STR("the HPA controller was able to get the target's current scale"));
	if (now == 0 && least != 0) {
		set(a, "ScalingActive", false, "ScalingDisabled",
		    STR("scaling is disabled since the replica count of the target is zero"));
		return;
	}
	set_count(a, "currentReplicas", now);
	if (now > most)
		rescale(a, most, STR("Current number of replicas above Spec.MaxReplicas"));
	else if (now < least)
		rescale(a, least, STR("Current number of replicas below Spec.MinReplicas"));
	else
		compute(a);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct autoscaler a = { .view = view, .plan = plan, .arena = plan->arena };
	int64_t *next_ms = view->memory;

	(void)err;
	a.hpa = view_get(view, KIND_HORIZONTALPODAUTOSCALER, key);
	if (!a.hpa || a.hpa->facts.deletion_s)
		return 0;
	if (view->now_ms < *next_ms) {
		plan_requeue(plan, *next_ms - view->now_ms);
		return 0;
	}
	*next_ms = view->now_ms + SYNC_MS;
	plan_requeue(plan, SYNC_MS);
	a.status = node_get(a.hpa->root, STR("status"));
	a.conditions = node_get(a.status, STR("conditions"));
	if (find_target(&a))
		size(&a);
	write_status(&a);
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_HORIZONTALPODAUTOSCALER, map_self },
	{},
};

const struct reconciler hpa_reconciler = {
	.name = "horizontal-pod-autoscaler",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};
