/* strategy - the step after a passed check: weighted, A/B, blue-green, promotion; rollback */
#include "base/arena.h"
#include "rollout/tick.h"

#define NAME(t)	  STR_FMT((t)->key.name), STR_FMT((t)->key.namespace)
#define TARGET(t) STR_FMT((t)->target_name), STR_FMT((t)->key.namespace)

static const struct node *step_weights(const struct tick *t)
{
	return node_get(t->analysis, STR("stepWeights"));
}

static int64_t step_weight_at(const struct tick *t, uint32_t index)
{
	int64_t weight = 0;

	node_int64(node_item(step_weights(t), index), &weight);
	return weight;
}

int64_t strategy_max_weight(const struct tick *t)
{
	uint32_t count = node_item_count(step_weights(t));
	int64_t max = node_int_at(t->analysis, "maxWeight", 0);

	if (count)
		return MIN(step_weight_at(t, count - 1), (int64_t)TOTAL_WEIGHT);
	return max > 0 ? max : TOTAL_WEIGHT;
}

/* The next increase of the canary's weight; 0: the analysis has no steps. */
static int64_t next_step(const struct tick *t)
{
	uint32_t count = node_item_count(step_weights(t));
	int64_t step = node_int_at(t->analysis, "stepWeight", 0);
	int64_t most = TOTAL_WEIGHT - t->canary_weight;

	if (step > 0 || !count)
		return step;
	if (!most)
		return 1;
	if (!t->canary_weight)
		return MIN(most, step_weight_at(t, 0));
	for (uint32_t i = 0; i + 1 < count; i++)
		if (step_weight_at(t, i) == t->canary_weight)
			return MIN(most, step_weight_at(t, i + 1) - t->canary_weight);
	return most;
}

/* Template and configs of the canary go to the primary. */
static void copy_to_primary(struct tick *t)
{
	tick_tell(t, "Copying %.*s.%.*s template spec to %.*s.%.*s", TARGET(t),
		  STR_FMT(t->primary_name), STR_FMT(t->key.namespace));
	if (!tick_fails(t, t->kind->promote(t)))
		status_phase(t, "Promoting");
}

/* Weighted */

static void raise_weight(struct tick *t)
{
	int64_t step = next_step(t);
	int64_t primary = t->primary_weight, canary = t->canary_weight;
	bool mirrored = t->mirrored;

	if (node_bool_at(t->analysis, "mirror", false) && !canary) {
		/* One step of mirroring comes before the first weight. */
		mirrored = !t->mirrored;
		canary = mirrored ? 0 : step;
		primary = TOTAL_WEIGHT - canary;
	} else {
		primary = MAX(primary - step, 0);
		canary = MIN(canary + step, (int64_t)TOTAL_WEIGHT);
	}
	if (tick_fails(t, routes_set(t, primary, canary, mirrored)))
		return;
	status_weight(t, canary);
	tick_tell(t, "Advance %.*s.%.*s canary weight %lld", NAME(t), (long long)canary);
}

static void run_weighted(struct tick *t)
{
	bool gated = !t->mirrored && !tick_phase(t, "WaitingPromotion");

	if (next_step(t) <= 0)
		return;
	if (gated && !hooks_confirm_traffic_increase(t))
		return;
	if (t->canary_weight < strategy_max_weight(t))
		raise_weight(t);
	else if (hooks_confirm_promotion(t))
		copy_to_primary(t);
}

/* A/B and blue-green */

static void advance_iteration(struct tick *t)
{
	status_iterations(t, t->was.iterations + 1);
	tick_tell(t, "Advance %.*s.%.*s canary iteration %lld/%lld", NAME(t),
		  (long long)t->was.iterations + 1, (long long)t->analysis_iterations);
}

static void run_ab(struct tick *t)
{
	if (t->analysis_iterations > t->was.iterations) {
		if (!tick_fails(t, routes_set(t, 0, TOTAL_WEIGHT, /* mirrored= */ false)))
			advance_iteration(t);
		return;
	}
	if (hooks_confirm_promotion(t) && t->analysis_iterations == t->was.iterations)
		copy_to_primary(t);
}

