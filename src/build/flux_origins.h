/*
 * flux_origins - where the values come from that a substitution has put in
 *
 * Layer: build. Private: flux.c, flux_origins.c. Flux writes an object as text, substitutes in the
 * text, and reads it again. Places survive that by the segments of the text (doc/segments.h); the
 * steps of the object before are handed on here, and a value that was changed gets one more for
 * each variable: its instruction is where the variable is set, or the ${…} itself where its default
 * counts.
 */
#ifndef FORGE_BUILD_FLUX_ORIGINS_H
#define FORGE_BUILD_FLUX_ORIGINS_H

#include "doc/set.h"
#include "doc/tree.h"

/* `after` with the steps; variables: a map. O(nodes). */
const struct node *flux_origins(struct docset *set, const struct node *before,
				const struct node *after, const struct node *variables);

#endif
