/* canary - the Canary's reconciler: when a tick is due, and its steps in Flagger's order */
#include "base/arena.h"
#include "base/hash.h"
#include "doc/make.h"
#include "rollout/rollout.h"
#include "rollout/tick.h"

enum {
	WINDOW_MS = 10000,  /* Flagger looks for new Canaries that often */
	FINALIZE_MS = 3000, /* between two looks at a target that comes back */
	FINALIZE_FAULT_MS = 30000,
	ITERATIONS_DEFAULT = 10,
};

#define FINALIZER "finalizer.flagger.app"

struct memory {
	int64_t interval_ms; /* 0: no ticker yet */
	int64_t next_ms;     /* when the next tick is due */
};
static_assert(sizeof(struct memory) <= VIEW_MEMORY_BYTES, "fits the memory of a key");

/* Beginning a tick */

static struct tick begin(const struct view *view, const struct object *canary, struct plan *plan)
{
	struct tick t = { .view = view, .plan = plan, .arena = plan->arena, .object = canary };

	t.root = canary->root;
	t.key = canary->key;
	t.analysis = node_at(t.root, "spec.analysis");
	if (!t.analysis)
		t.analysis = node_at(t.root, "spec.canaryAnalysis");
	t.service = node_at(t.root, "spec.service");
	t.provider = node_str_at(t.root, "spec.provider");
	if (!t.provider.len)
		t.provider = STR("istio");
	t.target_name = node_str_at(t.root, "spec.targetRef.name");
	t.primary_name = str_concat(t.arena, t.target_name, STR("-primary"));
	t.apex = node_str_at(t.service, "name");
	if (!t.apex.len)
		t.apex = t.target_name;
	t.apex_primary = str_concat(t.arena, t.apex, STR("-primary"));
	t.apex_canary = str_concat(t.arena, t.apex, STR("-canary"));
	t.analysis_iterations = node_int_at(t.analysis, "iterations", 0);
	t.has_match = node_item_count(node_get(t.analysis, STR("match")));
	t.was = t.will = status_read(canary);
	return t;
}

/* Preparing: steps 1 to 6 */

/* Checks readiness of target or primary; one that can never become ready is rolled back. */
static bool is_ready(struct tick *t, struct readiness r)
{
	if (r.ready)
		return true;
	tick_warn(t, "%.*s", STR_FMT(r.message));
	if (!r.retriable)
		strategy_roll_back(t);
	return false;
}

static bool initialize_primary(struct tick *t)
{
	if (tick_fails(t, t->kind->create_primary(t)))
		return false;
	if (!tick_is_new(t) || tick_skips_analysis(t))
		return true;
	return is_ready(t, t->kind->primary_ready(t));
}

static bool initialize_status(struct tick *t)
{
	struct str fault;

	if (!tick_is_new(t))
		return true;
	fault = status_sync(t, "Initialized", 0);
	if (fault.ptr) {
		tick_warn(t, "failed to sync canary %.*s.%.*s status: %.*s", STR_FMT(t->key.name),
			  STR_FMT(t->key.namespace), STR_FMT(fault));
		return false;
	}
	t->was = t->will;
	tick_tell(t, "Initialization done! %.*s.%.*s", STR_FMT(t->key.name),
		  STR_FMT(t->key.namespace));
	return true;
}

/* Only the routers of these two providers are simulated. */
static bool is_played(struct tick *t)
{
	if (str_equal(t->provider, STR("istio")) || str_equal(t->provider, STR("kubernetes")))
		return true;
	tick_warn(t, "the provider %.*s is not played here", STR_FMT(t->provider));
	return false;
}