static bool shifts_traffic(const struct tick *t)
{
	return !str_equal(t->provider, STR("kubernetes"));
}

static void route_all_to_canary(struct tick *t)
{
	bool mirror = node_bool_at(t->analysis, "mirror", false);

	if (shifts_traffic(t)) {
		tick_tell(t, "%s",
			  mirror ? "Stop traffic mirroring and route all traffic to canary"
				 : "Routing all traffic to canary");
		if (tick_fails(t, routes_set(t, 0, TOTAL_WEIGHT, /* mirrored= */ false)))
			return;
	}
	status_iterations(t, t->was.iterations + 1);
}

static void run_blue_green(struct tick *t)
{
	bool mirror = node_bool_at(t->analysis, "mirror", false);

	if (t->analysis_iterations > t->was.iterations) {
		if (shifts_traffic(t) && mirror && !t->mirrored)
			tick_fails(t, routes_set(t, TOTAL_WEIGHT, 0, /* mirrored= */ true));
		advance_iteration(t);
		return;
	}
	if (!hooks_confirm_promotion(t))
		return;
	if (t->analysis_iterations == t->was.iterations)
		route_all_to_canary(t);
	else
		copy_to_primary(t);
}

void strategy_step(struct tick *t)
{
	if (t->analysis_iterations <= 0)
		run_weighted(t);
	else if (t->has_match)
		run_ab(t);
	else
		run_blue_green(t);
}

/* Promoting */

static void shift_to_primary(struct tick *t, int64_t step)
{
	int64_t primary = MIN(t->primary_weight + step, (int64_t)TOTAL_WEIGHT);
	int64_t canary = MAX(t->canary_weight - step, 0);

	if (t->canary_weight <= 0 ||
	    tick_fails(t, routes_set(t, primary, canary, /* mirrored= */ false)))
		return;
	tick_tell(t, "Advance %.*s.%.*s primary weight %lld", NAME(t), (long long)primary);
	if (primary == TOTAL_WEIGHT)
		status_phase(t, "Finalising");
	else
		status_weight(t, canary);
}

void strategy_promote(struct tick *t)
{
	int64_t step = node_int_at(t->analysis, "stepWeightPromotion", 0);

	if (!shifts_traffic(t)) {
		status_phase(t, "Finalising");
		return;
	}
	if (step) {
		shift_to_primary(t, step);
		return;
	}
	tick_tell(t, "Routing all traffic to primary");
	if (!tick_fails(t, routes_set(t, TOTAL_WEIGHT, 0, /* mirrored= */ false)))
		status_phase(t, "Finalising");
}

/* Rollback */

void strategy_roll_back(struct tick *t)
{
	if (t->was.failed_checks >= tick_threshold(t))
		tick_warn(t, "Rolling back %.*s.%.*s failed checks threshold reached %lld", NAME(t),
			  (long long)t->was.failed_checks);
	if (tick_fails(t, routes_set(t, TOTAL_WEIGHT, 0, /* mirrored= */ false)))
		return;
	tick_warn(t, "Canary failed! Scaling down %.*s.%.*s", NAME(t));
	if (tick_fails(t, scaler_pause(t)) || tick_fails(t, t->kind->scale_to_zero(t)))
		return;
	if (!status_sync(t, "Failed", 0).ptr)
		hooks_post_rollout(t, "Failed");
}

/* The canary is the only healthy copy: it gets all traffic and stays. */
void strategy_fail_promotion(struct tick *t, struct str why)
{
	tick_warn(t, "Promotion of %.*s.%.*s failed, primary not ready: %.*s", TARGET(t),
		  STR_FMT(why));
	if (tick_fails(t, routes_set(t, 0, TOTAL_WEIGHT, /* mirrored= */ false)))
		return;
	if (!status_sync(t, "Failed", TOTAL_WEIGHT).ptr)
		hooks_post_rollout(t, "Failed");
}
