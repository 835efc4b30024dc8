/*
 * tick - one run of Flagger's control loop over one Canary
 *
 * Layer: rollout. Private: its folder. A tick is a straight sequence, as in Flagger; each answer
 * it needs (a webhook, a metric) ends the run, and the next run goes through the same sequence
 * with one answer more. Only the run that asks for nothing writes. So nothing before a request may
 * depend on what an earlier run of the same tick did, and everything reads the view or this
 * struct.
 *
 * Functions that may fail return a fault: the text of Flagger's error, STR_NONE when all is well.
 * Source of the behaviour: fluxcd/flagger pkg/controller, pkg/canary, pkg/router.
 */
#ifndef FORGE_ROLLOUT_TICK_H
#define FORGE_ROLLOUT_TICK_H

#include "api/plan.h"

enum { TOTAL_WEIGHT = 100 };

struct configs;
struct target_kind;

struct status {
	struct str phase;
	int64_t weight;
	int64_t failed_checks;
	int64_t iterations;
	struct str applied;  /* hash of the template: lastAppliedSpec */
	struct str promoted; /* lastPromotedSpec */
	struct str changed;  /* lastTransitionTime */
	struct str cookie, primary_cookie, previous_cookie;
	const struct node *tracked; /* map, or NULL */
	const struct node *conditions;
};

struct tick {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *object; /* the Canary */
	const struct node *root;
	const struct node *analysis; /* NULL: none */
	const struct node *service;  /* spec.service */
	struct key key;
	struct str provider;			    /* istio, kubernetes, … */
	struct str target_name;			    /* spec.targetRef.name */
	struct str primary_name;		    /* …-primary */
	struct str apex, apex_primary, apex_canary; /* Services */
	const struct target_kind *kind;
	const struct object *target;
	const struct object *primary;		      /* NULL: not there (yet) */
	struct str label, label_value, primary_value; /* of the selector */
	const struct node *routes; /* the VirtualService as this tick leaves it, or NULL */
	int64_t primary_weight, canary_weight;
	bool mirrored;
	int64_t analysis_iterations; /* as provider kubernetes sets them */
	bool has_match;		     /* A/B conditions, unless the provider ignores them */
	struct status was;	     /* what Flagger's copy of the Canary holds */
	struct status will;
	bool pending;		      /* tick_ask() has made a request: */
	struct plan_request question; /* tick_send() plans it */
};

/* --- tick.c: events, answers ----------------------------------------------------------------- */

void tick_tell(struct tick *t, const char *format, ...) PRINTF_LIKE(2, 3);
void tick_warn(struct tick *t, const char *format, ...) PRINTF_LIKE(2, 3);
/* Emits a warning event for a fault; true when there is one. */
bool tick_fails(struct tick *t, struct str fault);
struct str tick_fault(struct tick *t, const char *format, ...) PRINTF_LIKE(2, 3);
struct str tick_wrap(struct tick *t, const char *what, struct str fault); /* "what: fault" */

/* The answer, or NULL: then the run must end, and what it has planned is dropped. */
const struct answer *tick_ask(struct tick *t, struct str kind, struct str name,
			      const struct node *arguments);
/* Plans the request that the tick is waiting for; the last thing that it does. */
void tick_send(struct tick *t);

/* Replaces an object, whatever version it has now; custom kinds need the version. */
void tick_update(struct tick *t, const struct object *from, const struct node *root);
const struct object *tick_get(const struct tick *t, kind_id kind, struct str name);

bool tick_phase(const struct tick *t, const char *phase);
bool tick_is_new(const struct tick *t); /* no phase, or Initializing */
bool tick_skips_analysis(const struct tick *t);
int64_t tick_threshold(const struct tick *t);
int64_t tick_interval_ms(const struct tick *t);

/* Letters and hex digits that depend on the Canary, the time and a purpose only. */
struct str tick_uuid(const struct tick *t);
struct str tick_letters(const struct tick *t, const char *purpose, uint32_t count);

/* --- status.c -------------------------------------------------------------------------------- */

struct status status_read(const struct object *canary);
/* What Flagger calls SyncStatus: phase and weight, other counters zero; records the template and
 * the configs as applied. */
struct str status_sync(struct tick *t, const char *phase, int64_t weight);
void status_record(struct tick *t); /* records them and changes nothing else: for phase Failed */
void status_phase(struct tick *t, const char *phase);
void status_failed_check(struct tick *t);
void status_weight(struct tick *t, int64_t weight);
void status_iterations(struct tick *t, int64_t iterations);
void status_flush(struct tick *t); /* into the plan, when something but the time differs */
const struct node *status_condition(struct tick *t, const char *phase);

/* --- target*.c: the workload ----------------------------------------------------------------- */

struct readiness {
	bool ready;
	bool retriable;
	struct str message;
};

