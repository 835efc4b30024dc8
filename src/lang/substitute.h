/*
 * substitute - ${variables} in texts, as Flux' postBuild has them
 *
 * Layer: lang. Forms and their results: kustomize.md section 14, flux.md section 7; source:
 * fluxcd/pkg/envsubst. Strict mode: a variable that is not set and has no default is an error.
 *
 * Limits: SUBSTITUTE_DEPTH_MAX nested defaults, SUBSTITUTE_BYTES_MAX bytes of result.
 */
#ifndef FORGE_LANG_SUBSTITUTE_H
#define FORGE_LANG_SUBSTITUTE_H

#include "base/error.h"
#include "doc/tree.h"

enum { SUBSTITUTE_DEPTH_MAX = 32, SUBSTITUTE_BYTES_MAX = 64 << 20 };

/* variables: a map of scalars. The error's position is that of the text plus the fault's offset
 * when base > 0. */
MUST_USE int substitute(struct arena *arena, struct str text, const struct node *variables,
			bool strict, struct str *ret, struct error *err);

/* [_a-zA-Z][_a-zA-Z0-9]* */
bool substitute_is_name(struct str name);

#endif
