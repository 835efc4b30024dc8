/* assumed_claims - binds PersistentVolumeClaims to assumed volumes, in place of storage drivers */
#include "rehearse/assumed_claims.h"

#include "base/arena.h"
#include "doc/make.h"

enum { DELAY_MS = 2000 };

#define DRIVER "assumed.forge.dev"

static struct str volume_name(struct arena *arena, const struct object *claim)
{
	struct str own = node_str_at(claim->root, "spec.volumeName");

	return own.len ? own : STR_CAT(arena, STR("pvc-"), claim->uid);
}

static void make_volume(struct plan *plan, const struct object *claim, struct str name)
{
	const struct node *spec = node_get(claim->root, STR("spec"));
	struct str class = node_str_at(spec, "storageClassName");

	plan_create(plan,
		    node_make(plan->arena,
			      "{apiVersion: v1, kind: PersistentVolume, metadata: {name: %s, "
			      "annotations: {pv.kubernetes.io/provisioned-by: %c}}, spec: "
			      "{capacity: %n, accessModes: %n, volumeMode: %?n, storageClassName: "
			      "%?s, persistentVolumeReclaimPolicy: Delete, claimRef: {kind: "
			      "PersistentVolumeClaim, apiVersion: v1, namespace: %s, name: %s, "
			      "uid: %s}, csi: {driver: %c, volumeHandle: %s}}}",
			      name, DRIVER, node_at(spec, "resources.requests"),
			      node_get(spec, STR("accessModes")), node_get(spec, STR("volumeMode")),
			      class.len ? class : STR_NONE, claim->key.namespace, claim->key.name,
			      claim->uid, DRIVER, name));
}

/* As a storage driver does with a released volume: no claim will be bound to it again. */
static void delete_volume(struct plan *plan, const struct object *volume)
{
	bool released = str_equal(node_str_at(volume->root, "status.phase"), STR("Released"));
	struct str by = object_annotation(volume->root, STR("pv.kubernetes.io/provisioned-by"));

	if (released && str_equal(by, STR(DRIVER)) && !volume->facts.deletion_s)
		plan_delete(plan, volume);
}

/* The class "" asks for a volume that is there, and for no driver. */
static bool wants_driver(const struct object *claim)
{
	const struct node *class = node_at(claim->root, "spec.storageClassName");

	return !class || node_text(class).len;
}

static void serve_claim(const struct view *view, const struct object *claim, struct plan *plan)
{
	struct str name = volume_name(plan->arena, claim);
	int64_t *since_ms = plan_memory(plan, view, claim);

	if (!*since_ms)
		*since_ms = view->now_ms;
	if (view->now_ms < *since_ms + DELAY_MS)
		plan_requeue(plan, *since_ms + DELAY_MS - view->now_ms);
	else if (!view_get(view, KIND_PERSISTENTVOLUME, (struct key){ STR(""), name }))
		make_volume(plan, claim, name);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	bool is_claim = key.namespace.len > 0;
	const struct object *o =
		view_get(view, is_claim ? KIND_PERSISTENTVOLUMECLAIM : KIND_PERSISTENTVOLUME, key);

	(void)err;
	if (!o || (is_claim && o->facts.deletion_s))
		return 0;
	if (!is_claim)
		delete_volume(plan, o);
	else if (str_equal(node_str_at(o->root, "status.phase"), STR("Pending")) && wants_driver(o))
		serve_claim(view, o, plan);
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_PERSISTENTVOLUMECLAIM, map_self },
	{ KIND_PERSISTENTVOLUME, map_self },
	{},
};

const struct reconciler assumed_claims_reconciler = {
	.name = "assumed-provisioner",
	.reconcile = reconcile,
	.watches = watches,
};
