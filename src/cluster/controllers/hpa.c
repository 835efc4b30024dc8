/* hpa - the size of a workload: within its bounds, by its metrics */
#include "base/arena.h"
#include "cluster/controllers/controllers.h"
#include "cluster/controllers/hpa_limits.h"
#include "cluster/controllers/hpa_metrics.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/labels.h"

enum { SYNC_MS = 15000 };

static_assert(sizeof(struct hpa_memory) <= VIEW_MEMORY_BYTES, "fits the memory of a key");

struct autoscaler {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *hpa;
	const struct object *target;
	const struct answer *metrics; /* what pods use, or why nobody knows */
	struct hpa_memory *memory;
	struct hpa_limits limits;
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

static const struct kind *target_kind(const struct autoscaler *a, const struct object *hpa)
{
	const struct node *ref = node_at(hpa->root, "spec.scaleTargetRef");
	struct gvk gvk = gvk_parse(node_str_at(ref, "apiVersion"), node_str_at(ref, "kind"));

	return schemas_kind_any_version(a->view->schemas, gvk.group, gvk.kind);
}

static const struct object *target_of(const struct autoscaler *a, const struct object *hpa)
{
	const struct kind *kind = target_kind(a, hpa);
	struct key key = { hpa->key.namespace, node_str_at(hpa->root, "spec.scaleTargetRef.name") };

	return kind ? view_get(a->view, kind->id, key) : NULL;
}

static bool find_target(struct autoscaler *a)
{
	const struct kind *kind = target_kind(a, a->hpa);
	struct str name = node_str_at(a->hpa->root, "spec.scaleTargetRef.name");
	struct str plural = kind ? kind->plural : STR("");
	struct str fault = str_printf(a->arena, "%.*s%s%.*s \"%.*s\" not found", STR_FMT(plural),
				      kind && kind->group.len ? "." : "",
				      STR_FMT(kind ? kind->group : STR("")), STR_FMT(name));

	a->target = target_of(a, a->hpa);
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
	hpa_limits_rescaled(&a->limits, size);
}

/* Metrics */

static struct objects pods_of_target(const struct autoscaler *a)
{
	struct objects all = view_list(a->view, KIND_POD, a->hpa->key.namespace);
	const struct node *selector = node_at(a->target->root, "spec.selector");
	uint32_t kept = 0;

	for (uint32_t i = 0; i < all.count; i++)
		if (labels_match(selector, all.items[i]->facts.labels))
			all.items[kept++] = all.items[i];
	all.count = kept;
	return all;
}

/* The largest proposal wins. first: of those that failed. */
struct survey {
	struct hpa_proposal best, first;
	uint32_t failed;
	const struct node *statuses;
};

static struct survey ask_metrics(struct autoscaler *a, const struct node *metrics,
				 struct objects pods)
{
	struct survey s = { .statuses = node_empty_list() };
	struct hpa_scene scene = { .arena = a->arena,
				   .hpa = a->hpa,
				   .pods = pods,
				   .metrics = a->metrics,
				   .now_s = a->view->now_ms / 1000,
				   .current = a->limits.current };

