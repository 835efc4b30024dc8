/*
 * artifact - what source-controller keeps of a repository
 *
 * Layer: source. Left out are symbolic links, a default list (the files of git and of CI systems,
 * pictures, archives), what `.sourceignore` files anywhere in the tree say, and last what
 * spec.ignore says, which stands in place of the default list.
 *
 * Source: fluxcd/pkg/sourceignore; source-controller's Archive (internal/storage): "Ignore anything
 * that is not a file or directories e.g. symlinks".
 */
#ifndef FORGE_SOURCE_ARTIFACT_H
#define FORGE_SOURCE_ARTIFACT_H

#include "doc/tree.h"
#include "world/snapshot.h"

struct artifact_source {
	const struct snapshot *files;
	struct str directory; /* where the source begins in the files; "": their root */
	struct str ignore;    /* absent: the default list */
};

/* The default list, as lines of a .gitignore. */
struct str artifact_default_lines(void);

/* Bytes are shared with the files. Errors: a `.sourceignore` that cannot be read. */
int artifact_of(struct snapshot *ret, const struct artifact_source *source, struct arena *arena,
		struct error *err) MUST_USE;

/*
 * One copy of an ArtifactGenerator: files of a source that `from` names (a file, a folder, a
 * pattern; relative to directory) to where `to` says, below the folder `prefix` of ret. Of "x/"
 * and two stars what is below x goes there; what other patterns match keeps its whole path, a
 * folder its name. A part of a pattern is one part of a path, also when it is two stars. moved:
 * from each new path to the old one.
 *
 * Source: fluxcd/source-watcher, internal/builder. Strategies other than Overwrite are not there.
 */
struct artifact_copy {
	const struct snapshot *files;
	struct str directory;	    /* where the source begins */
	struct str from, to;	    /* without their aliases */
	const struct node *exclude; /* list of patterns, or NULL */
	struct str prefix;
};

/* Returns how many files `from` names, excluded ones too. */
uint32_t artifact_copy(struct snapshot *ret, struct map *moved, const struct artifact_copy *copy,
		       struct arena *arena);

#endif
