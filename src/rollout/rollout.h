/*
 * rollout - progressive delivery: Flagger's Canary as a reconciler
 *
 * Layer: rollout. Mode classic: phases, weights, events and objects are those of Flagger 1.44 with
 * the mesh providers istio and kubernetes, in its order, as recorded from it. Source:
 * fluxcd/flagger pkg/controller, scheduler.go. State lives in the Canary's status; the memory of a
 * key holds only when its next tick is due.
 *
 * It asks by requests, and the composer registers their handlers:
 *	"query"   {query, address, min, max}: the number as value_micro with has_value; code 200
 *		  without a value means no values found; 400 and above, or 0, that nobody answers
 *		  (text). min and max are the limits of the metric, for who shows what is asked;
 *		  either may be absent. Named query/INDEX of the metric (template/INDEX for a
 *		  second query of it), or online/INDEX when it only asks whether somebody answers
 *	"webhook" {name, url, type, timeout, payload}: code and text of the answer
 *
 * Each metric check leaves a note of kind "verdict" in the plan: rollout/verdict.h.
 */
#ifndef FORGE_ROLLOUT_ROLLOUT_H
#define FORGE_ROLLOUT_ROLLOUT_H

#include "api/runner.h"

extern const struct reconciler canary_reconciler; /* "flagger" */

/* All reconcilers of the module; ends with NULL. */
extern const struct reconciler *const rollout_reconcilers[];

/* The words of status.phase by index from 0; absent behind the last one. */
struct str rollout_phase(uint32_t index);

#endif
