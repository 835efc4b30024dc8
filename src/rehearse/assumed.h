/*
 * assumed - what a rehearsal takes as healthy, or as given, without running it
 *
 * Layer: rehearse. The list of the report.
 */
#ifndef FORGE_REHEARSE_ASSUMED_H
#define FORGE_REHEARSE_ASSUMED_H

#include "base/str.h"
#include "base/vec.h"

struct assumed {
	struct arena *arena;
	VEC(struct str) items; /* "HelmRepository/flux-system/podinfo", in order of appearance */
};

/* Copies the entry; an entry that is listed already is not changed. O(items). */
void assumed_add(struct assumed *a, struct str what);

#endif
