/*
 * finish - the last steps of a build: hashes, references, variables, order, origins
 *
 * Layer: build/kustomize. Private: its folder, build/.
 */
#ifndef FORGE_BUILD_KUSTOMIZE_FINISH_H
#define FORGE_BUILD_KUSTOMIZE_FINISH_H

#include "build/kustomize/layer.h"

void finish_origins(struct layer *l); /* annotations that buildMetadata asks for */
/* The item of buildMetadata that asks for it, or NULL. */
const struct node *finish_wants(const struct layer *l, const char *word);
void finish_hashes(struct layer *l);
MUST_USE int finish_references(struct layer *l);
void finish_unfollowed(struct layer *l); /* warns of references that did not follow a hash */
MUST_USE int finish_variables(struct layer *l);
MUST_USE int finish_order(struct layer *l);

#endif
