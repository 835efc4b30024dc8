/* results - the results of a rehearsal, for reports, measures and changes */
#include "rehearse/results.h"

#include "base/arena.h"
#include "deliver/repository.h"
#include "rehearse/invariants.h"
#include "rehearse/measures.h"
#include "rehearse/reasons.h"
#include "rehearse/record.h"
#include "rehearse/revision_state.h"

/* The worst of all Canaries, when nothing else is wrong. */
static struct str rollouts_verdict(const struct rehearsal_results *r)
{
	enum rollout_outcome worst = ROLLOUT_NONE;

	for (uint32_t i = 0; i < r->record->canaries.count; i++) {
		enum rollout_outcome outcome = canary_outcome(r->record->canaries.items[i]);
		bool is_good = outcome == ROLLOUT_PROMOTED;
		worst = MAX(worst, is_good ? outcome : ROLLOUT_NONE);
	}
	return worst == ROLLOUT_NONE ? STR("healthy") : outcome_word(worst);
}

/* The worst of those that did not come to a good end. */
static struct str bad_rollouts_verdict(const struct rehearsal_results *r)
{
	enum rollout_outcome worst = ROLLOUT_NONE;

	for (uint32_t i = 0; i < r->record->canaries.count; i++)
		worst = MAX(worst, canary_outcome(r->record->canaries.items[i]));
	/* One that was promoted, and errs since, moves no more. */
	return outcome_word(worst == ROLLOUT_PROMOTED ? ROLLOUT_STUCK : worst);
}

struct str results_verdict(const struct rehearsal_results *r)
{
	SCRATCH(scratch);
	struct reasons reasons = reasons_of(r, scratch);
	const struct reason *worst = reasons_worst(&reasons);

	if (!worst)
		return rollouts_verdict(r);
	switch (worst->kind) {
	case REASON_INVARIANT:
		return STR("violated");
	case REASON_CANARY:
		return bad_rollouts_verdict(r);
	case REASON_EXPECTATION:
		return rollouts_verdict(r);
	case REASON_WORKLOAD:
	case REASON_AUTOSCALER:
	case REASON_KUSTOMIZATION:
	case REASON_DROPPED:
	case REASON_TERMINATING:
	case REASON_USERS:
		break;
	}
	return STR("failed");
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
