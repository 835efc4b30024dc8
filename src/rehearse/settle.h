/*
 * settle - runs the world until a revision has settled
 *
 * Layer: rehearse. Each Kustomization has taken the revision, failed on it, or waits for something
 * that does not come; each Canary has ended, or has not moved for a long time; nothing else has
 * changed for a while.
 */
#ifndef FORGE_REHEARSE_SETTLE_H
#define FORGE_REHEARSE_SETTLE_H

#include "base/base.h"
#include "base/error.h"

struct rehearsal;

/* Runs the world until the revision has settled. *ret_unsettled: the time limit came first. */
MUST_USE int settle(struct rehearsal *r, bool *ret_unsettled, struct error *err);

#endif