struct target_kind {
	struct str name; /* Deployment */
	kind_id id;
	struct str word;     /* deployment: in messages */
	struct str resource; /* deployments.apps */
	struct str (*create_primary)(struct tick *t);
	struct str (*promote)(struct tick *t);
	struct readiness (*ready)(struct tick *t, const struct object *workload,
				  int64_t threshold_percent);
	struct readiness (*primary_ready)(struct tick *t);
	struct readiness (*canary_ready)(struct tick *t);
	struct str (*scale_to_zero)(struct tick *t);
	struct str (*scale_from_zero)(struct tick *t);
	struct str (*finalize)(struct tick *t);
	const struct node *(*revision)(struct tick *t); /* what a new revision differs in */
	bool has_services; /* Flagger makes its Services; configs are tracked */
};

extern const struct target_kind target_deployment, target_daemonset, target_service;

/* Target, primary, label and value. */
struct str target_read(struct tick *t);
struct str target_hash(struct tick *t);
bool target_has_changed(struct tick *t);
struct str target_not_found(struct tick *t, const struct target_kind *kind, struct str name);
const struct node *target_owner(struct tick *t);
/* Metadata of the copy: labels with the primary's value, annotations. */
/* How a primary takes over what its target has become. */
struct promotion {
	const struct str *fields; /* of spec; ends with an absent one */
	const struct node *(*template)(struct tick *t, const struct configs *configs);
};
struct str target_promote(struct tick *t, const struct promotion *promotion);

const struct node *target_primary_labels(struct tick *t, const struct node *labels);
const struct node *target_pod_annotations(struct tick *t, const struct node *annotations);
const struct node *target_without_toolkit(struct tick *t, const struct node *map);

/* --- configs.c: ConfigMaps and Secrets the target refers to ---------------------------------- */

struct config {
	struct str id; /* "configmap/name" */
	bool secret;
	const struct object *object;
	struct str checksum;
};

struct configs {
	struct config *items;
	uint32_t count;
};

struct str configs_read(struct tick *t, struct configs *ret);
const struct node *configs_map(struct tick *t, const struct configs *configs);
struct str configs_changed(struct tick *t, bool *ret);
void configs_copy(struct tick *t, const struct configs *configs);
const struct node *configs_rewrite(struct tick *t, const struct node *pod_spec,
				   const struct configs *configs);

/* --- services.c ------------------------------------------------------------------------------ */

void services_initialize(struct tick *t); /* primary and canary */
void services_reconcile(struct tick *t);  /* apex */
struct str services_finalize(struct tick *t);
/* The annotations that keep Flux from changing the object, and those given. */
const struct node *services_annotations(struct tick *t, const struct node *annotations);

/* --- routes.c: VirtualService and DestinationRules, nothing with other providers ------------- */

struct str routes_reconcile(struct tick *t);
struct str routes_read(struct tick *t); /* weights and mirror */
struct str routes_set(struct tick *t, int64_t primary, int64_t canary, bool mirrored);
struct str routes_finalize(struct tick *t);

/* --- scaler.c: HorizontalPodAutoscaler and ScaledObject of the primary ----------------------- */

bool scaler_is_wanted(const struct tick *t);
struct str scaler_reconcile(struct tick *t, bool initial);
struct str scaler_pause(struct tick *t);
struct str scaler_resume(struct tick *t);

/* --- hooks.c: webhooks ----------------------------------------------------------------------- */

bool hooks_confirm_rollout(struct tick *t);
bool hooks_confirm_traffic_increase(struct tick *t);
bool hooks_confirm_promotion(struct tick *t);
bool hooks_pre_rollout(struct tick *t);
bool hooks_rollout(struct tick *t);
bool hooks_rollback(struct tick *t); /* true: roll back */
void hooks_post_rollout(struct tick *t, const char *phase);
/* Sends the events of the plan to hooks of type event. */
void hooks_events(struct tick *t);

/* --- metrics.c ------------------------------------------------------------------------------- */

/* Emits an event that says whether all metric providers answer; the tick goes on either way. */
void metrics_check_online(struct tick *t);
bool metrics_check(struct tick *t);

/* --- query.c --------------------------------------------------------------------------------- */

/* {{ name }}, {{ variables.x }} … replaced; a fault when the template is wrong. */
struct str query_render(struct tick *t, struct str text, const struct node *metric,
			struct str *ret);
struct str query_builtin(const struct tick *t, bool duration);

/* --- strategy.c ------------------------------------------------------------------------------ */

void strategy_step(struct tick *t);
void strategy_promote(struct tick *t); /* phase Promoting: traffic back to the primary */
void strategy_roll_back(struct tick *t);
void strategy_fail_promotion(struct tick *t, struct str why);
int64_t strategy_max_weight(const struct tick *t);

#endif
