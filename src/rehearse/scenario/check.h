/*
 * check - errors for names in a scenario that the cluster does not have
 *
 * Layer: rehearse/scenario. Once the last revision has come to rest: workloads, faults, webhooks,
 * steps and commits that the scenario names must have been there.
 */
#ifndef FORGE_REHEARSE_SCENARIO_CHECK_H
#define FORGE_REHEARSE_SCENARIO_CHECK_H

#include "base/error.h"

struct rehearsal_results;
struct scenario;

/* An error with the place of what is not there. */
MUST_USE int scenario_check(const struct scenario *s, const struct rehearsal_results *r,
			    struct error *err);

#endif
