/* scaler - the primary's HorizontalPodAutoscaler or KEDA ScaledObject */
#include "base/arena.h"
#include "doc/make.h"
#include "rollout/tick.h"

#define PAUSED "autoscaling.keda.sh/paused-replicas"

bool scaler_is_wanted(const struct tick *t)
{
	return node_get(node_get(t->root, STR("spec")), STR("autoscalerRef"));
}

static struct str name_of(const struct tick *t)
{
	return node_str_at(t->root, "spec.autoscalerRef.name");
}

static bool is_keda(const struct tick *t)
{
	return str_equal(node_str_at(t->root, "spec.autoscalerRef.kind"), STR("ScaledObject"));
}

static struct str primary_scaler(const struct tick *t)
{
	return str_concat(t->arena, name_of(t), STR("-primary"));
}

/* The limits that the Canary sets for the primary's. */
static const struct node *with_limits(struct tick *t, const struct node *spec,
				      struct trusted_path min, struct trusted_path max)
{
	const struct node *limits = node_at(t->root, "spec.autoscalerRef.primaryScalerReplicas");
	const struct node *least = node_get(limits, STR("minReplicas"));
	const struct node *most = node_get(limits, STR("maxReplicas"));

	if (least)
		spec = node_put(t->arena, spec, min, least);
	return most ? node_put(t->arena, spec, max, most) : spec;
}

static const struct node *metadata(struct tick *t, const struct object *from, bool annotations)
{
	return node_make(
		t->arena,
		"{name: %s, namespace: %s, labels: %?n, annotations: %?n, "
		"ownerReferences: [%n]}",
		primary_scaler(t), t->key.namespace, target_without_toolkit(t, from->facts.labels),
		annotations ? target_without_toolkit(t, object_annotations(from->root)) : NULL,
		target_owner(t));
}

/* HorizontalPodAutoscaler */

static const struct node *hpa_spec(struct tick *t, const struct object *from)
{
	const struct node *spec = node_get(from->root, STR("spec"));

	spec = node_set(t->arena, spec, "scaleTargetRef.name", node_str(t->arena, t->primary_name));
	return with_limits(t, spec, TRUSTED_PATH("minReplicas"), TRUSTED_PATH("maxReplicas"));
}

static struct str reconcile_hpa(struct tick *t, bool initial)
{
	const struct object *from = tick_get(t, KIND_HORIZONTALPODAUTOSCALER, name_of(t));
	const struct object *copy = tick_get(t, KIND_HORIZONTALPODAUTOSCALER, primary_scaler(t));

	if (!from)
		return tick_fault(t,
				  "HorizontalPodAutoscaler %.*s.%.*s get query error: "
				  "horizontalpodautoscalers.autoscaling \"%.*s\" not found",
				  STR_FMT(name_of(t)), STR_FMT(t->key.namespace),
				  STR_FMT(name_of(t)));
	if (!copy)
		plan_create(t->plan, node_make(t->arena,
					       "{apiVersion: autoscaling/v2, kind: "
					       "HorizontalPodAutoscaler, metadata: %n, spec: %n}",
					       metadata(t, from, /* annotations= */ false),
					       hpa_spec(t, from)));
	else if (!initial)
		tick_update(t, copy,
			    node_with(t->arena, copy->root, STR("spec"), hpa_spec(t, from)));
	return STR_NONE;
}

/* ScaledObject */

static struct str primary_query(struct tick *t, struct str query)
{
	struct str canary = str_concat(t->arena, t->target_name, STR("-canary"));
	struct str mark = STR("\x01");

	query = str_replace(t->arena, query, canary, mark);
	query = str_replace(t->arena, query, t->target_name, t->primary_name);
	return str_replace(t->arena, query, mark, t->primary_name);
}

static const struct node *primary_triggers(struct tick *t, const struct node *triggers)
{
	const struct node *given = node_at(t->root, "spec.autoscalerRef.primaryScalerQueries");

	for (uint32_t i = 0; i < node_item_count(triggers); i++) {
		const struct node *trigger = node_item(triggers, i);
		const struct node *own = node_get(given, node_str_at(trigger, "name"));
		struct str query = node_str_at(trigger, "metadata.query");
		if (!own && !given && query.ptr)
			own = node_str(t->arena, primary_query(t, query));
		if (own)
			triggers =
				node_list_with(t->arena, triggers, i,
					       node_set(t->arena, trigger, "metadata.query", own));
	}
	return triggers;
}

static const struct node *keda_spec(struct tick *t, const struct object *from)
{
	static const struct trusted_path name =
		TRUSTED_PATH_INIT("advanced.horizontalPodAutoscalerConfig.name");
	const struct node *spec = node_get(from->root, STR("spec"));
	const struct node *triggers = node_get(spec, STR("triggers"));
	struct str hpa = node_find_str(spec, name);

	spec = node_set(t->arena, spec, "scaleTargetRef.name", node_str(t->arena, t->primary_name));
	if (triggers)
		spec = node_with(t->arena, spec, STR("triggers"), primary_triggers(t, triggers));
	if (hpa.len)
		spec = node_put(t->arena, spec, name,
				node_str(t->arena, str_concat(t->arena, hpa, STR("-primary"))));
	return with_limits(t, spec, TRUSTED_PATH("minReplicaCount"),
			   TRUSTED_PATH("maxReplicaCount"));
}

static struct str keda_missing(struct tick *t)
{
	return tick_fault(t,
			  "Keda ScaledObject %.*s.%.*s get query error: scaledobjects.keda.sh "
			  "\"%.*s\" not found",
			  STR_FMT(name_of(t)), STR_FMT(t->key.namespace), STR_FMT(name_of(t)));
}

static struct str reconcile_keda(struct tick *t, bool initial)
{
	const struct object *from = tick_get(t, KIND_SCALEDOBJECT, name_of(t));
	const struct object *copy = tick_get(t, KIND_SCALEDOBJECT, primary_scaler(t));

	if (!from)
		return keda_missing(t);
	if (!copy)
		plan_create(t->plan, node_make(t->arena,
					       "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, "
					       "metadata: %n, spec: %n}",
					       metadata(t, from, /* annotations= */ true),
					       keda_spec(t, from)));
	else if (!initial)
		tick_update(t, copy,
			    node_with(t->arena, copy->root, STR("spec"), keda_spec(t, from)));
	return STR_NONE;
}

struct str scaler_reconcile(struct tick *t, bool initial)
{
	if (!scaler_is_wanted(t))
		return STR_NONE;
	return is_keda(t) ? reconcile_keda(t, initial) : reconcile_hpa(t, initial);
}

/* Only a ScaledObject can be paused: by an annotation. */
static struct str set_paused(struct tick *t, const struct node *value)
{
	if (!scaler_is_wanted(t) || !is_keda(t))
		return STR_NONE;
	const struct object *o = tick_get(t, KIND_SCALEDOBJECT, name_of(t));
	if (!o)
		return keda_missing(t);
	if (object_annotation(o->root, STR(PAUSED)).ptr || !node_is_null(value))
		plan_patch(t->plan, o,
			   node_make(t->arena, "{metadata: {annotations: {%s: %n}}}", STR(PAUSED),
				     value));
	return STR_NONE;
}

struct str scaler_pause(struct tick *t)
{
	return set_paused(t, node_cstr(t->arena, "0"));
}

struct str scaler_resume(struct tick *t)
{
	return set_paused(t, node_null());
}
