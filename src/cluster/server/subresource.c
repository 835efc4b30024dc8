/* subresource - /status, /scale, /binding, /eviction, /finalize */
#include "cluster/server/subresource.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "cluster/server/deletion.h"
#include "cluster/server/refusal.h"
#include "doc/make.h"
#include "kube/health.h"
#include "kube/labels.h"

static bool is_scale(const struct write *w)
{
	return str_equal(w->request->subresource, STR("scale"));
}

const struct node *subresource_shown(struct write *w)
{
	const struct node *o = w->old->root;

	if (!is_scale(w))
		return o;
	const struct node *selector = node_at(o, "spec.selector");
	struct str text = node_get(selector, STR("matchLabels")) ||
					  node_get(selector, STR("matchExpressions"))
				  ? labels_selector_text(w->arena, selector)
				  : labels_map_text(w->arena, selector);
	return node_make(w->arena,
			 "{kind: Scale, apiVersion: autoscaling/v1, metadata: {name: %s, "
			 "namespace: %s, uid: %s, resourceVersion: %s, creationTimestamp: %s}, "
			 "spec: {replicas: %l}, status: {replicas: %l, selector: %s}}",
			 w->key.name, w->key.namespace, w->old->uid,
			 node_str_at(o, "metadata.resourceVersion"),
			 node_str_at(o, "metadata.creationTimestamp"),
			 node_int_at(o, "spec.replicas", 1), node_int_at(o, "status.replicas", 0),
			 text);
}

int subresource_translate(struct write *w)
{
	if (!is_scale(w))
		return 0;
	const struct node *replicas = node_at(w->object, "spec.replicas");
	int64_t count;
	if (!node_int64(replicas, &count) || count < 0) {
		struct field_errors errors;
		field_errors_init(&errors, w->arena);
		field_error_add(&errors, FIELD_INVALID, STR("spec.replicas"), replicas,
				"must be greater than or equal to 0");
		return refuse_invalid(w->arena, w->answer, w->kind, w->key.name, &errors);
	}
	w->object = node_set(w->arena, w->old->root, "spec.replicas", node_int(w->arena, count));
	return 0;
}

/* Binding: the pod gets its node, the topology labels of that node, and PodScheduled. */

static const struct node *with_topology(struct arena *arena, const struct node *pod,
					const struct object *node)
{
	static const struct str names[] = { STR_INIT("topology.kubernetes.io/region"),
					    STR_INIT("topology.kubernetes.io/zone") };
	const struct node *metadata = node_get(pod, STR("metadata"));
	const struct node *old = node_get(metadata, STR("labels")), *labels = old;

	for (size_t i = 0; node && i < ARRAY_COUNT(names); i++) {
		struct str value = node_text(node_get(node->facts.labels, names[i]));
		if (value.len)
			labels = node_with(arena, labels, names[i], node_str(arena, value));
	}
	if (labels == old)
		return pod;
	return node_with(arena, pod, STR("metadata"),
			 node_with(arena, metadata, STR("labels"), labels));
}

/* The conditions with PodScheduled: true, which has neither reason nor message. */
static const struct node *with_scheduled(struct arena *arena, const struct node *conditions,
					 int64_t generation, struct str now)
{
	struct condition scheduled = { .type = STR("PodScheduled"),
				       .status = STR("True"),
				       .reason = STR(""),
				       .message = STR(""),
				       .observed_generation = generation };
	const struct node *list = condition_set(arena, conditions, &scheduled, now);
	uint32_t index = condition_index(list, scheduled.type);
	const struct node *bare = node_without(arena, node_item(list, index), STR("reason"));

	return node_list_with(arena, list, index, node_without(arena, bare, STR("message")));
}

static int bind(struct store *store, struct admission *admission, struct write *w)
{
	struct str target = node_str_at(w->object, "target.name");
	struct str now = timestamp_format(w->arena, world_now_ms(admission->world) / 1000);
	const struct object *node =
		cache_get(store_cache(store), KIND_NODE, (struct key){ STR(""), target });

	if (w->old->facts.node_name.len)
		return refuse_conflict(w->arena, w->answer, w->kind, w->key.name,
				       str_printf(w->arena,
						  "pod %.*s is already assigned to node "
						  "\"%.*s\"",
						  STR_FMT(w->key.name),
						  STR_FMT(w->old->facts.node_name)));
	if (w->old->facts.deletion_s)
		return refuse_conflict(w->arena, w->answer, w->kind, w->key.name,
				       str_printf(w->arena,
						  "pod %.*s is being deleted, cannot be assigned "
						  "to a host",
						  STR_FMT(w->key.name)));
	const struct node *pod = w->old->root, *spec = node_get(pod, STR("spec"));
	const struct node *status = node_get(pod, STR("status"));
	const struct node *conditions = with_scheduled(
		w->arena, node_get(status, STR("conditions")), w->old->facts.generation, now);
	spec = node_with(w->arena, spec, STR("nodeName"), node_str(w->arena, target));
	status = node_with(w->arena, status, STR("conditions"), conditions);
	if (node_get(status, STR("nominatedNodeName")))
		status = node_without(w->arena, status, STR("nominatedNodeName"));
	pod = node_with(w->arena, pod, STR("spec"), spec);
	pod = node_with(w->arena, pod, STR("status"), status);
	pod = with_topology(w->arena, pod, node);
	w->answer->object =
		store_put(store, w->kind, w->old, pod, w->old->managed, w->request->manager);
	w->answer->version = w->answer->object->version;
	w->answer->code = 201;
	w->answer->outcome = API_CONFIGURED;
	return 0;
}

