/*
 * assumed_claims - claims of storage are bound after a moment: no rehearsal has volumes
 *
 * Layer: rehearse. Pods with claims run wherever they fit; that the claims are bound is assumed,
 * and listed.
 */
#ifndef FORGE_REHEARSE_ASSUMED_CLAIMS_H
#define FORGE_REHEARSE_ASSUMED_CLAIMS_H

#include "api/runner.h"

extern const struct reconciler assumed_claims_reconciler;

#endif
