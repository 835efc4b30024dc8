/* revision_state - the state of a cluster when a revision has settled */
#include "rehearse/revision_state.h"

#include "base/arena.h"
#include "base/buf.h"
#include "doc/json.h"
#include "kube/health.h"
#include "rehearse/object_source.h"
#include "rehearse/pod_waiting.h"
#include "rehearse/rehearsal_inside.h"

static void add_unschedulable(struct rehearsal *r, struct revision_state *state,
			      const struct object *pod, struct str message)
{
	const struct object *owner = object_top_owner(r->results.cluster, pod);

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

/* Of a volume that is missing the status says nothing; the kubelet's warning does. */
static struct str why_waiting(const struct rehearsal *r, struct arena *arena,
			      const struct object *pod)
{
	struct str waiting = pod_waiting_text(arena, pod);
	struct str warning = record_pod_warning(&r->record, pod->key);

	if (!waiting.ptr || !str_ends(waiting, STR("ContainerCreating")) || !warning.len)
		return waiting;
	return STR_CAT(arena, waiting, STR(": "), warning);
}

/* Why a pod is not ready; absent: it is. */
static struct str why_unready(const struct rehearsal *r, struct arena *arena,
			      const struct object *pod)
{
	const struct node *scheduled = condition_get(pod->root, "PodScheduled");
	const struct node *ready = condition_get(pod->root, "Ready");
	struct str waiting = why_waiting(r, arena, pod);

	if (pod->facts.ready || pod->facts.deletion_s)
		return STR_NONE;
	if (str_equal(node_str_at(scheduled, "status"), STR("False")))
		return STR("no node takes its pods");
	if (waiting.ptr)
		return waiting;
	struct str warning = record_pod_warning(&r->record, pod->key);
	return str_printf(arena, "%.*s%s%.*s", STR_FMT(node_str_at(ready, "message")),
			  warning.len ? "; " : "", STR_FMT(warning));
}

/* Of the first pod that is not ready, or of a ReplicaSet that may not make pods. */
static struct str why_unhealthy(const struct rehearsal *r, struct arena *arena,
				const struct object *workload)
{
	const struct cache *cache = runner_cache(r->platform->runner);
	struct objects sets = cache_owned(cache, arena, KIND_REPLICASET, workload->uid);
	struct str why = STR_NONE;

	for (uint32_t i = 0; i < sets.count && !why.len; i++) {
		struct objects pods = cache_owned(cache, arena, KIND_POD, sets.items[i]->uid);
		const struct node *failure = condition_get(sets.items[i]->root, "ReplicaFailure");
		for (uint32_t p = 0; p < pods.count && !why.len; p++)
			why = why_unready(r, arena, pods.items[p]);
		if (!why.len && failure)
			why = node_str_at(failure, "message");
	}
	struct objects own = cache_owned(cache, arena, KIND_POD, workload->uid);
	for (uint32_t p = 0; p < own.count && !why.len; p++)
		why = why_unready(r, arena, own.items[p]);
	return why;
}

static void take_unhealthy_kind(struct rehearsal *r, struct revision_state *state, kind_id kind)
{
	SCRATCH(scratch);
	struct objects all = cache_list(runner_cache(r->platform->runner), scratch, kind, STR_NONE);
	int64_t now_s = world_now_ms(r->platform->world) / 1000;

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *o = all.items[i];
		struct health health = health_of(scratch, o->root, now_s);
		struct str why = why_unhealthy(r, scratch, o);
		struct unhealthy u = {
			.kind = o->kind->name,
			.key = { str_copy(r->arena, o->key.namespace),
				 str_copy(r->arena, o->key.name) },
			.source = object_source(&r->repository, r->results.cluster, o->kind->name,
						o->key),
			.message = str_printf(r->arena, "%.*s%s%.*s", STR_FMT(health.message),
					      why.len ? "; " : "", STR_FMT(why)),
		};
		if (health.status != HEALTH_CURRENT)
			VEC_PUSH(r->arena, &state->unhealthy, u);
	}
}

static void take_unhealthy(struct rehearsal *r, struct revision_state *state)
{
	take_unhealthy_kind(r, state, KIND_DEPLOYMENT);
	take_unhealthy_kind(r, state, KIND_DAEMONSET);
	take_unhealthy_kind(r, state, KIND_STATEFULSET);
}

static void take_autoscalers(struct rehearsal *r, struct revision_state *state)
{
	SCRATCH(scratch);
	struct objects all = cache_list(runner_cache(r->platform->runner), scratch,
					KIND_HORIZONTALPODAUTOSCALER, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *o = all.items[i];
		const struct node *active = condition_get(o->root, "ScalingActive");
		struct autoscaler_state s = {
			.key = { str_copy(r->arena, o->key.namespace),
				 str_copy(r->arena, o->key.name) },
			.is_active = str_equal(node_str_at(active, "status"), STR("True")),
			.message = str_copy(r->arena, node_str_at(active, "message")),
		};
		VEC_PUSH(r->arena, &state->autoscalers, s);
	}
}

static void take_kustomizations(struct rehearsal *r, struct revision_state *state)
{
	struct objects all = cache_list(runner_cache(r->platform->runner), r->arena,
					KIND_KUSTOMIZATION, STR_NONE);
	struct str revision = repository_revision_text(&r->repository, state->revision);

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

/* Objects that are assumed ready or bound, because the rehearsal has no controller for them. */
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
			bool claim = kind == KIND_PERSISTENTVOLUMECLAIM;
			if (claim || str_equal(node_str_at(ready, "reason"), STR("Assumed")))
				assumed_add(&r->assumed,
					    object_label_text(scratch, all.items[i]->root));
		}
	}
}

static void take_terminating_kind(struct rehearsal *r, struct revision_state *state, kind_id kind)
{
	SCRATCH(scratch);
	struct objects all = cache_list(runner_cache(r->platform->runner), scratch, kind, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct object *o = all.items[i];
		const struct node *finalizers = node_at(o->root, "metadata.finalizers");
		struct buf text;
		if (!o->facts.deletion_s || !node_item_count(finalizers))
			continue;
		buf_init(&text, r->arena);
		json_write(&text, finalizers, 0);
		struct terminating t = { .kind = o->kind->name,
					 .uid = str_copy(r->arena, o->uid),
					 .finalizers = buf_str(&text),
					 .key = { str_copy(r->arena, o->key.namespace),
						  str_copy(r->arena, o->key.name) } };
		VEC_PUSH(r->arena, &state->terminating, t);
	}
}

static void take_terminating(struct rehearsal *r, struct revision_state *state)
{
	const struct cache *cache = runner_cache(r->platform->runner);

	for (kind_id kind = 1; kind < cache_kind_limit(cache); kind++)
		if (kind != KIND_POD && cache_count(cache, kind))
			take_terminating_kind(r, state, kind);
}

void revision_state_take(struct rehearsal *r, struct revision_state *state)
{
	take_kustomizations(r, state);
	take_unschedulable(r, state);
	take_unhealthy(r, state);
	take_autoscalers(r, state);
	take_terminating(r, state);
	take_assumed(r);
}