static bool prepare(struct tick *t)
{
	bool new = tick_is_new(t);

	if (node_bool_at(t->root, "spec.suspend", false)) {
		tick_tell(t, "skipping canary run as object is suspended");
		return false;
	}
	if (!is_played(t) || tick_fails(t, target_read(t)))
		return false;
	services_initialize(t);
	if (new && !tick_skips_analysis(t))
		metrics_check_online(t);
	if (!initialize_primary(t) || tick_fails(t, scaler_reconcile(t, /* initial= */ true)))
		return false;
	if (new &&tick_fails(t, scaler_pause(t)))
		return false;
	services_reconcile(t);
	if (new &&tick_fails(t, t->kind->scale_to_zero(t)))
		return false;
	return !tick_fails(t, routes_reconcile(t)) && initialize_status(t);
}

/* Deciding: steps 7 to 11 */

static bool is_under_way(const struct tick *t)
{
	return tick_phase(t, "Progressing") || tick_phase(t, "WaitingPromotion") ||
	       tick_phase(t, "Promoting") || tick_phase(t, "Finalising");
}

static bool has_changed(struct tick *t, bool *ret)
{
	*ret = target_has_changed(t);
	if (*ret || !t->kind->has_services)
		return true;
	return !tick_fails(t, configs_changed(t, ret));
}

/* A failed revision is recorded as applied, so that it is not tried again. */
static bool should_advance(struct tick *t)
{
	bool changed;

	if (is_under_way(t) || tick_phase(t, "Waiting"))
		return true;
	if (tick_phase(t, "Failed"))
		status_record(t);
	return has_changed(t, &changed) && changed;
}

static bool primary_is_ready(struct tick *t)
{
	if (tick_skips_analysis(t))
		return true;
	struct readiness r = t->kind->primary_ready(t);
	if (r.ready)
		return true;
	tick_warn(t, "%.*s", STR_FMT(r.message));
	if (r.retriable)
		return false;
	if (tick_phase(t, "Promoting") || tick_phase(t, "Finalising"))
		strategy_fail_promotion(t, r.message);
	else
		strategy_roll_back(t);
	return false;
}

static void scale_up(struct tick *t)
{
	if (!hooks_confirm_rollout(t))
		return;
	tick_tell(t, "New revision detected! Scaling up %.*s.%.*s", STR_FMT(t->target_name),
		  STR_FMT(t->key.namespace));
	if (tick_fails(t, scaler_resume(t)) || tick_fails(t, t->kind->scale_from_zero(t)))
		return;
	status_sync(t, "Progressing", 0);
}

/* True when the target has got another revision during the analysis. */
static bool restart(struct tick *t)
{
	bool changed;

	if (!tick_phase(t, "Progressing") && !tick_phase(t, "WaitingPromotion"))
		return false;
	changed = target_has_changed(t);
	if (!changed && t->kind->has_services)
		configs_changed(t, &changed);
	if (!changed)
		return false;
	tick_tell(t, "New revision detected! Restarting analysis for %.*s.%.*s",
		  STR_FMT(t->target_name), STR_FMT(t->key.namespace));
	if (!tick_fails(t, routes_set(t, TOTAL_WEIGHT, 0, /* mirrored= */ false)))
		tick_fails(t, status_sync(t, "Progressing", 0));
	return true;
}

static bool decide(struct tick *t)
{
	if (!should_advance(t) || !primary_is_ready(t) || tick_fails(t, routes_read(t)))
		return false;
	if (!is_under_way(t)) {
		scale_up(t);
		return false;
	}
	return !restart(t) && is_ready(t, t->kind->canary_ready(t));
}

/* Analysis: steps 13 to 18 */

