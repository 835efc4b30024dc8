/* admit_volume - what keeps volumes and claims from going too early, and the default class */
#include "base/arena.h"
#include "cluster/server/admission_kinds.h"
#include "cluster/server/refusal.h"
#include "doc/make.h"
#include "kube/claim.h"
#include "kube/quantity.h"

/* Source: apiserver plugins StorageObjectInUseProtection, DefaultStorageClass. */

static void give_class(const struct admission *a, struct write *w)
{
	struct objects all =
		cache_list(store_cache(a->store), w->arena, KIND_STORAGECLASS, STR_NONE);
	struct nodes classes = objects_roots(w->arena, &all);
	const struct node *class = claim_default_class(&classes);

	if (class && !claim_class_name(w->object).ptr)
		w->object = node_set(w->arena, w->object, "spec.storageClassName",
				     node_str(w->arena, object_name(class)));
}

/* Source: plugin PersistentVolumeClaimResize. */
static int check_growth(const struct admission *a, struct write *w)
{
	static const struct trusted_path path =
		TRUSTED_PATH_INIT("spec.resources.requests.storage");
	int64_t before = quantity_milli(node_find(w->old->root, path), 0);
	struct str name = claim_class_name(w->old->root);
	const struct object *class =
		cache_get(store_cache(a->store), KIND_STORAGECLASS, (struct key){ STR(""), name });

	/* Of a claim that is not bound nothing may change: validation says so. */
	if (quantity_milli(node_find(w->object, path), 0) <= before ||
	    !str_equal(node_str_at(w->old->root, "status.phase"), STR("Bound")))
		return 0;
	if (class && node_bool_at(class->root, "allowVolumeExpansion", false))
		return 0;
	return refuse_forbidden(w->arena, w->answer, w->kind, w->key.name,
				STR("only dynamically provisioned pvc can be resized and the "
				    "storageclass that provisions the pvc must support resize"));
}

int admission_mutate_claim(struct admission *a, struct write *w)
{
	if (!w->old) {
		w->object = object_with_finalizer(w->arena, w->object,
						  STR("kubernetes.io/pvc-protection"));
		give_class(a, w);
	} else if (!w->request->subresource.len && check_growth(a, w) < 0) {
		return -1;
	}
	return admission_limit_claim(a, w);
}

int admission_mutate_volume(struct admission *a, struct write *w)
{
	struct str class = node_str_at(w->object, "spec.storageClassName");

	(void)a;
	/* Of a volume an empty one is none, and not written. */
	if (class.ptr && !class.len)
		w->object = node_set(w->arena, w->object, "spec.storageClassName", NULL);
	if (!w->old)
		w->object = object_with_finalizer(w->arena, w->object,
						  STR("kubernetes.io/pv-protection"));
	return 0;
}
