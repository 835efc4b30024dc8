/* volume_ephemeral - the claims that pods bring with them */
#include "base/arena.h"
#include "cluster/controllers/controllers.h"
#include "doc/make.h"
#include "kube/claim.h"

/* Source: Kubernetes pkg/controller/volume/ephemeral. */

static void make_claim(struct plan *plan, const struct object *pod, const struct node *volume)
{
	const struct node *template = node_at(volume, "ephemeral.volumeClaimTemplate");
	const struct node *metadata = node_get(template, STR("metadata"));

	plan_create(
		plan,
		node_make(plan->arena,
			  "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: %s, "
			  "namespace: %s, labels: %?n, annotations: %?n, ownerReferences: [%n]}, "
			  "spec: %n}",
			  claim_name_of(plan->arena, pod->root, volume), pod->key.namespace,
			  node_get(metadata, STR("labels")), node_get(metadata, STR("annotations")),
			  object_owner_reference(plan->arena, pod->root, /* controller= */ true),
			  node_get(template, STR("spec"))));
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *pod = view_get(view, KIND_POD, key);
	const struct node *list = pod ? node_at(pod->root, "spec.volumes") : NULL;

	(void)err;
	for (uint32_t i = 0; i < node_item_count(list) && !pod->facts.deletion_s; i++) {
		const struct node *volume = node_item(list, i);
		struct key claim = { key.namespace, claim_name_of(plan->arena, pod->root, volume) };
		if (node_get(volume, STR("ephemeral")) &&
		    !view_get(view, KIND_PERSISTENTVOLUMECLAIM, claim))
			make_claim(plan, pod, volume);
	}
	return 0;
}

static void map_new(const struct view *view, const struct object *before,
		    const struct object *after, struct keys *keys)
{
	const struct node *list = before ? NULL : node_at(after->root, "spec.volumes");

	(void)view;
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (node_get(node_item(list, i), STR("ephemeral")))
			keys_add(keys, after->key);
}

static const struct reconciler_watch watches[] = {
	{ KIND_POD, map_new },
	{ KIND_PERSISTENTVOLUMECLAIM, map_controller, "Pod" },
	{},
};

const struct reconciler volume_ephemeral_reconciler = {
	.name = "ephemeral_volume",
	.manager = "kube-controller-manager",
	.reconcile = reconcile,
	.watches = watches,
};
