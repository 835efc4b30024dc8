/* status - the Canary's status: how Flagger reads, changes and writes it */
#include "base/arena.h"
#include "doc/make.h"
#include "kube/health.h"
#include "rollout/rollout.h"
#include "rollout/tick.h"

/* The message of a phase is what stands before the kind of the target, and behind it. */
struct phase {
	struct str name;
	const char *condition; /* status of Promoted */
	const char *before, *behind;
	bool names_kind;
	bool keeps_counters; /* weight and iterations survive a change to this phase */
};

static const struct phase phases[] = {
	{ STR_INIT("Initializing"), "Unknown", "New ", " detected, starting initialization.", true,
	  false },
	{ STR_INIT("Initialized"), "True", "", " initialization completed.", true, false },
	{ STR_INIT("Waiting"), "Unknown", "Waiting for approval.", "", false, true },
	{ STR_INIT("WaitingPromotion"), "Unknown", "Waiting for approval.", "", false, false },
	{ STR_INIT("Progressing"), "Unknown", "New revision detected, progressing canary analysis.",
	  "", false, true },
	{ STR_INIT("Promoting"), "Unknown",
	  "Canary analysis completed, starting primary rolling update.", "", false, true },
	{ STR_INIT("Finalising"), "Unknown",
	  "Canary analysis completed, routing all traffic to primary.", "", false, false },
	{ STR_INIT("Succeeded"), "True",
	  "Canary analysis completed successfully, promotion finished.", "", false, false },
	{ STR_INIT("Failed"), "False", "Canary analysis failed, ", " scaled to zero.", true,
	  false },
	{ STR_INIT("Terminating"), "Unknown", "New ", " detected, starting initialization.", true,
	  false },
};

struct str rollout_phase(uint32_t index)
{
	return index < ARRAY_COUNT(phases) ? phases[index].name : STR_NONE;
}

static const struct phase *phase_of(struct str name)
{
	for (size_t i = 0; i < ARRAY_COUNT(phases); i++)
		if (str_equal(phases[i].name, name))
			return &phases[i];
	BUG("no phase '%.*s'", STR_FMT(name));
}

struct status status_read(const struct object *canary)
{
	const struct node *s = node_get(canary->root, STR("status"));

	return (struct status){
		.phase = node_str_at(s, "phase"),
		.weight = node_int_at(s, "canaryWeight", 0),
		.failed_checks = node_int_at(s, "failedChecks", 0),
		.iterations = node_int_at(s, "iterations", 0),
		.applied = node_str_at(s, "lastAppliedSpec"),
		.promoted = node_str_at(s, "lastPromotedSpec"),
		.changed = node_str_at(s, "lastTransitionTime"),
		.cookie = node_str_at(s, "sessionAffinityCookie"),
		.primary_cookie = node_str_at(s, "primarySessionAffinityCookie"),
		.previous_cookie = node_str_at(s, "previousSessionAffinityCookie"),
		.tracked = node_get(s, STR("trackedConfigs")),
		.conditions = node_get(s, STR("conditions")),
	};
}

const struct node *status_condition(struct tick *t, const char *name)
{
	const struct phase *phase = phase_of(str_from_cstr(name));
	const struct node *old = condition_get(t->root, "Promoted");
	struct str since = node_str_at(old, "lastTransitionTime"), now = view_now(t->view);
	struct str kind =
		phase->names_kind ? node_str_at(t->root, "spec.targetRef.kind") : STR_NONE;
	bool same = str_equal(node_str_at(old, "status"), str_from_cstr(phase->condition));

	if (same && str_equal(node_str_at(old, "reason"), phase->name))
		return t->will.conditions;
	return node_make(
		t->arena,
		"[{type: Promoted, status: %c, lastUpdateTime: %s, lastTransitionTime: "
		"%s, message: %s, reason: %s}]",
		phase->condition, now, same && since.len ? since : now,
		str_printf(t->arena, "%s%.*s%s", phase->before, STR_FMT(kind), phase->behind),
		phase->name);
}

static void set_phase(struct tick *t, const char *phase)
{
	t->will.phase = str_from_cstr(phase);
	t->will.conditions = status_condition(t, phase);
	t->will.changed = view_now(t->view);
}

