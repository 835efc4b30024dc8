/* settle - runs the world until a revision has settled */
#include "rehearse/settle.h"

#include "base/arena.h"
#include "deliver/deliver.h"
#include "kube/health.h"
#include "rehearse/assumed_config.h"
#include "rehearse/faults.h"
#include "rehearse/playing.h"
#include "rehearse/rehearsal_inside.h"

enum {
	QUIET_MS = 65000, /* nothing changes: dependencies are polled every 30 s */
	STEP_MS = 5000,
	CANARY_STUCK_MS = 15 * 60000, /* a Canary that does not move for so long is stuck */
	LIMIT_MS = 24 * 3600 * 1000,
	INTERVAL_MAX_MS = 3600 * 1000, /* of a Kustomization that has a longer one */
	DEADLINE_MAX_S = 3600,	       /* of a Deployment that has a longer one, or none */
	OTHER_DEADLINE_S =
		280,	     /* of workloads that have none; back-offs are no longer than 300 s */
	DOWN_WINDOW_S = 300, /* of an autoscaler that does not say */
};

static bool is_waiting(const struct object *k)
{
	const struct node *ready = condition_get(k->root, "Ready");

	if (node_bool_at(k->root, "spec.suspend", false) || k->facts.deletion_s)
		return false;
	return !ready || str_equal(node_str_at(ready, "status"), STR("Unknown"));
}

static bool kustomizations_wait(struct rehearsal *r)
{
	SCRATCH(scratch);
	struct objects all = cache_list(runner_cache(r->platform->runner), scratch,
					KIND_KUSTOMIZATION, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++)
		if (is_waiting(all.items[i]))
			return true;
	return false;
}

/* Then the verdict is made: to wait for what takes long tells no more. */
static bool has_failed(struct rehearsal *r)
{
	SCRATCH(scratch);
	struct objects all = cache_list(runner_cache(r->platform->runner), scratch,
					KIND_KUSTOMIZATION, STR_NONE);

	for (uint32_t i = 0; i < all.count; i++) {
		const struct node *ready = condition_get(all.items[i]->root, "Ready");
		if (str_equal(node_str_at(ready, "status"), STR("False")))
			return true;
	}
	return false;
}

static bool has_ended(const struct object *canary)
{
	static const struct str ends[] = { STR_INIT("Initialized"), STR_INIT("Succeeded"),
					   STR_INIT("Failed"), STR_INIT("Terminated") };
	struct str phase = node_str_at(canary->root, "status.phase");

	if (node_bool_at(canary->root, "spec.suspend", false))
		return true;
	for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
		if (str_equal(ends[i], phase))
			return true;
	return false;
}

static int64_t interval_ms(const struct object *canary)
{
	return flux_duration_ms(node_at(canary->root, "spec.analysis.interval"), 60000);
}

/* A Canary that has not moved for so long is stuck. */
static bool still_moves(struct rehearsal *r, const struct object *canary, int64_t start_ms)
{
	const struct recorded_canary *c = record_canary(&r->record, canary->key);
	int64_t deadline_s = MIN(node_int_at(canary->root, "spec.progressDeadlineSeconds", 600),
				 (int64_t)INT32_MAX);
	int64_t patience_ms =
		MAX((int64_t)CANARY_STUCK_MS, 10 * interval_ms(canary) + deadline_s * 1000);
	int64_t moved_ms = c && c->states.count ? c->states.items[c->states.count - 1].at_ms : 0;

	return world_now_ms(r->platform->world) - MAX(moved_ms, start_ms) < patience_ms;
}

/* An autoscaler that sees metrics makes a workload smaller only after a while. */
static int64_t autoscalers_need_ms(struct rehearsal *r)
{
	SCRATCH(scratch);
	struct objects all = cache_list(runner_cache(r->platform->runner), scratch,
					KIND_HORIZONTALPODAUTOSCALER, STR_NONE);
	bool tells_usage = scenario_tells_usage(r->options->scenario);
	int64_t longest_ms = 0;

	for (uint32_t i = 0; tells_usage && i < all.count; i++) {
		int64_t window_s = node_int_at(all.items[i]->root,
					       "spec.behavior.scaleDown.stabilizationWindowSeconds",
					       DOWN_WINDOW_S);
		longest_ms = MAX(longest_ms, window_s * 1000 + QUIET_MS);
	}
	return longest_ms;
}

/* A workload that is on its way has the time that its deadline gives it. */
static int64_t workload_needs_ms(struct rehearsal *r, const struct object *o)
{
	SCRATCH(scratch);
	int64_t now_s = world_now_ms(r->platform->world) / 1000;
	struct health health = health_of(scratch, o->root, now_s);
	int64_t deadline_s = node_int_at(o->root, "spec.progressDeadlineSeconds", 600);
	int64_t most_s = o->kind->id == KIND_DEPLOYMENT ? DEADLINE_MAX_S : OTHER_DEADLINE_S;

	bool is_played = node_at(o->root, "spec.template.metadata.labels[forge.dev/play]");

	/* Pods that are played are at their end at once. */
	if (health.status != HEALTH_IN_PROGRESS || is_played ||
	    node_bool_at(o->root, "spec.paused", false))
		return 0;
	return MIN(MAX(deadline_s, (int64_t)0), most_s) * 1000 + STEP_MS;
}

static int64_t workloads_need_ms(struct rehearsal *r)
{
	static const kind_id kinds[] = { KIND_DEPLOYMENT, KIND_STATEFULSET, KIND_DAEMONSET };
	int64_t longest_ms = 0;

	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		SCRATCH(scratch);
		struct objects all =
			cache_list(runner_cache(r->platform->runner), scratch, kinds[i], STR_NONE);
		for (uint32_t k = 0; k < all.count; k++)
			longest_ms = MAX(longest_ms, workload_needs_ms(r, all.items[k]));
	}
	return longest_ms;
}