static bool skip_analysis(struct tick *t)
{
	if (!tick_skips_analysis(t))
		return false;
	if (tick_fails(t, routes_set(t, TOTAL_WEIGHT, 0, /* mirrored= */ false)))
		return true;
	tick_tell(t, "Copying %.*s.%.*s template spec to %.*s.%.*s", STR_FMT(t->target_name),
		  STR_FMT(t->key.namespace), STR_FMT(t->primary_name), STR_FMT(t->key.namespace));
	if (tick_fails(t, t->kind->promote(t)) ||
	    tick_fails(t, scaler_reconcile(t, /* initial= */ false)) ||
	    tick_fails(t, scaler_pause(t)) || tick_fails(t, t->kind->scale_to_zero(t)))
		return true;
	status_phase(t, "Succeeded");
	hooks_post_rollout(t, "Succeeded");
	tick_tell(t, "Promotion completed! Canary analysis was skipped for %.*s.%.*s",
		  STR_FMT(t->target_name), STR_FMT(t->key.namespace));
	return true;
}

static bool roll_back_by_hand(struct tick *t)
{
	if (!tick_phase(t, "Progressing") && !tick_phase(t, "WaitingPromotion"))
		return false;
	if (!hooks_rollback(t))
		return false;
	tick_warn(t, "Rolling back %.*s.%.*s manual webhook invoked", STR_FMT(t->key.name),
		  STR_FMT(t->key.namespace));
	strategy_roll_back(t);
	return true;
}

static void finalise(struct tick *t)
{
	if (tick_fails(t, scaler_pause(t)) || tick_fails(t, t->kind->scale_to_zero(t)))
		return;
	status_phase(t, "Succeeded");
	hooks_post_rollout(t, "Succeeded");
	tick_tell(t, "Promotion completed! Scaling down %.*s.%.*s", STR_FMT(t->target_name),
		  STR_FMT(t->key.namespace));
}

/* The first tick of an analysis has no traffic to measure yet. */
static bool check(struct tick *t)
{
	bool mirrors = node_bool_at(t->analysis, "mirror", false) && t->mirrored;

	if (t->canary_weight || t->was.iterations || mirrors)
		return hooks_rollout(t) && metrics_check(t);
	tick_tell(t, "Starting canary analysis for %.*s.%.*s", STR_FMT(t->target_name),
		  STR_FMT(t->key.namespace));
	return hooks_pre_rollout(t);
}

/* Without a mesh there are only iterations. */
static void limit_strategy(struct tick *t)
{
	if (!str_equal(t->provider, STR("kubernetes")))
		return;
	if (t->has_match)
		tick_warn(t, "A/B testing is not supported when using the kubernetes provider");
	t->has_match = false;
	if (t->analysis_iterations >= 1)
		return;
	tick_warn(t, "Progressive traffic is not supported when using the kubernetes provider");
	tick_warn(t, "Setting canaryAnalysis.iterations: 10");
	t->analysis_iterations = ITERATIONS_DEFAULT;
}

static void go_on(struct tick *t)
{
	if (skip_analysis(t) || roll_back_by_hand(t) || t->pending)
		return;
	if (tick_phase(t, "Promoting")) {
		if (!tick_fails(t, scaler_reconcile(t, /* initial= */ false)))
			strategy_promote(t);
	} else if (tick_phase(t, "Finalising")) {
		finalise(t);
	} else if (t->was.failed_checks >= tick_threshold(t)) {
		strategy_roll_back(t);
	} else if (check(t)) {
		limit_strategy(t);
		strategy_step(t);
	} else {
		status_failed_check(t);
	}
}

static void run(struct tick *t)
{
	if (prepare(t) && !t->pending && decide(t) && !t->pending)
		go_on(t);
	status_flush(t);
	if (t->pending)
		tick_send(t);
	else
		hooks_events(t);
}

/* Finalizers */

static bool has_finalizer(const struct tick *t)
{
	return object_has_finalizer(t->root, STR(FINALIZER));
}

static void set_finalizer(struct tick *t, bool present)
{
	const struct node *root =
		present ? object_with_finalizer(t->arena, t->root, STR(FINALIZER))
			: object_without_finalizer(t->arena, t->root, STR(FINALIZER));

	plan_patch(t->plan, t->object,
		   node_make(t->arena, "{metadata: {finalizers: %n}}", object_finalizers(root)));
}

