/*
 * flux_generate - the kustomization that Flux makes for a directory without one
 *
 * Layer: build. Private: flux.c, flux_generate.c. Every .yaml and .yml file below in walk order; a
 * directory with a kustomization of its own is one entry. Source: fluxcd/pkg/kustomize, generator.
 */
#ifndef FORGE_BUILD_FLUX_GENERATE_H
#define FORGE_BUILD_FLUX_GENERATE_H

#include "doc/set.h"
#include "doc/tree.h"
#include "world/files.h"

/* Nodes live in the set's arena. Errors: a file that is no Kubernetes YAML. */
const struct node *flux_generate(const struct files *files, struct docset *set,
				 struct str directory, struct error *err);

#endif
