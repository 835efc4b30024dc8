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

#endif