/* The template and the configs as they are now. */
static struct str record(struct tick *t)
{
	struct configs configs;

	t->will.applied = target_hash(t);
	if (!t->kind->has_services)
		return STR_NONE;
	struct str fault = configs_read(t, &configs);
	if (fault.ptr)
		return tick_wrap(t, "GetConfigRefs failed", fault);
	t->will.tracked = configs_map(t, &configs);
	return STR_NONE;
}

struct str status_sync(struct tick *t, const char *phase, int64_t weight)
{
	struct str fault = record(t);

	if (fault.ptr)
		return fault;
	t->will.weight = weight;
	t->will.failed_checks = 0;
	t->will.iterations = 0;
	set_phase(t, phase);
	if (str_equal(t->will.phase, STR("Initialized")))
		t->will.promoted = t->will.applied;
	return STR_NONE;
}

void status_record(struct tick *t)
{
	record(t);
}

void status_phase(struct tick *t, const char *name)
{
	const struct phase *phase = phase_of(str_from_cstr(name));

	set_phase(t, name);
	if (!phase->keeps_counters) {
		t->will.weight = 0;
		t->will.iterations = 0;
	}
	if (str_equal(phase->name, STR("WaitingPromotion")))
		t->will.iterations = t->analysis_iterations - 1;
	if (str_equal(phase->name, STR("Succeeded")))
		t->will.promoted = t->was.applied;
}

void status_failed_check(struct tick *t)
{
	t->will.failed_checks = t->was.failed_checks + 1;
	t->will.changed = view_now(t->view);
}

void status_weight(struct tick *t, int64_t weight)
{
	t->will.weight = weight;
	t->will.changed = view_now(t->view);
}

void status_iterations(struct tick *t, int64_t iterations)
{
	t->will.iterations = iterations;
	t->will.changed = view_now(t->view);
}

/* Keys that are gone as null, so that a merge patch removes them. */
static const struct node *tracked_patch(struct tick *t)
{
	const struct node *old = node_at(t->object->root, "status.trackedConfigs");
	const struct node *patch = t->will.tracked;

	for (uint32_t i = 0; patch && i < node_entry_count(old); i++) {
		struct str key = node_text(node_entry(old, i)->key);
		if (!node_get(t->will.tracked, key))
			patch = node_with(t->arena, patch, key, node_null());
	}
	return patch;
}

static const struct node *text_or_null(struct tick *t, struct str text)
{
	return text.len ? node_str(t->arena, text) : node_null();
}

static bool same_map(const struct node *a, const struct node *b)
{
	return a && b ? node_equal(a, b) : a == b;
}

static bool is_unchanged(const struct status *a, const struct status *b)
{
	return str_equal(a->phase, b->phase) && a->weight == b->weight &&
	       a->failed_checks == b->failed_checks && a->iterations == b->iterations &&
	       str_equal(a->applied, b->applied) && str_equal(a->promoted, b->promoted) &&
	       str_equal(a->cookie, b->cookie) && str_equal(a->primary_cookie, b->primary_cookie) &&
	       str_equal(a->previous_cookie, b->previous_cookie) &&
	       same_map(a->tracked, b->tracked) && same_map(a->conditions, b->conditions);
}

/* A merge patch: what others write to the Canary meanwhile is no conflict. */
void status_flush(struct tick *t)
{
	struct status stored = status_read(t->object);
	const struct status *s = &t->will;

	if (is_unchanged(&stored, s))
		return;
	plan_patch_status(
		t->plan, t->object,
		node_make(t->arena,
			  "{status: {phase: %s, failedChecks: %l, canaryWeight: %l, iterations: "
			  "%l, previousSessionAffinityCookie: %n, sessionAffinityCookie: %n, "
			  "primarySessionAffinityCookie: %n, trackedConfigs: %?n, "
			  "lastAppliedSpec: %n, lastPromotedSpec: %n, lastTransitionTime: %s, "
			  "conditions: %?n}}",
			  s->phase, s->failed_checks, s->weight, s->iterations,
			  text_or_null(t, s->previous_cookie), text_or_null(t, s->cookie),
			  text_or_null(t, s->primary_cookie), tracked_patch(t),
			  text_or_null(t, s->applied), text_or_null(t, s->promoted),
			  view_now(t->view), s->conditions));
}
