/*
 * assumed_claims - binds PersistentVolumeClaims to assumed volumes, in place of storage drivers
 *
 * Layer: rehearse. Whatever class a claim names, a volume is made for it that every node reaches,
 * unless one of the repository's fits; that the claims are bound is assumed, and listed.
 */
#ifndef FORGE_REHEARSE_ASSUMED_CLAIMS_H
#define FORGE_REHEARSE_ASSUMED_CLAIMS_H

#include "api/runner.h"

extern const struct reconciler assumed_claims_reconciler;

#endif