/* Eviction: refused while it would break a PodDisruptionBudget. */

static const struct object *budget_of(struct store *store, struct write *w, uint32_t *ret_count)
{
	struct objects all = cache_list(store_cache(store), w->arena, KIND_PODDISRUPTIONBUDGET,
					w->key.namespace);
	const struct object *found = NULL;

	*ret_count = 0;
	for (uint32_t i = 0; i < all.count; i++) {
		if (!labels_match(node_at(all.items[i]->root, "spec.selector"),
				  w->old->facts.labels))
			continue;
		found = all.items[i];
		++*ret_count;
	}
	return found;
}

static bool needs_no_budget(const struct object *pod)
{
	enum pod_phase phase = pod->facts.phase;

	return phase == PHASE_SUCCEEDED || phase == PHASE_FAILED || phase == PHASE_PENDING ||
	       pod->facts.deletion_s;
}

static int refuse_eviction(struct write *w, const struct object *budget)
{
	struct api_cause *cause = arena_one(w->arena, struct api_cause);

	*cause = (struct api_cause){
		.reason = STR("DisruptionBudget"),
		.message = str_printf(
			w->arena,
			"The disruption budget %.*s needs %lld healthy pods and has %lld currently",
			STR_FMT(budget->key.name),
			(long long)node_int_at(budget->root, "status.desiredHealthy", 0),
			(long long)node_int_at(budget->root, "status.currentHealthy", 0)),
	};
	w->answer->causes = cause;
	w->answer->cause_count = 1;
	return refuse(w->answer, 429, "TooManyRequests",
		      STR("Cannot evict pod as it would violate the pod's disruption budget."));
}

static void take_from_budget(struct store *store, struct write *w, const struct object *budget,
			     struct str now)
{
	int64_t allowed = node_int_at(budget->root, "status.disruptionsAllowed", 0);
	const struct node *changed = node_set(w->arena, budget->root, "status.disruptionsAllowed",
					      node_int(w->arena, allowed - 1));
	const struct node *pods = node_at(changed, "status.disruptedPods");

	pods = node_with(w->arena, pods, w->key.name, node_str(w->arena, now));
	changed = node_set(w->arena, changed, "status.disruptedPods", pods);
	store_put(store, budget->kind, budget, changed, budget->managed, w->request->manager);
}

static int evict(struct store *store, struct admission *admission, struct write *w)
{
	uint32_t count;
	const struct object *budget = budget_of(store, w, &count);
	struct str now = timestamp_format(w->arena, world_now_ms(admission->world) / 1000);

	if (count > 1)
		return refuse(w->answer, 500, "InternalError",
			      STR("This pod has more than one PodDisruptionBudget, which the "
				  "eviction subresource does not support."));
	if (budget && !needs_no_budget(w->old)) {
		if (node_int_at(budget->root, "status.disruptionsAllowed", 0) <= 0)
			return refuse_eviction(w, budget);
		take_from_budget(store, w, budget, now);
	}
	struct condition target = { .type = STR("DisruptionTarget"),
				    .status = STR("True"),
				    .reason = STR("EvictionByEvictionAPI"),
				    .message = STR("Eviction API: evicting"),
				    .observed_generation = -1 };
	const struct node *conditions =
		condition_set(w->arena, node_at(w->old->root, "status.conditions"), &target, now);
	w->old = store_put(store, w->kind, w->old,
			   node_set(w->arena, w->old->root, "status.conditions", conditions),
			   w->old->managed, w->request->manager);
	int status = deletion_begin(store, admission, w);
	w->answer->code = 201;
	return status;
}

int subresource_create(struct store *store, struct admission *admission, struct write *w)
{
	static const struct {
		struct str name;
		int (*run)(struct store *store, struct admission *admission, struct write *w);
	} verbs[] = { { STR_INIT("binding"), bind }, { STR_INIT("eviction"), evict } };

	if (!w->old)
		return refuse_not_found(w->arena, w->answer, w->kind, w->key.name);
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++)
		if (str_equal(verbs[i].name, w->request->subresource))
			return verbs[i].run(store, admission, w);
	return refuse(w->answer, 404, "NotFound",
		      STR("the server could not find the requested resource"));
}