	for (uint32_t i = 0; i < node_item_count(metrics); i++) {
		struct hpa_proposal p = hpa_metric_propose(&scene, node_item(metrics, i));
		const struct node *status =
			p.valid ? p.status : node_make(a->arena, "{type: %s}", STR(""));
		s.statuses = node_list_append(a->arena, s.statuses, status);
		if (!p.valid) {
			plan_event(a->plan, a->hpa, /* warning= */ true, str_from_cstr(p.reason),
				   "%.*s", STR_FMT(p.fault));
			if (!s.failed++)
				s.first = p;
		} else if (!s.best.size || p.size > s.best.size) {
			s.best = p;
		}
	}
	return s;
}

static void give_up(struct autoscaler *a, const struct survey *s, uint32_t count)
{
	set(a, "ScalingActive", false, s->first.reason,
	    str_concat(a->arena, STR("the HPA was unable to compute the replica count: "),
		       s->first.fault));
	plan_event(a->plan, a->hpa, /* warning= */ true, STR("FailedComputeMetricsReplicas"),
		   "invalid metrics (%u invalid out of %u), first error is: %.*s: %.*s", s->failed,
		   count, STR_FMT(s->first.what), STR_FMT(s->first.fault));
}

static void follow(struct autoscaler *a, const struct hpa_proposal *best)
{
	int64_t now = a->limits.current;
	struct str reason = best->size < now
				    ? STR("All metrics below target")
				    : str_concat(a->arena, best->name, STR(" above target"));
	struct hpa_allowed allowed = hpa_limits_allow(&a->limits, best->size);

	set(a, "ScalingActive", true, "ValidMetricFound",
	    str_concat(a->arena,
		       STR("the HPA was able to successfully calculate a replica count from "),
		       best->name));
	set(a, "AbleToScale", true, allowed.able.reason, str_from_cstr(allowed.able.message));
	set(a, "ScalingLimited", allowed.is_limited, allowed.limited.reason,
	    str_from_cstr(allowed.limited.message));
	if (allowed.size == now)
		set_count(a, "desiredReplicas", now);
	else
		rescale(a, allowed.size, best->size == now ? STR("") : reason);
}

static bool selects_any(const struct autoscaler *a, const struct object *hpa,
			const struct objects *pods)
{
	const struct object *target = target_of(a, hpa);
	const struct node *selector = target ? node_at(target->root, "spec.selector") : NULL;

	for (uint32_t i = 0; i < pods->count; i++)
		if (labels_match(selector, pods->items[i]->facts.labels))
			return true;
	return false;
}

/* Autoscalers that select the same pods would scale against each other: none of them scales. */
static bool is_ambiguous(struct autoscaler *a, const struct objects *pods)
{
	struct objects all =
		view_list(a->view, KIND_HORIZONTALPODAUTOSCALER, a->hpa->key.namespace);
	struct str names = STR("");
	uint32_t count = 0;

	for (uint32_t i = 0; i < all.count; i++) {
		if (!selects_any(a, all.items[i], pods))
			continue;
		names = str_printf(a->arena, "%.*s%s%.*s/%.*s", STR_FMT(names), count++ ? " " : "",
				   STR_FMT(all.items[i]->key.namespace),
				   STR_FMT(all.items[i]->key.name));
	}
	if (count < 2)
		return false;
	struct str selector =
		labels_selector_text(a->arena, node_at(a->target->root, "spec.selector"));
	struct str fault = str_printf(
		a->arena, "pods by selector %.*s are controlled by multiple HPAs: [%.*s]",
		STR_FMT(selector), STR_FMT(names));
	set(a, "ScalingActive", false, "AmbiguousSelector", fault);
	plan_event(a->plan, a->hpa, true, STR("AmbiguousSelector"), "%.*s", STR_FMT(fault));
	plan_event(a->plan, a->hpa, true, STR("FailedComputeMetricsReplicas"), "%.*s",
		   STR_FMT(fault));
	a->status = node_without(a->arena, a->status, STR("currentMetrics"));
	return true;
}

static void compute(struct autoscaler *a)
{
	const struct node *metrics = node_at(a->hpa->root, "spec.metrics");
	struct objects pods = pods_of_target(a);

	/* The API server defaults one metric. */
	if (!node_item_count(metrics) || is_ambiguous(a, &pods))
		return;
	struct survey s = ask_metrics(a, metrics, pods);
	if (s.failed == node_item_count(metrics) || (s.failed && s.best.size < a->limits.current))
		give_up(a, &s, node_item_count(metrics));
	else
		follow(a, &s.best);
	a->status = node_with(a->arena, a->status, STR("currentMetrics"), s.statuses);
}

static void size(struct autoscaler *a)
{
	const struct hpa_limits *l = &a->limits;

	set(a, "AbleToScale", true, "SucceededGetScale",
	    STR("the HPA controller was able to get the target's current scale"));
	if (l->current == 0 && l->least != 0) {
		set(a, "ScalingActive", false, "ScalingDisabled",
		    STR("scaling is disabled since the replica count of the target is zero"));
		return;
	}
	set_count(a, "currentReplicas", l->current);
	if (l->current > l->most)
		rescale(a, l->most, STR("Current number of replicas above Spec.MaxReplicas"));
	else if (l->current < l->least)
		rescale(a, l->least, STR("Current number of replicas below Spec.MinReplicas"));
	else
		compute(a);
}

static void open_limits(struct autoscaler *a)
{
	a->limits = (struct hpa_limits){
		.memory = a->memory,
		.behavior = node_at(a->hpa->root, "spec.behavior"),
		.now_s = a->view->now_ms / 1000,
		.current = MAX(a->target->facts.replicas_wanted, (int64_t)0),
		.least = node_int_at(a->hpa->root, "spec.minReplicas", 1),
		.most = node_int_at(a->hpa->root, "spec.maxReplicas", 1),
	};
	hpa_limits_begin(&a->limits);
}

static bool wants_pod_metrics(const struct object *hpa)
{
	const struct node *metrics = node_at(hpa->root, "spec.metrics");

	for (uint32_t i = 0; i < node_item_count(metrics); i++)
		if (hpa_metric_is_resource(node_item(metrics, i)))
			return true;
	return false;
}

/* Only a run whose sync period is over requests PodMetrics; the next run gets the answer. */
static bool asks_for_metrics(struct autoscaler *a)
{
	a->metrics = view_answer(a->view, STR("pods"), 0);
	if (a->metrics || !wants_pod_metrics(a->hpa))
		return false;
	plan_request(a->plan, STR("podMetrics"), STR("pods"), 0,
		     node_make(a->arena, "{namespace: %s}", a->hpa->key.namespace));
	return true;
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	struct autoscaler a = { .view = view, .plan = plan, .arena = plan->arena };

	(void)err;
	a.hpa = view_get(view, KIND_HORIZONTALPODAUTOSCALER, key);
	if (!a.hpa || a.hpa->facts.deletion_s)
		return 0;
	a.memory = plan_memory(plan, view, a.hpa);
	if (view->now_ms < a.memory->next_ms) {
		plan_requeue(plan, a.memory->next_ms - view->now_ms);
		return 0;
	}
	if (asks_for_metrics(&a))
		return 0;
	a.memory->next_ms = view->now_ms + SYNC_MS;
	plan_requeue(plan, SYNC_MS);
	a.status = node_get(a.hpa->root, STR("status"));
	a.conditions = node_get(a.status, STR("conditions"));
	if (find_target(&a)) {
		open_limits(&a);
		size(&a);
	}
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
