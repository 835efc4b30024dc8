/*
 * artifact - what source-controller keeps of a repository
 *
 * Layer: source. Left out are a default list (the files of git and of CI systems, pictures,
 * archives), what `.sourceignore` files anywhere in the tree say, and last what spec.ignore says,
 * which stands in place of the default list.
 *
 * Source: fluxcd/pkg/sourceignore; flux.md, section 2.
 */
#ifndef FORGE_SOURCE_ARTIFACT_H
#define FORGE_SOURCE_ARTIFACT_H

#include "world/snapshot.h"

/* directory: where the source begins in the files ("": their root). ignore absent: the default
 * list. Bytes are shared with the files. */
void artifact_of(struct snapshot *ret, const struct snapshot *files, struct arena *arena,
		 struct str directory, struct str ignore);

#endif