static struct str begin_reverting(struct tick *t)
{
	if (!tick_phase(t, "Terminating")) {
		status_phase(t, "Terminating");
		tick_tell(t, "Terminating canary %.*s.%.*s", STR_FMT(t->key.name),
			  STR_FMT(t->key.namespace));
	}
	struct str fault = target_read(t);
	if (!fault.ptr)
		fault = scaler_resume(t);
	return fault.ptr ? fault : t->kind->finalize(t);
}

/* Scales the target to its old size; when it is ready, restores Services and routes. */
static void finalize(struct tick *t)
{
	struct str fault = begin_reverting(t);
	bool scaled = t->plan->writes.count > 0;

	status_flush(t);
	if (fault.ptr) {
		plan_requeue(t->plan, FINALIZE_FAULT_MS);
		return;
	}
	if (scaled || !tick_phase(t, "Terminating") || !t->kind->canary_ready(t).ready) {
		plan_requeue(t->plan, FINALIZE_MS);
		return;
	}
	if (services_finalize(t).ptr || routes_finalize(t).ptr) {
		plan_requeue(t->plan, FINALIZE_FAULT_MS);
		return;
	}
	set_finalizer(t, false);
	tick_tell(t, "Terminated canary %.*s.%.*s", STR_FMT(t->key.name),
		  STR_FMT(t->key.namespace));
}

/* Scheduling */

/* Flagger never looks at such a Canary again. */
static bool is_refused(const struct tick *t)
{
	const struct node *affinity = node_get(t->analysis, STR("sessionAffinity"));

	return affinity && str_equal(node_str_at(affinity, "cookieName"),
				     node_str_at(affinity, "primaryCookieName"));
}

/* Writes the finalizer, and the first status of a new Canary; true when it is new. */
static bool introduce(struct tick *t)
{
	bool reverts = node_bool_at(t->root, "spec.revertOnDeletion", false);
	bool new = !t->was.conditions;

	if (new) {
		t->will.phase = STR("Initializing");
		t->will.conditions = status_condition(t, "Initializing");
		status_flush(t);
	}
	if (reverts != has_finalizer(t))
		set_finalizer(t, reverts);
	return new;
}

/* A new interval starts a new ticker at the next window. */
static bool is_due(const struct tick *t, struct memory *m)
{
	int64_t now_ms = t->view->now_ms;

	if (m->interval_ms != tick_interval_ms(t)) {
		m->interval_ms = tick_interval_ms(t);
		m->next_ms = (now_ms / WINDOW_MS + 1) * WINDOW_MS;
	}
	return now_ms >= m->next_ms || t->view->answers->count > 0;
}

static void schedule_next(const struct tick *t, struct memory *m)
{
	while (m->next_ms <= t->view->now_ms)
		m->next_ms += m->interval_ms;
	plan_requeue(t->plan, m->next_ms - t->view->now_ms);
}

static int reconcile(const struct view *view, struct key key, struct plan *plan, struct error *err)
{
	const struct object *canary = view_get(view, KIND_CANARY, key);

	(void)err;
	if (!canary)
		return 0;
	struct memory *m = plan_memory(plan, view, canary);
	struct tick t = begin(view, canary, plan);
	if (canary->facts.deletion_s) {
		if (has_finalizer(&t))
			finalize(&t);
		return 0;
	}
	if (is_refused(&t) || introduce(&t))
		return 0;
	if (!is_due(&t, m)) {
		plan_requeue(plan, m->next_ms - view->now_ms);
		return 0;
	}
	run(&t);
	if (!plan->requests.count)
		schedule_next(&t, m);
	return 0;
}

static const struct reconciler_watch watches[] = {
	{ KIND_CANARY, map_self },
	{},
};

const struct reconciler canary_reconciler = {
	.name = "flagger",
	.reconcile = reconcile,
	.watches = watches,
};

const struct reconciler *const rollout_reconcilers[] = { &canary_reconciler, NULL };
