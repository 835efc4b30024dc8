/*
 * deliver - the Flux reconcilers, and the requests they make to their handlers
 *
 * Layer: deliver. Reconcilers are pure; what is outside comes as answers to their requests:
 *
 *	fetch	arguments: the source object. Answer 200: text is the revision ("main@sha1:…"), node
 *		{digest, size}; 404 and others: text says why. Text "assumed" with code 202: the
 *		source cannot be reached here and is taken as healthy.
 *	build	arguments {kustomization: the object, revision, variables: map, missing: text}.
 *		Answer 200: data is a const struct render *; 404: the path is missing; 422: it does
 *		not build; text says why. The node has the Kustomization as it was built.
 *
 *	generate  arguments {generator: the ArtifactGenerator, artifact: one of its artifacts}.
 *		Answer 200: node {digest, size}, or {assumed: true}.
 *
 * Order, conditions, reasons and events as recorded from the real controllers. Source:
 * fluxcd/kustomize-controller, fluxcd/source-controller, fluxcd/pkg/ssa.
 */
#ifndef FORGE_DELIVER_DELIVER_H
#define FORGE_DELIVER_DELIVER_H

#include "api/runner.h"

extern const struct reconciler gitrepository_reconciler;
extern const struct reconciler artifactgenerator_reconciler;
extern const struct reconciler kustomization_reconciler;
/* Reconcilers of kinds that are not simulated, which become Ready after a delay: Helm, OCI,
 * buckets, images, notifications. */
extern const struct reconciler assumed_secrets_reconciler;
extern const struct reconciler *const assumed_reconcilers[]; /* ends with NULL */

/* Reconcilers of the simulated kinds; ends with NULL. */
extern const struct reconciler *const deliver_reconcilers[];

#define FLUX_FINALIZER "finalizers.fluxcd.io"

/* The kind that a sourceRef names; KIND_NONE: it is no source. */
kind_id flux_source_kind(struct str kind);

/* "10m0s" → ms; fallback when absent or wrong. */
int64_t flux_duration_ms(const struct node *n, int64_t fallback_ms);

/* Whether a label or annotation of Flux has that value, in upper or lower case:
 * flux_says(o, "prune", "disabled"). */
bool flux_says(const struct node *object, const char *key, const char *value);

/* The object as kustomize-controller applies it: it reads built-in kinds into their Go types, so
 * what these do not know, or leave out when it is empty, never arrives. What does not fit its type
 * goes as it is. */
const struct node *deliver_typed(const struct schemas *schemas, struct arena *arena,
				 const struct node *object);

#endif
