/*
 * kustomization - what the files of the Kustomization reconciler share
 *
 * Layer: deliver. Private: kustomization.c, kustomization_apply.c, kustomization_health.c,
 * kustomization_status.c. A reconcile takes several runs: each walks the same steps from the start
 * and stops at the first one whose answers are not there yet, so that every run is a pure function
 * of the view. Only the health check outlives a run's answers; its state is in the key's memory.
 */
#ifndef FORGE_DELIVER_KUSTOMIZATION_H
#define FORGE_DELIVER_KUSTOMIZATION_H

#include "build/flux.h"
#include "deliver/deliver.h"
#include "deliver/inventory.h"
#include "kube/flux_reason.h"

enum wait_phase { WAIT_NONE, WAIT_HEALTH, WAIT_TERMINATION };

/* What the runner keeps for a Kustomization between two reconciles. */
struct memory {
	uint32_t phase; /* enum wait_phase */
	bool healthy;	/* the last health check passed */
	bool changed;	/* this reconcile changed something */
	bool told_dependency;
	bool timed_out;	    /* deleted objects were still there at the deadline */
	int64_t generation; /* of the spec that was tried last */
	uint64_t revision;  /* hash of the source revision that was tried last */
	uint64_t requested; /* hash of the last handled reconcile request */
	int64_t next_ms;    /* when to try again */
	int64_t started_ms;
	int64_t deadline_ms; /* of the wait */
};
static_assert(sizeof(struct memory) <= VIEW_MEMORY_BYTES, "fits the memory of a key");

struct work {
	const struct view *view;
	struct plan *plan;
	struct arena *arena;
	const struct object *object;
	const struct node *root;
	struct memory *memory;
	struct str revision;	   /* of the source's artifact */
	const struct node *status; /* being made */
	const struct render *render;
	struct nodes
		objects; /* of the render, in the order they are applied, with owner's labels */
};

/* The result of a step that takes several runs. */
enum progress {
	STEP_PENDING, /* requests were made: stop here */
	STEP_DONE,
	STEP_FAILED,
};

/* Applies the render in stages. On failure *ret_text says why; *ret_changes lists one line per
 * changed object. */
enum progress kustomization_apply(struct work *w, struct str *ret_changes, struct str *ret_text);

/* Prunes: deletes objects that are in the old inventory and not in the new one. *ret_changes lists
 * deleted and skipped objects. */
enum progress kustomization_prune(struct work *w, const struct node *old,
				  const struct node *inventory, struct str *ret_changes);

/* After applying and pruning: begins the health check, or finishes the reconcile. */
void kustomization_await(struct work *w, const struct node *inventory);

/* Continues the health check until all objects are Current, one has failed, or the timeout. */
void kustomization_check_health(struct work *w);

/* The time since this reconcile began. */
struct str kustomization_elapsed(const struct work *w);

/* Fills w->objects from the render. */
void kustomization_order(struct work *w);

/* Statuses: each writes w->status and the event that belongs to it, and sets when to look again. */
void kustomization_ready(struct work *w);
void kustomization_not_ready(struct work *w, enum flux_reason reason, struct str message, bool tell,
			     int64_t after_ms);
/* list: the objects that are not healthy, in the words of the condition Healthy. */
void kustomization_unhealthy(struct work *w, struct str list);
void kustomization_waiting(struct work *w, const struct node *inventory);
int64_t kustomization_interval_ms(const struct work *w);
int64_t kustomization_retry_ms(const struct work *w);
int64_t kustomization_timeout_ms(const struct work *w); /* of a build, a pruning, a wait */

#endif
