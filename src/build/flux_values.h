/*
 * flux_values - what Flux does with values: line breaks of variables, numbers on the way through
 * JSON
 *
 * Layer: build. For flux.c, and for those who call it with variables.
 */
#ifndef FORGE_BUILD_FLUX_VALUES_H
#define FORGE_BUILD_FLUX_VALUES_H

#include "base/error.h"
#include "doc/tree.h"

/*
 * The variables without line breaks. The error of a name that is none is in Flux's words.
 * Source: fluxcd/pkg/kustomize, kustomize_varsub.go (loadVars, varSubstitution).
 */
MUST_USE int flux_variables(struct arena *arena, const struct node *variables,
			    const struct node **ret, struct error *err);

/* The variables with the values of a ConfigMap, a Secret, or a SealedSecret (as it encrypted them)
 * over them; NULL has none. Those of secrets are marked. */
const struct node *flux_add_values(struct arena *arena, const struct node *variables,
				   const struct node *source);

/* Why an entry of substituteFrom fails whose object is not there; absent: it is optional. */
struct str flux_missing_values(struct arena *arena, const struct node *reference);

/*
 * The object with its numbers as JSON has them (0123 is 83). Errors: a number that JSON has not,
 * in the words of Go.
 */
MUST_USE int flux_through_json(struct arena *arena, const struct node *object,
			       const struct node **ret, struct error *err);

#endif
