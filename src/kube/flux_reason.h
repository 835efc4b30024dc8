/*
 * flux_reason - the reasons of conditions and events that Flux's controllers write
 *
 * Layer: kube. Inside the program a reason is one of this enum; it becomes text where a condition
 * or an event is written. Reasons that are read from an object stay the text that stands there.
 * Source: fluxcd/pkg, apis/meta/conditions.go; fluxcd/source-controller, api/v1/condition_types.go;
 * fluxcd/kustomize-controller, api/v1/kustomization_types.go.
 */
#ifndef FORGE_KUBE_FLUX_REASON_H
#define FORGE_KUBE_FLUX_REASON_H

#include "base/str.h"

/* X(constant without prefix, text) */
#define FLUX_REASONS(X)                                                                            \
	X(ARTIFACT_FAILED, "ArtifactFailed") /* the source has none, or its path is missing */     \
	X(ASSUMED, "Assumed")		     /* Forge's own: not simulated */                      \
	X(BUILD_FAILED, "BuildFailed")                                                             \
	X(DEPENDENCY_NOT_READY, "DependencyNotReady")                                              \
	X(GIT_OPERATION_FAILED, "GitOperationFailed")                                              \
	X(HEALTH_CHECK_FAILED, "HealthCheckFailed")                                                \
	X(NEW_ARTIFACT, "NewArtifact") /* of an event */                                           \
	X(PROGRESSING, "Progressing")                                                              \
	X(PROGRESSING_WITH_RETRY, "ProgressingWithRetry")                                          \
	X(RECONCILIATION_FAILED, "ReconciliationFailed")                                           \
	X(RECONCILIATION_SUCCEEDED, "ReconciliationSucceeded")                                     \
	X(SOURCE_FETCH_FAILED, "SourceFetchFailed")                                                \
	X(SUCCEEDED, "Succeeded")

enum flux_reason {
#define X(name, text) FLUX_##name,
	FLUX_REASONS(X)
#undef X
};

/* Static. */
struct str flux_reason_text(enum flux_reason reason);

#endif
