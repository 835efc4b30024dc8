/* rollback - the proof that shipping `from` again restores what it had */
#include "rehearse/rollback.h"

#include "base/arena.h"
#include "rehearse/rehearsal_inside.h"

static const struct cache *cluster(const struct rehearsal *r)
{
	return embedded_cache(r->platform->embedded);
}

static const struct object *live(const struct rehearsal *r, const struct node *applied)
{
	const struct kind *kind = schemas_kind(r->platform->schemas, object_gvk(applied), NULL);
	return kind ? cache_get(cluster(r), kind->id, object_key(applied)) : NULL;
}

void rollback_keep(struct rehearsal *r)
{
	for (uint32_t i = 0; i < r->repository.renders.count; i++) {
		const struct kept_render *k = r->repository.renders.items[i];
		for (uint32_t o = 0; o < k->render.count; o++) {
			const struct node *applied = k->render.objects[o];
			const struct object *object = live(r, applied);
			struct kept_object kept = { object, applied };
			if (!object)
				continue;
			object_ref(object);
			VEC_PUSH(r->arena, &r->rollback.objects, kept);
		}
	}
}

void rollback_release(struct rehearsal *r)
{
	for (uint32_t i = 0; i < r->rollback.objects.count; i++)
		object_unref(r->rollback.objects.items[i].object);
	r->rollback.objects.count = 0;
}

/* Somebody else owns the replicas of a workload. */
static bool is_scaled_by_others(const struct rehearsal *r, const struct object *o)
{
	static const struct {
		kind_id kind;
		struct trusted_path path;
	} scalers[] = {
		{ KIND_HORIZONTALPODAUTOSCALER, TRUSTED_PATH_INIT("spec.scaleTargetRef") },
		{ KIND_CANARY, TRUSTED_PATH_INIT("spec.targetRef") },
	};

	SCRATCH(scratch);
	for (size_t s = 0; s < ARRAY_COUNT(scalers); s++) {
		struct objects all =
			cache_list(cluster(r), scratch, scalers[s].kind, o->key.namespace);
		for (uint32_t i = 0; i < all.count; i++) {
			const struct node *ref = node_find(all.items[i]->root, scalers[s].path);
			if (str_equal(node_str_at(ref, "name"), o->key.name) &&
			    str_equal(node_str_at(ref, "kind"), o->kind->name))
				return true;
		}
	}
	return false;
}

/* Fields that the API server sets, whatever the manifest has. */
static bool is_of_server(struct str path)
{
	static const struct str paths[] = {
		STR_INIT("status"),
		STR_INIT("metadata.creationTimestamp"),
		STR_INIT("metadata.uid"),
		STR_INIT("metadata.resourceVersion"),
		STR_INIT("metadata.generation"),
		STR_INIT("metadata.managedFields"),
		STR_INIT("metadata.selfLink"),
	};

	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		if (str_equal(paths[i], path))
			return true;
	return false;
}

struct comparison {
	struct rehearsal *r;
	const struct object *object;
	bool skips_replicas;
};

static void differ(const struct comparison *c, struct str path)
{
	c->r->rollback.differences++;
	invariants_break_rollback(&c->r->invariants, c->object->kind->name, c->object->key,
				  str_printf(c->r->arena,
					     "%.*s is not what it was before the release",
					     STR_FMT(path)));
}

/* What the render applies; lists are compared whole. */
static void compare(const struct comparison *c, struct str path, const struct node *applied,
		    const struct node *before, const struct node *after)
{
	if (!node_is_map(applied) || !node_is_map(before)) {
		c->r->rollback.compared++;
		if (before != after && !(before && after && node_equal(before, after)))
			differ(c, path);
		return;
	}
	for (uint32_t i = 0; i < node_entry_count(applied); i++) {
		struct str key = node_text(node_entry(applied, i)->key);
		struct str below =
			path.len ? str_printf(c->r->arena, "%.*s.%.*s", STR_FMT(path), STR_FMT(key))
				 : key;
		if (is_of_server(below) ||
		    (c->skips_replicas && str_equal(below, STR("spec.replicas"))))
			continue;
		compare(c, below, node_entry(applied, i)->value, node_get(before, key),
			node_is_map(after) ? node_get(after, key) : NULL);
	}
}

/* What each Kustomization manages. */
static void compare_inventories(struct rehearsal *r)
{
	const struct revision_state *first = &r->states.items[0];

	for (uint32_t i = 0; i < first->kustomizations.count; i++) {
		const struct kustomization_state *k = &first->kustomizations.items[i];
		const struct object *now = cache_get(cluster(r), KIND_KUSTOMIZATION, k->key);
		struct comparison c = { .r = r, .object = now };
		if (now && k->inventory)
			compare(&c, STR("status.inventory.entries"), k->inventory, k->inventory,
				node_at(now->root, "status.inventory.entries"));
	}
}

void rollback_compare(struct rehearsal *r)
{
	r->rollback.shipped = true;
	compare_inventories(r);
	for (uint32_t i = 0; i < r->rollback.objects.count; i++) {
		const struct kept_object *k = &r->rollback.objects.items[i];
		const struct object *now = live(r, k->applied);
		struct comparison c = { r, k->object, is_scaled_by_others(r, k->object) };
		r->invariants.checks[INVARIANT_ROLLBACK]++;
		if (!now)
			differ(&c, STR("the object"));
		else
			compare(&c, STR(""), k->applied, k->object->root, now->root);
	}
}
