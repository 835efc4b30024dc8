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

#include "doc/tree.h"
#include "world/snapshot.h"

/* directory: where the source begins in the files ("": their root). ignore absent: the default
 * list. Bytes are shared with the files. */
void artifact_of(struct snapshot *ret, const struct snapshot *files, struct arena *arena,
		 struct str directory, struct str ignore);

/*
 * One copy of an ArtifactGenerator: files of a source that `from` names (a file, a folder, a
 * pattern; relative to directory) to where `to` says, below the folder `prefix` of ret. As with cp,
 * what stands before the first pattern is left out, and a folder copied to a path that ends with a
 * slash keeps its name. moved: from each new path to the old one.
 *
 * Source: fluxcd/source-watcher; flux.md, section 2. Strategies other than Overwrite are not there.
 */
struct artifact_copy {
	const struct snapshot *files;
	struct str directory;	    /* where the source begins */
	struct str from, to;	    /* without their aliases */
	const struct node *exclude; /* list of patterns, or NULL */
	struct str prefix;
};
void artifact_copy(struct snapshot *ret, struct map *moved, const struct artifact_copy *copy,
		   struct arena *arena);

#endif