/* How long it must be quiet; -1: a Canary is under way. */
static int64_t quiet_needed_ms(struct rehearsal *r, int64_t start_ms)
{
	SCRATCH(scratch);
	struct objects all =
		cache_list(runner_cache(r->platform->runner), scratch, KIND_CANARY, STR_NONE);
	int64_t workloads_ms = has_failed(r) ? 0 : workloads_need_ms(r);
	int64_t quiet_ms = MAX(MAX((int64_t)QUIET_MS, workloads_ms), autoscalers_need_ms(r));
	bool stuck = false;

	for (uint32_t i = 0; i < all.count; i++) {
		if (has_ended(all.items[i])) /* a change of the target is seen at the next tick */
			quiet_ms = MAX(quiet_ms, 2 * interval_ms(all.items[i]) + QUIET_MS);
		else if (still_moves(r, all.items[i], start_ms))
			return -1;
		else
			stuck = true;
	}
	/* One that is stuck goes on trying; the others had time enough meanwhile. */
	return stuck ? QUIET_MS : quiet_ms;
}

/*
 * Until each Kustomization has had its interval with what the revision changed: that may be what
 * another one needs, or lives in. The first revision has run for long.
 */
static int64_t intervals_end_ms(struct rehearsal *r, int64_t start_ms)
{
	SCRATCH(scratch);
	struct objects all = cache_list(runner_cache(r->platform->runner), scratch,
					KIND_KUSTOMIZATION, STR_NONE);
	int64_t longest_ms = 0;

	for (uint32_t i = 0; r->states.count && i < all.count; i++) {
		const struct node *root = all.items[i]->root;
		int64_t interval_ms =
			flux_duration_ms(node_at(root, "spec.interval"), INTERVAL_MAX_MS);
		if (!node_bool_at(root, "spec.suspend", false))
			longest_ms = MAX(longest_ms, MIN(interval_ms, (int64_t)INTERVAL_MAX_MS));
	}
	return longest_ms && !has_failed(r) ? start_ms + longest_ms + STEP_MS : start_ms;
}

/* The scenario may ship the next revision before this one has come to rest. */
static bool next_is_due(struct rehearsal *r)
{
	uint32_t next = r->record.revision + 1;

	return next < r->revision_count && playing_ships_early(r->playing, next) &&
	       playing_moment_is_here(r->playing, next) && !kustomizations_wait(r);
}

/* Pods that workloads of one kind want; those of an owner are counted there. */
static int64_t pods_wanted(const struct objects *all, const struct object **largest)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < all->count; i++) {
		const struct object *o = all->items[i];
		if (o->facts.owner_uid.len)
			continue;
		sum += MIN(MAX(o->facts.replicas_wanted, (int64_t)0), (int64_t)INT32_MAX);
		if (!*largest || o->facts.replicas_wanted > (*largest)->facts.replicas_wanted)
			*largest = o;
	}
	return sum;
}

/* Beyond the limit the hours of a release would take hours. */
static int limit_pods(struct rehearsal *r, struct error *err)
{
	static const kind_id kinds[] = { KIND_DEPLOYMENT, KIND_REPLICASET, KIND_STATEFULSET };
	const struct object *largest = NULL;
	int64_t sum = 0;

	if (cache_count(runner_cache(r->platform->runner), KIND_POD) > PLATFORM_PODS_MAX)
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "more than %d pods; the cluster plays no more", PLATFORM_PODS_MAX);
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		SCRATCH(scratch);
		struct objects all =
			cache_list(runner_cache(r->platform->runner), scratch, kinds[i], STR_NONE);
		sum += pods_wanted(&all, &largest);
	}
	if (sum <= REHEARSAL_PODS_MAX)
		return 0;
	const struct node *source =
		repository_find(&r->repository, largest->kind->name, largest->key);
	error_set(err, ERROR_INPUT, source ? source->position : ERROR_NO_POSITION,
		  "workloads want %lld pods, %.*s/%.*s the most of them; a rehearsal plays at "
		  "most %d",
		  (long long)sum, STR_FMT(largest->key.namespace), STR_FMT(largest->key.name),
		  REHEARSAL_PODS_MAX);
	return error_hint(err, "rehearse a cluster with fewer replicas; they behave alike");
}

int settle(struct rehearsal *r, bool *ret_unsettled, struct error *err)
{
	struct platform *p = r->platform;
	int64_t start_ms = world_now_ms(p->world);

	*ret_unsettled = false;
	for (;;) {
		int64_t now_ms = world_now_ms(p->world);
		int64_t quiet_ms = quiet_needed_ms(r, start_ms);
		int64_t changed_ms = MAX(platform_changed_ms(p), start_ms);
		/* What pods wait for by now nobody makes: the first revision runs all the same. */
		bool made = now_ms - changed_ms >= QUIET_MS &&
			    assumed_config_make(r, /* is_first_revision= */ !r->states.count);
		bool waits = made || quiet_ms < 0 || now_ms < intervals_end_ms(r, start_ms) ||
			     kustomizations_wait(r) || faults_are_due(playing_faults(r->playing));
		if (next_is_due(r) || (!waits && now_ms - changed_ms >= quiet_ms))
			return 0;
		if (now_ms - start_ms >= LIMIT_MS) {
			*ret_unsettled = true;
			return 0;
		}
		r->results.virtual_ms = now_ms - SIMULATED_EPOCH_MS;
		if (r->options->watch &&
		    r->options->watch(r->options->watch_context, &r->results, err) < 0)
			return -1;
		if (world_run_for(p->world, STEP_MS, err) < 0 || limit_pods(r, err) < 0)
			return -1;
	}
}
