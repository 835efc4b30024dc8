/* revision_state - how a cluster stands when a revision has settled */
#include "rehearse/revision_state.h"

#include "base/arena.h"
#include "kube/health.h"
#include "rehearse/rehearsal.h"

/* The workload at the top of a pod's owners, or the pod. */
static const struct object *top_owner(const struct rehearsal *r, const struct object *o)
{
	const struct cache *cache = runner_cache(r->platform->runner);
	const struct object *owner = o;

	for (; owner; owner = cache_get_uid(cache, o->facts.owner_uid)) {
		o = owner;
		if (!o->facts.owner_uid.len)
			break;
	}
	return o;
}

static void add_unschedulable(struct rehearsal *r, struct revision_state *state,
			      const struct object *pod, struct str message)
{
	const struct object *owner = top_owner(r, pod);

	for (uint32_t i = 0; i < state->unschedulable.count; i++) {
		struct unschedulable *u = &state->unschedulable.items[i];
		if (str_equal(u->kind, owner->kind->name) && key_equal(u->key, owner->key)) {
			u->pods++;
			return;
		}
	}
	struct unschedulable u = { owner->kind->name,
				   { str_copy(r->arena, owner->key.namespace),
				     str_copy(r->arena, owner->key.name) },
				   1,
				   str_copy(r->arena, message) };
	VEC_PUSH(r->arena, &state->unschedulable, u);
}

static void take_unschedulable(struct rehearsal *r, struct revision_state *state)
{
	struct objects pods =
		cache_list(runner_cache(r->platform->runner), r->arena, KIND_POD, STR_NONE);

	for (uint32_t i = 0; i < pods.count; i++) {
		const struct node *c = condition_get(pods.items[i]->root, "PodScheduled");
		if (str_equal(node_str_at(c, "reason"), STR("Unschedulable")))
			add_unschedulable(r, state, pods.items[i], node_str_at(c, "message"));
	}
}

static void take_unhealthy(struct rehearsal *r, struct revision_state *state)
{
	struct objects all =
		cache_list(runner_cache(r->platform->runner), r->arena, KIND_DEPLOYMENT, STR_NONE);
	int64_t now_s = world_now_ms(r->platform->world) / 1000;

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *d = all.items[i];
		struct health health = health_of(r->arena, d->root, now_s);
		struct unhealthy u = { { str_copy(r->arena, d->key.namespace),
					 str_copy(r->arena, d->key.name) },
				       str_copy(r->arena, health.message) };
		if (health.status != HEALTH_CURRENT)
			VEC_PUSH(r->arena, &state->unhealthy, u);
	}
}

static void take_kustomizations(struct rehearsal *r, struct revision_state *state)
{
	struct objects all = cache_list(runner_cache(r->platform->runner), r->arena,
					KIND_KUSTOMIZATION, STR_NONE);
	struct str revision = sources_revision_text(&r->sources, state->revision);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *k = all.items[i];
		const struct node *ready = condition_get(k->root, "Ready");
		const struct node *entries = node_at(k->root, "status.inventory.entries");
		struct kustomization_state s = {
			.key = { str_copy(r->arena, k->key.namespace),
				 str_copy(r->arena, k->key.name) },
			.status = str_copy(r->arena, node_str_at(ready, "status")),
			.reason = str_copy(r->arena, node_str_at(ready, "reason")),
			.message = str_copy(r->arena, node_str_at(ready, "message")),
			.applied = str_equal(node_str_at(k->root, "status.lastAppliedRevision"),
					     revision),
			.inventory = entries ? node_copy(r->arena, entries, true) : NULL,
		};
		VEC_PUSH(r->arena, &state->kustomizations, s);
	}
}

/* Objects that are ready because nobody runs them here. */
static void take_assumed(struct rehearsal *r)
{
	const struct cache *cache = runner_cache(r->platform->runner);

	for (kind_id kind = 1; kind < cache_kind_limit(cache); kind++) {
		if (!cache_count(cache, kind))
			continue;
		SCRATCH(scratch);
		struct objects all = cache_list(cache, scratch, kind, STR_NONE);
		for (uint32_t i = 0; i < all.count; i++) {
			const struct node *ready = condition_get(all.items[i]->root, "Ready");
			if (str_equal(node_str_at(ready, "reason"), STR("Assumed")))
				sources_assume(&r->sources,
					       object_label_text(scratch, all.items[i]->root));
		}
	}
}

void revision_state_take(struct rehearsal *r, struct revision_state *state)
{
	take_kustomizations(r, state);
	take_unschedulable(r, state);
	take_unhealthy(r, state);
	take_assumed(r);
}
