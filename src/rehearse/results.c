/* results - the results of a rehearsal, for reports, measures and changes */
#include "rehearse/results.h"

#include "deliver/repository.h"
#include "rehearse/invariants.h"
#include "rehearse/measures.h"
#include "rehearse/record.h"
#include "rehearse/revision_state.h"

enum rollout_outcome canary_outcome(const struct recorded_canary *c)
{
	static const struct {
		struct str phase;
		enum rollout_outcome outcome;
	} ends[] = { { STR_INIT("Succeeded"), ROLLOUT_PROMOTED },
		     { STR_INIT("Initialized"), ROLLOUT_PROMOTED },
		     { STR_INIT("Failed"), ROLLOUT_ROLLED_BACK },
		     { STR_INIT("Terminated"), ROLLOUT_PROMOTED } };
	struct str last = c->states.count ? c->states.items[c->states.count - 1].phase : STR("");

	for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
		if (str_equal(ends[i].phase, last))
			return ends[i].outcome;
	return ROLLOUT_STUCK;
}

struct str outcome_word(enum rollout_outcome outcome)
{
	switch (outcome) {
	case ROLLOUT_PROMOTED:
		return STR("promoted");
	case ROLLOUT_ROLLED_BACK:
		return STR("rolledBack");
	case ROLLOUT_NONE:
	case ROLLOUT_STUCK:
		break;
	}
	return STR("stuck");
}

static bool is_failed(const struct revision_state *last)
{
	for (uint32_t i = 0; i < last->kustomizations.count; i++) {
		const struct kustomization_state *k = &last->kustomizations.items[i];
		if (k->status.len && !str_equal(k->status, STR("True")))
			return true;
	}
	return last->unhealthy.count > 0;
}

struct str results_verdict(const struct rehearsal_results *r)
{
	enum rollout_outcome worst = ROLLOUT_NONE;

	if (is_failed(revision_states_last(r->states)))
		return STR("failed");
	if (r->invariants->violations.count)
		return STR("violated");
	for (uint32_t i = 0; i < r->record->canaries.count; i++)
		worst = MAX(worst, canary_outcome(r->record->canaries.items[i]));
	return worst == ROLLOUT_NONE ? STR("healthy") : outcome_word(worst);
}

bool results_are_good(const struct rehearsal_results *r)
{
	struct str verdict = results_verdict(r);

	for (uint32_t i = 0; i < r->measures->expectations.count; i++)
		if (!r->measures->expectations.items[i].holds)
			return false;
	return r->expects_outcome || str_equal(verdict, STR("promoted")) ||
	       str_equal(verdict, STR("healthy"));
}

struct place results_place(const struct rehearsal_results *r, const struct node *n)
{
	struct place place = n ? docset_place(r->set, n->position) : (struct place){};

	if (place.path.ptr)
		place.path = repository_path(&r->repository->moved, place.path);
	return place;
}
