/* admit_volume - what keeps volumes and claims from going too early, and the default class */
#include "base/arena.h"
#include "cluster/admission_kinds.h"
#include "cluster/volume_class.h"
#include "doc/make.h"

/* Source: apiserver plugins StorageObjectInUseProtection, DefaultStorageClass. */

static void protect(struct write *w, struct str finalizer)
{
	const struct node *list = node_at(w->object, "metadata.finalizers");

	for (uint32_t i = 0; i < node_count(list); i++)
		if (str_equal(node_text(node_item(list, i)), finalizer))
			return;
	w->object = node_set(w->arena, w->object, "metadata.finalizers",
			     node_list_append(w->arena, list, node_str(w->arena, finalizer)));
}

static void give_class(const struct admission *a, struct write *w)
{
	struct objects classes =
		cache_list(store_cache(a->store), w->arena, KIND_STORAGECLASS, STR_NONE);
	const struct object *class = volume_default_class(&classes);
	bool named =
		node_at(w->object, "spec.storageClassName") ||
		object_annotation(w->object, STR("volume.beta.kubernetes.io/storage-class")).ptr;

	if (class && !named)
		w->object = node_set(w->arena, w->object, "spec.storageClassName",
				     node_str(w->arena, class->key.name));
}

int admission_mutate_claim(struct admission *a, struct write *w)
{
	if (!w->old) {
		protect(w, STR("kubernetes.io/pvc-protection"));
		give_class(a, w);
	}
	return admission_limit_claim(a, w);
}

int admission_mutate_volume(struct admission *a, struct write *w)
{
	(void)a;
	if (!w->old)
		protect(w, STR("kubernetes.io/pv-protection"));
	return 0;
}
