/* target_service - Services as targets: copies of the Service itself, nothing to scale */
#include "base/arena.h"
#include "doc/make.h"
#include "rollout/tick.h"

#define LAST_APPLIED "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]"

/* The target under another name; the cluster keeps the address of what exists. */
static const struct node *copy_of(struct tick *t, struct str name, const struct object *existing)
{
	static const struct trusted_path addresses[] = { TRUSTED_PATH_INIT("spec.clusterIP"),
							 TRUSTED_PATH_INIT("spec.clusterIPs") };
	const struct node *root = t->target->root;
	struct str distribution = node_str_at(t->service, "trafficDistribution");
	bool has_address = str_equal(node_str_at(root, "spec.type"), STR("ClusterIP"));

	root = node_without(t->arena, root, STR("status"));
	root = node_with(t->arena, root, STR("metadata"),
			 node_make(t->arena,
				   "{name: %s, namespace: %s, labels: %?n, annotations: %?n, "
				   "ownerReferences: [%n]}",
				   name, t->key.namespace, object_labels(root),
				   object_annotations(root), target_owner(t)));
	if (node_at(root, LAST_APPLIED))
		root = node_set(t->arena, root, LAST_APPLIED, NULL);
	for (size_t i = 0; has_address && i < ARRAY_COUNT(addresses); i++)
		root = node_put(t->arena, root, addresses[i],
				existing ? node_find(existing->root, addresses[i]) : NULL);
	if (distribution.len)
		root = node_set(t->arena, root, "spec.trafficDistribution",
				node_str(t->arena, distribution));
	return root;
}

static struct str create_primary(struct tick *t)
{
	struct str name = str_concat(t->arena, t->target_name, STR("-canary"));
	const struct object *canary = tick_get(t, KIND_SERVICE, name);

	if (!t->target)
		return tick_fault(t,
				  "service %.*s.%.*s get query error: services \"%.*s\" not found",
				  STR_FMT(t->primary_name), STR_FMT(t->key.namespace),
				  STR_FMT(t->target_name));
	if (canary)
		tick_update(t, canary, copy_of(t, name, canary));
	else
		plan_create(t->plan, copy_of(t, name, NULL));
	if (!t->primary)
		plan_create(t->plan, copy_of(t, t->primary_name, NULL));
	return STR_NONE;
}

static struct str promote(struct tick *t)
{
	if (!t->target || !t->primary)
		return tick_fault(
			t, "updating service %.*s.%.*s spec failed: %.*s", STR_FMT(t->primary_name),
			STR_FMT(t->key.namespace),
			STR_FMT(target_not_found(t, t->kind,
						 t->target ? t->primary_name : t->target_name)));
	const struct node *root = copy_of(t, t->primary_name, t->primary);
	root = node_set(t->arena, root, "metadata.labels", NULL);
	root = node_set(t->arena, root, "metadata.annotations", NULL);
	root = node_set(t->arena, root, "metadata.ownerReferences",
			node_at(t->target->root, "metadata.ownerReferences"));
	tick_update(t, t->primary, root);
	return STR_NONE;
}

static struct readiness ready(struct tick *t, const struct object *workload,
			      int64_t threshold_percent)
{
	(void)t;
	(void)workload;
	(void)threshold_percent;
	return (struct readiness){ .ready = true, .retriable = true };
}

static struct readiness always_ready(struct tick *t)
{
	return ready(t, NULL, 0);
}

static struct str nothing(struct tick *t)
{
	(void)t;
	return STR_NONE;
}

static const struct node *revision(struct tick *t)
{
	const struct node *spec = t->target ? node_get(t->target->root, STR("spec")) : NULL;

	return spec ? spec : node_null();
}

const struct target_kind target_service = {
	.name = STR_INIT("Service"),
	.id = KIND_SERVICE,
	.word = STR_INIT("service"),
	.resource = STR_INIT("services"),
	.create_primary = create_primary,
	.promote = promote,
	.ready = ready,
	.primary_ready = always_ready,
	.canary_ready = always_ready,
	.scale_to_zero = nothing,
	.scale_from_zero = nothing,
	.finalize = nothing,
	.revision = revision,
	.has_services = false,
};
