/* settle - when a revision has come to rest */
#include "rehearse/settle.h"

#include "base/arena.h"
#include "deliver/deliver.h"
#include "kube/health.h"
#include "rehearse/rehearsal.h"

enum {
	QUIET_MS = 65000, /* nothing changes: dependencies are polled every 30 s */
	STEP_MS = 5000,
	CANARY_STUCK_MS = 15 * 60000, /* a Canary that does not move for so long is stuck */
	LIMIT_MS = 24 * 3600 * 1000,
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

/* How long it must be quiet before a Canary that has not ended counts as stuck; 0: all have ended.
 * */
static int64_t canary_patience_ms(struct rehearsal *r)
{
	SCRATCH(scratch);
	struct objects all =
		cache_list(runner_cache(r->platform->runner), scratch, KIND_CANARY, STR_NONE);
	int64_t patience_ms = 0;

	for (uint32_t i = 0; i < all.count; i++) {
		const struct node *root = all.items[i]->root;
		int64_t interval_ms =
			flux_duration_ms(node_at(root, "spec.analysis.interval"), 60000);
		int64_t deadline_s = node_int_at(root, "spec.progressDeadlineSeconds", 600);
		if (has_ended(all.items[i]))
			/* A change of the target is seen at the next tick. */
			patience_ms = MAX(patience_ms, 2 * interval_ms + QUIET_MS);
		else
			patience_ms = MAX(patience_ms, MAX((int64_t)CANARY_STUCK_MS,
							   10 * interval_ms + deadline_s * 1000));
	}
	return patience_ms;
}

int settle(struct rehearsal *r, bool *ret_unsettled, struct error *err)
{
	struct platform *p = r->platform;
	int64_t start_ms = world_now_ms(p->world);

	*ret_unsettled = false;
	p->changed_ms = start_ms;
	for (;;) {
		int64_t now_ms = world_now_ms(p->world);
		int64_t quiet_ms = MAX((int64_t)QUIET_MS, canary_patience_ms(r));
		bool waits = kustomizations_wait(r);
		if (!waits && now_ms - p->changed_ms >= quiet_ms)
			return 0;
		if (now_ms - start_ms >= LIMIT_MS) {
			*ret_unsettled = true;
			return 0;
		}
		if (world_run_for(p->world, STEP_MS, err) < 0)
			return -1;
	}
}
