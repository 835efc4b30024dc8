/*
 * flux - what a Flux Kustomization makes of a source: generated or edited kustomization, build,
 * substitution
 *
 * Layer: build. Source: fluxcd/pkg/kustomize, kustomize_generator.go and kustomize_varsub.go.
 */
#ifndef FORGE_BUILD_FLUX_H
#define FORGE_BUILD_FLUX_H

#include "build/render.h"
#include "kube/flux_reason.h"
#include "world/files.h"

/* Labels of what a Kustomization applies. */
#define FLUX_OWNER_NAME	     "kustomize.toolkit.fluxcd.io/name"
#define FLUX_OWNER_NAMESPACE "kustomize.toolkit.fluxcd.io/namespace"

struct nodes;
struct sops;

/* Why it failed, for the condition Ready: its reason and message. The place is the error's. */
struct flux_fault {
	enum flux_reason reason; /* FLUX_ARTIFACT_FAILED, FLUX_BUILD_FAILED */
	struct str message;
};

/* A Kustomization and what it is built from. */
struct flux_input {
	const struct files *files; /* their root is the source's */
	const struct node *kustomization;
	const struct node *variables; /* of postBuild: a map of scalars */
	struct str missing;	      /* why a source of variables could not be read, if so */
	struct findings *warnings;    /* of the build; NULL drops them */
	const struct nodes *crds;     /* for them, as in kustomize_options */
	struct sops *sops;	      /* for spec.decryption; NULL: what is encrypted stays so */
};

/*
 * Builds spec.path. On failure *ret_fault and err are set; *ret_fault's texts live in set's arena.
 */
MUST_USE int flux_build(const struct flux_input *input, struct docset *set, struct render *ret,
			struct flux_fault *ret_fault, struct error *err);

/* The object with the labels that say which Kustomization it is of; set: keeps their origin, or
 * NULL. */
const struct node *flux_owned(struct arena *arena, struct docset *set, const struct node *object,
			      const struct node *kustomization);

#endif
